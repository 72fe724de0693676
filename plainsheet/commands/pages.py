"""What is shown while a model is written: its page, and all that an editor asks for."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import click

from engine.problems import Mistake
from exports.files.locate import find_model
from plainsheet.commands.arguments import ModelCommand
from plainsheet.commands.options import model_argument, say, scenario_option
from plainsheet.interrupts import at_once

_PORT = 8642


@click.command(cls=ModelCommand, epilog="Example: plainsheet serve models/sora.toml --open")
@model_argument
@scenario_option
@click.option("--port", type=click.IntRange(0, 65_535), default=_PORT, show_default=True, help="0 takes a free one.")
@click.option("--open", "is_opened", is_flag=True, help="Open it in the browser.")
def serve(model_argument: Path | None, model: Path | None, scenario: str | None, port: int, *, is_opened: bool) -> None:
    """Show the page of a model, on this machine alone, and show it anew whenever the text is saved.

    What is wrong with the text stands above the page of the last text that could be computed. Ctrl-C ends it.
    """
    from plainsheet.commands.serving import HOST, Live, server  # noqa: PLC0415  # the library takes a tenth of a second

    source = find_model(model_argument, model)
    shown = Live(source, scenario)
    with server(shown, port) as found, suppress(KeyboardInterrupt):
        shown.now()
        address = f"http://{HOST}:{found.server_address[1]}/"
        say(f"{source}: {address}")
        if is_opened:
            click.launch(address)
        found.serve_forever()


@click.command(epilog="Example: plainsheet lsp")
def lsp() -> None:
    """Serve an editor by the Language Server Protocol, on standard input and output.

    An editor starts it, and ends it: docs/editor.md has the settings of some.
    """
    try:
        from plainsheet.editor.server import serve_editor  # noqa: PLC0415  # an extra, which takes half a second
    except ModuleNotFoundError:
        message = "the language server needs pygls, which is not installed"
        raise Mistake(message, "pip install 'plainsheet[editor]'") from None
    with at_once():
        is_left = serve_editor(sys.stdin.buffer, sys.stdout.buffer)
    sys.exit(0 if is_left else 1)
