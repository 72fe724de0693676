"""`plainsheet goal`: JSON, and goals that are wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from tests import command_line
from tests.toys.bicycles import RENTAL
from tests.toys.debt import HEAD, quantity


def run(tmp_path: Path, text: str, *arguments: str) -> Result:
    path = tmp_path / "rental.toml"
    path.write_text(text)
    return command_line.run("goal", *arguments, "-m", path)


def test_json_is_as_documented(tmp_path: Path) -> None:
    result = run(tmp_path, RENTAL, "total=80", "--by", "rent[2027]", "--json")
    found = json.loads(result.stdout)
    assert {"output", "target", "input", "value", "unit", "formula", "method"} <= set(found)
    assert (found["output"], found["target"], found["input"], found["unit"]) == ("total", 80, "rent[2027]", "EUR")
    assert found["method"] == "closed form"
    units = run(tmp_path, RENTAL, "total=80000 EUR", "--by", "price", "--json", "-s", "rain", "--set", "season=25 week")
    assert json.loads(units.stdout)["target"] == 80
    assert (
        "-0.0"
        not in run(tmp_path, HEAD + quantity("x", "0") + quantity("y", "x * x"), "y=0", "--by", "x", "--json").stdout
    )


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("total=1", "--by", "sales"), 1, "is computed"),
        (("total=1", "--by", "rent"), 1, "one member is asked for"),
        (("profit=1", "--by", "price"), 1, "one member is asked for"),
        (("sales=1", "--by", "bonus_share"), 1, "does not depend on"),
        (("total=1 bike", "--by", "price"), 1, "is not the unit of 'total'"),
        (("total", "--by", "price"), 1, "has no value"),
        (("total=x", "--by", "price"), 1, "does not begin with a number"),
        (("totl=1", "--by", "price"), 1, "did you mean 'total'"),
        (("total<1.2", "--by", "price"), 1, 'write "total=1.2"'),
        (("total >= 1.2", "--by", "price"), 1, 'write "total=1.2"'),
        (("total==1.2", "--by", "price"), 1, 'write "total=1.2"'),
        (("total: 1.2", "--by", "price"), 1, 'write "total=1.2"'),
        (("total=1,000,000", "--by", "price"), 1, "write total=1000000, or 1_000_000"),
        (("total=1",), 2, "Missing option '--by'"),
        (("total=1e999", "--by", "price"), 1, "no number that can be reached"),
    ],
)
def test_wrong_goals_are_said(tmp_path: Path, arguments: tuple[str, ...], status: int, words: str) -> None:
    result = run(tmp_path, RENTAL, *arguments)
    assert result.exit_code == status
    assert words in result.stderr
