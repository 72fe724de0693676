"""The language server among what goes wrong: an editor that dies or sends what is no message, and folders that mean harm."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
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
