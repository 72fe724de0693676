"""Random models whose inputs are drawn: what a workbook's trials hold is what a spreadsheet computes."""

from __future__ import annotations

import pytest

from engine.model.load import loads
from engine.planning.planner import plan
from exports.workbook.xlsx import workbook
from tests.oracles.agreement import differences
from tests.oracles.contents import formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice
from tests.toys import random_draws

_SHEETS = ("Draws", "Trials", "Uncertainty")


def _exported(seed: int) -> bytes:
    return workbook(plan(loads(random_draws.text(seed), "random.toml")), trials=16)


def _on_trials(found: list[str]) -> list[str]:
    return [one for one in found if one.startswith((*_SHEETS, "Cover"))]


@pytest.mark.parametrize("seed", range(6))
def test_trials_are_what_ironcalc_computes(seed: int) -> None:
    content = _exported(seed)
    cells = formulas(content)
    assert {sheet for sheet, _ in cells} >= {*_SHEETS}
    assert _on_trials(differences(content, IronCalc(content).values(cells))) == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_trials_are_what_libreoffice_computes() -> None:
    # Of later seeds some take nearly equal numbers apart, whose difference LibreOffice counts as 0.
    books = [_exported(seed) for seed in range(6, 10)]
    assert [_on_trials(differences(*one)) for one in zip(books, libreoffice(books), strict=True)] == [[]] * 4
