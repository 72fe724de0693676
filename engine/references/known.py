"""What has a name in a model, asked for while its text is gone through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from engine.model.dimensions import Dimension
from engine.model.model import Model, Quantity
from engine.problems import KeyPath
from engine.references.symbols import Kind, Symbol
from engine.text.positions import Places, compose, find_places

# What a quantity may have by member.
BY_MEMBER: Final = frozenset({"value", "range", "values", "weights", "min", "max", "source", "note"})


class Known:
    """The names of a model, and where the parts of its text stand, or those of a part of it."""

    def __init__(self, model: Model, places: Places | None = None) -> None:
        self.model = model
        self.places = find_places(model.document.text) if places is None else places
        self._quantities = {quantity.path: quantity for quantity in model.quantities}
        self._longest = max(map(len, self._quantities), default=0)
        self._names: dict[Kind, set[str]] = {
            "dimension": {*model.dimension},
            "quantity": {*model.by_id},
            "scenario": {one.id for one in model.scenarios},
            "source": {one.id for one in model.sources},
            "data": {one.id for one in model.data},
        }

    def named(self, kind: Kind, name: str) -> Iterator[Symbol]:
        """Yield what has a name, if anything of the kind has."""
        if name in self._names[kind]:
            yield Symbol(kind, name)

    def member(self, dimension: Dimension | None, text: str) -> Iterator[Symbol]:
        """Yield the member of a dimension that a text names, if it is one."""
        index = None if dimension is None else dimension.index_of(compose(text))
        if dimension is not None and index is not None:
            yield Symbol("member", dimension.members[index], dimension.id)

    def quantity(self, path: KeyPath) -> Quantity | None:
        """Return the quantity whose table a key path is, or is within."""
        ends = range(min(len(path), self._longest), 0, -1)
        return next((found for end in ends if (found := self._quantities.get(path[:end])) is not None), None)

    def over(self, quantity: Quantity) -> list[Dimension]:
        """Return the dimensions that a quantity is over."""
        return [self.model.dimension[name] for name in quantity.over]

    def chosen(self, quantity: Quantity | None) -> Dimension | None:
        """Return the dimension from which a choice chooses; None for any other quantity."""
        return None if quantity is None else self.model.dimension.get(quantity.choice)

    def is_of_data(self, base: KeyPath, over: Sequence[Dimension]) -> bool:
        """Return whether the values at a key path are said to stand in a data file."""
        return (*base, "data") in self.places.values and not (over and over[0].index_of("data") is not None)
