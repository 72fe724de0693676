"""Ends of ranges without a value: live, in each scenario and after edits, they are where the engine has none."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from math import inf
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from engine.analysis.sensitivity import Influence, Sensitivity, sensitivity
from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import Results, evaluate
from engine.plan.outputs import Output
from engine.plan.plan import Plan, Row
from engine.planning.planner import plan
from exports.style.a1 import letter
from exports.workbook.formulas.stepwise.steps import in_steps
from exports.workbook.layout.cases import Cases
from exports.workbook.layout.rows import Layout
from exports.workbook.layout.sensitivity import OUT_HIGH, OUT_LOW, RANK, SWING, Ranges
from exports.workbook.xlsx import workbook
from tests import exported
from tests.exported import planned
from tests.oracles.agreement import differences
from tests.oracles.contents import Cells, cached, edited, formulas
from tests.oracles.gnumeric import gnumeric
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice
from tests.toys import poles
from tests.toys.packages import broken

_COLUMNS = (OUT_LOW, OUT_HIGH, SWING, RANK)
MODELS = {"single": poles.single, "members": poles.members}


class Sheet:
    """Sensitivity of a model's workbook, and what the engine says should stand there."""

    def __init__(self, made: Plan) -> None:
        made = in_steps(made)
        self.made = made
        results = tuple([evaluate(made, case.id) for case in made.cases])
        self.cases = Cases(Layout(made), results[0], results)
        self.ranges = Ranges(self.cases)

    def title(self, output: Output) -> str:
        """Return what an output is called in the list."""
        return self.ranges.titles[self.cases.outputs.index(output)]

    @property
    def asked(self) -> list[tuple[str, str]]:
        """Return the cells that are compared."""
        lines = [self.ranges.line(row) for row in self.ranges.inputs]
        return [("Sensitivity", f"{letter(column)}{line}") for line in lines for column in _COLUMNS]

    def differences(self, results: Results, output: Output, shown: Cells) -> list[str]:
        """Return each input for which the sheet does not show what the engine computes."""
        (engine,) = sensitivity(results, [Cell(output.row.id, output.number)])
        by_name = {one.name: one for one in engine.inputs if one.number is None}
        found, order = [], []
        for row in self.ranges.inputs:
            line = self.ranges.line(row)
            low, high, swing, rank = (shown["Sensitivity", f"{letter(column)}{line}"] for column in _COLUMNS)
            expected = _expected(engine, by_name.get(row.id), output.row)
            close = [_same(own, value, engine.value) for own, value in zip((low, high, swing), expected, strict=True)]
            order.append((float(str(rank)), -inf if swing == "no value" else -float(str(swing))))
            if not all(close):
                found.append(f"{results.case.id}: {output.label} by {row.id}: {low} {high} {swing}, not {expected}")
        assert sorted(rank for rank, _ in order) == [float(number) for number in range(1, len(order) + 1)]
        sizes = [size for _, size in sorted(order)]
        # What is left of numbers that cancel ties with nothing: shares of the largest are rounded.
        largest = max([-size for size in sizes if size > -inf], default=0.0)
        if any(a > b + 1e-9 * largest for a, b in pairwise(sizes)):
            found.append(f"{results.case.id}: {output.label}: ranked {sizes}")
        return found


def of_working(found: list[str]) -> list[str]:
    """Return differences but for those of elasticities, which are not live in every model."""
    return [one for one in found if not one.startswith("Sensitivity!")]


def _expected(engine: Sensitivity, one: Influence | None, row: Row) -> tuple[float | None, float | None, float | None]:
    """Return what an output is at both ends of an input, and its swing, as stored."""
    if one is None:
        return engine.value / row.unit.scale, engine.value / row.unit.scale, 0.0
    found = (one.output_at_low, one.output_at_high, one.swing)
    low, high, swing = (None if value is None else value / row.unit.scale for value in found)
    return low, high, swing


def _same(own: object, value: float | None, size: float) -> bool:
    return own == "no value" if value is None else own == pytest.approx(value, rel=1e-9, abs=1e-9 * abs(size))


@pytest.fixture(scope="module", params=[*MODELS])
def sheet(request: pytest.FixtureRequest) -> Sheet:
    """Return a model with poles."""
    return Sheet(plan(loads(MODELS[request.param]())))


@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.slow)])
def test_each_scenario_shows_the_ends_that_have_a_value_in_it(sheet: Sheet, every: int) -> None:
    content = workbook(sheet.made)
    iron, spelled = IronCalc(content), formulas(content)
    found = []
    for case in sheet.made.cases:
        iron.type("Cover", "E6", case.label)
        of_case = workbook(sheet.made, case.id)
        assert not [value for value in cached(of_case).values() if str(value).startswith("#")]
        # The text of the first output is chosen in the file of a scenario.
        iron.type("Sensitivity", "E6", sheet.ranges.titles[0])
        assert of_working(differences(of_case, iron.values(spelled))) == []
        for output in sheet.cases.outputs[::every]:
            iron.type("Sensitivity", "E6", sheet.title(output))
            found += sheet.differences(evaluate(sheet.made, case.id), output, iron.values(sheet.asked))
    assert found == []


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_shows_them_too(sheet: Sheet) -> None:
    books = [workbook(sheet.made, case.id) for case in sheet.made.cases]
    output = sheet.cases.outputs[-1]
    last = sheet.made.cases[-1]
    chosen = edited(books[0], {("Cover", "E6"): last.label, ("Sensitivity", "E6"): sheet.title(output)})
    (*found, values) = libreoffice([*books, chosen])
    for content, computed in zip(books, found, strict=True):
        assert of_working(differences(content, computed)) == []
    assert sheet.differences(evaluate(sheet.made, last.id), output, values) == []


@pytest.mark.parametrize("every", [11, pytest.param(1, marks=pytest.mark.slow)])
def test_after_edits_an_end_loses_or_gains_its_value_and_says_why(sheet: Sheet, every: int) -> None:
    iron = IronCalc(workbook(sheet.made))
    column = letter(sheet.cases.layout.scenario_column(sheet.made.first_case))
    found, told = [], set()
    for changes in poles.EDITS:
        if not set(changes) <= {row.id for row in sheet.made.inputs}:
            continue
        results = evaluate(sheet.made, None, changes)
        for id_, value in changes.items():
            iron.type("Inputs", f"{column}{sheet.cases.layout.block(id_).row}", value)
        for output in sheet.cases.outputs[1::every]:
            iron.type("Sensitivity", "E6", sheet.title(output))
            words = [("Sensitivity", f"F{sheet.ranges.line(row)}") for row in sheet.ranges.inputs]
            shown = iron.values([*sheet.asked, *words])
            found += sheet.differences(results, output, shown)
            for (_, address), text in ((cell, str(shown[cell])) for cell in words):
                ends = [shown["Sensitivity", f"{letter(at)}{address[1:]}"] for at in (OUT_LOW, OUT_HIGH)]
                assert text.count("No value at the") == ends.count("no value"), (output.label, text, ends)
                told.update(text.split(". No value at the ")[1:])
    assert found == []
    assert told or every > 1


@pytest.mark.slow
def test_the_flagship_s_largest_swing_is_that_of_its_scenario() -> None:
    sheet = Sheet(planned("sora"))
    iron = IronCalc(exported.book("sora"))
    found = []
    for case in sheet.made.cases:
        iron.type("Cover", "E6", case.label)
        for output in sheet.cases.outputs:
            iron.type("Sensitivity", "E6", sheet.title(output))
            found += sheet.differences(evaluate(sheet.made, case.id), output, iron.values(sheet.asked))
    assert found == []
    # Where 53 percent of its range has no value, the number of GPUs has the swing of 175 million in one scenario.
    iron.type("Cover", "E6", sheet.made.case("unrounded").label)
    line = sheet.ranges.sorted + 1
    (first,) = iron.values([("Sensitivity", f"B{line}")]).values()
    (swing,) = iron.values([("Sensitivity", f"K{line}")]).values()
    assert first == "Exponent of compute over frames (bar cut)"
    assert swing == pytest.approx(175e6, rel=0.01)


def test_what_has_no_value_says_which_quantity_and_what_happened() -> None:
    made = plan(loads(poles.single()))
    sheet, iron = Sheet(made), IronCalc(workbook(made))
    for title, id_, words in [
        ("The logarithm", "x", "low end: The logarithm: the logarithm of a number that is not above 0"),
        ("The compared", "y", "high end: The ratio: division by zero"),
        ("The beyond", "x", "high end: The watched: out of its bounds"),
    ]:
        iron.type("Sensitivity", "E6", title)
        cell = ("Sensitivity", f"F{sheet.ranges.line(made.row(id_))}")
        assert iron.values([cell])[cell] == f"Range. No value at the {words}"
    iron.type("Sensitivity", "E6", "The other")
    assert iron.values([cell])[cell] == "Range. The output stays as it is"


ALONG = """
[model]
title   = "Along"
outputs = ["y"]

[q.x]
label = "Along"
value = 2.5
unit  = "1"
range = [0, 4]
note  = "n"

[q.pole]
label = "Pole"
value = 5
unit  = "1"
note  = "n"

[q.most]
label   = "Watched"
formula = "x + pole"
unit    = "1"
max     = 12

[q.y]
label   = "Result"
formula = "most / (x - pole)"
unit    = "1"

[charts.line]
title = "Along"
kind  = "line"
x     = "x"
y     = ["y"]
"""


def test_a_chart_along_an_input_has_a_gap_where_there_is_no_value_and_nowhere_else() -> None:
    made = plan(loads(ALONG))
    content = workbook(made)
    iron = IronCalc(content)
    (chart,) = openpyxl.load_workbook(BytesIO(content))["Scenarios"]._charts
    first, last = chart.series[0].yVal.numRef.f.replace("$", "").removeprefix("Scenarios!").split(":")
    (row,) = {coordinate_to_tuple(first)[0], coordinate_to_tuple(last)[0]}
    columns = range(coordinate_to_tuple(first)[1], coordinate_to_tuple(last)[1] + 1)
    cells = [("Scenarios", f"{letter(column)}{row}") for column in columns]
    along = [("Scenarios", f"{letter(column)}{row - 2}") for column in columns]
    column, line = letter(Layout(made).scenario_column(made.first_case)), Layout(made).block("pole").row
    for pole, gaps in ((2.0, lambda x: x == 2), (9.0, lambda x: x > 3), (5.0, lambda _: False)):
        iron.type("Inputs", f"{column}{line}", pole)
        values = iron.values([*cells, *along])
        for cell, at in zip(cells, along, strict=True):
            x = float(str(values[at]))
            expected = "#N/A" if gaps(x) else pytest.approx((x + pole) / (x - pole))
            assert values[cell] == expected


WEAR = """
[model]
title   = "Wear"
outputs = ["loss"]

[q.cost]
label = "Cost"
value = 100
unit  = "1"
note  = "n"

[q.salvage]
label = "Salvage"
value = 10
unit  = "1"
range = [0, 220]
note  = "n"

[q.life]
label = "Life"
value = 5
unit  = "1"
range = [1, 6]
note  = "n"

[q.at]
label = "At"
value = 2
unit  = "1"
range = [1.5, 9]
note  = "n"

[q.paid]
label   = "Paid"
formula = "cost * 2"
unit    = "1"

[q.loss]
label   = "Loss"
formula = "ddb(paid, salvage, life, at) if at > 0 else paid"
unit    = "1"

[scenarios.dear]
label       = "Salvage near the cost"
set.salvage = 90

[scenarios.gone]
label       = "After its life"
set.salvage = 150
set.at      = 9.5
"""


@pytest.mark.slow
@pytest.mark.gnumeric
@pytest.mark.libreoffice
def test_what_falls_by_a_balance_nests_no_third_decision_where_it_asks_for_its_values(tmp_path: Path) -> None:
    sheet = Sheet(plan(loads(WEAR)))
    books = [workbook(sheet.made, case.id) for case in sheet.made.cases]
    (tmp_path / "m.xlsx").write_bytes(books[0])
    assert broken(tmp_path / "m.xlsx") == {}
    for content, *others in zip(books, libreoffice(books), gnumeric(books), strict=True):
        for computed in (*others, IronCalc(content).values(formulas(content))):
            assert of_working(differences(content, computed)) == []
    found = sheet.differences(evaluate(sheet.made), sheet.cases.outputs[-1], IronCalc(books[0]).values(sheet.asked))
    assert found == []
