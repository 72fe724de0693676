"""Names: what can be an id; and those that no author wrote, of cells, of members' own formulas, of helpers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

LONGEST_ID: Final = 100
_LONGEST_MADE: Final = 40
ID: Final = re.compile(r"[a-z][a-z0-9_]{0,99}")
# What `better_id` would leave as it is.
_GOOD: Final = re.compile(r"[a-z][a-z0-9]*+(?:_[a-z0-9]++)*+")
_SOLVED: Final = "_solved_"
_CODE: Final = "_code_"


def id_hint(name: str) -> str:
    """Return why a name cannot be an id, and one that could."""
    if name.endswith("_"):
        return "ids do not end in _; such names are kept for constants"
    if len(name) > LONGEST_ID:
        return f"it has {len(name):,} characters, and {LONGEST_ID} are the most"
    return f"ids are a-z, 0-9 and _, and begin with a letter: '{better_id(name) or 'q'}' would do"


def better_id(name: str) -> str:
    """Return an id that is like a name; the name itself where it is one, and '' where nothing is left of it."""
    if _GOOD.fullmatch(name):
        return name
    better = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return better if better[:1].isalpha() or not better else f"q_{better}"


def source_hint(source: str, ids: Sequence[str]) -> str:
    """Return how a source is listed that is not: what names it by its title or its address becomes an id."""
    if ID.fullmatch(source) and not source.endswith("_"):
        return f'add [sources.{source}] with title = "..."'
    address = re.sub(r"^https?://(?:www\.)?", "", source)
    id_ = better_id(address)[:_LONGEST_MADE].strip("_") or "source_1"
    if id_ in ids:
        return f'write "{id_}", which is the id of a source'
    # A text with a quote or a backslash in it would need another spelling.
    is_plain = not re.search(r'["\\]', source)
    keys = f'title = "{source}"' if is_plain and len(source) <= LONGEST_ID else 'title = "..."'
    if address != source:
        keys = keys.replace("title", 'title = "...", url')
    return f'add [sources.{id_}] with {keys}, and name it by its id: "{id_}"'


def listed_hint(name: str, entry: Mapping[str, Any]) -> str:
    """Return how a list of tables is written where each table has a name: ``[scenarios.high]``."""
    if name == "correlation":
        return "write [[correlations]]"
    if name in {"model", "units"}:
        return f"write [{name}], with single brackets"
    named = next((str(entry[key]) for key in ("id", "name", "title", "label") if entry.get(key)), "")
    return f"each has a name: write [{name}.{better_id(named) or 'price'}], with single brackets"


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
