"""What a model answers: its numbers, how they come about, and what matters to them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from engine.analysis import goal as goals_
from engine.analysis import sensitivity as swings
from engine.analysis import verdicts
from engine.plan.assignments import doubts, share, target
from engine.plan.evaluate import Results
from engine.plan.outputs import numbers_of
from engine.plan.selection import one_cell
from engine.solve import in_every_scenario, results_of
from exports.files.atomic import replace_file
from exports.files.locate import find_model, target_path
from exports.results import as_json, sensitivities, tables
from exports.results.progress import bar
from plainsheet.commands import completion
from plainsheet.commands.arguments import ModelCommand
from plainsheet.commands.options import (
    composed_option,
    json_option,
    model_option,
    plot_option,
    print_json,
    refuse_both,
    say,
    set_option,
    warn,
)


@click.command(
    cls=ModelCommand, epilog='Example: plainsheet solve models/sora.toml --scenario high --set "month=31 day"'
)
@click.argument("names", metavar="[MODEL] [NAME]...", nargs=-1, shell_complete=completion.quantities)
@model_option
@composed_option
@click.option("--all-scenarios", is_flag=True, help="Every scenario, side by side.")
@set_option
@click.option("--csv", "as_csv_text", is_flag=True, help="Print CSV: a line for each number.")
@json_option
def solve(
    names: tuple[str, ...],
    model: Path | None,
    scenario: str | None,
    changes: tuple[str, ...],
    *,
    all_scenarios: bool,
    as_csv_text: bool,
    as_json_text: bool,
) -> None:
    """Compute a scenario: the outputs first, then every quantity; or those that are named alone.

    A NAME is a quantity, or a member of one: "units[H100, 2027]".
    """
    refuse_both(
        ("--csv", "--json", as_csv_text and as_json_text),
        ("--scenario", "--all-scenarios", all_scenarios and scenario is not None),
    )
    source = find_model(None, model)
    if all_scenarios:
        with bar(f"solve {source}"):
            plan, every = in_every_scenario(source, changes)
        warn(doubts(plan, changes))
    else:
        results, others = _asked(source, scenario, changes)
        plan, every = results.plan, {results.case.id: results}
    if as_csv_text:
        click.echo(tables.as_csv(plan, every, names), nl=False)
    elif as_json_text:
        print_json(
            as_json.side_by_side(plan, every, names) if all_scenarios else as_json.solution(results, others, names)
        )
    elif all_scenarios:
        from exports.results.solution import show_side_by_side  # noqa: PLC0415  # rich takes 50 ms

        show_side_by_side(plan, every, names)
        warn(verdicts.problems(plan, every))
    else:
        from exports.results.solution import show_solution  # noqa: PLC0415  # as above

        show_solution(results, others, names)


@click.command(cls=ModelCommand, epilog="Example: plainsheet explain training_gpus models/sora.toml --depth 2")
@click.argument("quantity", shell_complete=completion.quantities)
@model_option
@composed_option
@set_option
@click.option(
    "--depth", type=click.IntRange(min=0), metavar="N", help="How many steps down from it; as far as is new without it."
)
@click.option("--closed-form", is_flag=True, help="Show one formula in terms of the inputs, simplified.")
@click.option("--latex", is_flag=True, help="Print the closed form in LaTeX.")
def explain(
    quantity: str,
    model: Path | None,
    scenario: str | None,
    changes: tuple[str, ...],
    *,
    depth: int | None,
    closed_form: bool,
    latex: bool,
) -> None:
    """Show how QUANTITY comes about: formulas, numbers and sources down to the inputs.

    Of what is over dimensions, one member: "balance[2027]", "units[H100, 2027]".
    """
    if depth is not None and (closed_form or latex):
        message = "--depth is for the tree, and --closed-form and --latex are one formula"
        raise click.UsageError(message)
    results, _ = _asked(find_model(None, model), scenario, changes)
    cell = one_cell(results.plan, quantity, 'explain "{}"')
    if closed_form or latex:
        from exports.results.goals import show_closed_form  # noqa: PLC0415  # as above

        show_closed_form(results, cell, latex=latex)
    else:
        from exports.results.explanation import show_explanation  # noqa: PLC0415  # rich takes 50 ms

        show_explanation(results, cell, depth)


@click.command(
    cls=ModelCommand, epilog="Example: plainsheet sensitivity training_gpus models/sora.toml --plot tornado.svg"
)
@click.argument("outputs", metavar="[OUTPUT]...", nargs=-1, shell_complete=completion.quantities)
@model_option
@composed_option
@set_option
@click.option(
    "--swing", default="10%", metavar="P", show_default=True, help="How far an input without a range goes up and down."
)
@click.option("--csv", "as_csv_text", is_flag=True, help="Print CSV: a line for each output and input.")
@plot_option("tornado charts")
@json_option
def sensitivity(
    outputs: tuple[str, ...],
    model: Path | None,
    scenario: str | None,
    changes: tuple[str, ...],
    *,
    swing: str,
    plot: Path | None,
    as_csv_text: bool,
    as_json_text: bool,
) -> None:
    """Show how much each input matters to an OUTPUT: elasticity, derivative, and the swing over its range.

    Without an OUTPUT, the model's outputs. Of what is over dimensions, all members, or one: "units[H100, 2027]".
    """
    refuse_both(("--csv", "--json", as_csv_text and as_json_text))
    source = find_model(None, model)
    amount = share("--swing", swing)
    picture = target_path(plot, source, ".png" if plot.suffix.lower() == ".png" else ".svg") if plot else None
    results, _ = _asked(source, scenario, changes)
    found = swings.sensitivity(results, numbers_of(results.plan, outputs, "sensitivity"), amount)
    if picture is not None:
        from exports.pictures.figure import tornado as drawn  # noqa: PLC0415  # matplotlib takes a third of a second

        replace_file(picture, drawn(found, picture.suffix.lower(), results.plan.model.title))
        say(f"{picture}: {len(found)} tornado chart{'' if len(found) == 1 else 's'}", err=True)
    if as_json_text:
        print_json(sensitivities.record(results, found))
    elif as_csv_text:
        click.echo(sensitivities.as_csv(found), nl=False)
    elif picture is None:
        from exports.results import tornado  # noqa: PLC0415  # rich takes 50 ms

        tornado.show(results, found)


@click.command(
    cls=ModelCommand, epilog='Example: plainsheet goal "training_cost=5e6" --by dataset_multiplier models/sora.toml'
)
@click.argument("wanted", metavar="OUTPUT=VALUE", shell_complete=completion.quantities)
@click.option(
    "--by", required=True, metavar="INPUT", help="The input to change, or one member of it.",
    shell_complete=completion.inputs,
)  # fmt: skip
@model_option
@composed_option
@set_option
@json_option
def goal(
    wanted: str, by: str, model: Path | None, scenario: str | None, changes: tuple[str, ...], *, as_json_text: bool
) -> None:
    """Find the value of one INPUT at which OUTPUT is VALUE: in closed form where there is one, else in numbers."""
    results, _ = _asked(find_model(None, model), scenario, changes)
    plan = results.plan
    name, value = target(plan, wanted)
    output, given = one_cell(plan, name, f'goal "{{}}={value:.15g}"'), one_cell(plan, by, '--by "{}"')
    found = goals_.goal(results, output, value, given)
    if as_json_text:
        print_json(sensitivities.goal_record(plan, found))
    else:
        from exports.results import goals  # noqa: PLC0415  # rich takes 50 ms

        goals.show_goal(results, found)


def _asked(path: Path, scenario: str | None, changes: tuple[str, ...]) -> tuple[Results, Mapping[str, Results]]:
    """Return the results asked for, and say where a change may not be meant."""
    with bar(f"solve {path}"):
        results, others = results_of(path, scenario, changes)
    warn(doubts(results.plan, changes))
    return results, others
