"""A formula that cells share: written once, and meant as if it had been copied to each of them."""

from __future__ import annotations

from typing import Final

from exports.reading.formula_text import REFERENCE
from exports.reading.records import Place
from exports.style.a1 import LAST_COLUMN, LAST_ROW, column_number, letter

_LOST: Final = "#REF!"
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

    def copied(self, place: Place) -> str:
        """Return the formula as it stands in another cell."""
        down, right = place[0] - self.place[0], place[1] - self.place[1]
        moved = [
            one if isinstance(one, str) else ":".join([_moved(end, down, right) for end in one]) for one in self._pieces
        ]
        return "".join(moved)


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
            return _LOST
        text = f"${letter(column)}" if is_column_fixed else letter(column)
    if row is not None:
        row += 0 if is_row_fixed else down
        if not 0 < row <= LAST_ROW:
            return _LOST
        text += f"${row}" if is_row_fixed else str(row)
    return text
