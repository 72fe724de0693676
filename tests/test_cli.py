"""The command line as its user meets it: what it prints, its exit status, and that nothing ends in a traceback."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from conftest import TOY

from plainsheet.commands import main

ROOT = Path(__file__).parent.parent


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lemonade.toml").write_text(TOY)
    return tmp_path


in_a_folder_with_a_model = pytest.mark.usefixtures("here")


def run(*arguments: str) -> Result:
    """Run a command; a traceback would be an exception other than an exit."""
    result = CliRunner().invoke(main, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@in_a_folder_with_a_model
def test_check_says_what_it_found() -> None:
    result = run("check", "lemonade.toml")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "lemonade.toml: 6 quantities in 3 scenarios; 2 published figures (2 reproduced); 1 check, which holds\n"
    )


def test_warnings_change_the_exit_status_only_when_strict(here: Path) -> None:
    (here / "lemonade.toml").write_text(TOY.replace("(1 - share)", "(1 - share) * 0.5"))
    for arguments, status in ((("check",), 0), (("check", "--strict"), 1)):
        result = run(*arguments)
        assert result.exit_code == status
        assert "warning: 'profit' has the bare number 0.5" in result.stderr


@in_a_folder_with_a_model
def test_solve_prints_json_as_documented() -> None:
    result = json.loads(run("solve", "--json", "--scenario", "hot").stdout)
    assert list(result) == ["model", "title", "scenario", "quantities", "published", "checks"]
    assert (result["model"], result["title"], result["scenario"]) == ("lemonade.toml", "Lemonade", "hot")
    assert result["quantities"]["share"] == {
        "label": "Share that the lemons cost", "value": 30, "unit": "percent", "kind": "input",
    }  # fmt: skip
    assert {row["kind"] for row in result["quantities"].values()} == {"input", "formula", "constant"}
    assert result["published"] == [
        {
            "quantity": "sales",
            "scenario": "usual",
            "published": 8400,
            "computed": 8400,
            "status": "reproduced",
            "note": "",
        },
        {
            "quantity": "sales",
            "scenario": "hot_dear",
            "published": 35300,
            "computed": 35280,
            "status": "reproduced",
            "note": "",
        },
    ]
    (check,) = result["checks"]
    assert check == {
        "id": "share", "label": "Lemons cost less than the lemonade", "passed": True, "left": 30, "right": 100,
        "tolerance": pytest.approx(1e-7),
    }  # fmt: skip


@in_a_folder_with_a_model
def test_set_takes_units_and_figures_are_not_judged_then() -> None:
    result = json.loads(run("solve", "--json", "--set", "season=7 day", "--set", "share=50 %").stdout)
    assert result["quantities"]["profit"]["value"] == pytest.approx(350)
    assert {figure["status"] for figure in result["published"]} == {"not applicable"}
    assert {figure["computed"] for figure in result["published"]} == {None}


def test_problems_are_json_too_where_it_was_asked_for(here: Path) -> None:
    (here / "lemonade.toml").write_text(TOY.replace("price * season", "prise * season"))
    for command in ("check", "solve"):
        result = run(command, "--json")
        assert result.exit_code == 1
        assert json.loads(result.stdout)["problems"] == [
            {
                "code": "unknown-name", "severity": "error", "file": "lemonade.toml", "line": 60,
                "message": "'sales' uses 'prise', and there is no such quantity", "hint": "did you mean 'price'?",
            }
        ]  # fmt: skip


@in_a_folder_with_a_model
def test_solve_for_a_person() -> None:
    text = run("solve").stdout
    assert "Profit in the season" in text
    assert "2.50" in text  # an input as written
    assert "reproduced" in text
    assert "\x1b" not in text


@in_a_folder_with_a_model
def test_explain_goes_down_to_the_inputs_with_units_and_sources() -> None:
    text = run("explain", "profit").stdout
    for part in (
        "= sales * (1 - share)",
        "= glasses * price * season",
        "2.50 EUR/glass",
        "source: Our stand",
        "day per week",
        "30 percent",
    ):
        assert part in text
    assert "did you mean 'profit'" in run("explain", "proft").stderr


def test_explain_tells_a_shared_branch_once(here: Path) -> None:
    (here / "lemonade.toml").write_text(TOY.replace("sales * (1 - share)", "sales * (1 - share) + sales2 - sales2") +
        '[result.sales2]\nlabel = "Again"\nformula = "sales"\nunit = "EUR"\n')  # fmt: skip
    assert run("explain", "profit").stdout.count("= glasses * price * season") == 1


def test_export_writes_a_workbook_named_like_the_model(here: Path) -> None:
    result = run("export", "--xlsx")
    assert (result.exit_code, result.stdout) == (0, "lemonade.xlsx: 6 quantities in 3 scenarios\n")
    assert openpyxl.load_workbook(here / "lemonade.xlsx").sheetnames[0] == "Cover"


def test_export_shows_the_scenario_asked_for(here: Path) -> None:
    assert run("export", "--xlsx", "out.xlsx", "--scenario", "hot").exit_code == 0
    assert openpyxl.load_workbook(here / "out.xlsx")["Cover"]["E6"].value == "Hot day"


def test_export_writes_what_fails_and_says_so(here: Path) -> None:
    (here / "lemonade.toml").write_text(TOY.replace("share <= 1", "share >= 1"))
    result = run("export", "--xlsx")
    assert result.exit_code == 1
    assert "the check 'share' fails" in result.stderr
    assert openpyxl.load_workbook(here / "lemonade.xlsx", data_only=True)["Cover"]["E3"].value == "1 CHECK FAILS"


def test_a_refused_export_leaves_the_old_workbook(here: Path) -> None:
    (here / "lemonade.xlsx").write_bytes(b"mine")
    (here / "lemonade.toml").write_text(TOY.replace("(1 - share)", "/ (share - share)"))
    assert run("export", "--xlsx").exit_code == 1
    assert (here / "lemonade.xlsx").read_bytes() == b"mine"


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


def test_every_command_s_help_ends_with_an_example_that_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "models", tmp_path / "models")
    for command in ("init -q -b main", "add models", "-c user.name=Ann -c user.email=a@b.c commit -q -m Models"):
        subprocess.run(["git", *command.split()], check=True, cwd=tmp_path)
    for name in [name for name, command in main.commands.items() if not command.hidden]:
        *_, example = run(name, "--help").stdout.split("Example: plainsheet ")
        assert run(*shlex.split(" ".join(example.split()))).exit_code == 0, example


def test_no_color_and_a_pipe_get_plain_text(here: Path) -> None:
    command = [sys.executable, str(ROOT / "cli.py"), "solve"]
    for environment in ({}, {"NO_COLOR": "1"}, {"TERM": "dumb"}):
        done = subprocess.run(
            command, cwd=here, env={**os.environ, **environment}, capture_output=True, text=True, check=True
        )
        assert "\x1b" not in done.stdout


def test_a_reader_that_leaves_early_is_no_problem(here: Path) -> None:
    pipe = f"{sys.executable} {ROOT / 'cli.py'} solve | head -n 1"
    done = subprocess.run(["sh", "-c", pipe], cwd=here, capture_output=True, text=True, check=True)
    assert done.stdout == "Lemonade\n"
    assert done.stderr == ""


def test_check_imports_neither_sympy_nor_openpyxl_nor_rich(here: Path) -> None:
    code = "import sys; from plainsheet.commands import main; main(['check', 'lemonade.toml'], standalone_mode=False)"
    code = f"import sys, atexit; atexit.register(lambda: print(sorted({{'sympy', 'openpyxl', 'rich', 'networkx'}} & set(sys.modules))))\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.endswith("[]\n")
