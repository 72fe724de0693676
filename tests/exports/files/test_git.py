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


def test_what_a_repository_names_as_its_watcher_is_not_run(repository: Repository, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    repository.git("config", "core.fsmonitor", f"touch {trace}; false")
    repository.model.write_text(TEXT.replace("value = 2 ", "value = 3 "))
    assert stamp(repository.model).revision.endswith(", changed since")
    assert not trace.exists()
