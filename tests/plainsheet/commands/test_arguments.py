"""Where the model may stand, what solve shows, scenarios composed for a moment, completion, and bars."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import sys
from contextlib import suppress
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from engine.progress import listening, steps
from plainsheet.commands import main
from tests.command_line import COMMAND, run, succeed

MODEL = """
[model]
title   = "Stand"
outputs = ["profit", "by_day"]

[units]
EUR = "[money]"

[dimensions.day]
members = ["sat", "sun"]

[scenarios.usual]
label = "Usual"

[scenarios.dear]
label     = "Dear"
set.price = 3
set.rent  = 50

[scenarios.busy]
label      = "Busy"
set.cups   = 200
set.rent   = 70
set.by.sun = 30

[scenarios.very_busy]
label    = "Very busy"
extends  = "busy"
set.cups = 300

[stand.price]
label = "Price"
value = 2
unit  = "EUR"
note  = "n"

[stand.cups]
label = "Cups"
value = 100
unit  = "1"
note  = "n"

[stand.rent]
label = "Rent"
value = 40
unit  = "EUR"
note  = "n"

[stand.by]
label = "Passers-by"
over  = "day"
value = 10
unit  = "1"
note  = "n"

[stand.profit]
label   = "Profit"
formula = "cups * price - rent"
unit    = "EUR"

[stand.by_day]
label   = "By day"
over    = "day"
formula = "by * price"
unit    = "EUR"
"""


@pytest.fixture(autouse=True)
def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the model, and one beside it, as the working directory."""
    (tmp_path / "stand.toml").write_text(MODEL)
    (tmp_path / "other.toml").write_text(MODEL.replace("value = 2\n", "value = 5\n"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        "explain profit stand.toml",
        "explain stand.toml profit",
        "explain -s dear profit stand.toml",
        "explain --depth 1 stand.toml profit",
        "explain profit -m stand.toml",
        "sensitivity profit stand.toml",
        "sensitivity stand.toml --swing 5% profit",
        "goal profit=200 stand.toml --by price",
        "goal stand.toml --by price profit=200",
        "solve stand.toml profit",
        "solve profit -- stand.toml",
        "solve stand.toml",
    ],
)
def test_the_model_may_stand_anywhere(arguments: str) -> None:
    assert "rofit" in succeed(*arguments.split())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("solve stand.toml other.toml", "the model is given twice: stand.toml and other.toml"),
        ("explain profit stand.toml -m other.toml", "the model is given twice, as stand.toml and with --model"),
        ("explain profit stand.toml --model=other.toml", "the model is given twice"),
        ("solve stand.toml -s busy --all-scenarios", "choose one of --scenario and --all-scenarios"),
        ("solve stand.toml --csv --json", "choose one of --csv and --json"),
        ("explain profit stand.toml --closed-form --depth 2", "--depth is for the tree"),
        ("explain profit", "which model?"),
        ("solve stand.toml -s busy -s dear", "the scenario is given twice: busy and dear; write -s busy+dear"),
        ("export stand.toml --csv -s busy -s dear", "the scenario is given twice: busy and dear"),
    ],
)
def test_what_cannot_be_meant_is_status_2(arguments: str, says: str) -> None:
    result = run(*arguments.split())
    assert result.exit_code == 2
    assert says in result.stderr


def test_the_value_of_an_option_is_no_model(stand: Path) -> None:
    result = run("export", "stand.toml", "--xlsx", "other.toml")
    assert (result.exit_code, "does not end in .xlsx" in result.stderr) == (2, True)
    assert (stand / "other.toml").read_text().count("[model]") == 1


def test_solve_shows_outputs_first_and_names_alone() -> None:
    shown = succeed("solve", "stand.toml")
    first = next(line for line in shown.splitlines() if line.startswith(("profit", "price")))
    assert first.split()[:2] == ["profit", "Profit"]
    alone = succeed("solve", "stand.toml", "by_day[sun]", "rent")
    assert "by_day[sun]" in alone
    assert "cups" not in alone
    wrong = run("solve", "stand.toml", "proft")
    assert (wrong.exit_code, "did you mean 'profit'?" in wrong.stderr) == (1, True)


def test_scenarios_side_by_side_and_csv() -> None:
    (line,) = [
        one for one in succeed("solve", "profit", "stand.toml", "--all-scenarios").splitlines() if "Profit" in one
    ]
    assert line.split() == ["profit", "Profit", "160", "250", "330", "530", "EUR"]
    table = list(csv.DictReader(io.StringIO(succeed("solve", "stand.toml", "--csv", "--all-scenarios"))))
    assert [row["busy"] for row in table if row["name"] == "by_day"] == ["20", "60"]
    one = list(csv.DictReader(io.StringIO(succeed("solve", "stand.toml", "--csv", "by_day[sun]", "-s", "busy"))))
    assert [(row["member"], row["busy"]) for row in one] == [("sun", "60")]
    found = json.loads(succeed("solve", "stand.toml", "--json", "--all-scenarios", "profit", "--set", "rent=0"))
    values = {id_: one["quantities"]["profit"]["value"] for id_, one in found["scenarios"].items()}
    assert values == {"usual": 200, "dear": 300, "busy": 400, "very_busy": 600}
    assert (
        json.loads(succeed("solve", "stand.toml", "--json", "by_day[sat]"))["quantities"]["by_day[sat]"]["value"] == 20
    )


def test_side_by_side_tells_which_checks_fail_and_an_export_has_the_scenario_that_is_named(stand: Path) -> None:
    (stand / "stand.toml").write_text(MODEL + '\n[checks.gain]\nlabel = "Gain"\ntest = "profit < 200 * price"\n')
    assert "very_busy" in run("solve", "stand.toml", "--all-scenarios", "rent").stderr
    succeed("export", "other.toml", "--csv", "o.csv", "--markdown", "o.md", "-s", "busy")
    header = (stand / "o.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert (",busy," in header, ",dear," in header) == (True, False)
    assert ("Busy" in (stand / "o.md").read_text(), "Dear" in (stand / "o.md").read_text()) == (True, False)


def test_scenarios_are_composed_for_a_moment() -> None:
    def profit(scenario: str) -> float:
        return float(
            json.loads(succeed("solve", "stand.toml", "--json", "-s", scenario))["quantities"]["profit"]["value"]
        )

    # What both set is of the first; what a scenario starts from stands behind those that are named.
    assert profit("dear+busy") == 200 * 3 - 50
    assert profit("busy+dear") == 200 * 3 - 70
    assert profit("dear+very_busy") == 300 * 3 - 50
    assert profit("busy+very_busy") == profit("very_busy+busy") == 300 * 2 - 70
    assert profit("usual+dear") == profit("dear") == profit("dear+dear")
    found = json.loads(succeed("solve", "stand.toml", "--json", "-s", "dear+busy"))["quantities"]["by_day"]["value"]
    assert found == {"sat": 30, "sun": 90}
    assert "Scenario: Dear + Busy" in succeed("explain", "profit", "stand.toml", "-s", "dear+busy")
    swings = json.loads(succeed("sensitivity", "profit", "stand.toml", "-s", "dear+busy", "--json"))
    assert swings["outputs"]["profit"]["value"] == 550
    assert "price = 3.25 EUR" in succeed("goal", "profit=600", "--by", "price", "stand.toml", "-s", "dear+busy")
    wrong = run("solve", "stand.toml", "-s", "dear+bussy")
    assert (wrong.exit_code, "did you mean 'busy'?" in wrong.stderr) == (1, True)
    assert "Dear + Busy; what several of them set is as in the first: 'rent'" in succeed(
        "solve", "stand.toml", "-s", "dear+busy"
    )
    commas = run("solve", "stand.toml", "-s", "dear,busy")
    assert (commas.exit_code, "write dear+busy" in commas.stderr) == (1, True)
    refused = run("export", "stand.toml", "--xlsx", "-s", "dear+busy")
    assert (refused.exit_code, "declare one" in refused.stderr) == (1, True)


def test_explain_goes_as_deep_as_it_is_asked() -> None:
    assert "price" not in succeed("explain", "profit", "stand.toml", "--depth", "0").replace("cups * price - rent", "")
    assert "Price (price)" in succeed("explain", "profit", "stand.toml", "--depth", "1")


@pytest.mark.parametrize(
    ("words", "begun", "offered"),
    [
        (["explain", "stand.toml"], "pro", ["profit"]),
        (["solve", "-m", "stand.toml"], "by", ["by", "by_day"]),
        (["solve", "stand.toml", "-s"], "", ["usual", "dear", "busy", "very_busy"]),
        (["solve", "stand.toml", "-s"], "dear+v", ["dear+very_busy"]),
        (["goal", "profit=1", "stand.toml", "--by"], "r", ["rent"]),
        (["solve", "stand.toml", "--set"], "pr", ["price="]),
        (["explain", "missing.toml"], "pro", []),
    ],
)
def test_ids_are_completed(words: list[str], begun: str, offered: list[str]) -> None:
    completions = ShellComplete(main, {}, "plainsheet", "_PLAINSHEET_COMPLETE").get_completions(words, begun)
    assert [one.value for one in completions if one.type == "plain"] == offered


def test_format_shows_what_would_change_and_writes_nothing(stand: Path) -> None:
    before = MODEL.replace('label = "Rent"', 'label   =   "Rent"')
    (stand / "stand.toml").write_text(before)
    shown = run("format", "stand.toml", "--diff")
    assert shown.exit_code == 0
    assert '-label   =   "Rent"\n+label = "Rent"\n' in shown.stdout
    assert run("format", "stand.toml", "--diff", "--check").exit_code == 1
    assert (stand / "stand.toml").read_text() == before


def test_every_command_is_listed_once_under_a_theme() -> None:
    text = succeed("--help")
    names = re.findall(r"^  ([a-z][a-z-]+)  +[A-Z]", text, re.MULTILINE)
    with click.Context(main) as ctx:
        shown = [name for name in main.list_commands(ctx) if not main.commands[name].hidden]
    assert sorted(names) == shown
    assert names[:4] == ["new", "check", "solve", "export"]
    assert text.count("...") == 1


def test_long_work_tells_how_far_it_is_on_a_terminal_alone() -> None:
    heard: list[tuple[str, int, int]] = []
    with listening(lambda *told: heard.append(told)):
        assert list(steps("sheets", ["a", "b"])) == ["a", "b"]
    assert list(steps("sheets", iter(["a"]))) == ["a"]
    assert heard == [("sheets", 0, 2), ("sheets", 1, 2)]
    code = (
        "import time; from exports.results import progress as p; p._AFTER = 0.2\n"
        "from engine.progress import steps\n"
        "with p.bar('lint \\x1b[31mbook'):\n"
        "    for _ in steps('rules', range(3)): time.sleep(0.3)\n"
        "with p.bar('at once'): pass\n"
    )
    seen = b""

    def read(terminal: int) -> bytes:
        nonlocal seen
        piece = os.read(terminal, 65536)
        seen += piece
        return piece

    with suppress(OSError):
        pty.spawn(
            [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(Path(COMMAND[1]).parent)!r})\n{code}"], read
        )
    text = seen.decode()
    assert "rules" in text
    assert "/3" in text
    assert "\x1b[31mbook" not in text
    assert "at once" not in text
