"""How the cells of a workbook look, as far as a reader of their values asks: named styles, locks, and dates."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from engine.problems import Mistake
from exports.reading.parts.contents import is_true
from exports.reading.parts.markup import Attributes, of_spreadsheet, tell
from exports.reading.parts.package import Package

_MOST_FORMATS: Final = 70_000
# The formats for dates and times that need not be written out.
_DATES: Final = frozenset({*range(14, 23), *range(45, 48)})
# What a number format says literally, and the colours and conditions in brackets, but for hours beyond a day.
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


class Look(NamedTuple):
    """What a cell's format says: whether it is locked, whether it shows a number as a date, and its named style."""

    is_locked: bool
    is_date: bool
    style: str


PLAIN: Final = Look(is_locked=True, is_date=False, style="Normal")


def read_looks(package: Package, part: str | None) -> list[Look]:
    """Return the looks of cells in the order in which these refer to them. Raises Mistake for more than there are."""
    if part is None or part not in package:
        return [PLAIN]
    reader = _StylesReader()
    tell(package, part, reader.start, reader.end)
    return [
        Look(is_locked, number in _DATES or number in reader.dates, reader.names.get(style, ""))
        for number, style, is_locked in reader.formats
    ] or [PLAIN]


class _StylesReader:
    def __init__(self) -> None:
        self.dates: set[int] = set()
        self.names: dict[int, str] = {}
        self.formats: list[tuple[int, int, bool]] = []
        self.is_of_cells = False

    def start(self, element: str, attributes: Attributes) -> None:
        kind = of_spreadsheet(element)
        if kind == "cellXfs":
            self.is_of_cells = True
        elif kind == "xf" and self.is_of_cells:
            self.formats.append((_number(attributes, "numFmtId"), _number(attributes, "xfId"), True))
            if len(self.formats) > _MOST_FORMATS:
                message = f"the workbook has more than {_MOST_FORMATS:,} formats"
                raise Mistake(message, "split the workbook")
        elif kind == "protection" and self.is_of_cells and self.formats:
            self.formats[-1] = (*self.formats[-1][:2], is_true(attributes.get("locked", "1")))
        elif kind == "numFmt" and _shows_date(attributes.get("formatCode", "")):
            self.dates.add(_number(attributes, "numFmtId"))
        elif kind == "cellStyle":
            self.names.setdefault(_number(attributes, "xfId"), attributes.get("name", ""))

    def end(self, element: str) -> None:
        if of_spreadsheet(element) == "cellXfs":
            self.is_of_cells = False


def _shows_date(code: str) -> bool:
    return re.search("[dmyhs]", _LITERAL.sub("", code).partition(";")[0], re.IGNORECASE) is not None


def _number(attributes: Attributes, name: str) -> int:
    text = attributes.get(name, "0")
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004  # no more are needed
