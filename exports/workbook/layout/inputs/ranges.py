"""How far an input may go: the ends of its range, which stand on Inputs, and the bounds that cut off a swing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from engine.model.bounds import plausible
from engine.model.dimensions import Grid, cell
from engine.plan.outputs import outputs
from engine.plan.plan import Plan, Row
from exports.workbook.layout.choices import is_choice

End = Literal["low", "middle", "high"]
Bound = Literal["least", "most"]
# What stands at the head of the columns of ends, and of the middles of metalogs between them.
TITLES: Final[Mapping[End, str]] = {"low": "Low end", "middle": "Middle (P50)", "high": "High end"}
NAMES: Final[Mapping[End, str]] = {end: f"{title[0].lower()}{title[1:]}" for end, title in TITLES.items()}


def has_range(row: Row) -> bool:
    """Return whether the text says for any cell of an input how far it may go: by a range, or by values."""
    return row.quantity is not None and (row.quantity.range is not None or row.quantity.values is not None)


def has_ends(row: Row, number: int) -> bool:
    """Return whether the text says of one cell of an input how far it may go."""
    return row.quantity is not None and plausible(row.quantity, number) is not None


def ends_of(row: Row) -> tuple[End, ...]:
    """Return what stands on Inputs of how far an input may go: of a metalog its middle too."""
    if not has_range(row):
        return ()
    is_metalog = row.quantity is not None and row.quantity.distribution == "metalog"
    return ("low", "middle", "high") if is_metalog else ("low", "high")


def has_typed_ends(row: Row) -> bool:
    """Return whether ends are typed: those of a list of values follow from it."""
    return row.quantity is not None and row.quantity.range is not None


def has_one_range(row: Row) -> bool:
    """Return whether all members of an input go as far as each other, as the text says it."""
    quantity = row.quantity
    return quantity is not None and has_range(row) and not isinstance(quantity.range or quantity.values, Grid)


def swings(row: Row) -> bool:
    """Return whether any cell of an input has no range, and so goes up and down by the swing."""
    if row.quantity is None or row.quantity.choice:
        return False
    return any(is_set and not has_ends(row, number) for number, is_set in enumerate(row.is_set))


def bounds(row: Row) -> Iterator[tuple[Bound, bool]]:
    """Yield the bounds that the swing of an input keeps to, each with whether it is one for all members."""
    quantity = row.quantity
    if quantity is None or not swings(row):
        return
    if quantity.min is not None:
        yield "least", not isinstance(quantity.min, Grid)
    if quantity.max is not None:
        yield "most", not isinstance(quantity.max, Grid)


def bound_of(row: Row, which: Bound, number: int) -> float | None:
    """Return a bound of one cell of an input, as stored."""
    quantity = row.quantity
    assert quantity is not None  # noqa: S101  # inputs are quantities
    found = cell(quantity.min if which == "least" else quantity.max, number)
    return None if found is None else float(found) / row.unit.scale


def sought(plan: Plan) -> list[Row]:
    """Return the inputs that a target may be reached by: single numbers which an output is computed from."""
    shown = [output.row.id for output in outputs(plan) if not is_choice(output.row)]
    feeding = plan.upstream(*shown) if shown else set()
    return [
        row for row in plan.inputs if row.id in feeding - plan.lags and not (row.over or row.given or is_choice(row))
    ]
