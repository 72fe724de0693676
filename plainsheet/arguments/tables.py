"""Tables of pandas and of xarray as changes by name, each with its labels and its unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from engine.data.table import Column
from engine.plan.plan import Plan
from engine.problems import ModelError, error, shortened, some
from plainsheet.arguments.labelled import Labelled, axis, cells_of, is_of, labelled
from plainsheet.arguments.names import named

# Of a tidy frame: which quantity a line is of, and its value. No quantity and no dimension is called value.
_TIDY: Final = frozenset({"name", "value"})


def by_name(plan: Plan, changes: Any) -> dict[Any, Any]:  # noqa: ANN401  # whatever a caller hands over
    """Return changes by name, each value as it was handed over; raise ModelError for what holds no changes."""
    if changes is None:
        return {}
    if is_of(changes, "pandas", "DataFrame"):
        return _of_frame(plan, changes)
    if is_of(changes, "pandas", "Series"):
        name, unit = _heading(plan, str(changes.name))
        given = labelled(changes) if name in plan.index else None
        return dict(changes.items()) if given is None else {name: Labelled(given.values, given.axes, unit)}
    if is_of(changes, "xarray", "Dataset"):
        return {_own_name(plan, str(name)): changes[name] for name in changes.data_vars}
    if is_of(changes, "xarray", "DataArray") and changes.name is not None:
        return {_own_name(plan, str(changes.name)): changes}
    if isinstance(changes, Mapping):
        return dict(changes)
    message = f"{shortened(repr(changes))} is no change of inputs"
    hint = 'write {"price": 2.5}'
    if is_of(changes, "xarray", "DataArray"):
        message, hint = "a DataArray without a name is no change of inputs", 'name it: array.rename("price")'
    raise ModelError([error("value", message, plan.model.at(), hint)])


def columns(plan: Plan, given: Any) -> dict[Any, tuple[Any, str | None]]:  # noqa: ANN401  # as above
    """Return columns of cases by name, each with its unit, None for the declared one."""
    found: dict[Any, tuple[Any, str | None]] = {}
    pairs = given.items() if is_of(given, "pandas", "DataFrame") else by_name(plan, given).items()
    for heading, own in pairs:
        name, unit = _heading(plan, heading) if isinstance(heading, str) else (heading, None)
        inner = own if isinstance(own, Labelled) else labelled(own)
        found[name] = (own, unit) if inner is None else (_unlined(own, inner), unit or inner.unit)
    return found


def _of_frame(plan: Plan, frame: Any) -> dict[str, Labelled]:  # noqa: ANN401  # pandas has no types
    """Return the columns of a frame that are of quantities, along those that are of dimensions."""
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    headings = [str(name) for name in frame.columns]
    dimensions = plan.model.dimension
    if _TIDY.issubset(headings):
        return {str(name): _of_lines(plan, str(name), lines) for name, lines in frame.groupby("name", sort=False)}
    found: dict[str, Labelled] = {}
    along = {
        place: name.removesuffix("_")
        for place, name in enumerate(headings)
        if name.removesuffix("_") in dimensions and f"{name}_" not in headings
    }
    axes = [axis(name, frame.iloc[:, place]) for place, name in along.items()]
    for place, heading in enumerate(headings):
        name, unit = _heading(plan, heading)
        if place in along:
            continue
        if name not in plan.index and "[" not in name:
            message = f"the column '{shortened(heading)}' is neither of a quantity nor of a dimension"
            hint = f"the columns are {some(headings)}: leave out what is not meant"
            raise ModelError([error("unknown-name", message, plan.model.at(), hint)])
        if name in found:
            message = f"two columns are of '{name}'"
            raise ModelError([error("value", message, plan.model.at(), f"the columns are {some(headings)}: keep one")])
        row, _ = named(plan, name)
        found[name] = Labelled(cells_of(frame.iloc[:, place]), tuple(axes), unit).along(row.over)
    return found


def _of_lines(plan: Plan, name: str, lines: Any) -> Labelled:  # noqa: ANN401  # as above
    """Return the lines of a tidy frame that are of one quantity."""
    row, _ = named(plan, name)
    headings = [f"{own}_" if f"{own}_" in lines else own for own in row.over]
    axes = [axis(own, lines[heading]) for own, heading in zip(row.over, headings, strict=True) if heading in lines]
    return Labelled(cells_of(lines["value"]), tuple(axes), str(lines["unit"].iloc[0]) if "unit" in lines else None)


def _heading(plan: Plan, heading: str) -> tuple[str, str | None]:
    """Return the name and the unit of a heading, ``price [USD/MWh]``: None for no unit, and where a member is named."""
    column = Column(heading, (), str)
    if column.unit is None:
        return _own_name(plan, heading), None
    try:
        named(plan, heading)
    except ModelError:
        return _own_name(plan, column.name), column.unit
    return heading, None


def _own_name(plan: Plan, name: str) -> str:
    """Return the name of what has a _ behind it since the table of another library has a use for the name itself."""
    plain = name.removesuffix("_")
    return plain if plain in plan.index else name


def _unlined(own: Any, given: Labelled) -> Any:  # noqa: ANN401  # as above
    """Return values in the shape that they were handed over in."""
    return given.values if isinstance(own, Labelled) else np.reshape(given.values, own.shape)
