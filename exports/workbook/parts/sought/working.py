"""On Cases: the way back from the target of an output to an input, step by step, and what is said of the value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isnan, log
from typing import Final

from engine.language.tree import Name
from engine.plan.plan import Row
from exports.style.a1 import letter
from exports.style.formula_words import words
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.formulas.references import References
from exports.workbook.layout.cases import HIGH, LOW
from exports.workbook.layout.geometry import LABEL, LIVE, at_place
from exports.workbook.layout.grid import SheetCell
from exports.workbook.layout.inputs.ranges import bound_of
from exports.workbook.layout.sensitivity import CHOICE as CHOSEN
from exports.workbook.layout.turns.goals import Step
from exports.workbook.layout.working import sought as at
from exports.workbook.layout.working.sought import Sought
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, heading, line_of, match_label
from exports.workbook.parts.numbers import NUMBER, titles_of

NONE: Final = "none"
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
_STEPS: Final = {
    at.STEP: ("Step of the table below", "0: the input is reached"),
    at.LOG: ("By the logarithm of the result", "1 where that is a straight line"),
    at.LOG_BELOW: ("Along the logarithm of what is below", "1 where it is one along that"),
    at.LOW: ("At the low end of the range", "The output first, then what it follows"),
    at.HIGH: ("At the high end", ""),
    at.SHARE: ("How far from the low end to the high one", "On these scales"),
    at.NEEDED: ("What the target needs it to be", "The output first, the input last"),
    at.FOLLOWING: ("Step that follows", ""),
}
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
        cells = describe(_KNOWN.get(which) or WORDS[which], "", "" if which in (at.WANTED, at.VALUE) else "1", "")
        style = "calculation" if formula else "place"
        shown = NUMBER if which in _KNOWN and which not in (at.PLACE, at.OUTPUT, at.DECIMALS) else "0"
        cells[LIVE] = SheetCell(known[which], style, shown, formula=f"={formula}" if formula else "")
        yield places.working + which, line_of(cells)
    yield from _way(places, last)
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
    begin, (above, *_) = goals.begin(row, output), _walked(places)
    known[at.BENT] = float(not begin)
    known[at.EMPTY] = float(any(isnan(value) for value in above))
    known[at.STAYS] = float(above[0] == above[1])
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
    below, above = (f"${places.on_way(which, at.START)}" for which in (at.LOW, at.HIGH))
    first, last = (places.on_way(which, column) for which, column in (
        (at.LOW, at.START), (at.HIGH, at.START + places.goals.longest)))  # fmt: skip
    reached = places.on_way(at.NEEDED, at.START + places.goals.longest)
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
        at.BENT: f"IF({places.on_way(at.FOLLOWING, at.START)}=0,1,0)",
        at.EMPTY: f"IF(COUNT({first}:{last})=2*COLUMNS({first}:{last}),0,1)",
        at.STAYS: f"IF({below}={above},1,0)",
        at.NEVER: f"IF({bent}+{empty}+{stays}=0,IF(ISNUMBER({value}),0,1),0)",
        at.BELOW: f"IF(ISNUMBER({least}),IF({found}-{least}+{_NEAR}*ABS({least})<0,1,0),0)",
        at.ABOVE: f"IF(ISNUMBER({most}),IF({found}-{most}>{_NEAR}*ABS({most}),1,0),0)",
        at.BROKEN: f"IF(ISNUMBER({decimals}),IF({broken}>{_NEAR}*(1+ABS({found})),1,0),0)",
        at.REFUSED: f"IF(ISNUMBER({value}),IF(ISNUMBER({proof}),0,1),0)",
        at.CLOSED: "",
    }


def _walked(places: Sought) -> list[tuple[float, float]]:
    """Return what the first output, and each step back to the first input, is at both ends of its range."""
    cases, goals = places.cases, places.goals
    row, output = goals.inputs[0], cases.outputs[0]
    ends = cases.at_ends(row)
    found = [tuple([cases.value(cases.turn(row, end), output) for end in (LOW, HIGH)])]
    found += [tuple([goals.below(step, values) for values in ends]) for step in goals.walk(goals.begin(row, output))]
    return [(low, high) for low, high in found]


def _way(places: Sought, last: int) -> Iterator[Numbered]:
    goals, start = places.goals, at.START
    titles = {start: "Output", **{start + at_: f"Step {at_}" for at_ in range(1, goals.longest + 1)}}
    yield heading(places.way, "The way back", last, "", titles)
    values = _way_values(places)
    for which, (label, text) in _STEPS.items():
        cells = describe(
            label, "", "1" if which in (at.STEP, at.LOG, at.LOG_BELOW, at.SHARE, at.FOLLOWING) else "", text
        )
        shown = "0" if which in (at.STEP, at.LOG, at.LOG_BELOW, at.FOLLOWING) else NUMBER
        for column in range(start, start + goals.longest + 1):
            formula = _begun(places, which) if column == start else _going(places, which, column)
            if formula:
                value = values[column - start][which]
                cells[column] = SheetCell(value, "calculation", shown, formula=f"={formula}")
        yield places.way + which, line_of(cells)


def _begun(places: Sought, which: int) -> str:
    """Return the formula of a line of the way for the output itself; '' for none."""
    place = places.known(at.PLACE)
    match which:
        case at.LOW | at.HIGH:
            return at_place(places.of_inputs(at.OUT_LOW if which == at.LOW else at.OUT_HIGH), place, "1")
        case at.NEEDED:
            return places.known(at.WANTED)
        case at.FOLLOWING:
            return at_place(places.begins, place, places.known(at.OUTPUT))
    return ""


def _going(places: Sought, which: int, column: int) -> str:
    """Return the formula of a line of the way for a step; what comes behind the input is as that is."""
    step, low, high, share = (places.on_way(one, column) for one in (at.STEP, at.LOW, at.HIGH, at.SHARE))
    one, other, wanted, following = (
        places.on_way(line, column - 1) for line in (at.LOW, at.HIGH, at.NEEDED, at.FOLLOWING)
    )

    def looked(of: int, otherwise: str) -> str:
        return f"IF({step}=0,{otherwise},{at_place(places.of_steps(of), step, '1')})"

    def scaled(line: int, logs: str, plain: str, otherwise: str) -> str:
        found = f"IF({places.on_way(line, column)}=1,{logs},{plain})"
        return f'IF({step}=0,{otherwise},IFERROR({found},"{NONE}"))'

    return {
        at.STEP: following,
        at.LOG: looked(at.IS_LOG, "0"),
        at.LOG_BELOW: looked(at.IS_LOG_BELOW, "0"),
        at.LOW: looked(at.AT_LOW, one),
        at.HIGH: looked(at.AT_HIGH, other),
        at.SHARE: scaled(at.LOG, f"LN({wanted}/{one})/LN({other}/{one})", f"({wanted}-{one})/({other}-{one})", "0"),
        at.NEEDED: scaled(
            at.LOG_BELOW, f"{low}*EXP({share}*LN({high}/{low}))", f"{low}+{share}*({high}-{low})", wanted
        ),
        at.FOLLOWING: looked(at.NEXT, "0"),
    }[which]


def _way_values(places: Sought) -> list[Mapping[int, float | str]]:
    """Return what the lines of the way say, column by column."""
    cases, goals = places.cases, places.goals
    row, output = goals.inputs[0], cases.outputs[0]
    begin = goals.begin(row, output)
    numbers, ends = [begin, *[step.following for step in goals.walk(begin)]], _walked(places)
    needed = [cases.target, *cases.found()]
    found: list[Mapping[int, float | str]] = []
    for column in range(goals.longest + 1):
        place = min(column, len(needed) - 1)
        is_step = 0 < column < len(needed)
        step = goals.steps[numbers[column - 1] - 1] if is_step else None
        found.append({
            at.STEP: float(numbers[column - 1]) if is_step else 0.0,
            at.LOG: float(step is not None and step.law.is_log),
            at.LOG_BELOW: float(step is not None and step.law.is_log_below),
            at.LOW: _told(ends[place][0]), at.HIGH: _told(ends[place][1]),
            at.SHARE: _share(step, ends[place - 1], needed[place - 1]) if step is not None else 0.0,
            at.NEEDED: needed[place] if not isnan(needed[place]) else NONE,
            at.FOLLOWING: float(numbers[column]) if column < len(numbers) else 0.0,
        })  # fmt: skip
    return found


def _share(step: Step, above: tuple[float, float], wanted: float) -> float | str:
    try:
        if step.law.is_log:
            return log(wanted / above[0]) / log(above[1] / above[0])
        found = (wanted - above[0]) / (above[1] - above[0])
    except (ArithmeticError, ValueError):
        return NONE
    return NONE if isnan(found) else found


def _told(value: float) -> float | str:
    return NO_VALUE if isnan(value) else value


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
        cells[out] = SheetCell(_told(cases.value(number, output)), "calculation", NUMBER, formula=f"={found}")
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
        value = _told(cases.goals.below(step, values))
        cells[column] = SheetCell(value, "calculation", NUMBER, formula=formula)
    cells[at.NEXT] = SheetCell(float(step.following), "place", "0")
    return cells
