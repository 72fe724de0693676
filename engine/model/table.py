"""Reads the keys of one TOML table, each into the type it must have, and collects what is wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, Final

from engine.problems import Document, KeyPath, Location, ModelError, Problem, did_you_mean, error, listed, shortened
from engine.text.changes import DIFFERENCE
from engine.text.numerals import read_amount

LONGEST_LABEL: Final = 200
# Between these a number is surely one that a float can hold.
_SMALLEST, _LARGEST = Decimal("1e-300"), Decimal("1e300")
LONGEST_TEXT: Final = 4000
# A file with so many mistakes is no model with mistakes in it, and reading on would only take time.
_MOST_PROBLEMS: Final = 500
# Control characters, and those that turn the direction of text or are no characters: none has business in a model.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")


class Fields:
    """One table of the file: typed access to its keys. Wrong keys become problems and read as absent."""

    def __init__(self, document: Document, path: KeyPath, table: Mapping[str, Any], problems: list[Problem]) -> None:
        self.document = document
        self.path = path
        self.table = table
        self.problems = problems

    def complain(self, code: str, message: str, key: str | None = None, hint: str = "") -> None:
        """Note an error at a key of this table, or at the table."""
        path = self.path if key is None else (*self.path, key)
        self.problems.append(error(code, message, Location(self.document, path), hint))
        if len(self.problems) >= _MOST_PROBLEMS:
            raise ModelError(self.problems)

    def only(self, what: str, known: Collection[str], meant: Collection[str] = ()) -> None:
        """Complain of each key that is not known; `meant` are those that it is a slip of, all of them without any."""
        for key in self.table:
            if key not in known:
                hint = did_you_mean(key, meant or known) or f"the keys are {', '.join(known)}"
                self.complain("unknown-key", f"{what} has no key '{shortened(key)}'", key, hint)

    def text(self, key: str, *, required: bool = False, longest: int = LONGEST_TEXT) -> str:
        """Return a text, or '' where it is absent or wrong."""
        value = self.table.get(key)
        if value is None:
            if required:
                self.complain("missing-key", f"'{self._name()}' has no '{key}'", None, _MISSING.get(key, ""))
            return ""
        if not isinstance(value, str):
            self.complain("type", f"'{key}' is {kind_of(value)} and must be a text", key, f'write {key} = "..."')
            return ""
        if required and not value.strip():
            self.complain("missing-key", f"'{key}' of '{self._name()}' is empty", key, _MISSING.get(key, ""))
            return ""
        return value if self._is_fit(key, value, longest) else ""

    def number(self, key: str) -> Decimal | None:
        """Return a finite number as written, or None where it is absent or wrong."""
        value = self.table.get(key)
        return None if value is None else self.read_number(value, key)

    def read_number(self, value: object, key: str, what: str = "") -> Decimal | None:
        """Return a value as a finite number that a float can hold, or complain at the key."""
        if isinstance(value, Decimal) and value.is_finite() and _SMALLEST < value.copy_abs() < _LARGEST:
            return value
        what = what or (f"item {key + 1} of the list" if isinstance(key, int) else f"'{key}'")
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.complain(
                "type", f"{what} is {kind_of(value)} and must be a number", key, self._number_hint(key, value)
            )
            return None
        number = value if isinstance(value, Decimal) else Decimal(value)
        try:
            size = abs(float(number))
        except OverflowError:
            size = float("inf")
        if not number.is_finite() or size == float("inf"):
            self.complain("number", f"{what} is not a finite number", key, "numbers go up to 1.79e308")
            return None
        if size == 0 and number != 0:
            self.complain("number", f"{what} is too small to be told from 0", key, "numbers go down to 1e-307")
            return None
        return number

    def _number_hint(self, key: str, value: object) -> str:
        """Return how a number is written that a key must have: a bound and a tolerance have no unit of their own."""
        if isinstance(value, str) and value.rstrip().endswith("%"):
            if key == "tolerance":
                return DIFFERENCE
            if key in {"min", "max"} and self.table.get("unit") not in {None, "percent", "%"}:
                return f"write a number without quotes, in {self.table['unit']} as its value is"
        return _number_hint(value)

    def whole(self, key: str, least: int, most: int) -> int | None:
        """Return a whole number within bounds, or None."""
        number = self.number(key)
        if number is None:
            return None
        if number != number.to_integral_value() or not least <= number <= most:
            self.complain("number", f"'{key}' must be a whole number from {least} to {most}", key)
            return None
        return int(number)

    def flag(self, key: str) -> bool:
        """Return true or false; false where it is absent."""
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            self.complain("type", f"'{key}' is {kind_of(value)} and must be true or false", key, f"write {key} = true")
            return False
        return value

    def texts(self, key: str, longest: int = LONGEST_LABEL) -> tuple[str, ...]:
        """Return a text, or a list of them, as a tuple."""
        value = self.table.get(key, ())
        if isinstance(value, str):
            return (value,) if self._is_fit(key, value, longest) else ()
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            self.complain("type", f"'{key}' is {kind_of(value)} and must be a text or a list of texts", key)
            return ()
        return tuple(item for item in value if self._is_fit(key, item, longest))

    def date(self, key: str) -> str:
        """Return a date as ISO text; a text is taken as it is."""
        value = self.table.get(key)
        if isinstance(value, dt.date):
            return value.isoformat()
        return self.text(key, longest=LONGEST_LABEL)

    def choice(self, key: str, among: Collection[str]) -> str:
        """Return a text that is one of several, or ''."""
        value = self.text(key, longest=LONGEST_LABEL)
        if value and value not in among:
            hint = did_you_mean(value, among) or f"it may be {listed(tuple(among), 'or')}"
            self.complain("choice", f"there is no {key} '{shortened(value)}'", key, hint)
            return ""
        return value

    def tables(self, key: str) -> list[tuple[KeyPath, Fields]]:
        """Return the members of an array of tables with their paths."""
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            message = f"'{key}' is {kind_of(value)} and must be a list of tables"
            self.complain("type", message, key, f"write {key} = [{{ ... }}]")
            return []
        paths = [(*self.path, key, number) for number in range(len(value))]
        return [
            (path, Fields(self.document, path, item, self.problems)) for path, item in zip(paths, value, strict=True)
        ]

    def children(self) -> list[tuple[str, Fields]]:
        """Return the tables in this table by name; complain of what is no table."""
        found = []
        for name, value in self.table.items():
            if isinstance(value, dict):
                found.append((name, Fields(self.document, (*self.path, name), value, self.problems)))
            else:
                self.complain("type", f"'{shortened(name)}' is {kind_of(value)} and must be a table", name)
        return found

    def _name(self) -> str:
        return shortened(".".join(str(part) for part in self.path))

    def _is_fit(self, key: str, value: str, longest: int) -> bool:
        if len(value) > longest:
            message = f"'{key}' has {len(value):,} characters, and {longest:,} are the most"
            self.complain("text", message, key, "say the rest in 'note'" if key == "label" else "shorten it")
            return False
        odd = _UNPRINTABLE.search(value)
        if odd:
            message = f"'{key}' has a character that cannot be printed: {odd.group()!r}"
            self.complain("text", message, key, "delete it; such characters come along when text is copied")
            return False
        return True


_MISSING: Final = {
    "label": 'say in a few words what it is: label = "..."',
    "unit": 'write unit = "..."; "1" for a pure number, "percent" for a share',
    "title": 'write title = "..."',
    "test": 'write test = "a <= b"',
}


def kind_of(value: object) -> str:
    """Return what a TOML value is, in words."""
    match value:
        case bool():
            return "true or false"
        case int() | Decimal():
            return "a number"
        case str():
            return f'the text "{shortened(value, 30)}"'
        case dict():
            return "a table"
        case list():
            return "a list"
    return "a date or time"


def is_tables(value: object) -> bool:
    """Return whether a value is a list of tables."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _number_hint(value: object) -> str:  # noqa: PLR0911  # one return a habit
    if isinstance(value, bool):
        return "a switch is 0 or 1"
    if isinstance(value, dict):
        return 'values by member need a dimension: over = "..."'
    if isinstance(value, dt.date | dt.time):
        return "count periods by numbers, as in from = 2026, to = 2030; a date is text for a reader"
    if not isinstance(value, str):
        return ""
    if re.fullmatch(r"\s*[-+]?\d+,\d+\s*", value) and not re.fullmatch(r"\s*[-+]?\d{1,3}(,\d{3})+\s*", value):
        return f"write {value.replace(',', '.').strip()}, without quotes, and with a point"
    plain = value.replace(",", "").replace("_", "").strip()
    if plain.endswith("%") and _is_number(plain[:-1]):
        return f'write {plain[:-1].strip()}, with unit = "percent"'
    if amount := read_amount(value.strip()):
        return f'write {amount[0]}, with unit = "{amount[1]}"'
    if _is_number(plain):
        return f"write {plain}, without quotes" + (" and commas" if "," in value else "")
    return "write a number without quotes; its unit stands in 'unit', and a calculation in 'formula'"


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", text) is not None
