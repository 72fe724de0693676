"""Numbers along a logarithmic axis: where they stand, so that at least two of them can be read off along a curve."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import Final

_DECADE: Final = 10
_FEW_POWERS: Final = 1000
_CONSTANT: Final = 1e-9


def is_narrow(least: float, most: float) -> bool:
    """Return whether numbers above 0 lie within less than a decade: spreadsheets number powers of ten alone."""
    return most < _DECADE * least


def ticks(least: float, most: float) -> list[float]:
    """Return the numbers along an axis from one at or below the least of a curve to one at or above its most.

    They are powers of ten, with 2 and 5 between few of them; where fewer than two of these lie within the curve they
    stand in equal steps. Of a curve that goes nowhere they are the powers around it.
    """
    if most - least <= _CONSTANT * most:
        return (
            _powers(least, most, (1,)) if _powers(least, most, (1,))[1:] else [least / _DECADE, least, least * _DECADE]
        )
    found = _powers(least, most, (1, 2, 5) if most < _FEW_POWERS * least else (1,))
    if sum(least <= tick <= most for tick in found) > 1:
        return found
    # A third of the way or less, so that at least two are within.
    third = (most - least) / 3
    power = 10.0 ** floor(log10(third))
    step = max(part for part in (1, 2, 5) if part * power <= third or part == 1) * power
    digits = max(0, 1 - floor(log10(step)))
    return [round(index * step, digits) for index in range(floor(least / step), ceil(most / step) + 1)]


def _powers(least: float, most: float, parts: tuple[int, ...]) -> list[float]:
    """Return products of powers of ten from the last one that is not above `least` to the first not below `most`."""
    powers = range(floor(log10(least)), ceil(log10(most)) + 1)
    every = [float(f"{part}e{power}") for power in powers for part in parts]
    first = max([index for index, tick in enumerate(every) if tick <= least], default=0)
    last = min([index for index, tick in enumerate(every) if tick >= most], default=len(every) - 1)
    return every[first : last + 1]
