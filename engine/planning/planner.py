"""A checked model: ordered rows with their conversions written out, units erased into plain factors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine import graph
from engine.charts.binding import plots
from engine.language.parse import LONGEST
from engine.memory import collector_paused
from engine.model.model import AS_WRITTEN, BASE, Model
from engine.plan.plan import Case, Loop, Plan, Row, Test
from engine.planning import recurrences
from engine.planning.equations import chained, closed_forms
from engine.planning.lowering import Drafting, stored
from engine.planning.model_checks import check, cycles
from engine.planning.roots import Choice, chosen
from engine.problems import ModelError, Problem, errors_in
from engine.units.registry import units_of

__all__ = ["Case", "Plan", "Row", "plan"]


def plan(model: Model) -> Plan:
    """Return the plan of a model; raise ModelError with every problem found where there is an error among them."""
    with collector_paused():
        made = _plan(model)
    plots(made, model.charts)
    return made


def _plan(model: Model) -> Plan:
    # Where it is not known what is over what, everything else that could be said would only follow from it.
    if first := [problem for problem in model.problems if _is_of_dimensions(problem)]:
        raise ModelError(first)
    if any(map(_hides_shapes, model.problems)):
        raise ModelError(errors_in(model.problems))
    units = units_of(model.units)
    drafting = Drafting(model, units)
    drafted = drafting.rows()
    more, tests = drafting.tests()
    drafting.conversions()
    rows = {row.id: row for row in [*drafted, *more]}
    found = [*model.problems, *check(model), *drafting.problems]
    if not drafting.equations:
        return _ordered(drafting, rows, tests, found)
    if errors := errors_in(found):
        raise ModelError(errors)
    closed, unsolved = closed_forms(
        rows, drafting.equations, lambda owner, node: drafting.lifting.lifted(owner, node, None, LONGEST)
    )
    found += [*unsolved, *[problem for problem in drafting.problems if problem not in found]]
    if errors := errors_in(found):
        raise ModelError(errors)

    def planned(choice: Choice) -> Plan:
        formulas = {id_: replace(rows[id_], expression=chained(solutions)) for id_, solutions in choice.items()}
        return _ordered(drafting, {**rows, **formulas}, tests, list(found))

    return chosen(closed, planned)


def _ordered(drafting: Drafting, rows: Mapping[str, Row], tests: tuple[Test, ...], found: list[Problem]) -> Plan:
    """Return the plan of rows in the order of calculation; raise ModelError where they go round in a circle."""
    model = drafting.model
    # What is over nothing can be put into order by names alone; a cycle may turn out to be a recurrence.
    order = None if model.dimensions else graph.order(_feeds(drafting, rows))
    loops: tuple[Loop, ...] = ()
    if order is None and not errors_in(found) and model.dimensions:
        order, loops, knots = recurrences.ordered(model, rows)
        found += knots
    elif order is None and not model.dimensions:
        found += cycles(model)
    if errors := errors_in(found):
        # Warnings wait: many of them, such as an input that nothing uses, only follow from an error.
        raise ModelError(errors)
    ordered = (*drafting.lifting.constants.values(), *[rows[id_] for id_ in order or ()])
    return Plan(
        model=model,
        units=drafting.units,
        rows=ordered,
        cases=_cases(model, rows),
        tests=tests,
        warnings=tuple(found),
        index={row.id: position for position, row in enumerate(ordered)},
        loops=loops,
    )


def _feeds(drafting: Drafting, rows: Mapping[str, Row]) -> Mapping[str, Iterable[str]]:
    """Return what feeds what: as written, or where equations have been solved as they are computed."""
    if not drafting.equations:
        return drafting.model.feeds
    return {id_: [used for used in row.uses if used in rows] for id_, row in rows.items()}


def _is_of_dimensions(problem: Problem) -> bool:
    """Return whether a problem is in the table of dimensions, or in one that was meant to be it."""
    path = problem.location.path if problem.location is not None else ()
    return path[:1] in {("dimensions",), ("dimension",)}


def _hides_shapes(problem: Problem) -> bool:
    """Return whether a problem of the file leaves open what dimensions there are, or what a quantity is over."""
    return problem.code in {"dimension", "size"} or problem.hint == "did you mean 'over'?"


def _cases(model: Model, rows: Mapping[str, Row]) -> tuple[Case, ...]:
    """Return the scenarios; the first that sets nothing stands for the values as written, or one is added."""
    empty = [scenario.id for scenario in model.scenarios if not scenario.set and scenario.extends in {None, BASE}]
    base = BASE if BASE in empty else next(iter(empty), None)
    cases = [] if base is not None else [Case(BASE, AS_WRITTEN, None, {})]
    root = base or BASE
    for scenario in model.scenarios:
        own = {id_: stored(value, rows[id_].unit, model.shape(rows[id_].over)) for id_, value in scenario.set}
        extends = root if scenario.extends in {None, BASE} else scenario.extends
        cases.append(Case(scenario.id, scenario.label, None if scenario.id == base else extends, own, scenario.note))
    return tuple(cases)
