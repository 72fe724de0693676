"""The commands behind `plainsheet`: which there are, and what becomes of their failures."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import sys
from importlib import import_module
from typing import Any, Final, NoReturn

import click

from engine.problems import Mistake, ModelError, as_json, error, printable, render
from engine.text.toml import MOST_BYTES, at_most
from exports.files.locate import WrongUsage
from plainsheet.interrupts import STATUS, interruptible, line

# By name: where a command stands, and the line that --help shows for it, so that --help imports none of them.
_COMMANDS: Final = {
    "check": ("models:check", "Check models: units, figures, statements, scenarios."),
    "data": ("data:data", "Show a model's data files, and renew their hashes."),
    "diff": ("reviews:diff", "Tell what changed between versions, its effects and why."),
    "explain": ("answers:explain", "Show how a number comes about, down to the inputs."),
    "export": ("workbooks:export", "Write a live workbook, a table, or charts."),
    "format": ("models:format_model", "Write the texts of models in canonical form."),
    "git-setup": ("reviews:git_setup", "Tell git how to show and merge models."),
    "goal": ("answers:goal", "Find the input at which an output has a value."),
    "graph": ("models:graph", "Print what feeds what."),
    "import": ("workbooks:import_workbook", "Take what was changed in a workbook into the model."),
    "lint": ("workbooks:lint", "Hold any workbook against rules of good practice."),
    "log": ("reviews:log", "Show how a number moved through its history."),
    "lsp": ("pages:lsp", "Serve an editor: problems and values as you type."),
    "new": ("models:new", "Write a small model to begin with."),
    "rename": ("models:rename", "Give something another name wherever it stands."),
    "schema": ("models:schema", "Print the JSON Schema of the language, for editors."),
    "sensitivity": ("answers:sensitivity", "Show how much each input matters to an output."),
    "serve": ("pages:serve", "Show the page of a model while it is written."),
    "simulate": ("uncertainty:simulate", "Draw uncertain inputs and show how outputs spread."),
    "solve": ("answers:solve", "Compute a scenario, or all of them side by side."),
    "sweep": ("sweeps:sweep", "Compute outputs for a grid or a file of cases."),
}
# In which order --help lists them: who is new needs the first four.
_THEMES: Final = {
    "Where to begin": ("new", "check", "solve", "export", "serve"),
    "Understand a number": ("explain", "sensitivity", "simulate", "sweep", "goal", "graph"),
    "Work with Excel": ("import", "lint"),
    "Review changes": ("diff", "log", "data", "format", "rename", "git-setup"),
    "In an editor": ("lsp", "schema"),
}
_SIZE: Final = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*([kKmMgG]?[bB])?")
_BYTES: Final = {"": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9}
# What git and the action call, and --help does not show.
_HIDDEN: Final = {
    "merge-driver": (
        "reviews:merge_driver",
        "Merge two versions of a model by quantity: what git calls to merge branches.",
    ),
    "pull-request": (
        "reviews:pull_request",
        "Review the models of a pull request: what the action calls, with variables as it sets them.",
    ),
    "textconv": ("reviews:textconv", "Print an exported workbook as lines: what git calls to compare two of them."),
}


class _Listed(click.Command):
    """A command as --help lists it; its module is imported only when it is called."""

    def __init__(self, name: str, place: str, text: str, *, hidden: bool) -> None:
        super().__init__(name, help=text, hidden=hidden)
        self._module, _, self._attribute = place.partition(":")

    def loaded(self) -> click.Command:
        """Return the command itself."""
        command: click.Command = getattr(import_module(f"{__name__}.{self._module}"), self._attribute)
        return command


class _Group(click.Group):
    """Commands that are imported when they are called, and whose every failure is a message and an exit status."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401  # click's
    ) -> click.Context:
        """Read the arguments, of which some, such as --help, print already."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except BrokenPipeError:
            raise  # click's own
        except OSError as problem:
            _refuse(problem)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is called, imported, with its name and its arguments."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command.loaded() if isinstance(command, _Listed) else command, rest

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by theme, those first that a newcomer needs."""
        width = formatter.width - 6 - max(len(name) for name in _COMMANDS)
        for theme, names in _THEMES.items():
            with formatter.section(theme):
                formatter.write_dl([(name, self.commands[name].get_short_help_str(width)) for name in names])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that is called; what it raises becomes a message and an exit status."""
        try:
            with interruptible():
                return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            click.echo(line(interrupt), err=True)
            ctx.exit(STATUS)
        except ModelError as problem:
            _fail(problem)
        except Mistake as problem:
            _fail(ModelError([error("file", problem.message, None, problem.hint)]))
        except WrongUsage as problem:
            raise click.UsageError(_plain(str(problem)), self._called(ctx)) from None
        except click.ClickException as problem:
            problem.message = _plain(problem.message)  # type: ignore[misc]  # final only for its own kinds
            raise
        except BrokenPipeError:
            # The reader, such as head, has seen enough.
            _drop_output()
            ctx.exit(0)
        except MemoryError:
            click.echo("the model is too large for the memory of this machine", err=True)
            ctx.exit(1)
        except OSError as problem:
            _refuse(problem)

    def _called(self, ctx: click.Context) -> click.Context:
        """Return the context of the command that was called, whose usage is to be shown."""
        name = ctx.invoked_subcommand or ""
        command = self.commands[name]
        return click.Context(command.loaded() if isinstance(command, _Listed) else command, ctx, name)


def _refuse(problem: OSError) -> NoReturn:
    """Say what the system refused, and end."""
    # Libraries that were writing complain once more when they are cleared away; it has been said.
    sys.unraisablehook = lambda _: None
    told = f"{problem.filename or 'file'}: {problem.strerror or problem}"
    if problem.errno == errno.EBADF:
        told = "the standard output is closed"
        _drop_output()
    click.echo(printable(told), err=True)
    sys.exit(1)


def _drop_output() -> None:
    """Let what is still to be flushed go nowhere."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123  # to the end


def _plain(message: str) -> str:
    """Return a message in which nothing that a terminal obeys is left, as a name of a file may have it."""
    return "\n".join(map(printable, message.split("\n")))


def _fail(problem: ModelError) -> NoReturn:
    # Libraries that were writing complain once more when they are cleared away; it is said here.
    sys.unraisablehook = lambda _: None
    problems = problem.problems
    if any(one.code == "hash" for one in problems):
        from exports.review.data.update import explain  # noqa: PLC0415  # only where a file of data is another one

        problems = explain(problems)
    ctx = click.get_current_context(silent=True)
    wants_json = bool(ctx and ctx.find_root().obj)
    if wants_json:
        click.echo(json.dumps({"problems": as_json(problems)}, indent=2, ensure_ascii=False))
    else:
        click.echo(render(problems), err=True)
    sys.exit(1)


def _lower_bound(ctx: click.Context, _parameter: click.Parameter, given: str | None) -> None:
    """Let no text of a model be larger than what is given, for as long as the command runs."""
    if given is None:
        return
    found = _SIZE.fullmatch(given.strip())
    if found is None:
        message = f"--max-size: '{_plain(given)}' is no size; write it as in 10MB or 500kB"
        raise click.UsageError(message, ctx)
    size = float(found[1]) * _BYTES[(found[2] or "").lower()]
    ctx.with_resource(at_most(int(min(size, MOST_BYTES))))


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="plainsheet", prog_name="plainsheet")
@click.option(
    "--max-size", metavar="SIZE", callback=_lower_bound, expose_value=False,
    help="Refuse a model whose text is larger, as in 10MB; 128MB without it.",
)  # fmt: skip
def main() -> None:
    """Quantitative models in plain text, live in Excel.

    MODEL is a TOML file. Without one, models/sora.toml is taken where it
    exists, or else the only model in this directory or in models/.

    Exit status: 0, 1 for a problem in the input, 2 for wrong usage, 130
    after Ctrl-C.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Where an old code page cannot show a character, a question mark is better than nothing at all.
            stream.reconfigure(errors="replace")
    if sys.stderr.isatty():
        _tell_progress()


def _tell_progress() -> None:
    """Print what takes longer than anybody waits for in silence, where somebody waits."""
    import logging  # noqa: PLC0415  # only where somebody waits

    log = logging.getLogger("plainsheet")
    log.addHandler(logging.StreamHandler())
    log.setLevel(logging.INFO)


for _name, (_place, _text) in _COMMANDS.items():
    main.add_command(_Listed(_name, _place, _text, hidden=False))
for _name, (_place, _text) in _HIDDEN.items():
    main.add_command(_Listed(_name, _place, _text, hidden=True))
