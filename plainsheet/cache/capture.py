"""What a command prints, kept while it is printed: on which stream, in which order."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast


class Told:
    """The pieces that were printed, each with its stream: 1 for an answer, 2 for what is said beside it."""

    def __init__(self) -> None:
        self.pieces: list[tuple[int, str]] = []
        self.is_whole = True

    def add(self, number: int, text: str) -> None:
        """Add what was printed to what came before it on the same stream."""
        if self.pieces and self.pieces[-1][0] == number:
            text = self.pieces.pop()[1] + text
        self.pieces.append((number, text))


class _Heard:
    """A stream that is printed on as ever, and heard."""

    def __init__(self, stream: TextIO, number: int, told: Told) -> None:
        self._stream, self._number, self._told = stream, number, told

    def write(self, text: str) -> int:
        """Print a text; whoever reads along may have left, and then it was not told to its end."""
        self._told.is_whole = False
        length = self._stream.write(text)
        self._told.is_whole = True
        self._told.add(self._number, text)
        return length

    def flush(self) -> None:
        """Hand on what was printed."""
        self._told.is_whole = False
        self._stream.flush()
        self._told.is_whole = True

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the stream has
        return getattr(self._stream, name)


@contextmanager
def captured() -> Iterator[Told]:
    """Keep what is printed within."""
    told = Told()
    before = sys.stdout, sys.stderr
    sys.stdout = cast("TextIO", _Heard(sys.stdout, 1, told))
    sys.stderr = cast("TextIO", _Heard(sys.stderr, 2, told))
    heard = sys.stdout, sys.stderr
    try:
        yield told
    finally:
        # Who drops its output, since nobody reads it, has put another stream there.
        told.is_whole &= (sys.stdout, sys.stderr) == heard
        if told.is_whole:
            sys.stdout, sys.stderr = before
