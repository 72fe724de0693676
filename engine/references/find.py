"""Finds where the names of a model stand in its text, key by key and value by value."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.model import Model
from engine.references.keys import declared_at, named_at
from engine.references.known import Known
from engine.references.symbols import Reference
from engine.references.values import named_in
from engine.text.positions import Places
from engine.text.strings import read_written


def find_references(model: Model, places: Places | None = None) -> list[Reference]:
    """Return every place at which a name of a model stands in its text, or in a part of it, in the order of the text.

    The model is one without errors: what names nothing is left out. Members of calendars and of dimensions that count
    are named, and declared nowhere.
    """
    known = Known(model, places)
    return sorted([*_in_keys(known), *_in_values(known)], key=lambda one: one.start)


def _in_keys(known: Known) -> Iterator[Reference]:
    for path, (start, end) in known.places.keys:
        if (declared := declared_at(known, path)) is not None:
            yield Reference(declared, path, start, end, is_declaration=True, is_key=True)
        else:
            yield from [Reference(symbol, path, start, end, is_key=True) for symbol in named_at(known, path)]


def _in_values(known: Known) -> Iterator[Reference]:
    text = known.model.document.text
    for path, (start, end) in known.places.values.items():
        if text[start] in "\"'":
            written = read_written(text[start:end], start)
            for symbol, first, last, is_declaration, in_formula in named_in(known, path, written.text):
                place = written.span(first, last)
                yield Reference(symbol, path, *place, is_declaration=is_declaration, in_formula=in_formula)
