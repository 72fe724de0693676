"""What a command says when it is done: how large a model is, and what of it was checked."""

from __future__ import annotations

from collections.abc import Sequence

from engine.analysis.published import Figure
from engine.plan.plan import Plan
from engine.problems import printable
from exports.style.words import plural


def summary(planned: Plan, figures: Sequence[Figure]) -> str:
    """Return the line that `check` ends with."""
    parts = [size(planned)]
    if figures:
        count = {status: sum(figure.status == status for figure in figures) for status in ("reproduced", "disputed")}
        statuses = ", ".join(f"{number} {status}" for status, number in count.items() if number)
        parts.append(f"{len(figures)} {plural(len(figures), 'published figure')} ({statuses})")
    if planned.tests:
        hold = "which holds" if len(planned.tests) == 1 else "all of which hold"
        parts.append(f"{len(planned.tests)} {plural(len(planned.tests), 'check')}, {hold}")
    return f"{printable(planned.model.document.name)}: {'; '.join(parts)}"


def size(planned: Plan) -> str:
    """Return how many quantities and scenarios a model has."""
    count, cases = len(planned.model.quantities), len(planned.cases)
    return f"{count} {plural(count, 'quantity', 'quantities')} in {cases} {plural(cases, 'scenario')}"
