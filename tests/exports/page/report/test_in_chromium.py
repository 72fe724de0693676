"""The report in Chromium: readable on a phone, in the dark and on paper, by keyboard, and live charts as written ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.model.load import loads
from engine.planning.planner import plan
from engine.solve import solved, solved_plan
from exports.page.page import page
from tests.oracles.chromium import opened, violations
from tests.places import MODELS

pytestmark = [pytest.mark.chromium, pytest.mark.slow]
ALL = sorted(MODELS.glob("*.toml"))
_PICTURES = "[...document.querySelectorAll('figure[data-chart] > svg')].map((svg) => svg.innerHTML.replaceAll('></path>', '/>').replaceAll('></rect>', '/>'))"


_CUT_ON_A_PHONE = """[
    ...[...document.querySelectorAll("svg text")].filter(one => one.getBoundingClientRect().left < 0),
    ...[...document.querySelectorAll(".grid th:first-child")].filter(one => one.scrollWidth > one.clientWidth + 1),
].map(one => one.textContent)"""


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_phone_needs_no_sideways_scrolling(path: Path) -> None:
    with opened(page(*solved(path)), viewport={"width": 360, "height": 740}) as shown:
        assert shown.evaluate("document.documentElement.scrollWidth") <= 360
        # Nor is a name beside a bar, or the head of a table's first column, cut or over what is beside it.
        assert shown.evaluate(_CUT_ON_A_PHONE) == []


def test_two_scenarios_of_long_names_need_none_either() -> None:
    text = (
        '[model]\ntitle = "A title of one word that is too long for a line: %s"\n[units]\nUSD = "[money]"\n[scenarios.one]\nlabel = "One"\n'
        '[scenarios.two]\nlabel = "Two of a name that takes its place"\nset.price = 3\n[s.price]\nlabel = "%s"\nunit = "USD"\n'
        'value = 2\nnote = "%s"\n[s.total]\nlabel = "%s"\nunit = "USD"\nformula = "price * 2"\n'
    ) % (("abcdefghij" * 9,) * 4)
    planned = plan(loads(text))
    with opened(page(planned, solved_plan(planned)), viewport={"width": 360, "height": 740}) as shown:
        assert shown.evaluate("document.documentElement.scrollWidth") <= 360
        assert violations(shown) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_axe_finds_nothing(path: Path, scheme: str) -> None:
    with opened(page(*solved(path)), color_scheme=scheme) as shown:
        assert violations(shown) == []


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_the_script_draws_what_the_report_of_another_scenario_has(path: Path) -> None:
    planned, results = solved(path)
    other = planned.cases[-1].id
    with opened(page(planned, results, other)) as shown:
        wanted = shown.evaluate(_PICTURES)
    with opened(page(planned, results)) as shown:
        shown.evaluate(f"plainsheet.scenario({other!r}); dispatchEvent(new Event('beforeprint'))")
        assert shown.evaluate(_PICTURES) == wanted


# Of the inputs one is of a few values, one whole within broken bounds, and one takes the result out of its own.
_TORNADO = """
[model]
title = "T"
[scenarios.one]
label = "One"
[scenarios.two]
label = "Two"
set.wide = 3
[charts.t]
title = "What moves the total"
kind = "tornado"
y = "total"
[s.few]
label = "Few"
unit = "1"
value = 2
distribution = "discrete"
values = [1, 2, 7]
weights = [0.2, 0.5, 0.3]
note = "x"
[s.pieces]
label = "Pieces"
unit = "1"
value = 4
whole = true
min = 3.8
max = 4.9
note = "x"
[s.wide]
label = "Wide"
unit = "1"
value = 2
range = [1, 50]
note = "x"
[s.double]
label = "Double"
unit = "1"
formula = "wide * 2"
max = 60
[s.total]
label = "Total"
unit = "1"
formula = "few * 10 + double + pieces"
"""


def test_a_tornado_is_drawn_again_as_the_report_has_it() -> None:
    planned = plan(loads(_TORNADO))
    results = solved_plan(planned)
    with opened(page(planned, results, "two")) as shown:
        wanted = shown.evaluate(_PICTURES)
        assert "Few" in wanted[0]
        assert "Wide" not in wanted[0]
    with opened(page(planned, results, "one")) as shown:
        shown.evaluate("plainsheet.scenario('two'); dispatchEvent(new Event('beforeprint'))")
        assert shown.evaluate(_PICTURES) == wanted


def test_a_chart_is_read_aloud_by_the_arrow_keys() -> None:
    with opened(page(*solved(MODELS / "loan.toml"))) as shown:
        chart = shown.locator("figure[data-chart] > svg").nth(1)
        chart.focus()
        for key in ("ArrowRight", "ArrowRight", "End", "ArrowLeft"):
            shown.keyboard.press(key)
        said = shown.locator("#status").text_content()
        assert said == "FY2030: Interest 1,456.05, Principal repaid 16,836.8 EUR"
        assert shown.locator(".cursor").count() == 1


# Of each table on paper: the sizes of its letters but for names in code, and how far a cell runs over its edge.
_ON_PAPER = """[...document.querySelectorAll("table.grid, table.lines")].map(table => {
    const cells = [...table.querySelectorAll("tbody th, tbody td")].filter(cell => cell.offsetParent);
    const edge = (table.closest(".scroll") ?? table).getBoundingClientRect().right;
    return [
        [...new Set(cells.map(cell => getComputedStyle(cell).fontSize))],
        Math.max(0, ...cells.map(cell => cell.getBoundingClientRect().right - edge)),
    ];
})"""
_HOTELS = """
[model]
title = "H"
[units]
EUR = "[money]"
[dimensions.month]
from = "2026-01"
to = "2028-12"
[dimensions.hotel]
members = ["Grand Hotel Alpenblick", "Seaside Inn of the South"]
[a.rate]
label = "Rate"
over = "hotel"
unit = "EUR/day"
value = [24_500, 13_800]
note = "n"
[a.sales]
label = "Sales of a hotel with a long name"
over = ["hotel", "month"]
unit = "EUR"
formula = "rate * days(month)"
"""


def test_on_paper_letters_are_of_one_size_and_no_number_is_cut() -> None:
    planned = plan(loads(_HOTELS))
    # As wide as A4 between its margins.
    with opened(page(planned, solved_plan(planned)), viewport={"width": 680, "height": 1000}) as shown:
        shown.emulate_media(media="print")
        found = shown.evaluate(_ON_PAPER)
        overlap = shown.evaluate(
            "[...document.querySelectorAll('.members th')].every(one => one.scrollWidth <= one.clientWidth + 1)"
        )
    assert len(found) == 2
    for sizes, beyond in found:
        assert len(sizes) == 1
        assert beyond < 1
    assert overlap
