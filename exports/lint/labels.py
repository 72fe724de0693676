"""Rules of what lines and sheets are called, and what the first sheet and that of the checks say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from exports.lint.context import Context, Finding, name_place
from exports.reading.records import Held, Opened

# The names that spreadsheets give to sheets.
_DEFAULT: Final = re.compile(
    r"(?:sheet|tabelle|feuil|hoja|foglio|blad|planilha|arkusz|list|ark)\s?[0-9]+", re.IGNORECASE
)
_UNITS: Final = frozenset({"unit", "units"})
_NAMES: Final = frozenset({"name", "id", "key", "code"})
# A name as a program has it: it says nothing to a reader.
_IDENTIFIER: Final = re.compile(r"[a-z_][a-z0-9_.]*(?:\W.*)?")
# Of fewer lines, or where fewer of them share their labels, these are no records but lines with the same name.
_FEWEST_RECORDS, _SHARE_OF_RECORDS = 10, 3
# What the first sheet is to say, by the words that say it.
_SAID: Final[Mapping[str, re.Pattern[str]]] = {
    "what it is for": re.compile(r"purpose|about|overview|summary", re.IGNORECASE),
    "who made it": re.compile(r"author|made by|prepared by|owner|contact", re.IGNORECASE),
    "of which version or date it is": re.compile(r"version|revision|date|sha-256", re.IGNORECASE),
    "how to use it": re.compile(r"how to|instruction|guid|usage", re.IGNORECASE),
    "what its colours mean": re.compile(r"colou?r|legend|key", re.IGNORECASE),
    "where it must not be relied on": re.compile(r"limit|caveat|disclaim|scope|rel(?:y|ied) on", re.IGNORECASE),
}  # fmt: skip


def labels(context: Context) -> Iterator[Finding]:
    """Yield lines that are called like another one below the same heading, and sheets that nobody has named."""
    for sheet in context.sheets:
        if sheet.cells and _DEFAULT.fullmatch(sheet.name):
            yield Finding(name_place(sheet), "says nothing of what is on the sheet")
        repeated, count = _find_repeated(context, sheet)
        if count < _FEWEST_RECORDS or len(repeated) * _SHARE_OF_RECORDS <= count:
            for row, column, other in repeated:
                text = sheet.cells[row, column].value
                yield Finding(name_place(sheet, (row, column)), f"'{text}' is the label of line {other} too")


def _find_repeated(context: Context, sheet: Opened) -> tuple[list[tuple[int, int, int]], int]:
    """Return the lines called like one before, each with its label's column and that line; and how many are called."""
    names = _identifiers(sheet)
    lines: dict[int, list[tuple[int, Held]]] = {}
    for (row, column), cell in sheet.cells.items():
        if row >= sheet.frozen[0]:
            lines.setdefault(row, []).append((column, cell))
    inputs = set(context.inputs[sheet.name])
    repeated: list[tuple[int, int, int]] = []
    first: dict[tuple[str, ...], int] = {}
    count = 0
    below = dict(pairwise(lines))
    for row, line in lines.items():
        number = next((column for column, cell in line if cell.is_number), None)
        if number is None or _is_band(line, lines.get(below.get(row, 0), [])):
            # A heading: what stands below it is told apart by it.
            first = {}
        if number is None:
            continue
        texts = [(at, str(cell.value).strip()) for at, cell in line if not cell.is_number and at < number
                 and not cell.is_formula and at not in names]  # fmt: skip
        does = any((row, at) in inputs or (cell.is_formula and not context.is_link(sheet, (row, at)))
                   for at, cell in line if at >= number)  # fmt: skip
        if not texts or not does:
            continue
        count += 1
        other = first.setdefault(tuple([text.casefold() for _, text in texts]), row)
        if other != row:
            repeated.append((row, texts[0][0], other))
    return repeated, count


def _is_band(line: list[tuple[int, Held]], following: list[tuple[int, Held]]) -> bool:
    """Return whether a line with numbers heads those below: its label has a fill and a look of its own.

    Lines that are shaded in turn have one look but for their fill; free lines may stand between.
    """
    label, below = _label(line), _label(following)
    if label is None or below is None or not label.fill or label.fill == below.fill:
        return False
    return (label.style, label.colour) != (below.style, below.colour)


def _label(line: list[tuple[int, Held]]) -> Held | None:
    return next((cell for _, cell in line if not cell.is_number), None)


def _identifiers(sheet: Opened) -> set[int]:
    """Return the columns of units, and of names that only programs read."""
    found = {at for at, text in sheet.headings.items() if text.strip().casefold() in _UNITS}
    for column in [at for at, text in sheet.headings.items() if text.strip().casefold() in _NAMES]:
        texts = [str(cell.value) for (row, at), cell in sheet.cells.items() if at == column and row >= sheet.frozen[0]]
        if texts and all(_IDENTIFIER.fullmatch(text) for text in texts):
            found.add(column)
    return found


def about(context: Context) -> Iterator[Finding]:
    """Yield what the first sheet does not say of the workbook."""
    if not any(sheet.formulas for sheet in context.sheets):
        return
    first = context.sheets[0]
    texts = [str(cell.value) for cell in first.cells.values() if not cell.is_number and not cell.is_formula]
    lacking = [what for what, words in _SAID.items() if not any(words.search(text) for text in texts)]
    if lacking:
        yield Finding(name_place(first), f"the first sheet does not say {', '.join(lacking)}")


def tolerances(context: Context) -> Iterator[Finding]:
    """Yield sheets of checks that do not say how exactly these must hold."""
    for sheet in context.sheets:
        texts = [str(cell.value).casefold() for cell in sheet.cells.values() if not cell.is_number]
        if "check" in sheet.name.casefold() and sheet.formulas and not any("tolerance" in text for text in texts):
            yield Finding(name_place(sheet), "no column is headed 'Tolerance'")
