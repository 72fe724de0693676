"""What decisions are worth, and what it is worth to know: closed forms, and simulations within simulations."""

from __future__ import annotations

from math import gamma

import numpy as np
import pytest
from scipy import stats

from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from engine.uncertainty.decisions.appraisal import Appraisal, Worth, appraise
from engine.uncertainty.simulation import simulate

Z = stats.norm.ppf(0.95)
_HEAD = """
[model]
title = "Launch"

[dimensions.shop]
members = ["Hill", "Lake"]

[dimensions.plan]
members = ["stay", "go", "run"]

[scenarios.usual]
label = "Usual"

[scenarios.other]
label = "Other"
set.base = 1

"""
_TAIL = """
[launch.step]
label = "Step"
choice = "plan"
value = "stay"

[launch.base]
label = "Base"
value = 0
unit = "1"

[launch.y]
label = "Y"
unit = "1"
formula = '{formula}'

[decisions.launch]
label = "Launch"
value = "y"
{decision}
"""


def normal(name: str, centre: float, sd: float, over: str = "") -> str:
    ends = f"[{centre - Z * sd}, {centre + Z * sd}]"
    kind = f'over = "shop"\nrange.Hill = {ends}\nrange.Lake = {ends}' if over else f"range = {ends}"
    return f'[launch.{name}]\nlabel = "{name}"\nunit = "1"\nvalue = {centre}\n{kind}\ndistribution = "normal"\n\n'


def made(inputs: str, formula: str, decision: str = 'choice = "step"\noptions = ["stay", "go"]\ngoal = "max"') -> Plan:
    return plan(loads(_HEAD + inputs + _TAIL.format(formula=formula, decision=decision)))


def appraised(own: Plan, seed: int = 1, samples: int = 16_384, scenario: str | None = None) -> Appraisal:
    return appraise(simulate(own, [Cell("y")], scenario, samples=samples, seed=seed))["launch"]


def loss(centre: float, sd: float) -> float:
    """Return what it is worth to know a normal before it is taken or left."""
    return float(sd * stats.norm.pdf(centre / sd) + centre * stats.norm.cdf(centre / sd) - max(centre, 0))


def near(worth: Worth, truth: float, within: float) -> bool:
    return worth.low - within <= truth <= worth.high + within and worth.value == pytest.approx(truth, abs=within)


def test_two_normals_are_worth_what_the_closed_form_says() -> None:
    found = appraised(made(normal("a", 1, 2) + normal("b", 0.5, 1), 'base + a if step == "go" else base + 2 * b'))
    # The better of two, and what is known of one of them while the other is at its mean.
    assert near(found.evpi, loss(0, 8**0.5), 0.01)
    assert near(found.evppi["a"], loss(0, 2), 0.01)
    assert near(found.evppi["b"], loss(0, 2), 0.01)
    assert found.options["go"].mean.value == pytest.approx(1, abs=0.005)
    assert found.options["go"].best.value == pytest.approx(0.5, abs=0.01)
    assert sum(one.best.value for one in found.options.values()) == pytest.approx(1)
    assert found.missing == 0


def test_what_does_not_matter_is_worth_nothing() -> None:
    found = appraised(made(normal("a", 0.3, 1) + normal("b", 5, 30), 'a + b if step == "go" else b'))
    assert found.best == "go"
    assert near(found.evppi["a"], loss(0.3, 1), 0.005)
    assert found.evppi["b"] == Worth(0, 0, 0)
    assert list(found.evppi) == ["a", "b"]
    # Also where options are as good as each other, so that noise alone would change between them.
    close = appraised(made(normal("a", 0, 1) + normal("b", 0, 1), 'a if step == "go" else 0 * b'))
    assert close.evppi["b"].value < 0.01
    assert close.evppi["b"].low == 0


def test_inputs_that_go_together_tell_of_each_other() -> None:
    rank = 6 / np.pi * np.arcsin(0.8 / 2)
    tie = f'[[correlations]]\nbetween = ["a", "sign"]\nrank = {rank}\n\n'
    inputs = tie + normal("a", 0.2, 1) + normal("sign", 0, 1) + normal("alone", 0, 1)
    # Nothing is computed from the sign, and yet it is worth knowing.
    found = appraised(made(inputs, 'a if step == "go" else 0'))
    assert list(found.evppi) == ["a", "sign"]
    assert near(found.evppi["a"], loss(0.2, 1), 0.005)
    assert near(found.evppi["sign"], loss(0.2, 0.8), 0.01)


def test_members_count_as_one_and_the_lowest_may_be_the_best() -> None:
    inputs = normal("a", 0, 1, "shop") + normal("b", 0, 1)
    decision = 'choice = "step"\noptions = ["stay", "run"]\ngoal = "min"'
    found = appraised(made(inputs, 'sum(a) + b - 0.5 if step == "run" else 0', decision))
    assert found.best == "run"
    assert list(found.evppi) == ["a", "b"]
    assert near(found.evppi["a"], loss(0.5, 2**0.5), 0.01)
    assert near(found.evppi["b"], loss(0.5, 1), 0.01)


def test_a_simulation_within_a_simulation_finds_the_same() -> None:
    inputs = normal("a", 1, 0.5) + normal("b", 1, 0.7) + normal("c", 1, 0.4, "shop")
    decision = 'choice = "step"\ngoal = "max"'
    formula = 'min(a * b, 1.2) * sum(c) - 2 if step == "go" else (b * b - a if step == "run" else 0)'
    found = appraised(made(inputs, formula, decision), samples=65_536)
    random = np.random.default_rng(1)

    def values(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
        return np.array([0 * a * b * c, np.minimum(a * b, 1.2) * c - 2, b * b - a + 0 * c])

    def draw(*shape: int) -> dict[str, np.ndarray]:
        every = {"a": (1, 0.5), "b": (1, 0.7), "c": (2, 0.4 * 2**0.5)}
        return {name: random.normal(*own, size=shape) for name, own in every.items()}

    once = values(**draw(400_000)).mean(axis=1).max()
    for name in "abc":
        within = draw(2_000, 1_000)
        within[name] = draw(2_000, 1)[name]
        truth = values(**within).mean(axis=2)
        gained = truth.max(axis=0) - once
        error = 4 * gained.std() / 2_000**0.5
        assert found.evppi[name].value == pytest.approx(gained.mean(), abs=error), name
    every = draw(400_000)
    assert found.evpi.value == pytest.approx(values(**every).max(axis=0).mean() - once, abs=0.01)


def test_values_of_a_choice_are_told_apart() -> None:
    weather = """[dimensions.sky]
members = ["sun", "rain", "fog", "snow"]

[launch.weather]
label = "Weather"
choice = "sky"
value = "sun"
weights = [0.1, 0.4, 0.2, 0.3]

[launch.gain]
label = "Gain"
over = "sky"
unit = "1"
value = [5, -1, 2, -3]

"""
    found = appraised(made(weather + normal("b", 0, 2), 'gain[weather] + b if step == "go" else 0'))
    # On average it is 0.5 - 0.4 + 0.4 - 0.9 = -0.4: known before, it is taken in sun and fog alone.
    assert found.best == "stay"
    assert near(found.evppi["weather"], 0.9, 0.02)


def test_options_may_be_scenarios_on_the_same_draws() -> None:
    decision = 'options = ["usual", "other"]\ngoal = "max"'
    found = appraised(
        made(normal("a", 0, 1) + normal("b", 3, 1), "b + (a if base == 1 else 0)", decision), scenario="other"
    )
    assert near(found.evpi, loss(0, 1), 0.005)
    assert near(found.evppi["a"], loss(0, 1), 0.005)
    # The options are as good as each other on average, so that noise may change between them.
    assert found.evppi["b"].value < 0.005


def test_what_is_set_by_hand_is_held_and_the_choice_is_not() -> None:
    own = made(normal("a", 0, 1) + normal("b", 0, 1), 'a + b if step == "go" else 0')
    found = appraise(simulate(own, [Cell("b")], changes={"a": 1.0, "step": 1.0}, samples=1_024))["launch"]
    assert list(found.evppi) == ["b"]
    assert found.options["go"].mean.value == pytest.approx(1, abs=0.02)
    # An option is what the same simulation finds where it alone is set.
    alone = simulate(own, [Cell("y")], changes={"a": 1.0, "step": 1.0}, samples=1_024)
    assert found.options["go"].mean.value == pytest.approx(alone.spreads[0].figures.mean.value, rel=1e-12)


def test_cases_without_a_value_are_left_out_and_counted() -> None:
    own = made(normal("a", 0, 1), 'sqrt(a) if step == "go" else 0.5')
    found = appraised(own)
    assert found.missing == pytest.approx(0.5, abs=0.001)
    # The mean of the root of a half normal.
    wanted = 2**0.25 * gamma(0.75) / gamma(0.5)
    assert found.options["go"].mean.value == pytest.approx(wanted, rel=0.01)
    none = appraised(made(normal("a", 0, 1), 'sqrt(0 * a - 1) if step == "go" else a'))
    assert (none.best, none.missing) == (None, 1)
    assert all(np.isnan(one.value) for one in (none.evpi, *none.evppi.values()))


def test_too_many_options_are_refused() -> None:
    many = "from = 1\nto = 101"
    text = _HEAD.replace('members = ["stay", "go", "run"]', many) + normal("a", 0, 1)
    text += _TAIL.format(formula='a if step == "5" else 0', decision='choice = "step"\ngoal = "max"').replace(
        '"stay"', "1"
    )
    with pytest.raises(ModelError, match="has 101 options, and 100 are the most"):
        appraised(plan(loads(text)), samples=1_024)


@pytest.mark.slow
def test_intervals_cover_as_often_as_they_say() -> None:
    own = made(normal("a", 0.3, 1) + normal("b", 0, 2, "shop"), 'a + sum(b) if step == "go" else 0')
    wanted = {"a": loss(0.3, 1), "b": loss(0.3, 8**0.5), "all": loss(0.3, 3)}
    inside: dict[str, list[bool]] = {name: [] for name in wanted}
    for seed in range(200):
        found = appraised(own, seed, 1_024)
        for name, worth in {**found.evppi, "all": found.evpi}.items():
            inside[name].append(worth.low <= wanted[name] <= worth.high)
    assert all(np.mean(each) > 0.88 for each in inside.values()), {key: np.mean(each) for key, each in inside.items()}
