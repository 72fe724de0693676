"""Reads what is given by member: tables by name, lists in order, runs of periods."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from math import prod
from typing import Any, Final, TypeVar

from engine.model.dimensions import DEFAULT, Dimension, Grid, key_hint, member_hint
from engine.model.table import Fields, kind_of
from engine.problems import KeyPath, Location, listed, shortened, some, warning
from engine.text.edits import dotted, quoted

T = TypeVar("T")
Read = Callable[[Fields, str], T | None]

MOST_CELLS: Final = 200_000
_RUN: Final = frozenset({"from", "list"})
# What people write for the keys of a run, and of a column of a file.
_STARTS: Final = ("start", "first", "since", "begin")
_OF_RUNS: Final = frozenset({*_RUN, *_STARTS, "to", "end", "last", "until", "step", "by", "values", "value"})
_OF_COLUMNS: Final = frozenset({"file", "column", "columns", "csv", "path"})
_OF_FILES: Final = frozenset({*_OF_COLUMNS, "data", "sheet", "col", "table", "unit"})


@dataclass
class _Filling:
    """Reads what is given by member into the cells of a grid."""

    owner: str
    key: str
    dimensions: Sequence[Dimension]
    read: Read[Any]
    is_one: Callable[[object], bool]
    cells: list[Any]
    paths: list[KeyPath]

    def fill(self, table: Fields, key: str, first: int, depth: int) -> None:
        """Fill the cells from `first` on, below `depth` dimensions, with what stands at a key of a table."""
        value = table.table[key]
        if self.is_one(value) or depth == len(self.dimensions):
            count = self.below(depth - 1)
            self.cells[first : first + count] = [self.read(table, key)] * count
            self.paths[first : first + count] = [(*table.path, key)] * count
            return
        dimension = self.dimensions[depth]
        if isinstance(value, list):
            self.fill_list(table, key, value, first, depth)
        elif isinstance(value, dict):
            inner = Fields(table.document, (*table.path, key), value, table.problems)
            has_default = DEFAULT in value and dimension.has_default
            if has_default:
                self.fill_default(inner, first, depth)
            named = value.keys() - {DEFAULT} if has_default else value.keys()
            is_run = named <= _RUN and bool(named or not has_default)
            if is_run and dimension.has_runs:
                self.fill_run(inner, first, depth)
            else:
                self.fill_table(inner, first, depth)
            if has_default:
                self.warn_untaken(inner, first, depth)
        else:
            self.read(table, key)

    def fill_default(self, table: Fields, first: int, depth: int) -> None:
        """Fill the cells of all members with what stands at `default`; what members have of their own replaces it."""
        size = self.below(depth)
        one = replace(self, cells=[None] * size, paths=[()] * size)
        one.fill(table, DEFAULT, 0, depth + 1)
        given = [(at, path) for at, path in enumerate(one.paths) if path]
        for start in range(first, first + size * len(self.dimensions[depth].members), size):
            for at, path in given:
                self.cells[start + at], self.paths[start + at] = one.cells[at], path

    def warn_untaken(self, table: Fields, first: int, depth: int) -> None:
        """Warn of a `default` that nobody is left to take."""
        path = (*table.path, DEFAULT)
        taken = self.paths[first : first + self.below(depth - 1)]
        is_wrong = any(problem.location and problem.location.path[: len(path)] == path for problem in table.problems)
        if not is_wrong and not any(place[: len(path)] == path for place in taken):
            warn_untaken(table, self.owner, self.key, self.dimensions[depth])

    def fill_table(self, table: Fields, first: int, depth: int) -> None:
        dimension = self.dimensions[depth]
        is_without = all(dimension.index_of(key) is None for key in table.table)
        if not dimension.ordered and is_without and _is_like_a_run(table.table.keys() - {DEFAULT}):
            message = (
                f"a run of values of '{self.owner}' stands where '{dimension.id}' is meant, whose members have no order"
            )
            hint = f"give each member its run: {self.key}.{in_toml(dimension)} = {{ from = ..., list = [...] }}"
            hint += "; or declare the dimension with ordered = true"
            table.complain("member", message, None, hint)
            return
        if hint := _meant_as(table.table, dimension):
            keys = listed([key for key in table.table if key != DEFAULT])
            table.complain("member", f"the {self.key} of '{self.owner}' has {keys}, and no members", None, hint)
            return
        seen: dict[int, str] = {}
        for member in table.table:
            index = dimension.index_of(member)
            if member == DEFAULT and dimension.has_default:
                continue
            if index is None:
                what = f"'{shortened(member)}', which is no member of '{dimension.id}'"
                message = f"'{self.owner}' has a {self.key} for {what}"
                table.complain("member", message, member, key_hint(dimension, member))
            elif index in seen:
                table.complain("member", f"'{seen[index]}' and '{member}' are one member of '{dimension.id}'", member)
            else:
                seen[index] = member
                self.fill(table, member, first + index * self.below(depth), depth + 1)

    def fill_list(self, table: Fields, key: str, values: list[Any], first: int, depth: int) -> None:
        dimension = self.dimensions[depth]
        if dimension.ordered:
            message = f"'{self.key}' of '{self.owner}' is a list over the ordered dimension '{dimension.id}'"
            hint = f"say where it starts: {self.key} = {{ from = {in_toml(dimension)}, list = [...] }}"
            table.complain("member", message, key, hint)
        elif len(values) != len(dimension.members):
            counts = f"{len(values)} of the {len(dimension.members)} members"
            message = f"'{self.key}' of '{self.owner}' lists {counts} of '{dimension.id}'"
            table.complain("member", message, key, f"give one for each: {some(dimension.members)}")
        else:
            self.fill_items(table, key, values, first, depth)

    def fill_items(self, table: Fields, key: str, values: list[Any], first: int, depth: int) -> None:
        # An item of a list is read like a key of a table whose names are numbers.
        inner = Fields(table.document, (*table.path, key), dict(enumerate(values)), table.problems)  # type: ignore[arg-type]
        if depth + 1 == len(self.dimensions):
            # The long lists of a model are those of periods: each item is one cell.
            self.cells[first : first + len(values)] = [self.read(inner, index) for index in range(len(values))]  # type: ignore[arg-type]
            self.paths[first : first + len(values)] = [(*inner.path, index) for index in range(len(values))]
            return
        for index in range(len(values)):
            self.fill(inner, index, first + index * self.below(depth), depth + 1)  # type: ignore[arg-type]  # as above

    def fill_run(self, table: Fields, first: int, depth: int) -> None:
        dimension = self.dimensions[depth]
        for key in _RUN - table.table.keys():
            table.complain(
                "missing-key",
                f"a run of values of '{self.owner}' has no '{key}'",
                None,
                "write { from = 2026, list = [1, 2] }",
            )
            return
        values = table.table["list"]
        start = table.table["from"]
        index = None if isinstance(start, bool | list | dict) else dimension.index_of(str(start))
        if index is None:
            message = (
                f"the run of '{self.owner}' starts from {shortened(str(start))}, which is no member of '{dimension.id}'"
            )
            table.complain("member", message, "from", member_hint(dimension, str(start)))
        elif not isinstance(values, list):
            table.complain("type", f"'list' is {kind_of(values)} and must be a list", "list", "write list = [1, 2]")
        elif len(values) > len(dimension.members) - index:
            ends = f"'{dimension.id}' ends at {dimension.members[-1]}"
            message = f"the run of '{self.owner}' has {len(values)} values from {start} on, and {ends}"
            table.complain("member", message, "list", f"give {len(dimension.members) - index}")
        else:
            self.fill_items(table, "list", values, first + index * self.below(depth), depth)

    def below(self, depth: int) -> int:
        """Return how many cells one member of a dimension holds."""
        return prod([len(dimension.members) for dimension in self.dimensions[depth + 1 :]])


def by_member(
    table: Fields,
    key: str,
    dimensions: Sequence[Dimension],
    read: Read[T],
    is_one: Callable[[object], bool] = lambda value: not isinstance(value, dict | list),
) -> T | Grid[T] | None:
    """Return what stands at a key: one for all members, or a grid of what each has; None where it is absent.

    `read` reads one from a table and a key; `is_one` tells one from a table or a list of them.
    """
    value = table.table.get(key)
    if value is None or is_one(value) or not dimensions:
        return None if value is None else read(table, key)
    count = prod([len(dimension.members) for dimension in dimensions])
    if not count:
        # What is wrong with the dimension has been told.
        return Grid((), ())
    is_override = table.path[:1] == ("scenarios",)
    owner, what = (key, "value") if is_override else (str(table.path[-1]), key)
    filling = _Filling(shortened(owner), what, dimensions, read, is_one, [None] * count, [(*table.path, key)] * count)
    filling.fill(table, key, 0, 0)
    return Grid(tuple(filling.cells), tuple(filling.paths))


def _meant_as(given: Mapping[str, Any], dimension: Dimension) -> str:
    """Return how a run of values or a column of a file is written whose keys are others; '' where members are meant."""
    keys = given.keys() - {DEFAULT}
    if any(dimension.index_of(key) is not None for key in keys):
        return ""
    if keys & _OF_COLUMNS and keys <= _OF_FILES:
        column = "columns" if "columns" in keys else "column"
        name = given.get(column)
        told = f'"{shortened(name)}"' if isinstance(name, str) else "..."
        return f'a column is {{ data = "x", {column} = {told} }}, where [data.x] has the file'
    if _is_like_a_run(keys) and dimension.has_runs:
        return f"a run is {{ from = {in_toml(dimension)}, list = [...] }}, and ends with its list"
    return ""


def _is_like_a_run(keys: AbstractSet[str]) -> bool:
    return not keys.isdisjoint((*_RUN, *_STARTS)) and keys <= _OF_RUNS


def warn_untaken(table: Fields, owner: str, key: str, dimension: Dimension) -> None:
    """Warn of the `default` in a table, which no member takes."""
    message = f"no member takes the default {key} of '{owner}': each of '{dimension.id}' has its own"
    where = Location(table.document, (*table.path, DEFAULT))
    table.problems.append(warning("member", message, where, "delete it, or the lines that it should stand for"))


def in_toml(dimension: Dimension) -> str:
    """Return a dimension's first member as TOML writes it, as a key or as where a run starts."""
    member = dimension.members[0] if dimension.members else "..."
    return member if dimension.numbers or re.fullmatch(r"[A-Za-z_-]+", member) else f'"{member}"'


def spread(value: T | Grid[T], count: int, place: KeyPath) -> Grid[T]:
    """Return one for all as a grid."""
    return value if isinstance(value, Grid) else Grid((value,) * count, (place,) * count)


def spell_cells(cells: Sequence[str], dimensions: Sequence[Dimension]) -> str:
    """Return cells as TOML has them by member: a list, or a run from the first where the members have an order."""
    if not dimensions:
        return cells[0]
    first, *rest = dimensions
    # Of a row that goes on by a formula, only the first periods have values.
    size = (
        len(cells) // len(first.members)
        if len(cells) % len(first.members) == 0
        else prod([len(one.members) for one in rest])
    )
    items = [spell_cells(cells[at : at + size], rest) for at in range(0, len(cells), size)]
    listed = f"[{', '.join(items)}]"
    if not first.ordered:
        return listed
    if not first.has_runs:
        return f"{{ {', '.join([f'{dotted([m])} = {one}' for m, one in zip(first.members, items, strict=False)])} }}"
    start = first.members[0] if first.numbers else quoted(first.members[0])
    return f"{{ from = {start}, list = {listed} }}"
