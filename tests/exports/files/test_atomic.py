"""Nothing of the user's is lost: a file is written whole or not at all."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from exports.files.atomic import replace_file
from tests.places import ROOT

STEPS = ["os.fdopen", "os.fsync", "Path.chmod", "Path.replace"]


def test_a_new_file_is_written_with_the_usual_permissions(tmp_path: Path) -> None:
    path = tmp_path / "new"
    replace_file(path, b"content")
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    assert path.read_bytes() == b"content"
    assert path.stat().st_mode == plain.stat().st_mode


def test_permissions_of_an_old_file_stay(tmp_path: Path) -> None:
    path = tmp_path / "old"
    path.write_bytes(b"old")
    path.chmod(0o640)
    replace_file(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o640)


@pytest.mark.parametrize("step", STEPS)
def test_a_full_disk_at_any_step_leaves_the_old_file_whole(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"old")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr({"os": os, "Path": Path}[step.split(".", maxsplit=1)[0]], step.split(".")[1], full)
    with pytest.raises(OSError, match="No space left"):
        replace_file(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["book.xlsx"]


@pytest.mark.parametrize("step", ["os.fsync", "Path.chmod", "Path.replace"])
def test_a_kill_at_any_step_leaves_the_old_file_whole(step: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"old")
    code = f"""
import os, signal
from pathlib import Path
from exports.files.atomic import replace_file
def killed(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
{step} = killed
replace_file(Path({str(path)!r}), b"new" * 1000)
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert run.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
