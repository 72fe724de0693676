"""A model becomes a plan: its formulas through their passes, its equations solved, its rows in order, units erased."""

from __future__ import annotations

import copyreg
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from engine import graph
from engine.charts.binding import plots
from engine.data.folder import Kept, hash_of
from engine.memory import collector_paused
from engine.model.data import DataFile
from engine.model.load import loads
from engine.model.model import Model
from engine.plan.evaluate import prepare_after
from engine.plan.plan import Loop, Plan, Row
from engine.planning import recurrences
from engine.planning.cases import cases
from engine.planning.checks.finance.calendar import converted_years
from engine.planning.checks.whole import check, cycles
from engine.planning.drafts import Drafted
from engine.planning.equations import chained, closed_forms
from engine.planning.known import Known
from engine.planning.lowering.lowering import Lowering
from engine.planning.roots import Choice, choose
from engine.planning.rows import draft
from engine.problems import Mistake, ModelError, Problem, error, errors_in
from engine.units.registry import units_of
from engine.work.sending import version_of


def plan(model: Model, before: Plan | None = None) -> Plan:
    """Return the plan of a model; raise ModelError with every problem found where there is an error among them.

    From the plan of another version `before`, what is declared the same there is taken, and what has been compiled of
    it: the result is the same.
    """
    with collector_paused():
        made = _plan_after(model, before) or _plan(model, None)
        if before is not None:
            prepare_after(made, before)
    plots(made, model.charts)
    return made


def _plan_after(model: Model, before: Plan | None) -> Plan | None:
    """Return the plan of a model with what is known from another; None where it shares nothing, or is wrong."""
    drafted = None if before is None else _drafted.get(before)
    if before is None or drafted is None or not Known.fits(model, before):
        return None
    try:
        return _plan(model, Known(model, before, drafted))
    except ModelError:
        # What is wrong is told as if nothing were known.
        return None


# What plans were drafted as, for those that are made after them.
_drafted: WeakKeyDictionary[Plan, Drafted] = WeakKeyDictionary()


def _sent(made: Plan) -> tuple[Callable[..., Plan], tuple[object, ...]]:
    """Return what a plan is pickled as: the text of its model and the bytes of its data, from which it is made again.

    That is a seventh of the size of its records, and made in less time. Raises ModelError where a file of data holds
    other bytes than were read.
    """
    model = made.model
    contents = tuple([(file.file, _same_bytes(model, file)) for file in model.data])
    return unpickled, (version_of("plainsheet"), model.document.name, model.document.text, contents)


def _same_bytes(model: Model, file: DataFile) -> bytes:
    at = model.at("data", file.id)
    try:
        content = model.files.read(file.file)
    except Mistake as wrong:
        raise ModelError([error("data", wrong.message, at, wrong.hint)]) from None
    if hash_of(file.file, content) != file.hash:
        message = f"'{file.file}' holds other data than when the model was loaded, so that it cannot be sent"
        raise ModelError([error("data", message, at, "load the model again")])
    return content


def unpickled(version: str, *sent: Any) -> Plan:  # noqa: ANN401  # what another version sends is not known
    """Return the plan that was pickled; raise ModelError for one of another version."""
    own = version_of("plainsheet")
    if version != own:
        message = f"this was pickled by plainsheet {version}, and here is {own}"
        raise ModelError([error("pickle", message, None, "load the model from its text, which every version reads")])
    return _planned(*sent)


@lru_cache(maxsize=4)
def _planned(name: str, text: str, contents: tuple[tuple[str, bytes], ...]) -> Plan:
    """Return the plan of a text that was sent, once for all tasks."""
    return plan(loads(text, name, files=Kept(dict(contents))))


copyreg.pickle(Plan, _sent)


def _plan(model: Model, known: Known | None) -> Plan:
    _refuse_unknown_shapes(model)
    lowering = Lowering(model, units_of(model.units))
    drafted = draft(lowering, known)
    if known is not None and not (lowering.has_room and known.calls_as_before(lowering.inference.conversions)):
        return _plan(model, None)
    lowering.constants.add(lowering.inference.conversions)
    years = converted_years(model, lowering.units, lowering.inference.conversions.values())
    checked = check(model, model.quantities if known is None else known.unknown)
    drafted.problems = [*model.problems, *checked, *years, *drafted.problems]
    rows = {row.id: row for row in drafted.rows}
    made = _solve(lowering, drafted, rows, known) if drafted.equations else _order(lowering, drafted, rows, known)
    _drafted[made] = drafted
    return made


def _refuse_unknown_shapes(model: Model) -> None:
    """Raise ModelError where it is not known what is over what: all else that could be said would follow from it."""
    if first := [problem for problem in model.problems if _is_of_dimensions(problem)]:
        raise ModelError(first)
    if any(map(_hides_shapes, model.problems)):
        raise ModelError(errors_in(model.problems))


def _solve(lowering: Lowering, drafted: Drafted, rows: Mapping[str, Row], known: Known | None) -> Plan:
    """Return the plan in which each equation has the one solution that its bounds leave."""
    if errors := errors_in(drafted.problems):
        raise ModelError(errors)
    closed, unsolved = closed_forms({**rows, **lowering.constants.rows}, drafted.equations, lowering.solution)
    drafted.problems += unsolved
    if errors := errors_in(drafted.problems):
        raise ModelError(errors)

    def planned(choice: Choice) -> Plan:
        formulas = {id_: replace(rows[id_], expression=chained(solutions)) for id_, solutions in choice.items()}
        return _order(lowering, drafted, {**rows, **formulas}, known)

    return choose(closed, planned)


def _order(lowering: Lowering, drafted: Drafted, rows: Mapping[str, Row], known: Known | None) -> Plan:
    """Return the plan of rows in the order of calculation; raise ModelError where they go round in a circle."""
    model, problems = lowering.model, list(drafted.problems)
    order = known.order(rows) if known is not None else None
    loops: tuple[Loop, ...] = known.before.loops if known is not None and order is not None else ()
    if order is None and not model.dimensions:
        # What is over nothing can be put into order by names alone; a cycle may turn out to be a recurrence.
        order = graph.order(_feeds(model, drafted, rows))
    if order is None and not errors_in(problems) and model.dimensions:
        order, loops, knots = recurrences.order_rows(model, rows)
        problems += knots
    elif order is None and not model.dimensions:
        problems += cycles(model)
    if errors := errors_in(problems):
        # Warnings wait: many of them, such as an input that nothing uses, only follow from an error.
        raise ModelError(errors)
    ordered = (*lowering.constants.rows.values(), *[rows[id_] for id_ in order or ()])
    return Plan(
        model=model,
        units=lowering.units,
        rows=ordered,
        cases=cases(model, rows),
        tests=tuple(drafted.tests),
        warnings=tuple(problems),
        index={row.id: index for index, row in enumerate(ordered)},
        loops=loops,
        short=lowering.short,
    )


def _feeds(model: Model, drafted: Drafted, rows: Mapping[str, Row]) -> Mapping[str, Iterable[str]]:
    """Return what feeds what: as written, or where equations have been solved as they are computed."""
    if not drafted.equations:
        return model.feeds
    return {id_: [used for used in row.uses if used in rows] for id_, row in rows.items()}


def _is_of_dimensions(problem: Problem) -> bool:
    """Return whether a problem is in the table of dimensions, or in one that was meant to be it."""
    path = problem.location.path if problem.location is not None else ()
    return path[:1] in {("dimensions",), ("dimension",)}


def _hides_shapes(problem: Problem) -> bool:
    """Return whether a problem of the file leaves open what dimensions there are, or what a quantity is over."""
    return problem.code in {"dimension", "size"} or problem.hint == "did you mean 'over'?"
