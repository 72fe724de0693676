"""Formulas of a workbook as text: their references and tokens, their shape, what they read, and their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from exports.reading.records import Place
from exports.style.a1 import CELL, column_number, parse_cell, unquote

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
# These ask where a cell is, not what it holds.
_PLACES: Final = re.compile(r"\b(?:ROWS?|COLUMNS?)\([^()]*\)", re.IGNORECASE)
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_LOOKUPS: Final = frozenset(
    {"IF", "IFERROR", "IFNA", "INDEX", "MATCH", "CHOOSE", "LOOKUP", "VLOOKUP", "HLOOKUP", "XLOOKUP", "XMATCH"}
    | {"ISNUMBER", "ISTEXT", "ISBLANK", "ISERROR", "AND", "OR", "NOT", "N", "T", "TEXT", "HYPERLINK", "ROW", "COLUMN"}
)


class Read(NamedTuple):
    """A range that a formula reads: its sheet, and its corners as lines and columns."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int


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


def shape(formula: str, place: Place) -> str:
    """Return a formula with its references as R1C1 has them: equal for formulas that were copied."""

    def relative(found: re.Match[str]) -> str:
        if found["text"] is not None:
            return found["text"]
        ends = [_r1c1(end, place) for end in (found["first"], found["last"]) if end]
        ends += [_offset("C", end, place[1]) for end in (found["left"], found["right"]) if end]
        ends += [_offset("R", end, place[0]) for end in (found["top"], found["bottom"]) if end]
        return f"{found['sheet'] or ''}{':'.join(ends)}"

    return REFERENCE.sub(relative, formula)


def reads(formula: str, own: str) -> Iterator[Read]:
    """Yield the ranges of cells that a formula reads; `own` is the sheet that it stands on."""
    for found in REFERENCE.finditer(_PLACES.sub("0", formula)):
        if found["text"] is not None:
            continue
        sheet = unquote(found["sheet"]) if found["sheet"] else own
        top, left, bottom, right = _corners(found)
        yield Read(sheet, min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def _corners(found: re.Match[str]) -> tuple[int, int, int, int]:
    if found["first"]:
        return *parse_cell(found["first"])[:2], *parse_cell(found["last"] or found["first"])[:2]
    if found["left"]:
        return 1, column_number(found["left"]), _LAST_ROW, column_number(found["right"])
    return int(found["top"].strip("$")), 1, int(found["bottom"].strip("$")), _LAST_COLUMN


def tokens_of(formula: str) -> list[Token] | None:
    """Return the tokens of a formula but for spaces; None where it is none."""
    try:
        return [token for token in Tokenizer(formula).items if token.type != Token.WSPACE]
    except Exception:  # noqa: BLE001  # the tokenizer stumbles in its own ways over what is no formula
        return None


def parts(formula: str) -> Parts:
    """Return what a formula is made of; nothing where it cannot be read."""
    tokens = tokens_of(formula)
    if tokens is None:
        return Parts((), (), (), has_arithmetic=False)
    numbers: list[str] = []
    functions: list[str] = []
    names: list[str] = []
    has_arithmetic = False
    exponents = _exponents(tokens)
    for place, token in enumerate(tokens):
        match token.type, token.subtype:
            case Token.OPERAND, Token.NUMBER if place not in exponents:
                is_percent = tokens[place + 1 : place + 2] and tokens[place + 1].type == Token.OP_POST
                numbers.append(f"{token.value}%" if is_percent else token.value)
            case Token.OPERAND, Token.RANGE if REFERENCE.fullmatch(token.value) is None:
                names.append(token.value)
            case Token.FUNC, Token.OPEN:
                # Behind a colon, a function gives the end of a range.
                function = token.value.rstrip("(").rpartition(":")[2]
                functions.append(function.upper().removeprefix("_XLFN."))
            case Token.OP_IN, _ if token.value in "+-*/^":
                has_arithmetic = True
    return Parts(tuple(numbers), tuple(functions), tuple(names), has_arithmetic)


def _exponents(tokens: Sequence[Token]) -> set[int]:
    """Return the places of the tokens that are an exponent, or stand within the brackets of one."""
    found: set[int] = set()
    depth = 0
    is_next = False
    for place, token in enumerate(tokens):
        if depth or is_next:
            found.add(place)
        if depth or (is_next and token.subtype == Token.OPEN):
            depth += (token.subtype == Token.OPEN) - (token.subtype == Token.CLOSE)
        is_next = (token.type == Token.OP_IN and token.value == "^") or (is_next and token.type == Token.OP_PRE)
    return found


def _offset(kind: str, end: str, own: int) -> str:
    number = column_number(end) if kind == "C" else int(end.strip("$"))
    return f"{kind}{number}" if end.startswith("$") else f"{kind}[{number - own}]"


def _r1c1(text: str, place: Place) -> str:
    cell = parse_cell(text)
    line = f"R{cell.row}" if cell.is_row_fixed else f"R[{cell.row - place[0]}]"
    return f"{line}C{cell.column}" if cell.is_column_fixed else f"{line}C[{cell.column - place[1]}]"
