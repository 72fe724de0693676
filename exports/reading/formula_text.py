"""Formulas of a workbook as text: their tokens, and what they are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from exports.reading.references import REFERENCE
from exports.style.a1 import CELL

_LOOKUPS: Final = frozenset({
    "IF", "IFERROR", "IFNA", "INDEX", "MATCH", "CHOOSE", "LOOKUP", "VLOOKUP", "HLOOKUP", "XLOOKUP", "XMATCH",
    "ISNUMBER", "ISTEXT", "ISBLANK", "ISERROR", "NA", "AND", "OR", "NOT", "N", "T", "TEXT", "HYPERLINK", "ROW",
    "COLUMN", "ROWS", "COLUMNS",
})  # fmt: skip
_TOKEN: Final = re.compile(
    r"""(?P<text>"(?:[^"]|"")*+")
    |(?P<error>\#[A-Z][A-Z0-9_/!?]+)
    |(?P<number>(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:E[+-]?[0-9]+)?(?![\w.$:!\[])%?)
    |(?P<function>[^\W\d][\w.]*\()
    |(?P<operand>(?:'(?:[^']|'')*+'|\[(?:[^\[\]]|\[[^\[\]]*+\])*+\]|[\w.$!\\?])+(?::[\w.$!]+(?![\w.$!(]))?)
    |(?P<operator>[-+*/^&=<>])
    |(?P<percent>%)
    |(?P<open>[({])
    |(?P<close>[)}])
    |(?P<separator>[,;])
    """,
    re.VERBOSE | re.IGNORECASE,
)
# One cell, on this sheet or another.
_ONE_PLAIN: Final = re.compile(rf"(?:'(?:[^']|'')*+'!|[\w.]+!)?{CELL}", re.IGNORECASE)
_OPERANDS: Final = frozenset({"number", "percent", "operand", "text", "error", "close"})
_TRUTHS: Final = frozenset({"TRUE", "FALSE"})


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What a formula is made of, wherever it stands."""

    numbers: tuple[str, ...]
    functions: tuple[str, ...]
    names: tuple[str, ...]
    has_arithmetic: bool
    # How deep IF nests in it, between how many at most one CHOOSE picks, and whether it is one cell and no more.
    nested: int
    choices: int
    is_link: bool

    @property
    def calculates(self) -> bool:
        """Return whether it does more than pick, compare or join what is there."""
        return self.has_arithmetic or any(function not in _LOOKUPS for function in self.functions)


def parts(formula: str) -> Parts:
    """Return what a formula is made of."""
    found = list(tokens(formula))
    nested, choices = _deepest(found)
    return Parts(
        numbers=tuple([token.text for token in found if token.kind == "number" and not token.is_exponent]),
        functions=tuple(
            [token.text[:-1].upper().removeprefix("_XLFN.") for token in found if token.kind == "function"]
        ),
        names=tuple(
            [token.text for token in found if token.kind == "operand"
             and token.text.upper() not in _TRUTHS and REFERENCE.fullmatch(token.text) is None]
        ),
        has_arithmetic=any(token.kind == "infix" and token.text in "+-*/^" for token in found),
        nested=nested,
        choices=choices,
        is_link=_is_link([token for token in found if (token.kind, token.text) != ("operator", "+")]),
    )  # fmt: skip


def _is_link(found: Sequence[Token]) -> bool:
    return len(found) == 1 and found[0].kind == "operand" and _ONE_PLAIN.fullmatch(found[0].text) is not None


def _deepest(found: Sequence[Token]) -> tuple[int, int]:
    """Return how deep IF nests among tokens, and between how many at most one CHOOSE picks."""
    open_: list[tuple[str, int]] = []
    nested, deepest, choices = 0, 0, 0
    for token in found:
        match token.kind:
            case "function" | "open":
                open_.append((token.text.upper(), 0))
                nested += token.text.upper() == "IF("
                deepest = max(deepest, nested)
            case "close" if open_:
                nested -= open_.pop()[0] == "IF("
            case "separator" if open_:
                open_[-1] = open_[-1][0], open_[-1][1] + 1
                if open_[-1][0] == "CHOOSE(":
                    choices = max(choices, open_[-1][1])
    return deepest, choices


class Token(NamedTuple):
    """A word of a formula, of the kind that `tokens` finds it by."""

    kind: str
    text: str
    is_exponent: bool


def tokens(formula: str) -> Iterator[Token]:
    """Yield the tokens of a formula, each with whether it is an exponent, or stands within the brackets of one."""
    # How many brackets of an exponent are open, whether one is next, and whether an operand stands before.
    depth, is_next, is_after = 0, False, False
    for found in _TOKEN.finditer(formula, int(formula.startswith("="))):
        kind, text = str(found.lastgroup), found[0]
        if kind == "operator" and (is_after or text not in "+-"):
            kind = "infix"
        is_exponent = depth > 0 or is_next
        yield Token(kind, text, is_exponent)
        if kind in {"function", "open"}:
            depth += is_exponent
        elif kind == "close":
            depth = max(depth - 1, 0)
        is_next = (kind == "infix" and text == "^") or (kind == "operator" and is_next)
        is_after = kind in _OPERANDS
