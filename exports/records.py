"""Results as plain values, for programs: the interface behind every ``--json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.evaluate import Results
from engine.plan import Plan
from engine.verdicts import figures, verdicts


def solution(results: Results, others: Mapping[str, Results]) -> dict[str, Any]:
    """Return one scenario's numbers, every published figure and every check; values in the declared units."""
    plan = results.plan
    return {
        "model": plan.model.document.name,
        "title": plan.model.title,
        "scenario": results.case.id,
        "quantities": {
            row.id: {"label": row.label, "value": results[row.id], "unit": row.unit.text, "kind": row.kind}
            for row in plan.rows
        },
        "published": _published(plan, others),
        "checks": [
            {
                "id": verdict.test.check.id,
                "label": verdict.test.check.label,
                "passed": verdict.passed,
                "left": verdict.left,
                "right": verdict.right,
                "tolerance": verdict.tolerance,
            }
            for verdict in verdicts(results)
        ],
    }


def _published(plan: Plan, others: Mapping[str, Results]) -> list[dict[str, Any]]:
    return [
        {
            "quantity": figure.quantity.id,
            "scenario": figure.scenario,
            "published": float(figure.published.value),
            "computed": figure.computed,
            "status": figure.status,
            "note": figure.published.disputed or figure.published.note,
        }
        for figure in figures(plan, others)
    ]
