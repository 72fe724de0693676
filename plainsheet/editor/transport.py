"""How messages of an editor come in: within bounds, each question with an answer, and nothing kept of what is done."""

from __future__ import annotations

import json
from typing import Any, BinaryIO, Final

from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

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


class Json(str):
    """An answer that stands in JSON already: of ten thousand records to be made and read, the text alone is made."""

    __slots__ = ()


class Protocol(LanguageServerProtocol):
    """The protocol as pygls has it, without two things that it forgets, and with answers that are written already."""

    def structure_message(self, data: dict[str, Any]) -> Any:  # noqa: ANN401  # what the method has
        """Return a message as it is meant; an editor is told of a question that cannot be read, for which it waits."""
        try:
            return super().structure_message(data)
        except JsonRpcException as wrong:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=wrong.to_response_error())
            raise

    def handle_message(self, message: Any) -> None:  # noqa: ANN401  # as above
        """Do what a message asks for. What was kept of those that are done, one for each that is typed, is let go."""
        super().handle_message(message)
        for number in [number for number, one in self._request_futures.items() if one.done()]:
            del self._request_futures[number]

    def _send_response(self, msg_id: Any, result: Any = None, error: Any = None) -> None:  # noqa: ANN401  # as above
        """Send an answer; one that stands in JSON as it is."""
        if error is None and isinstance(result, Json) and self.writer is not None:
            body = f'{{"jsonrpc": "2.0", "id": {json.dumps(msg_id)}, "result": {result}}}'.encode()
            self.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        else:
            super()._send_response(msg_id, result, error)
