"""OpenMDAO: a component for each formula, connected by name."""

from __future__ import annotations

from typing import Any

import openmdao.api as om
from spelling import PYTHON, given, report, rows_of, spell

WORDS = PYTHON | {"if": "where({0}, {1}, {2})", "min": "least({})", "max": "most({})"}
task = given()


def least(*values: Any) -> Any:
    return min(values, key=float)


def most(*values: Any) -> Any:
    return max(values, key=float)


class Formula(om.ExplicitComponent):  # type: ignore[misc]  # OpenMDAO has no types
    """One formula."""

    def initialize(self) -> None:
        self.options.declare("rows")
        self.options.declare("code")

    def setup(self) -> None:
        for row in self.options["rows"]:
            self.add_input(f"q{row}")
        self.add_output("y")

    def compute(self, inputs: Any, outputs: Any) -> None:
        values = {f"q{row}": float(inputs[f"q{row}"][0]) for row in self.options["rows"]}
        outputs["y"] = eval(self.options["code"], SPACE, values)  # noqa: S307  # a formula of our own generator


SPACE = {
    "least": least,
    "most": most,
    "where": lambda test, one, other: one if test else other,
    "sqrt": lambda x: x**0.5,
}


def load() -> Any:
    problem = om.Problem()
    for index, row in enumerate(task["rows"]):
        if "formula" not in row:
            problem.model.add_subsystem(f"c{index}", om.IndepVarComp("y", row["value"]))
            continue
        used = sorted(rows_of(row["formula"]))
        code = compile(spell(row["formula"], WORDS, "q{}".format), "formula", "eval")
        problem.model.add_subsystem(f"c{index}", Formula(rows=used, code=code))
        for other in used:
            problem.model.connect(f"c{other}.y", f"c{index}.q{other}")
    problem.setup(derivatives=False)
    return problem


def edit(problem: Any, row: int, value: float) -> float:
    problem.set_val(f"c{row}.y", value)
    problem.run_model()
    return float(problem.get_val(f"c{len(task['rows']) - 1}.y")[0])


report(task, load, edit)
