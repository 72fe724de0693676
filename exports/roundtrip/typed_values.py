"""What somebody typed into a cell: whether it is a number, and a likely one, in the unit that the text declares."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from math import isfinite

from engine.model.bounds import breach
from engine.model.calendar import day_of, place_of
from engine.model.dimensions import Dimension, member_text
from engine.plan.plan import Row
from engine.problems import shortened, some
from engine.text.labels import fold
from engine.text.numerals import plain
from exports.reading.records import Held
from exports.style.words import as_typed

_FAR, _WHOLE = 20, 2
_LOST = 1e-14


def as_declared(number: float, row: Row) -> Decimal:
    """Return a stored number in the declared unit: the 15 digits that a spreadsheet shows, or all that are needed."""
    return (Decimal(as_typed(number)) * row.unit.scale).normalize()


def same(a: Decimal | float, b: Decimal | float) -> bool:
    """Return whether two numbers are one, but for what a spreadsheet may lose in saving."""
    left, right = float(a), float(b)
    return abs(left - right) <= _LOST * max(abs(left), abs(right))


def find_mistake(held: Held) -> tuple[str, str] | None:  # noqa: PLR0911  # one return a mistake
    """Return what is wrong with what somebody typed, and what to do; None for a number."""
    value = held.value
    if held.is_formula:
        message = f"a formula stands where a number is expected: {shortened(str(value))}"
        return message, "type the number; a formula belongs into the model's text"
    if held.is_error:
        return f"the cell shows the error {value}", "type the number that is meant"
    if held.is_date:
        return "the cell holds a date", "format it as a number, and type the number that is meant"
    if isinstance(value, bool):
        return f"the cell holds {str(value).upper()}", "a switch is 1 or 0"
    if isinstance(value, str):
        message = f"the cell holds the text '{shortened(value)}'"
        if value.strip().lstrip("-").isdigit():
            return message, "make it a number: it is stored as text"
        return (
            message,
            "type it as a number: what separates thousands and decimals depends on the spreadsheet's language",
        )
    if not isfinite(value):
        return "the number is none that a model can hold", "type another one"
    return None


def find_member(held: Held, dimension: Dimension) -> int | tuple[str, str]:
    """Return the index of the member that somebody chose, or what is wrong and what to do.

    A date is the period of a calendar that it falls in, as it is in the workbook.
    """
    hint = f"choose one of {some(dimension.members)}"
    if held.is_formula:
        return f"a formula stands where a member is expected: {shortened(str(held.value))}", hint
    if held.is_error:
        return f"the cell shows the error {held.value}", hint
    day = _day(held)
    index = place_of(dimension.periods, day) if day is not None and dimension.periods else None
    if index is None and not held.is_date and not isinstance(held.value, bool):
        index = _named(str(held.value).strip(), dimension)
    if index is not None:
        return index
    text = day.isoformat() if held.is_date and day is not None else str(held.value)
    return f"'{shortened(text)}' is no member of '{dimension.id}'", hint


def _day(held: Held) -> date | None:
    """Return the day that a cell holds, as a date or as the number that spreadsheets have for it."""
    try:
        if held.is_date:
            return datetime.fromisoformat(str(held.value)).date()
        if isinstance(held.value, int | float) and not isinstance(held.value, bool):
            return day_of(held.value)
    except (ValueError, OverflowError):
        pass
    return None


def _named(text: str, dimension: Dimension) -> int | None:
    """Return the index of a member by its name; as spreadsheets do, whatever its capitals are."""
    index = dimension.index_of(text)
    if index is None:
        index = dimension.indices.get(member_text(text))
    alike = [place for place, member in enumerate(dimension.members) if fold(member) == fold(text)]
    return alike[0] if index is None and len(alike) == 1 else index


def find_unlikely(row: Row, number: int, value: Decimal, base: Decimal | None) -> tuple[str, str] | None:
    """Return what is unlikely of a number, and what to do: it is out of bounds, or far from what it was."""
    quantity = row.quantity
    assert quantity is not None  # noqa: S101  # an input is a quantity
    unit = row.unit.suffix
    broken = breach(quantity, value, number)
    changed = base is None or value != base
    is_far = base is not None and abs(value) > _FAR * abs(base) and abs(value) >= _WHOLE * 100
    if row.unit.percent and changed and (is_far or (broken and abs(value) >= _WHOLE * 100)):
        message = f"{plain(value / 100)} in a cell of percent is {plain(value)} percent"
        hint = f"for {plain(value / 100)} percent type {plain(value / 100)} %; for the other, write it into the text"
        return message, hint
    if broken and changed:
        return (
            f"{plain(value)}{unit} {broken.words}",
            "type a number within the bounds, or change these in the text",
        )
    return None
