"""Units that pint reads and that nobody in engineering or finance means, and the prefixes that units are used with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final


def table(text: str) -> Mapping[str, str]:
    """Return the entries ``name: what belongs to it``, each on a line of its own or before a semicolon."""
    parted = [entry.partition(":") for entry in re.split(r"[;\n]", text.strip())]
    return {name.strip(): " ".join(rest.split()) for name, _, rest in parted}


# Refused under every name, with every prefix. What stands after the colon is written instead.
UNITS: Final = table("""
    bag
    barrel: oil_barrel for petroleum
    board_foot
    chain
    count
    counts_per_second: 1/s
    decade
    decibel
    decibelmicrowatt
    decibelmilliwatt
    decibelwatt
    entropy_unit
    fifth
    hand
    league
    link
    mil: mil_length for a thousandth of an inch
    neper
    number_english
    number_meter: N*m
    octave
    particle
    point
    quarter
    rads: radian
    revolutions_per_minute: 1/min
    revolutions_per_second: 1/s
    rod
    shake
    shot
    slinch
    slug
    sound_pressure_level
    square_survey_mile
    stone
    tex
    turn
    unit_pole
""")
# Refused with every prefix; the unit's other names, such as lb for pound, say what they are.
NAMES: Final = table("""
    AU: astronomical_unit
    Ba: barye
    Bi: biot
    Cl: clausius
    D: darcy or debye
    Eh: hartree
    Fr: franklin
    Gal: gallon
    Gb: Gbit or GB
    Ly: langley
    Mx: maxwell
    R
    RKM
    Rd: rutherford
    Ry: rydberg
    Ta
    Td: townsend
    Tj: TJ
    U
    a: year
    alpha
    at: technical_atmosphere
    b: bit or byte
    blob
    bps: bit/s
    c
    c_0
    candle: candela
    cp: cup
    ct: carat for precious stones
    den: denier
    dgal: dry_gallon
    dot: pixel
    dpi
    dqt: dry_quart
    dr: dram
    dwt: pennyweight
    e
    fps: frame/s, with a unit frame of your own
    fur: furlong
    gamma
    gi: gill
    gr: g or grain
    grad: degree or gon
    grade
    k
    kn: kN or knot
    kps: km/s
    kt: kilotonne
    lambda
    li
    pc: parsec
    pel: pixel
    pk: peck
    pond
    pound: lb for a mass
    pounds: lb for a mass
    pt: pint
    quad
    sft: square_foot or survey_foot
    sigma
    sv: Sv
    tf: metric_ton_force
    th
    thou: mil_length for a thousandth of an inch
    ton: metric_ton (1,000 kg), short_ton or long_ton
    u
    zeta
""")
# Refused without a prefix only: mT, cP and kB are in use.
ALONE: Final = table("""
    B: byte, or write 1e9 out for a billion
    G
    M
    P
    St: stokes
    T
""")
# Refused as they stand, though unit and prefix are in use: whoever writes them means something else.
WHOLE: Final = table("""
    Gib: Gibit or GiB
    Kib: Kibit or KiB
    MBtu: kBtu
    Mib: Mibit or MiB
    Tib: Tibit or TiB
    kmph: km/hour
    MT: Mt for a million metric tons, metric_ton for one
    Mb: Mbit or MB
    Tb: Tbit or TB
    kb: kbit or kB
    mb: mbar or Mbit
    mt: metric_ton for one, Mt for a million
    pH
    pct: percent
    pm
""")
# What an author who declares the name most likely means by it; otherwise it is a kind of thing of its own.
DEFINITIONS: Final = table("""
    B: byte
    Gal: gallon
    Gb: Gbit
    Gib: Gibit
    Kib: Kibit
    M: 1e6
    MBtu: 1000 Btu
    MT: 1e6 metric_ton
    Mb: Mbit
    Mbbl: 1000 oil_barrel
    Mib: Mibit
    T: 1e12
    Tb: Tbit
    Tib: Tibit
    Tj: TJ
    a: year
    b: bit
    barrel: oil_barrel
    board_foot: foot**2 * inch
    bp: 1e-4
    bps: bit/s
    counts_per_second: 1/s
    cp: cup
    decade: 10 year
    dqt: dry_quart
    gr: g
    k: 1000
    kb: kbit
    kn: kN
    kps: km/s
    kt: 1000 metric_ton
    mb: Mbit
    mt: metric_ton
    number_meter: N*m
    pct: 0.01
    pound: lb
    pp: 0.01
    quad: 1e15 Btu
    quarter: year / 4
    rads: radian
    revolutions_per_minute: 1/min
    revolutions_per_second: 1/s
    sft: square_foot
    sv: Sv
    th: 1000
    thou: 1000
    ton: metric_ton
    kmph: km/hour
""")
# The prefix of currency that says what these say of money.
AMOUNTS: Final = table("""
    B: G
    G: G
    M: M
    k: k
    mil: M
    th: k
    thou: k
""")
# What takes a prefix with it into what is written instead, and the unit that must take it: Gbps is Gbit/s.
CARRIED: Final[Mapping[str, tuple[str, str]]] = {"bps": ("bit", "bit/s"), "Nm": ("newton", "N*m")}

_SMALL: Final = "milli micro nano pico femto"
_CENTI: Final = f"hecto deca deci centi {_SMALL}"
_LARGE: Final = "kilo mega giga tera peta exa zetta yotta ronna quetta"
_BINARY: Final = "kibi mebi gibi tebi pebi exbi zebi yobi"
# What a model's own units take.
OWN_PREFIXES: Final = frozenset(_LARGE.split())
_USED: Final = table(f"""
    meter: {_CENTI} kilo
    liter newton poise: {_CENTI} kilo mega giga
    pascal bar: {_CENTI} kilo mega giga tera
    gram: {_CENTI} kilo mega giga tera peta
    gray sievert stokes: {_CENTI}
    meter_Hg meter_Hg_0C meter_Hg_32F meter_Hg_60F meter_H2O meter_H2O_4C meter_H2O_60F: {_CENTI}
    second kelvin radian steradian degree arcsecond grade: {_SMALL}
    coulomb farad siemens tesla gauss weber henry oersted katal molar enzyme_unit: {_SMALL}
    curie rem roentgen barn torr standard_atmosphere strain darcy galileo dyne standard_liter_per_minute: {_SMALL}
    ampere ampere_hour lumen lux candela: {_SMALL} kilo mega
    volt ohm mole volt_ampere: {_SMALL} kilo mega giga
    watt joule watt_hour hertz electron_volt becquerel: {_SMALL} {_LARGE}
    bit byte: {_LARGE} {_BINARY}
    baud calorie dalton parsec light_year year metric_ton ton_TNT tonne_of_oil_equivalent: kilo mega giga tera
    pixel css_pixel gallon hectare therm: kilo mega giga
    british_thermal_unit international_british_thermal_unit thermochemical_british_thermal_unit: kilo giga tera
    hour minute horsepower pound_force_per_square_inch: kilo mega
    foot pound force_gram force_pound circular_mil oil_barrel long_ton: kilo
    inch: micro
""")
# The prefixes that each of pint's units is used with; one that does not stand here takes none.
PREFIXES: Final = {unit: frozenset(prefixes.split()) for units, prefixes in _USED.items() for unit in units.split()}
