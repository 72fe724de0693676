"""The options of a decision, each computed on the same draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from engine.model.model import Decision
from engine.model.names import row_of
from engine.plan.cells import Cell
from engine.plan.drawn.correlations import correlations
from engine.plan.drawn.draws import Draw, Shape
from engine.plan.plan import Array
from engine.plan.selection import composed_case, one_cell
from engine.problems import ModelError, error
from engine.progress import steps
from engine.uncertainty.cases import block_size, parts_of, put
from engine.uncertainty.cone import Cone
from engine.uncertainty.copula import Copula
from engine.uncertainty.points import MOST_DRAWS, SCRAMBLES, Points
from engine.uncertainty.reasons import cell_values
from engine.uncertainty.sampling import Sampling, sampling
from engine.uncertainty.simulation import FEWEST, MOST_NUMBERS, Simulation
from engine.uncertainty.summaries.tallies import Part
from engine.work.workers import Threads

MOST_OPTIONS: Final = 100
MOST_CASES: Final = 65_536


class Computed(NamedTuple):
    """The value of each option, (options, scrambles, cases), NaN for none, and of inputs what is drawn, by id.

    Of an input it is (draws, scrambles, cases): what is not told apart here is one value in every option.
    """

    output: Cell
    values: Array
    inputs: Mapping[str, Array]


@dataclass(frozen=True)
class _Option:
    """What is drawn where an option is taken, by the numbers that all options have in common, and what it feeds."""

    draws: tuple[Draw, ...]
    cone: Cone
    fixed: Mapping[str, Array]


def computed(found: Simulation, decision: Decision) -> Computed:
    """Return the options of a decision, and the inputs that they depend on or that go together with such.

    An option of a choice is the simulation's scenario with that choice set; a scenario is itself, whatever the
    simulation's. The cases are those of the simulation, 65,536 at most, and fewer where they are too many numbers.
    Raises ModelError where an option has more draws than there are points for, and for too many options.
    """
    plan = found.plan
    names = plan.model.options(decision)
    if len(names) > MOST_OPTIONS:
        message = f"the decision '{decision.id}' has {len(names):,} options, and {MOST_OPTIONS} are the most"
        where = plan.model.at("decisions", decision.id)
        raise ModelError([error("size", message, where, "list the options that are meant")])
    output = one_cell(plan, decision.value, "{}")
    every = [_taken(found, decision, name, output) for name in names]
    numbers = {name: place for place, name in enumerate(dict.fromkeys([d.name for one, _ in every for d in one.draws]))}
    if len(numbers) > MOST_DRAWS:
        message = f"{len(numbers):,} numbers are drawn a case over all options, and {MOST_DRAWS:,} are the most"
        where = plan.model.at("decisions", decision.id)
        raise ModelError([error("size", message, where, "leave out the distribution of what matters little")])
    options = [
        _Option(
            tuple([replace(draw, number=numbers[draw.name]) for draw in drawn.draws]),
            cone,
            {id_: cone.fixed(id_) for id_ in cone.drawn},
        )
        for drawn, cone in every
    ]
    cases = min(found.samples, MOST_CASES)
    while cases > FEWEST and cases * (len(numbers) + len(options)) > MOST_NUMBERS:
        cases //= 2
    return _Drawing(options, every[0][0], output, found.cases.seed, len(numbers)).all(cases // SCRAMBLES)


def _taken(found: Simulation, decision: Decision, name: str, output: Cell) -> tuple[Sampling, Cone]:
    """Return what is drawn where an option is taken, and what feeds the output."""
    plan, case, changes = found.plan, found.case, dict(found.cases.changes)
    chooser = plan.model.chooser(decision.choice) if decision.choice else None
    if chooser is None:
        case = composed_case(plan, name)
    else:
        dimension = plan.model.dimension[chooser.choice]
        changes = {key: value for key, value in changes.items() if row_of(key) != chooser.id}
        changes[chooser.id] = dimension.codes[dimension.index_of(name) or 0]
    drawn = sampling(plan, case, tuple(changes))
    return drawn, Cone(plan, case.id, changes, (output.id,), drawn.rows)


class _Drawing:
    """Computes all options case by case."""

    def __init__(self, options: Sequence[_Option], drawn: Sampling, output: Cell, seed: int, dimensions: int) -> None:
        self.options, self.sampling, self.output = options, drawn, output
        every = {(draw.number, draw.shape): draw for one in options for draw in one.draws}
        self.copula = Copula(correlations(drawn.plan.model, list(every.values())))
        self.points = Points(max(1, dimensions), seed)
        feeding = {draw.number for one in options for draw in one.draws if draw.row in one.cone.drawn}
        joined = self.copula.numbers
        ties = {
            number
            for place, number in enumerate(joined)
            if any(other in feeding for other, tie in zip(joined, self.copula.matrix[place], strict=True) if tie)
        }
        rows = {draw.row for draw in every.values() if draw.number in feeding | ties}
        self.asked = [draw for draw in every.values() if draw.row in rows]
        self.places = {number: at for at, number in enumerate(dict.fromkeys([draw.number for draw in self.asked]))}

    def all(self, count: int) -> Computed:
        """Return so many cases of each scramble."""
        values = np.empty((len(self.options), SCRAMBLES, count))
        columns = np.empty((len(self.places), SCRAMBLES, count))
        most = min(block_size(one.cone, 2 * self.points.dimensions) for one in self.options)
        blocks = parts_of(0, count, most)
        results = Threads().results(partial(self._block, values, columns), blocks)
        for _ in steps("decisions", blocks):
            next(results)
        rows: dict[str, dict[int, None]] = {}
        for draw in self.asked:
            rows.setdefault(draw.row, {})[self.places[draw.number]] = None
        return Computed(self.output, values, {id_: columns[list(places)] for id_, places in rows.items()})

    def _block(self, values: Array, columns: Array, parts: Sequence[Part]) -> None:
        plan = self.sampling.plan
        joined = self.copula.joined(np.concatenate([self.points.part(*part) for part in parts], axis=1))
        cases = joined.shape[1]
        known: dict[tuple[int, Shape], Array] = {}

        def drawn(draw: Draw) -> Array:
            key = draw.number, draw.shape
            if key not in known:
                known[key] = self.sampling.values(draw, joined[draw.number])
            return known[key]

        for place, one in enumerate(self.options):
            draws = [draw for draw in one.draws if draw.row in one.cone.drawn]
            inputs = self.sampling.assembled(draws, [drawn(draw) for draw in draws], one.fixed)
            own = cell_values(plan, one.cone.values(inputs, cases), self.output, cases)
            put(values[place], parts, own * plan.row(self.output.id).unit.scale)
        # One draw may have a shape a member and a scenario, each of which rises with it: their sum tells all of them.
        sums = np.zeros((len(self.places), cases))
        for draw in self.asked:
            sums[self.places[draw.number]] += drawn(draw)
        for at, own in enumerate(sums):
            put(columns[at], parts, own)
