"""The proof: engine = value in the file = LibreOffice = IronCalc, for every formula, in every scenario."""

from __future__ import annotations

import pytest

from exports.workbook.layout.rows import Layout
from exports.workbook.xlsx import workbook
from tests.exported import NAMES, book, planned
from tests.oracles.agreement import differences
from tests.oracles.contents import cached, edited, formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice
from tests.toys.debt import debt

OTHERS = [name for name in NAMES if name != "sora"]
_MANY = 50_000
# A workbook of so many formulas is held against LibreOffice in its first scenario, and against IronCalc as exported.
_MOST = 150_000


def labels() -> dict[str, str]:
    """Return what each scenario of the flagship is called where it is chosen."""
    return {case.id: case.label for case in planned("sora").cases}


def broken() -> tuple[str, bytes]:
    """Return a cell of the flagship, and its workbook with another formula in that cell and the value as it was."""
    cell = Layout(planned("sora")).block("breakeven").cell().replace("$", "")
    wrong = formulas(book("sora"))["Model", cell].replace("/", "*", 1)
    return cell, edited(book("sora"), {("Model", cell): wrong})


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_agrees_on_every_formula_in_every_scenario() -> None:
    books = [book("sora", scenario) for scenario in labels()]
    for content, values in zip(books, libreoffice(books), strict=True):
        assert differences(content, values) == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_follows_a_scenario_chosen_in_the_workbook() -> None:
    chosen = [edited(book("sora"), {("Cover", "E6"): label}) for label in labels().values()]
    for scenario, values in zip(labels(), libreoffice(chosen), strict=True):
        # Compared with the file of that scenario, whose values are the engine's.
        assert differences(book("sora", scenario), values) == []


@pytest.mark.slow
def test_ironcalc_follows_a_scenario_chosen_in_the_workbook() -> None:
    iron = IronCalc(book("sora"))
    for scenario, label in labels().items():
        content = book("sora", scenario)
        iron.type("Cover", "E6", label)
        assert differences(content, iron.values(formulas(content))) == []


def test_no_formula_is_empty_or_an_error_on_opening() -> None:
    own = cached(book("sora"))
    for cell, formula in formulas(book("sora")).items():
        assert own.get(cell) is not None, (cell, formula)
        assert not str(own[cell]).startswith("#"), (cell, formula)


@pytest.mark.slow
def test_a_planted_fault_is_found() -> None:
    cell, content = broken()
    found = differences(book("sora"), IronCalc(content).values(formulas(content)))
    assert any(f"Model!{cell} " in difference for difference in found)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_finds_a_planted_fault_too() -> None:
    cell, content = broken()
    (values,) = libreoffice([content])
    assert any(f"Model!{cell} " in difference for difference in differences(book("sora"), values))


def test_the_workbook_of_the_debt_has_no_circle_and_ironcalc_agrees_on_every_cell() -> None:
    content = workbook(debt())
    spelled = formulas(content)
    assert any("IF(" in formula for formula in spelled.values())
    found = IronCalc(content).values(spelled)
    assert differences(content, found) == []
    assert not [value for value in found.values() if isinstance(value, str) and value.startswith("#")]


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("name", OTHERS)
def test_libreoffice_agrees_on_every_cell_in_the_first_and_the_last_scenario(name: str) -> None:
    cases = planned(name).cases
    asked = (cases[0], cases[-1]) if len(formulas(book(name))) < _MOST else cases[:1]
    ends = [book(name, case.id) for case in asked]
    for content, values in zip(ends, libreoffice(ends), strict=True):
        assert differences(content, values) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_ironcalc_agrees_on_every_cell_in_the_scenarios(name: str) -> None:
    cells = formulas(book(name))
    cases = planned(name).cases
    iron = IronCalc(book(name))
    # A large model takes long in all of its scenarios: its first, its last, and one between.
    asked = cases if len(cells) < _MANY else [cases[0], cases[2], cases[-1]] if len(cells) < _MOST else cases[:1]
    for case in asked:
        iron.type("Cover", "E6", case.label)
        assert differences(book(name, case.id), iron.values(cells)) == []
