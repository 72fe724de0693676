"""Which cells of data files differ between two versions: the largest by what they do to outputs, the rest counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from engine.analysis.gradients import gradients
from engine.data.table import Codes
from engine.model.data import DataFile, DataGrid
from engine.model.model import Model, Quantity
from engine.plan.outputs import outputs
from engine.plan.plan import Array
from engine.versions.pair import Difference, Pair, Setting

# Of the cells of one row that are told one by one; the others are counted with their file.
MOST: Final = 1_000
_LOST: Final = 1e-13
_SHORT: Final = 12


def files(pair: Pair) -> Iterator[Difference]:
    """Yield the data files whose bytes are others, with how many cells changed, came and went."""
    then, now = _by_id(pair.old.model), _by_id(pair.new.model)
    for id_ in dict.fromkeys([*now, *then]):
        before, after = then.get(id_), now.get(id_)
        if before is None or after is None:
            there = after or before
            assert there is not None  # noqa: S101  # one of the two is
            words = "" if before is None else _words(before), "" if after is None else _words(after)
            yield Difference("data", id_, there.label, *words)
        elif before.hash != after.hash or before.file != after.file:
            yield Difference("data", id_, after.label, _words(before), _words(after), _counts(pair, id_))


def settings(pair: Pair, before: Quantity, after: Quantity, then: object, now: object) -> Iterator[Setting]:
    """Yield what is set for a quantity as `Pair.settings` does; of values in files only what differs, by its effect."""
    if not isinstance(then, DataGrid) or not isinstance(now, DataGrid) or not _is_alike(pair, before, after):
        yield from pair.settings(before, after, then, now)
        return
    numbers = differing(then, now)
    sizes = pair.new.model.shape(after.over)
    members = [pair.new.model.dimension[name].members for name in after.over]
    for number in by_effect(pair, after, numbers, now.numbers - then.numbers)[:MOST].tolist():
        places = np.unravel_index(number, sizes)
        told = ", ".join([own[place] for own, place in zip(members, places, strict=True)])
        values = then.at(number), now.at(number)
        yield Setting(f"{after.id}[{told}]", f"{after.label} · {told}", *values, (number, number))


def differing(then: DataGrid, now: DataGrid) -> Codes:
    """Return the numbers of the cells whose values differ."""
    same = np.isclose(then.numbers, now.numbers, rtol=_LOST, atol=0.0, equal_nan=True)
    return np.flatnonzero(~same)


def by_effect(pair: Pair, quantity: Quantity, numbers: Codes, moves: Array) -> Codes:
    """Return cells of a row with those first that move the first output most, as far as its derivatives tell."""
    if len(numbers) < 2:  # noqa: PLR2004  # there is no order
        return numbers
    weights = np.ones(len(moves))
    case = pair.new.first_case.id
    shown = [one for one in outputs(pair.new) if pair.new.chosen_from(one.row) is None]
    found = gradients(pair.now[case]) if case in pair.now and shown and not quantity.choice else None
    if found is not None:
        own = found.by_input(found.adjoints(shown[0].cell), shown[0].cell).get(quantity.id)
        weights = weights if own is None or not np.any(own) else np.ravel(own)
    effects = np.nan_to_num(np.abs(weights[numbers] * moves[numbers]), nan=np.inf)
    order: Codes = numbers[np.argsort(-effects, kind="stable")]
    return order


def _is_alike(pair: Pair, before: Quantity, after: Quantity) -> bool:
    """Return whether cells of both versions may be compared by their numbers."""
    is_same_shape = before.over == after.over and pair.reshaped.isdisjoint(after.over)
    return is_same_shape and (before.unit, before.choice) == (after.unit, after.choice)


def _by_id(model: Model) -> dict[str, DataFile]:
    return {file.id: file for file in model.data}


def _words(file: DataFile) -> str:
    rows = "" if file.table is None else f", {file.table.rows:,} rows"
    return f"{file.file} ({file.hash[:_SHORT]}{rows})"


def _counts(pair: Pair, id_: str) -> str:
    """Return how many cells changed, came and went of each row that takes values from a file."""
    told = []
    for before, after in pair.both:
        for label, then, now in _grids(pair, before, after):
            if id_ not in {then.origin.data, now.origin.data} or not _is_alike(pair, before, after):
                continue
            numbers = differing(then, now)
            came = int(np.isnan(then.numbers[numbers]).sum())
            went = int(np.isnan(now.numbers[numbers]).sum())
            counts = [(len(numbers) - came - went, "changed"), (came, "added"), (went, "missing")]
            words = [f"{count:,} {what}" for count, what in counts if count]
            if words:
                told.append(f"{_together(words)} of {len(now.numbers):,} of {label}")
    return "; ".join(told) or "no value that the model uses changed"


def _grids(pair: Pair, before: Quantity, after: Quantity) -> Iterator[tuple[str, DataGrid, DataGrid]]:
    if isinstance(before.value, DataGrid) and isinstance(after.value, DataGrid):
        yield after.id, before.value, after.value
    then = {one.id: dict(one.set) for one in pair.old.model.scenarios}
    for scenario in pair.new.model.scenarios:
        old = then.get(pair.scenarios.get(scenario.id, scenario.id), {}).get(before.id)
        new = dict(scenario.set).get(after.id)
        if isinstance(old, DataGrid) and isinstance(new, DataGrid):
            yield f"{after.id} in {scenario.id}", old, new


def _together(words: list[str]) -> str:
    """Return words with commas, and an `and` before the last."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
