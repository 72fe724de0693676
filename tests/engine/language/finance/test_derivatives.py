"""The derivatives of loans and depreciation against differences at a hundred digits, at and near a rate of 0 too."""

from __future__ import annotations

import mpmath
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from engine.language.derivatives import Reading, partials
from engine.language.functions import CALLABLE
from engine.language.numbers.scalars import HELPERS, spell
from engine.language.tree import Call, Name
from tests.oracles.exact import exact

NAMES = ("pmt", "ipmt", "ppmt", "nper", "sln", "ddb")


def names(function: str) -> list[str]:
    return list("abcd"[: CALLABLE[function].most])


def found(function: str, by: str, values: list[float]) -> tuple[float, float]:
    """Return a derivative as the engine computes it, and by differences at a hundred digits."""
    given_ = names(function)
    tree = Call(function, tuple(map(Name, given_)))
    factor = partials(tree)[Reading(Name(by))]
    own = eval(spell(factor, {name: place for place, name in enumerate(given_)}), {**HELPERS, "v": values})  # noqa: S307
    with mpmath.workdps(100):
        point = {name: mpmath.mpf(value) for name, value in zip(given_, values, strict=True)}
        # Off the rate of 0, where the definition is another, the limit is the same.
        step = mpmath.mpf("1e-35")
        ends = [exact(tree, {**point, by: point[by] + side * step}) for side in (1, -1)]
        return float(own), float((ends[0] - ends[1]) / (2 * step))


@given(
    st.sampled_from(["pmt", "ipmt", "ppmt"]),
    st.floats(-0.3, 0.5).map(lambda one: round(one, 12)),
    st.integers(1, 30),
    st.integers(0, 30),
    st.data(),
)
def test_loans(function: str, rate: float, period: int, more: int, data: st.DataObject) -> None:
    values = [rate, float(period), float(period + more), 1000.0]
    own, expected = found(function, *_chosen(function, values, data))
    assert own == pytest.approx(expected, rel=1e-8, abs=1e-8)


@given(st.floats(-0.3, 0.5).map(lambda one: round(one, 12)), st.floats(1, 200), st.data())
def test_periods(rate: float, payment: float, data: st.DataObject) -> None:
    if rate * 100 / payment > 0.95:
        reject()
    own, expected = found("nper", data.draw(st.sampled_from("abc")), [rate, payment, 100.0])
    assert own == pytest.approx(expected, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("rate", [0.0, 1e-15, 1e-12, -1e-10, 1e-9, 1e-7, -1e-6, 1e-5, 1e-4, 0.001, 0.02])
@pytest.mark.parametrize("function", ["pmt", "ipmt", "ppmt", "nper"])
def test_at_and_near_a_rate_of_0(function: str, rate: float) -> None:
    values = [rate, 90.0, 1000.0] if function == "nper" else [rate, *([4.0] if function != "pmt" else []), 12.0, 1000.0]
    for by in names(function):
        own, expected = found(function, by, values)
        assert own == pytest.approx(expected, rel=1e-6, abs=1e-9), by


@given(st.floats(1, 1e4), st.floats(0, 1), st.floats(0.6, 20), st.integers(1, 22), st.data())
def test_depreciation(cost: float, share: float, life: float, period: int, data: st.DataObject) -> None:
    values = [cost, cost * share, life, float(period)]
    rest = max(1 - 2 / life, 0)
    bends = [cost * rest**period - values[1], cost * rest ** (period - 1) - values[1], life - period, life - 2]
    if any(abs(bend) < 1e-9 for bend in bends):
        reject()
    own, expected = found("sln", *_chosen("sln", values[:3], data))
    assert own == pytest.approx(expected, rel=1e-9, abs=1e-9)
    by = data.draw(st.sampled_from("abcd"))
    if by == "d" and life <= 2:
        reject()
    own, expected = found("ddb", by, values)
    assert own == pytest.approx(expected, rel=1e-9, abs=1e-9)


def _chosen(function: str, values: list[float], data: st.DataObject) -> tuple[str, list[float]]:
    kept = [values[0], *values[2:]] if function == "pmt" else values
    return data.draw(st.sampled_from(names(function))), kept
