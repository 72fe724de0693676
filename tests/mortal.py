"""Work at which a process dies the first time."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.uncertainty.cases import Cases
from engine.uncertainty.summaries.tallies import Part, Tally


def die_once(folder: str) -> None:
    """Kill this process, unless that was done before."""
    mark = Path(folder) / "died"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)


def die(_: int) -> None:
    """Kill this process."""
    os.kill(os.getpid(), signal.SIGKILL)


class MortalCases(Cases):
    """Cases at which a process dies the first time."""

    folder = ""

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what they are made of again."""
        return _made, (self.folder, super().__reduce__()[1])

    def tallies(self, parts: Sequence[Part]) -> list[Tally]:
        die_once(self.folder)
        return super().tallies(parts)


def mortal(folder: Path, *arguments: Any) -> MortalCases:  # noqa: ANN401  # as Cases takes them
    """Return such cases, of which a mark in a folder says whether it was done."""
    return _made(str(folder), arguments)


def _made(folder: str, arguments: tuple[Any, ...]) -> MortalCases:
    made = MortalCases(*arguments)
    made.folder = folder
    return made
