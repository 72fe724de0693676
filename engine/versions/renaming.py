"""What only got another name between two versions of a model: quantities, scenarios, members, and all else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from engine.language.tree import Aggregate, Name, Node, Pick, rebuilt
from engine.model.dimensions import Dimension, Grid
from engine.model.model import Formula, Model, Quantity, Scenario
from engine.problems import Mistake, ModelError, errors_in
from engine.references.find import find_references
from engine.references.respelling import respelled
from engine.references.symbols import Kind, Symbol

T = TypeVar("T", Quantity, Scenario, "_Thing")


@dataclass(frozen=True, slots=True)
class _Thing:
    """Something that a model declares beside its quantities, and what it is but for its name."""

    id: str
    said: object


def match_quantities(old: Model, new: Model) -> dict[str, str]:
    """Return what the old version called quantities of the new one, where the id changed."""
    return _matched(old.quantities, new.quantities, (_of_unit, _of_section, _definition))


def match_scenarios(old: Model, new: Model) -> dict[str, str]:
    """Return what the old version called scenarios of the new one, where the id changed."""
    found: dict[str, str] = {}
    while True:
        # What one extends may have got another name too.
        names = dict(found)

        def settings(one: Scenario, names: Mapping[str, str] = names) -> object:
            return _settings(one, names)

        found = _matched(old.scenarios, new.scenarios, (lambda one: one.label, settings))
        if len(found) == len(names):
            return found


def match_members(old: Dimension, new: Dimension) -> dict[str, str]:
    """Return what the old version called members of the new one: those at the places of others that are gone.

    Members that are numbers or periods are others and not renamed.
    """
    if old.is_time or new.is_time or len(old.members) != len(new.members):
        return {}
    changed = [(after, before) for before, after in zip(old.members, new.members, strict=True) if before != after]
    # Where one only stands elsewhere, the order changed as well, and places tell nothing.
    if any(after in old.indices or before in new.indices for after, before in changed):
        return {}
    return dict(changed)


def called_alike(old: Model, new: Model) -> tuple[Model, dict[Symbol, str]]:
    """Return the old version with the new one's names of what is declared in the same words, and these names.

    They are those of sources, units, dimensions, checks and charts. It is the old one as it is where nothing got
    another name, or where something in it would mean anything else by that.
    """
    names = {
        Symbol(kind, before): after
        for kind, then, now in zip(_THINGS, _declared(old), _declared(new), strict=True)
        for after, before in _matched(then, now, (lambda one: one.said,)).items()
    }
    if not names or errors_in((*old.problems, *new.problems)):
        return old, {}
    try:
        return respelled(old, find_references(old), names), names
    except (Mistake, ModelError):
        return old, {}


_THINGS: Final[tuple[Kind, ...]] = ("source", "unit", "dimension", "check", "chart")


def _declared(model: Model) -> Iterator[list[_Thing]]:
    """Yield what a model declares of each kind; a title or a label that is made of a name says nothing of its own."""
    yield [_Thing(one.id, replace(one, id="")) for one in model.sources]
    yield [_Thing(name, text) for name, text in model.units]
    yield [_Thing(one.id, replace(one, id="", label="")) for one in model.dimensions]
    yield [_Thing(one.id, replace(one, id="", label="", test=Formula(one.test.text, None))) for one in model.checks]
    yield [_Thing(one.id, replace(one, id="", title="")) for one in model.charts]


def with_new_names(node: Node, named: Callable[[str], str]) -> Node:
    """Return an author's formula with every id as `named` calls it, choices that it groups by too."""
    if isinstance(node, Name):
        return Name(named(node.id))
    made = rebuilt(node, lambda below: with_new_names(below, named))
    if isinstance(made, Aggregate) and made.by:
        return replace(made, by=tuple(map(named, made.by)))
    return Pick(named(made.id), made.selectors) if isinstance(made, Pick) else made


def _matched(old: Sequence[T], new: Sequence[T], keys: Sequence[Callable[[T], object]]) -> dict[str, str]:
    """Return new and old ids of what is in one version only, where a key is that of one there and of one here."""
    before, after = {one.id for one in old}, {one.id for one in new}
    gone, come = [one for one in old if one.id not in after], [one for one in new if one.id not in before]
    found: dict[str, str] = {}
    for key in keys:
        left = [one for one in gone if one.id not in found.values()]
        alike = _by_key(left, key)
        for same, ids in _by_key([one for one in come if one.id not in found], key).items():
            if len(ids) == len(alike.get(same, ())) == 1:
                found[ids[0]] = alike[same][0]
    return found


def _by_key(several: Sequence[T], key: Callable[[T], object]) -> dict[object, list[str]]:
    found: dict[object, list[str]] = {}
    for one in several:
        if (own := key(one)) is not None:
            found.setdefault(own, []).append(one.id)
    return found


def _of_unit(quantity: Quantity) -> object:
    return quantity.label, quantity.over, quantity.unit, quantity.choice


def _of_section(quantity: Quantity) -> object:
    return quantity.label, quantity.over, quantity.section, quantity.choice


def _definition(quantity: Quantity) -> object:
    """Return what defines a quantity but its name; None for a value that no source vouches for."""
    if quantity.is_input and not quantity.sources:
        return None
    texts = tuple([one.text for _, one in quantity.written])
    values = _cells(quantity.value)
    return (
        quantity.unit,
        quantity.choice,
        quantity.over,
        values,
        texts,
        _cells(quantity.sources) if quantity.is_input else (),
    )


def _settings(scenario: Scenario, names: Mapping[str, str]) -> object:
    """Return what a scenario changes, in the old names of those that it extends; None where that is nothing."""
    values = [tuple([(id_, _cells(value)) for id_, value in one]) for one in (scenario.set, scenario.scale)]
    return (tuple([names.get(name, name) for name in scenario.extends]), *values) if any(values) else None


def _cells(setting: object) -> object:
    return setting.cells if isinstance(setting, Grid) else setting
