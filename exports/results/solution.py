"""Results for a person at a terminal: the one door to rich."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from engine.analysis.verdicts import Figure, Verdict, figures, verdicts
from engine.language.unparse import text
from engine.model.model import Grid
from engine.model.model import cell as of_member
from engine.plan.cells import Cell, cell_name, formula_at
from engine.plan.evaluate import Results
from engine.plan.plan import Plan, Row
from engine.problems import KeyPath, printable
from exports.results.tables import across_lines

_DEEPEST_SHOWN = 40
_MOST_MEMBERS = 12
_MOST_READ = 60
_MOST_PERIODS = 3
_STYLES = {"reproduced": "green", "disputed": "yellow", "failed": "bold red", "not applicable": "dim"}


def console() -> Console:
    """Return a console: colour on a terminal only, and no line broken where a program reads along."""
    is_terminal = sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    return Console(highlight=False, markup=False, emoji=False, width=None if is_terminal else 400)


def number(value: float) -> str:
    """Return a value at 15 significant digits."""
    return f"{value:.15g}"


def show_solution(results: Results, others: Mapping[str, Results]) -> None:
    """Print a scenario's numbers by section, then what sources print beside them, then the checks."""
    out = console()
    out.print(Text(printable(results.plan.model.title), "bold"))
    out.print(_scenario(results))
    for heading, rows in _by_section(results.plan):
        singles = [row for row in rows if not row.over]
        if singles:
            out.print()
            out.print(_quantities(heading, singles, results))
        for across in dict.fromkeys([results.plan.model.across(row.over) for row in rows if row.over]):
            out.print()
            over = [row for row in rows if results.plan.model.across(row.over) == across]
            out.print(_members(f"{heading}, by {across}", over, across, results))
    found = figures(results.plan, others)
    if found:
        out.print()
        out.print(_figures(found))
    checked = verdicts(results)
    if checked:
        out.print()
        out.print(_checks(checked))


def show_explanation(results: Results, cell: Cell) -> None:
    """Print how a cell of a quantity comes about, as a tree down to the inputs."""
    seen: set[Cell] = set()
    is_given = formula_at(results.plan, results.values, cell) is None
    tree = Tree(_told(results, cell, seen, is_given=is_given))
    _grow(tree, results, cell, seen)
    out = console()
    out.print(_scenario(results))
    out.print(tree)


def _scenario(results: Results) -> Text:
    changed = ", ".join(f"{id_} = {number(float(value))}" for id_, value in results.changed.items())
    return Text(f"Scenario: {printable(results.case.label)}{f', with {changed}' if changed else ''}")


def _quantities(heading: str, rows: list[Row], results: Results) -> Table:
    table = _table(heading)
    table.add_column("name", style="cyan", no_wrap=True)
    table.add_column("label")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("unit")
    for row in rows:
        unit = row.unit.words
        table.add_row(row.id, _plain(row.label), _value(results, row), _plain(unit))
    return table


def _members(heading: str, rows: list[Row], across: str, results: Results) -> Table:
    """Return a table with the members of a dimension across; of many, the first and the last ones."""
    members = results.plan.model.dimension[across].members
    half = _MOST_MEMBERS // 2
    shown = list(range(len(members)))
    cut = len(members) > _MOST_MEMBERS
    if cut:
        shown = [*shown[:half], *shown[-half:]]
    table = _table(heading)
    table.add_column("name", style="cyan", no_wrap=True)
    table.add_column("label")
    for count, place in enumerate(shown):
        if cut and count == half:
            table.add_column("…")
        table.add_column(_plain(members[place]), justify="right", no_wrap=True)
    table.add_column("unit")
    for row in rows:
        unit = row.unit.words
        for down, values in across_lines(results.plan, row, across, results):
            name = f"{row.id}[{down}]" if down else row.id
            cells = [rounded(values[place]) for place in shown]
            if cut:
                cells.insert(half, "…")
            table.add_row(name, _plain(row.label), *cells, _plain(unit))
    if cut:
        table.caption = "All members: --json, or export --csv"
    return table


def rounded(value: float) -> str:
    """Return a value of a table at 6 significant digits, whole numbers whole."""
    return f"{value:.0f}" if value == round(value) and abs(value) < 1e9 else f"{value:.6g}"  # noqa: PLR2004


def _figures(found: list[Figure]) -> Table:
    table = _table("Published figures")
    for name in ("name", "scenario", "published", "computed", "status", "note"):
        table.add_column(name, justify="right" if name in {"published", "computed"} else "left", no_wrap=name != "note")
    for figure in found:
        computed = "" if figure.computed is None else number(figure.computed)
        status = Text(figure.status, _STYLES[figure.status])
        note = figure.published.disputed or figure.published.note
        printed = str(figure.published.value)
        at = f"[{', '.join(figure.published.at)}]" if figure.published.at else ""
        table.add_row(f"{figure.quantity.id}{at}", figure.scenario, printed, computed, status, _plain(note))
    return table


def _checks(checked: list[Verdict]) -> Table:
    table = _table("Checks")
    for name in ("check", "holds", "left", "right", "unit"):
        table.add_column(name, justify="right" if name in {"left", "right"} else "left")
    for verdict in checked:
        unit = verdict.test.unit.words
        holds = Text("yes", "green") if verdict.passed else Text("NO", "bold red")
        if len(verdict.cells) > 1:
            failing = [cell for cell in verdict.cells if not cell.passed]
            told = f"for {', '.join(failing[0].member)}" if failing else f"for all {len(verdict.cells)}"
            more = f" and {len(failing) - 1} more" if len(failing) > 1 else ""
            shown = failing[:1]
            label = f"{verdict.test.check.label} ({told}{more})"
        else:
            shown, label = list(verdict.cells), verdict.test.check.label
        sides = ["" if side is None else number(side) for cell in shown for side in (cell.left, cell.right)] or ["", ""]
        table.add_row(_plain(label), holds, *sides, _plain(unit))
    return table


def _table(heading: str) -> Table:
    return Table(
        title=_plain(heading), title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim"
    )


def _plain(text: str) -> Text:
    return Text(printable(text.replace("\n", " ")))


def _by_section(plan: Plan) -> Iterator[tuple[str, list[Row]]]:
    headings = {section.path: section.label for section in plan.model.sections}
    sections: dict[KeyPath, list[Row]] = {}
    for quantity in plan.model.quantities:
        sections.setdefault(quantity.section, []).append(plan.row(quantity.id))
    for path, rows in sections.items():
        yield headings.get(path, "Quantities"), rows
    constants = [row for row in plan.rows if row.kind == "constant"]
    if constants:
        yield "Constants", constants


def _value(results: Results, row: Row) -> str:
    """Return the value; an input that nobody changed as it was written."""
    quantity = row.quantity
    if quantity is not None and isinstance(quantity.value, Decimal) and float(quantity.value) == results[row.id]:
        return str(quantity.value)
    return number(results[row.id])


def _cell_value(results: Results, cell: Cell) -> str:
    value = results.cells(cell.id)[cell.number]
    quantity = results.plan.row(cell.id).quantity
    written = quantity.value.cells[cell.number] if quantity is not None and isinstance(quantity.value, Grid) else None
    if written is not None and float(written) == value:
        return str(written)
    return number(value) if results.plan.row(cell.id).over else _value(results, results.plan.row(cell.id))


def _told(results: Results, cell: Cell, seen: set[Cell], *, is_given: bool) -> Text:
    plan = results.plan
    row = plan.row(cell.id)
    quantity = row.quantity
    told = Text.assemble(
        (printable(row.label), "bold"), " (", (printable(cell_name(plan, cell)), "cyan"), ") = ",
        (_cell_value(results, cell), "bold"), row.unit.behind,
    )  # fmt: skip
    if cell in seen:
        return told.append("  (see above)", "dim") if not is_given else told
    member = plan.members(row)[cell.number]
    if not is_given and quantity is not None:
        formula = quantity.formula_for(member)
        if formula is not None:
            words = "solves  " if quantity.is_equation else "= "
            told.append(f"\n{words}{printable(' '.join(formula.text.split()))}", "green")
        if quantity.is_equation and row.expression is not None:
            told.append(f"\n= {printable(text(row.expression))}", "green")
    if row.kind == "constant":
        told.append("  constant", "dim")
    written = of_member(quantity.value, cell.number) if quantity is not None else None
    if written is not None and is_given and float(written) != results.cells(cell.id)[cell.number]:
        told.append("\nset by the scenario, or for this run", "dim")
    elif quantity is not None and (is_given or not row.given):
        titles = {source.id: source.title for source in plan.model.sources}
        for source in of_member(quantity.sources, cell.number) or ():
            told.append(f"\nsource: {printable(titles[source])}", "dim")
        note = of_member(quantity.note, cell.number)
        if note:
            told.append(f"\nnote: {printable(' '.join(note.split()))}", "dim")
    return told


def _grow(tree: Tree, results: Results, cell: Cell, seen: set[Cell]) -> None:
    """Add what a cell is computed from; without recursion, since a chain may be longer than Python's stack."""
    waiting = [(tree, cell, 1)]
    opened: Counter[str] = Counter()
    while waiting:
        branch, current, depth = waiting.pop()
        if current in seen:
            continue
        formula = formula_at(results.plan, results.values, current)
        if formula is None:
            continue
        if depth > _DEEPEST_SHOWN:
            branch.add(Text(f"... more below: explain {cell_name(results.plan, current)}", "dim"))
            continue
        if opened[current.id] >= _MOST_PERIODS:
            branch.add(Text(f"... and so on: explain {cell_name(results.plan, current)}", "dim"))
            continue
        opened[current.id] += 1
        seen.add(current)
        used = [read for read in formula.reads.values() if results.plan.row(read.id).kind != "dimension"]
        grown = []
        for child in used[:_MOST_READ]:
            is_given = formula_at(results.plan, results.values, child) is None
            grown.append((branch.add(_told(results, child, seen, is_given=is_given)), child, depth + 1))
        if len(used) > _MOST_READ:
            branch.add(Text(f"... and {len(used) - _MOST_READ} more", "dim"))
        waiting += reversed(grown)
