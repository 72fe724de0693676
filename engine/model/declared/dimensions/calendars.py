"""Reads calendars: periods from a first to a last one, and coarser ones that periods make up."""

from __future__ import annotations

import datetime as dt
from datetime import date
from typing import Final

from engine.model.calendar import FIRST_YEAR, GRAINS, Calendar, Period, is_like_a_period, mended_period, read_period
from engine.model.declared.dimensions.members import MOST_MEMBERS
from engine.model.dimensions import Dimension
from engine.model.table import Fields, kind_of
from engine.problems import listed, shortened

_FORMS: Final = {"day": "2026-01-15", "month": "2026-01", "quarter": "2026-Q1", "year": "2026"}
_HINT: Final = 'write "2026-01" for months, "2026-Q1" for quarters, "2026-01-15" for days, or "2026" for years'
_MONTHS: Final = 12


def is_calendar(table: Fields) -> bool:
    """Return whether a dimension runs between periods, and not between numbers."""
    return any(isinstance(table.table.get(key), str | dt.date) for key in ("from", "to"))


def read_periods(name: str, table: Fields) -> tuple[Calendar, tuple[Period, ...]] | None:
    """Return a calendar and its periods, both ends included; None where something is wrong, which is noted."""
    if "from" not in table.table or "to" not in table.table:
        missing = "to" if "from" in table.table else "from"
        message = f"the calendar '{name}' has no '{missing}'"
        table.complain("missing-key", message, None, 'write from = "2026-01" and to = "2028-12"; both are members')
        return None
    begin, finish = _end(name, table, "from"), _end(name, table, "to")
    if begin is None or finish is None:
        return None
    (first, start, _), (last, at, end) = begin, finish
    if first != last:
        message = f"the calendar '{name}' runs from a {first.grain} to a {last.grain}"
        hint = f'write both alike: to = "{first.name(end if first.months else at)}"'
        table.complain("dimension", message, "to", hint)
        return None
    if end < start:
        message = f"the calendar '{name}' runs from {first.name(start)} to {first.name(end)}"
        table.complain("dimension", message, "to", "time runs forwards: exchange the two")
        return None
    if first.count(start, end) > MOST_MEMBERS:
        message = f"the dimension '{name}' has more than {MOST_MEMBERS:,} members"
        table.complain("size", message, None, "take longer periods, or fewer")
        return None
    return first, tuple(first.periods(start, end))


def period_hint(table: Fields) -> str:
    """Return the ends of the calendar whose periods a key names beside others' ends; '' where there is none."""
    period = table.table.get("period")
    ends = [read_period(str(table.table.get(key))) for key in ("from", "to")]
    if period not in GRAINS or None in ends:
        return ""
    first, last = [end for end in ends if end is not None]
    meant = Calendar(period)
    if meant == first[0] == last[0] and isinstance(table.table["from"], str):
        return ""
    if not (meant.begins(first[1]) and meant.ends(last[2])):
        return f'make a dimension of these {first[0].grain}s: of = "{table.path[-1]}", period = "{period}"'
    ends_meant = f'from = "{meant.name(first[1])}", to = "{meant.name(last[2])}"'
    return f"the form of the ends says the period: write {ends_meant}, and delete period"


def _end(name: str, table: Fields, key: str) -> tuple[Calendar, date, date] | None:
    """Return the calendar, and the first and last day, of the period at a key."""
    value = table.table[key]
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        value = value.isoformat()
    if not isinstance(value, str):
        message = f"the calendar '{name}' has a '{key}' that is {kind_of(value)}"
        hint = _HINT
        if isinstance(value, int) and not isinstance(value, bool):
            hint = f'both ends in quotes make a calendar: {key} = "{value}"; both without quotes are numbers'
        table.complain("dimension", message, key, hint)
        return None
    found = read_period(value)
    if found is None:
        table.complain("dimension", f"'{shortened(value)}' is no period", key, _period_hint(key, value))
    elif found[1].year < FIRST_YEAR:
        message = f"the calendar '{name}' begins before {FIRST_YEAR}"
        hint = f"numbers go further back: {key} = {value}, without quotes" if found[0].grain == "year" else ""
        table.complain("dimension", message, key, hint or "spreadsheets know no dates before it")
        return None
    return found


def _period_hint(key: str, text: str) -> str:
    """Return how a period is written that is not spelled as one."""
    if is_like_a_period(text):
        return ("the years go from 1901 to 9999", "months go from 01 to 12", "there is no such day")[text.count("-")]
    if mended := mended_period(text):
        return f'write {key} = "{mended}"'
    if text.upper().startswith("FY"):
        return 'fiscal years are made of months: of = "month", period = "year", starts = 4'
    if text.strip().lstrip("-").replace(".", "", 1).isdigit():
        return f"numbers are counted without quotes: {key} = {text.strip()}"
    return _HINT


def read_coarser(name: str, table: Fields, finer: Dimension, cut: Calendar) -> Calendar | None:
    """Return how a coarser calendar cuts time; None where something is wrong, which is noted."""
    allowed = GRAINS[GRAINS.index(cut.grain) + 1 :]
    period = table.choice("period", GRAINS[1:])
    if not period:
        if table.table["period"] == "":
            table.complain("choice", f"the period of '{name}' is empty", "period", 'write period = "year"')
        return None
    if period not in allowed:
        message = f"'{name}' has {period}s of '{finer.id}', which has {cut.grain}s"
        hint = f"of {cut.grain}s there are period = {listed(allowed, 'or')}" if allowed else "there is nothing coarser"
        table.complain("dimension", message, "period", hint.replace("'", '"'))
        return None
    starts = 1
    if "starts" in table.table:
        if period == "month":
            message = f"'{name}' has months, and 'starts'"
            table.complain("dimension", message, "starts", "delete it: years and quarters start with a month")
            return None
        read = table.whole("starts", 1, _MONTHS)
        if read is None:
            return None
        starts = read
    coarser = Calendar(period, starts)
    if coarser.cuts(cut):
        message = f"the {period}s of '{name}' start with month {starts}, which cuts a {cut.grain} of '{finer.id}'"
        *others, last = [str(month) for month in range(1, _MONTHS + 1) if not Calendar(period, month).cuts(cut)]
        table.complain("dimension", message, "starts", f"write starts = {', '.join(others)} or {last}")
        return None
    return coarser
