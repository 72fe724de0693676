"""Model: every computed quantity as one live formula, with the formula in words beside it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.plan import Row
from engine.problems import ModelError, Problem, error
from exports.formula import TooLong, excel, words
from exports.grid import Cell, Sheet
from exports.layout import FIRST_ROW, LABEL, LIVE, NAME, UNIT, WORDS, letter
from exports.sheets.common import WIDTHS, Book, Numbered, described, header, heading, line_of, top

SUBTITLE = "Calculations only: one formula a row. Units are converted by the constants on Inputs."


def model(book: Book) -> Sheet:
    """Return the sheet of formulas; raise ModelError for formulas that Excel cannot hold."""
    formulas = _formulas(book)
    return Sheet(
        "Model",
        SUBTITLE,
        dict(WIDTHS),
        _lines(book, formulas),
        freeze=f"{letter(NAME)}{FIRST_ROW}",
        tab="1F3864",
    )


def _lines(book: Book, formulas: dict[str, str]) -> Iterator[Numbered]:
    yield from top(book, "Model", SUBTITLE, WORDS)
    yield header({LABEL: "Result", NAME: "Name", UNIT: "Unit", LIVE: "Live", WORDS: "Formula in words"}, WORDS)
    for line in book.layout.model:
        if line.row is None:
            yield heading(line.number, line.heading, WORDS, line.note)
            continue
        row = line.row
        value = book.value(row.id)
        cells = described(row.label, row.id, row.unit.text, _words(row))
        cells[LIVE] = Cell(value, "calculation", book.format(row), formula=formulas[row.id])
        yield line.number, line_of(cells)


def _formulas(book: Book) -> dict[str, str]:
    formulas: dict[str, str] = {}
    problems: list[Problem] = []
    plan = book.results.plan
    for row in plan.rows:
        if row.expression is None or row.quantity is None:
            continue
        try:
            formulas[row.id] = excel(row.expression, lambda id_: book.layout.reference(id_, "Model"))
        except TooLong as problem:
            at = plan.model.at(*row.quantity.path, "formula")
            problems.append(error("excel", f"'{row.id}': {problem}", at, "split it into quantities of their own"))
    if problems:
        raise ModelError(problems)
    return formulas


def _words(row: Row) -> str:
    quantity = row.quantity
    if quantity is None or quantity.formula is None or quantity.formula.tree is None:
        return ""
    note = " ".join(quantity.note.split())
    return words(quantity.formula.tree) + (f"   ({note.rstrip('.')})" if note else "")
