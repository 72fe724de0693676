"""What an editor asks about a text, and which function answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from lsprotocol import types

from plainsheet.editor.answers.completion.completion import TRIGGERS, complete
from plainsheet.editor.answers.completion.signatures import OPENING, signature_help
from plainsheet.editor.answers.fixes.fixes import quick_fixes
from plainsheet.editor.answers.formatting import format_document
from plainsheet.editor.answers.hover import hover
from plainsheet.editor.answers.inlay import inlay_hints
from plainsheet.editor.answers.lenses import code_lenses
from plainsheet.editor.answers.names import definition, highlights, prepare_rename, references, rename
from plainsheet.editor.answers.symbols import document_symbols
from plainsheet.editor.answers.tokens import LEGEND, semantic_tokens
from plainsheet.editor.document import Document
from plainsheet.editor.settings import Settings

Answer = Callable[[Document, Any, Settings], object]


def _at(answer: Callable[[Document, int], object]) -> Answer:
    """Return what answers about a place of a text."""
    return lambda document, asked, _: answer(document, document.lines.place(asked.position))


def _of(answer: Callable[[Document], object]) -> Answer:
    """Return what answers about a whole text."""
    return lambda document, _, __: answer(document)


# Which function answers what is asked about a text, and what an editor is told of it.
ANSWERS: Final[tuple[tuple[str, Answer, object], ...]] = (
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


# What is asked with every key, and needs no text that is checked. All else waits until it is.
AT_ONCE: Final = frozenset({
    types.TEXT_DOCUMENT_COMPLETION, types.TEXT_DOCUMENT_SIGNATURE_HELP,
    types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE,
})  # fmt: skip
