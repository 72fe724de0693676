"""The value of an input that a target needs: live, from both ends of its range, where it is proven a straight line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import isnan
from typing import Final

from engine.analysis.shapes.affine import affine
from engine.plan.plan import Row
from engine.text.labels import fold
from exports.style.a1 import letter
from exports.style.words import unit_or_number
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.layout import cases, headings, sensitivity
from exports.workbook.layout.geometry import LABEL, LIVE, UNIT, WORDS, at_place
from exports.workbook.layout.grid import SheetCell, StyleRule, Typing
from exports.workbook.layout.inputs.ranges import bound_of
from exports.workbook.layout.sensitivity import CHOSEN_PLACE, CHOSEN_UNIT
from exports.workbook.layout.working.sought import (
    ABOVE,
    AT,
    BELOW,
    BENT,
    BROKEN,
    CHOICE,
    CLOSED,
    COLUMNS,
    DECIMALS,
    EMPTY,
    FOUND,
    HIGH,
    LEAST,
    LOW,
    MOST,
    NOW,
    OUT_HIGH,
    OUT_LOW,
    PLACE,
    SAID,
    STAYS,
    STRAIGHT,
    TARGET,
    Sought,
)
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, heading, line_of, match_label
from exports.workbook.parts.square.table import by_unit
from exports.workbook.parts.tornado.ends import end_value

TITLE: Final = "The value that a target needs"
_NONE: Final = "none"
_NUMBER: Final = '#,##0.00_);(#,##0.00);"-"_)'
_WORDS: Final = {
    BENT: "Not proven a straight line, so no closed form: plainsheet goal searches for it.",
    EMPTY: "The output has no value at an end of the range: plainsheet goal searches for it.",
    STAYS: "The output does not depend on it, or both ends of its range are one.",
    BELOW: "Below the least value that the model allows.",
    ABOVE: "Above the largest value that the model allows.",
    BROKEN: "Not a whole number, as the model asks for.",
    CLOSED: "In closed form: the output is a straight line along this input, all else as it is.",
}
_PARTS: Final = {
    LOW: ("Its low end", sensitivity.LOW), HIGH: ("Its high end", sensitivity.HIGH),
    OUT_LOW: ("The output at the low end", sensitivity.OUT_LOW),
    OUT_HIGH: ("The output at the high end", sensitivity.OUT_HIGH),
}  # fmt: skip
_BOUNDS: Final = {LEAST: "At least", MOST: "At most", DECIMALS: "Decimals of a whole one"}
# What floats leave of a number that is at a bound, or whole.
_NEAR: Final = "10^-9"
# Stands for the value itself beside the lines of the working.
_VALUE: Final = 0


def lines(book: Book, places: Sought, last: int) -> Iterator[Numbered]:
    """Yield what a reader sees: the input that is chosen, what it is, the target, and the value that it needs."""
    yield heading(places.shown, TITLE, last, "Choose an input; the target is typed on Inputs.")
    known, titles, row = _known(book, places), _titles(places), places.inputs[0]
    cells = describe(headings.SOUGHT, "", "", "Choose from the list: the value that the target needs follows.")
    cells[LIVE] = SheetCell(titles[0], "choice_beside", "@")
    yield places.shown + CHOICE, line_of(cells)
    unit, target = _unit(book, places), f"=Inputs!{book.layout.target}"
    now = f"={at_place(book.ranges.column(LIVE), places.known(AT), '1')}"
    cells = describe("What it is now", "", "", "In the live scenario") | {UNIT: unit}
    cells[LIVE] = SheetCell(book.value(row.id), "calculation", _NUMBER, formula=now)
    yield places.shown + NOW, line_of(cells)
    cells = describe("Target of the output", "", "", "Typed on Inputs, for the output that is chosen above")
    cells |= {UNIT: _unit_of_output(book), LIVE: SheetCell(target_of(book), "calculation", _NUMBER, formula=target)}
    yield places.shown + TARGET, line_of(cells)
    cells = describe("What the target needs it to be", "", "", "") | {UNIT: unit}
    low, high, out_low, out_high = (places.known(which) for which in _PARTS)
    share = f"({places.seen(TARGET)}-{out_low})/({out_high}-{out_low})"
    test = "+".join([places.known(which) for which in (BENT, EMPTY, STAYS)])
    formula = f'=IF({test}=0,{low}+{share}*({high}-{low}),"{_NONE}")'
    cells[LIVE] = SheetCell(known[_VALUE], "total", _NUMBER, formula=formula)
    flags, words = (
        f"${letter(at)}${places.working + BENT}:${letter(at)}${places.working + CLOSED}" for at in (LIVE, LABEL)
    )
    said = next(text for which, text in _WORDS.items() if known[which] == 1)
    cells[WORDS] = SheetCell(said, "words", formula=f"=INDEX({words},MATCH(1,{flags},0))")
    yield places.shown + FOUND, line_of(cells)


def target_of(book: Book) -> float:
    """Return the target that is written on export: what the first output is in the first scenario, as stored."""
    first = book.cases.first
    return book.cases.outputs[0].value(first.plan, first.values)


def typing(places: Sought) -> Typing:
    """Return the list to choose from."""
    cell = places.seen(CHOICE).replace("$", "")
    return Typing(cell, "list", choices=places.labels, message="Choose one of the inputs in the list.")


def rules(places: Sought) -> list[StyleRule]:
    """Return how numbers are shown, of an input and of an output that may be any."""
    unit = f"${letter(UNIT)}$"
    lines_ = [places.shown + which for which in (NOW, TARGET, FOUND)]
    return [rule for line in lines_ for rule in by_unit(f"{letter(LIVE)}{line}", f"{unit}{line}")]


def working(book: Book, places: Sought, last: int) -> Iterator[Numbered]:
    """Yield what is known of the chosen input and what is said of it, then the inputs to choose from."""
    yield heading(places.working, "Working: the value that a target needs", last)
    known = _known(book, places)
    for which, (label, unit, formula) in _formulas(book, places).items():
        cells = describe(label, "", "1", "") | ({UNIT: unit} if unit else {})
        style = "calculation" if formula else "place"
        cells[LIVE] = SheetCell(known[which], style, "General", formula=f"={formula}" if formula else "")
        yield places.working + which, line_of(cells)
    titles = {COLUMNS[AT]: "Place in the table", **{COLUMNS[which]: text for which, text in _BOUNDS.items()}}
    titles |= {STRAIGHT + at: f"Line {at + 1}" for at in range(places.outputs)}
    note = "A line: 1 where the output of that place in the list is proven to go straight."
    yield heading(places.table, "Inputs of the list", last, note, titles)
    proven = affine(book.results.plan, [row.id for row in places.inputs])
    for number, row in enumerate(places.inputs):
        cells = describe(_titles(places)[number], row.id, row.unit.text, "")
        for which, column in COLUMNS.items():
            value = _declared(book, row)[which]
            style = "place" if isinstance(value, float) else "text_right"
            cells[column] = SheetCell(value, style, book.input_format(row) if which in (LEAST, MOST) else "0")
        for at, output in enumerate(book.cases.outputs):
            cells[STRAIGHT + at] = SheetCell(float(row.id in proven[output.row.id]), "place", "0")
        yield places.table + 1 + number, line_of(cells)


def _formulas(book: Book, places: Sought) -> dict[int, tuple[str, SheetCell | None, str]]:
    """Return the lines of the working: the label, the unit unless it is a number, and the formula."""
    place, at, found = places.known(PLACE), places.known(AT), f"N({places.seen(FOUND)})"
    unit, of_output = _unit(book, places), _unit_of_output(book)
    out_low, out_high = places.known(OUT_LOW), places.known(OUT_HIGH)
    least, most, decimals = (places.known(which) for which in _BOUNDS)
    straight = at_place(places.listed(STRAIGHT, places.last_column), place, CHOSEN_PLACE)
    tests = {
        BENT: f"1-{straight}",
        EMPTY: f"IF(AND(ISNUMBER({out_low}),ISNUMBER({out_high})),0,1)",
        STAYS: f"IF({out_low}={out_high},1,0)",
        BELOW: f"IF(ISNUMBER({least}),IF({found}-{least}+{_NEAR}*ABS({least})<0,1,0),0)",
        ABOVE: f"IF(ISNUMBER({most}),IF({found}-{most}>{_NEAR}*ABS({most}),1,0),0)",
        BROKEN: f"IF(ISNUMBER({decimals}),IF(ABS({found}-ROUND({found},{decimals}))>{_NEAR}*(1+ABS({found})),1,0),0)",
        CLOSED: "",
    }
    chosen = match_label(places.seen(CHOICE), _titles(places), places.labels)
    return {
        PLACE: ("Place of the input in the list", None, chosen),
        AT: ("Its place in the table of inputs", None, at_place(places.listed(COLUMNS[AT]), place, "1")),
        **{
            which: (label, of_output if which in (OUT_LOW, OUT_HIGH) else unit,
                    at_place(book.ranges.column(column), at, "1"))
            for which, (label, column) in _PARTS.items()
        },
        **{
            which: (label, None if which == DECIMALS else unit, at_place(places.listed(COLUMNS[which]), place, "1"))
            for which, label in _BOUNDS.items()
        },
        **{which: (_WORDS[which], None, tests[which]) for which in SAID},
    }  # fmt: skip


def _known(book: Book, places: Sought) -> dict[int, float | str]:
    """Return what the lines of the working say of the first input, and what the target needs it to be."""
    row, output = places.inputs[0], book.cases.outputs[0]
    known: dict[int, float | str] = {PLACE: 1.0, **_declared(book, row)}
    for which, out, end in ((LOW, OUT_LOW, cases.LOW), (HIGH, OUT_HIGH, cases.HIGH)):
        number = book.cases.turn(row, end)
        known[which] = end_value(book, row, 0, end)
        value = book.cases.value(number, output)
        known[out] = NO_VALUE if isnan(value) else value
    is_straight = row.id in affine(book.results.plan, [row.id])[output.row.id]
    low, high, out_low, out_high = (known[which] for which in _PARTS)
    known[BENT], known[STAYS] = float(not is_straight), float(out_low == out_high)
    known[EMPTY] = float(NO_VALUE in {out_low, out_high})
    known[_VALUE] = _NONE
    value = 0.0
    if not (known[BENT] or known[STAYS] or known[EMPTY]):
        share = (target_of(book) - float(out_low)) / (float(out_high) - float(out_low))
        known[_VALUE] = value = float(low) + share * (float(high) - float(low))
    least, most, decimals = (known[which] for which in _BOUNDS)
    known[BELOW] = float(least != _NONE and value - float(least) < -1e-9 * abs(float(least)))
    known[ABOVE] = float(most != _NONE and value - float(most) > 1e-9 * abs(float(most)))
    known[BROKEN] = float(decimals != _NONE and abs(value - round(value, int(decimals))) > 1e-9 * (1 + abs(value)))
    return {**known, CLOSED: 1.0}


def _declared(book: Book, row: Row) -> dict[int, float | str]:
    """Return what the text says of an input, as stored, and its place in the table of inputs."""
    least, most = bound_of(row, "least", 0), bound_of(row, "most", 0)
    is_whole = row.quantity is not None and row.quantity.whole
    return {
        AT: float(book.ranges.inputs.index(row) + 1),
        LEAST: _NONE if least is None else least,
        MOST: _NONE if most is None else most,
        DECIMALS: (2.0 if row.unit.percent else 0.0) if is_whole else _NONE,
    }


def _titles(places: Sought) -> list[str]:
    alike = Counter([fold(row.label) for row in places.inputs])
    return [row.label if alike[fold(row.label)] == 1 else f"{row.label} ({row.id})" for row in places.inputs]


def _unit(book: Book, places: Sought) -> SheetCell:
    formula = f"={at_place(book.ranges.column(UNIT), places.known(AT), '1')}"
    return SheetCell(unit_or_number(places.inputs[0].unit.text), "unit", formula=formula)


def _unit_of_output(book: Book) -> SheetCell:
    return SheetCell(unit_or_number(book.cases.outputs[0].row.unit.text), "unit", formula=f"={CHOSEN_UNIT}")
