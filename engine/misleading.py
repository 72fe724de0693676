"""Names that pint knows and that a model's author means otherwise; each with what to write instead, if there is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MISLEADING: Final[Mapping[str, str]] = {
    # Words of business and of computing that are something else in a laboratory.
    "bag": "", "board_foot": "", "bond": "", "cent": "", "chain": "", "count": "", "counts": "", "cycle": "", "cycles": "",
    "dash": "", "decade": 'write "10 year"', "dot": "write pixel", "drop": "", "grade": "", "hand": "", "hands": "",
    "league": "", "link": "", "links": "", "octave": "", "particle": "", "particles": "", "point": "", "points": "",
    "pole": "", "poles": "", "pound": "write lb for a mass", "pounds": "write lb for a mass",
    "quad": "", "quarter": "write year / 4", "quarters": "write year / 4", "revolution": "", "revolutions": "", "rod": "",
    "scale": "", "score": "", "shot": "", "shots": "", "slug": "", "stone": "", "tex": "", "turn": "", "turns": "",
    "unit": "", "units": "", "barrel": "write oil_barrel for petroleum", "barrels": "write oil_barrel for petroleum",
    # Abbreviations.
    "bp": 'write "percent" and a hundredth of the value', "bps": "write bit/s", "bpm": "write 1/min", "cps": "write 1/s",
    "dB": "", "fps": "write frame/s, with a unit frame of your own", "gpm": "write gallon/min", "kt": "write kilometric_ton",
    "mu": "", "Np": "", "pct": "write percent", "rpm": "write 1/min", "rps": "write 1/s", "tpm": "",
    # One letter: constants of nature, and magnitudes that finance writes behind a number.
    "a": "write year", "b": "write bit or byte", "c": "", "D": "", "e": "", "G": "", "k": "write the number out, 1e3",
    "K_alpha_Cu_d_220": "", "M": "write the number out, 1e6", "P": "", "R": "", "T": "write the number out, 1e12",
    "U": "", "u": "", "B": "write byte; write 1e9 out for a billion",
    # Three different tons.
    "ton": "write metric_ton (1,000 kg), short_ton or long_ton", "tons": "write metric_ton, short_ton or long_ton",
}  # fmt: skip
