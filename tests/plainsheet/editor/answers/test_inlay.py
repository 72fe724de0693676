"""Values behind formulas: each formula of every model has one, at the end of its line, as `solve` has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol.types import InlayHint, Position, Range

from engine.text.positions import find_places
from exports.style.words import in_review
from plainsheet.editor.answers.inlay import inlay_hints
from plainsheet.editor.document import Document
from tests.plainsheet.editor.documents import SHIPPED, of_text, opened
from tests.toys.lemonade import TOY
from tests.toys.rent import TEXT as RENT


def shown(document: Document, first: int = 0, last: int = 10**6) -> list[InlayHint]:
    """Return the values of the lines from one to another."""
    return inlay_hints(document, Range(Position(first, 0), Position(last, 0)))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_formula_of_a_model_has_its_value_behind_it(path: Path) -> None:
    document = opened(path)
    assert document.now.model is not None
    assert document.now.results is not None
    places = find_places(document.text)
    results = next(iter(document.now.results.values()))
    by_line = {one.position.line: one for one in shown(document)}
    for quantity in document.now.model.quantities:
        for member, _ in quantity.written:
            end = places.values[quantity.formula_place(member)][1]
            hint = by_line.pop(document.lines.position(end).line)
            assert document.lines.place(hint.position) == document.lines.line(hint.position.line)[1]
            told = results.told(quantity.id)
            if len(told) == 1:
                assert str(hint.label).startswith(f"= {told[0] if isinstance(told[0], str) else in_review(told[0])}")
    assert by_line == {}


@pytest.mark.parametrize("name", ["sora", "three_statements"])
def test_a_screen_has_what_the_whole_text_has_there(name: str) -> None:
    document = opened(next(path for path in SHIPPED if path.stem == name))
    whole = shown(document)
    for first in range(0, len(document.lines), 37):
        screen = shown(document, first, first + 40)
        assert screen == [one for one in whole if first <= one.position.line < first + 40]


def test_formulas_on_one_line_with_their_quantity_and_by_dotted_keys_have_theirs() -> None:
    document = of_text(RENT)
    assert [(one.label, document.text.splitlines()[one.position.line][:4]) for one in shown(document)] == [
        ("= 250 EUR", "cost")
    ]
    dotted = RENT.replace('cost  = { label = "Cost", unit = "EUR", formula = "price * hours + staff" }',
                          'cost.label = "Cost"\ncost.unit = "EUR"\ncost.formula = "price * hours + staff"')  # fmt: skip
    assert [one.label for one in shown(of_text(dotted))] == ["= 250 EUR"]


def test_lines_end_as_on_windows_and_formulas_go_over_several_lines() -> None:
    text = RENT.replace('"price * hours + staff" }', '"""price\n * hours\n + staff""" }').replace("\n", "\r\n")
    document = of_text(text)
    (found,) = shown(document)
    assert document.text[: document.lines.place(found.position)].endswith('staff""" }')


def test_while_a_text_has_an_error_the_last_values_stand() -> None:
    document = of_text(TOY)
    before = [one.label for one in shown(document)]
    document.type(TOY.replace("price *", "price * (", 1))
    assert before == [one.label for one in shown(document)] != []
    assert shown(of_text(f"{TOY}\n[")) == []
