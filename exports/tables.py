"""Every quantity in every scenario as one table: CSV for programs, Markdown for a page."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from engine.evaluate import Results
from engine.plan import Plan, Row

_RISKY = ("=", "+", "-", "@", "\t", "\r")


def as_csv(plan: Plan, results: Mapping[str, Results]) -> str:
    """Return a line a quantity: section, name, label, kind, unit, a value a scenario, formula and sources."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    cases = [case.id for case in plan.cases]
    writer.writerow(["section", "name", "label", "kind", "unit", *cases, "formula", "sources"])
    for row in _rows(plan):
        quantity = row.quantity
        section = ".".join(map(str, quantity.section)) if quantity is not None else ""
        formula = (
            " ".join(quantity.formula.text.split()) if quantity is not None and quantity.formula is not None else ""
        )
        sources = " ".join(quantity.sources) if quantity is not None else ""
        texts = [section, row.id, row.label, row.kind, row.unit.text]
        values = [f"{results[case][row.id]:.15g}" for case in cases]
        writer.writerow([*map(_safe, texts), *values, _safe(formula), _safe(sources)])
    return out.getvalue()


def as_markdown(plan: Plan, results: Mapping[str, Results]) -> str:
    """Return a table a section: label, name, a value a scenario, unit."""
    headings = {section.path: section.label for section in plan.model.sections}
    lines = [f"# {_cell(plan.model.title)}", ""]
    if plan.model.purpose:
        lines += [_cell(plan.model.purpose), ""]
    sections: dict[object, list[Row]] = {}
    for row in _rows(plan):
        sections.setdefault(row.quantity.section if row.quantity is not None else None, []).append(row)
    for section, rows in sections.items():
        lines += [f"## {_cell(headings.get(section, 'Quantities') if section is not None else 'Constants')}", ""]  # type: ignore[call-overload]  # paths and None
        lines += _table(plan, rows, results)
    return "\n".join(lines).rstrip() + "\n"


def _table(plan: Plan, rows: Sequence[Row], results: Mapping[str, Results]) -> list[str]:
    head = ["Quantity", "Name", *(_cell(case.label) for case in plan.cases), "Unit"]
    lines = [f"| {' | '.join(head)} |", f"|---|---|{'---:|' * len(plan.cases)}---|"]
    for row in rows:
        values = [f"{results[case.id][row.id]:.15g}" for case in plan.cases]
        unit = "" if row.unit.text == "1" else row.unit.text
        lines.append(f"| {' | '.join([_cell(row.label), f'`{row.id}`', *values, _cell(unit)])} |")
    return [*lines, ""]


def _rows(plan: Plan) -> list[Row]:
    """Return the quantities in the author's order, then the constants."""
    return [plan.row(q.id) for q in plan.model.quantities] + [row for row in plan.rows if row.kind == "constant"]


def _safe(text: str) -> str:
    """Return a text that a spreadsheet which opens the file will not take for a formula."""
    return f"'{text}" if text.startswith(_RISKY) else text


def _cell(text: str) -> str:
    escaped = "".join(f"\\{char}" if char in "\\`*_[]<>|#" else char for char in text)
    return " ".join(escaped.split())
