"""Scenarios: the outputs of all scenarios side by side, how far they are from the first, and what each assumes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.rows import Case, Row
from exports.grid import Cell, Sheet
from exports.number_format import for_result
from exports.outputs import Output
from exports.places import FIRST_ROW, GRID, LABEL, LIVE, NAME, UNIT, WORDS, letter
from exports.references import References
from exports.sheets.common import WIDTHS, Book, Numbered, described, header, heading, line_of, pages_wide, top

SUBTITLE = "All scenarios side by side, whichever is live. Nothing to type here: assumptions are changed on Inputs."


def scenarios(book: Book) -> Sheet:
    """Return the sheet that compares the scenarios."""
    last = GRID + len(book.cases.scenarios) - 1
    return Sheet(
        "Scenarios",
        SUBTITLE,
        {**WIDTHS, WORDS: 20, **dict.fromkeys(range(GRID, last + 1), 15.5)},
        _lines(book, last),
        freeze=f"{letter(NAME)}{FIRST_ROW}",
        tab="548235",
        pages_wide=pages_wide(last),
    )


def _lines(book: Book, last: int) -> Iterator[Numbered]:
    yield from top(book, "Scenarios", SUBTITLE, last)
    titles = {GRID + place: case.label for place, case in enumerate(book.cases.scenarios)}
    yield header({LABEL: "Output", NAME: "Name", UNIT: "Unit", LIVE: "Live", WORDS: "", **titles}, last)
    base = _base(book)
    number = FIRST_ROW
    left = [name for name in book.cases.left_out if name.startswith("the scenario ")]
    yield heading(number, "Outputs", last, f"Left out for their number: {', '.join(left)}." if left else "")
    first = number + 1
    for place in range(len(book.cases.outputs)):
        number += 1
        yield number, line_of(_values(book, place))
    for title, relative in (("Difference from", False), ("Difference in percent from", True)):
        number += 2
        yield heading(number, f"{title} {book.cases.scenarios[base].label}", last)
        for place in range(len(book.cases.outputs)):
            number += 1
            yield number, line_of(_differences(book, place, (first + place, base), relative=relative))
    assumed = list(_assumed(book))
    if assumed:
        number += 2
        yield heading(number, "What the scenarios assume", last, "Inputs that some scenario sets, in all of them.")
        for cells in assumed:
            number += 1
            yield number, line_of(cells)


def _base(book: Book) -> int:
    """Return which scenario the others are compared with: the values as written."""
    return next(place for place, case in enumerate(book.cases.scenarios) if case.parent is None)


def _of_all(book: Book, place: int) -> list[float]:
    output = book.cases.outputs[place]
    turns = book.cases.turns[: len(book.cases.scenarios)]
    return [output.value(book.results.plan, turn.values) for turn in turns]


def _values(book: Book, place: int) -> dict[int, Cell]:
    output, plan = book.cases.outputs[place], book.results.plan
    cells = described(output.label, output.name(book.results.plan), output.row.unit.text, "")
    values = _of_all(book, place)
    shown = for_result(output.row.unit, values)
    live = output.value(plan, book.results.values)
    formula = f"={References(book.layout, 'Scenarios').cell(output.row.id, output.places(plan))}"
    cells[LIVE] = Cell(live, "live", shown, formula=formula)
    for number, value in enumerate(values):
        cells[GRID + number] = Cell(value, "calculation", shown, formula=f"={book.cases.output(number, place)}")
    return cells


def _differences(book: Book, place: int, at: tuple[int, int], *, relative: bool) -> dict[int, Cell]:
    line, base = at
    output = book.cases.outputs[place]
    values = _of_all(book, place)
    cells = described(output.label, output.name(book.results.plan), "percent" if relative else output.row.unit.text, "")
    compared = f"${letter(GRID + base)}${line}"
    apart = [value - values[base] for value in values]
    shown = "0.0%" if relative else for_result(output.row.unit, apart)
    for number in range(len(values)):
        own = f"{letter(GRID + number)}${line}"
        if not relative:
            cells[GRID + number] = Cell(apart[number], "calculation", shown, formula=f"={own}-{compared}")
            continue
        change = apart[number] / values[base] if values[base] else "n/a"
        formula = f'=IF({compared},({own}-{compared})/{compared},"n/a")'
        cells[GRID + number] = Cell(change, "calculation", shown, formula=formula)
    return cells


def _assumed(book: Book) -> Iterator[dict[int, Cell]]:
    plan = book.results.plan
    changed = dict.fromkeys([id_ for case in plan.cases for id_ in case.own])
    values = {case.id: plan.overrides(case) for case in plan.cases}
    for quantity in plan.model.quantities:
        if quantity.id not in changed:
            continue
        row = plan.row(quantity.id)
        for number, member in enumerate(plan.members(row)):
            if row.over and not any(_sets(case, row, number) for case in plan.cases):
                continue
            shown = Output(row, number, member)
            cells = described(shown.label, shown.name(plan), row.unit.text, "")
            for place, case in enumerate(book.cases.scenarios):
                value = float(np.ravel(np.asarray(values[case.id].get(row.id, row.value)))[number])
                address = _input_cell(book, row, number, case)
                cells[GRID + place] = Cell(value, "calculation", book.input_format(row), formula=f"=Inputs!{address}")
            yield cells


def _sets(case: Case, row: Row, number: int) -> bool:
    return row.id in case.own and not np.isnan(np.ravel(case.own[row.id])[number])


def _input_cell(book: Book, row: Row, number: int, case: Case) -> str:
    layout = book.layout
    if not row.over:
        return f"${letter(layout.scenario_column(case))}${layout.block(row.id).row}"
    block = layout.input_block(row)
    places = dict(zip(row.over, np.unravel_index(number, book.results.plan.shape(row)), strict=True))
    down = tuple([int(places[name]) for name in block.down])
    right = int(places[block.across]) if block.across else 0
    return f"${letter(block.column + right)}${layout.case_line(row, down, case)}"
