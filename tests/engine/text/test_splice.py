"""A text that is parsed after another has the tables that it has alone: values, digits, and keys in their order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.problems import ModelError
from engine.text.toml import Parsed, parse_toml

_SHOP = """[shop]
label = "Shop"
[shop.rent]
value = 2.50
note = "é"
[shop.price]
value = 3
range = [
  [1, 2],
]
[shop.price.published]
value = 4
[inf.sold]
value = 5
"""
_LINES = st.sampled_from(
    ["a = 1", "a = 1.0", "b.c = 2", "b.c.d = 3", 'd = "x"', "e = [\n[1],\n[inf]]", "e = [\n  [nan]\n]", "g = { h = 1, }",
     'note = """\n[a.b]\nz = 1\n"""', "'''\n[a.c]\n'''", 'i = "\'\'\'"', "# [a.b]", "", "[a]", "[a.b]", "[a.c]", "[a.b.c]",
     "[b.a]", "  [a.d]", "[[a.b]]", "[[e]]", "[ a . b ]", "[a.b] # rent", "[e.f]", '["a".b]', "[a.b", "é = 1", "e\u0301 = 1"]
)  # fmt: skip
_TEXTS = st.builds(
    lambda lines, newline: "\n".join(lines).replace("\n", newline),
    st.lists(_LINES, max_size=12),
    st.sampled_from(["\n", "\n", "\r\n"]),
)


def _outcome(text: str, before: Parsed | None) -> Any:  # noqa: ANN401  # tables, or problems
    try:
        return repr(parse_toml(text, "shop.toml", before)[1])
    except ModelError as wrong:
        return wrong.problems


@settings(max_examples=400)
@given(old=_TEXTS, new=_TEXTS, at=st.integers(0, 200), length=st.integers(0, 12))
@example(old='\n[a]\nd = """\n[b]\nx = 1\n[c]\n"""\n[b]\nx = 1\n', new="x = 2", at=17, length=5)
@example(old="\n[e]\nf = [\n[nan]\n# 1\n]\n[nan]\n", new="2", at=19, length=1)
@example(old="\n[a.b]\nb.c=1\n[a.b.c]\n", new="x = 1", at=7, length=5)
@example(old="\n[a.b.c]\nx=1\n[a.b]\ny=1\n[e.f]\n", new="c = 1", at=21, length=3)
def test_any_text_after_any_other(old: str, new: str, at: int, length: int) -> None:
    try:
        before = parse_toml(old, "shop.toml")
    except ModelError:
        before = parse_toml("", "shop.toml")
    edited = old[:at] + new + old[at + length :]
    for text in (new, edited, old):
        assert _outcome(text, before) == _outcome(text, None)


@settings(max_examples=400)
@given(old=_TEXTS, edits=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 8), _LINES), min_size=2, max_size=4))
@example(old='\n[a]\nx = 1\n[b]\nn = """\n[c]\ny = 2\n"""\n[d]\nz = 3\n', edits=[(9, 1, "7"), (26, 1, "8")])
@example(old="[a]\nx = 1\n[a.b]\ny = 1\n", edits=[(8, 1, "2"), (10, 12, "")])
def test_any_text_after_several_edits(old: str, edits: list[tuple[int, int, str]]) -> None:
    try:
        before = parse_toml(old, "shop.toml")
    except ModelError:
        return
    text = old
    for at, length, piece in edits:
        text = text[:at] + piece + text[at + length :]
    assert _outcome(text, before) == _outcome(text, None)


@pytest.mark.parametrize(
    ("old", "new", "is_known"),
    [
        ("value = 2.50", "value = 2.5", True),
        ("value = 2.50", 'formula = "price * 2"\n', True),
        ('note = "é"', 'note = "e\u0301"', True),
        ("value = 5\n", "value = 6", True),
        ("[shop.rent]", "[shop.rents]", False),
        ('"Shop"', '"Store"', False),
        ("[shop.rent]", "[ shop.rent ]", False),
        ("value = 3", "value = 4", False),
        ("value = 2.50", 'value = """2\n"""', True),
        ("value = 2.50", 'value = """2', False),
        ("value = 2.50", "value = [\n[1], [2]\n]", False),
        ("value = 2.50", "value = 2\n[shop.more]", False),
        ("value = 5", "value = { a = 1, }", False),
    ],
)
def test_the_other_tables_are_taken_where_one_alone_was_edited(old: str, new: str, *, is_known: bool) -> None:
    before = parse_toml(_SHOP, "shop.toml")
    text = _SHOP.replace(old, new, 1)
    assert _outcome(text, before) == _outcome(text, None)
    is_valid = isinstance(_outcome(text, None), str)
    if is_valid:
        after = parse_toml(text, "shop.toml", before)[1]
        assert (after["shop"]["price"] is before[1]["shop"]["price"]) is is_known


def test_the_other_tables_are_taken_where_several_were_edited() -> None:
    before = parse_toml(_SHOP, "shop.toml")
    text = _SHOP.replace("2.50", "2.75").replace("value = 4", "value = 4.5\nnote = 'more'").replace("= 5", "= 6")
    after = parse_toml(text, "shop.toml", before)[1]
    assert repr(after) == repr(parse_toml(text, "shop.toml")[1])
    # What is beside an edited table, and as it was, is the very same.
    assert after["shop"]["price"]["range"] is before[1]["shop"]["price"]["range"]


def test_where_most_tables_were_edited_the_whole_text_is_read() -> None:
    before = "".join([f"[t{number}]\nvalue = 1\n" for number in range(2000)])
    text = before.replace("value = 1", "value = 2")
    after = parse_toml(text, "shop.toml", parse_toml(before, "shop.toml"))[1]
    assert repr(after) == repr(parse_toml(text, "shop.toml")[1])


def test_the_tables_before_stay_as_they_were() -> None:
    before = parse_toml(_SHOP, "shop.toml")
    parse_toml(_SHOP.replace("2.50", "2.75"), "shop.toml", before)
    assert before == parse_toml(_SHOP, "shop.toml")
