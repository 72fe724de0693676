"""Scenarios, Sensitivity and Cases: what they show after a choice or an edit is what the engine computes there."""

from __future__ import annotations

import random
import re
from io import BytesIO
from itertools import pairwise
from math import inf

import numpy as np
import openpyxl
import pytest

from engine.analysis.sensitivity import Sensitivity, sensitivity
from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import Results, evaluate
from engine.plan.outputs import Output
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from exports.style.a1 import letter
from exports.workbook.formulas.stepwise.steps import in_steps
from exports.workbook.layout.cases import Cases
from exports.workbook.layout.rows import Layout
from exports.workbook.layout.sensitivity import ELASTICITY, RANK, SWING, Ranges
from exports.workbook.xlsx import workbook
from tests import exported
from tests.exported import planned
from tests.oracles.contents import Cells, cached, edited, formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice

_VOLATILE = re.compile(r"\b(?:OFFSET|INDIRECT|NOW|TODAY|RAND|RANDBETWEEN|CELL|INFO)\(")

_MANY_BYTES = 3_000_000


class Book:
    """A model's workbook in IronCalc, and where its analysis stands."""

    def __init__(self, made: Plan, content: bytes) -> None:
        made = in_steps(made)
        self.made = made
        self.base = evaluate(made)
        self.cases = Cases(Layout(made), self.base, tuple([evaluate(made, case.id) for case in made.cases]))
        self.ranges = Ranges(self.cases)
        self.alone = {row.id: self.ranges.alone_table + 1 + n for n, row in enumerate(self.cases.unvaried)}
        self.content = content
        # Of the largest workbook a choice takes half a minute to follow.
        is_large = len(content) > _MANY_BYTES
        self.asked = self.cases.outputs[:1] if is_large else self.cases.outputs
        self.iron = IronCalc(self.content)

    def shown(self, output: Output, scenario: str) -> Cells:
        """Return swings and elasticities of all inputs with an output chosen in a scenario, by its label."""
        self.iron.type("Cover", "E6", scenario)
        self.iron.type("Sensitivity", "E6", output.label)
        cells = [(SWING, self.ranges.line(row)) for row in self.ranges.inputs]
        cells += [(column, number) for _, number in cells for column in (ELASTICITY, RANK)]
        cells += [(ELASTICITY, number) for number in self.alone.values()]
        return self.iron.values([("Sensitivity", f"{letter(column)}{number}") for column, number in cells])

    def differences(self, results: Results) -> list[str]:
        """Return each input of each output for which the sheet does not show what the engine computes."""
        found = []
        for output in self.asked:
            shown = self.shown(output, results.case.label)
            (engine,) = sensitivity(results, [Cell(output.row.id, output.number)])
            found += self._of_output(output, shown, engine)
        return found

    def _of_output(self, output: Output, shown: Cells, engine: Sensitivity) -> list[str]:
        by_name = {one.name: one for one in engine.inputs if one.number is None}
        found = []
        ranks = []
        for row in self.ranges.inputs:
            line = self.ranges.line(row)
            swing, elasticity, rank = (shown["Sensitivity", f"{letter(c)}{line}"] for c in (SWING, ELASTICITY, RANK))
            one = by_name.get(row.id)
            # A member is chosen or not, and moves nothing by a little.
            nothing = None if row.quantity is not None and row.quantity.choice else 0.0
            expected = one.elasticity if one is not None else nothing
            same = (
                elasticity == "none"
                if expected is None or not engine.value
                else elasticity == pytest.approx(expected, rel=1e-9, abs=1e-12)
            )
            moved = 0.0 if one is None else one.swing if one.swing is None else one.swing / output.row.unit.scale
            close = swing == (
                "no value" if moved is None else pytest.approx(moved, rel=1e-9, abs=1e-9 * abs(engine.value))
            )
            # What has no value at an end may be anything there, and comes first.
            ranks.append((rank, -inf if swing == "no value" else -float(str(swing))))
            if not (same and close):
                found.append(f"{output.label} by {row.id}: {elasticity} {swing}, not {expected} {moved}")
        for id_, line in self.alone.items():
            expected = by_name[id_].elasticity if id_ in by_name else 0.0
            is_none = expected is None or not engine.value
            if shown["Sensitivity", f"{letter(ELASTICITY)}{line}"] != (
                "none" if is_none else pytest.approx(expected, rel=1e-9, abs=1e-12)
            ):
                found.append(f"{output.label} by {id_}, without a swing: {shown}, not {expected}")
        order = [key for _, key in sorted(ranks)]
        assert [rank for rank, _ in sorted(ranks)] == [float(n) for n in range(1, len(ranks) + 1)]
        # Shares of the largest swing are rounded to ten decimals before they are ranked.
        largest = max([-size for size in order if size > -inf], default=0.0)
        assert all(a <= b + 1e-9 * largest for a, b in pairwise(order))
        return found


@pytest.fixture(
    scope="module", params=["sora", "gpu_cluster", "loan", pytest.param("three_statements", marks=pytest.mark.slow)]
)
def book(request: pytest.FixtureRequest) -> Book:
    """Return a model's workbook."""
    return Book(planned(request.param), exported.book(request.param))


@pytest.mark.slow
def test_every_output_that_is_chosen_shows_its_swings_and_elasticities(book: Book) -> None:
    assert book.differences(book.base) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gpu_cluster", "three_statements"])
def test_in_every_scenario_they_are_those_of_that_scenario(name: str) -> None:
    book = Book(planned(name), exported.book(name))
    for case in book.made.cases[3:4] if len(book.asked) == 1 else book.made.cases[1:]:
        assert book.differences(evaluate(book.made, case.id)) == []


def test_after_random_edits_they_are_those_of_the_new_point() -> None:
    made = planned("sora")
    book = Book(made, exported.book("sora"))
    chance = random.Random(5)  # noqa: S311  # the same edits every time
    changes: dict[str, float] = {}
    asked = [(row, row.quantity) for row in book.ranges.inputs if not row.over and row.quantity is not None]
    for row in chance.sample([row for row, of in asked if not of.whole and not of.choice], 8):
        value = float(book.base[row.id]) * chance.uniform(0.9, 1.1)
        try:
            evaluate(made, None, {**changes, row.id: value})
        except ModelError:
            continue
        changes[row.id] = value
        column = letter(book.cases.layout.scenario_column(made.first_case))
        line = book.cases.layout.block(row.id).row
        book.iron.type("Inputs", f"{column}{line}", value / row.unit.scale)
    assert len(changes) > 4
    assert book.differences(evaluate(made, None, changes)) == []


@pytest.mark.slow
def test_scenarios_stand_side_by_side_whichever_is_live(book: Book) -> None:
    made = book.made
    sheet = openpyxl.load_workbook(BytesIO(book.content))["Scenarios"]
    first = 7
    expected: dict[tuple[str, str], float] = {}
    for number, case in enumerate(made.cases):
        results = evaluate(made, case.id)
        for place, output in enumerate(book.cases.outputs):
            assert sheet[f"C{first + place}"].value == output.name(made)
            value = np.ravel(results.values[made.index[output.row.id]])[output.number]
            expected["Scenarios", f"{letter(7 + number)}{first + place}"] = float(value)
    book.iron.type("Cover", "E6", made.cases[-1].label)
    assert book.iron.values(expected) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.slow
def test_an_input_with_5000_users_has_formulas_no_longer_than_one_with_a_few() -> None:
    lines = ['[model]\ntitle = "Wide"\noutputs = ["total"]\n[dimensions.way]\nmembers = ["a"]\n']
    lines.append('[s.price]\nlabel = "Price"\nvalue = 2\nunit = "1"\nnote = "x"\n')
    lines += [f'[s.q{n}x]\nlabel = "q{n}"\nformula = "price * {n % 7 + 1} / 10"\nunit = "1"\n' for n in range(5000)]
    for group in range(50):
        names = " + ".join(f"q{n}x" for n in range(group * 100, group * 100 + 100))
        lines.append(f'[s.g{group}x]\nlabel = "g"\nformula = "{names}"\nunit = "1"\n')
    lines.append(
        '[s.total]\nlabel = "Total"\nformula = "' + " + ".join(f"g{n}x" for n in range(50)) + '"\nunit = "1"\n'
    )
    made = plan(loads("\n".join(lines)))
    book = Book(made, workbook(made))
    spelled = formulas(book.content)
    assert max(len(text) for (sheet, _), text in spelled.items() if sheet == "Sensitivity") < 500
    assert book.differences(book.base) == []


def test_nothing_is_volatile_an_array_or_a_data_table() -> None:
    spelled = formulas(exported.book("gpu_cluster"))
    assert not [text for text in spelled.values() if _VOLATILE.search(text) or "{" in text]


def test_the_chart_points_to_cells_of_its_own_sheet() -> None:
    (chart,) = openpyxl.load_workbook(BytesIO(exported.lemonade()))["Sensitivity"]._charts
    assert len(chart.series) == 2
    assert all("'Sensitivity'!" in one.val.numRef.f or "Sensitivity!" in one.val.numRef.f for one in chart.series)


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_follows_a_choice_of_output() -> None:
    book = Book(planned("sora"), exported.book("sora"))
    output = book.cases.outputs[-1]
    content = edited(book.content, {("Sensitivity", "E6"): output.label})
    (values,) = libreoffice([content])
    (engine,) = sensitivity(book.base, [Cell(output.row.id, output.number)])
    for row in book.ranges.inputs:
        one = next((one for one in engine.inputs if one.name == row.id), None)
        if row.quantity is not None and row.quantity.choice:
            continue
        expected = one.elasticity if one is not None else 0.0
        cell = ("Sensitivity", f"{letter(ELASTICITY)}{book.ranges.line(row)}")
        assert values[cell] == pytest.approx(expected, rel=1e-9, abs=1e-12)


BROKEN = """
[model]
title   = "Broken"
outputs = ["y"]
[q.y]
label   = "Y"
formula = "1 / a"
unit    = "1"
[q.a]
label = "A"
value = 2
unit  = "1"
range = [0, 3]
note  = "n"
"""


def test_an_end_without_a_value_is_text_and_no_error() -> None:
    own = cached(workbook(plan(loads(BROKEN))))
    assert "no value" in own.values()
    assert not [value for value in own.values() if str(value).startswith("#")]


ALIKE = """
[model]
title = "Alike"
outputs = ["y", "z", "w", "v"]
[q.x]
label = "Input"
value = 2
unit = "1"
range = [1, 4]
note = "n"
"""


def test_an_output_is_chosen_though_its_label_is_alike_another_or_has_a_sign_of_search() -> None:
    labels = {"y": "Result", "z": "RESULT", "w": "Is it ~2?", "v": "Is it ~2*"}
    formulas_ = {"y": "x * 2", "z": "x * 3", "w": "x * 5", "v": "x * 7"}
    text = ALIKE + "".join(
        f'[q.{id_}]\nlabel = "{label}"\nunit = "1"\nformula = "{formulas_[id_]}"\n' for id_, label in labels.items()
    )
    made = plan(loads(text))
    book = Book(made, workbook(made))
    shown = []
    for title in book.ranges.titles:
        book.iron.type("Sensitivity", "E6", title)
        shown.append(book.iron.values([("Sensitivity", "E8")])["Sensitivity", "E8"])
    assert book.ranges.titles == ["Result (y)", "RESULT (z)", "Is it ~2?", "Is it ~2*"]
    assert shown == [4, 6, 10, 14]
