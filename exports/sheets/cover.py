"""Cover: what the model says, the scenario it says it in, and whether to believe it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from math import ceil
from pathlib import PurePath

import numpy as np

from engine.problems import printable
from engine.rows import Case, Plan, Row
from engine.sensitivity import headlines
from exports.formula import told
from exports.grid import Cell, Line, Sheet, Typing
from exports.outputs import shown
from exports.places import CHOICE_ROW, HEADER_ROW, LABEL, LIVE, POSITION_ROW, WORDS, choice
from exports.references import References
from exports.sheets.common import WIDTHS, Book, Numbered, described, heading, height, letter_row, line_of, top

_CONTENTS = (
    ("Inputs", "Every assumption with unit, source and range; one column a scenario. The only sheet to type into."),
    ("Model", "The calculation: one formula a row, and the same formula in words."),
    ("Scenarios", "The outputs of every scenario side by side, with the differences."),
    ("Sensitivity", "How much each assumption matters to an output of your choice: swings, chart and elasticities."),
    ("Cases", "Working: the model once more for each scenario and each end of a range."),
    ("Checks", "Statements that must hold, and the figures that sources print beside this model's."),
    ("Sources", "Where the figures come from."),
    ("Registry", "Where each input stands in the model's text, and which were changed since export."),
)
_OF_OUTPUTS = frozenset({"Scenarios", "Sensitivity", "Cases"})
_KEY = (
    ("input", "1,234", "An assumption: type over it"),
    ("inherited", "1,234", "Taken over from another scenario; a number typed here becomes this scenario's own"),
    ("live", "1,234", "The value of the live scenario"),
    ("calculation", "1,234", "A formula: do not type here (sheets are protected, without a password)"),
    ("actual", "1,234", "A value given on Inputs, before the formula of its row takes over"),
    ("constant", "1,234", "A constant: the size of a unit, or a printed figure"),
)
_CHOICE_WIDTH = 14


def cover(book: Book) -> Sheet:
    """Return the first sheet."""
    purpose = " ".join(book.results.plan.model.purpose.split())
    cell = choice().split("!")[1].replace("$", "")
    message = "Choose one of the scenarios in the list."
    typing = [Typing(cell, "list", choices=book.layout.scenario_labels, message=message)]
    return Sheet("Cover", purpose, dict(WIDTHS), _lines(book), typing=typing, tab="1F3864", pages_high=1)


def _lines(book: Book) -> Iterator[Numbered]:
    plan = book.results.plan
    yield from top(book, "Cover", " ".join(plan.model.purpose.split()), WORDS)
    yield heading(HEADER_ROW, "Scenario", WORDS)
    yield from _scenario(book)
    number = POSITION_ROW + 2
    for title, lines in (
        ("Headline results", [line for row in headlines(plan) for line in _headline(book, row)]),
        ("Scenarios in the list", [_scenario_note(case) for case in plan.cases]),
        ("State of the model", list(_state(book))),
        ("Contents", [_content(*entry) for entry in _CONTENTS if book.cases.outputs or entry[0] not in _OF_OUTPUTS]),
        ("Colour key", [_key(*entry) for entry in _KEY if entry[0] != "actual" or any(row.given for row in plan.rows)]),
        ("This workbook", [_fact(label, text) for label, text in _facts(plan)]),
    ):
        yield heading(number, title, WORDS)
        for place, line in enumerate(lines, 1):
            yield number + place, line
        number += len(lines) + 2


def _scenario(book: Book) -> Iterator[Numbered]:
    plan, case = book.results.plan, book.results.case
    place = plan.cases.index(case) + 1
    cells = described("Live scenario", "", "1", "Choose from the list: every number in this workbook follows.")
    # As text, so that a scenario named 2026 stays a name when it is chosen.
    cells[LIVE] = Cell(case.label, "choice", "@")
    longest = max(len(other.label) for other in plan.cases)
    yield CHOICE_ROW, Line(cells, 24.0 + 16.0 * (ceil(longest / _CHOICE_WIDTH) - 1))
    cells = described(
        "Its place in the list", "", "1", "Found from the choice above; each input picks its value by it."
    )
    formula = f"=MATCH({choice().split('!')[1]},{book.layout.scenario_labels},0)"
    cells[LIVE] = Cell(place, "calculation", "0", formula=formula)
    yield POSITION_ROW, line_of(cells)


def _scenario_note(case: Case) -> Line:
    note = " ".join(case.note.split()) or ("The values as written." if case.parent is None else "")
    return line_of(described(case.label, case.id, "1", note))


def _headline(book: Book, row: Row) -> Iterator[Line]:
    """Yield a line for each member of a headline result that is shown."""
    plan, quantity = book.results.plan, row.quantity
    values = np.ravel(book.results.values[plan.index[row.id]]).tolist()
    cells_ = shown(plan, row)
    references = References(book.layout, "Cover")
    for number, member in cells_:
        formula = quantity.formula_for(member) if quantity is not None else None
        tree = formula.tree if formula is not None else None
        text = ", ".join(member)
        cells = described(
            row.label,
            row.id,
            row.unit.text,
            told(quantity, tree) if quantity is not None and tree is not None else "An input",
        )
        cells[LABEL] = Cell(f"{row.label} · {text}" if text else row.label, "headline_label")
        at = {name: plan.model.dimension[name].places[one] for name, one in zip(row.over, member, strict=True)}
        reference = f"={references.cell(row.id, at)}"
        cells[LIVE] = Cell(values[number], "headline", book.format(row), formula=reference)
        yield Line(cells, max(26.0, height(str(cells[WORDS].value), WORDS)))


def _state(book: Book) -> Iterator[Line]:
    rows = (
        ("fails", "Checks that fail", book.fails, "See Checks"),
        ("changed", "Inputs changed since export", 0, "See Registry"),
        ("reproduced", "Published figures reproduced in this scenario", book.count("reproduced"), "See Checks"),
        ("disputed", "Published figures disputed, each with the reason", book.count("disputed"), "See Checks"),
    )
    for name, label, value, text in rows:
        cells = described(label, "", "1", "")
        cells[LIVE] = Cell(value, "calculation", "0", formula=f"=Checks!{letter_row(name)}")
        cells[WORDS] = Cell(text, "link_words", link=f"{text.split()[1]}!B1")
        yield line_of(cells)


def _content(name: str, text: str) -> Line:
    cells = described("", "", "1", text)
    cells[LABEL] = Cell(name, "link", link=f"{name}!B1")
    return line_of(cells)


def _key(style: str, sample: str, text: str) -> Line:
    cells = described(style.replace("_", " ").capitalize(), "", "1", text)
    cells[LIVE] = Cell(sample, f"{style}_sample")
    return line_of(cells)


def _fact(label: str, text: str) -> Line:
    return line_of(described(label, "", "1", text))


def _facts(plan: Plan) -> Iterator[tuple[str, str]]:
    text = getattr(plan.model.document, "text", "")
    yield "Model file", printable(PurePath(plan.model.document.name).name)
    yield "SHA-256 of its text", hashlib.sha256(text.encode()).hexdigest()
    yield "Made by", f"Plainsheet {_version()}"


def _version() -> str:
    try:
        return version("plainsheet")
    except PackageNotFoundError:
        return "from its source"
