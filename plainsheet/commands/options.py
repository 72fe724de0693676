"""The options and arguments that commands share, and how they print."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from operator import length_hint
from pathlib import Path
from typing import Final

import click

from engine.files import read_file
from engine.problems import ModelError, Problem, error, printable, render
from engine.text.toml import most_bytes
from engine.work.workers import MOST_PROCESSES
from exports.files.locate import HERE, WrongUsage, find_model
from plainsheet.commands import completion


def _remember_json(ctx: click.Context, _parameter: click.Parameter, value: bool) -> bool:  # noqa: FBT001  # click's order
    ctx.find_root().obj = value
    return value


# Excel has 1,048,576 rows a sheet, and with every quantity go its cases, its swing and what the way back needs.
_MOST_LINES: Final = 200_000
_BEGINS: Final = re.compile(rb"^[ \t]*(?:formula|solve|value)[ \t]*=", re.MULTILINE)

json_option = click.option(
    "--json", "as_json_text", is_flag=True, callback=_remember_json, help="Print JSON, problems too, for a program."
)


def _one(_ctx: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> str | None:
    """Return the scenario that is named, of an option that may be given once."""
    if len(given) > 1:
        message = f"the scenario is given twice: {' and '.join(given)}"
        raise click.UsageError(message)
    return given[0] if given else None


def _one_or_composed(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> str | None:
    """Return the scenario that is named; who gives two is told how they are composed."""
    try:
        return _one(ctx, parameter, given)
    except click.UsageError as wrong:
        message = f"{wrong.message}; write -s {'+'.join(given)} for both at once"
        raise click.UsageError(message) from None


scenario_option = click.option(
    "-s", "--scenario", metavar="S", help="The scenario; the model's first without it.",
    shell_complete=completion.scenarios, multiple=True, callback=_one,
)  # fmt: skip
composed_option = click.option(
    "-s", "--scenario", metavar="S", shell_complete=completion.scenarios, multiple=True, callback=_one_or_composed,
    help="The scenario, the model's first without it; a+b for two at once, where what both set is a's.",
)  # fmt: skip
set_option = click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="ID=VALUE",
    shell_complete=completion.settings,
    help='Change an input, as in --set "price=2.5 USD/hour", or a member of it: --set "price[North]=2.5".',
)
model_option = click.option(
    "-m", "--model", type=click.Path(path_type=Path), is_eager=True,
    help="The model; or give its .toml among the arguments, wherever you like.",
)  # fmt: skip


def model_argument(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command with a model as its argument or as its option."""
    argument = click.argument("model_argument", metavar="[MODEL]", required=False, type=click.Path(path_type=Path))
    return argument(model_option(command))


def models_argument(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command with several models as its arguments, or one as its option."""
    argument = click.argument("models", metavar="[MODEL]...", nargs=-1, type=click.Path(path_type=Path))
    return argument(model_option(command))


@contextmanager
def each(models: tuple[Path, ...], model: Path | None) -> Iterator[Iterator[Path]]:
    """Give the models that are named, or the one that is meant; Ctrl-C notes how many were done."""
    if len(models) > 1 and model is not None:
        message = "the model is given twice, as an argument and with --model"
        raise WrongUsage(message)
    found = [find_model(one, model) for one in models] if models else [find_model(None, model)]
    waiting = iter(found)
    try:
        yield waiting
    except KeyboardInterrupt as interrupt:
        done = len(found) - length_hint(waiting) - 1
        if done > 0:
            interrupt.add_note(f"{done} of {len(found)} models were done")
        raise


workers_option = click.option(
    "--workers", type=click.IntRange(1, MOST_PROCESSES), metavar="N", help="Share the work among N processes."
)
on_option = click.option(
    "--on", metavar="ADDRESS", help="Share the work among the workers of a dask scheduler: tcp://host:8786."
)


def refuse_both(*pairs: tuple[str, str, bool]) -> None:
    """Raise UsageError for two options that exclude each other, where both are there."""
    for one, other, is_both in pairs:
        if is_both:
            message = f"choose one of {one} and {other}"
            raise click.UsageError(message)


def warn(problems: Sequence[Problem]) -> None:
    """Print problems beside what is printed, where there are any."""
    if problems:
        click.echo(render(problems), err=True)


def plot_option(what: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return an option that asks for a picture in a file."""
    return click.option(
        "--plot", type=click.Path(path_type=Path), metavar="FILE", callback=_picture,
        help=f"Write {what} to a file, .svg or .png.",
    )  # fmt: skip


def _picture(_ctx: click.Context, _parameter: click.Parameter, given: Path | None) -> Path | None:
    if given is not None and given.suffix.lower() not in {".svg", ".png"}:
        message = f"'{given}' ends in neither .svg nor .png"
        raise click.UsageError(message)
    return given


def writing_option(name: str, what: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return an option that asks for a file, at a path or named like the model."""
    text = f"Write {what}; without PATH, named like the model, here."
    return click.option(
        f"--{name}", name, type=click.Path(path_type=Path), is_flag=False, flag_value=HERE, metavar="[PATH]", help=text
    )


def refuse_too_many(source: Path) -> None:
    """Raise ModelError for a text with more quantities than a workbook takes, before hours go into it."""
    with suppress(OSError):  # who reads the model says so
        count = len(_BEGINS.findall(read_file(source, most_bytes())))
        if count > _MOST_LINES:
            message = f"a workbook takes {_MOST_LINES:,} quantities at most, and {source.name} has {count:,}"
            raise ModelError([error("size", message, None, "--csv writes all of them; or split the model")])


def refuse_no_workbook(path: Path) -> None:
    """Raise wrong usage for a path that is not a workbook's."""
    if path.suffix.lower() not in {".xlsx", ".xlsm"}:
        message = f"'{path}' is no .xlsx file"
        raise click.UsageError(message)


def print_json(value: object) -> None:
    """Print plain values as JSON."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


def say(text: str, *, err: bool = False) -> None:
    """Print a line in which nothing is left that a terminal obeys, as a name of a file may have it."""
    click.echo(printable(text), err=err)


def say_finished(source: Path) -> None:
    """Finish what an import was cut off at while it wrote a model and its data, and say so."""
    from exports.files.together import finish  # noqa: PLC0415  # only commands that write have anything to finish

    for name in finish(source):
        say(f"{source.parent / name}: written, as the import was to that was cut off", err=True)
