"""What can be wrong with a model as a whole: a tuple of plain functions, each from a Model to its problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from engine import graph
from engine.language.tree import Aggregate, nodes
from engine.model.charts import VarianceChart
from engine.model.dimensions import Grid, cell
from engine.model.formulas import solve_hint
from engine.model.model import BASE, Model, Quantity
from engine.model.names import source_hint
from engine.planning.checks.correlations import correlated
from engine.planning.checks.data import heading_units, unused_data
from engine.planning.checks.decisions import decisions
from engine.planning.checks.distributions import doubts
from engine.planning.checks.finance.calendar import calendar_exponents
from engine.planning.checks.finance.loans import turned_loans
from engine.planning.checks.formulas import written
from engine.planning.checks.names import known_functions, known_names, nameable
from engine.planning.checks.scenarios import listing, scenarios
from engine.planning.checks.shares import shares_in_formulas, small_values
from engine.planning.checks.values import published, values
from engine.problems import KeyPath, Problem, did_you_mean, error, listed, shortened, some, warning
from engine.units.grammar import UnitError, names_in
from engine.units.registry import Units, units_of

ModelCheck = Callable[[Model], Iterable[Problem]]
QuantityCheck = Callable[[Model, Sequence[Quantity]], Iterable[Problem]]

_MOST_PROBLEMS: Final = 60
_MOST_NAMED: Final = 6


def check(model: Model, unknown: Sequence[Quantity]) -> list[Problem]:
    """Return everything wrong with a model but for the units of its formulas.

    Of quantities that are not among the `unknown` ones it is known that nothing in them alone is an error.
    """
    # Each check stops after as many as are shown: a suggestion takes time, and a file may hold 100,000 mistakes.
    return [problem for function in CHECKS for problem in islice(function(model, unknown), _MOST_PROBLEMS)]


def _of_whole(function: ModelCheck) -> QuantityCheck:
    return lambda model, _: function(model)


def some_quantities(model: Model) -> Iterator[Problem]:
    """Yield a problem where there is nothing to compute."""
    if not model.quantities and not model.problems:
        hint = "a quantity is a table with label, unit, and value or formula, such as [section.price]"
        yield error("empty", "the model has no quantities", model.at(), hint)


def cycles(model: Model) -> Iterator[Problem]:
    """Yield a problem for each knot of quantities that feed each other; the plan asks where it finds no order."""
    paths = {quantity.id: quantity.path for quantity in model.quantities}
    if model.ambiguous:
        return
    for cycle in graph.cycles(model.feeds):
        shown = cycle if len(cycle) <= 12 else [*cycle[:6], "...", *cycle[-5:]]  # noqa: PLR2004  # what fits on a line
        message = f"'{cycle[0]}' depends on itself\n{' uses '.join(shown)}"
        hint = f"give one of them a value, or {solve_hint(model.by_id.get(cycle[0]))}"
        yield error("cycle", message, model.at(*paths[cycle[0]], "formula"), hint)


def unique_ids(model: Model) -> Iterator[Problem]:
    """Yield a problem for each id that is taken."""
    first: dict[str, Quantity] = {}
    for dimension in model.dimensions:
        taken = model.by_id.get(dimension.id)
        if taken is not None:
            message = f"'{dimension.id}' is the name of a dimension and the id of [{'.'.join(map(str, taken.path))}]"
            hint = "formulas use both by name, so that they must differ"
            yield error("duplicate-id", message, model.at(*taken.path), hint)
    for quantity in model.quantities:
        other = first.setdefault(quantity.id, quantity)
        if other is not quantity:
            where = ".".join(map(str, other.path))
            message = f"'{quantity.id}' is already the id of [{where}]"
            hint = "ids are unique in the whole model: a section is a place, not a namespace"
            yield error("duplicate-id", message, model.at(*quantity.path), hint)


def units(model: Model) -> Iterator[Problem]:
    """Yield a problem for each unit that cannot be declared or read."""
    known = units_of(model.units)
    for name, problem in known.problems.items():
        yield error("unit", problem.message, model.at("units", name), problem.hint)
    for dimension in model.dimensions:
        wrong = _unit_problem(known, dimension.unit)
        if wrong is not None:
            at = model.at("dimensions", dimension.id, "unit")
            yield error("unit", f"in '{dimension.id}', {wrong.message}", at, wrong.hint)
    broken: dict[str, UnitError | None] = {}
    for quantity in model.quantities:
        text = quantity.unit
        if text and text not in broken:
            broken[text] = _unit_problem(known, text)
        wrong = broken.get(text)
        # A unit that could not be declared is said once, where it was declared.
        if wrong is not None and not any(name in known.problems for name in names_in(text)):
            yield error("unit", f"in '{quantity.id}', {wrong.message}", model.at(*quantity.path, "unit"), wrong.hint)


def known_sources(model: Model, quantities: Sequence[Quantity]) -> Iterator[Problem]:
    """Yield a problem for each source that is not listed."""
    ids = [source.id for source in model.sources]
    named: list[tuple[str, KeyPath]] = []
    for dimension in model.dimensions:
        named += [(source, ("dimensions", dimension.id, "source")) for source in dimension.sources]
    for quantity in quantities:
        named += [(source, (*quantity.path, "source")) for source in quantity.every_source]
        named += [(figure.source, (*figure.path, "source")) for figure in quantity.published if figure.source]
    for one in model.correlations:
        named += [(source, (*one.path, "source")) for source in one.sources]
    for source, path in named:
        if source not in ids:
            hint = did_you_mean(source, ids) or source_hint(source, ids)
            yield error("unknown-source", f"there is no source '{shortened(source)}'", model.at(*path), hint)


def references(model: Model) -> Iterator[Problem]:
    """Yield a problem for each output, first scenario and published scenario that is not there."""
    scenario_ids = [BASE, *(scenario.id for scenario in model.scenarios)]
    ids = nameable(model) if model.outputs else set()
    named: list[tuple[str | None, KeyPath]] = [(model.scenario, ("model", "scenario"))]
    named += [(figure.scenario, (*figure.path, "scenario")) for q in model.quantities for figure in q.published]
    for scenario, path in named:
        if scenario is not None and scenario not in scenario_ids:
            hint = did_you_mean(scenario, scenario_ids) or listing("scenarios", scenario_ids)
            yield error("scenario", f"there is no scenario '{shortened(scenario)}'", model.at(*path), hint)
    for number, output in enumerate(model.outputs):
        at = model.at("model", "outputs", number)
        if output not in ids and output not in model.by_id:
            hint = did_you_mean(output, ids) or f"outputs are ids of quantities, such as {some(sorted(ids))}"
            hint = f"ids are lower case: '{output.lower()}'" if output.lower() in ids else hint
            yield error("unknown-name", f"the output '{shortened(output)}' is no quantity", at, hint)
        elif output in model.outputs[:number]:
            yield error("duplicate-id", f"the output '{output}' is listed twice", at)


def without_source(model: Model) -> Iterator[Problem]:
    """Yield a warning for each input that does not say where it comes from."""
    for quantity in model.quantities:
        if quantity.value is None or (not isinstance(quantity.sources, Grid) and not isinstance(quantity.note, Grid)):
            lacking = quantity.value is not None and not quantity.sources and not quantity.note
            message = f"the input '{quantity.id}' has no source"
        else:
            cells = range(model.size(quantity.over))
            bare = [n for n in cells if not cell(quantity.sources, n) and not cell(quantity.note, n)]
            lacking = bool(bare)
            message = f"the input '{quantity.id}' has no source for {_members(model, quantity, bare)}"
        if lacking:
            yield warning(
                "no-source", message, model.at(*quantity.path), 'add source = "...", or note = "our assumption"'
            )


def _named(model: Model) -> set[str]:
    """Return what formulas and tests use by name, in over= and by= too; no formula uses itself."""
    found: set[str] = set()
    for owner, formula, _ in written(model):
        found |= set(formula.names) - {owner} if owner in formula.names else set(formula.names)
        for node in nodes(formula.tree) if formula.tree is not None and model.dimensions else ():
            if isinstance(node, Aggregate):
                found |= {*node.over, *node.by}
    return found


def unused_inputs(model: Model) -> Iterator[Problem]:
    """Yield a warning for each input that changes nothing."""
    used = _named(model) | set(model.outputs)
    used |= {chart.plan for chart in model.charts if isinstance(chart, VarianceChart)}
    for quantity in model.quantities:
        if quantity.is_input and quantity.id not in used and not quantity.published:
            message = f"the input '{quantity.id}' is not used"
            yield warning("unused", message, model.at(*quantity.path), "use it, list it in model.outputs, or delete it")


def unused_dimensions(model: Model) -> Iterator[Problem]:
    """Yield a warning for each dimension that nothing is over, is chosen from, groups, or names in a formula.

    A calendar that takes periods together is used where a quantity declares how.
    """
    if not model.dimensions:
        return
    used = _named(model) | {name for quantity in model.quantities for name in (*quantity.over, quantity.choice)}
    used |= {dimension.of for dimension in model.dimensions}
    has_rollup = any(quantity.rollup for quantity in model.quantities)
    for dimension in model.dimensions:
        if dimension.id not in used and not (has_rollup and dimension.of and dimension.periods):
            message = f"no quantity is over the dimension '{dimension.id}'"
            yield warning("unused", message, model.at("dimensions", dimension.id), "use it, or delete it")


CHECKS: Final[tuple[QuantityCheck, ...]] = (
    *map(_of_whole, (some_quantities, unique_ids, units)),
    known_names,
    known_functions,
    known_sources,
    values,
    published,
    heading_units,
    unused_data,
    *map(_of_whole, (doubts, correlated, decisions, scenarios, references, shares_in_formulas, small_values)),
    *map(_of_whole, (calendar_exponents, turned_loans, without_source, unused_inputs, unused_dimensions)),
)


def _members(model: Model, quantity: Quantity, cells: list[int]) -> str:
    members = model.members(quantity.over)
    return listed([", ".join(members[number]) for number in cells[:_MOST_NAMED]])


def _unit_problem(known: Units, text: str) -> UnitError | None:
    try:
        known.parse(text)
    except UnitError as problem:
        return problem
    return None
