"""The one door to rich: consoles, and the tables, texts and trees that are printed on them."""

from __future__ import annotations

import os
import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from engine.problems import printable

__all__ = ["Console", "Table", "Text", "Tree", "console", "plain", "progress", "table"]


def table(heading: str) -> Table:
    """Return a table without lines, below a heading in bold."""
    return Table(
        title=plain(heading), title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim"
    )


def plain(text: str) -> Text:
    """Return a text of a model's in one line, without what a terminal would obey."""
    return Text(printable(text.replace("\n", " ")))


def console() -> Console:
    """Return a console: colour on a terminal only, and no line broken where a program reads along."""
    is_terminal = sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    return Console(highlight=False, markup=False, emoji=False, width=None if is_terminal else 400)


def progress() -> Progress:
    """Return a bar on standard error that is gone when the work is done."""
    columns = SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn()
    return Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True)
