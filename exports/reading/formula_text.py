"""Formulas of a workbook as text: their references, their shape, what they read, and what they are made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from exports.reading.records import Place
from exports.style.a1 import CELL, LAST_COLUMN, LAST_ROW, column_number, parse_cell, unquote

# A text, a sheet's name in quotes, or a cell, a range, whole columns or whole lines with the sheet in front of them
# where there is one. What stands behind a square bracket is a column of a table.
REFERENCE: Final = re.compile(
    rf"""(?P<text>"(?:[^"]|"")*")
    |(?P<sheet>(?:'(?:[^']|''){{1,300}}'|(?<![\w.\[\]])[\w.\[\]]{{1,300}}(?::[\w.]{{1,300}})?)!)?
     (?<![\w.$\[])(?:
        (?P<first>{CELL})(?::(?P<last>{CELL}))?
       |(?P<left>\$?[A-Z]{{1,3}}):(?P<right>\$?[A-Z]{{1,3}})
       |(?P<top>\$?[0-9]{{1,7}}):(?P<bottom>\$?[0-9]{{1,7}})
     )(?![\w(.])""",
    re.VERBOSE | re.IGNORECASE,
)
# How many groups the pattern has: so many stand between two pieces of a formula that it splits.
_GROUPS: Final = REFERENCE.groups
# These ask where a cell is, not what it holds.
_PLACES: Final = re.compile(r"\b(?:ROWS?|COLUMNS?)\([^()]*\)", re.IGNORECASE)
_ASKS_PLACE: Final = re.compile(r"(?:ROWS?|COLUMNS?)\(", re.IGNORECASE)
_LOOKUPS: Final = frozenset(
    {"IF", "IFERROR", "IFNA", "INDEX", "MATCH", "CHOOSE", "LOOKUP", "VLOOKUP", "HLOOKUP", "XLOOKUP", "XMATCH"}
    | {"ISNUMBER", "ISTEXT", "ISBLANK", "ISERROR", "AND", "OR", "NOT", "N", "T", "TEXT", "HYPERLINK", "ROW", "COLUMN"}
)
_TOKEN: Final = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")
    |(?P<error>\#[A-Z][A-Z0-9_/!?]+)
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:E[+-]?[0-9]+)?(?![\w.$:!\[]))
    |(?P<function>[^\W\d][\w.]*\()
    |(?P<operand>(?:'(?:[^']|'')*'|\[(?:[^\[\]]|\[[^\[\]]*\])*\]|[\w.$!\\?])+(?::[\w.$!]+(?![\w.$!(]))?)
    |(?P<operator>[-+*/^&=<>])
    |(?P<percent>%)
    |(?P<open>[({])
    |(?P<close>[)}])
    |(?P<separator>[,;])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TRUTHS: Final = frozenset({"TRUE", "FALSE"})


class Read(NamedTuple):
    """A range that a formula reads: its sheet, and its corners as lines and columns."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int


class Seen(NamedTuple):
    """A formula in its place: its shape, equal for formulas that were copied, what it reads, and its plain text.

    The plain text has one cell for each reference, and no letters in its texts: few formulas differ in it.
    """

    shape: str
    reads: tuple[Read, ...]
    plain: str


@dataclass(frozen=True, slots=True)
class Parts:
    """What a formula is made of, wherever it stands."""

    numbers: tuple[str, ...]
    functions: tuple[str, ...]
    names: tuple[str, ...]
    has_arithmetic: bool

    @property
    def calculates(self) -> bool:
        """Return whether it does more than pick, compare or join what is there."""
        return self.has_arithmetic or any(function not in _LOOKUPS for function in self.functions)


class _Known(NamedTuple):
    """A reference that was met: what it reads, and its shape with a place for each distance that moves with it."""

    read: Read
    shape: str
    # Numbers of lines (0) or columns (1) that a copy of the formula moves.
    moving: tuple[tuple[int, int], ...]


class Reader:
    """Looks at the formulas of a sheet; `name` gives sheets the names that they have in the workbook."""

    def __init__(self, own: str, name: Callable[[str], str]) -> None:
        self._own = own
        self._name = name
        self._known: dict[tuple[str | None, ...], _Known] = {}

    def look(self, formula: str, place: Place) -> Seen:
        """Return what is to be seen of a formula."""
        pieces = REFERENCE.split(formula)
        shape, plain, reads = [pieces[0]], [pieces[0]], []
        for at in range(1, len(pieces), _GROUPS + 1):
            after = pieces[at + _GROUPS]
            if pieces[at] is not None:
                shape += pieces[at], after
                plain += '""', after
                continue
            key = tuple(pieces[at + 1 : at + _GROUPS])
            known = self._known.get(key) or self._learn(key)
            reads.append(known.read)
            if known.moving:
                distances = tuple([number - place[axis] for number, axis in known.moving])
                shape += known.shape % distances, after
            else:
                shape += known.shape, after
            plain += "A1", after
        text = "".join(plain)
        if _ASKS_PLACE.search(text) is not None:
            reads = [one._replace(sheet=self._name(one.sheet)) for one in find_reads(formula, self._own)]
        return Seen("".join(shape), tuple(reads), text)

    def _learn(self, key: tuple[str | None, ...]) -> _Known:
        sheet, first, last, left, right, top, bottom = key
        ends: list[list[tuple[str, int, bool]]] = []
        for one in (first, last):
            if one:
                cell = parse_cell(one)
                ends.append([("R", cell.row, cell.is_row_fixed), ("C", cell.column, cell.is_column_fixed)])
        ends += [[("C", column_number(one), one.startswith("$"))] for one in (left, right) if one]
        ends += [[("R", int(one.strip("$")), one.startswith("$"))] for one in (top, bottom) if one]
        moving = tuple([(number, "RC".index(kind)) for end in ends for kind, number, is_fixed in end if not is_fixed])
        shape = ":".join(
            ["".join([f"{kind}{number}" if is_fixed else f"{kind}[%d]" for kind, number, is_fixed in end]) for end in ends]
        )
        name = self._own if sheet is None else self._name(unquote(sheet))
        before = (sheet or "").replace("%", "%%") if moving else sheet or ""
        known = _Known(Read(name, *_corners(first, last, left, right, top, bottom)), before + shape, moving)
        self._known[key] = known
        return known


def find_reads(formula: str, own: str) -> Iterator[Read]:
    """Yield the ranges of cells that a formula reads; `own` is the sheet that it stands on."""
    for found in REFERENCE.finditer(_PLACES.sub("0", formula)):
        if found["text"] is None:
            sheet = unquote(found["sheet"]) if found["sheet"] else own
            yield Read(sheet, *_corners(*found.groups()[2:]))


def _corners(
    first: str | None, last: str | None, left: str | None, right: str | None, top: str | None, bottom: str | None
) -> tuple[int, int, int, int]:
    if first:
        begins, ends = parse_cell(first), parse_cell(last or first)
        rows, columns = (begins.row, ends.row), (begins.column, ends.column)
    elif left and right:
        rows, columns = (1, LAST_ROW), (column_number(left), column_number(right))
    else:
        rows, columns = (int((top or "1").strip("$")), int((bottom or "1").strip("$"))), (1, LAST_COLUMN)
    return min(rows), min(columns), max(rows), max(columns)


def parts(formula: str) -> Parts:
    """Return what a formula is made of."""
    numbers: list[str] = []
    functions: list[str] = []
    names: list[str] = []
    has_arithmetic = False
    # How many brackets of an exponent are open, whether one is next, and whether the last token was an operand.
    depth, is_exponent, is_after, is_number = 0, False, False, False
    for found in _TOKEN.finditer(formula, int(formula.startswith("="))):
        kind, text = str(found.lastgroup), found[0]
        is_within = depth > 0 or is_exponent
        match kind:
            case "number":
                if not is_within:
                    numbers.append(text)
            case "percent":
                if is_number:
                    numbers[-1] += text
                continue
            case "operand":
                if text.upper() not in _TRUTHS and REFERENCE.fullmatch(text) is None:
                    names.append(text)
            case "function":
                functions.append(text[:-1].upper().removeprefix("_XLFN."))
            case "operator":
                is_infix = is_after or text not in "+-"
                has_arithmetic |= is_infix and text in "+-*/^"
        if kind in {"function", "open"}:
            depth += is_within
        elif kind == "close":
            depth = max(depth - 1, 0)
        is_exponent = kind == "operator" and (text == "^" or (is_exponent and not is_after))
        is_number = kind == "number" and not is_within
        is_after = kind in {"number", "operand", "text", "error", "close"}
    return Parts(tuple(numbers), tuple(functions), tuple(names), has_arithmetic)
