"""What is typed out of habit is answered with the words that were meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import run

MODEL = """[model]
title = "Stand"
outputs = ["profit"]

[units]
EUR = "[money]"

[dimensions]
month = { from = 1, to = 3 }

[stand.price]
label = "Price"
value = 2
unit = "EUR"

[stand.days]
label = "Days"
over = "month"
value = 20
unit = "1"

[stand.profit]
label = "Profit"
over = "month"
formula = "price * days"
unit = "EUR"
"""


@pytest.fixture(autouse=True)
def _two_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("stand", "other"):
        Path(f"{name}.toml").write_text(MODEL)


@pytest.mark.parametrize(
    ("arguments", "command", "says"),
    [
        (["solve", "stand"], "solve", "'stand' is no model: did you mean 'stand.toml'?"),
        (["check", "stand"], "check", "'stand' is no .toml file: did you mean 'stand.toml'?"),
        (["graph", "stand"], "graph", "'stand' is no .toml file: did you mean 'stand.toml'?"),
        (["explain", "profit"], "explain", "which model?"),
        (["solve", "stand.xlsx"], "solve", "'stand.xlsx' is a workbook, and no model: import, lint and diff"),
        (["check", "stand.xlsx"], "check", "but a workbook: import, lint and diff read workbooks"),
        (["solve", "stand.toml", "price=3"], "solve", "inputs are changed by an option: --set price=3"),
        (["solve", "stand.toml", "price=3 EUR"], "solve", '--set "price=3 EUR"'),
        (["goal", "stand.toml", "profit[1]", "99", "--by", "price"], "goal", 'write "profit[1]=99"'),
        (["goal", "stand.toml", "profit[1]=9", "price=3", "--by", "days[1]"], "goal", "--set price=3"),
        (["graph", "profit", "stand.toml"], "graph", "--upstream profit, or --downstream profit"),
        (["solve", "stand.toml", "--all"], "solve", "did you mean --all-scenarios?"),
        (["export", "stand.toml", "out.xlsx"], "export", "to write it, say --xlsx out.xlsx"),
        (["export", "stand.toml", "out.csv"], "export", "to write it, say --csv out.csv"),
        (["export", "stand.toml", "-o", "out"], "export", "say what to write, as in --xlsx PATH"),
    ],
)
def test_wrong_usage_shows_the_words_that_were_meant(arguments: list[str], command: str, says: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert f" {command} [OPTIONS]" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["solve", "--set", "days=20,21"], 'write --set days=20, or --set "days[1]=20" for each'),
        (["solve", "--set", "price=2,5"], "write --set price=2.5"),
        (["explain", "profit(3)"], "members stand in brackets: profit[3]"),
        (["explain", "price(3)"], "it is one number: price"),
        (["goal", "profit[1]=10k", "--by", "price"], 'write "profit[1]=10000"'),
        (["solve", "--set", "price=1.5m"], 'write --set "price=1500000"'),
    ],
)
def test_wrong_input_shows_what_to_write(arguments: list[str], says: str) -> None:
    result = run(*arguments, "-m", "stand.toml")
    assert result.exit_code == 1
    assert says in result.stderr


def test_the_only_model_named_without_its_ending() -> None:
    Path("other.toml").unlink()
    result = run("solve", "stand")
    assert (result.exit_code, "written with its ending: stand.toml" in result.stderr) == (1, True)


def test_a_workbook_is_of_the_model_beside_it_unless_another_is_named() -> None:
    assert run("export", "stand.toml", "--xlsx").exit_code == 0
    assert "stand.toml" in run("import", "stand.xlsx").output
    Path("stand.xlsx").rename("book.xlsx")
    assert run("import", "book.xlsx").exit_code == 2
