"""Inputs: every assumption, its live value, and one unlocked cell a scenario."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model import Quantity
from engine.plan import Case, Row
from exports import number_format
from exports.grid import Cell, Line, Rule, Sheet, Typing
from exports.layout import FIRST_ROW, GRID, LABEL, LIVE, NAME, UNIT, WORDS, letter, position
from exports.sheets.common import WIDTHS, Book, Numbered, described, header, heading, line_of, top

SUBTITLE = "Every assumption, with its unit and source. Change only the cells with blue or grey italic figures."
_MOST_RANGES = 100


def inputs(book: Book) -> Sheet:
    """Return the sheet of inputs and constants."""
    cases = book.results.plan.cases
    last = GRID + len(cases) - 1
    return Sheet(
        "Inputs",
        SUBTITLE,
        {**WIDTHS, **dict.fromkeys(range(GRID, last + 1), 14.5)},
        _lines(book, last),
        typing=_typing(book),
        rules=_overridden(book),
        freeze=f"{letter(NAME)}{FIRST_ROW}",
        tab="BF9000",
    )


def _lines(book: Book, last: int) -> Iterator[Numbered]:
    plan = book.results.plan
    yield from top(book, "Inputs", SUBTITLE, last)
    names = {GRID + place: case.label for place, case in enumerate(plan.cases)}
    yield header({LABEL: "Input", NAME: "Name", UNIT: "Unit", LIVE: "Live", WORDS: "Source and range", **names}, last)
    titles = {source.id: source.title for source in plan.model.sources}
    values = {case.id: plan.overrides(case) for case in plan.cases}
    for line in book.layout.inputs:
        if line.row is None:
            yield heading(line.number, line.heading, last, line.note)
        elif line.row.kind == "constant":
            yield line.number, _constant(line.row)
        else:
            yield line.number, _input(book, line.row, line.number, titles, values)


def _constant(row: Row) -> Line:
    cells = described(row.label, row.id, row.unit.text, "Constant")
    cells[LIVE] = Cell(row.value, "constant", number_format.for_input(row))
    return line_of(cells)


def _input(book: Book, row: Row, number: int, titles: dict[str, str], values: dict[str, dict[str, float]]) -> Line:
    layout, cases = book.layout, book.results.plan.cases
    shown = number_format.for_input(row)
    cells = described(row.label, row.id, row.unit.text, _words(row, titles))
    across = f"${letter(GRID)}{number}:${letter(GRID + len(cases) - 1)}{number}"
    cells[LIVE] = Cell(book.value(row.id), "live", shown, formula=f"=INDEX({across},1,{position()})")
    for case in cases:
        value = values[case.id].get(row.id, row.value)
        if case.parent is None or row.id in case.own:
            cells[layout.scenario_column(case)] = Cell(value, "input", shown)
        else:
            formula = f"=${_parent_column(book, case)}{number}"
            cells[layout.scenario_column(case)] = Cell(value, "inherited", shown, formula=formula)
    return line_of(cells)


def _parent_column(book: Book, case: Case) -> str:
    assert case.parent is not None  # noqa: S101  # the scenario that stands for the values as written inherits nothing
    return letter(book.layout.scenario_column(book.results.plan.case(case.parent)))


def _words(row: Row, titles: dict[str, str]) -> str:
    quantity = row.quantity
    if quantity is None:
        return ""
    parts = ["; ".join(titles[source] for source in quantity.sources)]
    if quantity.range is not None:
        low, high = quantity.range
        spread = f" ({quantity.distribution})" if quantity.distribution else ""
        parts.append(f"Range {low} to {high}{spread}")
    bounds = [
        f"{word} {bound}"
        for word, bound in (("at least", quantity.min), ("at most", quantity.max))
        if bound is not None
    ]
    if bounds:
        parts.append(", ".join(bounds).capitalize())
    parts.append(" ".join(quantity.note.split()).rstrip("."))
    return ". ".join(part for part in parts if part) + "."


def _overridden(book: Book) -> list[Rule]:
    """Return what shows a typed number where a scenario had inherited one."""
    last = max((line.number for line in book.layout.inputs), default=FIRST_ROW)
    rules = []
    for case in book.results.plan.cases:
        if case.parent is not None:
            column = letter(book.layout.scenario_column(case))
            formula = f"{column}{FIRST_ROW}<>${_parent_column(book, case)}{FIRST_ROW}"
            rules.append(Rule(f"{column}{FIRST_ROW}:{column}{last}", formula, "overridden"))
    return rules


def _typing(book: Book) -> list[Typing]:
    """Return what may be typed into the scenario cells, rows of one kind together."""
    first, last = letter(GRID), letter(GRID + len(book.results.plan.cases) - 1)
    runs: dict[tuple[str, float | None, float | None], list[tuple[int, int]]] = {}
    for line in book.layout.inputs:
        if line.row is None or line.row.quantity is None:
            continue
        spans = runs.setdefault(_bounds(line.row, line.row.quantity), [])
        if spans and spans[-1][1] == line.number - 1:
            spans[-1] = (spans[-1][0], line.number)
        else:
            spans.append((line.number, line.number))
    found = []
    for (kind, low, high), spans in runs.items():
        # Excel holds a limited text of ranges in one rule.
        for start in range(0, len(spans), _MOST_RANGES):
            cells = " ".join(f"{first}{top_}:{last}{bottom}" for top_, bottom in spans[start : start + _MOST_RANGES])
            found.append(Typing(cells, kind, low, high, message=_message(kind, low, high)))
    return found


def _bounds(row: Row, quantity: Quantity) -> tuple[str, float | None, float | None]:
    scale = row.unit.shown
    low, high = (None if bound is None else float(bound) / scale for bound in (quantity.min, quantity.max))
    return ("whole" if quantity.whole and scale == 1 else "decimal"), low, high


def _message(kind: str, low: float | None, high: float | None) -> str:
    what = "a whole number" if kind == "whole" else "a number"
    match low, high:
        case None, None:
            return f"This must be {what}."
        case None, _:
            return f"This must be {what} of at most {high:,.15g}."
        case _, None:
            return f"This must be {what} of at least {low:,.15g}."
    return f"This must be {what} from {low:,.15g} to {high:,.15g}."
