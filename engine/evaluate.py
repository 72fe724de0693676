"""A plan in numbers: straight-line Python, compiled once a plan, for one scenario at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from engine.arithmetic import HELPERS, spell
from engine.bounds import breach
from engine.expression import Node, names, text
from engine.model import BASE
from engine.plan import Case, Plan, Row
from engine.problems import ModelError, Problem, did_you_mean, error, listed

if TYPE_CHECKING:
    import pint

_Piece = Callable[[list[float]], None]
# One function of 100,000 statements takes half a gigabyte to compile; pieces of 500 take a sixth of that.
_STATEMENTS: Final = 500


@dataclass(frozen=True)
class Results:
    """One scenario's numbers. ``results["price"]`` is a float in the declared unit: 50 for 50 percent."""

    plan: Plan = field(repr=False)
    case: Case
    values: Sequence[float] = field(repr=False)
    changed: Mapping[str, float] = field(default_factory=dict)

    def __getitem__(self, id_: str) -> float:
        """Return a quantity's value in its declared unit; KeyError for an id that is not there."""
        place = self.plan.index[id_]
        return shown(self.values[place], self.plan.rows[place])

    def quantity(self, id_: str) -> pint.Quantity[float]:
        """Return a quantity's value as a pint quantity in its declared unit."""
        return self.plan.units.quantity(self[id_], self.plan.row(id_).unit)

    def evaluate(self, node: Node) -> float:
        """Return the value of an expression over the plan's rows, as stored; ArithmeticError or ValueError for none."""
        return _expression(node, self.plan)(self.values)


def evaluate(plan: Plan, scenario: str | None = None, changes: Mapping[str, float] | None = None) -> Results:
    """Return the results of a scenario (the model's first, if none is named).

    `changes` replaces inputs by id, in their declared units. Raises ModelError where a row is not finite or is outside
    its bounds, and for a scenario or an input that is not there.
    """
    case = known_case(plan, scenario)
    changes = changes or {}
    problems = [problem for id_, value in changes.items() for problem in _change_problems(plan, id_, value)]
    if problems:
        raise ModelError(problems)
    as_stored = {id_: value / plan.row(id_).unit.shown for id_, value in changes.items()}
    values = _inputs(plan, {**plan.overrides(case), **as_stored})
    _run(plan, case, values)
    results = Results(plan, case, values, dict(changes))
    problems = list(_out_of_bounds(results))
    if problems:
        raise ModelError(problems)
    return results


def refuse_change(plan: Plan, id_: str, value: float) -> None:
    """Raise ModelError where an input cannot be changed to a value in its declared unit."""
    problems = _change_problems(plan, id_, value)
    if problems:
        raise ModelError(problems)


def compiled_row(plan: Plan, row: Row) -> _Piece:
    """Return the function that computes one formula in a list of all values."""
    return _function([_statement(plan, row)])


def shown(value: float, row: Row) -> float:
    """Return a stored value as it is shown: in the declared unit, a fraction in percent."""
    # Division, since 0.07 * 100 is 7.000000000000001; 15 digits are what a reader is shown anyway.
    # Adding 0 turns a negative zero, which no spreadsheet shows, into the ordinary one.
    return float(f"{value * row.unit.shown:.15g}") + 0.0 if row.unit.percent else value + 0.0


def known_case(plan: Plan, scenario: str | None) -> Case:
    """Return a scenario by id, the first where none is named; ModelError where there is none."""
    if scenario is None:
        return plan.first_case
    ids = [case.id for case in plan.cases]
    if scenario not in ids and scenario != BASE:
        by_label = {case.label.casefold(): case.id for case in plan.cases}
        meant = by_label.get(scenario.casefold(), "")
        hint = f"its id is '{meant}'" if meant else did_you_mean(scenario, ids) or f"the scenarios are {listed(ids)}"
        raise ModelError([error("scenario", f"there is no scenario '{scenario}'", plan.model.at(), hint)])
    return plan.case(scenario)


def _change_problems(plan: Plan, id_: str, value: float) -> list[Problem]:
    at = plan.model.at()
    row = plan.row(id_) if id_ in plan.index else None
    if row is None:
        return [error("unknown-name", f"there is no quantity '{id_}'", at, did_you_mean(id_, plan.index))]
    if row.kind != "input" or row.quantity is None:
        return [
            error("value", f"'{id_}' is computed and cannot be set", at, "set one of the inputs it is computed from")
        ]
    if not isfinite(value):
        return [error("value", f"'{id_}' cannot be {value}", at, "a value is a finite number")]
    broken = breach(row.quantity, value)
    if broken is None:
        return []
    where = plan.model.at(*row.quantity.path, broken.key)
    return [
        error(
            "value",
            f"'{id_}' = {value:.15g} {row.quantity.unit} {broken.words}",
            where,
            "choose a value within the bounds",
        )
    ]


def _inputs(plan: Plan, overrides: Mapping[str, float]) -> list[float]:
    values = list(_program(plan).written)
    for id_, value in overrides.items():
        values[plan.index[id_]] = value
    return values


def _run(plan: Plan, case: Case, values: list[float]) -> None:
    """Fill in the formulas' values; raise ModelError, naming each row that has none."""
    try:
        for piece in _program(plan).pieces:
            piece(values)
        # The sum of finite numbers is finite, but for sums that overflow; then the slow way finds nothing.
        if -inf < sum(values) < inf:
            return
    except (ArithmeticError, ValueError):
        pass
    problems = _row_by_row(plan, case, values)
    if problems:
        raise ModelError(problems)


@dataclass(frozen=True)
class _Program:
    """What is worked out once a plan: its formulas as functions, its values as written, and the rows with bounds."""

    pieces: list[_Piece]
    written: list[float]
    bounded: list[Row]


_programs: WeakKeyDictionary[Plan, _Program] = WeakKeyDictionary()


def _program(plan: Plan) -> _Program:
    if plan not in _programs:
        statements = [_statement(plan, row) for row in plan.rows if row.expression is not None]
        starts = range(0, len(statements), _STATEMENTS)
        pieces = [_function(statements[start : start + _STATEMENTS]) for start in starts]
        written = [row.value if row.value is not None else 0.0 for row in plan.rows]
        _programs[plan] = _Program(pieces, written, [row for row in plan.rows if _has_bounds(row)])
    return _programs[plan]


def _has_bounds(row: Row) -> bool:
    quantity = row.quantity
    if row.kind != "formula" or quantity is None:
        return False
    return row.unit.percent or quantity.whole or quantity.min is not None or quantity.max is not None


def _statement(plan: Plan, row: Row) -> str:
    assert row.expression is not None  # noqa: S101  # inputs have none, and are not asked
    return f"v[{plan.index[row.id]}] = {spell(row.expression, plan.index)}"


def _function(statements: Sequence[str]) -> _Piece:
    body = "\n ".join(statements) or "pass"
    space: dict[str, object] = {**HELPERS, "__builtins__": {}}
    # The text is spelled from checked trees: indices, numbers and the table's own words, none of the author's.
    exec(compile(f"def piece(v):\n {body}\n", "<plan>", "exec"), space)  # noqa: S102
    return space["piece"]  # type: ignore[return-value]  # what has just been defined


def _expression(node: Node, plan: Plan) -> Callable[[Sequence[float]], float]:
    space: dict[str, object] = {**HELPERS, "__builtins__": {}}
    source = f"lambda v: {spell(node, plan.index)}"
    return eval(compile(source, "<plan>", "eval"), space)  # type: ignore[no-any-return]  # noqa: S307  # as above


def _row_by_row(plan: Plan, case: Case, values: list[float]) -> list[Problem]:
    """Return a problem for each row that has no finite value though all that it uses have one."""
    problems: list[Problem] = []
    broken: set[str] = set()
    for row in plan.rows:
        if row.expression is None:
            continue
        if not broken.isdisjoint(names(row.expression)):
            broken.add(row.id)
            continue
        reason = ""
        try:
            compiled_row(plan, row)(values)
            if not isfinite(values[plan.index[row.id]]):
                reason = "the result is too large"
        except ZeroDivisionError:
            reason = "division by zero"
        except OverflowError:
            reason = "a part of it is too large"
        except ValueError as trouble:
            reason = _WORDS.get(str(trouble), str(trouble))
        if reason:
            broken.add(row.id)
            problems.append(_no_value(plan, case, row, reason, values))
    return problems


_WORDS: Final = {
    "math domain error": "a function has no value there",
    "expected a positive input": "a logarithm needs a number above 0",
    "expected a nonnegative input": "a square root needs a number that is not negative",
}


def _no_value(plan: Plan, case: Case, row: Row, reason: str, values: Sequence[float]) -> Problem:
    assert row.quantity is not None  # noqa: S101  # only formulas are computed, and each is a quantity
    assert row.expression is not None  # noqa: S101
    operands = []
    for id_ in names(row.expression):
        used = plan.row(id_)
        operands.append(
            f"{id_} = {shown(values[plan.index[id_]], used):.15g} {'' if used.unit.text == '1' else used.unit.text}"
        )
    formula = row.quantity.formula
    message = f"'{row.id}' has no finite value in the scenario '{case.id}': {reason}"
    lines = [
        message,
        formula.text.strip() if formula else text(row.expression),
        *(f"  {line}".rstrip() for line in operands),
    ]
    hint = "guard it, such as (a / b if b > 0 else 0)" if "zero" in reason else ""
    return error("not-finite", "\n".join(lines), plan.model.at(*row.quantity.path, "formula"), hint)


def _out_of_bounds(results: Results) -> list[Problem]:
    found = [bounds_problem(results, row) for row in _program(results.plan).bounded]
    return [problem for problem in found if problem is not None]


def bounds_problem(results: Results, row: Row) -> Problem | None:
    """Return what is wrong with a computed row's value: outside its bounds, or too large to be shown in percent."""
    quantity = row.quantity
    if quantity is None:
        return None
    value, scenario, plan = results[row.id], results.case.id, results.plan
    if not isfinite(value):
        message = f"'{row.id}' has no finite value in percent in the scenario '{scenario}'"
        return error("not-finite", message, plan.model.at(*quantity.path))
    broken = breach(quantity, value)
    if broken is None:
        return None
    message = f"'{row.id}' is {value:.15g} {quantity.unit} in the scenario '{scenario}', which {broken.words}"
    at = plan.model.at(*quantity.path, broken.key)
    return error("bounds", message, at, "change the bound, or what it is computed from")
