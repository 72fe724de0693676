"""The program `plainsheet`: it watches for Ctrl-C before it imports what takes time."""

from __future__ import annotations

from typing import Any

from plainsheet.interrupts import watched


def main(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401  # what click takes and gives
    """Run the command that the arguments name, by default those of the command line."""
    with watched():
        from plainsheet.commands import main as commands  # noqa: PLC0415  # click and more, while Ctrl-C is watched for

        return commands(*arguments, **options)
