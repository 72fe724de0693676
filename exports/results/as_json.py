"""One scenario's results as plain values: what ``solve --json`` prints and ``export --json`` writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from engine.analysis.published import figures
from engine.analysis.verdicts import Verdict, verdicts
from engine.model.data import DataGrid
from engine.model.dimensions import Grid, cell
from engine.plan.cells import Cell, cell_name
from engine.plan.evaluate import Results
from engine.plan.outputs import picked
from engine.plan.plan import Plan, Row
from exports.style import scenarios

LISTED = {"input", "formula", "equation", "constant"}


def solution(results: Results, others: Mapping[str, Results], names: Sequence[str] = ()) -> dict[str, Any]:
    """Return one scenario's numbers, every published figure and every check; values in the declared units.

    A value over dimensions is an object by member, nested in the order of `over`. Where quantities or members are
    named, these are the only numbers; raise ModelError for one that is not there.
    """
    plan = results.plan
    return {
        "model": plan.model.document.name,
        "title": plan.model.title,
        "scenario": results.case.id,
        **scenarios.record(plan, results.case),
        **({"dimensions": _dimensions(plan)} if plan.model.dimensions else {}),
        "quantities": _quantities(results, names),
        **_chances(plan),
        "published": _published(plan, others),
        "checks": [_check(plan, verdict) for verdict in verdicts(results)],
    }


def side_by_side(plan: Plan, results: Mapping[str, Results], names: Sequence[str] = ()) -> dict[str, Any]:
    """Return the numbers of scenarios by their ids, each as in `solution`."""
    return {
        "model": plan.model.document.name,
        "title": plan.model.title,
        **({"dimensions": _dimensions(plan)} if plan.model.dimensions else {}),
        "scenarios": {
            id_: {"label": one.case.label, **scenarios.record(plan, one.case), "quantities": _quantities(one, names)}
            for id_, one in results.items()
        },
    }


def _quantities(results: Results, names: Sequence[str]) -> dict[str, Any]:
    plan = results.plan
    found: list[tuple[Row, int | None]] = picked(plan, names)
    rows = found or [(row, None) for row in plan.rows if row.kind in LISTED]
    return {
        row.id if number is None else cell_name(plan, Cell(row.id, number)): _quantity(results, row, number)
        for row, number in rows
    }


def _dimensions(plan: Plan) -> dict[str, list[str]]:
    return {dimension.id: list(dimension.members) for dimension in plan.model.dimensions}


def _quantity(results: Results, row: Row, number: int | None) -> dict[str, Any]:
    cells = results.told(row.id)
    value = by_member(results.plan, row.over, cells) if number is None else cells[number]
    record = {"label": row.label, "value": value, "unit": row.unit.text, "kind": row.kind}
    if (dimension := results.plan.chosen_from(row)) is not None:
        record["choice"] = dimension.id
    record |= _uncertainty(results.plan, row, number)
    value = None if row.quantity is None else row.quantity.value
    if isinstance(value, DataGrid):
        origin = value.origin
        record["data"] = {"file": origin.file.file, "sha256": origin.file.hash, "column": origin.column or None,
                          "columns": origin.across or None}  # fmt: skip
    return {**record, "over": list(row.over)} if row.over and number is None else record


def _uncertainty(plan: Plan, row: Row, number: int | None) -> dict[str, Any]:
    """Return what an input may be, in its declared unit: those of its range, distribution, values and weights.

    Weights of a choice are by the names of its members.
    """
    quantity = row.quantity
    if quantity is None or row.kind != "input":
        return {}
    members = plan.model.dimension[quantity.choice].members if quantity.choice else ()

    def told(key: str, setting: tuple[Decimal, ...] | None) -> object:
        numbers = None if setting is None else [float(one) for one in setting]
        return dict(zip(members, numbers, strict=True)) if members and numbers and key == "weights" else numbers

    found: dict[str, Any] = {}
    for key in ("range", "values", "weights"):
        setting = getattr(quantity, key)
        if number is not None:
            setting = cell(setting, number)
        if isinstance(setting, Grid):
            found[key] = by_member(plan, row.over, [told(key, one) for one in setting.cells])
        elif setting is not None:
            found[key] = told(key, setting)
    return {**found, **({"distribution": quantity.distribution} if quantity.distribution else {})}


def _chances(plan: Plan) -> dict[str, Any]:
    """Return the correlations and the decisions of a model, where it has any."""
    correlations = [
        {"between": list(one.between), "rank": float(one.rank), "sources": list(one.sources), "note": one.note}
        for one in plan.model.correlations
    ]
    decisions = [
        {
            "id": one.id,
            "label": one.label,
            "choice": choice.id if (choice := plan.model.chooser(one.choice)) is not None else None,
            "options": list(plan.model.options(one)),
            "value": one.value,
            "goal": one.goal,
            "note": one.note,
        }
        for one in plan.model.decisions
    ]
    lists = {"correlations": correlations, "decisions": decisions}
    return {key: found for key, found in lists.items() if found}


def by_member(plan: Plan, over: Sequence[str], cells: Sequence[Any]) -> Any:  # noqa: ANN401  # a value, or an object of them
    """Return one value as it is, and several as an object by member, nested in the order of the dimensions."""
    if not over:
        return cells[0]
    members = plan.model.dimension[over[0]].members
    below = len(cells) // len(members)
    return {
        member: by_member(plan, over[1:], cells[index * below : (index + 1) * below])
        for index, member in enumerate(members)
    }


def _check(plan: Plan, verdict: Verdict) -> dict[str, Any]:
    over = verdict.test.over
    sides = zip(*[verdict.sides(cell) for cell in verdict.cells], strict=True)
    return {
        "id": verdict.test.check.id,
        "label": verdict.test.check.label,
        "passed": verdict.passed,
        **{key: by_member(plan, over, values) for key, values in zip(("left", "right"), sides, strict=True)},
        "tolerance": by_member(plan, over, [cell.tolerance for cell in verdict.cells]),
        **({"over": list(over)} if over else {}),
    }


def _published(plan: Plan, others: Mapping[str, Results]) -> list[dict[str, Any]]:
    return [
        {
            "quantity": figure.quantity.id,
            **({"at": list(figure.published.at)} if figure.published.at else {}),
            "scenario": figure.scenario,
            "published": float(figure.published.value),
            "computed": figure.computed,
            "status": figure.status,
            "note": figure.published.disputed or figure.published.note,
        }
        for figure in figures(plan, others)
    ]
