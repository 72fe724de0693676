"""Number formats in which 1.08E+25 and 15.3 million can stand in one column.

One plain section each: with conditions in brackets, some spreadsheets drop the minus sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import numpy as np

from engine.atoms import Unit
from engine.rows import Row

_SCIENTIFIC: Final = "0.00E+00"
# From which size a number is shown how; below the last, and above the first, a reader would count zeros.
_STEPS: Final = (
    (1e12, _SCIENTIFIC),
    (1e9, '#,##0.00,,,"bn"'),
    (1e6, '#,##0.00,,"M"'),
    (1e3, "#,##0"),
    (1e2, "#,##0.0"),
    (1, "#,##0.00"),
    (1e-3, "0.000"),
    (0, _SCIENTIFIC),
)
_PERCENT_STEPS: Final = (
    (1e4, _SCIENTIFIC),
    (1e-2, "0.0%"),
    (1e-3, "0.00%"),
    (1e-4, "0.000%"),
    (0, _SCIENTIFIC),
)
_AXIS_STEPS: Final = (
    (1e12, "0.0E+00"),
    (1e10, '#,##0,,," bn"'),
    (1e9, '#,##0.0,,," bn"'),
    (1e7, '#,##0,," M"'),
    (1e6, '#,##0.0,," M"'),
    (10, "#,##0"),
    (1, "0.0"),
    (0.1, "0.00"),
    (1e-3, "0.0000"),
    (0, "0.0E+00"),
)
_WIDE: Final = 1000
_SMALL: Final = 10
# Pure numbers of this size are years, which are read without a separator.
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_MOST_DECIMALS: Final = 12


def for_result(unit: Unit, values: Sequence[float]) -> str:
    """Return the format of a computed cell that takes these values, one a scenario."""
    sizes = [abs(value) for value in values]
    size = max(sizes)
    if unit.percent:
        return next(shown for least, shown in _PERCENT_STEPS if size >= least) if size else "0.0%"
    least_size = min((other for other in sizes if other), default=0.0)
    is_wide = size > _WIDE * least_size and size >= 1e6  # noqa: PLR2004  # from there on, millions
    if is_wide or (size < 1e3 and all(value == int(value) for value in values)):  # noqa: PLR2004  # no thousands
        # What is whole or small today need not be so when an input is changed: let the spreadsheet decide.
        return "General"
    if size < 1e6 and all(value == int(value) for value in values):  # noqa: PLR2004  # up to millions
        return "#,##0"
    if least_size < _SMALL and 1e3 <= size < 1e6:  # noqa: PLR2004  # thousands, beside what has decimals to be seen
        return "#,##0.00"
    place = next(place for place, (least, _) in enumerate(_STEPS) if size >= least)
    least, shown = _STEPS[place]
    # 997 thousand in one scenario and 2 million in another are both read more easily as thousands.
    is_near = 1 < least <= size < 10 * least and least_size < least
    return _STEPS[place + 1][1] if is_near else shown


def for_axis(unit: Unit, values: Sequence[float], *, is_log: bool = False) -> str:
    """Return the format of the numbers along an axis."""
    size = max(map(abs, values), default=0.0)
    if unit.percent:
        return "0%" if size >= 0.05 else "0.0%"  # noqa: PLR2004  # below five percent, ticks are parts of one
    if is_log and size >= 1e9:  # noqa: PLR2004  # as below
        return "0E+00"
    return next(shown for least, shown in _AXIS_STEPS if size >= least)


def for_input(row: Row, given: Sequence[Decimal]) -> str:
    """Return the format of an input: the digits as written in any scenario, and whatever is typed over them."""
    values = given or tuple([Decimal(str(value)) for value in np.ravel(np.asarray(row.value)).tolist()])
    sizes = [abs(value) for value in values]
    size = max(sizes)
    least = min([other for other in sizes if other], default=size)
    if row.unit.percent:
        decimals = max(1, *[-_last_digit(value) for value in values], 1)
        return f"0.{'0' * decimals}%" if decimals <= _MOST_DECIMALS else _SCIENTIFIC
    if size and not Decimal("0.001") <= least <= size < 10**9:
        return "0.00##########E+00"
    if row.unit.text == "1" and all(_FIRST_YEAR <= value <= _LAST_YEAR for value in values):
        return "General"
    if size >= 1000 and all(value == value.to_integral_value() for value in values):  # noqa: PLR2004  # has thousands
        return "#,##0"
    return "General"


def _last_digit(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
