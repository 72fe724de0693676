"""Sweeps: every case is what the engine has for it alone, whoever computes it."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from engine.model.load import loads
from engine.plan.cells import Cell, cell_name
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from engine.sweeps import sweep as sweep_
from engine.sweeps.axes import axes
from engine.sweeps.columns import Columns, grid
from engine.sweeps.sweep import Sweep, sweep
from engine.sweeps.table import cases_in, read_cases
from engine.uncertainty.simulation import FEWEST, simulate
from engine.work.processes import Processes
from engine.work.workers import Threads
from tests.toys import random_draws

TEXT = """
[model]
title = "Bakery"
outputs = ["profit"]

[dimensions.shop]
members = ["Hill", "Lake"]

[dimensions.year]
from = 2026
to = 2029

[units]
EUR = "[money]"
loaf = "[bread]"

[scenarios.plan]
label = "Plan"

[scenarios.dear]
label = "Dear"
set.rent = 50

[bakery]
price = { label = "Price", unit = "EUR/loaf", value = 2, min = 0, max = 9 }
loaves = { label = "Loaves", unit = "loaf", over = ["shop", "year"], value = 100, whole = true }
share = { label = "Share", unit = "percent", over = "shop", value = 50 }
rent = { label = "Rent", unit = "EUR", value = 10 }
spot = { label = "Spot", choice = "shop", value = "Hill" }
lag = { label = "Lag", unit = "1", value = 1, whole = true, min = 1 }
sales = { label = "Sales", unit = "EUR", over = ["shop", "year"], formula = "price * loaves * share" }
late = { label = "Late", unit = "EUR", over = "year", formula = "prev(sum(sales, over=shop), rent, lag)" }
left = { label = "Left", unit = "EUR", formula = "sum(late) - 20 * rent", min = -600 }
profit = { label = "Profit", unit = "EUR", formula = "left / (price / one - 1) + sum(sales[spot, :])" }
one = { label = "One", unit = "EUR/loaf", value = 1 }
kept = { label = "Kept", unit = "percent", formula = "share[spot] * 0.14" }
"""
MADE = plan(loads(TEXT))
HERE = Path("cases.csv")


def of(columns: Columns, *names: str, **more: object) -> Sweep:
    return sweep(MADE, [Cell(name) for name in names or ("profit", "kept")], columns, **more)  # type: ignore[arg-type]


def alone(made: Plan, found: Sweep, case: int, changes: dict[str, float] | None = None) -> list[float]:
    """Return the outputs of one case as the engine has them."""
    given = {name: float(values[case]) for name, values in found.columns.inputs.items()}
    named = found.columns.scenarios[case] if found.columns.scenarios else found.case.id
    results = evaluate(made, named, {**(changes or {}), **given})
    return [results.cells(cell.id)[cell.number] for cell in found.outputs]


def compared(made: Plan, found: Sweep, changes: dict[str, float] | None = None) -> int:
    """Return how many cases are what the engine has; it has none where an output has none."""
    count = 0
    for case in range(found.columns.count):
        own = found.values[:, case].tolist()
        try:
            assert own == pytest.approx(alone(made, found, case, changes), rel=1e-12)
        except ModelError:
            assert np.isnan(own).any()
            continue
        count += 1
    return count


def test_a_grid_is_every_combination_and_each_is_as_solve_has_it() -> None:
    texts = ["price=1:9:5", "share[Hill]=10,20 %,0.5", "spot=Hill,Lake", "lag=1,2,3"]
    found = of(grid(MADE, axes(MADE, texts)), scenario="dear", changes={"loaves[Hill, 2027]": 7.0})
    assert found.columns.count == 5 * 3 * 2 * 3
    assert list(found.columns.inputs) == ["price", "share[Hill]", "spot", "lag"]
    assert found.columns.inputs["lag"][:4].tolist() == [1, 2, 3, 1]
    assert compared(MADE, found, {"loaves[Hill, 2027]": 7.0}) == 4 * 3 * 2 * 3 - np.isnan(found.values[0, 18:]).sum()
    assert (
        found.why[0]["price divides by 0"]
        if "price divides by 0" in found.why[0]
        else sum(found.why[0].values()) == np.isnan(found.values[0]).sum()
    )


def test_cases_may_have_scenarios_of_their_own() -> None:
    found = of(cases_in(MADE, "price,scenario\n2,dear\n3,plan\n4,dear+plan\n", HERE))
    assert found.columns.scenarios == ("dear", "plan", "dear+plan")
    assert compared(MADE, found) == 3


def test_a_result_out_of_its_bounds_is_no_value_and_says_why() -> None:
    found = of(grid(MADE, {"rent": [10.0, 100.0], "price": [1.0, 2.0]}), "profit", "left", "kept")
    assert np.isnan(found.values).tolist() == [[True, False, True, True], [False, False, True, True], [False] * 4]
    assert found.why[1] == {"left is below min = -600": 2}
    assert found.why[0]["left is below min = -600"] == 2
    assert sum(found.why[0].values()) == 3
    assert found.why[2] == {}


@pytest.mark.parametrize("seed", range(4))
def test_random_models_have_in_each_case_what_solve_has(seed: int) -> None:
    made = plan(loads(random_draws.text(seed), "random.toml"))
    outputs = [Cell(row.id, 0) for row in made.rows if row.kind == "formula"]
    draws = simulate(made, outputs, samples=FEWEST).draws()
    found = sweep(made, outputs, Columns({name: values[:6] for name, values in draws.items()}))
    for case in range(6):
        try:
            expected = alone(made, found, case)
        except ModelError:
            continue
        assert found.values[:, case].tolist() == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_whoever_computes_it_the_bits_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = grid(MADE, axes(MADE, ["price=1.5:9:40", "rent=1:20:10", "lag=1,2"]))
    whole = of(columns, workers=Threads(1))
    monkeypatch.setattr(sweep_, "_BLOCK", 64)
    parts = of(columns, workers=Threads(3))
    assert whole.values.tobytes() == parts.values.tobytes()
    assert whole.why == parts.why
    work = sweep_._Work(MADE, {}, (Cell("profit"),))
    assert len(pickle.dumps(work)) < 2 * len(TEXT)


@pytest.mark.slow
def test_processes_give_the_same_bits() -> None:
    columns = grid(MADE, axes(MADE, ["price=1:9:40", "rent=1:20:10"]))
    with Processes(2) as workers:
        shared = of(columns, workers=workers)
    assert shared.values.tobytes() == of(columns).values.tobytes()
    assert shared.why == of(columns).why


def test_ends_are_hit_and_steps_are_as_typed() -> None:
    assert axes(MADE, ["price=0.1:0.5:5", "rent=1:2:2 kEUR", "share = 1,2,5 %"]) == {
        "price": [0.1, 0.2, 0.3, 0.4, 0.5], "rent": [1_000, 2_000], "share": [1, 2, 5],
    }  # fmt: skip
    assert axes(MADE, ["rent=1,2 EUR,3 kEUR", "lag=1:4:4"]) == {"rent": [1, 2, 3_000], "lag": [1, 2, 3, 4]}


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        (["price"], "--over price: it gives no values"),
        (["prize=1:2:3"], "did you mean 'price'"),
        (["price=1:2"], "'1:2' is not FROM:TO:COUNT"),
        (["price=1:2:x"], "'1:2:x' is not FROM:TO:COUNT"),
        (["price=1:2:3:4"], "'1:2:3:4' is not FROM:TO:COUNT"),
        (["price=1:2:1"], "the count of values is 1, and 2 to 1,000,000 are possible"),
        (["price=1:2:999999999"], "the count of values is 999,999,999, and 2 to 1,000,000 are possible"),
        (["price=1::3"], "does not begin with a number"),
        (["price=1,,2"], "a value is missing between commas"),
        (["price=1,000"], "'000' looks like digits of the number before it"),
        (["price=1,two"], "'two' does not begin with a number"),
        (["price=1,2 hour"], "is not the unit of 'price'"),
        (["spot=Hill,Hil"], "did you mean 'Hill'"),
        (["share[Hil]=1,2"], "'Hil' is no member of 'shop'"),
        (["price=1,2", "price=3,4"], "--over gives 'price' twice"),
    ],
)
def test_what_is_no_axis_is_told(texts: list[str], says: str) -> None:
    with pytest.raises(ModelError) as raised:
        axes(MADE, texts)
    assert says in str(raised.value)


@pytest.mark.parametrize(
    ("columns", "changes", "says"),
    [
        ({"price": [1, 10]}, {}, "'price' = 10 EUR/loaf is above max = 9"),
        ({"lag": [1, 1.5]}, {}, "is not whole"),
        ({"profit": [1, 2]}, {}, "'profit' is computed and cannot be set"),
        ({"price": [1, 2]}, {"price": 3}, "'price' varies, and is set too"),
        ({"share": [1, 2], "share[Hill]": [1, 2]}, {}, "both 'share' and 'share[Hill]' are given"),
        ({"share[Hill]": [1, 2]}, {"share": 1}, "both 'share[Hill]' and 'share' are given"),
        ({"price": [1, np.inf]}, {}, "'price' cannot be inf"),
        ({}, {}, "nothing varies from case to case"),
    ],
)
def test_what_an_input_cannot_have_is_told(
    columns: dict[str, list[float]], changes: dict[str, float], says: str
) -> None:
    with pytest.raises(ModelError) as raised:
        of(Columns({name: np.array(values, float) for name, values in columns.items()}), changes=changes)
    assert says in str(raised.value)


def test_too_many_are_told_before_they_are_made() -> None:
    with pytest.raises(ModelError, match="2,000 × 2,000 are 4,000,000 cases, and 1,000,000 are the most"):
        grid(MADE, axes(MADE, ["price=1:9:2000", "rent=1:2:2000"]))
    with pytest.raises(ModelError, match="are more than the 16,777,216 that are kept"):
        sweep(MADE, [Cell("profit")] * 17, grid(MADE, axes(MADE, ["rent=1:2:1000000"])))


def test_a_file_has_names_members_and_units_however_a_spreadsheet_saves_it() -> None:
    for text in (
        "\ufeffprice;share[Hill];rent [kEUR]\r\n2;50;1.5\r\n\r\n3;60;0.5\r\n",
        "price (EUR/loaf)\tshare [Hill]\trent (kEUR)\n2\t50\t1.5\n3\t60 %\t500 EUR\n",
        'price [EUR/loaf],"share[Hill] [percent]",rent [kEUR]\n2,50,1.5\n3,60,0.5\n',
    ):
        found = cases_in(MADE, text.removeprefix("\ufeff"), HERE)
        assert {name: values.tolist() for name, values in found.inputs.items()} == {
            "price": [2, 3], "share[Hill]": [50, 60], "rent": [1_500, 500],
        }  # fmt: skip
    wide = cases_in(MADE, '"loaves[Lake, 2027]",price\n7,2\n', HERE)
    assert list(wide.inputs) == ["loaves[Lake, 2027]", "price"]
    spot = cases_in(MADE, 'spot\n"Lake"\nHill\n', HERE)
    assert spot.inputs["spot"].tolist() == [1, 0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "cases.csv: it is empty"),
        ("price\n", "cases.csv: it has no cases"),
        ("prize\n1\n", "cases.csv: there is no quantity 'prize'\n  hint: did you mean 'price'?"),
        ("price,rent\n1,2\n1\n", "cases.csv, line 3: 1 value below 2 names"),
        ("price,rent\n1,2\n1,2,3\n", "cases.csv, line 3: 3 values below 2 names"),
        ("price\n1\ncheap\n", "cases.csv, case 2: price=cheap: 'cheap' does not begin with a number"),
        ("price;rent\n1,5;2\n", "cases.csv, case 1: price=1,5"),
        ("price,rent\n1,\n", "cases.csv, case 1: 'rent' has no value"),
        ("price [hour]\n1\n", "is not the unit of 'price'"),
        ("price [furlong]\n1\n", "furlong"),
        ("price,price [EUR/loaf]\n1,1\n", "cases.csv: 'price' stand there twice"),
        ("spot\nHil\n", "'Hil', which is no member of 'shop'"),
        ("share[Hil]\n1\n", "'Hil' is no member of 'shop'"),
        ('price\n"1\n', "cases.csv, line 2: unexpected end of data"),
        ("price\n=1+1\n", "does not begin with a number"),
        ("price\n1e999\n", "'price' cannot be inf"),
        ("scenario\ndeer\n", "there is no scenario 'deer'"),
        ("\x00\n1\n", "cases.csv"),
        (",\n1,2\n", "cases.csv"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_told_with_its_place(text: str, says: str) -> None:
    with pytest.raises(ModelError) as raised:
        of(cases_in(MADE, text, HERE))
    assert says in str(raised.value)


def test_a_file_that_is_no_text_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "cases.csv"
    file.write_bytes(b"PK\x03\x04\xff")
    with pytest.raises(ModelError, match=r"cases\.csv: it is no text in UTF-8"):
        read_cases(MADE, file)
    file.write_bytes(b"price\n" + b"1\n" * 40)
    monkeypatch.setattr("engine.sweeps.table._MOST_BYTES", 20)
    with pytest.raises(ModelError, match="it is larger than"):
        read_cases(MADE, file)
    monkeypatch.undo()
    monkeypatch.setattr("engine.sweeps.table.MOST_CASES", 3)
    with pytest.raises(ModelError, match=r"cases\.csv: more than 4 cases"):
        read_cases(MADE, file)


def test_names_are_told_as_the_model_has_them() -> None:
    assert [cell_name(MADE, cell) for cell in of(grid(MADE, {"rent": [1.0, 2.0]}), "kept").outputs] == ["kept"]
