"""References in the formulas of a workbook: what a formula reads, its shape, and where a copy of it reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
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
# Of words that are all different, what is known of them is dropped again.
_MOST_KNOWN: Final = 200_000


class Read(NamedTuple):
    """A range that a formula reads: its sheet, and its corners as lines and columns."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int


class Reference(NamedTuple):
    """A range as a formula names it: its sheet, and the lines and columns of its two corners as they are written.

    Of each it says whether it stays when the formula is copied.
    """

    sheet: str
    rows: tuple[int, int]
    columns: tuple[int, int]
    are_rows_fixed: tuple[bool, bool] = (True, True)
    are_columns_fixed: tuple[bool, bool] = (True, True)

    @property
    def is_cell(self) -> bool:
        """Return whether it is one cell, wherever it is copied to."""
        return self.rows[0] == self.rows[1] and self.columns[0] == self.columns[1] and (
            self.are_rows_fixed[0] == self.are_rows_fixed[1] and self.are_columns_fixed[0] == self.are_columns_fixed[1]
        )  # fmt: skip

    def read(self, down: int = 0, right: int = 0) -> Read:
        """Return the range that is read by a copy which stands so many lines below, and columns to the right."""
        sheet, (top, bottom), (first, last), (is_top_fixed, is_bottom_fixed), (is_first_fixed, is_last_fixed) = self
        top, bottom = top if is_top_fixed else top + down, bottom if is_bottom_fixed else bottom + down
        first, last = first if is_first_fixed else first + right, last if is_last_fixed else last + right
        if top > bottom:
            top, bottom = bottom, top
        if first > last:
            first, last = last, first
        return Read(sheet, top, first, bottom, last)

    def reach(self, down: tuple[int, int], right: tuple[int, int]) -> Read:
        """Return the range that copies read together which fill a block, moved by so much at least and at most."""
        top, bottom = _reach(self.rows, self.are_rows_fixed, down)
        first, last = _reach(self.columns, self.are_columns_fixed, right)
        return Read(self.sheet, top, first, bottom, last)


def _reach(ends: tuple[int, int], are_fixed: tuple[bool, bool], moved: tuple[int, int]) -> tuple[int, int]:
    (one, other), (is_fixed, is_other_fixed), (least, most) = ends, are_fixed, moved
    lows = one if is_fixed else one + least, other if is_other_fixed else other + least
    highs = one if is_fixed else one + most, other if is_other_fixed else other + most
    return min(lows), max(highs)


class Seen(NamedTuple):
    """A formula in its place: its shape, equal for formulas that were copied, what it reads, and its plain text.

    The plain text has one cell for each reference, and no letters in its texts: few formulas differ in it.
    """

    shape: str
    references: tuple[Reference, ...]
    plain: str


class _Word(NamedTuple):
    """What was seen of a word of formulas: its shape has a place for each distance that a copy keeps."""

    shape: str
    # Numbers of lines (0) or columns (1) that a copy of the formula moves.
    moving: tuple[tuple[int, int], ...]
    references: tuple[Reference, ...]
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
        references: tuple[Reference, ...] = ()
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
                references += seen
        if asks_place:
            found = find_references(_PLACES.sub("0", formula), self._own)
            references = tuple([one._replace(sheet=self._name(one.sheet)) for one in found])
        return Seen("".join(shape), references, "".join(plain))

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
        rows, columns = (is_row_fixed != "",) * 2, (is_column_fixed != "",) * 2
        reference = Reference(name, (row, row), (column, column), rows, columns)
        return _Word(shape, moving, (reference,), "A1", asks_place=False)

    def _see(self, word: str) -> _Word | None:
        pieces = REFERENCE.split(word)
        asks_place = _ASKS_PLACE.search(word) is not None
        found = None
        if len(pieces) > 1 or asks_place:
            shape, plain, moving, references = [pieces[0].replace("%", "%%")], [pieces[0]], [], []
            for at in range(1, len(pieces), REFERENCE.groups + 1):
                text, sheet, *ends = pieces[at : at + REFERENCE.groups]
                after = pieces[at + REFERENCE.groups]
                if text is None:
                    name = self._own if sheet is None else self._name(unquote(sheet))
                    references.append(_refer(name, ends))
                    spelled, distances = _spell(*ends)
                    moving += distances
                    shape.append((sheet or "").replace("%", "%%") + spelled)
                else:
                    shape.append(text.replace("%", "%%"))
                plain += ["A1" if text is None else '""', after]
                shape.append(after.replace("%", "%%"))
            whole = "".join(shape)
            found = _Word(whole if moving else whole % (), tuple(moving), tuple(references), "".join(plain), asks_place)
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
    return (one.read() for one in find_references(_PLACES.sub("0", formula), own))


def find_references(formula: str, own: str) -> Iterator[Reference]:
    """Yield the ranges that a formula names, those of which it asks only where they are among them."""
    for found in REFERENCE.finditer(formula):
        if found["text"] is None:
            yield _refer(unquote(found["sheet"]) if found["sheet"] else own, found.groups()[2:])


def _refer(sheet: str, ends: Sequence[str | None]) -> Reference:
    first, last, left, right, top, bottom = ends
    if first:
        start, end = parse_cell(first), parse_cell(last or first)
        are_fixed = (start.is_row_fixed, end.is_row_fixed), (start.is_column_fixed, end.is_column_fixed)
        return Reference(sheet, (start.row, end.row), (start.column, end.column), *are_fixed)
    if left and right:
        columns, are_columns_fixed = (column_number(left), column_number(right)), (left[0] == "$", right[0] == "$")
        return Reference(sheet, (1, LAST_ROW), columns, are_columns_fixed=are_columns_fixed)
    top, bottom = top or "1", bottom or "1"
    rows, are_rows_fixed = (int(top.strip("$")), int(bottom.strip("$"))), (top[0] == "$", bottom[0] == "$")
    return Reference(sheet, rows, (1, LAST_COLUMN), are_rows_fixed=are_rows_fixed)
