"""A language server's process, and messages to it as they go over the wire."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.command_line import COMMAND, HANGS_AFTER


class Wire:
    """A server that reads what it is sent, byte by byte."""

    def __init__(self, folder: Path, command: Sequence[str] = (*COMMAND, "lsp")) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=folder)
        self._number = 0

    def send(self, content: bytes, length: int | None = None) -> None:
        """Send a message, with its length or with another one."""
        assert self.process.stdin is not None
        size = len(content) if length is None else length
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (size, content))
        self.process.stdin.flush()

    def tell(self, method: str, params: object) -> None:
        """Send what has no answer."""
        self.send(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}).encode())

    def ask(self, method: str, params: object) -> dict[str, Any]:
        """Send a question, and return the answer."""
        self._number += 1
        asked = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        self.send(json.dumps(asked).encode())
        return self.until(lambda message: message.get("id") == asked["id"] and "method" not in message)

    def until(self, is_meant: Any) -> dict[str, Any]:  # noqa: ANN401  # what says whether a message is meant
        """Read until a message that is meant, and return it."""
        while not is_meant(message := self.read()):
            pass
        return message

    def read(self) -> dict[str, Any]:
        """Return the next message; fail where the server ends."""
        assert self.process.stdout is not None
        size = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            size = int(value) if name.lower() == b"content-length" else size
        assert size > 0, "the server has ended"
        found: dict[str, Any] = json.loads(self.process.stdout.read(size))
        return found

    def begin(self, folders: Sequence[Path] = ()) -> dict[str, Any]:
        """Open folders, as an editor does that can do nothing more, and return what the server can do."""
        open_ = [{"uri": one.as_uri(), "name": one.name} for one in folders]
        asked: dict[str, object] = {"processId": None, "rootUri": None, "capabilities": {}, "workspaceFolders": open_}
        found = self.ask("initialize", asked)
        self.tell("initialized", {})
        return found

    def open(self, uri: str, text: str) -> list[dict[str, Any]]:
        """Open a text, and return what is wrong with it."""
        self.tell(
            "textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "toml", "version": 1, "text": text}}
        )
        return self.diagnostics(uri, 1)

    def type(self, uri: str, version: int, text: str) -> list[dict[str, Any]]:
        """Put another text in the place of one that is open, and return what is wrong with it."""
        which = {"uri": uri, "version": version}
        self.tell("textDocument/didChange", {"textDocument": which, "contentChanges": [{"text": text}]})
        return self.diagnostics(uri, version)

    def diagnostics(self, uri: str, version: int) -> list[dict[str, Any]]:
        """Return what is told of a version of a text."""
        is_meant = {"uri": uri, "version": version}.items()
        message = self.until(
            lambda one: is_meant <= {k: v for k, v in (one.get("params") or {}).items() if k != "diagnostics"}.items()
        )
        found: list[dict[str, Any]] = message["params"]["diagnostics"]
        return found

    def end(self) -> tuple[int, bytes]:
        """Send nothing more, and return the exit status and what was printed beside the protocol."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdin = None
        try:
            _, printed = self.process.communicate(timeout=HANGS_AFTER)
        finally:
            self.process.kill()
        return self.process.returncode, printed
