"""Lines of key paths, with every way that TOML has to write a key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from engine.problems import KeyPath
from engine.text.blocks import Blocks
from engine.text.positions import Places, find_places
from tests.places import ROOT

MODELS = sorted((ROOT / "models").glob("*.toml"))
PROBLEMS = sorted((ROOT / "tests" / "problems").glob("*.toml"))
EVERYTHING = '''# a comment with [brackets] = "and quotes"
top = 1.5
dotted.key = { x = 1, "y z" = [1, 2,
  3], empty = {}, t = "q}" }
[table."quoted key".'and.dots']
date = 1979-05-27 07:32:00 # seven words
text = """
not = "a key"
[nor.a.table]
"""
raw = \'\'\'
[[nor]]\'\'\'
quotes = """a""\\""" ""b"""
[[list]]
values = [ { p = 1 },
  { p = 2, inner = [] } ]
[[list]]
values = 2
[list.sub]
deep = [[1, 2], [3]]
[[list.more]]
x = 1
[[list.more]]
x = 2
'''
EXPECTED = {
    ("top",): 2,
    ("dotted",): 3,
    ("dotted", "key", "x"): 3,
    ("dotted", "key", "y z", 2): 4,
    ("dotted", "key", "t"): 4,
    ("table", "quoted key", "and.dots"): 5,
    ("table", "quoted key", "and.dots", "date"): 6,
    ("table", "quoted key", "and.dots", "text"): 7,
    ("table", "quoted key", "and.dots", "raw"): 11,
    ("table", "quoted key", "and.dots", "quotes"): 13,
    ("list",): 14,
    ("list", 0, "values", 0, "p"): 15,
    ("list", 0, "values", 1, "inner"): 16,
    ("list", 1): 17,
    ("list", 1, "values"): 18,
    ("list", 1, "sub", "deep", 1, 0): 20,
    ("list", 1, "more", 0, "x"): 22,
    ("list", 1, "more", 1): 23,
    ("list", 1, "more", 1, "x"): 24,
}


def paths(value: Any, path: KeyPath = ()) -> set[KeyPath]:  # noqa: ANN401  # any TOML value
    """Return every key path of a parsed text."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = {path} if path else set()
    return found.union(*[paths(inner, (*path, key)) for key, inner in items])


def each(blocks: Blocks) -> Iterator[Places]:
    return map(blocks.places, range(len(blocks.all)))


def prove_blocks(text: str) -> None:
    """Table by table everything stands where it stands in the whole."""
    whole, blocks = find_places(text), Blocks(text)
    assert [one for found in each(blocks) for one in found.keys] == whole.keys
    assert [one for found in each(blocks) for one in found.statements] == whole.statements
    blocks = Blocks(text)
    assert {path: blocks.line(path) for path in whole.lines} == whole.lines
    assert blocks.line(("not", "there")) is None
    for path, span in [*whole.values.items(), *whole.tables.items()]:
        assert blocks.span(path) == span
    for path, (start, end) in whole.keys:
        assert blocks.span(path) is not None
        assert (path, (start, end)) in blocks.at(start).keys


# What looks like a header within an array, and brackets in texts that hide that it is none.
SEEMING = """
[a]
x = [
  [1, 2],
  ["b"]
]
y = "]"
[b] # ]
t = "[["
z = [
["c"]
, [3]]
[c]
"""
HIDDEN = 'x = [ # ]\n["a"]\n]\n[b]\ny = 1\n'


def test_table_by_table_everything_stands_where_it_stands_in_the_whole() -> None:
    for text in (EVERYTHING, SEEMING, HIDDEN, "", "x = 1", "\n\n[a]\n", "[a]\nb.c = 1\n[a.d]\ne = 2\n[f.g]\n[f]\n"):
        tomllib.loads(text)
        for written in (text, text.replace("\n", "\r\n"), text.rstrip("\n")):
            prove_blocks(written)


@pytest.mark.parametrize("path", [*MODELS, *PROBLEMS[::10]], ids=lambda path: path.stem)
def test_of_models_too(path: Path) -> None:
    with suppress(tomllib.TOMLDecodeError, UnicodeDecodeError):
        tomllib.loads(text := path.read_text())
        prove_blocks(text)


def test_every_way_to_write_a_key() -> None:
    found = find_places(EVERYTHING).lines
    assert {path: found.get(path) for path in EXPECTED} == EXPECTED
    assert set(found) == paths(tomllib.loads(EVERYTHING))


def test_windows_line_ends_count_the_same() -> None:
    assert find_places(EVERYTHING.replace("\n", "\r\n")).lines == find_places(EVERYTHING).lines


scalars = (
    st.integers() | st.booleans() | st.text(max_size=8) | st.floats(allow_nan=False, allow_infinity=False) | st.dates()
)
keys = st.text(alphabet="ab-_1. \"'#é=[", min_size=1, max_size=5)
documents = st.dictionaries(
    keys,
    st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=5,
)


@given(documents, st.booleans())
def test_every_key_of_a_written_text_is_found_on_a_line_that_holds_it(document: dict[str, Any], windows: bool) -> None:
    text = tomlkit.dumps(document)
    written = text.replace("\n", "\r\n") if windows else text
    found = find_places(written).lines
    prove_blocks(written)
    parsed = tomllib.loads(text)
    assert set(found) == paths(parsed)
    lines = text.split("\n")
    for path, line in found.items():
        key = path[-1]
        if isinstance(key, str) and key.isalnum() and key.isascii():
            assert key in lines[line - 1]
