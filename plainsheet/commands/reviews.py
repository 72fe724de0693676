"""Versions of a model: compared, followed through history, and merged by git."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from engine.data.folder import Folder
from engine.files import read_file
from engine.problems import Mistake
from engine.text.toml import at_most, megabytes, most_bytes
from exports.files.atomic import replace_text
from exports.files.locate import find_model
from exports.results.progress import bar
from exports.review.setup_git import set_up
from plainsheet.commands import completion
from plainsheet.commands.arguments import ModelCommand
from plainsheet.commands.options import json_option, model_option, print_json, refuse_both, say, scenario_option


@click.command(epilog="Example: plainsheet diff main..HEAD -m models/sora.toml --markdown")
@click.argument("versions", metavar="[OLD] [NEW]", nargs=-1)
@model_option
@scenario_option
@click.option("--markdown", is_flag=True, help="Print Markdown, for a comment on a pull request.")
@click.option("--all", "every", is_flag=True, help="List every quantity that changed, directly or indirectly.")
@json_option
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
    refuse_both(("--markdown", "--json", markdown and as_json_text))
    from exports.review import markdown as page  # noqa: PLC0415  # openpyxl takes a quarter of a second
    from exports.review import report, review  # noqa: PLC0415  # as above
    from exports.review.versions import versions as named  # noqa: PLC0415  # as above

    with bar("diff"):
        found = review.review_versions(*named(versions, model), scenario)
    if as_json_text:
        print_json(report.record(found))
    elif markdown:
        click.echo(page.as_markdown(found), nl=False)
    else:
        click.echo(report.as_text(found, every=every))


@click.command(cls=ModelCommand, epilog="Example: plainsheet log price models/sora.toml --output training_cost")
@click.argument("quantity", shell_complete=completion.quantities)
@model_option
@scenario_option
@click.option("-o", "--output", default="", metavar="OUTPUT", help="The output beside it; the first without it.")
@click.option("-n", "most", default=200, metavar="N", show_default=True, help="How many commits to look at.")
@json_option
def log(quantity: str, model: Path | None, scenario: str | None, output: str, most: int, *, as_json_text: bool) -> None:
    """Show how QUANTITY moved through the history of its repository, and how an output moved with it."""
    from exports.review import history  # noqa: PLC0415  # openpyxl takes a quarter of a second

    label, moments = history.history(find_model(None, model), quantity, output, scenario, max(1, most))
    if as_json_text:
        print_json({"quantity": quantity, "output": label, "changes": [one.record() for one in moments]})
    else:
        click.echo(history.as_text(quantity, label, moments))


@click.command("git-setup", epilog="Example: plainsheet git-setup models/sora.toml")
@click.argument("models", metavar="[MODEL]...", nargs=-1, type=click.Path(path_type=Path))
def git_setup(models: tuple[Path, ...]) -> None:
    """Tell git how to show and to merge models, and how to show workbooks, in this repository.

    Writes .gitattributes, which is committed, and settings of this clone, which each clone needs.
    """
    for line in set_up(models or (find_model(None, None),)):
        say(line)


@click.command(hidden=True)
@click.argument("workbook", type=click.Path(path_type=Path))
def textconv(workbook: Path) -> None:
    """Print an exported workbook as lines: what git calls to compare two of them."""
    from exports.review.textconv import as_lines  # noqa: PLC0415  # openpyxl takes a quarter of a second

    click.echo(as_lines(workbook), nl=False)


@click.command("merge-driver", hidden=True)
@click.argument("base", type=click.Path(path_type=Path))
@click.argument("ours", type=click.Path(path_type=Path))
@click.argument("theirs", type=click.Path(path_type=Path))
@click.argument("name")
def merge_driver(base: Path, ours: Path, theirs: Path, name: str) -> None:
    """Merge two versions of a model by quantity: what git calls to merge branches."""
    from exports.review.merge_driver import by_lines_alone, three_way  # noqa: PLC0415  # numpy takes a tenth of a second

    try:
        texts = [_read_side(path) for path in (base, ours, theirs)]
    except ValueError as problem:
        reason = "no UTF-8" if isinstance(problem, UnicodeDecodeError) else problem
        say(f"{name}: {reason}, so that git merges its lines", err=True)
        sys.exit(2)
    try:
        merge = three_way(texts[0], texts[1], texts[2], files=Folder(Path(name).parent))
    except Exception:  # noqa: BLE001  # git would keep our side alone, without a mark: then nobody misses theirs
        merge = by_lines_alone(*texts)
    replace_text(ours, texts[1], merge.text)
    for conflict in merge.conflicts:
        say(f"{name}: {conflict}", err=True)
    sys.exit(1 if merge.conflicts else 0)


def _read_side(path: Path) -> str:
    content = read_file(path, most_bytes() + 1)
    if len(content) > most_bytes():
        message = f"larger than {megabytes(most_bytes())}"
        raise ValueError(message)
    return content.decode("utf-8-sig")


# GitHub takes 65,536 letters for a comment, and a megabyte for a summary.
_MOST_OF_COMMENT = 60_000
_MOST_OF_SUMMARY = 1_000_000
_MOST_OF_STRANGERS = 32_000_000


@click.command("pull-request", hidden=True)
def pull_request() -> None:
    """Review the models of a pull request: what the action calls, with variables as it sets them."""
    from exports.files.github import keep_comment  # noqa: PLC0415  # only the action needs it
    from exports.review.pull_request.comment import cut  # noqa: PLC0415  # as above
    from exports.review.pull_request.models import review_models  # noqa: PLC0415  # openpyxl takes a quarter of a second

    given = dict(os.environ)
    # Nothing that looks into a model needs it.
    token = os.environ.pop("GH_TOKEN", "")
    # Who asks for a review may be anybody, and pays for none of it.
    with at_most(_MOST_OF_STRANGERS):
        pages = given.get("PAGES")
        found = review_models(given.get("MODELS", ""), given.get("BASE", ""), Path(pages) if pages else None)
    summary = cut(found.text, _MOST_OF_SUMMARY)
    if target := given.get("GITHUB_STEP_SUMMARY"):
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(summary)
    else:
        click.echo(summary, nl=False)
    number = given.get("PULL_REQUEST", "")
    if given.get("COMMENT", "true") == "true" and number and token:
        try:
            text = cut(found.text, _MOST_OF_COMMENT)
            keep_comment(given.get("GITHUB_REPOSITORY", ""), number, text, given, is_needed=not found.is_quiet)
        except Mistake as trouble:
            click.echo(f"{trouble.message}\n  hint: {trouble.hint}", err=True)
    sys.exit(0 if found.holds else 1)
