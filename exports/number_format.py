"""Number formats in which 1.08E+25 and 15.3 million can stand in one column."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from engine.plan import Row

_LARGE: Final = '[>=1000000000]0.00E+00;[>=1000000]#,##0.0##,,"M";'
_SCIENTIFIC: Final = "0.00E+00"


def for_result(row: Row, value: float) -> str:
    """Return the format of a computed cell: three digits or more, and room for ten times as much."""
    if row.unit.percent:
        return "0.0%"
    size = abs(value)
    if size == 0:
        return "General"
    if size >= 1e9 or size < 1e-3:  # noqa: PLR2004  # beyond these a reader counts zeros
        return _SCIENTIFIC
    if size >= 1000 or (value == int(value) and size >= 100):  # noqa: PLR2004
        return _LARGE + "#,##0"
    if value == int(value):
        return _LARGE + "General"
    return _LARGE + ("#,##0.0" if size >= 100 else "#,##0.00" if size >= 1 else "0.000")  # noqa: PLR2004


def for_input(row: Row) -> str:
    """Return the format of an input: the digits as written, and whatever is typed over them."""
    value = (
        row.quantity.value if row.quantity is not None and row.quantity.value is not None else Decimal(str(row.value))
    )
    size = abs(value)
    if row.unit.percent:
        return "0." + "0" * max(1, -_last_digit(value)) + "%"
    if size and not Decimal("0.001") <= size < 10**9:
        return "0.00##########E+00"
    if size >= 1000 and value == value.to_integral_value():  # noqa: PLR2004
        return "#,##0"
    return "General"


def _last_digit(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
