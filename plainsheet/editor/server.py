"""The language server: what an editor asks over the protocol, and which function answers."""

from __future__ import annotations

import asyncio
import gc
import logging
import traceback
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from typing import Any, BinaryIO, Final, cast

from lsprotocol import types
from pygls.exceptions import FeatureNotificationError, FeatureRequestError, JsonRpcException
from pygls.lsp.server import LanguageServer

from engine.data.folder import ENDINGS
from plainsheet.editor.answers.names import RefusedError
from plainsheet.editor.answers.symbols import workspace_symbols
from plainsheet.editor.diagnostics import diagnose
from plainsheet.editor.lines import UTF_16
from plainsheet.editor.questions import ANSWERS, AT_ONCE, Answer
from plainsheet.editor.settings import SECTION, Settings
from plainsheet.editor.transport import BoundedInput, PatientOutput, Protocol
from plainsheet.editor.workspace import Workspace

# Keys that come together are checked together.
_PAUSE: Final = 0.02
# Files of data, and what changes with every commit.
_WATCHED: Final = (*(f"**/*{ending}" for ending in ENDINGS), "**/.git/logs/HEAD")
# After so many objects Python looks for what is left over in circles.
_COLLECTED: Final = (10_000, 10, 10)


class Server(LanguageServer):
    """A language server, with the models that are open."""

    def __init__(self) -> None:
        whole = types.TextDocumentSyncKind.Full
        super().__init__("plainsheet", version("plainsheet"), whole, protocol_cls=Protocol)
        self.models = Workspace()
        self.settings = self.first_settings = Settings()
        self.is_left = False
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._told: set[str] = set()

    def check_soon(self, uri: str) -> None:
        """Tell what is wrong with a model once nothing more comes in."""

        async def wait() -> None:
            await asyncio.sleep(_PAUSE)
            self.check(uri)

        if (waiting := self._waiting.pop(uri, None)) is not None:
            waiting.cancel()
        self._waiting[uri] = asyncio.create_task(wait())

    def forget(self, uri: str) -> None:
        """Tell of a text that is open no more that nothing is wrong with it."""
        if (waiting := self._waiting.pop(uri, None)) is not None:
            waiting.cancel()
        self.check(uri)

    async def settle(self, uri: str) -> None:
        """Wait until nothing more comes in, and it is told what is wrong with a model."""
        while (waiting := self._waiting.get(uri)) is not None and not waiting.done():
            await asyncio.wait([waiting])

    def check(self, uri: str) -> None:
        """Tell what is wrong with a model at this moment; of a text that is none, or is open no more, nothing is."""
        document = self.models.get(uri)
        try:
            found = [] if document is None else diagnose(document)
        except Exception as trouble:  # noqa: BLE001  # a server that fails at one text checks the next
            self.tell_failure(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, trouble)
            return
        if document is not None or uri in self._told:
            version = None if document is None else document.version
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))
        (self._told.discard if document is None else self._told.add)(uri)

    def answered(self, method: str, answer: Callable[[], object]) -> object:
        """Return the answer to a question; None where the server itself fails at it."""
        try:
            return answer()
        except RefusedError:
            raise
        except Exception as trouble:  # noqa: BLE001  # a server that fails at one question answers the next
            self.tell_failure(method, trouble)
            return None

    def tell_failure(self, what: str, trouble: Exception) -> None:
        """Tell in the log of an editor that the server itself failed at something, and where."""
        places = traceback.extract_tb(trouble.__traceback__)
        where = f" in {places[-1].name}, line {places[-1].lineno}" if places else ""
        message = f"plainsheet itself failed at {what} ({type(trouble).__name__}{where}): please tell its authors"
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, message))

    def report_server_error(self, error: Exception, source: type[Exception]) -> None:
        """Tell in the log of an editor, and in no window, what could not be read; what was asked has an answer."""
        if source is FeatureNotificationError:
            self.tell_failure(source.__name__, error)
        elif source is not FeatureRequestError:
            message = f"plainsheet passed over what is no message of the protocol ({type(error).__name__})"
            self.window_log_message(types.LogMessageParams(types.MessageType.Warning, message))

    def look_again(self) -> None:
        """Tell anew what is wrong: a file of data, or what git keeps, may be another."""
        for document in self.models:
            document.look_again()
            self.check_soon(document.uri)
        self.show_again()

    def show_again(self) -> None:
        """Let an editor ask anew for what is shown within texts, where it can."""
        able = self.client_capabilities.workspace
        if able is not None and able.inlay_hint is not None and able.inlay_hint.refresh_support:
            self.workspace_inlay_hint_refresh(None)
        if able is not None and able.code_lens is not None and able.code_lens.refresh_support:
            self.workspace_code_lens_refresh(None)

    def take_settings(self, given: object) -> None:
        """Take what a person sets from now on, and show it; what is set no more is as it was at the start."""
        before, self.settings = self.settings, self.first_settings.changed_by(given)
        if before != self.settings:
            self.show_again()

    async def ask_settings(self) -> None:
        """Ask an editor for what a person sets, where it can be asked."""
        able = self.client_capabilities.workspace
        if able is not None and able.configuration:
            asked = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
            with suppress(JsonRpcException):
                self.take_settings(next(iter(await self.workspace_configuration_async(asked) or []), None))

    async def watch(self) -> None:
        """Ask an editor to tell when files of data change, or commits are made, or settings, where it can."""
        able = self.client_capabilities.workspace
        wanted = []
        if able is not None and able.did_change_watched_files and able.did_change_watched_files.dynamic_registration:
            watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
            options: object = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            wanted.append(types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options))
        if able is not None and able.did_change_configuration and able.did_change_configuration.dynamic_registration:
            options = types.DidChangeConfigurationRegistrationOptions(SECTION)
            wanted.append(types.Registration("settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, options))
        with suppress(JsonRpcException):
            if wanted:
                await self.client_register_capability_async(types.RegistrationParams(wanted))


def serve_editor(stream: BinaryIO, answers: BinaryIO) -> bool:
    """Answer what is read from a stream, on another, until its end; return whether the editor took leave."""
    server = make_server()
    # A command keeps what it makes until its end, and this one never ends.
    gc.set_threshold(*_COLLECTED)
    gc.freeze()
    # pygls reads lines and so many bytes, and nothing else of a stream; nor does it do more than write.
    server.start_io(cast("BinaryIO", BoundedInput(stream)), cast("BinaryIO", PatientOutput(answers)))
    return server.is_left


def _first_settings(params: types.InitializeParams) -> Settings:
    """Return what an editor says when it starts."""
    texts = params.capabilities.text_document
    completion = None if texts is None else texts.completion
    item = None if completion is None else completion.completion_item
    return Settings(has_snippets=bool(item and item.snippet_support)).changed_by(params.initialization_options)


def make_server() -> Server:
    """Return a server that answers all that it can."""
    server = Server()
    # What goes wrong is told by the protocol; an editor would show what is printed beside it as a failure.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    _follow_texts(server)
    _follow_folders(server)
    for method, answer, options in ANSWERS:
        _register(server, method, answer, options)

    @server.feature(types.SHUTDOWN)
    def leave(*_: object) -> None:
        server.is_left = True

    @server.feature(types.WORKSPACE_SYMBOL)
    def search(params: types.WorkspaceSymbolParams) -> object:
        return server.answered(types.WORKSPACE_SYMBOL, lambda: workspace_symbols(server.models, params.query))

    return server


def _register(server: Server, method: str, answer: Answer, options: object) -> None:
    """Let a function answer a question about one text; a text that is no model has no answer."""

    @server.feature(method, options)
    async def ask(params: Any) -> object:  # noqa: ANN401  # what the method asks
        if method not in AT_ONCE:
            await server.settle(params.text_document.uri)
        document = server.models.get(params.text_document.uri)
        return None if document is None else server.answered(method, lambda: answer(document, params, server.settings))


def _follow_texts(server: Server) -> None:
    """Keep up with what is open, and what is typed."""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def open_(params: types.DidOpenTextDocumentParams) -> None:
        opened = params.text_document
        server.models.open(opened.uri, opened.text, opened.version)
        server.check(opened.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def change(params: types.DidChangeTextDocumentParams) -> None:
        changed = params.text_document
        server.models.type(changed.uri, server.workspace.get_text_document(changed.uri).source, changed.version)
        server.check_soon(changed.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def close(params: types.DidCloseTextDocumentParams) -> None:
        server.models.close(params.text_document.uri)
        server.forget(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def save(_: types.DidSaveTextDocumentParams) -> None:
        server.look_again()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def change_files(_: types.DidChangeWatchedFilesParams) -> None:
        server.look_again()


def _follow_folders(server: Server) -> None:
    """Keep up with which folders are open, and with what a person sets."""

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.models.encoding = server.workspace.position_encoding or UTF_16
        folders = [one.uri for one in params.workspace_folders or []]
        # Older editors name one folder so.
        server.models.set_folders(folders or filter(None, [params.root_uri]))
        server.settings = server.first_settings = _first_settings(params)

    @server.feature(types.INITIALIZED)
    async def start(_: types.InitializedParams) -> None:
        await server.watch()
        await server.ask_settings()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def change_folders(_: types.DidChangeWorkspaceFoldersParams) -> None:
        server.models.set_folders([one.uri for one in server.workspace.folders.values()])
        server.look_again()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def change_settings(params: types.DidChangeConfigurationParams) -> None:
        # An editor that can be asked may send nothing with it.
        if params.settings is not None:
            server.take_settings(params.settings)
        await server.ask_settings()
