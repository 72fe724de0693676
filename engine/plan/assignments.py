"""``id=value`` as a person types it: a number, with or without a unit, into the quantity's declared unit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Final

from engine.model.dimensions import Grid
from engine.model.names import cell_id, member_of, row_of
from engine.plan.plan import Plan, Row
from engine.plan.selection import codes_of, locate
from engine.problems import Mistake, ModelError, Problem, error, listed, shortened, warning
from engine.text.habits import mended_number
from engine.text.positions import compose
from engine.units.grammar import UnitError
from engine.units.unit import quotient

_MOST_SWING: Final = 10.0
_ASSIGNMENT: Final = re.compile(r"\s*(?P<id>[^=\[\]\s]+(?:\[[^\[\]]*\])?)\s*=\s*(?P<value>.*?)\s*", re.DOTALL)
_ASKS: Final = re.compile(
    r"\s*(?P<id>[^=<>!≤≥:\[\]]+?(?:\[[^\[\]]*\])?)\s*(?P<sign>[=<>!]=|=[<>]|[<>≤≥:=])\s*(?P<value>.*?)\s*", re.DOTALL
)
# What has more than one group of digits: no number of ours begins so.
_SPELLED: Final = re.compile(r"(?P<number>[-+]?\d[\d.]*(?:[,' ]\d[\d.]*)+)(?:\s*[^\d\s,'].*)?", re.DOTALL)
# Two values and more, as a list without its brackets; or a decimal comma.
_LISTED: Final = re.compile(r"[-+]?\d[\d.]*(?:\s*,\s*[-+]?\d[\d.]*)+")
_SCALE: Final = re.compile(r"k|K|m|M|mn|mln|bn|B|G")
_NUMBER: Final = re.compile(
    r"(?P<number>[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d{1,6}(?!\d))?)\s*(?P<unit>.*)", re.DOTALL
)


class AssignmentError(Mistake):
    """A text does not assign a value to a quantity."""


def target(plan: Plan, text: str) -> tuple[str, float]:
    """Return the quantity, or the member of one, and the value in its declared unit that a text asks for."""
    if not _ASKS.fullmatch(text):
        message = f"the goal '{shortened(text)}' has no value"
        raise ModelError([error("goal", message, None, f'write "{shortened(text)}=..."')])
    try:
        return _assignment(plan, text, "")
    except AssignmentError as wrong:
        message = f"the goal {shortened(text)}: {wrong.message}"
        raise ModelError([error("goal", message, None, wrong.hint)]) from None


def comparison(plan: Plan, text: str, option: str) -> tuple[str, str, float]:
    """Return the quantity or the member of one, the sign, and the value in its declared unit that a text compares.

    The sign is one of <, <=, >, >=, == and !=. Raises ModelError, which names the `option` that the text is of.
    """
    asked = _ASKS.fullmatch(text)
    sign = {"=<": "<=", "=>": ">=", "≤": "<=", "≥": ">=", "=": "=="}.get(asked["sign"], asked["sign"]) if asked else ""
    try:
        if asked is None or sign == ":" or not asked["value"]:
            message = "it compares nothing"
            ways = f'{option} "price <= 2.5 USD/hour", or of one member {option} "price[North] <= 2.5"'
            raise AssignmentError(message, f"write {ways}")  # noqa: TRY301  # told as those below
        id_ = asked["id"].strip()
        value = _value(plan, id_, asked["value"], f'{option} "', sign=f" {sign} ", end='"')
        if sign not in {"==", "!="} and (chosen := plan.chosen_from(locate(plan, id_)[0])) and not chosen.ordered:
            message = f"the members of '{chosen.id}' have no order"
            raise AssignmentError(message, f'write {option} "{id_} == {asked["value"]}"')  # noqa: TRY301  # as above
    except AssignmentError as wrong:
        message = f"{option} {shortened(text)}: {wrong.message}"
        raise ModelError([error("test", message, None, wrong.hint)]) from None
    return id_, sign, value


def assignments(plan: Plan, texts: Iterable[str]) -> dict[str, float]:
    """Return the values in the quantities' declared units; raise ModelError for all that cannot be read."""
    values: dict[str, float] = {}
    problems: list[Problem] = []
    for text in texts:
        try:
            id_, value = _assignment(plan, text, "--set ")
        except AssignmentError as wrong:
            problems.append(error("set", f"--set {shortened(text)}: {wrong.message}", None, wrong.hint))
            continue
        if id_ in values:
            problems.append(error("set", f"--set gives '{id_}' twice", None, "give it once"))
        values[id_] = value
    whole = {id_ for id_ in values if not member_of(id_)}
    for id_ in values:
        name = row_of(id_)
        if name != id_ and name in whole:
            problems.append(error("set", f"--set gives both '{name}' and '{id_}'", None, "set all members, or some"))
    if problems:
        raise ModelError(problems)
    return values


def value_of(plan: Plan, name: str, text: str, option: str) -> float:
    """Return a value as typed, in the declared unit of what is named; ModelError, naming the `option`, for none."""
    try:
        return _value(plan, name, text, option)
    except AssignmentError as wrong:
        message = f"{option}{name}={shortened(text)}: {wrong.message}"
        raise ModelError([error("value", message, None, wrong.hint)]) from None


def doubts(plan: Plan, texts: Iterable[str]) -> list[Problem]:
    """Return a warning for each share that is set below 1 percent, without a unit, where the model has more."""
    found = []
    for text in texts:
        parts = _ASSIGNMENT.fullmatch(text)
        number = _NUMBER.fullmatch(parts["value"]) if parts else None
        if parts is None or number is None or number["unit"]:
            continue
        row, value = locate(plan, parts["id"])[0], float(number["number"])
        if row.unit.percent and 0 < abs(value) < 1 and _has_more(plan, row.id):
            meant = f"{row_of(parts['id'])} is in percent"
            message = f"--set {shortened(text)}: {meant}, so that {number['number']} is {number['number']} percent"
            percent = f"{value * 100:g}"
            hint = f"write {parts['id']}={percent} for {percent} percent, or {number['number']}% if it is meant"
            found.append(warning("share", message, None, hint))
    return found


def _has_more(plan: Plan, id_: str) -> bool:
    """Return whether the model gives a share of more than 1 percent."""
    quantity = plan.model.by_id.get(id_)
    given = quantity.value if quantity is not None else None
    cells = given.cells if isinstance(given, Grid) else (given,)
    return any(value is not None and abs(value) > 1 for value in cells)


def share(option: str, text: str) -> float:
    """Return ``10%`` or ``0.1`` as a fraction; raise ModelError for anything else."""
    number = _NUMBER.fullmatch(text.strip())
    is_percent = number is not None and number["unit"].strip() in {"%", "percent"}
    if number is None or not (is_percent or not number["unit"]):
        raise ModelError([error("share", f"{option} {shortened(text)} is no share", None, f"write {option} 10%")])
    value = float(number["number"]) / (100 if is_percent else 1)
    if not 0 < value <= _MOST_SWING:
        message = f"{option} {shortened(text)} is not between 0 and {_MOST_SWING:.0%}"
        raise ModelError([error("share", message, None, f"write {option} 10%, or {option} 0.1")])
    return value


def _assignment(plan: Plan, text: str, option: str) -> tuple[str, float]:
    """Return the id and the value in a text; `option` stands before such a text where a person types it."""
    asked = _ASKS.fullmatch(text)
    if asked is not None and asked["sign"] != "=":
        message = f"one value is given, by '=' and not by '{asked['sign']}'"
        raise AssignmentError(message, f'write {option}"{asked["id"]}={asked["value"]}"')
    parts = _ASSIGNMENT.fullmatch(text)
    if parts is None:
        message = "it is no assignment"
        ways = f'{option}price=2.5, {option}"price=2.5 USD/hour", or of one member {option}"price[North]=2.5"'
        raise AssignmentError(message, f"write {ways}")
    id_ = parts["id"]
    row = _row_named(plan, id_)
    if row.over and id_ == row.id and _LISTED.fullmatch(parts["value"]) and plan.chosen_from(row) is None:
        first, *_ = plan.members(row)
        one, *_ = parts["value"].split(",")
        message = f"'{row.id}' is over {listed(row.over)}, and takes one number for all members, or for one"
        raise AssignmentError(message, f'write {option}{id_}={one}, or {option}"{cell_id(id_, first)}={one}" for each')
    return id_, _value(plan, id_, parts["value"], option)


def _value(plan: Plan, id_: str, text: str, option: str, *, sign: str = "=", end: str = "") -> float:
    """Return a number or a member as typed behind a name and a sign, in the declared unit of what is named."""
    row = _row_named(plan, id_)
    if plan.chosen_from(row) is not None:
        return _chosen(plan, row, text)
    spelled = _SPELLED.fullmatch(text)
    if spelled is not None and (told := mended_number(id_, spelled["number"])):
        message, mended = told
        if end:
            # Between quotes there is room for one way of writing it.
            raise AssignmentError(
                message, f"write {option}{id_}{sign}{mended.partition(' = ')[2].partition(',')[0]}{end}"
            )
        raise AssignmentError(message, mended.replace(" = ", sign, 1).replace("write ", f"write {option}", 1))
    number = _NUMBER.fullmatch(text)
    if number is None:
        message = f"'{shortened(text)}' does not begin with a number"
        raise AssignmentError(message, f"{row.id} is {_kind(row)}")
    try:
        return _in_declared_unit(plan, row, Decimal(number["number"]), number["unit"])
    except AssignmentError:
        told = mended_number(id_, text) if _SCALE.fullmatch(number["unit"]) else None
        if told is None:
            raise
        whole = f"{Decimal(told[1].rpartition(' ')[2]):f}"
        quote = "" if end else '"'
        raise AssignmentError(told[0], f"write {option}{quote}{id_}{sign}{whole}{end or quote}") from None


def _row_named(plan: Plan, name: str) -> Row:
    try:
        row, _ = locate(plan, name)
    except ModelError as unknown:
        problem = unknown.problems[0]
        first, *members = name.split(".")
        if members and first in plan.index:
            # As scenarios in the text spell it.
            raise AssignmentError(problem.message, f"a member stands in brackets: {cell_id(first, members)}") from None
        raise AssignmentError(problem.message, problem.hint) from None
    return row


def _chosen(plan: Plan, row: Row, text: str) -> float:
    """Return the code of the member that a choice is set to."""
    try:
        return float(codes_of(plan, row, compose(text).strip("\"'")))
    except ModelError as strange:
        problem = strange.problems[0]
        raise AssignmentError(problem.message, problem.hint) from None


def _kind(row: Row) -> str:
    return f"in {row.unit.text}" if row.unit.words else "a pure number"


def _in_declared_unit(plan: Plan, row: Row, number: Decimal, unit_text: str) -> float:
    if not unit_text:
        return float(number)
    if unit_text.startswith(","):
        message = f"'{number}{unit_text}' is no number"
        raise AssignmentError(message, "a decimal point is written 0.5, not 0,5")
    factor = into_declared_unit(plan, row, unit_text)
    return float(number * factor.numerator / factor.denominator)


def into_declared_unit(plan: Plan, row: Row, unit_text: str) -> Fraction:
    """Return what a number in a unit is multiplied by to be in the declared unit of a row, 1 for 1 percent.

    Raises AssignmentError, with both sides, for a unit of another kind and for what is none.
    """
    units = plan.units
    try:
        unit = units.parse(unit_text)
    except UnitError as problem:
        raise AssignmentError(problem.message, f"{row.id} is {_kind(row)}") from None
    if units.dimension(unit.atoms) != units.dimension(row.unit.atoms):
        given = f"{unit_text} {units.show_dimension(unit.atoms)}"
        message = f"{given} is not the unit of '{row.id}', {row.unit.text} {units.show_dimension(row.unit.atoms)}"
        raise AssignmentError(message, f"give it in {row.unit.text}")
    return units.factor(quotient(unit.atoms, row.unit.atoms)) * row.unit.scale / unit.scale
