"""Models themselves: checked, formatted, begun, and drawn as a graph."""

from __future__ import annotations

import json
import sys
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from engine.problems import as_json, errors_in, printable
from engine.text.canonical import SCHEMA_COMMENT, canonical, changed
from engine.text.toml import read_toml
from exports.files.atomic import refuse_unnamed_link, replace_file, replace_text
from exports.files.locate import find_model, target_path
from exports.files.starter import STARTER
from plainsheet.commands.arguments import ModelCommand
from plainsheet.commands.options import (
    each,
    json_option,
    model_argument,
    model_option,
    models_argument,
    print_json,
    say,
    warn,
)

if TYPE_CHECKING:
    from engine.problems import Problem

_SCHEMA: Final = "plainsheet.schema.json"


@click.command(epilog="Example: plainsheet check models/sora.toml")
@models_argument
@click.option("--strict", is_flag=True, help="Let warnings change the exit status too.")
@json_option
def check(models: tuple[Path, ...], model: Path | None, *, strict: bool, as_json_text: bool) -> None:
    """Check a model, or several: shape, units, figures and statements, in every scenario."""
    from exports.results.checked import check_file  # noqa: PLC0415  # numpy takes longer than format and new

    all_: list[Problem] = []
    failed = False
    with each(models, model) as sources:
        for source in sources:
            checked = check_file(source)
            problems, told = list(checked.problems), checked.told
            if any(one.code == "hash" for one in errors_in(problems)):
                from exports.review.data.update import explain  # noqa: PLC0415  # only where a file is another one

                problems = list(explain(problems))
            fails = bool(errors_in(problems)) or (strict and bool(problems))
            failed |= fails
            all_ += problems
            if not as_json_text:
                warn(problems)
            if told and not fails and not as_json_text:
                click.echo(told)
    if as_json_text:
        print_json({"problems": as_json(all_)})
    sys.exit(1 if failed else 0)


@click.command("format", epilog="Example: plainsheet format models/sora.toml --check")
@models_argument
@click.option("--check", "only_checks", is_flag=True, help="Write nothing; exit with 1 where the text would change.")
@click.option("--diff", "shows", is_flag=True, help="Write nothing; print what would change.")
def format_model(models: tuple[Path, ...], model: Path | None, *, only_checks: bool, shows: bool) -> None:
    """Write texts of models in their canonical form: keys aligned, comments and the spelling of every value kept."""
    status = 0
    with each(models, model) as sources:
        for source in sources:
            before = read_toml(source)[0].text
            after = canonical(before)
            if shows:
                _show_difference(source, before, after, "canonical")
            if before == after:
                say(f"{source}: in canonical form", err=shows)
            elif only_checks:
                told = f"{changed(before, after)} in another form; plainsheet format {source} writes the canonical one"
                say(f"{source}: {told}", err=True)
                status = 1
            elif not shows:
                replace_text(source, before, after)
                say(f"{source}: {changed(before, after)} brought into canonical form")
    sys.exit(status)


def _show_difference(source: Path, before: str, after: str, what: str) -> None:
    texts = before.splitlines(), after.splitlines()
    for line in unified_diff(*texts, f"{source}", f"{source} ({what})", lineterm=""):
        click.echo(printable(line))


@click.command(
    cls=ModelCommand, epilog='Example: plainsheet rename "platform[TikTok]" "Short films" -m models/sora.toml --dry-run'
)
@click.argument("old")
@click.argument("new")
@model_option
@click.option("--dry-run", "shows", is_flag=True, help="Write nothing; print what would change.")
def rename(old: str, new: str, model: Path | None, *, shows: bool) -> None:
    """Give what is called OLD another name, NEW, wherever the model names it; nothing else of the text changes.

    OLD is an id, a member with its dimension, as in region[North], or what stands above a table: scenarios.high.
    """
    from engine.rename import rename as renamed  # noqa: PLC0415  # numpy takes longer than format and new
    from engine.solve import planned_model  # noqa: PLC0415  # as above

    source = find_model(None, model)
    planned = planned_model(source)
    before = planned.model.document.text
    found = renamed(planned, old, new)
    if shows:
        _show_difference(source, before, found.text, "renamed")
    else:
        replace_text(source, before, found.text)
    counts = [f"{kind} {count}" for kind, count in found.counts().items()]
    places = "1 place" if len(found.references) == 1 else f"{len(found.references)} places"
    verb = "would be" if shows else "is"
    say(f"{source}: {found.symbol} {verb} called {new} at {places}: {', '.join(counts)}", err=shows)


@click.command(epilog="Example: plainsheet new rental.toml")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option(
    "--schema",
    "has_schema",
    is_flag=True,
    help=f"Name {_SCHEMA} in its first line, for editors; write it where it is missing.",
)
def new(path: Path | None, *, has_schema: bool) -> None:
    """Write a small model to begin with at PATH (model.toml without one)."""
    target = target_path(path or Path("model.toml"), None, ".toml")
    if path is None:
        refuse_unnamed_link(target)
    if target.exists():
        message = f"'{target}' is there already"
        raise click.UsageError(message)
    first = f"{SCHEMA_COMMENT}./{_SCHEMA}\n\n" if has_schema else ""
    replace_file(target, f"{first}{STARTER}".encode(), b"")
    if has_schema and not (beside := target.with_name(_SCHEMA)).exists():
        refuse_unnamed_link(beside)
        replace_file(beside, _schema().encode(), b"")
    say(f"{target}: a model to begin with; try  plainsheet check {target}")


def _schema() -> str:
    from engine.schema.schema import json_schema  # noqa: PLC0415  # numpy takes longer than format and new

    return json.dumps(json_schema(), indent=2) + "\n"


@click.command(epilog="Example: plainsheet schema")
def schema() -> None:
    """Print the JSON Schema of the language, by which editors complete, explain and check a model."""
    click.echo(_schema(), nl=False)


@click.command(cls=ModelCommand, epilog="Example: plainsheet graph models/sora.toml --mermaid --upstream training_gpus")
@model_argument
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
    from engine.solve import planned_model  # noqa: PLC0415  # numpy takes longer than format and new
    from exports.results import diagrams  # noqa: PLC0415  # as above

    click.get_current_context().find_root().obj = form == "json"
    planned = planned_model(find_model(model_argument, model))
    rows = diagrams.select_rows(planned, upstream, downstream)
    printed = {"mermaid": diagrams.as_mermaid, "dot": diagrams.as_dot, "json": diagrams.as_json}[form]
    click.echo(printed(planned, rows), nl=False)
