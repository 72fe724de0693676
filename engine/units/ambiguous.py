"""Names that pint knows and that a model's author means otherwise; each with what to write instead, if there is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MISLEADING: Final[Mapping[str, str]] = {
    "a": "write year",
    "B": "write byte; write 1e9 out for a billion",
    "b": "write bit or byte",
    "dpi": "",
    "Gb": "write Gbit or GB",
    "kb": "write kbit or kB",
    "Mb": "write Mbit or MB",
    "pcs": "",
    "pts": "",
    "Tb": "write Tbit or TB",
    "bag": "",
    "barrel": "write oil_barrel for petroleum",
    "barrels": "write oil_barrel for petroleum",
    "board_foot": "",
    "bond": "",
    "bp": 'write "percent" and a hundredth of the value',
    "bpm": "write 1/min",
    "bps": "write bit/s",
    "c": "",
    "cent": "",
    "chain": "",
    "count": "",
    "counts": "",
    "cps": "write 1/s",
    "cycle": "",
    "cycles": "",
    "D": "",
    "dash": "",
    "dB": "",
    "decade": 'write "10 year"',
    "dot": "write pixel",
    "drop": "",
    "e": "",
    "fps": "write frame/s, with a unit frame of your own",
    "G": "",
    "gpm": "write gallon/min",
    "grade": "",
    "hand": "",
    "hands": "",
    "k": "write the number out, 1e3",
    "kt": "write kilometric_ton",
    "league": "",
    "link": "",
    "links": "",
    "M": "write the number out, 1e6",
    "mu": "",
    "Np": "",
    "octave": "",
    "P": "",
    "particle": "",
    "particles": "",
    "pct": "write percent",
    "point": "",
    "points": "",
    "pole": "",
    "poles": "",
    "pound": "write lb for a mass",
    "pounds": "write lb for a mass",
    "quad": "",
    "quarter": "write year / 4",
    "quarters": "write year / 4",
    "R": "",
    "revolution": "",
    "revolutions": "",
    "rod": "",
    "rpm": "write 1/min",
    "rps": "write 1/s",
    "score": "",
    "shot": "",
    "shots": "",
    "slug": "",
    "stone": "",
    "T": "write the number out, 1e12",
    "tex": "",
    "ton": "write metric_ton (1,000 kg), short_ton or long_ton",
    "tons": "write metric_ton, short_ton or long_ton",
    "tpm": "",
    "turn": "",
    "turns": "",
    "U": "",
    "u": "",
    "unit": "",
    "units": "",
}

PREFIXES: Final = ("k", "M", "G", "T", "m", "kilo", "mega", "giga", "tera", "milli")
_WORD: Final = 3


def is_misleading(name: str) -> bool:
    """Return whether a name is on the list, or is a word of the list with a prefix: kton, Mcount."""
    if name in MISLEADING:
        return True
    rests = [name.removeprefix(prefix) for prefix in PREFIXES if name.startswith(prefix)]
    return any(len(rest) >= _WORD and rest in MISLEADING for rest in rests)
