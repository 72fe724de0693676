"""The language as a JSON Schema, draft 4: what editors complete, explain and underline while a model is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.model.calendar import GRAINS
from engine.model.declared.charts import BETTER, COMMON_KEYS, NEEDED
from engine.model.declared.charts import KEYS as CHART_KEYS
from engine.model.declared.choices import WITHOUT
from engine.model.declared.data.columns import COLUMN_KEYS
from engine.model.declared.data.files import DATA_KEYS, SEPARATORS
from engine.model.declared.details import DISTRIBUTIONS, PUBLISHED_KEYS
from engine.model.declared.dimensions.dimensions import DIMENSION_KEYS
from engine.model.declared.rollups import ROLLUPS
from engine.model.declared.scenarios import SCENARIO_KEYS
from engine.model.declared.tables import CHECK_KEYS, SOURCE_KEYS
from engine.model.declared.uncertainty import CORRELATION_KEYS, DECISION_KEYS, GOALS
from engine.model.load import MODEL_KEYS, SECTION_KEYS
from engine.model.names import ID
from engine.model.quantities import KINDS, QUANTITY_KEYS
from engine.schema.meanings import MEANINGS

Schema = dict[str, Any]

DRAFT: Final = "http://json-schema.org/draft-04/schema#"
_TEXT: Final[Schema] = {"type": "string"}
_NUMBER: Final[Schema] = {"type": "number"}
_SAID: Final[Schema] = {"type": "string", "minLength": 1}
_FLAG: Final[Schema] = {"type": "boolean"}
_TABLE: Final[Schema] = {"type": "object"}
_TEXTS: Final[Schema] = {"type": ["string", "array"], "items": _TEXT}
_DRAWN: Final[Schema] = {"type": ["string", "array"], "items": _SAID, "minLength": 1, "minItems": 1}
# To some editors a date is no text.
_DATE: Final[Schema] = {"type": "string", "format": "date"}
# A number of a row that counts, or a period.
_MEMBER: Final[Schema] = {"anyOf": [{"type": ["string", "number"]}, _DATE]}
_ENTRY: Final[Schema] = {"$ref": "#/definitions/entry"}


def _by_member(name: str, *kinds: str) -> Schema:
    """Return the schema of what may be one, or given by member: in a table, a list, a run, or in a file of data."""
    below = {"$ref": f"#/definitions/{name}"}
    return {
        "type": [*kinds, "array", "object"],
        "items": below,
        "properties": {key: {} for key in (*COLUMN_KEYS, "from")},
        "additionalProperties": below,
    }


_NUMBERS: Final = _by_member("numbers", "number")
_VALUES: Final[Schema] = {"anyOf": [_by_member("values", "number", "string"), _DATE]}
_WORDS: Final = _by_member("words", "string")
_LISTS: Final[Schema] = {
    "type": ["array", "object"],
    "items": _NUMBER,
    "minItems": 1,
    "additionalProperties": {"$ref": "#/definitions/lists"},
}
_RANGES: Final[Schema] = {
    **_LISTS, "minItems": 2, "maxItems": 3, "additionalProperties": {"$ref": "#/definitions/ranges"}
}  # fmt: skip

# What each key may hold, by table; those of several tables stand under ''.
_HOLDS: Final[Mapping[str, Mapping[str, Schema]]] = {
    "": {"label": _SAID, "note": _TEXT, "title": _SAID, "source": _TEXTS, "unit": _SAID,
        "date": {"anyOf": [_TEXT, _DATE]}},
    "quantity": {
        "value": _NUMBERS, "formula": {"type": ["string", "object"], "minLength": 1, "additionalProperties": _SAID},
        "solve": _SAID,
        "min": _NUMBERS, "max": _NUMBERS, "whole": _FLAG, "range": _RANGES, "values": _LISTS, "weights": _LISTS,
        "distribution": {"enum": [*DISTRIBUTIONS]}, "source": _WORDS, "note": _WORDS, "over": _TEXTS, "choice": _TEXT,
        "rollup": {"oneOf": [{"enum": [*ROLLUPS]}, {"type": "object", "additionalProperties": {"enum": [*ROLLUPS]}}]},
        "published": {"type": "array", "items": {"$ref": "#/definitions/published"}},
    },
    "published": {
        "value": _NUMBER, "source": _TEXT, "scenario": _TEXT, "digits": {"type": "integer"}, "disputed": _TEXT,
        "at": {"anyOf": [_MEMBER, {"type": "array", "items": _MEMBER}]},
    },
    "column": dict.fromkeys(COLUMN_KEYS, _TEXT),
    "model": {
        "purpose": _TEXT, "author": _TEXTS, "version": _TEXT, "limitations": _TEXTS, "scenario": _TEXT,
        "outputs": _TEXTS,
    },
    "source": {"author": _TEXT, "url": _TEXT, "confidence": _TEXT},
    "dimension": {
        "members": {"type": ["string", "array", "object"], "items": _TEXT}, "ordered": _FLAG, "from": _MEMBER,
        "to": _MEMBER, "step": _NUMBER, "of": _TEXT, "map": {"type": "object", "additionalProperties": _TEXT},
        "period": {"enum": [*GRAINS[1:]]}, "starts": {"type": "integer", "minimum": 1, "maximum": 12},
    },
    "scenario": {
        "extends": _TEXTS, "set": {"type": "object", "additionalProperties": _VALUES},
        "scale": {"type": "object", "additionalProperties": _NUMBERS},
    },
    "check": {"test": _SAID, "tolerance": {"type": "number", "minimum": 0}},
    "chart": {
        "kind": {"enum": [*CHART_KEYS]}, "x": _SAID, "y": _DRAWN, "scenarios": _TEXTS, "from": _NUMBER, "to": _NUMBER,
        "points": {"type": "integer", "minimum": 2}, "mark": _TEXTS,
        "log": {"type": ["string", "array"], "items": {"enum": ["x", "y"]}}, "steps": _TEXTS, "levels": _TEXTS,
        "total": _TEXT, "plan": _TEXT, "scenario": _TEXT, "better": {"enum": [*BETTER]},
    },
    "correlation": {"between": {"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 2}, "rank": _NUMBER},
    "decision": {
        "options": {"type": "array", "items": _MEMBER, "minItems": 2}, "choice": _TEXT, "value": _TEXT,
        "goal": {"enum": [*GOALS]},
    },
    "data": {
        "file": _TEXT, "sha256": _TEXT, "sheet": _TEXT, "separator": {"enum": [*SEPARATORS]},
        "decimal": {"enum": [".", ","]}, "thousands": _TEXT, "missing": _NUMBER,
        "dimensions": {"type": "object", "additionalProperties": _TEXT},
    },
}  # fmt: skip


def json_schema() -> Schema:
    """Return the schema of a model: a quantity is told from a section by what it must have."""
    entries = {"dimensions": "dimension", "scenarios": "scenario", "sources": "source", "checks": "check",
               "charts": "chart", "decisions": "decision", "data": "data"}  # fmt: skip
    properties = {name: _named(one) for name, one in entries.items()}
    return {
        "$schema": DRAFT,
        "title": "A model of Plainsheet",
        "type": "object",
        "required": ["model"],
        "properties": {
            "model": {"$ref": "#/definitions/model"},
            "units": {"type": "object", "additionalProperties": _TEXT},
            **properties,
            "correlations": {"type": "array", "items": {"$ref": "#/definitions/correlation"}},
            # Reserved, for what is to come.
            "use": {"not": {}},
        },
        "additionalProperties": _ENTRY,
        "definitions": _definitions(),
    }


def _definitions() -> Schema:
    number = [key for key in QUANTITY_KEYS if key != "choice"]
    choice = [key for key in QUANTITY_KEYS if key not in WITHOUT]
    return {
        "model": _table("model", MODEL_KEYS, ("title",)),
        "source": _table("source", SOURCE_KEYS, ("title",)),
        "dimension": {
            **_table("dimension", DIMENSION_KEYS),
            "anyOf": [{"required": keys} for keys in (["members"], ["from", "to"], ["of"])],
        },
        "scenario": _table("scenario", SCENARIO_KEYS),
        "check": _table("check", CHECK_KEYS, ("test",)),
        "chart": {"oneOf": [_chart(kind) for kind in CHART_KEYS]},
        "correlation": _table("correlation", CORRELATION_KEYS, ("between", "rank")),
        "decision": {
            **_table("decision", DECISION_KEYS, ("value", "goal")),
            "anyOf": [{"required": ["options"]}, {"required": ["choice"]}],
        },
        "data": _table("data", DATA_KEYS, ("file",)),
        "published": _table("published", PUBLISHED_KEYS, ("value", "source")),
        "quantity": {
            **_table("quantity", number, ("label", "unit")),
            "anyOf": [{"required": [kind]} for kind in KINDS],
        },
        "choice": _choice(_table("quantity", choice, ("label", "choice", "value"))),
        "section": {**_table("section", SECTION_KEYS), "additionalProperties": _ENTRY},
        "entry": {"oneOf": [{"$ref": f"#/definitions/{one}"} for one in ("quantity", "choice", "section")]},
        "numbers": _NUMBERS,
        "values": _VALUES,
        "words": _WORDS,
        "lists": _LISTS,
        "ranges": _RANGES,
    }


def _table(name: str, keys: Sequence[str], required: Sequence[str] = ()) -> Schema:
    """Return the schema of a table with such keys, and no others."""
    properties = {key: _described(name, key) for key in keys}
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": [*required]} if required else found


def _chart(kind: str) -> Schema:
    """Return the schema of a chart of one kind."""
    keys = CHART_KEYS[kind]
    table = _table("chart", (*COMMON_KEYS, *keys), ("kind", *[key for key, _ in NEEDED[kind]]))
    properties = table["properties"]
    own: Schema = {"kind": {**properties["kind"], "enum": [kind]}}
    if kind == "variance":
        # Its last period, which a year that counts is a number of.
        own["to"] = {"description": MEANINGS["chart"]["to"], **_MEMBER}
    ends = {"dependencies": {"from": ["to"], "to": ["from"]}} if "from" in keys else {}
    return {**table, "properties": {**properties, **own}, **ends}


def _described(table: str, key: str) -> Schema:
    holds = _HOLDS.get(table, {}).get(key) or _HOLDS[""][key]
    return {"description": MEANINGS[table][key], **holds}


def _choice(table: Schema) -> Schema:
    """Return the schema of a choice, whose values are members, of which each has a weight."""
    own = {
        "value": {"description": "a member: this choice is an input", **_VALUES},
        "weights": {"description": MEANINGS["quantity"]["weights"], **_NUMBERS, "type": ["array", "object"]},
    }
    return {**table, "properties": {**table["properties"], **own}}


def _named(definition: str) -> Schema:
    """Return the schema of a table of tables with names of their own."""
    return {
        "type": "object",
        "patternProperties": {f"^{ID.pattern}$": {"$ref": f"#/definitions/{definition}"}},
        "additionalProperties": False,
    }
