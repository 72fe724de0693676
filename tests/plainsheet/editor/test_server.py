"""What the server does with messages that come before it has answered others."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from plainsheet.editor import questions
from plainsheet.editor import server as module
from plainsheet.editor.server import Server, make_server
from tests.toys.rent import TEXT

URI = "untitled:rent.toml"
RENT = TEXT.replace("value =", 'note = "ours", value =')


class Client:
    """Sends messages to a server in this process, and keeps what it is sent."""

    def __init__(self) -> None:
        self.server: Server = make_server()
        self.sent: list[dict[str, Any]] = []
        self._news = asyncio.Event()
        self.server.protocol.set_writer(self)
        self.ask(0, "initialize", {"processId": None, "rootUri": None, "capabilities": {}, "workspaceFolders": []})
        item = {"uri": URI, "languageId": "toml", "version": 0, "text": RENT}
        self.tell("textDocument/didOpen", {"textDocument": item})

    def write(self, data: bytes) -> None:
        """Take a message of the server's."""
        self.sent.append(json.loads(data.partition(b"\r\n\r\n")[2]))
        self._news.set()

    def close(self) -> None:
        """Let the server end."""

    def tell(self, method: str, params: object, **more: object) -> None:
        """Send a message."""
        message = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more})
        protocol = self.server.protocol
        protocol.handle_message(json.loads(message, object_hook=protocol.structure_message))

    def ask(self, number: int, method: str, params: dict[str, object]) -> None:
        """Send a question, which has a number."""
        self.tell(method, params, id=number)

    def type(self, version: int, text: str) -> None:
        """Put another text in the place of the one that is open."""
        which = {"uri": URI, "version": version}
        self.tell("textDocument/didChange", {"textDocument": which, "contentChanges": [{"text": text}]})

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(60):
            while not is_so():
                self._news.clear()
                await self._news.wait()

    def answers(self) -> dict[int, dict[str, Any]]:
        """Return the answers by the numbers of their questions."""
        return {one["id"]: one for one in self.sent if "id" in one}

    def checked(self) -> list[int]:
        """Return the versions of the text that were checked."""
        return [one["params"]["version"] for one in self.sent if one.get("method") == "textDocument/publishDiagnostics"]


def run(play: Callable[[Client], Awaitable[None]]) -> Client:
    """Return a client after what it does."""

    async def go() -> Client:
        client = Client()
        await play(client)
        return client

    # In a thread of its own: Playwright's loop goes on in that of all tests.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, go()).result()


SCREEN = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}}
ASKED: dict[str, object] = {"textDocument": {"uri": URI}}


def test_keys_that_come_together_are_checked_together_and_what_is_asked_is_answered_for_the_last() -> None:
    async def play(client: Client) -> None:
        for number in range(1, 6):
            client.type(number, RENT.replace("value = 100", f"value = {number}00"))
            client.ask(number, "textDocument/inlayHint", {**ASKED, **SCREEN})
        await client.until(lambda: len(client.answers()) == 6)

    client = run(play)
    assert client.checked() == [0, 5]
    hints = [client.answers()[number]["result"][0]["label"] for number in range(1, 6)]
    assert hints == ["= 1,050 EUR"] * 5


def test_what_is_called_off_meanwhile_is_not_answered() -> None:
    async def play(client: Client) -> None:
        client.type(1, RENT)
        client.ask(1, "textDocument/documentSymbol", ASKED)
        client.tell("$/cancelRequest", {"id": 1})
        await client.until(lambda: 1 in client.answers())

    assert run(play).answers()[1]["error"]["code"] == -32800


def test_what_is_asked_with_every_key_waits_for_no_check() -> None:
    async def play(client: Client) -> None:
        client.type(1, RENT.replace("price * hours", "pri"))
        line = RENT[: RENT.index("price * hours")].count("\n")
        where = {"position": {"line": line, "character": RENT.splitlines()[line].index("price * hours") + 3}}
        client.ask(1, "textDocument/completion", {**ASKED, **where})
        await client.until(lambda: 1 in client.answers())
        assert client.checked() == [0]

    assert "price" in [one["label"] for one in run(play).answers()[1]["result"]["items"]]


def test_a_server_that_fails_at_one_question_says_so_in_the_log_and_answers_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    async def play(client: Client) -> None:
        client.ask(1, "textDocument/documentSymbol", ASKED)
        await client.until(lambda: 1 in client.answers())
        monkeypatch.undo()
        monkeypatch.setattr(module, "diagnose", fail)
        client.type(1, RENT)
        client.ask(2, "textDocument/inlayHint", {**ASKED, **SCREEN})
        await client.until(lambda: 2 in client.answers())

    planted = [(name, questions._of(fail) if name == "textDocument/documentSymbol" else answer, options)
               for name, answer, options in questions.ANSWERS]  # fmt: skip
    monkeypatch.setattr(module, "ANSWERS", planted)
    client = run(play)
    assert client.answers()[1]["result"] is None
    assert len(client.answers()[2]["result"]) == 1
    logged = [one["params"]["message"] for one in client.sent if one.get("method") == "window/logMessage"]
    assert ["ZeroDivisionError in fail" in one for one in logged] == [True, True]


def test_nothing_is_kept_of_what_is_done() -> None:
    async def play(client: Client) -> None:
        for number in range(1, 30):
            client.type(number, RENT)
            client.ask(number, "textDocument/documentSymbol", ASKED)
        await client.until(lambda: len(client.answers()) == 30)
        client.tell("textDocument/didClose", ASKED)

    assert len(run(play).server.protocol._request_futures) <= 1
