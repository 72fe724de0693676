"""The workbook as an export of the text writes it today, for one that was exported from the very same text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from engine.plan.plan import Case, Plan
from engine.problems import ModelError
from exports.files.stamp import ChangeLog, Stamp
from exports.reading.records import Held, Opened, OpenedBook
from exports.roundtrip.compared.straightened import Straightened, straighten
from exports.roundtrip.typed_values import same
from exports.style.a1 import parse_cell
from exports.workbook.layout import headings
from exports.workbook.layout.geometry import LABEL, SheetName, choice
from exports.workbook.layout.grid import Sheet, SheetLine, Value
from exports.workbook.layout.uncertainty.outcomes import TRIALS
from exports.workbook.pages import pages
from exports.workbook.sheets.cover import made_by

_COVER, _CHOICE = choice().split("!")
_CHANGES: Final[SheetName] = "Changes"
_DRAWS: Final[SheetName] = "Draws"
_UNCERTAINTY: Final[SheetName] = "Uncertainty"
_Lines = Iterable[tuple[int, SheetLine]]
_FACTS = frozenset({headings.HASH, headings.REVISION, headings.MADE_BY, headings.AUTHOR, headings.DATE})


def compare(planned: Plan, book: OpenedBook) -> Straightened | None:
    """Return a workbook beside what an export of the same text writes; None where it was made from another text.

    It says so on its cover, and by which version of Plainsheet it was made.
    """
    facts = _facts(book)
    text = planned.model.content_hash
    if (facts.get(headings.HASH), facts.get(headings.MADE_BY)) != (text, made_by()):
        return None
    live = live_scenario(planned, book)
    stamp = Stamp(facts.get(headings.REVISION, ""), facts.get(headings.AUTHOR, ""), facts.get(headings.DATE, ""))
    log = _change_log(book)
    stamp = stamp if log is None else replace(stamp, changes=ChangeLog())
    exported = export_again(planned, live.id, stamp, book)
    if log is not None:
        # What changed before this text is not in the text: the sheet is taken as it is.
        exported = [log if sheet.name == log.name else sheet for sheet in exported]
    straight = straighten(book, exported) if exported else None
    if straight is not None and live is not planned.first_case:
        straight.events.append(f"the live scenario is '{live.label}'; which one is live stays in the workbook")
    return straight


def _change_log(book: OpenedBook) -> Opened | None:
    """Return the sheet that tells what changed before the export, by its title; None where that was not asked for."""
    found = [sheet for sheet in book.sheets if _is_titled(sheet, _CHANGES)]
    return replace(found[0], name=_CHANGES) if found else None


def _facts(book: OpenedBook) -> dict[str, str]:
    """Return what a workbook says of its making, on the sheet that has the hash of its text, by whatever name."""
    for sheet in book.sheets:
        found: dict[str, str] = {}
        for (row, column), cell in sheet.cells.items():
            beside = sheet.cells.get((row, column + 1))
            if cell.value in _FACTS and beside is not None:
                found.setdefault(str(cell.value), str(beside.value))
        if headings.HASH in found:
            return found
    return {}


def _trials(book: OpenedBook) -> int:
    """Return how many trials a workbook was exported with, by the lines that are called so; 0 where it has none."""
    if any(_is_titled(sheet, _UNCERTAINTY) for sheet in book.sheets) and not any(
        _is_titled(sheet, _DRAWS) for sheet in book.sheets
    ):
        # It was asked for trials, and had no room for them.
        return TRIALS
    counts = [
        sum(column == LABEL and str(cell.value).startswith("Trial ") for (_, column), cell in sheet.cells.items())
        for sheet in book.sheets
        if _is_titled(sheet, _DRAWS)
    ]
    return max(counts, default=0)


def _is_titled(sheet: Opened, name: str) -> bool:
    """Return whether a sheet has the title of one that an export writes, by whatever name it goes now."""
    title = sheet.cells.get((1, LABEL))
    return title is not None and str(title.value).endswith(f"|  {name}")


def export_again(planned: Plan, scenario: str, stamp: Stamp, book: OpenedBook) -> list[Opened]:
    """Return all sheets as an export writes them, with the scenario live that is so in a workbook; [] where none can.

    So what differs was changed in the workbook. A sheet in which nothing was is that of the workbook itself.
    """
    there = {sheet.name: sheet for sheet in book.sheets}
    try:
        found = pages(planned, scenario, stamp, trials=_trials(book)).sheets
        return [_opened_beside(sheet, there.get(sheet.name)) for sheet in found]
    except ModelError:
        # A row without a value in some scenario is told elsewhere.
        return []


def live_scenario(planned: Plan, book: OpenedBook) -> Case:
    """Return the scenario that is chosen on the cover; the first where none of the model's is."""
    cover = next((sheet for sheet in book.sheets if sheet.name == _COVER), None)
    held = cover.cells.get(parse_cell(_CHOICE)[:2]) if cover is not None else None
    chosen = str(held.value).strip() if held is not None else ""
    return next((case for case in planned.cases if case.label == chosen), planned.first_case)


def opened(sheet: Sheet) -> Opened:
    """Return a sheet as it would be read back."""
    return _opened(sheet.name, sheet.lines)


def _opened_beside(sheet: Sheet, there: Opened | None) -> Opened:
    """Return a sheet as it would be read back: the one that is there, if it says the same, as most do."""
    lines = list(sheet.lines)
    return there if there is not None and _says(there, lines) else _opened(sheet.name, lines)


def _says(there: Opened, lines: _Lines) -> bool:
    """Return whether a sheet says what lines do, and no more."""
    count = 0
    for number, line in lines:
        for column, cell in line.cells.items():
            content = cell.formula or cell.value
            if content is None or content == "":
                continue
            held = there.cells.get((number, column))
            if held is None or held.is_formula != bool(cell.formula):
                return False
            if held.value != content and not _is_near(held.value, content):
                return False
            count += 1
    return count == len(there.cells)


def _is_near(held: Value, content: Value) -> bool:
    """Return whether two are one number, of which spreadsheets keep fifteen digits in saving."""
    return isinstance(held, float) and isinstance(content, float) and same(held, content)


def _opened(name: str, lines: _Lines) -> Opened:
    cells = {
        (number, column): _held(cell.formula or cell.value, is_formula=bool(cell.formula))
        for number, line in lines
        for column, cell in line.cells.items()
        if cell.formula or cell.value not in ("", None)
    }
    return Opened.of_cells(name, cells)


def _held(value: Value, *, is_formula: bool) -> Held:  # what a cell holds
    return Held("" if value is None else value, is_formula=is_formula, shows_text=False, is_error=False, is_date=False,
                is_filled=False, is_locked=True, style="", link="")  # fmt: skip
