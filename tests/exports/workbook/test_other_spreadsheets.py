"""The proof in Gnumeric and HyperFormula: what they compute is what the file says, to 1e-9, for every formula.

What HyperFormula has otherwise than Excel, and what it has not, stands in a list below; so does what Gnumeric has not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

import pytest

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from exports.workbook.xlsx import workbook
from tests.exported import NAMES, book, lemonade, planned
from tests.oracles.agreement import CLOSE_ELSEWHERE, differences, used
from tests.oracles.contents import Cells, edited, formulas
from tests.oracles.gnumeric import complaints, gnumeric
from tests.oracles.hyperformula import Grid, computed, hyperformula
from tests.oracles.iron_calc import IronCalc
from tests.toys import random_dimensions, random_groups, random_models
from tests.toys.transposed import transposed

# What HyperFormula gives, and what Excel, LibreOffice, Gnumeric and IronCalc give.
_OTHERWISE: Final = {
    "=INT(-2.5)": (-2, -3),
    "=ROUND(1.005,2)": (1, 1.01),
    "=SUMPRODUCT((ROW(A1:A3)=2)*1)": (0, 1),
}
# Formulas that rest on one of these may come to something else there, or to nothing: rates far from ten percent are not
# found; and a lag along adjoints is looked up in a range that holds the own cell, in which it sees a circle.
_TAKEN: Final = re.compile(r"\b(?:INT|ROW|DDB|X?IRR)\(|,1,MIN\(.*COUNT\(")
# It has quantiles of the beta distribution to eight digits, which trials are computed from.
_ROUGH: Final = "BETAINV("
_MISSING: Final = (
    "=RANK(1,A1:A3)",
    "=IRR(A1:D1)",
    "=DDB(100,10,5.5,2)",
    "=INDEX(A1:C3,1,0)",
    "=SUM(INDEX(A1:A3,1):INDEX(A1:A3,2))",
    "=2*1E-3",
)
# Random models of each kind: more of them where every test runs.
_DRAWN: Final = 6 if os.environ.get("PLAINSHEET_ALL_TESTS") else 2
# Gnumeric has no lists of areas in names, and so it does not repeat both lines and columns on paper; nor has it scales
# of colours.
_UNREAD: Final = re.compile(
    r"^Unexpected element '|^\t|Multiple expressions are not supported|format of type 'colorScale'"
)


def of_models() -> Iterator[Plan]:
    return (found[0] for seed in range(200) if (found := random_models.written(seed)))


def of_dimensions() -> Iterator[Plan]:
    drawn = map(random_dimensions.made, range(100))
    return (one for one in drawn if all(random_dimensions.is_calm(evaluate(one, case.id)) for case in one.cases))


def of_groups() -> Iterator[Plan]:
    return random_groups.calm(range(100))


@pytest.mark.slow
@pytest.mark.gnumeric
@pytest.mark.parametrize("name", NAMES)
def test_gnumeric_agrees_on_every_cell(name: str) -> None:
    (values,) = gnumeric([book(name)])
    found = differences(book(name), values, CLOSE_ELSEWHERE)
    # The last payment of the loan is what is left of it, but for the last bit: of that tie it takes the other side,
    # since it compares all bits, where Excel and the others compare 15 digits.
    assert [one for one in found if not (name == "three_statements" and one.startswith("Sensitivity!"))] == []
    # It reads every list of choices and every chart.
    assert [line for line in complaints(book(name)) if not _UNREAD.search(line)] == []


@pytest.mark.slow
@pytest.mark.node
@pytest.mark.parametrize("name", NAMES)
def test_hyperformula_agrees_on_every_cell(name: str) -> None:
    (values,) = hyperformula([book(name)])
    is_rough = any(_ROUGH in formula for formula in formulas(book(name)).values())
    found = left(book(name), values)
    assert [one for one in found if not (is_rough and one.startswith(("Trials!", "Uncertainty!")))] == []


@pytest.mark.slow
@pytest.mark.gnumeric
@pytest.mark.node
def test_both_follow_a_scenario_chosen_in_the_workbook() -> None:
    case = planned("sora").cases[-1]
    chosen = edited(book("sora"), {("Cover", "E6"): case.label})
    # Compared with the file of that scenario, whose values are the engine's.
    for values in (*gnumeric([chosen]), *hyperformula([chosen])):
        assert differences(book("sora", case.id), values, CLOSE_ELSEWHERE) == []


@pytest.mark.slow
@pytest.mark.gnumeric
@pytest.mark.node
def test_both_agree_on_a_small_model_and_find_a_planted_fault() -> None:
    content = lemonade()
    for asked in (gnumeric, hyperformula):
        (values,) = asked([content])
        assert differences(content, values, CLOSE_ELSEWHERE) == []
        cell, formula = next(one for one in formulas(content).items() if one[0][0] == "Model")
        (values,) = asked([edited(content, {cell: f"{formula}+1"})])
        assert any(f"{cell[0]}!{cell[1]} " in one for one in differences(content, values, CLOSE_ELSEWHERE))


@pytest.mark.slow
@pytest.mark.gnumeric
@pytest.mark.node
@pytest.mark.parametrize("draw", [of_models, of_dimensions, of_groups], ids=lambda draw: draw.__name__)
def test_both_agree_on_random_models(draw: Callable[[], Iterator[Plan]]) -> None:
    books = [workbook(made, made.cases[seed % 2].id) for seed, made in enumerate(islice(draw(), _DRAWN))]
    for asked in (gnumeric, hyperformula):
        for content, values in zip(books, asked(books), strict=True):
            assert left(content, values) == []


@pytest.mark.gnumeric
@pytest.mark.node
@pytest.mark.parametrize("count", [3, pytest.param(30, marks=pytest.mark.slow)])
def test_a_line_of_few_or_many_is_looked_up_the_same_everywhere(count: int) -> None:
    content = workbook(plan(loads(transposed(count))))
    spelled = formulas(content)
    assert any(("CHOOSE(" if count == 3 else "MMULT(") in formula for formula in spelled.values())
    for values in (*gnumeric([content]), *hyperformula([content])):
        assert differences(content, values, CLOSE_ELSEWHERE) == []
    assert differences(content, IronCalc(content).values(spelled)) == []


@pytest.mark.node
def test_what_hyperformula_has_otherwise_and_what_it_has_not() -> None:
    asked = [*_OTHERWISE, *_MISSING]
    sheet: Grid = [[0.0, -20.0, 3.7, 3.7], [1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]
    sheet += [[formula] for formula in asked]
    (values,) = computed([{"S": sheet}])
    for number, (formula, (there, _)) in enumerate(_OTHERWISE.items(), 4):
        assert values["S", f"A{number}"] == there, formula
    for number, formula in enumerate(_MISSING, 4 + len(_OTHERWISE)):
        assert str(values["S", f"A{number}"]).startswith("#"), formula


def _is_one_number(difference: str) -> bool:
    """Return whether both texts are of one number: Gnumeric writes 0.71 as 0.70999999999999999998."""
    found = re.search(r": file (\S+), computed (\S+)$", difference)
    try:
        return found is not None and float(found[1]) == float(found[2])
    except ValueError:
        return False


def left(content: bytes, values: Cells) -> list[str]:
    """Return the differences that begin in a cell with nothing which HyperFormula takes otherwise."""
    spelled = formulas(content)
    wrong: dict[tuple[str, str], str] = {}
    for one in differences(content, values, CLOSE_ELSEWHERE):
        sheet, _, cell = one.partition(" ")[0].partition("!")
        wrong[sheet, cell] = one
    return [
        one
        for place, one in wrong.items()
        if not (_TAKEN.search(spelled.get(place, "")) or _is_one_number(one))
        and wrong.keys().isdisjoint(used(place[0], spelled.get(place, "")))
    ]
