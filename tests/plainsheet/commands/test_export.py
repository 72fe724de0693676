"""`plainsheet export`: what is written, under which name, and what is left alone."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import plainsheet as ps
from tests.command_line import run, succeed
from tests.oracles.contents import sheet_of
from tests.toys.lemonade import TOY


def test_every_form_is_written_at_once(here: Path) -> None:
    succeed("export", "--xlsx", "--json", "--csv", "tables.csv", "--markdown")
    assert {path.name for path in here.iterdir()} == {
        "lemonade.toml", "lemonade.xlsx", "lemonade.json", "tables.csv", "lemonade.md",
    }  # fmt: skip
    assert json.loads((here / "lemonade.json").read_text())["title"] == "Lemonade"
    assert (here / "lemonade.json").read_text().strip() == succeed("solve", "--json").strip()


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
    assert openpyxl.load_workbook(here / "lemonade.xlsx", data_only=True)["Cover"]["B4"].value == "1 CHECK FAILS"


def test_a_refused_export_leaves_the_old_workbook(here: Path) -> None:
    (here / "lemonade.xlsx").write_bytes(b"mine")
    (here / "lemonade.toml").write_text(TOY.replace("(1 - share)", "/ (share - share)"))
    assert run("export", "--xlsx").exit_code == 1
    assert (here / "lemonade.xlsx").read_bytes() == b"mine"


def test_a_stamp_is_the_revision_and_stands_on_the_cover_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "toy.toml").write_text(TOY)
    result = run("export", "toy.toml", "--xlsx", "--stamp")
    assert result.exit_code == 1
    assert "in no repository with a commit" in result.stderr
    assert not (tmp_path / "toy.xlsx").exists()
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@b.c"]
    for command in (["init", "-q"], ["add", "toy.toml"], ["commit", "-qm", "A stand"]):
        subprocess.run([*git, *command], check=True)
    assert run("export", "toy.toml", "--xlsx", "--stamp").exit_code == 0
    revision = subprocess.run([*git, "rev-parse", "--short=12", "HEAD"], check=True, capture_output=True, text=True)
    texts = [
        cell.value
        for row in sheet_of((tmp_path / "toy.xlsx").read_bytes(), "Cover").iter_rows(max_col=3)
        for cell in row
        if cell.value
    ]
    assert revision.stdout.strip() in texts
    day = subprocess.run(
        [*git, "log", "-1", "--format=%ad", "--date=short"], check=True, capture_output=True, text=True
    )
    assert texts[texts.index("Author") + 1 :][:3] == ["A", "Date", day.stdout.strip()]
    assert run("export", "toy.toml", "--csv", "--stamp").exit_code == 2


_OF_A_FILE = """[model]
title = "Hours"
outputs = ["inverse"]
[dimensions.hour]
from = 1
to = 2
[data.read]
file = "{file}"
note = "metered"
[s.sold]
label = "Sold"
over = "hour"
unit = "1"
value = {{ data = "read", column = "sold" }}
[s.inverse]
label = "Inverse"
unit = "1"
formula = "sum(1 / sold)"
"""


@pytest.mark.parametrize("option", [(), ("./hours.csv",), ("data/../hours.csv",)])
def test_a_file_that_the_model_reads_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "hours.toml").write_text(_OF_A_FILE.format(file="hours.csv"))
    (tmp_path / "hours.csv").write_text("hour,sold\n1,2\n2,4\n")
    result = run("export", "hours.toml", "--csv", *option)
    assert result.exit_code == 2
    assert "is a data file of the model: write to another path" in result.stderr
    assert (tmp_path / "hours.csv").read_text() == "hour,sold\n1,2\n2,4\n"
    assert run("export", "hours.toml", "--csv", "other.csv").exit_code == 0


def test_no_hash_is_written_where_a_result_has_no_value_with_the_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    model = tmp_path / "hours.toml"
    model.write_text(_OF_A_FILE.format(file="hours.csv"))
    (tmp_path / "hours.csv").write_text("hour,sold\n1,0\n2,4\n")
    result = run("data", "hours.toml", "--update")
    assert result.exit_code == 1
    assert "division by zero" in result.output + result.stderr
    assert "sha256" not in model.read_text()
    (tmp_path / "hours.csv").write_text("hour,sold\n1,2\n2,4\n")
    assert run("data", "hours.toml", "--update").exit_code == 0
    assert "sha256" in model.read_text()


def test_tables_for_other_programs_take_no_place_of_it_either(tmp_path: Path) -> None:
    (tmp_path / "hours.toml").write_text(_OF_A_FILE.format(file="hours.parquet"))
    pd.DataFrame({"hour": [1, 2], "sold": [2.0, 4.0]}).to_parquet(tmp_path / "hours.parquet")
    before = (tmp_path / "hours.parquet").read_bytes()
    results = ps.load(tmp_path / "hours.toml").solve()
    with pytest.raises(ps.ModelError, match="is a data file of the model"):
        results.to_parquet(tmp_path / "hours.parquet")
    assert (tmp_path / "hours.parquet").read_bytes() == before
    assert results.to_parquet(tmp_path / "other.parquet").exists()
