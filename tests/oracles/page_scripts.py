"""Scripts of pages in Node: what they say of a model in any state, without a browser."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Any, Final

from engine.plan.plan import Plan
from exports.page.data import data
from exports.page.program.derivatives import derivatives
from exports.page.program.kinks import kinks
from exports.page.program.places import places
from exports.page.program.statements import program
from tests.oracles.node import node

_BEFORE: Final = ("numbers", "cashflows")
_AFTER: Final = (
    "model", "format",
    *[f"analysis/{name}" for name in ("special", "quantiles", "draws", "cone", "trials", "gradients", "tornado")],
)  # fmt: skip


def script(*names: str) -> str:
    """Return the text of scripts."""
    return "".join([(files("exports.page") / f"scripts/{name}.js").read_text(encoding="utf-8") for name in names])


def asked(plan: Plan, expressions: Sequence[str]) -> list[Any]:
    """Return the values of expressions that the scripts of a model's page give, one after the other."""
    where = places(plan)
    text = (
        script(*_BEFORE)
        + program(plan, where)
        + derivatives(plan, where)
        + kinks(plan, where)
        + script(*_AFTER)
        + "choose_scenario(data.first);"
    )
    given = {"script": text, "data": data(plan, where, plan.first_case, []), "asked": list(expressions)}
    found: list[Any] = node("page.cjs", given=[given])[0]
    return found


def alone(names: Sequence[str], expressions: Sequence[str]) -> list[Any]:
    """Return the values of expressions that scripts give without a model."""
    found: list[Any] = node("page.cjs", given=[{"script": script(*names), "data": "", "asked": list(expressions)}])[0]
    return found
