"""What may be typed into the cells of Inputs, and what shows that something was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import prod

import numpy as np

from engine.model.dimensions import Dimension, cell
from engine.model.model import Quantity
from engine.plan.plan import Case, Row
from exports.style.a1 import letter
from exports.style.words import with_separators
from exports.workbook.layout.geometry import GRID, PlacedLine, runs
from exports.workbook.layout.grid import StyleRule, Typing
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import uncapitalize

_MOST_RANGES = 100
_Area = tuple[int, int, int, int]


def mark_overridden(book: Book) -> list[StyleRule]:
    """Return what shows a typed number where a scenario had inherited one."""
    single = [line.number for line in book.layout.inputs if line.row is not None and not line.row.over]
    rules = []
    for case in book.results.plan.cases:
        if case.parent is None:
            continue
        column = letter(book.layout.scenario_column(case))
        parent = book.layout.parent_column(case)
        spans = runs(single)
        for start in range(0, len(spans), _MOST_RANGES):
            part = spans[start : start + _MOST_RANGES]
            cells = " ".join(f"{column}{first}:{column}{last}" for first, last in part)
            rules.append(StyleRule(cells, f"{column}{part[0][0]}<>${parent}{part[0][0]}", "overridden"))
        rules += _overridden_members(book, case)
    return rules


def _overridden_members(book: Book, case: Case) -> Iterator[StyleRule]:
    parent = book.results.plan.case(case.parent or case.id)
    lines = [line for line in book.layout.inputs if line.row is not None and line.case is case]
    for start in range(0, len(lines), _MOST_RANGES):
        part = [
            (line.number, book.layout.typed_block(line.row)) for line in lines[start : start + _MOST_RANGES] if line.row
        ]
        first = part[0][0]
        # Each scenario's line stands as far from its parent's wherever the input is.
        offset = list(book.results.plan.cases).index(parent) - list(book.results.plan.cases).index(case)
        column = letter(GRID)
        cells = " ".join(f"{letter(b.column)}{number}:{letter(b.column + b.columns - 1)}{number}" for number, b in part)
        yield StyleRule(cells, f"{column}{first}<>{column}{first + offset}", "overridden")


def restrict_typing(book: Book) -> list[Typing]:
    """Return what may be typed into the scenario cells and the maps of groups, cells of one kind together."""
    last = GRID + len(book.results.plan.cases) - 1
    areas_of: dict[Typing, list[_Area]] = {}
    for line in book.layout.inputs:
        row = line.row
        if line.kind == "map":
            _map(book, line, areas_of)
        if row is None or row.quantity is None or (row.over and line.case is None):
            continue
        if not row.over:
            _join(areas_of.setdefault(_allowed(book, row, row.quantity, 0), []), (GRID, line.number, last, line.number))
            continue
        block = book.layout.typed_block(row)
        numbers = book.along(row, block, line.indices, np.arange(float(prod(book.results.plan.shape(row)))).reshape(
            book.results.plan.shape(row)
        ))  # fmt: skip
        given = row.given or block.columns
        for index, number in enumerate(numbers[:given]):
            column = block.column + index
            _join(
                areas_of.setdefault(_allowed(book, row, row.quantity, int(number)), []),
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


def _allowed(book: Book, row: Row, quantity: Quantity, number: int) -> Typing:
    """Return what may be typed into one cell of an input."""
    if quantity.choice:
        return _listed(book, book.results.plan.model.dimension[quantity.choice])
    scale = row.unit.scale
    bounds = cell(quantity.min, number), cell(quantity.max, number)
    low, high = (None if bound is None else float(bound) / scale for bound in bounds)
    kind = "whole" if quantity.whole and scale == 1 else "decimal"
    return Typing("", kind, low, high, message=_message(kind, low, high))


def _listed(book: Book, dimension: Dimension) -> Typing:
    """Return that one of the members of a dimension is chosen; of a calendar, a date in one of its periods will do."""
    members = book.layout.members(dimension.id).area()
    label = uncapitalize(dimension.label)
    if dimension.periods:
        return Typing("", "list", choices=members, message=f"Choose a {label}, or type a date in it.", is_strict=False)
    return Typing("", "list", choices=members, message=f"Choose a {label} of the list.")


def _message(kind: str, low: float | None, high: float | None) -> str:
    what = "a whole number" if kind == "whole" else "a number"
    if low is not None and high is not None:
        return f"This must be {what} from {with_separators(low)} to {with_separators(high)}."
    if high is not None:
        return f"This must be {what} of at most {with_separators(high)}."
    if low is not None:
        return f"This must be {what} of at least {with_separators(low)}."
    return f"This must be {what}."
