"""What Gnumeric computes, and what it complains of."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.oracles.contents import Cells, values

_HANGS_AFTER: Final = 300


def has_gnumeric() -> bool:
    """Return whether Gnumeric can be run here."""
    return shutil.which("ssconvert") is not None


def gnumeric(contents: Iterable[bytes]) -> list[Cells]:
    """Return what Gnumeric computes for each workbook."""
    return [values(_converted(content)[0]) for content in contents]


def complaints(content: bytes) -> list[str]:
    """Return what Gnumeric says of what it cannot read in a workbook."""
    return _converted(content)[1].splitlines()


@lru_cache(maxsize=1)
def _converted(content: bytes) -> tuple[bytes, str]:
    """Return a workbook as Gnumeric writes it after a calculation, and what it said."""
    with TemporaryDirectory() as name:
        source, target = Path(name) / "book.xlsx", Path(name) / "out.xlsx"
        source.write_bytes(content)
        done = subprocess.run(
            ["ssconvert", "--recalc", source, target], check=True, capture_output=True, text=True, timeout=_HANGS_AFTER
        )
        return target.read_bytes(), done.stderr
