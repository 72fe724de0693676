"""Cells as the XML of a sheet, while its lines stream by: the value beside the formula, and each text once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Final, Protocol
from xml.sax.saxutils import escape

from exports.style.a1 import address, letter
from exports.style.looks import LINKED
from exports.style.words import is_like_formula
from exports.workbook.layout.grid import CellError, SheetLine, Value

_HIGHEST: Final = 400.0
_LONGEST_TEXT: Final = 32_000
# A cell of another sheet, and no more: it has a look of its own.
_LINK: Final = re.compile(r"=\w+!\$?[A-Z]{1,3}\$?[0-9]+")
_LONGEST_LINK: Final = 40
# How many lines go to the file together.
_AT_ONCE: Final = 64
# Characters that XML cannot hold, or would not give back; and text that reads like the number of one.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_LIKE_A_NUMBER: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class SharedTexts(dict[str, tuple[str, bool]]):
    """The texts of a workbook, each once: the number that cells call it by, and whether it might be a formula to some.

    `count` is how many cells call one.
    """

    count = 0

    def __missing__(self, text: str) -> tuple[str, bool]:
        """Return what a new text is called by."""
        found = self[text] = str(len(self)), is_like_formula(text)
        return found

    def xml(self) -> bytes:
        """Return the part that holds the texts."""
        counts = f'count="{self.count}" uniqueCount="{len(self)}"'
        items = "".join(map(_item, self))
        return f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" {counts}>{items}</sst>'.encode()


class StyleOf(Protocol):
    """Gives the number by which cells call a style with a number format; `is_quoted` for texts like a formula."""

    def __call__(self, style: str, number_format: str, *, is_quoted: bool) -> int: ...


@dataclass
class SheetData:
    """The cells of a sheet as XML in a file, the last line and column that are used, and the cells that lead to others.

    `links` gives for a cell, by its line and column, where it leads and the text that it shows.
    """

    file: IO[bytes]
    last_row: int = 1
    last_column: int = 1
    links: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)

    @property
    def area(self) -> str:
        """Return the range from the first cell to the last."""
        return f"A1:{address((self.last_row, self.last_column))}"


def write_lines(
    lines: Iterable[tuple[int, SheetLine]], style_of: StyleOf, texts: SharedTexts, file: IO[bytes]
) -> SheetData:
    """Write the cells of a sheet into a file, line by line; the lines come by number and in order.

    Raises ValueError for a number that is infinite or none, and RuntimeError for a formula without a value.
    """
    data = SheetData(file)
    writer = _Writer(data, style_of, texts)
    waiting: list[str] = []
    for number, line in lines:
        if line.cells or line.height is not None:
            waiting.append(writer.line(number, line))
            data.last_row = number
        if len(waiting) == _AT_ONCE:
            file.write("".join(waiting).encode())
            waiting.clear()
    file.write("".join(waiting).encode())
    return data


class _Writer:
    """Spells the lines of a sheet, each in one pass, since there may be a million cells."""

    def __init__(self, data: SheetData, style_of: StyleOf, texts: SharedTexts) -> None:
        self.data = data
        self.looks = _Looks(partial(style_of, is_quoted=False))
        self.quoted = _Looks(partial(style_of, is_quoted=True))
        self.texts = texts

    def line(self, number: int, line: SheetLine) -> str:
        tall = "" if line.height is None else f' ht="{digits(min(line.height, _HIGHEST))}" customHeight="1"'
        row = str(number)
        pieces = [f'<row r="{row}"{tall}>']
        looks, cells, texts, column = self.looks, line.cells, self.texts, 0
        for column in sorted(cells):
            value, style, shown, formula, link = cells[column]
            if formula:
                if isinstance(value, float):
                    kind, inner = "", digits(value)
                else:
                    kind, inner = _result(value)
                if "&" in formula or "<" in formula or ">" in formula:
                    formula = escape(formula)  # as XML has it
                elif "!" in formula and len(formula) <= _LONGEST_LINK and style in LINKED and _LINK.fullmatch(formula):
                    style = LINKED[style]  # as it looks
                begin, look = looks[column, style, shown]
                pieces.append(f"{begin}{row}{look}{kind}><f>{formula[1:]}</f><v>{inner}</v></c>")
            elif value is None or value == "":
                # An empty text would be in the way of a long one to its left.
                begin, look = looks[column, style, shown]
                pieces.append(f"{begin}{row}{look}/>")
            elif isinstance(value, str):
                text, is_quoted = texts[value]
                texts.count += 1
                begin, look = (self.quoted if is_quoted else looks)[column, style, shown]
                pieces.append(f'{begin}{row}{look} t="s"><v>{text}</v></c>')
            else:
                kind, inner = _result(value)
                begin, look = looks[column, style, shown]
                pieces.append(f"{begin}{row}{look}{kind}><v>{inner}</v></c>")
            if link:
                self.data.links[number, column] = link, value if isinstance(value, str) else ""
        self.data.last_column = max(self.data.last_column, column)
        pieces.append("</row>")
        return "".join(pieces)


class _Looks(dict[tuple[int, str, str], tuple[str, str]]):
    """What a cell of a column, a style and a number format begins with, before the number of its line and behind it."""

    def __init__(self, style_of: Callable[[str, str], int]) -> None:
        super().__init__()
        self.style_of = style_of

    def __missing__(self, look: tuple[int, str, str]) -> tuple[str, str]:
        column, style, shown = look
        found = self[look] = f'<c r="{letter(column)}', f'" s="{self.style_of(style, shown)}"'
        return found


def _result(value: Value) -> tuple[str, str]:
    """Return the kind of a value, as a cell says it, and the value as text."""
    match value:
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
    text = text[:_LONGEST_TEXT]
    # Spaces at an end, and the ends of lines, are left out by some who read XML.
    kept = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f"<si><t{kept}>{_spell(text)}</t></si>"


def _spell(text: str) -> str:
    """Return a text as XML holds it, where characters that XML lacks are told by their numbers as Excel does."""
    if "_x" in text:
        text = _LIKE_A_NUMBER.sub("_x005F_", text)
    if not text.isprintable():
        text = _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return escape(text)


def digits(value: float) -> str:
    """Return the shortest text that reads back as the same number; ValueError for what is none."""
    # A zero of either sign is one; the text of a number of numpy's would name its type.
    text = float.__repr__(value + 0.0)
    if text[-2:] == ".0":
        return text[:-2]
    if text[-1] > "9":
        message = f"a cell cannot hold {value}"
        raise ValueError(message)
    return text
