"""The quantile of each distribution as spreadsheets spell it, and the terms that are worked out once for all trials.

`u` is a probability, `low`, `middle` and `high` are what the distribution is given by, and `a`, `b` and `c` its terms.
NORMSDIST is not used: spreadsheets have it to eleven digits alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp, log, pi, sqrt
from typing import Final

import numpy as np

from engine.uncertainty.quantiles import LOGIT90, Z95
from exports.workbook.layout.uncertainty.draws import TERMS

_Terms = Callable[[float, float, float], tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile as a formula, its terms as formulas and as numbers, and the words for how it is drawn."""

    formula: str
    terms: tuple[str, ...]
    compute: _Terms
    words: str


QUANTILES: Final[Mapping[str, Quantile]] = {
    "normal": Quantile(
        "{a}+{b}*NORMSINV({u})", ("({low}+{high})/2", "({high}-{low})/(2*{score})"),
        lambda low, _, high: ((low + high) / 2, (high - low) / (2 * Z95)),
        "Normal: the ends are its 5th and its 95th percentile",
    ),
    "lognormal": Quantile(
        "EXP({a}+{b}*NORMSINV({u}))", ("(LN({low})+LN({high}))/2", "(LN({high})-LN({low}))/(2*{score})"),
        lambda low, _, high: ((log(low) + log(high)) / 2, (log(high) - log(low)) / (2 * Z95)),
        "Lognormal: the ends are its 5th and its 95th percentile",
    ),
    "uniform": Quantile("{low}+{a}*{u}", ("{high}-{low}",), lambda low, _, high: (high - low,),
                        "Uniform between the ends"),
    "loguniform": Quantile(
        "{low}*EXP({a}*{u})", ("LN({high}/{low})",), lambda low, _, high: (log(high / low),),
        "Loguniform between the ends",
    ),
    "triangular": Quantile(
        "IF({u}<{c},{low}+SQRT({u}*{a}),{high}-SQRT((1-{u})*{b}))",
        ("({high}-{low})*({middle}-{low})", "({high}-{low})*({high}-{middle})",
         "IF({high}={low},0,({middle}-{low})/({high}-{low}))"),
        lambda low, middle, high: ((high - low) * (middle - low), (high - low) * (high - middle),
                                   0.0 if high == low else (middle - low) / (high - low)),
        "Triangular: between the ends, with the value as its mode",
    ),
    "pert": Quantile(
        "{low}+{c}*BETAINV({u},{a},{b})",
        ("IF({high}={low},1,1+2*2*({middle}-{low})/({high}-{low}))",
         "IF({high}={low},1,1+2*2*({high}-{middle})/({high}-{low}))", "{high}-{low}"),
        lambda low, middle, high: (1.0 if high == low else 1 + 4 * (middle - low) / (high - low),
                                   1.0 if high == low else 1 + 4 * (high - middle) / (high - low), high - low),
        "PERT: between the ends, with the value as its mode",
    ),
    "metalog": Quantile(
        "{middle}+({a}+{b}*({u}-1/2))*LN({u}/(1-{u}))",
        ("({high}-{low})/(2*{logit})", "({low}+{high}-2*{middle})/((1-2/10)*{logit})"),
        lambda low, middle, high: ((high - low) / (2 * LOGIT90), (low + high - 2 * middle) / ((1 - 2 / 10) * LOGIT90)),
        "Metalog: ends and middle are its 10th, 90th and 50th percentile",
    ),
    "discrete": Quantile("INDEX({values},1,SUMPRODUCT(--({begins}<={u})))", (), lambda _low, _middle, _high: (),
                         "Discrete: one of the values below, by its weight"),
}  # fmt: skip
# A whole number between the ends, each as likely as the others: the first, and how many there are.
EACH_ALIKE: Final = Quantile(
    "MIN({a}+INT({u}*{b}),{a}+{b}-1)", ("-INT(-{low})", "INT({high})+INT(-{low})+1"),
    lambda low, _, high: (-float(np.floor(-low)), float(np.floor(high) + np.floor(-low) + 1)),
    "Each whole number between the ends alike",
)  # fmt: skip
# A whole number of percent has two decimals as it is stored.
_HUNDRED: Final = "10^2"


def quantile_of(distribution: str, *, is_whole: bool) -> Quantile:
    """Return how a distribution is spelled."""
    return EACH_ALIKE if is_whole and distribution == "uniform" else QUANTILES[distribution]


def area(score: float) -> float:
    """Return the area below the normal curve up to a score, as the series of `AREA` has it."""
    powers, coefficients = series()
    with np.errstate(under="ignore"):
        terms = np.array(coefficients) * np.power(score, np.array(powers))
    return 1 / 2 + exp(-score * score / 2) / sqrt(2 * pi) * float(np.sum(terms))


# Abramowitz and Stegun, 26.2.11: all terms have one sign, so that no digit is lost.
AREA: Final = "1/2+EXP(-{z}*{z}/2)/SQRT(2*PI())*SUMPRODUCT({coefficients}*{z}^{powers})"
# Beyond it there is nothing left that a double could tell.
FURTHEST: Final = 8.0


def series() -> tuple[list[float], list[float]]:
    """Return the powers of the series, 1, 3, 5 ..., and their coefficients: 1 over 1, 1 * 3, 1 * 3 * 5 ..."""
    powers = [2.0 * number + 1 for number in range(TERMS)]
    coefficients = [1.0]
    for power in powers[1:]:
        coefficients.append(coefficients[-1] / power)
    return powers, coefficients
