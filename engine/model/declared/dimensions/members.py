"""Reads the members of a dimension: names in a list, or numbers counted from one to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from engine.model.data import Columns, DataFile
from engine.model.declared.data.columns import is_of_data, read_members
from engine.model.table import Fields
from engine.problems import shortened
from engine.text.labels import fold

MOST_MEMBERS: Final = 10_000
_LONGEST_MEMBER: Final = 60
_MOST_DECIMALS: Final = 10
_MOST_DIGITS: Final = 15
_WILDCARDS: Final = "*?~"


def read_counted(name: str, table: Fields) -> tuple[Decimal, ...]:
    """Return the numbers that a dimension counts; none where something is wrong with them, which is noted."""
    for key in ("from", "to"):
        if key not in table.table:
            message = f"the dimension '{name}' has no '{key}'"
            table.complain("missing-key", message, None, "write from = 2026 and to = 2030; both are members")
            return ()
    first, last, step = table.number("from"), table.number("to"), table.number("step")
    step = Decimal(1) if step is None else step
    if first is None or last is None:
        return ()
    if step <= 0 or last < first:
        message = f"the dimension '{name}' runs from {first} to {last} in steps of {step}"
        table.complain("dimension", message, "step" if step <= 0 else "to", "it counts upwards")
        return ()
    count = (last - first) / step
    if count >= MOST_MEMBERS:
        table.complain(
            "size", f"the dimension '{name}' has more than {MOST_MEMBERS:,} members", None, "take larger steps"
        )
        return ()
    if wrong := _too_fine(first, last, step):
        table.complain("dimension", f"the dimension '{name}' has members of more than {wrong[0]}", "step", wrong[1])
        return ()
    if count != int(count):
        message = f"the steps of the dimension '{name}' do not end at {last}"
        table.complain("dimension", message, "to", f"the last step is at {first + int(count) * step}")
    return tuple([first + index * step for index in range(int(count) + 1)])


def _too_fine(first: Decimal, last: Decimal, step: Decimal) -> tuple[str, str] | None:
    """Return what members have too many of, and what to do; None where they can be told apart."""
    finest = min([_last_place(value) for value in (first, step) if value])
    if finest < -_MOST_DECIMALS:
        return f"{_MOST_DECIMALS} decimals", "choose a smaller unit"
    if max(first.adjusted(), last.adjusted()) - finest >= _MOST_DIGITS:
        return f"{_MOST_DIGITS} digits", "spreadsheets do not tell them apart: count in larger steps"
    return None


def _last_place(number: Decimal) -> int:
    """Return the power of ten of the last digit that is not 0: -2 for 0.25, 3 for 5000."""
    # Rounding to decimals would raise where a number has more digits than the context.
    exponent = number.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def read_names(name: str, table: Fields, data: Mapping[str, DataFile]) -> tuple[tuple[str, ...], Columns | None]:
    """Return the members that a dimension lists, and where in a file they stand; what is wrong with them is noted."""
    raw = table.table.get("members")
    if isinstance(raw, list) and any(isinstance(member, int | Decimal) for member in raw):
        message = f"a member of '{name}' is a number"
        hint = 'names stand in quotes, as in "2026"; numbers in a row are declared by from and to'
        table.complain("dimension", message, "members", hint)
        return (), None
    if isinstance(raw, int) and not isinstance(raw, bool) and raw > 0:
        table.complain("dimension", f"the members of '{name}' are a number", "members", f"write from = 1, to = {raw}")
        return (), None
    if isinstance(raw, str) and "," in raw:
        quoted = ", ".join([f'"{part.strip()}"' for part in raw.split(",")])
        message = f"the members of '{name}' stand in one text"
        table.complain("dimension", message, "members", f"write members = [{quoted}]")
        return (), None
    members, origin = read_members(table, "members", data) if is_of_data(raw) else (table.texts("members"), None)
    if "members" in table.table and not members and not is_of_data(raw):
        table.complain("dimension", f"the dimension '{name}' has no members", "members", 'write members = ["A", "B"]')
    if len(members) > MOST_MEMBERS:
        table.complain("size", f"the dimension '{name}' has more than {MOST_MEMBERS:,} members", "members", "split it")
        return members[:1], origin
    check_names(name, table, "members", members)
    return members, origin


def check_names(name: str, table: Fields, key: str, members: Iterable[str]) -> None:
    """Complain at a key of members that are told by capitals alone, or that formulas could not name."""
    seen: dict[str, str] = {}
    for member in members:
        other = seen.setdefault(fold(member), member)
        if other is not member:
            message = f"the members '{other}' and '{member}' of '{name}' are the same"
            hint = "name it once" if other == member else "a spreadsheet does not tell capitals apart"
            table.complain("dimension", message, key, hint)
        if member != " ".join(member.split()) or not member or len(member) > _LONGEST_MEMBER:
            message = f"'{shortened(member)}' cannot be a member of '{name}'"
            hint = f"a name has 1 to {_LONGEST_MEMBER} characters, and no spaces at its ends or two together"
            table.complain("dimension", message, key, hint)
        if any(char in member for char in "\"'\\[],"):
            message = f"the member '{member}' of '{name}' has one of \" ' \\ [ ] ,"
            table.complain("dimension", message, key, "formulas could not pick it: leave the character out")


def check_wildcards(table: Fields, key: str, what: str, members: Iterable[str]) -> None:
    """Complain at a key of the first member that spreadsheets would take for a pattern of names."""
    for member in members:
        if any(char in member for char in _WILDCARDS):
            message = f"{what} has the member '{member}', and in it one of * ? ~"
            hint = "spreadsheets look members up, and take these for any letters: leave the character out"
            table.complain("dimension", message, key, hint)
            return
