"""Names that no author wrote, each made and taken apart here alone: of cells, of members' own formulas, of helpers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_SOLVED: Final = "_solved_"
_CODE: Final = "_code_"


def cell_id(id_: str, members: Sequence[str]) -> str:
    """Return the name of a cell: ``price``, ``share[YouTube]``, ``units[H100, 2027]``.

    That of one member's own formula, which is a row of its own, is of the same form.
    """
    return f"{id_}[{', '.join(members)}]" if members else id_


def row_of(name: str) -> str:
    """Return the id of the row that a cell is of; any other name as it is."""
    return name.partition("[")[0]


def member_of(name: str) -> str:
    """Return the members of a cell, as they stand in its name; '' for a whole row."""
    return name.partition("[")[2].removesuffix("]")


def with_row(name: str, id_: str) -> str:
    """Return the name of the same member of another row."""
    _, bracket, member = name.partition("[")
    return f"{id_}{bracket}{member}"


def working_id(owner: str, number: int) -> str:
    """Return the id of a working row; no author's id ends in an underscore."""
    return f"{owner}_row{number}_"


def constant_id(owner: str, number: int) -> str:
    """Return the id of a literal that has a row of its own."""
    return f"{owner}_{number}_"


def map_id(coarse: str, fine: str) -> str:
    """Return the id of the row that says which member of a group each member of a finer dimension belongs to."""
    return f"{coarse}_of_{fine}_"


def days_id(calendar: str) -> str:
    """Return the id of the row of a calendar's days in each period."""
    return f"{calendar}_days_"


def start_id(calendar: str) -> str:
    """Return the id of the row of the date on which each period of a calendar starts, as spreadsheets count days."""
    return f"{calendar}_start_"


def code_id(choice: str) -> str:
    """Return what the line of a workbook is called that has a choice's members as numbers."""
    return f"{choice}{_CODE}"


def choice_of(code: str) -> str:
    """Return the choice whose members a line has as numbers; '' for any other name."""
    return code.removesuffix(_CODE) if code.endswith(_CODE) else ""


def map_name(group: str) -> str:
    """Return what the line of a workbook is called that names the group of each member."""
    return f"{group}.map"


def is_made(id_: str) -> bool:
    """Return whether an id is that of a row which no author wrote."""
    return id_.endswith("_")


def solved_id(id_: str) -> str:
    """Return the id of the check that the equation of a quantity is solved."""
    return f"{id_}{_SOLVED}"


def unknown_of(check: str) -> str:
    """Return the quantity whose equation a check puts its solution into."""
    return check.removesuffix(_SOLVED)
