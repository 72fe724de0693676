"""What the uncertainty of inputs makes of outputs."""

from __future__ import annotations

from pathlib import Path

import click

from engine.plan.assignments import assignments, doubts, share
from engine.plan.outputs import numbers_of
from engine.problems import ModelError, error
from engine.solve import planned_model
from engine.uncertainty.decisions.appraisal import appraise
from engine.uncertainty.drivers.indices import CASES, drivers
from engine.uncertainty.simulation import SAMPLES, SUREST, Simulation, refused_samples
from engine.uncertainty.simulation import simulate as simulated
from engine.uncertainty.statements.conditions import condition
from exports.files.atomic import replace_file
from exports.files.locate import find_model, refuse_data, target_path
from exports.results.progress import bar
from exports.results.simulated import record
from exports.results.simulated.record import Decided, Driven
from plainsheet.commands import completion
from plainsheet.commands.arguments import ModelCommand
from plainsheet.commands.options import (
    composed_option,
    json_option,
    model_option,
    on_option,
    plot_option,
    print_json,
    refuse_both,
    say,
    set_option,
    warn,
    workers_option,
)
from plainsheet.simulation.sharing import sharing


def _samples(_ctx: click.Context, _parameter: click.Parameter, given: int | None) -> int | None:
    if given is not None and (message := refused_samples(given)):
        raise click.BadParameter(message)
    return given


@click.command(
    cls=ModelCommand,
    epilog='Example: plainsheet simulate training_gpus -m models/sora.toml --target "training_gpus <= 5000"',
)
@click.argument("outputs", metavar="[OUTPUT]...", nargs=-1, shell_complete=completion.quantities)
@model_option
@composed_option
@set_option
@click.option(
    "--samples", type=int, metavar="N", callback=_samples,
    help=f"How many cases: a power of two, at least 1,024; {SAMPLES:,} without it.",
)  # fmt: skip
@click.option(
    "--error", "sure", metavar="P", help="As many cases as make each percentile so sure, as in 1% of P95 - P5."
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Other draws for another seed.")
@click.option("--target", "targets", multiple=True, metavar="TEST", help='Tell the chance of "rent <= 10 kEUR".')
@click.option("--given", metavar="TEST", help='Count only the cases in which "price > 3 EUR" holds.')
@click.option("--drivers", "with_drivers", is_flag=True, help="Tell which inputs the spread of each output comes from.")
@click.option(
    "--decisions", "with_decisions", is_flag=True,
    help="Tell what the options of each decision are worth, and what it is worth to know more.",
)  # fmt: skip
@click.option("--csv", "as_csv_text", is_flag=True, help="Print CSV: a line for each output, driver or option.")
@click.option(
    "--parquet", type=click.Path(path_type=Path), metavar="FILE", help="Write the cases to a file: draws and outputs."
)
@plot_option("histograms and the chances of more")
@workers_option
@on_option
@json_option
def simulate(
    outputs: tuple[str, ...],
    model: Path | None,
    scenario: str | None,
    changes: tuple[str, ...],
    *,
    samples: int | None,
    sure: str | None,
    seed: int,
    targets: tuple[str, ...],
    given: str | None,
    with_drivers: bool,
    with_decisions: bool,
    as_csv_text: bool,
    parquet: Path | None,
    plot: Path | None,
    workers: int | None,
    on: str | None,
    as_json_text: bool,
) -> None:
    """Draw the inputs that have a distribution, and show how each OUTPUT is spread.

    Without an OUTPUT, the model's outputs. Every figure is told with its standard error.
    """
    refuse_both(
        ("--given", "--drivers", given is not None and with_drivers),
        ("--given", "--decisions", given is not None and with_decisions),
        ("--csv", "--json", as_csv_text and as_json_text),
        ("--drivers", "--decisions", as_csv_text and with_drivers and with_decisions),
        ("--workers", "--on", workers is not None and on is not None),
        ("--samples", "--error", samples is not None and sure is not None),
    )
    least = None if sure is None else share("--error", sure)
    source = find_model(None, model)
    picture = target_path(plot, source, plot.suffix.lower()) if plot is not None else None
    table = target_path(parquet, source, ".parquet") if parquet is not None else None
    plan = planned_model(source)
    if table is not None:
        refuse_data(table, plan.model)
    if with_decisions and not plan.model.decisions:
        hint = "declare one: [decisions.build] with its options, the value that it goes by, and the goal"
        raise ModelError([error("decision", "the model has no decision", plan.model.at(), hint)])
    wanted = assignments(plan, changes)
    with bar(f"simulate {source}"), sharing(workers, on) as shared:
        found = simulated(
            plan,
            numbers_of(plan, outputs, "percentiles"),
            scenario,
            wanted,
            samples=samples or (SAMPLES if least is None else SUREST),
            sure=least,
            seed=seed,
            targets=[condition(plan, text, "--target") for text in targets],
            given=None if given is None else condition(plan, given, "--given"),
            workers=shared,
        )
        driven, decided, interrupt = _beside(found, with_drivers=with_drivers, with_decisions=with_decisions)
    warn(doubts(plan, changes))
    _write(found, picture, table)
    if as_json_text:
        print_json(record.record(found, driven, decided))
    elif as_csv_text:
        click.echo(record.as_csv(found, driven, decided), nl=False)
    elif picture is None and table is None:
        from exports.results.simulated.table import show  # noqa: PLC0415  # rich takes 50 ms

        show(found, driven, decided)
    if not found.is_whole:
        interrupt = KeyboardInterrupt()
        interrupt.add_note(f"{found.samples:,} of {found.wanted:,} cases were done")
    if interrupt is not None:
        raise interrupt


def _beside(
    found: Simulation, *, with_drivers: bool, with_decisions: bool
) -> tuple[Driven, Decided, KeyboardInterrupt | None]:
    """Return the drivers and the decisions where they are asked for, and the interrupt that came before one was."""
    driven: Driven = {}
    decided: Decided = {}
    what = "drivers"
    try:
        if with_drivers and found.is_whole:
            driven = drivers(found, min(CASES, found.samples))
        what = "decisions"
        if with_decisions and found.is_whole:
            decided = appraise(found)
    except KeyboardInterrupt as interrupt:
        interrupt.add_note(f"the {what} are left out")
        return driven, decided, interrupt
    return driven, decided, None


def _write(found: Simulation, picture: Path | None, table: Path | None) -> None:
    """Write a picture and a table of all cases, where they are asked for."""
    if picture is not None:
        from exports.pictures.figure import simulation  # noqa: PLC0415  # matplotlib takes a third of a second

        replace_file(picture, simulation(found, picture.suffix.lower()))
        count = len(found.spreads)
        say(f"{picture}: {count} histogram{'' if count == 1 else 's'}", err=True)
    if table is not None:
        from plainsheet.simulation.cases import parquet  # noqa: PLC0415  # only where it is asked for

        try:
            content = parquet(found)
        except ImportError as missing:
            raise click.ClickException(missing.msg) from None
        replace_file(table, content)
        say(f"{table}: {found.samples:,} cases", err=True)
