"""Sensitivity on the command line: every number against the model evaluated anew."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from test_equations import DEBT, HEAD, quantity
from test_random_dimensions import Author

from engine.analysis.sensitivity import sensitivity
from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.outputs import outputs_of
from engine.plan.selection import one_cell
from engine.planning.planner import Plan, plan
from engine.problems import ModelError
from engine.units.unit import quotient
from plainsheet.commands import main

BAKERY = """
[model]
title   = "Bakery"
outputs = ["profit", "margin"]
[units]
EUR  = "[money]"
loaf = "[loaf]"
[dimensions.shop]
members = ["old", "new"]
[scenarios.usual]
label = "Usual"
[scenarios.dear]
label     = "Dear flour"
set.flour = 2.5
[bakery]
ovens  = { label = "Ovens", value = 3, unit = "1", min = 1, max = 4, whole = true, note = "x" }
flour  = { label = "Flour", value = 1.2, unit = "EUR/loaf", range = [1, 3], note = "x" }
price  = { label = "Price", value = 4, unit = "EUR/loaf", min = 3.8, note = "x" }
waste  = { label = "Waste", value = 10, unit = "percent", max = 10.5, note = "x" }
time   = { label = "Time", value = 90, unit = "minute", note = "x" }
rate   = { label = "Rate", over = "shop", value = [40, 60], unit = "loaf/hour", range = { old = [30, 50], new = [55, 60] }, note = "x" }
loaves = { label = "Loaves", over = "shop", formula = "rate * time * ovens * (1 - waste)", unit = "loaf" }
profit = { label = "Profit", formula = "sum(loaves) * (price - flour)", unit = "EUR" }
margin = { label = "Margin", formula = "(price - flour) / price", unit = "percent" }
spare  = { label = "Spare", formula = "max(0, price - 5 * flour)", unit = "EUR/loaf" }
"""


def run(tmp_path: Path, text: str, *arguments: str) -> Result:
    path = tmp_path / "bakery.toml"
    path.write_text(text)
    result = CliRunner().invoke(main, ["sensitivity", *arguments, "-m", str(path)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def record(tmp_path: Path, text: str, *arguments: str) -> dict[str, Any]:
    result = run(tmp_path, text, *arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def by_id(found: dict[str, Any], output: str) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in found["outputs"][output]["inputs"]}


def value_with(planned: Plan, output: str, scenario: str | None, changes: dict[str, Any]) -> float:
    cell = one_cell(planned, output, "sensitivity")
    return evaluate(planned, scenario, changes).cells(cell.id)[cell.number]


KEYS = ["id", "elasticity", "derivative", "derivative_unit", "low", "high", "output_at_low", "output_at_high", "swing"]


def test_json_is_as_documented_and_units_of_derivatives_are_those_of_output_over_input(tmp_path: Path) -> None:
    planned = plan(loads(BAKERY))
    found = record(tmp_path, BAKERY, "profit", "margin", "spare", "loaves[new]")
    assert found["scenario"] == "usual"
    assert list(found["outputs"]) == ["profit", "margin", "spare", "loaves[new]"]
    for name, one in found["outputs"].items():
        output = planned.row(one_cell(planned, name, "sensitivity").id).unit
        assert one["unit"] == output.text
        for influence in one["inputs"]:
            assert list(influence) == KEYS
            given_unit = planned.row(influence["id"].partition("[")[0]).unit
            # Percent is a factor of 100 and no dimension; below the line the language has no unit with it.
            text = influence["derivative_unit"]
            unit = planned.units.parse(text.removesuffix("/percent"))
            wanted = quotient(output.atoms, given_unit.atoms)
            assert planned.units.dimension(unit.atoms) == planned.units.dimension(wanted)
            shown = unit.scale / (100 if text.endswith("/percent") else 1)
            factor = float(planned.units.factor(quotient(unit.atoms, wanted))) / shown
            assert factor == pytest.approx(given_unit.scale / output.scale), influence


def test_swings_are_the_model_at_the_ends_and_sorted(tmp_path: Path) -> None:
    planned = plan(loads(BAKERY))
    for scenario in ("usual", "dear"):
        found = record(tmp_path, BAKERY, "-s", scenario)
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
    found = by_id(record(tmp_path, BAKERY, "profit"), "profit")
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
    wide = by_id(record(tmp_path, BAKERY, "profit", "--swing", "0.5"), "profit")
    assert (wide["ovens"]["low"], wide["ovens"]["high"]) == (2, 4)
    assert (wide["time"]["low"], wide["time"]["high"]) == (45, 135)
    assert by_id(record(tmp_path, BAKERY, "profit", "--swing", "50%"), "profit") == wide


def test_elasticities_by_hand_and_none_where_the_output_is_nothing(tmp_path: Path) -> None:
    found = record(tmp_path, BAKERY, "profit", "margin", "spare")
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


def test_csv_has_a_line_for_each_output_and_input(tmp_path: Path) -> None:
    found = record(tmp_path, BAKERY)
    lines = list(csv.DictReader(io.StringIO(run(tmp_path, BAKERY, "--csv").stdout)))
    pairs = [(name, influence) for name, one in found["outputs"].items() for influence in one["inputs"]]
    assert [(line["output"], line["input"]) for line in lines] == [(name, influence["id"]) for name, influence in pairs]
    for line, (_, influence) in zip(lines, pairs, strict=True):
        assert float(line["swing"]) == pytest.approx(influence["swing"])
        assert float(line["derivative"]) == pytest.approx(influence["derivative"])
        if not isinstance(influence["low"], dict):
            assert float(line["low"]) == pytest.approx(influence["low"])


@pytest.mark.parametrize(("suffix", "begins"), [(".svg", b"<?xml"), (".png", b"\x89PNG")])
def test_pictures_are_written_and_the_same_twice(tmp_path: Path, suffix: str, begins: bytes) -> None:
    path = tmp_path / f"tornado{suffix}"
    contents = []
    for _ in range(2):
        result = run(tmp_path, BAKERY, "--plot", str(path))
        assert (result.exit_code, result.stderr) == (0, f"{path}: 2 tornado charts\n")
        contents.append(path.read_bytes())
    assert contents[0] == contents[1]
    assert contents[0].startswith(begins)


@pytest.mark.parametrize("label", ["$5 and $6", r"$\foo$", "50% & <b> _x_ ^", "$"])
def test_no_text_of_a_model_is_read_as_a_formula_in_a_picture(tmp_path: Path, label: str) -> None:
    text = BAKERY.replace('"Flour"', f"'{label}'").replace('title   = "Bakery"', f"title = '{label}'")
    result = run(tmp_path, text, "--plot", str(tmp_path / "tornado.svg"))
    assert result.exit_code == 0
    assert (tmp_path / "tornado.svg").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("--swing", "abc"), 1, "is no share"),
        (("--swing", "0"), 1, "is not between"),
        (("--swing", "-5%"), 1, "is not between"),
        (("--csv", "--json"), 2, "choose one of --csv and --json"),
        (("--plot", "x.gif"), 2, ".png"),
        (("--plot", "nowhere/x.svg"), 2, "there is no directory"),
        (("-s", "deer"), 1, "there is no scenario 'deer'"),
        (("profitt",), 1, "did you mean 'profit'"),
        (("loaves[middle]",), 1, "is no member of 'shop'"),
        (("profit", "--set", "price=1"), 1, "min"),
        (("--nonsense",), 2, "No such option"),
    ],
)
def test_wrong_usage_is_said(tmp_path: Path, arguments: tuple[str, ...], status: int, words: str) -> None:
    result = run(tmp_path, BAKERY, *arguments)
    assert result.exit_code == status
    assert words in result.stdout + result.stderr


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


def test_a_text_has_bars_and_the_matrix(tmp_path: Path) -> None:
    out = run(tmp_path, BAKERY).stdout
    assert "profit = 1134 EUR" in out
    assert "█" in out
    assert "Elasticities" in out
    with pytest.raises(ModelError):
        outputs_of(plan(loads(BAKERY)), ["nothing"])
