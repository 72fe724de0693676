"""What a change does to how far outputs spread: percentiles, and the chances of checks, before and after.

Both versions are drawn at the same points, so that a difference is not lost in what two samples differ by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import isnan
from typing import Final, NamedTuple

import numpy as np

from engine.language.tree import names
from engine.model.names import row_of, with_row
from engine.plan.cells import Cell
from engine.plan.drawn.correlations import correlations
from engine.plan.outputs import Output, outputs
from engine.plan.plan import Array, Case, Plan, Test
from engine.uncertainty.cone import Cone
from engine.uncertainty.copula import Copula
from engine.uncertainty.points import SCRAMBLES, Points
from engine.uncertainty.reasons import cell_values
from engine.uncertainty.sampling import Sampling, sampling
from engine.uncertainty.statements.checks import holds
from engine.versions.pair import Pair

PERCENTILES: Final = (5, 50, 95)
SAMPLES: Final = 16_384
# So many numbers are held at once.
_MOST_NUMBERS: Final = 16_000_000
_SAME: Final = 1e-12
CHANCE: Final = "chance"


@dataclass(frozen=True, slots=True)
class Shift:
    """A figure of an output, "P5", "P50" or "P95" in its declared unit, or the chance that a check holds.

    `error` is the standard error of the difference. NaN is before, or after, where no case has a value.
    """

    figure: str
    id: str
    label: str
    unit: str
    before: float
    after: float
    error: float


class Side(NamedTuple):
    """One version in a scenario: its plan, the cells and the checks that are looked at, and what is drawn."""

    plan: Plan
    case: Case
    cells: tuple[Cell, ...]
    tests: tuple[Test, ...]
    sampling: Sampling


class Drawn(NamedTuple):
    """What came of one side: outputs of shape (outputs, scrambles, cases), declared, and where each check holds."""

    values: Array
    truths: Array


def shifts(pair: Pair, scenario: str) -> list[Shift]:
    """Return the figures that move by more than their error in a scenario of the new version, in the outputs' order.

    None where neither version draws what its outputs depend on, or where the old version has no such scenario.
    """
    both = sides(pair, scenario)
    if both is None:
        return []
    before, after = both
    points = Points(max(side.sampling.dimensions for side in both))
    then, now = (_drawn(side, points) for side in both)
    found: list[Shift] = []
    for number, output in enumerate(_outputs(after)):
        # Both in the unit that the new version declares.
        scale = before.plan.scale(before.cells[number].id, after.plan, output.row.id) or 1.0
        for wanted in PERCENTILES:
            made = partial(Shift, f"P{wanted}", output.name(after.plan), output.label, output.row.unit.text)
            figures = [_each_and_all(values[number], wanted) for values in (then.values, now.values)]
            found += _moved(figures[0] * scale * output.row.unit.scale, figures[1] * output.row.unit.scale, made)
    for number, test in enumerate(after.tests):
        made = partial(Shift, CHANCE, f"checks.{test.check.id}", test.check.label, "percent")
        figures = [
            np.append(truths[number].mean(axis=1), truths[number].mean()) for truths in (then.truths, now.truths)
        ]
        found += _moved(100 * figures[0], 100 * figures[1], made)
    return found


def sides(pair: Pair, scenario: str) -> tuple[Side, Side] | None:
    """Return both versions in a scenario, drawn by numbers that they share; None where nothing is to be drawn."""
    old_id = pair.scenarios.get(scenario, scenario)
    if scenario not in pair.now or scenario not in pair.then:
        return None
    then, now = pair.old.case(old_id), pair.new.case(scenario)
    shown = [one for one in outputs(pair.new)
             if pair.new.chosen_from(one.row) is None and pair.is_comparable(one.cell)]  # fmt: skip
    known = {test.check.id: test for test in pair.old.tests if not test.equation}
    tests = [test for test in pair.new.tests if not test.equation and test.check.id in known]
    cells = [one.cell for one in shown]
    before = Side(pair.old, then, tuple([pair.before(cell) or cell for cell in cells]),
                  tuple([known[test.check.id] for test in tests]), sampling(pair.old, then))  # fmt: skip
    after = Side(pair.new, now, tuple(cells), tuple(tests), sampling(pair.new, now))
    if not any(side.sampling.rows & side.plan.upstream(*_wanted(side)) for side in (before, after)):
        return None
    numbers: dict[str, int] = {}
    for name in [*_names(after.sampling, {}).values(), *_names(before.sampling, pair.backward).values()]:
        numbers.setdefault(name, len(numbers))
    return (before._replace(sampling=_renumbered(before.sampling, numbers, pair.backward)),
            after._replace(sampling=_renumbered(after.sampling, numbers, {})))  # fmt: skip


def _names(drawn: Sampling, renamed: Mapping[str, str]) -> dict[int, str]:
    """Return the names of draws by their numbers, as the new version has them."""
    return {one.number: with_row(one.name, renamed.get(row_of(one.name), row_of(one.name))) for one in drawn.draws}


def _renumbered(drawn: Sampling, numbers: Mapping[str, int], renamed: Mapping[str, str]) -> Sampling:
    known = _names(drawn, renamed)
    draws = tuple([replace(one, number=numbers[known[one.number]]) for one in drawn.draws])
    return replace(drawn, draws=draws, copula=Copula(correlations(drawn.plan.model, draws)))


def _outputs(side: Side) -> list[Output]:
    return [Output.of(side.plan, cell) for cell in side.cells]


def _wanted(side: Side) -> list[str]:
    """Return the rows that the cells and the checks of a side are read from."""
    return list(dict.fromkeys([*[cell.id for cell in side.cells], *tested(side.tests)]))


def tested(tests: Sequence[Test]) -> list[str]:
    """Return the rows that checks are read from: their sides, and what their tolerance is a share of."""
    sides = [(test.comparison.left, test.comparison.right, test.magnitude) for test in tests]
    return list(dict.fromkeys([id_ for side in sides for one in side if one is not None for id_ in names(one)]))


def _drawn(side: Side, points: Points) -> Drawn:
    """Return what a side's outputs and checks are at points of every scramble."""
    wanted = _wanted(side)
    cone = Cone(side.plan, side.case.id, {}, wanted, side.sampling.rows)
    rows = {id_: cone.fixed(id_) for id_ in cone.drawn}
    count = SAMPLES // SCRAMBLES
    values = np.empty((len(side.cells), SCRAMBLES, count))
    truths = np.empty((len(side.tests), SCRAMBLES, count), dtype=bool)
    most = max(1, _MOST_NUMBERS // max(1, sum(side.plan.model.size(side.plan.row(id_).over) for id_ in cone.ids)))
    for scramble in range(SCRAMBLES):
        for first in range(0, count, most):
            own = slice(first, min(first + most, count))
            cases = own.stop - first
            inputs = side.sampling.inputs(points.part(scramble, first, own.stop), rows)
            computed = cone.values(inputs, cases)
            for number, cell in enumerate(side.cells):
                values[number, scramble, own] = cell_values(side.plan, computed, cell, cases)
            for number, test in enumerate(side.tests):
                truths[number, scramble, own] = holds(side.plan, test, computed, cases)
    return Drawn(values, truths)


def percentile(values: Array, wanted: float) -> Array:
    """Return a percentile along the last axis of the values that are there; NaN where none is."""
    if np.all(np.isfinite(values)):
        return np.asarray(np.percentile(values, wanted, axis=-1))
    lines = values.reshape(-1, values.shape[-1])
    known = [line[np.isfinite(line)] for line in lines]
    found = [np.percentile(line, wanted) if line.size else np.nan for line in known]
    return np.array(found).reshape(values.shape[:-1])


def _each_and_all(values: Array, wanted: float) -> Array:
    """Return a percentile of each scramble, and last that of all cases."""
    return np.append(percentile(values, wanted), percentile(values.ravel(), wanted))


def _moved(before: Array, after: Array, made: Callable[[float, float, float], Shift]) -> Iterator[Shift]:
    """Yield a shift where a figure, of each scramble and last of all cases, moves by more than the error of that."""
    difference = after - before
    error = float(np.std(difference[:-1], ddof=1) / np.sqrt(SCRAMBLES)) if np.all(np.isfinite(difference)) else 0.0
    then, now = float(before[-1]), float(after[-1])
    if isnan(then) and isnan(now):
        return
    if not abs(now - then) <= max(error, _SAME * max(abs(then), abs(now))):
        yield made(then, now, error)
