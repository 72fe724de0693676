"""Checks: the model's statements, the workbook's own integrity, and published figures beside this model's."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.published import RELATIVE
from exports.style import number_format
from exports.style.a1 import letter
from exports.workbook.layout.geometry import FIRST_ROW, GRID, LABEL, LIVE, NAME, UNIT, WIDTHS, WORDS, choice
from exports.workbook.layout.grid import Sheet, SheetCell, SheetLine, StyleRule
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import SUMMARY, Numbered, describe, header, heading, letter_row, line_of, top
from exports.workbook.sheets.registry import registry_total
from exports.workbook.sheets.statements import CheckLine, groups

SUBTITLE = "Statements that must hold, the integrity of this workbook, and what sources print beside this model."
RIGHT, DIFFERENCE, TOLERANCE, SCENARIO, STATUS = GRID, GRID + 1, GRID + 2, GRID + 3, GRID + 4
_SUMMARY_END = max(SUMMARY.values())


def checks(book: Book) -> Sheet:
    """Return the sheet of checks."""
    widths = {**WIDTHS, RIGHT: 15, DIFFERENCE: 15, TOLERANCE: 15, SCENARIO: 24, STATUS: 18}
    stated = list(groups(book))
    last = _last_row(stated)
    status = f"{letter(STATUS)}{FIRST_ROW}:{letter(STATUS)}{last}"
    first = f"${letter(STATUS)}{FIRST_ROW}"
    rules = [
        StyleRule(status, f'OR({first}="OK",{first}="reproduced")', "good"),
        StyleRule(status, f'{first}="FAIL"', "bad"),
        StyleRule(status, f'{first}="disputed"', "doubtful"),
    ]
    return Sheet("Checks", widths, _lines(book, stated, last), rules=rules,
                 freeze=f"{letter(NAME)}{FIRST_ROW}", tab="548235")  # fmt: skip


def _last_row(stated: list[tuple[str, list[CheckLine]]]) -> int:
    return _SUMMARY_END + sum(len(statements) + 2 for _, statements in stated)


def _lines(book: Book, stated: list[tuple[str, list[CheckLine]]], last: int) -> Iterator[Numbered]:
    yield from top(book, "Checks", SUBTITLE, STATUS)
    titles = {LABEL: "Check", NAME: "Name", UNIT: "Unit", LIVE: "This model", WORDS: "In words", RIGHT: "Compared with"}
    more = {DIFFERENCE: "Difference", TOLERANCE: "Tolerance", SCENARIO: "Scenario", STATUS: "Status"}
    yield header({**titles, **more}, STATUS, words=(SCENARIO, STATUS))
    yield heading(FIRST_ROW, "Summary", STATUS)
    yield from _summary(book, last)
    number = _SUMMARY_END + 2
    for title, statements in stated:
        yield heading(number, title, STATUS)
        for index, statement in enumerate(statements, 1):
            yield number + index, _line(statement, number + index)
        number += len(statements) + 2


def _summary(book: Book, last: int) -> Iterator[Numbered]:
    column = letter(STATUS)
    statuses = f"${column}${_SUMMARY_END + 1}:${column}${max(last, _SUMMARY_END + 1)}"
    changed = f"={total}" if (total := registry_total(book, "changed")) else ""
    rows = (
        ("fails", "Checks that fail", "Statements below whose status is FAIL", book.fails),
        ("changed", "Inputs changed since export", "Published figures are not judged while inputs are changed", 0),
        ("reproduced", "Published figures reproduced", "In the live scenario", book.count("reproduced")),
        (
            "disputed",
            "Published figures disputed",
            "Not reproduced, for a reason",
            book.count("disputed"),
        ),
    )
    for name, label, text, value in rows:
        word = "FAIL" if name == "fails" else name
        formula = changed if name == "changed" else f'=COUNTIF({statuses},"{word}")'
        cells = describe(label, "", "1", text)
        cells[LIVE] = SheetCell(value, "calculation" if formula else "constant", "0", formula=formula)
        yield SUMMARY[name], line_of(cells)
    cells = describe("Relative tolerance", "", "1", "Of what is compared, where a check gives no tolerance of its own")
    cells[LIVE] = SheetCell(RELATIVE, "constant", "0E+00")
    yield SUMMARY["tolerance"], line_of(cells)


def _line(statement: CheckLine, number: int) -> SheetLine:
    left, right, tolerance = (f"${letter(column)}${number}" for column in (LIVE, RIGHT, TOLERANCE))
    shown = number_format.for_result(statement.unit, [statement.left, statement.right])
    cells = dict(statement.texts)
    calculation = "calculation" if statement.left_formula else "constant"
    cells[LIVE] = SheetCell(statement.left, calculation, shown, formula=statement.left_formula)
    cells[RIGHT] = SheetCell(statement.right, "calculation" if statement.right_formula else "constant", shown,
                        formula=statement.right_formula)  # fmt: skip
    difference = statement.left - statement.right
    if statement.status == "other scenario":
        cells[DIFFERENCE] = SheetCell("n/a", "text_right")
    else:
        cells[DIFFERENCE] = SheetCell(difference, "calculation", number_format.for_result(statement.unit, [difference]))
    if statement.judges_scenario:
        live = f"${letter(SCENARIO)}${number}={choice()}"
        cells[DIFFERENCE] = cells[DIFFERENCE]._replace(formula=f'=IF({live},{left}-{right},"n/a")')
    else:
        cells[DIFFERENCE] = cells[DIFFERENCE]._replace(formula=f"={left}-{right}")
    if "{tolerance}" not in statement.status_formula:
        cells[TOLERANCE] = SheetCell("strict", "text_right")
    else:
        size = statement.size_formula.format(left=left, right=right)
        formula = f"={letter_row('tolerance')}*{size}" if statement.relative else ""
        shown = number_format.for_result(statement.unit, [statement.tolerance])
        cells[TOLERANCE] = SheetCell(
            statement.tolerance, "calculation" if formula else "constant", shown, formula=formula
        )
    cells[SCENARIO] = SheetCell(statement.scenario, "words")
    filled = statement.status_formula.format(
        left=left, right=right, tolerance=tolerance, scenario=f"${letter(SCENARIO)}${number}"
    )
    cells[STATUS] = SheetCell(statement.status, "status", formula=filled)
    return line_of(cells)
