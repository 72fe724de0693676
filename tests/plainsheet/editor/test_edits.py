"""A text that is typed at random: whatever it is at the moment everything answers, and at the end it is told as `check` tells it."""

from __future__ import annotations

import gc
import random
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol.types import CodeActionContext, Position, Range

from engine.model.load import loads
from engine.plan.plan import Plan
from engine.problems import ModelError, Problem, printable
from exports.results.checked import check_model
from plainsheet.editor.answers.completion.completion import complete
from plainsheet.editor.answers.completion.signatures import signature_help
from plainsheet.editor.answers.fixes.fixes import quick_fixes
from plainsheet.editor.answers.formatting import format_document
from plainsheet.editor.answers.hover import hover
from plainsheet.editor.answers.inlay import inlay_hints
from plainsheet.editor.answers.lenses import code_lenses
from plainsheet.editor.answers.names import RefusedError, definition, highlights, prepare_rename, references, rename
from plainsheet.editor.answers.symbols import document_symbols, workspace_symbols
from plainsheet.editor.answers.tokens import semantic_tokens
from plainsheet.editor.diagnostics import diagnose
from plainsheet.editor.document import Document
from tests.plainsheet.editor.documents import of_text
from tests.toys.bakery import BAKERY, CHARTS, MORE, declared
from tests.toys.lemonade import TOY
from tests.toys.orchard import ORCHARD, TOTAL
from tests.toys.rent import TEXT as RENT
from tests.toys.text_edits import edits

TEXTS: Final = (RENT, TOY, ORCHARD + TOTAL, BAKERY + MORE + declared(CHARTS))
PIECES: Final[tuple[str, ...]] = (
    *"\"'[]{}()=#.,*/+-<>^0 \n\r\t\\%|éß𝒩\0\x1b\u2028\ufeff\ud83d",
    '"""', "'''", "\r\n", " == ", "[[", "]]", "3.50", "1e999", "9" * 400, "-" * 50, "(" * 200, " a.b = 1\n", "price", "sum(", "over=",
    'formula = "', 'unit = "', "value = ", "\n[", "\n[scenarios.", "\n[model]\n", "set.", "\\u00e9", "\\", "true", "2026-01-01",
)  # fmt: skip
LINES: Final = tuple({line for text in TEXTS for line in text.splitlines(keepends=True)})
BLOCKS: Final = tuple([f"\n[{block}" for text in TEXTS for block in text.split("\n[")[1:]])


def typed(text: str, chance: random.Random) -> str:
    """Return a text after something that a hand does: letters, lines and tables put in, taken out, moved or copied."""
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice((0, 0, 1, 2, 10, 200)))
    line = text.rfind("\n", 0, start) + 1
    below = text.find("\n", start) + 1 or len(text)
    match chance.randrange(8):
        case 0:
            return text[:line] + text[below:]
        case 1:
            return text[:start] + text[end:]
        case 2 | 3 as kind:
            return text[:line] + chance.choice(LINES if kind == 2 else BLOCKS) + text[line:]
        case 4:
            return text.replace("\n", "\r\n") if "\r" not in text else text.replace("\r\n", "\n")
        case 5:
            return next(edits(text, chance.randrange(10**6), 1))
        case _:
            return text[:start] + chance.choice(PIECES) + text[end:]


def ask(document: Document, chance: random.Random) -> None:
    """Ask about a place and a part of a text whatever an editor asks."""
    lines = document.lines
    place = lines.place(Position(chance.randrange(len(lines) + 2), chance.choice((0, 3, 9, 15, 10**6))))
    part = Range(Position(max(0, lines.position(place).line - 20), 0), Position(lines.position(place).line + 20, 0))
    at_a_place: tuple[Callable[[Document, int], object], ...] = (
        hover, complete, signature_help, definition, highlights, prepare_rename,
    )  # fmt: skip
    of_all: tuple[Callable[[Document], object], ...] = (
        document_symbols, semantic_tokens, format_document, code_lenses,
    )  # fmt: skip
    for answer in chance.sample(at_a_place, 3):
        answer(document, place)
    chance.choice(of_all)(document)
    inlay_hints(document, part)
    semantic_tokens(document, part)
    references(document, place, with_declaration=chance.random() < 0.5)
    workspace_symbols([document], chance.choice(("", "pri")))
    if chance.random() < 0.1:
        quick_fixes(document, part, CodeActionContext([]))
    with suppress(RefusedError):
        rename(document, place, chance.choice(("other", "price", "", "a b", "\n")))


def problems_of(text: str, name: str) -> tuple[Problem, ...]:
    """Return what a check says of a text that nobody has seen before."""
    try:
        return check_model(loads(text, name)).problems
    except ModelError as wrong:
        return wrong.problems


def told(problems: tuple[Problem, ...]) -> Counter[tuple[str, str, str]]:
    return Counter(
        (one.code, one.severity, "\n".join(map(printable, "\nhint: ".join(filter(None, [one.message, one.hint])).split("\n"))))
        for one in problems
    )  # fmt: skip


def play(text: str, seed: int, count: int) -> None:
    """Type so many times, begin anew now and then from the last text without an error, and compare at the end."""
    chance = random.Random(seed)  # noqa: S311  # a hand, and no secret
    document, good = of_text(text), text
    for _ in range(count):
        document.type(typed(good if chance.random() < 0.4 else document.text, chance)[:20_000])
        diagnose(document)
        good = document.text if document.now.plan is not None else good
        ask(document, chance)
    cold = of_text(document.text)
    assert diagnose(document) == diagnose(cold), repr(document.text)
    assert told(document.now.checked.problems) == told(problems_of(cold.now.text, "model.toml"))


@pytest.mark.slow
@given(st.sampled_from(TEXTS), st.integers(0, 2**32), st.integers(1, 12))
@settings(max_examples=50)
def test_a_text_typed_at_random_is_answered_and_told_as_check_tells_it(text: str, seed: int, count: int) -> None:
    play(text, seed, count)


@pytest.mark.slow
@given(st.sampled_from(TEXTS), st.integers(2**32, 2**33))
@settings(max_examples=250)
def test_ten_thousand_edits_are_answered(text: str, seed: int) -> None:
    play(text, seed, 40)


LONG: Final = '[model]\ntitle = "Long"\noutputs = ["q299"]\n[q]\n' + "".join([
    f'q{number} = {{ label = "Number {number}", unit = "1", '
    + (f'formula = "q{number - 1} * 1.5 + q{number // 2}"' if number % 5 else 'note = "ours", value = 5') + " }\n"
    for number in range(300)
])  # fmt: skip


def plans() -> int:
    return sum([isinstance(one, Plan) for one in gc.get_objects()])


@pytest.mark.slow
def test_a_thousand_edits_leave_nothing_behind() -> None:
    document = of_text(LONG)
    starts = [place for place in range(len(LONG)) if LONG.startswith("value = 5", place)]
    everything = Range(Position(0, 0), Position(40, 0))
    gc.collect()
    others, first = plans(), 0
    for number in range(1_000):
        place = starts[number % len(starts)] + len("value = ")
        # Every tenth text is none that can be read.
        document.type(f"{LONG[:place]}{number}{'' if number % 10 else '('}{LONG[place:]}")
        diagnose(document)
        inlay_hints(document, everything)
        if number == 100:
            gc.collect()
            first = sys.getallocatedblocks()
    # A plan is no part of a circle, and is gone with the text that it was of.
    assert plans() - others <= 2
    gc.collect()
    assert sys.getallocatedblocks() - first < 20_000
