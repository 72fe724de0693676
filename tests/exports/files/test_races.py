"""Nothing is lost where several write, and nothing is left where one was killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.problems import Mistake
from engine.text.canonical import canonical
from exports.files import atomic, locks
from exports.files.atomic import replace_file, replace_text
from exports.roundtrip import apply
from exports.roundtrip.merge import merge_workbook
from plainsheet.commands import models
from tests.command_line import run, succeed
from tests.places import ROOT
from tests.toys.lemonade import TOY
from tests.toys.stall import TEXT, edited, exported

LOOSE = TOY.replace("label  = ", "label= ")
CHANGED = "'{}' was changed by another program while this one worked, and nothing was written"
# Each child counts up what it read, and tries again where another was first.
COUNTING = """
import os, sys
from pathlib import Path
from engine.problems import Mistake
from exports.files.atomic import replace_text
path = Path(sys.argv[1])
child = os.fork()
for _ in range(40):
    while True:
        text = path.read_text()
        try:
            replace_text(path, text, str(int(text) + 1))
        except Mistake as problem:
            assert "changed by another" in problem.message, problem
        else:
            break
if child:
    sys.exit(os.waitpid(child, 0)[1])
"""
# A child formats a model that is put back again and again, until it is killed.
KILLED = """
import os, random, signal, sys, time
from pathlib import Path
from exports.files.atomic import replace_file
from plainsheet.commands import main
from engine.text.canonical import canonical
path = Path(sys.argv[1])
loose = path.read_bytes()
whole = {loose, canonical(loose.decode()).encode()}
random.seed(1)
left = 0
least = int(sys.argv[2])
# On a machine that is busy, or quick, no child may be killed while it writes for a while.
for number in range(100 * least):
    if number >= least and left:
        break
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        while True:
            replace_file(path, loose)
            try:
                main(["format", str(path)], standalone_mode=False)
            except SystemExit:
                pass
    time.sleep(random.uniform(0.001, 0.03))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert path.read_bytes() in whole
    left += len(os.listdir(path.parent)) - 1
replace_file(path, loose)
print(left, os.listdir(path.parent))
"""


def test_of_two_writers_none_loses_what_the_other_wrote(tmp_path: Path) -> None:
    path = tmp_path / "count.txt"
    path.write_text("0")
    subprocess.run([sys.executable, "-c", COUNTING, str(path)], cwd=ROOT, check=True)
    assert path.read_text() == "80"
    assert [one.name for one in tmp_path.iterdir()] == ["count.txt"]


@pytest.mark.parametrize("times", [20, pytest.param(200, marks=pytest.mark.slow)])
def test_a_kill_at_any_moment_leaves_the_file_whole_and_the_next_run_clears_away(times: int, tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(LOOSE)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), str(times)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    left, names = done.stdout.split(maxsplit=1)
    assert names.strip() == "['m.toml']"
    assert int(left) > 0, "no child was killed while it wrote"


def meanwhile(path: Path, text: str, function: Callable[..., object]) -> Callable[..., object]:
    """Return a function that somebody saves a file during."""

    def saving(*arguments: object, **named: object) -> object:
        path.write_text(text)
        return function(*arguments, **named)

    return saving


def test_format_does_not_write_over_what_was_saved_since_it_read(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = here / "lemonade.toml"
    model.write_text(LOOSE)
    newer = LOOSE + "# mine\n"
    monkeypatch.setattr(models, "canonical", meanwhile(model, newer, canonical))
    result = run("format", "lemonade.toml")
    assert result.exit_code == 1
    assert result.stderr == (
        f"{CHANGED.format('lemonade.toml')}\n  hint: run the command again: it starts from what the file holds now\n"
    )
    assert model.read_text() == newer
    monkeypatch.undo()
    succeed("format", str(model))
    assert model.read_text() == canonical(newer)
    assert model.read_text().endswith("# mine\n")


def test_import_does_not_write_over_what_was_saved_since_it_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, book = tmp_path / "m.toml", tmp_path / "m.xlsx"
    model.write_text(TEXT)
    book.write_bytes(edited(exported(TEXT), {("price", "plan"): 7}))
    newer = TEXT + "# mine\n"
    monkeypatch.setattr(apply, "merge_workbook", meanwhile(model, newer, merge_workbook))
    result = run("import", book, "-m", model)
    assert (result.exit_code, model.read_text()) == (1, newer)
    assert CHANGED.format(model) in result.stderr
    # At the last moment too, when the new text stands beside it already.
    model.write_text(TEXT)
    monkeypatch.undo()
    monkeypatch.setattr(atomic, "_keep_owner", meanwhile(model, newer, atomic._keep_owner))
    assert run("import", book, "-m", model).exit_code == 1
    assert model.read_text() == newer
    assert sorted(one.name for one in tmp_path.iterdir()) == ["m.toml", "m.xlsx"]


@pytest.mark.parametrize("gone", [True, False])
def test_what_is_gone_or_came_meanwhile_is_changed_too(gone: bool, tmp_path: Path) -> None:
    path = tmp_path / "x"
    if not gone:
        path.write_text("another")
    with pytest.raises(Mistake, match="was changed by another program"):
        replace_file(path, b"new", b"old" if gone else b"")
    assert path.exists() != gone


def test_the_mark_of_utf8_stays_and_is_no_change(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"\xef\xbb\xbfold")
    replace_text(path, "old", "new")
    assert path.read_bytes() == b"\xef\xbb\xbfnew"


def test_a_lock_that_another_program_keeps_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    path.write_text("old")
    monkeypatch.setattr(locks, "_PATIENCE", 0.1)
    with path.open("r+b") as held:
        locks.take_lock(held.fileno())
        with pytest.raises(Mistake, match="another program holds"):
            replace_text(path, "old", "new")
        assert path.read_text() == "old"
    replace_text(path, "old", "new")
    assert path.read_text() == "new"


def test_only_what_runs_that_ended_left_of_this_file_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "x[1].toml"
    handle, alive = atomic._new_part(path)
    stale = tmp_path / ".x[1].toml.abcd_123.part"
    others = [".x[1].toml.part", ".x[1].toml.abcd_123.part.txt", ".x1.toml.abcd_123.part", ".y.toml.abcd_123.part"]
    for name in (stale.name, *others):
        (tmp_path / name).write_text("")
    link = tmp_path / ".x[1].toml.abcd_124.part"
    link.symlink_to(".y.toml.abcd_123.part")
    replace_file(path, b"new")
    assert not stale.exists()
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([path.name, alive.name, link.name, *others])
    open(handle, "rb").close()  # noqa: PTH123  # its run has ended
    replace_file(path, b"newer")
    assert not alive.exists()
