"""The proof: in Chromium a page has every number that the engine has, in every scenario and wherever a reader goes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.plan.batch import evaluate_many
from engine.solve import solved
from exports.page.page import page
from tests.oracles.chromium import opened
from tests.oracles.page import differences, expected, in_states, named
from tests.places import MODELS
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
