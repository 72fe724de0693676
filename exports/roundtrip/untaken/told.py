"""What differs in a workbook and is not taken: texts, formulas of other sheets, what was written beside the model."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Final

from engine.analysis.swings.ranges import SWING
from engine.model.calendar import serial_day
from engine.problems import shortened
from exports.reading.records import Held, Opened, Place
from exports.roundtrip.compared.straightened import Spot, Straightened
from exports.roundtrip.compared.wording import LOST, plain, says_same
from exports.roundtrip.typed_values import same
from exports.style.words import counted, in_full
from exports.workbook.layout import headings
from exports.workbook.layout.geometry import CHOICE_ROW, HEADER_ROW, LABEL, LIVE, NAME, UNIT, WORDS
from exports.workbook.layout.inputs.ranges import TITLES
from exports.workbook.layout.sensitivity import CHOICE, HIGH, LOW

# Of one sheet; what else differs on it is counted.
_MOST: Final = 8
_WIDTH: Final = 48
# Of a line, by the columns that all sheets share: what it is called, and where that is changed.
_PARTS: Final = {
    LABEL: ("the label of {} was", "a label is changed in the text"),
    NAME: ("the name {} was", "a name is changed in the text"),
    UNIT: ("the unit of {} was", "a unit is changed in the text, with the values that are in it"),
    WORDS: ("the words beside {} were", "sources, notes and formulas are changed in the text"),
}
_GETS_RANGE: Final = "an input gets one in the text: range = [low, high]"
_HEADINGS: Final = "scenarios and members are renamed where they are declared, in the text or in a data file"
_WITH_LINES: Final = frozenset({"Inputs", "Data", "Model"})
# What these hold is made anew by each export.
_WORKING: Final = frozenset({
    "Cases", "Changes", "Checks", "Cover", "Draws", "Registry", "Scenarios", "Sensitivity", "Sources", "Trials",
    "Uncertainty",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What differs in a cell, or in several side by side, and is not taken: where, and what."""

    spot: str
    message: str


def find_told(straight: Straightened, read: Collection[Spot]) -> Iterator[Told]:
    """Yield what differs from the workbook as exported, but for cells that are read or refused elsewhere."""
    for name, before in straight.exported.items():
        after = straight.sheets.get(name)
        if after is None or straight.is_untouched(name):
            continue
        differing = [place for place in {*before.cells, *after.cells}
                     if not says_same(before.cells.get(place), after.cells.get(place))]  # fmt: skip
        found = [
            (place, message)
            for place in sorted(differing)
            if straight.spot(name, place) not in read
            and not straight.lost(name, place)
            and not _names_file(before, place)
            and (message := _difference(before, after, place))
        ]
        runs = list(_runs(found))
        for first, last, message in runs[:_MOST]:
            spot = straight.spot(name, first)
            yield Told(spot.address + (f":{straight.spot(name, last).cell}" if last != first else ""), message)
        if len(runs) > _MOST:
            shown = len([place for place, _ in found if place <= runs[_MOST - 1][1]])
            yield Told(name, f"{counted(len(found) - shown, 'more cell differs', 'more cells differ')} from the export")
    for spot, cell in straight.new[:_MOST]:
        yield Told(spot.address, f"{_content(cell)} was written beside the model")
    if len(straight.new) > _MOST:
        rest = counted(len(straight.new) - _MOST, "more cell", "more cells")
        yield Told(straight.new[_MOST][0].sheet, f"{rest} were written on what was inserted")


def _names_file(before: Opened, place: Place) -> bool:
    """Return whether a cell names the model's file, which may be called otherwise by now."""
    beside = before.cells.get((place[0], place[1] - 1))
    return before.name == "Cover" and beside is not None and beside.value == headings.FILE


def _runs(found: list[tuple[Place, str]]) -> Iterator[tuple[Place, Place, str]]:
    """Yield cells side by side of which the same is told as one."""
    run: list[tuple[Place, str]] = []
    for place, message in found:
        is_next = run and run[-1] == ((place[0], place[1] - 1), message)
        if run and not is_next:
            yield run[0][0], run[-1][0], run[0][1]
            run = []
        run.append((place, message))
    if run:
        yield run[0][0], run[-1][0], run[0][1]


def _difference(before: Opened, after: Opened, place: Place) -> str:  # one return a kind
    """Return what differs in a cell, '' for nothing."""
    old, new = before.cells.get(place), after.cells.get(place)
    if old is None:
        hint = f", where an input has no range; {_GETS_RANGE}" if _is_end(before, place) else " beside the model"
        return f"{_content(new)} was written{hint}" if new is not None else ""
    if new is None:
        return _cleared(before, place, old)
    if not old.is_formula:
        return "" if not new.is_formula and _is_same(old, new) else _overtyped(before, place, old, new)
    if not new.is_formula:
        is_end = before.name == "Sensitivity" and place[1] in (LOW, HIGH)
        hint = f"; ends of ranges are typed on Inputs, and {_GETS_RANGE}" if is_end else _anew(before.name)
        return f"{_content(new)} was typed over a formula{hint}"
    is_same = plain(old) == plain(new) or LOST in str(new.value)
    return "" if is_same else f"a formula was changed to {_content(new)}{_anew(before.name)}"


def _is_end(before: Opened, place: Place) -> bool:
    """Return whether a cell is empty on export where others of its column have an end of an input's range."""
    heads = (before.cells.get((row, place[1])) for row in range(place[0], HEADER_ROW - 1, -1))
    return before.name == "Inputs" and any(head is not None and head.value in TITLES.values() for head in heads)


def _cleared(before: Opened, place: Place, old: Held) -> str:
    part, hint = _part(before, place)
    if part:
        return f"{part} cleared; {hint}"
    return f"{_content(old)} was cleared{_anew(before.name) if before.name in _WORKING else ''}"


def _overtyped(before: Opened, place: Place, old: Held, new: Held) -> str:  # noqa: PLR0911  # one return a kind
    """Return what is told of a text or a number that became something else."""
    label = before.cells.get((place[0], LABEL))
    if before.name == "Inputs" and place[1] == LIVE and label is not None and label.value == headings.SWING:
        return _swing(new)
    if before.name == "Inputs" and place[1] == LIVE and label is not None and label.value == headings.TARGET:
        how = "it is no part of the model: plainsheet goal OUTPUT=VALUE --by INPUT reaches it"
        return f"the target of the goal was changed from {_content(old)} to {_content(new)}; {how}"
    chosen = {"Scenarios": headings.BRIDGE, "Sensitivity": (*headings.CROSSED, headings.SOUGHT)}.get(before.name, ())
    is_of_table = label is not None and label.value in chosen
    is_chosen = (before.name, place) in {("Cover", (CHOICE_ROW, LIVE)), ("Sensitivity", (CHOICE, LIVE))}
    if is_chosen or (is_of_table and place[1] == LIVE):
        return f"{_content(new)} was chosen; what is chosen stays in the workbook"
    if place[0] == HEADER_ROW:
        return f"the heading {_content(old)} was changed to {_content(new)}, and is read as before"
    part, hint = _part(before, place)
    if part and place[1] == NAME:
        return f"{part} changed to {_content(new)}; {hint}"
    if part:
        return f"{part} changed from {_content(old)} to {_content(new)}; {hint}"
    if before.name in {"Inputs", "Data"}:
        return f"the heading {_content(old)} was changed to {_content(new)}; {_HEADINGS}"
    return f"{_content(old)} was changed to {_content(new)}{_anew(before.name)}"


def _part(before: Opened, place: Place) -> tuple[str, str]:
    """Return how a text of a line is called, and where it is changed; '' for any other cell."""
    name, head = before.cells.get((place[0], NAME)), before.cells.get((HEADER_ROW, place[1]))
    # Words stand beside the numbers, or behind them all.
    column = WORDS if head is not None and head.value in {headings.SOURCE, headings.FORMULA} else place[1]
    if column not in _PARTS or before.name not in _WITH_LINES or name is None or place[0] == HEADER_ROW:
        return "", ""
    part, hint = _PARTS[column]
    return part.format(f"'{name.value}'"), hint


def _swing(new: Held) -> str:
    was = in_full(100 * SWING)
    if new.is_number and not new.is_formula and isinstance(new.value, int | float):
        now = in_full(100 * float(new.value))
        return (
            f"the swing of inputs without a range was changed from {was} to {now} percent; it is no part of the"
            f" model: plainsheet sensitivity --swing {now}% has it, or give the inputs a range in the text"
        )
    return f"the swing of inputs without a range was changed from {was} percent to {_content(new)}"


def _anew(sheet: str) -> str:
    if sheet in {"Inputs", "Data"}:
        return "; values are read from the scenarios' own cells"
    return f"; {sheet} is made anew by each export" if sheet in _WORKING else ""


def _content(cell: Held) -> str:
    if cell.is_formula:
        return shortened(str(cell.value), _WIDTH)
    if isinstance(cell.value, str):
        return f"'{shortened(' '.join(cell.value.split()), _WIDTH)}'"
    return str(cell.value).upper() if isinstance(cell.value, bool) else in_full(float(cell.value))


def _is_same(old: Held, new: Held) -> bool:
    if new.is_date and not isinstance(old.value, str):
        # A date stands as its number where it is written, and is told as a day where it is read.
        return serial_day(datetime.fromisoformat(str(new.value)).date()) == old.value
    if isinstance(old.value, str) or isinstance(new.value, str):
        return _folded(old.value) == _folded(new.value)
    return _is_close(float(old.value), float(new.value))


def _is_close(old: float, new: float) -> bool:
    return old == new or (isfinite(new) and same(old, new))


def _folded(value: object) -> str:
    return " ".join(str(value).split())
