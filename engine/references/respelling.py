"""The text of a model with other names for some of what it names, wherever these stand: no other byte changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from engine.model.load import loads
from engine.model.model import Model
from engine.problems import Mistake, ModelError, errors_in
from engine.references.find import find_references
from engine.references.symbols import Reference, Symbol
from engine.text.edits import Edits, dotted
from engine.text.positions import line_and_column

_NUMBER: Final = re.compile(r"-?\d+")


def respelled(model: Model, found: Sequence[Reference], names: Mapping[Symbol, str]) -> Model:
    """Return a model with other names, read from its text with these, by all references of the model.

    Raises ModelError where that is no model, and Mistake where any name in it would mean something else.
    """
    edits = Edits(model.document.text)
    for start, end, text in respellings(model, found, names):
        edits.replace((start, end), text)
    text = edits.apply()
    made = loads(text, model.document.name, files=model.files)
    if wrong := errors_in(made.problems):
        raise ModelError(wrong)
    expected = [_called(one.symbol, names) for one in found]
    now = find_references(made)
    if [one.symbol for one in now] != expected:
        strange = next((one for one, before in zip(now, expected, strict=False) if one.symbol != before), now[-1])
        line, _ = line_and_column(text, strange.start)
        message = f"{'.'.join(map(str, strange.path))}, in line {line}, would mean something else"
        raise Mistake(message, "choose another name")
    return made


def respellings(
    model: Model, found: Sequence[Reference], names: Mapping[Symbol, str]
) -> Iterator[tuple[int, int, str]]:
    """Yield what stands otherwise in a text with other names: from where to where, and what is written there."""
    edits = Edits(model.document.text)
    for one in found:
        if one.symbol in names:
            yield one.start, one.end, _spelled(one, edits, names[one.symbol])


def _spelled(one: Reference, edits: Edits, new: str) -> str:
    """Return a new name as it is written at a place, in the manner of the old one."""
    old = edits.text[one.start : one.end]
    if one.is_key:
        quote = old[0] if old[0] in "\"'" else ""
        return f"{quote}{new}{quote}" if quote else dotted([new])
    is_bare_member = one.in_formula and one.symbol.kind == "member" and edits.text[one.start - 1] not in "\"'"
    if is_bare_member and not _NUMBER.fullmatch(new):
        begin, _ = edits.place(one.path)
        quote = "'" if edits.text[begin] == '"' else '"'
        return f"{quote}{new}{quote}"
    return new


def _called(one: Symbol, names: Mapping[Symbol, str]) -> Symbol:
    """Return what something is called then: a member is named with its dimension too."""
    dimension = names.get(Symbol("dimension", one.dimension), one.dimension)
    return replace(one, name=names.get(one, one.name), dimension=dimension)
