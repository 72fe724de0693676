"""The command line: arguments, exit status and printing; long because there are many commands, a function each."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from engine.problems import Mistake, ModelError, as_json, error, errors_in, render
from exports.files.locate import HERE, WrongUsage, find_model, target_folder, target_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.problems import Problem


class _Group(click.Group):
    """Commands whose every failure is a message and an exit status."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ModelError as problem:
            _fail(problem)
        except Mistake as problem:
            _fail(ModelError([error("file", problem.message, None, problem.hint)]))
        except WrongUsage as problem:
            raise click.UsageError(str(problem), ctx) from None
        except BrokenPipeError:
            # The reader, such as head, has seen enough.
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123  # for what is still to be flushed
            ctx.exit(0)
        except MemoryError:
            click.echo("the model is too large for the memory of this machine", err=True)
            ctx.exit(1)
        except OSError as problem:
            # Libraries that were writing complain once more when they are cleared away; it has been said.
            sys.unraisablehook = lambda _: None
            click.echo(f"{problem.filename or 'file'}: {problem.strerror or problem}", err=True)
            ctx.exit(1)


def _fail(problem: ModelError) -> NoReturn:
    ctx = click.get_current_context(silent=True)
    wants_json = bool(ctx and ctx.find_root().obj)
    if wants_json:
        click.echo(json.dumps({"problems": as_json(problem.problems)}, indent=2, ensure_ascii=False))
    else:
        click.echo(render(problem.problems), err=True)
    sys.exit(1)


def _remember_json(ctx: click.Context, _parameter: click.Parameter, value: bool) -> bool:  # noqa: FBT001  # click's order
    ctx.find_root().obj = value
    return value


_json_option = click.option(
    "--json", "as_json_text", is_flag=True, callback=_remember_json, help="Print JSON, problems too, for a program."
)
_scenario_option = click.option("-s", "--scenario", metavar="S", help="The scenario; the model's first without it.")
_set_option = click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="ID=VALUE",
    help='Change an input, as in --set "price=2.5 USD/hour", or a member of it: --set "price[North]=2.5".',
)
_model_option = click.option("-m", "--model", type=click.Path(path_type=Path), help="The model file.")


def _model_argument(command: Callable[..., None]) -> Callable[..., None]:
    argument = click.argument("model_argument", metavar="[MODEL]", required=False, type=click.Path(path_type=Path))
    return argument(_model_option(command))


def _models_argument(command: Callable[..., None]) -> Callable[..., None]:
    argument = click.argument("models", metavar="[MODEL]...", nargs=-1, type=click.Path(path_type=Path))
    return argument(_model_option(command))


def _each(models: tuple[Path, ...], model: Path | None) -> list[Path]:
    """Return the models that are named, or the one that is meant."""
    if len(models) > 1 and model is not None:
        message = "the model is given twice, as an argument and with --model"
        raise WrongUsage(message)
    return [find_model(one, model) for one in models] if models else [find_model(None, model)]


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="plainsheet", prog_name="plainsheet")
def main() -> None:
    """Quantitative models in plain text, live in Excel.

    MODEL is a TOML file. Without one, models/sora.toml is taken where it
    exists, or else the only model in this directory or in models/.

    Exit status: 0, 1 for a problem in the input, 2 for wrong usage.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Where an old code page cannot show a character, a question mark is better than nothing at all.
            stream.reconfigure(errors="replace")


@main.command(epilog="Example: plainsheet check models/sora.toml")
@_models_argument
@click.option("--strict", is_flag=True, help="Let warnings change the exit status too.")
@_json_option
def check(models: tuple[Path, ...], model: Path | None, *, strict: bool, as_json_text: bool) -> None:
    """Check a model, or several: shape, units, figures and statements, in every scenario."""
    from engine.analysis import verdicts  # noqa: PLC0415  # --help does not wait for it
    from engine.analysis.published import figures  # noqa: PLC0415
    from engine.solve import solved  # noqa: PLC0415
    from exports.results.summary import summary  # noqa: PLC0415

    all_: list[Problem] = []
    failed = False
    for source in _each(models, model):
        told = ""
        try:
            planned, results = solved(source)
            problems = [*planned.warnings, *verdicts.problems(planned, results)]
            told = summary(planned, figures(planned, results))
        except ModelError as wrong:
            problems = list(wrong.problems)
        fails = bool(errors_in(problems)) or (strict and bool(problems))
        failed |= fails
        all_ += problems
        if problems and not as_json_text:
            click.echo(render(problems), err=True)
        if told and not fails and not as_json_text:
            click.echo(told)
    if as_json_text:
        _print_json({"problems": as_json(all_)})
    sys.exit(1 if failed else 0)


@main.command(epilog='Example: plainsheet solve models/sora.toml --scenario high --set "month=31 day"')
@_model_argument
@_scenario_option
@_set_option
@_json_option
def solve(
    model_argument: Path | None,
    model: Path | None,
    scenario: str | None,
    changes: tuple[str, ...],
    *,
    as_json_text: bool,
) -> None:
    """Compute every quantity in a scenario."""
    from engine.solve import results_of  # noqa: PLC0415  # --help does not wait for it

    results, others = results_of(find_model(model_argument, model), scenario, changes)
    if as_json_text:
        from exports.results.as_json import solution  # noqa: PLC0415

        _print_json(solution(results, others))
    else:
        from exports.results.solution import show_solution  # noqa: PLC0415  # rich takes 50 ms

        show_solution(results, others)


@main.command(epilog="Example: plainsheet explain training_gpus -m models/sora.toml")
@click.argument("quantity")
@_model_option
@_scenario_option
@_set_option
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
    from engine.plan.selection import one_cell  # noqa: PLC0415
    from engine.solve import results_of  # noqa: PLC0415  # --help does not wait for it

    results, _ = results_of(find_model(None, model), scenario, changes)
    cell = one_cell(results.plan, quantity, 'explain "{}"')
    if closed_form or latex:
        from exports.results.goals import show_closed_form  # noqa: PLC0415  # sympy takes half a second

        show_closed_form(results, cell, latex=latex)
    else:
        from exports.results.explanation import show_explanation  # noqa: PLC0415  # rich takes 50 ms

        show_explanation(results, cell)


@main.command(epilog="Example: plainsheet sensitivity training_gpus -m models/sora.toml --plot tornado.svg")
@click.argument("outputs", metavar="[OUTPUT]...", nargs=-1)
@_model_option
@_scenario_option
@_set_option
@click.option(
    "--swing", default="10%", metavar="P", show_default=True, help="How far an input without a range goes up and down."
)
@click.option("--csv", "as_csv_text", is_flag=True, help="Print CSV: a line for each output and input.")
@click.option(
    "--plot", type=click.Path(path_type=Path), metavar="FILE", help="Write tornado charts to a file, .svg or .png."
)
@_json_option
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
    from engine.plan.assignments import share  # noqa: PLC0415  # --help does not wait for it
    from engine.solve import results_of  # noqa: PLC0415

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
    from engine.analysis.sensitivity import sensitivity as computed  # noqa: PLC0415
    from engine.plan.outputs import outputs_of  # noqa: PLC0415
    from exports.results import sensitivities, tornado  # noqa: PLC0415  # rich takes 50 ms

    found = computed(results, outputs_of(results.plan, outputs), amount)
    if picture is not None:
        from exports.files.atomic import replace_file  # noqa: PLC0415
        from exports.pictures.figure import tornado as drawn  # noqa: PLC0415

        replace_file(picture, drawn(found, picture.suffix.lower(), results.plan.model.title))
        click.echo(f"{picture}: {len(found)} tornado chart{'' if len(found) == 1 else 's'}", err=True)
    if as_json_text:
        _print_json(sensitivities.record(results, found))
    elif as_csv_text:
        click.echo(sensitivities.as_csv(found), nl=False)
    elif picture is None:
        tornado.show(results, found)


@main.command(epilog='Example: plainsheet goal "training_cost=5e6" --by price -m models/sora.toml')
@click.argument("wanted", metavar="OUTPUT=VALUE")
@click.option("--by", required=True, metavar="INPUT", help="The input to change, or one member of it.")
@_model_option
@_scenario_option
@_set_option
@_json_option
def goal(
    wanted: str, by: str, model: Path | None, scenario: str | None, changes: tuple[str, ...], *, as_json_text: bool
) -> None:
    """Find the value of one INPUT at which OUTPUT is VALUE: in closed form where there is one, else in numbers."""
    from engine.plan.assignments import target  # noqa: PLC0415  # --help does not wait for it
    from engine.plan.selection import one_cell  # noqa: PLC0415
    from engine.solve import results_of  # noqa: PLC0415

    results, _ = results_of(find_model(None, model), scenario, changes)
    plan = results.plan
    name, value = target(plan, wanted)
    from engine.analysis.goal import goal as reached  # noqa: PLC0415  # sympy takes half a second
    from exports.results import goals, sensitivities  # noqa: PLC0415

    found = reached(results, one_cell(plan, name, f'goal "{{}}={value:.15g}"'), value, one_cell(plan, by, '--by "{}"'))
    if as_json_text:
        _print_json(sensitivities.goal_record(plan, found))
    else:
        goals.show_goal(results, found)


def _writing_option(name: str, what: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    text = f"Write {what}; without PATH, named like the model, here."
    return click.option(
        f"--{name}", name, type=click.Path(path_type=Path), is_flag=False, flag_value=HERE, metavar="[PATH]", help=text
    )


@main.command(epilog="Example: plainsheet export models/sora.toml --xlsx sora.xlsx")
@_model_argument
@_scenario_option
@_writing_option("xlsx", "an Excel workbook")
@_writing_option("json", "what solve --json prints")
@_writing_option("csv", "a table of every quantity in every scenario")
@_writing_option("markdown", "the same table, for a page")
@click.option(
    "--charts", type=click.Path(path_type=Path), metavar="DIR", help="Write the charts into DIR, as SVG and as PNG."
)
@click.option("--stamp", is_flag=True, help="Write the git revision of the model on the workbook's cover.")
def export(
    model_argument: Path | None,
    model: Path | None,
    scenario: str | None,
    charts: Path | None,
    *,
    stamp: bool,
    **paths: Path | None,
) -> None:
    """Write a model as a workbook whose every result is a live formula, as a table, or its charts."""
    wanted = {name: path for name, path in paths.items() if path is not None}
    if not wanted and charts is None:
        message = "say what to write: --xlsx, --json, --csv, --markdown or --charts DIR"
        raise click.UsageError(message)
    if stamp and "xlsx" not in wanted:
        message = "--stamp is for --xlsx: the revision stands on the workbook's cover"
        raise click.UsageError(message)
    source = find_model(model_argument, model)
    from engine.analysis import verdicts  # noqa: PLC0415  # --help does not wait for it
    from engine.plan.selection import known_case  # noqa: PLC0415
    from engine.solve import solved  # noqa: PLC0415
    from exports.files.atomic import replace_file  # noqa: PLC0415
    from exports.files.git import stamp as revision_of  # noqa: PLC0415
    from exports.results.summary import size  # noqa: PLC0415
    from exports.writers import WRITERS, pictures  # noqa: PLC0415

    targets = {name: target_path(path, source, WRITERS[name].suffix) for name, path in wanted.items()}
    folder = target_folder(charts) if charts is not None else None
    planned, results = solved(source)
    known_case(planned, scenario)
    stamped = revision_of(source) if stamp else ""
    contents = {target: WRITERS[name].write(planned, results, scenario, stamped) for name, target in targets.items()}
    drawn = pictures(planned, results, scenario) if folder is not None else {}
    failing = verdicts.problems(planned, results)
    if failing:
        click.echo(render(failing), err=True)
    for target, content in contents.items():
        replace_file(target, content)
        click.echo(f"{target}: {size(planned)}")
    if folder is not None:
        if drawn:
            folder.mkdir(exist_ok=True)
        for name, content in drawn.items():
            replace_file(folder / name, content)
        count = len(drawn) // 2
        told = f"{count} chart{'' if count == 1 else 's'}, each as .svg and .png" if drawn else "nothing to draw"
        click.echo(f"{folder}: {told}")
    # The workbook shows what fails; who runs this in a script must not overlook it.
    sys.exit(1 if failing else 0)


@main.command(epilog="Example: plainsheet lint sora.xlsx")
@click.argument("workbook", type=click.Path(path_type=Path))
@_json_option
def lint(workbook: Path, *, as_json_text: bool) -> None:
    """Hold any WORKBOOK (.xlsx) against rules of good modelling practice, each with the standard it comes from."""
    _refuse_no_workbook(workbook)
    from exports.lint import report  # noqa: PLC0415  # openpyxl takes a quarter of a second
    from exports.lint.rules import held_against  # noqa: PLC0415
    from exports.reading.reader import opened  # noqa: PLC0415

    book = opened(workbook)
    found = held_against(book)
    if as_json_text:
        _print_json(report.record(book, found))
    else:
        click.echo(report.told(book, found))
    sys.exit(1 if any(findings for _, findings in found) else 0)


@main.command(epilog="Example: plainsheet graph models/sora.toml --mermaid --upstream training_gpus")
@_model_argument
@click.option(
    "--mermaid", "form", flag_value="mermaid", default="mermaid", help="As a Mermaid flowchart (the default)."
)
@click.option("--dot", "form", flag_value="dot", help="For Graphviz.")
@click.option("--json", "form", flag_value="json", help="As JSON: nodes and edges.")
@click.option("--upstream", metavar="Q", help="Only what the quantity is computed from.")
@click.option("--downstream", metavar="Q", help="Only what is computed from the quantity.")
def graph(
    model_argument: Path | None, model: Path | None, form: str, upstream: str | None, downstream: str | None
) -> None:
    """Print what feeds what."""
    from engine.solve import planned_model  # noqa: PLC0415  # --help does not wait for it
    from exports.results import diagrams  # noqa: PLC0415

    click.get_current_context().find_root().obj = form == "json"
    planned = planned_model(find_model(model_argument, model))
    rows = diagrams.selected(planned, upstream, downstream)
    printed = {"mermaid": diagrams.as_mermaid, "dot": diagrams.as_dot, "json": diagrams.as_json}[form]
    click.echo(printed(planned, rows), nl=False)


@main.command("import", epilog="Example: plainsheet import sora.xlsx -m models/sora.toml")
@click.argument("workbook", type=click.Path(path_type=Path))
@_model_option
@click.option("--check", "only_checks", is_flag=True, help="Write nothing; only report.")
@click.option("--ours", is_flag=True, help="Where both changed a value, keep the text's.")
@click.option("--theirs", is_flag=True, help="Where both changed a value, take the workbook's.")
@click.option("--formulas", is_flag=True, help="Take formulas that were changed too.")
@_json_option
def import_workbook(
    workbook: Path,
    model: Path | None,
    *,
    only_checks: bool,
    ours: bool,
    theirs: bool,
    formulas: bool,
    as_json_text: bool,
) -> None:
    """Take what was changed in an exported WORKBOOK into the model's text: all of it, or nothing.

    Only the digits of what changed differ in the text. What the text has changed too since the export is a conflict.
    """
    _refuse_no_workbook(workbook)
    from exports.files.atomic import keeping_mark, replace_file  # noqa: PLC0415  # --help does not wait for it
    from exports.roundtrip import report  # noqa: PLC0415
    from exports.roundtrip.apply import taken  # noqa: PLC0415
    from exports.style.effects import told as effects_told  # noqa: PLC0415

    if ours and theirs:
        message = "choose one of --ours and --theirs"
        raise click.UsageError(message)
    source = find_model(None, model)
    found = taken(workbook, source, "ours" if ours else "theirs" if theirs else "", formulas=formulas)
    is_written = not found.is_refused and not only_checks and found.is_changed
    if is_written:
        replace_file(source, keeping_mark(source, found.text))
    if as_json_text:
        _print_json(report.record(found, written=is_written))
    else:
        for text in (
            report.changes(found.merged),
            report.formulas(found.formulas, found.formula_effects, are_taken=formulas),
        ):
            if text:
                click.echo(text, err=found.is_refused)
        if found.failing:
            click.echo(render(found.failing), err=True)
        if not found.is_refused and found.is_changed:
            click.echo(effects_told(found.effects))
            click.echo(f"{source}: {'written' if is_written else 'not written, since --check only reports'}")
        elif not found.is_refused and not found.formulas:
            click.echo(f"{source}: {report.nothing(found.merged)}")
    sys.exit(1 if found.is_refused else 0)


@main.command(epilog="Example: plainsheet diff main..HEAD -m models/sora.toml --markdown")
@click.argument("versions", metavar="[OLD] [NEW]", nargs=-1)
@_model_option
@_scenario_option
@click.option("--markdown", is_flag=True, help="Print Markdown, for a comment on a pull request.")
@click.option("--all", "every", is_flag=True, help="List every quantity that changed, directly or indirectly.")
@_json_option
def diff(
    versions: tuple[str, ...],
    model: Path | None,
    scenario: str | None,
    *,
    markdown: bool,
    every: bool,
    as_json_text: bool,
) -> None:
    """Tell what changed between two versions of a model, what that does to its outputs, and why.

    OLD and NEW are .toml files, exported .xlsx workbooks, or git revisions; OLD..NEW are two revisions. Without NEW the
    file as it is, without both what was changed since the last commit.
    """
    if markdown and as_json_text:
        message = "choose one of --markdown and --json"
        raise click.UsageError(message)
    from exports.review import report  # noqa: PLC0415  # --help does not wait for it
    from exports.review.markdown import as_markdown  # noqa: PLC0415
    from exports.review.review import reviewed  # noqa: PLC0415
    from exports.review.versions import versions as named  # noqa: PLC0415

    found = reviewed(*named(versions, model), scenario)
    if as_json_text:
        _print_json(report.record(found))
    elif markdown:
        click.echo(as_markdown(found), nl=False)
    else:
        click.echo(report.as_text(found, every=every))


@main.command(epilog="Example: plainsheet log price -m models/sora.toml --output training_cost")
@click.argument("quantity")
@_model_option
@_scenario_option
@click.option("-o", "--output", default="", metavar="OUTPUT", help="The output beside it; the first without it.")
@click.option("-n", "most", default=200, metavar="N", show_default=True, help="How many commits to look at.")
@_json_option
def log(quantity: str, model: Path | None, scenario: str | None, output: str, most: int, *, as_json_text: bool) -> None:
    """Show how QUANTITY moved through the history of its repository, and how an output moved with it."""
    from exports.review import history  # noqa: PLC0415  # --help does not wait for it

    label, moments = history.history(find_model(None, model), quantity, output, scenario, max(1, most))
    if as_json_text:
        _print_json({"quantity": quantity, "output": label, "changes": [one.record() for one in moments]})
    else:
        click.echo(history.as_text(quantity, label, moments))


@main.command("git-setup", epilog="Example: plainsheet git-setup models/sora.toml")
@click.argument("models", metavar="[MODEL]...", nargs=-1, type=click.Path(path_type=Path))
def git_setup(models: tuple[Path, ...]) -> None:
    """Tell git how to show and to merge models, and how to show workbooks, in this repository.

    Writes .gitattributes, which is committed, and settings of this clone, which each clone needs.
    """
    from exports.review.setup_git import set_up  # noqa: PLC0415  # --help does not wait for it

    for line in set_up(models or (find_model(None, None),)):
        click.echo(line)


@main.command(hidden=True)
@click.argument("workbook", type=click.Path(path_type=Path))
def textconv(workbook: Path) -> None:
    """Print an exported workbook as lines: what git calls to compare two of them."""
    from exports.review.textconv import as_lines  # noqa: PLC0415  # --help does not wait for it

    click.echo(as_lines(workbook), nl=False)


@main.command("merge-driver", hidden=True)
@click.argument("base", type=click.Path(path_type=Path))
@click.argument("ours", type=click.Path(path_type=Path))
@click.argument("theirs", type=click.Path(path_type=Path))
@click.argument("name")
def merge_driver(base: Path, ours: Path, theirs: Path, name: str) -> None:
    """Merge two versions of a model by quantity: what git calls to merge branches."""
    from exports.files.atomic import keeping_mark, replace_file  # noqa: PLC0415  # --help does not wait for it
    from exports.review.merge_driver import by_lines_alone, three_way  # noqa: PLC0415

    try:
        texts = [path.read_bytes().decode("utf-8-sig") for path in (base, ours, theirs)]
    except UnicodeDecodeError:
        click.echo(f"{name}: no UTF-8, so that git merges its lines", err=True)
        sys.exit(2)
    try:
        merge = three_way(*texts)
    except Exception:  # noqa: BLE001  # git would keep our side alone, without a mark: then nobody misses theirs
        merge = by_lines_alone(*texts)
    replace_file(ours, keeping_mark(ours, merge.text))
    for conflict in merge.conflicts:
        click.echo(f"{name}: {conflict}", err=True)
    sys.exit(1 if merge.conflicts else 0)


@main.command("format", epilog="Example: plainsheet format models/sora.toml --check")
@_models_argument
@click.option("--check", "only_checks", is_flag=True, help="Write nothing; exit with 1 where the text would change.")
def format_model(models: tuple[Path, ...], model: Path | None, *, only_checks: bool) -> None:
    """Write texts of models in their canonical form: keys aligned, comments and the spelling of every value kept."""
    from engine.text.canonical import canonical, changed  # noqa: PLC0415  # --help does not wait for it
    from engine.text.toml import read_toml  # noqa: PLC0415
    from exports.files.atomic import keeping_mark, replace_file  # noqa: PLC0415

    status = 0
    for source in _each(models, model):
        before = read_toml(source)[0].text
        after = canonical(before)
        if before == after:
            click.echo(f"{source}: in canonical form")
        elif only_checks:
            told = f"{changed(before, after)} in another form; plainsheet format {source} writes the canonical one"
            click.echo(f"{source}: {told}", err=True)
            status = 1
        else:
            replace_file(source, keeping_mark(source, after))
            click.echo(f"{source}: {changed(before, after)} brought into canonical form")
    sys.exit(status)


@main.command(epilog="Example: plainsheet new rental.toml")
@click.argument("path", type=click.Path(path_type=Path), default=Path("model.toml"))
def new(path: Path) -> None:
    """Write a small model to begin with at PATH (model.toml without one)."""
    from exports.files.atomic import replace_file  # noqa: PLC0415
    from exports.files.starter import STARTER  # noqa: PLC0415

    target = target_path(path, None, ".toml")
    if target.exists():
        message = f"'{target}' is there already"
        raise click.UsageError(message)
    replace_file(target, STARTER.encode())
    click.echo(f"{target}: a model to begin with; try  plainsheet check {target}")


def _refuse_no_workbook(path: Path) -> None:
    if path.suffix.lower() not in {".xlsx", ".xlsm"}:
        message = f"'{path}' is no .xlsx file"
        raise click.UsageError(message)


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


if __name__ == "__main__":
    main()
