"""The proof: engine = value in the file = LibreOffice = IronCalc, for every formula, in every scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.model.load import load
from engine.plan.plan import Plan
from engine.planning.planner import plan
from exports.workbook.layout.rows import Layout
from exports.workbook.xlsx import workbook
from tests.oracles.agreement import differences
from tests.oracles.contents import cached, edited, formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice
from tests.places import MODELS
from tests.toys.debt import debt


@pytest.fixture(scope="module")
def sora() -> Plan:
    """Return the flagship."""
    return plan(load(MODELS / "sora.toml"))


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_agrees_on_every_formula_in_every_scenario(sora: Plan) -> None:
    books = [workbook(sora, case.id) for case in sora.cases]
    for content, values in zip(books, libreoffice(books), strict=True):
        assert differences(content, values) == []


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_follows_a_scenario_chosen_in_the_workbook(sora: Plan) -> None:
    first = workbook(sora)
    for case, values in zip(
        sora.cases, libreoffice([edited(first, {("Cover", "E6"): case.label}) for case in sora.cases]), strict=True
    ):
        # Compared with the file of that scenario, whose values are the engine's.
        assert differences(workbook(sora, case.id), values) == []


@pytest.mark.slow
def test_ironcalc_follows_a_scenario_chosen_in_the_workbook(sora: Plan) -> None:
    book = IronCalc(workbook(sora))
    for case in sora.cases:
        content = workbook(sora, case.id)
        book.type("Cover", "E6", case.label)
        assert differences(content, book.values(formulas(content))) == []


def test_no_formula_is_empty_or_an_error_on_opening(sora: Plan) -> None:
    content = workbook(sora)
    own = cached(content)
    for cell, formula in formulas(content).items():
        assert own.get(cell) is not None, (cell, formula)
        assert not str(own[cell]).startswith("#"), (cell, formula)


def test_a_planted_fault_is_found(sora: Plan) -> None:
    content = workbook(sora)
    cell = Layout(sora).block("breakeven").cell().replace("$", "")
    wrong = formulas(content)["Model", cell].replace("/", "*", 1)
    broken = edited(content, {("Model", cell): wrong})
    found = differences(content, IronCalc(broken).values(formulas(content)))
    assert any(f"Model!{cell} " in difference for difference in found)


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_finds_a_planted_fault_too(sora: Plan) -> None:
    content = workbook(sora)
    cell = Layout(sora).block("breakeven").cell().replace("$", "")
    wrong = formulas(content)["Model", cell].replace("/", "*", 1)
    (values,) = libreoffice([edited(content, {("Model", cell): wrong})])
    assert any(f"Model!{cell} " in difference for difference in differences(content, values))


def test_the_workbook_of_the_debt_has_no_circle_and_ironcalc_agrees_on_every_cell() -> None:
    content = workbook(debt())
    spelled = formulas(content)
    assert any("IF(" in formula for formula in spelled.values())
    found = IronCalc(content).values(spelled)
    assert differences(content, found) == []
    assert not [value for value in found.values() if isinstance(value, str) and value.startswith("#")]


_MANY = 50_000


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    "path", [path for path in sorted(MODELS.glob("*.toml")) if path.stem != "sora"], ids=lambda path: path.stem
)
@pytest.mark.slow
def test_every_cell_of_every_model_agrees_in_its_scenarios(path: Path) -> None:
    planned = plan(load(path))
    books = [workbook(planned, case.id) for case in planned.cases]
    ends = [books[0], books[-1]]
    for content, values in zip(ends, libreoffice(ends), strict=True):
        assert differences(content, values) == []
    book = IronCalc(books[0])
    cells = formulas(books[0])
    shown = list(zip(planned.cases, books, strict=True))
    # The largest model takes two minutes in all of its scenarios: its first, its last, and one between.
    for case, content in shown if len(cells) < _MANY else [shown[0], shown[2], shown[-1]]:
        book.type("Cover", "E6", case.label)
        assert differences(content, book.values(cells)) == []
