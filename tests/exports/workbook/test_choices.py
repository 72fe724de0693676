"""Choices and groups in the workbook: members picked from lists, what follows them, and headers of coarser periods."""

from __future__ import annotations

from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from exports.lint.rules import RULES
from exports.style.looks import LOOKS
from exports.workbook.xlsx import workbook
from tests.oracles.agreement import differences
from tests.oracles.contents import cached, formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice
from tests.toys.cluster import TEXT
from tests.toys.packages import lint

Sheet = Any  # openpyxl has no types


@cache
def planned(text: str = TEXT) -> Plan:
    return plan(loads(text, "cluster.toml"))


@cache
def book(scenario: str = "base") -> bytes:
    return workbook(planned(), scenario)


@cache
def sheet(name: str) -> Sheet:
    return openpyxl.load_workbook(BytesIO(book()))[name]


def row(name: str, on: str = "Inputs", column: int = 3) -> int:
    return next(number for number in range(1, 300) if sheet(on).cell(number, column).value == name)


@pytest.mark.parametrize("scenario", ["base", "late"])
def test_iron_calc_computes_what_the_file_says(scenario: str) -> None:
    content = book(scenario)
    assert differences(content, IronCalc(content).values(formulas(content))) == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_computes_what_the_file_says() -> None:
    contents = [book("base"), book("late")]
    for content, values in zip(contents, libreoffice(contents), strict=True):
        assert differences(content, values) == []


def to_day(year: int, month: int, day: int) -> float:
    return float(date(year, month, day).toordinal() - date(1899, 12, 30).toordinal())


# What is typed into the first scenario's cells, and the text that says the same.
PICKED: dict[str, tuple[dict[str, float | str], tuple[str, str]]] = {
    "a member": ({"gpu": "B200"}, ("'H100'", "'B200'")),
    "another": ({"gpu": "MI300"}, ("'H100'", "'MI300'")),
    "a month": ({"start": "2027-07"}, ('"2026-04"', '"2027-07"')),
    "a day": ({"start": to_day(2026, 9, 30)}, ('"2026-04"', '"2026-09"')),
    "the first day": ({"start": to_day(2026, 2, 1)}, ('"2026-04"', '"2026-02"')),
    "the last day": ({"start": to_day(2027, 7, 31)}, ('"2026-04"', '"2027-07"')),
    "a number": ({"rack": 4.0}, ("value  = 2\n", "value  = 4\n")),
    "members by site": ({"supplier[north]": "ACME"}, ('["Globex", "Globex", "ACME"]', '["ACME", "Globex", "ACME"]')),
    "a map": ({"region.map": "Europe"}, ('south = "Americas"', 'south = "Europe"')),
}  # fmt: skip


@pytest.mark.parametrize("name", PICKED)
def test_what_is_picked_is_what_the_text_would_say(name: str) -> None:
    (typed,), (old, new) = PICKED[name][0].items(), PICKED[name][1]
    text = TEXT.replace(old, new)
    assert text != TEXT
    # The members of the group stay where they were, as an import keeps them.
    text = text.replace('source = "list"\n\n[dimensions.size]', 'members = ["Europe", "Americas"]\n\n[dimensions.size]')
    iron = IronCalc(book())
    where = typed[0].partition("[")[0]
    below = 1 if where == "supplier" else 0
    column = "H" if where == "region.map" else "G"
    iron.type("Inputs", f"{column}{row(where) + below}", typed[1])
    result = evaluate(planned(text), "base")
    cells = [
        ("Model", f"{column}{row(id_, 'Model')}")
        for column, id_ in (("E", "cost"), ("G", "by_region"), ("H", "by_region"))
    ]
    values = iron.values(cells)
    assert [values[cell] for cell in cells] == pytest.approx([result["cost"], *result["by_region"]], rel=1e-12)


@pytest.mark.parametrize("typed", ["A100", "", 3.0])
def test_what_is_no_member_fails_the_check_of_inputs(typed: float | str) -> None:
    iron = IronCalc(book())
    iron.type("Inputs", f"G{row('gpu')}", typed)
    at = row("Every input is a number or a member, within its bounds", "Checks", 2)
    assert iron.values([("Checks", f"K{at}")]) == {("Checks", f"K{at}"): "FAIL"}


def test_members_are_unlocked_with_their_list_and_their_codes_are_locked() -> None:
    found, inputs = sheet("Inputs"), row("gpu")
    lists = {str(one.sqref): one for one in found.data_validations.dataValidation if one.type == "list"}
    members = f"$G${row('kind')}:$I${row('kind')}"
    assert lists[f"G{inputs}:I{inputs}"].formula1 == members
    assert not found[f"G{inputs}"].protection.locked
    assert found[f"G{inputs + 1}"].protection.locked
    assert lists[f"G{row('region.map')}:I{row('region.map')}"].formula1 == f"$G${row('region')}:$H${row('region')}"
    assert found[f"G{row('quarter.map')}"].protection.locked
    # A list of months would refuse the dates in them.
    start = lists[f"G{row('start')}:I{row('start')}"]
    assert (start.showErrorMessage, start.errorStyle) == (True, "warning")
    assert start.prompt == start.error == "Choose a month, or type a date in it."
    assert LOOKS["input_text"].unlocked


def test_a_choice_is_tried_at_each_member_and_its_bar_is_called_by_the_lowest_and_the_highest() -> None:
    own = cached(book())
    results = {name: evaluate(planned(TEXT.replace("'H100'", f"'{name}'")), "base")["cost"] for name in ("H100", "B200", "MI300")}  # fmt: skip
    at = next(number for number in range(1, 300) if own.get(("Sensitivity", f"C{number}")) == "gpu")
    low, high = min(results, key=results.__getitem__), max(results, key=results.__getitem__)
    assert own["Sensitivity", f"B{at}"] == f"GPU to buy: {low} to {high}"
    cells = [own["Sensitivity", f"{column}{at}"] for column in "GHIJ"]
    assert cells[:2] == [low, high]
    assert cells[2:] == pytest.approx([results[low], results[high]])
    headings = [own.get(("Cases", f"B{number}")) for number in range(1, 400)]
    assert [one for one in headings if str(one).startswith("GPU to buy: ")] == [
        f"GPU to buy: {name}" for name in results
    ]


def test_scenarios_and_cover_say_members() -> None:
    own = cached(book())
    at = next(number for number in range(1, 300) if own.get(("Scenarios", f"C{number}")) == "gpu")
    assert [own["Scenarios", f"{column}{at}"] for column in "GHI"] == ["H100", "B200", "B200"]
    assert "H100" in {value for (name, _), value in own.items() if name == "Cover"}


def test_months_are_headed_by_their_quarters_and_fiscal_years_and_what_is_in_part_is_marked() -> None:
    own = cached(book())
    at = row("run", "Model") - 1
    assert sheet("Model")[f"B{at - 2}"].value == "Fiscal (* in part)"
    heads = [[own["Model", f"{column}{at - up}"] for column in "GHIX"] for up in (2, 1, 0)]
    assert heads == [
        ["FY2026*", "FY2026*", "FY2027", "FY2028*"],
        ["2026-Q1*", "2026-Q1*", "2026-Q2", "2027-Q3*"],
        ["2026-02", "2026-03", "2026-04", "2027-07"],
    ]


@pytest.mark.slow
def test_no_rule_of_good_practice_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(book())
    result = lint(str(path))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith(f"all {len(RULES)} rules hold\n")
