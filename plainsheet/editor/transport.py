"""What an editor sends, read within bounds."""

from __future__ import annotations

from typing import BinaryIO, Final

_LONGEST_HEADER: Final = 1_000
_LARGEST_MESSAGE: Final = 256_000_000


class BoundedInput:
    """A stream that is at its end where a header, or what it announces, is larger than anything that is meant."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._is_ended = False

    def readline(self) -> bytes:
        """Return the next line, with its end; b"" at the end."""
        line = b"" if self._is_ended else self._stream.readline(_LONGEST_HEADER)
        self._is_ended = not line.endswith(b"\n")
        return b"" if self._is_ended else line

    def read(self, size: int) -> bytes:
        """Return so many bytes; fewer, or b"", at the end."""
        self._is_ended = self._is_ended or size > _LARGEST_MESSAGE
        return b"" if self._is_ended else self._stream.read(size)
