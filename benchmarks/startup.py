"""How long a user waits for a command: whole processes in turn, without and with a kept answer, beside others."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
SORA = str(ROOT / "models" / "sora.toml")
COMMANDS = {
    "--help": ["--help"],
    "check sora": ["check", SORA],
    "solve sora": ["solve", SORA],
    "explain sora": ["explain", "training_gpus", "-m", SORA],
    "sensitivity sora": ["sensitivity", "-m", SORA],
    "export sora": ["export", SORA, "--xlsx", "sora.xlsx"],
}
PEERS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import click": [sys.executable, "-c", "import click"],
    "import numpy": [sys.executable, "-c", "import numpy"],
    "import pint": [sys.executable, "-c", "import pint"],
    "pint.UnitRegistry()": [sys.executable, "-c", "import pint; pint.UnitRegistry()"],
    "ruff --version": [str(BIN / "ruff"), "--version"],
}
TARGETS = {"--help": 0.1, "check sora": 0.35, "check sora, kept": 0.2}
TARGETS |= {f"{name}, kept": 0.15 for name in ("solve sora", "explain sora", "sensitivity sora")}


def measure(runs: int = 7) -> dict[str, float]:
    """Return the median seconds of each whole process."""
    with TemporaryDirectory() as folder:
        off = {**os.environ, "PLAINSHEET_CACHE": "off"}
        off.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
        kept = {**off, "PLAINSHEET_CACHE": str(Path(folder) / "cache"), "XDG_STATE_HOME": folder}
        works = {name: (command, off) for name, command in PEERS.items()}
        for name, words in COMMANDS.items():
            command = [sys.executable, str(ROOT / "cli.py"), *words]
            works[name] = command, off
            if name not in {"--help", "export sora"}:
                works[f"{name}, kept"] = command, kept
        times: dict[str, list[float]] = {name: [] for name in works}
        for turn in range(runs + 1):
            for name, (command, environment) in works.items():
                start = time.perf_counter()
                subprocess.run(command, check=True, capture_output=True, env=environment, cwd=folder)
                if turn:  # the first fills what is to be in memory, and the cache
                    times[name].append(time.perf_counter() - start)
    return {name: median(spent) for name, spent in times.items()}
