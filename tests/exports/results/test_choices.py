"""Choices are told by their members, and periods that a calendar covers in part are marked, in every table."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from engine.model.calendar import read_period
from engine.model.load import loads
from engine.planning.planner import plan
from engine.solve import solved_plan
from exports.results.tables import as_csv, as_markdown
from exports.style.words import every_on_axis
from tests.command_line import run, succeed
from tests.toys.chips import CHIPS

PART = "* in part: 2026 from 2026-02-01 to 2026-12-31, 2027 from 2027-01-01 to 2027-05-31"


@pytest.fixture(name="chips")
def _chips(tmp_path: Path) -> str:
    path = tmp_path / "chips.toml"
    path.write_text(CHIPS, encoding="utf-8")
    return str(path)


def _rows(text: str) -> dict[str, list[str]]:
    return {line.split()[0]: line.split() for line in text.splitlines() if line.strip()}


def test_solve_tells_members(chips: str) -> None:
    told = succeed("solve", chips)
    assert _rows(told)["gpu"][-1] == "H100"
    assert _rows(told)["start"][-1] == "2026-03"
    assert _rows(told)["wait"][-1] == "2"
    assert _rows(told)["supplier"][-2:] == ["ACME", "Best"]
    assert "2026*  2027*" in told
    assert PART in told
    side_by_side = succeed("solve", chips, "--all-scenarios")
    assert _rows(side_by_side)["gpu"][-2:] == ["H100", "B200"]
    assert _rows(side_by_side)["supplier[FR]"][-2:] == ["Best", "ACME"]
    assert _rows(side_by_side)["paid[2027*]"]
    assert PART in side_by_side


def test_whole_periods_have_no_star(tmp_path: Path) -> None:
    path = tmp_path / "whole.toml"
    path.write_text(CHIPS.replace("2026-02", "2026-01").replace("2027-05", "2027-12"), encoding="utf-8")
    assert "*" not in succeed("solve", str(path))


def test_a_choice_is_set_by_its_member(chips: str) -> None:
    sets = [part for text in ("gpu=B200", "supplier[DE]=Best", 'start="2027-01"', "wait=3") for part in ("--set", text)]
    told = succeed("solve", chips, *sets)
    assert "with gpu = B200, supplier[DE] = Best, start = 2027-01, wait = 3" in told
    # 5 for the chips, 2 fees of 2, 300 for three periods, five months at 7.
    assert _rows(told)["cost"][-2:] == [str(5 + 2 + 2 + 300 + 5 * 7), "USD"]


@pytest.mark.parametrize(
    ("asked", "stranger", "hint"),
    [
        ("gpu=B300", "'gpu' chooses 'B300', which is no member of 'gpu_type'",
         "did you mean 'B200'? the members are 'H100' and 'B200'"),
        ("gpu=1", "'gpu' chooses '1', which is no member of 'gpu_type'", "the members are 'H100' and 'B200'"),
        ("start=2026-05-14", "'start' chooses '2026-05-14', which is no member of 'month'",
         "'month' runs from 2026-02 to 2027-05; did you mean '2026-05'?"),
        ("wait=7", "'wait' chooses '7', which is no member of 'lag'", "'lag' runs from 1 to 3"),
    ],
)  # fmt: skip
def test_what_is_no_member_is_refused_with_the_list(chips: str, asked: str, stranger: str, hint: str) -> None:
    assert run("solve", chips, "--set", asked).output == f"--set {asked}: {stranger}\n  hint: {hint}\n"


def test_explain_tells_members(chips: str) -> None:
    told = succeed("explain", chips, "cost")
    assert "GPU to buy (gpu) = H100\n" in told
    assert "Supplier (supplier[FR]) = Best" in told
    assert "Fee (fee[Best]) = 2 USD" in told


def test_programs_are_told_members(chips: str) -> None:
    found = json.loads(succeed("solve", chips, "--json"))["quantities"]
    assert (found["gpu"]["value"], found["gpu"]["choice"]) == ("H100", "gpu_type")
    assert found["supplier"]["value"] == {"DE": "ACME", "FR": "Best"}
    assert found["wait"]["value"] == 2
    assert "choice" not in found["price"]
    planned = plan(loads(CHIPS))
    solved = solved_plan(planned)
    lines = list(csv.DictReader(io.StringIO(as_csv(planned, solved))))
    assert {(line["name"], line["member"]): (line["plain"], line["high"]) for line in lines}.items() >= {
        (("gpu", ""), ("H100", "B200")),
        (("supplier", "FR"), ("Best", "ACME")),
        (("wait", ""), ("2", "2")),
    }
    page = as_markdown(planned, solved)
    assert "| GPU to buy | `gpu` | H100 | B200 |  |" in page
    assert "| Supplier | `supplier` | High | ACME | ACME |  |" in page
    assert "2027\\* | Unit |" in page
    assert f"\n\\{PART}\n" in page


def test_a_member_is_no_formula_for_a_spreadsheet() -> None:
    planned = plan(loads(CHIPS.replace("H100", "=H100")))
    assert "'=H100" in as_csv(planned, solved_plan(planned))


@pytest.mark.parametrize(
    ("first", "last", "every"),
    [("2026-01", "2026-12", 1), ("2026-01", "2028-12", 2), ("2026-01", "2030-12", 3), ("2026-01", "2035-12", 12),
     ("2026-01", "2060-12", 36), ("2026-Q1", "2040-Q4", 4), ("2000", "2060", 3)],
)  # fmt: skip
def test_names_along_an_axis_begin_with_the_same_month_of_each_year(first: str, last: str, every: int) -> None:
    calendar, start, _ = read_period(first) or pytest.fail(first)
    names = [period.name for period in calendar.periods(start, (read_period(last) or pytest.fail(last))[2])]
    assert every_on_axis(names) == every
    assert every_on_axis([f"site {number}" for number in range(40)]) == 2


def test_checks_that_compare_members_tell_members(tmp_path: Path) -> None:
    checks = {
        "gpu": 'gpu == "B200"',
        "start": 'start <= "2026-02"',
        "of_sites": 'supplier == "ACME"',
        "months": "month >= start",
        "lag": "wait == 3",
        "years": 'year == "2027"',
    }
    stated = "".join([f"\n[checks.{id_}]\nlabel = '{id_}'\ntest = '{test}'\n" for id_, test in checks.items()])
    path = tmp_path / "chips.toml"
    path.write_text(CHIPS + stated, encoding="utf-8")
    found = {one["id"]: one for one in json.loads(succeed("solve", str(path), "--json"))["checks"]}
    sides = {id_: (one["left"], one["right"], one["passed"]) for id_, one in found.items()}
    assert sides["gpu"] == ("H100", "B200", False)
    assert sides["start"] == ("2026-03", "2026-02", False)
    assert sides["of_sites"] == ({"DE": "ACME", "FR": "Best"}, {"DE": "ACME", "FR": "ACME"}, False)
    assert sides["months"][0]["2026-05"] == "2026-05"
    assert sides["lag"] == (2, 3, False)
    assert sides["years"] == ({"2026": "2026", "2027": "2027"}, {"2026": "2027", "2027": "2027"}, False)
    rows = _rows(succeed("solve", str(path)).partition("Checks")[2])
    assert rows["gpu"] == ["gpu", "NO", "H100", "B200"]
    failing = run("check", str(path)).output
    assert "left H100, right B200" in failing
    assert "left 2026-03, right 2026-02" in failing
    assert "left Best, right ACME" in failing


def test_a_choice_among_the_outputs_is_no_number_to_ask_about(tmp_path: Path) -> None:
    path = tmp_path / "chips.toml"
    path.write_text(CHIPS.replace('["cost"]', '["gpu", "supplier", "cost"]'), encoding="utf-8")
    assert list(json.loads(succeed("sensitivity", str(path), "--json"))["outputs"]) == ["cost"]
    for command in (("sensitivity", "gpu"), ("explain", "--closed-form", "gpu"), ("goal", "gpu=B200", "--by", "wait")):
        refused = run(*command, str(path))
        assert refused.exit_code == 1
        assert "'gpu' is a choice, and its members have no" in refused.output


def test_operands_of_what_has_no_value_are_told_once_by_member(tmp_path: Path) -> None:
    path = tmp_path / "chips.toml"
    text = CHIPS.replace('"price[gpu] + ', '"price[gpu] / (0 if gpu == \\"H100\\" else 1) + ')
    path.write_text(text, encoding="utf-8")
    told = run("solve", str(path)).output
    assert "gpu = H100" in told
    assert "gpu_type[H100]" not in told
