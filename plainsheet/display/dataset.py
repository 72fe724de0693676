"""Results as a Dataset of xarray: the one door to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.model.dimensions import Dimension
from engine.plan.evaluate import Results
from engine.plan.plan import Plan, Row
from plainsheet.display.columns import chosen, free, told

if TYPE_CHECKING:
    import xarray as xr

# The last day of which a 64-bit number has the nanosecond, as xarray counts time.
_LAST_DAY: Final = date(2262, 4, 11)


@dataclass(frozen=True, eq=False)
class Variable:
    """An array along dimensions, with what is told of it."""

    name: str
    over: tuple[str, ...]
    values: Any
    attributes: dict[str, str]


def dataset(cases: Sequence[Results], names: Sequence[str], *, by_scenario: bool = False) -> xr.Dataset:
    """Return a variable for each quantity, over its dimensions and, where there are several, the scenarios first.

    Raises ModelError for no such name, and ImportError where xarray is not installed.
    """
    plan = cases[0].plan
    rows = chosen(plan, names)
    own = ("scenario",) if by_scenario else ()
    variables = []
    for row in rows:
        each = [told(results, row) for results in cases]
        over = (*own, *[free(name, own) for name in row.over])
        variables.append(Variable(free(row.id, own), over, np.stack(each) if own else each[0], _attributes(plan, row)))
    used = dict.fromkeys([name for row in rows for name in row.over])
    coordinates = [Variable("scenario", own, [results.case.id for results in cases], {"long_name": "Scenario"})] * len(
        own
    )
    for name in used:
        coordinates += _coordinates(plan, plan.model.dimension[name], own)
    about = {"title": plan.model.title, "purpose": plan.model.purpose, "scenario": "" if own else cases[0].case.id}
    return made_dataset(variables, coordinates, {name: text for name, text in about.items() if text})


def made_dataset(variables: Sequence[Variable], coordinates: Sequence[Variable], about: dict[str, Any]) -> xr.Dataset:
    """Return a Dataset; ImportError where xarray is not installed."""
    try:
        import xarray  # noqa: PLC0415  # an extra
    except ImportError:
        message = "a Dataset needs xarray, which is not installed: pip install 'plainsheet[xarray]'"
        raise ImportError(message, name="xarray") from None
    data, along = (
        {one.name: (one.over, one.values, one.attributes) for one in every} for every in (variables, coordinates)
    )
    return xarray.Dataset(data, along, about)


def _attributes(plan: Plan, row: Row) -> dict[str, str]:
    """Return the unit, the label, the titles of the sources, and whether it is an input, a formula or an equation."""
    titles = {source.id: source.title for source in plan.model.sources}
    sources = row.quantity.every_source if row.quantity is not None else ()
    found = {
        "units": "" if plan.chosen_from(row) is not None else row.unit.text,
        "long_name": row.label,
        "source": "; ".join([titles.get(source, source) for source in sources]),
        "kind": row.kind,
    }
    return {name: text for name, text in found.items() if text}


def _coordinates(plan: Plan, dimension: Dimension, own: Sequence[str]) -> Iterator[Variable]:
    """Yield the members of a dimension, and of each group which member of it each belongs to: ``site_region``."""
    name = free(dimension.id, own)
    about = {"long_name": dimension.label}
    if dimension.numbers and dimension.unit != "1":
        about["units"] = dimension.unit
    yield Variable(name, (name,), _labels(dimension), about)
    taken = (*plan.model.by_id, *plan.model.dimension)
    for group, places in _groups(plan, dimension):
        called = f"{dimension.id}_{group.id}"
        yield Variable(free(called, taken), (name,), _labels(group)[places], {"long_name": group.label})


def _groups(plan: Plan, dimension: Dimension) -> Iterator[tuple[Dimension, Any]]:
    """Yield the groups of a dimension, groups of groups too, with the place of the member that each belongs to."""
    for group in plan.model.dimensions:
        if group.of == dimension.id:
            places = np.array(group.places)
            yield group, places
            for coarser, further in _groups(plan, group):
                yield coarser, further[places]


def _labels(dimension: Dimension) -> Any:  # noqa: ANN401  # an array of numbers, dates or texts
    """Return members as xarray has them: numbers, the first day of each period, or texts."""
    if dimension.periods and dimension.periods[-1].start < _LAST_DAY:
        return np.array([period.start for period in dimension.periods], dtype="datetime64[ns]")
    if dimension.numbers:
        return np.array(dimension.codes).astype(np.int64 if dimension.is_whole else np.float64)
    return np.array(dimension.members)
