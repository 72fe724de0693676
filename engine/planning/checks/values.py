"""What can be wrong with the values, bounds, ranges and published figures of quantities."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from engine.model.bounds import breach, is_void
from engine.model.dimensions import Grid, cell, member_hint
from engine.model.model import Model, Quantity
from engine.planning.checks.shares import is_share
from engine.problems import KeyPath, Problem, error, listed, shortened

# Its code, where it stands, the message and the hint.
_Found = tuple[str, KeyPath, str, str]


def values(model: Model) -> Iterator[Problem]:
    """Yield a problem for each value, bound, range and distribution that do not fit each other."""
    for quantity in model.quantities:
        for code, path, message, hint in _quantity(model, quantity):
            yield error(code, message, model.at(*path), hint)


def published(model: Model) -> Iterator[Problem]:
    """Yield a problem for each published figure that is of no member, or does not say of which."""
    for quantity in model.quantities:
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


def _quantity(model: Model, quantity: Quantity) -> Iterator[_Found]:
    if any(quantity.written):
        for key in ("range", "distribution"):
            if getattr(quantity, key):
                message = f"'{quantity.id}' is computed, and a {key} belongs to an input"
                hint = "give it to the inputs that '" + quantity.id + "' is computed from"
                yield "value", (*quantity.path, key), message, hint
    elif quantity.range is None and quantity.distribution:
        message = f"'{quantity.id}' has a distribution and no range"
        yield "value", (*quantity.path, "distribution"), message, "write range = [low, high]"
    if not quantity.over:
        assert not isinstance(quantity.value, Grid)  # noqa: S101  # a grid is over something
        yield from _cell(quantity, quantity.id, 0, quantity.value, (*quantity.path, "value"))
        return
    bounds = quantity.min, quantity.max, quantity.range
    if bounds == (None, None, None) and not quantity.whole:
        return
    # What is the same for all members is looked at once: a row may have a hundred thousand of them.
    seen: set[object] = set()
    members = model.members(quantity.over)
    grid = quantity.value if isinstance(quantity.value, Grid) else None
    is_same = quantity.value is None and not any(isinstance(setting, Grid) for setting in bounds)
    for number in range(1 if is_same else len(members)):
        value = None if grid is None else grid.cells[number]
        settings = value, cell(quantity.min, number), cell(quantity.max, number), cell(quantity.range, number)
        if settings not in seen:
            seen.add(settings)
            name = f"{quantity.id}[{', '.join(members[number])}]"
            place = (*quantity.path, "value") if grid is None else grid.paths[number]
            yield from _cell(quantity, name, number, value, place)


def _cell(quantity: Quantity, name: str, number: int, value: Decimal | None, place: KeyPath) -> Iterator[_Found]:
    path = quantity.path
    if is_void(quantity, number):
        low, high = cell(quantity.min, number), cell(quantity.max, number)
        yield "value", (*path, "min"), f"in '{name}', min = {low} is above max = {high}", "exchange them"
        return
    if value is None:
        return
    if broken := breach(quantity, value, number):
        yield "bounds", place, f"the value of '{name}', {value}, {broken.words}", "change the value or the bound"
    spread = cell(quantity.range, number)
    if spread is not None and quantity.is_input:
        yield from _range(quantity, name, number, value, spread)


def _range(quantity: Quantity, name: str, number: int, value: Decimal, spread: tuple[Decimal, ...]) -> Iterator[_Found]:
    low, high = spread[0], spread[-1]
    place = (*quantity.path, "range")
    if low > high:
        yield "value", place, f"the range of '{name}' runs from {low} down to {high}", f"write range = [{high}, {low}]"
        return
    if not low <= value <= high:
        message = f"the range of '{name}', {low} to {high}, does not contain its value {value}"
        hint = "a range is what the value may plausibly be"
        if is_share(quantity.unit) and 100 * low <= value <= 100 * high:
            hint = f"a range is in percent as its value is: write range = [{float(100 * low):g}, {float(100 * high):g}]"
        yield "bounds", place, message, hint
    for end in (low, high):
        if broken := breach(quantity, end, number):
            message = f"in '{name}', the end {end} of the range {broken.words}"
            yield "bounds", place, message, "keep the range within the bounds"
    if quantity.distribution in {"lognormal", "loguniform"} and low <= 0:
        message = f"'{name}' is {quantity.distribution}, and its range begins at {low}"
        yield "value", (*quantity.path, "distribution"), message, "a logarithm needs a range above 0"
