"""The report, from the title down."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from engine.plan.evaluate import Results
from engine.plan.outputs import outputs
from engine.plan.plan import Case, Plan
from exports.page.program.places import Places
from exports.style.words import in_review


def report(plan: Plan, results: Mapping[str, Results], case: Case, places: Places) -> str:
    """Return the body of a page; every number of a cell stands in an element with ``data-cell``, its place."""
    live = results[case.id]
    cards = [
        f'<div class="card"><h3>{escape(one.label)}</h3>'
        f'<p><output data-cell="{places.of(one.cell)}">{in_review(live.cells(one.row.id)[one.number])}</output> '
        f"{escape(one.row.unit.text)}</p></div>"
        for one in outputs(plan)
    ]
    return (
        f"<main>\n<h1>{escape(plan.model.title)}</h1>\n<p>{escape(plan.model.purpose)}</p>\n{''.join(cards)}\n</main>"
    )
