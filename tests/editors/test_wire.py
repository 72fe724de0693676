"""The language server among what goes wrong: an editor that dies or sends what is no message, and folders that mean harm."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.editors.wire import Wire
from tests.toys.rent import TEXT, Repository


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    """Give a server that was only started, and end it at the latest with the test."""
    made = Wire(tmp_path)
    yield made
    made.process.kill()
    made.process.wait()
    for stream in (made.process.stdin, made.process.stdout, made.process.stderr):
        if stream is not None:
            with suppress(BrokenPipeError):
                stream.close()


def is_alive(wire: Wire) -> bool:
    where = {"textDocument": {"uri": "untitled:a"}, "position": {"line": 18, "character": 1}}
    return "Cost" in wire.ask("textDocument/hover", where)["result"]["contents"]["value"]


def test_what_is_no_message_is_passed_over(wire: Wire) -> None:
    wire.begin()
    wire.open("untitled:a", TEXT)
    for content in (
        b"{",
        b"[]",
        b"{}",
        b"null",
        b"7",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"jsonrpc": "2.0"}',
        b'{"jsonrpc": "1.0", "id": 1, "method": "shutdown"}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {}}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didClose", "params": {"textDocument": {"uri": "file:///%00"}}}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://[", "languageId": "toml", "version": 1, "text": "[model]"}}}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///%00", "languageId": "toml", "version": 1, "text": "[model]"}}}',
        b'{"jsonrpc": "2.0", "method": "no/such", "params": {}}',
        b'{"jsonrpc": "2.0", "id": 99, "result": null}',
        b'{"jsonrpc": "2.0", "id": 98, "method": "textDocument/hover", "params": {"textDocument": 7}}',
        b'{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 12345}}',
    ):
        wire.send(content)
        assert is_alive(wire)
    assert wire.ask("no/such", {})["error"]["code"] == -32601
    far = {"textDocument": {"uri": "untitled:a"}, "position": {"line": 10**9, "character": 2**31 - 1}}
    assert wire.ask("textDocument/hover", far)["result"] is None
    assert "error" in wire.ask("textDocument/hover", {**far, "position": {"line": -1, "character": -1}})
    assert is_alive(wire)
    # Nothing is printed beside the protocol, which an editor would show.
    assert wire.ask("shutdown", None)["result"] is None
    wire.tell("exit", None)
    assert wire.end() == (0, b"")


@pytest.mark.parametrize(
    "content",
    [b"Content-Length: " + b"9" * 5_000_000, b"Content-Length: 99999999999999999\r\n\r\n{}", b"x" * 5_000_000],
)
def test_a_message_that_nobody_can_mean_ends_the_server_in_order(content: bytes, wire: Wire) -> None:
    assert wire.process.stdin is not None
    try:
        wire.process.stdin.write(content)
        wire.process.stdin.flush()
    except BrokenPipeError:
        pass
    # It does not wait for more.
    assert wire.process.wait(60) == 1
    assert wire.end() == (1, b"")


@pytest.mark.parametrize("is_told", [True, False])
def test_a_server_whose_editor_is_gone_ends_and_says_by_its_status_that_nobody_took_leave(
    is_told: bool, wire: Wire
) -> None:
    if is_told:
        wire.tell("exit", None)
    assert wire.end() == (1, b"")


def test_who_reads_no_answers_ends_the_server_without_a_word(wire: Wire) -> None:
    wire.begin()
    wire.open("untitled:a", TEXT)
    assert wire.process.stdout is not None
    wire.process.stdout.close()
    asked = {"textDocument": {"uri": "untitled:a"}}
    for number, method in enumerate(("documentSymbol", "formatting", "codeLens", "documentSymbol")):
        wire.send(
            json.dumps({"jsonrpc": "2.0", "id": number, "method": f"textDocument/{method}", "params": asked}).encode()
        )
    wire.process.stdout = None
    assert wire.end() == (1, b"")


def test_ctrl_c_ends_a_server_that_waits(wire: Wire) -> None:
    wire.begin()
    wire.process.send_signal(signal.SIGINT)
    assert wire.process.wait(60) == 130
    assert wire.end() == (130, b"interrupted\n")


def test_after_leave_was_taken_what_is_asked_is_refused(wire: Wire) -> None:
    wire.begin()
    assert wire.ask("shutdown", None)["result"] is None
    where = {"textDocument": {"uri": "untitled:a"}, "position": {"line": 18, "character": 1}}
    for method, params in (("textDocument/hover", where), ("shutdown", None), ("no/such", {})):
        assert wire.ask(method, params)["error"]["code"] == -32600
    wire.tell("exit", None)
    assert wire.end() == (0, b"")


def test_a_header_is_read_however_it_is_spelt(wire: Wire) -> None:
    content = b'{"jsonrpc": "2.0", "id": 1, "method": "workspace/symbol", "params": {"query": ""}}'
    assert wire.process.stdin is not None
    for name in (b"content-length:%d\n\n", b"Content-Type: x\r\nCONTENT-LENGTH :  %d \r\n\r\n"):
        wire.process.stdin.write(name % len(content) + content)
        wire.process.stdin.flush()
        assert wire.read()["result"] == []


@pytest.mark.parametrize("said", [None, 5, "x", {"values": False}, [], [None], [5], ["x"], [{"values": 7}]])
def test_an_editor_that_answers_what_is_no_setting_changes_none(said: object, wire: Wire) -> None:
    wire.ask("initialize", {"processId": None, "capabilities": {"workspace": {"configuration": True}}})
    wire.tell("initialized", {})
    asked = wire.until(lambda message: message.get("method") == "workspace/configuration")
    wire.send(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": said}).encode())
    # Nothing is told in its log before the next answer.
    wire.send(b'{"jsonrpc": "2.0", "id": 1, "method": "workspace/symbol", "params": {"query": ""}}')
    assert wire.read()["result"] == []
    wire.open("untitled:a", TEXT)
    shown = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    assert wire.ask("textDocument/inlayHint", {"textDocument": {"uri": "untitled:a"}, "range": shown})["result"]


@pytest.mark.parametrize("root", ["file:///%00", "file://[", "file:///\ud800", "untitled:b", "", "http://a/b"])
def test_a_folder_that_is_none_is_let_be(root: str, wire: Wire) -> None:
    wire.ask("initialize", {"processId": None, "capabilities": {}, "workspaceFolders": [{"uri": root, "name": "a"}]})
    wire.tell("initialized", {})
    wire.open("untitled:a", TEXT)
    assert is_alive(wire)
    event = {"added": [{"uri": root, "name": "a"}], "removed": []}
    wire.tell("workspace/didChangeWorkspaceFolders", {"event": event})
    item = {"uri": root, "languageId": "toml", "version": 1, "text": f'{TEXT}[data.x]\nfile = "a.csv"\n'}
    wire.tell("textDocument/didOpen", {"textDocument": item})
    assert is_alive(wire)


def harmful(repository: Repository, trace: Path) -> None:
    """Put everything into a repository that names programs which leave a trace."""
    folder = repository.folder
    for name in ("plainsheet", "numpy", "sitecustomize", "usercustomize", "pygls", "tomllib"):
        (folder / f"{name}.py").write_text(f"open({str(trace)!r}, 'w')\n")
    program = folder / "git"
    program.write_text(f"#!/bin/sh\ntouch {trace}\n")
    program.chmod(0o755)
    blob = repository.git("rev-parse", "HEAD:models/rent.toml").strip()
    (folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    touch = f"touch {trace}; false"
    for key, value in {
        "core.repositoryFormatVersion": "1", "extensions.partialClone": "origin", "remote.origin.promisor": "true",
        "remote.origin.url": "ssh://nobody.invalid/x", "core.sshCommand": touch, "core.fsmonitor": touch,
        "core.pager": touch, "core.editor": touch, "diff.external": touch, "filter.x.smudge": touch,
        "filter.x.clean": touch, "diff.x.textconv": touch,
    }.items():  # fmt: skip
        repository.git("config", key, value)
    (folder / ".gitattributes").write_text("*.toml filter=x diff=x\n")


def test_nothing_is_run_in_a_folder_that_means_harm(repository: Repository, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    harmful(repository, trace)
    wire = Wire(repository.folder)
    wire.begin([repository.folder])
    uri = repository.model.as_uri()
    wire.open(uri, TEXT)
    assert wire.ask("textDocument/codeLens", {"textDocument": {"uri": uri}})["result"] == []
    wire.end()
    assert not trace.exists()
    # Each of them would have been run by somebody.
    subprocess.run(
        ["git", "cat-file", "blob", "HEAD:models/rent.toml"], cwd=repository.folder, check=False, capture_output=True
    )
    assert trace.exists()
