"""What a page's script knows of a plan: rows and their values as written, scenarios, outputs and checks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from engine.language.tree import with_names
from engine.model.dimensions import Grid
from engine.plan.cells import in_words
from engine.plan.outputs import outputs
from engine.plan.plan import Case, Numbers, Plan, Row, Test
from exports.page.charts.drawn import DrawnChart
from exports.page.charts.spec import record as chart_record
from exports.page.draws import draws
from exports.page.program.places import Places
from exports.style.formula_words import words
from exports.style.scenarios import describe
from exports.style.words import sentences


def data(plan: Plan, places: Places, first: Case, charts: Sequence[DrawnChart]) -> str:
    """Return it as JSON that may stand in a page: no text in it ends a script."""
    record = {
        "first": first.id,
        "dimensions": [{"id": one.id, "label": one.label, "members": one.members} for one in plan.model.dimensions],
        "rows": [_row(plan, row, places) for row in plan.rows],
        "scenarios": [_scenario(plan, case) for case in plan.cases],
        "outputs": [places.of(output.cell) for output in outputs(plan)],
        "checks": [_check(test) for test in plan.tests],
        "charts": [chart_record(one.live, one.plot, one.spec, places) for one in charts],
        "draws": draws(plan, places),
    }
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _row(plan: Plan, row: Row, places: Places) -> dict[str, Any]:
    """Return a row with what is not so for most: values as stored, bounds and ranges in the declared unit."""
    dimensions = [dimension.id for dimension in plan.model.dimensions]
    chosen = plan.chosen_from(row)
    found: dict[str, Any] = {
        "id": row.id,
        "label": row.label,
        "kind": row.kind,
        "at": places.first[row.id],
        "unit": row.unit.text,
        "over": [dimensions.index(name) for name in row.over],
        "choice": None if chosen is None else dimensions.index(chosen.id),
        "value": None if row.value is None else numbers(row.value),
        "percent": row.unit.percent,
        "words": _words(plan, row),
        **_bounds(row),
    }
    return {key: value for key, value in found.items() if not (value is None or value is False or value == [])}


def _words(plan: Plan, row: Row) -> list[str | int]:
    """Return a row's formula in words, cut where it names other rows: texts, and the numbers of rows."""
    if row.expression is None:
        return []

    def named(id_: str) -> str:
        return f"\0{plan.index[id_]}\0" if id_ in plan.index else id_

    tree = in_words(lambda id_: _to_unfold(plan, id_), row.expression)
    pieces = words(with_names(tree, named)).split("\0")
    return [int(piece) if number % 2 else piece for number, piece in enumerate(pieces) if piece]


def _to_unfold(plan: Plan, id_: str) -> Row | None:
    """Return a row that stands as its author wrote it; a reader is led to conversions, and to what has its own row."""
    row = plan.rows[plan.index[id_]] if id_ in plan.index else None
    is_led_to = row is None or row.kind == "working" or (row.kind == "constant" and row.unit.words)
    return None if is_led_to else row


def _bounds(row: Row) -> dict[str, Any]:
    quantity = row.quantity
    if quantity is None:
        return {}
    found = {
        key: _setting(getattr(quantity, key)) for key in ("min", "max", "range", "values", "weights", "distribution")
    }
    return {**found, "whole": quantity.whole}


def _setting(value: Any) -> Any:  # noqa: ANN401  # what a key of a quantity holds
    if isinstance(value, Grid):
        return [_setting(cell) for cell in value.cells]
    if isinstance(value, tuple):
        return [_setting(part) for part in value]
    return float(value) if isinstance(value, Decimal) else value or None


def _scenario(plan: Plan, case: Case) -> dict[str, Any]:
    values = {id_: numbers(value) for id_, value in plan.overrides(case).items()}
    note = sentences([case.note]) or sentences([describe(plan, case)])
    return {"id": case.id, "label": case.label, "note": note, "values": values}


def _check(test: Test) -> dict[str, Any]:
    return {
        "id": test.check.id,
        "label": test.check.label,
        "function": test.comparison.function,
        "tolerance": test.tolerance,
        "scale": test.unit.scale,
        "unit": test.unit.text,
    }


def numbers(value: Numbers) -> float | Sequence[float | None]:
    """Return a row's values in a line, None for NaN, or its one value."""
    if np.ndim(value) == 0:
        return float(value)
    return [None if cell != cell else cell for cell in np.ravel(value).tolist()]  # noqa: PLR0124  # NaN
