"""The trials of the shipped models: of few cases the percentiles are near those of very many."""

from __future__ import annotations

import numpy as np
import pytest

from engine.plan.evaluate import evaluate
from engine.plan.outputs import outputs
from engine.solve import planned_model
from engine.uncertainty.cases import Asked, Cases
from engine.uncertainty.points import SCRAMBLES
from exports.workbook.formulas.trials.live import live
from exports.workbook.layout.rows import Layout
from exports.workbook.layout.uncertainty.outcomes import TRIALS
from tests.places import ROOT

# Of the three statements a workbook has no room for trials.
_LONG = 2**20
_SEED = 1
# In rank: by how many percent the 5th, the 50th and the 95th percentile may be off.
_MARGINS = {5: 1.25, 50: 2, 95: 1.25}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gpu_cluster", "loan", "sora", "subscription"])
def test_percentiles_of_trials_are_near_those_of_a_million_cases(name: str) -> None:
    made = planned_model(ROOT / "models" / f"{name}.toml")
    results = evaluate(made)
    found = live(Layout(made), results, (results,), outputs(made), TRIALS)
    assert found is not None
    cells = tuple([output.cell for output in found.outputs])
    computed = Cases(made, None, (), Asked(cells), _SEED).all(_LONG // SCRAMBLES)
    for index, (output, values) in enumerate(zip(found.outputs, computed.values, strict=True)):
        long = np.sort(values) / output.row.unit.scale
        known = long[np.isfinite(long)]
        short = found.columns[index].values
        for share, margin in _MARGINS.items():
            value = np.percentile(short[np.isfinite(short)], share)
            # What many cases share is anywhere between where it begins and where it ends.
            first = 100 * np.searchsorted(known, value * (1 - 1e-12), "left") / len(known)
            last = 100 * np.searchsorted(known, value * (1 + 1e-12), "right") / len(known)
            assert first - margin <= share <= last + margin, (output.label, share, first, last)
