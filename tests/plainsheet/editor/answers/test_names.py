"""Names at places of texts: what they mean, where that stands, and another name for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.rename import rename as renamed
from plainsheet.editor.answers.names import (
    RefusedError,
    definition,
    highlights,
    name_at,
    prepare_rename,
    references,
    rename,
)
from tests.plainsheet.editor.documents import SHIPPED, applied, of_text, opened, text_at
from tests.toys.lemonade import TOY


@pytest.mark.slow
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_at_each_name_of_a_model_is_what_it_is_the_name_of(path: Path) -> None:
    document = opened(path)
    declared = {one.symbol for one in document.now.references if one.is_declaration}
    for one in document.now.references:
        name = name_at(document, (one.start + one.end) // 2)
        assert name is not None
        assert name.symbol == one.symbol
        where = definition(document, one.start)
        assert (where is not None) == (one.symbol in declared)
        if where is not None:
            assert text_at(document, where.range).strip("\"'") == one.symbol.name
    assert name_at(document, 0) is None


def test_references_are_all_places_with_the_declaration_or_without() -> None:
    document = of_text(TOY)
    place = document.text.index("price")
    found = references(document, place, with_declaration=True)
    assert {text_at(document, one.range) for one in found} == {"price"}
    assert (
        len(found) == len(references(document, place, with_declaration=False)) + 1 == len(highlights(document, place))
    )


@pytest.mark.slow
def test_another_name_is_what_the_command_writes() -> None:
    document = opened(SHIPPED[-1])
    plan = document.now.plan
    assert plan is not None
    for quantity in list(plan.model.by_id)[::25]:
        declared = next(one for one in document.now.references
                        if one.symbol.name == quantity and one.is_declaration and one.symbol.kind == "quantity")  # fmt: skip
        asked = prepare_rename(document, declared.start)
        assert asked is not None
        assert (asked.placeholder, text_at(document, asked.range)) == (quantity, quantity)
        edit = rename(document, declared.start, f"{quantity}_qq")
        assert edit.changes is not None
        text = applied(document, list(edit.changes[document.uri]))
        assert text == renamed(plan, ".".join(map(str, plan.model.by_id[quantity].path)), f"{quantity}_qq").text


@pytest.mark.parametrize("new", ["max", "no name", "glasses", ""])
def test_a_name_that_cannot_be_is_refused_in_words(new: str) -> None:
    document = of_text(TOY)
    with pytest.raises(RefusedError) as refused:
        rename(document, document.text.index("price"), new)
    assert "cannot be" in refused.value.message or "already" in refused.value.message


def test_while_a_text_has_an_error_names_are_those_of_the_last_without_one() -> None:
    document = of_text(TOY)
    assert document.now.plan is not None
    for broken in (f"{TOY}\n[broken", TOY.replace("price *", "price ** ** *")):
        document.type(broken)
        assert document.now.plan is None
        place = broken.rindex("price")
        name = name_at(document, place)
        assert name is not None
        assert name.symbol.name == "price"
        where = definition(document, place)
        assert where is not None
        assert text_at(document, where.range) == "price"
        # What would be changed then is not known.
        assert prepare_rename(document, place) is None
        with pytest.raises(RefusedError, match="mend it first"):
            rename(document, place, "cost")
