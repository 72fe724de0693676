"""A model computed for many cases that somebody lists."""

from __future__ import annotations

from pathlib import Path

import click

from engine.plan.assignments import assignments, doubts
from engine.plan.outputs import numbers_of
from engine.plan.plan import Plan
from engine.solve import planned_model
from engine.sweeps.axes import axes
from engine.sweeps.columns import Columns, grid
from engine.sweeps.sweep import sweep as swept
from engine.sweeps.table import read_cases
from exports.files.locate import find_model
from exports.results.progress import bar
from exports.results.swept import record
from plainsheet.commands import completion
from plainsheet.commands.arguments import ModelCommand
from plainsheet.commands.options import (
    composed_option,
    json_option,
    model_option,
    on_option,
    print_json,
    refuse_both,
    set_option,
    warn,
    workers_option,
)
from plainsheet.simulation.sharing import sharing


@click.command(
    cls=ModelCommand,
    epilog="Example: plainsheet sweep training_cost -m models/sora.toml --over dataset_multiplier=1:10:10",
)
@click.argument("outputs", metavar="[OUTPUT]...", nargs=-1, shell_complete=completion.quantities)
@model_option
@composed_option
@set_option
@click.option(
    "--over", "over", multiple=True, metavar="ID=VALUES", shell_complete=completion.settings,
    help="Values of an input: price=1:10:50 from 1 to 10, or price=1,2,5; of several every combination.",
)  # fmt: skip
@click.option(
    "--cases", type=click.Path(path_type=Path), metavar="FILE",
    help="A .csv with a line of inputs' names, and perhaps scenario, and a line for each case.",
)  # fmt: skip
@workers_option
@on_option
@click.option("--csv", "as_csv_text", is_flag=True, help="Print CSV: a line for each case.")
@json_option
def sweep(
    outputs: tuple[str, ...],
    model: Path | None,
    scenario: str | None,
    changes: tuple[str, ...],
    *,
    over: tuple[str, ...],
    cases: Path | None,
    workers: int | None,
    on: str | None,
    as_csv_text: bool,
    as_json_text: bool,
) -> None:
    """Compute each OUTPUT for many cases: a grid of inputs' values, or the lines of a file.

    Without an OUTPUT, the model's outputs. All but what varies is as in the scenario, with --set on top.
    """
    if not over and cases is None:
        message = "say what varies: --over price=1:10:50, or --cases FILE"
        raise click.UsageError(message)
    refuse_both(
        ("--over", "--cases", bool(over) and cases is not None),
        ("--csv", "--json", as_csv_text and as_json_text),
        ("--workers", "--on", workers is not None and on is not None),
    )
    source = find_model(None, model)
    plan = planned_model(source)
    cells = numbers_of(plan, outputs, "numbers")
    columns = _columns(plan, over, cases)
    if columns.scenarios and scenario is not None:
        message = "each case has a scenario of its own: leave --scenario out, or the column"
        raise click.UsageError(message)
    with bar(f"sweep {source}"), sharing(workers, on) as shared:
        found = swept(plan, cells, columns, scenario, assignments(plan, changes), workers=shared)
    warn(doubts(plan, changes))
    if as_json_text:
        print_json(record.record(found))
    elif as_csv_text:
        click.echo(record.as_csv(found), nl=False)
    else:
        from exports.results.swept.table import show  # noqa: PLC0415  # rich takes 50 ms

        show(found)


def _columns(plan: Plan, over: tuple[str, ...], cases: Path | None) -> Columns:
    return grid(plan, axes(plan, over)) if cases is None else read_cases(plan, cases)
