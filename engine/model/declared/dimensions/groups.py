"""Reads groups: to which member of a dimension each member of a finer one belongs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from engine.model.data import Columns, DataFile
from engine.model.declared.data.columns import is_of_data, read_map
from engine.model.declared.dimensions.members import check_names, check_wildcards, read_names
from engine.model.dimensions import Dimension, member_hint
from engine.model.table import Fields, kind_of
from engine.problems import did_you_mean, listed, shortened, some

_EXAMPLE: Final = 'map = { DE = "Europe", US = "Americas" }'
_SHOWN: Final = 6


def read_group(name: str, table: Fields, finer: Dimension, data: Mapping[str, DataFile]) -> dict[str, Any]:
    """Return what a group has: its members, the place of each of the finer dimension among them, and their files.

    There are none where something is wrong, which is noted.
    """
    nothing: dict[str, Any] = {"members": ()}
    before = len(table.problems)
    mapped_in: Columns | None = None
    if is_of_data(table.table["map"], (finer,)):
        by_index, mapped_in = read_map(table, "map", finer, data) or (None, None)
    else:
        by_index = _mapped(name, table, finer)
    listed_members, listed_in = read_names(name, table, data) if "members" in table.table else ((), None)
    if by_index is None or (len(table.problems) > before and not by_index):
        return nothing
    missing = [member for index, member in enumerate(finer.members) if index not in by_index]
    if missing and len(table.problems) == before:
        shown = listed(missing[:_SHOWN]) + (f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else "")
        message = f"the map of '{name}' has no group for {shown}"
        table.complain("member", message, "map", f"give every member of '{finer.id}' one")
    used = tuple(dict.fromkeys([by_index[index] for index in sorted(by_index)]))
    if listed_members:
        _check_listed(name, table, finer, by_index, listed_members)
    else:
        check_names(name, table, "map", used)
    members = listed_members or used
    check_wildcards(table, "of", f"'{finer.id}', which '{name}' groups,", finer.members)
    check_wildcards(table, "members" if listed_members else "map", f"the group '{name}'", members)
    if len(table.problems) > before:
        return nothing
    place = {member: index for index, member in enumerate(members)}
    places = tuple([place[by_index[index]] for index in range(len(finer.members))])
    return {"members": members, "places": places, "listed_in": listed_in, "mapped_in": mapped_in}


def _mapped(name: str, table: Fields, finer: Dimension) -> dict[int, str] | None:
    """Return the group of each member of the finer dimension, by its index; None where there is no map."""
    given: Any = table.table["map"]
    if not isinstance(given, dict):
        message = f"the map of '{name}' is {kind_of(given)} and must be a table"
        table.complain("type", message, "map", f"write {_EXAMPLE}")
        return None
    inner = Fields(table.document, (*table.path, "map"), given, table.problems)
    found: dict[int, str] = {}
    seen: dict[int, str] = {}
    for key, group in given.items():
        index = finer.index_of(key)
        if index is None:
            message = f"the map of '{name}' has '{shortened(key)}', which is no member of '{finer.id}'"
            inner.complain("member", message, key, member_hint(finer, key))
        elif index in seen:
            inner.complain("member", f"'{seen[index]}' and '{key}' are one member of '{finer.id}'", key, "keep one")
        elif not isinstance(group, str):
            hint = f'write "{group}"' if isinstance(group, int | Decimal) and not isinstance(group, bool) else ""
            message = f"the group of '{shortened(key)}' is {kind_of(group)} and must be a text"
            inner.complain("type", message, key, hint or "each member belongs to one group: give its name")
        else:
            found[index] = inner.text(key)
        if index is not None:
            seen.setdefault(index, key)
    return found


def _check_listed(
    name: str, table: Fields, finer: Dimension, by_index: dict[int, str], members: tuple[str, ...]
) -> None:
    """Complain of a group in the map that the list of members lacks, once for each."""
    told = set(members)
    for index, group in by_index.items():
        if group not in told:
            told.add(group)
            message = f"'{finer.members[index]}' belongs to '{shortened(group)}', which is no member of '{name}'"
            hint = did_you_mean(group, members) or f"the members are {some(members)}"
            table.complain("member", message, "map", hint)
