"""On Cases: the way back from the target of an output to an input, a line a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isnan, log
from typing import Final

from engine.language.tree import Name
from exports.style.a1 import letter
from exports.style.words import unit_or_number
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.layout.cases import HIGH, LOW
from exports.workbook.layout.geometry import UNIT, at_place
from exports.workbook.layout.grid import SheetCell
from exports.workbook.layout.turns.goals import Step
from exports.workbook.layout.working import sought as at
from exports.workbook.layout.working.sought import Sought
from exports.workbook.parts.frame import Numbered, describe, heading, line_of
from exports.workbook.parts.numbers import NUMBER

NONE: Final = "none"
_TITLES: Final = {
    at.STEP: "Step", at.LOG: "Logarithm of it", at.LOG_BELOW: "Logarithm below", at.LOW: "Low end", at.HIGH: "High end",
    at.SHARE: "How far to it", at.NEEDED: "Needed", at.FOLLOWING: "Following",
}  # fmt: skip


def way(places: Sought, last: int) -> Iterator[Numbered]:
    """Yield the output, and then what each step of its way leads to; what comes behind the input is as that is."""
    yield heading(places.way, "The way back", last, "A step is a line of the table below.", _TITLES)
    for number, values in enumerate(_values(places)):
        cells = describe(f"Step {number}" if number else "The output", "", "", "")
        unit = at_place(places.of_outputs(UNIT), places.known(at.OUTPUT), "1")
        if number:
            place, above = places.on_way(at.STEP, number), f"${letter(UNIT)}{places.way + number}"
            unit = f"IF({place}=0,{above},{at_place(places.of_steps(UNIT), place, '1')})"
        cells[UNIT] = SheetCell(unit_or_number(str(values[UNIT])), "unit", formula=f"={unit}")
        for column, formula in (_going(places, number) if number else _begun(places)).items():
            shown = NUMBER if column in {at.LOW, at.HIGH, at.SHARE, at.NEEDED} else "0"
            cells[column] = SheetCell(values[column], "calculation", shown, formula=f"={formula}")
        yield places.way + 1 + number, line_of(cells)


def walked(places: Sought) -> list[tuple[float, float]]:
    """Return what the first output, and each step back to the first input, is at both ends of its range."""
    cases, goals = places.cases, places.goals
    row, output = goals.inputs[0], cases.outputs[0]
    low, high = cases.at_ends(row)
    found = [(cases.value(cases.turn(row, LOW), output), cases.value(cases.turn(row, HIGH), output))]
    return found + [(goals.below(step, low), goals.below(step, high)) for step in goals.walk(goals.begin(row, output))]


def told(value: float) -> float | str:
    """Return a number as a cell of Cases has it."""
    return NO_VALUE if isnan(value) else value


def _begun(places: Sought) -> dict[int, str]:
    """Return the formulas of the output itself, by column."""
    place = places.known(at.PLACE)
    return {
        at.LOW: at_place(places.of_inputs(at.OUT_LOW), place, "1"),
        at.HIGH: at_place(places.of_inputs(at.OUT_HIGH), place, "1"),
        at.NEEDED: places.known(at.WANTED),
        at.FOLLOWING: at_place(places.begins, place, places.known(at.OUTPUT)),
    }


def _going(places: Sought, number: int) -> dict[int, str]:
    """Return the formulas of a step, by column."""
    step, low, high, share = (places.on_way(column, number) for column in (at.STEP, at.LOW, at.HIGH, at.SHARE))
    one, other, wanted, following = (
        places.on_way(column, number - 1) for column in (at.LOW, at.HIGH, at.NEEDED, at.FOLLOWING)
    )

    def looked(column: int, otherwise: str) -> str:
        return f"IF({step}=0,{otherwise},{at_place(places.of_steps(column), step, '1')})"

    def scaled(column: int, logs: str, plain: str, otherwise: str) -> str:
        found = f"IF({places.on_way(column, number)}=1,{logs},{plain})"
        return f'IF({step}=0,{otherwise},IFERROR({found},"{NONE}"))'

    shares = f"LN({wanted}/{one})/LN({other}/{one})", f"({wanted}-{one})/({other}-{one})"
    needed = f"{low}*EXP({share}*LN({high}/{low}))", f"{low}+{share}*({high}-{low})"
    return {
        at.STEP: following,
        at.LOG: looked(at.IS_LOG, "0"),
        at.LOG_BELOW: looked(at.IS_LOG_BELOW, "0"),
        at.LOW: looked(at.AT_LOW, one),
        at.HIGH: looked(at.AT_HIGH, other),
        at.SHARE: scaled(at.LOG, *shares, "0"),
        at.NEEDED: scaled(at.LOG_BELOW, *needed, wanted),
        at.FOLLOWING: looked(at.NEXT, "0"),
    }


def _values(places: Sought) -> Iterator[Mapping[int, float | str]]:
    """Yield what each line of the way says, by column."""
    cases, goals = places.cases, places.goals
    begin = goals.begin(goals.inputs[0], cases.outputs[0])
    steps, ends, needed = goals.walk(begin), walked(places), [cases.target, *cases.found()]
    following = [begin, *[step.following for step in steps]]
    units = [cases.outputs[0].row.unit.text, *[_unit(places, step) for step in steps]]
    for number in range(goals.longest + 1):
        step = steps[number - 1] if 0 < number <= len(steps) else None
        place = min(number, len(steps))
        yield {
            UNIT: units[place],
            at.STEP: float(following[number - 1]) if step is not None else 0.0,
            at.LOG: float(step is not None and step.law.is_log),
            at.LOG_BELOW: float(step is not None and step.law.is_log_below),
            at.LOW: told(ends[place][0]),
            at.HIGH: told(ends[place][1]),
            at.SHARE: _share(step, ends[number - 1], needed[number - 1]) if step is not None else 0.0,
            at.NEEDED: NONE if isnan(needed[place]) else needed[place],
            at.FOLLOWING: float(following[number]) if number < len(following) else 0.0,
        }


def _share(step: Step, above: tuple[float, float], wanted: float) -> float | str:
    """Return how far from the low end to the high one something is, on the scale of its step."""
    try:
        if step.law.is_log:
            found = log(wanted / above[0]) / log(above[1] / above[0])
        else:
            found = (wanted - above[0]) / (above[1] - above[0])
    except (ArithmeticError, ValueError):
        return NONE
    return NONE if isnan(found) else found


def _unit(places: Sought, step: Step) -> str:
    """Return the unit of what a step leads to; a part of a formula is told as a number, whatever it is of."""
    return places.goals.plan.row(step.law.below.id).unit.text if isinstance(step.law.below, Name) else "1"
