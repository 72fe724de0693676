"""The language server: what an editor asks over the protocol, and which function answers."""

from __future__ import annotations

import asyncio
from importlib.metadata import version
from typing import Final

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from plainsheet.editor.completion.completion import TRIGGERS, complete
from plainsheet.editor.diagnostics import diagnose
from plainsheet.editor.document import Document
from plainsheet.editor.fixes.fixes import quick_fixes
from plainsheet.editor.formatting import format_document
from plainsheet.editor.hover import hover
from plainsheet.editor.inlay import inlay_hints
from plainsheet.editor.lenses import code_lenses
from plainsheet.editor.names import definition, highlights, prepare_rename, references, rename
from plainsheet.editor.settings import Settings
from plainsheet.editor.symbols import document_symbols, workspace_symbols
from plainsheet.editor.tokens import LEGEND, semantic_tokens
from plainsheet.editor.workspace import Workspace, uri_of

# Keys that come together are checked together.
_PAUSE: Final = 0.02


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
        found = {} if document is None else {
            uri if name == str(document.path) else uri_of(name): told for name, told in diagnose(document).items()
        }  # fmt: skip
        for gone in self._told.pop(uri, set()) - {*found}:
            self._publish(gone, [])
        for place, told in found.items():
            self._publish(place, told)
        self._told[uri] = {*found}

    def _publish(self, uri: str, told: list[types.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, told))

    def asked(self, given: types.TextDocumentIdentifier) -> Document | None:
        """Return the model that a question is about; None where the text is none."""
        return self.models.get(given.uri)


def make_server() -> Server:
    """Return a server that answers all that it can."""
    server = Server()
    _follow_texts(server)
    _answer_about_places(server)
    _answer_about_texts(server)
    return server


def _follow_texts(server: Server) -> None:
    """Keep up with what is open, what is typed, and which files changed."""

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.models.encoding = server.workspace.position_encoding
        server.models.set_folders([*server.workspace.folders])
        server.settings.take(params.initialization_options)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def change_folders(_: types.DidChangeWorkspaceFoldersParams) -> None:
        server.models.set_folders([*server.workspace.folders])
        check_all()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def change_settings(params: types.DidChangeConfigurationParams) -> None:
        server.settings.take(params.settings)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def open_(params: types.DidOpenTextDocumentParams) -> None:
        server.models.open(params.text_document.uri, params.text_document.text)
        server.check(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def change(params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.models.type(uri, server.workspace.get_text_document(uri).source)
        server.check_soon(uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def save(_: types.DidSaveTextDocumentParams) -> None:
        check_all()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def change_files(_: types.DidChangeWatchedFilesParams) -> None:
        check_all()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def close(params: types.DidCloseTextDocumentParams) -> None:
        server.models.close(params.text_document.uri)
        server.check(params.text_document.uri)

    def check_all() -> None:
        # A file of data, or a commit, may be another.
        for document in server.models:
            document.look_again()
            server.check_soon(document.uri)


def _answer_about_places(server: Server) -> None:
    """Answer what is asked about a place in a text."""

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def on_hover(params: types.HoverParams) -> types.Hover | None:
        document = server.asked(params.text_document)
        return document and hover(document, document.lines.place(params.position))

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=TRIGGERS))
    def on_completion(params: types.CompletionParams) -> types.CompletionList | None:
        document = server.asked(params.text_document)
        return document and complete(document, document.lines.place(params.position))

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def on_definition(params: types.DefinitionParams) -> types.Location | None:
        document = server.asked(params.text_document)
        return document and definition(document, document.lines.place(params.position))

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def on_references(params: types.ReferenceParams) -> list[types.Location] | None:
        document = server.asked(params.text_document)
        if document is None:
            return None
        place = document.lines.place(params.position)
        return references(document, place, with_declaration=params.context.include_declaration)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def on_highlight(params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
        document = server.asked(params.text_document)
        return document and highlights(document, document.lines.place(params.position))

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def on_prepare_rename(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        document = server.asked(params.text_document)
        return document and prepare_rename(document, document.lines.place(params.position))

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def on_rename(params: types.RenameParams) -> types.WorkspaceEdit | None:
        document = server.asked(params.text_document)
        return document and rename(document, document.lines.place(params.position), params.new_name)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions([types.CodeActionKind.QuickFix]))
    def on_code_action(params: types.CodeActionParams) -> list[types.CodeAction] | None:
        document = server.asked(params.text_document)
        return document and quick_fixes(document, params.range, params.context)


def _answer_about_texts(server: Server) -> None:
    """Answer what is asked about a whole text, or a part of it."""

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def on_document_symbol(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol] | None:
        document = server.asked(params.text_document)
        return document and document_symbols(document)

    @server.feature(types.WORKSPACE_SYMBOL)
    def on_workspace_symbol(params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
        return workspace_symbols(server.models, params.query)

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    def on_inlay_hint(params: types.InlayHintParams) -> list[types.InlayHint] | None:
        document = server.asked(params.text_document)
        return inlay_hints(document, params.range) if document and server.settings.values_in_text else None

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    def on_code_lens(params: types.CodeLensParams) -> list[types.CodeLens] | None:
        document = server.asked(params.text_document)
        return code_lenses(document) if document and server.settings.changes_in_text else None

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, LEGEND)
    def on_semantic_tokens(params: types.SemanticTokensParams) -> types.SemanticTokens | None:
        document = server.asked(params.text_document)
        return document and semantic_tokens(document)

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    def on_formatting(params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        document = server.asked(params.text_document)
        return document and format_document(document)
