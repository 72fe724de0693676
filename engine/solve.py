"""A file's model, from its path to the results of its scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.charts import series
from engine.model.load import load
from engine.plan.assignments import assignments
from engine.plan.evaluate import Results, evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError, Problem
from engine.progress import steps


def planned_model(path: Path) -> Plan:
    """Return the plan of a file's model."""
    return plan(load(path))


def solved(path: Path) -> tuple[Plan, dict[str, Results]]:
    """Return the plan and every scenario's results; raise with the problems of all scenarios."""
    planned = planned_model(path)
    return planned, solved_plan(planned)


def solved_plan(planned: Plan) -> dict[str, Results]:
    """Return every scenario's results; raise with the problems of all scenarios."""
    results, failing = solved_cases(planned)
    problems = list(failing) or series.problems(planned, results)
    if problems:
        raise ModelError(problems)
    return results


def solved_cases(planned: Plan) -> tuple[dict[str, Results], tuple[Problem, ...]]:
    """Return the results of the scenarios that have any, and why the others have none."""
    results: dict[str, Results] = {}
    problems: list[Problem] = []
    for case in steps("scenarios", planned.cases):
        try:
            results[case.id] = evaluate(planned, case.id)
        except ModelError as problem:  # a handful of scenarios
            # What fails in one scenario often fails in all; once is enough to mend it.
            said = {known.location for known in problems}
            problems += [new for new in problem.problems if new.location not in said]
    return results, tuple(problems)


def results_of(path: Path, scenario: str | None, texts: tuple[str, ...]) -> tuple[Results, Mapping[str, Results]]:
    """Return the results asked for, and those of every scenario, which published figures need."""
    planned = planned_model(path)
    changes = assignments(planned, texts)
    results = evaluate(planned, scenario, changes)
    if changes:
        return results, {}
    others = {results.case.id: results}
    for case in planned.cases:
        try:
            others.setdefault(case.id, evaluate(planned, case.id))
        except ModelError:  # its figures are not applicable; check says why
            continue
    return results, others


def in_every_scenario(path: Path, texts: tuple[str, ...]) -> tuple[Plan, dict[str, Results]]:
    """Return the plan and the results of every scenario, with inputs changed by hand; raise where one has none."""
    planned = planned_model(path)
    changes = assignments(planned, texts)
    return planned, {case.id: evaluate(planned, case.id, changes) for case in planned.cases}
