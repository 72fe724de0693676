"""An editor as a language server meets it: texts that are opened and typed, and what is told of them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient, client_capabilities
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

from tests.command_line import COMMAND, HANGS_AFTER

# What can be shown within texts, and settings that can be asked for.
ABLE: Final = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(
        configuration=True,
        inlay_hint=types.InlayHintWorkspaceClientCapabilities(refresh_support=True),
        code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        did_change_configuration=types.DidChangeConfigurationClientCapabilities(dynamic_registration=True),
        workspace_folders=True,
    )
)


class Editor:
    """A client with a server of its own, which was started elsewhere than where the models are."""

    def __init__(self) -> None:
        self.client = LanguageClient(converter_factory=default_converter)
        self.able = types.InitializeResult(types.ServerCapabilities())
        self.told: dict[str, types.PublishDiagnosticsParams] = {}
        self.registered: dict[str, Any] = {}
        self.refreshed: Counter[str] = Counter()
        self._versions: Counter[str] = Counter()
        self._news = asyncio.Event()
        register_lsp_features(self.client, {
            # Methods take no mark of what they are registered for.
            **DEFAULT_CLIENT_FEATURES,
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: partial(self._hear),
            types.CLIENT_REGISTER_CAPABILITY: partial(self._register),
            types.WORKSPACE_INLAY_HINT_REFRESH: partial(self._refresh, "inlay"),
            types.WORKSPACE_CODE_LENS_REFRESH: partial(self._refresh, "lens"),
        })  # fmt: skip

    def _hear(self, params: types.PublishDiagnosticsParams) -> None:
        self.told[params.uri] = params
        self._news.set()

    def _register(self, params: types.RegistrationParams) -> None:
        self.registered |= {one.method: one.register_options for one in params.registrations}
        self._news.set()

    def _refresh(self, what: str, _: None) -> None:
        self.refreshed[what] += 1
        self._news.set()

    def show(self, uri: str, text: str) -> None:
        """Open a text, of which nothing needs to be told."""
        self._versions[uri] += 1
        item = types.TextDocumentItem(uri, "toml", self._versions[uri], text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    async def open(self, uri: str, text: str) -> list[types.Diagnostic]:
        """Open a text, and return what is wrong with it."""
        self.show(uri, text)
        return await self._diagnostics(uri)

    async def type(self, uri: str, text: str) -> list[types.Diagnostic]:
        """Put another text in the place of one that is open, and return what is wrong with it."""
        self._versions[uri] += 1
        which = types.VersionedTextDocumentIdentifier(self._versions[uri], uri)
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(which, [whole]))
        return await self._diagnostics(uri)

    async def after(self, uri: str, happens: Callable[[], object]) -> list[types.Diagnostic]:
        """Return what is told of a text anew after something that happens."""
        self.told.pop(uri, None)
        happens()
        await self.until(lambda: uri in self.told)
        return list(self.told[uri].diagnostics)

    async def _diagnostics(self, uri: str) -> list[types.Diagnostic]:
        await self.until(lambda: uri in self.told and self.told[uri].version == self._versions[uri])
        return list(self.told[uri].diagnostics)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(HANGS_AFTER):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def ask(self, method: str, uri: str, **params: Any) -> Any:  # noqa: ANN401  # what the method gives
        """Ask something about a text."""
        kind: Any = types.METHOD_TO_TYPES[method][2]
        asked = kind(text_document=types.TextDocumentIdentifier(uri), **params)
        async with asyncio.timeout(HANGS_AFTER):
            return await self.client.protocol.send_request_async(method, asked)  # type: ignore[no-untyped-call]  # as the library has it


@asynccontextmanager
async def editor(
    elsewhere: Path,
    folders: Sequence[Path] = (),
    capabilities: types.ClientCapabilities | str = ABLE,
    settings: object = None,
    command: Sequence[str] = (*COMMAND, "lsp"),
) -> AsyncIterator[Editor]:
    """Give an editor in which folders are open, and end it as editors do: the server's exit status is 0."""
    made = Editor()
    await made.client.start_io(*command, cwd=elsewhere)
    able = client_capabilities(capabilities) if isinstance(capabilities, str) else capabilities
    open_ = [types.WorkspaceFolder(one.as_uri(), one.name) for one in folders]
    asked = types.InitializeParams(capabilities=able, workspace_folders=open_, initialization_options=settings)
    made.able = await made.client.initialize_session(asked)
    yield made
    await made.client.shutdown_session()
    assert made.client._server is not None
    assert await made.client._server.wait() == 0
    await made.client.stop()  # type: ignore[no-untyped-call]  # as above
