"""The sections of sensitivity and uncertainty in Chromium: what they say, live, and by keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.outputs import outputs
from engine.planning.planner import plan as planned
from engine.solve import solved
from engine.uncertainty.simulation import simulate
from exports.page.page import page
from exports.style.words import in_review
from tests.oracles.chromium import opened, violations
from tests.places import MODELS
from tests.toys.uncertain import UNCERTAIN

pytestmark = pytest.mark.chromium
_PATIENCE = 60_000
_READY = "() => document.querySelectorAll('#uncertainty .facts li').length > 1"


def test_figures_follow_a_change_and_are_those_of_simulate() -> None:
    plan, results = solved(MODELS / "sora.toml")
    cell = outputs(plan)[0].cell
    with opened(page(plan, results)) as shown:
        shown.wait_for_function(_READY)
        for changes in ({}, {"video_share": 40.0}):
            for id_, value in changes.items():
                shown.evaluate(f"plainsheet.set({id_!r}, {value})")
            spread = simulate(plan, [cell], samples=4_096, changes=changes).spreads[0].figures
            figures = [in_review(one.value) for one in (spread.mean, *spread.percentiles.values())]
            expect(shown.locator("#uncertainty tbody tr").first.locator("td")).to_have_text(figures, timeout=_PATIENCE)
        assert shown.locator("#sensitivity tbody tr").count() == 12
        assert (
            "Published: 4,211 GPU. The result is above it in" in shown.locator("#uncertainty .facts").first.inner_text()
        )
        assert "size_multiplier" in shown.locator("#sensitivity .facts").inner_text()
        assert shown.locator("[style]").count() == 0


@pytest.mark.slow
def test_both_sections_show_one_output_and_are_used_by_keyboard() -> None:
    plan = planned(loads(UNCERTAIN))
    with opened(page(plan, {case.id: evaluate(plan, case.id) for case in plan.cases})) as shown:
        shown.wait_for_function(_READY)
        shown.focus("#sensitivity-output")
        shown.keyboard.press("ArrowDown")
        expect(shown.locator("#uncertainty caption")).to_contain_text("Share of a year", timeout=_PATIENCE)
        assert shown.input_value("#uncertainty-output") == shown.input_value("#sensitivity-output")
        shown.select_option("#uncertainty-output", label="Profit")
        expect(shown.locator("#uncertainty caption")).to_contain_text("Profit", timeout=_PATIENCE)
        shown.fill("#target", "60")
        missed = re.compile(r"^is missed in [\d.]+ % ± [\d.]+ % of the cases$")
        expect(shown.locator("#uncertainty output")).to_have_text(missed, timeout=_PATIENCE)
        facts = shown.locator("#uncertainty .facts").all_inner_texts()
        assert any("fails in" in text for text in facts), facts
        shown.select_option("#uncertainty-output", label="Pace")
        expect(shown.locator("#uncertainty .facts").first).to_contain_text("have no value", timeout=_PATIENCE)
        assert not [one for one in violations(shown) if "#sensitivity" in one or "tornado" in one or "curves" in one]


def test_what_has_no_draws_has_no_section() -> None:
    plan = planned(loads('[model]\ntitle = "One"\n[a.x]\nlabel = "X"\nvalue = 2\nunit = "1"\nnote = "x"\n'))
    with opened(page(plan, {case.id: evaluate(plan, case.id) for case in plan.cases})) as shown:
        assert shown.locator("#uncertainty").count() == 0
