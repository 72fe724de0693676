"""Results for a person at a terminal: of one scenario, by section, with figures and checks; or of all, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from engine.analysis.published import Figure, figures
from engine.analysis.verdicts import Verdict, verdicts
from engine.model.dimensions import Dimension
from engine.model.names import cell_id
from engine.plan.cells import Cell, cell_name
from engine.plan.evaluate import Results
from engine.plan.outputs import headlines, picked
from engine.plan.plan import Plan, Row
from engine.plan.selection import locate, members_of
from engine.problems import printable
from exports.results.console import Table, Text, console, plain, table
from exports.results.tables import across_lines, by_section, in_part, starred
from exports.style.scenarios import describe
from exports.style.words import in_full, in_table

_MOST_MEMBERS = 12
_MOST_LINES = 60
_STYLES = {"reproduced": "green", "disputed": "yellow", "failed": "bold red", "not applicable": "dim"}


def show_solution(results: Results, others: Mapping[str, Results], names: Sequence[str] = ()) -> None:
    """Print a scenario's outputs, then all numbers by section, what sources print beside them, and the checks.

    Where quantities or members are named, these alone; raise ModelError for one that is not there.
    """
    plan, out = results.plan, console()
    asked = picked(plan, names)
    out.print(Text(printable(plan.model.title), "bold"))
    show_scenario(results)
    outputs: list[tuple[Row, int | None]] = [(row, None) for row in headlines(plan)]
    _show_section(results, "Asked for" if names else "Outputs", asked or outputs)
    if names:
        return
    for heading, rows in by_section(plan):
        _show_section(results, heading, [(row, None) for row in rows])
    found = figures(results.plan, others)
    if found:
        out.print()
        out.print(_figures(found))
    checked = verdicts(results)
    if checked:
        out.print()
        out.print(_checks(checked))


def _show_section(results: Results, heading: str, found: Sequence[tuple[Row, int | None]]) -> None:
    """Print the tables of some rows: single numbers, then what is over dimensions, by what runs across."""
    out, across_of = console(), results.plan.model.across
    singles = [(row, number or 0) for row, number in found if not row.over or number is not None]
    if singles:
        out.print()
        out.print(_quantities(heading, singles, results))
    over = [row for row, number in found if row.over and number is None]
    for across in dict.fromkeys([across_of(row.over) for row in over]):
        out.print()
        rows = [row for row in over if across_of(row.over) == across]
        out.print(_members(f"{heading}, by {across}", rows, across, results))
        _show_in_part([results.plan.model.dimension[across]])


def show_scenario(results: Results) -> None:
    """Print which scenario is shown, what was changed for this run, and what the scenario is made of."""
    console().print(_scenario_line(results))
    if told := describe(results.plan, results.case):
        console().print(Text(f"  {printable(told)}", "dim"))


def _scenario_line(results: Results) -> Text:
    changed = ", ".join(f"{id_} = {_changed(results, id_)}" for id_ in results.changed)
    # Of a scenario that is composed for a moment, what no file tells.
    note = f"; {printable(results.case.note)}" if "+" in results.case.id and results.case.note else ""
    return Text(f"Scenario: {printable(results.case.label)}{note}{f', with {changed}' if changed else ''}")


def _changed(results: Results, name: str) -> str:
    (value,) = members_of(results.plan, locate(results.plan, name)[0], [float(results.changed[name])])
    return printable(in_full(value))


def _quantities(heading: str, cells: list[tuple[Row, int]], results: Results) -> Table:
    made = table(heading)
    made.add_column("name", style="cyan", no_wrap=True)
    made.add_column("label")
    made.add_column("value", justify="right", no_wrap=True)
    made.add_column("unit")
    for row, number in cells:
        name = plain(cell_name(results.plan, Cell(row.id, number)))
        value = in_full(results.told(row.id)[number]) if row.over else value_in_words(results, row)
        made.add_row(name, plain(row.label), plain(value), plain(row.unit.words))
    return made


def _members(heading: str, rows: list[Row], across: str, results: Results) -> Table:
    """Return a table with the members of a dimension across; of many, the first and the last ones."""
    dimension = results.plan.model.dimension[across]
    members = dimension.members
    half = _MOST_MEMBERS // 2
    shown = list(range(len(members)))
    cut = len(members) > _MOST_MEMBERS
    if cut:
        shown = [*shown[:half], *shown[-half:]]
    made = table(heading)
    made.add_column("name", style="cyan", no_wrap=True)
    made.add_column("label")
    for count, index in enumerate(shown):
        if cut and count == half:
            made.add_column("…")
        made.add_column(plain(starred(dimension, members[index])), justify="right", no_wrap=True)
    made.add_column("unit")
    for row in rows:
        unit = row.unit.words
        for count, (down, values) in enumerate(across_lines(results.plan, row, across, results)):
            if count == _MOST_LINES:
                cut = True
                made.add_row("…")
                break
            name = f"{row.id}[{down}]" if down else row.id
            cells = [plain(in_table(values[index])) for index in shown]
            if len(members) > _MOST_MEMBERS:
                cells.insert(half, plain("…"))
            made.add_row(name, plain(row.label), *cells, plain(unit))
    if cut:
        made.caption = "All members: --csv, or --json"
    return made


def _show_in_part(dimensions: Iterable[Dimension]) -> None:
    if note := in_part(dimensions):
        console().print(Text(note, "dim"))


def _figures(found: list[Figure]) -> Table:
    made = table("Published figures")
    for name in ("name", "scenario", "published", "computed", "status", "note"):
        made.add_column(name, justify="right" if name in {"published", "computed"} else "left", no_wrap=name != "note")
    for figure in found:
        computed = "" if figure.computed is None else in_full(figure.computed)
        status = Text(figure.status, _STYLES[figure.status])
        note = figure.published.disputed or figure.published.note
        printed = str(figure.published.value)
        at = f"[{', '.join(figure.published.at)}]" if figure.published.at else ""
        made.add_row(f"{figure.quantity.id}{at}", figure.scenario, printed, computed, status, plain(note))
    return made


def _checks(checked: list[Verdict]) -> Table:
    made = table("Checks")
    for name in ("check", "holds", "left", "right", "unit"):
        made.add_column(name, justify="right" if name in {"left", "right"} else "left")
    for verdict in checked:
        unit = verdict.test.unit.words
        holds = Text("yes", "green") if verdict.passed else Text("NO", "bold red")
        if len(verdict.cells) > 1:
            failing = [cell for cell in verdict.cells if not cell.passed]
            members = f"for {', '.join(failing[0].member)}" if failing else f"for all {len(verdict.cells)}"
            more = f" and {len(failing) - 1} more" if len(failing) > 1 else ""
            shown = failing[:1]
            label = f"{verdict.test.check.label} ({members}{more})"
        else:
            shown, label = list(verdict.cells), verdict.test.check.label
        found = [side for cell in shown for side in verdict.sides(cell)]
        sides = ["" if side is None else in_full(side) for side in found] or ["", ""]
        made.add_row(plain(label), holds, *sides, plain(unit))
    return made


def value_in_words(results: Results, row: Row) -> str:
    """Return the value; an input that nobody changed as it was written."""
    quantity = row.quantity
    is_number = quantity is not None and not quantity.choice
    if (
        quantity is not None
        and is_number
        and isinstance(quantity.value, Decimal)
        and float(quantity.value) == results[row.id]
    ):
        return str(quantity.value)
    return in_full(results.told(row.id)[0])


def show_side_by_side(plan: Plan, results: Mapping[str, Results], names: Sequence[str] = ()) -> None:
    """Print the outputs, then all quantities by section, in every scenario; where some are named, these alone.

    Raises ModelError for a name that is not there.
    """
    out = console()
    asked = picked(plan, names)
    out.print(Text(printable(plan.model.title), "bold"))
    told = [(one.case.label, describe(plan, one.case)) for one in results.values()]
    for label, words in [one for one in told if one[1]][:_MOST_MEMBERS]:
        out.print(Text(f"  {printable(label)}: {printable(words)}", "dim"))
    sections: list[tuple[str, Sequence[tuple[Row, int | None]]]] = []
    if names:
        sections.append(("Asked for", asked))
    else:
        sections.append(("Outputs", [(row, None) for row in headlines(plan)]))
        sections += [(heading, [(row, None) for row in rows]) for heading, rows in by_section(plan)]
    for heading, found in sections:
        out.print()
        out.print(_cases(plan, results, heading, found))
        _show_in_part([plan.model.dimension[name] for row, _ in found for name in row.over])


def _cases(plan: Plan, results: Mapping[str, Results], heading: str, found: Sequence[tuple[Row, int | None]]) -> Table:
    made = table(heading)
    made.add_column("name", style="cyan", no_wrap=True)
    made.add_column("label")
    for one in results.values():
        made.add_column(plain(one.case.label), justify="right")
    made.add_column("unit")
    cut, dimension = False, plan.model.dimension
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
            values = [plain(in_table(one.told(row.id)[at])) for one in results.values()]
            member = zip(row.over, plan.model.member(row.over, at), strict=True)
            name = cell_id(row.id, [starred(dimension[axis], text) for axis, text in member])
            made.add_row(plain(name), plain(row.label), *values, plain(row.unit.words))
    if cut:
        made.caption, made.caption_justify = "All members: --csv, or --json", "left"
    return made
