"""The working of the square on Cases: what is chosen, the inputs and how far they go, the values along both sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isnan
from typing import Final

import numpy as np

from engine.plan.plan import Numbers, Row
from exports.style.a1 import letter
from exports.style.words import unit_or_number
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.layout import cases
from exports.workbook.layout.geometry import GRID, LABEL, LIVE, UNIT, at_place
from exports.workbook.layout.grid import SheetCell
from exports.workbook.layout.inputs.ranges import End
from exports.workbook.layout.sensitivity import CHOICE
from exports.workbook.layout.turns.crossings import NAMES
from exports.workbook.layout.working.square import (
    ACROSS,
    DECIMALS,
    DOWN,
    HIGH,
    IS_ACROSS,
    IS_DOWN,
    LOW,
    PLACE,
    Square,
)
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, heading, line_of, match_label
from exports.workbook.parts.numbers import NUMBER, titles_of
from exports.workbook.parts.tornado.ends import end_formula

_TITLES: Final = {
    LIVE: "As it is", IS_ACROSS: "Across", IS_DOWN: "Down", LOW: "Low end", HIGH: "High end", DECIMALS: "Decimals",
    PLACE: "Place",
}  # fmt: skip


def working(book: Book, square: Square, last: int) -> Iterator[Numbered]:
    """Yield the lines of the working."""
    yield from _settings(book, square, last)
    yield heading(square.outputs, "Outputs in the list of the square", last)
    for index, output in enumerate(square.cases.outputs):
        cells = describe(book.ranges.titles[index], output.name(square.cases.plan), output.row.unit.text, "")
        yield square.outputs + 1 + index, line_of(cells)
    yield heading(square.inputs, "Inputs that may be chosen", last, "", _TITLES)
    titles = titles_of(square.crossing.inputs)
    for index, title in enumerate(titles):
        yield square.inputs + 1 + index, line_of(_input(book, square, index, title))
    yield from _table(book, square, last)


def along(square: Square, index: int, crossed: int, addresses: tuple[str, str, str]) -> str:
    """Return the formula of an input in a case: between what it is now and an end; `addresses` are of these three."""
    share, (low, live, high) = square.along(index, crossed), addresses
    text = f"(1-ABS({share}))*{live}+MAX({share},0)*{high}+MAX(-({share}),0)*{low}"
    row = square.crossing.inputs[index]
    if row.quantity is None or not row.quantity.whole:
        return f"={text}"
    return f"=ROUND({text},{2 if row.unit.percent else 0})"


def value_along(book: Book, row: Row, share: float) -> float | str:
    """Return what an input is at a place along its side, as stored; '' for one over dimensions."""
    found = _before(book, row, share)
    if isinstance(found, str):
        return found
    digits = _decimals(row).get(DECIMALS)
    if digits is None:
        return found
    scale = 10.0**digits
    return float(np.trunc(found * scale + np.copysign(0.5, found))) / scale


def _before(book: Book, row: Row, share: float) -> float | str:
    """Return what an input is at a place along its side before it is whole; '' for one over dimensions."""
    if row.over:
        return ""
    at = book.results.plan.index[row.id]
    low, high = (float(np.asarray(_at_end(book, row, end)[at])) for end in (cases.LOW, cases.HIGH))
    found: float = (1 - abs(share)) * book.value(row.id) + max(share, 0.0) * high + max(-share, 0.0) * low
    return found


def _at_end(book: Book, row: Row, end: End) -> Mapping[int, Numbers]:
    return book.cases.turns[book.cases.turn(row, end)].values


def _settings(book: Book, square: Square, last: int) -> Iterator[Numbered]:
    crossing, titles = square.crossing, titles_of(square.crossing.inputs)
    yield heading(square.working, "Two inputs at once", last, "Follows what is chosen on Sensitivity.")
    chosen = f"Sensitivity!${letter(LIVE)}${CHOICE}"
    across, down = (crossing.inputs.index(row) + 1 for row in crossing.chosen)
    for number, (label, value, found) in enumerate(
        (
            ("The input across", across, match_label(square.choice(ACROSS), titles, square.of_inputs(LABEL))),
            ("The input down", down, match_label(square.choice(DOWN), titles, square.of_inputs(LABEL))),
            ("The output", 1, match_label(chosen, book.ranges.titles, square.listed(LABEL))),
        ),
        start=1,
    ):
        cells = describe(f"{label}: its place", "", "1", "In the list below")
        cells[LIVE] = SheetCell(float(value), "calculation", "0", formula=f"={found}")
        yield square.working + number, line_of(cells)
    cells = describe("How far along each side", "", "1", "-1 at the low end, 0 as it is, 1 at the high end")
    cells |= {GRID + at: SheetCell(share, "place", "0.0") for at, share in enumerate(crossing.shares)}
    yield square.shares, line_of(cells)
    for label, number, place, row in (
        ("The input across: its ends and decimals", square.of_across, square.across, crossing.chosen[0]),
        ("The input down: its ends and decimals", square.of_down, square.down, crossing.chosen[1]),
    ):
        yield number, line_of(_chosen(book, square, label, place, row))
    cells = describe("The input across, along its side", "", "", "Before it is whole")
    cells[UNIT] = _unit_of(square, square.across, crossing.chosen[0])
    for at, share in enumerate(crossing.shares):
        before, formula = _before(book, crossing.chosen[0], share), _between(square.of_across, square.share(at))
        cells[GRID + at] = SheetCell(before, "calculation", NUMBER, formula=formula)
    yield square.along_across, line_of(cells)


def _chosen(book: Book, square: Square, label: str, place: str, row: Row) -> dict[int, SheetCell]:
    """Return an input that is chosen: its value, its ends and its decimals; '' for what it has not."""
    cells = describe(label, "", "", "As it is, then its ends")
    cells[UNIT] = _unit_of(square, place, row)
    values: dict[int, float | str] = {LIVE: "", LOW: "", HIGH: "", DECIMALS: "", **_decimals(row)}
    if not row.over:
        at = book.results.plan.index[row.id]
        values[LIVE] = book.value(row.id)
        values |= {
            column: float(np.asarray(_at_end(book, row, end)[at]))
            for column, end in ((LOW, cases.LOW), (HIGH, cases.HIGH))
        }
    for column, value in values.items():
        found = at_place(square.of_inputs(column), place, "1")
        formula = f'=IF(ISNUMBER({found}),{found},"")'
        cells[column] = SheetCell(value, "calculation", NUMBER, formula=formula)
    return cells


def _decimals(row: Row) -> dict[int, int]:
    """Return the decimals to which a single input is whole, in their column; of any other none."""
    is_whole = row.quantity is not None and row.quantity.whole and not row.over
    return {DECIMALS: 2 if row.unit.percent else 0} if is_whole else {}


def _unit_of(square: Square, place: str, row: Row) -> SheetCell:
    return SheetCell(unit_or_number(row.unit.text), "unit", formula=f"={at_place(square.of_inputs(UNIT), place, '1')}")


def _input(book: Book, square: Square, index: int, title: str) -> dict[int, SheetCell]:
    row, place = square.crossing.inputs[index], square.inputs + 1 + index
    cells = describe(title, row.id, row.unit.text, "")
    across, down = square.crossing.chosen
    number = f"${letter(PLACE)}{place}"
    cells[PLACE] = SheetCell(float(index + 1), "place", "0")
    is_across, is_down = (f"IF({at}={number},1,0)" for at in (square.across, square.down))
    cells[IS_ACROSS] = SheetCell(float(row is across), "calculation", "0", formula=f"={is_across}")
    # The same input goes one way.
    formula = f"={is_down}*(1-${letter(IS_ACROSS)}{place})"
    cells[IS_DOWN] = SheetCell(float(row is down), "calculation", "0", formula=formula)
    if row.over:
        return cells
    shown, at = book.input_format(row), book.results.plan.index[row.id]
    live = f"=Inputs!{book.layout.input_block(row).cell()}"
    cells[LIVE] = SheetCell(book.value(row.id), "calculation", shown, formula=live)
    for column, end in ((LOW, cases.LOW), (HIGH, cases.HIGH)):
        value = float(np.asarray(_at_end(book, row, end)[at]))
        formula = f"={end_formula(book, row, (), end, letter(LIVE))}"
        cells[column] = SheetCell(value, "calculation", shown, formula=formula)
    for column, digits in _decimals(row).items():
        cells[column] = SheetCell(float(digits), "place", "0")
    return cells


def _table(book: Book, square: Square, last: int) -> Iterator[Numbered]:
    """Yield the values along both sides, and the chosen output at each place of the square."""
    crossing, output = square.crossing, book.cases.outputs[0]
    yield heading(square.table, "Square of two inputs", last, "", {LIVE: "Down", square.before: "Before it is whole"})
    cells = describe("The input across", "", "", "")
    cells[UNIT] = _unit_of(square, square.across, crossing.chosen[0])
    for at, share in enumerate(crossing.shares):
        formula = _whole(f"{letter(GRID + at)}${square.along_across}", square.of_across)
        value = value_along(book, crossing.chosen[0], share)
        cells[GRID + at] = SheetCell(value, "calculation", NUMBER, formula=formula)
    yield square.table + 1, line_of(cells)
    for place, share in enumerate(crossing.shares):
        cells = describe(f"The input down: {NAMES[share]}", "", "", "")
        units = at_place(square.listed(UNIT), square.output, "1")
        cells[UNIT] = SheetCell(unit_or_number(output.row.unit.text), "unit", formula=f"={units}")
        before = _between(square.of_down, square.share(place))
        value = _before(book, crossing.chosen[1], share)
        cells[square.before] = SheetCell(value, "calculation", NUMBER, formula=before)
        formula = _whole(f"${letter(square.before)}{square.table + 2 + place}", square.of_down)
        cells[LIVE] = SheetCell(value_along(book, crossing.chosen[1], share), "calculation", NUMBER, formula=formula)
        for at in range(square.side):
            case = book.cases.crossed(at, place)
            value = book.cases.value(case, output)
            found = book.cases.outputs_of(case).removeprefix("Cases!")
            formula = f"={at_place(found, '1', square.output)}"
            shown = NO_VALUE if isnan(value) else value
            cells[GRID + at] = SheetCell(shown, "calculation", NUMBER, formula=formula)
        yield square.table + 2 + place, line_of(cells)


def _between(line: int, share: str) -> str:
    """Return the formula of what the input of a line is at a place along its side; '' where it is over dimensions."""
    live, low, high = (f"${letter(column)}${line}" for column in (LIVE, LOW, HIGH))
    return f'=IF(ISNUMBER({live}),(1-ABS({share}))*{live}+MAX({share},0)*{high}+MAX(-{share},0)*{low},"")'


def _whole(value: str, line: int) -> str:
    """Return the formula of a value of the input of a line, to its decimals where it has any."""
    digits = f"${letter(DECIMALS)}${line}"
    return f"=IF(ISNUMBER({digits}),ROUND({value},{digits}),{value})"
