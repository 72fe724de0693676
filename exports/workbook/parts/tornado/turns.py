"""What a result is at each member of a choice in turn, and the formulas that find the lowest and the highest of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isnan

from engine.plan.outputs import Output
from engine.plan.plan import Row
from exports.style.a1 import letter
from exports.style.words import unit_or_number
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.layout.choices import chosen_from
from exports.workbook.layout.geometry import GRID, LIVE, UNIT, WORDS, at_place
from exports.workbook.layout.grid import SheetCell
from exports.workbook.layout.sensitivity import VALUE
from exports.workbook.parts import guards
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, line_of, member_values


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
    book: Book, row: Row, output: Output | None, found: Mapping[int, str], shown: str
) -> Iterator[Numbered]:
    """Yield a line a member of a choice: its name, and a result there, which the formula of its line finds.

    Without an output it is the one that is chosen.
    """
    asked = output or book.cases.outputs[0]
    unit = SheetCell(unit_or_number(asked.row.unit.text), "unit", formula="" if output else f"=${letter(UNIT)}${VALUE}")
    dimension = chosen_from(book.results.plan.model, row)
    names = book.layout.members(dimension.id)
    words = "This member everywhere, all else as it is" if row.over else "This member, all else as it is"
    values = at_each(book, row, asked)
    members = zip(found.items(), dimension.members, member_values(dimension), values, strict=True)
    for place, ((number, formula), text, member, value) in enumerate(members):
        ends = [("", book.cases.turn(row, place), f"${letter(LIVE)}${number}")]
        cells = describe(f"{row.label}: {text}", "", "", "")
        cells[WORDS] = guards.told(book, words, ends, output)
        cells[UNIT] = unit
        result = NO_VALUE if isnan(value) else value
        cells[LIVE] = SheetCell(result, "calculation", shown, formula=f"={formula}")
        cells[GRID] = SheetCell(member, "text_right", formula=f"=Inputs!{names.cell(right=place)}")
        yield number, line_of(cells)
