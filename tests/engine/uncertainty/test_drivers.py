"""Indices against closed forms and SALib, of independent inputs and of those that go together."""

from __future__ import annotations

from itertools import permutations
from math import pi

import numpy as np
import pytest
from SALib.analyze import sobol as analyze
from SALib.sample import sobol as sample
from scipy import stats

from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.plan import Array, Plan
from engine.planning.planner import plan
from engine.uncertainty.drivers.indices import Driver, drivers
from engine.uncertainty.simulation import simulate

Z = stats.norm.ppf(0.95)
_HEAD = """
[model]
title = "Ovens"

[dimensions.shop]
members = ["Hill", "Lake"]
"""
ISHIGAMI = (
    _HEAD.replace('[dimensions.shop]\nmembers = ["Hill", "Lake"]\n', "")
    + f"""
[ovens]
a = {{ label = "A", unit = "1", value = 0, range = [{-pi}, {pi}], distribution = "uniform" }}
b = {{ label = "B", unit = "1", value = 0, range = [{-pi}, {pi}], distribution = "uniform" }}
c = {{ label = "C", unit = "1", value = 0, range = [{-pi}, {pi}], distribution = "uniform" }}
y = {{ label = "Y", unit = "1", formula = "sin(a) + 7 * sin(b) ** 2 + 0.1 * c ** 4 * sin(a)" }}
"""
)


def of(made: Plan, name: str, seed: int = 1, cases: int = 8_192) -> dict[str, Driver]:
    found = drivers(simulate(made, [Cell(name)], samples=1_024, seed=seed), cases)
    return {one.name: one for one in found[Cell(name)]}


def normals(names: str, formula: str, ranks: dict[tuple[str, str], float]) -> Plan:
    """Return a plan of normals of deviation 1, whose scores have the correlations given."""
    text = _HEAD.replace('[dimensions.shop]\nmembers = ["Hill", "Lake"]\n', "")
    for (one, other), score in ranks.items():
        rank = 6 / pi * np.arcsin(score / 2)
        text += f'[[correlations]]\nbetween = ["{one}", "{other}"]\nrank = {rank}\n\n'
    text += "[ovens]\n"
    for name in names:
        text += (
            f'{name} = {{ label = "{name}", unit = "1", value = 0, range = [{-Z}, {Z}], distribution = "normal" }}\n'
        )
    return plan(loads(text + f'y = {{ label = "Y", unit = "1", formula = "{formula}" }}\n'))


def known(weights: Array, matrix: Array) -> dict[str, list[float]]:
    """Return the indices of a weighted sum of normals, from conditional variances over all orders."""
    count = len(weights)
    whole = weights @ matrix @ weights

    def explained(inside: tuple[int, ...]) -> float:
        if not inside:
            return 0.0
        inner = list(inside)
        cov = matrix[inner] @ weights
        return float(cov @ np.linalg.solve(matrix[np.ix_(inner, inner)], cov))

    shapley = np.zeros(count)
    orders = list(permutations(range(count)))
    for order in orders:
        for place, number in enumerate(order):
            shapley[number] += explained(tuple(sorted(order[: place + 1]))) - explained(tuple(sorted(order[:place])))
    every = range(count)
    return {
        "first": [explained((one,)) / whole for one in every],
        "total": [1 - explained(tuple([other for other in every if other != one])) / whole for one in every],
        "shapley": (shapley / len(orders) / whole).tolist(),
    }


# Of old pandas, as SALib uses it.
@pytest.mark.filterwarnings("ignore:unique with argument:FutureWarning")
def test_independent_inputs_are_as_salib_has_them_and_as_is_known() -> None:
    found = of(plan(loads(ISHIGAMI)), "y")
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[-pi, pi]] * 3}
    x = sample.sample(problem, 4_096, calc_second_order=False, seed=1)
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    salib = analyze.analyze(problem, y, calc_second_order=False, num_resamples=10, seed=1)
    first, total = [0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437]
    # What two do together is shared between them.
    shapley = [0.3139 + 0.2437 / 2, 0.4424, 0.2437 / 2]
    for place, name in enumerate("abc"):
        one = found[name]
        assert one.first.value == pytest.approx(first[place], abs=0.02)
        assert one.total.value == pytest.approx(total[place], abs=0.03)
        assert one.shapley.value == pytest.approx(shapley[place], abs=0.03)
        assert one.first.value == pytest.approx(salib["S1"][place], abs=0.03)
        assert one.total.value == pytest.approx(salib["ST"][place], abs=0.04)
        assert all(0 < index.half < 0.06 for index in (one.first, one.total, one.shapley))
    assert list(found) == ["b", "a", "c"]


def test_inputs_that_go_together_are_as_is_known() -> None:
    scores = {("a", "b"): 0.8, ("b", "c"): -0.5, ("a", "c"): -0.3}
    made = normals("abcd", "2 * a + 1 * b + 3 * c + 0 * d + d", scores)
    matrix = np.eye(4)
    for (one, other), score in scores.items():
        i, j = "abcd".index(one), "abcd".index(other)
        matrix[i, j] = matrix[j, i] = score
    wanted = known(np.array([2.0, 1, 3, 1]), matrix)
    found = of(made, "y", cases=16_384)
    for place, name in enumerate("abcd"):
        for key in wanted:
            index = getattr(found[name], key)
            assert index.value == pytest.approx(wanted[key][place], abs=2.5 * index.half / 1.96 + 1e-9), (name, key)
            assert index.half < 0.05
    assert sum(one.shapley.value for one in found.values()) == pytest.approx(1, abs=0.03)


def test_what_has_no_effect_of_its_own_has_one_by_what_it_goes_with() -> None:
    found = of(normals("ab", "a + 0 * b", {("a", "b"): 0.9}), "y")
    assert found["b"].first.value == pytest.approx(0.81, abs=0.03)
    assert found["b"].total.value == pytest.approx(0, abs=1e-9)
    assert found["b"].shapley.value == pytest.approx(0.405, abs=0.03)
    assert found["a"].total.value == pytest.approx(0.19, abs=0.02)


def test_members_of_one_input_are_one_driver() -> None:
    made = plan(
        loads(
            _HEAD
            + """
[[correlations]]
between = ["price[Hill]", "rent"]
rank = 0.5

[ovens]
price = { label = "Price", unit = "1", over = "shop", value = 5, range = { Hill = [4, 6], Lake = [3, 7] }, distribution = "normal" }
rent = { label = "Rent", unit = "1", value = 5, range = [4, 6], distribution = "normal" }
rate = { label = "Rate", unit = "1", value = 5, range = [4, 6], distribution = "uniform" }
y = { label = "Y", unit = "1", formula = "sum(price) + rent" }
z = { label = "Z", unit = "1", formula = "rate * 2" }
"""
        )
    )
    found = of(made, "y")
    assert set(found) == {"price", "rent"}
    score = 2 * np.sin(pi * 0.5 / 6)
    whole = 1 + 4 + 1 + 2 * score
    # Of price both members; given these the rent has what its correlation leaves.
    assert found["rent"].total.value == pytest.approx((1 - score**2) / whole, abs=0.02)
    assert found["price"].first.value == pytest.approx(1 - (1 - score**2) / whole, abs=0.04)
    assert found["price"].shapley.value + found["rent"].shapley.value == pytest.approx(1, abs=0.03)
    assert set(of(made, "z")) == {"rate"}
    both = drivers(simulate(made, [Cell("y"), Cell("z")], samples=1_024), 1_024)
    assert [[one.name for one in both[Cell(name)]] for name in "yz"] == [["price", "rent"], ["rate"]]


def test_cases_without_a_value_are_left_out_and_what_does_not_vary_has_no_drivers() -> None:
    made = plan(
        loads(
            _HEAD.replace('[dimensions.shop]\nmembers = ["Hill", "Lake"]\n', "")
            + """
[ovens]
a = { label = "A", unit = "1", value = 1, range = [-1, 3], distribution = "uniform" }
b = { label = "B", unit = "1", value = 1, range = [1, 3], distribution = "uniform" }
y = { label = "Y", unit = "1", formula = "sqrt(a) + b" }
none = { label = "None", unit = "1", formula = "sqrt(a - 9)" }
same = { label = "Same", unit = "1", formula = "2 if a > 9 else 1" }
"""
        )
    )
    found = of(made, "y")
    assert found["b"].total.value == pytest.approx(1 / 3 / (1 / 3 + 1 / 6), abs=0.05)
    assert of(made, "none") == of(made, "same") == {}


def test_very_large_and_very_small_outputs_have_figures_and_drivers() -> None:
    head = _HEAD.replace('[dimensions.shop]\nmembers = ["Hill", "Lake"]\n', "")
    for power in ("e200", "e-200"):
        made = plan(
            loads(
                head
                + f"""
[ovens]
a = {{ label = "A", unit = "1", value = 2{power}, range = [1{power}, 3{power}], distribution = "uniform" }}
b = {{ label = "B", unit = "1", value = 2, range = [1, 3], distribution = "uniform" }}
y = {{ label = "Y", unit = "1", formula = "a * b" }}
"""
            )
        )
        figures = simulate(made, [Cell("y")]).spreads[0].figures
        assert figures.mean.value == pytest.approx(4 * float(f"1{power}"), rel=1e-3)
        assert figures.sd.value == pytest.approx((169 / 9 - 16) ** 0.5 * float(f"1{power}"), rel=1e-2)
        assert 0 < figures.percentiles[95].error < 1e-2 * figures.percentiles[95].value
        found = of(made, "y")
        assert found["a"].shapley.value == pytest.approx(0.5, abs=0.03)
        assert found["b"].total.value == pytest.approx(found["a"].total.value, abs=0.03)


@pytest.mark.slow
def test_intervals_cover_as_often_as_they_say() -> None:
    scores = {("a", "b"): 0.7, ("b", "c"): 0.3}
    made = normals("abc", "2 * a + b - c", scores)
    wanted = known(np.array([2.0, 1, -1]), np.array([[1, 0.7, 0], [0.7, 1, 0.3], [0, 0.3, 1]]))
    inside: dict[str, list[bool]] = {key: [] for key in wanted}
    for seed in range(200):
        found = of(made, "y", seed, 512)
        for key, values in wanted.items():
            for place, name in enumerate("abc"):
                index = getattr(found[name], key)
                inside[key].append(abs(index.value - values[place]) <= index.half)
    assert all(np.mean(each) > 0.9 for each in inside.values()), {key: np.mean(each) for key, each in inside.items()}
