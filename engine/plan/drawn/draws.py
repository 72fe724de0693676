"""What is drawn of a plan's inputs: which cells, from which shape, and what is held instead, and why."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, NamedTuple

import numpy as np

from engine.language.numbers.scalars import less, same
from engine.model.dimensions import cell
from engine.model.model import Quantity
from engine.plan.drawn.names import declared_draws
from engine.plan.plan import Case, Plan, Row

# Of these the value is the mode.
_MODAL: Final = frozenset({"triangular", "pert"})
Reason = Literal["no distribution", "outside its range"]


@dataclass(frozen=True, slots=True)
class Shape:
    """A distribution, all in the stored unit of its row (50 percent is 0.5).

    `parameters` are the ends of the range (`normal`, `lognormal`: its 5th and 95th percentile; `uniform`,
    `loguniform`), with the mode between them (`triangular`, `pert`), the 10th, 50th and 90th percentile (`metalog`), or
    of `discrete` the values, from the smallest up, which have `weights`. Of a choice they are the codes of its members,
    in their order. It is cut at `low` and `high`; None where there is no bound. `whole` asks for whole numbers.
    """

    distribution: str
    parameters: tuple[float, ...]
    low: float | None = None
    high: float | None = None
    whole: bool = False
    weights: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Draw:
    """Cells of a row that are drawn from one shape, by the quantile of a number and a name, `price` or `price[DE]`.

    Those of one number take one quantile: a range that holds for a row moves all its members together, also where
    their modes or bounds differ.
    """

    row: str
    cells: tuple[int, ...]
    shape: Shape
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Held:
    """Cells of a row that have a range and are not drawn, and why."""

    row: str
    cells: tuple[int, ...]
    reason: Reason


class Drawn(NamedTuple):
    """What of a plan is drawn in a scenario, and what is held."""

    draws: tuple[Draw, ...]
    held: tuple[Held, ...]


def draws(plan: Plan, case: Case | None = None) -> tuple[Draw, ...]:
    """Return what is drawn in a scenario, None for the values as written, in the order of the plan's inputs."""
    return drawn(plan, case).draws


def drawn(plan: Plan, case: Case | None = None) -> Drawn:
    """Return what is drawn in a scenario, None for the values as written, and what is held."""
    changed = {} if case is None else plan.overrides(case)
    found: list[Draw] = []
    held: list[Held] = []
    numbers: dict[str, int] = {}
    for row in plan.inputs:
        quantity = row.quantity
        if quantity is None or not quantity.is_input:
            continue
        values = np.ravel(changed.get(row.id, row.value)).tolist()  # type: ignore[arg-type]  # an input has values
        for name, (cells, _) in declared_draws(plan.model, quantity).items():
            for shape, of in _groups(plan, row, quantity, cells, values).items():
                if isinstance(shape, Shape):
                    found.append(Draw(row.id, tuple(of), shape, numbers.setdefault(name, len(numbers)), name))
                else:
                    held.append(Held(row.id, tuple(of), shape))
    return Drawn(tuple(found), tuple(held))


def _groups(
    plan: Plan, row: Row, quantity: Quantity, cells: tuple[int, ...], values: list[float]
) -> dict[Shape | Reason, list[int]]:
    """Return the cells of one draw by the shape that they have, or by why they are held."""
    # What is the same for many cells is worked out once: a row may have a hundred thousand of them.
    settings = quantity.range, quantity.values, quantity.weights, quantity.min, quantity.max
    known: dict[object, Shape | Reason] = {}
    groups: dict[Shape | Reason, list[int]] = {}
    for number in cells:
        setting = values[number], *[cell(one, number) for one in settings]
        if setting not in known:
            known[setting] = _shape(plan, row, quantity, number, values[number])
        groups.setdefault(known[setting], []).append(number)
    return groups


def _shape(plan: Plan, row: Row, quantity: Quantity, number: int, value: float) -> Shape | Reason:
    """Return the shape of a cell with a value, or why it is held."""

    def stored(one: Decimal) -> float:
        return float(one / 100 if row.unit.percent else one)

    weights = cell(quantity.weights, number) or ()
    if quantity.choice:
        return Shape("discrete", plan.model.dimension[quantity.choice].codes, weights=tuple(map(float, weights)))
    if values := cell(quantity.values, number):
        pairs = sorted(zip(map(stored, values), map(float, weights), strict=True))
        if not any(same(value, one) for one, _ in pairs):
            return "outside its range"
        return Shape("discrete", tuple([one for one, _ in pairs]), weights=tuple([weight for _, weight in pairs]))
    ends = cell(quantity.range, number)
    assert ends is not None  # noqa: S101  # it has a range, where it has no values
    parameters = tuple(map(stored, ends))
    if not quantity.distribution:
        return "no distribution"
    if less(value, parameters[0]) or less(parameters[-1], value):
        return "outside its range"
    if quantity.distribution in _MODAL:
        parameters = parameters[0], min(max(value, parameters[0]), parameters[1]), parameters[1]
    bounds = cell(quantity.min, number), cell(quantity.max, number)
    low, high = (None if bound is None else stored(bound) for bound in bounds)
    return Shape(quantity.distribution, parameters, low, high, quantity.whole)
