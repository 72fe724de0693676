"""Random proof: models over the whole table of functions, computed by the engine, IronCalc and LibreOffice.

Left out, because spreadsheets do not agree on them among themselves (docs/workbook.md): rounding and comparing of computed values
that may lie within 1e-15 of a tie (only inputs and their halves are rounded), angles beyond 1e8, overflow and underflow,
and models in which a sum of computed values cancels to less than 1e-9 of its terms: some spreadsheets set such a sum to 0, and
the last bit of a logarithm is each library's own. Cancellation of inputs, ties between them, and kinks (min, max, abs,
conditions) are in.
"""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from engine import graph
from engine.plan.evaluate import evaluate
from engine.problems import ModelError
from exports.workbook.formulas.stepwise.steps import in_steps
from exports.workbook.layout.rows import Layout
from exports.workbook.xlsx import workbook
from tests.oracles.agreement import differences
from tests.oracles.contents import formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice
from tests.toys.random_models import INPUTS, is_calm, written


@pytest.mark.slow
@settings(max_examples=25)
@given(st.integers(0, 10**9))
def test_ironcalc_agrees_on_random_models_in_every_scenario(seed: int) -> None:
    found = written(seed)
    assume(found is not None)
    assert found is not None
    made, _ = found
    contents = {case.id: workbook(made, case.id) for case in made.cases}
    book = IronCalc(contents["one"])
    for case in made.cases:
        content = contents[case.id]
        book.type("Cover", "E6", case.label)
        assert differences(content, book.values(formulas(content))) == []


@pytest.mark.slow
@settings(max_examples=40)
@given(st.integers(0, 10**9), st.sampled_from(INPUTS), st.integers(0, 9))
def test_one_edit_changes_what_the_graph_names_as_downstream_and_nothing_else(
    seed: int, value: str, which: int
) -> None:
    found = written(seed)
    assume(found is not None)
    assert found is not None
    made, inputs = in_steps(found[0]), found[1]
    changed = inputs[which]
    try:
        results = evaluate(made, "one", {changed: float(value)})
    except ModelError:
        reject()
    assume(is_calm(results))
    layout, before = Layout(made), evaluate(made, "one")
    cells = {row.id: (layout.block(row.id).sheet, layout.block(row.id).cell().replace("$", "")) for row in made.rows}
    book = IronCalc(workbook(made, "one"))
    first = book.values(cells.values())
    book.type("Inputs", f"G{cells[changed][1][1:]}", float(value) / made.row(changed).unit.scale)
    second = book.values(cells.values())
    downstream = graph.downstream(made.model.feeds, changed) | {changed}
    for row in made.rows:
        place = made.index[row.id]
        old, new = before.values[place], results.values[place]
        assert second[cells[row.id]] == pytest.approx(new, rel=1e-11, abs=1e-300)
        if row.quantity is not None and row.id not in downstream:
            assert second[cells[row.id]] == first[cells[row.id]]
        elif row.id in downstream and old == new:
            assert second[cells[row.id]] == pytest.approx(first[cells[row.id]], rel=1e-12)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_agrees_on_random_models() -> None:
    plans = list(islice((found[0] for seed in range(200) if (found := written(seed)) is not None), 25))
    assert len(plans) == 25
    books = [workbook(made, made.cases[seed % 2].id) for seed, made in enumerate(plans)]
    for content, values in zip(books, libreoffice(books), strict=True):
        assert differences(content, values) == []
