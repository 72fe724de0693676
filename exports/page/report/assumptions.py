"""Assumptions, section by section: what each is, how far it may go, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.model.data import origin_of
from engine.model.model import Model
from engine.plan.plan import Plan, Row
from exports.page.report.sections import by_section
from exports.page.report.values import Shown, grids, is_wide, label, value
from exports.page.texts import section, text, unit
from exports.style.by_member import bounds, by_member, chances, file_words, notes
from exports.style.words import sentences


def assumptions(shown: Shown, more: str) -> str:
    """Return the section of assumptions, and `more` at its end."""
    rows = [row for row in shown.plan.rows if row.kind == "input"]
    parts = "".join([f"{heading}{_tables(shown, found)}" for heading, found in by_section(shown.plan, rows)])
    return section("assumptions", "Assumptions", parts + _constants(shown) + more)


def _tables(shown: Shown, rows: Sequence[Row]) -> str:
    plan = shown.plan
    lines = "".join([_line(shown, row) for row in rows if not is_wide(plan, row)])
    head = "".join([f"<th>{title}" for title in ("Assumption", "Value", "Unit", "Range", "Source and note")])
    table = f"<table class=lines><thead><tr>{head}<tbody>{lines}</table>\n" if lines else ""
    wide = [row for row in rows if is_wide(plan, row)]
    return table + "".join(grids(shown, wide, lambda row: sentences([_range(plan, row), _about(plan, row)])))


def _line(shown: Shown, row: Row) -> str:
    return (
        f"<tr data-row={shown.row(row)}><th>{label(row)}{value(shown, row)}"
        f"<td>{unit(row.unit)}<td>{_range(shown.plan, row)}"
        f"<td class=about>{_about(shown.plan, row)}"
    )


def _range(plan: Plan, row: Row) -> str:
    """Return how far an input may go: what is plausible, else its bounds."""
    ranged = chances(plan, row)
    return text(ranged.removeprefix("range ") or bounds(plan, row))


def _about(plan: Plan, row: Row) -> str:
    """Return the file that an input stands in, its sources as links into the list of them, and its note."""
    quantity = row.quantity
    if quantity is None:
        return ""
    sourced = by_member(plan, row, quantity.sources, lambda ids: "; ".join(sources(plan.model, ids)), text)
    filed = text(sentences([file_words(origin_of(quantity.value))]))
    return f"{filed}{' ' if filed else ''}{sourced}{'. ' if sourced else ''}{text(sentences([notes(plan, row)]))}"


def sources(model: Model, ids: Sequence[str]) -> Iterator[str]:
    """Yield links to sources of the report."""
    titles = {source.id: source.title for source in model.sources}
    yield from [f"<a href=#s-{text(id_)}>{text(titles[id_])}</a>" for id_ in ids]


def _constants(shown: Shown) -> str:
    """Return what conversions and literals are worth; '' for none."""
    rows = [row for row in shown.plan.rows if row.kind == "constant" and not row.over and row.label]
    if not rows:
        return ""
    lines = "".join([f"<tr><th>{text(row.label)}{value(shown, row)}<td>{unit(row.unit)}" for row in rows])
    head = "<thead><tr><th>Constant<th>Value<th>Unit"
    return f"<h3>Constants</h3>\n<table class=lines>{head}<tbody>{lines}</table>\n"
