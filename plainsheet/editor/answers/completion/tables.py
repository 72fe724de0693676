"""What a key path is within: a table of which kind, and what that says which is around the cursor."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from engine.model.declared.charts import KEYS as CHART_KEYS
from engine.model.dimensions import Dimension
from engine.model.model import Model, Quantity
from engine.model.quantities import QUANTITY_KEYS
from engine.problems import KeyPath
from engine.references.symbols import TABLES
from engine.schema.schema import json_schema
from plainsheet.editor.answers.completion.cursor import Cursor

_NAME: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its kind as the schema has it, its own path, and the rest of a path that leads into it."""

    kind: str
    path: KeyPath
    rest: KeyPath


def table_at(model: Model, path: KeyPath) -> Table:
    """Return the table that a key path is within; one of the kind '' where tables have names and no keys."""
    match path:
        case ("model" | "units" as name, *_):
            return Table(str(name), path[:1], path[1:])
        case ("correlations", int(), *_):
            return Table("correlation", path[:2], path[2:])
        case (str(name), _, *_) if name in TABLES:
            return Table(TABLES[name], path[:2], path[2:])
        case () | (_,) if not path or path[0] in {*TABLES, "correlations"}:
            return Table("", path, ())
    owner = _quantity(model, path)
    rest = path[len(owner) :]
    match rest:
        case ("published", int(), *_):
            return Table("published", path[: len(owner) + 2], rest[2:])
    # A table that holds nothing yet may become either.
    is_section = not rest and any(one.path == owner for one in model.sections) and _holds_any(model, owner)
    return Table("section" if is_section else "quantity", owner, rest)


def _holds_any(model: Model, path: KeyPath) -> bool:
    inner = [*[one.path for one in model.sections], *[one.path for one in model.quantities]]
    return any(len(one) > len(path) and one[: len(path)] == path for one in inner)


def _quantity(model: Model, path: KeyPath) -> KeyPath:
    """Return the path of the quantity that a key path is within: one that there is, or one that is being written."""
    for end, name in enumerate(path, 1):
        known = model.by_id.get(str(name))
        if known is not None and known.path == path[:end]:
            return known.path
    keys = (end for end in range(1, len(path)) if path[end] in QUANTITY_KEYS)
    return path[: next(keys, len(path))]


class Around:
    """What the tables around a cursor say, as far as it is known: in the text, else in the model as it was last."""

    def __init__(self, model: Model, cursor: Cursor) -> None:
        self.model = model
        self.cursor = cursor
        self.table = table_at(model, cursor.path)

    @property
    def quantity(self) -> Quantity | None:
        """Return the quantity whose table the cursor is in, if it is known."""
        known = self.model.by_id.get(str(self._owner[-1])) if self._owner else None
        return known if known is not None and known.path == self._owner else None

    @property
    def _owner(self) -> KeyPath:
        return self.table.path[:-2] if self.table.kind == "published" else self.table.path

    def said(self, *keys: str) -> str:
        """Return the name that stands at a key of the table, without its quotes; '' for none."""
        return self.cursor.beside.get((*self.table.path, *keys), "").strip("\"'")

    @property
    def over(self) -> list[Dimension]:
        """Return the dimensions that the quantity is over."""
        path = (*self._owner, "over")
        beside = self.cursor.beside
        names = [name for at, value in beside.items() if at[: len(path)] == path for name in _NAME.findall(value)]
        if not names and self.quantity is not None:
            names = [*self.quantity.over]
        return self.dimensions(names)

    @property
    def chosen(self) -> Dimension | None:
        """Return the dimension from which the quantity chooses."""
        name = self.said("choice") or (self.quantity.choice if self.quantity is not None else "")
        return self.model.dimension.get(name)

    def dimensions(self, names: list[str]) -> list[Dimension]:
        """Return the dimensions that have some names."""
        return [self.model.dimension[name] for name in names if name in self.model.dimension]

    @property
    def keys(self) -> Mapping[str, Any]:
        """Return the keys that the table may have, each with its schema."""
        chart = self.said("kind") if self.table.kind == "chart" else ""
        return _keys(self.table.kind, chart if chart in CHART_KEYS else "", is_choice=bool(self.said("choice")))


@cache
def _keys(kind: str, chart: str, *, is_choice: bool) -> Mapping[str, Any]:
    found = _definitions()
    if kind == "chart":
        by_kind = dict(zip(CHART_KEYS, [one["properties"] for one in found["chart"]["oneOf"]], strict=True))
        every = {key: schema for keys in by_kind.values() for key, schema in keys.items()}
        return {**by_kind.get(chart, every), "kind": {**every["kind"], "enum": [*CHART_KEYS]}}
    if kind == "quantity":
        choice = found["choice"]["properties"]
        return choice if is_choice else {**found[kind]["properties"], "choice": choice["choice"]}
    return found[kind]["properties"] if kind in found else {}


@cache
def _definitions() -> Mapping[str, Any]:
    return json_schema()["definitions"]  # type: ignore[no-any-return]  # a schema is JSON
