"""The proof: engine = value in the file = LibreOffice = IronCalc, for every formula, in every scenario."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.model.load import load
from engine.plan.plan import Plan
from engine.planning.planner import plan
from exports.workbook.layout.rows import Layout
from exports.workbook.xlsx import workbook
from tests.oracles.spreadsheets import Cells, IronCalc, Value, cached, edited, formulas, libreoffice

MODELS = Path(__file__).parent.parent.parent.parent / "models"
_REFERENCE = re.compile(r"(?:(\w+)!)?(\$?[A-Z]+\$?\d+)")


def differences(content: bytes, values: Cells) -> list[str]:
    """Return each formula cell whose value in the file is not what a spreadsheet computed."""
    own, spelled = cached(content), formulas(content)
    assert spelled
    return [
        f"{sheet}!{address} {spelled[sheet, address]}: file {own.get((sheet, address))}, computed {values.get((sheet, address))}"
        for sheet, address in spelled
        if not agree(own, (sheet, address), values.get((sheet, address)), spelled[sheet, address])
    ]


def agree(own: Cells, cell: tuple[str, str], computed: Value, formula: str) -> bool:
    """Return whether two values agree to 1e-12 of themselves or, where terms cancel, of the largest operand."""
    value = own.get(cell)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value is not None and value == computed
    if isinstance(computed, bool) or not isinstance(computed, int | float):
        return False
    size = max(abs(value), abs(computed))
    if "-" in formula or "+" in formula:
        places = [(sheet or cell[0], address.replace("$", "")) for sheet, address in _REFERENCE.findall(formula)]
        operands = [own.get(place) for place in places]
        size = max([size, *(abs(operand) for operand in operands if isinstance(operand, int | float))])
    return abs(value - computed) <= 1e-12 * size


@pytest.fixture(scope="module")
def sora() -> Plan:
    """Return the flagship."""
    return plan(load(MODELS / "sora.toml"))


@pytest.mark.libreoffice
def test_libreoffice_agrees_on_every_formula_in_every_scenario(sora: Plan) -> None:
    books = [workbook(sora, case.id) for case in sora.cases]
    for content, values in zip(books, libreoffice(books), strict=True):
        assert differences(content, values) == []


@pytest.mark.libreoffice
def test_libreoffice_follows_a_scenario_chosen_in_the_workbook(sora: Plan) -> None:
    first = workbook(sora)
    for case, values in zip(
        sora.cases, libreoffice([edited(first, {("Cover", "E6"): case.label}) for case in sora.cases]), strict=True
    ):
        # Compared with the file of that scenario, whose values are the engine's.
        assert differences(workbook(sora, case.id), values) == []


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
def test_libreoffice_finds_a_planted_fault_too(sora: Plan) -> None:
    content = workbook(sora)
    cell = Layout(sora).block("breakeven").cell().replace("$", "")
    wrong = formulas(content)["Model", cell].replace("/", "*", 1)
    (values,) = libreoffice([edited(content, {("Model", cell): wrong})])
    assert any(f"Model!{cell} " in difference for difference in differences(content, values))
