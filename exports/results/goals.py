"""What sympy found, for a person: closed forms, and the values that reach a goal."""

from __future__ import annotations

from engine.analysis.closed_form import closed_form
from engine.analysis.goal import Goal
from engine.language.solving import latex_text
from engine.plan.cells import Cell, cell_name
from engine.plan.evaluate import Results
from engine.problems import printable
from exports.results.console import Text, console
from exports.results.solution import show_scenario
from exports.style.words import in_full


def show_closed_form(results: Results, cell: Cell, *, latex: bool) -> None:
    """Print the closed form of a cell, what its names mean, and where it stops; or LaTeX alone, for a document."""
    plan, out = results.plan, console()
    form = closed_form(results, cell)
    if latex:
        written = form.latex or rf"\mathtt{{{latex_text(form.text)}}}"
        out.print(Text(rf"\mathrm{{{latex_text(form.name)}}} = {written}"), soft_wrap=True)
        return
    out.print(Text(f"{form.name} = {form.text}", "bold green"), soft_wrap=True)
    if form.is_searched:
        out.print(Text("as written: it is searched for, or read from a curve, and has no closed form"))
    elif form.whole:
        out.print(Text("as written: over all members it is too long to be written out"))
    elif not form.latex:
        out.print(Text("as written: sympy could not simplify it"))
    if form.settled:
        out.print(Text(f"with {', '.join(f'{name} = {_settled(value)}' for name, value in form.settled.items())}"))
    if form.stops:
        out.print(Text(f"it is long, and stops at {', '.join(form.stops)}: ask for their closed forms too"))
    out.print()
    for id_ in form.whole:
        row = plan.row(id_)
        line = Text.assemble((id_, "cyan"), f" over {', '.join(row.over)}  ", (printable(row.label), "dim"))
        out.print(line, soft_wrap=True)
    for name, read in form.cells.items():
        row = plan.row(read.id)
        value = results.cells(read.id)[read.number]
        unit = row.unit.suffix
        fraction = "  (as a fraction)" if row.unit.percent else ""
        line = Text.assemble((name, "cyan"), f" = {in_full(value)}{unit}{fraction}  ", (printable(row.label), "dim"))
        out.print(line, soft_wrap=True)


def _settled(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def show_goal(results: Results, found: Goal) -> None:
    """Print the value that reaches a goal, and the formula that gives it."""
    plan, out = results.plan, console()
    output, given = plan.row(found.output.id), plan.row(found.input.id)
    name, wanted = cell_name(plan, found.input), cell_name(plan, found.output)
    units = [row.unit.suffix for row in (given, output)]
    now = results.cells(found.input.id)[found.input.number]
    show_scenario(results)
    out.print(
        Text.assemble((name, "cyan"), " = ", (f"{in_full(found.value)}{units[0]}", "bold"), f"  (now {in_full(now)})"),
        Text(f"makes {wanted} = {in_full(found.target)}{units[1]}"),
        sep="\n",
    )
    if not found.formula:
        out.print(Text("found in numbers: no closed form was found", "yellow"))
    else:
        out.print(Text(f"{name} = {found.formula}", "green"), soft_wrap=True)
    for condition in found.conditions:
        out.print(Text(f"where {condition}", "dim"), soft_wrap=True)
    for other in found.others:
        out.print(Text(f"also reached at {in_full(other)}{units[0]}"))
