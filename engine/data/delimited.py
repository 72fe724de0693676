"""Reads text with separators, CSV, as RFC 4180 has it: quotes, either end of line, a mark of UTF-8."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import repeat
from typing import Final

from engine.data.arrow import read_plain
from engine.data.table import Column, Form, Table, refuse_cells, refuse_headings
from engine.problems import Mistake, shortened

_OTHER_MARKS: Final = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16", b"\x1f\x8b": "", b"PK\x03\x04": ""}
# What git writes where two sides changed one line.
_MERGE: Final = b"\n<<<<<<< "
_LONGEST_CELL: Final = 10_000


def read_delimited(content: bytes, form: Form) -> Table:
    """Return the table in a text; raise Mistake where it is no text, or not the same number of cells a line."""
    _refuse_other_marks(content)
    content = content.removeprefix(codecs.BOM_UTF8)
    first, _, rest = content.partition(b"\n")
    refuse_cells(content.count(b"\n"), first.count(form.separator.encode()) + 1)

    def place(number: int) -> str:
        return f"line {_line_of(_decode(content), form, number + 1)}"

    # Without quotes and lone ends of lines, cells are what stands between separators, whoever looks for them.
    has_lone_ends = b"\r" in content and content.count(b"\r") != content.count(b"\r\n")
    is_plain = first.strip() and b'"' not in content and not has_lone_ends
    headings = _headings(_decode(first if is_plain else content), form)
    if is_plain and (table := read_plain(rest, headings, form, place)) is not None:
        return table
    columns = _split(_decode(rest), len(headings), form) if is_plain else None
    columns = columns or _parse(_decode(content), len(headings), form)
    made = [Column(heading, cells, place, form) for heading, cells in zip(headings, columns, strict=True)]
    return Table(tuple(made), len(columns[0]))


def _headings(text: str, form: Form) -> list[str]:
    """Return what the first line of a text names columns; raise Mistake where there is none, or it names one twice."""
    headings = [heading.strip() for heading in next(filter(None, _lines(text, form)), ())]
    if not headings:
        message = "it is empty"
        raise Mistake(message, "its first line names the columns")
    _refuse_one_column(headings, form)
    refuse_headings(headings)
    return headings


def _split(text: str, count: int, form: Form) -> Sequence[Sequence[str]] | None:
    """Return the columns of a text without quotes; None where a line has not so many cells."""
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line]
    if set(map(str.count, lines, repeat(form.separator))) - {count - 1}:
        return None
    cells = form.separator.join(lines).split(form.separator) if lines else []
    return [cells[number::count] for number in range(count)]


def _parse(text: str, count: int, form: Form) -> Sequence[Sequence[str]]:
    """Return the columns of a text; raise Mistake where a line has not so many cells, or its quotes do not pair."""
    _, *lines = filter(None, _lines(text, form))
    if any([len(line) != count for line in lines]):  # noqa: C419  # a list is faster here
        raise _ragged(text, form, count)
    return list(zip(*lines, strict=True)) if lines else [()] * count


def _refuse_other_marks(content: bytes) -> None:
    for mark, kind in _OTHER_MARKS.items():
        if content.startswith(mark):
            what = f"it is {kind}" if kind else "it is packed, and not text"
            raise Mistake(what, "save it as CSV in UTF-8" if kind else "unpack it")
    if b"\0" in content:
        message = "it has a character that is none, and is no text"
        raise Mistake(message, "save it as CSV in UTF-8")
    if _MERGE in content:
        line = content.count(b"\n", 0, content.index(_MERGE)) + 2
        message = f"it has an unfinished merge in line {line}"
        hint = "keep one of the two sides, and delete the three marks; then  plainsheet data --update"
        raise Mistake(message, hint)


def _decode(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        message = f"it is not UTF-8 in line {line}"
        raise Mistake(message, "save it as CSV in UTF-8") from None


def _reader(text: str, form: Form) -> Iterator[list[str]]:
    return csv.reader(StringIO(text, newline=""), delimiter=form.separator, strict=True)


def _lines(text: str, form: Form) -> Iterator[list[str]]:
    """Yield the cells of each line; raise Mistake where quotes do not pair."""
    reader = _reader(text, form)
    limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield from reader
    except csv.Error as problem:
        line = reader.line_num  # type: ignore[attr-defined]  # what csv.reader returns
        if "field larger" in str(problem):
            message = f"a cell that ends in line {line} or later has more than {_LONGEST_CELL:,} characters"
            raise Mistake(message, "a quote that is never closed makes one cell of all that follows") from None
        hint = 'a cell with quotes stands in quotes, and each of its own is doubled: "a ""b"" c"'
        message = f"the quotes in line {line} do not pair"
        raise Mistake(message, hint) from None
    finally:
        csv.field_size_limit(limit)


def _line_of(text: str, form: Form, number: int) -> int:
    """Return the line of the text on which a line of cells begins, counted without empty ones."""
    reader = _reader(text, form)
    before = 0
    for cells in reader:
        if cells:
            if not number:
                break
            number -= 1
        before = reader.line_num  # type: ignore[attr-defined]  # what csv.reader returns
    return before + 1


def _ragged(text: str, form: Form, count: int) -> Mistake:
    reader = _reader(text, form)
    cells = next(cells for cells in reader if cells and len(cells) != count)
    line = reader.line_num  # type: ignore[attr-defined]  # what csv.reader returns
    hint = f"write as many, with {_name(form.separator)} between"
    if len(cells) > count:
        hint += "; a cell that has one in it stands in quotes"
    return Mistake(f"line {line} has {len(cells)} cells, and the first {count}", hint)


def _refuse_one_column(headings: list[str], form: Form) -> None:
    """Raise Mistake where a line of headings was meant to be separated by something else."""
    if len(headings) > 1:
        return
    for other in (",", ";", "\t", "|"):
        if other != form.separator and other in headings[0]:
            written = "\\t" if other == "\t" else other
            message = f"its first line has one heading, '{shortened(headings[0], 40)}'"
            raise Mistake(message, f"say what stands between cells, beside 'file': separator = \"{written}\"")


def _name(separator: str) -> str:
    return "a tab" if separator == "\t" else f"'{separator}'"
