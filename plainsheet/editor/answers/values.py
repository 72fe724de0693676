"""What quantities come to, as an editor shows it: in a line, and along time as a row of bars."""

from __future__ import annotations

from typing import Final

import numpy as np

from engine.plan.evaluate import Results
from engine.plan.plan import Row
from engine.problems import printable
from exports.style.words import BARS, counted, in_review

_MOST_BARS: Final = 48


def value_in_line(results: Results, row: Row, member: str = "") -> str:
    """Return what a quantity comes to in a scenario, with its unit: over time at both ends, else from least to most.

    Of one member, what its cells come to; '' where there is none of that name.
    """
    cells: list[float | str] = [*results.told(row.id)]
    members = results.plan.members(row) if row.over else [()]
    told = [(at, one) for at, one in zip(members, cells, strict=True) if not member or member in at]
    if len(told) <= 1:
        return "".join([_with_unit(_number(one), row) for _, one in told])
    numbers = [one for _, one in told if not isinstance(one, str)]
    if not numbers:
        return counted(len(told), "member")
    if _is_along_time(results, row):
        ends = f"{_number(numbers[0])} → {_number(numbers[-1])}"
        return f"{_with_unit(ends, row)}, {told[0][0][0]} → {told[-1][0][0]}"
    ends = f"{_number(min(numbers))} … {_number(max(numbers))}"
    return f"{_with_unit(ends, row)}, {counted(len(numbers), 'cell')}"


def bars(results: Results, row: Row) -> str:
    """Return a quantity along time as a row of bars, from 0 where it keeps its sign; '' for one that is not."""
    if not _is_along_time(results, row):
        return ""
    cells = np.array(results.cells(row.id))
    if len(cells) > _MOST_BARS:
        cells = np.array([part.mean() for part in np.array_split(cells, _MOST_BARS)])
    low, high = min(0.0, cells.min()), max(0.0, cells.max())
    if not np.isfinite(cells).all() or low == high:
        return ""
    return "".join([BARS[round(share * (len(BARS) - 1))] for share in ((cells - low) / (high - low)).tolist()])


def _is_along_time(results: Results, row: Row) -> bool:
    return len(row.over) == 1 and results.plan.model.dimension[row.over[0]].is_time


def _with_unit(text: str, row: Row) -> str:
    return f"{text}{printable(row.unit.suffix)}"


def _number(told: float | str) -> str:
    return printable(told) if isinstance(told, str) else in_review(told)
