"""Rows by the section of the file that they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.plan.plan import Plan, Row
from exports.page.texts import text


def by_section(plan: Plan, rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Yield the heading of each section with its note, and its rows in the order of the file."""
    sections = {section.path: section for section in plan.model.sections}
    order = {quantity.id: number for number, quantity in enumerate(plan.model.quantities)}
    found: dict[tuple[str | int, ...], list[Row]] = {}
    for row in sorted(rows, key=lambda row: order[row.id]):
        assert row.quantity is not None  # noqa: S101  # an author wrote it
        found.setdefault(row.quantity.section, []).append(row)
    for path, those in found.items():
        section = sections.get(path)
        if section is None:
            yield "", those
            continue
        above = [sections[path[:depth]].label for depth in range(1, len(path)) if path[:depth] in sections]
        note = f"<p class=note>{text(section.note)}</p>\n" if section.note.strip() else ""
        yield f"<h3>{text(' · '.join([*above, section.label]))}</h3>\n{note}", those
