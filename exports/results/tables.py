"""Every quantity in every scenario as one table: CSV for programs, Markdown for a page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.model.dimensions import Dimension
from engine.plan.evaluate import Results
from engine.plan.outputs import picked
from engine.plan.plan import Plan, Row
from engine.problems import KeyPath
from exports.style.scenarios import describe
from exports.style.words import exactly, in_full, is_like_formula


def as_csv(plan: Plan, results: Mapping[str, Results], names: Sequence[str] = ()) -> str:
    """Return a line for each member of each quantity: what it is, a value a scenario, its formula and sources.

    Where quantities or members are named, these alone; raise ModelError for one that is not there.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    cases = list(results)
    writer.writerow(["section", "name", "member", "label", "kind", "unit", *cases, "formula", "sources"])
    constants = [row for row in plan.rows if row.kind == "constant"]
    every = [*[plan.row(quantity.id) for quantity in plan.model.quantities], *constants]
    for row, number in picked(plan, names) or [(row, None) for row in every]:
        quantity = row.quantity
        section = ".".join(map(str, quantity.section)) if quantity is not None else ""
        sources = " ".join(quantity.every_source) if quantity is not None else ""
        columns = [results[case].told(row.id) for case in cases]
        given = row.is_set.tolist() if row.given else [False] * len(columns[0])
        lines = list(zip(given, plan.members(row), *columns, strict=True))
        for is_given, member, *values in lines if number is None else [lines[number]]:
            formula = None if is_given or quantity is None else quantity.formula_for(member)
            kind = "input" if is_given else row.kind
            written = " ".join(formula.text.split()) if formula is not None else ""
            texts = [section, row.id, ", ".join(member), row.label, kind, row.unit.text]
            shown = [safe(value) if isinstance(value, str) else exactly(value) for value in values]
            writer.writerow([*map(safe, texts), *shown, safe(written), safe(sources)])
    return out.getvalue()


def as_markdown(plan: Plan, results: Mapping[str, Results]) -> str:
    """Return what scenarios are made of, then tables by section: label, name, a value a scenario, unit; by members."""
    lines = [f"# {_cell(plan.model.title)}", ""]
    if plan.model.purpose:
        lines += [_cell(plan.model.purpose), ""]
    told = [(one.case.label, describe(plan, one.case)) for one in results.values()]
    made_of = [f"* **{_cell(label)}**: {_cell(words)}" for label, words in told if words]
    lines += ["## Scenarios", "", *made_of, ""] if made_of else []
    for heading, rows in by_section(plan):
        lines += [f"## {_cell(heading)}", ""]
        singles = [row for row in rows if not row.over]
        if singles:
            lines += _table(singles, results)
        for across in dict.fromkeys([plan.model.across(row.over) for row in rows if row.over]):
            lines += _members(plan, [row for row in rows if plan.model.across(row.over) == across], across, results)
    return "\n".join(lines).rstrip() + "\n"


def _table(rows: Sequence[Row], results: Mapping[str, Results]) -> list[str]:
    head = ["Quantity", "Name", *(_cell(one.case.label) for one in results.values()), "Unit"]
    lines = [f"| {' | '.join(head)} |", f"|---|---|{'---:|' * len(results)}---|"]
    for row in rows:
        values = [_cell(in_full(one.told(row.id)[0])) for one in results.values()]
        unit = row.unit.words
        lines.append(f"| {' | '.join([_cell(row.label), f'`{row.id}`', *values, _cell(unit)])} |")
    return [*lines, ""]


def _members(plan: Plan, rows: Sequence[Row], across: str, results: Mapping[str, Results]) -> list[str]:
    dimension = plan.model.dimension[across]
    members = dimension.members
    head = ["Quantity", "Name", "Scenario", *[_cell(starred(dimension, member)) for member in members], "Unit"]
    lines = [f"| {' | '.join(head)} |", f"|---|---|---|{'---:|' * len(members)}---|"]
    for row in rows:
        unit = row.unit.words
        for one in results.values():
            for name, values in across_lines(plan, row, across, one):
                shown = [_cell(in_full(value)) for value in values]
                label = _cell(f"{row.label} · {name}" if name else row.label)
                lines.append(f"| {' | '.join([label, f'`{row.id}`', _cell(one.case.label), *shown, _cell(unit)])} |")
    note = in_part([dimension])
    return [*lines, "", _cell(note), ""] if note else [*lines, ""]


def starred(dimension: Dimension, member: str) -> str:
    """Return a member with a star where it is a period that its calendar covers in part."""
    period = dimension.periods[dimension.indices[member]] if dimension.periods else None
    return member if period is None or period.is_whole else f"{member}*"


def in_part(dimensions: Iterable[Dimension]) -> str:
    """Return the line below a table that says what a star means; '' where all periods are whole."""
    periods = [period for dimension in dict.fromkeys(dimensions) for period in dimension.periods if not period.is_whole]
    told = [f"{period.name} from {period.start} to {period.end}" for period in periods]
    return f"* in part: {', '.join(told)}" if told else ""


def across_lines(plan: Plan, row: Row, across: str, results: Results) -> Iterator[tuple[str, list[float | str]]]:
    """Yield the lines of a table of one row: the members of what runs down, and the values across."""
    axis = row.over.index(across)
    found: dict[tuple[str, ...], list[float | str]] = {}
    for member, value in zip(plan.members(row), list[float | str](results.told(row.id)), strict=True):
        found.setdefault((*member[:axis], *member[axis + 1 :]), []).append(value)
    for down, values in found.items():
        yield ", ".join(down), values


def by_section(plan: Plan) -> Iterator[tuple[str, list[Row]]]:
    """Yield the quantities below the headings of their sections, in the author's order, then the constants."""
    headings = {section.path: section.label for section in plan.model.sections}
    sections: dict[KeyPath, list[Row]] = {}
    for quantity in plan.model.quantities:
        sections.setdefault(quantity.section, []).append(plan.row(quantity.id))
    for path, rows in sections.items():
        yield headings.get(path, "Quantities"), rows
    constants = [row for row in plan.rows if row.kind == "constant"]
    if constants:
        yield "Constants", constants


def safe(text: str) -> str:
    """Return a text that a spreadsheet which opens the file will not take for a formula."""
    return f"'{text}" if is_like_formula(text) else text


def _cell(text: str) -> str:
    escaped = "".join(f"\\{char}" if char in "\\`*_[]<>|#" else char for char in text)
    return " ".join(escaped.split())
