"""On Sensitivity: the input that is chosen, the value that the target needs, and the model run again with it."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Final

from exports.style.a1 import letter
from exports.style.words import unit_or_number
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.layout import headings
from exports.workbook.layout.geometry import LABEL, LIVE, UNIT, WORDS, at_place
from exports.workbook.layout.grid import SheetCell, StyleRule, Typing
from exports.workbook.layout.sensitivity import CHOSEN_UNIT, CHOSEN_VALUE
from exports.workbook.layout.working import sought as at
from exports.workbook.layout.working.sought import Sought
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, heading, line_of
from exports.workbook.parts.numbers import NUMBER, by_unit, titles_of
from exports.workbook.parts.sought.way import NONE
from exports.workbook.parts.sought.working import WORDS as SAID
from exports.workbook.parts.sought.working import known_of

TITLE: Final = "The value that a target needs"
# Less than this part of an output is what floats leave of it.
_NEAR: Final = "10^-9"


def lines(book: Book, places: Sought, last: int) -> Iterator[Numbered]:
    """Yield what a reader sees: the input that is chosen, what it is, the target, what it needs, the proof."""
    yield heading(places.shown, TITLE, last, "Choose an input; the target is typed on Inputs.")
    known, row, cases = known_of(places), places.goals.inputs[0], places.cases
    place = f"Cases!{places.known(at.PLACE)}"
    cells = describe(headings.SOUGHT, "", "", "Choose from the list: the value that the target needs follows.")
    cells[LIVE] = SheetCell(titles_of(places.goals.inputs)[0], "choice_beside", "@")
    yield places.shown + at.CHOICE, line_of(cells)
    unit = SheetCell(unit_or_number(row.unit.text), "unit", formula=f"={at_place(places.units, place, '1')}")
    now = f"={at_place(f'Cases!{places.of_inputs(LIVE)}', place, '1')}"
    cells = describe("What it is now", "", "", "In the live scenario") | {UNIT: unit}
    cells[LIVE] = SheetCell(book.value(row.id), "calculation", NUMBER, formula=now)
    yield places.shown + at.NOW, line_of(cells)
    of_output = SheetCell(unit_or_number(cases.outputs[0].row.unit.text), "unit", formula=f"={CHOSEN_UNIT}")
    cells = describe("Target of the output", "", "", "Typed on Inputs, for the output that is chosen above")
    target = f"=Inputs!{book.layout.target}"
    cells |= {UNIT: of_output, LIVE: SheetCell(cases.target, "calculation", NUMBER, formula=target)}
    yield places.shown + at.TARGET, line_of(cells)
    cells = describe("What the target needs it to be", "", "", "") | {UNIT: unit}
    cells[LIVE] = SheetCell(known[at.VALUE], "total", NUMBER, formula=f"=Cases!{places.known(at.VALUE)}")
    first, end = places.working + at.BENT, places.working + at.CLOSED
    flags, texts = (f"Cases!${letter(column)}${first}:${letter(column)}${end}" for column in (LIVE, LABEL))
    said = next(text for which, text in SAID.items() if known[which] == 1)
    cells[WORDS] = SheetCell(said, "words", formula=f"=INDEX({texts},MATCH(1,{flags},0))")
    yield places.shown + at.FOUND, line_of(cells)
    yield from _proof(places, known[at.VALUE] != NONE, of_output)


def _proof(places: Sought, is_found: bool, unit: SheetCell) -> Iterator[Numbered]:  # noqa: FBT001  # as it is known
    """Yield what the output is in the model once more, with the value, and by how much it misses the target."""
    cases = places.cases
    value = cases.value(cases.goal, cases.outputs[0])
    shown: float | str = (NO_VALUE if isnan(value) else value) if is_found else NONE
    found, proof, target = (places.seen(which) for which in (at.FOUND, at.PROOF, at.TARGET))
    output = at_place(cases.outputs_of(cases.goal), "1", f"Cases!{places.known(at.OUTPUT)}")
    cells = describe("What the output is with it", "", "", "The model computed once more on Cases") | {UNIT: unit}
    cells[LIVE] = SheetCell(shown, "calculation", NUMBER, formula=f'=IF(ISNUMBER({found}),{output},"{NONE}")')
    yield places.shown + at.PROOF, line_of(cells)
    miss = f"{proof}-{target}"
    near = f"{_NEAR}*MAX(ABS({target}),ABS({CHOSEN_VALUE}))"
    formula = f'=IF(ISNUMBER({proof}),IF(ABS({miss})<={near},0,{miss}),"{NONE}")'
    cells = describe("By how much it misses the target", "", "", "0 where the target is met") | {UNIT: unit}
    cells[LIVE] = SheetCell(_missed(places, shown), "calculation", NUMBER, formula=formula)
    yield places.shown + at.MISSED, line_of(cells)


def _missed(places: Sought, shown: float | str) -> float | str:
    if isinstance(shown, str):
        return NONE
    cases = places.cases
    live = cases.outputs[0].value(cases.plan, cases.results.values)
    missed = shown - cases.target
    return 0.0 if abs(missed) <= 1e-9 * max(abs(cases.target), abs(live)) else missed


def typing(places: Sought) -> Typing:
    """Return the list to choose from."""
    cell = places.seen(at.CHOICE).replace("$", "")
    return Typing(cell, "list", choices=places.labels, message="Choose one of the inputs in the list.")


def rules(places: Sought) -> list[StyleRule]:
    """Return how numbers are shown, of an input and of an output that may be any."""
    lines_ = [places.shown + which for which in (at.NOW, at.TARGET, at.FOUND, at.PROOF, at.MISSED)]
    return [rule for line in lines_ for rule in by_unit(f"{letter(LIVE)}{line}", f"${letter(UNIT)}${line}")]
