"""How messages of an editor come in: within bounds, each question with an answer, and nothing kept of what is done."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, BinaryIO, Final

from lsprotocol.types import ResponseError, ResponseErrorMessage
from pygls.exceptions import JsonRpcException, JsonRpcInvalidRequest
from pygls.protocol import LanguageServerProtocol

_SIZE: Final = re.compile(rb"content-length[ \t]*:[ \t]*(\d+)[ \t]*\r?\n", re.IGNORECASE)
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
        size = _SIZE.match(line)
        # pygls knows this spelling of the header alone.
        return b"" if self._is_ended else b"Content-Length: %b\r\n" % size[1] if size else line

    def read(self, size: int) -> bytes:
        """Return so many bytes; fewer, or b"", at the end."""
        self._is_ended = self._is_ended or size > _LARGEST_MESSAGE
        return b"" if self._is_ended else self._stream.read(size)


class PatientOutput:
    """A stream on which nothing more is written, and nothing said of that, once nobody reads it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, data: bytes) -> None:
        """Write bytes, if somebody reads them."""
        with suppress(BrokenPipeError):
            self._stream.write(data)

    def flush(self) -> None:
        """Send what was written, if somebody reads it."""
        with suppress(BrokenPipeError):
            self._stream.flush()

    def close(self) -> None:
        """End the stream."""
        with suppress(BrokenPipeError):
            self._stream.close()


class Json(str):
    """An answer that stands in JSON already: of ten thousand records to be made and read, the text alone is made."""

    __slots__ = ()


class Protocol(LanguageServerProtocol):
    """The protocol as pygls has it, without what it forgets, and with answers that are written already."""

    def structure_message(self, data: dict[str, Any]) -> Any:  # noqa: ANN401  # what the method has
        """Return a message as it is meant; an editor is told of a question that cannot be read, for which it waits.

        An answer that cannot be read is one that the editor has none.
        """
        try:
            return super().structure_message(data)
        except JsonRpcException as wrong:
            error = wrong.to_response_error()
            if "id" in data and "method" not in data:
                return ResponseErrorMessage(id=data["id"], error=error)
            if "id" in data:
                self._send_response(data["id"], error=error)
            raise

    def handle_message(self, message: Any) -> None:  # noqa: ANN401  # as above
        """Do what a message asks for; after leave is taken it is told that nothing is.

        What was kept of those that are done, one for each that is typed, is let go.
        """
        if self._shutdown and hasattr(message, "id") and hasattr(message, "method"):
            self._send_response(message.id, error=JsonRpcInvalidRequest().to_response_error())
        super().handle_message(message)
        for number in [number for number, one in self._request_futures.items() if one.done()]:
            del self._request_futures[number]

    def _send_response(self, msg_id: Any, result: Any = None, error: Any = None) -> None:  # noqa: ANN401  # as above
        """Send an answer; one that stands in JSON as it is."""
        if error is None and isinstance(result, Json) and self.writer is not None:
            body = f'{{"jsonrpc": "2.0", "id": {json.dumps(msg_id)}, "result": {result}}}'.encode()
            self.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            return
        if error is not None:
            # A trace of calls, which pygls puts beside what it did not expect, tells an editor's user nothing.
            error = ResponseError(error.code, error.message)
        super()._send_response(msg_id, result, error)
