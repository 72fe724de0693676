"""The table of inputs on Sensitivity: both ends of each, the output at these, swing, elasticity and rank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import Final

import numpy as np

from engine.analysis.swings import SWING as SWING_SHARE
from engine.analysis.swings import ends
from engine.model.dimensions import cell as of_cell
from engine.plan.outputs import Output
from engine.plan.plan import Row
from exports.style.a1 import letter
from exports.workbook.formulas.references import References
from exports.workbook.layout import cases
from exports.workbook.layout.cases import End
from exports.workbook.layout.choices import MEMBER, chosen_from, is_choice
from exports.workbook.layout.geometry import GRID, LABEL, LIVE, at_place
from exports.workbook.layout.grid import SheetCell, SheetLine
from exports.workbook.layout.sensitivity import (
    CHOSEN_PLACE,
    ELASTICITY,
    HIGH,
    KEY,
    LEAST,
    LOW,
    MOST,
    OUT_HIGH,
    OUT_LOW,
    RANK,
    SWING,
    SWING_ROW,
    RangeLine,
    What,
    bound_of,
)
from exports.workbook.parts import derivatives
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import NO_VALUE, Numbered, describe, heading, line_of, member_values
from exports.workbook.parts.turns import Columns, at_each, label_in_turn, lowest_and_highest

NUMBER: Final = "#,##0.00"
_DIGITS: Final = 10
_FEW: Final = 3
_BOUNDS: Final[tuple[What, ...]] = ("least", "most")
_TITLES: Final = {
    LIVE: "Live", LOW: "Low", HIGH: "High", OUT_LOW: "Output at low", OUT_HIGH: "Output at high", SWING: "Swing",
    ELASTICITY: "Elasticity", LEAST: "At least", MOST: "At most", KEY: "Share of largest", RANK: "Rank",
}  # fmt: skip


@dataclass(frozen=True)
class Swings:
    """What an output is now (`base`), and at both ends of each input, in the order of the table."""

    rows: Sequence[Row]
    base: float
    low: list[float | None]
    high: list[float | None]
    labels: Sequence[str]

    @classmethod
    def of(cls, book: Book, output: Output, rows: Sequence[Row]) -> Swings:
        """Return the swings of an output over the ranges of inputs."""
        found = [at_each(book, row, output) for row in rows]
        ends_ = [_ends(row, values) for row, values in zip(rows, found, strict=True)]
        labels = [
            label_in_turn(book, row, values) if is_choice(row) else row.label
            for row, values in zip(rows, found, strict=True)
        ]
        base = output.value(book.results.plan, book.results.values)
        return cls(rows, base, [low for low, _ in ends_], [high for _, high in ends_], labels)

    @cached_property
    def order(self) -> list[int]:
        """Return the places by their swings, the largest first; those that tie keep the order of the table."""
        return sorted(range(len(self.rows)), key=lambda index: -self.keys[index])

    def changes(self, at_end: list[float | None]) -> list[float]:
        """Return how far the output moves at an end of each input; 0 where it has no value there."""
        return [0.0 if value is None else value - self.base for value in at_end]

    def swing(self, index: int) -> float:
        """Return how far apart the output is at the two ends; 0 where it has no value at one of them."""
        low, high = self.low[index], self.high[index]
        return 0.0 if low is None or high is None else abs(high - low)

    @cached_property
    def keys(self) -> list[float]:
        """Return the swings as shares of the largest, rounded: a last bit must not decide the order."""
        swings = [self.swing(index) for index in range(len(self.low))]
        largest = max(swings, default=0.0)
        return [round(swing / largest, _DIGITS) if largest else 0.0 for swing in swings]

    def ranks(self) -> list[int]:
        """Return the rank of each input, from 1."""
        ranks = [0] * len(self.rows)
        for rank, index in enumerate(self.order, 1):
            ranks[index] = rank
        return ranks


def table(book: Book, last: int) -> Iterator[Numbered]:
    """Yield the line of each input."""
    left = book.cases.left_out
    more = f" and {len(left) - _FEW} more" if len(left) > _FEW else ""
    note = f"Left out for their number: {', '.join(left[:_FEW])}{more}." if left else ""
    yield heading(book.ranges.table, "Every input that feeds the outputs", last, note, _TITLES)
    swings = Swings.of(book, book.cases.outputs[0], book.ranges.inputs)
    ranked = list(zip(swings.keys, swings.ranks(), strict=True))
    for index, row in enumerate(book.ranges.inputs):
        if is_choice(row):
            cells = _choice(book, row, swings, index)
        else:
            cells = _input(book, row) | _outcome(book, row, swings, index)
        cells |= _order(book, row, ranked[index])
        yield book.ranges.line(row), line_of(cells)


def ranges_by_member(book: Book, last: int) -> Iterator[Numbered]:
    """Yield the ends of inputs over dimensions, a line for each of their own lines and ends."""
    ranges = book.ranges
    if ranges.lines:
        note = "The ends that all members of an input go to at once."
        yield heading(ranges.ranges_table, "Ranges by member", last, note)
    for line in ranges.lines:
        yield line.number, _range_line(book, line)


def _input(book: Book, row: Row) -> dict[int, SheetCell]:
    number = book.ranges.line(row)
    has_range = row.quantity is not None and row.quantity.range is not None
    words = "Range" if has_range else "Up and down"
    words = f"{words}, all members at once" if row.over else words
    if turning := list(dict.fromkeys([output.label for output in book.cases.turning[row.id]])):
        more = f" and {len(turning) - 1} more" if len(turning) > 1 else ""
        words = f"{words}. Between the ends, {turning[0]}{more} went further than at them when this was exported"
    cells = describe(row.label, row.id, row.unit.text, words)
    if row.over:
        return cells
    shown = book.input_format(row)
    live = f"={References(book.layout, 'Sensitivity').cell(row.id, {})}"
    cells[LIVE] = SheetCell(book.value(row.id), "calculation", shown, formula=live)
    bounds: dict[What, str] = {}
    for column, what in zip((LEAST, MOST), _BOUNDS, strict=True):
        bound = bound_of(row, what, 0)
        if bound is not None:
            cells[column] = SheetCell(bound, "constant", shown)
            bounds[what] = f"${letter(column)}${number}"
    for column, end in ((LOW, cases.LOW), (HIGH, cases.HIGH)):
        formula = "" if has_range else _end_formula(row, end, f"${letter(LIVE)}${number}", bounds)
        at = ends(book.results, row, 0, SWING_SHARE)[end == cases.HIGH] / row.unit.scale
        cells[column] = SheetCell(at, "calculation" if formula else "constant", shown, formula=formula)
    return cells


def _choice(book: Book, row: Row, swings: Swings, index: int) -> dict[int, SheetCell]:
    """Return the line of a choice: the members with the lowest and the highest result, and these results."""
    number = book.ranges.line(row)
    columns = Columns(book.ranges.members_column(row, GRID), book.ranges.members_column(row, LIVE))
    words = "Each member in turn, everywhere at once" if row.over else "Each member in turn"
    cells = describe("", row.id, MEMBER, words)
    cells[LABEL] = SheetCell(swings.labels[index], "label", formula=columns.label(row.label))
    if not row.over:
        live = f"=Inputs!{book.layout.typed_block(row).cell()}"
        shown = book.input_format(row)
        cells[LIVE] = SheetCell(book.typed(row, book.value(row.id)), "text_right", shown, formula=live)
    values = at_each(book, row, book.cases.outputs[0])
    members = member_values(chosen_from(book.results.plan.model, row))
    places = lowest_and_highest(values)
    for at, (column, output, function, value) in enumerate(
        ((LOW, OUT_LOW, "MIN", swings.low[index]), (HIGH, OUT_HIGH, "MAX", swings.high[index]))
    ):
        member = NO_VALUE if places is None else members[places[at]]
        cells[column] = SheetCell(member, "text_right", formula=columns.member(function))
        result = NO_VALUE if value is None else value
        cells[output] = SheetCell(result, "calculation", NUMBER, formula=columns.end(function))
    low, high = (f"${letter(column)}${number}" for column in (OUT_LOW, OUT_HIGH))
    cells[SWING] = SheetCell(swings.swing(index), "calculation", NUMBER, formula=swing_formula(low, high))
    cells[ELASTICITY] = SheetCell("none", "text_right")
    return cells


def _outcome(book: Book, row: Row, swings: Swings, index: int) -> dict[int, SheetCell]:
    number = book.ranges.line(row)
    cells: dict[int, SheetCell] = {}
    ends_ = ((OUT_LOW, cases.LOW, swings.low[index]), (OUT_HIGH, cases.HIGH, swings.high[index]))
    for column, end, at_end in ends_:
        case = book.cases.turn(row, end)
        formula = f"={at_place(book.cases.outputs_of(case), '1', CHOSEN_PLACE)}"
        cells[column] = SheetCell(NO_VALUE if at_end is None else at_end, "calculation", NUMBER, formula=formula)
    low, high = (f"${letter(column)}${number}" for column in (OUT_LOW, OUT_HIGH))
    cells[SWING] = SheetCell(swings.swing(index), "calculation", NUMBER, formula=swing_formula(low, high))
    elasticity = derivatives.elasticity(book, row)
    formula = derivatives.elasticity_formula(book, row)
    style = "calculation" if formula else "text_right"
    cells[ELASTICITY] = SheetCell("none" if elasticity is None else elasticity, style, "0.00", formula=formula)
    return cells


def swing_formula(low: str, high: str) -> str:
    """Return the formula of how far apart the output is at the two ends of an input."""
    return f"=IF(AND(ISNUMBER({low}),ISNUMBER({high})),ABS({high}-{low}),0)"


def change_formula(value: str, base: str) -> str:
    """Return the formula of how far the output moves at an end of an input."""
    return f"=IF(ISNUMBER({value}),{value}-{base},0)"


def at_rank(values: str, ranks: str, rank: str) -> str:
    """Return the part of a formula that finds the value of the input with a rank."""
    return at_place(values, f"MATCH({rank},{ranks},0)", "1")


def ranking(swings: str, shares: str, swing: str, share: str) -> tuple[str, str]:
    """Return the formulas of an input's share of the largest swing and of its rank; those that tie keep their order."""
    before = f"{shares.split(':', maxsplit=1)[0]}:{share}"
    return (
        f"=IF(MAX({swings}),ROUND({swing}/MAX({swings}),{_DIGITS}),0)",
        # RANK says the same, and HyperFormula has none.
        f'=COUNTIF({shares},">"&{share})+COUNTIF({before},{share})',
    )


def _order(book: Book, row: Row, ranked: tuple[float, int]) -> dict[int, SheetCell]:
    number = book.ranges.line(row)
    swing, key = f"${letter(SWING)}${number}", f"${letter(KEY)}${number}"
    share, rank = ranking(book.ranges.column(SWING), book.ranges.column(KEY), swing, key)
    return {
        KEY: SheetCell(ranked[0], "calculation", "0.0000", formula=share),
        RANK: SheetCell(float(ranked[1]), "calculation", "0", formula=rank),
    }


def _end_formula(row: Row, end: End, live: str, bounds: dict[What, str]) -> str:
    """Return how far an input without a range goes: a share up or down, whole where it must be, within its bounds."""
    share = f"${letter(LIVE)}${SWING_ROW}"
    text = f"{'MAX' if end == cases.HIGH else 'MIN'}({live}-{live}*{share},{live}+{live}*{share})"
    if row.quantity is not None and row.quantity.whole:
        # A whole number of percent has two decimals as a fraction.
        text = f"ROUND({text},{2 if row.unit.percent else 0})"
    text = f"MAX({bounds['least']},{text})" if "least" in bounds else text
    return f"=MIN({bounds['most']},{text})" if "most" in bounds else f"={text}"


def _ends(row: Row, values: Sequence[float]) -> tuple[float | None, float | None]:
    """Return a result at the two ends of a range, or where it is lowest and highest at members; None for no value."""
    if is_choice(row):
        found = lowest_and_highest(values)
        return (None, None) if found is None else (values[found[0]], values[found[1]])
    low, high = (None if isnan(value) else value for value in values)
    return low, high


def _range_line(book: Book, line: RangeLine) -> SheetLine:
    row, block, plan = line.row, line.block, book.results.plan
    label, _ = book.names(row, block, line.indices)
    word = {"low": "low end", "high": "high end", "least": "at least", "most": "at most"}[line.what]
    cells = describe(f"{label} · {word}", "", row.unit.text, "")
    numbers = np.arange(plan.model.size(row.over)).reshape(plan.shape(row)).astype(np.float64)
    live = book.along(row, block, line.indices, row.given_values(book.results.values[plan.index[row.id]]))
    source = book.layout.input_block(row)
    for index, number in enumerate(book.along(row, block, line.indices, numbers)):
        column = letter(block.column + index)
        address = f"Inputs!{column}${source.line(line.indices)}"
        value, formula = _range_cell(book, line, int(number), address, column)
        if value is not None and not isnan(live[index]):
            style = "calculation" if formula else "constant"
            cells[block.column + index] = SheetCell(value, style, book.input_format(row), formula=formula)
    return line_of(cells)


def _range_cell(book: Book, line: RangeLine, number: int, live: str, column: str) -> tuple[float | None, str]:
    row = line.row
    if line.what not in {cases.LOW, cases.HIGH}:
        return bound_of(row, line.what, number), ""
    end = cases.LOW if line.what == cases.LOW else cases.HIGH
    value = ends(book.results, row, number, SWING_SHARE)[end == cases.HIGH] / row.unit.scale
    if row.quantity is not None and of_cell(row.quantity.range, number) is not None:
        return value, ""
    bounds: dict[What, str] = {}
    for what in _BOUNDS:
        at = book.ranges.bound(row, line.indices, what)
        if at is not None and bound_of(row, what, number) is not None:
            bounds[what] = f"{column}${at}"
    return value, _end_formula(row, end, live, bounds)
