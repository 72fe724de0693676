"""Sides of a merge that say one thing in other words, spelled alike before they are merged: words are no conflict."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Final

from engine.analysis.published import half_unit
from engine.language.parse import parse
from engine.language.suggestions import FormulaError
from engine.language.tree import unspelled
from engine.model.model import Model, Quantity
from engine.problems import KeyPath
from engine.text.positions import find_places
from engine.text.toml import parse_toml
from engine.units.registry import units_of
from engine.versions.declarations import unit_tokens
from engine.versions.pair import one_line
from exports.review.merging.pieces import splice

_FORMULAS: Final = frozenset({"formula", "solve", "test"})
_NUMBERS: Final = ("unit", "value", "range", "values", "min", "max", "published")
_Group = tuple[str, KeyPath]


def spell_alike(texts: Sequence[str], models: Sequence[Model]) -> list[str]:
    """Return three texts, base, ours and theirs, in which what two of them say alike is spelled alike.

    Of that only what all three spell in their own way: a change of spelling on one side is merged like any other.
    """
    mixed = _mixed_units(models)
    base, ours, theirs = (_Side(text, model, mixed) for text, model in zip(texts, models, strict=True))
    for group in dict.fromkeys([*ours.groups, *theirs.groups]):
        then, here, there = (side.words(group) for side in (base, ours, theirs))
        if not here or not there or there in (here, then) or here == then:
            continue
        if ours.meaning(group) == theirs.meaning(group):
            theirs.respell(group, ours)
        elif ours.meaning(group) == base.meaning(group):
            ours.respell(group, base, theirs)
        elif theirs.meaning(group) == base.meaning(group):
            theirs.respell(group, base, ours)
    return [side.text() for side in (base, ours, theirs)]


def unit_meaning(model: Model, text: str) -> Hashable:
    """Return what a unit means in a model, so that h and hour are one; its text where it means nothing."""
    return units_of(model.units).meaning(text)


def _mixed_units(models: Sequence[Model]) -> frozenset[str]:
    """Return the quantities that have units which are not one: their numbers say something with the unit only."""
    seen: dict[str, set[Hashable]] = {}
    for model in models:
        for quantity in model.quantities:
            seen.setdefault(quantity.id, set()).add(unit_meaning(model, quantity.unit))
    # The numbers of a unit that means nothing say nothing.
    no_unit = {id_ for id_, found in seen.items() if any(isinstance(meaning, str) for meaning in found)}
    return frozenset([id_ for id_, found in seen.items() if len(found) > 1]) - no_unit


class _Side:
    """A text by groups of plain values that say something together: a unit with its numbers, a list of sources."""

    def __init__(self, text: str, model: Model, mixed: Iterable[str]) -> None:
        self.source, self.model = text, model
        self.spans = find_places(text).values
        self.spelled: dict[KeyPath, str] = {}
        self.tables = parse_toml(text, "a side")[1]
        self.mixed = {id_: model.by_id[id_] for id_ in mixed if id_ in model.by_id}
        self._own = {quantity.path: id_ for id_, quantity in self.mixed.items()}
        self.groups: dict[_Group, list[KeyPath]] = {}
        for path in self.spans:
            self.groups.setdefault(self._group(path), []).append(path)

    def words(self, group: _Group) -> dict[KeyPath, str]:
        return {path: self.source[slice(*self.spans[path])] for path in self.groups.get(group, ())}

    def meaning(self, group: _Group) -> object:
        paths = self.groups.get(group, ())
        match group:
            case "source", _:
                return {self._value(path) for path in paths}
            case "unit", (id_,):
                return {path: self._size(path, self.mixed[str(id_)]) for path in paths}
        return {path: self._says(path) for path in paths}

    def respell(self, group: _Group, *others: _Side) -> None:
        """Take the words of the last of the others that has any."""
        known: Mapping[KeyPath, str] = {path: words for other in others for path, words in other.words(group).items()}
        self.spelled |= {path: known[path] for path in self.groups[group] if path in known}

    def text(self) -> str:
        return splice(self.source, {path: self.spans[path] for path in self.spelled}, self.spelled)

    def _group(self, path: KeyPath) -> _Group:
        for length in range(1, len(path)):
            id_ = self._own.get(path[:length])
            if id_ is not None and path[length] in _NUMBERS and (path[length] != "published" or path[-1] == "value"):
                return "unit", (id_,)
        match path:
            case ("scenarios", _, "set", set_, *_) if set_ in self.mixed:
                return "unit", (set_,)
            case (*owner, "source", int()):
                return "source", (*owner, "source")
            case (*_, "source"):
                return "source", path
        return "", path

    def _value(self, path: KeyPath) -> object:
        found: object = self.tables
        for key in path:
            found = found[key]  # type: ignore[index]  # a path of the same text
        return found

    def _says(self, path: KeyPath) -> object:
        value = self._value(path)
        match path, value:
            case (*_, "published", int(), "value"), int() | Decimal():
                # 7.50 is printed to two places, and 7.5 to one.
                return Decimal(value).as_tuple()
            case _, int() | Decimal():
                return type(value) is bool, value
            case ("units", _), str():
                return unit_tokens(value)
            case (*_, "unit"), str():
                return unit_meaning(self.model, value)
            case _, str() if _FORMULAS.intersection(path[-2:]):
                return _tree(value)
        return one_line(value) if isinstance(value, str) else value

    def _size(self, path: KeyPath, quantity: Quantity) -> object:
        """Return what a number is in root units, a printed figure with its precision, and of which kind."""
        value = self._value(path)
        units = units_of(self.model.units)
        unit = units.parse(quantity.unit)
        kind = units.dimension(unit.atoms)
        if path == (*quantity.path, "unit"):
            return kind
        # What no float holds is no number of a model.
        if not isinstance(value, int | Decimal) or not isfinite(value) or bool(value) != bool(float(value)):
            return value
        one = units.factor(unit.atoms) / unit.scale
        printed = sum([half_unit(figure) for figure in quantity.published if figure.path == path[:-1]])
        return kind, Fraction(value) * one, float(Fraction(printed) * one)


def _tree(text: str) -> object:
    try:
        return unspelled(parse(text))
    except FormulaError:
        return text
