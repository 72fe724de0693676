"""Axes: the numbers along them, and where on a picture a number stands. `scripts/axes.js` says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import floor, log
from typing import Final

from exports.style import log_scale
from exports.style.words import names_on_axis

_FAR_FROM_0: Final = 6
_LETTER: Final = 6.6


@dataclass(frozen=True, slots=True)
class Axis:
    """Numbers from `low` to `high` along a way from one place of a picture to another, and those that are written."""

    low: float
    high: float
    ticks: tuple[float, ...]
    is_log: bool = False
    begin: float = 0.0
    end: float = 1.0

    def place(self, value: float) -> float:
        """Return where a number stands."""
        share = (
            log(value / self.low) / log(self.high / self.low)
            if self.is_log
            else (value - self.low) / (self.high - self.low)
        )
        return self.begin + share * (self.end - self.begin)

    def along(self, begin: float, end: float) -> Axis:
        """Return the axis between two places of a picture."""
        return Axis(self.low, self.high, self.ticks, self.is_log, begin, end)

    @property
    def names(self) -> list[str]:
        """Return the numbers as they are written."""
        return names_on_axis(self.ticks)

    @property
    def width(self) -> float:
        """Return how wide the widest of these is."""
        return max(map(len, self.names)) * _LETTER


def heights(values: Sequence[float], *, is_log: bool, is_bar: bool) -> Axis:
    """Return the axis for what is drawn: from 0 where that is near, and of bars always."""
    least, most = min(values), max(values)
    if is_log:
        ticks = log_scale.ticks(least, most)
        low, high = min(least, ticks[0]), max(most, ticks[-1])
        # A bar needs a length, also where it ends at the first number.
        return Axis(ticks[0] * ticks[0] / ticks[1] if is_bar and low == least else low, high, tuple(ticks), is_log=True)
    if is_bar or most - least > max(abs(least), abs(most)) / _FAR_FROM_0 or least == most:
        least, most = min(least, 0.0), max(most, 0.0)
    step = _step(least, most)
    first, last = floor(least / step), -floor(-most / step)
    ticks = _multiples(first, max(last, first + 1), step)
    return Axis(ticks[0], ticks[-1], tuple(ticks))


def across(values: Sequence[float], *, is_log: bool) -> Axis:
    """Return the axis of an input that is varied: from its first value to its last, with the numbers in between."""
    least, most = min(values), max(values)
    if is_log:
        ticks = log_scale.ticks(least, most)
    else:
        step = _step(least, most)
        ticks = _multiples(floor(least / step), -floor(-most / step), step)
    return Axis(least, most, tuple([tick for tick in ticks if least <= tick <= most]), is_log=is_log)


def _step(least: float, most: float) -> float:
    """Return 1, 2 or 5 times a power of ten, of which about five are between two numbers."""
    fifth = (most - least) / 5 or 0.2
    power = Decimal(fifth).adjusted()
    return next(step for part in ("1", "2", "5", "10") if (step := float(f"{part}e{power}")) >= fifth)


def _multiples(first: int, last: int, step: float) -> list[float]:
    """Return multiples of a step, as near as decimals are: not 0.30000000000000004."""
    return [float(f"{number * step:.12g}") for number in range(first, last + 1)]
