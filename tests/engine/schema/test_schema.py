"""The schema is the language: what loads passes, and what has a wrong key or a value of a wrong type does not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from engine.model.declared import charts, details, scenarios, tables, uncertainty
from engine.model.declared.data import columns, files
from engine.model.declared.dimensions import dimensions
from engine.model.load import MODEL_KEYS, SECTION_KEYS, loads
from engine.model.quantities import QUANTITY_KEYS
from engine.planning.planner import plan
from engine.problems import ModelError, errors_in
from engine.schema.meanings import MEANINGS
from engine.schema.schema import json_schema
from tests.pages import blocks
from tests.places import ROOT
from tests.toys import random_dimensions, random_draws, random_groups, random_models

MODELS = sorted((ROOT / "models").glob("*.toml"))
PROBLEMS = sorted((ROOT / "tests" / "problems").glob("*.toml"))
OF_KEYS = {"unknown-key", "missing-key", "type"}
# What only the whole model tells: whether members are names or numbers, and what a row is over.
OF_THE_MODEL = {
    "choice_by_member_over_nothing", "choice_of_number_in_quotes", "choice_of_year_without_quotes",
    "choice_text_of_a_number", "default_in_scenario_relative", "scenario_change", "scenario_member", "scenario_text",
    "value_by_member", "value_list",
}  # fmt: skip
LOADED = {
    "quantity": QUANTITY_KEYS,
    "published": details.PUBLISHED_KEYS,
    "column": columns.COLUMN_KEYS,
    "section": SECTION_KEYS,
    "model": MODEL_KEYS,
    "source": tables.SOURCE_KEYS,
    "dimension": dimensions.DIMENSION_KEYS,
    "scenario": scenarios.SCENARIO_KEYS,
    "check": tables.CHECK_KEYS,
    "chart": (*charts.COMMON_KEYS, *dict.fromkeys([key for keys in charts.KEYS.values() for key in keys])),
    "correlation": uncertainty.CORRELATION_KEYS,
    "decision": uncertainty.DECISION_KEYS,
    "data": files.DATA_KEYS,
}
SCHEMA = json_schema()


@cache
def validator() -> Draft4Validator:
    Draft4Validator.check_schema(SCHEMA)
    return Draft4Validator(SCHEMA)


def passes(text: str) -> bool:
    """Return whether a text is one of the schema's: dates are texts, as JSON has them."""
    return bool(validator().is_valid(json.loads(json.dumps(tomllib.loads(text), default=str))))


def codes(path: Path) -> set[str]:
    """Return what is wrong with a model; 'toml' for a file that is none."""
    try:
        plan(loads(path.read_text("utf-8")))
    except ModelError as wrong:
        return {one.code for one in errors_in(wrong.problems)}
    except UnicodeDecodeError:
        return {"toml"}
    return set()


def of_keys() -> Iterator[Path]:
    """Yield the wrong models whose fault is one of keys or types."""
    for path in PROBLEMS:
        found = codes(path)
        if found & OF_KEYS and "toml" not in found and path.stem not in OF_THE_MODEL:
            yield path


@pytest.mark.parametrize("table", LOADED)
def test_every_key_that_is_read_has_a_meaning_and_none_has_that_is_not(table: str) -> None:
    assert sorted(MEANINGS[table]) == sorted(LOADED[table])
    assert MEANINGS.keys() == LOADED.keys()


def test_the_schema_has_every_key_that_is_read_with_its_meaning() -> None:
    found: dict[str, dict[str, str]] = {}

    def gather(name: str, schema: Mapping[str, Any]) -> None:
        for one in schema.get("oneOf", [schema]):
            for key, value in one.get("properties", {}).items():
                found.setdefault(name, {})[key] = value["description"]

    for name in LOADED.keys() - {"column"}:
        gather(name, SCHEMA["definitions"][name])
    gather("quantity", {"properties": {"choice": SCHEMA["definitions"]["choice"]["properties"]["choice"]}})
    assert found == {name: dict(keys) for name, keys in MEANINGS.items() if name != "column"}
    assert SCHEMA["definitions"]["numbers"]["properties"].keys() == {*columns.COLUMN_KEYS, "from"}


def test_the_documentation_says_the_same_of_every_key() -> None:
    docs = (ROOT / "docs" / "language.md").read_text()
    rows = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in docs.splitlines() if row.startswith("| ")]
    said = {(cell, re.sub(r"; see .*$", "", row[-1])) for row in rows for cell in row[:-1]}
    assert {(f"`{key}`", meaning) for keys in MEANINGS.values() for key, meaning in keys.items()} <= said


@pytest.mark.parametrize("path", MODELS)
def test_a_shipped_model_passes(path: Path) -> None:
    assert passes(path.read_text("utf-8"))


def toys() -> Iterator[str]:
    """Yield every text of a toy model in the tests, and some that nobody wrote."""
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for text in re.findall(r'"""(.*?)"""', path.read_text("utf-8"), re.DOTALL):
            if "[model]" in text:
                yield text
    for seed in range(8):
        yield random_dimensions.made(seed).model.document.text
        yield random_groups.made(seed).model.document.text
        yield random_draws.text(seed)
        yield random_models.Author(seed).model()
    for page in ("language", "uncertainty"):
        yield blocks(f"docs/{page}.md")[0][1]


def test_every_toy_model_that_loads_passes() -> None:
    count = 0
    for text in toys():
        try:
            plan(loads(text))
        except ModelError:
            continue
        count += 1
        assert passes(text), text
    assert count > 60


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem)
def test_a_wrong_model_is_underlined_where_its_keys_are_and_only_there(path: Path) -> None:
    found = codes(path)
    if "toml" in found:
        return
    is_right = passes(path.read_text("utf-8-sig"))
    assert is_right == (path.stem in OF_THE_MODEL) if found & OF_KEYS else is_right or bool(found)


def lint(program: str, folder: Path, paths: list[Path], *options: str) -> set[str]:
    """Return which of several models a program of others finds fault with."""
    (folder / "plainsheet.schema.json").write_text(json.dumps(SCHEMA))
    wrong = set()
    for path in paths:
        copy = folder / path.name
        copy.write_text(f"#:schema ./plainsheet.schema.json\n\n{path.read_text('utf-8-sig')}")
        command = [str(Path(sys.executable).with_name(program)), "lint", *options, copy.name]
        if subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode:
            wrong.add(path.stem)
    return wrong


OPTIONS = {"taplo": ("--no-auto-config",), "tombi": ("--offline",)}


@pytest.mark.parametrize("program", OPTIONS)
def test_an_editor_takes_a_shipped_model_and_refuses_a_wrong_key(program: str, tmp_path: Path) -> None:
    wrong = [path for path in PROBLEMS if path.stem in {"check_key", "scenario_key", "source_key", "chart_y_missing"}]
    options = OPTIONS[program]
    assert lint(program, tmp_path, [*MODELS, *wrong], *options) == {path.stem for path in wrong}


@pytest.mark.slow
@pytest.mark.parametrize("program", OPTIONS)
def test_an_editor_refuses_every_wrong_key(program: str, tmp_path: Path) -> None:
    wrong = [*of_keys()]
    assert lint(program, tmp_path, wrong, *OPTIONS[program]) == {path.stem for path in wrong}
