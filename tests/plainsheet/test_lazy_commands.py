"""The commands are imported when they are called, and --help, which imports none, still says what each of them does."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from plainsheet.commands import main
from tests.places import ROOT
from tests.toys.lemonade import TOY

HEAVY = ("numpy", "sympy", "openpyxl", "rich", "matplotlib", "pandas", "networkx", "pint", "scipy.special",
         "multiprocessing", "concurrent.futures")  # fmt: skip
HIDDEN = ["merge-driver", "pull-request", "textconv"]


def loaded(name: str) -> click.Command:
    _, command, _ = main.resolve_command(click.Context(main), [name])
    assert command is not None
    return command


@pytest.mark.parametrize("name", list(main.commands))
def test_what_is_listed_is_what_the_command_says_of_itself(name: str) -> None:
    listed, command = main.commands[name], loaded(name)
    assert command.name == name
    assert listed.hidden == command.hidden == (name in HIDDEN)
    # The list has a short line of its own, so that none is cut off.
    assert len(listed.get_short_help_str(1_000)) <= len(command.get_short_help_str(1_000)) + 30


def test_every_command_of_a_theme_is_listed() -> None:
    found = {
        value.name
        for theme in ("answers", "data", "models", "pages", "reviews", "sweeps", "uncertainty", "workbooks")
        for value in vars(import_module(f"plainsheet.commands.{theme}")).values()
        if isinstance(value, click.Command)
    }
    assert found == set(main.commands)


def test_help_lists_all_but_what_git_calls() -> None:
    text = CliRunner().invoke(main, ["--help"]).output
    assert all((f"\n  {name} " in text) != (name in HIDDEN) for name in main.commands)
    assert "No such command" in CliRunner().invoke(main, ["chek"]).output


@pytest.mark.parametrize(
    ("arguments", "libraries"),
    [
        ("--help", []),
        ("new --help", []),
        ("new other.toml", []),
        ("format lemonade.toml --check", []),
        ("git-setup --help", []),
        ("lint --help", []),
        ("check lemonade.toml", ["numpy"]),
        ("graph lemonade.toml", ["numpy"]),
        ("solve lemonade.toml --json", ["numpy"]),
        ("solve lemonade.toml", ["numpy", "rich"]),
        ("explain profit -m lemonade.toml", ["numpy", "rich"]),
        ("sensitivity --csv -m lemonade.toml", ["numpy"]),
        ("export lemonade.toml --csv", ["numpy"]),
        ("export lemonade.toml --xlsx", ["numpy", "openpyxl"]),
    ],
)
def test_a_command_imports_only_what_it_uses(tmp_path: Path, arguments: str, libraries: list[str]) -> None:
    (tmp_path / "lemonade.toml").write_text(TOY)
    assert imported(arguments, tmp_path) == str(libraries)


@pytest.mark.parametrize("model", sorted((ROOT / "models").glob("*.toml")), ids=lambda model: model.stem)
def test_no_model_of_ours_waits_for_pint(tmp_path: Path, model: Path) -> None:
    assert "pint" not in imported(f"check {model}", tmp_path)


def imported(arguments: str, folder: Path) -> str:
    """Return which of the heavy libraries a command imports, as a list is printed."""
    code = (
        "import atexit, sys\n"
        f"atexit.register(lambda: print('\\n', [name for name in {HEAVY} if name in sys.modules]))\n"
        f"from plainsheet.commands import main; main({arguments.split()})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    return done.stdout.splitlines()[-1].strip() or done.stderr
