"""What has no value on Cases: guards of bounds, results that say so; and on Sensitivity why, live."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
    for place, (label, row, reason) in _watched(book).items():
        cells = describe(label, row.id, "1", f"{label}: {reason}")
        for output in cases.judged:
            feeds = row.id in book.results.plan.upstream(output.row.id)
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
    titles = {LIVE: "Chosen output", GRID: "Lines left"}
    yield heading(book.ranges.reasons_table, "Working: why a case has no value", last, "", titles)
    for case in cases.ends:
        turn = cases.turns[case]
        number, value = book.ranges.reason(case), cases.value(case, output)
        cells = describe(turn.label, "", output.row.unit.text, "")
        cells[UNIT] = SheetCell(unit_or_number(output.row.unit.text), "unit", formula=f"=${letter(UNIT)}${VALUE}")
        chosen = at_place(cases.outputs_of(case), "1", CHOSEN_PLACE)
        cells[LIVE] = SheetCell(NO_VALUE if isnan(value) else value, "calculation", formula=f"={chosen}")
        parts = parts_of(book, case)
        for column, part in enumerate(parts, GRID):
            left = float(_left(book, case, output, part))
            cells[column] = SheetCell(left, "calculation", "0", formula=part.formula)
        found = f"${letter(GRID)}{number}:${letter(GRID + len(parts) - 1)}{number}"
        words = f"${letter(WORDS)}${book.ranges.watched_table + 1}:${letter(WORDS)}${book.ranges.reasons_table - 2}"
        reason = at_place(words, f"ROWS({words})-MAX({found})", "1")
        text = why(book, case, output) if isnan(value) else ""
        cells[WORDS] = SheetCell(text, "words", formula=f'=IF(ISNUMBER(${letter(LIVE)}{number}),"",{reason})')
        yield number, line_of(cells)


def why(book: Book, case: int, output: Output) -> str:
    """Return why a result has no value in a case: the first line that has none, of those that feed it."""
    left = max([_left(book, case, output, part) for part in parts_of(book, case)], default=0)
    if not left:
        return TOO_LARGE.capitalize()
    label, _, reason = _watched(book)[left]
    return f"{label}: {reason}"


@dataclass(frozen=True, slots=True)
class Part:
    """Lines that stand below each other in the working, from a line on, and in a case too, from a line of Cases on."""

    first: int
    top: int
    lines: list[CaseLine | Guard]
    test: str

    @property
    def formula(self) -> str:
        """Return how many lines are left from the first on that fails, of those that feed the chosen output."""
        live, more = letter(LIVE), len(self.lines) - 1
        weights = f"${live}${self.first}:${live}${self.first + more}"
        return f"=SUMPRODUCT(LARGE({weights}*(Cases!${live}${self.top}:${live}${self.top + more}{self.test}),1))"


def parts_of(book: Book, case: int) -> list[Part]:
    """Return the parts of a case: what stands in it of the lines that may have no value, then those of bounds."""
    cases, first = book.cases, book.ranges.watched_table + 1
    at = {(line.row.id, line.indices): number for number, line in cases.lines(case) if not line.is_given}
    found: list[Part] = []
    for here, line in enumerate(cases.watched.computed, first):
        number = at.get((line.row.id, line.indices))
        last = found[-1] if found else None
        if last is not None and (here - last.first, number) == (len(last.lines), last.top + len(last.lines)):
            last.lines.append(line)
        elif number is not None:
            found.append(Part(here, number, [line], f'="{NO_VALUE}"'))
    if guards := cases.turns[case].block.guards.lines:
        below = first + len(cases.watched.computed) + 1
        found.append(Part(below, cases.header(case) + guards[0].offset, list(guards), ">0"))
    return found


def _left(book: Book, case: int, output: Output, part: Part) -> int:
    """Return how many lines are left from the first of a part on that has no value, or breaks a bound; 0 for none."""
    feeding = book.results.plan.upstream(output.row.id)
    last = book.ranges.watched_table + 1 + book.ranges.watched
    fails = (last - at for at, line in enumerate(part.lines, part.first)
             if line.row.id in feeding and _fails(book, case, line))  # fmt: skip
    return next(fails, 0)


def _fails(book: Book, case: int, line: CaseLine | Guard) -> bool:
    values = book.cases.turns[case].values[book.results.plan.index[line.row.id]]
    if isinstance(line, Guard):
        return bool(line.count(values))
    return any(isnan(value) for value in book.along(line.row, line.block, line.indices, values))


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
