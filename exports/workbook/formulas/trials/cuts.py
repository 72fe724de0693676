"""Where bounds cut what has no ends: the probabilities between which a distribution is kept, live."""

from __future__ import annotations

from itertools import accumulate, repeat
from math import exp, log
from typing import Final

from exports.style.a1 import letter
from exports.workbook.formulas.trials.quantiles import AREA, FURTHEST, area
from exports.workbook.layout.geometry import GRID
from exports.workbook.layout.uncertainty.draws import (
    FIRST,
    LEAST,
    LEAST_SCORE,
    MIDDLE,
    MOST,
    MOST_SCORE,
    SECOND,
    STEPS,
    TERMS,
    DrawnCell,
    DrawsPlaces,
)

# Beyond this logit little is left of a probability.
_FURTHEST_LOGIT: Final = 32.0
_SCORES: Final = {LEAST: LEAST_SCORE, MOST: MOST_SCORE}


def score(one: DrawnCell, bound: int, terms: tuple[float, ...]) -> tuple[float, str]:
    """Return the normal score of a bound, and its formula."""
    value = one.bounds[bound == MOST]
    assert value is not None  # noqa: S101  # asked only of what is cut
    own, is_log = one.at(bound), one.distribution == "lognormal"
    middle, spread = terms[:2]
    at = (log(value) if is_log and value > 0 else value) - middle
    found = max(-FURTHEST, min(FURTHEST, at / spread)) if spread else 0.0
    text = f"({f'LN({own})' if is_log else own}-{one.at(FIRST)})/{one.at(SECOND)}"
    return found, f"=IFERROR(MAX(-(2^3),MIN(2^3,{text})),0)"


def kept(one: DrawnCell, bound: int, places: DrawsPlaces, terms: tuple[float, ...]) -> tuple[float, str]:
    """Return the probability at which a bound cuts, and its formula."""
    if one.distribution == "metalog":
        number = one.least_line if bound == LEAST else one.most_line
        logit = steps(one, bound, terms)[-1]
        return 1 / (1 + exp(-logit)), f"=1/(1+EXP(-${letter(GRID + STEPS - 1)}${number}))"
    first, last = letter(GRID), letter(GRID + TERMS - 1)
    powers, coefficients = (
        f"${first}${number}:${last}${number}" for number in (places.areas_table + 1, places.areas_table + 2)
    )
    formula = AREA.format(z=one.at(_SCORES[bound]), powers=powers, coefficients=coefficients)
    return area(score(one, bound, terms)[0]), f"={formula}"


def steps(one: DrawnCell, bound: int, terms: tuple[float, ...]) -> list[float]:
    """Return the logits on Newton's way from the middle of a metalog to a bound."""
    value = one.bounds[bound == MOST]
    assert value is not None  # noqa: S101  # asked only of what is cut
    middle, spread, skew = terms

    def step(y: float, _: None) -> float:
        p = 1 / (1 + exp(-y))
        slope = spread + skew * (p - 1 / 2) + skew * y * p * (1 - p)
        if not slope:
            return y
        y -= (middle + (spread + skew * (p - 1 / 2)) * y - value) / slope
        return max(-_FURTHEST_LOGIT, min(_FURTHEST_LOGIT, y))

    return list(accumulate(repeat(None, STEPS), step, initial=0.0))[1:]


def step_formula(one: DrawnCell, bound: int, column: int) -> str:
    """Return the formula of a step, from the cell to the left; the text before the first one counts as 0."""
    number = one.least_line if bound == LEAST else one.most_line
    y = f"N({letter(column - 1)}{number})"
    p = f"1/(1+EXP(-{y}))"
    middle, spread, skew, value = (one.at(at) for at in (MIDDLE, FIRST, SECOND, bound))
    off = f"{middle}+({spread}+{skew}*({p}-1/2))*{y}-{value}"
    slope = f"({spread}+{skew}*({p}-1/2)+{skew}*{y}*{p}*(1-{p}))"
    return f"=IFERROR(MAX(-(2^5),MIN(2^5,{y}-({off})/{slope})),{y})"
