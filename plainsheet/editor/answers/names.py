"""Names at a place of a text: what they are the names of, where that is declared and used, and another name for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lsprotocol.types import (
    DocumentHighlight,
    DocumentHighlightKind,
    Location,
    PrepareRenamePlaceholder,
    TextEdit,
    WorkspaceEdit,
)
from pygls.exceptions import JsonRpcException

from engine.problems import Mistake
from engine.references.symbols import Reference, Symbol
from engine.rename import rename_symbol
from plainsheet.editor.document import Document, Reading
from plainsheet.editor.lines import Span
from plainsheet.editor.statements import find_header

# What the protocol calls a request that was right, and cannot be answered.
_FAILED: Final = -32803
_WORD: Final = re.compile(r"\w+")


class RefusedError(JsonRpcException):
    """Something that was asked for cannot be; an editor shows why."""

    def __init__(self, message: str) -> None:
        super().__init__(message, _FAILED)


@dataclass(frozen=True, slots=True)
class NameAt:
    """A name in a text as it is now, what the last model that had no error calls so, and where it stands."""

    symbol: Symbol
    span: Span
    reading: Reading


def name_at(document: Document, place: int) -> NameAt | None:
    """Return the name at a place, or right before it; None where nothing there is one.

    Where the text has an error it is looked for as a word among what the last model without one has declared.
    """
    reading = document.last
    if reading is None:
        return None
    if reading is document.now:
        found = _reference_at(reading, place)
        return None if found is None else NameAt(found.symbol, (found.start, found.end), reading)
    start, end = document.lines.line(document.lines.position(place).line)
    for word in _WORD.finditer(document.text, start, end):
        if word.start() <= place <= word.end():
            symbol = next((one for one in _declared(reading) if one.name == word.group()), None)
            return None if symbol is None else NameAt(symbol, word.span(), reading)
    return None


def _reference_at(reading: Reading, place: int) -> Reference | None:
    """Return the reference at a place; right between two, the one that begins there."""
    found = [one for one in reading.references_near([place]) if one.start <= place <= one.end]
    return found[-1] if found else None


def _declared(reading: Reading) -> Iterator[Symbol]:
    """Yield what is declared, quantities and dimensions first: formulas name these."""
    own = dict.fromkeys([one.symbol for one in reading.references if one.is_declaration])
    return iter(sorted(own, key=lambda one: one.kind not in {"quantity", "dimension"}))


def uses(document: Document, name: NameAt) -> list[Reference]:
    """Return the places at which something stands in a text that has no error; none in one that has."""
    if not _is_now(document, name):
        return []
    # A member may be written in other letters, with accents apart; an id may not.
    found = name.reading.references if name.symbol.kind == "member" else _near(document, name)
    return [one for one in found if one.symbol == name.symbol]


def _near(document: Document, name: NameAt) -> list[Reference]:
    """Return the references of the tables in which the letters of a name stand."""
    written = re.finditer(re.escape(name.symbol.name), document.text)
    return name.reading.references_near([one.start() for one in written])


def _is_now(document: Document, name: NameAt) -> bool:
    return name.reading is document.now


def definition(document: Document, place: int) -> Location | None:
    """Return where that is declared which is named at a place."""
    name = name_at(document, place)
    if name is None:
        return None
    span = declaration(document, name)
    return None if span is None else Location(document.uri, document.lines.range(*span))


def declaration(document: Document, name: NameAt) -> Span | None:
    """Return where something is declared in the text as it is now; None where that is not known."""
    if _is_now(document, name):
        return next(((one.start, one.end) for one in uses(document, name) if one.is_declaration), None)
    return find_header(document.text, name.symbol.name)


def references(document: Document, place: int, *, with_declaration: bool) -> list[Location]:
    """Return each place at which that stands which is named at a place."""
    name = name_at(document, place)
    found = [] if name is None else uses(document, name)
    return [Location(document.uri, document.lines.range(one.start, one.end))
            for one in found if with_declaration or not one.is_declaration]  # fmt: skip


def highlights(document: Document, place: int) -> list[DocumentHighlight]:
    """Return each place at which that stands which is named at a place, for an editor to mark."""
    name = name_at(document, place)
    kinds = {True: DocumentHighlightKind.Write, False: DocumentHighlightKind.Read}
    found = [] if name is None else uses(document, name)
    return [DocumentHighlight(document.lines.range(one.start, one.end), kinds[one.is_declaration]) for one in found]


def prepare_rename(document: Document, place: int) -> PrepareRenamePlaceholder | None:
    """Return the name at a place that may be another; None where there is none, or the text has an error."""
    name = name_at(document, place)
    if name is None or not any(one.is_declaration for one in uses(document, name)):
        return None
    return PrepareRenamePlaceholder(document.lines.range(*name.span), name.symbol.name)


def rename(document: Document, place: int, new: str) -> WorkspaceEdit:
    """Return the edits that give another name to what is named at a place, as `plainsheet rename` does.

    Raises RefusedError where the new name cannot be.
    """
    name = name_at(document, place)
    plan = document.now.plan
    if name is None or plan is None:
        message = "there is no name here" if plan is not None else "the model has an error: mend it first"
        raise RefusedError(message)
    try:
        made = rename_symbol(plan, name.reading.references, name.symbol, new)
    except Mistake as wrong:
        raise RefusedError(": ".join(filter(None, [wrong.message, wrong.hint]))) from None
    edits = [TextEdit(document.lines.range(start, end), text) for start, end, text in made.edits]
    return WorkspaceEdit({document.uri: edits})
