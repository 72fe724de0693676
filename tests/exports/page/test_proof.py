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
            # The first is the scenario as it is.
            for id_, column in columns.items():
                column[0] = results[case.id].cells(id_.partition("[")[0])[0] if "[" not in id_ else column[0]
            for start in range(0, count, _AT_ONCE):
                some = {id_: column[start : start + _AT_ONCE] for id_, column in columns.items()}
                wanted, sizes = expected(evaluate_many(plan, some, case.id))
                found = in_states(shown, plan, some)
                apart = differences(found, np.where(np.isfinite(wanted), wanted, np.nan), sizes)
                assert not apart, [
                    (case.id, named(plan, cell), found[state, cell], wanted[state, cell]) for state, cell in apart[:5]
                ]
