"""Registry: for every cell that may be changed, where in the text its value stands; what the way back needs."""

from __future__ import annotations

from collections.abc import Iterator

from engine.plan import Case, Row
from exports import number_format
from exports.grid import Cell, Line, Sheet
from exports.layout import FIRST_ROW, GRID, LABEL, LIVE, NAME, UNIT, WORDS, letter
from exports.sheets.common import WIDTHS, Book, Numbered, described, header, top

SUBTITLE = (
    "One line for each cell that may be changed: its place in the model's text, and its value when it was exported."
)
SCENARIO, CELL, EXPORTED, LEAST, MOST, WHOLE, ORIGIN, CHANGED, BREACH = range(GRID, GRID + 9)
_COLUMNS = {"changed": CHANGED, "breach": BREACH}


def registry(book: Book) -> Sheet:
    """Return the sheet that maps cells to the model's text."""
    widths = {**WIDTHS, **dict.fromkeys(range(GRID, BREACH + 1), 12.5), SCENARIO: 18, CELL: 16, EXPORTED: 17}
    return Sheet("Registry", SUBTITLE, widths, _lines(book), freeze=f"{letter(NAME)}{FIRST_ROW}", tab="7F7F7F")


def registry_range(book: Book, column: str) -> str:
    """Return the range of one of Registry's counts, or '' where there is no input."""
    count = len(book.results.plan.cases) * sum(row.kind == "input" for row in book.results.plan.rows)
    name = letter(_COLUMNS[column])
    return f"Registry!${name}${FIRST_ROW}:${name}${FIRST_ROW + count - 1}" if count else ""


def _lines(book: Book) -> Iterator[Numbered]:
    yield from top(book, "Registry", SUBTITLE, BREACH)
    titles = {
        LABEL: "Input",
        NAME: "Name",
        UNIT: "Unit",
        LIVE: "Now",
        WORDS: "Place in the model's text",
        SCENARIO: "Scenario",
    }
    more = {
        CELL: "Cell",
        EXPORTED: "When exported",
        LEAST: "At least",
        MOST: "At most",
        WHOLE: "Whole",
        ORIGIN: "Origin",
    }
    yield header(
        {**titles, **more, CHANGED: "Changed", BREACH: "Out of bounds"}, BREACH, words=(SCENARIO, CELL, WHOLE, ORIGIN)
    )
    plan = book.results.plan
    overrides = {case.id: plan.overrides(case) for case in plan.cases}
    number = FIRST_ROW
    for case in plan.cases:
        for line in book.layout.inputs:
            if line.row is not None and line.row.kind == "input":
                value = overrides[case.id].get(line.row.id, line.row.value)
                yield number, _line(book, line.row, (line.number, number), case, value)
                number += 1


def _line(book: Book, row: Row, numbers: tuple[int, int], case: Case, value: float | None) -> Line:
    quantity = row.quantity
    assert quantity is not None  # noqa: S101  # an input is a quantity
    input_row, number = numbers
    is_own = case.parent is None or row.id in case.own
    place = ".".join(
        map(str, (*quantity.path, "value") if case.parent is None else ("scenarios", case.id, "set", row.id))
    )
    cell = f"${letter(book.layout.scenario_column(case))}${input_row}"
    cells = described(row.label, row.id, row.unit.text, place)
    shown = number_format.for_input(row)
    cells[LIVE] = Cell(value, "calculation", shown, formula=f"=Inputs!{cell}")
    cells[SCENARIO] = Cell(case.id, "name")
    cells[CELL] = Cell(f"Inputs!{cell.replace('$', '')}", "name")
    cells[EXPORTED] = Cell(value, "constant", shown)
    scale = row.unit.shown
    for column, bound in ((LEAST, quantity.min), (MOST, quantity.max)):
        if bound is not None:
            cells[column] = Cell(float(bound) / scale, "constant", shown)
    if quantity.whole:
        cells[WHOLE] = Cell("whole", "text")
    cells[ORIGIN] = Cell("own" if is_own else "inherited", "text")
    before = f"${letter(EXPORTED)}{number}" if is_own else f"Inputs!{_parent_cell(book, case, input_row)}"
    cells[CHANGED] = Cell(0, "calculation", "0", formula=f"=IF(Inputs!{cell}={before},0,1)")
    cells[BREACH] = Cell(0, "calculation", "0", formula=_breach(f"Inputs!{cell}", row, number))
    return Line(cells)


def _parent_cell(book: Book, case: Case, input_row: int) -> str:
    parent = book.results.plan.case(case.parent or case.id)
    return f"${letter(book.layout.scenario_column(parent))}${input_row}"


def _breach(cell: str, row: Row, number: int) -> str:
    quantity = row.quantity
    assert quantity is not None  # noqa: S101  # an input is a quantity
    tests = []
    if quantity.min is not None:
        tests.append(f"{cell}>=${letter(LEAST)}{number}")
    if quantity.max is not None:
        tests.append(f"{cell}<=${letter(MOST)}{number}")
    if quantity.whole:
        tests.append(f"{cell}=ROUND({cell},2)" if row.unit.percent else f"{cell}=INT({cell})")
    inner = f"IF(AND({','.join(tests)}),0,1)" if tests else "0"
    return f"=IF(ISNUMBER({cell}),{inner},1)"
