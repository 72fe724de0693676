"""Numbers in words: at 15 digits, at 6, along an axis, exactly as they were rounded."""

from __future__ import annotations

from typing import Final

# Between these, numbers are written without an exponent.
NARROW: Final = 1e-4
WIDE: Final = 1e12


def number(value: float) -> str:
    """Return a value at 15 significant digits."""
    return f"{value:.15g}"


def rounded(value: float) -> str:
    """Return a value of a table at 6 significant digits, whole numbers whole."""
    return f"{value:.0f}" if value == round(value) and abs(value) < 1e9 else f"{value:.6g}"  # noqa: PLR2004


def exactly(value: float) -> str:
    """Return a number with the digits that it was rounded to, so that sums come out."""
    text = f"{value:,.12g}" if NARROW <= abs(value) < WIDE or not value else f"{value:.12g}"
    return text.replace("e+", "E+").replace("e-", "E-")


def compact(value: float) -> str:
    """Return a number as it stands along an axis."""
    size = abs(value)
    if not size:
        return "0"
    if size >= 1e12 or size < 1e-3:  # noqa: PLR2004  # where a reader would count zeros
        return f"{value:.3g}".replace("e+", "E+").replace("e-", "E-")
    for least, word in ((1e9, " bn"), (1e6, " M")):
        if size >= least:
            return f"{value / least:.4g}{word}"
    return f"{value:,.0f}" if size >= 1e3 else f"{value:.4g}"  # noqa: PLR2004  # thousands
