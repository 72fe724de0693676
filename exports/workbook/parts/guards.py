"""What has no value on Cases: guards of bounds, results that say so; and on Sensitivity why, live."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isnan
from typing import Final

from engine.plan.cells import Cell
from engine.plan.outputs import Output
from engine.plan.plan import Numbers, Row
from exports.style.a1 import letter
from exports.style.number_format import for_result
from exports.style.words import unit_or_number
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.formulas.fallible import TOO_LARGE
from exports.workbook.formulas.references import References
from exports.workbook.layout.geometry import GRID, LIVE, UNIT, WORDS, at_place, on_sheet
from exports.workbook.layout.grid import SheetCell, SheetLine
from exports.workbook.layout.guards import LEAST, MOST, Guard, Guards
from exports.workbook.layout.sensitivity import CHOSEN_PLACE, VALUE
from exports.workbook.layout.turns.blocks import CaseLine
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, heading, line_of

# Excel takes no longer text within a formula.
_LONGEST_TEXT: Final = 250


def line(book: Book, references: References, header: int, guard: Guard, values: Numbers) -> SheetLine:
    """Return the line of a guard below a heading: how many cells of a result are out of their bounds, and these."""
    row = guard.row
    count = guard.count(values)
    cells = describe(f"{_name(book, guard)}: out of its bounds", "", "1", "Cells outside; least and most")
    number = header + guard.offset
    bounds = [(sign, column, bound) for sign, column, bound in zip("<>", (LEAST, MOST), guard.limits(), strict=True)]
    at = {sign: f"${letter(column)}${number}" for sign, column, bound in bounds if bound is not None}
    shown = for_result(row.unit, [bound for _, _, bound in bounds if bound is not None])
    cells |= {column: SheetCell(bound, "constant", shown) for _, column, bound in bounds if bound is not None}
    cells[LIVE] = SheetCell(float(count), "calculation", "0", formula=_count(book, references, guard, at))
    return line_of(cells)


def guarded(guards: Guards | None, header: int, id_: str, reference: str) -> str:
    """Return the formula of a result below a heading: a text where it has no value, or where bounds are broken."""
    total = guards.total(id_, header) if guards is not None else ""
    value = f'IFERROR({reference},"{NO_VALUE}")'
    return f'=IF({total}>0,"{NO_VALUE}",{value})' if total else f"={value}"


def at_end(book: Book, case: int, output: Output) -> str:
    """Return where another sheet finds a result in a case: in its heading."""
    return f"Cases!${letter(book.cases.place(output))}${book.cases.header(case)}"


def reasons(book: Book, last: int) -> Iterator[Numbered]:
    """Yield what may have no value in a case, line by line, with how many lines are left below where it feeds a result.

    So the first line of a case that has no value, of those that feed a result, is the one with the largest number. A
    line a case then finds it, for the output that is chosen.
    """
    cases, first = book.cases, book.ranges.watched_table
    if not cases.varied:
        return
    titles = {LIVE: "Chosen output", **{cases.place(one): one.label for one in cases.judged}}
    yield heading(first, "Working: what may have no value", last, "Lines left, where it feeds the output.", titles)
    feeding = {output.row.id: book.results.plan.upstream(output.row.id) for output in cases.judged}
    for place, (label, row, reason) in _watched(book).items():
        cells = describe(label, row.id, "1", f"{label}: {reason}")
        for output in cases.judged:
            feeds = row.id in feeding[output.row.id]
            cells[cases.place(output)] = SheetCell(float(place if feeds else 0), "constant", "0")
        number = first + 1 + book.ranges.watched - place
        outputs = f"${letter(GRID)}{number}:${letter(GRID + len(cases.outputs) - 1)}{number}"
        value = cells[GRID].value
        cells[LIVE] = SheetCell(value, "calculation", "0", formula=f"={at_place(outputs, '1', CHOSEN_PLACE)}")
        yield number, line_of(cells)
        if place == len(cases.guards.lines) + 2 and cases.guards.lines:
            yield heading(number + 1, "Bounds", last)
    cells = describe("Anything else", "", "1", TOO_LARGE.capitalize())
    yield first + 1 + book.ranges.watched, line_of(cells)
    yield from _reasons_by_case(book, last)


def _reasons_by_case(book: Book, last: int) -> Iterator[Numbered]:
    """Yield a line for each case but the scenarios: the chosen output there, and which line above it fails at."""
    cases, output = book.cases, book.cases.outputs[0]
    titles = {LIVE: "Chosen output", GRID: "Lines left: values", GRID + 1: "Lines left: bounds"}
    yield heading(book.ranges.reasons_table, "Working: why a case has no value", last, "", titles)
    for case in cases.ends:
        turn = cases.turns[case]
        number, value = book.ranges.reason(case), cases.value(case, output)
        cells = describe(turn.label, "", output.row.unit.text, "")
        cells[UNIT] = SheetCell(unit_or_number(output.row.unit.text), "unit", formula=f"=${letter(UNIT)}${VALUE}")
        chosen = at_place(cases.outputs_of(case), "1", CHOSEN_PLACE)
        cells[LIVE] = SheetCell(NO_VALUE if isnan(value) else value, "calculation", formula=f"={chosen}")
        places = _places(book, case)
        for column, (left, formula) in enumerate(places, GRID):
            cells[column] = SheetCell(float(left), "calculation", "0", formula=f"={formula}")
        found = f"${letter(GRID)}{number}:${letter(GRID + len(places) - 1)}{number}"
        words = f"${letter(WORDS)}${book.ranges.watched_table + 1}:${letter(WORDS)}${book.ranges.reasons_table - 2}"
        reason = at_place(words, f"ROWS({words})-MAX({found})", "1")
        text = why(book, case, output) if isnan(value) else ""
        cells[WORDS] = SheetCell(text, "words", formula=f'=IF(ISNUMBER(${letter(LIVE)}{number}),"",{reason})')
        yield number, line_of(cells)


def why(book: Book, case: int, output: Output) -> str:
    """Return why a result has no value in a case: the first line that has none, of those that feed it."""
    left = max(_left(book, case, output))
    if not left:
        return TOO_LARGE.capitalize()
    label, _, reason = _watched(book)[left]
    return f"{label}: {reason}"


def _left(book: Book, case: int, output: Output) -> tuple[int, int]:
    """Return how many lines are left from the first without a value on, and from the first out of its bounds on."""
    cases, plan, values = book.cases, book.results.plan, book.cases.turns[case].values
    feeding, index = plan.upstream(output.row.id), plan.index
    empty = [_is_empty(book, values[index[line.row.id]], line) for line in cases.watched.computed]
    empty += [bool(one.count(values[index[one.row.id]])) for one in cases.guards.lines]
    found = [
        place if is_empty and row.id in feeding else 0
        for (place, (_, row, _)), is_empty in zip(_watched(book).items(), empty, strict=True)
    ]
    count = len(cases.watched.computed)
    return max(found[:count], default=0), max(found[count:], default=0)


def _places(book: Book, case: int) -> list[tuple[int, str]]:
    """Return what `_left` does of the first output, with formulas for the one that is chosen."""
    cases, live, first = book.cases, letter(LIVE), book.ranges.watched_table + 1
    top = cases.header(case) + 1 + len(cases.watched.lines) - len(cases.watched.computed)
    computed, guards = len(cases.watched.computed), len(cases.guards.lines)
    parts = [(first, top, computed, f'="{NO_VALUE}"'), (first + computed + 1, top + computed, guards, ">0")]
    found = []
    for value, (at, tested, lines, test) in zip(_left(book, case, cases.outputs[0]), parts, strict=True):
        if lines:
            weights = f"${live}${at}:${live}${at + lines - 1}"
            tests = f"Cases!${live}${tested}:${live}${tested + lines - 1}"
            found.append((value, f"SUMPRODUCT(LARGE({weights}*({tests}{test}),1))"))
    return found


def told(book: Book, words: str, ends: Iterable[End], output: Output | None) -> SheetCell:
    """Return words that go on with the ends of a range that have no value, each with its case and its cell.

    Of the output that is chosen, for None, they say why.
    """
    asked = book.cases.outputs if output is None else [output]
    if not any(one.row.id in book.fallible or book.cases.guards.of(one.row.id) for one in asked):
        return SheetCell(words, "words")
    shown = asked[0]
    text, pieces = words, [quoted(words)] if words else []
    for name, case, cell in ends:
        lead = f". {NO_VALUE.capitalize()}{name}"
        reason = f'&": "&${letter(WORDS)}${book.ranges.reason(case)}' if output is None else ""
        pieces.append(f'IF(ISNUMBER({cell}),"",{quoted(lead)}{reason})')
        if isnan(book.cases.value(case, shown)):
            text += f"{lead}: {why(book, case, shown)}" if output is None else lead
    return SheetCell(text, "words", formula=f"={'&'.join(pieces)}")


# What follows "no value" in words, the case, and the cell that is a number where there is one.
End = tuple[str, int, str]


def _watched(book: Book) -> dict[int, tuple[str, Row, str]]:
    """Return each line of a case that may have no value, by how many lines are left: its label, its row, and why.

    A heading stands before those of bounds.
    """
    computed, guards = book.cases.watched.computed, book.cases.guards.lines
    found = {}
    for left, line in zip(range(book.ranges.watched, 0, -1), computed, strict=False):
        label, _ = book.names(line.row, line.block, line.indices)
        found[left] = label, line.row, " or ".join(book.fallible.get(line.row.id, ())) or TOO_LARGE
    for left, guard in zip(range(len(guards), 0, -1), guards, strict=True):
        found[left] = _name(book, guard), guard.row, "out of its bounds"
    return found


def _is_empty(book: Book, values: Numbers, line: CaseLine) -> bool:
    return any(isnan(value) for value in book.along(line.row, line.block, line.indices, values))


def _name(book: Book, guard: Guard) -> str:
    row = guard.row
    members = book.results.plan.members(row)
    return f"{row.label} · {', '.join(members[guard.number])}" if guard.number is not None else row.label


def quoted(text: str) -> str:
    """Return a text as a formula writes it: in pieces of at most 255 characters, which is what Excel takes."""
    pieces = [text[at : at + _LONGEST_TEXT] for at in range(0, max(1, len(text)), _LONGEST_TEXT)]
    return "&".join(['"{}"'.format(piece.replace('"', '""')) for piece in pieces])


def _count(book: Book, references: References, guard: Guard, bounds: dict[str, str]) -> str:
    row = guard.row
    if row.over and guard.number is None:
        block = references.layout.block(row.id)
        area = on_sheet(block, block.area(), references.sheet)
        return "=" + "+".join([f'COUNTIF({area},"{sign}"&{bound})' for sign, bound in bounds.items()])
    at = references.output(Output.of(book.results.plan, Cell(row.id, guard.number or 0)))
    broken = ",".join([f"{at}{sign}{bound}" for sign, bound in bounds.items()])
    return f"=IF(ISNUMBER({at}),IF(OR({broken}),1,0),0)"
