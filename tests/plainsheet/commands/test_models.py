"""`plainsheet check`, `format`, `new` and `graph`: models themselves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.text.canonical import canonical
from tests.command_line import run, succeed
from tests.places import ROOT
from tests.toys.lemonade import TOY
from tests.toys.rent import Repository, changed
from tests.toys.single import HEAD, one


@pytest.mark.usefixtures("here")
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


def test_check_imports_neither_sympy_nor_openpyxl_nor_rich(here: Path) -> None:
    code = "import sys; from cli import main; main(['check', 'lemonade.toml'], standalone_mode=False)"
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


def test_check_and_format_take_several_models(repository: Repository) -> None:
    other = repository.folder / "models" / "other.toml"
    other.write_text(changed("+ staff", "+ hours"))
    result = run("check", str(repository.model), str(other))
    assert result.exit_code == 1
    assert "hours" in result.stderr
    assert "rent.toml: 4 quantities" in result.stdout
    assert run("format", "--check", str(repository.model), str(other)).exit_code in {0, 1}


def test_format_writes_check_does_not_and_broken_text_is_said(tmp_path: Path) -> None:
    path = tmp_path / "toy.toml"
    loose = TOY.replace("label  = ", "label= ")
    path.write_text(loose)
    checked = run("format", str(path), "--check")
    assert (checked.exit_code, path.read_text()) == (1, loose)
    assert "in another form" in checked.stderr
    assert run("format", str(path)).exit_code == 0
    assert path.read_text() == canonical(TOY)
    assert run("format", str(path), "--check").exit_code == 0
    path.write_text("[model]\ntitle = \n")
    broken = run("format", str(path))
    assert (broken.exit_code, path.read_text()) == (1, "[model]\ntitle = \n")
    assert "a key has no value" in broken.stderr


def test_a_new_model_passes_every_check_strictly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    succeed("new", "rental.toml")
    succeed("check", "rental.toml", "--strict")
    succeed("export", "rental.toml", "--xlsx")
    again = run("new", "rental.toml")
    assert (again.exit_code, "rental.toml' is" in again.stderr) == (2, True)
    succeed("new")
    assert (tmp_path / "model.toml").exists()


def test_problems_of_a_graph_are_json_where_it_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(HEAD + one("2"))
    done = run("graph", str(path), "--json", "--upstream", "nope")
    assert (done.exit_code, json.loads(done.stdout)["problems"][0]["code"]) == (1, "unknown-name")


def test_a_share_that_is_set_as_a_fraction_is_doubted(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text('[model]\ntitle = "T"\n[a.share]\nlabel = "S"\nvalue = 30\nunit = "percent"\nnote = "Ours."\n')
    done = run("solve", str(path), "--set", "share=0.3")
    assert (done.exit_code, "write share=30 for 30 percent" in done.stderr) == (0, True)
    assert run("solve", str(path), "--set", "share=0.3%").stderr == ""
