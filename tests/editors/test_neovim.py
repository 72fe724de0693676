"""The language server in a real editor: Neovim without a window, set up as the page on editors says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import HANGS_AFTER, succeed
from tests.pages import blocks
from tests.places import ROOT
from tests.toys.rent import TEXT

RENT = TEXT.replace("value =", 'note = "ours: 𝒩", value =')


@pytest.mark.neovim
def test_a_model_is_told_mended_and_renamed_in_neovim(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    [(_, settings), *_] = [block for block in blocks("docs/editor.md") if block[0] == "lua"]
    (tmp_path / "init.lua").write_text(settings)
    commands = tmp_path / "commands"
    commands.mkdir()
    (commands / "plainsheet").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "cli.py"}" "$@"\n')
    (commands / "plainsheet").chmod(0o755)
    model = folder / "rent.toml"
    model.write_text(RENT.replace("price * hours", "prise * hours"))
    environment = {
        **os.environ, "PATH": f"{commands}:{os.environ['PATH']}", "FOUND": str(tmp_path / "found.json"),
        **{f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CACHE", "CONFIG", "DATA", "STATE")},
    }  # fmt: skip
    drive = ROOT / "tests" / "editors" / "drive.lua"
    command = ["nvim", "--headless", "-n", "-i", "NONE", "-u", tmp_path / "init.lua", model, "-S", drive]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=HANGS_AFTER, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "found.json").read_text())
    assert found["trouble"] is None, (found, done.stderr)
    assert "'prise'" in found["problem"]["message"]
    assert found["problem"]["source"] == "plainsheet"
    assert RENT.splitlines()[found["problem"]["lnum"]].startswith("cost")
    assert "price" in found["fix"]
    assert found["fixed"] == RENT.rstrip("\n")
    assert "**Price**" in found["hover"]
    assert found["completion"] > 10
    model.write_text(RENT)
    succeed("rename", "price", "hourly", "-m", model)
    assert found["renamed"] == model.read_text().rstrip("\n")
    # What a server prints beside the protocol would stand there as an error.
    for log in tmp_path.rglob("lsp.log"):
        assert "[ERROR]" not in log.read_text()
