"""A state in a link and in lines of TOML, and back."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from engine.plan.evaluate import evaluate
from tests.oracles.chromium import opened
from tests.toys.kiosk import kiosk, kiosk_page

pytestmark = pytest.mark.chromium
_CHANGES = """plainsheet.set({price: 3.25, share: 12.5, how: "Buy", "growth[2028]": -7, 'visitors[Hill & far + 5 %.a]': 12,
                              fixed: 1e-7, wage: 2e15})"""


@pytest.mark.slow
def test_the_address_follows_and_restores_a_state() -> None:
    with opened(kiosk_page()) as shown:
        shown.evaluate("plainsheet.scenario('hot')")
        shown.evaluate(_CHANGES)
        shown.wait_for_function("() => location.hash.includes('wage')")
        fragment, values = shown.evaluate("[location.hash, plainsheet.values()]")
        shown.get_by_role("button", name="Copy link").click()
        assert shown.get_by_label("Text to copy").input_value().endswith(fragment)
    assert fragment.startswith("#s=hot&price=3.25&share=12.5&how=Buy&growth[2028]=-7&visitors[")
    with opened(kiosk_page(), fragment=fragment) as shown:
        assert shown.evaluate("plainsheet.values()") == values
        assert shown.locator("#scenario").input_value() == "hot"
        shown.evaluate("plainsheet.reset(); plainsheet.scenario('usual')")
        shown.wait_for_function("() => location.hash === ''")


def test_another_fragment_is_followed_while_the_page_is_open() -> None:
    with opened(kiosk_page()) as shown:
        shown.evaluate("location.hash = '#s=hot&price=4'")
        shown.wait_for_function("() => plainsheet.values().price === 4")
        shown.evaluate("location.hash = '#sources'")
        shown.wait_for_timeout(400)
        assert shown.evaluate("plainsheet.values().price") == 4


@pytest.mark.parametrize(
    ("fragment", "told"),
    [
        ("s=cold", "there is no scenario 'cold'"),
        ("s=hot&prices=3", "there is no 'prices'"),
        ("s=hot&price=3&profit=1", "'profit' is computed, and cannot be changed"),
        ("price=99", "'price' is at most 10"),
        ("price=", "'' is no number"),
        ("price=+", "' ' is no number"),
        ("price=3&share", "'share' has no value: write name=value"),
        ("price=%", "it is cut off, or not spelled as links are"),
        ("visitors[Moon]=1", "'visitors' has no member 'Moon'"),
        ("how=Steal", "'Steal' is no member of plan"),
        ("s=__proto__", "there is no scenario '__proto__'"),
        ("constructor=1", "there is no 'constructor'"),
        ("s=" + quote("<img src=x onerror=alert(1)>"), "there is no scenario '<img src=x onerror=alert(1)>'"),
        ("s=hot&" + "price=1&" * 20_000, "it has more than 100000 characters"),
    ],
)
def test_a_wrong_fragment_tells_what_is_wrong_and_does_nothing(fragment: str, told: str) -> None:
    with opened(kiosk_page(), fragment=f"#{fragment}") as shown:
        assert shown.locator("#link-trouble").inner_text() == f"The link is not followed: {told}."
        assert shown.locator("#scenario").input_value() == "usual"
        assert shown.evaluate("plainsheet.values().price") == 2.5
        assert shown.locator("#reset").is_hidden()


def test_lines_of_toml_load_with_the_same_results() -> None:
    with opened(kiosk_page()) as shown:
        shown.evaluate("plainsheet.scenario('hot')")
        shown.evaluate(_CHANGES)
        shown.get_by_role("button", name="Copy as TOML").click()
        lines = shown.get_by_label("Text to copy").input_value()
        values = shown.evaluate("plainsheet.values()")
    assert lines.splitlines()[:4] == ["[scenarios.my_case]", 'label = "My case"', 'extends = "hot"', "set.price = 3.25"]
    results = evaluate(kiosk(lines), "my_case")
    for id_ in ("price", "share", "how", "growth", "visitors", "fixed", "wage", "sales", "grown", "profit"):
        wanted = results.told(id_)
        found = values[id_]
        assert (list(found.values()) if isinstance(found, dict) else [found]) == pytest.approx(list(wanted)), id_
