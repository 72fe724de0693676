"""What may be written in a unit: those that the model declares, currencies, and those that pint knows."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from lsprotocol.types import CompletionItemKind as Kind

from engine.model.model import Model
from engine.units.ambiguous import OWN_PREFIXES, PREFIXES
from engine.units.catalog.names import Names
from engine.units.catalog.table import table
from engine.units.currencies import CURRENCIES
from engine.units.guard import is_misleading
from engine.units.registry import units_of
from engine.units.unknown import COMMON
from plainsheet.editor.answers.completion.candidates import Candidate, Offer, rank

_MOST: Final = 200
_WORD: Final = re.compile(r"[^\W\d]\w*$")
_LONGEST: Final = 100
_PURE, _SHARE = "1", "percent"
# Between a prefix in one letter or two and a unit in so many nobody writes a word.
_SHORT: Final = 3


def offer_unit(model: Model, text: str, start: int, place: int) -> Offer:
    """Return what may be written in a unit, up to a place of which it is begun."""
    begun = _WORD.search(text, max(start, place - _LONGEST), place)
    word = begun.group() if begun is not None else ""
    own = dict(model.units)
    names = dict.fromkeys([*own, *_with_prefixes(model, word), *sorted(CURRENCIES), *_catalog()])
    if begun is None:
        names = dict.fromkeys([_PURE, _SHARE]) | names
    fitting = [name for name in names if not rank(name, word)] or [name for name in names if rank(name, word) == 1]
    found = [Candidate(name, Kind.Unit, _detail(name, own)) for name in fitting[:_MOST]]
    return Offer(place - len(word), found, is_part=True)


def _with_prefixes(model: Model, word: str) -> list[str]:
    """Return the declared units with the prefix that a word begins with, where that means what it seems to."""
    prefixes = [written for written, one in table().prefixes.items() if one.name in OWN_PREFIXES and written]
    found = [f"{prefix}{name}" for prefix in prefixes if word.startswith(prefix) for name, _ in model.units]
    units = units_of(model.units)
    return [name for name in found if units.is_unit(name)]


def _detail(name: str, own: dict[str, str]) -> str:
    if name in own:
        return own[name]
    if name == _PURE:
        return "a pure number"
    if name in CURRENCIES:
        return "a currency, to be declared under [units]"
    reading = _names().read(name)
    return reading.words if reading is not None else ""


@cache
def _catalog() -> tuple[str, ...]:
    """Return the names of pint's units that mean what they seem to, with the prefixes that they are used with."""
    known = table()
    found = dict.fromkeys(COMMON) | dict.fromkeys(known.units)
    for alias, unit in known.units.items():
        for written in known.prefixes:
            is_word = written == known.prefixes[written].name
            if known.prefixes[written].name in PREFIXES.get(unit, ()) and is_word == (len(alias) > _SHORT):
                found[f"{written}{alias}"] = None
    return tuple([name for name in found if name.isidentifier() and _is_meant(name)])


def _is_meant(name: str) -> bool:
    """Return whether a name is that of a unit with a size, and means what it seems to."""
    reading = _names().read(name)
    if reading is None or is_misleading(name, reading):
        return False
    measure = table().measure(reading.unit)
    return measure is not None and measure.size > 0


@cache
def _names() -> Names:
    return Names(table().units, table().prefixes)
