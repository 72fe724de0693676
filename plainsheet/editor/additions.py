"""What tables of a text declare that are not in the last model of it, whether or not the whole is TOML by now."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from engine.model.load import loads
from engine.model.model import Model
from engine.problems import ModelError

# They are read with every key that is typed, each by itself.
_MOST: Final = 30
_LONGEST: Final = 10_000
_NAMED: Final = ("dimensions", "data", "sources", "quantities", "scenarios")


def with_additions(model: Model, text: str) -> Model:
    """Return a model with what a text declares in tables that the model's own does not have."""
    if text == model.document.text:
        return model
    pieces = _pieces(model.document.text)
    known = set(pieces)
    new = (one for one in _pieces(text) if len(one) < _LONGEST and one not in known)
    added = [mended for one in islice(new, _MOST) if (mended := _mended(one))]
    # What they are over stands beside them.
    shapes = {_header(one): one for one in (*pieces, *added) if one.startswith("dimensions.")}
    found = [_read([one, *[shape for name, shape in shapes.items() if name != _header(one)]]) for one in added]
    return _joined(model, [one for one in found if one is not None]) if found else model


def _pieces(text: str) -> list[str]:
    """Return what stands behind the first bracket of each header."""
    return f"\n{text}".replace("\r\n", "\n").split("\n[")[1:]


def _header(piece: str) -> str:
    return piece.partition("\n")[0]


def _mended(piece: str) -> str:
    """Return a table; where it is no TOML, those of its lines that are by themselves; '' where that is none either."""
    if _is_toml(f"[{piece}"):
        return piece
    header, *lines = piece.split("\n")
    kept = "\n".join([header, *filter(_is_toml, lines)])
    return kept if _is_toml(f"[{kept}") else ""


def _read(pieces: Iterable[str]) -> Model | None:
    """Return the model of tables; None where they are none together."""
    try:
        return loads("".join([f"[{one}\n" for one in pieces]))
    except ModelError:
        return None


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _joined(model: Model, others: Iterable[Model]) -> Model:
    """Return a model with what others have under names that it does not."""
    found: dict[str, dict[str, Any]] = {name: {one.id: one for one in getattr(model, name)} for name in _NAMED}
    units = dict(model.units)
    for other in others:
        units = dict(other.units) | units
        for name, known in found.items():
            for one in getattr(other, name):
                known.setdefault(one.id, one)
    fields: dict[str, Any] = {name: tuple(known.values()) for name, known in found.items()}
    return replace(model, units=tuple(units.items()), **fields)
