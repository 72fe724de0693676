"""The program `plainsheet`: it watches for Ctrl-C before it imports what takes time."""

from __future__ import annotations

import gc
import os
import sys
from typing import Any

from plainsheet.interrupts import watched


def main(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401  # what click takes and gives
    """Run the command that the arguments name, by default those of the command line."""
    _open_closed_streams()
    with watched():
        if arguments or options:
            return _run(*arguments, **options)
        from plainsheet.cache.answers import answer  # noqa: PLC0415  # while Ctrl-C is watched for

        return answer(sys.argv[1:], _run)


def _run(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401  # as above
    # A command keeps most of what it makes until it ends, and the collector would walk it again and again.
    gc.set_threshold(200_000, 50, 1_000)
    from plainsheet.commands import main as commands  # noqa: PLC0415  # click and more, which a kept answer does without

    return commands(*arguments, **options)


def _open_closed_streams() -> None:
    """Open each standard stream that was closed, so that no file takes its number and is printed into.

    What is told on stderr may be lost; an answer on stdout may not, so that printing there fails.
    """
    for number, name, flags in ((0, "stdin", os.O_RDONLY), (1, "stdout", os.O_RDONLY), (2, "stderr", os.O_WRONLY)):
        if getattr(sys, name) is None:
            handle = os.open(os.devnull, flags)
            if handle != number:
                os.dup2(handle, number)
                os.close(handle)
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8"))  # noqa: SIM115, PTH123  # to the end
