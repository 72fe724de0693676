"""How the function is called between whose brackets somebody writes, and which argument is under way."""

from __future__ import annotations

from typing import Final

from lsprotocol.types import MarkupContent, MarkupKind, ParameterInformation, SignatureHelp, SignatureInformation

from plainsheet.editor.answers.completion.cursor import find_cursor
from plainsheet.editor.answers.completion.formulas import is_formula, read_begun
from plainsheet.editor.answers.completion.functions import SIGNATURES, Signature
from plainsheet.editor.answers.completion.tables import Around
from plainsheet.editor.document import Document
from plainsheet.editor.words import Bracket, open_brackets, words_of

OPENING: Final = ["(", ","]


def signature_help(document: Document, place: int) -> SignatureHelp | None:
    """Return how the function is called between whose brackets a place is; None where it is in no call."""
    cursor = find_cursor(document.text, place)
    if cursor is None or cursor.kind != "value" or not cursor.quote or not is_formula(Around(document.recent, cursor)):
        return None
    words = list(words_of(read_begun(document.text, cursor.start, place, cursor.quote)))
    calls = [one for one in open_brackets(words) if one.sign == "(" and one.owner in SIGNATURES]
    if not calls:
        return None
    call, ways = calls[-1], SIGNATURES[calls[-1].owner]
    best = next((number for number, one in enumerate(ways) if _active(one, call) is not None), 0)
    return SignatureHelp([_told(one) for one in ways], best, _active(ways[best], call))


def _active(way: Signature, call: Bracket) -> int | None:
    """Return which parameter is under way, None where there is none such."""
    if call.keyword:
        written = f"{call.keyword}="
        return way.parameters.index(written) if written in way.parameters else None
    last = len(way.parameters) - 1
    if way.arguments[-1:] == ("...",):
        return min(call.place, last)
    return call.place if call.place <= last else None


def _told(way: Signature) -> SignatureInformation:
    """Return a way to call a function, with where in it each parameter stands."""
    parameters, at = [], len(way.name) + 1
    for one in way.parameters:
        parameters.append(ParameterInformation((at, at + len(one))))
        at += len(f"{one}, ")
    return SignatureInformation(way.label, MarkupContent(MarkupKind.PlainText, way.meaning), parameters)
