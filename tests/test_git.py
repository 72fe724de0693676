"""Where reviewers live: what git shows and merges, the history of a quantity, hooks, and the action's script."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from plainsheet.commands import main

ROOT = Path(__file__).parent.parent
TEXT = """\
[model]
title = "Rent"
outputs = ["cost"]

[units]
EUR = "[money]"

[scenarios.plan]
label = "Plan"

[scenarios.high]
label = "High"
set.price = 3

[rent]
price = { label = "Price", unit = "EUR/hour", value = 2 }
hours = { label = "Hours", unit = "hour", value = 100 }
staff = { label = "Staff", unit = "EUR", value = 50 }
cost  = { label = "Cost", unit = "EUR", formula = "price * hours + staff" }
"""


class Repository:
    """A repository in a directory of its own, with a model in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.model = folder / "models" / "rent.toml"
        self.model.parent.mkdir()
        # git calls the command by its name, as it does for a user.
        commands = folder.parent / "commands"
        commands.mkdir()
        (commands / "plainsheet").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "cli.py"}" "$@"\n')
        (commands / "plainsheet").chmod(0o755)
        self.environment = {
            **os.environ, "PATH": f"{commands}:{os.environ['PATH']}", "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "a@b.c", "GIT_COMMITTER_NAME": "Ann",
            "GIT_COMMITTER_EMAIL": "a@b.c", "GIT_PAGER": "cat",
        }  # fmt: skip
        self.git("init", "-q", "-b", "main")
        self.commit(TEXT, "A model")

    def git(self, *arguments: str, status: int = 0) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def commit(self, text: str, subject: str) -> None:
        self.model.write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", subject)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Repository(folder)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def changed(old: str, new: str, text: str = TEXT) -> str:
    assert old in text
    return text.replace(old, new)


def test_branches_that_changed_different_assumptions_merge_though_their_lines_touch(repository: Repository) -> None:
    assert run("git-setup", "models/rent.toml").exit_code == 0
    repository.commit(TEXT, "git knows models")
    repository.git("checkout", "-q", "-b", "other")
    repository.commit(changed("value = 100", "value = 120"), "More hours")
    repository.git("checkout", "-q", "main")
    repository.commit(changed("value = 2 ", "value = 2.5 "), "A higher price")
    repository.git("merge", "-q", "--no-edit", "other")
    assert repository.model.read_text() == changed("value = 100", "value = 120", changed("value = 2 ", "value = 2.5 "))


def test_a_real_conflict_is_told_by_quantity(repository: Repository) -> None:
    run("git-setup", "models/rent.toml")
    repository.commit(TEXT, "git knows models")
    repository.git("checkout", "-q", "-b", "other")
    repository.commit(changed("value = 2 ", "value = 4 "), "Four")
    repository.git("checkout", "-q", "main")
    repository.commit(changed("value = 2 ", "value = 3 "), "Three")
    told = repository.git("merge", "--no-edit", "other", status=1)
    assert "models/rent.toml: 'price': before 2, here 3, there 4" in told
    text = repository.model.read_text()
    assert text.index("<<<<<<<") < text.index("value = 3 ") < text.index("=======") < text.index("value = 4 ")


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


def test_a_text_that_is_no_utf_8_is_left_to_git(repository: Repository) -> None:
    run("git-setup", "models/rent.toml")
    latin = TEXT.replace('"Rent"', '"Mieté"').encode("latin-1")
    repository.model.write_bytes(latin)
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "Not UTF-8")
    repository.git("checkout", "-q", "-b", "other")
    repository.model.write_bytes(latin.replace(b"value = 50", b"value = 60"))
    repository.git("commit", "-qam", "Sixty")
    repository.git("checkout", "-q", "main")
    repository.model.write_bytes(latin.replace(b"outputs", b"purpose = 'None'\noutputs"))
    repository.git("commit", "-qam", "A purpose")
    repository.git("merge", "-q", "--no-edit", "other")
    text = repository.model.read_bytes()
    assert (b"Miet\xe9" in text, b"value = 60" in text, b"purpose" in text) == (True, True, True)


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


def test_the_log_shows_how_a_quantity_moved_and_its_part_of_an_output(repository: Repository) -> None:
    both = changed("value = 2 ", "value = 3 ", changed("value = 50", "value = 60"))
    repository.commit(changed('"Rent"', '"Rents"'), "Another title")
    repository.commit(both, "Dearer")
    result = run("log", "price", "-m", "models/rent.toml")
    first, _, second, by = result.output.splitlines()[1:5]
    assert "2 EUR/hour  ->  250" in first
    assert "3 EUR/hour  ->  360 from 250  (+44 %), +100 of it by price" in second
    assert by.strip() == "Ann: Dearer"
    assert run("log", "nothing", "-m", "models/rent.toml").exit_code == 1


def test_the_log_follows_other_names_of_the_file_and_the_quantity_and_a_link(repository: Repository) -> None:
    repository.commit(changed("value = 2 ", "value = 3 "), "Dearer")
    repository.git("mv", "models", "böoks and more")
    repository.model = repository.folder / "böoks and more" / "rent.toml"
    repository.git("commit", "-q", "-m", "Elsewhere")
    other = changed("price = {", "rate = {").replace("price * hours", "rate * hours").replace("set.price", "set.rate")
    repository.commit(other.replace("value = 2 ", "value = 5 "), "Another name")
    link = repository.folder.parent / "link.toml"
    link.symlink_to(repository.model)
    result = run("log", "rate", "-m", str(link))
    assert [line.split("  ")[2:5] for line in result.output.splitlines()[1::2]] == [
        ["2 EUR/hour", "->", "250"],
        ["3 EUR/hour", "->", "350 from 250"],
        ["5 EUR/hour", "->", "550 from 350"],
    ]
    assert "Cost 350 -> 550 EUR" in run("diff", "HEAD~1..HEAD", "-m", str(link)).output


def test_the_log_tells_what_was_merged_when_it_was_in_the_latest_unit(repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "other")
    repository.commit(changed("value = 2 ", "value = 3 "), "Dearer")
    repository.git("checkout", "-q", "main")
    repository.commit(changed("value = 100", "value = 120"), "More hours")
    repository.git("merge", "-q", "--no-commit", "-s", "ours", "other")
    both = changed("value = 100", "value = 120", changed("value = 2 ", "value = 3 "))
    repository.commit(both, "Both")
    thousands = changed('"Cost", unit = "EUR"', '"Cost", unit = "kEUR"', changed("value = 3 ", "value = 4 ", both))
    # Another first output is no other history.
    repository.commit(thousands.replace('["cost"]', '["staff", "cost"]'), "In thousands")
    lines = run("log", "price", "-m", "models/rent.toml", "-o", "cost").output.splitlines()
    assert lines[0] == "price, and Cost, kEUR"
    assert [line.split("  ", 3)[3] for line in lines[1::2]] == [
        "->  0.25",
        "->  0.41 from 0.29  (+41.4 %), +0.12 of it by price",
        "->  0.53 from 0.41  (+29.3 %), +0.12 of it by price",
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(("nothing",), "no quantity 'nothing'"), (("price", "-o", "nothing"), "'nothing'"), (("price", "-s", "hihg"), "no scenario 'hihg'")],
)  # fmt: skip
def test_what_no_commit_has_is_said(arguments: tuple[str, ...], told: str, repository: Repository) -> None:
    result = run("log", *arguments, "-m", str(repository.model))
    assert (result.exit_code, told in result.stderr) == (1, True), result.stderr


class Action:
    """The action's script in a repository, with a `gh` that notes what it is asked and knows the comments given."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.folder = repository.folder.parent
        self.calls = self.folder / "calls"
        gh = self.folder / "commands" / "gh"
        gh.write_text(f"""#!/bin/bash
echo "$@" >>"{self.calls}"
for one in "$@"; do case $one in body=@*) cat "${{one#body=@}}" >"{self.folder}/body" ;; esac; done
case "$*" in *--jq*) echo "${{KNOWN:-}}" ;; esac
""")
        gh.chmod(0o755)

    def run(self, **more: str) -> tuple[int, str]:
        summary = self.folder / "summary.md"
        summary.write_text("")
        self.calls.write_text("")
        done = subprocess.run(
            ["bash", str(ROOT / "action.sh")], cwd=self.repository.folder, capture_output=True, text=True, check=False,
            env={**self.repository.environment, "BASE": "HEAD~1", "GITHUB_STEP_SUMMARY": str(summary), **more},
        )  # fmt: skip
        assert not re.search(r"action.sh: line|unbound", done.stderr), done.stderr
        return done.returncode, summary.read_text()


def test_the_action_writes_the_review_and_fails_where_a_model_does_not_hold(repository: Repository) -> None:
    action = Action(repository)
    repository.commit(changed("value = 2 ", "value = 3 "), "Dearer")
    status, told = action.run()
    assert (status, "### `models/rent.toml`\n" in told, "Price (price): 2 EUR/hour" in told) == (0, True, True)
    repository.commit(changed("price * hours + staff", "price * hours + hours"), "Wrong units")
    status, told = action.run(MODELS="models/rent.toml")
    assert (status, told.count("does not hold")) == (1, 1)
    (repository.folder / "models" / "new.toml").write_text(TEXT)
    repository.commit(TEXT, "Another model")
    status, told = action.run()
    assert (status, "`models/new.toml` is new" in told) == (0, True)
    repository.git("commit", "-q", "--allow-empty", "-m", "Nothing")
    assert action.run() == (0, "No model changed, and all of them hold.\n")
    status, told = action.run(BASE="0" * 40)
    assert (status, "Nothing to compare with" in told, "is new" in told) == (0, True, False)
    status, told = action.run(MODELS="models/no*.toml models/rent.toml")
    assert (status, "`models/no*.toml` is not there" in told) == (1, True)


def test_the_action_tells_of_models_that_were_moved_or_taken_away(repository: Repository) -> None:
    action = Action(repository)
    spaced = repository.folder / "models" / "Büro und Haus.toml"
    spaced.write_text(TEXT.replace('"Rent"', '"House"'))
    (repository.folder / "models" / "old.toml").write_text('[model]\ntitle = "Nothing of the kind"\n')
    repository.commit(TEXT, "Two more")
    spaced.write_text(spaced.read_text().replace("value = 50", "value = 60"))
    (repository.folder / "models" / "old.toml").unlink()
    repository.model.rename(repository.folder / "models" / "flat.toml")
    repository.model = repository.folder / "models" / "flat.toml"
    repository.commit(changed("value = 2 ", "value = 3 "), "Moved")
    status, told = action.run()
    assert status == 0, told
    assert "`models/old.toml` was taken away" in told
    assert "Staff (staff): 50 EUR -> 60 EUR" in told
    assert re.search(r"### `models/flat.toml`\n\n\*\*Rent\*\*: 1 assumption; Cost 250 -> 350 EUR", told)
    status, told = action.run(MODELS="models/Büro und Haus.toml\nmodels/flat.toml models/flat.toml")
    assert (status, told.count("### ")) == (0, 2)


def test_the_action_keeps_one_comment_and_writes_none_where_there_is_nothing_to_say(repository: Repository) -> None:
    action = Action(repository)
    asked = {"PULL_REQUEST": "7", "GH_TOKEN": "x", "GITHUB_REPOSITORY": "o/r"}
    repository.commit(changed("value = 2 ", "value = 3 "), "Dearer")
    action.run(**asked)
    assert action.calls.read_text().splitlines()[1].startswith("api --silent repos/o/r/issues/7/comments -F body=@")
    action.run(**asked, KNOWN="12")
    assert "--method PATCH repos/o/r/issues/comments/12" in action.calls.read_text()
    repository.git("commit", "-q", "--allow-empty", "-m", "Nothing")
    action.run(**asked)
    assert len(action.calls.read_text().splitlines()) == 1
    # A comment that is too long ends with a whole line.
    action.run(**asked, MODELS=" ".join(f"models/nothing{number}.toml" for number in range(900)))
    body = (action.folder / "body").read_text()
    assert body.startswith("<!-- plainsheet review -->\n### ")
    assert body.endswith("\n\nThe rest is in the summary of the job.\n")
    assert len(body) < 65_536


def test_hooks_and_the_action_call_commands_that_there_are() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    for hook in hooks:
        _, command = hook["entry"].split()
        assert run(command, "--help").exit_code == 0
    assert yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["using"] == "composite"


def test_check_and_format_take_several_models(repository: Repository) -> None:
    other = repository.folder / "models" / "other.toml"
    other.write_text(changed("+ staff", "+ hours"))
    result = run("check", str(repository.model), str(other))
    assert result.exit_code == 1
    assert "hours" in result.stderr
    assert "rent.toml: 4 quantities" in result.stdout
    assert run("format", "--check", str(repository.model), str(other)).exit_code in {0, 1}
