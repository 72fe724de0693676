"""What git shows and does after `plainsheet git-setup`, and where the program is gone."""

from __future__ import annotations

import re

import pytest

from tests.command_line import run
from tests.toys.rent import TEXT, Repository, changed


def test_git_shows_the_quantity_that_a_line_is_of_and_workbooks_in_words(repository: Repository) -> None:
    long = TEXT.replace(
        'hours = { label = "Hours", unit = "hour", value = 100 }', '[rent.hours]\nlabel = "Hours"\nunit = "hour"\n# a\n# b\n# c\nvalue = 100'
    )  # fmt: skip
    long = long.replace("staff = {", "[rent.more]\nstaff = {")
    repository.commit(long, "Longer")
    run("git-setup", "models/rent.toml")
    run("export", "models/rent.toml", "--xlsx", "rent.xlsx")
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "A workbook")
    repository.model.write_text(changed("value = 100", "value = 110", long))
    run("export", "models/rent.toml", "--xlsx", "rent.xlsx")
    told = repository.git("diff")
    assert "@@ [rent.hours]" in told
    assert "-hours in plan = 100 hour\n+hours in plan = 110 hour" in told
    again = run("git-setup", "models/rent.toml").output
    assert ".gitattributes" not in again
    assert run("git-setup", "/etc/other.toml").exit_code == 1


def test_where_the_program_is_gone_or_a_workbook_is_broken_git_goes_on(repository: Repository) -> None:
    run("git-setup", "models/rent.toml")
    config = repository.folder / ".git" / "config"
    config.write_text(
        re.sub(r"(= \"?|\{ )[^\s\"]*plainsheet (merge|text)", r"\1/nowhere/plainsheet \2", config.read_text())
    )
    assert config.read_text().count("/nowhere/plainsheet") == 2
    (repository.folder / "book.xlsx").write_bytes(b"one")
    repository.commit(TEXT, "git knows models")
    repository.git("checkout", "-q", "-b", "other")
    repository.commit(changed("value = 2 ", "value = 4 "), "Four")
    repository.git("checkout", "-q", "main")
    repository.commit(changed("value = 2 ", "value = 3 "), "Three")
    repository.git("merge", "--no-edit", "other", status=1)
    assert "<<<<<<< here" in repository.model.read_text()
    repository.git("reset", "-q", "--hard")
    (repository.folder / "book.xlsx").write_bytes(b"two")
    assert "book.xlsx" in repository.git("diff", "--stat")
    repository.git("diff")
    repository.commit(TEXT, "Another book")
    run("git-setup", "models/rent.toml")
    assert "a/book.xlsx" in repository.git("log", "-p", "--", "book.xlsx")


def test_attributes_that_were_there_stay_as_they_are(repository: Repository) -> None:
    attributes = repository.folder / ".gitattributes"
    attributes.write_bytes(b"*.png binary # \xe9\r\n*.sh text")
    assert run("git-setup", "models/rent.toml").exit_code == 0
    lines = attributes.read_bytes().split(b"\r\n")
    assert (lines[:2], len(lines)) == ([b"*.png binary # \xe9", b"*.sh text"], 5)


def test_any_name_of_a_model_is_a_pattern_for_itself(repository: Repository) -> None:
    path = repository.folder / "a b" / '[x] *ü"#1!.toml'
    path.parent.mkdir()
    path.write_text(TEXT)
    (repository.folder / "link.toml").symlink_to(path)
    assert run("git-setup", str(path), "link.toml").exit_code == 0
    assert len((repository.folder / ".gitattributes").read_text().splitlines()) == 2
    name = str(path.relative_to(repository.folder))
    assert (
        repository.git("-c", "core.quotePath=false", "check-attr", "-z", "merge", name).split("\0")[2] == "plainsheet"
    )
    assert run("git-setup", "nothing.toml").exit_code == 1


@pytest.mark.parametrize(
    "name", ["two\nlines.toml", "esc\x1b[31m.toml", "\u202eleft.toml", "tab\t.toml", "a\x85b\u2028c.toml"]
)
def test_a_name_that_does_not_print_is_one_line_of_attributes_for_itself(repository: Repository, name: str) -> None:
    path = repository.folder / name
    path.write_text(TEXT)
    told = run("git-setup", name).output
    assert told.replace("\n", "").isprintable()
    assert len((repository.folder / ".gitattributes").read_text().split("\n")) == 3
    found = repository.git("check-attr", "-z", "merge", name, "models/rent.toml").split("\0")
    assert (found[0], found[2], found[5]) == (name, "plainsheet", "unspecified")
    assert ".gitattributes" not in run("git-setup", name).output
