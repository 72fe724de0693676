"""Inputs changed on a page as a reader does it; the engine says what follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page

from engine.plan.evaluate import evaluate
from engine.solve import solved
from exports.page.page import page as page_of
from exports.style.words import in_review
from tests.oracles.chromium import opened, violations
from tests.places import MODELS
from tests.toys.kiosk import kiosk, kiosk_page

pytestmark = pytest.mark.chromium

# Of what stands on the page for the script.
_WIDEST = """Math.max(...[...document.querySelectorAll("#controls *, #changes > *, #explanation, .control")].filter((one) => !one.closest(".scroll"))
    .map((one) => one.getBoundingClientRect().right))"""


@pytest.fixture
def kiosk_shown() -> Iterator[Page]:
    with opened(kiosk_page()) as page:
        yield page


def _profit(scenario: str, **changes: float) -> str:
    return in_review(evaluate(kiosk(), scenario, changes)["profit"])


def _card(page: Page) -> str:
    return page.locator(".card output").first.inner_text()


def _drag(slider: Locator, step: float) -> None:
    slider.evaluate("(it, step) => {it.value = step; it.dispatchEvent(new Event('input', {bubbles: true}))}", step)


def test_a_slider_goes_through_the_range_and_all_follows_at_once(kiosk_shown: Page) -> None:
    slider = kiosk_shown.get_by_label("Price of an ice, EUR/visitor, slider")
    _drag(slider, 750)
    assert kiosk_shown.get_by_label("Price of an ice, EUR/visitor", exact=True).input_value() == "3.5"
    assert _card(kiosk_shown) == _profit("usual", price=3.5)
    assert slider.get_attribute("aria-valuetext") == "3.5 EUR/visitor"
    _drag(slider, 1000)
    assert _card(kiosk_shown) == _profit("usual", price=4)
    assert violations(kiosk_shown) == []


def test_a_slider_is_moved_by_keys(kiosk_shown: Page) -> None:
    slider = kiosk_shown.get_by_label("Staff, slider")
    slider.focus()
    slider.press("ArrowRight")
    assert kiosk_shown.get_by_label("Staff", exact=True).input_value() == "3"
    assert _card(kiosk_shown) == _profit("usual", staff=3)


def test_a_range_over_decades_goes_by_factors(kiosk_shown: Page) -> None:
    _drag(kiosk_shown.get_by_label("Fixed cost, EUR, slider"), 250)
    assert kiosk_shown.get_by_label("Fixed cost, EUR", exact=True).input_value() == "10"
    assert _card(kiosk_shown) == _profit("usual", fixed=10)


def test_without_a_range_a_slider_goes_from_half_to_double(kiosk_shown: Page) -> None:
    slider = kiosk_shown.get_by_label("Wage, EUR, slider")
    for step, wage in ((0, "10"), (1000, "40")):
        _drag(slider, step)
        assert kiosk_shown.get_by_label("Wage, EUR", exact=True).input_value() == wage


def test_percent_a_switch_a_choice_and_a_member(kiosk_shown: Page) -> None:
    kiosk_shown.get_by_label("Share that buys, percent", exact=True).fill("55")
    kiosk_shown.get_by_role("switch", name="Open late").check()
    kiosk_shown.get_by_label("How the kiosk is had").select_option("Buy")
    kiosk_shown.get_by_label("Visitors <b>a year</b> · Hill & far + 5 %.a, visitor").fill("250")
    changes = {"share": 55, "open_late": 1, "how": kiosk().model.dimension["plan"].codes[1]}
    plan = kiosk('[scenarios.far]\nset.visitors."Hill & far + 5 %.a" = 250\n')
    assert _card(kiosk_shown) == in_review(evaluate(plan, "far", changes)["profit"])


def test_a_member_that_is_edited_has_a_slider(kiosk_shown: Page) -> None:
    kiosk_shown.get_by_label("Growth · 2028, percent").focus()
    _drag(kiosk_shown.get_by_label("Growth · 2028, percent, slider"), 1000)
    assert kiosk_shown.get_by_label("Growth · 2028, percent", exact=True).input_value() == "6"
    kiosk_shown.get_by_label("Growth · 2029, percent").focus()
    assert kiosk_shown.locator(".member-slider").count() == 1


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("Price of an ice, EUR/visitor", "11", "'price' is at most 10"),
        ("Price of an ice, EUR/visitor", "-1", "'price' is at least 0"),
        ("Price of an ice, EUR/visitor", "", "'' is no number"),
        ("Staff", "2.5", "'staff' is a whole number"),
    ],
)
def test_a_wrong_number_is_told_beside_the_field_and_changes_nothing(
    kiosk_shown: Page, field: str, typed: str, told: str
) -> None:
    box = kiosk_shown.get_by_label(field, exact=True)
    before = _card(kiosk_shown)
    box.fill(typed)
    assert box.get_attribute("aria-invalid") == "true"
    assert kiosk_shown.locator(f"#{box.get_attribute('aria-describedby')}").inner_text() == told
    assert _card(kiosk_shown) == before
    assert violations(kiosk_shown) == []
    box.press("Escape")
    assert box.get_attribute("aria-invalid") is None
    assert kiosk_shown.locator(".wrong").count() == 0


def test_what_was_changed_is_marked_and_put_back_by_a_click(kiosk_shown: Page) -> None:
    before = _card(kiosk_shown)
    kiosk_shown.get_by_label("Wage, EUR", exact=True).fill("25")
    kiosk_shown.get_by_label("Staff", exact=True).fill("3")
    assert kiosk_shown.locator(".control.changed").count() == 2
    kiosk_shown.get_by_role("button", name="Put Wage back to 20 EUR").click()
    assert kiosk_shown.locator(".control.changed").count() == 1
    assert _card(kiosk_shown) == _profit("usual", staff=3)
    kiosk_shown.get_by_role("button", name="Put the change back").click()
    assert kiosk_shown.locator(".control.changed").count() == 0
    assert _card(kiosk_shown) == before


def test_another_scenario_keeps_what_was_changed(kiosk_shown: Page) -> None:
    kiosk_shown.get_by_label("Wage, EUR", exact=True).fill("25")
    kiosk_shown.get_by_label("Scenario", exact=True).select_option("Hot summer")
    assert _card(kiosk_shown) == _profit("hot", wage=25)
    assert kiosk_shown.locator("#scenario-label").inner_text() == "Hot summer"
    assert kiosk_shown.get_by_label("Price of an ice, EUR/visitor", exact=True).input_value() == "3"


def test_a_check_that_fails_and_a_result_without_value_are_told_with_the_reason(kiosk_shown: Page) -> None:
    for place in ("Harbour", "Hill & far + 5 %.a", "Zoo"):
        kiosk_shown.get_by_label(f"Visitors <b>a year</b> · {place}, visitor").fill("0")
    troubles = kiosk_shown.locator("#troubles li")
    assert troubles.all_inner_texts() == [
        (
            "Profit of a visitor in the last year has no value: because Visitors <b>a year</b> · Harbour is 0 visitor "
            "and Visitors <b>a year</b> · Hill & far + 5 %.a is 0 visitor and Visitors <b>a year</b> · Zoo is 0 visitor"
        ),
        "Check fails: The kiosk earns something",
    ]
    assert "bad" in str(kiosk_shown.locator("[data-check]").get_attribute("class"))
    assert kiosk_shown.locator("[data-check] .state").inner_text() == "fails"
    kiosk_shown.wait_for_function("() => document.getElementById('status').textContent.includes('Check fails')")


@pytest.mark.slow
def test_cells_out_of_view_are_right_when_there_is_time() -> None:
    plan, results = solved(MODELS / "three_statements.toml")
    with opened(page_of(plan, results)) as page:
        page.evaluate("plainsheet.set('price_increase', 3)")
        wanted = in_review(evaluate(plan, None, {"price_increase": 3}).cells("ebitda")[-1])
        page.wait_for_function(
            "wanted => document.querySelector('#calculation').textContent.includes(wanted)", arg=wanted
        )


def test_the_page_fits_a_phone_and_has_no_style_attributes() -> None:
    with opened(kiosk_page(), viewport={"width": 360, "height": 740}, color_scheme="dark") as page:
        page.get_by_label("Wage, EUR", exact=True).fill("25")
        page.wait_for_selector("#changes table")
        page.get_by_role("button", name=re.compile("^Profit profit")).click()
        assert page.evaluate(_WIDEST) <= 360
        assert page.locator("[style]").count() == 0
        assert violations(page) == []
