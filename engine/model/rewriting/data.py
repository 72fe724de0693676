"""Writes values into the CSV files in which they stand: only the bytes of their cells differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from engine.data.folder import hash_of
from engine.data.table import Form
from engine.model.data import DataFile
from engine.model.model import Model
from engine.model.rewriting.targets import Target, find_origin
from engine.problems import Mistake

_SHOWN: Final = 5
_Cell = tuple[int, int]


def rewrite_data(model: Model, wanted: Mapping[Target, Decimal | None]) -> dict[str, tuple[bytes, bytes]]:
    """Return the bytes, old and new, of the data files by name in which wanted values stand.

    Raises Mistake for a file that is no CSV, with what would have to be written where; for a cell that the file has
    not; for one that two values stand in which are to differ; and where the file was changed meanwhile.
    """
    by_file: dict[str, tuple[DataFile, dict[_Cell, str]]] = {}
    for target, value in wanted.items():
        origin = find_origin(model, target)
        assert origin is not None  # noqa: S101  # only such are asked for
        file = origin.file
        place = int(origin.rows[target.number]), int(origin.columns[target.number])
        _, cells = by_file.setdefault(file.id, (file, {}))
        name = _name(model, target)
        if value is None or min(place) < 0:
            what = "it is taken from there as a whole" if value is None else "the file has no cell for it"
            message = f"'{name}' stands in '{file.file}', and {what}"
            raise Mistake(message, "write it into the file, then  plainsheet data --update")
        text = _written(model, target, value, file.form)
        if cells.setdefault(place, text) != text:
            message = f"'{name}' and another value stand in one cell, {origin.spot(target.number)}"
            raise Mistake(message, "they can only be changed together, to one number")
    found = {}
    for file, cells in by_file.values():
        if not file.file.lower().endswith(".csv"):
            raise _not_text(file, cells)
        content = model.files.read(file.file)
        if hash_of(file.file, content) != file.hash:
            message = f"'{file.file}' was changed by another program while this one worked"
            raise Mistake(message, "run the command again: it starts from what the file holds now")
        found[file.file] = content, replace_cells(content, file.form, cells)
    return found


def replace_cells(content: bytes, form: Form, cells: Mapping[_Cell, str]) -> bytes:
    """Return CSV with other texts in cells, by their row below the headings and their column; all else as it is."""
    text = content.decode("utf-8")
    pieces: list[str] = []
    done = 0
    for place, start, end in _spans(text, form):
        if place in cells:
            pieces += [text[done:start], _fitted(text[start:end], cells[place], form)]
            done = end
    return "".join([*pieces, text[done:]]).encode()


def _spans(text: str, form: Form) -> Iterator[tuple[_Cell, int, int]]:
    """Yield the cells of a table below its headings: row and column from 0, and where each begins and ends."""
    separator = re.escape(form.separator)
    token = re.compile(rf'("(?:[^"]|"")*"[^{separator}\r\n]*|[^{separator}\r\n]*)({separator}|\r\n|\n|\r|\Z)')
    row, column = -1, 0
    at = 1 if text.startswith("\ufeff") else 0
    while at < len(text):
        found = token.match(text, at)
        if found is None:
            return
        is_last = found[2] != form.separator
        is_empty = is_last and column == 0 and not found[1]
        if not is_empty and row >= 0:
            yield (row, column), found.start(1), found.end(1)
        at = found.end()
        row += is_last and not is_empty
        column = 0 if is_last else column + 1


def _fitted(old: str, new: str, form: Form) -> str:
    """Return a new text in the place of a cell, with the quotes and the spaces that the old one has."""
    inner = old.strip()
    before, after = old[: len(old) - len(old.lstrip())], old[len(old.rstrip()) :] if inner else ""
    quoted = inner.startswith('"')
    was = inner[1:-1].strip() if quoted else inner
    if form.thousands and form.thousands in was:
        new = _grouped(new, form)
    needs_quotes = quoted or any(char in new for char in (form.separator, '"', "\n"))
    if needs_quotes and not quoted:
        # Quotes count at the edge of a cell alone.
        before, new, after = "", f"{before}{new}{after}", ""
    new = '"' + new.replace('"', '""') + '"' if needs_quotes else new
    return f"{before}{new}{after}"


def _grouped(number: str, form: Form) -> str:
    whole, point, rest = number.partition(form.decimal)
    sign = whole[0] if whole[:1] in {"-", "+"} else ""
    digits = whole[len(sign) :]
    groups = [digits[max(0, end - 3) : end] for end in range(len(digits), 0, -3)]
    return f"{sign}{form.thousands.join(reversed(groups))}{point}{rest}"


def _written(model: Model, target: Target, value: Decimal, form: Form) -> str:
    """Return a value as the file has it: a number with its decimal sign, of a choice and of a map the member."""
    chosen_from = target.id if target.id in model.dimension else model.by_id[target.id].choice
    if chosen_from:
        return model.dimension[chosen_from].member_at(value)
    text = f"{value.normalize():f}" if abs(value.adjusted()) < 16 else f"{value.normalize()}"  # noqa: PLR2004  # then as 1E+20
    return text.replace(".", form.decimal)


def _name(model: Model, target: Target) -> str:
    group = model.dimension.get(target.id)
    over = model.by_id[target.id].over if group is None else (group.of,)
    members = model.member(over, target.number) if over else ()
    return f"{target.id}[{', '.join(members)}]" if members else target.id


def _not_text(file: DataFile, cells: Mapping[_Cell, str]) -> Mistake:
    assert file.table is not None  # noqa: S101  # values were read from it
    told = [f"{text} in {_spot(file, place)}" for place, text in sorted(cells.items())]
    more = f" and {len(told) - _SHOWN:,} more" if len(told) > _SHOWN else ""
    message = f"'{file.file}' is no CSV, and nothing writes it but the program that it is of: {_listed(told)}{more}"
    return Mistake(message, "write these into it, then  plainsheet data --update")


def _spot(file: DataFile, place: _Cell) -> str:
    assert file.table is not None  # noqa: S101  # as above
    column = file.table.columns[place[1]]
    return f"{column.place(place[0])} of '{column.heading}'"


def _listed(told: Iterable[str]) -> str:
    return "; ".join(list(told)[:_SHOWN])
