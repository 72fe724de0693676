"""What can be wrong with the values, bounds, ranges and published figures of quantities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.model.bounds import breach, is_void
from engine.model.data import DataGrid
from engine.model.dimensions import Grid, cell, member_hint
from engine.model.model import Model, Quantity
from engine.planning.checks import distributions
from engine.planning.checks.distributions import Found
from engine.problems import KeyPath, Problem, error, listed, shortened


def values(model: Model, quantities: Sequence[Quantity]) -> Iterator[Problem]:
    """Yield a problem for each value, bound, range and distribution of quantities that do not fit each other."""
    for quantity in quantities:
        for code, path, message, hint in _quantity(model, quantity):
            yield error(code, message, model.at(*path), hint)


def published(model: Model, quantities: Sequence[Quantity]) -> Iterator[Problem]:
    """Yield a problem for each published figure of quantities that is of no member, or does not say of which."""
    for quantity in quantities:
        for figure in quantity.published:
            message, hint = _at(model, quantity, figure.at)
            if message:
                yield error("published", message, model.at(*figure.path, "at"), hint)


def _at(model: Model, quantity: Quantity, at: tuple[str, ...]) -> tuple[str, str]:
    over = quantity.over
    if len(at) != len(over):
        if not over:
            return (
                f"a published figure of '{quantity.id}' is at {listed(at)}, and '{quantity.id}' is one number",
                "leave 'at' out",
            )
        members = [model.dimension[name].members[0] for name in over]
        shown = ", ".join(f'"{member}"' for member in members)
        hint = f"write at = {shown if len(over) == 1 else f'[{shown}]'}, in the order of 'over'"
        return (
            f"a published figure of '{quantity.id}', which is over {listed(over)}, does not say of which member it is",
            hint,
        )
    for name, member in zip(over, at, strict=True):
        dimension = model.dimension[name]
        if dimension.index_of(member) is None:
            hint = member_hint(dimension, member)
            return (
                f"a published figure of '{quantity.id}' is at '{shortened(member)}', which is no member of '{name}'",
                hint,
            )
    return "", ""


def _quantity(model: Model, quantity: Quantity) -> Iterator[Found]:
    yield from distributions.keys(model, quantity)
    if not quantity.over:
        assert not isinstance(quantity.value, Grid)  # noqa: S101  # a grid is over something
        yield from _cell(quantity, quantity.id, 0, quantity.value, (*quantity.path, "value"))
        return
    settings = quantity.min, quantity.max, quantity.range, quantity.values, quantity.weights
    if not any(setting is not None for setting in settings) and not quantity.whole:
        return
    # What is the same for all members is looked at once: a row may have a hundred thousand of them.
    seen: set[object] = set()
    members = model.members(quantity.over)
    grid = quantity.value if isinstance(quantity.value, Grid) else None
    is_same = quantity.value is None and not any(isinstance(setting, Grid) for setting in settings)
    for number in range(1 if is_same else len(members)):
        value = None if grid is None else grid.cells[number]
        own = value, *[cell(setting, number) for setting in settings]
        if own not in seen:
            seen.add(own)
            name = f"{quantity.id}[{', '.join(members[number])}]"
            place = (*quantity.path, "value") if grid is None else grid.paths[number]
            yield from _cell(quantity, name, number, value, place)


def _cell(quantity: Quantity, name: str, number: int, value: Decimal | None, place: KeyPath) -> Iterator[Found]:
    path = quantity.path
    if is_void(quantity, number):
        low, high = cell(quantity.min, number), cell(quantity.max, number)
        yield "value", (*path, "min"), f"in '{name}', min = {low} is above max = {high}", "exchange them"
        return
    if value is None:
        return
    if broken := breach(quantity, value, number):
        grid = quantity.value
        where = f" in {grid.origin.spot(number)}" if isinstance(grid, DataGrid) else ""
        yield "bounds", place, f"the value of '{name}', {value}{where}, {broken.words}", "change the value or the bound"
    if quantity.is_input:
        yield from distributions.cells(quantity, name, number, value)
