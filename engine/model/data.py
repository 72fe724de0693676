"""Data files as a model has them: which bytes each holds, and the values of rows that stand in its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from math import isnan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.data.table import Codes, Form, Numbers, Table
from engine.model.dimensions import Grid
from engine.problems import KeyPath

_PLAIN: Final = Form()
_LONGEST_WHOLE: Final = 1e15


@dataclass(frozen=True, eq=False)
class DataFile:
    """A file of data: its name below the model's folder, the hash of its bytes, and what they hold.

    `declared` is the hash that the model has of it, '' for none. `headings` are those of dimensions that the file calls
    otherwise. Empty cells stand for `missing`, where that is given. `table` is None where the file cannot be read.
    """

    id: str
    file: str
    hash: str
    declared: str = ""
    form: Form = _PLAIN
    table: Table | None = field(default=None, repr=False)
    label: str = ""
    sources: tuple[str, ...] = ()
    note: str = ""
    headings: Mapping[str, str] = field(default_factory=dict)
    missing: Decimal | None = None

    @cached_property
    def indices(self) -> dict[tuple[str, ...], Codes]:
        """Return what is remembered of rows: which cell each is of, over dimensions."""
        return {}


@dataclass(frozen=True, eq=False)
class Columns:
    """Where the values of a row stand in a file: its column, or, where each member of `across` has one, all of them.

    `rows` has for each cell, in the order of `over`, the row of the table, `columns` the column; -1 for what is not
    there.
    """

    file: DataFile
    column: str = ""
    across: str = ""
    rows: Codes = field(default_factory=lambda: np.empty(0, np.int64), repr=False)
    columns: Codes = field(default_factory=lambda: np.empty(0, np.int64), repr=False)

    @property
    def data(self) -> str:
        """Return the id of the file."""
        return self.file.id

    def spot(self, number: int) -> str:
        """Return where the value of a cell stands: ``line 4 of 'data/prices.csv'``; the file alone for nowhere."""
        row, column = int(self.rows[number]), int(self.columns[number])
        if self.file.table is None or row < 0 or column < 0:
            return f"'{self.file.file}'"
        return f"{self.file.table.columns[column].place(row)} of '{self.file.file}'"


class DataGrid(Grid[Decimal]):
    """Values that stand in a data file: NaN in `numbers` where none is given. All stand at one place of the text."""

    __slots__ = ("__dict__", "numbers", "origin", "place")

    numbers: Numbers
    origin: Columns
    place: KeyPath

    def __init__(self, numbers: Numbers, origin: Columns, place: KeyPath) -> None:
        for name, value in {"numbers": numbers, "origin": origin, "place": place}.items():
            object.__setattr__(self, name, value)

    @cached_property
    def cells(self) -> tuple[Decimal | None, ...]:
        """Return the values as decimals, None where none is given."""
        return tuple([None if isnan(value) else as_decimal(value) for value in self.numbers.tolist()])

    def at(self, number: int) -> Decimal | None:
        """Return the value of a cell, None where none is given."""
        value = float(self.numbers[number])
        return None if isnan(value) else as_decimal(value)

    @cached_property
    def paths(self) -> tuple[KeyPath, ...]:
        """Return where each stands in the text: where the file is named."""
        return (self.place,) * len(self.numbers)

    @property
    def is_given(self) -> NDArray[np.bool_]:
        """Return which cells have a value."""
        return ~np.isnan(self.numbers)

    def __eq__(self, other: object) -> bool:
        """Return whether another stands at the same place and holds the same values."""
        if not isinstance(other, DataGrid):
            return NotImplemented
        own = self.origin.data, self.origin.column, self.origin.across, self.place
        others = other.origin.data, other.origin.column, other.origin.across, other.place
        return own == others and np.array_equal(self.numbers, other.numbers, equal_nan=True)

    def __hash__(self) -> int:
        """Return what equal ones have in common."""
        return hash((self.origin.data, self.origin.column, self.place, len(self.numbers)))

    def __repr__(self) -> str:
        """Return how many there are, and of which file."""
        return f"DataGrid({len(self.numbers):,} cells of {self.origin.data})"


def origin_of(value: object) -> Columns | None:
    """Return where the values of a row stand in a file; None where they stand in the text."""
    return value.origin if isinstance(value, DataGrid) else None


def as_decimal(value: float) -> Decimal:
    """Return a number with the fewest digits that tell it from its neighbours."""
    is_whole = abs(value) < _LONGEST_WHOLE and value == int(value)
    return Decimal(int(value)) if is_whole else Decimal(repr(value))
