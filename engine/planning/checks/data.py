"""What can be wrong with data files beside what is read of them: units in headings, and files that nobody uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine.model.data import DataGrid
from engine.model.model import Model, Quantity
from engine.problems import Problem, error, warning
from engine.units.grammar import UnitError
from engine.units.registry import units_of


def heading_units(model: Model, quantities: Sequence[Quantity]) -> Iterator[Problem]:
    """Yield a problem for each column of a quantity whose heading has another unit than the quantity."""
    changes = [(id_, value) for one in model.scenarios for id_, value in one.set if isinstance(value, DataGrid)]
    own = [(one.id, one.value) for one in quantities if isinstance(one.value, DataGrid)]
    for id_, grid in (*own, *changes):
        if id_ in model.by_id:
            yield from _units(model, model.by_id[id_], grid)


def unused_data(model: Model, _: Sequence[Quantity]) -> Iterator[Problem]:
    """Yield a doubt about each file that neither values nor members come from."""
    values = [one.value for one in model.quantities]
    values += [value for scenario in model.scenarios for _, value in scenario.set]
    used = {value.origin.data for value in values if isinstance(value, DataGrid)}
    used |= {data for dimension in model.dimensions for data in dimension.files}
    told = {problem.location.path[1] for problem in model.problems if problem.location and problem.code == "data"
            and len(problem.location.path) > 1}  # fmt: skip
    for file in model.data:
        if file.id not in used | told and not model.problems:
            message = f"nothing uses the data '{file.id}'"
            hint = f'take values from it: value = {{ data = "{file.id}", column = "..." }}; or delete it'
            yield warning("unused", message, model.at("data", file.id), hint)


def _units(model: Model, quantity: Quantity, grid: DataGrid) -> Iterator[Problem]:
    file = next(one for one in model.data if one.id == grid.origin.data)
    if quantity.choice or file.table is None:
        return
    units = units_of(model.units)
    for number in np.flatnonzero(np.bincount(grid.origin.columns + 1)[1:]).tolist():
        column = file.table.columns[number]
        if column.unit is None:
            continue
        try:
            units.parse(column.unit)
        except UnitError as wrong:
            message = f"the column '{column.heading}' of '{file.file}' has a unit that is none: {wrong.message}"
            yield error("data", message, model.at(*grid.place), f"mend the heading: {wrong.hint}")
            return
        if units.meaning(column.unit) != units.meaning(quantity.unit):
            message = f"the column '{column.heading}' of '{file.file}' is in {column.unit}, and '{quantity.id}' in "
            message += quantity.unit
            hint = f'numbers in files are in the declared unit: write unit = "{column.unit}", or convert the file'
            yield error("data", message, model.at(*grid.place), hint)
            return
