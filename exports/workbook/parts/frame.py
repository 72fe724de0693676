"""What every sheet shares: the band at its top, its header, headings, and heights for text that wraps."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import ceil, isnan
from typing import Final

import numpy as np

from engine.analysis.verdicts import Figure, Status, Verdict, figures, verdicts
from engine.model.model import Dimension, each
from engine.plan.evaluate import Results
from engine.plan.plan import Numbers, Row
from engine.problems import ModelError, Problem, error
from exports.style import number_format
from exports.workbook.formulas.addresses import along
from exports.workbook.formulas.derivative_edges import Derivatives
from exports.workbook.formulas.excel import TooLong
from exports.workbook.formulas.references import References
from exports.workbook.layout.cases import Cases
from exports.workbook.layout.geometry import (
    GRID,
    HEADER_ROW,
    HEADING_WIDTH,
    LABEL,
    LINE_HEIGHT,
    LIVE,
    NAME,
    UNIT,
    WIDTHS,
    WORDS,
    Block,
    SheetName,
    choice,
    header_height,
    height,
    letter,
)
from exports.workbook.layout.grid import Cell, Line
from exports.workbook.layout.rows import Layout
from exports.workbook.layout.sensitivity import Ranges
from exports.workbook.layout.sweeps import Charted

NO_VALUE: Final = "no value"
_LONG_TITLE: Final = 70
_LEGIBLE: Final = 13
SUMMARY: Final[Mapping[str, int]] = {"fails": 7, "changed": 8, "reproduced": 9, "disputed": 10, "tolerance": 11}

Numbered = tuple[int, Line]


@dataclass(frozen=True)
class Book:
    """What the sheets are made from: the layout, and the results of the scenario shown first."""

    layout: Layout
    results: Results
    others: tuple[Results, ...] = ()
    revision: str = ""

    def value(self, id_: str) -> float:
        """Return the value of a single number as it is stored in the workbook: 0.5 for 50 percent."""
        return float(self.results.values[self.results.plan.index[id_]])

    def along(self, row: Row, block: Block, places: tuple[int, ...], values: Numbers | None = None) -> list[float]:
        """Return a line's values as they are stored, to the right; those of the live scenario where none are given."""
        plan = self.results.plan
        if values is None:
            values = self.results.values[plan.index[row.id]]
        if not row.over:
            return [float(values)]
        at = dict(zip(block.down, places, strict=True))
        index = tuple([slice(None) if name == block.across else at[name] for name in row.over])
        return [float(value) for value in np.atleast_1d(np.broadcast_to(values, plan.shape(row))[index])]

    def format(self, row: Row, block: Block | None = None, places: tuple[int, ...] = ()) -> str:
        """Return the number format of a result, or of a line of it, that suits it in every scenario and column."""
        place = self.results.plan.index[row.id]
        values = [results.values[place] for results in (self.results, *self.others)]
        if not row.over:
            return number_format.for_result(row.unit, [float(value) for value in values])
        lines = [
            np.ravel(value).tolist() if block is None else self.along(row, block, places, value) for value in values
        ]
        return number_format.for_result(row.unit, [value for line in lines for value in line])

    def input_format(self, row: Row) -> str:
        """Return the number format of an input."""
        if row.id not in self._input_formats:
            settings = [row.quantity.value] if row.quantity is not None else []
            settings += [value for s in self.results.plan.model.scenarios for id_, value in s.set if id_ == row.id]
            written: list[Decimal] = [number for setting in settings for number in each(setting)]
            self._input_formats[row.id] = number_format.for_input(row, written)
        return self._input_formats[row.id]

    @cached_property
    def _input_formats(self) -> dict[str, str]:
        return {}

    def names(self, row: Row, block: Block, places: tuple[int, ...]) -> tuple[str, str]:
        """Return the label and the name of a line, with the members of what runs down."""
        dimension = self.results.plan.model.dimension
        members = [dimension[name].members[place] for name, place in zip(block.down, places, strict=True)]
        if not members:
            return row.label, row.id
        # The name is that of the whole block, and stands on its first line.
        return f"{row.label} · {', '.join(members)}", "" if any(places) else row.id

    @cached_property
    def cases(self) -> Cases:
        """Return the cases that are computed side by side."""
        return Cases(self.layout, self.results, self.others)

    @cached_property
    def charted(self) -> Charted:
        """Return the charts in numbers, and where the points stand of those that sweep an input."""
        return Charted(self.cases, self.results, {results.case.id: results for results in self.others})

    @cached_property
    def ranges(self) -> Ranges:
        """Return where the inputs and their ranges stand on Sensitivity."""
        return Ranges(self.cases)

    @cached_property
    def derivatives(self) -> Derivatives:
        """Return the adjoints, and where they stand on Sensitivity."""
        return Derivatives(self.cases, self.results, self.ranges.derivatives)

    @cached_property
    def figures(self) -> list[Figure]:
        """Return the published figures, judged in the live scenario alone."""
        return figures(self.results.plan, {self.results.case.id: self.results})

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """Return the checks of the model in the live scenario."""
        return verdicts(self.results)

    @cached_property
    def fails(self) -> int:
        """Return how many statements of the Checks sheet fail in the live scenario."""
        return self.count("failed") + sum(not cell.passed for verdict in self.verdicts for cell in verdict.cells)

    def count(self, status: Status) -> int:
        """Return how many published figures have a status in the live scenario."""
        return sum(figure.status == status for figure in self.figures)


def too_long(book: Book, row: Row, reason: object) -> Problem:
    """Return what to say of a row whose formula Excel could not hold."""
    model = book.results.plan.model
    quantity = row.quantity or model.by_id.get(row.note)
    path = (*quantity.path, quantity.formula_key) if quantity is not None else ()
    return error("excel", f"'{row.id}': {reason}", model.at(*path), "split it into quantities of their own")


def row_formula(book: Book, references: References, row: Row, block: Block, places: tuple[int, ...]) -> str:
    """Return the formula of one line of a row, for `along`; raise ModelError where Excel could not hold it."""
    try:
        return references.row(row, block, places)
    except TooLong as problem:
        raise ModelError([too_long(book, row, problem)]) from None


def computed(
    row: Row, block: Block, values: Sequence[float], template: str, style: str = "calculation"
) -> dict[int, Cell]:
    """Return the cells of a line of a row; what has no value says so, or whatever uses it would show an error."""
    known = [value for value in values if not isnan(value)]
    shown = number_format.for_result(row.unit, known) if known else "General"
    columns = range(block.column, block.column + len(values))
    return {
        column: Cell(NO_VALUE, "text_right")
        if isnan(value)
        else Cell(value, style, shown, formula=along(template, column))
        for column, value in zip(columns, values, strict=True)
    }


def top(book: Book, sheet: SheetName, subtitle: str, last: int) -> Iterator[Numbered]:
    """Yield the band with title and subtitle, then the bar with the live scenario and the master check."""
    title = book.results.plan.model.title
    heading = title if sheet == "Cover" else f"{title}  |  {sheet}"
    style = "title" if len(heading) <= _LONG_TITLE else "title_long"
    yield 1, Line(_band(Cell(heading, style), style, last), 30)
    yield 2, Line(_band(Cell(subtitle, "subtitle"), "subtitle", last), 18)
    bar = _band(
        Cell(f"Live scenario: {book.results.case.label}", "bar", formula=f'="Live scenario: "&{choice()}'), "bar", last
    )
    bar[LIVE] = master(book)
    if sheet != "Cover":
        bar[WORDS] = Cell("‹ Back to cover", "bar_link", link="Cover!B1")
    yield 3, Line(bar, 18)


def header(texts: Mapping[int, str], last: int, words: Collection[int] = ()) -> Numbered:
    """Return the line that names the columns; numbers are headed on the right, and `words` are columns of text."""
    cells = {column: Cell("", "header") for column in range(LABEL, last + 1)}
    for column, text in texts.items():
        is_number = (column == LIVE or column >= GRID) and column not in words
        style = "header_words" if column == WORDS else "header_number" if is_number else "header"
        cells[column] = Cell(text, style)
    return HEADER_ROW, Line(cells, header_height(max(len(text) for text in texts.values())))


def heading(number: int, text: str, last: int, note: str = "", titles: Mapping[int, str] | None = None) -> Numbered:
    """Return the line that heads a section; `titles` name columns."""
    cells = {column: Cell("", "section") for column in range(LABEL, last + 1)}
    cells[LABEL] = Cell(text, "section")
    # A short note runs on over the columns to its right, where nothing is in its way.
    runs_on = not titles and len(note) <= WIDTHS[WORDS]
    if note:
        cells[WORDS] = Cell(note, "note" if runs_on else "section_note")
    cells |= {column: Cell(title, "section_title") for column, title in (titles or {}).items()}
    longest = max([len(title) for title in (titles or {}).values()], default=0)
    return number, Line(cells, max(20.0, 0.0 if runs_on else height(note, WORDS), 12.0 * ceil(longest / HEADING_WIDTH)))


def members_line(book: Book, number: int, dimension: str, sheet: SheetName, last: int) -> Numbered:
    """Return the line that names the members of what runs across below it."""
    found = book.results.plan.model.dimension[dimension]
    block = book.layout.members(dimension)
    cells = {column: Cell("", "members") for column in range(LABEL, last + 1)}
    cells[LABEL] = Cell(f"By {in_text(found.label)}", "members")
    if found.numbers:
        cells[UNIT] = Cell("number" if found.unit == "1" else found.unit, "members")
    for place, member in enumerate(member_values(found)):
        address = f"{letter(GRID + place)}${block.row}"
        formula = f"={address}" if sheet == "Inputs" else f"=Inputs!{address}"
        cells[GRID + place] = Cell(member, "members_right", formula=formula)
    longest = max(map(len, found.members))
    return number, Line(cells, 16.0 if longest <= HEADING_WIDTH else 12.0 * ceil(longest / HEADING_WIDTH) + 4)


def in_text(label: str) -> str:
    """Return a label as it stands in the middle of a sentence: a capital of its own, as in GPU, stays."""
    return label if label[1:2].isupper() else f"{label[:1].lower()}{label[1:]}"


def member_values(dimension: Dimension) -> list[float | str]:
    """Return the members as cells hold them: numbers where the dimension counts."""
    return [float(number) for number in dimension.numbers] or list(dimension.members)


def described(label: str, name: str, unit: str, words: str) -> dict[int, Cell]:
    """Return the four columns of text that every row has; a pure number says that it is one."""
    return {
        LABEL: Cell(label, "label"),
        NAME: Cell(name, "name"),
        UNIT: Cell("number" if unit == "1" else unit, "unit"),
        LIVE: Cell("", "text"),
        WORDS: Cell(words, "words"),
    }


def pages_wide(last: int) -> int:
    """Return over how many pages a sheet is printed, so that a year of months is legible on each."""
    return max(1, ceil((last - GRID + 1) / _LEGIBLE))


def line_of(cells: dict[int, Cell]) -> Line:
    """Return a line that is high enough for its label and its words."""
    tall = max(height(str(cells[column].value or ""), column) for column in (LABEL, WORDS) if column in cells)
    return Line(cells, tall if tall > LINE_HEIGHT else None)


def master(book: Book) -> Cell:
    """Return the cell that says whether every check holds."""
    count = f"Checks!{letter_row('fails')}"
    text = ("ALL CHECKS HOLD", "1 CHECK FAILS")[book.fails] if book.fails <= 1 else f"{book.fails} CHECKS FAIL"
    formula = f'=IF({count}=0,"ALL CHECKS HOLD",IF({count}=1,"1 CHECK FAILS",{count}&" CHECKS FAIL"))'
    return Cell(text, "master", formula=formula)


def letter_row(name: str) -> str:
    """Return the address on Checks of a line of its summary."""
    return f"${letter(LIVE)}${SUMMARY[name]}"


def _band(first: Cell, style: str, last: int) -> dict[int, Cell]:
    cells = {column: Cell("", style) for column in range(1, last + 1)}
    cells[LABEL] = first
    return cells
