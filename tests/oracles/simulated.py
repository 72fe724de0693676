"""A simulation by definition: scipy's points and distributions, a case at a time by the naive reader; no engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from math import log, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.stats import qmc

from engine.model.dimensions import Grid, cell
from engine.model.model import Model, Quantity
from tests.oracles.naive import Naive, NoValueError

Array = NDArray[np.float64]
SCRAMBLES = 16
_Z95 = float(stats.norm.ppf(0.95))


class NaiveSimulation:
    """So many cases of a model whose units have `sizes`; what is drawn by member has a draw a member, in their order."""

    def __init__(self, model: Model, sizes: Mapping[str, float], samples: int, seed: int = 1) -> None:
        self.model, self.sizes = model, sizes
        self.draws = [draw for quantity in model.quantities for draw in _draws(model, quantity)]
        parts = [qmc.Sobol(len(self.draws), seed=np.random.default_rng([seed, scramble])).random(samples // SCRAMBLES)
                 for scramble in range(SCRAMBLES)]  # fmt: skip
        self.points: Array = np.concatenate(parts).T
        self.points[self.points == 0] = 2.0**-31
        self._join()

    def _join(self) -> None:
        """Tie the draws of the pairs that go together: here each is in one pair at most, of whole rows."""
        names = [id_ for id_, _ in self.draws]
        for one in self.model.correlations:
            first, second = sorted(names.index(name) for name in one.between)
            score = 2 * np.sin(np.pi * float(one.rank) / 6)
            scores = stats.norm.ppf(self.points[[first, second]])
            self.points[second] = stats.norm.cdf(score * scores[0] + np.sqrt(1 - score**2) * scores[1])

    def drawn(self, case: int) -> dict[str, Grid[Any]]:
        """Return the values of all cells that are drawn in a case, in their declared units; None for the others."""
        found: dict[str, list[float | None]] = {}
        for (id_, cells), points in zip(self.draws, self.points, strict=True):
            quantity = self.model.by_id[id_]
            own = found.setdefault(id_, [None] * self.model.size(quantity.over))
            for number in cells:
                own[number] = quantile(quantity, number, float(points[case]))
        return {id_: Grid(tuple(own), ((),) * len(own)) for id_, own in found.items()}

    def output(self, case: int, id_: str, places: tuple[int, ...]) -> float:
        """Return what a cell is in a case, times the size of its unit; NaN for no value."""
        naive = Naive(self.model, self.sizes)
        naive.set = {**naive.set, **self.drawn(case)}
        try:
            return naive.cell(id_, places)
        except (NoValueError, ZeroDivisionError, OverflowError):
            return nan


def _draws(model: Model, quantity: Quantity) -> Iterator[tuple[str, list[int]]]:
    """Yield the cells of each draw of a quantity: all of what has one range, one by one where each has its own."""
    setting = quantity.range or quantity.values
    if not quantity.distribution or setting is None:
        return
    cells = list(range(model.size(quantity.over)))
    yield from ((quantity.id, one) for one in ([[n] for n in cells] if isinstance(setting, Grid) else [cells]))


def quantile(quantity: Quantity, number: int, u: float) -> float:
    """Return the value of a cell at a probability, from scipy's frozen distributions, cut at its bounds."""
    value = float(cell(quantity.value, number) or 0)
    if quantity.distribution == "discrete":
        pairs = zip(cell(quantity.values, number) or (), cell(quantity.weights, number) or (), strict=True)
        ordered = sorted([(float(one), float(weight)) for one, weight in pairs])
        begins = np.cumsum([0.0, *[weight for _, weight in ordered]])[:-1]
        return ordered[int(np.sum(begins <= u)) - 1][0]
    low, *middle, high = [float(end) for end in cell(quantity.range, number) or ()]
    if quantity.distribution == "metalog":
        spread, skew = (high - low) / (2 * log(9)), (low + high - 2 * middle[0]) / (0.8 * log(9))
        return middle[0] + (spread + skew * (u - 0.5)) * log(u / (1 - u))
    frozen = _frozen(quantity.distribution, low, high, value)
    first, last = (float(frozen.cdf(float(bound))) if isinstance(bound := cell(one, number), Decimal) else otherwise
                   for one, otherwise in ((quantity.min, 0.0), (quantity.max, 1.0)))  # fmt: skip
    return float(frozen.ppf(first + u * (last - first)))


def _frozen(distribution: str, low: float, high: float, mode: float) -> Any:  # noqa: ANN401  # scipy's, without types
    width, place = high - low, (mode - low) / (high - low)
    match distribution:
        case "normal":
            return stats.norm((low + high) / 2, width / (2 * _Z95))
        case "lognormal":
            return stats.lognorm(log(high / low) / (2 * _Z95), scale=(low * high) ** 0.5)
        case "uniform":
            return stats.uniform(low, width)
        case "loguniform":
            return stats.loguniform(low, high)
        case "triangular":
            return stats.triang(place, low, width)
    return stats.beta(1 + 4 * place, 5 - 4 * place, low, width)
