"""What the largest cells of a data file add to outputs, within what the file adds: Owen values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.analysis.gradients import gradients
from engine.model.data import DataGrid
from engine.plan.cells import Cell
from engine.plan.evaluate import Results
from engine.plan.plan import Array, Numbers, Plan
from engine.versions.mixture import Player

# A file's cells that are told one by one; all others are one more.
MOST: Final = 3
_LOST: Final = 1e-13
Part = Mapping[str, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class CellShares:
    """What cells of a file add to outputs: names of the largest and how many the rest are, arrays (cells, outputs)."""

    names: tuple[str, ...]
    shares: Array
    error: Array | None


def file_of(plan: Plan, case: str, id_: str) -> str:
    """Return the data that an input takes its values from in a scenario; '' where they stand in the text."""
    named = {scenario.id: dict(scenario.set) for scenario in plan.model.scenarios}
    for one in plan.lineage(plan.case(case)):
        found = named.get(one.id, {}).get(id_)
        if found is not None:
            return found.origin.data if isinstance(found, DataGrid) else ""
    quantity = plan.row(id_).quantity
    value = None if quantity is None else quantity.value
    return value.origin.data if isinstance(value, DataGrid) else ""


def by_file(plan: Plan, case: str, ids: Iterable[str]) -> list[Player]:
    """Return inputs that changed as players: those that take their values from one file in a scenario come together."""
    found: dict[tuple[str, str], list[str]] = {}
    for id_ in ids:
        data = file_of(plan, case, id_) if id_ in plan.index else ""
        found.setdefault((data, "" if data else id_), []).append(id_)
    return [Player(tuple(own), data=data) for (data, _), own in found.items()]


def largest(
    values: Mapping[str, tuple[Numbers, Numbers]], results: Results, outputs: Sequence[Cell]
) -> tuple[tuple[str, ...], tuple[Part, ...]]:
    """Return the cells of inputs that move outputs most, as far as derivatives tell, and last all others together.

    `values` are those before and after, by input; `results` the new ones. A part has, for each input, its cells.
    """
    plan = results.plan
    moved: list[tuple[float, str, int]] = []
    rest: dict[str, NDArray[np.bool_]] = {}
    count = 0
    found = gradients(results)
    slopes = [] if found is None else [found.by_input(found.adjoints(cell), cell) for cell in outputs[:MOST]]
    for id_, (before, after) in values.items():
        then, now = np.ravel(np.broadcast_to(before, np.shape(after))), np.ravel(after)
        differs = ~np.isclose(then, now, rtol=_LOST, atol=0.0, equal_nan=True)
        felt = [np.abs(np.ravel(own[id_])) for own in slopes if id_ in own and np.size(own[id_]) == len(now)]
        weights = np.max(felt, axis=0) if felt else np.ones(len(now))
        numbers = np.flatnonzero(differs)
        effects = np.nan_to_num(np.abs((now - then) * weights)[numbers], nan=np.inf)
        first = np.argsort(-effects, kind="stable")[:MOST]
        moved += [(-float(effects[place]), id_, int(numbers[place])) for place in first]
        rest[id_] = differs.reshape(plan.shape(plan.row(id_)))
        count += len(numbers)
    names: list[str] = []
    parts: list[Part] = []
    for _, id_, number in sorted(moved)[:MOST]:
        row = plan.row(id_)
        at = np.unravel_index(number, plan.shape(row))
        told = [plan.model.dimension[name].members[place] for name, place in zip(row.over, at, strict=True)]
        names.append(f"{id_}[{', '.join(told)}]" if told else id_)
        part = {other: np.zeros_like(cells) for other, cells in rest.items()}
        part[id_][at], rest[id_][at] = True, False
        parts.append(part)
    count -= len(parts)
    if count:
        names.append(f"{count:,} other {'cell' if count == 1 else 'cells'}")
        parts.append(rest)
    return tuple(names), tuple(parts)
