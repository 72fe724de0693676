"""Reads ``[data]``: files beside the model, each hashed whole, and read as it says that they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from engine.data.folder import Files, ending_of, hash_of
from engine.data.table import Form, Table
from engine.model.data import DataFile
from engine.model.table import LONGEST_LABEL, LONGEST_TEXT, Fields, kind_of
from engine.problems import Location, Mistake, warning

MOST_FILES: Final = 100
DATA_KEYS: Final = ("file", "sha256", "sheet", "separator", "decimal", "thousands", "missing", "dimensions",
                    "label", "source", "note")  # fmt: skip
_OF_QUANTITIES: Final = ("unit", "over", "value", "formula", "range", "distribution", "min", "max", "column", "columns")
SEPARATORS: Final = (",", ";", "\t", "|")
_OF_TEXT: Final = ("separator", "decimal", "thousands")
_DIGITS: Final = frozenset("0123456789abcdef")
_HASH_LENGTH: Final = 64
UPDATE: Final = "plainsheet data --update"


def read_data(
    entries: Iterable[tuple[str, Fields]], files: Files, before: Mapping[str, DataFile]
) -> dict[str, DataFile]:
    """Return the files of data by id; what is wrong with them is noted.

    Of files that were read `before`, the table of one with the same bytes and form is taken.
    """
    return {name: _read(name, table, files, before.get(name)) for name, table in entries}


def _read(name: str, table: Fields, files: Files, before: DataFile | None) -> DataFile:
    for key in [key for key in table.table if key in _OF_QUANTITIES]:
        hint = f"delete it: '{key}' stands at each quantity that has its values from there"
        table.complain("unknown-key", f"the data '{name}' has no key '{key}'", key, hint)
    others = {key: value for key, value in table.table.items() if key not in _OF_QUANTITIES}
    Fields(table.document, table.path, others, table.problems).only(f"the data '{name}'", DATA_KEYS)
    file = table.text("file", required=True, longest=LONGEST_LABEL)
    form = _form(table, file)
    declared = _declared(table)
    content, found = b"", ""
    try:
        if file:
            ending_of(file)
            content = files.read(file)
            found = hash_of(file, content)
    except Mistake as wrong:
        table.complain("data", wrong.message, "file", wrong.hint)
    read: Table | None = None
    if found:
        _compare(table, file, declared, found)
        if before is not None and (before.hash, before.form, before.file) == (found, form, file):
            read = before.table
        else:
            read = _table(table, file, content, form)
    headings = table.table.get("dimensions", {})
    if not isinstance(headings, dict) or not all(isinstance(one, str) for one in headings.values()):
        message = f"'dimensions' is {kind_of(headings)} and must say which heading a dimension has"
        table.complain("type", message, "dimensions", 'write dimensions.region = "Region name"')
        headings = {}
    return DataFile(
        id=name,
        file=file,
        hash=found,
        declared=declared,
        form=form,
        table=read,
        label=table.text("label", longest=LONGEST_LABEL) or name.replace("_", " ").capitalize(),
        sources=table.texts("source"),
        note=table.text("note", longest=LONGEST_TEXT),
        headings=headings,
        missing=table.number("missing"),
    )


def _form(table: Fields, file: str) -> Form:
    """Return how a file is written; what does not go with its ending, or together, is noted."""
    for key in _OF_TEXT:
        if key in table.table and not file.lower().endswith(".csv"):
            table.complain("data", f"'{file}' is no text, and has no '{key}'", key, "delete it: only .csv has one")
            return Form(sheet=table.text("sheet", longest=LONGEST_LABEL))
    if "sheet" in table.table and not file.lower().endswith(".xlsx"):
        table.complain("data", f"'{file}' has no sheets", "sheet", "delete it: only .xlsx has sheets")
        return Form()
    separator = table.choice("separator", SEPARATORS) if "separator" in table.table else ","
    decimal = table.choice("decimal", (".", ",")) if "decimal" in table.table else "."
    thousands = (
        table.choice("thousands", (",", ".", " ", "'", "\u00a0", "\u202f")) if "thousands" in table.table else ""
    )
    form = Form(table.text("sheet", longest=LONGEST_LABEL), separator or ",", decimal or ".", thousands)
    if form.thousands == form.decimal:
        message = f"'{form.decimal}' stands for a decimal and for thousands"
        table.complain("data", message, "thousands", "they must be two characters: which one is before the decimals?")
        return Form(separator=form.separator)
    return form


def _declared(table: Fields) -> str:
    declared = table.text("sha256", longest=LONGEST_LABEL)
    if declared and (len(declared) != _HASH_LENGTH or not set(declared) <= _DIGITS):
        table.complain("data", "'sha256' is no hash, of 64 digits from 0 to f", "sha256", f"let {UPDATE} write it")
        return ""
    return declared


def _compare(table: Fields, file: str, declared: str, found: str) -> None:
    """Say where a file is not the one whose hash the model has, or the model has none."""
    if declared and declared != found:
        message = f"'{file}' is not the file that the model was written for: its sha256 is {found[:12]}..., and not "
        message += f"{declared[:12]}..."
        table.complain("hash", message, "sha256", f"{UPDATE}  shows what changed, and writes the new hash")
    elif not declared:
        where = Location(table.document, (*table.path, "file"))
        message = f"'{file}' has no hash, so nobody sees when it changes"
        table.problems.append(warning("hash", message, where, f"{UPDATE}  writes it"))


def _table(table: Fields, file: str, content: bytes, form: Form) -> Table | None:
    from engine.data.reader import read_table  # noqa: PLC0415  # what reads files of every kind is needed for files alone

    try:
        return read_table(file, content, form)
    except Mistake as wrong:
        table.complain("data", wrong.message, "file", wrong.hint)
        return None
