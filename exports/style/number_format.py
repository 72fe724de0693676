"""Number formats in which 1.08E+25, 15.3 M and 2.50 can stand in one column, with (2.50) for what is below 0.

Without conditions in brackets: with these, some spreadsheets drop the minus sign.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from math import ceil, floor, log10
from typing import Final

import numpy as np

from engine.plan.plan import Row
from engine.units.unit import Unit
from exports.style.words import in_label

# By which a spreadsheet decides itself.
GENERAL: Final = "General"
_SCIENTIFIC: Final = "0.00E+00"
# From which size a number is shown how; below the last, and above the first, a reader would count zeros.
_STEPS: Final = (
    (1e12, _SCIENTIFIC),
    (1e10, '#,##0.0,,," bn"'),
    (1e9, '#,##0.00,,," bn"'),
    (1e7, '#,##0.0,," M"'),
    (1e6, '#,##0.00,," M"'),
    (1e3, "#,##0"),
    (1e2, "#,##0.0"),
    (1, "#,##0.00"),
    (1e-3, "0.000"),
    (0, _SCIENTIFIC),
)
# Without % the fraction would be shown as it is stored, a hundredth of the percents; not all take it beside E.
_PERCENT_STEPS: Final = (
    (1e7, '#,##0,," M" %'),
    (1e4, "#,##0 %"),
    (1e-2, "0.0 %"),
    (1e-3, "0.00 %"),
    (1e-4, "0.000 %"),
    (1e-5, "0.0000 %"),
    (1e-6, "0.00000 %"),
    (1e-8, "0.0000000 %"),
    (0, "0.0000000000 %"),
)
# Units that a reader knows as money, whatever base a model gives them, with two decimals: 2.50.
_MONEY: Final = frozenset(
    {
        *(
            "AUD",
            "BRL",
            "CAD",
            "CHF",
            "CNY",
            "CZK",
            "DKK",
            "EUR",
            "GBP",
            "HKD",
            "HUF",
            "IDR",
            "ILS",
            "INR",
            "JPY",
            "KRW",
        ),
        *("MXN", "MYR", "NOK", "NZD", "PLN", "RON", "SEK", "SGD", "THB", "TRY", "TWD", "USD", "ZAR"),
    }
)
_CENTS: Final = 1e4
_OF_THOUSANDS: Final = ((1e3, "#,##0"), (1, "#,##0.0"), (0, "0.00"))
# From there on, an amount in thousands and its unit are too wide for a column.
_WIDEST: Final = 1e7
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
# Powers of ten with the words for them, and from which power on a number in a sentence has an exponent.
_WORDS: Final = ((3, ""), (6, " M"), (9, " bn"))
_LARGEST, _SMALLEST = 12, 2
_WIDE: Final = 1000
# Of numbers that are so far apart: below what size, and with what smallest one, digits show all of them.
_DIGITS_ONLY: Final = ((1e9, 10, "#,##0"), (1e7, 0.1, "#,##0.00"))
_SMALL: Final = 10
# Pure numbers of this size are years, which are read without a separator.
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_MOST_DECIMALS: Final = 12
# Where numbers lie closer together than this part of the largest, spreadsheets begin their axis far from 0.
_FAR_FROM_0: Final = 6
_DIGITS: Final = re.compile(r"0(?:\.(?P<decimals>0+))?(?P<thousands>,*)(?=[ \"%E]|$)")


def for_result(unit: Unit, values: Sequence[float]) -> str:
    """Return the format of a computed cell that takes these values, one a scenario.

    The unit stands in a column of its own; what is below 0 in parentheses, and 0 as a dash, as finance reads them.
    """
    if shown := for_results(unit, values):
        return shown
    # No word such as M suits all: digits do, as far as a column holds them, and otherwise a power of ten.
    sizes = [abs(value) for value in values if value]
    size, least_size = max(sizes), min(sizes)
    return _signed(
        next((shown for most, least, shown in _DIGITS_ONLY if size < most and least_size >= least), _SCIENTIFIC)
    )


def for_results(unit: Unit, values: Sequence[float]) -> str:
    """Return the format of cells below each other that take these values; '' where they differ too much in size."""
    sizes = [abs(value) for value in values]
    size = max(sizes)
    if unit.percent:
        if 0.01 <= size < _PERCENT_STEPS[1][0] and all(round(value * 100, 9) == round(value * 100) for value in values):  # noqa: PLR2004
            return _signed("0 %")
        return _signed(next(shown for least, shown in _PERCENT_STEPS if size >= least) if size else "0.0 %")
    if _is_thousands(unit.text) and (size == 0 or 0.01 <= size < _WIDEST):  # noqa: PLR2004  # as below
        return _signed(next(shown for least, shown in _OF_THOUSANDS if size >= least))
    if unit.text in _MONEY and (size == 0 or 0.01 <= size < _CENTS):  # noqa: PLR2004  # down to a cent
        return _signed("#,##0.00")
    return _signed(_plain(unit, sizes, size, values))


def _signed(shown: str) -> str:
    """Return a format with parentheses for what is below 0 and a dash for 0, unless the spreadsheet is to decide."""
    return shown if shown in {"", GENERAL} else f'{shown}_);({shown});"-"_)'


def _is_thousands(name: str) -> bool:
    """Return whether a unit is money by the thousand or the million: kEUR."""
    return name[:1] in {"k", "M", "G"} and name[1:] in _MONEY


def _plain(unit: Unit, sizes: Sequence[float], size: float, values: Sequence[float]) -> str:
    least_size = min((other for other in sizes if other), default=0.0)
    are_whole = all(value == int(value) for value in values)
    if are_whole and (size < 1e3 or are_years(unit, values)):  # noqa: PLR2004  # no thousands
        # What is whole or small today need not be so when an input is changed: let the spreadsheet decide.
        return GENERAL
    if size > _WIDE * least_size and size >= 1e6:  # noqa: PLR2004  # from there on, millions
        return ""
    if size < 1e6 and are_whole:  # noqa: PLR2004  # up to millions
        return "#,##0"
    if least_size < _SMALL and 1e3 <= size < 1e6:  # noqa: PLR2004  # thousands, beside what has decimals to be seen
        return "#,##0.00"
    index = next(index for index, (least, _) in enumerate(_STEPS) if size >= least)
    least, shown = _STEPS[index]
    # 997 thousand in one scenario and 2 million in another are both read more easily as thousands.
    is_near = 1 < least <= size < 10 * least and least_size < least
    return _STEPS[index + 1][1] if is_near else shown


def are_years(unit: Unit, values: Sequence[float] | Sequence[Decimal]) -> bool:
    """Return whether numbers are years, as far as one can tell."""
    return unit.text == "1" and all(_FIRST_YEAR <= value <= _LAST_YEAR and value % 1 == 0 for value in values)


def for_axis(unit: Unit, values: Sequence[float], *, is_log: bool = False) -> str:
    """Return the format of the numbers along an axis."""
    size = max(map(abs, values), default=0.0)
    if unit.percent:
        shown = "0 %" if size >= 0.05 else "0.0 %"  # noqa: PLR2004  # below five percent, ticks are parts of one
    elif is_log and size >= 1e9:  # noqa: PLR2004  # as below
        return "0E+00"
    else:
        shown = next(shown for least, shown in _AXIS_STEPS if size >= least)
    span = max(values, default=0.0) - min(values, default=0.0)
    return _with_decimals(shown, size, span) if 0 < span < size / _FAR_FROM_0 else shown


def _with_decimals(shown: str, size: float, span: float) -> str:
    """Return a format that tells the ticks apart of an axis which begins far from 0."""
    found = _DIGITS.search(shown)
    assert found is not None  # noqa: S101  # every format has digits
    of_format = 10.0 ** floor(log10(size)) if "E" in shown else 10.0 ** (3 * len(found["thousands"]))
    one = of_format / (100 if "%" in shown else 1)
    decimals = min(ceil(log10(one / span)) + 1, _MOST_DECIMALS)
    if decimals <= len(found["decimals"] or ""):
        return shown
    return f"{shown[: found.start()]}0.0{'#' * (decimals - 1)}{found['thousands']}{shown[found.end() :]}"


def for_input(row: Row, given: Sequence[Decimal]) -> str:
    """Return the format of an input: the digits as written in any scenario, and whatever is typed over them."""
    values = given or tuple([Decimal(str(value)) for value in np.ravel(np.asarray(row.value)).tolist()])
    sizes = [abs(value) for value in values]
    size = max(sizes)
    least = min([other for other in sizes if other], default=size)
    if row.unit.percent:
        decimals = max(1, *[-_last_digit(value) for value in values], 1)
        if decimals > _MOST_DECIMALS:
            return _SCIENTIFIC
        # What is typed over a whole percent may have decimals.
        return f"0.{'0' * decimals} %"
    if size and not Decimal("0.001") <= least <= size < 10**9:
        return "0.00##########E+00"
    if row.unit.text in _MONEY or _is_thousands(row.unit.text):
        return "#,##0.00########"
    has_thousands = size >= 1000 and all(value == value.to_integral_value() for value in values)  # noqa: PLR2004  # as it says
    return "#,##0" if has_thousands and not are_years(row.unit, values) else GENERAL


def in_text(cells: tuple[str, str, str], value: float, unit: Unit) -> tuple[str, str]:
    """Return a number as a short text in a sentence, and the formula that makes it.

    The cells hold the number, its size, and the power of ten of that.
    """
    return percent_in_text(cells[0], value) if unit.percent else number_in_text(cells, value)


def percent_in_text(address: str, value: float) -> tuple[str, str]:
    """Return what `in_text` does of a share."""
    return f"{in_label(value * 10**2, 1)} %", f'ROUND({address}*10^2,1)&" %"'


def scientific_in_text(cells: tuple[str, str], value: float) -> tuple[str, str]:
    """Return a number with its power of ten as a text, and the formula that makes it; the cells hold both."""
    address, power = cells
    exponent = floor(log10(abs(value))) if value else 0
    text = f"{in_label(value / 10.0**exponent, 2)}{'E' if exponent < 0 else 'E+'}{exponent}"
    return text, f'ROUND({address}/10^{power},2)&IF({power}<0,"E","E+")&{power}'


def is_far_off(size: str, value: float) -> tuple[bool, str]:
    """Return whether a number is shown with its power of ten, and what asks for that in a formula."""
    is_far = bool(value) and not 10**-_SMALLEST <= abs(value) < 10**_LARGEST
    return is_far, f"OR({size}>=10^{_LARGEST},AND({size}>0,{size}<10^-{_SMALLEST}))"


def number_in_text(cells: tuple[str, str, str], value: float, scientific: str = "") -> tuple[str, str]:
    """Return what `in_text` does of what is no share; `scientific` is the cell that has it with its power of ten."""
    address, size, power = cells
    with_power, spelled_out = scientific_in_text((address, power), value)
    text, steps, spelled = in_label(value, 2), "1", [f"ROUND({address},2)"]
    for exponent, word in _WORDS:
        # The cell may come to hold a number of another size.
        digits = 1 if word else 0
        spelled.append(f'ROUND({address}/10^{exponent},{digits})&"{word}"' if word else f"ROUND({address},0)")
        steps += f"+({size}>=10^{exponent})"
        if abs(value) >= 10**exponent:
            text = f"{in_label(value / 10**exponent, 1)}{word}" if word else in_label(value, 0)
    is_far, far = is_far_off(size, value)
    text = with_power if is_far else text
    return text, f"IF({far},{scientific or spelled_out},CHOOSE({steps},{','.join(spelled)}))"


def _last_digit(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
