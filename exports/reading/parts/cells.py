"""The cells of a sheet, made one by one from what its part says of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from engine.data.package import AGAIN
from engine.problems import Mistake, shortened
from exports.reading.copies import Template
from exports.reading.parts.markup import Attributes
from exports.reading.parts.ranges import Bounds, Span, area, span_of
from exports.reading.parts.styles import PLAIN, Look
from exports.reading.records import Held, Place
from exports.style.a1 import LAST_COLUMN, LAST_ROW, address, column_number

# What a cell says of a formula whose value is no number.
_TEXT_KINDS: Final = frozenset({"s", "str", "inlineStr", "b", "e"})
_CELL: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
# Numbers of more digits than a float has are read as one.
_MOST_DIGITS: Final = 18
_MOST_INDEX: Final = 8
# Of empty cells that may be typed into, so many are told.
_MOST_OPEN: Final = 1000

# Makes a cell in half the time that its own name takes, of which there may be two million.
_held: Final = tuple.__new__
# What a cell says beside its value, in the order of what is held.
_Tail = tuple[bool, bool, bool, bool, bool, bool, str, str, str, str, str]


@dataclass(frozen=True)
class Shared:
    """What the cells of all sheets share, and the bounds of what they hold together."""

    looks: Sequence[Look]
    texts: Sequence[str]
    bounds: Bounds
    starts_1904: bool


class Cells:
    """The cells of a sheet; what is empty costs nothing, however it looks.

    Raises Mistake for what is no cell, no number or no text that the workbook has.
    """

    def __init__(self, shared: Shared) -> None:
        self.held: dict[Place, Held] = {}
        # The cells that are empty, and that a sheet's protection leaves open.
        self.open: list[Place] = []
        self._shared = shared
        self._tails: dict[tuple[str, str, bool], _Tail] = {}
        self._templates: dict[str, Template] = {}
        # The cells whose formulas are copies: these are counted before they are written out.
        self._copies: list[tuple[Place, Template]] = []
        self._filling: list[Span] = []

    def add(self, place: Place, style: str, kind: str, value: str) -> None:
        """Hold a cell of a value."""
        tail = self._tails.get((style, kind, False)) or self._tail(style, kind, is_formula=False)
        self.held[place] = _held(Held, (self._value(place, kind, value, is_date=tail[3]), *tail))

    def add_formula(self, place: Place, style: str, kind: str, formula: str, said: Attributes) -> None:
        """Hold a cell of a formula; one that fills several cells says which, and one that others share has a number."""
        tail = self._tails.get((style, kind, True)) or self._tail(style, kind, is_formula=True)
        self.held[place] = _held(Held, (f"={formula}", *tail))
        if said:
            self._share(place, formula, said)

    def _share(self, place: Place, formula: str, said: Attributes) -> None:
        """Remember of a formula with which cells it has to do."""
        match said.get("t"):
            case "shared":
                template = self._templates.get(said.get("si", ""))
                if template is not None:
                    self._shared.bounds.add("letters of formulas", len(template.formula))
                    self._copies.append((place, template))
                elif formula:
                    self._templates[said.get("si", "")] = Template(f"={formula}", place)
            case "dataTable":
                # A what-if table has no formula, but cells for its inputs.
                text = f"=TABLE({','.join([said[key] for key in ('r1', 'r2') if said.get(key)])})"
                self.held[place] = self.held[place]._replace(value=text)
        if said.get("t") in {"array", "dataTable"} and said.get("ref"):
            self._filling.append(span_of(said["ref"]))

    def leave_open(self, place: Place, style: str) -> None:
        """Remember an empty cell that may be typed into, as far as anybody reads them."""
        if len(self.open) < _MOST_OPEN and not self._look(style).is_locked:
            self.open.append(place)

    def finish(self, links: Sequence[tuple[Span, str]]) -> dict[Place, Held]:
        """Return the cells in the order of lines, with copied formulas, with links, and with what formulas fill."""
        held = self.held
        for place, template in self._copies:
            held[place] = held[place]._replace(value=template.copied(place))
        for span, target in links:
            # A link on an empty cell is shown as where it leads.
            held.setdefault((span[0], span[1]), Held(target, *self._tail("", "str", is_formula=False)))
            for place in self._within(span):
                held[place] = held[place]._replace(link=target)
        for span in self._filling:
            # What it takes to look for them counts, since there may be none.
            self._shared.bounds.add("cells that formulas of others fill", min(area(span), len(held)))
            for place in [one for one in self._within(span) if not held[one].is_formula]:
                held[place] = held[place]._replace(is_filled=True)
        ordered = sorted(held)
        return held if ordered == list(held) else {place: held[place] for place in ordered}

    def _within(self, span: Span) -> list[Place]:
        """Return the cells in a range, whichever takes less: to go through the one or the other."""
        top, left, bottom, right = span
        if area(span) <= len(self.held):
            places = [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
            return [place for place in places if place in self.held]
        return [place for place in self.held if top <= place[0] <= bottom and left <= place[1] <= right]

    def _tail(self, style: str, kind: str, *, is_formula: bool) -> _Tail:
        look = self._look(style)
        found = (
            is_formula, is_formula and kind in _TEXT_KINDS, kind == "e",
            not is_formula and (kind == "d" or (kind == "n" and look.is_date)),
            False, look.is_locked, look.style, "", look.shown, look.colour, look.fill,
        )  # fmt: skip
        self._tails[style, kind, is_formula] = found
        return found

    def _look(self, style: str) -> Look:
        number = int(style) if style.isdecimal() and len(style) < _MOST_INDEX else 0
        return self._shared.looks[number] if number < len(self._shared.looks) else PLAIN

    def _value(self, place: Place, kind: str, text: str, *, is_date: bool) -> str | float | bool:
        if kind == "n":
            number = _number(place, text)
            return _as_date(number, starts_1904=self._shared.starts_1904) if is_date else number
        if kind == "s":
            texts = self._shared.texts
            if not text.isdecimal() or len(text) > _MOST_INDEX or int(text) >= len(texts):
                message = f"the cell {address(place)} holds a text that is not in the workbook"
                raise Mistake(message, AGAIN)
            return texts[int(text)]
        return text.strip() in {"1", "true"} if kind == "b" else text


def place_of(name: str) -> Place:
    """Return a cell by its name in a part; raises Mistake where a sheet has none of this name."""
    found = _CELL.fullmatch(name)
    place = (int(found[2]), column_number(found[1])) if found is not None else (0, 0)
    if not (0 < place[0] <= LAST_ROW and 0 < place[1] <= LAST_COLUMN):
        message = f"'{shortened(name)}' is no cell of a sheet"
        raise Mistake(message, AGAIN)
    return place


def _number(place: Place, text: str) -> float:
    try:
        is_whole = len(text) <= _MOST_DIGITS and text.removeprefix("-").isdecimal()
        return int(text) if is_whole else float(text)
    except ValueError:
        message = f"the cell {address(place)} holds '{shortened(text)}', which is no number"
        raise Mistake(message, AGAIN) from None


def _as_date(number: float, *, starts_1904: bool) -> str:
    """Return a date or a time of the day as ISO has it; the number where it is none of a calendar."""
    try:
        day = (datetime(1904, 1, 1) if starts_1904 else datetime(1899, 12, 30)) + timedelta(days=number)  # noqa: DTZ001  # spreadsheets know no zones
        # A second is what the number is exact to.
        whole = (day + timedelta(milliseconds=500)).replace(microsecond=0)
        return str(whole.time() if 0 <= number < 1 else whole)
    except (OverflowError, ValueError):
        return str(number)
