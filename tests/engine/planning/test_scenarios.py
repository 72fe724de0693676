"""Scenarios that extend several others, set and scale, against Python's own classes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.load import loads
from engine.plan.batch import evaluate_many
from engine.plan.evaluate import Results, evaluate
from engine.planning.planner import plan
from engine.problems import ModelError
from tests.oracles.naive import Naive
from tests.toys.scenario_graphs import INPUTS, Graph, graphs


def values(results: Results) -> list[float]:
    return [*results.cells("price"), *results.cells("sold")]


@settings(max_examples=60)
@given(graphs())
def test_a_scenario_comes_to_what_pythons_order_of_classes_gives(graph: Graph) -> None:
    try:
        expected = {case: [graph.value(id_, case) for id_ in INPUTS] for case in graph.parents}
    except TypeError:
        with pytest.raises(ModelError, match="no order keeps"):
            plan(loads(graph.text))
        return
    made = plan(loads(graph.text))
    for case, wanted in expected.items():
        exact = [float(value) for value in wanted]
        assert values(evaluate(made, case)) == pytest.approx(exact, rel=1e-14)
        assert np.ravel(evaluate_many(made, {}, case)["price"]).tolist() == pytest.approx(exact[:1], rel=1e-14)


@settings(max_examples=40)
@given(graphs(), st.data())
def test_scenarios_composed_for_a_moment_are_as_one_that_extends_them(graph: Graph, data: st.DataObject) -> None:
    named = data.draw(st.lists(st.sampled_from(list(graph.parents)), min_size=2, max_size=3))
    try:
        lineages = {case: graph.lineage(case) for case in graph.parents}
        kept = [one for one in dict.fromkeys(named) if not any(one in lineages[other][1:] for other in named)]
        both = Graph({**graph.parents, "both": kept}, graph.sets, graph.factors)
        expected = [float(both.value(id_, "both")) for id_ in INPUTS]
    except TypeError:
        return
    assert values(evaluate(plan(loads(graph.text)), "+".join(named))) == pytest.approx(expected, rel=1e-14)


TEXT = """\
[model]
title = "T"
[scenarios.high]
scale.price = 2
scale.share = 1.1
[scenarios.higher]
extends = "high"
scale.price = 1.1
[scenarios.dear]
scale.price = 1.5
[scenarios.one]
extends = ["high", "dear"]
[a.price]
label = "Price"
unit = "1"
value = 10
max = 30
whole = true
[a.share]
label = "Share"
unit = "percent"
value = 30
[a.out]
label = "Out"
unit = "1"
formula = "price * share"
"""


def test_factors_multiply_what_is_extended_and_keep_the_digits() -> None:
    made = plan(loads(TEXT))
    # 10 * 2 * 1.1 is 22.000000000000004.
    assert [evaluate(made, case)["price"] for case in ("base", "high", "higher", "one")] == [10, 20, 22, 30]
    assert evaluate(made, "high")["share"] == 33
    assert Naive(loads(TEXT), {"1": 1, "percent": 0.01}, "high").cell("out", ()) == pytest.approx(6.6)


def test_scenarios_that_come_to_a_broken_bound_together_are_refused() -> None:
    made = plan(loads(TEXT))
    with pytest.raises(ModelError, match=r"'price' = 33 is above max = 30"):
        evaluate(made, "higher+dear")
    other = TEXT.replace("[a.price]", '[scenarios.two]\nextends = ["dear", "high"]\n[a.price]')
    with pytest.raises(ModelError, match="no order keeps what 'one\\+two' extends"):
        evaluate(plan(loads(other)), "one+two")
