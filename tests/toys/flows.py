"""Random flows with the rate that they return: investments and loans, short and long, and some with several rates."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from engine.language.numbers.cashflows import roots

PERIODS: Final = (2, 3, 4, 5, 8, 12, 24, 60)
_MANY: Final = 24
_WIDEST: Final = 0.999
_NEAREST: Final = 1e-3


class Flows(NamedTuple):
    """Flows a period apart, the one rate that they return within the bounds, and these, where there are several."""

    flows: list[float]
    rate: float
    bounds: tuple[float, float] | None = None


def conventional(seed: int) -> Iterator[Flows]:
    """Yield flows that change sign once: rates a period from -90 % to 500 %, of many periods from -12 % to 30 %."""
    r = random.Random(seed)  # noqa: S311  # flows, and no secret
    while True:
        count = r.choice(PERIODS)
        rate = r.uniform(-0.12, 0.3) if count > _MANY else r.choice([r.uniform(-0.9, 5), r.uniform(-0.9, 0.5)])
        paid = [r.uniform(0.5, 1.5) for _ in range(1 if count < 4 else r.choice([1, 1, 3]))]
        rest = count - len(paid)
        shape = r.choice(["alike", "uneven", "at the end", "late", "seldom"])
        received = {
            "alike": [1 + 0.1 * r.random() for _ in range(rest)],
            "uneven": [r.lognormvariate(0, 1.5) for _ in range(rest)],
            "at the end": [0.0] * (rest - 1) + [1.0],
            "late": [0.0] * (rest // 2) + [r.random() for _ in range(rest - rest // 2)],
            "seldom": [r.choice([0, 0, 1]) * r.random() for _ in range(rest - 1)] + [1.0],
        }[shape]
        worth = [
            sum(x / (1 + rate) ** (k + at) for k, x in enumerate(part))
            for at, part in ((0, paid), (len(paid), received))
        ]
        size = r.choice([-1, 1]) * 10 ** r.uniform(0, 6)
        drawn = [-size * x for x in paid] + [size * x * worth[0] / worth[1] for x in received]
        flows = [float(f"{x:.6g}") for x in drawn]
        found = roots(np.array(flows))
        if len(found) == 1:
            yield Flows(flows, found[0])


def with_several_rates(seed: int) -> Iterator[Flows]:
    """Yield flows that change sign more than once, and bounds that leave one of their rates."""
    r = random.Random(seed)  # noqa: S311  # flows, and no secret
    while True:
        count = r.choice(PERIODS[1:-1])
        drawn = np.array([r.gauss(0, 100) for _ in range(count)])
        if r.random() < 0.5:
            # A project that is cleared up at its end.
            drawn = np.abs(drawn)
            drawn[0] *= -count * r.uniform(0.2, 1)
            drawn[-1] *= -r.uniform(0.2, 3)
        flows = [float(f"{x:.4g}") for x in drawn]
        ends = [-1.0, *roots(np.array(flows)), 20.0]
        if sum(a * b < 0 for a, b in pairwise(flows)) < 2 or len(ends) < 3:
            continue
        at = r.randrange(1, len(ends) - 1)
        before, rate, after = ends[at - 1 : at + 2]
        low = float(f"{max(before + (rate - before) * r.uniform(0.05, 0.95), -_WIDEST):.3g}")
        high = float(f"{rate + (min(after, rate + 10) - rate) * r.uniform(0.05, 0.95):.3g}")
        if rate - low > _NEAREST and high - rate > _NEAREST:
            yield Flows(flows, rate, (low, high))
