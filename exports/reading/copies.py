"""A formula that cells share: written once, and meant as if it had been copied to each of them."""

from __future__ import annotations

from typing import Final

from exports.reading.records import Place
from exports.reading.references import REFERENCE
from exports.style.a1 import LAST_COLUMN, LAST_ROW, column_number, letter

LOST: Final = "#REF!"
# An end of a reference: its column and line, each None where there is none, and whether they stay when it is copied.
_End = tuple[int | None, bool, int | None, bool]


class Template:
    """A formula as it stands in one cell, for others to have it as copied."""

    def __init__(self, formula: str, place: Place) -> None:
        self.formula = formula
        self.place = place
        self._pieces: list[str | tuple[_End, ...]] = []
        at = 0
        for found in REFERENCE.finditer(formula):
            if found["text"] is not None:
                continue
            start = found.end("sheet") if found["sheet"] else found.start()
            self._pieces += [formula[at:start], tuple([_end(one) for one in formula[start : found.end()].split(":")])]
            at = found.end()
        self._pieces.append(formula[at:])
        # The same with a gap for each line and column that moves, and how far these may before one is lost.
        ends = [end for one in self._pieces if not isinstance(one, str) for end in one]
        self._gapped = "".join([one.replace("%", "%%") if isinstance(one, str) else _gap(one) for one in self._pieces])
        self._moving = [moving for end in ends for moving in _moving(end)]
        self._down = _room([number for number, is_column in self._moving if not is_column], LAST_ROW)
        self._right = _room([number for number, is_column in self._moving if is_column], LAST_COLUMN)

    def copied(self, place: Place) -> str:
        """Return the formula as it stands in another cell."""
        down, right = place[0] - self.place[0], place[1] - self.place[1]
        if down in self._down and right in self._right:
            return self._gapped % tuple(
                [letter(number + right) if is_column else number + down for number, is_column in self._moving]
            )
        moved = [
            one if isinstance(one, str) else ":".join([_moved(end, down, right) for end in one]) for one in self._pieces
        ]
        return "".join(moved)


def _room(numbers: list[int], last: int) -> range:
    """Return how far lines or columns may move without leaving the sheet."""
    return range(1 - min(numbers), last + 1 - max(numbers)) if numbers else range(-last, last + 1)


def _gap(ends: tuple[_End, ...]) -> str:
    return ":".join(
        [
            ("" if column is None else f"${letter(column)}" if is_column_fixed else "%s")
            + ("" if row is None else f"${row}" if is_row_fixed else "%d")
            for column, is_column_fixed, row, is_row_fixed in ends
        ]
    )


def _moving(end: _End) -> list[tuple[int, bool]]:
    """Return the lines and columns of an end that a copy moves, each with whether it is a column."""
    column, is_column_fixed, row, is_row_fixed = end
    found = [(column, True)] if column is not None and not is_column_fixed else []
    return [*found, (row, False)] if row is not None and not is_row_fixed else found


def _end(text: str) -> _End:
    letters = text.strip("$0123456789")
    digits = text.strip("$").lstrip(f"{letters}$")
    return (
        column_number(letters) if letters else None,
        text.startswith("$") and bool(letters),
        int(digits) if digits else None,
        bool(digits) and text[: -len(digits)].endswith("$"),
    )


def _moved(end: _End, down: int, right: int) -> str:
    column, is_column_fixed, row, is_row_fixed = end
    text = ""
    if column is not None:
        column += 0 if is_column_fixed else right
        if not 0 < column <= LAST_COLUMN:
            return LOST
        text = f"${letter(column)}" if is_column_fixed else letter(column)
    if row is not None:
        row += 0 if is_row_fixed else down
        if not 0 < row <= LAST_ROW:
            return LOST
        text += f"${row}" if is_row_fixed else str(row)
    return text
