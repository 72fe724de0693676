"""`plainsheet check`, `format`, `new` and `graph`: models themselves."""

from __future__ import annotations

import json
import os
import re
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


def test_rename_writes_the_name_everywhere_and_says_how_often(here: Path) -> None:
    model = here / "lemonade.toml"
    before = model.read_bytes()
    dry = run("rename", "price", "cup_price", "--dry-run")
    assert (dry.exit_code, model.read_bytes()) == (0, before)
    lines = [line for line in dry.stdout.splitlines()[2:] if line[:1] in {"+", "-"}]
    assert lines
    assert [line[1:].replace("cup_price", "price") for line in lines if line[0] == "+"] == [
        line[1:] for line in lines if line[0] == "-"
    ]
    told = succeed("rename", "price", "cup_price", "lemonade.toml")
    assert told.startswith("lemonade.toml: price is called cup_price at ")
    assert "declaration 1" in told
    assert model.read_text().count("cup_price") == int(re.search(r"at (\d+) places", told)[1])  # type: ignore[index]  # it says so
    succeed("rename", "cup_price", "price")
    assert model.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("price", "sales"), "there is a quantity 'sales' already\n  hint: choose another name\n"),
        (("prise", "sale"), "nothing is called 'prise'\n  hint: did you mean 'price'?\n"),
    ],
)
def test_rename_writes_nothing_where_a_name_cannot_be(arguments: tuple[str, str], message: str, here: Path) -> None:
    result = run("rename", *arguments)
    assert (result.exit_code, result.stderr) == (1, message)
    assert (here / "lemonade.toml").read_text() == TOY


def test_rename_of_a_wrong_model_says_what_is_wrong_with_it(here: Path) -> None:
    wrong = TOY.replace("price * season", "prise * season")
    (here / "lemonade.toml").write_text(wrong)
    result = run("rename", "price", "cup_price")
    assert result.exit_code == 1
    assert "'sales' uses 'prise'" in result.stderr
    assert (here / "lemonade.toml").read_text() == wrong


def test_schema_is_printed_and_new_writes_it_beside_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    succeed("new", "rental.toml", "--schema")
    assert Path("rental.toml").read_text().startswith("#:schema ./plainsheet.schema.json\n\n[model]\n")
    assert Path("plainsheet.schema.json").read_text() == succeed("schema")
    assert json.loads(succeed("schema"))["$schema"] == "http://json-schema.org/draft-04/schema#"
    succeed("check", "rental.toml", "--strict")
    assert "in canonical form" in succeed("format", "rental.toml", "--check")


def test_new_leaves_a_schema_that_is_there_and_follows_no_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plainsheet.schema.json").write_text("{}")
    succeed("new", "one.toml", "--schema")
    assert Path("plainsheet.schema.json").read_text() == "{}"
    Path("plainsheet.schema.json").unlink()
    Path("plainsheet.schema.json").symlink_to(tmp_path / "elsewhere.json")
    result = run("new", "two.toml", "--schema")
    assert (result.exit_code, Path("elsewhere.json").exists()) == (1, False)
    assert "is a link" in result.stderr


def test_format_keeps_the_line_of_the_schema_and_sets_it_apart(here: Path) -> None:
    model = here / "lemonade.toml"
    model.write_text(f"#:schema ./plainsheet.schema.json\n{canonical(TOY)}")
    succeed("format")
    assert model.read_text() == f"#:schema ./plainsheet.schema.json\n\n{canonical(TOY)}"
