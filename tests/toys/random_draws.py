"""Random models whose inputs are drawn: every distribution, cut, whole or by weights, and some that go together."""

from __future__ import annotations

import random
import re

from tests.toys.random_models import Author

_INPUT = re.compile(r'(\[s\.(?P<id>q_\d+)\]\nlabel = "[^"]*"\nunit = "[^"]*"\n)value = (?P<value>\S+)\nnote = "x"\n')
_OF_ENDS = ("normal", "lognormal", "uniform", "loguniform", "triangular", "pert")


def text(seed: int) -> str:
    """Return the text of a random model of which about half of the inputs are drawn."""
    chosen = random.Random(seed)  # noqa: S311  # a model, and no secret
    drawn: list[str] = []

    def with_chances(found: re.Match[str]) -> str:
        if chosen.random() < 0.4:
            return found[0]
        drawn.append(found["id"])
        return f"{found[1]}{_keys(chosen, float(found['value']))}"

    # What the second scenario sets may lie outside of what is drawn here.
    written = _INPUT.sub(with_chances, Author(seed).model().partition("[scenarios.two]")[0])
    if len(drawn) > 1:
        pair = ", ".join([f'"{id_}"' for id_ in chosen.sample(drawn, 2)])
        rank = round(chosen.uniform(-0.95, 0.95), 2) or 0.5
        written += f'\n[[correlations]]\nbetween = [{pair}]\nrank = {rank}\nnote = "x"\n'
    return written


def _keys(chosen: random.Random, value: float) -> str:
    """Return the keys of an input with a value, and of what it may be."""
    width = (abs(value) or 1.0) * chosen.choice([0.01, 0.2, 0.5, 0.9])
    low, high = value - width * chosen.random(), value + width
    kind = chosen.choice(["discrete", "metalog", *_OF_ENDS])
    if kind == "discrete":
        return (f'value = {value!r}\ndistribution = "discrete"\nvalues = [{low!r}, {value!r}, {high!r}]\n'
                f'weights = [0.25, 0.5, 0.25]\nnote = "x"\n')  # fmt: skip
    if kind == "metalog":
        low, high = value - width * chosen.uniform(0.5, 1.5), value + width
        return f'value = {value!r}\ndistribution = "metalog"\nrange = [{low!r}, {value!r}, {high!r}]\nnote = "x"\n'
    if kind in {"lognormal", "loguniform"} and low <= 0:
        kind = "uniform"
    cuts = ["", f"min = {low - width * 0.3!r}\n", f"min = {low - width!r}\nmax = {high + 0.1 * width!r}\n"]
    bounds = chosen.choice(cuts)
    return f'value = {value!r}\ndistribution = "{kind}"\nrange = [{low!r}, {high!r}]\n{bounds}note = "x"\n'
