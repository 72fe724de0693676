"""What may be written at a place of a text."""

from __future__ import annotations

import re
from typing import Final

from lsprotocol.types import (
    CompletionItem,
    CompletionItemKind,
    CompletionList,
    InsertTextFormat,
    MarkupContent,
    MarkupKind,
    Range,
    TextEdit,
)

from engine.problems import printable
from plainsheet.editor.answers.completion.candidates import MOST, Candidate, Offer, rank
from plainsheet.editor.answers.completion.cursor import find_cursor
from plainsheet.editor.answers.completion.keys import headers, keys
from plainsheet.editor.answers.completion.tables import Around
from plainsheet.editor.answers.completion.values import offer_value
from plainsheet.editor.document import Document

TRIGGERS: Final = [".", "[", '"', "'", "/", " ", "="]
# What the language itself says is in Markdown; what a model says is shown as it is.
_OF_LANGUAGE: Final = frozenset({CompletionItemKind.Property, CompletionItemKind.Function})
_BEHIND: Final = re.compile(r"[ \t]*[=.(]")


def complete(document: Document, place: int, *, has_snippets: bool = False) -> CompletionList | None:
    """Return what may be written at a place, the likeliest first; None where nothing is known."""
    offer = _offer(document, place)
    if offer is None or not offer.candidates:
        return None
    word = document.text[offer.start : place]
    if "\n" in word:
        # What is replaced stands on one line, and so does every name.
        return None
    found = sorted(offer.candidates, key=lambda one: rank(one.name, word))[:MOST]
    where = document.lines.range(offer.start, place)
    is_called = _BEHIND.match(document.text, place) is not None
    items = [_item(one, number, where, has_snippets=has_snippets and not is_called) for number, one in enumerate(found)]
    return CompletionList(offer.is_part or len(offer.candidates) > len(found), items)


def _offer(document: Document, place: int) -> Offer | None:
    cursor = find_cursor(document.text, place)
    if cursor is None:
        return None
    model, results = document.recent, document.computed
    word = document.text[cursor.start : place]
    match cursor.kind:
        case "header":
            return Offer(cursor.start, headers(model, cursor.path, word))
        case "key":
            return Offer(cursor.start, keys(Around(model, cursor), results, word))
    return offer_value(Around(model, cursor), results, document.text, place)


def _item(one: Candidate, number: int, where: Range, *, has_snippets: bool) -> CompletionItem:
    text = one.text or one.name
    is_snippet = has_snippets and bool(one.snippet)
    kind = MarkupKind.Markdown if one.kind in _OF_LANGUAGE else MarkupKind.PlainText
    return CompletionItem(
        label=printable(one.name),
        kind=one.kind,
        detail=printable(one.detail) or None,
        documentation=MarkupContent(kind, one.documentation) if one.documentation else None,
        sort_text=f"{number:04}",
        filter_text=one.name,
        insert_text_format=InsertTextFormat.Snippet if is_snippet else InsertTextFormat.PlainText,
        text_edit=TextEdit(where, one.snippet if is_snippet else text),
    )
