"""Units: what they mean, the traps that are decided, and pint itself as the oracle of the algebra."""

from __future__ import annotations

import math

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from engine.units.grammar import UnitError
from engine.units.registry import Units, units_of
from engine.units.unit import PURE, power_of, product, quotient
from tests.toys.single import HEAD, one, result

DECLARED = (("FLOP", "[compute]"), ("GPU", "[gpu]"), ("video_minute", "[video]"), ("video_second", "video_minute / 60"))
NAMES = [
    "s",
    "minute",
    "day",
    "TFLOP",
    "FLOP",
    "GPU",
    "kWh",
    "W",
    "m",
    "km",
    "kg",
    "lb",
    "video_second",
    "video_minute",
]


@pytest.fixture(scope="module")
def units() -> Units:
    return units_of(DECLARED)


def refused(units: Units, text: str) -> UnitError:
    """Return why a unit is refused."""
    with pytest.raises(UnitError) as caught:
        units.parse(text)
    return caught.value


@st.composite
def written_units(draw: st.DrawFn) -> str:
    """Draw a unit as an author might write it."""
    parts = draw(
        st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from([-2, -1, 1, 2, 3])), min_size=1, max_size=4)
    )
    return " * ".join(f"{name}**{power}" for name, power in parts)


@pytest.fixture(scope="module")
def oracle() -> pint.UnitRegistry[float]:
    registry: pint.UnitRegistry[float] = pint.UnitRegistry()
    for name, definition in DECLARED:
        registry.define(f"{name} = {definition}")
    return registry


@given(left=written_units(), right=written_units())
def test_products_quotients_and_powers_are_pint_s(
    units: Units, oracle: pint.UnitRegistry[float], left: str, right: str
) -> None:
    a, b = units.parse(left).atoms, units.parse(right).atoms
    p, q = oracle.parse_units(left), oracle.parse_units(right)
    for ours, theirs in ((product(a, b), p * q), (quotient(a, b), p / q), (power_of(a, 2), p**2)):
        expected = {str(name).strip("[]"): power for name, power in theirs.dimensionality.items()}
        assert dict(units.dimension(ours)) == expected
        assert math.isclose(
            float(units.factor(ours)), float(oracle.Quantity(1, theirs).to_root_units().magnitude), rel_tol=1e-12
        )


@given(left=written_units(), right=written_units(), value=st.floats(1e-6, 1e6))
def test_conversions_are_pint_s(
    units: Units, oracle: pint.UnitRegistry[float], left: str, right: str, value: float
) -> None:
    steps = units.convert(units.parse(left).atoms, units.parse(right).atoms)
    quantity = oracle.Quantity(value, left)
    if steps is None:
        assert not quantity.check(oracle.parse_units(right).dimensionality)
        return
    converted = value
    for step in steps:
        converted = converted / step.conversion.value if step.divide else converted * step.conversion.value
    assert math.isclose(converted, quantity.to(right).magnitude, rel_tol=1e-9)


@pytest.mark.parametrize(
    ("source", "target", "label", "value", "divide"),
    [
        ("day", "s", "s per day", 86400, False),
        ("s", "day", "s per day", 86400, True),
        ("TFLOP", "FLOP", "FLOP per TFLOP", 1e12, False),
        ("video_second", "video_minute", "video_second per video_minute", 60, True),
        ("W*day", "kWh", "kWh per day·W", 0.024, False),
        ("lb", "kg", "kg per lb", 0.45359237, False),
    ],
)
def test_a_conversion_is_one_readable_constant(
    source: str, target: str, label: str, value: float, divide: bool
) -> None:
    units = units_of(DECLARED)
    (step,) = units.convert(units.parse(source).atoms, units.parse(target).atoms) or ()
    assert (step.conversion.label, step.conversion.value, step.divide) == (label, value, divide)


def test_units_of_one_size_need_no_constant(units: Units) -> None:
    assert units.convert(units.parse("kW*hour").atoms, units.parse("kWh").atoms) == ()
    assert units.convert(units.parse("1/s").atoms, units.parse("Hz").atoms) == ()


def test_units_of_different_dimensions_do_not_convert(units: Units) -> None:
    assert units.convert(units.parse("GPU").atoms, units.parse("s").atoms) is None
    assert units.convert(units.parse("GB").atoms, PURE) is None


def test_percent_is_a_fraction_that_shows_as_percent(units: Units) -> None:
    assert (units.parse("percent").atoms, units.parse("percent").scale) == (PURE, 100)
    assert (units.parse("percent/year").atoms, units.parse("percent/year").scale) == ((("year", -1),), 100)
    assert "above the line" in refused(units, "GPU/percent").hint
    assert "above the line" in refused(units, "percent**2").hint


@pytest.mark.parametrize(
    "name", ["count", "quarter", "unit", "fps", "k", "M", "T", "ton", "rpm", "cycle", "pct", "dB", "decade", "points"]
)
def test_misleading_names_are_refused_with_what_they_are_read_as(units: Units, name: str) -> None:
    problem = refused(units, f"{name}/s")
    assert "misleading" in problem.message
    assert "[units]" in problem.hint


def test_a_misleading_name_may_be_declared() -> None:
    units = Units([("unit", "[thing]"), ("count", "[count]"), ("ton", "1000 kg")])
    assert units.problems == {}
    assert units.dimension(units.parse("unit").atoms) == (("thing", 1),)
    assert units.dimension(units.parse("count").atoms) == (("count", 1),)
    assert float(units.factor(quotient(units.parse("ton").atoms, units.parse("kg").atoms))) == 1000


@pytest.mark.parametrize("name", ["FLOPS", "FLOPs", "TFLOPS", "GFLOPs"])
def test_flops_may_be_an_amount_or_a_rate(units: Units, name: str) -> None:
    assert f"{name[:-1]}/s for a rate" in refused(units, name).hint


@pytest.mark.parametrize("name", ["degC", "degF", "m/degC"])
def test_offsets_are_refused_with_the_advice_to_use_kelvin(units: Units, name: str) -> None:
    assert "kelvin" in refused(units, name).hint


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "nonsense",
        "m +",
        "2 m",
        "m**9**9",
        "(m**9)**9",
        "m**999",
        "10**10 m",
        "__import__('os')",
        "m\ns",
        "m" * 300,
        "1e99999 m",
    ],
)
def test_what_is_no_unit_is_refused_at_once(units: Units, text: str) -> None:
    assert refused(units, text).hint


def test_an_unknown_unit_is_told_how_to_declare_it(units: Units) -> None:
    assert refused(units, "token/s").hint == 'declare it under [units]: token = "[token]"'
    assert "did you mean 'GPU'?" in refused(units, "GPUU").hint


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        ([("USD", "[money]"), ("EUR", "[money]")], 'EUR = "[eur]"'),
        ([("metre", "[thing]")], "already a unit"),
        ([("day", "8 hour")], "already a unit"),
        ([("plank", "[length]")], "already has units of its own"),
        ([("data", "[information]")], "already has units of its own"),
        ([("a1", "2 b1"), ("b1", "2 a1")], "in terms of itself"),
        ([("zero", "0 s")], "ordinary size"),
        ([("a1", "km**99"), ("a2", "a1**99"), ("a3", "a2**99"), ("a4", "a3**99")], "ordinary size"),
        ([("lost", "2 nowhere")], "nowhere"),
        ([("big", "9**9**9**9")], "too large"),
        ([("big", "1e999999999 s")], "too large"),
        ([("1x", "[x]")], "cannot be the name"),
    ],
)
def test_what_cannot_be_declared_says_why(declared: list[tuple[str, str]], says: str) -> None:
    problems = Units(declared).problems
    assert problems
    assert any(says in problem.message + problem.hint for problem in problems.values())


def test_a_fixed_rate_between_currencies_is_a_multiple() -> None:
    units = Units([("USD", "[money]"), ("EUR", "1.1 USD")])
    (step,) = units.convert(units.parse("EUR").atoms, units.parse("USD").atoms) or ()
    assert step.conversion.value == 1.1


def test_a_misleading_name_declared_anew_leaves_pint_s_other_units_alone() -> None:
    text = HEAD + '[units]\nton = "1000 kg"\ncount = "[count]"\npound = "[pound]"\n'
    text += one("1", "short_ton") + one("1", "ton", id_="z") + one("3", "Bq*s", id_="w") + one("2", "pound", id_="p")
    made = plan(loads(text + result("x", "kg") + '[a.v]\nlabel = "v"\nformula = "z"\nunit = "kg"\n'))
    results = evaluate(made)
    assert results["y"] == pytest.approx(907.18474, rel=1e-12)
    assert results["v"] == 1000
    assert made.units.dimension(made.row("w").unit.atoms) == ()
    assert made.units.dimension(made.row("p").unit.atoms) == (("pound", 1),)


def test_a_short_name_declared_anew_does_not_let_longer_ones_pass() -> None:
    units = Units([("e", "[thing]")])
    assert units.dimension(units.parse("ke").atoms) == (("thing", 1),)
    for name in ("decade", "score/s", "grade"):
        with pytest.raises(UnitError, match="misleading" if name != "score/s" else "misleading|no unit"):
            units.parse(name)
