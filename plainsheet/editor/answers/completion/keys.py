"""Which keys and names of tables may be written: those of the language, and the members and ids that a table is by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from lsprotocol.types import CompletionItemKind as Kind

from engine.model.dimensions import DEFAULT, Dimension, member_keys
from engine.model.load import NOT_YET_TABLES, RESERVED_TABLES
from engine.model.model import Model, Quantity
from engine.plan.evaluate import Results
from engine.problems import KeyPath
from engine.references.known import BY_MEMBER
from engine.schema.meanings import MEANINGS
from engine.text.edits import dotted
from engine.units.currencies import CURRENCIES
from plainsheet.editor.answers.completion import candidates
from plainsheet.editor.answers.completion.candidates import Candidate, likeliest
from plainsheet.editor.answers.completion.tables import Around, table_at

_RUN: Final = ("from", "list")


def keys(around: Around, results: Results | None, word: str) -> list[Candidate]:
    """Return the keys that may stand at a cursor, without those that stand there already."""
    cursor = around.cursor
    there = {path[-1] for path in cursor.there if path[:-1] == cursor.path}
    found = [one for one in _keys(around, results, word) if one.name not in there]
    return [replace(one, text=_written(one, cursor.quote)) for one in found]


def _is_below(path: KeyPath, table: KeyPath) -> bool:
    return len(path) > len(table) and path[: len(table)] == table


def _written(one: Candidate, quote: str) -> str:
    """Return a key as it is written, within quotes or without."""
    return one.name if quote else dotted([one.name])


def _keys(around: Around, results: Results | None, word: str) -> Iterator[Candidate]:
    model, (kind, rest) = around.model, (around.table.kind, around.table.rest)
    match kind, rest:
        case ("units", ()):
            yield from candidates.words(sorted(CURRENCIES), Kind.Unit, "a currency")
        case ("scenario", ("set" | "scale" as change,)):
            may = [one.id for one in model.quantities if _may_change(one, change)]
            yield from candidates.quantities(model, likeliest(may, word)[0], results)
        case ("scenario", ("set" | "scale", str(id_), *keys)) if id_ in model.by_id:
            over = around.dimensions([*model.by_id[id_].over])
            yield from _by_member(over, tuple(keys), word)
            yield from _described("column", ()) if not keys and rest[0] == "set" else ()
        case ("dimension", ("map",)):
            finer = model.dimension.get(around.said("of"))
            yield from [*candidates.members(finer, word), *_described("column", ("data", "column"))]
        case ("dimension", ("members",)):
            yield from _described("column", ("data", "column"))
        case ("data", ("dimensions",)):
            yield from candidates.dimensions(model.dimensions)
        case ("quantity", (str(key), *keys)):
            yield from _within_quantity(around, key, tuple(keys), word)
        case (_, ()):
            yield from _of_schema(around.keys)


def _within_quantity(around: Around, key: str, keys: KeyPath, word: str) -> Iterator[Candidate]:
    over = around.over
    match key, keys:
        case ("rollup", ()):
            yield from candidates.dimensions([one for one in over if one.is_time])
        case ("formula", ()):
            for dimension in over:
                yield from candidates.members(dimension, word)
            yield from _default(over)
        case ("weights", ()) if around.chosen is not None:
            yield from candidates.members(around.chosen, word)
            yield from _by_member(over, keys, word)
        case _ if key in BY_MEMBER:
            yield from _by_member(over, keys, word)
            yield from _described("column", ()) if key == "value" and not keys else ()


def _by_member(over: list[Dimension], keys: KeyPath, word: str) -> Iterator[Candidate]:
    """Yield the members below keys by member, and what may stand beside them."""
    depth = len(member_keys(keys, over))
    if depth < len(over):
        yield from candidates.members(over[depth], word)
        yield from _default(over[depth : depth + 1])
        if over[depth].has_runs:
            yield from candidates.words(_RUN, Kind.Property, f"a run of values along {over[depth].id}")


def _default(over: Iterable[Dimension]) -> list[Candidate]:
    return candidates.words([DEFAULT] if any(one.has_default for one in over) else [], Kind.Property, "all others")


def _described(table: str, names: Iterable[str]) -> list[Candidate]:
    meanings = MEANINGS[table]
    return [Candidate(name, Kind.Property, documentation=meanings[name]) for name in names or meanings]


def _of_schema(keys: Mapping[str, Mapping[str, Any]]) -> list[Candidate]:
    return [Candidate(key, Kind.Property, documentation=one["description"]) for key, one in keys.items()]


def _may_change(quantity: Quantity, change: str) -> bool:
    """Return whether a scenario may set a quantity, or scale it."""
    return quantity.value is not None and not (change == "scale" and quantity.choice)


def headers(model: Model, path: KeyPath, word: str) -> list[Candidate]:
    """Return the names of tables that may stand in a header behind others."""
    if not path:
        sections = dict.fromkeys([str(one.path[0]) for one in model.sections])
        found = candidates.words(sections, Kind.Module, "a section")
        found += candidates.words([name for name in RESERVED_TABLES if name not in NOT_YET_TABLES], Kind.Module)
    elif (table := table_at(model, path)).kind == "scenario":
        found = _described("scenario", ("set", "scale"))
    elif any(one.path == path for one in model.quantities):
        found = _described("quantity", ("published",))
    else:
        below = {str(one.path[len(path)]): one.label for one in model.sections if _is_below(one.path, path)}
        ids, _ = likeliest([one.id for one in model.quantities if one.section == path], word)
        found = [Candidate(name, Kind.Module, label) for name, label in below.items()]
        found += candidates.quantities(model, ids, None) if table.kind else []
    return [replace(one, text=_written(one, "")) for one in found]
