"""What the largest cells of a data file add to outputs, within what the file adds: Owen values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.analysis.gradients import gradients
from engine.model.data import DataGrid
from engine.plan.cells import Cell
from engine.plan.evaluate import Results
from engine.plan.plan import Array, Numbers, Plan

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


def largest(
    values: Mapping[str, tuple[Numbers, Numbers]], results: Results, outputs: Sequence[Cell]
) -> tuple[tuple[str, ...], tuple[Part, ...]]:
    """Return the cells of inputs that move outputs most, as far as derivatives tell, and last all others together.

    `values` are those before and after, by input; `results` the new ones. A part has, for each input, its cells.
    """
    plan = results.plan
    moved: list[tuple[float, str, int]] = []
    found = gradients(results)
    slopes = [] if found is None else [found.by_input(found.adjoints(cell), cell) for cell in outputs[:MOST]]
    for id_, (before, after) in values.items():
        then, now = np.ravel(np.broadcast_to(before, np.shape(after))), np.ravel(after)
        differ = np.flatnonzero(~np.isclose(then, now, rtol=_LOST, atol=0.0, equal_nan=True))
        felt = [np.abs(np.ravel(own[id_])) for own in slopes if id_ in own and np.size(own[id_]) == len(now)]
        weights = np.max(felt, axis=0) if felt else np.ones(len(now))
        effects = np.nan_to_num(np.abs((now - then) * weights)[differ], nan=np.inf)
        moved += [(-float(effect), id_, int(number)) for effect, number in zip(effects, differ, strict=True)]
    moved.sort()
    names, parts = [], []
    for _, id_, number in moved[:MOST]:
        row = plan.row(id_)
        names.append(f"{id_}[{', '.join(plan.model.member(row.over, number))}]")
        parts.append(_part(plan, values, {id_: [number]}))
    rest: dict[str, list[int]] = {}
    for _, id_, number in moved[MOST:]:
        rest.setdefault(id_, []).append(number)
    if rest:
        count = len(moved) - MOST
        names.append(f"{count:,} other {'cell' if count == 1 else 'cells'}")
        parts.append(_part(plan, values, rest))
    return tuple(names), tuple(parts)


def _part(plan: Plan, values: Mapping[str, object], chosen: Mapping[str, Sequence[int]]) -> Part:
    found = {}
    for id_ in values:
        cells = np.zeros(plan.shape(plan.row(id_)), dtype=np.bool_)
        cells.ravel()[list(chosen.get(id_, ()))] = True
        found[id_] = cells
    return found
