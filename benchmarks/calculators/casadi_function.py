"""CasADi: one symbolic function of all inputs, all of it after each edit."""

from __future__ import annotations

from typing import Any

import casadi
from spelling import PYTHON, given, report, spell

WORDS = PYTHON | {"if": "if_else({0}, {1}, {2})", "abs": "fabs({0})", "min": "least({})", "max": "most({})"}
task = given()


def least(*values: Any) -> Any:
    found = values[0]
    for value in values[1:]:
        found = casadi.fmin(found, value)
    return found


def most(*values: Any) -> Any:
    return -least(*[-value for value in values])


def load() -> Any:
    space = {"least": least, "most": most, "if_else": casadi.if_else, "fabs": casadi.fabs, "sqrt": casadi.sqrt}
    values: list[Any] = []
    inputs, start = [], []
    for row in task["rows"]:
        if "formula" in row:
            spelled = spell(row["formula"], WORDS, "v[{}]".format)
            values.append(eval(spelled, {**space, "v": values}))  # noqa: S307  # a formula of our own generator
        else:
            inputs.append(casadi.SX.sym("x"))
            values.append(inputs[-1])
            start.append(row["value"])
    place = {row: number for number, row in enumerate(i for i, row in enumerate(task["rows"]) if "value" in row)}
    return casadi.Function("f", [casadi.vertcat(*inputs)], [values[-1]]), start, place


def edit(loaded: Any, row: int, value: float) -> float:
    function, inputs, place = loaded
    inputs[place[row]] = value
    return float(function(inputs))


report(task, load, edit)
