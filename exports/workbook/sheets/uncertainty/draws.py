"""Draws: what is drawn, from which distribution, and the probabilities of each trial, which are the same for good."""

from __future__ import annotations

from collections.abc import Iterator

from engine.uncertainty.quantiles import LOGIT90, Z95
from exports.style.a1 import letter
from exports.style.number_format import GENERAL
from exports.workbook.formulas.trials.columns import Live
from exports.workbook.formulas.trials.cuts import kept, score, step_formula, steps
from exports.workbook.formulas.trials.quantiles import quantile_of, series
from exports.workbook.layout.choices import is_choice
from exports.workbook.layout.geometry import FIRST_ROW, GRID, HEADER_ROW, LABEL, LIVE, NAME, UNIT, WIDTHS, WORDS
from exports.workbook.layout.grid import Sheet, SheetCell, SheetLine
from exports.workbook.layout.inputs.ranges import End
from exports.workbook.layout.uncertainty.draws import (
    FIRST,
    FROM,
    HIGH,
    IS_DRAWN,
    LEAST,
    LEAST_SCORE,
    LOW,
    MIDDLE,
    MOST,
    MOST_SCORE,
    SECOND,
    THIRD,
    TO,
    DrawnCell,
)
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, header, heading, line_of, top

SUBTITLE = "Working: which inputs are drawn, from which distributions, and the probabilities of each trial."
_TITLES = {
    LIVE: "Live", IS_DRAWN: "Drawn (1) or held (0)", LOW: "Low end", MIDDLE: "Middle", HIGH: "High end",
    FIRST: "First term", SECOND: "Second term", THIRD: "Third term", FROM: "Kept from", TO: "Kept to",
    LEAST: "At least", MOST: "At most", LEAST_SCORE: "Score of least", MOST_SCORE: "Score of most",
}  # fmt: skip
_PROBABILITY = "0.000000000"


def draws(book: Book) -> Sheet:
    """Return the sheet of what is drawn."""
    live = book.trials
    assert live is not None  # noqa: S101  # asked only where something is drawn
    last = live.draws.last_column
    return Sheet(
        "Draws",
        {**WIDTHS, **dict.fromkeys(range(GRID, last + 1), 14.5)},
        _lines(book, live, last),
        freeze=f"{letter(NAME)}{FIRST_ROW}",
        tab="7F7F7F",
        printed=f"A1:{letter(WORDS)}{HEADER_ROW}",
    )


def _lines(book: Book, live: Live, last: int) -> Iterator[Numbered]:
    yield from top(book, "Draws", SUBTITLE, last)
    yield header({LABEL: "Drawn", NAME: "Name", UNIT: "Unit", LIVE: "Live", WORDS: "How it is drawn"}, last)
    yield from _constants(live, last)
    yield heading(live.draws.table, "What is drawn", last, "", _TITLES)
    for one in live.draws.cells:
        yield one.line, line_of(_cell(book, live, one))
    yield from _discrete(book, live, last)
    yield from _cuts(live, last)
    yield from _probabilities(live, last)


def _constants(live: Live, last: int) -> Iterator[Numbered]:
    """Yield the numbers that formulas of distributions and of checks read."""
    places = live.draws
    if places.table == FIRST_ROW:
        return
    yield heading(FIRST_ROW, "Numbers that formulas read", last)
    if places.scores:
        yield places.score_line, _constant("Normal score of the 95th percentile", Z95)
    if places.logits:
        yield places.logit_line, _constant("Logit of the 90th percentile", LOGIT90)
    for row in live.constants:
        value = float(row.value)  # type: ignore[arg-type]  # one number
        yield places.constant_lines[row.id], _constant(row.label, value, row.unit.text)


def _discrete(book: Book, live: Live, last: int) -> Iterator[Numbered]:
    """Yield the values of what is discrete."""
    discrete = [one for one in live.draws.cells if one.values]
    if discrete:
        yield heading(live.draws.values_table, "Values, and from which probability on each is drawn", last)
    for one in discrete:
        yield from _values(book, one)


def _cuts(live: Live, last: int) -> Iterator[Numbered]:
    """Yield what it takes to know where bounds cut."""
    places = live.draws
    if places.areas_table:
        yield heading(places.areas_table, "Areas below the normal curve", last, "The terms of a series.")
        for below, (label, numbers) in enumerate(zip(("Powers", "Coefficients"), series(), strict=True), 1):
            cells = describe(label, "", "1", "1, 3, 5 ..." if below == 1 else "1 over their product")
            cells |= {GRID + at: SheetCell(number, "constant", GENERAL) for at, number in enumerate(numbers)}
            yield places.areas_table + below, line_of(cells)
    if places.has_cuts:
        yield heading(places.cuts_table, "Where bounds cut metalogs", last, "Logits of the probability, step by step.")
        for one in places.cells:
            yield from _steps(live, one)


def _probabilities(live: Live, last: int) -> Iterator[Numbered]:
    """Yield the probabilities, a line a trial."""
    places = live.draws
    titles = {GRID + at: name for at, name in enumerate(places.names)}
    yield heading(places.probabilities, "Probabilities of each trial", last, "", titles)
    for trial in range(live.count):
        cells = describe(f"Trial {trial + 1}", "", "1", "")
        for at, values in enumerate(live.probabilities):
            cells[GRID + at] = SheetCell(float(values[trial]), "constant", _PROBABILITY)
        yield places.first + trial, SheetLine(cells)


def _constant(label: str, value: float, unit: str = "1") -> SheetLine:
    cells = describe(label, "", unit, "")
    cells[LIVE] = SheetCell(value, "constant", GENERAL)
    return line_of(cells)


def _cell(book: Book, live: Live, one: DrawnCell) -> dict[int, SheetCell]:
    """Return the line of a cell that is drawn."""
    quantile = quantile_of(one.distribution, is_whole=one.is_whole)
    is_drawn, terms = live.inputs.terms(one)
    value, low, middle, high = live.inputs.given(one)
    shown = GENERAL if is_choice(one.row) else book.input_format(one.row)
    cells = describe(one.label, one.name, one.row.unit.text, _words(quantile.words, one))
    own = live.inputs.value_cell(one.row, one.number)
    cells[LIVE] = SheetCell(value, "live", shown, formula=f"={own}")
    at = {column: one.at(column) for column in (LIVE, LOW, MIDDLE, HIGH, FIRST, SECOND, THIRD)}
    if one.values:
        among = f"SUMPRODUCT(--({live.draws.list_of(one, 0)}={at[LIVE]}))"
        cells[IS_DRAWN] = SheetCell(float(is_drawn), "calculation", "0", formula=f"=IF({among}>0,1,0)")
        return cells
    test = f"AND({at[LIVE]}>={at[LOW]},{at[LIVE]}<={at[HIGH]})"
    cells[IS_DRAWN] = SheetCell(float(is_drawn), "calculation", "0", formula=f"=IF({test},1,0)")
    ends: tuple[tuple[int, End, float], ...] = ((LOW, "low", low), (HIGH, "high", high))
    for column, end, number in ends:
        cells[column] = SheetCell(number, "calculation", shown, formula=f"=Inputs!{_end(live, one, end)}")
    if one.distribution == "metalog":
        cells[MIDDLE] = SheetCell(middle, "calculation", shown, formula=f"=Inputs!{_end(live, one, 'middle')}")
        terms = terms[1:]
    elif "{middle}" in "".join((quantile.formula, *quantile.terms)):
        formula = f"=MIN(MAX({at[LIVE]},{at[LOW]}),{at[HIGH]})"
        cells[MIDDLE] = SheetCell(middle, "calculation", shown, formula=formula)
    named = {"low": at[LOW], "middle": at[MIDDLE], "high": at[HIGH],
             "score": live.draws.score(), "logit": live.draws.logit()}  # fmt: skip
    for column, text, number in zip((FIRST, SECOND, THIRD), quantile.terms, terms, strict=False):
        cells[column] = SheetCell(number, "calculation", GENERAL, formula=f"={text.format(**named)}")
    return cells | _cut(live, one, shown)


def _words(words: str, one: DrawnCell) -> str:
    words = f"{words}; rounded half up" if one.is_whole and one.distribution not in {"discrete", "uniform"} else words
    return f"{words}; cut at its bounds" if one.is_cut else words


def _end(live: Live, one: DrawnCell, end: End) -> str:
    """Return the cell of Inputs with an end of a range."""
    layout = live.layout
    block = layout.input_block(one.row)
    column, number = live.inputs.value_cell(one.row, one.number).removeprefix("Inputs!$").split("$")
    found = layout.end(one.row, end, list(block.each)[int(number) - block.row], column)
    return found if found.startswith("$") else f"${found}"


def _cut(live: Live, one: DrawnCell, shown: str) -> dict[int, SheetCell]:
    """Return the cells of the bounds of a cell that is drawn, and of the probabilities that they leave."""
    if not one.is_cut:
        return {}
    _, terms = live.inputs.terms(one)
    cells = {FROM: SheetCell(0.0, "constant", _PROBABILITY), TO: SheetCell(1.0, "constant", _PROBABILITY)}
    for column, probability, at_score, bound in zip((LEAST, MOST), (FROM, TO), (LEAST_SCORE, MOST_SCORE), one.bounds,
                                                    strict=True):  # fmt: skip
        if bound is None:
            continue
        cells[column] = SheetCell(bound, "constant", shown)
        if one.distribution != "metalog":
            value, formula = score(one, column, terms)
            cells[at_score] = SheetCell(value, "calculation", GENERAL, formula=formula)
        value, formula = kept(one, column, live.draws, terms)
        cells[probability] = SheetCell(value, "calculation", _PROBABILITY, formula=formula)
    return cells


def _values(book: Book, one: DrawnCell) -> Iterator[Numbered]:
    """Yield the values of what is discrete, and where each begins."""
    cells = describe(f"{one.label} · values", "", one.row.unit.text, "What it may be")
    shown = GENERAL if is_choice(one.row) else book.input_format(one.row)
    for at, value in enumerate(one.values):
        formula = ""
        if is_choice(one.row) and one.row.quantity is not None:
            codes = book.layout.block(one.row.quantity.choice)
            formula = f"={codes.sheet}!{codes.cell(right=at)}"
        cells[GRID + at] = SheetCell(float(value), "calculation" if formula else "constant", shown, formula=formula)
    yield one.values_line, line_of(cells)
    cells = describe(f"{one.label} · begins", "", "1", "Where the weights of those before it end")
    for at, value in enumerate(one.begins()):
        cells[GRID + at] = SheetCell(value, "constant", GENERAL)
    yield one.values_line + 1, line_of(cells)


def _steps(live: Live, one: DrawnCell) -> Iterator[Numbered]:
    """Yield the steps to where bounds cut a metalog."""
    for column, number, what in ((LEAST, one.least_line, "at least"), (MOST, one.most_line, "at most")):
        if number:
            cells = describe(f"{one.label} · {what}", "", "1", "Newton's steps from the middle")
            _, terms = live.inputs.terms(one)
            for at, value in enumerate(steps(one, column, terms)):
                formula = step_formula(one, column, GRID + at)
                cells[GRID + at] = SheetCell(value, "calculation", GENERAL, formula=formula)
            yield number, line_of(cells)
