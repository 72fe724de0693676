"""Which cells of data files differ between two versions: the largest by what they do to outputs, the rest counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.analysis.gradients import gradients
from engine.data.table import Codes
from engine.model.data import DataFile, DataGrid, origin_of
from engine.model.dimensions import cell
from engine.model.model import Model, Quantity
from engine.plan.outputs import outputs
from engine.plan.plan import Array
from engine.text.numerals import readable
from engine.versions.data.cells import as_numbers, places, taken
from engine.versions.pair import Both, Difference, Pair, Setting, compare, one_line

# Of the cells of one row that changed, came or went, so many each are told one by one; the others are counted.
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
        if before is not None and after is not None:
            now_said = _said(after)
            for key, was in _said(before).items():
                yield from compare("data", id_, after.label, (was, now_said[key]), key)


def is_of_file(both: Both, key: str) -> bool:
    """Return whether both versions of a quantity have their sources, or their note, from a file: it is told of that."""
    origins = [origin_of(one.value) for one in both]
    then, now = [None if origin is None else origin.file for origin in origins]
    if key not in {"sources", "note"} or then is None or now is None or then.id != now.id:
        return False
    return all(getattr(one, key) == getattr(file, key) for one, file in zip(both, (then, now), strict=True))


def settings(pair: Pair, before: Quantity, after: Quantity, then: object, now: object) -> Iterator[Setting]:
    """Yield what is set for a quantity as `Pair.settings` does; of values in files only what differs, by its effect."""
    is_of_data = isinstance(then, DataGrid) or isinstance(now, DataGrid)
    if not is_of_data or not _is_alike(pair, before, after):
        yield from pair.settings(before, after, then, now)
        return
    found = differing(pair, before, after, then, now)
    order = np.concatenate([by_effect(pair, after, found), np.flatnonzero(found.new < 0)])
    came, went = np.isnan(found.before[order]), np.isnan(found.after[order])
    for kind in (~came & ~went, came, went & ~came):
        own = order[kind]
        for place, number in enumerate(own[:MOST].tolist(), 1):
            yield _setting(
                pair, (before, after), (then, now), found.at(number), len(own) - MOST if place == MOST else 0
            )


def _setting(pair: Pair, quantities: Both, values: tuple[object, object], at: tuple[int, int], more: int) -> Setting:
    """Return what both versions set for a cell, by its numbers, -1 where there is none."""
    before, after = quantities
    old, new = at
    told = _member(pair.old.model, before, old) if new < 0 else _member(pair.new.model, after, new)
    name, label = (f"{after.id}[{told}]", f"{after.label} · {told}") if told else (after.id, after.label)
    indices = old if old >= 0 else None, new if new >= 0 else None
    return Setting(name, label, _value(values[0], old), _value(values[1], new), indices, more)


@dataclass(frozen=True, slots=True)
class Differing:
    """Cells that differ: their numbers in both versions, -1 where there is none, and how far each moved."""

    old: Codes
    new: Codes
    before: Array
    after: Array

    def at(self, place: int) -> tuple[int, int]:
        """Return the numbers of the cell at a place."""
        return int(self.old[place]), int(self.new[place])

    @property
    def moves(self) -> Array:
        """Return how far each moved, from 0 or to 0 where one version has no value."""
        return np.nan_to_num(self.after) - np.nan_to_num(self.before)


def differing(pair: Pair, before: Quantity, after: Quantity, then: object, now: object) -> Differing:
    """Return the cells of a row whose values differ, those that came or went among them; last what went with members.

    The values before are in the new unit, and NaN where that is of another kind.
    """
    models = pair.old.model, pair.new.model
    sizes = pair.sizes((before, after))
    first, second = [as_numbers(value, model.size(after.over))  # type: ignore[arg-type]  # what is set for a quantity
                     for value, model in zip((then, now), models, strict=True)]  # fmt: skip
    first = first * (np.nan if sizes is None else sizes[0] / sizes[1])
    at = places(*models, after.over)
    was = taken(first, at, np.nan)
    new = np.flatnonzero(~np.isclose(was, second, rtol=_LOST, atol=0.0, equal_nan=True))
    is_gone = ~np.isnan(first)
    is_gone[at[at >= 0]] = False
    gone = np.flatnonzero(is_gone)
    none = np.full(len(gone), -1)
    return Differing(
        np.concatenate([at[new], gone]),
        np.concatenate([new, none]),
        np.concatenate([was[new], first[gone]]),
        np.concatenate([second[new], none * np.nan]),
    )


def by_effect(pair: Pair, quantity: Quantity, found: Differing) -> Codes:
    """Return the places of cells that the new version has, first those that move its first output most.

    That is as far as derivatives tell.
    """
    there = np.flatnonzero(found.new >= 0)
    numbers, moves = found.new[there], found.moves[there]
    if len(numbers) < 2:  # noqa: PLR2004  # there is no order
        return there
    weights = np.ones(pair.new.model.size(quantity.over))
    case = pair.new.first_case.id
    shown = [one for one in outputs(pair.new) if pair.new.chosen_from(one.row) is None]
    slopes = gradients(pair.now[case]) if case in pair.now and shown and not quantity.choice else None
    if slopes is not None:
        own = slopes.by_input(slopes.adjoints(shown[0].cell), shown[0].cell).get(quantity.id)
        weights = weights if own is None or not np.any(own) else np.ravel(own)
    effects = np.nan_to_num(np.abs(weights[numbers] * moves), nan=np.inf)
    order: Codes = there[np.argsort(-effects, kind="stable")]
    return order


def _is_alike(pair: Pair, before: Quantity, after: Quantity) -> bool:
    """Return whether cells of both versions may be compared by their numbers: a choice's are its members' places."""
    return before.over == after.over and before.choice == after.choice and after.choice not in pair.reshaped


def _member(model: Model, quantity: Quantity, number: int) -> str:
    """Return the members of a cell, as they stand in brackets; '' of a single number."""
    places_ = np.unravel_index(number, model.shape(quantity.over))
    return ", ".join([model.dimension[name].members[at] for name, at in zip(quantity.over, places_, strict=True)])


def _value(setting: object, number: int) -> object:
    """Return what is set for a cell; None for one that is not there."""
    if number < 0:
        return None
    return setting.at(number) if isinstance(setting, DataGrid) else cell(setting, number)


def _by_id(model: Model) -> dict[str, DataFile]:
    return {file.id: file for file in model.data}


def _said(file: DataFile) -> dict[str, str]:
    """Return what a model says of a file but for its bytes, by key."""
    return {
        "label": file.label,
        "source": ", ".join(sorted(file.sources)),
        "note": one_line(file.note),
        "missing": "" if file.missing is None else readable(file.missing),
        "dimensions": ", ".join([f"{name} = {heading}" for name, heading in sorted(file.headings.items())]),
        "sheet": file.form.sheet,
        "separator": file.form.separator.replace("\t", "a tab"),
        "decimal": file.form.decimal,
        "thousands": file.form.thousands,
    }


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
            found = differing(pair, before, after, then, now)
            came, went = int(np.isnan(found.before).sum()), int(np.isnan(found.after).sum())
            numbers = found.new
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
