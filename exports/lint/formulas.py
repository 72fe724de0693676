"""Formulas of a workbook as the rules ask about them: their shape, what they read, and the numbers in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from exports.lint.opened import Place, number

# A text, a sheet's name in quotes, or a cell or range with the sheet in front of it where there is one.
_REFERENCE: Final = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")
    |(?P<sheet>(?:'(?:[^']|''){1,300}'|(?<![\w.\[\]])[\w.\[\]]{1,300})!)?
     (?<![\w.$])(?P<first>\$?[A-Z]{1,3}\$?[0-9]{1,7})(?::(?P<last>\$?[A-Z]{1,3}\$?[0-9]{1,7}))?(?![\w(.])""",
    re.VERBOSE,
)
_CORNER: Final = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})")
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
        return f"{found['sheet'] or ''}{':'.join(ends)}"

    return _REFERENCE.sub(relative, formula)


def reads(formula: str, own: str) -> Iterator[Read]:
    """Yield the ranges of cells that a formula reads; `own` is the sheet that it stands on."""
    for found in _REFERENCE.finditer(formula):
        if found["text"] is not None:
            continue
        top, left = _corner(found["first"])
        bottom, right = _corner(found["last"]) if found["last"] else (top, left)
        sheet = found["sheet"].removesuffix("!").strip("'").replace("''", "'") if found["sheet"] else own
        yield Read(sheet, min(top, bottom), min(left, right), max(top, bottom), max(left, right))


@lru_cache(maxsize=200_000)
def parts(formula: str) -> Parts:
    """Return what a formula is made of; nothing where it cannot be read."""
    try:
        tokens = [token for token in Tokenizer(formula).items if token.type != Token.WSPACE]
    except Exception:  # noqa: BLE001  # the tokenizer stumbles in its own ways over what is no formula
        return Parts((), (), (), has_arithmetic=False)
    numbers: list[str] = []
    functions: list[str] = []
    names: list[str] = []
    has_arithmetic = False
    for before, token in zip([None, *tokens], tokens, strict=False):
        match token.type, token.subtype:
            case Token.OPERAND, Token.NUMBER if not _is_exponent(before, tokens, token):
                numbers.append(token.value)
            case Token.OPERAND, Token.RANGE if _REFERENCE.fullmatch(token.value) is None:
                names.append(token.value)
            case Token.FUNC, Token.OPEN:
                functions.append(token.value.rstrip("(").upper().removeprefix("_XLFN."))
            case Token.OP_IN, _ if token.value in "+-*/^":
                has_arithmetic = True
    return Parts(tuple(numbers), tuple(functions), tuple(names), has_arithmetic)


def _is_exponent(before: Token | None, tokens: list[Token], token: Token) -> bool:
    if before is not None and before.type == Token.OP_PRE:
        before = tokens[max(0, tokens.index(token) - 2)]
    return before is not None and before.type == Token.OP_IN and before.value == "^"


@lru_cache(maxsize=200_000)
def _corner(text: str) -> Place:
    found = _CORNER.fullmatch(text)
    assert found is not None  # noqa: S101  # the pattern is a part of the one that found it
    return int(found[4]), number(found[2])


def _r1c1(text: str, place: Place) -> str:
    found = _CORNER.fullmatch(text)
    assert found is not None  # noqa: S101  # as above
    row, column = int(found[4]), number(found[2])
    line = f"R{row}" if found[3] else f"R[{row - place[0]}]"
    return f"{line}C{column}" if found[1] else f"{line}C[{column - place[1]}]"
