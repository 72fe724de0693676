"""What is told of a name: values as `solve` has them, and how far the outputs follow, by computing both again."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from lsprotocol.types import MarkupContent

from engine.plan.evaluate import evaluate
from engine.plan.outputs import outputs
from engine.problems import ModelError
from exports.style.words import in_review
from plainsheet.editor.answers.hover import hover
from plainsheet.editor.document import Document
from tests.plainsheet.editor.documents import SHIPPED, of_text, opened
from tests.toys.lemonade import TOY


def told(document: Document, place: int) -> str:
    """Return what is told of the name at a place."""
    found = hover(document, place)
    assert found is not None
    assert isinstance(found.contents, MarkupContent)
    return found.contents.value


@pytest.mark.slow
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_name_of_a_model_is_told(path: Path) -> None:
    document = opened(path)
    results = document.now.results
    assert results is not None
    for one in {one.symbol: one for one in document.now.references}.values():
        text = told(document, one.start).replace("\\", "")
        if one.symbol.kind == "quantity" and not results[next(iter(results))].plan.row(one.symbol.name).over:
            for result in results.values():
                cell = result.told(one.symbol.name)[0]
                assert (cell if isinstance(cell, str) else in_review(cell)) in text


def test_the_effects_are_what_one_percent_more_does() -> None:
    document = opened(next(path for path in SHIPPED if path.stem == "sora"))
    plan = document.now.plan
    assert plan is not None
    base = evaluate(plan)
    for row in plan.inputs[::5]:
        if row.quantity is None or row.over:
            continue
        value = base.cells(row.id)[0]
        text = told(document, next(one.start for one in document.now.references if one.symbol.name == row.id))
        for output in outputs(plan)[:3]:
            found = re.search(rf"- {re.escape(output.label)}: (-?[\d.e-]+) %", text.replace("\\", ""))
            with suppress(ModelError):  # a bound may be near
                near = [evaluate(plan, None, {row.id: value * (1 + step)}).at(output.cell) for step in (-1e-5, 1e-5)]
                expected = (near[1] - near[0]) / 2e-5 / base.at(output.cell)
                assert (float(found[1]) if found else 0.0) == pytest.approx(expected, abs=2e-3)


def test_along_time_there_are_bars_and_both_ends() -> None:
    document = opened(next(path for path in SHIPPED if path.stem == "subscription"))
    results = document.now.results
    assert results is not None
    text = told(document, next(one.start for one in document.now.references if one.symbol.name == "joined"))
    row = results[next(iter(results))]["joined"]
    assert f"{in_review(float(row[0]))} → {in_review(float(row[-1]))}" in text
    (drawn,) = re.findall("`([▁▂▃▄▅▆▇█]+)`", text)
    assert len(drawn) == len(row)
    assert drawn[int(np.argmax(row))] == "█"


def test_a_model_s_words_are_no_markup() -> None:
    evil = "![x](http://e.x/i.png) <img src=x> `a` [l](command:evil) | *b*"
    text = re.sub(r"(\[stand\.price\]\n)label.*", lambda found: f"{found[1]}label = '{evil}'", TOY)
    assert evil in text
    document = of_text(text)
    shown = told(document, document.text.index("price"))
    assert not re.search(r"(?<!\\)[\[\]<>|]", shown.split("·")[0])


def test_while_a_text_is_no_toml_the_last_values_are_told() -> None:
    document = of_text(TOY)
    before = told(document, document.text.rindex("price"))
    document.type(f"{TOY}\n[")
    assert told(document, document.text.rindex("price")) == before
