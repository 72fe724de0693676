"""A data file's bytes as a table, in the form that its ending says."""

from __future__ import annotations

from engine.data.arrow import read_parquet
from engine.data.delimited import read_delimited
from engine.data.excel import read_excel
from engine.data.folder import ending_of
from engine.data.table import Form, Table
from engine.memory import collector_paused
from engine.problems import Mistake


@collector_paused()
def read_table(name: str, content: bytes, form: Form) -> Table:
    """Return the table in a file's bytes; raise Mistake, which names the file, where it holds none."""
    ending = ending_of(name)
    try:
        if ending == ".csv":
            return read_delimited(content, form)
        return read_excel(content, form) if ending == ".xlsx" else read_parquet(content)
    except Mistake as wrong:
        message = f"'{name}' cannot be read: {wrong.message}"
        raise Mistake(message, wrong.hint) from None
