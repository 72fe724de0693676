"""Which scenario and which cells of which input are meant, and whether they may be changed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from math import isfinite
from typing import Any, Final

import numpy as np

from engine.graph import Contradiction
from engine.model.bounds import breach
from engine.model.calendar import place_of
from engine.model.dimensions import Dimension, Grid, member_hint
from engine.model.model import BASE, Quantity
from engine.plan.cells import Cell, cell_at, cell_name
from engine.plan.plan import Array, Case, Plan, Row, shown
from engine.problems import ModelError, Problem, did_you_mean, error, listed, shortened, some
from engine.text.labels import fold
from engine.text.positions import compose

# What an input is changed to: numbers in its declared unit, or the members that a choice takes.
Change = float | Sequence[float] | Array | str | Sequence[str]

_PICKED: Final = re.compile(r"(?P<id>[^\[\]]*)(?:\[(?P<members>[^\[\]]*)\])?")

_CALLED: Final = re.compile(r"(?P<id>\w+)\s*[({](?P<members>[^(){}\[\]]+)[)}]")


def known_case(plan: Plan, scenario: str | None) -> Case:
    """Return a scenario by id, the first where none is named; ModelError where there is none."""
    if scenario is None:
        return plan.first_case
    ids = [case.id for case in plan.cases]
    if scenario not in ids and scenario != BASE:
        by_label = {fold(case.label): case.id for case in plan.cases}
        meant = by_label.get(fold(scenario), "")
        hint = f"its id is '{meant}'" if meant else did_you_mean(scenario, ids) or f"the scenarios are {listed(ids)}"
        if "," in scenario:
            hint = f"to compose scenarios, write {'+'.join([name.strip() for name in scenario.split(',')])}"
        if "+" in scenario:
            hint = "scenarios are composed for a moment by solve, explain, sensitivity and goal; or declare one"
        raise ModelError([error("scenario", f"there is no scenario '{shortened(scenario)}'", plan.model.at(), hint)])
    return plan.case(scenario)


def composed_case(plan: Plan, scenario: str | None) -> Case:
    """Return a scenario by id, or several as one for a moment, as in ``high+slow``; ModelError where one is missing.

    It is what a scenario that extends them would be, but that one which another starts from may be named too. Raises
    ModelError also where no order keeps theirs, and where what several scale is out of its bounds.
    """
    if scenario is None or "+" not in scenario:
        return known_case(plan, scenario)
    cases = list(dict.fromkeys([known_case(plan, name.strip()) for name in scenario.split("+")]))
    below = {one.id for case in cases for one in plan.lineage(case)[1:]}
    parents = tuple([case.id for case in cases if case.id not in below])
    case = Case("+".join([one.id for one in cases]), " + ".join([one.label for one in cases]), parents, {})
    try:
        lineage = plan.lineage(case)
    except Contradiction as found:
        message, hint = told(found, case.id, parents)
        raise ModelError([error("scenario", message, plan.model.at(), hint)]) from None
    if problems := _out_of_bounds(plan, case, lineage):
        raise ModelError(problems)
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for ancestor in reversed(lineage):
        twice |= dict.fromkeys([id_ for id_ in ancestor.own if id_ in seen and ancestor in cases])
        seen.update(ancestor.own)
    note = f"what several of them set is as in the first: {some(list(twice))}" if twice else ""
    return replace(case, note=note)


def told(contradiction: Contradiction, id_: str, parents: Sequence[str]) -> tuple[str, str]:
    """Return why a scenario cannot extend others in their order, in words, and what to do."""
    words, hint = [], "list them in the same order everywhere"
    ends = {(first, then) for number, first, then in contradiction.circle if number < len(parents)}
    for number, first, then in contradiction.circle:
        if number == len(parents):
            words.append(f"'{id_}' lists '{first}' before '{then}'")
            if (then, first) in ends and then in parents:
                hint = f"leave '{first}' out: '{then}' starts from it"
        elif parents[number] == first:
            words.append(f"'{first}' starts from '{then}'")
        else:
            words.append(f"'{parents[number]}' has '{first}' before '{then}'")
    return f"no order keeps what '{id_}' extends: {', and '.join(words)}", hint


def _out_of_bounds(plan: Plan, case: Case, lineage: Sequence[Case]) -> list[Problem]:
    """Return what is wrong with the values that several scenarios scale one after another."""
    values = plan.overrides(case)
    found: list[Problem] = []
    for id_ in dict.fromkeys([id_ for one in lineage for id_ in one.scale]):
        row = plan.row(id_)
        for number, value in enumerate(np.ravel(values[id_]).tolist()):
            if row.quantity is not None and not np.isnan(value):
                found += _single(plan, row.quantity, shown(value, row), number)
    return found


def locate(plan: Plan, key: str) -> tuple[Row, tuple[int, ...] | None]:
    """Return the row that ``share`` or ``share[YouTube]`` names, and the indices of its member along each dimension.

    The indices are None where no member is named. Raises ModelError for what is not there.
    """
    if key in plan.model.by_id:
        return plan.row(key), None
    parts = _PICKED.fullmatch(key.strip())
    id_ = parts["id"].strip() if parts is not None else key
    at = plan.model.at()
    row = plan.row(id_) if id_ in plan.index else None
    if id_ in plan.model.dimension:
        message = f"'{id_}' is a dimension, and its members are not computed or set"
        raise ModelError([error("unknown-name", message, at, "name a quantity that is over it")])
    if row is None or parts is None:
        message = f"there is no quantity '{shortened(id_)}'"
        called = _CALLED.fullmatch(key.strip())
        if called is not None and called["id"] in plan.index:
            picked = f"members stand in brackets: {called['id']}[{called['members'].strip()}]"
            hint = picked if plan.row(called["id"]).over else f"it is one number: {called['id']}"
        else:
            hint = _nearest(plan, id_)
        raise ModelError([error("unknown-name", message, at, hint)])
    if parts["members"] is None:
        return row, None
    texts = [text.strip().strip("\"'") for text in compose(parts["members"]).split(",")]
    if len(texts) != len(row.over):
        what = f"over {listed(row.over)}" if row.over else "one number"
        count = "1 member" if len(texts) == 1 else f"{len(texts)} members"
        message = f"'{shortened(key)}' names {count}, and '{id_}' is {what}"
        hint = (
            f"name one of each, as in {id_}[{', '.join(plan.model.member(row.over, 0))}]"
            if row.over
            else "leave the brackets out"
        )
        raise ModelError([error("member", message, at, hint)])
    indices: list[int] = []
    for name, text in zip(row.over, texts, strict=True):
        dimension = plan.model.dimension[name]
        index = dimension.index_of(text)
        if index is None:
            message = f"'{shortened(text)}' is no member of '{name}'"
            hint = member_hint(dimension, text)
            raise ModelError([error("member", message, at, hint)])
        indices.append(index)
    return row, tuple(indices)


def _nearest(plan: Plan, name: str) -> str:
    """Return which quantity was most likely meant: by its id, by its label, or one of the outputs."""
    by_label = {quantity.label.casefold(): quantity.id for quantity in plan.model.quantities}
    if meant := by_label.get(name.casefold()):
        return f"its id is '{meant}'"
    outputs = plan.model.outputs
    return did_you_mean(name, plan.model.by_id) or (f"the outputs are {some(outputs)}" if outputs else "")


def one_cell(plan: Plan, key: str, usage: str) -> Cell:
    """Return the one cell that is named; ModelError where a member is missing, with the usage that names one at {}."""
    row, indices = locate(plan, key)
    if row.over and indices is None:
        member = ", ".join(plan.model.member(row.over, -1))
        message = f"'{row.id}' is over {listed(row.over)}, and one member is asked for at a time"
        raise ModelError([error("member", message, plan.model.at(), usage.format(f"{row.id}[{member}]"))])
    return cell_at(plan, row, indices or ())


def members_of(plan: Plan, row: Row, cells: Sequence[float]) -> list[float] | list[str]:
    """Return values as a reader is told them: the members that codes of a choice stand for, where these are texts."""
    dimension = plan.chosen_from(row)
    if dimension is None or dimension.numbers:
        return list(cells)
    return [dimension.member_at(code) for code in cells]


def codes_of(plan: Plan, row: Row, value: Any) -> Any:  # noqa: ANN401  # a number or a text, or an array of either
    """Return what an input is changed to as numbers: of a choice the codes of members, each by its text or a date.

    Raises ModelError for a text that is no member.
    """
    dimension = plan.chosen_from(row)
    if dimension is None or isinstance(value, float | int):
        return value
    if isinstance(value, str | dt.date):
        return _code(plan, row, dimension, value)
    texts = np.asarray(value)
    if texts.dtype.kind not in "OUSM":
        return value
    codes = {one: _code(plan, row, dimension, one) for one in dict.fromkeys(texts.ravel().tolist())}
    return np.array([codes[one] for one in texts.ravel().tolist()]).reshape(texts.shape)


def _code(plan: Plan, row: Row, dimension: Dimension, member: object) -> float:
    if isinstance(member, dt.date) and dimension.periods:
        index = place_of(dimension.periods, member.date() if isinstance(member, dt.datetime) else member)
    else:
        # A number where members count, and the code of a member where they do not.
        is_text = isinstance(member, str) or bool(dimension.numbers)
        index = dimension.index_of(str(member)) if is_text else _place(dimension, member)
    if index is None:
        message = f"'{row.id}' chooses '{shortened(str(member))}', which is no member of '{dimension.id}'"
        raise ModelError([error("member", message, plan.model.at(), choice_hint(dimension, str(member)))])
    return dimension.codes[index]


def _place(dimension: Dimension, code: object) -> int | None:
    return dimension.codes.index(code) if code in dimension.codes else None


def choice_hint(dimension: Dimension, text: str) -> str:
    """Return what may be chosen instead of what is no member: the nearest, and the list."""
    hint, listing = member_hint(dimension, text), f"the members are {some(dimension.members)}"
    return hint if dimension.is_time or hint == listing else f"{hint} {listing}"


def refuse_change(plan: Plan, row: Row, cells: tuple[int, ...] | None, value: float | Sequence[float] | Array) -> None:
    """Raise ModelError where an input cannot be changed to a value, or to an array of them, in its declared unit."""
    problems = list(_problems(plan, row, cells, value))
    if problems:
        raise ModelError(problems)


def _problems(
    plan: Plan, row: Row, cells: tuple[int, ...] | None, value: float | Sequence[float] | Array
) -> list[Problem]:
    at = plan.model.at()
    quantity = row.quantity
    if quantity is not None and row.kind == "input" and not row.over and isinstance(value, float | int):
        return _single(plan, quantity, float(value))
    given = None if row.value is None else np.broadcast_to(~np.isnan(row.value), plan.shape(row))
    if (
        quantity is None
        or given is None
        or row.kind not in {"input", "formula"}
        or (cells is not None and not given[cells])
    ):
        name = row.id if cells is None else f"{row.id}[{', '.join(_member(plan, row, cells))}]"
        hint = "set one of the inputs it is computed from"
        return [error("value", f"'{name}' is computed and cannot be set", at, hint)]
    shape = plan.shape(row) if cells is None else ()
    try:
        wide = np.broadcast_to(np.asarray(value, dtype=np.float64), shape)
    except ValueError:
        what = f"{shape} values" if shape else "one value"
        return [error("value", f"'{row.id}' takes {what}, and was given {np.shape(value)}", at)]
    numbers = np.arange(given.size).reshape(given.shape)[(...,) if cells is None else cells]
    seen: set[float] = set()
    by_member = isinstance(quantity.min, Grid) or isinstance(quantity.max, Grid)
    is_given = given.ravel()
    for number, one in zip(np.ravel(numbers).tolist(), np.ravel(wide).tolist(), strict=True):
        # What a formula goes on with stays as it is.
        if not is_given[number] or (one in seen and not by_member):
            continue
        seen.add(one)
        if problems := _single(plan, quantity, one, number):
            return problems
    return []


def _single(plan: Plan, quantity: Quantity, value: float, number: int = 0) -> list[Problem]:
    """Return what is wrong with one value of an input."""
    if quantity.choice:
        dimension = plan.model.dimension[quantity.choice]
        if value in dimension.codes:
            return []
        name = cell_name(plan, Cell(quantity.id, number))
        message = f"'{name}' chooses {value:.15g}, which is no member of '{dimension.id}'"
        return [error("member", message, plan.model.at(), choice_hint(dimension, f"{value:.15g}"))]
    if not isfinite(value):
        name = cell_name(plan, Cell(quantity.id, number))
        return [error("value", f"'{name}' cannot be {value}", plan.model.at(), "a value is a finite number")]
    broken = breach(quantity, value, number)
    if broken is None:
        return []
    unit = "" if quantity.unit == "1" else f" {quantity.unit}"
    name = cell_name(plan, Cell(quantity.id, number))
    message = f"'{name}' = {value:.15g}{unit} {broken.words}"
    hint = "choose a whole number" if broken.key == "whole" else "choose a value within the bounds"
    return [error("value", message, plan.model.at(*quantity.path, broken.key), hint)]


def _member(plan: Plan, row: Row, cells: tuple[int, ...]) -> list[str]:
    return [plan.model.dimension[name].members[index] for name, index in zip(row.over, cells, strict=True)]
