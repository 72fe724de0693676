"""Draws that go together have the rank correlation that is declared, and the distribution that they have alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from engine.plan.drawn.correlations import of_scores
from engine.uncertainty.copula import Copula
from engine.uncertainty.points import Points

U = np.concatenate([Points(4).part(scramble, 0, 4_096) for scramble in range(4)], axis=1)


@pytest.mark.parametrize("rank", [-0.95, -0.3, 0.0, 0.6, 0.99])
def test_ranks_go_together_as_declared(rank: float) -> None:
    joined = Copula([(1, 3, of_scores(rank))]).joined(U)
    assert stats.spearmanr(joined[1], joined[3]).statistic == pytest.approx(rank, abs=0.003)
    assert np.array_equal(joined[[0, 2]], U[[0, 2]])
    assert stats.kstest(joined[3], "uniform").statistic < 0.003


def test_several_go_together_as_their_matrix_says() -> None:
    ranks = {(0, 1): 0.5, (0, 2): -0.4, (1, 2): 0.1, (2, 3): 0.7}
    joined = Copula([(*pair, of_scores(rank)) for pair, rank in ranks.items()]).joined(U)
    found = stats.spearmanr(joined.T).statistic
    for pair, rank in ranks.items():
        assert found[pair] == pytest.approx(rank, abs=0.01)
    assert found[0, 3] == pytest.approx(0, abs=0.01)


def test_nothing_goes_together() -> None:
    assert Copula([]).joined(U) is U


def test_far_tails_stay_within() -> None:
    ends = np.array([[2.0**-31, 1 - 2.0**-30]] * 2)
    joined = Copula([(0, 1, 0.99)]).joined(ends)
    assert 0 < joined.min() < joined.max() < 1
