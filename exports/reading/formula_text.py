"""Formulas of a workbook as text: their references, their shape, what they read, and what they are made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from exports.reading.records import Place
from exports.style.a1 import CELL, LAST_COLUMN, LAST_ROW, column_number, parse_cell, unquote

# A text, a sheet's name in quotes, or a cell, a range, whole columns or whole lines with the sheet in front of them
# where there is one. What stands behind a square bracket is a column of a table. Nothing is looked at twice here and
# below (`*+`), or a formula of nothing but quotes would take minutes.
REFERENCE: Final = re.compile(
    rf"""(?P<text>"(?:[^"]|"")*+")
    |(?P<sheet>(?:(?<!')'(?:[^']|''){{1,300}}+'|(?<![\w.\[\]])[\w.\[\]]{{1,300}}(?::[\w.]{{1,300}})?)!)?
     (?<![\w.$\[])(?:
        (?P<first>{CELL})(?::(?P<last>{CELL}))?
       |(?P<left>\$?[A-Z]{{1,3}}):(?P<right>\$?[A-Z]{{1,3}})
       |(?P<top>\$?[0-9]{{1,7}}):(?P<bottom>\$?[0-9]{{1,7}})
     )(?![\w(.\[])""",
    re.VERBOSE | re.IGNORECASE,
)
# A text, or what may be a reference or a function; no reference goes beyond one.
_WORD: Final = re.compile(r"""("(?:[^"]|"")*+"|(?:(?<!')'(?:[^']|'')*+'!)?[\w.$!:]+\(?)""")
_ONE_CELL: Final = re.compile(r"([A-Za-z0-9_.]{1,300}!)?(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})")
# These ask where a cell is, not what it holds.
PLACES: Final = frozenset({"ROW", "ROWS", "COLUMN", "COLUMNS"})
_PLACES: Final = re.compile(r"\b(?:ROWS?|COLUMNS?)\([^()]*\)", re.IGNORECASE)
_ASKS_PLACE: Final = re.compile(r"(?:ROWS?|COLUMNS?)\(", re.IGNORECASE)
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
# Of words that are all different, what is known of them is dropped again.
_MOST_KNOWN: Final = 200_000
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


class _Word(NamedTuple):
    """What was seen of a word of formulas: its shape has a place for each distance that a copy keeps."""

    shape: str
    # Numbers of lines (0) or columns (1) that a copy of the formula moves.
    moving: tuple[tuple[int, int], ...]
    reads: tuple[Read, ...]
    plain: str
    asks_place: bool


class Reader:
    """Looks at the formulas of a sheet; `name` gives sheets the names that they have in the workbook.

    A workbook has few words in many formulas: each is looked at once.
    """

    def __init__(self, own: str, name: Callable[[str], str]) -> None:
        self._own = own
        self._name = name
        self._known: dict[str, _Word | None] = {}

    def look(self, formula: str, place: Place) -> Seen:
        """Return what is to be seen of a formula."""
        # A bracket may hold anything.
        shape = _WORD.split(formula) if "[" not in formula else ["", formula, ""]
        plain = shape.copy()
        reads: tuple[Read, ...] = ()
        known, asked, asks_place = self._known, 0, False
        for at in range(1, len(shape), 2):
            text = shape[at]
            word = known[text] if text in known else self._learn(text)
            if word is None:
                continue
            spelled, moving, seen, plain[at], is_question = word
            shape[at] = spelled % tuple([number - place[axis] for number, axis in moving]) if moving else spelled
            if is_question:
                # Most ask of one range: where the bracket ends right behind it, that alone is not read.
                is_one = (
                    text[:-1].upper() in PLACES and not shape[at + 1] and "".join(shape[at + 3 : at + 4])[:1] == ")"
                )
                asked = at + 2 if is_one else 0
                asks_place = asks_place or not asked
            elif at != asked:
                reads += seen
        if asks_place:
            reads = tuple([one._replace(sheet=self._name(one.sheet)) for one in find_reads(formula, self._own)])
        return Seen("".join(shape), reads, "".join(plain))

    def _learn(self, word: str) -> _Word | None:
        """Return what is to be seen of a word; None where it is no reference, and stands as it is."""
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        found = self._known[word] = self._see_cell(word) or self._see(word)
        return found

    def _see_cell(self, word: str) -> _Word | None:
        """Return what is to be seen of a word that is one cell, as nearly all are; None for any other."""
        found = _ONE_CELL.fullmatch(word)
        if found is None:
            return None
        sheet, is_column_fixed, letters, is_row_fixed, digits = found.groups()
        column, row = column_number(letters), int(digits)
        name = self._own if sheet is None else self._name(sheet[:-1])
        shape = f"{sheet or ''}R{row if is_row_fixed else '[%d]'}C{column if is_column_fixed else '[%d]'}"
        moving = tuple([one for one, fixed in (((row, 0), is_row_fixed), ((column, 1), is_column_fixed)) if not fixed])
        return _Word(shape, moving, (Read(name, row, column, row, column),), "A1", asks_place=False)

    def _see(self, word: str) -> _Word | None:
        pieces = REFERENCE.split(word)
        asks_place = _ASKS_PLACE.search(word) is not None
        found = None
        if len(pieces) > 1 or asks_place:
            shape, plain, moving, reads = [pieces[0].replace("%", "%%")], [pieces[0]], [], []
            for at in range(1, len(pieces), REFERENCE.groups + 1):
                text, sheet, *ends = pieces[at : at + REFERENCE.groups]
                after = pieces[at + REFERENCE.groups]
                if text is None:
                    name = self._own if sheet is None else self._name(unquote(sheet))
                    reads.append(Read(name, *_corners(ends)))
                    spelled, distances = _spell(*ends)
                    moving += distances
                    shape.append((sheet or "").replace("%", "%%") + spelled)
                else:
                    shape.append(text.replace("%", "%%"))
                plain += ["A1" if text is None else '""', after]
                shape.append(after.replace("%", "%%"))
            whole = "".join(shape)
            found = _Word(whole if moving else whole % (), tuple(moving), tuple(reads), "".join(plain), asks_place)
        return found


def _spell(*ends: str | None) -> tuple[str, list[tuple[int, int]]]:
    """Return a reference as R1C1 has it, with a place for each distance, and the numbers that these are from."""
    first, last, left, right, top, bottom = ends
    texts: list[str] = []
    moving: list[tuple[int, int]] = []
    for one, kinds in ((first, "RC"), (last, "RC"), (left, "C"), (right, "C"), (top, "R"), (bottom, "R")):
        if not one:
            continue
        spelled = ""
        cell = parse_cell(one) if len(kinds) > 1 else None
        for kind in kinds:
            if cell is not None:
                number, is_fixed = (cell.row, cell.is_row_fixed) if kind == "R" else (cell.column, cell.is_column_fixed)
            else:
                number, is_fixed = column_number(one) if kind == "C" else int(one.strip("$")), one.startswith("$")
            spelled += f"{kind}{number}" if is_fixed else f"{kind}[%d]"
            if not is_fixed:
                moving.append((number, "RC".index(kind)))
        texts.append(spelled)
    return ":".join(texts), moving


def find_reads(formula: str, own: str) -> Iterator[Read]:
    """Yield the ranges of cells that a formula reads; `own` is the sheet that it stands on."""
    for found in REFERENCE.finditer(_PLACES.sub("0", formula)):
        if found["text"] is None:
            sheet = unquote(found["sheet"]) if found["sheet"] else own
            yield Read(sheet, *_corners(found.groups()[2:]))


def _corners(ends: Sequence[str | None]) -> tuple[int, int, int, int]:
    first, last, left, right, top, bottom = ends
    if first:
        start, end = parse_cell(first), parse_cell(last or first)
        rows, columns = (start.row, end.row), (start.column, end.column)
    elif left and right:
        rows, columns = (1, LAST_ROW), (column_number(left), column_number(right))
    else:
        rows, columns = (int((top or "1").strip("$")), int((bottom or "1").strip("$"))), (1, LAST_COLUMN)
    return min(rows), min(columns), max(rows), max(columns)


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
