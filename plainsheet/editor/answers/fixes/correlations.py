"""Ranks of correlations that can hold together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from engine.problems import KeyPath
from plainsheet.editor.answers.fixes.site import Candidate, Site

_PAIR: Final = re.compile(
    r"^'(?P<one>[^']+)' with '(?P<other>[^']+)': (?P<rank>-?[\d.]+|not said), and the nearest is (?P<nearest>-?[\d.]+)",
    re.MULTILINE,
)


def nearest(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that writes the nearest ranks which can hold together, where all are said."""
    pairs = list(_PAIR.finditer(site.message))
    paths = [_rank(site, pair["one"], pair["other"]) for pair in pairs]
    if all(paths):
        values = [(path, pair["nearest"]) for path, pair in zip(paths, pairs, strict=True)]
        yield from site.setting(values, "Write the nearest")


def multiplied(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that multiplies each rank by a factor."""
    values = []
    for pair in _PAIR.finditer(site.message):
        if path := _rank(site, pair["one"], pair["other"]):
            rank = Decimal(pair["rank"]) * Decimal(found["factor"])
            values.append((path, f"{rank.normalize():f}"))
    yield from site.setting(values, f"Multiply each rank by {found['factor']}")


def _rank(site: Site, one: str, other: str) -> KeyPath:
    """Return where the rank of two stands; () where it is not said."""
    named: dict[KeyPath, set[str]] = {}
    for path in site.places.values:
        if path[0] == "correlations" and "between" in path and (written := site.written(path)) is not None:
            named.setdefault(path[:2], set()).add(written.text)
    return next(((*path, "rank") for path, names in named.items() if names == {one, other}), ())
