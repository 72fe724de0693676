"""A file's model, from its path to the results of its scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from engine.charts import series
from engine.model.load import load
from engine.plan.assignments import assignments
from engine.plan.evaluate import Results, evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError, Problem
from engine.progress import steps

# So many numbers are kept; those of a large model are computed again instead.
_MOST_KEPT: Final = 20_000_000
_FEWEST: Final = 2


class Scenarios(Mapping[str, Results]):
    """Results by the ids of scenarios. One whose inputs give no results is not there, and is a KeyError."""

    def __init__(self, plan: Plan, ids: Sequence[str] | None = None) -> None:
        self._plan = plan
        self._ids = [case.id for case in plan.cases] if ids is None else list(ids)
        self._kept: dict[str, Results] = {}
        size = sum([max(1, plan.model.size(row.over)) if row.over else 1 for row in plan.rows])
        self._most = max(_FEWEST, _MOST_KEPT // max(1, size))

    def __getitem__(self, id_: str) -> Results:
        """Return a scenario's results; KeyError where it has none."""
        if id_ not in self._kept:
            if id_ not in self._ids:
                raise KeyError(id_)
            try:
                self.keep(evaluate(self._plan, id_))
            except ModelError:  # check says why
                raise KeyError(id_) from None
        return self._kept[id_]

    def add(self, results: Results) -> None:
        """Add a scenario, with its results."""
        self._ids.append(results.case.id)
        self.keep(results)

    def keep(self, results: Results) -> None:
        """Keep a scenario's results, in place of the oldest where there is no room."""
        while len(self._kept) >= self._most:
            del self._kept[next(iter(self._kept))]
        self._kept[results.case.id] = results

    def __iter__(self) -> Iterator[str]:
        """Yield the ids of the scenarios, in the model's order."""
        return iter(self._ids)

    def __len__(self) -> int:
        """Return how many scenarios there are."""
        return len(self._ids)


def planned_model(path: Path) -> Plan:
    """Return the plan of a file's model."""
    return plan(load(path))


def solved(path: Path) -> tuple[Plan, Scenarios]:
    """Return the plan and every scenario's results; raise with the problems of all scenarios."""
    planned = planned_model(path)
    return planned, solved_plan(planned)


def solved_plan(planned: Plan) -> Scenarios:
    """Return every scenario's results; raise with the problems of all scenarios."""
    results, failing = solved_cases(planned)
    problems = list(failing) or series.problems(planned, results)
    if problems:
        raise ModelError(problems)
    return results


def solved_cases(planned: Plan) -> tuple[Scenarios, tuple[Problem, ...]]:
    """Return the results of the scenarios that have any, and why the others have none."""
    problems: list[Problem] = []
    results = Scenarios(planned, ())
    for case in steps("scenarios", planned.cases):
        try:
            results.add(evaluate(planned, case.id))
        except ModelError as problem:  # a handful of scenarios
            # What fails in one scenario often fails in all; once is enough to mend it.
            said = {known.location for known in problems}
            problems += [new for new in problem.problems if new.location not in said]
    return results, tuple(problems)


def results_of(path: Path, scenario: str | None, texts: tuple[str, ...]) -> tuple[Results, Mapping[str, Results]]:
    """Return the results asked for, and those of every scenario that has any, which published figures need."""
    planned = planned_model(path)
    changes = assignments(planned, texts)
    results = evaluate(planned, scenario, changes)
    if changes:
        return results, {}
    others = Scenarios(planned)
    others.keep(results)
    return results, others


def in_every_scenario(path: Path, texts: tuple[str, ...]) -> tuple[Plan, dict[str, Results]]:
    """Return the plan and the results of every scenario, with inputs changed by hand; raise where one has none."""
    planned = planned_model(path)
    changes = assignments(planned, texts)
    return planned, {case.id: evaluate(planned, case.id, changes) for case in planned.cases}
