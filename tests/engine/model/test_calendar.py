"""Calendars against pandas' periods, which were made by others."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.calendar import Calendar, Period, read_period
from engine.model.load import loads
from engine.model.model import Model
from engine.problems import Problem

_HEAD = '[model]\ntitle = "x"\n'
# Timestamps of pandas end in 2262.
# Old pandas counts nanoseconds, up to 2262.
_DAYS = st.dates(date(1901, 1, 1), date(2100, 12, 31))
_STARTS = st.integers(1, 12)


def _frequency(grain: str, starts: int = 1) -> pd.offsets.BaseOffset:
    """Return what pandas calls a grain: years and quarters by the month in which a year ends."""
    ends = (starts - 2) % 12 + 1
    return {
        "day": pd.offsets.Day(),
        "month": pd.offsets.MonthEnd(),
        "quarter": pd.offsets.QuarterEnd(startingMonth=ends),
        "year": pd.offsets.YearEnd(month=ends),
    }[grain]


def _name(period: pd.Period, grain: str, starts: int) -> str:
    prefix = "FY" if starts > 1 and grain in {"quarter", "year"} else ""
    form = {"day": "%Y-%m-%d", "month": "%Y-%m", "quarter": "%F-Q%q", "year": "%Y"}[grain]
    return f"{prefix}{period.strftime(form)}"


@given(day=_DAYS, starts=_STARTS, grain=st.sampled_from(["day", "month", "quarter", "year"]))
def test_a_day_falls_into_the_period_that_pandas_says(day: date, starts: int, grain: str) -> None:
    period = pd.Period(day, _frequency(grain, starts))
    calendar = Calendar(grain, starts)
    assert calendar.name(day) == _name(period, grain, starts)
    assert calendar.begins(day) == (period.start_time.date() == day)
    assert calendar.ends(day) == (period.end_time.date() == day)


@given(day=_DAYS, count=st.integers(1, 150), grain=st.sampled_from(["day", "month", "quarter", "year"]))
def test_a_calendar_runs_as_a_range_of_periods_does(day: date, count: int, grain: str) -> None:
    expected = pd.period_range(pd.Period(day, _frequency(grain)), periods=count, freq=_frequency(grain))
    first, last = (_name(one, grain, 1) for one in (expected[0], expected[-1]))
    model = loads(f'{_HEAD}[dimensions.time]\nfrom = "{first}"\nto = "{last}"\n')
    dimension = model.dimension["time"]
    assert not model.problems
    assert dimension.periods == tuple(
        [Period(_name(one, grain, 1), one.start_time.date(), one.end_time.date()) for one in expected]
    )
    assert dimension.members == tuple([period.name for period in dimension.periods])
    assert dimension.codes == tuple(map(float, range(count)))
    assert dimension.ordered


@given(
    day=_DAYS,
    count=st.integers(1, 120),
    starts=_STARTS,
    grains=st.sampled_from(
        [("day", "month"), ("day", "quarter"), ("day", "year"), ("month", "quarter"), ("month", "year")]
    ),
)
def test_coarser_periods_are_those_that_pandas_brings_finer_ones_to(
    day: date, count: int, starts: int, grains: tuple[str, str]
) -> None:
    finer, coarser = grains
    starts = 1 if coarser == "month" else starts
    parts = pd.period_range(pd.Period(day, _frequency(finer)), periods=count, freq=_frequency(finer))
    ends = [_name(one, finer, 1) for one in (parts[0], parts[-1])]
    model = _of(finer, ends, coarser, starts)
    assert not model.problems
    whole = [pd.Period(one.start_time, _frequency(coarser, starts)) for one in parts]
    groups = list(dict.fromkeys(whole))
    dimension = model.dimension["coarser"]
    assert dimension.members == tuple([_name(one, coarser, starts) for one in groups])
    assert dimension.places == tuple([groups.index(one) for one in whole])
    first, last = parts[0].start_time.date(), parts[-1].end_time.date()
    for period, group in zip(dimension.periods, groups, strict=True):
        start, end = group.start_time.date(), group.end_time.date()
        assert (period.start, period.end) == (max(start, first), min(end, last))
        assert period.is_whole == (first <= start and end <= last)


def _of(finer: str, ends: list[str], coarser: str, starts: int) -> Model:
    """Return a model with a coarser calendar, which stands before the finer one."""
    shifted = "" if coarser == "month" else f"starts = {starts}\n"
    return loads(
        f'{_HEAD}[dimensions.coarser]\nof = "{finer}"\nperiod = "{coarser}"\n{shifted}'
        f'[dimensions.{finer}]\nfrom = "{ends[0]}"\nto = "{ends[1]}"\n'
    )


@given(quarters=_STARTS, years=_STARTS)
def test_years_start_where_they_cut_no_quarter(quarters: int, years: int) -> None:
    model = loads(
        f'{_HEAD}[dimensions.year]\nof = "quarter"\nperiod = "year"\nstarts = {years}\n'
        f'[dimensions.quarter]\nof = "month"\nperiod = "quarter"\nstarts = {quarters}\n'
        '[dimensions.month]\nfrom = "2026-01"\nto = "2030-12"\n'
    )
    through = model.dimension["year"]
    if model.problems:
        assert (quarters - years) % 3
        assert through.members == ()
        return
    direct = _of("month", ["2026-01", "2030-12"], "year", years).dimension["coarser"]
    assert through.periods == direct.periods
    assert tuple([through.places[place] for place in model.dimension["quarter"].places]) == direct.places


@pytest.mark.parametrize("year", [1904, 2000, 2026, 2028, 2100])
def test_a_leap_year_has_its_day(year: int) -> None:
    model = _of("day", [f"{year}-02-01", f"{year}-03-31"], "month", 1)
    days = [period.end.day for period in model.dimension["coarser"].periods]
    assert days == [pd.Period(f"{year}-02", "M").days_in_month, 31]
    assert (read_period(f"{year}-02-29") is not None) == pd.Period(f"{year}-02", "M").is_leap_year


def test_the_last_years_of_all_are_no_hurdle() -> None:
    model = _of("month", ["9998-01", "9999-12"], "year", 4)
    years = model.dimension["coarser"].periods
    assert [year.name for year in years] == ["FY9998", "FY9999", "FY10000"]
    assert [year.is_whole for year in years] == [False, True, False]
    assert years[-1].end == date(9999, 12, 31)
    assert _of("month", ["9999-01", "9999-12"], "year", 1).dimension["coarser"].periods[0].is_whole


def test_dates_may_stand_without_quotes() -> None:
    quoted = loads(f'{_HEAD}[dimensions.day]\nfrom = "2026-01-15"\nto = "2026-01-18"\n')
    dates = loads(f"{_HEAD}[dimensions.day]\nfrom = 2026-01-15\nto = 2026-01-18\n")
    assert dates.dimension == quoted.dimension


def test_numbers_are_no_calendar() -> None:
    counts = loads(f"{_HEAD}[dimensions.year]\nfrom = 2026\nto = 2028\n").dimension["year"]
    assert not counts.periods
    assert counts.codes == (2026.0, 2027.0, 2028.0)
    assert [counts.member_at(code) for code in counts.codes] == ["2026", "2027", "2028"]


@given(text=st.text(st.sampled_from("0123456789-Q qF/."), max_size=12))
def test_whatever_stands_at_its_ends_is_read_or_told(text: str) -> None:
    model = loads(f'{_HEAD}[dimensions.time]\nfrom = "{text}"\nto = "{text}"\n')
    problems: tuple[Problem, ...] = model.problems
    assert bool(problems) != bool(model.dimension["time"].members)
