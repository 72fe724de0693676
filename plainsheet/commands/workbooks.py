"""Workbooks and other files: written, held against rules, and taken back."""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import click

from exports.files.atomic import refuse_unnamed_link, replace_file
from exports.files.git import stamp as stamp_of
from exports.files.locate import HERE, find_model, model_beside, refuse_data, target_folder, target_path
from exports.files.stamp import Stamp
from exports.files.together import replace_model
from exports.results.progress import bar
from plainsheet.commands.arguments import ModelCommand
from plainsheet.commands.options import (
    json_option,
    model_argument,
    model_option,
    print_json,
    refuse_both,
    refuse_no_workbook,
    refuse_too_many,
    say,
    say_finished,
    scenario_option,
    warn,
    writing_option,
)


@click.command(cls=ModelCommand, epilog="Example: plainsheet export models/sora.toml --xlsx sora.xlsx")
@model_argument
@scenario_option
@writing_option("xlsx", "an Excel workbook")
@writing_option("ods", "the same workbook for LibreOffice, which must be installed")
@writing_option("pdf", "a report on one page, with results, scenarios and charts, by LibreOffice")
@writing_option("html", "a page that recalculates, one file that needs no network")
@writing_option("json", "what solve --json prints")
@writing_option("csv", "a table of every quantity in every scenario")
@writing_option("markdown", "the same table, for a page")
@click.option(
    "--charts", type=click.Path(path_type=Path), metavar="DIR", help="Write the charts into DIR, as SVG and as PNG."
)
@click.option(
    "--stamp", is_flag=True, help="Write the git revision on the cover, and author and date where the model has none."
)
@click.option(
    "--trials", type=int, metavar="N", help="How many trials of what is drawn are live in the workbook; 0 for none."
)
@click.option("--since", metavar="VERSION", help="Add a sheet of what changed since a git revision, or since a file.")
def export(
    model_argument: Path | None,
    model: Path | None,
    scenario: str | None,
    charts: Path | None,
    since: str | None,
    *,
    trials: int | None,
    stamp: bool,
    **paths: Path | None,
) -> None:
    """Write a model as a workbook whose every result is a live formula, as a page, as a table, or its charts."""
    wanted = {name: path for name, path in paths.items() if path is not None}
    if not wanted and charts is None:
        message = "say what to write: --xlsx, --ods, --pdf, --html, --json, --csv, --markdown or --charts DIR"
        raise click.UsageError(message)
    _refuse_unused(wanted, is_stamped=stamp, is_since=since is not None, trials=trials)
    source = find_model(model_argument, model)
    if not {"xlsx", "ods", "pdf"}.isdisjoint(wanted):
        refuse_too_many(source)
    from engine.analysis import verdicts  # noqa: PLC0415  # an eighth of a second that lint does without
    from engine.plan.selection import known_case  # noqa: PLC0415  # as above
    from engine.solve import solved  # noqa: PLC0415  # as above
    from exports.results.summary import size  # noqa: PLC0415  # as above
    from exports.workbook.layout.uncertainty.outcomes import TRIALS  # noqa: PLC0415  # as above
    from exports.writers import WRITERS, pictures  # noqa: PLC0415  # as above

    targets = {name: target_path(path, source, WRITERS[name].suffix) for name, path in wanted.items()}
    folder = target_folder(charts) if charts is not None else None
    with bar(f"export {source}"):
        planned, results = solved(source)
        for target in targets.values():
            refuse_data(target, planned.model)
        known_case(planned, scenario)
        count = TRIALS if trials is None else trials
        stamped = _stamped(source, scenario, since, is_stamped=stamp)
        contents = {to: WRITERS[name].write(planned, results, scenario, stamped, count) for name, to in targets.items()}
        drawn = pictures(planned, results, scenario) if folder is not None else {}
    failing = verdicts.problems(planned, results)
    warn(failing)
    unnamed = [targets[name] for name, path in wanted.items() if path == HERE]
    if folder is not None:
        unnamed += [folder / name for name in drawn]
    for target in unnamed:
        refuse_unnamed_link(target)
    for target, content in contents.items():
        replace_file(target, content)
        say(f"{target}: {size(planned)}")
    if folder is not None:
        if drawn:
            folder.mkdir(exist_ok=True)
        for name, content in drawn.items():
            replace_file(folder / name, content)
        count = len(drawn) // 2
        told = f"{count} chart{'' if count == 1 else 's'}, each as .svg and .png" if drawn else "nothing to draw"
        say(f"{folder}: {told}")
    # The workbook shows what fails; who runs this in a script must not overlook it.
    sys.exit(1 if failing else 0)


def _refuse_unused(wanted: Collection[str], *, is_stamped: bool, is_since: bool, trials: int | None) -> None:
    """Raise where something is asked for that no form of file that is wanted has a place for."""
    if is_stamped and not {"xlsx", "ods", "pdf"} & set(wanted):
        message = "--stamp is for --xlsx, --ods and --pdf: the revision stands on the workbook's cover"
        raise click.UsageError(message)
    if trials is not None and not {"xlsx", "ods"} & set(wanted):
        message = "--trials is for --xlsx and --ods: trials stand on sheets of the workbook"
        raise click.UsageError(message)
    if trials is not None:
        from exports.workbook.layout.uncertainty.outcomes import refused_trials  # noqa: PLC0415  # numpy takes its time

        if message := refused_trials(trials):
            raise click.UsageError(message)
    if is_since and not {"xlsx", "ods"} & set(wanted):
        message = "--since is for --xlsx and --ods: what changed stands on a sheet of the workbook"
        raise click.UsageError(message)


def _stamped(source: Path, scenario: str | None, since: str | None, *, is_stamped: bool) -> Stamp:
    """Return what is asked for of what the repository knows of a model."""
    found = stamp_of(source) if is_stamped else Stamp()
    if since is None:
        return found
    from exports.review.change_log import change_log  # noqa: PLC0415  # only a review needs all of this

    return replace(found, changes=change_log(source, since, scenario))


@click.command(epilog="Example: plainsheet lint sora.xlsx")
@click.argument("workbook", type=click.Path(path_type=Path))
@json_option
def lint(workbook: Path, *, as_json_text: bool) -> None:
    """Hold any WORKBOOK (.xlsx) against rules of good modelling practice, each with the standard it comes from."""
    refuse_no_workbook(workbook)
    from exports.lint import report, rules  # noqa: PLC0415  # openpyxl takes a quarter of a second
    from exports.reading.reader import read_workbook  # noqa: PLC0415  # as above

    with bar(f"lint {workbook}"):
        book = read_workbook(workbook)
        found = rules.check_rules(book)
    if as_json_text:
        print_json(report.record(book, found))
    else:
        click.echo(report.as_text(book, found))
    sys.exit(1 if any(findings for _, findings in found) else 0)


@click.command("import", cls=ModelCommand, epilog="Example: plainsheet import sora.xlsx models/sora.toml")
@click.argument("workbook", type=click.Path(path_type=Path))
@model_option
@click.option("--check", "only_checks", is_flag=True, help="Write nothing; only report.")
@click.option("--ours", is_flag=True, help="Where both changed a value, keep the text's.")
@click.option("--theirs", is_flag=True, help="Where both changed a value, take the workbook's.")
@click.option("--formulas", is_flag=True, help="Take formulas that were changed too.")
@json_option
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
    refuse_no_workbook(workbook)
    from exports.roundtrip import apply, report  # noqa: PLC0415  # openpyxl takes a quarter of a second
    from exports.style.effects import list_effects  # noqa: PLC0415  # as above

    refuse_both(("--ours", "--theirs", ours and theirs))
    source = find_model(None, model or model_beside(workbook))
    say_finished(source)
    with bar(f"import {workbook}"):
        found = apply.try_import(workbook, source, "ours" if ours else "theirs" if theirs else "", formulas=formulas)
    is_written = not found.is_refused and not only_checks and found.is_changed
    if is_written:
        replace_model(source, (found.before, found.text), found.contents)
    if as_json_text:
        print_json(report.record(found, written=is_written))
    else:
        for text in (
            report.changes(found.merged),
            report.formulas(found.formulas, found.formula_effects, are_taken=formulas),
            report.others(found),
        ):
            if text:
                click.echo(text, err=found.is_refused)
        warn(found.failing)
        if not found.is_refused and found.is_changed:
            click.echo(list_effects(found.effects))
            outcome = "written" if is_written else "not written, since --check only reports"
            for name in (*[source.parent / name for name in found.contents], source):
                say(f"{name}: {outcome}")
        elif not found.is_refused and not found.formulas:
            say(f"{source}: {report.nothing(found.merged)}")
    sys.exit(1 if found.is_refused else 0)
