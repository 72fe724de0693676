"""git takes nothing in a repository for an option, a pattern or a program."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.problems import Mistake
from exports.files.git import commit, content, list_files, list_kept, list_moves, stamp
from tests.command_line import run, succeed
from tests.toys.rent import TEXT, Repository, changed, disguise


def test_a_folder_that_looks_like_a_bare_repository_is_none(repository: Repository, tmp_path: Path) -> None:
    disguise(repository, tmp_path / "ran")
    repository.git("-C", "models", "ls-files", "--others")
    assert (tmp_path / "ran").exists()
    (tmp_path / "ran").unlink()
    for command in (["diff", "-m", "models/rent.toml"], ["log", "price", "-m", "models/rent.toml"],
                    ["export", "models/rent.toml", "--xlsx", "--stamp"], ["git-setup", "models/rent.toml"]):  # fmt: skip
        run(*command)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["*.toml", ":!rent.toml", "-m.toml", "two\nlines.toml", 'a"\x1f\x1eb.toml'])
def test_a_model_of_any_name_has_its_own_history(repository: Repository, name: str) -> None:
    path = repository.folder / "models" / name
    path.write_text(changed("value = 2 ", "value = 7 "))
    repository.commit(TEXT, "Subject with \x1e, \x1f and \x1b[31m")
    repository.commit(changed("value = 2 ", "value = 3 "), "Dearer")
    told = succeed("log", "price", "-m", f"models/{name}")
    assert ("7 EUR/hour" in told, "Dearer" in told) == (True, False)
    assert all(line.isprintable() for line in told.split("\n"))
    assert not run("diff", "HEAD", "-m", f"models/{name}").exit_code


def test_files_and_moves_are_listed_by_any_name(repository: Repository) -> None:
    names = ["models/two\nlines.toml", 'models/a"b.toml', "models/\x1b.toml", "models/ü\udcff.toml"]
    for name in names:
        (repository.folder / name).write_text(name.encode(errors="surrogateescape").hex() * 9)
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "Names")
    here = repository.folder
    assert list_files(here) == sorted([*names, "models/rent.toml"])
    assert {*list_kept(here, "HEAD")} == {*list_files(here)}
    (here / names[0]).rename(here / "models" / "other\t.toml")
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "Moved")
    assert list_moves(here, "HEAD~1", "HEAD") == {"models/other\t.toml": names[0]}


def test_a_content_has_a_bound_and_a_folder_without_git_no_files(repository: Repository, tmp_path: Path) -> None:
    assert content(repository.folder, "HEAD:models/rent.toml", 10_000) == TEXT.encode()
    assert content(repository.folder, "HEAD:models/none.toml", 10_000) is None
    with pytest.raises(Mistake, match="is larger than"):
        content(repository.folder, "HEAD:models/rent.toml", 10)
    assert commit(repository.folder, "--help") is None
    with pytest.raises(Mistake, match="could not list"):
        list_files(tmp_path)


_PROGRAMS = {
    "core.fsmonitor": "{}; false",
    "filter.a.clean": "{}; cat",
    "filter.a.process": "{}",
    "diff.external": "{}",
    "diff.a.command": "{}",
    "diff.a.textconv": "{}; cat",
    "gpg.program": "{}",
}


@pytest.mark.parametrize("name", ["", *_PROGRAMS])
def test_no_program_runs_that_a_repository_names(repository: Repository, tmp_path: Path, name: str) -> None:
    trace = tmp_path / "ran"
    program = f"touch {trace}"
    (repository.folder / ".gitattributes").write_text("* filter=a diff=a\n")
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "Attributes")
    if name:
        repository.git("config", name, _PROGRAMS[name].format(program))
    repository.git("config", "filter.a.required", "true")
    repository.git("config", "log.showSignature", "true")
    hook = repository.folder / ".git" / "hooks" / "post-index-change"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{program}\n")
    hook.chmod(0o755)
    assert "changed" not in stamp(repository.model).revision
    # Of the same size, so that git has to read it; and as it was, but not when.
    repository.model.write_text(TEXT.replace("value = 2 ", "value = 3 "))
    assert stamp(repository.model).revision.endswith(", changed since")
    repository.model.write_text(TEXT)
    assert "changed" not in stamp(repository.model).revision
    assert not trace.exists()


def test_a_filter_of_the_users_own_runs(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "settings"
    settings.write_text('[filter "a"]\n\tclean = sed s/71/2/\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    (repository.folder / ".gitattributes").write_text("* filter=a\n")
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "Attributes")
    repository.git("config", "filter.a.clean", "false")
    repository.model.write_text(TEXT.replace("value = 2 ", "value = 71 "))
    assert "changed" not in stamp(repository.model).revision


def test_a_filter_that_git_cannot_be_kept_from_is_refused(repository: Repository) -> None:
    repository.git("config", "filter.a=b.clean", "cat")
    with pytest.raises(Mistake, match="names a filter with '='"):
        stamp(repository.model)


def test_a_submodule_runs_nothing_of_its_own(repository: Repository, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    within = repository.folder / "within"
    repository.git("init", "-q", "within")
    (within / "a").write_text("1")
    for settings in (["add", "a"], ["commit", "-q", "-m", "A"], ["config", "filter.b.clean", f"touch {trace}; cat"]):
        repository.git("-C", "within", *settings)
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "Within")
    (within / ".git" / "info" / "attributes").write_text("* filter=b\n")
    (within / "a").write_text("2")
    assert "changed" not in stamp(repository.model).revision
    assert not trace.exists()
