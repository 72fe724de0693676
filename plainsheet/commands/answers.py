"""What a model answers: its numbers, how they come about, and what matters to them."""

from __future__ import annotations

from pathlib import Path

import click

from engine.analysis import goal as goals_
from engine.analysis import sensitivity as swings
from engine.plan.assignments import share, target
from engine.plan.outputs import outputs_of
from engine.plan.selection import one_cell
from engine.solve import results_of
from exports.files.atomic import replace_file
from exports.files.locate import find_model, target_path
from exports.results import as_json, sensitivities
from plainsheet.commands.options import (
    json_option,
    model_argument,
    model_option,
    print_json,
    say,
    scenario_option,
    set_option,
)


@click.command(epilog='Example: plainsheet solve models/sora.toml --scenario high --set "month=31 day"')
@model_argument
@scenario_option
@set_option
@json_option
def solve(
    model_argument: Path | None,
    model: Path | None,
    scenario: str | None,
    changes: tuple[str, ...],
    *,
    as_json_text: bool,
) -> None:
    """Compute every quantity in a scenario."""
    results, others = results_of(find_model(model_argument, model), scenario, changes)
    if as_json_text:
        print_json(as_json.solution(results, others))
    else:
        from exports.results.solution import show_solution  # noqa: PLC0415  # rich takes 50 ms

        show_solution(results, others)


@click.command(epilog="Example: plainsheet explain training_gpus -m models/sora.toml")
@click.argument("quantity")
@model_option
@scenario_option
@set_option
@click.option("--closed-form", is_flag=True, help="Show one formula in terms of the inputs, simplified.")
@click.option("--latex", is_flag=True, help="Print the closed form in LaTeX.")
def explain(
    quantity: str,
    model: Path | None,
    scenario: str | None,
    changes: tuple[str, ...],
    *,
    closed_form: bool,
    latex: bool,
) -> None:
    """Show how QUANTITY comes about: formulas, numbers and sources down to the inputs.

    Of what is over dimensions, one member: "balance[2027]", "units[H100, 2027]".
    """
    results, _ = results_of(find_model(None, model), scenario, changes)
    cell = one_cell(results.plan, quantity, 'explain "{}"')
    if closed_form or latex:
        from exports.results.goals import show_closed_form  # noqa: PLC0415  # as above

        show_closed_form(results, cell, latex=latex)
    else:
        from exports.results.explanation import show_explanation  # noqa: PLC0415  # rich takes 50 ms

        show_explanation(results, cell)


@click.command(epilog="Example: plainsheet sensitivity training_gpus -m models/sora.toml --plot tornado.svg")
@click.argument("outputs", metavar="[OUTPUT]...", nargs=-1)
@model_option
@scenario_option
@set_option
@click.option(
    "--swing", default="10%", metavar="P", show_default=True, help="How far an input without a range goes up and down."
)
@click.option("--csv", "as_csv_text", is_flag=True, help="Print CSV: a line for each output and input.")
@click.option(
    "--plot", type=click.Path(path_type=Path), metavar="FILE", help="Write tornado charts to a file, .svg or .png."
)
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
    if as_csv_text and as_json_text:
        message = "choose one of --csv and --json"
        raise click.UsageError(message)
    if plot is not None and plot.suffix.lower() not in {".svg", ".png"}:
        message = f"'{plot}' ends in neither .svg nor .png"
        raise click.UsageError(message)
    source = find_model(None, model)
    amount = share("--swing", swing)
    picture = target_path(plot, source, ".png" if plot.suffix.lower() == ".png" else ".svg") if plot else None
    results, _ = results_of(source, scenario, changes)
    found = swings.sensitivity(results, outputs_of(results.plan, outputs), amount)
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


@click.command(epilog='Example: plainsheet goal "training_cost=5e6" --by price -m models/sora.toml')
@click.argument("wanted", metavar="OUTPUT=VALUE")
@click.option("--by", required=True, metavar="INPUT", help="The input to change, or one member of it.")
@model_option
@scenario_option
@set_option
@json_option
def goal(
    wanted: str, by: str, model: Path | None, scenario: str | None, changes: tuple[str, ...], *, as_json_text: bool
) -> None:
    """Find the value of one INPUT at which OUTPUT is VALUE: in closed form where there is one, else in numbers."""
    results, _ = results_of(find_model(None, model), scenario, changes)
    plan = results.plan
    name, value = target(plan, wanted)
    output, given = one_cell(plan, name, f'goal "{{}}={value:.15g}"'), one_cell(plan, by, '--by "{}"')
    found = goals_.goal(results, output, value, given)
    if as_json_text:
        print_json(sensitivities.goal_record(plan, found))
    else:
        from exports.results import goals  # noqa: PLC0415  # rich takes 50 ms

        goals.show_goal(results, found)
