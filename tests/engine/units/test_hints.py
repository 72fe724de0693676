"""Hints for units, followed: each edit that a hint names is made, and the problem is gone."""

from __future__ import annotations

import re

import pytest

from engine.units.grammar import UnitError
from engine.units.registry import Units
from tests.engine.units.test_guard import NOBODY_MEANS, UNITS, is_refused

OWN = (("USD", "[money]"), ("GPU", "[gpu]"))
UNKNOWN = """
    usd kusd KUSD MMUSD mmUSD USDm USDk bnUSD kwh KWH MWH mwh KB gb mhz KPA Hour DAYS Kelvin Joule gpu dya houre
    m3 cm2 ft3 km_2 MMBtu mmbtu GBps MBps ppb sqft sqm cbm cuft GB-month kW-h EUR eur kEUR MEUR EURm CHF/GPU TFLOP/s PFLOP MToken
    ktoken kTPU € $ k$ m€ US$ €/MWh £ token/s Mcf MMcf Bcf cfm gpm bpm dozen cent kmh kmph mo wk kWp VAr man-hour
    USDperGPU kmperhour boe MGD Tcf MMbbl GtCO2 MtCO2e tCO2 kgCO2e gCO2/kWh tCO2/USD kgCH4
"""
SPACED = (
    "GB - month",
    "million USD",
    "vehicle-km",
    "m USD",
    "K USD",
    "decade",
    "quarter",
)


def followed(text: str, declared: tuple[tuple[str, str], ...], hint: str) -> list[str]:
    """Return what is still wrong with a unit after each way of following a hint."""
    wrong = []
    for way in re.split(r"; or |Otherwise ", hint):
        definitions = re.findall(r'(\w+) = "([^"]+)"', way)
        written = re.search(r"(?:write|did you mean) '?([^\s',]+)", way)
        if "prefix" in way and not definitions:
            written = re.search(r"k(\w+),", way)
        units = Units((*declared, *definitions))
        wrong += [f"{way}: {problem}" for problem in units.problems.values()]
        try:
            units.parse(written[1] if written else text)
        except UnitError as problem:
            # A text may hold two units that are not known; what was said of the first is mended.
            if not definitions or definitions[0][0] in str(problem):
                wrong.append(f"{way}: {problem}")
    return wrong


@pytest.mark.parametrize("text", [*UNKNOWN.split(), *NOBODY_MEANS.split(), *SPACED])
def test_each_hint_for_a_unit_works_when_it_is_followed(text: str) -> None:
    units = Units(OWN)
    with pytest.raises(UnitError) as caught:
        units.parse(text)
    assert followed(text, OWN, caught.value.hint) == []


def test_each_hint_for_a_misleading_name_works_when_it_is_followed() -> None:
    refused = [alias for aliases in UNITS.values() for alias in aliases if is_refused(alias) and alias.isascii()]
    hints = {}
    for name in [*refused, "kton", "MBtu", "mh", "kbbl"]:
        with pytest.raises(UnitError) as caught:
            Units_OWN.parse(name)
        hints[name] = caught.value.hint
    ways = {name: re.findall(rf'{name} = "([^"]+)"', hint)[0] for name, hint in hints.items()}
    # U and u would be one dimension.
    ways = {name: way for name, way in ways.items() if not way.startswith("[") or name == name.lower()}
    units = Units((*OWN, *ways.items()))
    assert units.problems == {}
    assert all(units.parse(name) for name in ways)
    writes = [
        found[1] for hint in hints.values() if (found := re.match(r"write ([^\s,;]+)", hint)) and "own" not in hint
    ]
    assert writes
    for text in writes:
        Units_OWN.parse(text)


Units_OWN = Units(OWN)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("usd", "write USD"),
        ("kwh", "write kWh"),
        ("MWH", "write MWh"),
        ("KB", "write kB"),
        ("m3", "write m**3"),
        ("MMBtu", 'declare it under [units]: MMBtu = "1e6 Btu"'),
        ("GBps", "write GB/s"),
        ("ppb", 'declare it under [units]: ppb = "ppm / 1000"'),
        ("sqft", "write ft**2"),
        ("GB-month", "write GB*month"),
        ("€/MWh", 'write EUR/MWh, and declare it under [units]: EUR = "[eur]"'),
        ("m$", "write MUSD"),
        ("TFLOP/s", 'declare it under [units]: FLOP = "[flop]"; prefixes work on it'),
        ("EUR", 'declare it under [units]: EUR = "[eur]"'),
        ("MMUSD", "write MUSD"),
        ("USDm", "write MUSD"),
        ("token", 'declare it under [units]: token = "[token]"'),
    ],
)
def test_an_unknown_unit_is_told_what_is_meant(text: str, hint: str) -> None:
    with pytest.raises(UnitError) as caught:
        Units_OWN.parse(text)
    assert caught.value.hint == hint


def test_gbps_is_gbit_a_second() -> None:
    with pytest.raises(UnitError) as caught:
        Units_OWN.parse("Gbps")
    assert caught.value.hint.startswith("write Gbit/s; or")
