"""Checks: the model's statements, the workbook's own integrity, and published figures beside this model's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.atoms import PURE, Unit
from engine.expression import Node
from engine.plan import Row
from engine.problems import ModelError, error
from engine.verdicts import RELATIVE, Figure, Verdict
from exports import number_format
from exports.formula import TooLong, excel, words
from exports.grid import Cell, Line, Rule, Sheet
from exports.layout import FIRST_ROW, GRID, LABEL, LIVE, NAME, UNIT, WORDS, choice, letter, position
from exports.sheets.common import SUMMARY, WIDTHS, Book, Numbered, described, header, heading, letter_row, line_of, top
from exports.sheets.registry import registry_range

SUBTITLE = "Statements that must hold, the integrity of this workbook, and what sources print beside this model."
RIGHT, DIFFERENCE, TOLERANCE, SCENARIO, STATUS = GRID, GRID + 1, GRID + 2, GRID + 3, GRID + 4
_HOLDS = {
    "le": "{left}<={right}+{tolerance}",
    "ge": "{left}>={right}-{tolerance}",
    "eq": "ABS({left}-{right})<={tolerance}",
    "ne": "ABS({left}-{right})>{tolerance}",
    "lt": "{left}<{right}",
    "gt": "{left}>{right}",
}
_COUNT = Unit("1", PURE)
_SUMMARY_END = max(SUMMARY.values())


@dataclass(frozen=True, slots=True)
class _Statement:
    """A line with two sides: each a value with its formula, if it has one."""

    texts: dict[int, Cell]
    unit: Unit
    left: float
    left_formula: str
    status_formula: str
    right: float = 0
    right_formula: str = ""
    tolerance: float = 0
    relative: bool = False
    scenario: str = "live"
    status: str = "OK"

    @property
    def judges_scenario(self) -> bool:
        """Return whether it is judged only while its scenario is live."""
        return self.scenario != "live"


def checks(book: Book) -> Sheet:
    """Return the sheet of checks."""
    widths = {**WIDTHS, RIGHT: 15, DIFFERENCE: 15, TOLERANCE: 15, SCENARIO: 24, STATUS: 18}
    groups = list(_groups(book))
    last = _last_row(groups)
    status = f"{letter(STATUS)}{FIRST_ROW}:{letter(STATUS)}{last}"
    first = f"${letter(STATUS)}{FIRST_ROW}"
    rules = [
        Rule(status, f'OR({first}="OK",{first}="reproduced")', "good"),
        Rule(status, f'{first}="FAIL"', "bad"),
        Rule(status, f'{first}="disputed"', "doubtful"),
    ]
    return Sheet("Checks", SUBTITLE, widths, _lines(book, groups, last), rules=rules,
                 freeze=f"{letter(NAME)}{FIRST_ROW}", tab="548235")  # fmt: skip


def _last_row(groups: list[tuple[str, list[_Statement]]]) -> int:
    return _SUMMARY_END + sum(len(statements) + 2 for _, statements in groups)


def _lines(book: Book, groups: list[tuple[str, list[_Statement]]], last: int) -> Iterator[Numbered]:
    yield from top(book, "Checks", SUBTITLE, STATUS)
    titles = {LABEL: "Check", NAME: "Name", UNIT: "Unit", LIVE: "This model", WORDS: "In words", RIGHT: "Compared with"}
    more = {DIFFERENCE: "Difference", TOLERANCE: "Tolerance", SCENARIO: "Scenario", STATUS: "Status"}
    yield header({**titles, **more}, STATUS, words=(SCENARIO, STATUS))
    yield heading(FIRST_ROW, "Summary", STATUS)
    yield from _summary(book, last)
    number = _SUMMARY_END + 2
    for title, statements in groups:
        yield heading(number, title, STATUS)
        for place, statement in enumerate(statements, 1):
            yield number + place, _line(statement, number + place)
        number += len(statements) + 2


def _summary(book: Book, last: int) -> Iterator[Numbered]:
    column = letter(STATUS)
    statuses = f"${column}${_SUMMARY_END + 1}:${column}${max(last, _SUMMARY_END + 1)}"
    changed = f"=SUM({changes})" if (changes := registry_range(book, "changed")) else ""
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
        cells = described(label, "", "1", text)
        cells[LIVE] = Cell(value, "calculation" if formula else "constant", "0", formula=formula)
        yield SUMMARY[name], line_of(cells)
    cells = described("Relative tolerance", "", "1", "Of the larger side, where a check gives no tolerance of its own")
    cells[LIVE] = Cell(RELATIVE, "constant", "0E+00")
    yield SUMMARY["tolerance"], line_of(cells)


def _groups(book: Book) -> Iterator[tuple[str, list[_Statement]]]:
    tests = [_test(book, verdict) for verdict in book.verdicts]
    if tests:
        yield "Statements of the model", tests
    yield "Integrity of this workbook", list(_integrity(book))
    bounds = [statement for row in book.results.plan.rows if row.kind == "formula" for statement in _bounds(book, row)]
    if bounds:
        yield "Bounds of results", bounds
    if book.figures:
        yield "Published figures", [_figure(book, figure) for figure in book.figures]


def _line(statement: _Statement, number: int) -> Line:
    left, right, tolerance = (f"${letter(column)}${number}" for column in (LIVE, RIGHT, TOLERANCE))
    shown = number_format.for_result(statement.unit, [statement.left, statement.right])
    cells = dict(statement.texts)
    calculation = "calculation" if statement.left_formula else "constant"
    cells[LIVE] = Cell(statement.left, calculation, shown, formula=statement.left_formula)
    cells[RIGHT] = Cell(statement.right, "calculation" if statement.right_formula else "constant", shown,
                        formula=statement.right_formula)  # fmt: skip
    difference = statement.left - statement.right
    if statement.status == "other scenario":
        cells[DIFFERENCE] = Cell("n/a", "text_right")
    else:
        cells[DIFFERENCE] = Cell(difference, "calculation", number_format.for_result(statement.unit, [difference]))
    if statement.judges_scenario:
        live = f"${letter(SCENARIO)}${number}={choice()}"
        cells[DIFFERENCE] = replace(cells[DIFFERENCE], formula=f'=IF({live},{left}-{right},"n/a")')
    else:
        cells[DIFFERENCE] = replace(cells[DIFFERENCE], formula=f"={left}-{right}")
    if "{tolerance}" not in statement.status_formula:
        cells[TOLERANCE] = Cell("strict", "text_right")
    else:
        formula = f"={letter_row('tolerance')}*MAX(ABS({left}),ABS({right}))" if statement.relative else ""
        shown = number_format.for_result(statement.unit, [statement.tolerance])
        cells[TOLERANCE] = Cell(statement.tolerance, "calculation" if formula else "constant", shown, formula=formula)
    cells[SCENARIO] = Cell(statement.scenario, "words")
    filled = statement.status_formula.format(
        left=left, right=right, tolerance=tolerance, scenario=f"${letter(SCENARIO)}${number}"
    )
    cells[STATUS] = Cell(statement.status, "status", formula=filled)
    return line_of(cells)


def _test(book: Book, verdict: Verdict) -> _Statement:
    test = verdict.test
    if verdict.left is None or verdict.right is None or verdict.tolerance is None or test.check.test.tree is None:
        at = book.results.plan.model.at("checks", test.check.id, "test")
        message = f"the check '{test.check.id}' has no value in the scenario '{book.results.case.id}'"
        raise ModelError([error("check", message, at)])
    return _Statement(
        texts=described(test.check.label, test.check.id, test.unit.text, words(test.check.test.tree)),
        unit=test.unit,
        left=verdict.left / test.unit.shown,
        left_formula=_side(book, test.check.id, test.comparison.left),
        right=verdict.right / test.unit.shown,
        right_formula=_side(book, test.check.id, test.comparison.right),
        tolerance=verdict.tolerance / test.unit.shown,
        relative=test.tolerance is None,
        status="OK" if verdict.passed else "FAIL",
        status_formula=_judged(test.comparison.function),
    )


def _side(book: Book, check: str, node: Node) -> str:
    try:
        return excel(node, lambda id_: book.layout.reference(id_, "Checks"))
    except TooLong as problem:
        at = book.results.plan.model.at("checks", check, "test")
        raise ModelError([error("excel", f"'{check}': {problem}", at, "make the sides quantities")]) from None


def _integrity(book: Book) -> Iterator[_Statement]:
    """Yield what the workbook checks of itself: each counts what is wrong, and must be 0."""
    breaches = registry_range(book, "breach")
    if breaches:
        yield _count("Every input is a number within its bounds", "Cells of Inputs that are not", f"=SUM({breaches})")
    numbers = [line.number for line in book.layout.model if line.row is not None]
    if numbers:
        results = f"Model!${letter(LIVE)}${min(numbers)}:${letter(LIVE)}${max(numbers)}"
        texts = described("Every result is a number", "", "1", "Formulas of Model that are not errors")
        yield _Statement(texts, _COUNT, len(numbers), f"=COUNT({results})", _judged("eq"), right=len(numbers))
    formula = f"=IF(ISNUMBER({position()}),0,1)"
    yield _count("The live scenario is one of the list", "1 where it is not", formula)


def _count(label: str, text: str, formula: str) -> _Statement:
    return _Statement(described(label, "", "1", text), _COUNT, 0, formula, _judged("le"))


def _bounds(book: Book, row: Row) -> Iterator[_Statement]:
    quantity = row.quantity
    if quantity is None:
        return
    value = book.value(row.id)
    reference = f"={book.layout.reference(row.id, 'Checks')}"
    for bound, sign, text in ((quantity.min, "ge", "At least"), (quantity.max, "le", "At most")):
        if bound is not None:
            right = float(bound) / row.unit.shown
            tolerance = RELATIVE * max(abs(value), abs(right))
            texts = described(row.label, row.id, row.unit.text, f"{text} {bound}")
            yield _Statement(
                texts, row.unit, value, reference, _judged(sign), right, tolerance=tolerance, relative=True
            )
    if quantity.whole:
        texts = described(row.label, row.id, row.unit.text, "A whole number")
        # A whole number of percent is a share of two decimals.
        digits = 2 if row.unit.percent else 0
        rounded = f"=ROUND({book.layout.reference(row.id, 'Checks')},{digits})"
        tolerance = RELATIVE * abs(value)
        yield _Statement(
            texts, row.unit, value, reference, _judged("eq"), round(value, digits), rounded, tolerance, relative=True
        )


def _judged(function: str) -> str:
    return f'=IF({_HOLDS[function]},"OK","FAIL")'


def _figure(book: Book, figure: Figure) -> _Statement:
    plan = book.results.plan
    row = plan.row(figure.quantity.id)
    title = {source.id: source.title for source in plan.model.sources}[figure.published.source]
    reason = f"Disputed: {figure.published.disputed}" if figure.published.disputed else figure.published.note
    agrees, differs = ("FAIL", "disputed") if figure.published.disputed else ("reproduced", "FAIL")
    is_other = f"{{scenario}}<>{choice()}"
    judged = f'IF(ABS({{left}}-{{right}})<={{tolerance}},"{agrees}","{differs}")'
    words_ = f"{reason.rstrip('.')}. {title}." if reason else f"{title}."
    return _Statement(
        texts=described(row.label, row.id, row.unit.text, words_),
        unit=row.unit,
        left=book.value(row.id),
        left_formula=f"={book.layout.reference(row.id, 'Checks')}",
        right=float(figure.published.value / row.unit.shown),
        tolerance=figure.tolerance / row.unit.shown,
        scenario=plan.case(figure.scenario).label,
        status={"not applicable": "other scenario", "failed": "FAIL"}.get(figure.status, figure.status),
        status_formula=f'=IF({is_other},"other scenario",IF({letter_row("changed")}>0,"inputs changed",{judged}))',
    )
