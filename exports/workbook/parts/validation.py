"""What may be typed into the cells of Inputs, and what shows that something was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.model.dimensions import Dimension, cell
from engine.model.model import Quantity
from engine.plan.plan import Case, Row
from exports.style.a1 import letter
from exports.style.words import in_full, with_separators
from exports.workbook.formulas.inheritance import Inheritance
from exports.workbook.layout.geometry import GRID, Block, PlacedLine, runs
from exports.workbook.layout.grid import StyleRule, Typing
from exports.workbook.layout.rows import Layout
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import uncapitalize

FACTOR_FORMAT = "0.00##########"
_MOST_RANGES = 100
# Of what stands in a rule itself; and so long is a message of one.
_LONGEST_LIST = 150
_Area = tuple[int, int, int, int]


def mark_overridden(book: Book, lines: Sequence[PlacedLine]) -> list[StyleRule]:
    """Return what shows, on lines of a sheet, a typed number where a scenario had inherited one."""
    rules = []
    for case in book.results.plan.cases:
        if not case.is_base:
            rules += [
                StyleRule(cells, f"{first}<>{taken}", "overridden")
                for cells, first, taken in [*_single(book, case, lines), *_by_member(book, case, lines)]
            ]
    return rules


def inherited(
    layout: Layout, row: Row, number: int, indices: tuple[int, ...] = (), right: int = 0, *, sheet: str = ""
) -> Inheritance:
    """Return what a cell of an input takes over in each scenario, by its place in its block, in terms of a sheet."""

    def address(column: int, line: int) -> str:
        if sheet:
            return f"{sheet}!${letter(column)}${line}"
        return f"{letter(column)}${line}" if row.over else f"${letter(column)}{line}"

    def at(case: Case) -> str:
        if row.over:
            block = layout.typed_block(row)
            return address(block.column + right, layout.case_line(block, indices, case))
        return address(layout.scenario_column(case), layout.typed_block(row).row)

    def factor(case: Case) -> str:
        column = layout.input_block(row).column + right if row.over else layout.scenario_column(case)
        return address(column, layout.factor_line(row, indices, case))

    return Inheritance(layout.plan, row, number, at, factor)


def _single(book: Book, case: Case, lines: Sequence[PlacedLine]) -> Iterator[tuple[str, str, str]]:
    """Yield cells of single numbers in a scenario, the first of them, and what that takes over; the others alike."""
    alike: dict[str, list[int]] = {}
    column = letter(book.layout.scenario_column(case))
    for line in lines:
        if line.row is not None and not line.row.over and line.row.kind != "constant":
            taken = inherited(book.layout, line.row, 0).taken(case)
            # What differs in nothing but the line is one rule; a factor stands on the line below.
            key = taken if "*" in taken else re.sub(rf"(?<=[A-Z]){line.number}\b", "", taken)
            alike.setdefault(key, []).append(line.number)
    for key, numbers in alike.items():
        spans = runs(numbers)
        for start in range(0, len(spans), _MOST_RANGES):
            part = spans[start : start + _MOST_RANGES]
            first = part[0][0]
            taken = key if "*" in key else re.sub(r"(?<=\$)[A-Z]+", lambda found: f"{found[0]}{first}", key)  # noqa: B023  # used at once
            yield " ".join(f"{column}{top}:{column}{last}" for top, last in part), f"{column}{first}", taken


def _by_member(book: Book, case: Case, lines: Sequence[PlacedLine]) -> Iterator[tuple[str, str, str]]:
    """Yield what `_single` does, of inputs over dimensions."""
    plain: list[tuple[int, Block]] = []
    for line in lines:
        if line.row is None or line.case is not case:
            continue
        block = book.layout.typed_block(line.row)
        if len(case.parents) == 1 and line.row.id not in case.scale:
            plain.append((line.number, block))
            continue
        for right, number in enumerate(book.numbers(line.row, block, line.indices)):
            if line.row.is_set[number]:
                cell = f"{letter(block.column + right)}{line.number}"
                yield cell, cell, inherited(book.layout, line.row, number, line.indices, right).taken(case)
    places = [one.id for one in book.results.plan.cases]
    for start in range(0, len(plain), _MOST_RANGES):
        part = plain[start : start + _MOST_RANGES]
        first = part[0][0]
        # Each scenario's line stands as far from its parent's wherever the input is.
        offset = places.index(case.parents[0]) - places.index(case.id)
        cells = " ".join(f"{letter(b.column)}{number}:{letter(b.column + b.columns - 1)}{number}" for number, b in part)
        yield cells, f"{letter(GRID)}{first}", f"{letter(GRID)}{first + offset}"


def restrict_typing(book: Book, lines: Sequence[PlacedLine]) -> list[Typing]:
    """Return what may be typed into scenario cells and maps of groups on lines, cells of one kind together."""
    last = GRID + len(book.results.plan.cases) - 1
    areas_of: dict[Typing, list[_Area]] = {}
    for line in lines:
        row = line.row
        if line.factored is not None:
            left = book.layout.input_block(line.factored).column if line.case is not None else GRID
            right = left + book.layout.input_block(line.factored).columns - 1 if line.case is not None else last
            any_number = Typing("", "decimal", None, None, message=message_of("decimal", None, None))
            _join(areas_of.setdefault(any_number, []), (left, line.number, right, line.number))
        if line.kind == "map":
            _map(book, line, areas_of)
        if row is None or row.quantity is None or (row.over and line.case is None):
            continue
        if not row.over:
            _join(areas_of.setdefault(allowed(book, row, row.quantity, 0), []), (GRID, line.number, last, line.number))
            continue
        block = book.layout.typed_block(row)
        numbers = book.numbers(row, block, line.indices)
        given = row.given or block.columns
        for index, number in enumerate(numbers[:given]):
            column = block.column + index
            _join(
                areas_of.setdefault(allowed(book, row, row.quantity, number), []),
                (column, line.number, column, line.number),
            )
    found = []
    for typing, spans in areas_of.items():
        # Excel holds a limited text of ranges in one rule.
        for start in range(0, len(spans), _MOST_RANGES):
            areas = [f"{letter(a)}{b}:{letter(c)}{d}" for a, b, c, d in spans[start : start + _MOST_RANGES]]
            found.append(replace(typing, cells=" ".join(areas)))
    return found


def _map(book: Book, line: PlacedLine, areas_of: dict[Typing, list[_Area]]) -> None:
    """Add the cells that say which group each member belongs to; to which period one belongs, its dates say."""
    dimension = book.results.plan.model.dimension
    if not dimension[line.group].periods:
        last = GRID + len(dimension[line.members].members) - 1
        _join(areas_of.setdefault(_listed(book, dimension[line.group]), []), (GRID, line.number, last, line.number))


def _join(spans: list[_Area], new: _Area) -> None:
    """Add an area to those of one kind, as one with the last where they touch: to the right, or below."""
    left, top_, right, bottom = new
    if spans:
        first, upper, last, lower = spans[-1]
        if (upper, lower) == (top_, bottom) and last == left - 1:
            spans[-1] = first, upper, right, lower
            if len(spans) > 1 and spans[-2][0] == first and spans[-2][2] == right and spans[-2][3] == upper - 1:
                spans[-2:] = [(first, spans[-2][1], right, lower)]
            return
        if (first, last) == (left, right) and lower == top_ - 1:
            spans[-1] = first, upper, last, bottom
            return
    spans.append(new)


def allowed(book: Book, row: Row, quantity: Quantity, number: int) -> Typing:
    """Return what may be typed into one cell of an input."""
    if quantity.choice:
        return _listed(book, book.results.plan.model.dimension[quantity.choice])
    scale = row.unit.scale
    if values := cell(quantity.values, number):
        return _among([float(value) / scale for value in values])
    bounds = cell(quantity.min, number), cell(quantity.max, number)
    low, high = (None if bound is None else float(bound) / scale for bound in bounds)
    kind = "whole" if quantity.whole and scale == 1 else "decimal"
    return Typing("", kind, low, high, message=message_of(kind, low, high))


def _among(values: Sequence[float]) -> Typing:
    """Return that one of a few values is typed: whole ones are offered, others have points or commas by country."""
    texts = [in_full(value) for value in sorted(values)]
    listed = ",".join(texts)
    message = f"This must be one of {', '.join(texts)}."
    if len(listed) > _LONGEST_LIST:
        low, high = min(values), max(values)
        return Typing("", "decimal", low, high, message=f"This must be one of the values, from {low:g} to {high:g}.")
    is_whole = all(value == int(value) for value in values)
    return Typing("", "list" if is_whole else "among", choices=f'"{listed}"' if is_whole else listed, message=message)


def _listed(book: Book, dimension: Dimension) -> Typing:
    """Return that one of the members of a dimension is chosen; of a calendar, a date in one of its periods will do."""
    members = book.layout.members(dimension.id).area()
    label = uncapitalize(dimension.label)
    if dimension.periods:
        return Typing("", "list", choices=members, message=f"Choose a {label}, or type a date in it.", is_strict=False)
    return Typing("", "list", choices=members, message=f"Choose a {label} of the list.")


def message_of(kind: str, low: float | None, high: float | None) -> str:
    """Return what is said where something else is typed."""
    what = "a whole number" if kind == "whole" else "a number"
    if low is not None and high is not None:
        return f"This must be {what} from {with_separators(low)} to {with_separators(high)}."
    if high is not None:
        return f"This must be {what} of at most {with_separators(high)}."
    if low is not None:
        return f"This must be {what} of at least {with_separators(low)}."
    return f"This must be {what}."
