"""Sensitivity on the command line: every number against the model evaluated anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis.sensitivity import sensitivity
from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.outputs import outputs_of
from engine.plan.plan import Plan
from engine.plan.selection import one_cell
from engine.planning.planner import plan
from tests.toys.debt import DEBT, HEAD, quantity
from tests.toys.ovens import OVENS, by_id, record
from tests.toys.random_dimensions import Author


def value_with(planned: Plan, output: str, scenario: str | None, changes: dict[str, Any]) -> float:
    cell = one_cell(planned, output, "sensitivity")
    return evaluate(planned, scenario, changes).cells(cell.id)[cell.number]


def test_swings_are_the_model_at_the_ends_and_sorted(tmp_path: Path) -> None:
    planned = plan(loads(OVENS))
    for scenario in ("usual", "dear"):
        found = record(tmp_path, OVENS, "-s", scenario)
        assert list(found["outputs"]) == ["profit", "margin"]
        for name, one in found["outputs"].items():
            assert one["value"] == value_with(planned, name, scenario, {})
            swings = [influence["swing"] for influence in one["inputs"]]
            assert swings == sorted(swings, reverse=True)
            for influence in one["inputs"]:
                for end in ("low", "high"):
                    at = influence[end]
                    changes = {influence["id"]: list(at.values()) if isinstance(at, dict) else at}
                    expected = value_with(planned, name, scenario, changes)
                    assert influence[f"output_at_{end}"] == pytest.approx(expected, rel=1e-12)
                ends = influence["output_at_low"], influence["output_at_high"]
                assert influence["swing"] == pytest.approx(abs(ends[1] - ends[0]))


def test_ends_are_ranges_or_the_swing_within_bounds_and_whole(tmp_path: Path) -> None:
    found = by_id(record(tmp_path, OVENS, "profit"), "profit")
    ends = {id_: (one["low"], one["high"]) for id_, one in found.items()}
    assert ends == {
        "flour": (1, 3),
        "price": (3.8, 4.4),
        "waste": (9, 10.5),
        "time": (81, 99),
        "ovens": (3, 3),
        "rate": ({"old": 30, "new": 55}, {"old": 50, "new": 60}),
        "rate[old]": (30, 50),
        "rate[new]": (55, 60),
    }
    wide = by_id(record(tmp_path, OVENS, "profit", "--swing", "0.5"), "profit")
    assert (wide["ovens"]["low"], wide["ovens"]["high"]) == (2, 4)
    assert (wide["time"]["low"], wide["time"]["high"]) == (45, 135)
    assert by_id(record(tmp_path, OVENS, "profit", "--swing", "50%"), "profit") == wide


def test_elasticities_by_hand_and_none_where_the_output_is_nothing(tmp_path: Path) -> None:
    found = record(tmp_path, OVENS, "profit", "margin", "spare")
    profit = by_id(found, "profit")
    assert profit["price"]["elasticity"] == pytest.approx(4 / 2.8)
    assert profit["flour"]["elasticity"] == pytest.approx(-1.2 / 2.8)
    assert profit["waste"]["elasticity"] == pytest.approx(-0.1 / 0.9)
    assert profit["waste"]["derivative"] == pytest.approx(-100 * 1.5 * 3 * 2.8 / 100)
    assert profit["time"]["derivative"] == pytest.approx(100 * 3 * 0.9 * 2.8 / 60)
    assert profit["rate"]["elasticity"] == pytest.approx(1)
    assert profit["rate"]["derivative"] == pytest.approx(
        profit["rate[old]"]["derivative"] + profit["rate[new]"]["derivative"]
    )
    assert by_id(found, "margin")["price"]["derivative"] == pytest.approx(100 * 1.2 / 16)
    assert [one["elasticity"] for one in by_id(found, "spare").values()] == [None, None]


@settings(max_examples=12)
@given(st.integers(0, 10**9))
def test_an_input_as_a_whole_is_the_sum_of_its_members(seed: int) -> None:
    planned = plan(loads(Author(seed).model()))
    results = evaluate(planned)
    found = sensitivity(results, outputs_of(planned, [planned.model.quantities[-1].id])[:3])
    for one in found:
        whole = {
            influence.row.id: influence for influence in one.inputs if influence.number is None and influence.row.over
        }
        for id_, influence in whole.items():
            members = [other for other in one.inputs if other.row.id == id_ and other.number is not None]
            assert influence.derivative == pytest.approx(
                sum(other.derivative or 0 for other in members), rel=1e-9, abs=1e-12
            )
            if influence.elasticity is not None:
                shares = sum(other.elasticity or 0 for other in members)
                assert influence.elasticity == pytest.approx(shares, rel=1e-9, abs=1e-9)


def test_small_swings_agree_with_derivatives_through_equations_and_recurrences() -> None:
    planned = plan(loads(DEBT))
    results = evaluate(planned)
    for one in sensitivity(results, outputs_of(planned, ["closing", "interest[3]"]), 1e-6):
        for influence in one.inputs:
            if influence.number is None and influence.row.over:
                continue
            step = influence.high[0] - influence.low[0]
            assert influence.output_at_high is not None
            assert influence.output_at_low is not None
            if step and not one.notes:
                change = (influence.output_at_high - influence.output_at_low) / step
                assert influence.derivative == pytest.approx(change, rel=1e-4, abs=1e-6), (one.name, influence.name)


def test_where_there_is_no_value_or_no_derivative_it_is_null(tmp_path: Path) -> None:
    text = HEAD + quantity("x", "0") + quantity("a", "1", more="range = [0, 4]") + quantity("y", "sqrt(x) + 1 / a")
    found = by_id(record(tmp_path, text, "y"), "y")
    assert (found["x"]["derivative"], found["x"]["elasticity"]) == (None, None)
    assert (found["a"]["output_at_low"], found["a"]["output_at_high"], found["a"]["swing"]) == (None, 0.25, None)
    assert list(found) == ["a", "x"]


def test_a_whole_input_stays_whole_at_a_bound_that_is_not(tmp_path: Path) -> None:
    text = HEAD + quantity("n", "2", more="whole = true\nmin = 1.5") + quantity("y", "n * 2")
    found = by_id(record(tmp_path, text, "y", "--swing", "50%"), "y")["n"]
    assert (found["low"], found["high"]) == (2, 3)


def test_a_lag_whose_range_leaves_an_output_without_a_value(tmp_path: Path) -> None:
    text = (
        HEAD + "[dimensions.year]\nfrom = 1\nto = 5\n" + quantity("lag", "2", more="whole = true\nmin = 1\nrange = [1, 4]")
        + quantity("u", "{ from = 1, list = [1, 2, 3, 4, 5] }", more='over = "year"')
        + quantity("v", "prev(u, 0, lag)", more='over = "year"') + quantity("w", "1 / v[3]")
    )  # fmt: skip
    found = by_id(record(tmp_path, text, "w"), "w")["lag"]
    assert (found["output_at_low"], found["output_at_high"]) == (0.5, None)
