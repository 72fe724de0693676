"""The language server: what an editor asks over the protocol, and which function answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, Final

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from plainsheet.editor.completion.completion import TRIGGERS, complete
from plainsheet.editor.completion.signatures import OPENING, signature_help
from plainsheet.editor.diagnostics import diagnose
from plainsheet.editor.document import Document
from plainsheet.editor.fixes.fixes import quick_fixes
from plainsheet.editor.formatting import format_document
from plainsheet.editor.hover import hover
from plainsheet.editor.inlay import inlay_hints
from plainsheet.editor.lenses import code_lenses
from plainsheet.editor.lines import UTF_16
from plainsheet.editor.names import RefusedError, definition, highlights, prepare_rename, references, rename
from plainsheet.editor.settings import Settings
from plainsheet.editor.symbols import document_symbols, workspace_symbols
from plainsheet.editor.tokens import LEGEND, semantic_tokens
from plainsheet.editor.workspace import Workspace, uri_of

# Keys that come together are checked together.
_PAUSE: Final = 0.02
Answer = Callable[[Document, Any, Settings], object]


def _at(answer: Callable[[Document, int], object]) -> Answer:
    """Return what answers about a place of a text."""
    return lambda document, asked, _: answer(document, document.lines.place(asked.position))


def _of(answer: Callable[[Document], object]) -> Answer:
    """Return what answers about a whole text."""
    return lambda document, _, __: answer(document)


# Which function answers what is asked about a text, and what an editor is told of it.
_ANSWERS: Final[tuple[tuple[str, Answer, object], ...]] = (
    (types.TEXT_DOCUMENT_HOVER, _at(hover), None),
    (types.TEXT_DOCUMENT_COMPLETION, lambda document, asked, settings: complete(
        document, document.lines.place(asked.position), has_snippets=settings.has_snippets),
     types.CompletionOptions(trigger_characters=TRIGGERS)),
    (types.TEXT_DOCUMENT_SIGNATURE_HELP, _at(signature_help), types.SignatureHelpOptions(OPENING)),
    (types.TEXT_DOCUMENT_DEFINITION, _at(definition), None),
    (types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, _at(highlights), None),
    (types.TEXT_DOCUMENT_REFERENCES, lambda document, asked, _: references(
        document, document.lines.place(asked.position), with_declaration=asked.context.include_declaration), None),
    (types.TEXT_DOCUMENT_PREPARE_RENAME, _at(prepare_rename), None),
    (types.TEXT_DOCUMENT_RENAME, lambda document, asked, _: rename(
        document, document.lines.place(asked.position), asked.new_name), types.RenameOptions(prepare_provider=True)),
    (types.TEXT_DOCUMENT_CODE_ACTION, lambda document, asked, _: quick_fixes(document, asked.range, asked.context),
     types.CodeActionOptions([types.CodeActionKind.QuickFix])),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, _of(document_symbols), None),
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, _of(semantic_tokens), LEGEND),
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, lambda document, asked, _: semantic_tokens(document, asked.range),
     LEGEND),
    (types.TEXT_DOCUMENT_FORMATTING, _of(format_document), None),
    (types.TEXT_DOCUMENT_INLAY_HINT, lambda document, asked, settings: (
        inlay_hints(document, asked.range) if settings.values_in_text else []), None),
    (types.TEXT_DOCUMENT_CODE_LENS, lambda document, _, settings: (
        code_lenses(document) if settings.changes_in_text else []), None),
)  # fmt: skip


class Server(LanguageServer):
    """A language server, with the models that are open."""

    def __init__(self) -> None:
        super().__init__("plainsheet", version("plainsheet"), types.TextDocumentSyncKind.Full)
        self.models = Workspace()
        self.settings = Settings()
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._told: dict[str, set[str]] = {}

    def check_soon(self, uri: str) -> None:
        """Tell what is wrong with a model once nothing more comes in."""
        if (waiting := self._waiting.pop(uri, None)) is not None:
            waiting.cancel()
        self._waiting[uri] = asyncio.get_running_loop().call_later(_PAUSE, self.check, uri)

    def check(self, uri: str) -> None:
        """Tell what is wrong with a model at this moment, in its own file and in those of its data."""
        self._waiting.pop(uri, None)
        document = self.models.get(uri)
        try:
            found = {} if document is None else {
                uri if name == str(document.path) else uri_of(name): told for name, told in diagnose(document).items()
            }  # fmt: skip
        except Exception as trouble:  # noqa: BLE001  # as above
            self.tell_failure(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, trouble)
            return
        for gone in self._told.pop(uri, set()) - {*found}:
            self._publish(gone, [])
        for place, told in found.items():
            self._publish(place, told)
        self._told[uri] = {*found}

    def _publish(self, uri: str, told: list[types.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, told))

    def tell_failure(self, what: str, trouble: Exception) -> None:
        """Tell in the log of an editor that the server itself failed at something."""
        message = f"plainsheet itself failed at {what} ({type(trouble).__name__}): please tell its authors"
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, message))

    def look_again(self) -> None:
        """Tell anew what is wrong: a file of data, or what git keeps, may be another."""
        for document in self.models:
            document.look_again()
            self.check_soon(document.uri)

    def show_again(self) -> None:
        """Let an editor ask anew for what is shown within texts, where it can."""
        able = self.client_capabilities.workspace
        if able is not None and able.inlay_hint is not None and able.inlay_hint.refresh_support:
            self.workspace_inlay_hint_refresh(None)
        if able is not None and able.code_lens is not None and able.code_lens.refresh_support:
            self.workspace_code_lens_refresh(None)


def _has_snippets(able: types.ClientCapabilities) -> bool:
    """Return whether an editor fills in places of what it completes."""
    completion = None if able.text_document is None else able.text_document.completion
    item = None if completion is None else completion.completion_item
    return item is not None and bool(item.snippet_support)


def make_server() -> Server:
    """Return a server that answers all that it can."""
    server = Server()
    # What is refused is an answer, and no failure of which a log would have the traceback.
    logging.getLogger("pygls.protocol.json_rpc").addFilter(
        lambda record: not (record.exc_info and isinstance(record.exc_info[1], RefusedError))
    )
    _follow_texts(server)
    _follow_folders(server)
    for method, answer, options in _ANSWERS:
        _register(server, method, answer, options)

    @server.feature(types.WORKSPACE_SYMBOL)
    def search(params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
        return workspace_symbols(server.models, params.query)

    return server


def _register(server: Server, method: str, answer: Answer, options: object) -> None:
    """Let a function answer a question about one text; a text that is no model has no answer."""

    @server.feature(method, options)
    def ask(params: Any) -> object:  # noqa: ANN401  # what the method asks
        document = server.models.get(params.text_document.uri)
        try:
            return None if document is None else answer(document, params, server.settings)
        except RefusedError:
            raise
        except Exception as trouble:  # noqa: BLE001  # a server that fails at one question answers the next
            server.tell_failure(method, trouble)
            return None


def _follow_texts(server: Server) -> None:
    """Keep up with what is open, and what is typed."""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def open_(params: types.DidOpenTextDocumentParams) -> None:
        server.models.open(params.text_document.uri, params.text_document.text)
        server.check(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def change(params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.models.type(uri, server.workspace.get_text_document(uri).source)
        server.check_soon(uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def close(params: types.DidCloseTextDocumentParams) -> None:
        server.models.close(params.text_document.uri)
        server.check(params.text_document.uri)

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
        server.models.encoding = str(server.workspace.position_encoding or UTF_16)
        server.models.set_folders([*server.workspace.folders])
        server.settings.take(params.initialization_options)
        server.settings.has_snippets = _has_snippets(params.capabilities)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def change_folders(_: types.DidChangeWorkspaceFoldersParams) -> None:
        server.models.set_folders([*server.workspace.folders])
        server.look_again()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def change_settings(params: types.DidChangeConfigurationParams) -> None:
        server.settings.take(params.settings)
        server.show_again()
