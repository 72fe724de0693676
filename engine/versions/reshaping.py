"""A model over the members that another version has, so that both can be one plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

import numpy as np

from engine.model.data import DataGrid
from engine.model.dimensions import Grid, cell
from engine.model.model import Formula, Model, Quantity, Scenario
from engine.versions.data.cells import as_numbers, places, taken

T = TypeVar("T")
_Changes = tuple[tuple[str, Decimal | Grid[Decimal]], ...]


def reshape(model: Model, other: Model, names: Mapping[str, str]) -> Model:
    """Return a model over the dimensions of another version; what it lacks of a member is as the other has it.

    `names` gives the other's ids where they differ. What feeds no result is left out: checks, charts, printed figures.
    ValueError where the two have it in units that differ.
    """
    reshaping = _Reshaping(model, other, names)
    return replace(
        reshaping.target,
        quantities=tuple([reshaping.quantity(one) for one in model.quantities]),
        scenarios=tuple([reshaping.scenario(one) for one in model.scenarios]),
        checks=(),
        charts=(),
        correlations=(),
        decisions=(),
    )


class _Reshaping:
    def __init__(self, model: Model, other: Model, names: Mapping[str, str]) -> None:
        self.model, self.other, self.names = model, other, names
        there = other.dimension
        self.target = replace(model, dimensions=tuple([there.get(one.id, one) for one in model.dimensions]))
        self.settings = {scenario.id: scenario for scenario in other.scenarios}
        self.known = {names.get(one.id, one.id): one for one in model.quantities}

    def quantity(self, one: Quantity) -> Quantity:
        one = replace(one, value=self.recoded(one, one.value))
        if all(self.target.dimension[name].members == self.model.dimension[name].members for name in one.over):
            return replace(one, published=())
        there = self.other.by_id.get(self.names.get(one.id, one.id))
        return replace(
            one,
            published=(),
            value=self.grid(one, one.value, there, there and there.value),
            min=self.grid(one, one.min, there, there and there.min),
            max=self.grid(one, one.max, there, there and there.max),
            range=self.grid(one, one.range, there, there and there.range),
            values=self.grid(one, one.values, there, there and there.values),
            weights=self.grid(one, one.weights, there, there and there.weights),
            sources=self.grid(one, one.sources, there, there and there.sources) or (),
            note=self.grid(one, one.note, there, there and there.note) or "",
            formulas=self.formulas(one, there),
        )

    def recoded(self, one: Quantity, value: Decimal | Grid[Decimal] | None) -> Decimal | Grid[Decimal] | None:
        """Return the members that a choice takes as their codes there; ValueError for one that is not there."""
        if not one.choice or value is None:
            return value
        own, target = self.model.dimension[one.choice], self.target.dimension[one.choice]

        def code(old: Decimal | None) -> Decimal | None:
            if old is None:
                return None
            index = target.index_of(own.member_at(old))
            if index is None:
                raise ValueError(one.id)
            return target.code_of(index)

        if isinstance(value, Grid):
            return Grid(tuple([code(old) for old in value.cells]), value.paths)
        return code(value)

    def grid(self, one: Quantity, own: Grid[T] | T | None, there: Quantity | None, spare: object) -> Grid[T] | T | None:
        """Return what is set for each member there: its own, or the other's for one that it does not have."""
        if not isinstance(own, Grid):
            return own
        if there is not None and there.over != one.over:
            # Over other dimensions it has nothing for a member.
            there = spare = None
        if isinstance(own, DataGrid):
            return self.data_grid(one, own, there, spare)  # type: ignore[return-value]  # T are its numbers
        own_cells, own_paths = own.cells, own.paths
        indices = {member: number for number, member in enumerate(self.model.members(one.over))}
        cells: list[T | None] = []
        paths = []
        for number, member in enumerate(self.target.members(one.over)):
            if member in indices:
                cells.append(own_cells[indices[member]])
                paths.append(own_paths[indices[member]])
            else:
                if there is not None and there.unit != one.unit:
                    raise ValueError(one.id)
                cells.append(cell(spare, number))  # type: ignore[arg-type]  # the same setting of the same quantity
                paths.append((*one.path, "value"))
        return Grid(tuple(cells), tuple(paths))

    def data_grid(self, one: Quantity, own: DataGrid, there: Quantity | None, spare: object) -> DataGrid:
        """Return values of a file as `grid` does; ValueError as well."""
        at = places(self.model, self.target, one.over)
        if there is not None and there.unit != one.unit and np.any(at < 0):
            raise ValueError(one.id)
        spares = as_numbers(spare, len(at))  # type: ignore[arg-type]  # the same setting of the same quantity
        # Where they stand in the file is asked of no mixture.
        nowhere = np.full(len(at), -1)
        origin = replace(own.origin, rows=nowhere, columns=nowhere)
        return DataGrid(taken(own.numbers, at, spares), origin, own.place)

    def formulas(self, one: Quantity, there: Quantity | None) -> tuple[tuple[str, Formula], ...]:
        if not one.formulas:
            return ()
        own = {**(dict(there.formulas) if there is not None else {}), **dict(one.formulas)}
        members = self.target.dimension[one.formulas_over].members
        return tuple([(member, own[member]) for member in members if member in own])

    def scenario(self, one: Scenario) -> Scenario:
        there = self.settings.get(one.id)
        return replace(
            one,
            set=self.changes(one.id, "set", one.set, dict(there.set) if there is not None else {}),
            scale=self.changes(one.id, "scale", one.scale, dict(there.scale) if there is not None else {}),
        )

    def changes(self, scenario: str, key: str, own: _Changes, there: Mapping[str, Decimal | Grid[Decimal]]) -> _Changes:
        """Return what a scenario sets or scales, for the members there."""
        found: list[tuple[str, Decimal | Grid[Decimal]]] = []
        for id_, value in own:
            quantity = self.model.by_id.get(id_)
            name = self.names.get(id_, id_)
            if quantity is not None and quantity.choice:
                recoded = self.recoded(quantity, value)
                value = value if recoded is None else recoded  # noqa: PLW2901  # the same, by its code there
            if quantity is not None and quantity.over:
                reshaped_ = self.grid(quantity, value, self.other.by_id.get(name), there.get(name))
                value = value if reshaped_ is None else reshaped_  # noqa: PLW2901  # the same, reshaped
            found.append((id_, value))
        known = dict(own)
        for id_, value in there.items():
            # What only the other version sets, of members that only it has.
            quantity = self.known.get(id_)
            if quantity is not None and quantity.id not in known and quantity.over == self.other.by_id[id_].over:
                indices = set(self.model.members(quantity.over))
                members = enumerate(self.target.members(quantity.over))
                cells = tuple([None if member in indices else cell(value, number) for number, member in members])
                if any(setting is not None for setting in cells):
                    path = ("scenarios", scenario, key, quantity.id)
                    found.append((quantity.id, Grid(cells, (path,) * len(cells))))
        return tuple(found)
