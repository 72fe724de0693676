"""The table of derivatives against sympy, and against differences at fifty digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from engine.analysis.gradients import Gradients
from engine.language.derivatives import DERIVATIVES, STEPS, Lag, Reading, TooLarge, local_derivative, partials
from engine.language.functions import FUNCTIONS
from engine.language.numbers.scalars import HELPERS, spell
from engine.language.parse import parse
from engine.language.tree import ONE, ZERO, Aggregate, Call, Name, Node, Number, Previous, fold, nodes
from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import Results, evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from tests.oracles.exact import EXACT, EXACT_FINANCE, exact
from tests.toys.random_models import Author

SYMBOLIC: Final[Mapping[str, Callable[..., Any]]] = {
    "log10": lambda a: sympy.log(a) / sympy.log(10),
    "log2": lambda a: sympy.log(a) / sympy.log(2),
    **{name: getattr(sympy, name) for name in DERIVATIVES if hasattr(sympy, name)},
    "abs": sympy.Abs,
    # What sympy calls div divides polynomials.
    **{name: EXACT[name] for name in ("add", "sub", "mul", "div", "pow", "neg")},
    "sln": EXACT_FINANCE["sln"],
}
# Where each function and its derivative are real; other functions are on the whole line.
DOMAINS: Final = {
    "sqrt": (0.01, 9), "log": (0.01, 9), "log10": (0.01, 9), "log2": (0.01, 9), "tan": (-1.5, 1.5), "asin": (-0.99, 0.99),
    "acos": (-0.99, 0.99), "acosh": (1.01, 9), "atanh": (-0.99, 0.99), "pow": (0.01, 9), "div": (0.1, 9),
}  # fmt: skip
PLAIN = sorted(set(DERIVATIVES) - {"pmt", "ipmt", "ppmt", "nper", "sln", "ddb"})


def slope(tree: Node, by: str, at: Mapping[str, float]) -> tuple[float, float]:
    """Return a derivative by the table, and by differences at fifty digits."""
    with mpmath.workdps(50):
        point = {name: mpmath.mpf(value) for name, value in at.items()}
        found = exact(partials(tree).get(Reading(Name(by)), ZERO), point)
        difference = mpmath.diff(lambda x: exact(tree, {**point, by: x}), point[by])
        return float(found), float(difference)


def symbolic(tree: Node) -> Any:  # noqa: ANN401  # sympy has no types
    return fold(
        tree,
        lambda number: sympy.Rational(repr(number.value)),
        lambda id_: sympy.Symbol(id_, positive=True),
        lambda name, arguments: SYMBOLIC[name](*arguments),
    )


def test_every_function_of_the_language_has_a_derivative_or_goes_in_steps() -> None:
    assert set(DERIVATIVES) | STEPS | {"if", "min", "max"} == set(FUNCTIONS)
    assert not set(DERIVATIVES) & STEPS
    for name, by_argument in DERIVATIVES.items():
        assert len(by_argument) == FUNCTIONS[name].most


@pytest.mark.parametrize("name", sorted(set(PLAIN) - {"abs"}))
def test_each_entry_is_what_sympy_derives(name: str) -> None:
    arguments = tuple([Name(one) for one in "ab"[: FUNCTIONS[name].most]])
    for place, argument in enumerate(arguments):
        found = local_derivative(name, arguments, place)
        if name == "pow":
            # Its guards are choices; beyond them is the rule.
            assert isinstance(found, Call)
            assert found.function == "if"
            found = found.arguments[2]
        derived = sympy.diff(symbolic(Call(name, arguments)), sympy.Symbol(argument.id, positive=True))
        assert sympy.simplify(symbolic(found) - derived) == 0


@settings(max_examples=200)
@given(st.sampled_from(PLAIN), st.floats(0, 1), st.floats(0.1, 3), st.sampled_from("ab"))
def test_each_entry_is_what_differences_at_fifty_digits_give(name: str, where: float, other: float, by: str) -> None:
    low, high = DOMAINS.get(name, (-5, 5))
    at = {"a": low + (high - low) * where, "b": other}
    found, difference = slope(Call(name, tuple([Name(one) for one in "ab"[: FUNCTIONS[name].most]])), by, at)
    if not (name == "abs" and abs(at["a"]) < 1e-9):
        assert found == pytest.approx(difference, rel=1e-12, abs=1e-12)


@settings(max_examples=100)
@given(st.recursive(
    st.sampled_from(["a", "b", "2", "-a", "1.5"]),
    lambda inner: st.builds(
        str.format,
        st.sampled_from([
            "({0} + {1})", "({0} - {1})", "{0} * {1}", "({0}) / (1 + abs({1}))", "exp(-abs({0}))", "sqrt(1 + ({0}) ** 2)", "sin({0})",
            "max({0}, {1}, 0)", "min({0}, {1})", "log(1 + abs({0})) ** 3", "(1 + abs({0})) ** ({1})", "({0} if a > b else {1})",
            "atan({0}) * tanh({1})", "({0}) ** -2 if abs({0}) > 0.1 else {1}", "abs({0})", "floor(a) * ({1})",
        ]), inner, inner),
    max_leaves=8,
), st.sampled_from([(0.31, 0.87), (-1.7, 2.3), (2.9, -0.6)]), st.sampled_from("ab"))  # fmt: skip
def test_the_chain_rule_over_whole_formulas(text: str, point: tuple[float, float], by: str) -> None:
    tree = parse(text)
    at = {"a": mpmath.mpf(point[0]), "b": mpmath.mpf(point[1])}
    found = exact(partials(tree).get(Reading(Name(by)), ZERO), at)
    ends = [slope_on_one_side(tree, at, by, side) for side in (1, -1)]
    # At a kink it is that of one side, or for kinks inside one another of a mixture.
    if abs(ends[0] - ends[1]) < 1e-8 * (1 + abs(ends[0])):
        assert float(found) == pytest.approx(float(ends[0]), rel=1e-7, abs=1e-7)


def slope_on_one_side(tree: Node, at: Mapping[str, Any], by: str, side: int) -> Any:  # noqa: ANN401  # mpmath
    with mpmath.workdps(50):
        step = side * mpmath.mpf("1e-20")
        return (exact(tree, {**at, by: at[by] + step}) - exact(tree, at)) / step


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("abs(a)", 0, 1),
        ("abs(-a)", 0, -1),
        ("min(a, b)", 2, 1),
        ("min(b, a)", 2, 0),
        ("max(a, b, a)", 2, 1),
        ("max(b, a)", 2, 0),
        ("min(a, a)", 2, 1),
        ("3 * a if a >= b else 5 * a", 2, 3),
        ("3 * a if a > b else 5 * a", 2, 5),
        ("max(a)", 2, 1),
    ],
)
def test_at_a_kink_it_is_that_of_the_side_taken_the_first_of_equals(text: str, at: float, expected: float) -> None:
    factor = partials(parse(text)).get(Reading(Name("a")), ZERO)
    assert exact(factor, {"a": mpmath.mpf(at), "b": mpmath.mpf(2)}) == expected


def test_a_hyperbolic_tangent_is_flat_where_its_cosine_is_too_large() -> None:
    factor = partials(parse("tanh(a)"))[Reading(Name("a"))]
    assert value_at(factor, -1000.0) == 0
    assert value_at(factor, 0.0) == 1


def value_at(tree: Node, a: float) -> float:
    """Return the value of a formula as the engine computes it."""
    return float(eval(spell(tree, {"a": 0}), {**HELPERS, "v": [a]}))  # noqa: S307


@pytest.mark.parametrize(
    "text", ["round(a)", "round(a, 1)", "floor(a) + ceil(a)", "1 if a > 2 else 0", "b if a else c"]
)
def test_steps_have_none(text: str) -> None:
    assert Reading(Name("a")) not in partials(parse(text))


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("a ** 2", 0, 0),
        ("a ** b", 0, 0),
        ("a ** 1", 0, 1),
        ("a ** 0", 3, 0),
        ("a ** 3", -2, 12),
        ("a ** -1", -2, -0.25),
    ],
)
def test_powers_at_the_edges(text: str, at: float, expected: float) -> None:
    factor = partials(parse(text)).get(Reading(Name("a")), ZERO)
    assert exact(factor, {"a": mpmath.mpf(at), "b": mpmath.mpf(2)}) == expected


def test_what_is_read_before_is_a_reading_of_its_own_and_so_is_the_start() -> None:
    tree = parse("prev(a * b, c, 2) + a")
    found = partials(tree)
    assert list(found) == [
        Reading(Name("a"), (Lag("", Number(2.0, "2")),)),
        Reading(Name("b"), (Lag("", Number(2.0, "2")),)),
        Reading(Name("c")),
        Reading(Name("a")),
    ]
    assert found[Reading(Name("a"))] == ONE
    assert found[Reading(Name("c"))] == Previous(ZERO, ONE, Number(2.0, "2"))
    assert partials(parse("2 * sum(a, over=year)")) == {
        Reading(Aggregate("sum", Name("a"), ("year",))): Number(2.0, "2")
    }


def test_no_factor_of_one_or_term_of_zero_is_left_and_too_long_ones_are_refused() -> None:
    assert partials(parse("a * 1 + 0 * b")) == {Reading(Name("a")): ONE}
    wide = parse("a * " * 40 + "a")
    assert sum(1 for _ in nodes(partials(wide)[Reading(Name("a"))])) < 5_000
    with pytest.raises(TooLarge):
        partials(parse(f"max({', '.join(['a * b'] * 240)})"))


def exact_slope(planned: Plan, stored: Mapping[str, float], output: str, by: str, side: int) -> float:
    """Return a one-sided difference of a model of single numbers at fifty digits, in stored units."""

    def at(step: float) -> Any:  # noqa: ANN401  # a number of mpmath, which has no types
        values = {id_: mpmath.mpf(value) for id_, value in stored.items()}
        values[by] += step
        for row in planned.rows:
            if row.expression is not None:
                values[row.id] = exact(row.expression, values)
        return values[output]

    with mpmath.workdps(50):
        step = side * mpmath.mpf("1e-22")
        return float((at(step) - at(0)) / step)


@pytest.mark.slow
@settings(max_examples=25)
@given(st.integers(0, 10**9))
def test_gradients_over_all_functions_are_those_at_fifty_digits(seed: int) -> None:
    planned = plan(loads(Author(seed).model()))
    try:
        results = evaluate(planned)
    except ModelError:
        reject()
    gradients = Gradients(results)
    stored = {
        row.id: float(value) for row, value in zip(planned.rows, results.values, strict=True) if not row.is_computed
    }
    for output in [row for row in planned.rows if row.kind == "formula"][-3:]:
        found = gradients.by_input(gradients.adjoints(Cell(output.id)), Cell(output.id))
        for row in planned.inputs:
            scale = output.unit.scale / row.unit.scale
            right, left = (scale * exact_slope(planned, stored, output.id, row.id, side) for side in (1, -1))
            # What lies on a kink or a step is tested below.
            if np.isnan(found[row.id]):
                assert has_root_of_nothing(results)
            elif abs(right - left) <= 1e-9 * (abs(right) + abs(left)):
                assert found[row.id] == pytest.approx(right, rel=1e-8, abs=1e-9), (output.id, row.id)


def has_root_of_nothing(results: Results) -> bool:
    """Return whether a square root is taken of 0, where it rises without end."""
    trees = [row.expression for row in results.plan.rows if row.expression is not None]
    roots = [node for tree in trees for node in nodes(tree) if isinstance(node, Call) and node.function == "sqrt"]
    return any(results.evaluate(root) == 0 for root in roots)
