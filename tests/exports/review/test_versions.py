"""Which two versions a review compares: files, revisions of a repository, and workbooks."""

from __future__ import annotations

import re
import subprocess
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from engine.model.load import loads
from engine.planning.planner import plan
from exports.workbook.xlsx import workbook
from tests.toys.shop import TEXT, edited, run

# ---------------------------------------------------------------- versions


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a model in a subfolder: 3 and 4 on main, 5 on a branch from there, 7 not committed."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "repo" / "sub folder" / "m'ödel.toml"
    path.parent.mkdir(parents=True)
    git(tmp_path, "init", "-q", "-b", "main", "repo")
    for number, branch in ((3, ""), (4, ""), (5, "br;@$(x)"), (6, "main")):
        if branch:
            git(path.parent, "checkout", "-q", *(("main",) if branch == "main" else ("-b", branch)))
        path.write_text(edited(("value = 3", f"value = {number}")))
        git(path.parent, "add", ".")
        git(path.parent, "commit", "-q", "-m", str(number))
    path.write_text(edited(("value = 3", "value = 7")))
    monkeypatch.chdir(path.parent)
    return path


REVISIONS: dict[tuple[str, ...], str] = {
    (): "Total 18 -> 21 EUR",
    ("HEAD",): "Total 18 -> 21 EUR",
    ("HEAD~1",): "Total 12 -> 21 EUR",
    ("HEAD~1..HEAD",): "Total 12 -> 18 EUR",
    ("HEAD~2", "HEAD~1"): "Total 9 -> 12 EUR",
    ("main..br;@$(x)",): "Total 18 -> 15 EUR",
    ("main...br;@$(x)",): "Total 12 -> 15 EUR",
    ("HEAD^{/4}..",): "Total 12 -> 18 EUR",
}


@pytest.mark.parametrize("given", REVISIONS)
@pytest.mark.parametrize("elsewhere", [False, True])
def test_revisions(given: tuple[str, ...], elsewhere: bool, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    if elsewhere:
        monkeypatch.chdir(tmp_path)
    result = run(*given, *(("-m", str(repository)) if elsewhere else ()))
    assert (result.exit_code, REVISIONS[given] in result.output) == (0, True), result.output


@pytest.mark.parametrize(
    "given", ["nope", "nope..HEAD", "nope...HEAD", "--all..HEAD", "-x", "--output=x...HEAD", "HEAD:.", "HEAD^{tree}", "a\nb", "a\x1b[31m", "..", "HEAD..HEAD..HEAD"]
)  # fmt: skip
def test_what_is_no_revision_is_said(given: str, repository: Path) -> None:
    result = run("--", given)
    assert result.exit_code == 1
    assert re.search(r"is no file, and no revision|is no revision of this repository", result.output)
    assert not {"\x1b"} & set(result.output)
    assert [path.name for path in repository.parent.iterdir()] == [repository.name]


def test_a_file_alone_is_compared_with_something_else_or_refused(repository: Path) -> None:
    result = run(repository.name)
    assert "nothing changed" not in result.output


@pytest.mark.usefixtures("repository")
def test_an_empty_name_and_a_path_that_is_not_there_are_no_versions() -> None:
    result = run("../nope.toml")
    assert (result.exit_code, "../nope.toml" in result.output) == (1, True), result.output
    assert run("").exit_code != 0


def test_git_hooks_set_a_folder_of_their_own(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository.parent.parent)
    monkeypatch.setenv("GIT_DIR", ".git")
    assert "Total 18 -> 21 EUR" in run("-m", str(repository)).output


def test_a_workbook_that_came_back_and_no_repository(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    book = openpyxl.load_workbook(BytesIO(workbook(plan(loads(repository.read_text())))))
    row = next(row for row in book["Inputs"].iter_rows() if row[2].value == "limit")
    next(cell for cell in row if cell.value == 40 and not cell.protection.locked).value = 50
    book.save(tmp_path / "back.xlsx")
    assert "40 EUR -> 50 EUR" in run(repository.name, str(tmp_path / "back.xlsx")).output
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "alone.toml").write_text(TEXT)
    result = run("-m", str(tmp_path / "alone.toml"))
    assert (result.exit_code, "no revision" in result.output) == (1, True)
