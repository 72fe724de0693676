"""What pages compute, held against the engine."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from engine.plan.batch import ManyResults
from engine.plan.plan import Plan, Row
from exports.page.program.places import in_a_line, places
from exports.page.program.statements import program
from tests.oracles.node import node

Array = NDArray[np.float64]
CLOSE: Final = 1e-12
_LISTED: Final = frozenset({"input", "formula", "equation", "constant"})
# In the page: the numbers of every listed row in each of many states, as bytes.
# Members are asked for one by one: an object has those that are whole numbers first.
_STATES: Final = """([names, states, rows]) => {
  const found = [];
  const flat = (value, [members, ...others]) => {
    if (members !== undefined) members.forEach((member) => flat(value[member], others));
    else found.push(typeof value === "number" ? value : NaN);
  };
  for (const state of states) {
    plainsheet.set(Object.fromEntries(names.map((name, k) => [name, state[k]])));
    const values = plainsheet.values();
    rows.forEach(([id, members]) => flat(values[id], members));
  }
  const bytes = new Uint8Array(new Float64Array(found).buffer);
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}"""


def calculated(plans: Sequence[tuple[Plan, Sequence[Array]]]) -> list[list[Array]]:
    """Return what the programs of plans compute in Node from arrays of values, each cell at its place."""
    runtime = "".join([(files("exports.page") / f"scripts/{name}.js").read_text() for name in ("numbers", "cashflows")])
    given = [
        {"program": runtime + program(plan, places(plan)), "cases": [_json(case) for case in cases]}
        for plan, cases in plans
    ]
    found = node("calculate.cjs", given=given)
    return [[np.array([np.nan if x is None else x for x in case]) for case in cases] for cases in found]


def written(plan: Plan, scenario: str) -> Array:
    """Return the values of a scenario's inputs, NaN for what is computed."""
    values = [np.nan if row.value is None else row.value for row in plan.rows]
    for id_, value in plan.overrides(plan.case(scenario)).items():
        values[plan.index[id_]] = value
    return in_a_line(plan, values)


def in_states(page: Page, plan: Plan, columns: Mapping[str, Array]) -> Array:
    """Return the numbers that a page has of every listed row in each state, as shown, one line a state."""
    rows = np.column_stack([*columns.values()])
    listed = [row for row in plan.rows if row.kind in _LISTED]
    members = [[row.id, [plan.model.dimension[name].members for name in row.over]] for row in listed]
    text = page.evaluate(_STATES, [[*columns], _told(plan, columns, rows), members])
    return np.frombuffer(base64.b64decode(text)).reshape(len(rows), -1)


def expected(many: ManyResults) -> tuple[Array, Array]:
    """Return the same as the engine has it, and the size of the largest operand of each number."""
    rows = [row for row in many.plan.rows if row.kind in _LISTED]
    values = [_line(many, row) for row in rows]
    sizes = [_operands(many, row) for row in rows]
    return np.column_stack(values), np.column_stack(sizes)


def differences(found: Array, wanted: Array, sizes: Array, close: float = CLOSE) -> list[tuple[int, ...]]:
    """Return where numbers differ by more than so small a part of themselves, or of the largest operand."""
    with np.errstate(invalid="ignore"):
        apart = np.abs(found - wanted) <= close * np.maximum(np.abs(wanted), sizes)
    same = apart | (found == wanted) | (np.isnan(found) & ~np.isfinite(wanted))
    return [tuple(map(int, place)) for place in np.argwhere(~same)]


def _told(plan: Plan, columns: Mapping[str, Array], rows: Array) -> list[list[Any]]:
    """Return states as a reader gives them: members of choices by their texts."""
    choices = [plan.chosen_from(plan.row(name.partition("[")[0])) for name in columns]
    return [
        [value if one is None else one.member_at(value) for value, one in zip(row.tolist(), choices, strict=True)]
        for row in rows
    ]


def _line(many: ManyResults, row: Row) -> Array:
    if many.plan.chosen_from(row) is not None and not many.plan.chosen_from(row).numbers:  # type: ignore[union-attr]
        # A member is no number.
        return np.full((many.cases, many.plan.model.size(row.over)), np.nan)
    return many[row.id].reshape(many.cases, -1)


def _operands(many: ManyResults, row: Row) -> Array:
    wide = (many.cases, many.plan.model.size(row.over))
    used = [many.plan.index[id_] for id_ in row.uses]
    largest = [np.nanmax(np.abs(np.atleast_1d(many.values[index]))) for index in used]
    return np.full(wide, max(largest, default=0.0) * row.unit.scale)


def _json(values: Array) -> list[float | None]:
    return [None if x != x else x for x in values.tolist()]  # noqa: PLR0124  # NaN


def named(plan: Plan, number: int) -> str:
    """Return the row of a number in a line of listed rows."""
    sizes = [plan.model.size(row.over) for row in plan.rows if row.kind in _LISTED]
    rows = [row.id for row in plan.rows if row.kind in _LISTED]
    return rows[int(np.searchsorted(np.cumsum(sizes), number, "right"))]
