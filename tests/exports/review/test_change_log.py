"""The change log of a workbook: what `diff` says since a version, on a sheet that an import does not trip over."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import openpyxl
import pytest

from tests.command_line import run
from tests.toys.lemonade import TOY
from tests.toys.packages import broken

Lines = list[tuple[object, ...]]


@pytest.fixture
def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a model in a repository in which the price was raised; in the file the season is longer too."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "stand.toml"
    git = ["git", "-c", "user.name=Ann", "-c", "user.email=a@b.c"]
    subprocess.run([*git, "init", "-q"], check=True)
    for text, subject in ((TOY, "A stand"), (TOY.replace("= 2.50", "= 3"), "=1+1 is what a glass costs")):
        path.write_text(text)
        subprocess.run([*git, "add", "stand.toml"], check=True)
        subprocess.run([*git, "commit", "-qm", subject], check=True)
    path.write_text(path.read_text().replace("value  = 12", "value  = 14"))
    return path


def lines(book: Path) -> Lines:
    """Return what stands on the sheet, below its header: label, name, unit, amount and words."""
    sheet = openpyxl.load_workbook(book)["Changes"]
    return [tuple([cell.value for cell in row]) for row in sheet.iter_rows(min_row=6, min_col=2, max_col=6)]


def test_it_says_what_diff_says_since_a_revision(stand: Path) -> None:
    assert run("export", "stand.toml", "--xlsx", "--since", "HEAD~1").exit_code == 1  # a published figure is no more
    found = lines(stand.with_suffix(".xlsx"))
    told = json.loads(run("diff", "HEAD~1", "-m", "stand.toml", "--json").stdout)
    assert ("Price of a glass", "price", None, None, "2.5 EUR/glass -> 3 EUR/glass (+20 %)") in found
    assert ("Length of the season", "season", None, None, "12 week -> 14 week (+16.7 %)") in found
    assert ("Profit in the season", "profit", "EUR", None, "hot: 17,640 -> 24,696 EUR (+40 %)") in found
    why = told["why"][0]
    assert {(part["label"], part["share"]) for part in why["parts"]} < {(line[0], line[3]) for line in found}
    start = next(place for place, line in enumerate(found) if line[0] == "Before: HEAD~1")
    first, *parts, last = [float(str(line[3])) for line in found[start : start + len(why["parts"]) + 2]]
    assert (first, last) == (why["before"], why["after"])
    assert first + sum(parts) == pytest.approx(last, rel=1e-12)
    assert found[-1][:1] == ("=1+1 is what a glass costs",)
    assert found[-1][4] == "Ann"


def test_nothing_of_it_is_a_formula_and_no_rule_is_broken(stand: Path) -> None:
    run("export", "stand.toml", "--xlsx", "--since", "HEAD~1")
    sheet = openpyxl.load_workbook(stand.with_suffix(".xlsx"))["Changes"]
    assert not [cell for row in sheet.iter_rows(min_row=6) for cell in row if cell.data_type == "f"]
    assert broken(stand.with_suffix(".xlsx")) == {}


def test_it_names_no_folder_of_the_machine(stand: Path) -> None:
    run("export", str(stand), "--xlsx", "--since", "HEAD~1")
    told = [str(text) for line in lines(stand.with_suffix(".xlsx")) for text in line if text]
    assert any(text.startswith("stand.toml:62: ") for text in told)
    assert not [text for text in told if str(stand.parent) in text]


def test_since_a_file_it_has_no_commits(stand: Path) -> None:
    stand.with_name("old.toml").write_text(TOY)
    run("export", "stand.toml", "--xlsx", "--since", "old.toml")
    found = lines(stand.with_suffix(".xlsx"))
    assert [line for line in found if line[1] == "price"]
    assert not [line for line in found if "Commits" in str(line[0])]


def test_since_a_version_that_says_the_same_it_says_so(stand: Path) -> None:
    stand.write_text(TOY)
    assert run("export", "stand.toml", "--xlsx", "--since", "HEAD~1").exit_code == 0
    book = openpyxl.load_workbook(stand.with_suffix(".xlsx"))
    assert book["Changes"]["B2"].value == "Since HEAD~1: nothing changed that has a meaning."


def test_an_import_takes_no_notice_of_it(stand: Path) -> None:
    stand.write_text(TOY)
    run("export", "stand.toml", "--xlsx", "--since", "HEAD")
    assert run("import", "stand.xlsx", "stand.toml").stdout.splitlines() == [
        "stand.toml: the workbook's 14 cells say what the text says"
    ]
    book = openpyxl.load_workbook("stand.xlsx")
    book["Changes"].title = "What is new"
    book["Inputs"]["G7"] = 41
    book.save("stand.xlsx")
    told = run("import", "stand.xlsx", "stand.toml", "--check")
    assert told.exit_code == 0
    assert "not taken" not in told.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["--xlsx", "--since", "nowhere"], 1, "'nowhere' is no file, and no revision of the repository"),
        (["--xlsx", "--since", "HEAD~1..HEAD"], 2, "--since takes one version, and 'HEAD~1..HEAD' names two"),
        (["--xlsx", "--since", ""], 2, "--since names no version: write a revision such as HEAD~3 or main, or a file"),
        (["--csv", "--since", "HEAD"], 2, "--since is for --xlsx and --ods"),
        (["--xlsx", "--since", "--all"], 1, "'--all' is no file, and no revision"),
    ],
)
def test_what_cannot_be_told_is_refused_and_nothing_is_written(
    stand: Path, arguments: list[str], status: int, told: str
) -> None:
    done = run("export", "stand.toml", *arguments)
    assert (done.exit_code, told in done.stderr) == (status, True), done.stderr
    assert not list(stand.parent.glob("*.xlsx"))
    assert not list(stand.parent.glob("*.csv"))
