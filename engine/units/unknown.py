"""What to say of a unit that is not known: what its author most likely means, and how to write it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from engine.problems import listed, nearest
from engine.text.numerals import SIGNS
from engine.units.ambiguous import table
from engine.units.currencies import is_currency
from engine.units.grammar import NAME, UnitError

Passes = Callable[[str], bool]

_LARGE: Final = "kMGTPEZY"
_MAGNITUDES: Final[Mapping[str, str]] = {
    "thousand": "k", "k": "k", "K": "k", "million": "M", "mio": "M", "mn": "M", "m": "M", "mm": "M", "MM": "M",
    "billion": "G", "bn": "G", "b": "G", "B": "G",
}  # fmt: skip
# Written in lower case; what stands there is written instead.
_SHORTHANDS: Final = table("""
    sqft: ft**2; sqm: m**2; sqkm: km**2; sqmi: mile**2; sqyd: yard**2; sqin: inch**2; cbm: m**3; cum: m**3;
    cuft: ft**3; cft: ft**3; cuin: inch**3; cuyd: yard**3; ccm: cm**3; kmh: km/hour; kmph: km/hour; kwhr: kWh;
    mwhr: MWh; gwhr: GWh; mo: month; mos: month; mth: month; mths: month; wk: week; wks: week; bpm: 1/min; gpm:
    gallon/min; cfm: ft**3/min; cfs: ft**3/s; lpm: liter/min; pc: percent; perc: percent; usgal: gallon; kilo:
    kg
""")
# As they are written, and what to declare them as.
_DEFINITIONS: Final = table("""
    MMBtu: 1e6 Btu; MMBTU: 1e6 Btu; mmBtu: 1e6 Btu; mmbtu: 1e6 Btu; ppb: ppm / 1000; ppt: ppm / 1e6; cf: ft**3;
    ccf: 100 ft**3; Mcf: 1000 ft**3; mcf: 1000 ft**3; MCF: 1000 ft**3; MMcf: 1e6 ft**3; Bcf: 1e9 ft**3; bcf: 1e9
    ft**3; Tcf: 1e12 ft**3; MMbbl: 1e6 oil_barrel; mgd: 1e6 gallon / day; MGD: 1e6 gallon / day; bcm: 1e9 m**3;
    boe: 5.8e6 Btu; kWp: kW; MWp: MW; Wp: W; GWp: GW; VAr: VA; VAR: VA; kVAr: kVA; MVAr: MVA; dozen: 12; gross:
    144
""")
# What people write where a number has no unit.
_PURE: Final = frozenset(
    table("""
    ratio: 1; none: 1; number: 1; x: 1; -: 1; --: 1; –: 1; —: 1; fraction: 1; factor: 1; multiple: 1; times: 1;
    pure: 1; scalar: 1; unitless: 1; boolean: 1; bool: 1; flag: 1; na: 1; nil: 1
""")
)
_LONGEST: Final = 200
_STEMS: Final = ("FLOP", "GPU", "CPU", "TPU", "token", "param", "op")
# Names that people misspell, and write in other capitals.
COMMON: Final = """
    kWh MWh GWh TWh Wh kW MW GW TW W kV V mV mA A Ah mAh kVA MVA kB MB GB TB PB kbit Mbit Gbit Tbit bit byte KiB
    MiB GiB TiB Hz kHz MHz GHz Pa kPa MPa bar mbar psi N kN J kJ MJ GJ TJ Btu kBtu cal kcal kg g mg t Mt Gt lb
    oz m km cm mm inch ft yard mile l ml hl ha acre s ms min hour h day week month year K mol V ohm eV hp gallon
    percent ppm metric_ton tonne second minute meter metre liter litre gram kilogram kelvin watt joule newton
    pascal volt ampere hertz pixel knot kilometer hectare kilowatt megawatt gigawatt kilowatt_hour megawatt_hour
    gigabyte terabyte megabyte kilobyte
""".split()  # noqa: SIM905  # a list takes a line a name
_HYPHEN: Final = re.compile(r"(?<=[A-Za-z_])\s*[-–]\s*(?=[A-Za-z_])")
_POWER: Final = re.compile(r"(.*[A-Za-z])_?([2-9])")
_RATE: Final = re.compile(r"(.+?)_?(?:per_?(.+)|p([sh]))")
# The mass of a gas is a kind of its own, however much of it: gCO2, kgCO2 and tCO2 are one.
_GAS: Final = re.compile(r"[kMGT]?([gt])_?((?:CO2|CH4|N2O)\w*)")
_PREFIXED_MONEY: Final = re.compile(r"([A-Za-z]{1,3}?)_?([A-Z]{3})")
_MONEY_SUFFIXED: Final = re.compile(r"([A-Z]{3})_?([A-Za-z]{1,8})")


def refuse_signs(text: str, declared: Iterable[str]) -> None:
    """Raise UnitError for a text with the sign of a currency in it."""
    signs = [sign for sign in SIGNS if sign in text]
    if signs:
        code = SIGNS[signs[0]]
        written = re.sub(rf"\b(?:mn|mm|m|MM)(?=(?:US)?[{''.join(SIGNS)}])", "M", text.replace("US$", "$"))
        written = "".join(SIGNS.get(char, char) for char in written)
        declare = "" if code in declared else f', and declare it under [units]: {code} = "[{code.lower()}]"'
        message = f"'{text[:40]}' is not a unit: '{signs[0]}' is a sign"
        raise UnitError(message, f"write {written[:40]}{declare}")


def unknown(text: str, names: list[str], declared: Iterable[str], passes: Passes) -> UnitError:
    """Return what to say of a text that pint cannot read, with the names in it that are not known."""
    own = list(declared)
    if told := _pure(text, names) or _of_words(text, passes):
        return told
    if _HYPHEN.search(text):
        declare = f"{f', and {_declare(names[0])}' if names else ''}"
        return UnitError(f"the unit '{text}' has a '-' in it", f"write {_HYPHEN.sub('*', text)}{declare}")
    if not names:
        return UnitError(f"the unit '{text}' cannot be read", 'write units as "TFLOP/s/GPU" or "m**2"')
    name = names[0]
    if _MAGNITUDES.get(name) and len(name) > 1:
        rest = next((other for other in NAME.findall(text) if other in own), "USD")
        hint = f"write it as a prefix: k{rest}, M{rest}, G{rest} are a thousand, a million, a billion"
        return UnitError(f"'{name}' is no unit", hint)
    return UnitError(f"there is no unit '{name}'", _hint(name, own, passes))


def _pure(text: str, names: list[str]) -> UnitError | None:
    """Return what to say of a word for no unit; None for anything else."""
    if text.casefold() in _PURE:
        return UnitError(f"'{text}' is not a unit", 'write "1" for a pure number, "percent" for a share')
    if names and names[0].casefold() in _PURE and text.startswith(f"{names[0]}/"):
        return UnitError(f"there is no unit '{names[0]}'", f"write 1{text.removeprefix(names[0])}")
    return None


def _of_words(text: str, passes: Passes) -> UnitError | None:
    """Return how a known unit of several words is written, as in nautical_mile; None where there is none in a text."""
    words = re.findall(r"[A-Za-z]+", text[:_LONGEST])
    spaced = " ".join(text.split())
    for size in (3, 2):
        for at in range(len(words) - size + 1):
            phrase = " ".join(words[at : at + size])
            joined = phrase.replace(" ", "_").lower()
            if phrase in spaced and passes(joined):
                written = spaced.replace(phrase, joined).replace(" per ", "/")
                written = re.sub(r" ?([/*()]) ?", r"\1", written).replace(" ", "*")
                return UnitError(f"'{phrase}' is a unit of several words", f"write {written}")
    return None


def _declare(name: str) -> str:
    return f'declare it under [units]: {name} = "[{name.lower()}]"'


def _hint(name: str, own: list[str], passes: Passes) -> str:
    declare = _declare(name)
    if name in _DEFINITIONS:
        return f'declare it under [units]: {name} = "{_DEFINITIONS[name]}"'
    if written := _written(name, own, passes):
        return f"write {written}"
    if known := _gas(name, own) or _money(name, own):
        return known
    stem = name[1:].removesuffix("s").removesuffix("S")
    if name[0] in _LARGE and stem in _STEMS:
        return f"{_declare(stem)}; prefixes work on it"
    if name == "cent":
        return next((f'declare it under [units]: cent = "{code} / 100"' for code in own if is_currency(code)), declare)
    near = _near(name, own)
    return f"did you mean {listed(near, 'or')}? Otherwise {declare}" if near else declare


def _written(name: str, own: list[str], passes: Passes) -> str:
    """Return how a known unit is written that a name spells otherwise; '' for none."""
    if (power := _POWER.fullmatch(name)) and passes(power[1]):
        return f"{power[1]}**{power[2]}"
    prefixed = [f"{prefix}{unit}" for unit in own for prefix in ("", *_LARGE) if unit.casefold() in name.casefold()]
    alike = [known for known in (*prefixed, *COMMON) if known.casefold() == name.casefold()]
    if alike := [known for known in alike if passes(known)]:
        return alike[0]
    if (short := _SHORTHANDS.get(name.lower(), "")) and passes(short):
        return short
    if (rate := _RATE.fullmatch(name)) and passes(f"{rate[1]}/{rate[2] or rate[3]}"):
        return f"{rate[1]}/{rate[2] or rate[3]}"
    return next((other for other in (name.lower(), name.capitalize(), name.upper()) if passes(other)), "")


def _gas(name: str, own: list[str]) -> str:
    """Return how grams and tonnes of a gas are declared on one dimension; '' for anything else."""
    found = _GAS.fullmatch(name)
    if found is None:
        return ""
    gram = f"g{found[2]}"
    base = "" if gram in own else f'{gram} = "[{found[2].lower()}]"'
    tonne = f't{found[2]} = "1e6 {gram}"' if found[1] == "t" else ""
    return f"declare it under [units]: {' and '.join(filter(None, (base, tonne)))}; prefixes work on it"


def _money(name: str, own: list[str]) -> str:
    """Return how an amount of money is written: ``MUSD`` for MMUSD and USDm, USD for usd; '' for none."""
    code, prefix = (name.upper(), "") if is_currency(name.upper()) and len(name) == len("USD") else ("", "")
    if (found := _PREFIXED_MONEY.fullmatch(name)) and is_currency(found[2]):
        code, prefix = found[2], _MAGNITUDES.get(found[1], found[1] if found[1] in _LARGE else "")
    elif (found := _MONEY_SUFFIXED.fullmatch(name)) and is_currency(found[1]):
        code, prefix = found[1], _MAGNITUDES.get(found[2], found[2] if found[2] in _LARGE else "")
        if not prefix:
            return ""
    if not code or (name != code and not prefix and name.upper() != code):
        return ""
    declare = "" if code in own else _declare(code)
    write = "" if f"{prefix}{code}" == name else f"write {prefix}{code}"
    return f"{write}, and {declare}" if write and declare else write or declare


def _near(name: str, own: list[str]) -> list[str]:
    if len(name) > 2 and (turned := [known for known in (*own, *COMMON) if sorted(known) == sorted(name)]):  # noqa: PLR2004  # of two letters any two are near
        return turned[:1]
    words = [*own, *[known for known in COMMON if len(known) > 3]]  # noqa: PLR2004  # short ones are near to all
    return nearest(name, words, 0.75)
