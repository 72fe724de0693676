"""What another version of a model declares: what is written as it was there need not be read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cached_property, reduce
from operator import getitem
from typing import Any, Final

from engine.model.data import DataFile
from engine.model.declared.data.columns import is_of_data
from engine.model.dimensions import Dimension
from engine.model.model import Model, Quantity
from engine.model.table import Fields
from engine.problems import KeyPath
from engine.text.toml import is_written_alike


class Earlier:
    """A model that was read from `tables` before: a quantity that is written as it was there need not be read again."""

    def __init__(self, model: Model, tables: Mapping[str, Any]) -> None:
        """Take a model, and the tables of its text."""
        self._model = model
        self._tables = tables
        self._has_same_members = self._has_same_data = False

    @property
    def data(self) -> Mapping[str, DataFile]:
        """Return its data by id."""
        return {file.id: file for file in self._model.data}

    def compare(self, dimensions: Mapping[str, Dimension], data: Mapping[str, DataFile]) -> None:
        """Take the dimensions and the data of the text that is read now."""
        self._has_same_members = tuple(dimensions.values()) == self._model.dimensions
        self._has_same_data = [_contents(file) for file in data.values()] == [_contents(f) for f in self._model.data]

    def find(self, table: Fields) -> Quantity | None:
        """Return the quantity that a table was; None where it was none, another, or one that something was said of."""
        known = self._model.by_id.get(str(table.path[-1]))
        if known is None or known.path != table.path or known.path in self._told:
            return None
        was: Mapping[str, Any] = reduce(getitem, known.path, self._tables)  # type: ignore[arg-type]  # tables in tables
        is_same = is_written_alike(was, table.table)
        is_settled = self._has_same_data or not is_of_data(was.get("value"))
        return known if is_same and is_settled and (self._has_same_members or _OF_MEMBERS.isdisjoint(was)) else None

    @cached_property
    def _told(self) -> frozenset[KeyPath]:
        """Return the places that problems are at or below."""
        paths = [problem.location.path for problem in self._model.problems if problem.location is not None]
        return frozenset([path[:length] for path in paths for length in range(1, len(path) + 1)])


def _contents(file: DataFile) -> tuple[object, ...]:
    """Return all that is said of a file, of which quantities take values, source and note."""
    return tuple([getattr(file, one.name) for one in fields(file) if one.name != "table"])


# A quantity without these is the same, whatever dimensions there are.
_OF_MEMBERS: Final = frozenset({"over", "choice", "rollup"})
