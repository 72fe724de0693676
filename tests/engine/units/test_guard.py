"""The guard, over all of pint's names: what passes stands in a list, so that what a new pint reads shows up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.units.ambiguous import ALONE
from engine.units.catalog.names import Names
from engine.units.catalog.registry import pint_registry
from engine.units.catalog.table import table
from engine.units.grammar import UnitError
from engine.units.guard import is_misleading
from engine.units.registry import Units, units_of

LISTED = Path(__file__).parent / "passing_names.txt"
DECLARED = (("USD", "[money]"), ("GPU", "[gpu]"))
REGISTRY = pint_registry()
NAMES = Names(table().units, table().prefixes)
# A name that is no word, such as the degree sign before C, is refused or read whole by other rules.
UNITS: dict[str, list[str]] = {}
for _alias, _definition in REGISTRY._units.items():
    if re.fullmatch(r"[^\W\d]\w*", _alias):
        UNITS.setdefault(_definition.name, []).append(_alias)
PREFIXES = {text: one.name for text, one in REGISTRY._prefixes.items() if text}

NOBODY_MEANS = """
    bbl bbls kbbl Mbbl mil mt ct kct mb pp bp revolutions_per_minute circle/s molecule mh mmin mGPU mUSD cUSD
    uUSD millitonne mbarrel milliyear myr mB mbit mBtu MBtu Gbps kNm Nm EV PV EA MT pm pH mcm Mm kd kton
    kcount
"""

IN_USE = """
    kWh MWh GWh TWh MW kW mW GB kB KiB Mbit TB ms us ns mg kg g mm cm km mV kV mA mAh min h hr day week month
    year yr kUSD MUSD GUSD kGPU MGPU t tonne Mt Gt kilotonne lb klb oz ft inch yard mile acre ha Mha psi bar
    mbar hPa kPa MPa Pa GPa N kN kN*m J MJ GJ TJ kcal Btu kBtu therm gal kgal oil_barrel short_ton long_ton
    metric_ton MHz GHz Hz mol mmol mM umol ml dl l L uF pF nH kohm mT cP cSt mmHg eV keV ppm percent hp knot
    nmi mph px Mpx toe Mtoe mcg
"""


@pytest.fixture(scope="module")
def units() -> Units:
    return units_of(DECLARED)


def why(units: Units, text: str) -> str:
    """Return why a unit is refused, '' for one that passes."""
    try:
        units.parse(text)
    except UnitError as problem:
        return problem.message
    return ""


def is_refused(name: str) -> bool:
    """Return whether the guard refuses one of pint's names, with a prefix or without."""
    reading = NAMES.read(name)
    assert reading is not None
    return is_misleading(name, reading)


def test_what_passes_is_what_is_listed() -> None:
    lines = []
    for unit, aliases in sorted(UNITS.items()):
        passing = [alias for alias in aliases if not is_refused(alias)]
        before = [word for word in dict.fromkeys(PREFIXES.values()) if not is_refused(f"{word}{unit}")]
        if passing:
            lines.append(f"{' '.join(passing)}{' | ' * bool(before)}{' '.join(before)}")
    listed = LISTED.read_text(encoding="utf-8").splitlines()
    assert lines == listed


def test_a_refused_name_is_refused_with_every_prefix() -> None:
    every = [alias for aliases in UNITS.values() for alias in aliases]
    refused = [alias for alias in every if is_refused(alias) and alias not in ALONE]
    prefixed = [(f"{prefix}{alias}", alias) for alias in refused for prefix in PREFIXES]
    # What pint reads otherwise is another unit: in "marad" there is no "ad".
    read = [(name, alias) for name, alias in prefixed if name not in every and NAMES.read(name).alias == alias]  # type: ignore[union-attr]
    assert len(read) > 5000
    assert [name for name, _ in read if not is_refused(name)] == []


def test_what_pint_reads_is_what_the_guard_reads() -> None:
    names = [f"{prefix}{alias}{end}" for alias in ("m", "USD", "bbl", "year", "t", "B", "pt", "carat", "tonne")
             for prefix in ("", "k", "m", "M", "c", "mu", "kilo", "da", "p") for end in ("", "s")]  # fmt: skip
    for name in names:
        reading = NAMES.read(name)
        pint_s = REGISTRY.parse_unit_name(name)
        assert (reading and ("".join(reading[1:2]), reading.unit)) == (pint_s[0][:2] if pint_s else None), name


@pytest.mark.parametrize("text", NOBODY_MEANS.split())
def test_what_nobody_means_is_misleading(units: Units, text: str) -> None:
    assert "misleading" in why(units, text)


@pytest.mark.parametrize("text", IN_USE.split())
def test_what_is_in_use_passes(units: Units, text: str) -> None:
    assert why(units, text) == ""


@pytest.mark.parametrize("text", ["m USD", "mm USD", "K USD", "USD m", "USD m/year"])
def test_a_letter_beside_a_currency_is_an_amount_to_whoever_writes_it(units: Units, text: str) -> None:
    assert "misleading" in why(units, text)


def test_a_length_beside_a_currency_passes(units: Units) -> None:
    assert [why(units, text) for text in ("USD*m", "USD/m", "m*USD", "kg m USD", "m**2 USD", "USD m**2")] == [""] * 6


def test_a_misleading_name_may_be_declared_as_what_is_meant_and_takes_prefixes() -> None:
    units = Units(
        [("USD", "[money]"), ("bbl", "oil_barrel"), ("mUSD", "1e6 USD"), ("mt", "metric_ton"), ("pp", "0.01")]
    )
    assert units.problems == {}
    sizes = [units.factor(units.parse(text).atoms) for text in ("kbbl", "mUSD", "mt", "pp")]
    expected = [units.factor(units.parse(text).atoms) for text in ("oil_barrel", "USD", "kg", "1")]
    factors = [1000, 10**6, 1000, 0.01]
    assert [float(a / b) for a, b in zip(sizes, expected, strict=True)] == factors
