"""The table of inputs on Sensitivity: both ends of each, the output at these, swing, elasticity and rank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import Final

from engine.plan.outputs import Output
from engine.plan.plan import Row
from exports.style.a1 import letter
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.layout import cases
from exports.workbook.layout.choices import MEMBER, chosen_from, is_choice
from exports.workbook.layout.geometry import GRID, LABEL, LIVE, WORDS, at_place
from exports.workbook.layout.grid import SheetCell
from exports.workbook.layout.inputs.ranges import has_range, has_typed_ends, swings
from exports.workbook.layout.sensitivity import (
    CHOSEN_PLACE,
    ELASTICITY,
    HIGH,
    KEY,
    LOW,
    OUT_HIGH,
    OUT_LOW,
    RANK,
    SAID,
    SAID_FLAT,
    SAID_HIGH,
    SAID_LOW,
    SWING,
)
from exports.workbook.parts import derivatives, guards
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, heading, line_of, member_values
from exports.workbook.parts.numbers import NUMBER
from exports.workbook.parts.tornado.ends import end_value
from exports.workbook.parts.tornado.turns import Columns, at_each, label_in_turn, lowest_and_highest

_DIGITS: Final = 10
_STAYS: Final = ". The output stays as it is"
_STANDS: Final = ". Near its present value the output stays as it is: it goes in steps, or has a kink"
# The share that puts an input before all others.
_FIRST: Final = 2.0
_TITLES: Final = {
    LIVE: "Live", LOW: "Low", HIGH: "High", OUT_LOW: "Output at low", OUT_HIGH: "Output at high", SWING: "Swing",
    ELASTICITY: "Elasticity", KEY: "Share of largest (2: no value)", RANK: "Rank",
    SAID: "As exported", SAID_LOW: "At low", SAID_HIGH: "At high", SAID_FLAT: "Over the range",
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

    def changes(self, at_end: list[float | None]) -> list[float | str]:
        """Return how far the output moves at an end of each input, or that it has no value there."""
        return [NO_VALUE if value is None else value - self.base for value in at_end]

    def swing(self, index: int) -> float | None:
        """Return how far apart the output is at the two ends; None where it has no value at one of them."""
        low, high = self.low[index], self.high[index]
        return None if low is None or high is None else abs(high - low)

    def shown(self, index: int) -> float | str:
        """Return the same as a cell shows it."""
        swing = self.swing(index)
        return NO_VALUE if swing is None else swing

    @cached_property
    def keys(self) -> list[float]:
        """Return the swings as shares of the largest, rounded: a last bit must not decide the order.

        An end without a value may be anything, and comes first.
        """
        swings = [self.swing(index) for index in range(len(self.low))]
        largest = max([swing for swing in swings if swing is not None], default=0.0)
        shares = [None if swing is None else swing / largest if largest else 0.0 for swing in swings]
        return [_FIRST if share is None else round(share, _DIGITS) for share in shares]

    def ranks(self) -> list[int]:
        """Return the rank of each input, from 1."""
        ranks = [0] * len(self.rows)
        for rank, index in enumerate(self.order, 1):
            ranks[index] = rank
        return ranks


def input_lines(book: Book, swings: Swings) -> list[dict[int, SheetCell]]:
    """Return the cells of the line of each input."""
    ranked = list(zip(swings.keys, swings.ranks(), strict=True))
    found = []
    for index, row in enumerate(book.ranges.inputs):
        if is_choice(row):
            cells = _choice(book, row, swings, index)
        else:
            cells = _input(book, row) | _outcome(book, row, swings, index)
        cells |= _order(book, row, ranked[index])
        found.append(cells | _words(book, row, cells))
    return found


def table(book: Book, lines: Sequence[dict[int, SheetCell]], last: int) -> Iterator[Numbered]:
    """Yield the line of each input, in an order that does not change."""
    note = "In the order in which they were exported, for Cases and for the table above."
    yield heading(book.ranges.table, "Working: the inputs", last, note, _TITLES)
    for row, cells in zip(book.ranges.inputs, lines, strict=True):
        yield book.ranges.line(row), line_of(cells)


def _input(book: Book, row: Row) -> dict[int, SheetCell]:
    cells = describe(row.label, row.id, row.unit.text, "") | derivatives.live_value(book, row)
    if row.over:
        return cells
    shown = book.input_format(row)
    for column, end in ((LOW, cases.LOW), (HIGH, cases.HIGH)):
        # How far the swing goes, Cases works out.
        in_case = f"Cases!{book.cases.at(book.cases.turn(row, end)).block(row.id).cell()}"
        source = in_case if swings(row) else f"Inputs!{book.layout.end(row, end)}"
        cells[column] = SheetCell(end_value(book, row, 0, end), "calculation", shown, formula=f"={source}")
    return cells


def words_of(book: Book, row: Row) -> str:
    """Return what is said beside an input: how it is varied, and what its bar did not show on export."""
    if is_choice(row):
        return "Each member in turn, everywhere at once" if row.over else "Each member in turn"
    words = "Values" if has_range(row) and not has_typed_ends(row) else "Range" if has_range(row) else "Up and down"
    words = f"{words}, all members at once" if row.over else words
    if turning := list(dict.fromkeys([output.label for output in book.cases.turning[row.id]])):
        more = f" and {len(turning) - 1} more" if len(turning) > 1 else ""
        words = f"{words}. Between the ends, {turning[0]}{more} went further than at them when this was exported"
    return words


def _words(book: Book, row: Row, cells: dict[int, SheetCell]) -> dict[int, SheetCell]:
    """Return the words beside an input, and what they consist of: ends without a value and why, and what stays."""
    number = book.ranges.line(row)
    parts = {SAID: SheetCell(words_of(book, row), "text")}
    if not is_choice(row):
        for column, at, end in ((SAID_LOW, OUT_LOW, cases.LOW), (SAID_HIGH, OUT_HIGH, cases.HIGH)):
            without = (f" at the {end} end", book.cases.turn(row, end), f"${letter(at)}${number}")
            told = guards.told(book, "", [without], None)
            if told.formula:
                parts[column] = told._replace(style="text")
    parts[SAID_FLAT] = _flat(book, row, number, cells)
    formula = "&".join([f"${letter(column)}${number}" for column in parts])
    text = "".join([str(part.value) for part in parts.values()])
    return {**parts, WORDS: SheetCell(text, "words", formula=f"={formula}")}


def _flat(book: Book, row: Row, number: int, cells: dict[int, SheetCell]) -> SheetCell:
    """Return whether the output stays as it is over the range of an input, or near to its value."""
    share, slope = (f"${letter(column)}${number}" for column in (KEY, ELASTICITY))
    # At 0 every elasticity is 0, however steep the output is.
    source = book.layout.input_block(row)
    is_some = f"SUMSQ({source.sheet}!{source.area()})>0"
    stands = f'IF(AND(ISNUMBER({slope}),N({slope})=0,{share}<>{_FIRST:.0f},{is_some}),"{_STANDS}","")'
    has_some = bool(derivatives.own_values(book, row).any())
    text = _STANDS if cells[ELASTICITY].value == 0 and cells[KEY].value != _FIRST and has_some else ""
    text = text if cells[KEY].value else _STAYS
    return SheetCell(text, "text", formula=f'=IFERROR(IF({share}=0,"{_STAYS}",{stands}),"")')


def _choice(book: Book, row: Row, swings: Swings, index: int) -> dict[int, SheetCell]:
    """Return the line of a choice: the members with the lowest and the highest result, and these results."""
    number = book.ranges.line(row)
    columns = Columns(book.ranges.members_column(row, GRID), book.ranges.members_column(row, LIVE))
    cells = describe("", row.id, MEMBER, "")
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
        cells[column] = SheetCell(member, "calculation", formula=columns.member(function))
        result = NO_VALUE if value is None else value
        cells[output] = SheetCell(result, "calculation", NUMBER, formula=columns.end(function))
    low, high = (f"${letter(column)}${number}" for column in (OUT_LOW, OUT_HIGH))
    cells[SWING] = SheetCell(swings.shown(index), "calculation", NUMBER, formula=swing_formula(low, high))
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
    cells[SWING] = SheetCell(swings.shown(index), "calculation", NUMBER, formula=swing_formula(low, high))
    return cells | derivatives.elasticity_cell(book, row)


def swing_formula(low: str, high: str) -> str:
    """Return the formula of how far apart the output is at the two ends of an input."""
    return f'=IF(AND(ISNUMBER({low}),ISNUMBER({high})),ABS({high}-{low}),"{NO_VALUE}")'


def change_formula(value: str, base: str) -> str:
    """Return the formula of how far the output moves at an end of an input."""
    return f'=IF(AND(ISNUMBER({value}),ISNUMBER({base})),{value}-{base},"{NO_VALUE}")'


def bar_label(swings: Swings, index: int, label: str, swing: str) -> tuple[str, str]:
    """Return what a bar is called, and the formula of that, from those of its input's label and swing."""
    text = swings.labels[index] if swings.swing(index) is not None else f"{swings.labels[index]} ({NO_VALUE})"
    return text, f'={label}&IF(ISNUMBER({swing}),""," ({NO_VALUE})")'


def at_rank(values: str, ranks: str, rank: str) -> str:
    """Return the part of a formula that finds the value of the input with a rank."""
    return at_place(values, f"MATCH({rank},{ranks},0)", "1")


def ranking(swings: str, shares: str, swing: str, share: str) -> tuple[str, str]:
    """Return the formulas of an input's share of the largest swing and of its rank; those that tie keep their order."""
    before = f"{shares.split(':', maxsplit=1)[0]}:{share}"
    return (
        f"=IF(ISNUMBER({swing}),IF(MAX({swings})>0,ROUND({swing}/MAX({swings}),{_DIGITS}),0),{_FIRST:.0f})",
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


def _ends(row: Row, values: Sequence[float]) -> tuple[float | None, float | None]:
    """Return a result at the two ends of a range, or where it is lowest and highest at members; None for no value."""
    if is_choice(row):
        found = lowest_and_highest(values)
        return (None, None) if found is None else (values[found[0]], values[found[1]])
    low, high = (None if isnan(value) else value for value in values)
    return low, high
