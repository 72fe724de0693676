"""How commands are called: help, wrong usage and its exit status, and the model that is meant."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from plainsheet.commands import main
from tests.command_line import run
from tests.places import ROOT
from tests.toys.lemonade import TOY
from tests.toys.single import HEAD, one


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete_commands(shell: str) -> None:
    result = CliRunner().invoke(main, [], env={"_PLAINSHEET_COMPLETE": f"{shell}_source"}, prog_name="plainsheet")
    assert "plainsheet" in result.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("export", "say what to write"),
        ("export --xlsx lemonade.toml", "does not end in .xlsx"),
        ("export --xlsx out.xls", "does not end in .xlsx"),
        ("export --xlsx nowhere/out.xlsx", "there is no directory"),
        ("export --xlsx folder.xlsx", "is a directory"),
        ("check lemonade.toml -m lemonade.toml", "given twice"),
        ("check lemonade.xlsx", "is no .toml file"),
        ("solve --bogus", "No such option"),
        ("nonsense", "No such command"),
        ("explain", "Missing argument"),
    ],
)
def test_wrong_usage_is_status_2(here: Path, arguments: str, says: str) -> None:
    (here / "folder.xlsx").mkdir()
    result = run(*arguments.split())
    assert result.exit_code == 2
    assert says in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("check missing.toml", "missing.toml: the model cannot be read"),
        ("check folder.toml", "folder.toml: the model cannot be read"),
        ("solve --scenario hott", "did you mean 'hot'"),
        ("solve --set price=99", "is above max = 10"),
        ("solve --set season=1,000,000", "write --set season=1000000, or 1_000_000"),
        ("solve --set price=2,5", "write --set price=2.5"),
        ("solve --set price=1.000,50", "write --set price=1000.50"),
        ("solve --set glasses=1'000", "write --set glasses=1000, or 1_000"),
        ("solve --set glasses>40", 'write --set "glasses=40"'),
        ("solve --set glasses==40", 'write --set "glasses=40"'),
        ("sensitivity glass", "did you mean 'glasses'"),
        ("sensitivity lemons", "the outputs are 'profit'"),
        ("explain Profit", "did you mean 'profit'"),
        ("sensitivity zest", "the outputs are 'profit'"),
        ("export --xlsx --scenario hott", "did you mean 'hot'"),
    ],
)
def test_a_problem_in_the_input_is_status_1(here: Path, arguments: str, says: str) -> None:
    if "folder" in arguments:
        (here / "folder.toml").mkdir()
    result = run(*arguments.split(), *([] if ".toml" in arguments else ["-m", "lemonade.toml"]))
    assert result.exit_code == 1
    assert says in result.stderr


def test_the_model_is_found_or_the_candidates_are_listed(here: Path) -> None:
    (here / "pyproject.toml").write_text("[tool]\nx = 1\n")
    assert run("check").exit_code == 0
    (here / "models").mkdir()
    (here / "models" / "other.toml").write_text(TOY)
    result = run("check")
    assert result.exit_code == 2
    assert "lemonade.toml" in result.stderr
    assert "models/other.toml" in result.stderr
    (here / "models" / "sora.toml").write_text(TOY.replace("Lemonade", "Flagship"))
    assert json.loads(run("solve", "--json").stdout)["title"] == "Flagship"


def test_where_there_is_no_model_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "there is no model here" in run("check").stderr


@pytest.mark.slow
def test_every_command_s_help_ends_with_an_example_that_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    # What serves goes on until somebody ends it, and opens a browser.
    monkeypatch.setattr("http.server.ThreadingHTTPServer.serve_forever", lambda _: None)
    monkeypatch.setattr("click.launch", lambda _: 0)
    monkeypatch.setattr("plainsheet.editor.server.serve_editor", lambda *_: True)
    shutil.copytree(ROOT / "models", tmp_path / "models")
    for command in ("init -q -b main", "add models", "-c user.name=Ann -c user.email=a@b.c commit -q -m Models"):
        subprocess.run(["git", *command.split()], check=True, cwd=tmp_path)
    for name in [name for name, command in main.commands.items() if not command.hidden]:
        *_, example = run(name, "--help").stdout.split("Example: plainsheet ")
        assert run(*shlex.split(" ".join(example.split()))).exit_code == 0, example


@pytest.mark.parametrize(
    "arguments", [["new", "."], ["new", ""], ["new", "x.toml"], ["export", "x.toml", "--csv", "--scenario", "nope"]]
)
def test_paths_and_scenarios_that_cannot_be_are_refused(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.toml").write_text(HEAD + one("2"))
    done = run(*arguments)
    assert isinstance(done.exception, SystemExit)
    assert done.exit_code == (1 if "nope" in arguments else 2)
    assert not Path("x.csv").exists()
    if "x.toml" in arguments and arguments[0] == "new":
        assert "is there already" in done.stderr


def test_help_shows_no_marks_of_its_own() -> None:
    assert "\\b" not in run("--help").output


def test_a_folder_named_like_a_model_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.toml").mkdir()
    done = run("check")
    assert (done.exit_code, "there is no model here" in done.stderr) == (2, True)
