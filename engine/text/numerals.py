"""A number in the manner in which its author spelled another: with an exponent, with underscores, with two decimals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Self

_SPELLED: Final = re.compile(
    r"(?P<sign>[-+]?)(?P<whole>[0-9_]+)(?:\.(?P<decimals>[0-9_]+))?(?:(?P<e>[eE])(?P<plus>[-+]?)(?P<exponent>[0-9]+))?"
)
# What people write for currencies, and their codes.
SIGNS: Final[Mapping[str, str]] = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW"}
_MONEY: Final = "|".join(["US[$]", *map(re.escape, SIGNS)])
_AMOUNT: Final = r"(?P<number{0}>\d[\d_]*(?:,\d{{3}})*(?:\.\d+)?) ?(?P<scale{0}>k|K|m|M|mn|mln|bn|B)?"
_BEFORE: Final = rf"(?P<minus>-?) ?(?P<sign>{_MONEY}) ?{_AMOUNT.format('')}"
_BEHIND: Final = rf"(?P<minus_>-?){_AMOUNT.format('_')} ?(?P<sign_>{_MONEY})"
_OF_MONEY: Final = re.compile(rf"(?:{_BEFORE}|{_BEHIND})(?P<per> ?[/*] ?[A-Za-z][\w/*]*)?")
_SCALES: Final = {"k": "e3", "m": "e6", "b": "e9"}
# Integers beyond 64 bits are none to many parsers.
_LARGEST: Final = 2**63
_MOST_DIGITS: Final = 17
_LEAST: Final = -7
_SHORT: Final = 3


def read_amount(text: str) -> tuple[str, str] | None:
    """Return the number and the unit of money that has a sign: 5e6 and USD/t for ``$5m/t``; None for other texts."""
    found = _OF_MONEY.fullmatch(text)
    if found is None:
        return None
    end = "" if found["sign"] else "_"
    scale = _SCALES[found[f"scale{end}"][0].lower()] if found[f"scale{end}"] else ""
    number = f"{found[f'minus{end}']}{found[f'number{end}'].replace(',', '')}{scale}"
    return number, f"{SIGNS[found[f'sign{end}'][-1]]}{(found['per'] or '').replace(' ', '')}"


def respell(old: str, value: Decimal) -> str:
    """Return a number for TOML, spelled as `old` is: 1e21 becomes 2e21, 1_000 becomes 1_250, 0.50 becomes 0.75."""
    found = _SPELLED.fullmatch(old)
    value = value.normalize()
    if found is None or not value:
        text = plain(value) if found is None or not found["decimals"] else _fixed(value, len(found["decimals"]))
    elif found["e"]:
        text = _with_exponent(found, value)
    elif _is_long(value):
        text = plain(value)
    else:
        text = _fixed(value, len((found["decimals"] or "").replace("_", "")))
        if "_" in found["whole"]:
            text = _grouped(text)
    if found is not None and found["sign"] == "+" and value > 0:
        text = f"+{text}"
    return text if Decimal(text.replace("_", "")) == value else plain(value)


def plain(value: Decimal) -> str:
    """Return a number as TOML writes it, the shorter way."""
    value = value.normalize()
    if not value:
        return "0"
    if _is_long(value):
        digits = "".join(map(str, value.as_tuple().digits))
        mantissa = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "")
        return f"{'-' if value < 0 else ''}{mantissa}e{value.adjusted()}"
    return f"{value:f}"


def readable(value: Decimal) -> str:
    """Return a number for a reader: as short as in TOML, with a comma between thousands."""
    text = plain(value)
    return text if "e" in text else f"{value.normalize():,f}"


def _is_long(value: Decimal) -> bool:
    return value.copy_abs() >= _LARGEST or value.adjusted() < _LEAST or len(f"{value:f}") > _MOST_DIGITS + _SHORT


def _fixed(value: Decimal, decimals: int) -> str:
    exponent = value.as_tuple().exponent
    own = -exponent if isinstance(exponent, int) else 0
    return f"{value:.{max(decimals, own, 0)}f}"


def _with_exponent(found: re.Match[str], value: Decimal) -> str:
    """Return a number with an exponent: the author's, or where that does not suit one with as many digits before it."""
    whole = found["whole"].replace("_", "")
    digits = 1 if whole == "0" else len(whole)
    exponent = int(f"{found['plus']}{found['exponent']}")
    if digits == 1 or not 0 <= value.adjusted() - exponent < digits + _SHORT - 1:
        exponent = value.adjusted() - digits + 1
    decimals = len((found["decimals"] or "").replace("_", ""))
    mantissa = _fixed(value.scaleb(-exponent), decimals)
    plus = "-" if exponent < 0 else "+" if found["plus"] == "+" else ""
    power = str(abs(exponent)).zfill(len(found["exponent"]))
    return f"{mantissa}{found['e']}{plus}{power}"


def _grouped(text: str) -> str:
    whole, point, decimals = text.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.removeprefix('-')):_}{point}{decimals}"


class Written(Decimal):
    """A number that prints as its author wrote it: 524.60e9, where Decimal says 5.2460E+11."""

    text: str

    def __new__(cls, text: str) -> Self:
        """Read a number; decimal.InvalidOperation where the text is none."""
        self = super().__new__(cls, text)
        self.text = text
        return self

    def __str__(self) -> str:
        """Return the text."""
        return self.text

    def __format__(self, spec: str, /) -> str:  # type: ignore[override]  # Decimal's own has a context that nobody gives
        """Return the text, or the number in the format asked for."""
        return super().__format__(spec) if spec else self.text
