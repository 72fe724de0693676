"""Neovim without a screen: a model is opened as its user opens it, and what the editor knows then is told."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from tests.command_line import HANGS_AFTER
from tests.places import ROOT

DRIVER: Final = ROOT / "tests" / "editors" / "drive.lua"


def has_neovim() -> bool:
    """Return whether Neovim is here."""
    return shutil.which("nvim") is not None


def drive(folder: Path, settings: str, model: str) -> dict[str, Any]:
    """Return what Neovim knows of a model in a folder, and what stood in it after what the driver did.

    `settings` are those of its user, in Lua.
    """
    commands = folder / "commands"
    commands.mkdir()
    (commands / "plainsheet").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "cli.py"}" "$@"\n')
    (commands / "plainsheet").chmod(0o755)
    (folder / "init.lua").write_text(settings)
    told = folder / "told.json"
    homes = {f"XDG_{name}_HOME": str(folder / "home") for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    environment = {**os.environ, **homes, "PATH": f"{commands}:{os.environ['PATH']}", "TOLD": str(told)}
    command = ["nvim", "--headless", "-u", str(folder / "init.lua"), "-i", "NONE", "-n", model,
               "-c", f"luafile {DRIVER}", "-c", "qall!"]  # fmt: skip
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True,
                          timeout=HANGS_AFTER, check=False)  # fmt: skip
    assert told.exists(), done.stdout + done.stderr
    found: dict[str, Any] = json.loads(told.read_text())
    return found
