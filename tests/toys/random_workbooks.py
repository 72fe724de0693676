"""Random models of every kind, by what they are about and a seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from tests.toys import random_dimensions, random_draws, random_groups, random_models
from tests.toys.random_rigs import Rig, rigs


def _rig(seed: int) -> str:
    drawn: list[Rig] = []

    @seeded(seed)
    @settings(max_examples=2, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(rigs())
    def draw(rig: Rig) -> None:
        drawn.append(rig)

    draw()
    return drawn[-1].text()


# Single numbers with all functions, and those of finance; members and periods; calendars, groups and choices; what is
# drawn; choices, maps and scenarios that compose.
TEXTS: Final[dict[str, Callable[[int], str]]] = {
    "scalars": lambda seed: random_models.Author(seed).model(),
    "dimensions": lambda seed: random_dimensions.Author(seed).model(),
    "groups": lambda seed: random_groups.written(seed)[0],
    "draws": random_draws.text,
    "rigs": _rig,
}
