"""Cases: the rows that feed the outputs, computed again in each scenario and at each end of each input's range."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import isnan

from engine.plan.plan import Plan, Row
from engine.problems import ModelError
from exports.style.a1 import letter
from exports.style.number_format import for_result
from exports.workbook.formulas.addresses import MARK, Index, Moving
from exports.workbook.formulas.excel import NO_VALUE, ExcelLimit
from exports.workbook.formulas.guarded import GuardedReferences
from exports.workbook.formulas.references import References
from exports.workbook.formulas.repeated import Repeated
from exports.workbook.layout.cases import HIGH, LOW
from exports.workbook.layout.geometry import (
    FIRST_ROW,
    GRID,
    HEADER_ROW,
    LABEL,
    LIVE,
    NAME,
    UNIT,
    WIDTHS,
    WORDS,
    Block,
    at_place,
)
from exports.workbook.layout.grid import Sheet, SheetCell, SheetLine
from exports.workbook.layout.headings import told_apart
from exports.workbook.layout.lines import has_total
from exports.workbook.layout.turns.blocks import CaseBlock, CaseLine
from exports.workbook.layout.turns.turn import Step, Turn
from exports.workbook.layout.working import sought as goal
from exports.workbook.layout.working.sought import Sought
from exports.workbook.parts import guards
from exports.workbook.parts.book import Book
from exports.workbook.parts.bridge import working as bridge
from exports.workbook.parts.frame import (
    Numbered,
    band,
    describe,
    fill_cells,
    fill_row,
    header,
    line_of,
    too_long,
    top,
)
from exports.workbook.parts.numbers import by_size
from exports.workbook.parts.points import sweeps
from exports.workbook.parts.repeats import Formulas
from exports.workbook.parts.sought import working as sought
from exports.workbook.parts.square import working as square
from exports.workbook.parts.tornado.ends import bound_lines, end_formula

# One cell, and no more.
_LINK = re.compile(r"=(?:\w+!)?\$?[A-Z]{1,3}\$?[0-9]+")
_LONGEST_LINK = 30
SUBTITLE = "Working: the model once more for each scenario, end of a range, member of a choice, and mixture of two."


def cases(book: Book) -> Sheet:
    """Return the sheet of cases; raise ModelError for formulas that Excel cannot hold."""
    tables = [one for one in (book.bridge, book.square, book.sought) if one is not None]
    last = max([book.cases.last_column, *[one.last_column for one in tables]])
    return Sheet(
        "Cases",
        {**WIDTHS, WORDS: 30, **dict.fromkeys(range(GRID, last + 1), 14.5)},
        _lines(book, last),
        freeze=f"{letter(NAME)}{FIRST_ROW}",
        tab="7F7F7F",
        rules=[rule for one in tables for rule in by_size(f"{letter(LIVE)}{one.working}:{letter(last)}{one.after}")],
        # On paper the heading says what there is; the working would be a hundred pages.
        printed=f"A1:{letter(WORDS)}{HEADER_ROW}",
    )


def _lines(book: Book, last: int) -> Iterator[Numbered]:
    yield from top(book, "Cases", SUBTITLE, last)
    outputs = [(output.label, output.name(book.results.plan)) for output in book.cases.judged]
    titles = {GRID + index: told_apart(*output) for index, output in enumerate(outputs)}
    yield header(
        {LABEL: "Case", NAME: "Name", UNIT: "Unit", LIVE: "Value", WORDS: "What it is, and its outputs", **titles}, last
    )
    links: dict[str, str] = {}
    lowest = {turn.block: book.cases.header(number) for number, turn in enumerate(book.cases.turns)}
    formulas = {block: _spell(book, block, header_) for block, header_ in lowest.items()}
    plan, fallible = book.results.plan, book.fallible
    marked = {row.id for row in book.cases.rows if row.id in fallible and _has_mark(plan, row)}
    for number, turn in enumerate(book.cases.turns):
        found: list[Numbered] = []
        head = book.cases.header(number)
        references = GuardedReferences(book.cases.at(number), "Cases", book.fallible)
        for (at, line), repeated in zip(book.cases.lines(number), formulas[turn.block], strict=True):
            if repeated is None:
                found.append((at, _unchained(links, at, _given(book, number, line, at))))
                continue
            spelled = repeated.moved(head - lowest[turn.block])
            made = _computed(book, turn, line, spelled)
            if line.row.id in marked:
                made.cells[LIVE] = _marker(line.block, made, at)
            found.append((at, _unchained(links, at, made) if _is_link(spelled[0]) else made))
        for guard in turn.block.guards.lines:
            values = turn.values[book.results.plan.index[guard.row.id]]
            found.append((head + guard.offset, guards.line(book, references, head, guard, values)))
        # What heads a case links to where its lines come from.
        yield head, _unchained(links, head, _heading(book, number, turn, last))
        yield from found
    yield from bound_lines(book, last)
    yield from sweeps(book, last)
    if book.bridge is not None:
        yield from bridge.working(book, book.bridge, last)
    if book.square is not None:
        yield from square.working(book, book.square, last)
    if book.sought is not None:
        for number, line_ in sought.working(book, book.sought, last):
            yield number, _unchained(links, number, line_)


def _spell(book: Book, lines: CaseBlock, lowest: int) -> list[Repeated | None]:
    """Return the formulas of each line of the cases of a block, as the lowest has them; None for what is given."""
    # Addresses are longest in the lowest case: what Excel cannot hold is found there.
    blocks = [
        (header_, Formulas(book, GuardedReferences(lines.at(header_), "Cases", book.fallible)))
        for header_ in (lowest, lowest + lines.height)
    ]
    found: list[Repeated | None] = []
    for at, line in lines.lines:
        row, block = line.row, line.block
        if line.is_given:
            found.append(None)
            continue
        columns = range(block.column, block.column + block.columns)
        # Of a row with a formula a member a line may be as it is live.
        is_live = row.parts and lines.only is not None and row.parts[line.indices[0]] not in lines.only
        template, further_down = [_live(book, line) if is_live else one.line(header_ + at, row, block, line.indices)
                                  for header_, one in blocks]  # fmt: skip
        try:
            found.append(Repeated(template, further_down, columns))
        except ExcelLimit as problem:
            raise ModelError([too_long(book, row, problem)]) from None
    return found


def _is_link(formula: str) -> bool:
    return len(formula) <= _LONGEST_LINK and _LINK.fullmatch(formula) is not None


def _unchained(links: dict[str, str], number: int, line: SheetLine) -> SheetLine:
    """Return a line in which a link to a link of a line above links to what that does; remember its own links."""
    for column, cell in line.cells.items():
        if cell.formula and _is_link(cell.formula):
            formula = links.get(cell.formula.replace("$", ""), cell.formula)
            links[f"={letter(column)}{number}"] = formula
            line.cells[column] = cell._replace(formula=formula)
    return line


def _heading(book: Book, number: int, turn: Turn, last: int) -> SheetLine:
    plan = book.results.plan
    cells = band("members", last)
    cells[LABEL] = SheetCell(turn.label, "members")
    cells[UNIT] = SheetCell("of each output", "members")
    if turn.scenario is not None:
        cells[NAME] = SheetCell("scenario", "members")
        cells[LIVE] = SheetCell(float(plan.cases.index(turn.scenario) + 1), "members_place", "0")
        cells[WORDS] = SheetCell("Its place in the list of scenarios", "members")
    elif turn.mixture is not None:
        cells[NAME] = SheetCell("mixture of two scenarios", "members")
    elif turn.crossed is not None:
        cells[NAME] = SheetCell("two inputs at once", "members")
    elif turn.is_goal:
        cells[NAME] = SheetCell("goal", "members")
    else:
        cells[NAME] = SheetCell("end of a range" if isinstance(turn.end, str) else "member of a choice", "members")
    references = References(book.cases.at(number), "Cases")
    for index, output in enumerate(book.cases.judged):
        value = book.cases.value(number, output)
        shown = for_result(output.row.unit, [value]) if not isnan(value) else "General"
        watching = turn.block.guards if turn.is_bounded else None
        formula = guards.guarded(watching, book.cases.header(number), output.row.id, references.output(output))
        cells[GRID + index] = SheetCell(NO_VALUE if isnan(value) else value, "members_value", shown, formula=formula)
    return SheetLine(cells)


def _computed(book: Book, turn: Turn, line: CaseLine, formulas: Sequence[str]) -> SheetLine:
    """Return a line of a row that a case computes."""
    row, block = line.row, line.block
    numbers = book.along(row, block, line.indices, turn.values[book.results.plan.index[row.id]])
    return line_of(_describe(book, line) | fill_cells(row, block, numbers, formulas))


def _given(book: Book, case: int, line: CaseLine, at: int) -> SheetLine:
    """Return a line of an input, or of the values that a row begins with, at a line of the sheet."""
    row, block, turn = line.row, line.block, book.cases.turns[case]
    values = row.given_values(turn.values[book.results.plan.index[row.id]])
    style = "inherited_sample" if row is turn.row else "calculation"
    found = fill_row(row, block, book.along(row, block, line.indices, values), _input(book, case, line, at), style)
    # What a formula goes on with is no input.
    return line_of(_describe(book, line) | {column: cell for column, cell in found.items() if cell.value != NO_VALUE})


def _describe(book: Book, line: CaseLine) -> dict[int, SheetCell]:
    row = line.row
    label, _ = book.names(row, line.block, line.indices)
    label += f" ({row.id})" if row.id in book.alike else ""
    label += ", as given" if line.is_given and row.given else ""
    return describe(label, row.id if not any(line.indices) else "", row.unit.text, "")


def _live(book: Book, line: CaseLine) -> str:
    """Return the formula of a line that shows what a row is in the live scenario."""
    block = book.layout.block(line.row.id)
    at: dict[str, Index] = dict(zip(block.down, line.indices, strict=True))
    if block.across:
        at[block.across] = Moving()
    return f"={References(book.layout, 'Cases').shown(line.row.id, at)}"


def _has_mark(plan: Plan, row: Row) -> bool:
    across = plan.across(row)
    return bool(across) and has_total(plan, row, across)


def _marker(block: Block, line: SheetLine, at: int) -> SheetCell:
    """Return the cell that says of a line over members whether one of these has no value."""
    area = f"${letter(block.column)}${at}:${letter(block.column + block.columns - 1)}${at}"
    cells = [line.cells[column] for column in range(block.column, block.column + block.columns)]
    text = NO_VALUE if any(cell.value == NO_VALUE for cell in cells) else ""
    return SheetCell(text, "text_right", formula=f'=IF(COUNT({area})<COLUMNS({area}),"{NO_VALUE}","")')


def _input(book: Book, case: int, line: CaseLine, at: int) -> str:
    """Return where a case takes an input from: a scenario's cells, those of the live one, or the end of its range."""
    row, block, layout, turn = line.row, line.block, book.layout, book.cases.turns[case]
    source = layout.input_block(row)
    number = source.line(line.indices)
    column = f"{MARK}0{MARK}" if block.across else letter(LIVE)
    if turn.mixture is not None:
        return _mixed(book, line, turn, at, column)
    if turn.scenario is not None:
        return _of_scenario(book, line, f"${letter(LIVE)}${book.cases.header(case)}")
    if row is turn.row:
        return _at_end(book, line, turn.end, column)
    live = f"{source.sheet}!{'' if block.across else '$'}{column}${number}"
    if turn.is_goal and book.sought is not None and row in book.sought.goals.inputs:
        return f"={_found(book.sought, row, live)}"
    if turn.crossed is not None and book.square is not None and row in book.square.crossing.inputs:
        ends = (book.cases.at(book.cases.turn(row, end)).given_block(row) for end in (LOW, HIGH))
        low, high = (f"{column}${block.line(line.indices)}" for block in ends)
        return square.along(book.square, book.square.crossing.inputs.index(row), turn.crossed, (low, live, high))
    return f"={live}"


def _at_end(book: Book, line: CaseLine, end: Step, column: str) -> str:
    """Return the end of the range of an input, or the member of a choice."""
    if isinstance(end, str):
        return f"={end_formula(book, line.row, line.indices, end, column)}"
    assert line.row.quantity is not None  # noqa: S101  # a choice is a quantity
    return f"=Inputs!{book.layout.block(line.row.quantity.choice).cell(right=end)}"


def _found(places: Sought, row: Row, live: str) -> str:
    """Return what an input is where a goal is reached: the value that is found, where it is the one that is chosen."""
    number = f"${letter(goal.NUMBER)}${places.inputs + 1 + places.goals.inputs.index(row)}"
    place, value = places.known(goal.PLACE), places.known(goal.VALUE)
    return f"IF(AND({place}={number},ISNUMBER({value})),{value},{live})"


def _of_scenario(book: Book, line: CaseLine, place: str) -> str:
    """Return where an input is taken from in the scenario with a place in the list."""
    row, layout, plan = line.row, book.layout, book.results.plan
    source = layout.input_block(row)
    if not row.over:
        last, number = letter(GRID + len(plan.cases) - 1), source.line(line.indices)
        return f"={at_place(f'Inputs!${letter(GRID)}${number}:${last}${number}', '1', place)}"
    column = f"{MARK}0{MARK}" if source.across else letter(LIVE)
    first = layout.case_line(source, line.indices, plan.cases[0])
    return f"={at_place(f'{source.sheet}!{column}${first}:{column}${first + len(plan.cases) - 1}', place, '1')}"


def _mixed(book: Book, line: CaseLine, turn: Turn, at: int, column: str) -> str:
    """Return where a mixture takes an input from: one of the two scenarios, or the mixture that is as that is."""
    places, mixture = book.bridge, turn.mixture
    assert places is not None and mixture is not None  # noqa: S101, PT018  # there are mixtures
    last = len(places.pair.mixtures) - 1
    if mixture in {0, last}:
        return _of_scenario(book, line, places.ends if mixture else places.begins)
    height = turn.block.height
    begins, ends = (f"{column}${at + (end - mixture) * height}" for end in (0, last))
    if line.row not in places.pair.inputs:
        # It feeds a chart alone.
        return f"={begins}"
    return f"=IF({places.has(mixture, places.pair.inputs.index(line.row))}=1,{ends},{begins})"
