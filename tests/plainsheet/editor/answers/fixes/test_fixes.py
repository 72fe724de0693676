"""What is offered when an editor asks: where, how, and how long it takes."""

from __future__ import annotations

from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol.types import CodeActionContext, CodeActionKind, Position, Range

from plainsheet.editor.answers.fixes.fixes import quick_fixes
from tests.plainsheet.editor.answers.fixes.offers import FERRY, asked, made, mended, told
from tests.plainsheet.editor.documents import of_text

MISSPELT = FERRY.replace("fare * guests", "fair * guests")


def test_a_sole_edit_is_preferred_and_names_its_problem() -> None:
    document = of_text(MISSPELT)
    (action,) = asked(document)
    assert (action.title, action.kind, action.is_preferred) == ("Write 'fare'", CodeActionKind.QuickFix, True)
    assert action.diagnostics == told(document)
    assert made(document, action) == FERRY


def test_of_several_none_is_preferred() -> None:
    document = of_text(
        FERRY.replace('unit  = "1"', 'unit  = "dya"').replace('unit    = "EUR"', 'unit    = "EUR * dya"')
    )
    assert [one.is_preferred for one in asked(document)] == [None] * len(asked(document))


@pytest.mark.parametrize(
    ("only", "count"),
    [
        (None, 1),
        ([CodeActionKind.QuickFix], 1),
        ([CodeActionKind.Empty], 1),
        ([CodeActionKind.Refactor], 0),
        ([CodeActionKind.Source], 0),
        (["quickfix.import"], 0),
    ],
)
def test_only_what_is_asked_for(only: list[CodeActionKind | str] | None, count: int) -> None:
    document = of_text(MISSPELT)
    assert len(quick_fixes(document, told(document)[0].range, CodeActionContext([], only))) == count


def test_elsewhere_nothing_is_offered() -> None:
    document = of_text(MISSPELT)
    assert quick_fixes(document, Range(Position(0, 0), Position(3, 0)), CodeActionContext([])) == []


def test_lines_end_as_they_did() -> None:
    text = FERRY.replace("fare * guests", "fare * guests + 100").replace("\n", "\r\n")
    (after,) = mended(text).values()
    assert after.count("\r\n") == after.count("\n") > text.count("\n")
    (begun,) = mended(FERRY.replace('[units]\nEUR = "[money]"\n\n', "").replace("\n", "\r\n")).values()
    assert begun == FERRY.replace("money", "eur").replace("\n", "\r\n")


def test_a_text_with_a_mark_at_its_beginning_keeps_it() -> None:
    (after,) = mended(f"\ufeff{MISSPELT}").values()
    assert after == f"\ufeff{FERRY}"


def test_letters_of_two_units_are_counted() -> None:
    inline = '[ferry]\nfare = { label = "𝔽𝔽𝔽", value = "12", unit = "1", note = "A guess." }\n'
    (after,) = mended(f'[model]\ntitle = "Ferry"\n\n{inline}').values()
    assert after.endswith(inline.replace('"12"', "12"))


def test_what_could_not_be_seen_elsewhere_does_not_stand_in_the_way() -> None:
    # No source is told of a model alone that has a plan.
    text = MISSPELT.replace('value = 40\nunit  = "1"\nnote  = "A guess."', 'value = 40\nunit  = "1"')
    assert [*mended(text)] == ["Write 'fare'"]


def test_an_edit_that_brings_another_problem_is_not_offered() -> None:
    # A fare for each guest, whose unit is then that of no takings.
    text = FERRY.replace('unit  = "1"', 'unit  = "eur"')
    assert mended(text) == {}


def test_what_an_edit_brings_far_behind_it_is_seen() -> None:
    chain = '\n[ferry.a]\nlabel = "A"\nformula = "guests"\nunit = "eur"\n\n[ferry.b]\nlabel = "B"\nformula = "a"\nunit = "eur"\n'
    assert mended(FERRY + chain) == {}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_text_is_too_strange(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([MISSPELT, FERRY.replace("40", "4,0"), FERRY.replace('"1"', '"eur"')]))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 12, len(text))))
    document = of_text(text[:start] + data.draw(st.text(max_size=8)) + text[end:])
    for one in told(document)[:3]:
        for action in quick_fixes(document, one.range, CodeActionContext([one])):
            made(document, action)


@pytest.mark.parametrize("long", [" " * 200_000, "[" * 200_000, "/" * 200_000, "x x" * 60_000, '"' * 200_001])
def test_a_long_line_takes_no_time(long: str) -> None:
    document = of_text(f"{FERRY}value = {long}\n")
    floor = _seconds(lambda: of_text(f"{FERRY}value = {long}\n").now)
    assert _seconds(lambda: asked(document)) < 20 * floor + 2


def _seconds(run: object) -> float:
    begun = monotonic()
    assert callable(run)
    run()
    return monotonic() - begun


def test_of_a_large_text_an_answer_takes_a_few_checks() -> None:
    rows = [f'[s.q{n}]\nlabel = "Q {n}"\nformula = "q{n - 1} + fare"\nunit = "EUR"\n' for n in range(1, 2_000)]
    first = '[s.q0]\nlabel = "Q"\nvalue = 3\nunit = "EUR"\nnote = "A guess."\n'
    document = of_text("\n".join([FERRY, first, *rows]).replace("q900 + fare", "q900 + fair"))
    floor = _seconds(lambda: of_text(document.text).now)
    (problem,) = told(document)
    assert _seconds(lambda: quick_fixes(document, problem.range, CodeActionContext([problem]))) < 10 * floor + 2
