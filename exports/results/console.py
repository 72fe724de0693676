"""The one door to rich: consoles, and the tables, texts and trees that are printed on them."""

from __future__ import annotations

import os
import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

__all__ = ["Table", "Text", "Tree", "console"]


def console() -> Console:
    """Return a console: colour on a terminal only, and no line broken where a program reads along."""
    is_terminal = sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    return Console(highlight=False, markup=False, emoji=False, width=None if is_terminal else 400)
