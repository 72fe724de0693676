"""A TOML file to a Model as written: every table and key in its place, problems of shape collected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

from engine.data.folder import NO_FILES, Files, Folder
from engine.language.functions import name_problem
from engine.memory import collector_paused
from engine.model.charts import Chart
from engine.model.data import DataFile
from engine.model.declared.charts import MOST_CHARTS, read_chart
from engine.model.declared.data.files import MOST_FILES, read_data
from engine.model.declared.dimensions.dimensions import read_dimensions
from engine.model.declared.earlier import Earlier
from engine.model.declared.scenarios import read_scenario
from engine.model.declared.tables import read_check, read_source
from engine.model.declared.uncertainty import read_correlations, read_decisions
from engine.model.dimensions import Dimension
from engine.model.formulas import quietly, test_hint
from engine.model.model import Model, Quantity, Scenario, Section
from engine.model.names import ID, id_hint, listed_hint
from engine.model.quantities import (
    KINDS,
    RESERVED_KEYS,
    holds_quantities,
    is_meant_as_quantity,
    is_quantity,
    kind_hint,
    misplaced,
    read_quantity,
)
from engine.model.table import LONGEST_LABEL, LONGEST_TEXT, Fields, is_tables, kind_of
from engine.problems import ModelError, Problem, did_you_mean, shortened
from engine.text.toml import Parsed, TomlText, parse_toml, read_toml

MOST_QUANTITIES: Final = 1_200_000
MOST_SCENARIOS: Final = 200
MOST_UNITS: Final = 500
_DEEPEST_SECTION: Final = 10
NOT_YET_TABLES: Final = ("use",)
MOST_DIMENSIONS: Final = 50
MOST_CELLS: Final = 2_000_000
SECTION_KEYS: Final = ("label", "note")
MODEL_KEYS: Final = ("title", "purpose", "author", "version", "date", "limitations", "scenario", "outputs")
_OLD: Final = ("model", "units", "sources", "dimensions", "scenarios", "checks", "charts", "use")
# Tables that came later, and what they are for: models may have sections that are called so.
_LATER: Final = {"correlations": "correlations", "decisions": "decisions", "data": "files of data"}
RESERVED_TABLES: Final = (*_OLD, *_LATER)


def load(path: str | Path, before: Model | None = None, files: Files | None = None) -> Model:
    """Return the model in a file; raise ModelError where the file cannot be read or is no TOML.

    Its data is read from `files`, otherwise from its folder. Of a model that was loaded before, each quantity that is
    written as it was is taken: the result is the same.
    """
    return _model(
        *read_toml(Path(path), _parsed(before)), before, Folder(Path(path).parent) if files is None else files
    )


def loads(text: str, name: str = "model.toml", before: Model | None = None, files: Files = NO_FILES) -> Model:
    """Return the model in a text, as `load` does; `name` is what problems call it, `files` where its data is."""
    return _model(*parse_toml(text, name, _parsed(before)), before, files)


# What models were read from, for those that are read after them.
_read: WeakKeyDictionary[Model, Parsed] = WeakKeyDictionary()


def _parsed(before: Model | None) -> Parsed | None:
    return None if before is None else _read.get(before)


def _model(document: TomlText, tables: dict[str, Any], before: Model | None, files: Files) -> Model:
    earlier = Earlier(before, _read[before][1]) if before is not None and before in _read else None
    reading = _Reading(document, tables, earlier, files)
    with collector_paused(), quietly():
        reading.read_data()
        reading.read_dimensions()
        for name, table in tables.items():
            if name not in RESERVED_TABLES:
                fields = reading.fields(name)
                if isinstance(table, dict):
                    reading.place(fields, 1)
        model = reading.model()
    _read[model] = document, tables
    return model


@dataclass
class _Reading:
    document: TomlText
    tables: Mapping[str, Any]
    earlier: Earlier | None
    files: Files
    problems: list[Problem] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)
    dimensions: dict[str, Dimension] = field(default_factory=dict)
    data: dict[str, DataFile] = field(default_factory=dict)
    cells: int = 0

    def fields(self, name: str) -> Fields:
        table = self.tables.get(name, {})
        root = Fields(self.document, (), self.tables, self.problems)
        if is_tables(table):
            root.complain("type", f"[[{shortened(name)}]] begins a list of tables", name, listed_hint(name, table[0]))
            table = {}
        elif not isinstance(table, dict):
            hint = f"begin a line with [{name}]" if name in RESERVED_TABLES else "every value stands in a table"
            root.complain("type", f"'{shortened(name)}' is {kind_of(table)} and must be a table", name, hint)
            table = {}
        return Fields(self.document, (name,), table, self.problems)

    def read_data(self) -> None:
        if not holds_quantities(self.tables.get("data")):
            known = {} if self.earlier is None else self.earlier.data
            self.data = read_data(self.entries("data", MOST_FILES), self.files, known)

    def read_dimensions(self) -> None:
        entries = self.entries("dimensions", MOST_DIMENSIONS)
        for name, table in entries:
            reason = name_problem(name) or ("is a key of quantities" if name in RESERVED_KEYS else "")
            if reason or name.endswith("_"):
                message = f"'{shortened(name)}' cannot be a dimension: it {reason or 'ends in _'}"
                table.complain("id", message, None, f"choose another name, such as each_{name.rstrip('_')}")
        self.dimensions = read_dimensions(entries, self.data)
        if self.earlier is not None:
            self.earlier.compare(self.dimensions, self.data)

    def model(self) -> Model:
        self.rename_sections()
        for name in NOT_YET_TABLES:
            if name in self.tables:
                self.fields(name).complain("not-yet", f"'{name}' is not supported yet", None, "leave the table out")
        top = self.fields("model")
        if "model" not in self.tables:
            Fields(self.document, (), {}, self.problems).complain(
                "missing-key", "the file has no [model] table", None, 'begin it with [model] and title = "..."'
            )
        self.reserved(top)
        top.only("[model]", (*MODEL_KEYS, *misplaced(top)))
        return Model(
            document=self.document,
            title=top.text("title", required=isinstance(self.tables.get("model"), dict), longest=LONGEST_LABEL),
            purpose=top.text("purpose"),
            author=top.texts("author"),
            version=top.text("version", longest=LONGEST_LABEL),
            date=top.date("date"),
            limitations=top.texts("limitations", longest=LONGEST_TEXT),
            scenario=top.text("scenario") or None,
            outputs=top.texts("outputs"),
            units=self.units(),
            dimensions=tuple(self.dimensions.values()),
            data=tuple(self.data.values()),
            files=self.files,
            sources=tuple([read_source(name, table) for name, table in self.entries("sources")]),
            scenarios=self.scenarios(),
            checks=tuple([read_check(name, table) for name, table in self.entries("checks")]),
            charts=self.charts(),
            correlations=read_correlations(Fields(self.document, (), self.tables, self.problems)),
            decisions=read_decisions(self.fields("decisions")),
            sections=tuple(self.sections),
            quantities=tuple(self.quantities),
            problems=tuple(self.problems),
        )

    def rename_sections(self) -> None:
        """Say of sections that have the name of a table which came later that they need another; read them as such."""
        top = Fields(self.document, (), self.tables, self.problems)
        for name, purpose in _LATER.items():
            if holds_quantities(self.tables.get(name)):
                message = f"the section [{name}] holds quantities, and the table of that name is for {purpose}"
                top.complain("reserved", message, name, f"rename it, as in [{name}_used]: formulas name no sections")
                self.place(self.fields(name), 1)
                self.tables = {key: table for key, table in self.tables.items() if key != name}

    def reserved(self, table: Fields) -> None:
        """Say of a quantity under a reserved table that it stands in the wrong place."""
        for name in misplaced(table):
            inner = table.table[name]
            if table.path[0] == "checks" and "unit" not in inner:
                message = f"the check '{shortened(name)}' has no 'test'"
                table.complain("missing-key", message, name, test_hint(inner))
                continue
            message = f"the quantity '{shortened(name)}' stands under [{table.path[0]}], which is reserved"
            table.complain("reserved", message, name, "put it in a section of your own")

    def entries(self, name: str, most: int = 10_000) -> list[tuple[str, Fields]]:
        table = self.fields(name)
        if len(table.table) > most:
            table.complain("size", f"the model has more than {most:,} {name}", None, "split it")
            return []
        self.reserved(table)
        quantities = misplaced(table)
        entries = [(key, entry) for key, entry in table.children() if key not in quantities]
        for key, entry in entries:
            if not ID.fullmatch(key):
                entry.complain("id", f"'{shortened(key)}' cannot be an id", None, id_hint(key))
        return entries

    def units(self) -> tuple[tuple[str, str], ...]:
        table = self.fields("units")
        self.reserved(table)
        if len(table.table) > MOST_UNITS:
            table.complain(
                "size", f"the model declares more than {MOST_UNITS} units", None, "declare those that it uses"
            )
            return ()
        is_text = [name for name, value in table.table.items() if not isinstance(value, dict) or "value" not in value]
        return tuple(
            [(name, text) for name in is_text if (text := table.text(name, required=True, longest=LONGEST_LABEL))]
        )

    def charts(self) -> tuple[Chart, ...]:
        top = self.fields("charts")
        if not top.table:
            return ()
        if not any(isinstance(value, dict) for value in top.table.values()):
            top.complain("type", "[charts] holds charts, and no keys of its own", None, "name each: [charts.sales]")
            return ()
        read = [read_chart(name, table) for name, table in self.entries("charts", MOST_CHARTS)]
        return tuple([chart for chart in read if chart is not None])

    def scenarios(self) -> tuple[Scenario, ...]:
        known = {quantity.id: quantity for quantity in self.quantities}
        tables = self.entries("scenarios", MOST_SCENARIOS)
        return tuple([read_scenario(name, table, known, self.dimensions, self.data) for name, table in tables])

    def place(self, table: Fields, depth: int) -> None:
        """Read a table that is a quantity, or a section of quantities and sections."""
        if len(self.quantities) >= MOST_QUANTITIES:
            table.complain("size", f"the model has more than {MOST_QUANTITIES:,} quantities", None, "split it")
            raise ModelError(self.problems)
        if self.earlier is not None and (known := self.earlier.find(table)) is not None:
            self.add(table, known)
        elif is_quantity(table.table):
            self.add(table, read_quantity(table, self.dimensions, self.data))
        elif is_meant_as_quantity(table.table):
            name = shortened(str(table.path[-1]))
            if "choice" not in table.table:
                table.complain("missing-key", f"'{name}' has neither value nor formula", None, kind_hint(table))
            self.add(table, read_quantity(table, self.dimensions, self.data))
        else:
            self.section(table, depth)

    def add(self, table: Fields, quantity: Quantity) -> None:
        self.quantities.append(quantity)
        self.cells += prod([len(self.dimensions[name].members) for name in quantity.over])
        if self.cells > MOST_CELLS:
            table.complain("size", f"the model has more than {MOST_CELLS:,} cells", None, "split it")
            raise ModelError(self.problems)

    def section(self, table: Fields, depth: int) -> None:
        name = shortened(str(table.path[-1]))
        if not all(str(part).isprintable() for part in table.path):
            table.complain("section", "the name of a section has a character that cannot be printed", None, "delete it")
            return
        if depth > _DEEPEST_SECTION:
            table.complain("section", f"sections are nested more than {_DEEPEST_SECTION} deep")
            return
        meant = f"{name}s"
        is_later = meant in _LATER and any(map(holds_quantities, table.table.values()))
        if depth == 1 and meant in RESERVED_TABLES and not is_later:
            message = f"[{name}] is a section, and would hold quantities"
            table.complain("section", message, None, f"did you mean '[{meant}]'?")
            return
        if depth == 1 and not any(isinstance(value, dict) or is_tables(value) for value in table.table.values()):
            near = did_you_mean(f"[{name}]", [f"[{reserved}]" for reserved in RESERVED_TABLES])
            hint = near or "a section holds quantities: [section.price]"
            table.complain("section", f"[{name}] holds no quantity", None, hint)
            return
        if name in KINDS:
            table.complain(
                "section", f"'{name}' cannot be a section: it is a key of quantities", None, f"call it {name}s"
            )
        # A table below `label` or `note` is a quantity that has no name of its own, and is told as such.
        texts = {key: value for key, value in table.table.items() if not isinstance(value, dict)}
        own = Fields(self.document, table.path, texts, self.problems)
        label = own.text("label", longest=LONGEST_LABEL) or name.replace("_", " ").capitalize()
        self.sections.append(Section(table.path, label, own.text("note")))
        plain = [key for key, value in table.table.items() if not isinstance(value, dict) and not is_tables(value)]
        Fields(self.document, table.path, dict.fromkeys(plain), self.problems).only(
            f"'{name}' holds neither value nor formula, so it is a section, and a section", SECTION_KEYS
        )
        for key, value in table.table.items():
            if is_tables(value):
                place = ".".join(map(str, (*table.path, key)))
                table.complain(
                    "section", f"'{shortened(key)}' is a list of tables", key, f"write [{place}], with single brackets"
                )
            if isinstance(value, dict):
                self.place(Fields(self.document, (*table.path, key), value, self.problems), depth + 1)
