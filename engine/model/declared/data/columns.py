"""Reads values and members that stand in data files: ``value = { data = "prices", column = "price" }``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from engine.model.data import Columns, DataFile, DataGrid
from engine.model.declared.data.placing import Placing
from engine.model.dimensions import Dimension
from engine.model.names import better_id
from engine.model.table import LONGEST_LABEL, Fields
from engine.problems import Mistake, did_you_mean, shortened

COLUMN_KEYS: Final = ("data", "column", "columns")


def is_of_data(value: object, dimensions: Sequence[Dimension] = ()) -> bool:
    """Return whether a value is said to stand in a data file; a member that is called `data` is meant first."""
    is_named = isinstance(value, dict) and isinstance(value.get("data"), str)
    return is_named and not (dimensions and dimensions[0].index_of("data") is not None)


def read_column(  # noqa: PLR0917  # what a value is read by
    table: Fields, key: str, dimensions: Sequence[Dimension], files: Mapping[str, DataFile], unit: str,
    choice: Dimension | None = None,
) -> DataGrid | None:  # fmt: skip
    """Return the values over dimensions that a key of a quantity says to stand in a file; None where they are wrong.

    Of a choice the cells are members, and the values their codes. Periods that a formula goes on for may be missing.
    """
    inner = Fields(table.document, (*table.path, key), table.table[key], table.problems)
    file = find_file(inner, files)
    is_change = table.path[:1] == ("scenarios",)
    owner, what = shortened(key if is_change else str(table.path[-1])), "value" if is_change else key
    inner.only(f"the {what} of '{owner}'", COLUMN_KEYS)
    if not inner.table.keys() <= set(COLUMN_KEYS):
        return None
    if file is None or file.table is None or not all(dimension.members for dimension in dimensions):
        # What is wrong with these was told.
        return None
    if ("column" in inner.table) == ("columns" in inner.table):
        both = "both 'column' and 'columns'" if "column" in inner.table else "neither 'column' nor 'columns'"
        hint = 'column = "price" names one column; columns = "year" says that each year has one'
        inner.complain(
            "data", f"the value of '{owner}' has {both}", "columns" if "column" in inner.table else None, hint
        )
        return None
    try:
        reading = Placing(owner, file, file.table, dimensions, unit, choice)
        column, across = inner.text("column", longest=LONGEST_LABEL), inner.text("columns", longest=LONGEST_LABEL)
        if not column and not across:
            return None
        numbers, origin = reading.long(column) if column else reading.wide(across)
        may_go_on = "formula" in table.table
        if not may_go_on:
            reading.refuse_missing(numbers, origin)
        return DataGrid(numbers, origin, inner.path)
    except Mistake as wrong:
        inner.complain("data", wrong.message, "data", wrong.hint)
        return None


def read_members(table: Fields, key: str, files: Mapping[str, DataFile]) -> tuple[tuple[str, ...], Columns | None]:
    """Return the texts of a column that a key names, each once, in the order of the file, and where they stand.

    There are none where that is wrong, which is noted.
    """
    inner = Fields(table.document, (*table.path, key), table.table[key], table.problems)
    file = find_file(inner, files)
    inner.only(f"the {key} of '{table.path[-1]}'", COLUMN_KEYS[:2])
    name = inner.text("column", required=True, longest=LONGEST_LABEL)
    if file is None or file.table is None or not name:
        return (), None
    try:
        column = file.table.find(name)
        texts, _ = column.factorized
    except Mistake as wrong:
        inner.complain("data", f"in '{file.file}' {wrong.message}", "column", wrong.hint)
        return (), None
    if "" in texts:
        message = f"the column '{shortened(name)}' of '{file.file}' has empty cells"
        inner.complain("data", message, "column", "every row names a member")
    if not texts:
        inner.complain("data", f"the column '{shortened(name)}' of '{file.file}' has no cells", "column")
    return tuple([text for text in texts if text]), Columns(file, column.heading)


def read_map(
    table: Fields, key: str, finer: Dimension, files: Mapping[str, DataFile]
) -> tuple[dict[int, str], Columns] | None:
    """Return what a column has for each member of a dimension, by its index, and where; None where that is wrong."""
    inner = Fields(table.document, (*table.path, key), table.table[key], table.problems)
    file = find_file(inner, files)
    inner.only(f"the {key} of '{table.path[-1]}'", COLUMN_KEYS[:2])
    name = inner.text("column", required=True, longest=LONGEST_LABEL)
    if file is None or file.table is None or not name:
        return None
    try:
        reading = Placing(str(table.path[-1]), file, file.table, (finer,), "1", None)
        column = reading.named(name)
        texts, codes = column.factorized
        origin = reading.origin(column, reading.rows((finer,)))
        rows = origin.rows.tolist()
        return {index: text for index, row in enumerate(rows) if row >= 0 and (text := texts[codes[row]])}, origin
    except Mistake as wrong:
        inner.complain("data", wrong.message, "column", wrong.hint)
        return None


def find_file(table: Fields, files: Mapping[str, DataFile]) -> DataFile | None:
    """Return the file that a table names as its data; None where there is none, which is noted."""
    name = table.text("data", required=True, longest=LONGEST_LABEL)
    if name and name not in files:
        hint = _file_hint(name, files)
        table.complain("data", f"there is no data '{shortened(name)}'", "data", hint)
    return files.get(name)


def _file_hint(name: str, files: Mapping[str, DataFile]) -> str:
    """Return what to write for data that there is not, which may be named by its file in place of its id."""
    last = name.rpartition("/")[2]
    same = [id_ for id_, one in files.items() if "." in last and last == one.file.rpartition("/")[2]]
    if same:
        return f"the file is declared as '{same[0]}': write data = \"{same[0]}\""
    if near := did_you_mean(name, files):
        return near
    stem, _, ending = last.partition(".")
    id_ = better_id(stem) or "table"
    file = f"{name if '/' in name else f'data/{name}'}{'' if ending else '.csv'}"
    renamed = "" if id_ == name else f', and write data = "{id_}"'
    return f'declare it: [data.{shortened(id_)}] with file = "{shortened(file)}"{renamed}'
