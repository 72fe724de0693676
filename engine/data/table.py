"""A table of a data file: columns with headings, whose cells are texts, or numbers that the file has as numbers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.problems import Mistake, did_you_mean, shortened, some

Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]
_LONGEST_WHOLE: Final = 1e15
MOST_CELLS: Final = 2_000_000
_SHOWN: Final = 3
_WITH_UNIT: Final = re.compile(r"(?P<name>.*\S)\s*\[(?P<unit>[^\[\]]*)\]")
# What float() takes and nobody means in a table: 1_000, digits of other scripts, names of no number.
_PLAIN: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
# A number that is not 0, however small.
_ANY_DIGIT: Final = re.compile(r"[^eE]*[1-9]")
_NO_VALUE: Final = frozenset({"", "-", "–", "n/a", "na", "nan", "null", "none", "#n/a"})


@dataclass(frozen=True)
class Form:
    """How the cells of a file are written: nothing of it is guessed."""

    sheet: str = ""
    separator: str = ","
    decimal: str = "."
    thousands: str = ""


@dataclass(frozen=True, eq=False)
class Column:
    """One column: its heading as it stands, and what it has of cells: texts, numbers, dates, None for empty ones.

    An array has NaN where there is no number. `percent` are the cells that are formatted as a share.
    """

    heading: str
    cells: Sequence[object] | Numbers
    place: Callable[[int], str]
    form: Form = field(default=Form(), repr=False)
    percent: frozenset[int] = frozenset()

    @property
    def name(self) -> str:
        """Return the heading without a unit behind it."""
        found = _WITH_UNIT.fullmatch(self.heading)
        return found["name"] if found else self.heading

    @property
    def unit(self) -> str | None:
        """Return the unit in brackets behind the heading; None where there is none."""
        found = _WITH_UNIT.fullmatch(self.heading)
        return found["unit"].strip() if found else None

    @cached_property
    def factorized(self) -> tuple[tuple[str, ...], Codes]:
        """Return the texts that stand in the column, in the order of appearance, and for each cell which it has."""
        cells = self.cells.tolist() if isinstance(self.cells, np.ndarray) else self.cells
        seen = {cell: number for number, cell in enumerate(dict.fromkeys(cells))}
        return codes_of(list(seen), np.array(list(map(seen.__getitem__, cells)), dtype=np.int64))

    @cached_property
    def numbers(self) -> Numbers:
        """Return the cells as numbers, NaN for empty ones; raise Mistake where one is neither."""
        if isinstance(self.cells, np.ndarray):
            if np.isinf(self.cells).any():
                raise self._wrong([int(number) for number in np.flatnonzero(np.isinf(self.cells))])
            return self.cells
        fast = self._read_plain()
        return self._read_each() if fast is None else fast

    def _read_plain(self) -> Numbers | None:
        """Return the numbers of texts that are all numbers as float() reads them, or empty; None where one is not."""
        if self.form.decimal != "." or self.form.thousands or not self.cells or type(self.cells[0]) is not str:
            return None
        read = _floats(self.cells)
        if read is None:
            return None
        try:
            joined = "".join(self.cells)  # type: ignore[arg-type]  # what is no text among them is told
        except TypeError:
            return None
        is_usual = joined.isascii() and "_" not in joined
        # An array, which has no count, is none of texts.
        empty = self.cells.count("") if np.isnan(read).any() else 0  # type: ignore[union-attr]
        return read if is_usual and are_plain(read, empty, self.cells) else None

    def _read_each(self) -> Numbers:
        read = np.full(len(self.cells), np.nan)
        wrong = []
        for number, cell in enumerate(self.cells):
            try:
                value = self._number(cell)
            except ValueError:
                wrong.append(number)
                continue
            if value is not None:
                read[number] = value
        if wrong:
            raise self._wrong(wrong)
        return read

    def _number(self, cell: object) -> float | None:
        """Return a cell as a number, None for an empty one; raise ValueError for any other."""
        if cell is None:
            return None
        if isinstance(cell, bool) or not isinstance(cell, int | float | str):
            raise ValueError  # noqa: TRY004  # as float() does of a text
        if not isinstance(cell, str):
            value = float(cell)
        elif not (text := cell.strip()):
            return None
        else:
            value = float(self._plain(text))
        if not np.isfinite(value) or (value == 0 and isinstance(cell, str) and _ANY_DIGIT.match(cell)):
            raise ValueError
        return value

    def _plain(self, text: str) -> str:
        """Return a number as Python writes it; raise ValueError for what is none in this form."""
        point, between = re.escape(self.form.decimal), re.escape(self.form.thousands)
        if between:
            whole, *rest = re.split(point, text, maxsplit=1)
            if self.form.thousands in whole:
                if not re.fullmatch(rf"[+-]?\d{{1,3}}({between}\d{{3}})+", whole, re.ASCII):
                    raise ValueError
                text = self.form.decimal.join([whole.replace(self.form.thousands, ""), *rest])
        if self.form.decimal != ".":
            if "." in text:
                raise ValueError
            text = text.replace(self.form.decimal, ".")
        if not _PLAIN.fullmatch(text):
            raise ValueError
        return text

    def _wrong(self, numbers: Sequence[int]) -> Mistake:
        first = numbers[0]
        shown = ", ".join([f"{_quoted(self.cells[number])} in {self.place(number)}" for number in numbers[:_SHOWN]])
        more = f" and {len(numbers) - _SHOWN:,} more" if len(numbers) > _SHOWN else ""
        verb = "is no number" if len(numbers) == 1 else "are no numbers"
        return Mistake(f"in the column '{shortened(self.heading)}' {shown}{more} {verb}", self._hint(self.cells[first]))

    def _hint(self, cell: object) -> str:
        text = text_of(cell)
        if text.casefold() in _NO_VALUE:
            return "leave a cell empty where there is no value, and say what it stands for: missing = 0"
        if _PLAIN.fullmatch(text):
            return "numbers go from 1e-307 to 1.79e308"
        if text.endswith("%"):
            return "leave the % out: the unit of the quantity says that it is a share"
        if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d+|[+-]?\d+,\d+", text) and self.form.decimal == ".":
            both = 'decimal = ","' + (' and thousands = "."' if "." in text else "")
            also = ' (or thousands = ",")' if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+", text) else ""
            return f"say how numbers are written, beside 'file': {both}{also}"
        if re.fullmatch(r"[+-]?\d{1,3}([ ',\u00a0\u202f]\d{3})+(\.\d+)?", text) and not self.form.thousands:
            return f"say how numbers are written, beside 'file': thousands = \"{re.sub('[+0-9-]', '', text)[0]}\""
        return f"write numbers with '{self.form.decimal}', and their unit behind the heading: price [USD]"


@dataclass(frozen=True, eq=False)
class Table:
    """A table: its columns in order, all of one length."""

    columns: tuple[Column, ...]
    rows: int

    def find(self, name: str) -> Column:
        """Return the column of a heading, with or without the unit behind it; raise Mistake where not one has it."""
        exact = [column for column in self.columns if column.heading == name]
        found = exact or [column for column in self.columns if column.name == name]
        if len(found) == 1:
            return found[0]
        if found:
            message = f"two columns have the heading '{shortened(name)}'"
            raise Mistake(message, "give each a heading of its own")
        names = [column.name for column in self.columns]
        hint = did_you_mean(name, names) or f"the headings are {some(names)}"
        message = f"there is no column '{shortened(name)}'"
        raise Mistake(message, hint)


def text_of(cell: object) -> str:  # noqa: PLR0911  # one return a kind
    """Return a cell as the text of a member: a day for a date, 2026 for 2026.0, '' for an empty one."""
    match cell:
        case str():
            return cell.strip()
        case None:
            return ""
        case bool():
            return str(cell)
        case int():
            return str(cell)
        case dt.datetime() if (cell.hour, cell.minute, cell.second, cell.microsecond) == (0, 0, 0, 0):
            return cell.date().isoformat()
        case dt.date():
            return cell.isoformat()
        case float() if isnan(cell):
            return ""
        case float() if abs(cell) < _LONGEST_WHOLE and cell == int(cell):
            return str(int(cell))
    return str(cell).strip()


def _floats(cells: Sequence[Any] | Numbers) -> Numbers | None:
    """Return what float() makes of texts, NaN of empty ones; None where it refuses one."""
    try:
        return np.array(list(map(float, cells)))
    except (TypeError, ValueError):
        pass
    try:
        return np.array([float(cell) if cell else np.nan for cell in cells])
    except (TypeError, ValueError):
        return None


def codes_of(cells: Sequence[object], codes: Codes) -> tuple[tuple[str, ...], Codes]:
    """Return the texts of distinct cells, each once, and the codes of a column by these."""
    texts = [cell.strip() if type(cell) is str else text_of(cell) for cell in cells]
    known = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    if len(known) == len(texts):
        return tuple(known), codes
    own = np.array(list(map(known.__getitem__, texts)), dtype=np.int64)
    return tuple(known), own[codes] if len(codes) else codes


def are_plain(read: Numbers, empty: int, cells: Sequence[object] | Numbers, *, is_text: bool = True) -> bool:
    """Return whether numbers are what their cells say: NaN for empty ones alone, and 0 for none that is not 0."""
    if np.isinf(read).any() or (is_text and np.isnan(read).sum() != empty):
        return False
    return not is_text or not any(_ANY_DIGIT.match(str(cells[number])) for number in np.flatnonzero(read == 0).tolist())


def refuse_cells(rows: int, columns: int) -> None:
    """Raise Mistake where a table has more cells than data may have."""
    if rows * columns > MOST_CELLS:
        message = f"it has {rows:,} rows of {columns:,} columns, and {MOST_CELLS:,} cells are the most"
        raise Mistake(message, "keep what the model uses, in another file")


def refuse_headings(headings: Sequence[str]) -> None:
    """Raise Mistake where a table has no headings, or the same twice."""
    if not any(headings):
        message = "it has no headings"
        raise Mistake(message, "its first line names the columns")
    seen: set[str] = set()
    for heading in headings:
        if heading and heading in seen:
            message = f"two columns have the heading '{shortened(heading)}'"
            raise Mistake(message, "give each a heading of its own")
        seen.add(heading)


def _quoted(cell: object) -> str:
    return f"'{shortened(text_of(cell), 30)}'"
