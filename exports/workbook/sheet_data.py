"""Cells as the XML of a sheet, while its lines stream by: the value beside the formula, and each text once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import Final
from xml.sax.saxutils import escape

from exports.style.a1 import address, letter
from exports.style.words import is_like_formula
from exports.workbook.layout.grid import CellError, SheetCell, SheetLine, Value

# How a cell looks: its style, its number format, and whether it holds a text that a spreadsheet would calculate.
CellLook = tuple[str, str, bool]
_HIGHEST: Final = 400.0
_LONGEST_TEXT: Final = 32_000
# Beyond these a sheet waits on disk, and memory stays as it is however many lines there are.
_IN_MEMORY: Final = 1 << 20
# Characters that XML cannot hold, or would not give back; and text that reads like the number of one.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_LIKE_A_NUMBER: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


@dataclass
class SharedTexts:
    """The texts of a workbook, each once, by the number that cells call it by."""

    numbers: dict[str, int] = field(default_factory=dict)
    count: int = 0

    def number(self, text: str) -> int:
        """Return the number of a text, a new one if it has none."""
        self.count += 1
        return self.numbers.setdefault(text, len(self.numbers))

    def xml(self) -> bytes:
        """Return the part that holds the texts."""
        counts = f'count="{self.count}" uniqueCount="{len(self.numbers)}"'
        items = "".join(map(_item, self.numbers))
        return f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" {counts}>{items}</sst>'.encode()


@dataclass
class SheetData:
    """The cells of a sheet as XML in a file, the last line and column that are used, and the cells that lead to others.

    `links` gives for a cell, by its line and column, where it leads and the text that it shows.
    """

    file: SpooledTemporaryFile[bytes] = field(default_factory=lambda: SpooledTemporaryFile(_IN_MEMORY))
    last_row: int = 1
    last_column: int = 1
    links: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)

    @property
    def area(self) -> str:
        """Return the range from the first cell to the last."""
        return f"A1:{address((self.last_row, self.last_column))}"


def write_lines(
    lines: Iterable[tuple[int, SheetLine]], style_of: Callable[[CellLook], int], texts: SharedTexts
) -> SheetData:
    """Return the cells of a sheet, whose lines come by number and in order; `style_of` gives the number of a look."""
    data = SheetData()
    styles = _Styles(style_of)
    for number, line in lines:
        if line.cells or line.height is not None:
            data.file.write(_row(data, number, line, styles, texts).encode())
            data.last_row = number
    return data


class _Styles(dict[CellLook, int]):
    """The numbers of looks, each asked for once."""

    def __init__(self, style_of: Callable[[CellLook], int]) -> None:
        super().__init__()
        self.style_of = style_of

    def __missing__(self, look: CellLook) -> int:
        self[look] = self.style_of(look)
        return self[look]


def _row(data: SheetData, number: int, line: SheetLine, styles: Mapping[CellLook, int], texts: SharedTexts) -> str:
    tall = "" if line.height is None else f' ht="{digits(min(line.height, _HIGHEST))}" customHeight="1"'
    pieces = [f'<row r="{number}"{tall}>']
    cells = line.cells
    columns = sorted(cells)
    for column in columns:
        cell = value, style, shown, formula, link = cells[column]
        if formula:
            kind, inner = _result(value)
            formula = formula[1:]
            if "&" in formula or "<" in formula or ">" in formula:
                formula = escape(formula)
            pieces.append(
                f'<c r="{letter(column)}{number}" s="{styles[style, shown, False]}"{kind}>'
                f"<f>{formula}</f><v>{inner}</v></c>"
            )
        else:
            pieces.append(_constant(f"{letter(column)}{number}", cell, styles, texts))
        if link:
            data.links[number, column] = link, value if isinstance(value, str) else ""
    if columns:
        data.last_column = max(data.last_column, columns[-1])
    pieces.append("</row>")
    return "".join(pieces)


def _constant(place: str, cell: SheetCell, styles: Mapping[CellLook, int], texts: SharedTexts) -> str:
    """Return a cell without a formula; an empty text is left out, since it would be in the way of a long one."""
    value = cell.value
    if isinstance(value, str) and value:
        text = value[:_LONGEST_TEXT]
        style = styles[cell.style, cell.format, is_like_formula(text)]
        return f'<c r="{place}" s="{style}" t="s"><v>{texts.number(text)}</v></c>'
    if value is None or isinstance(value, str):
        return f'<c r="{place}" s="{styles[cell.style, cell.format, False]}"/>'
    kind, inner = _result(value)
    return f'<c r="{place}" s="{styles[cell.style, cell.format, False]}"{kind}><v>{inner}</v></c>'


def _result(value: Value) -> tuple[str, str]:
    """Return the kind of a value, as a cell says it, and the value as text."""
    match value:
        case float():
            return "", digits(value)
        case CellError():
            return ' t="e"', value.value
        case str():
            return ' t="str"', _spell(value)
        case bool():
            return ' t="b"', f"{value:d}"
        case None:
            message = "a formula has no value"
            raise RuntimeError(message)
    return "", digits(value)


def _item(text: str) -> str:
    # Spaces at an end, and the ends of lines, are left out by some who read XML.
    kept = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f"<si><t{kept}>{_spell(text)}</t></si>"


def _spell(text: str) -> str:
    """Return a text as XML holds it, where characters that XML lacks are told by their numbers as Excel does."""
    if "_x" in text:
        text = _LIKE_A_NUMBER.sub("_x005F_", text)
    return escape(_UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text))


def digits(value: float) -> str:
    """Return the shortest text that reads back as the same number; ValueError for what is none."""
    # A zero of either sign is one; the text of a number of numpy's would name its type.
    text = float.__repr__(value + 0.0)
    if text.endswith(".0"):
        return text[:-2]
    if text.endswith(("n", "f")):
        message = f"a cell cannot hold {value}"
        raise ValueError(message)
    return text
