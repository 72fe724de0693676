"""Texts of a model as HTML: nothing in them is ever markup."""

from __future__ import annotations

from html import escape
from typing import Final
from urllib.parse import urlsplit

from engine.units.unit import Unit

# Control characters, and those that turn the direction of what stands behind them.
_STEERING: Final = dict.fromkeys((*range(32), *range(127, 160), *range(8234, 8239), *range(8294, 8298)), "�")


def text(given: str) -> str:
    """Return a text of a model as HTML, on one line and without letters that steer what is beside them."""
    line = " ".join(given.split())
    line = line if line.isprintable() else line.translate(_STEERING)
    return escape(line, quote=False).replace('"', "&quot;")


def unit(of: Unit) -> str:
    """Return a unit as HTML, '' for a pure number."""
    return text(of.for_readers)


def link(url: str) -> str:
    """Return an address as a link, or as a text where it is none of the web's: a script may hide in others."""
    shown = text(url)
    try:
        is_of_web = urlsplit(url).scheme in {"http", "https"}
    except ValueError:
        is_of_web = False
    return f'<a href="{shown}" rel="noopener noreferrer">{shown}</a>' if is_of_web else shown


def section(id_: str, heading: str, body: str) -> str:
    """Return a section of the report; '' where it has nothing to say."""
    if not body:
        return ""
    return f'<section id="{id_}" aria-labelledby="{id_}-h">\n<h2 id="{id_}-h">{heading}</h2>\n{body}\n</section>\n'


def region(name: str, body: str, look: str = "scroll") -> str:
    """Return what may be wider or longer than its place in a box that scrolls, by keyboard too."""
    return f'<div class="{look}" tabindex=0 role=region aria-label="{text(name)}">{body}</div>'
