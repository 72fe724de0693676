"""Reads the entries of ``[sources]`` and ``[checks]``."""

from __future__ import annotations

from typing import Final

from engine.model.formulas import read_formula
from engine.model.model import Check, Source
from engine.model.table import LONGEST_LABEL, Fields

SOURCE_KEYS: Final = ("title", "author", "date", "url", "confidence", "note")
CHECK_KEYS: Final = ("label", "test", "tolerance")


def read_source(name: str, table: Fields) -> Source:
    """Return the source in a table; what is wrong with it is noted."""
    table.only(f"the source '{name}'", SOURCE_KEYS)
    return Source(
        id=name,
        title=table.text("title", required=True, longest=LONGEST_LABEL),
        author=table.text("author", longest=LONGEST_LABEL),
        date=table.date("date"),
        url=table.text("url"),
        confidence=table.text("confidence", longest=LONGEST_LABEL),
        note=table.text("note"),
    )


def read_check(name: str, table: Fields) -> Check:
    """Return the check in a table; what is wrong with it is noted."""
    table.only(f"the check '{name}'", CHECK_KEYS)
    tolerance = table.number("tolerance")
    if tolerance is not None and tolerance < 0:
        table.complain("number", "'tolerance' is negative", "tolerance", "it is how far the sides may differ")
    return Check(
        id=name,
        label=table.text("label", longest=LONGEST_LABEL) or name.replace("_", " ").capitalize(),
        test=read_formula(table, "test"),
        tolerance=tolerance,
    )
