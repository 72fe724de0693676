"""How the cells of a workbook look: their named styles, locks and formats of numbers, and their colours."""

from __future__ import annotations

import re
from collections.abc import Sized
from typing import Final, NamedTuple

from engine.data.package import Package
from engine.problems import Mistake
from exports.reading.parts.contents import is_true
from exports.reading.parts.markup import Attributes, of_spreadsheet, tell

_MOST_FORMATS: Final = 70_000
# The lists of which what stands in them counts.
_WITHIN: Final = frozenset({"cellXfs", "fonts", "fills", "numFmts"})
# The formats that need not be written out, and those of them for dates and times.
_BUILT_IN: Final = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    49: "@",
}
_DATES: Final = frozenset({*range(14, 23), *range(45, 48)})
# What a number format says literally, and the colours and conditions in brackets, but for hours beyond a day.
_BLACK, _WHITE = "000000", "FFFFFF"
# Of the colours that a file names by a number, those that are black or white wherever it is opened.
_KNOWN: Final = {"theme0": _WHITE, "theme1": _BLACK, "indexed8": _BLACK, "indexed9": _WHITE, "indexed64": _BLACK}
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


class Look(NamedTuple):
    """What a cell's format says: whether it is locked, whether it shows a number as a date, and its named style.

    Colours are RRGGBB, or the name of one that the file leaves to others; no fill has none.
    """

    is_locked: bool
    is_date: bool
    style: str
    shown: str = "General"
    colour: str = _BLACK
    fill: str = ""


PLAIN: Final = Look(is_locked=True, is_date=False, style="Normal")


def read_looks(package: Package, part: str | None) -> list[Look]:
    """Return the looks of cells in the order in which these refer to them. Raises Mistake for more than there are."""
    if part is None or part not in package:
        return [PLAIN]
    reader = _StylesReader()
    tell(package, part, reader.start, reader.end)
    return [reader.look(*one) for one in reader.formats] or [PLAIN]


class _StylesReader:
    def __init__(self) -> None:
        self.dates: set[int] = set()
        self.names: dict[int, str] = {}
        self.codes: dict[int, str] = {}
        self.colours: list[str] = []
        self.fills: list[str] = []
        # Of each format of cells its number's, its font, its fill, its style, and whether it is locked.
        self.formats: list[tuple[int, int, int, int, bool]] = []
        self.within = ""

    def start(self, element: str, attributes: Attributes) -> None:
        kind = of_spreadsheet(element)
        if kind in _WITHIN:
            self.within = kind
        elif kind == "xf" and self.within == "cellXfs":
            numbers = [_number(attributes, name) for name in ("numFmtId", "fontId", "fillId", "xfId")]
            self.formats.append((numbers[0], numbers[1], numbers[2], numbers[3], True))
            self.refuse_more(self.formats)
        elif kind == "protection" and self.within == "cellXfs" and self.formats:
            self.formats[-1] = (*self.formats[-1][:4], is_true(attributes.get("locked", "1")))
        elif self.within in {"fonts", "fills"}:
            self.start_colour(kind, attributes)
        elif kind == "numFmt" and self.within == "numFmts":
            code = self.codes[_number(attributes, "numFmtId")] = attributes.get("formatCode", "")
            self.refuse_more(self.codes)
            if _shows_date(code):
                self.dates.add(_number(attributes, "numFmtId"))
        elif kind == "cellStyle":
            self.names.setdefault(_number(attributes, "xfId"), attributes.get("name", ""))

    def start_colour(self, kind: str, attributes: Attributes) -> None:
        found, one, told, plain = (
            (self.colours, "font", "color", _BLACK) if self.within == "fonts" else (self.fills, "fill", "fgColor", "")
        )
        if kind == one:
            found.append(plain)
            self.refuse_more(found)
        elif kind == told and found:
            found[-1] = _colour(attributes)

    def end(self, element: str) -> None:
        if of_spreadsheet(element) in _WITHIN:
            self.within = ""

    def refuse_more(self, found: Sized) -> None:
        """Raise Mistake for more formats than a spreadsheet has."""
        if len(found) > _MOST_FORMATS:
            message = f"the workbook has more than {_MOST_FORMATS:,} formats"
            raise Mistake(message, "split the workbook")

    def look(self, number: int, font: int, fill: int, style: int, is_locked: bool) -> Look:  # noqa: FBT001  # as held
        """Return the look of a format of cells."""
        return Look(
            is_locked,
            number in _DATES or number in self.dates,
            self.names.get(style, ""),
            self.codes.get(number, _BUILT_IN.get(number, f"format {number}")),
            self.colours[font] if font < len(self.colours) else _BLACK,
            self.fills[fill] if fill < len(self.fills) else "",
        )


def _shows_date(code: str) -> bool:
    return re.search("[dmyhs]", _LITERAL.sub("", code).partition(";")[0], re.IGNORECASE) is not None


def _colour(attributes: Attributes) -> str:
    """Return a colour as RRGGBB, or the name of one that stands elsewhere."""
    if rgb := attributes.get("rgb"):
        return rgb[-6:].upper()
    name = next((f"{key}{attributes[key]}" for key in ("theme", "indexed") if key in attributes), "")
    return _KNOWN.get(name, name) if not attributes.get("tint") else f"{name} {attributes['tint']}"


def _number(attributes: Attributes, name: str) -> int:
    text = attributes.get(name, "0")
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004  # no more are needed
