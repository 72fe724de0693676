"""Completion: whatever name stands in a model is offered where it stood, however much of it is typed again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol.types import CompletionItem, CompletionItemKind, TextEdit

from engine.schema.meanings import MEANINGS
from engine.text.positions import find_places
from plainsheet.editor.answers.completion.completion import complete
from plainsheet.editor.answers.completion.signatures import signature_help
from plainsheet.editor.answers.tokens import Kind, find_tokens, semantic_tokens
from plainsheet.editor.document import Document
from plainsheet.editor.lines import Span
from tests.plainsheet.editor.documents import SHIPPED, of_text, opened
from tests.toys.ferries import TEXT
from tests.toys.lemonade import TOY

KEYS = {key for keys in MEANINGS.values() for key in keys}
FEW = {"kind", "distribution", "rollup", "period", "goal", "better"}
SAMPLE = 40


def names(document: Document) -> Iterator[Span]:
    """Yield where the names stand that may be completed: of things that are not declared there, keys, words, functions."""
    reading = document.now
    text = document.text
    places = find_places(text)
    for one in reading.references:
        quotes = one.is_key and text[one.start] in "\"'"
        if not one.is_declaration and not _in_header(text, one.start):
            yield one.start + quotes, one.end - quotes
    declared = {one.start for one in reading.references if one.is_declaration}
    yield from [span for path, span in places.keys
                if path[-1] in KEYS and span[0] not in declared and not _in_header(text, span[0])]  # fmt: skip
    yield from [(start + 1, end - 1) for path, (start, end) in places.values.items() if path[-1] in FEW]
    assert reading.model is not None
    yield from [(one.start, one.end) for one in find_tokens(text, 0, len(text), reading.model)
                if one.kind in {Kind.FUNCTION, Kind.KEYWORD}]  # fmt: skip


def _in_header(text: str, place: int) -> bool:
    return text[text.rfind("\n", 0, place) + 1 :].startswith("[")


def offered(document: Document, text: str, place: int) -> dict[str, CompletionItem]:
    """Return what is offered at a place of a text that was typed, by label."""
    document.type(text)
    found = complete(document, place)
    return {} if found is None else {one.label: one for one in found.items}


def with_item(document: Document, item: CompletionItem) -> str:
    """Return the text with an item taken."""
    assert isinstance(item.text_edit, TextEdit)
    where = item.text_edit.range
    start, end = document.lines.place(where.start), document.lines.place(where.end)
    return document.text[:start] + item.text_edit.new_text + document.text[end:]


def hold(document: Document, whole: str, spans: list[Span], *, with_reading: bool = False) -> None:
    """Hold that each name is offered when nothing, a letter or two of it are there, and that taking it brings it back."""
    for start, end in spans:
        name = whole[start:end]
        for typed in range(min(3, end - start + 1)):
            place = start + typed
            found = offered(document, whole[:place] + whole[end:], place)
            if with_reading:
                _ = document.now
                found = offered(document, whole[:place] + whole[end:], place)
            # A unit may stand behind a prefix, and is offered with that.
            label = next(
                (
                    one
                    for one in found
                    if one == name or (found[one].kind == CompletionItemKind.Unit and one.endswith(name))
                ),
                "",
            )
            where = whole[max(0, start - 80) : place]
            assert label, f"{where}| does not offer {name}"
            assert with_item(document, found[label]) == whole, f"{where}| becomes {with_item(document, found[label])}"


def hold_in_broken(document: Document, whole: str, spans: list[Span]) -> None:
    """Hold that each name is offered where the line ends behind what is typed, so that the text is no TOML."""
    for start, end in spans:
        behind = whole.find("\n", end)
        text = whole[: start + 1] + whole[behind:]
        found = offered(document, text, start + 1)
        is_there = any(one.endswith(whole[start:end]) for one in found)
        assert is_there, f"{whole[max(0, start - 80) : start + 1]}| does not offer {whole[start:end]}"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_sample_of_the_names_of_a_model_is_offered_where_they_stood(path: Path) -> None:
    document = opened(path)
    whole = document.text
    spans = [*names(document)]
    chosen = random.Random(5).sample(spans, SAMPLE)  # noqa: S311  # the same each time
    hold(document, whole, chosen)
    hold_in_broken(document, whole, chosen)


@pytest.mark.slow
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_name_of_a_model_is_offered_where_it_stood(path: Path) -> None:
    document = opened(path)
    whole = document.text
    spans = [*names(document)]
    hold(document, whole, spans)
    hold_in_broken(document, whole, spans)
    hold(document, whole, spans[:: len(spans) // 10], with_reading=True)


@pytest.mark.parametrize(
    "text", [TEXT, TEXT.replace("\n", "\r\n"), TEXT.replace("The log", "The 𝒻 log 😀")], ids=["lf", "crlf", "wide"]
)
def test_every_name_of_a_small_model_is_offered_where_it_stood(text: str) -> None:
    document = of_text(text)
    spans = [*names(document)]
    hold(document, text, spans)
    hold_in_broken(document, text, spans)


# A part of the small model with what replaces it, the cursor in it; what is offered there, and what is not.
WRITTEN = {
    "keys that are not there yet": ("value        = 4\n", "|\n", "value", "formula note min", "label unit range source"),
    "keys of a scenario": ('label          = "Storm"\n', "|\n", "label", "extends note", "title value"),
    "keys of a chart by its kind": ('y    = "crossings"\n', "|\n", "y", "scenarios log", "total better kind"),
    "keys of a correlation": ("rank    = 0.1", "|", "rank", "source note", "between label"),
    "keys of a dimension": ('label = "Day"', "|", "label", "step unit", "kind value"),
    "keys of a decision": ('goal    = "max"', "|", "goal", "label note", "choice value"),
    "keys of a published figure": ("value    = 33", "|", "value", "digits disputed", "at source formula"),
    "a choice has no unit": ('label  = "Home"', "|", "label", "weights over", "unit formula min"),
    "ids of inputs in a scenario": ("set.rides.West = 5", "set.| = 5", "rides", "fare home", "takings crossings pier"),
    "what may be scaled": ("scale.fare     = 2", "scale.| = 2", "fare", "rides", "home takings"),
    "members below an id": ("set.rides.West = 5", "set.rides.| = 5", "West", "East·Pier default", "fare"),
    "a run": ('value."East Pier" = { from = 1, list', 'value."East Pier" = { |, list', "from", "1 default", "list label"),
    "members of a finer dimension": ('West = "Near"', '| = "Near"', "West", "data column", "Near East"),
    "members of a group": ('"East Pier" = "Far"', '"East Pier" = "|"', "Far", "Near", "West"),
    "a flag has no quotes": ("range        = [3, 5]", "whole = |", "true", "false", "fare"),
    "a word gets its quotes": ('distribution = "uniform"\nsource', "distribution = |\nsource", "uniform", "pert metalog", "fare"),
    "tables": ("[boats.home]", "[|]", "boats", "model scenarios charts correlations", "use fare"),
    "sections": ("[boats.home]", "[boats.|]", "fare", "takings home", "model"),
    "what stands below a scenario": ("[scenarios.storm]", "[scenarios.storm.|]", "set", "scale", "label"),
    "keywords of a function": ('"sum(rides, over=day)"', '"sum(rides, |)"', "over=", "by= where=", "ends="),
    "no keywords before the arguments": ('"sum(rides, over=day)"', '"sum(|)"', "rides", "fare max", "over="),
    "dimensions of a call": ("over=day", "over=|", "day", "pier side", "fare sum"),
    "dimensions of a list": ("over=day", "over=[pier, |]", "day", "pier side", "fare sum"),
    "how a curve ends": ("sum(rides, over=day)", "lookup(fare, fare, fare, ends=|)", "flat", "", "fare"),
    "a member that is picked": ('rides["East Pier", 2]', 'rides["|", 2]', "East Pier", "West", "fare Far"),
    "a member that counts": ('rides["East Pier", 2]', 'rides["East Pier", |]', "2", "1 3 day fare", "West"),
    "a member that is compared": ('home == "West"', "home == |", "West", "fare", "Far"),
    "a member of a group": ("pier == 'West'", "side == 'F|'", "Far", "Near", "West"),
    "a member of what is not known": ("pier == 'West'", "what == '|'", "West", "Far Near", "fare"),
    "constants of units": ('"EUR/ride"', '"|"', "EUR", "ride 1 percent USD", "takings"),
    "prefixes of units": ('"EUR/ride"', '"k|/ride"', "kEUR", "kg km kWh", "EUR"),
    "units of a dimension": ('label = "Day"', 'unit = "d|"', "day", "", "fare"),
    "units of a unit": ('"[ride]"', '"10 E|"', "EUR", "", "fare"),
    "sources": ('source       = "log"', 'source = ["|"]', "log", "", "calm fare"),
    "outputs": ('["takings"]', '["takings", "|"]', "crossings", "fare home", "pier"),
    "what is decided": ('choice  = "home"', 'choice = "|"', "home", "", "fare takings"),
    "options of a choice": ('"East Pier", "West"]\nvalue', '"|", "West"]\nvalue', "East Pier", "West", "calm storm"),
    "a member of a chart": ('"crossings[West]"', '"crossings[|]"', "West", "East·Pier", "fare"),
    "a step that is taken away": ('"-rides[West, 1]"', '"-ta|"', "takings", "crossings", ""),
    "what runs along a chart": ('x    = "pier"', 'x = "|"', "pier", "scenario day fare", "sum"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "first", "others", "absent"), WRITTEN.values(), ids=WRITTEN)
def test_what_fits_a_place_is_offered_and_nothing_else(
    old: str, new: str, first: str, others: str, absent: str
) -> None:
    assert TEXT.count(old) == 1
    document = of_text(TEXT)
    assert document.now.plan is not None
    before, _, after = TEXT.partition(old)
    found = offered(document, before + new.replace("|", "") + after, len(before) + new.index("|"))
    assert first in found
    assert {one.replace("·", " ") for one in others.split()} <= found.keys()
    assert not {*absent.split()} & found.keys()


@pytest.mark.parametrize("before", ["# ", 'note = "a" ', "value = 1 ", 'note = "', "label = ", "formula = "])
def test_nothing_is_offered_in_comments_behind_values_and_in_words_of_the_author(before: str) -> None:
    document = of_text(TEXT)
    text = TEXT.replace("[boats.home]\n", f"[boats.home]\n{before}")
    assert offered(document, text, text.index("[boats.home]\n") + len("[boats.home]\n") + len(before)) == {}


def test_keys_are_offered_in_a_text_that_never_was_toml() -> None:
    text = "[model]\nti"
    assert "title" in offered(of_text(text), text, len(text))


def test_what_is_likeliest_comes_first() -> None:
    document = of_text(TEXT)
    at = TEXT.index("crossings, over=pier")
    document.type(TEXT[: at + 1] + TEXT[at + len("crossings") :])
    found = complete(document, at + 1)
    assert found is not None
    assert found.items[0].label == "crossings"
    assert [one.sort_text for one in found.items] == sorted([str(one.sort_text) for one in found.items])


def test_an_item_tells_label_and_value() -> None:
    document = of_text(TEXT)
    assert document.now.plan is not None
    at = TEXT.index("fare if")
    fare = offered(document, TEXT[:at] + TEXT[at + 4 :], at)["fare"]
    assert fare.detail == "Fare, 4 EUR/ride"


def test_a_function_is_a_snippet_only_where_the_editor_fills_it_in() -> None:
    document = of_text(TEXT)
    at = TEXT.index("sum(rides")
    document.type(TEXT[:at] + TEXT[at + len("sum(rides, over=day)") :])
    plain, filled = complete(document, at), complete(document, at, has_snippets=True)
    texts = [next(one.text_edit.new_text for one in found.items if one.label == "max" and one.text_edit is not None)
             for found in (plain, filled) if found is not None]  # fmt: skip
    assert texts == ["max", "max($1)"]


def test_of_ten_thousand_names_the_nearest_are_offered_and_more_are_told_of() -> None:
    rows = [f'[prices.price_{n}]\nlabel = "Price {n}"\nunit = "1"\nvalue = {n}\nnote = "n"\n' for n in range(10_000)]
    text = (
        '[model]\ntitle = "Prices"\n\n'
        + "\n".join(rows)
        + '\n[all.total]\nlabel = "T"\nunit = "1"\nformula = "price_987"\n'
    )
    document = of_text(text)
    found = complete(document, len(text) - 2)
    assert found is not None
    assert found.is_incomplete
    assert len(found.items) <= 1_000
    assert [one.label for one in found.items][:11] == ["price_987", *[f"price_987{n}" for n in range(10)]]


JUNK = [
    '"',
    "'",
    '"""',
    "'''",
    "[",
    "]",
    "{",
    "}",
    "=",
    ".",
    ",",
    "\\",
    "\n",
    "\r\n",
    "#",
    "😀",
    "(",
    ")",
    "a",
    "[[",
    "\x00",
    "\\u12",
    "\\q",
    "==",
]


@settings(max_examples=150)
@given(st.data())
def test_no_text_fails(data: st.DataObject) -> None:
    text = TEXT
    document = of_text(text)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.sampled_from(JUNK)) + text[at + data.draw(st.sampled_from([0, 0, 1, 9])) :]
    document.type(text)
    place = data.draw(st.integers(0, len(text)))
    complete(document, place)
    signature_help(document, place)
    semantic_tokens(document)


@pytest.mark.parametrize("text", ['"""' * 20_000, "[" * 60_000, "{" * 60_000, "a." * 60_000, "a[" * 60_000, '"' + "(" * 60_000, "a " * 60_000,
                                  "\n" * 100_000, "[1],\n" * 30_000, "a = 1\n" * 30_000], ids=lambda text: text[:4])  # fmt: skip
@pytest.mark.timeout(30)
def test_a_text_made_to_take_long_does_not(text: str) -> None:
    document = of_text(TEXT)
    for begun in ("x = ", 'formula = "', "x = ["):
        document.type(f"{TEXT}\n[boats.late]\n{begun}{text}")
        for place in (len(document.text), len(document.text) - len(text) // 2):
            complete(document, place)
            signature_help(document, place)


NEW = """
[dimensions.town]
members = ["Rome", "Oslo"]

[sources.offer]
title = "An offer"

[tables]
label = "Tables"

[tables.seats]
label = "Seats a table"
over = "town"
value.Rome = 4
value.Oslo = 2
unit = "1"

[tables.broken]
label = "Half written"
value =
unit = "1"

[later]
plain = { label = "On one line", value = 3, unit = "1" }
half = { label = "On one line
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ('formula = "se', "seats"),
        ('formula = "pla', "plain"),
        ('formula = "brok', "broken"),
        ('formula = "seats[', "Oslo"),
        ('formula = "sum(seats, over=', "town"),
        ('over = "', "town"),
        ('source = "', "offer"),
    ],
)
def test_what_was_declared_since_the_text_was_last_toml_is_offered(
    typed: str, wanted: str, end: str, *, is_known: bool
) -> None:
    document = of_text(TOY)
    if is_known:
        assert document.now.model is not None
    text = f"{TOY}{NEW}[lemonade.new]\n{typed}".replace("\n", end)
    assert wanted in offered(document, text, len(text))
    # What stood in the text before is offered all the same.
    text = f'{TOY}{NEW}[lemonade.new]\nformula = "pri'.replace("\n", end)
    assert not is_known or "price" in offered(document, text, len(text))


@pytest.mark.parametrize("with_reading", [True, False])
def test_a_table_with_a_label_alone_may_become_a_quantity(*, with_reading: bool) -> None:
    text = f'{TOY}\n[stand.fresh]\nlabel = "Fresh"\n'
    document = of_text(text)
    assert not with_reading or document.now.model is not None
    assert {"value", "formula", "unit", "note"} <= offered(document, text, len(text)).keys()
    section = text.replace("[stand.fresh]", "[stand]\n[stand.fresh]")
    place = section.index("[stand]\n") + len("[stand]\n")
    assert offered(document, section, place).keys() == {"label", "note"}


def test_so_many_tables_are_read_with_a_key_and_no_more() -> None:
    document = of_text(TOY)
    assert document.now.model is not None
    many = "".join([f"\n[lemonade.q{number}]\nvalue = {number}\n" for number in range(2_000)])
    text = f'{TOY}{many}[long]\n{"x = { value = 1 }" * 1_000}\n[lemonade.new]\nformula = "q1'
    assert "q1" in offered(document, text, len(text))
    assert len(document.recent.quantities) < 100
