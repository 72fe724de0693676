"""What a result is at each member of a choice in turn, and the formulas that find the lowest and the highest of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan

from engine.plan.outputs import Output
from engine.plan.plan import Row
from exports.workbook.layout.choices import chosen_from
from exports.workbook.layout.geometry import GRID, LIVE, UNIT, at_place
from exports.workbook.layout.grid import SheetCell, SheetLine
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import NO_VALUE, describe, line_of, member_values


def at_each(book: Book, row: Row, output: Output) -> list[float]:
    """Return an output at each case of an input, NaN where it has no value."""
    return [book.cases.value(book.cases.turn(row, step), output) for step in book.cases.steps(row)]


def lowest_and_highest(values: Sequence[float]) -> tuple[int, int] | None:
    """Return the places of the lowest and of the highest value; None where there is none."""
    known = [index for index, value in enumerate(values) if not isnan(value)]
    if not known:
        return None
    return min(known, key=lambda index: values[index]), max(known, key=lambda index: values[index])


def label_in_turn(book: Book, row: Row, values: Sequence[float]) -> str:
    """Return what a bar of a choice is called: by the members with the lowest and the highest result."""
    ends = lowest_and_highest(values)
    members = chosen_from(book.results.plan.model, row).members
    return row.label if ends is None else f"{row.label}: {members[ends[0]]} to {members[ends[1]]}"


class Columns:
    """Where the members of a choice stand below each other, and what a result is at each of them."""

    def __init__(self, names: str, values: str) -> None:
        self.names = names
        self.values = values

    def end(self, function: str) -> str:
        """Return the formula of the lowest (MIN) or highest (MAX) result."""
        return f'=IF(COUNT({self.values})=0,"{NO_VALUE}",{function}({self.values}))'

    def member(self, function: str) -> str:
        """Return the formula of the member with the lowest or the highest result."""
        return f'=IF(COUNT({self.values})=0,"{NO_VALUE}",{self._member(function)})'

    def label(self, label: str) -> str:
        """Return the formula of what a bar is called."""
        quoted = label.replace('"', '""')
        named = f'"{quoted}: "&{self._member("MIN")}&" to "&{self._member("MAX")}'
        return f'=IF(COUNT({self.values})=0,"{quoted}",{named})'

    def _member(self, function: str) -> str:
        return at_place(self.names, f"MATCH({function}({self.values}),{self.values},0)", "1")


def member_lines(
    book: Book, row: Row, unit: SheetCell, found: Sequence[tuple[float, str]], shown: str
) -> Iterator[SheetLine]:
    """Yield a line a member of a choice: its name, and a result there with the formula of it."""
    dimension = chosen_from(book.results.plan.model, row)
    names = book.layout.members(dimension.id)
    words = "This member everywhere, all else as it is" if row.over else "This member, all else as it is"
    members = zip(dimension.members, member_values(dimension), found, strict=True)
    for place, (text, member, (value, formula)) in enumerate(members):
        cells = describe(f"{row.label}: {text}", "", "", words)
        cells[UNIT] = unit
        result = NO_VALUE if isnan(value) else value
        cells[LIVE] = SheetCell(result, "calculation", shown, formula=f'=IFERROR({formula},"{NO_VALUE}")')
        cells[GRID] = SheetCell(member, "text_right", formula=f"=Inputs!{names.cell(right=place)}")
        yield line_of(cells)
