"""Registry: for every cell that may be changed, where in the text its value stands; what the way back needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan

import numpy as np

from engine.model.dimensions import Dimension, Grid, cell
from engine.model.model import Quantity
from engine.model.names import map_name
from engine.plan.plan import Array, Case, Row
from exports.style.a1 import letter
from exports.workbook.layout import headings
from exports.workbook.layout.choices import MEMBER, unit_of
from exports.workbook.layout.geometry import (
    FIRST_ROW,
    GRID,
    HEADER_ROW,
    LIVE,
    NAME,
    WIDTHS,
    WORDS,
    PlacedLine,
    SheetName,
    end_of,
    factor_of,
    line_name,
)
from exports.workbook.layout.grid import Sheet, SheetCell, SheetLine
from exports.workbook.layout.inputs.ranges import NAMES, ends_of, has_ends
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, header, heading, line_of, top
from exports.workbook.parts.tornado.ends import end_value
from exports.workbook.parts.validation import FACTOR_FORMAT, inherited

SUBTITLE = (
    "One line for each cell that may be changed: its place in the model's text, and its value when it was exported."
)
SCENARIO, CELL, EXPORTED, LEAST, MOST, WHOLE, ORIGIN, CHANGED, BREACH = range(GRID, GRID + 9)
_COLUMNS = {"changed": CHANGED, "breach": BREACH}


def registry(book: Book) -> Sheet:
    """Return the sheet that maps cells to the model's text."""
    widths = {**WIDTHS, **dict.fromkeys(range(GRID, BREACH + 1), 12.5), SCENARIO: 18, CELL: 16, EXPORTED: 17}
    return Sheet("Registry", widths, _lines(book), freeze=f"{letter(NAME)}{FIRST_ROW}", tab="7F7F7F",
                 printed=f"A1:{letter(WORDS)}{HEADER_ROW}")  # fmt: skip


def registry_total(book: Book, column: str) -> str:
    """Return the cell with one of Registry's counts, or '' where there is no input."""
    return f"Registry!${letter(_COLUMNS[column])}${FIRST_ROW}" if count_changeable(book) else ""


def count_changeable(book: Book) -> int:
    """Return how many cells of Inputs may be changed."""
    plan = book.results.plan
    given = [np.sum(row.is_set) for row in plan.inputs]
    factors = [np.sum(~np.isnan(np.ravel(factor)) & plan.row(id_).is_set) if plan.row(id_).over else 1
               for case in plan.cases for id_, factor in case.scale.items()]  # fmt: skip
    maps = sum(len(group.places) for group in _mapped(book))
    return len(plan.cases) * int(sum(given)) + int(sum(factors)) + maps


def _mapped(book: Book) -> list[Dimension]:
    """Return the groups whose members an author maps; the periods of a calendar follow from their dates."""
    return [group for group in book.results.plan.model.dimensions if group.of and not group.periods]


def _lines(book: Book) -> Iterator[Numbered]:
    yield from top(book, "Registry", SUBTITLE, BREACH)
    titles = {
        SCENARIO: headings.SCENARIO,
        CELL: "Cell",
        EXPORTED: headings.EXPORTED,
        LEAST: "At least",
        MOST: "At most",
        WHOLE: "Whole",
        ORIGIN: headings.ORIGIN,
        CHANGED: headings.CHANGED,
        BREACH: "Out of bounds",
    }
    yield header({**headings.REGISTRY, **titles}, BREACH, words=(SCENARIO, CELL, WHOLE, ORIGIN))
    if count_changeable(book):
        yield FIRST_ROW, _totals(book)
    number = FIRST_ROW
    for number, entry in enumerate(_value_entries(book), FIRST_ROW + 1):
        yield number, _line(book, entry, number)
    if ranges := list(_range_entries(book)):
        # Apart, since the totals above are of values: no figure of a model changes with a range.
        yield heading(number + 2, "Ends of ranges", BREACH)
        yield from [(at, _line(book, entry, at)) for at, entry in enumerate(ranges, number + 3)]


def _value_entries(book: Book) -> Iterator[_Entry]:
    """Yield the cells of values: those of each scenario, and what maps say."""
    plan = book.results.plan
    overrides = {case.id: plan.overrides(case) for case in plan.cases}
    for case in plan.cases:
        for line in (*book.layout.inputs, *book.layout.data):
            row = line.row
            if line.factored is not None and line.case in {None, case}:
                yield from _factors(book, line.factored, line, case)
            if row is None or row.quantity is None or (row.over and line.case is not case):
                continue
            value = overrides[case.id].get(row.id, row.value)
            yield from _entries(book, row, line, case, np.asarray(value))
    yield from _map_entries(book)


def _totals(book: Book) -> SheetLine:
    cells = describe("All of them", "", "1", "How many are changed, and how many are no number within their bounds")
    last = FIRST_ROW + count_changeable(book)
    for column in (CHANGED, BREACH):
        name = letter(column)
        cells[column] = SheetCell(0, "calculation", "0", formula=f"=SUM({name}{FIRST_ROW + 1}:{name}{last})")
    return SheetLine(cells)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A cell that is read back, what it takes over where that is not its own, and its place in the text.

    Of a member `code` is the cell that has it as a number. What a map says has no row, and is of no scenario.
    """

    row: Row | None
    case: str
    name: str
    label: str
    cell: str
    taken: str
    place: str
    value: float | str
    number: int = 0
    code: str = ""
    is_factor: bool = False
    is_end: bool = False
    sheet: SheetName = "Inputs"

    @property
    def address(self) -> str:
        """Return the cell as a formula of Registry writes it."""
        return f"{self.sheet}!{self.cell}"


def _map_entries(book: Book) -> Iterator[_Entry]:
    model = book.results.plan.model
    for group in _mapped(book):
        fine = model.dimension[group.of]
        number = book.layout.map_line(group.id)
        for index, (member, place) in enumerate(zip(fine.members, group.places, strict=True)):
            column = letter(GRID + index)
            keys = ("dimensions", group.id, "map", member)
            name = line_name(map_name(group.id), (member,))
            yield _Entry(None, "", name, f"{group.label} of {member}", f"${column}${number}", "", ".".join(keys),
                         group.members[place], code=f"${column}${number + 1}")  # fmt: skip


def _range_entries(book: Book) -> Iterator[_Entry]:
    """Yield the ends of ranges: of one that all members have once, or of each member."""
    layout, plan = book.layout, book.results.plan
    for row in plan.inputs:
        setting = row.quantity.range if row.quantity is not None else None
        if row.quantity is None or setting is None:
            continue
        block, members = layout.input_block(row), plan.members(row)
        is_grid = isinstance(setting, Grid)
        cells = [(indices, right, number) for indices in block.each
                 for right, number in enumerate(book.numbers(row, block, indices))
                 if row.is_set[number] and has_ends(row, number)]  # fmt: skip
        for indices, right, number in cells if is_grid else cells[:1]:
            place = setting.paths[number] if isinstance(setting, Grid) else (*row.quantity.path, "range")
            member = members[number] if is_grid else ()
            label = " · ".join([row.label, *([", ".join(member)] if member else [])])
            for index, end in enumerate(ends_of(row)):
                at = layout.end(row, end, indices, letter(block.column + right))
                fixed = f"${at}" if not at.startswith("$") else at
                name = end_of(line_name(row.id, member), end)
                keys = ".".join(map(str, (*place, index)))
                yield _Entry(row, "", name, f"{label} · {NAMES[end]}", fixed, "", keys,
                             end_value(book, row, number, end), number, is_end=True)  # fmt: skip


def _entries(book: Book, row: Row, line: PlacedLine, case: Case, values: Array) -> Iterator[_Entry]:
    layout, quantity = book.layout, row.quantity
    assert quantity is not None  # noqa: S101  # an input is a quantity
    block = layout.typed_block(row)
    lower = layout.input_block(row).row - block.row
    if not row.over:
        column = letter(layout.scenario_column(case))
        is_own = case.is_base or case.sets(row.id, 0)
        taken = "" if is_own else inherited(layout, row, 0, sheet="Inputs").taken(case)
        place = (*quantity.path, "value") if case.is_base else ("scenarios", case.id, "set", row.id)
        yield _Entry(row, case.id, row.id, row.label, f"${column}${line.number}", taken,
                     ".".join(map(str, place)), book.typed(row, float(values)), 0,
                     f"${column}${line.number + lower}" if lower else "")  # fmt: skip
        return
    plan = book.results.plan
    numbers = book.numbers(row, block, line.indices)
    scenario = next((s for s in plan.model.scenarios if s.id == case.id), None)
    setting = dict(scenario.set).get(row.id) if scenario is not None else None
    members = plan.members(row)
    for right, value in enumerate(book.along(row, block, line.indices, values)):
        if isnan(value):
            continue
        number = numbers[right]
        column = letter(block.column + right)
        member = ", ".join(members[number])
        if case.is_base:
            assert isinstance(quantity.value, Grid)  # noqa: S101  # what is over something has a value a member
            place = quantity.value.paths[number]
        elif isinstance(setting, Grid) and setting.cells[number] is not None:
            place = setting.paths[number]
        else:
            place = (
                "scenarios",
                case.id,
                "set",
                row.id,
                *(members[number] if setting is None or isinstance(setting, Grid) else ()),
            )
        is_own = case.is_base or case.sets(row.id, number)
        taken = "" if is_own else inherited(layout, row, number, line.indices, right, sheet=block.sheet).taken(case)
        name = line_name(row.id, members[number])
        yield _Entry(row, case.id, name, f"{row.label} · {member}", f"${column}${line.number}", taken,
                     ".".join(map(str, place)), book.typed(row, value), number,
                     f"${column}${line.number + lower}" if lower else "", sheet=block.sheet)  # fmt: skip


def _factors(book: Book, row: Row, line: PlacedLine, case: Case) -> Iterator[_Entry]:
    """Yield the factors of a scenario that stand on a line."""
    block = book.layout.input_block(row)
    members = book.results.plan.members(row)
    scenario = next((s for s in book.results.plan.model.scenarios if s.id == case.id), None)
    setting = dict(scenario.scale).get(row.id) if scenario is not None else None
    for right, number in enumerate(book.numbers(row, block, line.indices)):
        factor = case.factor(row.id, number)
        if factor is None or not row.is_set[number]:
            continue
        column = block.column + right if row.over else book.layout.scenario_column(case)
        place = setting.paths[number] if isinstance(setting, Grid) else ("scenarios", case.id, "scale", row.id)
        label = " · ".join([row.label, *([", ".join(members[number])] if row.over else []), "factor"])
        name = factor_of(line_name(row.id, members[number]))
        at = f"${letter(column)}${line.number}"
        yield _Entry(row, case.id, name, label, at, "", ".".join(map(str, place)), factor, number, is_factor=True)


def _line(book: Book, entry: _Entry, number: int) -> SheetLine:
    row = entry.row
    quantity = row.quantity if row is not None else None
    unit, shown = (MEMBER, "@") if row is None else (unit_of(row), book.input_format(row))
    if entry.is_factor:
        unit, shown = "1", FACTOR_FORMAT
    style = "text_right" if isinstance(entry.value, str) else "constant"
    label = f"{entry.label} · {book.results.plan.case(entry.case).label}" if entry.case else entry.label
    cells = describe(label, entry.name, unit, entry.place)
    cells[LIVE] = SheetCell(entry.value, "calculation", shown, formula=f"={entry.address}")
    cells[SCENARIO] = SheetCell(entry.case, "name")
    cells[CELL] = SheetCell(entry.address.replace("$", ""), "name")
    cells[EXPORTED] = SheetCell(entry.value, style, shown)
    if row is not None and quantity is not None and not (entry.is_factor or entry.is_end):
        for column, bound in ((LEAST, cell(quantity.min, entry.number)), (MOST, cell(quantity.max, entry.number))):
            if bound is not None:
                cells[column] = SheetCell(float(bound) / row.unit.scale, "constant", shown)
        if quantity.whole:
            cells[WHOLE] = SheetCell("whole", "text")
    cells[ORIGIN] = SheetCell(headings.INHERITED if entry.taken else headings.OWN, "text")
    before = entry.taken or f"${letter(EXPORTED)}{number}"
    cells[CHANGED] = SheetCell(0, "calculation", "0", formula=f"=IF({entry.address}={before},0,1)")
    cells[BREACH] = SheetCell(0, "calculation", "0", formula=_breach(entry, quantity, number))
    return line_of(cells)


def _breach(entry: _Entry, quantity: Quantity | None, number: int) -> str:
    if entry.code or quantity is None:
        # What is no member of the list has no number.
        return f"=IF(ISNUMBER(Inputs!{entry.code}),0,1)"
    typed = entry.address
    if entry.is_factor or entry.is_end:
        return f"=IF(ISNUMBER({typed}),0,1)"
    tests = []
    if cell(quantity.min, entry.number) is not None:
        tests.append(f"{typed}>=${letter(LEAST)}{number}")
    if cell(quantity.max, entry.number) is not None:
        tests.append(f"{typed}<=${letter(MOST)}{number}")
    if quantity.whole:
        is_percent = entry.row is not None and entry.row.unit.percent
        tests.append(f"{typed}=ROUND({typed},2)" if is_percent else f"{typed}=INT({typed})")
    inner = f"IF(AND({','.join(tests)}),0,1)" if tests else "0"
    return f"=IF(ISNUMBER({typed}),{inner},1)"
