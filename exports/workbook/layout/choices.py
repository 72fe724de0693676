"""Choices on Inputs: members that somebody picks from a list, and the formulas that make numbers of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.model.dimensions import Dimension
from engine.model.model import Model
from engine.plan.plan import Row
from exports.style.words import unit_or_number
from exports.workbook.layout.geometry import at_place

if TYPE_CHECKING:
    from exports.workbook.layout.rows import Layout

DATE: Final = "yyyy-mm-dd"


# What stands where a number has its unit.
MEMBER: Final = "member"


def unit_of(row: Row) -> str:
    """Return the unit of an input as its line says it; what is no number has none."""
    return MEMBER if is_choice(row) else unit_or_number(row.unit.text)


def is_choice(row: Row) -> bool:
    """Return whether a row's value is a member of a dimension, kept as its code."""
    return row.quantity is not None and bool(row.quantity.choice)


def chosen_from(model: Model, row: Row) -> Dimension:
    """Return the dimension that a choice chooses from."""
    assert row.quantity is not None  # noqa: S101  # a choice is a quantity
    return model.dimension[row.quantity.choice]


def member_of(model: Model, row: Row, code: float) -> float | str:
    """Return the member that a code of a choice stands for, as a cell holds it: a number where members count."""
    dimension = chosen_from(model, row)
    return float(code) if dimension.numbers else dimension.member_at(code)


def number_format(model: Model, row: Row) -> str:
    """Return the format of the cells of a choice: as text, so that a member like 1-2 stays what it is.

    In a calendar a spreadsheet makes a date of what is typed, 2026-01 too, and shows it as one; a year stays a number.
    """
    dimension = chosen_from(model, row)
    if dimension.periods:
        return "General" if dimension.members[0].isdigit() else DATE
    return "General" if dimension.numbers else "@"


def code_formula(layout: Layout, dimension: Dimension, typed: str, *, takes_dates: bool = False) -> str:
    """Return the formula of the code of the member that a cell of Inputs names, or of the period a date falls in."""
    members, codes = layout.members(dimension.id).searched(), layout.block(dimension.id).searched()
    place = f"MATCH({typed},{members},0)"
    if takes_dates:
        starts = layout.starts(dimension.id)
        end = starts.cell(right=starts.columns - 1).replace(f"${starts.row}", f"${starts.row + 1}")
        inside = f"AND({typed}>={starts.cell()},{typed}<={end})"
        named = f'MATCH({typed}&"",{members},0)'
        place = f"IF(ISNUMBER({typed}),IF({inside},MATCH({typed},{starts.searched()},1),{named}),{place})"
    return f"={at_place(codes, '1', place)}"
