"""What changed against the scenario, split over the changed inputs as the engine splits it."""

from __future__ import annotations

import random

import numpy as np
import pytest

from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from engine.solve import solved_plan
from engine.versions.attribution import attribute
from engine.versions.pair import Pair
from exports.page.page import page
from tests.oracles.chromium import opened
from tests.toys.kiosk import TOY, kiosk, kiosk_page

pytestmark = pytest.mark.chromium
_SHARES = """() => [...document.querySelectorAll("#changes [data-player]")].map(
    (line) => [...line.querySelectorAll("td")].map((cell) => Number(cell.dataset.share)))"""
_DONE = "() => document.querySelector('#changes tbody')?.getAttribute('aria-busy') === 'false'"


@pytest.mark.slow
def test_shares_are_those_of_the_engine_and_add_up() -> None:
    then, now = kiosk(), plan(loads(TOY.replace("value  = 2.5", "value  = 3.5").replace("value = 40", "value = 55")
                                    .replace("value.Harbour  = 1000", "value.Harbour  = 1500").replace("value.Zoo      = 300", "value.Zoo      = 100")))  # fmt: skip
    outputs = [Cell("profit", 0), Cell("per_visitor", 0)]
    wanted = attribute(Pair.of(then, now), evaluate(then, "usual"), evaluate(now, "usual"), outputs)
    ids = [player.ids for player in wanted.players]
    with opened(kiosk_page()) as shown:
        shown.evaluate('plainsheet.set({price: 3.5, share: 55, "visitors[Harbour]": 1500, "visitors[Zoo]": 100})')
        shown.wait_for_function(_DONE)
        found = np.array(shown.evaluate(_SHARES))
        change = shown.locator("#changes tbody tr").last.locator("td").all_inner_texts()
        labels = shown.locator("#changes [data-player] th").all_inner_texts()
    order = [ids.index((id_,)) for id_ in ("price", "share", "visitors")]
    np.testing.assert_allclose(found, np.asarray(wanted.shares)[order], rtol=1e-9)
    np.testing.assert_allclose(found.sum(axis=0), wanted.after - wanted.before, rtol=1e-9)
    assert labels[0].startswith("Price of an ice: 2.5 → 3.5 EUR/visitor")
    assert labels[2].startswith("Visitors <b>a year</b>, 2 of 3 values")
    assert [text[0] for text in change] == ["+", "+"]


def test_beyond_ten_inputs_orders_are_sampled_and_still_add_up() -> None:
    drawn = random.Random(7)  # noqa: S311  # a test's numbers
    inputs = "".join(f'[x.x{k}]\nlabel = "X {k}"\nvalue = {drawn.uniform(1, 2):.3f}\nunit = "1"\n' for k in range(12))
    product = " * ".join(f"x{k}" for k in range(12))
    made = plan(loads(f'[model]\ntitle = "T"\n{inputs}[y.y]\nlabel = "Y"\nunit = "1"\nformula = "{product}"\n'))
    with opened(page(made, solved_plan(made))) as shown:
        before = shown.evaluate("plainsheet.values().y")
        shown.evaluate("plainsheet.set(Object.fromEntries(Array.from({length: 12}, (_, k) => [`x${k}`, 1 + k / 10])))")
        shown.wait_for_function(_DONE)
        found = np.array(shown.evaluate(_SHARES))
        after = shown.evaluate("plainsheet.values().y")
        assert "Sampled over 300 orders." in shown.locator("#changes .note").inner_text()
    assert len(found) == 12
    assert found.sum() == pytest.approx(after - before, rel=1e-9)


def test_the_section_goes_when_nothing_is_changed() -> None:
    with opened(kiosk_page()) as shown:
        assert shown.locator("#changes").is_hidden()
        shown.evaluate('plainsheet.set("price", 3)')
        shown.wait_for_function(_DONE)
        assert shown.locator("#changes h2").inner_text() == "What changed against “Usual”"
        shown.get_by_role("button", name="Put Price of an ice back", exact=True).click()
        shown.locator("#changes").wait_for(state="hidden")
