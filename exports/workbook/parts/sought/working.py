"""On Cases: the way back from the target of an output to an input, step by step, and what is said of the value."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Final

from engine.language.tree import Name
from engine.plan.plan import Row
from exports.style.a1 import letter
from exports.style.formula_words import words
from exports.style.words import unit_or_number
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.formulas.references import References
from exports.workbook.layout.cases import HIGH, LOW
from exports.workbook.layout.geometry import LABEL, LIVE, UNIT, at_place
from exports.workbook.layout.grid import SheetCell
from exports.workbook.layout.inputs.ranges import bound_of
from exports.workbook.layout.sensitivity import CHOICE as CHOSEN
from exports.workbook.layout.turns.goals import Step
from exports.workbook.layout.working import sought as at
from exports.workbook.layout.working.sought import Sought
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, heading, line_of, match_label
from exports.workbook.parts.numbers import NUMBER, titles_of
from exports.workbook.parts.sought.way import NONE, told, walked, way

WORDS: Final = {
    at.BENT: "No closed form: the formulas cannot be turned back one by one. plainsheet goal searches for it.",
    at.EMPTY: "The output has no value at an end of the range: plainsheet goal searches for it.",
    at.STAYS: "The output does not depend on it, or both ends of its range are one.",
    at.NEVER: "No value of it, on the side of 0 that its range is on, gives the target.",
    at.BELOW: "Below the least value that the model allows.",
    at.ABOVE: "Above the largest value that the model allows.",
    at.BROKEN: "Not a whole number, as the model asks for.",
    at.REFUSED: "With it the output has no value, or a result is out of its bounds.",
    at.CLOSED: "In closed form, all else as it is: below, the model once more with this value.",
}
_KNOWN: Final = {
    at.PLACE: "Place of the input in the list", at.OUTPUT: "Place of the output in the list",
    at.WANTED: "Target of the output", at.LEAST: "At least", at.MOST: "At most",
    at.DECIMALS: "Decimals of a whole one", at.VALUE: "What the target needs it to be",
}  # fmt: skip
_LAWS: Final = {
    (False, False): "A straight line in it", (True, True): "A power of it",
    (True, False): "Grows and shrinks exponentially in it", (False, True): "A straight line in its logarithm",
}  # fmt: skip
_INPUTS: Final = {
    LIVE: "As it is", at.NUMBER: "Place", at.LOW_END: "Low end", at.HIGH_END: "High end",
    at.OUT_LOW: "Output, low end", at.OUT_HIGH: "Output, high end", at.AT_LEAST: "At least", at.AT_MOST: "At most",
    at.WHOLE: "Decimals",
}  # fmt: skip
_OF_STEPS: Final = {
    at.IS_LOG: "Logarithm of it", at.IS_LOG_BELOW: "Logarithm below", at.AT_LOW: "Low end", at.AT_HIGH: "High end",
    at.NEXT: "Following",
}  # fmt: skip
# What floats leave of a number that is at a bound, or whole.
_NEAR: Final = "10^-9"


def working(book: Book, places: Sought, last: int) -> Iterator[Numbered]:
    """Yield what is known of the chosen input, the way back to it, then outputs, inputs and steps to choose from."""
    note = "Follows what is chosen on Sensitivity."
    yield heading(places.working, "The value that a target needs", last, note)
    known = known_of(places)
    for which, formula in _formulas(book, places).items():
        cells = describe(_KNOWN.get(which) or WORDS[which], "", "1", "")
        if which in {at.WANTED, at.LEAST, at.MOST, at.VALUE}:
            cells[UNIT] = _unit_of(places, is_output=which == at.WANTED)
        style = "calculation" if formula else "place"
        shown = NUMBER if which in _KNOWN and which not in (at.PLACE, at.OUTPUT, at.DECIMALS) else "0"
        cells[LIVE] = SheetCell(known[which], style, shown, formula=f"={formula}" if formula else "")
        yield places.working + which, line_of(cells)
    yield from way(places, last)
    yield heading(places.outputs, "Outputs that may have a target", last)
    for index, output in enumerate(places.cases.outputs):
        cells = describe(book.ranges.titles[index], output.name(places.cases.plan), output.row.unit.text, "")
        yield places.outputs + 1 + index, line_of(cells)
    titles = _INPUTS | {at.BEGINS + index: f"Step {index + 1}" for index in range(len(places.cases.outputs))}
    note = "A step: the first from the output of that place."
    yield heading(places.inputs, "Inputs that may be found", last, note, titles)
    for index, row in enumerate(places.goals.inputs):
        yield places.inputs + 1 + index, line_of(_input(book, places, index, row))
    yield heading(places.steps, "Steps back from outputs to inputs", last, "What is above follows it so.", _OF_STEPS)
    for index, step in enumerate(places.goals.steps):
        yield places.steps + 1 + index, line_of(_step(book, step))


def known_of(places: Sought) -> dict[int, float | str]:
    """Return what the first lines of the working say of the first input and the first output."""
    cases, goals = places.cases, places.goals
    row, output = goals.inputs[0], cases.outputs[0]
    least, most, decimals = _declared(row)
    known: dict[int, float | str] = {at.PLACE: 1.0, at.OUTPUT: 1.0, at.WANTED: cases.target}
    known |= {at.LEAST: least, at.MOST: most, at.DECIMALS: decimals}
    ends = walked(places)
    known[at.BENT] = float(not goals.begin(row, output))
    known[at.EMPTY] = float(any(isnan(low) or isnan(high) for low, high in ends))
    known[at.STAYS] = float(not known[at.EMPTY] and ends[0][0] == ends[0][1])
    found = [] if known[at.BENT] or known[at.EMPTY] or known[at.STAYS] else cases.found()
    known[at.NEVER] = float(bool(found) and isnan(found[-1]))
    is_found = bool(found) and not known[at.NEVER]
    value = found[-1] if is_found else 0.0
    known[at.VALUE] = value if is_found else NONE
    known[at.BELOW] = float(least != NONE and value - float(least) < -1e-9 * abs(float(least)))
    known[at.ABOVE] = float(most != NONE and value - float(most) > 1e-9 * abs(float(most)))
    known[at.BROKEN] = float(decimals != NONE and abs(value - round(value, int(decimals))) > 1e-9 * (1 + abs(value)))
    known[at.REFUSED] = float(is_found and isnan(cases.value(cases.goal, output)))
    return {**known, at.CLOSED: 1.0}


def _formulas(book: Book, places: Sought) -> dict[int, str]:
    place, value = (places.known(which) for which in (at.PLACE, at.VALUE))
    least, most, decimals = (places.known(which) for which in (at.LEAST, at.MOST, at.DECIMALS))
    bent, empty, stays = (places.known(which) for which in (at.BENT, at.EMPTY, at.STAYS))
    longest = places.goals.longest
    low, high, begin = (places.on_way(column, 0) for column in (at.LOW, at.HIGH, at.FOLLOWING))
    ends, reached = f"{low}:{places.on_way(at.HIGH, longest)}", places.on_way(at.NEEDED, longest)
    found, titles = f"N({value})", titles_of(places.goals.inputs)
    broken = f"ABS({found}-ROUND({found},{decimals}))"
    output = f"Sensitivity!${letter(LIVE)}${CHOSEN}"
    choice = f"Sensitivity!{places.seen(at.CHOICE)}"
    proof = at_place(places.cases.outputs_of(places.cases.goal).removeprefix("Cases!"), "1", places.known(at.OUTPUT))
    return {
        at.PLACE: match_label(choice, titles, places.of_inputs(LABEL)),
        at.OUTPUT: match_label(output, book.ranges.titles, places.of_outputs(LABEL)),
        at.WANTED: f"Inputs!{book.layout.target}",
        at.LEAST: at_place(places.of_inputs(at.AT_LEAST), place, "1"),
        at.MOST: at_place(places.of_inputs(at.AT_MOST), place, "1"),
        at.DECIMALS: at_place(places.of_inputs(at.WHOLE), place, "1"),
        at.VALUE: f'IF({bent}+{empty}+{stays}=0,{reached},"{NONE}")',
        at.BENT: f"IF({begin}=0,1,0)",
        at.EMPTY: f"IF(COUNT({ends})=2*ROWS({ends}),0,1)",
        at.STAYS: f"IF({empty}=1,0,IF({low}={high},1,0))",
        at.NEVER: f"IF({bent}+{empty}+{stays}=0,IF(ISNUMBER({value}),0,1),0)",
        at.BELOW: f"IF(ISNUMBER({least}),IF({found}-{least}+{_NEAR}*ABS({least})<0,1,0),0)",
        at.ABOVE: f"IF(ISNUMBER({most}),IF({found}-{most}>{_NEAR}*ABS({most}),1,0),0)",
        at.BROKEN: f"IF(ISNUMBER({decimals}),IF({broken}>{_NEAR}*(1+ABS({found})),1,0),0)",
        at.REFUSED: f"IF(AND(ISNUMBER({value}),NOT(ISNUMBER({proof}))),1,0)",
        at.CLOSED: "",
    }


def _unit_of(places: Sought, *, is_output: bool) -> SheetCell:
    """Return the unit of the output that is chosen, or of the input."""
    row = places.cases.outputs[0].row if is_output else places.goals.inputs[0]
    listed = places.of_outputs(UNIT) if is_output else places.of_inputs(UNIT)
    unit = at_place(listed, places.known(at.OUTPUT if is_output else at.PLACE), "1")
    return SheetCell(unit_or_number(row.unit.text), "unit", formula=f"={unit}")


def _declared(row: Row) -> tuple[float | str, float | str, float | str]:
    """Return the bounds of an input, as stored, and how many decimals a whole one has."""
    least, most = bound_of(row, "least", 0), bound_of(row, "most", 0)
    is_whole = row.quantity is not None and row.quantity.whole
    decimals = (2.0 if row.unit.percent else 0.0) if is_whole else NONE
    return NONE if least is None else least, NONE if most is None else most, decimals


def _input(book: Book, places: Sought, index: int, row: Row) -> dict[int, SheetCell]:
    cases, output, shown = places.cases, places.cases.outputs[0], book.input_format(row)
    cells = describe(titles_of(places.goals.inputs)[index], row.id, row.unit.text, "")
    live = f"=Inputs!{book.layout.input_block(row).cell()}"
    cells[LIVE] = SheetCell(book.value(row.id), "calculation", shown, formula=live)
    cells[at.NUMBER] = SheetCell(float(index + 1), "place", "0")
    for column, out, end in ((at.LOW_END, at.OUT_LOW, LOW), (at.HIGH_END, at.OUT_HIGH, HIGH)):
        number = cases.turn(row, end)
        value = float(cases.turns[number].values[book.results.plan.index[row.id]])
        formula = f"={cases.at(number).given_block(row).cell()}"
        cells[column] = SheetCell(value, "calculation", shown, formula=formula)
        found = at_place(cases.outputs_of(number).removeprefix("Cases!"), "1", places.known(at.OUTPUT))
        cells[out] = SheetCell(told(cases.value(number, output)), "calculation", NUMBER, formula=f"={found}")
    for column, value_ in zip((at.AT_LEAST, at.AT_MOST, at.WHOLE), _declared(row), strict=True):
        style = "place" if isinstance(value_, float) else "text_right"
        cells[column] = SheetCell(value_, style, "0" if column == at.WHOLE else shown)
    for place, one in enumerate(cases.outputs):
        cells[at.BEGINS + place] = SheetCell(float(places.goals.begin(row, one)), "place", "0")
    return cells


def _step(book: Book, step: Step) -> dict[int, SheetCell]:
    """Return the line of a step: what is below it, by what law, and what that is at both ends of the input's range."""
    cases, below = book.cases, step.law.below
    assert cases.goals is not None  # noqa: S101  # there are steps
    row = book.results.plan.row(below.id) if isinstance(below, Name) else None
    label = row.label if row is not None else words(below)
    cells = describe(f"{step.row.label}: {label}" if row is not step.row else label, row.id if row else "",
                     row.unit.text if row else "1", _LAWS[step.law.is_log, step.law.is_log_below])  # fmt: skip
    cells[at.IS_LOG] = SheetCell(float(step.law.is_log), "place", "0")
    cells[at.IS_LOG_BELOW] = SheetCell(float(step.law.is_log_below), "place", "0")
    for column, end, values in zip((at.AT_LOW, at.AT_HIGH), (LOW, HIGH), cases.at_ends(step.row), strict=True):
        references = References(cases.at(cases.turn(step.row, end)), "Cases")
        formula = references.formula(below, {})
        if row is None:
            formula = f'=IFERROR({formula.removeprefix("=")},"{NO_VALUE}")'
        value = told(cases.goals.below(step, values))
        cells[column] = SheetCell(value, "calculation", NUMBER, formula=formula)
    cells[at.NEXT] = SheetCell(float(step.following), "place", "0")
    return cells
