"""Reviews on a platform: the action's script, and hooks."""

from __future__ import annotations

import re
import subprocess

import pytest
import yaml

from tests.command_line import run
from tests.places import ROOT
from tests.toys.rent import TEXT, Repository, changed, disguise


class Action:
    """The action's script in a repository, with a `gh` that notes what it is asked and knows the comments given."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.folder = repository.folder.parent
        self.calls = self.folder / "calls"
        gh = self.folder / "commands" / "gh"
        gh.write_text(f"""#!/bin/bash
echo "$@" >>"{self.calls}"
echo "GH_TOKEN=$GH_TOKEN" >"{self.folder}/known"
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
        assert not re.search(r"action.sh: line|unbound|Traceback", done.stderr), done.stderr
        assert all(line.isprintable() for line in (done.stdout + done.stderr + summary.read_text()).split("\n"))
        return done.returncode, summary.read_text()


@pytest.mark.slow
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
    assert action.run() == (0, "Checked 2 models: all hold, none changed.\n")
    status, told = action.run(BASE="0" * 40)
    assert (status, "Nothing to compare with" in told, "is new" in told) == (0, True, False)
    status, told = action.run(MODELS="models/no*.toml models/rent.toml")
    assert (status, "`models/no*.toml` is not there" in told) == (1, True)


@pytest.mark.slow
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
    assert "It was `models/rent.toml` before." in told
    status, told = action.run(MODELS="models/Büro und Haus.toml\nmodels/flat.toml models/flat.toml")
    assert (status, told.count("### ")) == (0, 2)


@pytest.mark.slow
def test_the_action_keeps_one_comment_and_writes_none_where_there_is_nothing_to_say(repository: Repository) -> None:
    action = Action(repository)
    asked = {"PULL_REQUEST": "7", "GH_TOKEN": "x", "GITHUB_REPOSITORY": "o/r"}
    repository.commit(changed("value = 2 ", "value = 3 "), "Dearer")
    action.run(**asked)
    assert action.calls.read_text().splitlines()[1].startswith("api --silent repos/o/r/issues/7/comments -F body=@")
    assert "viewerDidAuthor" in action.calls.read_text().splitlines()[0]
    assert "GH_TOKEN=x" in (action.folder / "known").read_text()
    action.run(**asked, KNOWN="12")
    assert "--method PATCH repos/o/r/issues/comments/12" in action.calls.read_text()
    repository.git("commit", "-q", "--allow-empty", "-m", "Nothing")
    action.run(**asked)
    assert len(action.calls.read_text().splitlines()) == 1
    # A comment that is too long ends with a whole line.
    action.run(**asked, MODELS=" ".join(f"models/nothing{number}.toml" for number in range(900)))
    body = (action.folder / "body").read_text()
    assert body.startswith("<!-- plainsheet review -->\nChecked 0 models: none changed, 900 names without a file.")
    assert body.endswith("\n\nThe rest is in the summary of the job.\n")
    assert len(body) < 65_536


@pytest.mark.slow
def test_nothing_of_the_workspace_is_run(repository: Repository) -> None:
    action = Action(repository)
    for name in ("click.py", "sitecustomize.py", "plainsheet.py", "pip.py"):
        (repository.folder / name).write_text("raise SystemExit(0)")
    # A folder that looks like a bare repository, whose settings name a program.
    disguise(repository, action.folder / "ran")
    repository.commit(changed("price * hours + staff", "price * hours + hours"), "Wrong units")
    status, told = action.run(PYTHONPATH=".", PYTHONSTARTUP="click.py")
    assert (status, "does not hold" in told, (action.folder / "ran").exists()) == (1, True, False)
    run("log", "price", "-m", "models/rent.toml")
    assert not (action.folder / "ran").exists()


@pytest.mark.slow
def test_a_comment_that_cannot_be_written_changes_nothing(repository: Repository) -> None:
    action = Action(repository)
    (action.folder / "commands" / "gh").write_text("#!/bin/sh\nexit 1\n")
    asked = {"GH_TOKEN": "x", "GITHUB_REPOSITORY": "o/r", "BASE": "HEAD"}
    for number in ("7", "7/../../x", "-1"):
        assert action.run(**asked, PULL_REQUEST=number)[0] == 0


def test_hooks_and_the_action_call_commands_that_there_are() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    for hook in hooks:
        _, command = hook["entry"].split()
        assert run(command, "--help").exit_code == 0
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    assert action["runs"]["using"] == "composite"
    # A tag may be moved, and pip would be the pip.py of the workspace.
    for step in action["runs"]["steps"]:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step.get("uses", f"a/b@{'0' * 40}"))
        if "pip" in step.get("run", ""):
            assert step["working-directory"] == "${{ github.action_path }}"
            assert "--require-hashes" in step["run"]
    for used in re.findall(r"uses: (actions/\S+)", (ROOT / "docs" / "review.md").read_text()):
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", used)
