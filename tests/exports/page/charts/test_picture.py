"""Charts: the script draws what the report has, element for element."""

from __future__ import annotations

import json
import random
from dataclasses import asdict
from importlib.resources import files
from math import isfinite, nan
from typing import Any

import pytest

from exports.page.charts.axes import heights
from exports.page.charts.numbers import Numbers, Step
from exports.page.charts.picture import picture, svg
from exports.page.charts.spec import Spec
from exports.page.charts.tornado import Swing
from exports.style.words import names_on_axis
from tests.oracles.node import node

pytestmark = pytest.mark.node


def in_script(name: str, calls: list[list[Any]]) -> Any:  # noqa: ANN401  # JSON
    """Return what a function of the page's scripts returns for each call."""
    scripts = "".join(
        [
            (files("exports.page") / f"scripts/{file}.js").read_text()
            for file in ("format", "charts/axes", "charts/picture")
        ]
    )
    return node(
        "draw.cjs",
        given={"scripts": scripts, "name": name, "calls": json.loads(json.dumps(calls).replace("NaN", '"NaN"'))},
    )


def number(chance: random.Random) -> float:
    """Return a number of any size that a model may have, some of them round."""
    size = 10 ** chance.uniform(-9, 15)
    return chance.choice(
        [size, -size, round(size), float(f"{size:.2g}"), 0.0, chance.uniform(-5, 5), chance.uniform(90, 100)]
    )


def drawn(seed: int) -> tuple[Spec, Numbers]:
    """Return a chart of random numbers."""
    chance = random.Random(seed)  # noqa: S311
    kind = ("line", "sweep", "bar", "waterfall", "tornado")[seed % 5]
    curves, places = chance.randint(1, 4), chance.randint(1, 9)
    log = "".join(chance.sample("xy", chance.randint(0, 2))) if kind in {"line", "sweep", "bar"} and seed % 3 else ""
    near = chance.choice([1.0, 1e-3, 0.0])
    base = abs(number(chance)) or 1.0

    def value() -> float:
        one = base * (1 + near * chance.random()) if near else number(chance)
        one = abs(one) or 1.0 if log else one
        return nan if chance.random() < 0.1 and kind in {"line", "sweep", "bar"} else one

    lines = tuple([tuple([value() for _ in range(places)]) for _ in range(curves)])
    if not any(isfinite(value) for line in lines for value in line):
        lines = ((1.0,) * places,) * curves
    start, end = sorted([abs(number(chance)) + 0.1, abs(number(chance)) + 0.2])
    x = tuple([start + (end + 1 - start) * index / max(places - 1, 1) for index in range(places)])
    spec = Spec(
        kind, tuple([f"c{index}" for index in range(curves)]), names=tuple([("<Anna>", "Ünal")[: 1 + index % 2] for index in range(places)]),
        turned=chance.random() < 0.3, foot=chance.randint(30, 90), side=chance.uniform(10, 120),
        ends=tuple([f"c{index}" for index in range(curves)]) if chance.random() < 0.5 else (), log=log,
        x_label="Rate, percent" if kind == "sweep" else "", y_label=chance.choice(["", "EUR"]),
    )  # fmt: skip
    if kind == "tornado":
        values = [[number(chance) for _ in range(4)] for _ in range(places)]
        swings = [
            Swing("Ä label " * index, low, high, "1", "", min(one), max(one))
            for index, one in enumerate(values)
            for low, high in [one[:2]]
        ]
        return spec, Numbers(swings=tuple(swings), value=number(chance))
    if kind == "waterfall":
        return spec, Numbers(
            steps=tuple([Step(number(chance), number(chance), chance.random() < 0.3) for _ in range(places)])
        )
    return spec, Numbers(
        lines,
        x,
        ((x[0], next(value for line in lines for value in line if isfinite(value))),)
        if kind == "sweep" and places > 1
        else (),
    )


def test_the_script_draws_the_same_elements() -> None:
    cases = [one for seed in range(600) if (one := drawn(seed))[0].kind != "sweep" or len(one[1].x) > 1]
    found = in_script(
        "(spec, numbers) => [...picture(spec, numbers)]", [[asdict(spec), asdict(numbers)] for spec, numbers in cases]
    )
    for (spec, numbers), elements in zip(cases, found, strict=True):
        assert svg([(tag, given, said) for tag, given, said in elements]) == svg(picture(spec, numbers)), (
            spec,
            numbers,
        )


def test_the_script_names_numbers_as_the_report_does() -> None:
    chance = random.Random(7)  # noqa: S311
    lists = [[number(chance) for _ in range(5)] for _ in range(1_000)]
    lists += [[2500.5, 2501.5, 1e12, 999_999.5, 1.0625, -0.00012345, 9.9999e8]]
    assert in_script("names_on_axis", [[one] for one in lists]) == [names_on_axis(one) for one in lists]


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([80_000, 0], [0, 20_000, 40_000, 60_000, 80_000]),
        ([0.1, 0.32], [0, 0.1, 0.2, 0.3, 0.4]),
        ([100, 101], [100, 100.2, 100.4, 100.6, 100.8, 101]),
        ([-3, 7], [-4, -2, 0, 2, 4, 6, 8]),
        ([5, 5], [0, 1, 2, 3, 4, 5]),
        ([0, 0], [0, 0.2]),
    ],
)
def test_numbers_along_an_axis_are_round_and_reach_over_what_is_drawn(values: list[float], ticks: list[float]) -> None:
    assert list(heights(values, is_log=False, is_bar=False).ticks) == ticks
