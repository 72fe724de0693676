"""The numbers of many cases at once, and the inputs by how much they matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan

import numpy as np

from engine.analysis.gradients import gradients
from engine.plan.batch import evaluate_many
from engine.plan.evaluate import Results
from engine.plan.outputs import Output
from engine.plan.plan import Array, Numbers, Row
from exports.workbook.layout.turning import ends_or_members

# The values of rows by their index in the plan, cases first.
Many = dict[int, Array]


def many(rows: Sequence[Row], changes: Mapping[str, Array], results: Results, count: int) -> Many:
    """Return the rows' values in so many cases of a scenario: of inputs that change, those of each, as declared."""
    lags = {id_: values for id_, values in changes.items() if id_ in results.plan.lags}
    found = _at_once(rows, {id_: values for id_, values in changes.items() if id_ not in lags}, results, count)
    # How far `prev` looks back is one number for all cases that are computed at once.
    for number in range(count) if lags else ():
        if any(np.any(values[number] != results[id_]) for id_, values in lags.items()):
            alone = {id_: values[number : number + 1] for id_, values in changes.items()}
            for at, value in _at_once(rows, alone, results, 1).items():
                found[at][number] = value[0]
    return found


def many_at_ends(rows: Sequence[Row], varied: Sequence[Row], results: Results) -> Many:
    """Return the rows' values in a scenario: each input that is varied at its ends, or at each member, cases first."""
    settings = [(row, setting) for row in varied for setting in ends_or_members(results, row)]
    changes = {row.id: np.array([results[row.id]] * len(settings)) for row in varied}
    for number, (row, setting) in enumerate(settings):
        changes[row.id][number] = setting
    return many(rows, changes, results, len(settings))


def one_of(found: Many, number: int) -> dict[int, Numbers]:
    """Return the rows' values in one of many cases."""
    return {at: value[number] if value.ndim > 1 else float(value[number]) for at, value in found.items()}


def empty(found: Many, results: Results) -> set[str]:
    """Return the rows that have no value in some case."""
    return {results.plan.rows[at].id for at, value in found.items() if np.isnan(value).any()}


def elasticities(results: Results, rows: Sequence[Row], judged: Sequence[Output]) -> dict[str, float]:
    """Return the size of each input's largest elasticity of any result, infinite where it has none."""
    plan, known = results.plan, gradients(results)
    sizes: dict[str, float] = {}
    for output in judged if known is not None else ():
        assert known is not None  # noqa: S101  # just asked
        adjoints = known.adjoints(output.cell)
        value = output.value(plan, results.values)
        for row in rows:
            own = row.given_values(results.values[plan.index[row.id]])
            scaled = float(np.sum(np.nan_to_num(own) * known.of_row(adjoints, row)))
            size = abs(scaled / value) if value else 0.0
            sizes[row.id] = max(sizes.get(row.id, 0.0), np.inf if isnan(size) else size)
    return sizes


def _at_once(rows: Sequence[Row], changes: Mapping[str, Array], results: Results, count: int) -> Many:
    plan = results.plan
    values = evaluate_many(plan, changes, results.case.id, [row.id for row in rows]).values
    shapes = {plan.index[row.id]: plan.shape(row) for row in rows}
    return {at: np.broadcast_to(values[at], (count, *shape)).copy() for at, shape in shapes.items()}
