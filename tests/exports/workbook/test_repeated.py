"""Formulas of blocks of the same lines are spelled for two of them, and right in all others."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from engine.model.load import loads
from engine.planning.planner import plan
from exports.workbook.formulas.addresses import MARK
from exports.workbook.formulas.excel import ExcelLimit
from exports.workbook.formulas.guarded import GuardedReferences
from exports.workbook.formulas.repeated import Repeated
from exports.workbook.xlsx import workbook
from tests.toys.lemonade import TOY


def spelled(lines: int, column: str = f"{MARK}1{MARK}") -> str:
    """Return a formula of a block that stands so many lines further down: what is on other sheets stays."""
    return f'=IFERROR(Inputs!$G$7/{column}${98 + lines}%+SUM($G${100 + lines}:$K${101 + lines}),"no $7")'


@pytest.mark.parametrize("lines", [-90, -1, 0, 1, 899, 900, 12345])
def test_what_differs_between_two_blocks_moves_and_all_else_stays(lines: int) -> None:
    repeated = Repeated(spelled(0), spelled(9), (3, 4))
    assert repeated.moved(lines) == [spelled(lines, "B"), spelled(lines, "C")]


def test_a_formula_that_is_another_one_further_down_is_refused() -> None:
    with pytest.raises(ExcelLimit, match="8,192 are the most"):
        Repeated('=IFERROR($E$9,"no value")', "=$E$10", (1,))


def test_a_formula_is_spelled_once_for_cases_of_one_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[str] = Counter()
    formula = GuardedReferences.formula

    def count(self: GuardedReferences, node: Any, at: Any, owner: str = "") -> str:  # noqa: ANN401  # as it is given
        asked[owner] += self.sheet == "Cases"
        return formula(self, node, at, owner)

    monkeypatch.setattr(GuardedReferences, "formula", count)
    workbook(plan(loads(TOY)))
    few = dict(asked)
    asked.clear()
    workbook(plan(loads(TOY + "".join([f"\n[scenarios.more_{n}]\nset.price = {n / 2}\n" for n in range(20)]))))
    assert asked == few
    assert few["profit"] > 0
