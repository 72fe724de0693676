"""What the Checks sheet states: the model's checks, the workbook's own integrity, bounds, and published figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from engine.analysis.published import RELATIVE, Figure, figure_cell
from engine.analysis.verdicts import Judged, Verdict
from engine.language.tree import Node
from engine.model.dimensions import Grid, cell
from engine.plan.cells import Cell
from engine.plan.outputs import Output
from engine.plan.plan import RESULTS, Row, Test
from engine.problems import ModelError, error
from engine.units.unit import PURE, Unit
from exports.style.a1 import letter
from exports.style.formula_words import words
from exports.style.words import sentences
from exports.workbook.formulas.excel import ExcelLimit
from exports.workbook.formulas.references import References
from exports.workbook.layout.geometry import LABEL, LIVE, choice, line_name, position
from exports.workbook.layout.grid import SheetCell
from exports.workbook.parts.book import Book
from exports.workbook.parts.dimensions.rollups import count_rolled
from exports.workbook.parts.frame import describe, letter_row
from exports.workbook.sheets.registry import registry_total

_HOLDS = {
    "le": "{left}<={right}+{tolerance}",
    "ge": "{left}>={right}-{tolerance}",
    "eq": "ABS({left}-{right})<={tolerance}",
    "ne": "ABS({left}-{right})>{tolerance}",
    "lt": "{left}<{right}",
    "gt": "{left}>{right}",
}
_LARGER_SIDE = "MAX(ABS({left}),ABS({right}))"
_BOTH_SIDES = "(ABS({left})+ABS({right}))"
_COUNT = Unit("1", PURE)


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A line with two sides: each a value with its formula, if it has one.

    A tolerance that is relative is so to `size_formula`.
    """

    texts: dict[int, SheetCell]
    unit: Unit
    left: float
    left_formula: str
    status_formula: str
    right: float = 0
    right_formula: str = ""
    tolerance: float = 0
    relative: bool = False
    size_formula: str = _LARGER_SIDE
    scenario: str = "live"
    status: str = "OK"

    @property
    def judges_scenario(self) -> bool:
        """Return whether it is judged only while its scenario is live."""
        return self.scenario != "live"


def groups(book: Book) -> Iterator[tuple[str, list[CheckLine]]]:
    """Yield the statements of the Checks sheet under their headings."""
    tests = [_test(book, verdict, judged) for verdict in book.verdicts for judged in verdict.cells]
    if tests:
        yield "Statements of the model", tests
    yield "Integrity of this workbook", list(_integrity(book))
    bounds = [statement for row in book.results.plan.rows if row.kind in RESULTS for statement in _bounds(book, row)]
    if bounds:
        yield "Bounds of results", bounds
    if book.figures:
        yield "Published figures", _apart([_figure(book, figure) for figure in book.figures])


def _apart(lines: list[CheckLine]) -> list[CheckLine]:
    """Return lines whose labels differ: of those with one label each has its number among them."""
    counts = Counter([line.texts[LABEL].value for line in lines])
    numbers: Counter[object] = Counter()
    for line in lines:
        cell_ = line.texts[LABEL]
        if counts[cell_.value] > 1:
            numbers[cell_.value] += 1
            line.texts[LABEL] = cell_._replace(value=f"{cell_.value} · figure {numbers[cell_.value]}")
    return lines


def _test(book: Book, verdict: Verdict, judged: Judged) -> CheckLine:
    test = verdict.test
    if judged.left is None or judged.right is None or judged.tolerance is None or test.check.test.tree is None:
        at = book.results.plan.model.at("checks", test.check.id, "test")
        message = f"the check '{test.check.id}' has no value in the scenario '{book.results.case.id}'"
        raise ModelError([error("check", message, at)])
    member = ", ".join(judged.member)
    dimensions = book.results.plan.model.dimension
    indices = [dimensions[name].indices[text] for name, text in zip(test.over, judged.member, strict=True)]
    at_member = dict(zip(test.over, indices, strict=True))
    label = f"{test.check.label} · {member}" if member else test.check.label
    name = line_name(test.check.id, judged.member)
    return CheckLine(
        texts=describe(label, name, test.unit.text, words(test.check.test.tree)),
        unit=test.unit,
        left=judged.left / test.unit.scale,
        left_formula=_side(book, test.check.id, test.comparison.left, at_member),
        right=judged.right / test.unit.scale,
        right_formula=_side(book, test.check.id, test.comparison.right, at_member),
        tolerance=judged.tolerance / test.unit.scale,
        relative=test.tolerance is None,
        size_formula=_size(book, test, at_member),
        status="OK" if judged.passed else "FAIL",
        status_formula=_judged(test.comparison.function),
    )


def _size(book: Book, test: Test, at_member: Mapping[str, int]) -> str:
    if test.magnitude is None:
        return _BOTH_SIDES
    return f"({_side(book, test.check.id, test.magnitude, at_member).removeprefix('=')})"


def _side(book: Book, check: str, node: Node, at_member: Mapping[str, int]) -> str:
    try:
        return References(book.layout, "Checks").formula(node, at_member)
    except ExcelLimit as problem:
        at = book.results.plan.model.at("checks", check, "test")
        raise ModelError([error("excel", f"'{check}': {problem}", at, "make the sides quantities")]) from None


def _integrity(book: Book) -> Iterator[CheckLine]:
    """Yield what the workbook checks of itself: each counts what is wrong, and must be 0."""
    breaches = registry_total(book, "breach")
    if breaches:
        are_members = any(line.kind in {"numbers", "map"} for line in book.layout.inputs)
        what = "a number or a member, within its bounds" if are_members else "a number within its bounds"
        yield _count(f"Every input is {what}", "Cells of Inputs that are not", f"={breaches}")
    numbers = [line.number for line in book.layout.model if line.row is not None]
    if numbers:
        last = letter(max(LIVE, book.layout.last_column))
        results = f"Model!${letter(LIVE)}${min(numbers)}:${last}${max(numbers)}"
        count = _numbers(book, min(numbers))
        texts = describe("Every result is a number", "", "1", "Cells of Model that are numbers, and not errors")
        yield CheckLine(texts, _COUNT, count, f"=COUNT({results})", _judged("eq"), right=count)
    formula = f"=IF(ISNUMBER({position()}),0,1)"
    yield _count("The live scenario is one of the list", "1 where it is not", formula)


def _numbers(book: Book, first: int) -> int:
    """Return how many cells of Model, from a line on, hold numbers: results, and members that count."""
    count = 0
    for line in book.layout.model:
        if line.row is not None:
            block = book.layout.block(line.row.id)
            count += block.columns + count_rolled(book, line.row, block)
        elif line.members and line.number >= first:
            count += len(book.results.plan.model.dimension[line.members].numbers)
    return count


def _count(label: str, text: str, formula: str) -> CheckLine:
    return CheckLine(describe(label, "", "1", text), _COUNT, 0, formula, _judged("le"))


def _bounds(book: Book, row: Row) -> Iterator[CheckLine]:
    """Yield a statement for each bound of a result: of the smallest or largest member where one bound holds for all."""
    quantity = row.quantity
    if quantity is None or (quantity.min is None and quantity.max is None and not quantity.whole):
        return
    plan = book.results.plan
    values = np.ravel(book.results.values[plan.index[row.id]]).tolist()
    whole = book.layout.reference(row.id, "Checks")
    for bound, sign, text, function in (
        (quantity.min, "ge", "At least", "MIN"),
        (quantity.max, "le", "At most", "MAX"),
    ):
        if bound is None:
            continue
        if isinstance(bound, Grid) or not row.over:
            for number, value in enumerate(values):
                limit = cell(bound, number)
                if limit is not None:
                    yield _bound(book, row, (number, value), limit, (sign, text))
            continue
        value = min(values) if function == "MIN" else max(values)
        right = float(bound) / row.unit.scale
        texts = describe(f"{row.label} · every member, {text.lower()}", row.id, row.unit.text, f"{text} {bound}")
        tolerance = RELATIVE * max(abs(value), abs(right))
        formula = f"={function}({whole})"
        yield CheckLine(texts, row.unit, value, formula, _judged(sign), right, tolerance=tolerance, relative=True)
    for number, value in enumerate(values) if quantity.whole else ():
        label, name, reference = _cell(book, row, number)
        texts = describe(f"{label} · whole", name, row.unit.text, "A whole number")
        # A whole number of percent is a share of two decimals.
        digits = 2 if row.unit.percent else 0
        rounded = f"=ROUND({reference},{digits})"
        tolerance = RELATIVE * abs(value)
        yield CheckLine(
            texts,
            row.unit,
            value,
            f"={reference}",
            _judged("eq"),
            round(value, digits),
            rounded,
            tolerance,
            relative=True,
        )


def _bound(book: Book, row: Row, cell_: tuple[int, float], bound: Decimal, judged: tuple[str, str]) -> CheckLine:
    (number, value), (sign, text) = cell_, judged
    label, name, reference = _cell(book, row, number)
    right = float(bound) / row.unit.scale
    texts = describe(f"{label} · {text.lower()}", name, row.unit.text, f"{text} {bound}")
    tolerance = RELATIVE * max(abs(value), abs(right))
    return CheckLine(texts, row.unit, value, f"={reference}", _judged(sign), right, tolerance=tolerance, relative=True)


def _cell(book: Book, row: Row, number: int) -> tuple[str, str, str]:
    """Return the label, the name and the reference of one cell of a row."""
    plan = book.results.plan
    output = Output.of(plan, Cell(row.id, number))
    return output.label, output.name(plan), References(book.layout, "Checks").output(output)


def _judged(function: str) -> str:
    return f'=IF({_HOLDS[function]},"OK","FAIL")'


def _figure(book: Book, figure: Figure) -> CheckLine:
    plan = book.results.plan
    row = plan.row(figure.quantity.id)
    title = {source.id: source.title for source in plan.model.sources}[figure.published.source]
    reason = f"Disputed: {figure.published.disputed}" if figure.published.disputed else figure.published.note
    agrees, differs = ("FAIL", "disputed") if figure.published.disputed else ("reproduced", "FAIL")
    is_other = f"{{scenario}}<>{choice()}"
    is_changed = f"{letter_row('changed')}>0"
    judged = f'IF(ABS({{left}}-{{right}})<={{tolerance}},"{agrees}","{differs}")'
    number = figure_cell(plan, figure.quantity, figure.published)
    label, name, reference = _cell(book, row, number)
    return CheckLine(
        texts=describe(label, name, row.unit.text, sentences([reason, title])),
        unit=row.unit,
        left=book.results.at(Cell(row.id, number)),
        left_formula=f"={reference}",
        right=float(figure.published.value / row.unit.scale),
        tolerance=figure.tolerance / row.unit.scale,
        scenario=plan.case(figure.scenario).label,
        status={"not applicable": "other scenario", "failed": "FAIL"}.get(figure.status, figure.status),
        status_formula=f'=IF(OR({is_other},{is_changed}),IF({is_other},"other scenario","inputs changed"),{judged})',
    )
