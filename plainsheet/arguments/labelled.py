"""Values with labels, of pandas or of xarray, put where the members of a row stand."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from engine.data.table import Codes, codes_of
from engine.model.declared.data.placing import member_place
from engine.model.dimensions import Dimension, member_hint
from engine.plan.cells import Cell, cell_name
from engine.plan.plan import Array, Plan, Row
from engine.problems import Mistake, listed, shortened, some

_FEW: Final = 3


@dataclass(frozen=True, eq=False)
class Axis:
    """What values have along an axis: its name, '' for none, the labels as texts, and for each value which it has."""

    name: str
    labels: Sequence[str]
    codes: Codes


@dataclass(frozen=True, eq=False)
class Labelled:
    """Values in one line, in a unit or, for None, in the declared one; of the axes `single` they are one place.

    The values are numbers, texts, or a quantity of pint's.
    """

    values: Any
    axes: tuple[Axis, ...] = ()
    unit: str | None = None
    single: tuple[str, ...] = ()

    def along(self, names: Iterable[str]) -> Labelled:
        """Return the same values with those axes alone that have one of the names."""
        wanted = set(names)
        return replace(self, axes=tuple([axis for axis in self.axes if axis.name in wanted]))


def is_of(value: object, library: str, name: str) -> bool:
    """Return whether a value is of a class of a library, which is loaded where there is such a value."""
    kind = getattr(sys.modules.get(library), name, None)
    return isinstance(kind, type) and isinstance(value, kind)


def labelled(value: Any) -> Labelled | None:  # noqa: ANN401  # whatever a caller hands over
    """Return a DataArray, a Series or a DataFrame of one quantity with its labels; None for any other value."""
    if is_of(value, "xarray", "DataArray"):
        return _of_array(value)
    if is_of(value, "pandas", "Series"):
        return Labelled(cells_of(value), tuple(_levels(value.index)))
    if is_of(value, "pandas", "DataFrame"):
        # A table of two sides: each has its labels.
        down = [replace(one, codes=np.repeat(one.codes, value.shape[1])) for one in _levels(value.index)]
        across = [replace(one, codes=np.tile(one.codes, value.shape[0])) for one in _levels(value.columns)]
        return Labelled(value.to_numpy().ravel(), (*down, *across))
    return None


def axis(name: object, labels: Any) -> Axis:  # noqa: ANN401  # an Index or a Series of pandas
    """Return labels as an axis: a day for a date, and the first day of a period."""
    codes, distinct = labels.factorize(use_na_sentinel=False)
    cells = [getattr(label, "start_time", label) for label in distinct]
    return Axis("" if name is None else str(name), *codes_of(cells, np.asarray(codes, dtype=np.int64)))


def cells_of(column: Any) -> Any:  # noqa: ANN401  # a Series of pandas, and an array
    """Return what stands in a column, NaN for what pandas has of its own for nothing."""
    is_of_numpy = isinstance(column.dtype, np.dtype)
    return column.to_numpy() if is_of_numpy else column.to_numpy(na_value=np.nan)


def placed(plan: Plan, row: Row, given: Labelled, values: Array) -> float | Array:
    """Return values, as codes or in the declared unit, where their labels say: an array of the shape of the row.

    What holds no value may stand where a formula goes on. Raises Mistake where axes or members do not fit.
    """
    if not given.axes and values.size == 1 and not set(given.single) & set(row.over):
        return float(values[0])
    flat = np.zeros(len(values), dtype=np.int64)
    for name, own in zip(row.over, _in_order(row, given), strict=True):
        dimension = plan.model.dimension[name]
        flat = flat * len(dimension.members) + _places(row, dimension, own)[own.codes]
    has_value = ~np.isnan(values)
    found = np.full(plan.model.size(row.over), np.nan)
    found[flat[has_value]] = values[has_value]
    if (unlike := np.flatnonzero(has_value & (found[flat] != values))).size:
        cell = int(flat[unlike[0]])
        both = f"{values[unlike[0]]:.15g} and {found[cell]:.15g}"
        message = f"'{_name(plan, row, cell)}' is given two values, {both}"
        raise Mistake(message, "keep one for each member" if row.over else "it is one number")
    if (missing := np.flatnonzero(np.isnan(found) & row.is_set)).size:
        lacking = [_name(plan, row, int(cell)) for cell in missing[:_FEW]]
        more = f" and {len(missing) - _FEW:,} more" if len(missing) > _FEW else ""
        count = int(np.sum(~np.isnan(found)))
        there = f"{count:,} value{'' if count == 1 else 's'}"
        message = f"'{row.id}' is given {there}, and none for {', '.join(lacking)}{more}"
        raise Mistake(message, f'give all of them, or name single ones: {{"{lacking[0]}": ...}}')
    return found.reshape(plan.shape(row)) if row.over else float(found[0])


def _of_array(value: Any) -> Labelled:  # noqa: ANN401  # a DataArray
    data = value.data if hasattr(value.data, "magnitude") else value.values
    grid = np.indices(value.shape).reshape(value.ndim, value.size)
    sides = [axis(name, value.get_index(name)) for name in value.dims]
    axes = [replace(one, codes=one.codes[places]) for one, places in zip(sides, grid, strict=True)]
    unit = value.attrs.get("units")
    single = [str(name) for name, own in value.coords.items() if not own.ndim]
    return Labelled(data.ravel(), tuple(axes), None if unit is None else str(unit), tuple(single))


def _levels(index: Any) -> list[Axis]:  # noqa: ANN401  # an Index of pandas
    return [axis(name, index.get_level_values(number)) for number, name in enumerate(index.names)]


def _in_order(row: Row, given: Labelled) -> list[Axis]:
    """Return the axes in the order of the row's dimensions: by name, and those without one in the order of the rest."""
    by_name = {own.name.removesuffix("_"): own for own in given.axes if own.name}
    unnamed = iter([own for own in given.axes if not own.name])
    found = [by_name[name] if name in by_name else next(unnamed, None) for name in row.over]
    if None in found or len(given.axes) != len(row.over):
        what = f"over {listed(row.over)}" if row.over else "one number"
        along = listed([own.name or "(no name)" for own in given.axes]) if given.axes else "nothing"
        message = f"'{row.id}' is {what}, and is given values over {along}"
        chosen = next((name for name in given.single if name in row.over), "")
        hint = "name its axes as the dimensions are called" if row.over else "choose one of the values"
        raise Mistake(message, f"they are of one member of '{chosen}': change that member alone" if chosen else hint)
    return [own for own in found if own is not None]


def _places(row: Row, dimension: Dimension, own: Axis) -> Codes:
    """Return the place of each label among the members; raise Mistake where one is none, with those that are left."""
    places = [member_place(dimension, label) for label in own.labels]
    if strange := [label for label, place in zip(own.labels, places, strict=True) if place is None]:
        verb = "is no member" if len(strange) == 1 else "are no members"
        named = some([shortened(one, 30) for one in strange])
        message = f"'{row.id}' is given values for {named}, which {verb} of '{dimension.id}'"
        if absent := [member for number, member in enumerate(dimension.members) if number not in places]:
            message += f", and none for {some(absent)}"
        raise Mistake(message, member_hint(dimension, strange[0]))
    return np.array([place or 0 for place in places], dtype=np.int64)


def _name(plan: Plan, row: Row, cell: int) -> str:
    return cell_name(plan, Cell(row.id, cell))
