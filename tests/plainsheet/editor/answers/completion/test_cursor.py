"""Where somebody writes: at each value and key of the models the path is the one that the text's own scan has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.problems import KeyPath
from engine.text.positions import find_places
from plainsheet.editor.answers.completion.cursor import find_cursor
from plainsheet.editor.lines import Span
from tests.plainsheet.editor.documents import SHIPPED
from tests.toys.ferries import TEXT


def in_first(path: KeyPath, text: str, place: int) -> KeyPath:
    """Return a path as a cursor has it: of the tables of a list, which one it is in is not known."""
    header = text[text.rfind("\n[", 0, place) :]
    table = header[: header.index("]")].lstrip("\n[").split(".")
    is_listed = header.startswith("\n[[") and len(path) > len(table)
    return (*path[: len(table)], 0, *path[len(table) + 1 :]) if is_listed else path


def places(text: str) -> Iterator[tuple[str, KeyPath, Span]]:
    """Yield the texts in quotes, and the keys, that do not stand in headers."""
    found = find_places(text)
    yield from [
        ("value", path, (start + 1, end)) for path, (start, end) in found.values.items() if text[start] in "\"'"
    ]
    for path, (start, end) in found.keys:
        if not text[text.rfind("\n", 0, start) + 1 :].startswith("["):
            yield "key", path[:-1], (start + (text[start] in "\"'"), end)


@pytest.mark.parametrize(
    "text", [TEXT, *[path.read_text() for path in SHIPPED]], ids=["ferries", *[path.stem for path in SHIPPED]]
)
@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "cut off"])
def test_a_place_has_its_path_and_its_beginning(text: str, *, is_whole: bool) -> None:
    for kind, path, (start, end) in [*places(text)][:: 1 if len(text) < 5_000 else 7]:
        place = (start + end) // 2
        cursor = find_cursor(text if is_whole else text[:place], place)
        assert cursor is not None
        size = 3 if cursor.quote in {'"""', "'''"} else 1
        begin = start - 1 + size if kind == "value" else start
        assert (cursor.kind, cursor.path, cursor.start) == (kind, in_first(path, text, place), begin)


@pytest.mark.parametrize(
    ("text", "kind", "path"),
    [
        ("[model]\ntitle = |", "value", ("model", "title")),
        ('[model]\nlabel = \ntitle = "|', "value", ("model", "title")),
        ("[model]\nauthor = \"An\ntitle = '|", "value", ("model", "title")),
        ('[model]\noutputs = ["a",\n\ntitle = "|', "value", ("model", "title")),
        ('[model]\noutputs = [\n  "a",\n  "|', "value", ("model", "outputs", 1)),
        ("[model]\n|", "key", ("model",)),
        ("[a.b]\nvalue.x = 1\nvalue.|", "key", ("a", "b", "value")),
        ("[a.b]\nvalue = { x = 1, | }", "key", ("a", "b", "value")),
        ('[a.b]\nformula = """\n  sum(x,\n  over=y) + |', "value", ("a", "b", "formula")),
        ("[|", "header", ()),
        ("[a.|", "header", ("a",)),
        ("[[a.b.|", "header", ("a", "b")),
        ('[a.b]\nunit = "1"\n\n[a.|\n[a.c]\n', "header", ("a",)),
        ("[[a.published]]\nat = '|'", "value", ("a", "published", 0, "at")),
    ],
)  # fmt: skip
def test_a_text_that_is_no_toml_tells_where_it_is_written(text: str, kind: str, path: KeyPath) -> None:
    place = text.index("|")
    cursor = find_cursor(text.replace("|", ""), place)
    assert cursor is not None
    assert (cursor.kind, cursor.path) == (kind, path)


def test_what_stands_beside_is_known_before_and_behind() -> None:
    text = '[a.b]\nlabel = "x"\nvalue.n = 1\n|\nover = ["n", "m"]\nnote = "y\n[a.c]\nunit = "1"\n'
    cursor = find_cursor(text.replace("|", ""), text.index("|"))
    assert cursor is not None
    assert cursor.there == {("a", "b", key) for key in ("label", "over", "note")} | {("a", "b", "value", "n")}
    assert cursor.beside["a", "b", "over", 1] == '"m"'
