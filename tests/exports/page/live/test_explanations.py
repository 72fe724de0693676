"""Where a number comes from, as a reader asks for it; the engine says what each cell reads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from engine.plan.cells import Cell, cell_name
from engine.plan.evaluate import evaluate
from engine.plan.reading.cell_formulas import formula_at
from engine.solve import solved
from exports.page.page import page
from tests.oracles.chromium import opened, violations
from tests.places import MODELS
from tests.toys.kiosk import kiosk_page

pytestmark = pytest.mark.chromium


@pytest.fixture
def kiosk_shown() -> Iterator[Page]:
    with opened(kiosk_page()) as shown:
        yield shown


def _formulas(shown: Page) -> list[str]:
    return shown.locator("#explanation .formula").all_inner_texts()


def _title(shown: Page) -> str:
    return shown.locator("#explanation-h").inner_text()


def test_a_card_leads_down_to_an_input_and_back_up_by_keys_alone(kiosk_shown: Page) -> None:
    kiosk_shown.locator(".card .ask").first.focus()
    kiosk_shown.keyboard.press("Enter")
    assert _title(kiosk_shown) == "Profit profit"
    assert _formulas(kiosk_shown) == [
        "grown[2029] − fixed − staff × wage − cost[how]",
        "1,655.33 − 100 − 2 × 20 − 50 = 1,465.33 EUR",
    ]
    assert violations(kiosk_shown) == []
    kiosk_shown.get_by_role("button", name="Wage", exact=True).focus()
    kiosk_shown.keyboard.press("Enter")
    assert _title(kiosk_shown) == "Wage wage"
    assert "An assumption." in kiosk_shown.locator("#explanation").inner_text()
    crumb = kiosk_shown.locator(".crumbs button")
    assert crumb.all_inner_texts() == ["Profit"]
    crumb.press("Enter")
    assert _title(kiosk_shown) == "Profit profit"
    kiosk_shown.keyboard.press("Escape")
    assert not kiosk_shown.locator("#explanation").is_visible()
    assert kiosk_shown.evaluate("document.activeElement.className") == "ask"


def test_a_cell_over_a_dimension_names_the_members_that_it_reads(kiosk_shown: Page) -> None:
    kiosk_shown.locator("#calculation tr", has_text="Sales that grow").locator("td[data-cell]").nth(1).click()
    assert _title(kiosk_shown).startswith("Sales that grow · 2027")
    links = kiosk_shown.locator("#explanation table").first.get_by_role("button").all_inner_texts()
    assert links == ["Sales that grow · 2026", "Growth · 2027"]
    kiosk_shown.locator("#explanation select").select_option("2029")
    assert _title(kiosk_shown).startswith("Sales that grow · 2029")


def test_an_input_has_its_source_and_what_uses_it(kiosk_shown: Page) -> None:
    kiosk_shown.locator("#assumptions tr[data-row] .ask").first.click()
    text = kiosk_shown.locator("#explanation").inner_text()
    assert "What the till says" in text
    assert "Put up in May." in text
    users = kiosk_shown.locator("#explanation table").get_by_role("button").all_inner_texts()
    assert users == ["Sales · Harbour", "Sales · Hill & far + 5 %.a", "Sales · Zoo"]


def test_the_picture_is_clicked_and_the_panel_follows_changes(kiosk_shown: Page) -> None:
    kiosk_shown.locator(".card .ask").first.click()
    box = kiosk_shown.locator(".box[role=button]", has_text="Fixed cost")
    box.focus()
    box.press("Enter")
    assert _title(kiosk_shown) == "Fixed cost fixed"
    kiosk_shown.evaluate("plainsheet.set('fixed', 7)")
    kiosk_shown.wait_for_function("() => document.querySelector('.big output').textContent === '7'")
    assert "Changed here, from 100 EUR." in kiosk_shown.locator("#explanation").inner_text()


def test_all_quantities_are_searched_by_label_id_and_unit(kiosk_shown: Page) -> None:
    kiosk_shown.locator("h1").click()
    kiosk_shown.keyboard.press("/")
    kiosk_shown.keyboard.type("eur/vis ice")
    assert kiosk_shown.locator("#hits li").all_inner_texts() == ["Price of an ice price 2.5 EUR/visitor"]
    kiosk_shown.keyboard.press("ArrowDown")
    assert violations(kiosk_shown) == []
    kiosk_shown.keyboard.press("Enter")
    assert _title(kiosk_shown) == "Price of an ice price"


@pytest.mark.slow
@pytest.mark.parametrize("model", ["sora", "loan", "gpu_cluster"])
def test_each_cell_is_led_to_what_the_engine_says_it_reads(model: str) -> None:
    plan, results = solved(MODELS / f"{model}.toml")
    case = plan.first_case
    values = evaluate(plan, case.id).values
    told = [row for row in plan.rows if row.quantity is not None and row.kind in {"formula", "equation"}]
    wanted = {}
    for row in told:
        for number in range(plan.model.size(row.over)):
            formula = formula_at(plan, values, Cell(row.id, number), whole=True)
            if formula is not None:
                read = [cell for cell in formula.reads.values() if plan.row(cell.id).kind != "dimension"]
                wanted[cell_name(plan, Cell(row.id, number))] = {cell_name(plan, cell) for cell in read}
    with opened(page(plan, results)) as shown:
        found = shown.evaluate("names => names.map(plainsheet.sources)", list(wanted))
    for name, sources in zip(wanted, found, strict=True):
        # Of a group the last or the first is all that is looked at.
        assert set(sources) <= wanted[name], name
        assert bool(sources) == bool(wanted[name]), name
