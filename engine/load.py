"""A TOML file to a Model as written: every table and key in its place, problems of shape collected."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from engine.expression import name_problem, names
from engine.fields import LONGEST_LABEL, Fields, kind_of
from engine.memory import collector_paused
from engine.model import Check, Formula, Model, Published, Quantity, Scenario, Section, Source
from engine.parse import FormulaError, parse, quietly
from engine.problems import Problem, shortened
from engine.toml import TomlText, parse_toml, read_toml

MOST_QUANTITIES: Final = 200_000
_DEEPEST_SECTION: Final = 10
_LONGEST_ID: Final = 100
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,99}")
_KINDS: Final = ("value", "formula", "solve")
_QUANTITY_KEYS: Final = (
    "label", "unit", "value", "formula", "solve", "over", "range", "distribution", "min", "max", "whole", "source",
    "note", "published",
)  # fmt: skip
_DISTRIBUTIONS: Final = ("normal", "lognormal", "uniform", "loguniform", "triangular", "pert")
_NOT_YET_TABLES: Final = ("dimensions", "charts", "use")
_RESERVED: Final = ("model", "units", "sources", "scenarios", "checks", *_NOT_YET_TABLES)


def load(path: str | Path) -> Model:
    """Return the model in a file; raise ModelError where the file cannot be read or is no TOML."""
    document, tables = read_toml(Path(path))
    return _model(document, tables)


def loads(text: str, name: str = "model.toml") -> Model:
    """Return the model in a text; `name` is what problems call it."""
    document, tables = parse_toml(text, name)
    return _model(document, tables)


def _model(document: TomlText, tables: Mapping[str, Any]) -> Model:
    reading = _Reading(document, tables)
    with collector_paused(), quietly():
        for name in tables:
            if name not in _RESERVED:
                reading.place(reading.fields(name), 1)
        return reading.model()


@dataclass
class _Reading:
    document: TomlText
    tables: Mapping[str, Any]
    problems: list[Problem] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)

    def fields(self, name: str) -> Fields:
        table = self.tables.get(name, {})
        root = Fields(self.document, (), self.tables, self.problems)
        if not isinstance(table, dict):
            hint = f"begin a line with [{name}]" if name in _RESERVED else "every value stands in a table"
            root.complain("type", f"'{shortened(name)}' is {kind_of(table)} and must be a table", name, hint)
            table = {}
        return Fields(self.document, (name,), table, self.problems)

    def model(self) -> Model:
        for name in _NOT_YET_TABLES:
            if name in self.tables:
                self.fields(name).complain("not-yet", f"'{name}' is not supported yet", None, "leave the table out")
        top = self.fields("model")
        if "model" not in self.tables:
            Fields(self.document, (), {}, self.problems).complain(
                "missing-key", "the file has no [model] table", None, 'begin it with [model] and title = "..."'
            )
        self.reserved(top)
        top.only("[model]", ("title", "purpose", "scenario", "outputs", *_misplaced(top)))
        return Model(
            document=self.document,
            title=top.text("title", required=isinstance(self.tables.get("model"), dict), longest=LONGEST_LABEL),
            purpose=top.text("purpose"),
            scenario=top.text("scenario") or None,
            outputs=top.texts("outputs"),
            units=self.units(),
            sources=tuple([self.source(name, table) for name, table in self.entries("sources")]),
            scenarios=tuple([self.scenario(name, table) for name, table in self.entries("scenarios")]),
            checks=tuple([self.check(name, table) for name, table in self.entries("checks")]),
            sections=tuple(self.sections),
            quantities=tuple(self.quantities),
            problems=tuple(self.problems),
        )

    def reserved(self, table: Fields) -> None:
        """Say of a quantity under a reserved table that it stands in the wrong place."""
        for name in _misplaced(table):
            message = f"the quantity '{shortened(name)}' stands under [{table.path[0]}], which is reserved"
            table.complain("reserved", message, name, "put it in a section of your own")

    def entries(self, name: str) -> list[tuple[str, Fields]]:
        table = self.fields(name)
        self.reserved(table)
        entries = [(key, entry) for key, entry in table.children() if not any(kind in entry.table for kind in _KINDS)]
        for key, entry in entries:
            if not _ID.fullmatch(key):
                entry.complain("id", f"'{shortened(key)}' cannot be an id", None, _id_hint(key))
        return entries

    def units(self) -> tuple[tuple[str, str], ...]:
        table = self.fields("units")
        self.reserved(table)
        is_text = [name for name, value in table.table.items() if not isinstance(value, dict) or "value" not in value]
        return tuple([(name, text) for name in is_text if (text := table.text(name, longest=LONGEST_LABEL))])

    def source(self, name: str, table: Fields) -> Source:
        table.only(f"the source '{name}'", ("title", "author", "date", "url", "confidence", "note"))
        return Source(
            id=name,
            title=table.text("title", required=True, longest=LONGEST_LABEL),
            author=table.text("author", longest=LONGEST_LABEL),
            date=table.date("date"),
            url=table.text("url"),
            confidence=table.text("confidence", longest=LONGEST_LABEL),
            note=table.text("note"),
        )

    def scenario(self, name: str, table: Fields) -> Scenario:
        table.only(f"the scenario '{name}'", ("label", "extends", "note", "set"))
        values = table.table.get("set", {})
        if not isinstance(values, dict):
            table.complain("type", f"'set' is {kind_of(values)} and must be a table", "set", "write set.price = 3")
            values = {}
        inner = Fields(self.document, (*table.path, "set"), values, self.problems)
        numbers = [(id_, inner.read_number(value, id_)) for id_, value in values.items()]
        return Scenario(
            id=name,
            label=table.text("label", longest=LONGEST_LABEL) or name.replace("_", " ").capitalize(),
            extends=table.text("extends") or None,
            note=table.text("note"),
            set=tuple([(id_, number) for id_, number in numbers if number is not None]),
        )

    def check(self, name: str, table: Fields) -> Check:
        table.only(f"the check '{name}'", ("label", "test", "tolerance"))
        tolerance = table.number("tolerance")
        if tolerance is not None and tolerance < 0:
            table.complain("number", "'tolerance' is negative", "tolerance", "it is how far the sides may differ")
        return Check(
            id=name,
            label=table.text("label", longest=LONGEST_LABEL) or name.replace("_", " ").capitalize(),
            test=self.formula(table, "test"),
            tolerance=tolerance,
        )

    def place(self, table: Fields, depth: int) -> None:
        """Read a table that is a quantity, or a section of quantities and sections."""
        if any(kind in table.table for kind in _KINDS):
            self.quantity(table)
        elif not any(isinstance(value, dict) for value in table.table.values()) and "unit" in table.table:
            name = shortened(str(table.path[-1]))
            table.complain("missing-key", f"'{name}' has neither value nor formula", None, "give it one of them")
        else:
            self.section(table, depth)

    def section(self, table: Fields, depth: int) -> None:
        name = shortened(str(table.path[-1]))
        if depth > _DEEPEST_SECTION:
            table.complain("section", f"sections are nested more than {_DEEPEST_SECTION} deep")
            return
        label = table.text("label", longest=LONGEST_LABEL) or name.replace("_", " ").capitalize()
        self.sections.append(Section(table.path, label, table.text("note")))
        plain = [key for key, value in table.table.items() if not isinstance(value, dict)]
        Fields(self.document, table.path, dict.fromkeys(plain), self.problems).only(
            f"'{name}' holds neither value nor formula, so it is a section, and a section", ("label", "note")
        )
        for key, value in table.table.items():
            if isinstance(value, dict):
                self.place(Fields(self.document, (*table.path, key), value, self.problems), depth + 1)

    def quantity(self, table: Fields) -> None:
        if len(self.quantities) >= MOST_QUANTITIES:
            if len(self.quantities) == MOST_QUANTITIES:
                table.complain("size", f"the model has more than {MOST_QUANTITIES:,} quantities", None, "split it")
                self.quantities.append(self.quantities[-1])
            return
        id_ = str(table.path[-1])
        if not _ID.fullmatch(id_) or id_.endswith("_"):
            table.complain("id", f"'{shortened(id_)}' cannot be an id", None, _id_hint(id_))
        elif id_ in _QUANTITY_KEYS or name_problem(id_):
            reason = name_problem(id_) or "is a key of quantities"
            table.complain("id", f"'{id_}' cannot be an id: it {reason}", None, f"{id_}_total or the like would do")
        self.kinds(table, id_)
        for key in ("over", "solve"):
            if key in table.table:
                hint = "write the result as a formula" if key == "solve" else "write a quantity for each member"
                table.complain("not-yet", f"'{key}' is not supported yet", key, hint)
        if not table.table.keys() <= _KNOWN:
            table.only(f"'{shortened(id_)}'", _QUANTITY_KEYS)
        self.quantities.append(
            Quantity(
                id=id_,
                path=table.path,
                label=table.text("label", required=True, longest=LONGEST_LABEL),
                unit=table.text("unit", required=True, longest=LONGEST_LABEL),
                value=table.number("value"),
                formula=self.formula(table, "formula") if "formula" in table.table else None,
                **(self.details(table) if len(table.table) > 3 else {}),  # noqa: PLR2004  # label, unit and its value
            )
        )

    def details(self, table: Fields) -> dict[str, Any]:
        return {
            "range": self.range(table),
            "distribution": table.choice("distribution", _DISTRIBUTIONS),
            "min": table.number("min"),
            "max": table.number("max"),
            "whole": table.flag("whole"),
            "sources": table.texts("source"),
            "note": table.text("note"),
            "published": tuple([self.published(entry) for _, entry in table.tables("published")]),
        }

    def kinds(self, table: Fields, id_: str) -> None:
        given = [kind for kind in _KINDS if kind in table.table]
        if len(given) > 1:
            message = f"'{shortened(id_)}' has both {' and '.join(given)}"
            table.complain("kinds", message, given[-1], "an input has a value, any other quantity a formula")

    def range(self, table: Fields) -> tuple[Decimal, Decimal] | None:
        value = table.table.get("range")
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004  # low and high
            message = f"'range' is {kind_of(value)} and must be two numbers"
            table.complain("type", message, "range", "write range = [low, high]")
            return None
        low, high = [table.read_number(end, "range") for end in value]
        return None if low is None or high is None else (low, high)

    def published(self, table: Fields) -> Published:
        keys = ("value", "source", "scenario", "at", "digits", "note", "disputed")
        table.only("a published figure", keys)
        if "at" in table.table:
            table.complain("not-yet", "'at' needs a dimension, which is not supported yet", "at")
        value = table.number("value")
        if "value" not in table.table:
            table.complain("missing-key", "a published figure has no 'value'", None, "write it as the source prints it")
        if "source" not in table.table:
            table.complain("missing-key", "a published figure has no 'source'", None, "say who prints it")
        return Published(
            value=Decimal(0) if value is None else value,
            source=table.text("source"),
            path=table.path,
            scenario=table.text("scenario") or None,
            digits=table.whole("digits", 1, 15),
            disputed=table.text("disputed"),
            note=table.text("note"),
        )

    def formula(self, table: Fields, key: str) -> Formula:
        value = table.table.get(key)
        if isinstance(value, dict):
            table.complain("not-yet", f"a {key} a member needs a dimension, which is not supported yet", key)
            return Formula("", None)
        owner = shortened(str(table.path[-1]))
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            table.complain("type", f"the {key} of '{owner}' is a number", key, f"write value = {value}")
            return Formula("", None)
        text = table.text(key, required=True, longest=1_000_000)
        if not isinstance(value, str):
            return Formula(text, None)
        try:
            tree = parse(text)
        except FormulaError as problem:
            table.complain("formula", f"the {key} of '{owner}': {problem.message}", key, problem.hint)
            return Formula(text, None)
        return Formula(text, tree, names(tree))


_KNOWN: Final = frozenset(_QUANTITY_KEYS)


def _misplaced(table: Fields) -> list[str]:
    """Return the keys of a reserved table that hold a quantity."""
    return [
        name for name, value in table.table.items() if isinstance(value, dict) and any(kind in value for kind in _KINDS)
    ]


def _id_hint(name: str) -> str:
    if name.endswith("_"):
        return "ids do not end in _; such names are kept for constants"
    if len(name) > _LONGEST_ID:
        return f"it has {len(name):,} characters, and {_LONGEST_ID} are the most"
    better = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    letters = better if better[:1].isalpha() else f"q_{better}".strip("_")
    return f"ids are a-z, 0-9 and _, and begin with a letter: '{letters}' would do"
