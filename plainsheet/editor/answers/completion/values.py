"""What may be written as a value: names of a kind, members, one of a few words, units and formulas."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from lsprotocol.types import CompletionItemKind as Kind

from engine.model.dimensions import Dimension, member_keys
from engine.model.model import Quantity
from engine.plan.evaluate import Results
from engine.problems import KeyPath
from engine.references.known import BY_MEMBER
from plainsheet.editor.answers.completion import candidates
from plainsheet.editor.answers.completion.candidates import Candidate, Offer, likeliest
from plainsheet.editor.answers.completion.formulas import is_formula, offer_in_formula, read_begun
from plainsheet.editor.answers.completion.tables import Around
from plainsheet.editor.answers.completion.units import offer_unit

_SCENARIO: Final = "scenario"
_FLAGS: Final = ("true", "false")


def offer_value(around: Around, results: Results | None, text: str, place: int) -> Offer:
    """Return what may be written as a value, up to a place of which it is begun."""
    cursor = around.cursor
    if is_formula(around):
        # A formula stands in quotes.
        return offer_in_formula(around, results, text, place) if cursor.quote else Offer(place, ())
    if _is_unit(around) and cursor.quote:
        return offer_unit(around.model, text, cursor.start, place)
    values = _Values(around, results, read_begun(text, cursor.start, place, cursor.quote))
    found = list(values.find())
    begun = text[place - len(values.word) : place]
    start = place - len(values.word) if begun == values.word else cursor.start
    return Offer(start, [_in_quotes(one, cursor.quote) for one in found])


def _is_unit(around: Around) -> bool:
    match around.table.kind, around.table.rest:
        case ("quantity" | "dimension", ("unit",)) | ("units", (_,)):
            return True
    return False


def _in_quotes(one: Candidate, quote: str) -> Candidate:
    """Return a text with quotes where it has none yet; what is no text is as it is."""
    if one.kind is Kind.Value or quote.startswith("'"):
        return one
    quoted = json.dumps(one.name, ensure_ascii=False)
    return replace(one, text=quoted[1:-1] if quote else quoted)


class _Values:
    """What may stand at the place of a value; `word` is as much of it as is written."""

    def __init__(self, around: Around, results: Results | None, written: str) -> None:
        self.around = around
        self.model = around.model
        self.results = results
        self.written = written
        self.word = written

    def find(self) -> Iterable[Candidate]:  # noqa: C901, PLR0911, PLR0912  # a row for each kind of place
        """Return what may stand there."""
        match self.around.table.kind, self.around.table.rest:
            case (_, ("scenario",)) | ("scenario", ("extends", *_)) | ("chart", ("scenarios", *_)):
                return candidates.named(self.model, "scenarios")
            case ("model", ("outputs", *_)) | ("correlation", ("between", _)) | ("decision", ("value",)):
                return self._cells()
            case ("chart", ("x" | "y" | "mark" | "steps" | "levels" | "total" | "plan" as key, *_)):
                runs = candidates.words([_SCENARIO], Kind.Keyword) if key == "x" else []
                return [*runs, *self._dimensions(), *self._cells()] if key in {"x", "y"} else self._cells()
            case ("decision", ("choice",)):
                choices = [one.id for one in self.model.quantities if one.choice]
                return candidates.quantities(self.model, choices, self.results)
            case ("decision", ("options", *_)):
                return self._options()
            case ("quantity", ("over" | "choice", *_)) | ("dimension", ("of",)):
                return self._dimensions()
            case ("quantity" | "dimension" | "published" | "correlation" | "data", ("source", *_)):
                return candidates.named(self.model, "sources")
            case ("quantity" | "scenario" | "dimension", (*_, "data")):
                return candidates.named(self.model, "data")
            case ("quantity" | "scenario", (*_, "columns")):
                return self._dimensions()
            case ("dimension", ("map", _)):
                return self._members(self.model.dimension.get(str(self.around.table.path[-1])))
            case ("published", ("at", *at)):
                over = self.around.over
                place = int(at[0]) if at else 0
                return self._members(over[place]) if place < len(over) else ()
            case ("scenario", ("set", str(id_), *keys)) if id_ in self.model.by_id:
                return self._value(self.model.by_id[id_], tuple(keys))
            case ("quantity", (str(key), *keys)) if key in BY_MEMBER and (keys or key == "value"):
                return self._value(self.around.quantity, tuple(keys))
        return self._few()

    def _few(self) -> list[Candidate]:
        """Return the words that the schema has for a key."""
        rest = self.around.table.rest
        schema = self.around.keys.get(str(rest[0]), {}) if rest else {}
        if schema.get("type") == "boolean":
            return candidates.words(_FLAGS, Kind.Value) if not self.around.cursor.quote else []
        return candidates.words(_enum(schema), Kind.EnumMember, schema.get("description", ""))

    def _cells(self) -> list[Candidate]:
        """Return quantities, or the members of one behind its bracket."""
        id_, bracket, inside = self.written.partition("[")
        quantity = self.model.by_id.get(id_.strip().removeprefix("-").strip())
        if bracket and quantity is not None:
            self.word = inside.rpartition(",")[2].lstrip(" '\"")
            place = inside.count(",")
            over = self.around.dimensions([*quantity.over])
            return candidates.members(over[place], self.word) if place < len(over) else []
        self.word = self.written.lstrip(" -")
        ids, _ = likeliest(self.model.by_id, self.word, candidates.MOST - len(self.model.dimensions) - 1)
        return candidates.quantities(self.model, ids, self.results)

    def _dimensions(self) -> list[Candidate]:
        return candidates.dimensions(self.model.dimensions)

    def _options(self) -> list[Candidate]:
        chooser = self.model.chooser(self.around.said("choice"))
        if chooser is None:
            return candidates.named(self.model, "scenarios")
        return self._members(self.model.dimension.get(chooser.choice))

    def _value(self, quantity: Quantity | None, keys: KeyPath) -> list[Candidate]:
        """Return the members that a choice may take, or that a run of values may start from."""
        over = self.around.over if quantity is None else self.around.dimensions([*quantity.over])
        if keys[-1:] == ("from",):
            depth = len(member_keys(keys[:-1], over))
            return self._members(over[depth]) if depth < len(over) else []
        chosen = self.around.chosen if quantity is None else self.model.dimension.get(quantity.choice)
        return self._members(chosen)

    def _members(self, dimension: Dimension | None) -> list[Candidate]:
        found = candidates.members(dimension, self.word)
        is_number = dimension is not None and dimension.numbers and not self.around.cursor.quote
        return [replace(one, kind=Kind.Value) for one in found] if is_number else found


def _enum(schema: Mapping[str, Any]) -> list[str]:
    """Return the words that a schema lists, for one value, for each of a list, or for one of several."""
    listed = [schema, schema.get("items", {}), *schema.get("oneOf", ()), schema.get("additionalProperties", {})]
    return [word for one in listed if isinstance(one, Mapping) for word in one.get("enum", ())]
