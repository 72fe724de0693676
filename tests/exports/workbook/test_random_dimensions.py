"""Random models over dimensions: broadcasting, aggregates, recurrences, picks and runs, in the engine and in spreadsheets.

Left out, as in test_random: sums that cancel to less than 1e-9 of their terms. Divisions are guarded, and computed members
are kept within their dimension, since a model without a value is refused and would prove nothing.
"""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.plan.evaluate import evaluate
from engine.plan.live import Live
from engine.plan.plan import Plan
from exports.workbook.formulas.stepwise.steps import in_steps
from exports.workbook.layout.rows import Layout
from exports.workbook.xlsx import workbook
from tests.oracles.agreement import differences
from tests.oracles.contents import formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice
from tests.toys.random_dimensions import VALUES, is_calm, made


@pytest.mark.slow
@settings(max_examples=10)
@given(st.integers(0, 10**9))
def test_ironcalc_agrees_in_every_scenario(seed: int) -> None:
    planned = made(seed)
    assume(all(is_calm(evaluate(planned, case.id)) for case in planned.cases))
    contents = {case.id: workbook(planned, case.id) for case in planned.cases}
    book = IronCalc(contents["one"])
    for case in planned.cases:
        content = contents[case.id]
        book.type("Cover", "E6", case.label)
        assert differences(content, book.values(formulas(content))) == []


@pytest.mark.slow
@settings(max_examples=12)
@given(st.integers(0, 10**9), st.sampled_from(VALUES), st.integers(0, 99), st.integers(0, 99))
def test_an_edit_of_one_member_gives_the_same_in_the_workbook_and_live(
    seed: int, value: str, which: int, member: int
) -> None:
    planned = in_steps(made(seed))
    inputs = [row for row in planned.rows if row.kind == "input" and row.over]
    row = inputs[which % len(inputs)]
    members = planned.members(row)
    name = f"{row.id}[{', '.join(members[member % len(members)])}]"
    before, results = evaluate(planned, "one"), evaluate(planned, "one", {name: float(value)})
    assume(is_calm(before) and is_calm(results))
    live = Live(before)
    changed = live.set(name, float(value))
    for place, other in enumerate(planned.rows):
        same = np.array_equal(before.values[place], results.values[place])
        assert (other.id in changed) is not same
        assert np.array_equal(live.results().values[place], results.values[place])
    layout = Layout(planned)
    block = layout.block(row.id)
    places = dict(zip(row.over, np.unravel_index(member % len(members), planned.shape(row)), strict=True))
    line = layout.case_line(layout.input_block(row), tuple(int(places[n]) for n in block.down), planned.case("one"))
    column = block.cell(tuple(int(places[n]) for n in block.down), int(places[block.across])).split("$")[1]
    book = IronCalc(workbook(planned, "one"))
    book.type("Inputs", f"{column}{line}", float(value))
    cells = formula_cells(planned, layout)
    found = book.values(cells.values())
    for (id_, number), cell in cells.items():
        expected = float(np.ravel(results.values[planned.index[id_]])[number])
        assert found[cell] == pytest.approx(expected, rel=1e-9, abs=1e-9), (id_, number)


def formula_cells(planned: Plan, layout: Layout) -> dict[tuple[str, int], tuple[str, str]]:
    """Return the address of every cell of every computed row."""
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for row in planned.rows:
        if not row.is_computed or row.kind == "part":
            continue
        block = layout.block(row.id)
        for number in range(len(planned.members(row))):
            shape = planned.shape(row)
            places = dict(zip(row.over, np.unravel_index(number, shape) if shape else (), strict=True))
            down = tuple(int(places[name]) for name in block.down)
            right = int(places[block.across]) if block.across else 0
            found[row.id, number] = (block.sheet, block.cell(down, right).replace("$", ""))
    return found


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_agrees() -> None:
    drawn = map(made, range(100))
    plans = list(islice((one for one in drawn if all(is_calm(evaluate(one, c.id)) for c in one.cases)), 10))
    assert len(plans) == 10
    books = [workbook(planned, planned.cases[seed % 2].id) for seed, planned in enumerate(plans)]
    for content, values in zip(books, libreoffice(books), strict=True):
        assert differences(content, values) == []
