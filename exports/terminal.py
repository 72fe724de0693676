"""Results for a person at a terminal: the one door to rich."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from engine.evaluate import Results
from engine.expression import names
from engine.plan import Plan, Row
from engine.problems import KeyPath, printable
from engine.verdicts import Figure, Verdict, figures, verdicts

_DEEPEST_SHOWN = 40
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
        out.print()
        out.print(_quantities(heading, rows, results))
    found = figures(results.plan, others)
    if found:
        out.print()
        out.print(_figures(found))
    checked = verdicts(results)
    if checked:
        out.print()
        out.print(_checks(checked))


def show_explanation(results: Results, id_: str) -> None:
    """Print how a quantity comes about, as a tree down to the inputs."""
    seen: set[str] = set()
    tree = Tree(_told(results, results.plan.row(id_), seen))
    _grow(tree, results, id_, seen)
    out = console()
    out.print(_scenario(results))
    out.print(tree)


def _scenario(results: Results) -> Text:
    changed = ", ".join(f"{id_} = {number(value)}" for id_, value in results.changed.items())
    return Text(f"Scenario: {printable(results.case.label)}{f', with {changed}' if changed else ''}")


def _quantities(heading: str, rows: list[Row], results: Results) -> Table:
    table = _table(heading)
    table.add_column("name", style="cyan", no_wrap=True)
    table.add_column("label")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("unit")
    for row in rows:
        unit = "" if row.unit.text == "1" else row.unit.text
        table.add_row(row.id, _plain(row.label), _value(results, row), _plain(unit))
    return table


def _figures(found: list[Figure]) -> Table:
    table = _table("Published figures")
    for name in ("name", "scenario", "published", "computed", "status", "note"):
        table.add_column(name, justify="right" if name in {"published", "computed"} else "left", no_wrap=name != "note")
    for figure in found:
        computed = "" if figure.computed is None else number(figure.computed)
        status = Text(figure.status, _STYLES[figure.status])
        note = figure.published.disputed or figure.published.note
        printed = str(figure.published.value)
        table.add_row(figure.quantity.id, figure.scenario, printed, computed, status, _plain(note))
    return table


def _checks(checked: list[Verdict]) -> Table:
    table = _table("Checks")
    for name in ("check", "holds", "left", "right", "unit"):
        table.add_column(name, justify="right" if name in {"left", "right"} else "left")
    for verdict in checked:
        holds = Text("yes", "green") if verdict.passed else Text("NO", "bold red")
        sides = ["" if side is None else number(side) for side in (verdict.left, verdict.right)]
        unit = "" if verdict.test.unit.text == "1" else verdict.test.unit.text
        table.add_row(_plain(verdict.test.check.label), holds, *sides, _plain(unit))
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
    if quantity is not None and quantity.value is not None and float(quantity.value) == results[row.id]:
        return str(quantity.value)
    return number(results[row.id])


def _told(results: Results, row: Row, seen: set[str]) -> Text:
    plan, quantity = results.plan, row.quantity
    told = Text.assemble(
        (printable(row.label), "bold"), " (", (row.id, "cyan"), ") = ", (_value(results, row), "bold"),
        "" if row.unit.text == "1" else f" {row.unit.text}",
    )  # fmt: skip
    if row.id in seen:
        return told.append("  (see above)", "dim") if row.kind == "formula" else told
    if quantity is not None and quantity.formula is not None:
        told.append(f"\n= {printable(' '.join(quantity.formula.text.split()))}", "green")
    if row.kind == "constant":
        told.append("  constant", "dim")
    titles = {source.id: source.title for source in plan.model.sources}
    for source in quantity.sources if quantity is not None else ():
        told.append(f"\nsource: {printable(titles[source])}", "dim")
    if quantity is not None and quantity.note:
        told.append(f"\nnote: {printable(' '.join(quantity.note.split()))}", "dim")
    return told


def _grow(tree: Tree, results: Results, id_: str, seen: set[str]) -> None:
    """Add what a quantity is computed from; without recursion, since a chain may be longer than Python's stack."""
    waiting = [(tree, id_, 1)]
    while waiting:
        branch, current, depth = waiting.pop()
        row = results.plan.row(current)
        if current in seen or row.expression is None:
            continue
        if depth > _DEEPEST_SHOWN:
            branch.add(Text(f"... more below: explain {current}", "dim"))
            continue
        seen.add(current)
        used = [results.plan.row(name) for name in names(row.expression)]
        grown = [(branch.add(_told(results, child, seen)), child.id, depth + 1) for child in used]
        waiting += reversed(grown)
