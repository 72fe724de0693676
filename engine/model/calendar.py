"""Calendars: how time is cut into periods, and what each period is called."""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

FIRST_YEAR: Final = 1901
# The day from which spreadsheets count, so that 1 March 1900 is day 61.
_DAY_ZERO: Final = date(1899, 12, 30).toordinal()
GRAINS: Final = ("day", "month", "quarter", "year")
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_YEAR: Final = 12
_QUARTER: Final = 3
_FORMS: Final = {
    "day": re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"),
    "month": re.compile(r"([0-9]{4})-([0-9]{2})"),
    "quarter": re.compile(r"([0-9]{4})-Q([1-4])"),
    "year": re.compile(r"([0-9]{4})"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """A period, with its first and its last day; of one that a calendar covers in part, those of that part."""

    name: str
    start: date
    end: date
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Calendar:
    """How time is cut: into days, months, quarters or years, the last two counted from a month of the year."""

    grain: str
    starts: int = 1

    @property
    def months(self) -> int:
        """Return how many months a period has; 0 for days."""
        return _MONTHS.get(self.grain, 0)

    def name(self, day: date) -> str:
        """Return what the period that a day falls in is called; a fiscal year by the year in which it ends."""
        if self.grain == "day":
            return day.isoformat()
        if self.grain == "month":
            return f"{day.year:04}-{day.month:02}"
        year, month = divmod(_number(day) - (self.starts - 1), _YEAR)
        fiscal = self.starts > 1
        name = f"FY{year + 1:04}" if fiscal else f"{year:04}"
        return name if self.grain == "year" else f"{name}-Q{month // _QUARTER + 1}"

    def begins(self, day: date) -> bool:
        """Return whether a period begins with a day."""
        return not self.months or (day.day == 1 and self._is_edge(_number(day)))

    def ends(self, day: date) -> bool:
        """Return whether a period ends with a day."""
        return not self.months or (day == _last_day(_number(day)) and self._is_edge(_number(day) + 1))

    def count(self, first: date, last: date) -> int:
        """Return how many periods there are from the one that begins with a day to the one that ends with another."""
        if not self.months:
            return (last - first).days + 1
        return (_number(last) + 1 - _number(first)) // self.months

    def periods(self, first: date, last: date) -> Iterator[Period]:
        """Yield the periods from the one that begins with a day to the one that ends with another."""
        for number in range(self.count(first, last)):
            if self.months:
                month = _number(first) + number * self.months
                start, end = date(*_year_month(month), 1), _last_day(month + self.months - 1)
            else:
                start = end = first + timedelta(number)
            yield Period(self.name(start), start, end)

    def cuts(self, finer: Calendar) -> bool:
        """Return whether a period of a finer calendar would belong to two periods of this one."""
        return finer.months > 1 and (self.starts - finer.starts) % finer.months != 0

    def grouped(self, finer: Sequence[Period]) -> tuple[tuple[Period, ...], tuple[int, ...]]:
        """Return the periods that finer ones make up, and the place, from 0, of each finer one among them."""
        groups: dict[str, list[Period]] = {}
        places = []
        for period in finer:
            groups.setdefault(self.name(period.start), []).append(period)
            places.append(len(groups) - 1)
        made = [
            Period(name, parts[0].start, parts[-1].end, self.begins(parts[0].start) and self.ends(parts[-1].end))
            for name, parts in groups.items()
        ]
        return tuple(made), tuple(places)

    def _is_edge(self, month: int) -> bool:
        return (month - (self.starts - 1)) % self.months == 0


def read_period(text: str) -> tuple[Calendar, date, date] | None:
    """Return the calendar that a text names a period of, and that period's first and last day; None for any other."""
    for grain, form in _FORMS.items():
        found = form.fullmatch(text)
        if not found:
            continue
        calendar = Calendar(grain)
        year, *rest = [int(part) for part in found.groups()]
        if grain == "quarter":
            rest = [(rest[0] - 1) * _QUARTER + 1]
        try:
            start = date(year, *[*rest, 1, 1][:2])
        except ValueError:
            return None
        return calendar, start, _last_day(_number(start) + calendar.months - 1) if calendar.months else start
    return None


def named_cut(period: Period) -> Calendar:
    """Return the calendar that a period is of, by its name and, where that is of a fiscal year, its first day."""
    name = period.name.removeprefix("FY")
    grain = next(grain for grain, form in _FORMS.items() if form.fullmatch(name))
    quarter = int(name[-1]) - 1 if grain == "quarter" else 0
    is_fiscal = name != period.name
    return Calendar(grain, (period.start.month - 1 - quarter * _QUARTER) % _YEAR + 1 if is_fiscal else 1)


def is_like_a_period(text: str) -> bool:
    """Return whether a text has the form of a period, though there may be none: ``2026-13``."""
    return any(form.fullmatch(text) for form in _FORMS.values())


def mended_period(text: str) -> str:
    """Return the name of the period that a text spells in another way, such as ``2026-1`` or ``Q1 2026``; or ''."""
    plain = re.sub(r"[^0-9Q]+", "-", text.upper().replace("Q", "-Q")).strip("-")
    parts = [part.zfill(2) for part in plain.split("-")]
    if len(parts) > 1 and parts[0].startswith("Q"):
        parts = [parts[1], parts[0], *parts[2:]]
    mended = "-".join(parts)
    return mended if not re.search(r"[A-PR-Za-pr-z]", text) and read_period(mended) else ""


def place_of(periods: Sequence[Period], day: date) -> int | None:
    """Return the place, from 0, of the period that a day falls in; None outside of them."""
    place = bisect_right(periods, day, key=lambda period: period.start) - 1
    return place if place >= 0 and day <= periods[place].end else None


def _number(day: date) -> int:
    """Return the number of a day's month, counted without a gap."""
    return day.year * _YEAR + day.month - 1


def _year_month(number: int) -> tuple[int, int]:
    year, month = divmod(number, _YEAR)
    return year, month + 1


def _last_day(number: int) -> date:
    year, month = _year_month(number)
    return date(year, month, monthrange(year, month)[1])


def serial_day(day: date) -> float:
    """Return a day as spreadsheets count it: 1 January 1901 is 367."""
    return float(day.toordinal() - _DAY_ZERO)


def day_of(serial: float) -> date:
    """Return the day that spreadsheets count as a number, whose fraction is the time of day."""
    return date.fromordinal(_DAY_ZERO + int(serial))
