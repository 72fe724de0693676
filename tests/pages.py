"""The pages of the documentation: what stands in their fences."""

from __future__ import annotations

import re

from tests.places import ROOT

_FENCED = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(name: str) -> list[tuple[str, str]]:
    """Return the fenced blocks of a page: what they are, and their text."""
    return [(match["kind"], match["text"]) for match in _FENCED.finditer((ROOT / name).read_text())]
