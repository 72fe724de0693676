"""The guard at pint's door: what pint takes a name for, and whether anybody means that."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Final

from engine.units.ambiguous import (
    ALONE,
    AMOUNTS,
    CARRIED,
    DEFINITIONS,
    NAMES,
    OWN_PREFIXES,
    PREFIXES,
    UNITS,
    WHOLE,
)
from engine.units.catalog.names import Names, Reading
from engine.units.currencies import is_currency
from engine.units.grammar import UnitError

# Where finance writes m, a million is meant.
_TERA: Final = "tera"
_MILLI: Final = "milli"
_MILLION: Final = 1e6
_SPACED: Final = {"m": "M", "mm": "M", "K": "k"}
_AMOUNT: Final = re.compile(r"(?:(?<![\w*/· ])(m|mm|K)\s+)?\b([A-Z]{3})\b(?:\s+(m|mm|K)(?![\w*^]))?")


def is_own_prefix(names: Names, written: str) -> bool:
    """Return whether a text is empty, or a prefix that a model's own units take."""
    return not written or names.prefix(written) in OWN_PREFIXES


def is_misleading(name: str, reading: Reading) -> bool:
    """Return whether nobody means what pint reads in a name."""
    prefix = reading.prefix
    if reading.is_own:
        # TEUR is a thousand to whoever writes it, and 1e12 to pint.
        is_odd = prefix == _TERA and is_currency(reading.alias)
        return bool(prefix) and (is_odd or prefix not in OWN_PREFIXES)
    if name in WHOLE or _is_refused(reading):
        return True
    # mcg is a microgram; mcm is a million cubic metres to whoever writes it.
    is_odd = reading.written in {"mc", "mu"} and reading.alias != "g"
    return bool(prefix) and (is_odd or prefix not in PREFIXES.get(reading.unit, ()))


def advice(name: str, reading: Reading, money: str) -> str:
    """Return what to write instead of a misleading name, and how to declare what is meant.

    `money` is a currency of the model's, '' for none.
    """
    _, prefix, alias, unit, _, is_own = reading
    if is_own and prefix == _MILLI:
        write, definition = f"M{alias} for a million", f"{alias} / 1000"
    elif is_own and prefix == _TERA:
        write, definition = f"k{alias} for a thousand", f"1000 {alias}"
    elif prefix and name not in WHOLE:
        write, definition = _carried(reading), DEFINITIONS.get(name) or _multiple(reading)
    else:
        write = _found((WHOLE, name), (ALONE, alias), (NAMES, alias), (UNITS, unit))
        definition = _found((DEFINITIONS, name), (DEFINITIONS, alias), (DEFINITIONS, unit))
        if money and alias in AMOUNTS:
            write = f"{AMOUNTS[alias]}{money} for an amount of money"
        if money and alias == "ct":
            definition = f"{money} / 100"
    declare = f'declare what you mean under [units], such as {name} = "{definition or f"[{name.lower()}]"}"'
    return f"write {write}; or {declare}" if write else declare


def refuse_amount(text: str, own: Container[str]) -> None:
    """Raise UnitError for ``m USD``, which is read as metres times dollars."""
    for before, money, after in _AMOUNT.findall(text):
        amount = before or after
        if amount and money in own and is_currency(money):
            message = (
                f"'{money if after else amount} {amount if after else money}' is misleading: it is read as a product"
            )
            raise UnitError(message, f"write {_SPACED[amount]}{money}")


def _is_refused(reading: Reading) -> bool:
    return reading.unit in UNITS or reading.alias in NAMES or (reading.alias in ALONE and not reading.prefix)


def _carried(reading: Reading) -> str:
    """Return what is written instead with the prefix before it: ``Gbit/s``; '' where that cannot be."""
    base, instead = CARRIED.get(reading.alias, ("", ""))
    return f"{reading.written}{instead}" if reading.prefix in PREFIXES.get(base, ()) else ""


def _multiple(reading: Reading) -> str:
    """Return so many of the unit that a prefix stands before: ``1e6 h``; '' where the unit itself is refused."""
    _, prefix, alias, unit, scale, is_own = reading
    if not (is_own or prefix == _MILLI or prefix in OWN_PREFIXES):
        return ""
    one = unit if alias in ALONE else _found((DEFINITIONS, alias), (DEFINITIONS, unit))
    if not one and _is_refused(reading):
        return ""
    size = f"{_MILLION if prefix == _MILLI else float(scale):g}".replace("e+0", "e").replace("e+", "e")
    return f"{size} {one or alias}"


def _found(*places: tuple[Mapping[str, str], str]) -> str:
    """Return the first text that a table has for its key."""
    return next((table[key] for table, key in places if table.get(key)), "")
