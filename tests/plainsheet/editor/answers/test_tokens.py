"""Words in colour: what is told to an editor is, word by word, what the references of a model say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from lsprotocol.types import Position, PositionEncodingKind, Range

from engine.language.functions import KNOWN
from engine.references.symbols import Reference
from plainsheet.editor.answers.tokens import LEGEND, semantic_tokens
from plainsheet.editor.document import Document
from tests.plainsheet.editor.documents import SHIPPED, of_text, opened
from tests.toys.ferries import TEXT

KINDS: Final = {"quantity": "variable", "dimension": "enum", "member": "enumMember", "unit": "type"}
WORDS: Final = {
    "function": re.compile("|".join(KNOWN)),
    "keyword": re.compile("if|else|and|or|not"),
    "parameter": re.compile("over|by|where|ends"),
    "number": re.compile(r"[\d._]+([eE][-+]?\d+)?"),
    "struct": re.compile("[a-z]\\w*"),
    "type": re.compile("[^\\W\\d]\\w*"),
}
Told = dict[tuple[int, int], tuple[str, frozenset[str]]]


def told(document: Document, where: Range | None = None) -> Told:
    """Return the words that are told, by where they stand in the text, each with its type and its modifiers."""
    found = semantic_tokens(document, where)
    assert found is not None
    line = character = 0
    read: Told = {}
    for at in range(0, len(found.data), 5):
        down, right, length, kind, bits = found.data[at : at + 5]
        line, character = line + down, right if down else character + right
        start, end = (document.lines.place(Position(line, one)) for one in (character, character + length))
        modifiers = [one for number, one in enumerate(LEGEND.token_modifiers) if bits >> number & 1]
        read[start, end] = LEGEND.token_types[kind], frozenset(modifiers)
    return read


def hold(document: Document) -> None:
    """Hold that all names in formulas, units and headers are told as what they are, and of the rest words alone."""
    found = told(document)
    text = document.text
    names = set()
    for one in document.now.references:
        is_declared = one.is_declaration and one.symbol.kind in {"quantity", "dimension"}
        is_listed = text[text.rfind("\n", 0, one.start) + 1 :].startswith("[[")
        if (one.in_formula or is_declared) and not is_listed:
            assert found[one.start, one.end] == expected(document, one)
            names.add((one.start, one.end))
        elif one.symbol.kind == "unit" and not one.is_declaration:
            # A unit is told with its prefix.
            assert [kind for (start, end), (kind, _) in found.items() if start <= one.start and end == one.end] == [
                "type"
            ]
    for place, (kind, _) in found.items():
        assert (
            place in names if kind in KINDS.values() and kind != "type" else WORDS[kind].fullmatch(text[slice(*place)])
        )


def expected(document: Document, one: Reference) -> tuple[str, frozenset[str]]:
    """Return what a name is, and its modifiers."""
    assert document.now.model is not None
    is_input = one.symbol.kind == "quantity" and document.now.model.by_id[one.symbol.name].is_input
    modifiers = {"readonly": is_input, "declaration": one.is_declaration}
    return KINDS[one.symbol.kind], frozenset([name for name, holds in modifiers.items() if holds])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_words_of_a_model_are_told_as_its_references_have_them(path: Path) -> None:
    hold(opened(path))


@pytest.mark.parametrize(
    "encoding", [PositionEncodingKind.Utf8, PositionEncodingKind.Utf16, PositionEncodingKind.Utf32]
)
@pytest.mark.parametrize(
    "change", [("\n", "\r\n"), ("West", "𝒻 West é"), ('"EUR/ride"', "'EUR/ride'")], ids=["crlf", "wide", "quotes"]
)
def test_words_are_counted_as_the_editor_counts(encoding: PositionEncodingKind, change: tuple[str, str]) -> None:
    text = (
        TEXT.replace("set.rides.West", 'set.rides."West"').replace('West = "Near"', '"West" = "Near"').replace(*change)
    )
    document = of_text(text)
    document.encoding = str(encoding)
    document.type(text)
    assert document.now.plan is not None
    hold(document)


INLINE = """
[model]
title = "Inline"

[dimensions.side]
members = ["Left", "Right"]

[s]
a = { label = "A, over=", value = 2, unit = "km", note = "formula = 'b'" }
b = { label = "B", over = "side", unit = "km", formula = { Left = "a", Right = "-a if a > 0 else 2 * a" } }
c.label = "C"
c.unit = "km"
c.formula = "sum(b)"
"""


def test_formulas_in_tables_on_a_line_are_told_too() -> None:
    document = of_text(INLINE)
    assert document.now.plan is not None
    words = [document.text[slice(*place)] for place in told(document)]
    assert words == ["side", "km", "km", "a", "a", "if", "a", "0", "else", "2", "a", "km", "sum", "b"]


def test_a_part_of_a_text_has_the_words_that_it_has_in_the_whole() -> None:
    document = opened(SHIPPED[-1])
    whole = told(document)
    for first in range(0, len(document.lines), 37):
        where = Range(Position(first, 0), Position(first + 37, 0))
        start, end = document.lines.place(where.start), document.lines.place(where.end)
        assert told(document, where) == {place: one for place, one in whole.items() if start <= place[0] < end}


def test_a_text_that_is_no_toml_has_the_words_that_it_had() -> None:
    document = of_text(TEXT)
    before = told(document)
    at = TEXT.index("[checks.takings]")
    document.type(TEXT[:at] + '[boats.next\nformula = "2 * fare + \n' + TEXT[at:])
    assert document.now.model is None
    after = [document.text[slice(*place)] for place in told(document)]
    expected = [TEXT[slice(*place)] for place in before]
    count = sum(place[0] < at for place in before)
    assert after == [*expected[:count], "2", "fare", *expected[count:]]


def test_a_text_that_never_was_toml_has_what_its_tables_declare_functions_and_numbers() -> None:
    document = of_text('[model\n[a.b]\nformula = "max(x, 2)"\n')
    assert [document.text[slice(*place)] for place in told(document)] == ["b", "max", "2"]


def test_a_long_text_is_told_by_the_part_that_is_shown() -> None:
    rows = [f'[p.p{n}]\nlabel = "P"\nunit = "km"\nformula = "2 * p{n + 1}"\n' for n in range(5_000)]
    document = of_text('[model]\ntitle = "T"\n' + "\n".join(rows))
    assert semantic_tokens(document) is None
    line = document.lines.position(document.text.index("[p.p2000]")).line
    found = told(document, Range(Position(line, 0), Position(line + 5, 0)))
    assert [document.text[slice(*place)] for place in found] == ["p2000", "km", "2", "p2001"]
