"""Reads ``[dimensions]``: members by name or number, calendars, and what groups the members of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.model.calendar import Calendar
from engine.model.data import DataFile
from engine.model.declared.dimensions.calendars import is_calendar, period_hint, read_coarser, read_periods
from engine.model.declared.dimensions.groups import read_group
from engine.model.declared.dimensions.members import read_counted, read_names
from engine.model.dimensions import Dimension, member_text
from engine.model.table import LONGEST_LABEL, Fields
from engine.problems import did_you_mean, listed, shortened

_COARSER_KEYS: Final = ("of", "map", "period", "starts", "source")
DIMENSION_KEYS: Final = ("label", "members", "ordered", "from", "to", "step", "unit", "note", *_COARSER_KEYS)
# What a dimension that is of another may have, beside its label and its note.
_BY_MAP: Final = ("of", "map", "members", "ordered", "source")
_BY_PERIOD: Final = ("of", "period", "starts")
_CALENDAR: Final = ("from", "to", "ordered")


def read_dimensions(tables: Iterable[tuple[str, Fields]], data: Mapping[str, DataFile]) -> dict[str, Dimension]:
    """Return the dimensions by name, in the order of the file; what is wrong with them is noted."""
    reading = _Reading(dict(tables), data)
    for name in reading.tables:
        reading.read(name)
    return {name: reading.dimensions[name] for name in reading.tables}


@dataclass
class _Reading:
    """Reads each dimension once, and before it the one that it groups, wherever in the file that stands."""

    tables: Mapping[str, Fields]
    data: Mapping[str, DataFile]
    dimensions: dict[str, Dimension] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)

    def read(self, name: str) -> None:
        """Read a dimension, if it has not been read yet."""
        if name in self.dimensions:
            return
        table = self.tables[name]
        self.open.append(name)
        table.only(f"the dimension '{name}'", DIMENSION_KEYS)
        if "of" in table.table:
            given = self.coarser(name, table)
        elif is_calendar(table):
            given = self.calendar(name, table)
        else:
            given = _plain(name, table, self.data)
        self.dimensions[name] = Dimension(
            id=name,
            label=table.text("label", longest=LONGEST_LABEL) or name.replace("_", " ").capitalize(),
            note=table.text("note"),
            **given,
        )
        self.open.pop()

    def calendar(self, name: str, table: Fields) -> dict[str, Any]:
        _refuse(table, f"the calendar '{name}'", _CALENDAR, "its periods follow from the form of its ends")
        found = read_periods(name, table)
        if found is None:
            return {"members": (), "ordered": True}
        self.calendars[name], periods = found
        return {"members": tuple([period.name for period in periods]), "ordered": True, "periods": periods}

    def coarser(self, name: str, table: Fields) -> dict[str, Any]:
        """Return what a dimension that groups another has; what it is of is '' where there is no such dimension."""
        nothing: dict[str, Any] = {"members": ()}
        if ("map" in table.table) == ("period" in table.table):
            what = "both a map and a period" if "map" in table.table else "neither a map nor a period"
            hint = 'write map = { DE = "Europe" } for names, or period = "year" for a calendar'
            table.complain("dimension", f"'{name}' is of another dimension, and has {what}", "of", hint)
            return nothing
        finer = self.finer(name, table)
        by_map = "map" in table.table
        if by_map:
            _refuse(table, f"the group '{name}'", _BY_MAP, "its members are those that the map names")
        else:
            _refuse(table, f"the calendar '{name}'", _BY_PERIOD, "its members are made of finer ones")
        if not finer or not self.dimensions[finer].members:
            # What is wrong with these was told.
            return {**nothing, "of": finer}
        found = self.dimensions[finer]
        if by_map:
            group = read_group(name, table, found, self.data)
            return {**group, "of": finer, "ordered": table.flag("ordered"), "sources": table.texts("source")}
        if finer not in self.calendars:
            message = f"'{name}' has periods of '{finer}', which is no calendar"
            hint = 'a calendar runs from = "2026-01" to = "2028-12", in quotes'
            table.complain("dimension", message, "of", hint if found.numbers else "a group has map = { ... }")
            return nothing
        calendar = read_coarser(name, table, found, self.calendars[finer])
        if calendar is None:
            return nothing
        self.calendars[name] = calendar
        periods, places = calendar.grouped(found.periods)
        names = tuple([period.name for period in periods])
        return {"members": names, "ordered": True, "periods": periods, "of": finer, "places": places}

    def finer(self, name: str, table: Fields) -> str:
        """Return the dimension that one is of, having read it; '' where there is none."""
        finer = table.text("of", longest=LONGEST_LABEL)
        if finer not in self.tables:
            if finer or table.table["of"] == "":
                message = f"'{name}' is of '{shortened(finer)}', and there is no such dimension"
                near = did_you_mean(finer, self.tables.keys() - {name})
                table.complain("dimension", message, "of", near or "name one that is declared below [dimensions]")
            return ""
        if finer in self.open:
            circle = self.open[self.open.index(finer) :]
            message = f"'{name}' is of itself"
            if len(circle) > 1:
                message = f"the dimensions {listed(circle)} are of each other in a circle"
            table.complain("dimension", message, "of", "a group is of a dimension that has members of its own")
            return ""
        self.read(finer)
        return finer


def _plain(name: str, table: Fields, data: Mapping[str, DataFile]) -> dict[str, Any]:
    """Return what a dimension of its own has: names in a list, or numbers."""
    for key in _COARSER_KEYS:
        if key in table.table:
            message = f"the dimension '{name}' has '{key}', and is of no other dimension"
            hint = f'write of = "...", or delete {key}'
            if key == "period":
                hint = period_hint(table) or hint
            if key == "source":
                hint = "only a group has a source: say it in note"
            table.complain("dimension", message, key, hint)
            if key in {"map", "period"}:
                return {"members": ()}
    counts = "from" in table.table or "to" in table.table
    if counts == ("members" in table.table):
        message = f"the dimension '{name}' has {'both members and from' if counts else 'no members'}"
        hint = 'write members = ["A", "B"], or from = 2026 and to = 2030'
        table.complain("dimension", message, "members" if counts else None, hint)
    numbers = read_counted(name, table) if counts else ()
    unit = table.text("unit", longest=LONGEST_LABEL)
    if unit and not counts:
        table.complain("dimension", f"the members of '{name}' are no numbers, and have no unit", "unit", "delete it")
    members, origin = read_names(name, table, data)
    return {
        "members": tuple([member_text(str(number)) for number in numbers]) if counts else members,
        "numbers": numbers,
        "ordered": counts or table.flag("ordered"),
        "unit": (unit if counts else "") or "1",
        "listed_in": origin,
    }


def _refuse(table: Fields, what: str, allowed: tuple[str, ...], hint: str) -> None:
    """Complain of each key of dimensions that does not go with its kind."""
    for key in DIMENSION_KEYS:
        if key in table.table and key not in {"label", "note", *allowed}:
            told = period_hint(table) if key == "period" and "of" not in table.table else ""
            table.complain("dimension", f"{what} has '{key}'", key, told or f"delete it: {hint}")
