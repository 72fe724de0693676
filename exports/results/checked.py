"""A model checked: everything that is wrong with it, and the line that says what was checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.analysis import published, verdicts
from engine.charts import series
from engine.model.load import load
from engine.model.model import Model
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError, Problem
from engine.solve import Scenarios, solved_cases
from exports.results.summary import summary


@dataclass(frozen=True)
class Checked:
    """What a check finds: the problems, and as far as there are any the plan and the results of scenarios."""

    problems: tuple[Problem, ...]
    plan: Plan | None = None
    results: Scenarios | None = None
    told: str = ""


def check_file(source: Path) -> Checked:
    """Return what a check finds in the model of a file."""
    try:
        return check_model(load(source))
    except ModelError as wrong:
        return Checked(wrong.problems)


def check_model(model: Model, before: Plan | None = None) -> Checked:
    """Return what a check finds in a model; what is declared as in an earlier plan is taken from that."""
    try:
        made = plan(model, before)
    except ModelError as wrong:
        return Checked(wrong.problems)
    results, failing = solved_cases(made)
    try:
        if problems := failing or tuple(series.problems(made, results)):
            return Checked(problems, made, results)
        found = (*made.warnings, *verdicts.problems(made, results))
        return Checked(found, made, results, summary(made, published.figures(made, results)))
    except ModelError as wrong:
        return Checked(wrong.problems, made)
