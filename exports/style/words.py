"""Numbers, counts and units in words: each way of writing one stands here once, and says where it is used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import ulp
from typing import Final
from unicodedata import normalize

from engine.language.numbers.scalars import round_half_away
from engine.model.calendar import read_period
from engine.units.unit import PURE, Unit

# Eight heights, for what is drawn in a line of text.
BARS: Final = "▁▂▃▄▅▆▇█"
# Between these, numbers are written without an exponent.
_NARROW: Final = 1e-4
_WIDE: Final = 1e12
_DIGITS: Final = 6
_MOST_NAMES: Final = 16
# Of a year, in months or in quarters.
_STEPS: Final = {"month": (1, 2, 3, 6, 12), "quarter": (1, 2, 4)}
_BEGINS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def in_full(value: float | str) -> str:
    """Return a value at 15 significant digits: on pages, in answers about one number, and where an import compares.

    A member that a choice takes is said as it is, here and below.
    """
    return value if isinstance(value, str) else f"{value:.15g}"


def exactly(value: float | str) -> str:
    """Return the shortest text that reads back as the same number: in CSV, for programs."""
    short = in_full(value)
    return short if isinstance(value, str) or float(short) == value else repr(float(value))


def as_typed(value: float) -> str:
    """Return a value at 15 significant digits where it differs from them in its last bit only, else as it is.

    So it was typed with these, and divided by 100 as 12.3 % was, or 10 percent were added.
    """
    short = in_full(value)
    return short if abs(float(short) - value) <= ulp(value) else repr(float(value))


def with_separators(value: float) -> str:
    """Return a value at 15 significant digits with separators of thousands: in what a cell says of a number refused."""
    return f"{value:,.15g}"


def in_table(value: float | str) -> str:
    """Return a value at 6 significant digits, whole numbers whole: in tables of the console and labels of a tornado."""
    if isinstance(value, str):
        return value
    return f"{value:.0f}" if value == round(value) and abs(value) < 1e9 else f"{value:.6g}"  # noqa: PLR2004


def in_review(value: float | None, digits: int = _DIGITS) -> str:
    """Return an output at 6 digits, with separators and without zeros behind: in reviews, imports and histories."""
    if value is None:
        return "none"
    short = f"{value:.{digits}g}"
    if not float(short) or _NARROW <= abs(float(short)) < _WIDE:
        whole, _, decimals = f"{Decimal(short):,f}".partition(".")
        return f"{whole}.{decimals}".rstrip("0").rstrip(".")
    return _with_capital_e(short)


def in_sum(value: float) -> str:
    """Return a number with the digits that it was rounded to, so that sums come out: in a review's waterfalls."""
    text = f"{value:,.12g}" if _NARROW <= abs(value) < _WIDE or not value else f"{value:.12g}"
    return _with_capital_e(text)


def on_axis(value: float) -> str:
    """Return a number as it stands along an axis or at a bar of a picture: 15.3 M."""
    size = abs(value)
    if not size:
        return "0"
    if size >= 1e12 or size < 1e-3:  # noqa: PLR2004  # where a reader would count zeros
        return _with_capital_e(f"{value:.3g}")
    for least, word in ((1e9, " bn"), (1e6, " M")):
        if size >= least:
            return f"{value / least:.4g}{word}"
    return f"{value:,.0f}" if size >= 1e3 else f"{value:.4g}"  # noqa: PLR2004  # thousands


def names_on_axis(values: Sequence[float]) -> list[str]:
    """Return numbers as they stand along an axis, with as many digits as tell them apart."""
    names = [on_axis(value) for value in values]
    for digits in range(5, 16):
        if len(set(names)) == len(set(values)):
            break
        names = [_with_capital_e(f"{value:.{digits}g}") for value in values]
    return names


def are_periods(names: Sequence[str]) -> bool:
    """Return whether names are those of periods, which say themselves what they are."""
    return bool(names) and read_period(names[0].removeprefix("FY")) is not None


def every_on_axis(names: Sequence[str], most: int = _MOST_NAMES) -> int:
    """Return how many names one stands for along an axis with room for `most`: of months so that years come out."""
    least = max(1, len(names) // most)
    found = read_period(names[0].removeprefix("FY")) if names else None
    steps = _STEPS.get(found[0].grain, ()) if found is not None else ()
    year = steps[-1] if steps else 1
    return next((step for step in steps if step >= least), -(-least // year) * year)


def in_label(value: float, decimals: int) -> str:
    """Return a number rounded as ROUND does it: in a chart's label, beside the formula that writes the same."""
    # Adding 0 takes the sign off a zero, as spreadsheets do.
    return f"{round_half_away(value, decimals) + 0.0:.10g}"


def as_elasticity(value: float | None) -> str:
    """Return an elasticity at three decimals, or at two digits where these would show 0: in tables of the console."""
    if value is None:
        return "none"
    # What is less than this is left over of parts that cancel.
    value = value if abs(value) >= 1e-12 else 0.0  # noqa: PLR2004  # some thousand times a float's last digit
    return f"{value:.3f}" if abs(value) >= 0.0005 or not value else f"{value:.1e}"  # noqa: PLR2004  # three decimals


def sentences(texts: Iterable[str]) -> str:
    """Return texts as sentences, one after the other: each with a full stop, unless it ends with a sign of its own."""
    given = [text.strip() for text in texts if text.strip()]
    return " ".join([text if text.endswith((".", "?", "!", "…")) else f"{text}." for text in given])


def plural(count: int, one: str, several: str = "") -> str:
    """Return the word for one or for several, which takes an s where it is not given."""
    return one if count == 1 else several or f"{one}s"


def counted(count: int, one: str, several: str = "") -> str:
    """Return how many there are, with the words for one or for several."""
    return f"{count:,} {plural(count, one, several)}"


def and_more(count: int) -> str:
    """Return the line below a list that was cut, of which --json has the rest."""
    return f"... and {count:,} more: --json lists all"


def unit_words(unit: str) -> str:
    """Return a unit of which only the text is at hand for a reader, '' for a pure number."""
    return Unit(unit, PURE).words


def unit_suffix(unit: str) -> str:
    """Return what stands behind a number, of a unit of which only the text is at hand."""
    return Unit(unit, PURE).suffix


def unit_or_number(unit: str) -> str:
    """Return a unit for a column of units: a pure number says that it is one."""
    return "number" if unit == "1" else unit


def is_like_formula(text: str) -> bool:
    """Return whether a spreadsheet might take a text for a formula; some take wide letters for plain ones."""
    return normalize("NFKC", text[:1]).startswith(_BEGINS_FORMULA)


def _with_capital_e(text: str) -> str:
    return text.replace("e+", "E+").replace("e-", "E-")
