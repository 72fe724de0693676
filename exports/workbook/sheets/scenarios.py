"""Scenarios: the outputs of all scenarios side by side, how far they are from the first, and what each assumes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from engine.plan.outputs import Output, outputs
from engine.plan.plan import Case, Row
from exports.style.a1 import letter
from exports.style.number_format import for_result
from exports.style.scenarios import describe_cell, extended
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.formulas.references import References
from exports.workbook.layout.choices import is_choice, unit_of
from exports.workbook.layout.geometry import FIRST_ROW, GRID, LABEL, LIVE, NAME, UNIT, WORDS, at_place
from exports.workbook.layout.grid import Sheet, SheetCell, SheetLine, StyleRule
from exports.workbook.layout.scenarios import ScenarioPlaces
from exports.workbook.parts.book import Book
from exports.workbook.parts.bridge import table
from exports.workbook.parts.charts.tables import Table, tables
from exports.workbook.parts.charts.variances import VarianceTable
from exports.workbook.parts.frame import Numbered, band, describe, header, heading, line_of, pages_wide, top

SUBTITLE = "All scenarios side by side, whichever is live, and charts. Numbers are typed on Inputs."

# So small a part of what is compared is what is left where terms cancel.
_CANCELLED: Final = 1e-12


def scenarios(book: Book) -> Sheet:
    """Return the sheet that compares the scenarios, and shows the charts."""
    assumed = _set_somewhere(book)
    places = scenario_places(book)
    shown = tables(book, places)
    last = places.last_column
    return Sheet(
        "Scenarios",
        places.widths,
        _lines(book, places, assumed, shown),
        freeze=f"{letter(NAME)}{FIRST_ROW}",
        tab="548235",
        pages=places.pages,
        typing=table.typing(book.bridge, book.layout.scenario_labels) if book.bridge is not None else [],
        rules=[
            *_gaps(places, shown),
            *(table.rules(book.bridge) if book.bridge is not None else []),
            *[rule for one in shown if isinstance(one, VarianceTable) for rule in one.rules()],
        ],
        charts=[
            *[one.shape(places.box(number)) for number, one in enumerate(shown)],
            *([table.chart(book.bridge, places.bridge_box())] if book.bridge is not None else []),
        ],
        printed=f"A1:{letter(last)}{places.working - 2}",
        pages_wide=pages_wide(last),
    )


def scenario_places(book: Book) -> ScenarioPlaces:
    """Return where everything stands on the sheet."""
    assumed = _set_somewhere(book)
    return ScenarioPlaces(book.cases, book.charted, len(assumed) + bool(assumed and _bases(book)))


def _gaps(places: ScenarioPlaces, shown: list[Table]) -> list[StyleRule]:
    """Return what makes the gaps of charts pale."""
    first = f"{letter(LIVE)}{places.tables}"
    below = [one for one in shown if not isinstance(one, VarianceTable)]
    area = f"{first}:{letter(places.last_column)}{below[-1].after}" if below else ""
    return [StyleRule(area, f"ISNA({first})", "gap")] if below else []


def _lines(book: Book, places: ScenarioPlaces, assumed: list[Output], shown: list[Table]) -> Iterator[Numbered]:
    last = places.last_column
    yield from top(book, "Scenarios", SUBTITLE, last)
    titles = {GRID + index: case.label for index, case in enumerate(book.cases.scenarios)}
    yield header({LABEL: "Output", NAME: "Name", UNIT: "Unit", LIVE: "Live", WORDS: "", **titles}, last)
    left = [name for name in book.cases.left_out if name.startswith("the scenario ")]
    yield heading(places.outputs, "Outputs", last, f"Left out for their number: {', '.join(left)}." if left else "")
    for index in range(len(book.cases.outputs)):
        yield places.outputs + 1 + index, line_of(_values(book, places, index))
    if shown or book.charted.left_out:
        without = book.charted.left_out
        note = f"Left out for their size: {', '.join(without)}." if without else ""
        yield heading(places.charts, "Charts", last, note)
        yield from _captions(places, shown)
    yield from _bridge(book, places)
    for one in shown:
        if isinstance(one, VarianceTable):
            yield from one.lines(last)
    yield from _apart(book, places)
    if assumed:
        yield heading(
            places.assumed,
            "What the scenarios assume",
            last,
            "Inputs that some scenario sets or scales, in all of them.",
        )
    bases = _bases(book) if assumed else {}
    if bases:
        cells = {LABEL: SheetCell("Extends", "members"), **bases}
        yield places.assumed + 1, SheetLine({**band("members", last), **cells}, 16)
    for index, each in enumerate(assumed, places.assumed + 1 + bool(bases)):
        yield index, line_of(_assumed(book, places, each))
    yield from _working(book, places)
    for one in shown:
        if not isinstance(one, VarianceTable):
            yield from one.lines(last)


def _bridge(book: Book, places: ScenarioPlaces) -> Iterator[Numbered]:
    """Yield what each changed input adds between two scenarios, or that there is no room for it."""
    if book.bridge is not None:
        yield from table.lines(book, book.bridge, places.last_column)
    elif book.cases.differ:
        yield heading(places.bridge, table.TITLE, places.last_column, "Left out for its size.")


def _apart(book: Book, places: ScenarioPlaces) -> Iterator[Numbered]:
    """Yield how far the outputs of each scenario are from those as written."""
    base, last = _base(book), places.last_column
    for first, title, relative in (
        (places.differences, "Difference from", False),
        (places.ratios, "Difference in percent from", True),
    ):
        yield heading(first, f"{title} {book.cases.scenarios[base].label}", last)
        for index in range(len(book.cases.outputs)):
            at = places.outputs + 1 + index, base
            yield first + 1 + index, line_of(_differences(book, index, at, relative=relative))


def _captions(places: ScenarioPlaces, shown: list[Table]) -> Iterator[Numbered]:
    """Yield what the authors of charts noted below them."""
    notes: dict[int, dict[int, SheetCell]] = {}
    for number, one in enumerate(shown):
        line, column = places.caption(number)
        text = " ".join(one.plot.chart.note.split())
        if text:
            notes.setdefault(line, {})[column] = SheetCell(text, "caption")
    for number, cells in sorted(notes.items()):
        yield number, SheetLine(cells)


def _working(book: Book, places: ScenarioPlaces) -> Iterator[Numbered]:
    """Yield the lines by which one formula finds each scenario: on Inputs by its place, on Cases by its line."""
    cases = book.cases
    yield heading(places.working, "Working: where the scenarios stand", places.last_column)
    for number, label, height in (
        (places.place_line, "Place in the list of scenarios", 1),
        (places.case_line, "Line on Cases, counted from that of the first scenario", cases.height),
    ):
        cells = describe(label, "", "1", "Counted from 1")
        for index in range(len(cases.scenarios)):
            cells[GRID + index] = SheetCell(float(index * height + 1), "place", "0")
        yield number, line_of(cells)


def _base(book: Book) -> int:
    """Return which scenario the others are compared with: the values as written."""
    return next(index for index, case in enumerate(book.cases.scenarios) if case.is_base)


def _of_all(book: Book, index: int) -> list[float]:
    output = book.cases.outputs[index]
    turns = book.cases.turns[: len(book.cases.scenarios)]
    return [output.value(book.results.plan, turn.values) for turn in turns]


def _values(book: Book, places: ScenarioPlaces, index: int) -> dict[int, SheetCell]:
    output, plan = book.cases.outputs[index], book.results.plan
    cells = describe(output.label, output.name(book.results.plan), output.row.unit.text, "")
    values = _of_all(book, index)
    shown = for_result(output.row.unit, values)
    live = output.value(plan, book.results.values)
    formula = f'=IFERROR({References(book.layout, "Scenarios").output(output)},"{NO_VALUE}")'
    cells[LIVE] = SheetCell(live, "live", shown, formula=formula)
    for number, value in enumerate(values):
        cells[GRID + number] = SheetCell(value, "calculation", shown, formula=places.in_scenarios(GRID + index, number))
    return cells


def _differences(book: Book, index: int, at: tuple[int, int], *, relative: bool) -> dict[int, SheetCell]:
    line, base = at
    output = book.cases.outputs[index]
    values = _of_all(book, index)
    cells = describe(output.label, output.name(book.results.plan), "percent" if relative else output.row.unit.text, "")
    compared = f"${letter(GRID + base)}${line}"
    apart = [value - values[base] for value in values]
    # What is left of numbers that cancel is nothing that a reader should see a power of ten of.
    sizes = [0.0 if abs(far) <= _CANCELLED * abs(values[base]) else far for far in apart]
    shown = "0.0 %" if relative else for_result(output.row.unit, sizes)
    for number in range(len(values)):
        own = f"{letter(GRID + number)}${line}"
        if not relative:
            cells[GRID + number] = SheetCell(
                apart[number], "calculation", shown, formula=f'=IFERROR({own}-{compared},"{NO_VALUE}")'
            )
            continue
        # Of less than nothing, a share has the wrong sign, and of nothing there is none.
        change = apart[number] / values[base] if values[base] > 0 else "n/m"
        share = f'IF({compared}>0,({own}-{compared})/{compared},IF(ISNUMBER({compared}),"n/m",NA()))'
        formula = f'=IFERROR({share},"{NO_VALUE}")'
        cells[GRID + number] = SheetCell(change, "calculation", shown, formula=formula)
    return cells


def _set_somewhere(book: Book) -> list[Output]:
    """Return the inputs, member by member, that some scenario sets or scales, and the choices among the outputs."""
    plan = book.results.plan
    changed = {id_ for case in plan.cases for id_ in (*case.own, *case.scale)}
    shown = [one for one in outputs(plan) if is_choice(one.row) and one.row.id not in changed]
    rows = [plan.row(quantity.id) for quantity in plan.model.quantities if quantity.id in changed]
    return [
        Output(row, number, member)
        for row in rows
        for number, member in enumerate(plan.members(row))
        if not row.over or (row.is_set[number] and any(_changes(case, row, number) for case in plan.cases))
    ] + shown


def _bases(book: Book) -> dict[int, SheetCell]:
    """Return which others each scenario extends, below its name; nothing where all start from the values as written."""
    plan = book.results.plan
    found = {column: extended(plan, case) for column, case in enumerate(book.cases.scenarios, GRID)}
    if all(plan.case(id_).is_base for ids in found.values() for id_ in ids):
        return {}
    labels = {column: ", ".join([plan.case(id_).label for id_ in ids]) for column, ids in found.items()}
    return {column: SheetCell(text, "members_right") for column, text in labels.items()}


def _assumed(book: Book, places: ScenarioPlaces, one: Output) -> dict[int, SheetCell]:
    plan = book.results.plan
    cells = describe(one.label, one.name(plan), unit_of(one.row), describe_cell(plan.cases, one.row.id, one.number))
    for index, case in enumerate(book.cases.scenarios):
        values = plan.overrides(case).get(one.row.id, one.row.value)
        value = float(np.ravel(np.asarray(values))[one.number])
        formula = _input_formula(book, places, one, index)
        shown = book.typed(one.row, value)
        cells[GRID + index] = SheetCell(shown, "calculation", book.input_format(one.row), formula=formula)
    return cells


def _changes(case: Case, row: Row, number: int) -> bool:
    return case.sets(row.id, number) or case.factor(row.id, number) is not None


def _input_formula(book: Book, places: ScenarioPlaces, one: Output, index: int) -> str:
    """Return the formula for an input's cell in a scenario, the same in each scenario's column."""
    layout, cases, row = book.layout, book.results.plan.cases, one.row
    if not row.over:
        # Scenarios run to the right from the same column on Inputs.
        return f"=Inputs!{letter(GRID + index)}${layout.typed_block(row).row}"
    block = layout.typed_block(row)
    at = one.indices(book.results.plan)
    column = letter(block.column + (at[block.across] if block.across else 0))
    first = layout.case_line(block, tuple([at[name] for name in block.down]), cases[0])
    lines = f"{block.sheet}!${column}${first}:${column}${first + len(cases) - 1}"
    return f"={at_place(lines, f'{letter(GRID + index)}${places.place_line}', '1')}"
