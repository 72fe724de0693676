"""Finds the cells of a row over dimensions in the table of a data file: in long form, or with a column a member."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Final

import numpy as np

from engine.data.table import Codes, Column, Numbers, Table
from engine.model.calendar import place_of, read_period
from engine.model.data import Columns, DataFile
from engine.model.dimensions import Dimension, member_hint, members_at
from engine.problems import Mistake, did_you_mean, listed, shortened, some

_SHOWN: Final = 6


class Placing:
    """Finds the cells of one row in the table of a file. Raises Mistake where they do not fit its dimensions."""

    def __init__(  # noqa: PLR0917  # as above
        self, owner: str, file: DataFile, table: Table, dimensions: Sequence[Dimension], unit: str,
        choice: Dimension | None,
    ) -> None:  # fmt: skip
        self.owner = owner
        self.file = file
        self.table = table
        self.dimensions = dimensions
        self.unit = unit
        self.choice = choice
        self.count = prod([len(dimension.members) for dimension in dimensions])

    def long(self, name: str) -> tuple[Numbers, Columns]:
        """Return the values of a column in whose rows other columns name the members."""
        column = self.named(name)
        rows = self.rows(self.dimensions)
        numbers, origin = self.numbers(column), self.origin(column, rows)
        if len(rows) == len(numbers) and rows.min(initial=0) >= 0:
            return self.filled(numbers[rows]), origin
        is_there = rows >= 0
        found = np.full(self.count, np.nan)
        found[is_there] = numbers[rows[is_there]]
        return self.filled(found), origin

    def origin(self, column: Column, rows: Codes) -> Columns:
        """Return where the cells of a column stand, by their rows, -1 for none."""
        columns = np.full(len(rows), self.table.columns.index(column))
        columns[rows < 0] = -1
        return Columns(self.file, column.heading, "", rows, columns)

    def wide(self, across: str) -> tuple[Numbers, Columns]:
        """Return the values of a table in which each member of a dimension has a column."""
        names = [dimension.id for dimension in self.dimensions]
        if across not in names:
            what = f"'{self.owner}' has no dimension '{shortened(across)}' that each could have a column of"
            raise Mistake(
                what, did_you_mean(across, names) or f"it is over {listed(names)}" if names else "name a column"
            )
        axis = names.index(across)
        others = [dimension for dimension in self.dimensions if dimension.id != across]
        dimension = self.dimensions[axis]
        keys = [self.key(other) for other in others]
        columns = [column for column in self.table.columns if column not in keys]
        found_places = [(column, dimension.index_of(column.name)) for column in columns]
        # A column of words beside them says more of its row; one of numbers was meant to be a member's.
        strange = [column.name for column, place in found_places if place is None and _has_numbers(column)]
        self.refuse_strange(dimension, strange, "headings")
        columns = [column for column, place in found_places if place is not None]
        places = [place for _, place in found_places]
        taken = [place for place in places if place is not None]
        if len(set(taken)) < len(taken):
            message = f"two columns of '{self.file.file}' are of one member of '{across}'"
            raise Mistake(message, "keep one of them")
        rows = self.rows(others).reshape([len(other.members) for other in others])
        found = np.full((len(dimension.members), rows.size), np.nan)
        from_column = np.full(len(dimension.members), -1, dtype=np.int64)
        flat = rows.ravel()
        for column, place in zip(columns, taken, strict=True):
            numbers = self.numbers(column)
            found[place] = np.where(flat >= 0, numbers[flat] if len(numbers) else np.nan, np.nan)
            from_column[place] = self.table.columns.index(column)
        shape = (len(dimension.members), *rows.shape)
        numbers = np.moveaxis(found.reshape(shape), 0, axis).ravel()
        all_rows = np.moveaxis(np.broadcast_to(rows, shape), 0, axis).ravel()
        sideways = from_column.reshape(-1, *[1] * rows.ndim)
        all_columns = np.moveaxis(np.broadcast_to(sideways, shape), 0, axis).ravel()
        return self.filled(numbers), Columns(self.file, "", across, all_rows, np.where(all_rows >= 0, all_columns, -1))

    def named(self, name: str) -> Column:
        """Return a column of the file by its heading."""
        try:
            return self.table.find(name)
        except Mistake as wrong:
            message = f"in '{self.file.file}' {wrong.message}"
            raise Mistake(message, wrong.hint) from None

    def key(self, dimension: Dimension) -> Column:
        """Return the column that names the members of a dimension."""
        heading = self.file.headings.get(dimension.id)
        try:
            return self.table.find(heading or dimension.id)
        except Mistake as wrong:
            message = (
                f"no column of '{self.file.file}' names the members of '{dimension.id}', which '{self.owner}' is over"
            )
            named = f'dimensions.{dimension.id} = "..." below [data.{self.file.id}]'
            hint = f"give one the heading {dimension.id}, or write {named}"
            raise Mistake(message, f"{hint}; {wrong.hint}") from None

    def rows(self, dimensions: Sequence[Dimension]) -> Codes:
        """Return the row of each cell over dimensions, -1 where there is none."""
        over = tuple([dimension.id for dimension in dimensions])
        if over not in self.file.indices:
            self.file.indices[over] = self.find_rows(dimensions)
        return self.file.indices[over]

    def find_rows(self, dimensions: Sequence[Dimension]) -> Codes:
        cells = np.zeros(self.table.rows, dtype=np.int64)
        for dimension in dimensions:
            texts, codes = self.key(dimension).factorized
            places = member_places(dimension, texts)
            self.refuse_strange(
                dimension, [text for text, place in zip(texts, places, strict=True) if place is None], "rows"
            )
            own = np.array([-1 if place is None else place for place in places], dtype=np.int64)
            cells = cells * len(dimension.members) + own[codes]
        count = prod([len(dimension.members) for dimension in dimensions])
        if len(cells) > 1 and (twice := np.flatnonzero(np.bincount(cells, minlength=count) > 1)).size:
            raise self.repeated(int(twice[0]), cells, dimensions)
        found = np.full(count, -1, dtype=np.int64)
        found[cells] = np.arange(self.table.rows)
        return found

    def repeated(self, cell: int, cells: Codes, dimensions: Sequence[Dimension]) -> Mistake:
        first, second = [int(row) for row in np.flatnonzero(cells == cell)[:2]]
        place = self.table.columns[0].place
        where = f"{place(first)} and {place(second)} of '{self.file.file}'"
        if not dimensions:
            return Mistake(f"'{self.owner}' is one number, and '{self.file.file}' has {self.table.rows:,} rows",
                           'say what it is over: over = "..."')  # fmt: skip
        return Mistake(f"{where} are both for {_member(cell, dimensions)}", "keep one row for each")

    def refuse_strange(self, dimension: Dimension, strange: Sequence[str], what: str) -> None:
        """Raise Mistake where members stand in the file that are none, with those that are not there."""
        if not strange:
            return
        named = some([shortened(one, 30) for one in strange])
        verb = "is no member" if len(strange) == 1 else "are no members"
        kind = "headings" if what == "headings" else "rows for"
        message = f"'{self.file.file}' has {kind} {named}, which {verb} of '{dimension.id}'"
        texts = (
            {column.name for column in self.table.columns}
            if what == "headings"
            else set(self.key(dimension).factorized[0])
        )
        known = set(member_places(dimension, tuple(texts)))
        absent = [member for number, member in enumerate(dimension.members) if number not in known]
        if absent:
            message += f", and none for {some(absent)}"
        raise Mistake(message, member_hint(dimension, strange[0]))

    def numbers(self, column: Column) -> Numbers:
        """Return the values of a column in the declared unit, of a choice as codes."""
        if self.choice is not None:
            return self.codes(column, self.choice)
        try:
            numbers = column.numbers
        except Mistake as wrong:
            message = f"'{self.file.file}': {wrong.message}"
            raise Mistake(message, wrong.hint) from None
        if column.percent and self.unit.strip().startswith(("percent", "%")):
            # A cell that is shown as 50 % holds 0.5.
            shares = np.isin(np.arange(len(numbers)), list(column.percent))
            numbers = np.where(shares, [float(f"{one * 100:.15g}") for one in numbers.tolist()], numbers)
        return numbers

    def codes(self, column: Column, choice: Dimension) -> Numbers:
        texts, codes = column.factorized
        places = [member_place(choice, text) if text else None for text in texts]
        for text, place in zip(texts, places, strict=True):
            if place is None and text:
                message = (
                    f"the column '{column.heading}' of '{self.file.file}' has '{shortened(text)}', which is no member "
                )
                message = f"{message}of '{choice.id}'"
                raise Mistake(message, member_hint(choice, text))
        own = np.array([np.nan if place is None else choice.codes[place] for place in places])
        return np.asarray(own[codes], dtype=np.float64)

    def filled(self, numbers: Numbers) -> Numbers:
        """Return values with what empty cells stand for."""
        if self.file.missing is None or self.choice is not None:
            return numbers
        return np.where(np.isnan(numbers), float(self.file.missing), numbers)

    def refuse_missing(self, numbers: Numbers, origin: Columns) -> None:
        """Raise Mistake where a cell has no value."""
        missing = np.flatnonzero(np.isnan(numbers))
        if not missing.size:
            return
        shown = listed([_member(int(cell), self.dimensions) for cell in missing[:_SHOWN]])
        more = f" and {missing.size - _SHOWN:,} more" if missing.size > _SHOWN else ""
        first = missing[0]
        what = "no row" if origin.rows[first] < 0 else "no column" if origin.columns[first] < 0 else "an empty cell"
        where = f" for {shown}{more}" if self.dimensions else ""
        message = f"'{self.file.file}' has {what}{where}, and '{self.owner}' needs a value"
        raise Mistake(
            message,
            f"write it into the file; or say what is missing stands for: missing = 0 below [data.{self.file.id}]",
        )


def member_places(dimension: Dimension, texts: Sequence[str]) -> list[int | None]:
    """Return the index of the member that each cell names, as `member_place` has it."""
    found = list(map(dimension.indices.get, texts))
    if None not in found:
        return found
    return [member_place(dimension, text) if place is None else place for text, place in zip(texts, found, strict=True)]


def member_place(dimension: Dimension, text: str) -> int | None:
    """Return the index of the member that a cell names: of a calendar the period, too, that a day falls in."""
    found = dimension.index_of(text)
    if found is not None or not dimension.periods:
        return found
    period = read_period(text)
    return None if period is None or period[0].months else place_of(dimension.periods, period[1])


def _has_numbers(column: Column) -> bool:
    """Return whether a column has numbers, and nothing else."""
    try:
        return not np.isnan(column.numbers).all()
    except Mistake:
        return False


def _member(cell: int, dimensions: Sequence[Dimension]) -> str:
    return ", ".join(members_at(cell, dimensions))
