"""Writes to which group members belong into a model's text, where it says so."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.model.declared.choices import quote
from engine.model.dimensions import Dimension
from engine.problems import Mistake
from engine.text.edits import Edits

if TYPE_CHECKING:
    from engine.model.model import Model


def rewrite_map(text: str, model: Model, name: str, codes: Mapping[int, Decimal | None]) -> str:
    """Return a text in which members of a finer dimension, by index, belong to other members of a group, by code.

    A group whose members were those of its map, in order, lists them from now on where these would be others: values
    by member stay those of the members that they were of.

    Raises Mistake where the text has no place for it.
    """
    group = model.dimension[name]
    finer = model.dimension[group.of]
    places = {index: int(code) for index, code in codes.items() if code is not None}
    edits = Edits(text)
    owner = ("dimensions", group.id)
    paths = {
        finer.index_of(str(keys[3])): keys
        for keys in edits.places.values
        if keys[:3] == (*owner, "map") and len(keys) == len(owner) + 2
    }
    for index, place in places.items():
        span = edits.place(paths.get(index, (*owner, "map", finer.members[index])))
        edits.replace(span, quote(group.members[place], text[slice(*span)]))
    _keep_members(edits, group, places)
    return edits.apply()


def keep_members(text: str, group: Dimension, codes: Mapping[int, Decimal | None]) -> str:
    """Return a text that lists the members of a group where what a file says of them would make them others.

    Raises Mistake as above.
    """
    edits = Edits(text)
    _keep_members(edits, group, {index: int(code) for index, code in codes.items() if code is not None})
    return edits.apply()


def _keep_members(edits: Edits, group: Dimension, places: Mapping[int, int]) -> None:
    owner = ("dimensions", group.id)
    after = [places.get(index, place) for index, place in enumerate(group.places)]
    is_listed = any(keys[:3] == (*owner, "members") for keys in edits.places.values)
    if is_listed or list(dict.fromkeys(after)) == list(range(len(group.members))):
        return
    listed = f"[{', '.join(map(quote, group.members))}]"
    beside = next((one for one in edits.places.statements if one.path == (*owner, "of")), None)
    if beside is None:
        message = f"the map of '{group.id}' would list its members in another order, and the text has no line for these"
        raise Mistake(message, f"write members = {listed} beside its 'of'")
    edits.add_beside(beside, (*owner, "members"), listed)
