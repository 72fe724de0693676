"""The proof: in Chromium a page has every number that the engine has, in every scenario and wherever a reader goes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from engine.plan.batch import evaluate_many
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.solve import solved
from exports.page.page import page
from tests.oracles.chromium import opened
from tests.oracles.page import differences, expected, in_states, named
from tests.places import MODELS
from tests.toys import random_dimensions, random_groups, random_models
from tests.toys.states import states

pytestmark = pytest.mark.chromium
ALL = sorted(MODELS.glob("*.toml"))
STATES = 1_000
_AT_ONCE = 250


@pytest.mark.slow
@pytest.mark.parametrize("path", ALL)
def test_every_number_in_every_scenario_and_a_thousand_states(path: Path) -> None:
    plan, results = solved(path)
    count = -(-STATES // len(plan.cases))
    with opened(page(plan, results)) as shown:
        for number, case in enumerate(plan.cases):
            shown.evaluate(f"plainsheet.reset(); plainsheet.scenario({case.id!r})")
            columns = states(results[case.id], count, seed=number)
            for start in range(0, count, _AT_ONCE):
                some = {id_: column[start : start + _AT_ONCE] for id_, column in columns.items()}
                wanted, sizes = expected(evaluate_many(plan, some, case.id))
                found = in_states(shown, plan, some)
                apart = differences(found, np.where(np.isfinite(wanted), wanted, np.nan), sizes)
                assert not apart, [
                    (case.id, named(plan, cell), found[state, cell], wanted[state, cell]) for state, cell in apart[:5]
                ]


def test_the_proof_can_fail() -> None:
    plan, results = solved(MODELS / "loan.toml")
    case = plan.cases[0].id
    some = states(results[case], 3, seed=1)
    wanted, sizes = expected(evaluate_many(plan, some, case))
    with opened(page(plan, results, case)) as shown:
        found = in_states(shown, plan, some)
    cell = int(np.nanargmax(np.abs(wanted[1])))
    wanted[1, cell] *= 1 + 1e-11
    assert differences(found, wanted, np.minimum(sizes, np.abs(wanted))) == [(1, cell)]


def _random_plans() -> Iterator[Plan]:
    """Yield models over all functions, over dimensions, and of groups and choices, in which nothing cancels."""
    yield from islice((one[0] for one in map(random_models.written, range(100)) if one is not None), 8)
    over = map(random_dimensions.made, range(100))
    yield from islice(
        (one for one in over if all(random_dimensions.is_calm(evaluate(one, case.id)) for case in one.cases)), 8
    )
    yield from islice(random_groups.calm(range(100)), 8)


@pytest.mark.slow
def test_random_models_in_every_scenario() -> None:
    count = 0
    for plan in _random_plans():
        results = {case.id: evaluate(plan, case.id) for case in plan.cases}
        with opened(page(plan, results)) as shown:
            for case in plan.cases:
                shown.evaluate(f"plainsheet.reset(); plainsheet.scenario({case.id!r})")
                columns = states(results[case.id], 1, seed=0)
                wanted, sizes = expected(evaluate_many(plan, columns, case.id))
                apart = differences(in_states(shown, plan, columns), wanted, sizes, 1e-11)
                assert not apart, (case.id, [named(plan, cell) for _, cell in apart], plan.model.document.text)
        count += 1
    assert count == 24
