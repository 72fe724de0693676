"""How a number comes about, as a tree down to the inputs."""

from __future__ import annotations

from collections import Counter

from engine.language.unparse import text
from engine.model.data import DataGrid
from engine.model.dimensions import Grid
from engine.model.dimensions import cell as of_member
from engine.model.model import Quantity
from engine.model.names import is_made
from engine.plan.cells import Cell, as_written, cell_name, written_name
from engine.plan.evaluate import Results
from engine.plan.plan import Plan
from engine.plan.reading.cell_formulas import formula_at
from engine.problems import printable
from exports.results.console import Text, Tree, console
from exports.results.solution import show_scenario, value_in_words
from exports.style.uncertainty import correlations_in_words, in_words
from exports.style.words import in_full

_DEEPEST_SHOWN = 40
_MOST_READ = 60
_MOST_PERIODS = 3


def show_explanation(results: Results, cell: Cell, steps: int | None = None) -> None:
    """Print how a cell of a quantity comes about, as a tree down to the inputs, or so many steps down."""
    seen: set[Cell] = set()
    is_given = formula_at(results.plan, results.values, cell) is None
    tree = Tree(_describe(results, cell, seen, is_given=is_given))
    _grow(tree, results, cell, seen, _DEEPEST_SHOWN if steps is None else min(steps, _DEEPEST_SHOWN))
    out = console()
    show_scenario(results)
    out.print(tree)


def _cell_value(results: Results, cell: Cell) -> str:
    value = results.told(cell.id)[cell.number]
    quantity = results.plan.row(cell.id).quantity
    written = quantity.value.cells[cell.number] if quantity is not None and isinstance(quantity.value, Grid) else None
    if isinstance(value, str):
        return printable(value)
    if written is not None and float(written) == value:
        return str(written)
    return in_full(value) if results.plan.row(cell.id).over else value_in_words(results, results.plan.row(cell.id))


def _headed(results: Results, cell: Cell) -> Text:
    """Return a cell by its label, its name where an author gave it one, and its value."""
    row = results.plan.row(cell.id)
    shown = Text(printable(row.label), style="bold")
    if row.kind != "constant":
        shown.append(" (").append(printable(written_name(results.plan, cell)), style="cyan").append(")")
    return Text.assemble(shown, " = ", (_cell_value(results, cell), "bold"), row.unit.suffix)


def _describe(results: Results, cell: Cell, seen: set[Cell], *, is_given: bool) -> Text:
    plan = results.plan
    row = plan.row(cell.id)
    quantity = row.quantity
    # A constant has no name that an author gave it, and its label says what it is.
    shown = _headed(results, cell)
    if cell in seen:
        return shown.append("  (see above)", "dim") if not is_given else shown
    member = plan.model.member(row.over, cell.number)
    if not is_given and quantity is not None:
        formula = quantity.formula_for(member)
        if formula is not None:
            words = "solves  " if quantity.is_equation else "= "
            shown.append(f"\n{words}{printable(' '.join(formula.text.split()))}", "green")
        if quantity.is_equation and row.expression is not None:
            shown.append(f"\n= {printable(text(as_written(plan, row.expression)))}", "green")
    if row.kind == "constant":
        shown.append("  constant", "dim")
    written = of_member(quantity.value, cell.number) if quantity is not None else None
    if written is not None and is_given and float(written) != results.cells(cell.id)[cell.number]:
        shown.append(f"\n{printable(_changed(results, cell))}", "dim")
    elif quantity is not None and (is_given or not row.given):
        shown.append(_sources(plan, quantity, cell.number), "dim")
    return shown


def _sources(plan: Plan, quantity: Quantity, number: int) -> str:
    """Return, a line each, where a cell comes from, what it may be, and its note."""
    titles = {source.id: source.title for source in plan.model.sources}
    lines = [f"file: {quantity.value.origin.spot(number)}"] if isinstance(quantity.value, DataGrid) else []
    lines += [f"source: {titles[source]}" for source in of_member(quantity.sources, number) or ()]
    lines += [in_words(plan.model, quantity, number), *correlations_in_words(plan.model, quantity, number)]
    note = of_member(quantity.note, number)
    lines += [f"note: {' '.join(note.split())}"] if note else []
    return "".join([f"\n{printable(line)}" for line in lines if line])


def _changed(results: Results, cell: Cell) -> str:
    """Return what scenarios do to an input, the one that is furthest from the one that is shown first."""
    if not results.changed.keys().isdisjoint({cell.id, cell_name(results.plan, cell)}):
        return "set for this run"
    words: list[str] = []
    for case in results.plan.lineage(results.case):
        factor = case.factor(cell.id, cell.number)
        if factor is not None:
            words.append(f"scaled by {factor:.15g} by the scenario {case.label}")
        if case.sets(cell.id, cell.number):
            words.append(f"set by the scenario {case.label}")
            break
    return ", ".join(reversed(words))


def _where(results: Results, cell: Cell) -> str:
    """Return how to ask for what is left out, where it has a name."""
    return "" if is_made(cell.id) else f": explain {cell_name(results.plan, cell)}"


def _grow(tree: Tree, results: Results, cell: Cell, seen: set[Cell], deepest: int) -> None:
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
        if depth > deepest:
            branch.add(Text(f"... more below{_where(results, current)}", "dim"))
            continue
        if opened[current.id] >= _MOST_PERIODS:
            branch.add(Text(f"... and so on{_where(results, current)}", "dim"))
            continue
        opened[current.id] += 1
        seen.add(current)
        used = [read for read in formula.reads.values() if results.plan.row(read.id).kind != "dimension"]
        grown = []
        for child in used[:_MOST_READ]:
            is_given = formula_at(results.plan, results.values, child) is None
            grown.append((branch.add(_describe(results, child, seen, is_given=is_given)), child, depth + 1))
        if len(used) > _MOST_READ:
            branch.add(Text(f"... and {len(used) - _MOST_READ} more", "dim"))
        waiting += reversed(grown)
