"""Results as columns, for the tables of others: a line for each member of each quantity, or a column a quantity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import nan, prod
from typing import Any, Final, Literal

import numpy as np

from engine.model.dimensions import Dimension
from engine.plan.evaluate import Results
from engine.plan.plan import Plan, Row
from engine.plan.selection import locate, members_of
from engine.problems import ModelError, error

Kind = Literal["text", "whole", "number", "any"]
MOST_LINES: Final = 10_000_000
_OWN: Final = ("scenario", "name", "value", "unit", "label", "source")


@dataclass(frozen=True, eq=False)
class TableColumn:
    """A column: cells of one kind, None or NaN where there is none; the unit and the label of the quantity it is of.

    Of `any` kind is what has a cell everywhere, and is what it is.
    """

    name: str
    cells: Any
    kind: Kind
    unit: str = ""
    label: str = ""


def tidy(cases: Sequence[Results], *, by_scenario: bool = False) -> list[TableColumn]:
    """Return a line for each member of each quantity, in the author's order, of each scenario one after the other."""
    plan = cases[0].plan
    rows = [plan.row(id_) for id_ in plan.model.by_id]
    counts = [plan.model.size(row.over) for row in rows]

    def repeated(texts: Sequence[str]) -> list[str]:
        return [text for text, count in zip(texts, counts, strict=True) for _ in range(count)] * len(cases)

    own = _OWN if by_scenario else _OWN[1:]
    values = [value for results in cases for row in rows for value in results.told(row.id)]
    scenarios = [results.case.id for results in cases for _ in range(sum(counts))]
    sources = [text for row, count in zip(rows, counts, strict=True) for text in _sources(row, count)]
    return [
        *([TableColumn("scenario", scenarios, "any")] if by_scenario else []),
        TableColumn("name", repeated([row.id for row in rows]), "any"),
        *[_members(plan, rows, one, own, len(cases)) for one in plan.model.dimensions],
        TableColumn("value", values, "any" if any(isinstance(value, str) for value in values) else "number"),
        TableColumn("unit", repeated([row.unit.text for row in rows]), "any"),
        TableColumn("label", repeated([row.label for row in rows]), "any"),
        TableColumn("source", sources * len(cases), "any"),
    ]


def wide(cases: Sequence[Results], names: Sequence[str], *, by_scenario: bool = False) -> list[TableColumn]:
    """Return a column for each quantity, and a line for each member of all that these are over together.

    Raises ModelError for no such name, for a member of one, and for more lines than there can be.
    """
    plan = cases[0].plan
    rows = chosen(plan, names)
    over = tuple(dict.fromkeys([name for row in rows for name in row.over]))
    shape = plan.model.shape(over)
    if prod(shape) * len(cases) > MOST_LINES:
        message = f"{prod(shape) * len(cases):,} lines are more than the {MOST_LINES:,} that a table has"
        raise ModelError([error("size", message, plan.model.at(), "name quantities over the same dimensions")])
    own = ("scenario",) if by_scenario else ()
    found = []
    if by_scenario:
        found.append(TableColumn("scenario", np.repeat([results.case.id for results in cases], prod(shape)), "any"))
    for place, name in enumerate(over):
        dimension = plan.model.dimension[name]
        labels = np.array(dimension.codes if dimension.numbers else dimension.members)
        across = labels.reshape(-1, *[1] * (len(over) - place - 1))
        cells = np.tile(np.broadcast_to(across, shape).ravel(), len(cases))
        found.append(TableColumn(free(name, own), cells, _kind(dimension), label=dimension.label))
    for row in rows:
        each = [_spread(told(results, row), row.over, over, shape) for results in cases]
        kind: Kind = "number" if each[0].dtype.kind == "f" else "any"
        found.append(TableColumn(free(row.id, own), np.concatenate(each), kind, row.unit.text, row.label))
    return found


def chosen(plan: Plan, names: Sequence[str]) -> list[Row]:
    """Return the rows that are named, each once, or those of all quantities; ModelError for others, and for members."""
    found: dict[str, Row] = {}
    for name in names or plan.model.by_id:
        row, member = locate(plan, name)
        if member is not None:
            message = f"'{name}' is one member, and a table has all of '{row.id}'"
            raise ModelError([error("member", message, plan.model.at(), f"name '{row.id}', and choose from the table")])
        found[row.id] = row
    return list(found.values())


def told(results: Results, row: Row) -> Any:  # noqa: ANN401  # an array of numbers, or of a choice's members
    """Return the values of a row in its shape, in the declared unit, and of a choice its members."""
    return np.array(members_of(results.plan, row, results.cells(row.id))).reshape(results.plan.shape(row))


def free(name: str, own: Sequence[str]) -> str:
    """Return the name of a column or a variable that a table has no use for itself: no name in a model ends in _."""
    return f"{name}_" if name in own else name


def _spread(values: Any, over: Sequence[str], whole: Sequence[str], shape: Sequence[int]) -> Any:  # noqa: ANN401  # arrays
    """Return values over some dimensions for each cell over more of them, in one line."""
    values = np.transpose(values, [over.index(name) for name in whole if name in over])
    return np.broadcast_to(values[tuple([slice(None) if name in over else None for name in whole])], shape).ravel()


def _kind(dimension: Dimension) -> Kind:
    return ("whole" if dimension.is_whole else "number") if dimension.numbers else "text"


def _members(plan: Plan, rows: list[Row], dimension: Dimension, own: Sequence[str], times: int) -> TableColumn:
    """Return the column of a dimension: numbers where it counts, and nothing where a quantity is not over it."""
    nothing = nan if dimension.numbers else None
    labels = dimension.codes if dimension.numbers else dimension.members
    cells: list[Any] = []
    for row, places in _places(plan, rows, dimension):
        cells += [labels[place] for place in places] if places else [nothing] * plan.model.size(row.over)
    return TableColumn(free(dimension.id, own), cells * times, _kind(dimension), label=dimension.label)


def _places(plan: Plan, rows: list[Row], dimension: Dimension) -> Iterator[tuple[Row, list[int]]]:
    """Yield each row with the place of each cell's member along a dimension; none where it is not over it."""
    for row in rows:
        if dimension.id not in row.over:
            yield row, []
            continue
        axis = row.over.index(dimension.id)
        inner, count = plan.model.size(row.over[axis + 1 :]), len(dimension.members)
        yield row, [number // inner % count for number in range(plan.model.size(row.over))]


def _sources(row: Row, count: int) -> list[str]:
    """Return the ids of the sources of each cell."""
    given = row.quantity.sources if row.quantity is not None else ()
    if isinstance(given, tuple):
        return [", ".join(given)] * count
    return [", ".join(one or ()) for one in given.cells]
