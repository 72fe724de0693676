"""Sides of a merge that give members the same in other lines, such as a default written out: that is no conflict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.model.dimensions import DEFAULT, Grid, cell
from engine.model.model import Model, Quantity
from engine.problems import KeyPath
from engine.text.positions import find_places
from exports.review.merging.pieces import exchange

_KEYS = {
    "value": "value",
    "range": "range",
    "values": "values",
    "weights": "weights",
    "min": "min",
    "max": "max",
    "source": "sources",
    "note": "note",
}


def lay_alike(texts: Sequence[str], models: Sequence[Model]) -> list[str]:
    """Return three texts, base, ours and theirs: what a side only laid out anew is as the side has it that changed it.

    Of that only what is laid out in other lines, and tables in which some side says what all other members have.
    """
    base, ours, theirs = texts
    sides = [dict(_settings(model)) for model in models]
    paths = [find_places(text).values.keys() for text in texts]
    defaults = [place[: place.index(DEFAULT)] for places in paths for place in places if DEFAULT in place]
    above = dict.fromkeys([place[:length] for place in defaults for length in range(len(place) + 1)])
    shared = set(paths[0]).intersection(*paths[1:])
    apart = dict.fromkeys(
        [place[:n] for side in paths for place in side if place not in shared for n in range(len(place) + 1)]
    )
    for path in [path for path in {**above, **apart} if all(path in side for side in sides)]:
        then, here, there = (side[path] for side in sides)
        if here == then != there:
            ours = exchange(ours, path, base)
        elif there == then != here:
            theirs = exchange(theirs, path, base)
        elif here == there and all(exchange(side, path, base) != side for side in (ours, theirs)):
            theirs = exchange(theirs, path, ours)
    return [base, ours, theirs]


def _settings(model: Model) -> Iterator[tuple[KeyPath, object]]:
    """Yield what members have of all that may be given by member, by its place in the text."""
    for quantity in model.quantities:
        if quantity.over:
            for key, name in _KEYS.items():
                yield (*quantity.path, key), _says(model, quantity, getattr(quantity, name))
            formulas = [(member, formula.text) for member, formula in quantity.written]
            yield (*quantity.path, "formula"), _says(model, quantity, formulas)
    for scenario in model.scenarios:
        for key, changes in (("set", scenario.set), ("scale", scenario.scale)):
            for id_, setting in changes:
                if id_ in model.by_id and model.by_id[id_].over:
                    yield ("scenarios", scenario.id, key, id_), _says(model, model.by_id[id_], setting)
    for group in model.dimensions:
        if group.of and not group.periods:
            members = [group.members[place] for place in group.places]
            yield ("dimensions", group.id, "map"), dict(zip(model.dimension[group.of].members, members, strict=False))


def _says(model: Model, quantity: Quantity, setting: object) -> object:
    cells: object = setting
    if isinstance(setting, Grid) or not isinstance(setting, list):
        cells = [cell(setting, number) for number in range(model.size(quantity.over))]
    return quantity.over, [model.dimension[name].members for name in quantity.over], cells
