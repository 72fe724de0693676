"""Scenarios side by side, for a person at a terminal: a line for each number, a column for each scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from engine.plan.cells import Cell, cell_name
from engine.plan.evaluate import Results
from engine.plan.outputs import headlines, picked
from engine.plan.plan import Plan, Row
from engine.problems import printable
from exports.results.console import Table, Text, console, plain, table
from exports.results.tables import by_section
from exports.style.words import in_table

_MOST_MEMBERS: Final = 12


def show_side_by_side(plan: Plan, results: Mapping[str, Results], names: Sequence[str] = ()) -> None:
    """Print the outputs, then all quantities by section, in every scenario; where some are named, these alone.

    Raises ModelError for a name that is not there.
    """
    out = console()
    asked = picked(plan, names)
    out.print(Text(printable(plan.model.title), "bold"))
    sections: list[tuple[str, Sequence[tuple[Row, int | None]]]] = []
    if names:
        sections.append(("Asked for", asked))
    else:
        sections.append(("Outputs", [(row, None) for row in headlines(plan)]))
        sections += [(heading, [(row, None) for row in rows]) for heading, rows in by_section(plan)]
    for heading, found in sections:
        out.print()
        out.print(_section(plan, results, heading, found))


def _section(
    plan: Plan, results: Mapping[str, Results], heading: str, found: Sequence[tuple[Row, int | None]]
) -> Table:
    made = table(heading)
    made.add_column("name", style="cyan", no_wrap=True)
    made.add_column("label")
    for one in results.values():
        made.add_column(plain(one.case.label), justify="right")
    made.add_column("unit")
    cut = False
    for row, number in found:
        numbers = range(plan.model.size(row.over)) if number is None else [number]
        half = _MOST_MEMBERS // 2
        shown: list[int | None] = list(numbers)
        if len(shown) > _MOST_MEMBERS:
            cut, shown = True, [*shown[:half], None, *shown[-half:]]
        for at in shown:
            if at is None:
                made.add_row("…")
                continue
            values = [in_table(one.cells(row.id)[at]) for one in results.values()]
            made.add_row(plain(cell_name(plan, Cell(row.id, at))), plain(row.label), *values, plain(row.unit.words))
    if cut:
        made.caption, made.caption_justify = "All members: --csv, or --json", "left"
    return made
