"""Lines that would calculate what one above them does: they read it, so that each calculation stands once."""

from __future__ import annotations

from typing import Final

from engine.plan.plan import Row
from exports.style.a1 import letter
from exports.workbook.formulas.addresses import MARK
from exports.workbook.formulas.references import References
from exports.workbook.layout.geometry import Block
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import row_formula

# What a formula has that does more than show a cell.
_RECKONS: Final = frozenset("(+*/^&")


class Repeats:
    """The formulas of lines so far, by the columns in which they stand."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, int, int], int] = {}

    def once(self, number: int, template: str, column: int, columns: int) -> str:
        """Return the formula of a line, for `along`: a link where a line above has the same one in the same columns."""
        if _RECKONS.isdisjoint(template):
            return template
        first = self._first.setdefault((template, column, columns), number)
        if first == number:
            return template
        return f"={f'{MARK}0{MARK}' if columns > 1 else f'${letter(column)}'}${first}"


class Formulas:
    """The formulas of the lines of one case."""

    def __init__(self, book: Book, references: References) -> None:
        self.book, self.references = book, references
        self._repeats = Repeats()

    def line(self, number: int, row: Row, block: Block, indices: tuple[int, ...]) -> str:
        """Return the formula of a line of a row, for `along`; raise ModelError where Excel could not hold it."""
        template = row_formula(self.book, self.references, row, block, indices)
        return self._repeats.once(number, template, block.column, block.columns)
