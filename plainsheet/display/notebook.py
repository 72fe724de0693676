"""How a model and its results show themselves in a notebook: the outputs, and no more lines than one looks at."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from engine.plan.evaluate import Results, evaluate
from engine.plan.outputs import Output, outputs
from engine.plan.plan import Plan
from engine.problems import ModelError, printable, shortened
from exports.results.summary import size
from exports.style.words import in_table

_MOST_LINES: Final = 20
_LONGEST: Final = 100


def results(solved: Results) -> str:
    """Return HTML: the title, the scenario, and the outputs with their units."""
    changed = ", ".join(list(solved.changed))
    told = f"Scenario: {solved.case.label}" + (f"; changed: {changed}" if changed else "")
    return f"{_heading(solved.plan, told)}{_table(solved)}"


def model(plan: Plan) -> str:
    """Return HTML: the title, how large the model is, and its outputs in the first scenario, or why it has none."""
    told = f"{size(plan)}; scenario: {plan.first_case.label}"
    try:
        shown = _table(evaluate(plan))
    except ModelError as wrong:
        shown = f"<pre>{escape(str(wrong))}</pre>"
    return f"{_heading(plan, told)}{shown}"


def _heading(plan: Plan, told: str) -> str:
    return f"<p><b>{_text(plan.model.title)}</b><br>{_text(told)}</p>"


def _table(solved: Results) -> str:
    every = outputs(solved.plan)
    lines = "".join(_line(solved, output) for output in every[:_MOST_LINES])
    more = len(every) - _MOST_LINES
    rest = f"<p>and {more:,} more outputs</p>" if more > 0 else ""
    return f"<table><thead>{_cells('th', ('Output', 'Value', 'Unit'))}</thead><tbody>{lines}</tbody></table>{rest}"


def _line(solved: Results, output: Output) -> str:
    value = solved.told(output.row.id)[output.number]
    return _cells("td", (output.label, in_table(value), output.row.unit.words))


def _cells(tag: str, texts: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<{tag}>{_text(text)}</{tag}>" for text in texts) + "</tr>"


def _text(text: str) -> str:
    return escape(printable(shortened(text, _LONGEST)))
