"""Results, section by section, each with its formula in words."""

from __future__ import annotations

from collections.abc import Sequence

from engine.plan.plan import RESULTS, Row
from exports.page.report.sections import by_section
from exports.page.report.values import Shown, grids, is_wide, label, value
from exports.page.texts import section, text, unit
from exports.style.by_member import notes
from exports.style.formula_words import formula_in_words
from exports.style.words import sentences


def calculation(shown: Shown) -> str:
    """Return the section of calculations."""
    rows = [row for row in shown.plan.rows if row.kind in RESULTS]
    parts = [f"{heading}{_tables(shown, found)}" for heading, found in by_section(shown.plan, rows)]
    return section("calculation", "Calculation", "".join(parts))


def _tables(shown: Shown, rows: Sequence[Row]) -> str:
    lines = "".join(
        [
            f"<tr data-row={shown.row(row)}><th>{label(row)}{value(shown, row)}"
            f"<td>{unit(row.unit)}<td>{_about(shown, row)}"
            for row in rows
            if not is_wide(shown.plan, row)
        ]
    )
    head = "".join([f"<th>{title}" for title in ("Result", "Value", "Unit", "Formula")])
    table = f'<table class="lines results"><thead><tr>{head}<tbody>{lines}</table>\n' if lines else ""
    wide = [row for row in rows if is_wide(shown.plan, row)]
    return table + "".join(grids(shown, wide, lambda row: _about(shown, row)))


def _about(shown: Shown, row: Row) -> str:
    """Return the formula of a row in words, or that of each member, and its note."""
    quantity = row.quantity
    if quantity is None:
        return ""
    spelled = [
        f"{text(member)}: {text(formula_in_words(quantity, formula.tree))}"
        if member
        else text(formula_in_words(quantity, formula.tree))
        for member, formula in quantity.written
        if formula.tree is not None
    ]
    note = sentences([notes(shown.plan, row)])
    return "<br>".join(spelled) + (f" <span class=note>{text(note)}</span>" if note else "")
