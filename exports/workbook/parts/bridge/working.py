"""The working of the bridge on Cases: what is chosen, which inputs differ, mixtures, what each step adds, the bars."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor, isnan, log10

from engine.plan.plan import Row
from exports.style.a1 import letter
from exports.style.number_format import is_far_off, number_in_text, percent_in_text, scientific_in_text
from exports.style.words import unit_or_number
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.layout.geometry import GRID, LABEL, LIVE, UNIT, WORDS, at_place
from exports.workbook.layout.grid import SheetCell
from exports.workbook.layout.working.bridge import (
    ADDED,
    AFTER,
    BEFORE,
    CHANGE,
    CHANGED,
    FROM,
    MORE,
    OUTPUT,
    PART,
    PLACE,
    PLAIN,
    SCIENTIFIC,
    SHARE,
    SHOWN,
    SIGNED,
    TO,
    TOTAL,
    Bridge,
)
from exports.workbook.parts.book import Book
from exports.workbook.parts.bridge.spans import AND_MORE, Span
from exports.workbook.parts.charts.bars import END, IS_WHOLE, MOVE, POWER, SIGN, SIZE, TEXT, TITLES, bar
from exports.workbook.parts.frame import Numbered, describe, heading, line_of, match_label
from exports.workbook.parts.numbers import NUMBER

BARS = TITLES | {
    PLACE: "Place", SHOWN: "Shown", TOTAL: "In all", PART: "Part of the change", MORE: "And more", CHANGED: "Change",
    ADDED: "It adds", SCIENTIFIC: "With a power", PLAIN: "As a number", SIGNED: "With its sign",
}  # fmt: skip


def working(book: Book, bridge: Bridge, last: int) -> Iterator[Numbered]:
    """Yield the lines of the working."""
    span = Span(bridge)
    yield from _settings(book, bridge, span, last)
    yield heading(bridge.outputs, "Outputs in the list of the bridge", last)
    for index, output in enumerate(bridge.cases.outputs):
        cells = describe(book.ranges.titles[index], output.name(bridge.cases.plan), output.row.unit.text, "")
        yield bridge.outputs + 1 + index, line_of(cells)
    yield from _inputs(bridge, last)
    yield from _mixtures(bridge, span, last)
    yield from _steps(bridge, span, last)
    yield heading(bridge.bars, "Bars of the bridge", last, "Numbers of the chart.", BARS)
    for place in range(bridge.count):
        yield bridge.bars + 1 + place, line_of(_bar(book, bridge, span, place))


def _settings(book: Book, bridge: Bridge, span: Span, last: int) -> Iterator[Numbered]:
    pair, places = bridge.pair, [case.id for case in bridge.cases.plan.cases]
    listed = book.layout.scenario_labels
    yield heading(bridge.working, "Bridge between two scenarios", last, "Follows what is chosen on Scenarios.")
    titles, labels = book.ranges.titles, bridge.listed(LABEL)
    counted = f'COUNTIF({bridge.of_inputs(LIVE)},">0")'
    for number, (label, words, value, formula) in enumerate(
        (
            ("Where the bridge begins", "Place in the list of scenarios", places.index(pair.before.case.id) + 1,
             f"=MATCH({bridge.choice(FROM)},{listed},0)"),
            ("Where it ends", "Place in the list of scenarios", places.index(pair.after.case.id) + 1,
             f"=MATCH({bridge.choice(TO)},{listed},0)"),
            ("Its output", "Place in the list below", 1, f"={match_label(bridge.choice(OUTPUT), titles, labels)}"),
            ("Changes that are told apart", "The last takes all that follow", bridge.changes, ""),
            ("Inputs that differ", "Between the two scenarios", len(pair.differing), f"={counted}"),
            ("Changes that are shown", "", span.told, f"=MIN({bridge.most},{bridge.differing})"),
        ),
        start=1,
    ):  # fmt: skip
        cells = describe(label, "", "1", words)
        cells[LIVE] = SheetCell(float(value), "calculation" if formula else "constant", "0", formula=formula)
        yield bridge.working + number, line_of(cells)


def _inputs(bridge: Bridge, last: int) -> Iterator[Numbered]:
    """Yield which change each input is, if it differs: by its place among those that do."""
    pair = bridge.pair
    titles = {LIVE: "Cells that differ", CHANGE: "Change"}
    yield heading(bridge.inputs, "Inputs, and which change each is", last, "", titles)
    first = bridge.inputs + 1
    for index, row in enumerate(pair.inputs):
        cells = describe(row.label, row.id, row.unit.text, "0: it does not differ")
        areas = [_given(bridge, row, mixture) for mixture in (0, len(pair.mixtures) - 1)]
        formula = f"=SUMPRODUCT(--({areas[0]}<>{areas[1]}))" if row.over else f"=IF({areas[0]}<>{areas[1]},1,0)"
        cells[LIVE] = SheetCell(float(_count(bridge, row)), "calculation", "0", formula=formula)
        live = letter(LIVE)
        number = f'COUNTIF(${live}${first}:${live}{first + index},">0")'
        formula = f"=IF(${live}{first + index}>0,MIN({bridge.most},{number}),0)"
        cells[CHANGE] = SheetCell(float(pair.change(row)), "calculation", "0", formula=formula)
        yield first + index, line_of(cells)


def _count(bridge: Bridge, row: Row) -> int:
    """Return how many cells of an input differ."""
    pair = bridge.pair
    one, other = (side.cells(row.id) for side in (pair.before, pair.after))
    own = row.is_set.tolist()
    return sum(a != b for a, b, is_set in zip(one, other, own, strict=True) if is_set)


def _given(bridge: Bridge, row: Row, mixture: int) -> str:
    """Return the cells of an input in a mixture."""
    return bridge.cases.at(bridge.cases.mixture(mixture)).given_block(row).area()


def _mixtures(bridge: Bridge, span: Span, last: int) -> Iterator[Numbered]:
    """Yield which changes each mixture has, and the chosen output in it."""
    cases, masks = bridge.cases, bridge.pair.mixtures.masks
    titles = {LIVE: "Output", GRID: "None", **{GRID + 1 + at: f"Change {at + 1}" for at in range(bridge.changes)}}
    yield heading(bridge.mixtures, "Mixtures, and which changes each has", last, "", titles)
    for number, mask in enumerate(masks.tolist()):
        cells = describe(f"Mixture {number + 1}", "", "", _named(mask))
        cells[UNIT] = _unit(bridge, span)
        value, found = span.mixed[number], cases.outputs_of(cases.mixture(number)).removeprefix("Cases!")
        shown = NO_VALUE if isnan(value) else value
        cells[LIVE] = SheetCell(shown, "calculation", NUMBER, formula=f"={at_place(found, '1', bridge.output)}")
        cells[GRID] = SheetCell(0.0, "place", "0")
        cells |= {GRID + 1 + at: SheetCell(float(has), "place", "0") for at, has in enumerate(mask)}
        yield bridge.mixtures + 1 + number, line_of(cells)


def _named(mask: list[bool]) -> str:
    has = [str(number) for number, is_in in enumerate(mask, 1) if is_in]
    if len(has) in {0, len(mask)}:
        return "Where the bridge ends" if has else "Where it begins"
    return f"With {'change' if len(has) == 1 else 'changes'} {', '.join(has)}"


def _steps(bridge: Bridge, span: Span, last: int) -> Iterator[Numbered]:
    """Yield what each change adds to each mixture that it comes to."""
    mixtures, how = bridge.pair.mixtures, "One order of the changes, and its reverse."
    note = "All orders in which changes may come (Shapley)." if mixtures.is_exact else how
    titles = {LIVE: "Adds", CHANGE: "Change", BEFORE: "Comes to", AFTER: "Makes", SHARE: "Share of orders"}
    yield heading(bridge.steps, "Steps, and what each adds", last, note, titles)
    values = bridge.of_mixtures()
    for index, step in enumerate(mixtures.steps):
        number = bridge.steps + 1 + index
        cells = describe(f"Step {index + 1}", "", "", f"Change {step.change + 1} comes to mixture {step.before + 1}")
        cells[UNIT] = _unit(bridge, span)
        before, after = (at_place(values, f"${letter(column)}{number}", "1") for column in (BEFORE, AFTER))
        # A difference of texts is an error.
        formula = f'=IFERROR(${letter(SHARE)}{number}*({after}-{before}),"{NO_VALUE}")'
        added = span.added[index]
        cells[LIVE] = SheetCell(NO_VALUE if isnan(added) else added, "calculation", NUMBER, formula=formula)
        for column, value in ((CHANGE, step.change + 1), (BEFORE, step.before + 1), (AFTER, step.after + 1)):
            cells[column] = SheetCell(float(value), "place", "0")
        cells[SHARE] = SheetCell(step.share, "constant", "0.0000")
        yield number, line_of(cells)


def _bar(book: Book, bridge: Bridge, span: Span, index: int) -> dict[int, SheetCell]:
    number, one, shown = bridge.bars + 1 + index, span.bars[index], span.shown(index)
    place, told = f"${letter(PLACE)}{number}", bridge.told
    words = f"${letter(LABEL)}{number}"
    cells = describe("", "", "", "")
    cells |= _label(book, bridge, span, index)
    unit = f'=IF({words}="","",{at_place(bridge.listed(UNIT), bridge.output, "1")})'
    cells[UNIT] = SheetCell(span.unit(index), "unit", formula=unit)
    cells[PLACE] = SheetCell(float(index), "place", "0")
    is_known = span.is_known(index)
    cells[SHOWN] = SheetCell(
        "" if shown is None else NO_VALUE if isnan(shown) else shown, "calculation", NUMBER,
        formula=_shown(bridge, number),
    )  # fmt: skip
    cells[ADDED] = _added(bridge, span, index)
    cells[LIVE] = SheetCell(one.end - one.start, "calculation", NUMBER, formula=f"=N(${letter(SHOWN)}{number})")
    cells[IS_WHOLE] = SheetCell(
        float(one.is_whole), "calculation", "0", formula=f"=IF(OR({place}=0,{place}-1={told}),1,0)"
    )
    cells[SIGN] = SheetCell(float(not one.is_whole), "calculation", "0", formula=f"=1-${letter(IS_WHOLE)}{number}")
    for column, (value, formula) in bar(one, number).items():
        cells[column] = SheetCell(value + 0.0, "calculation", NUMBER, formula=formula)
    cells |= _text(number, one.shown, span.in_short(index))
    known = f"ISNUMBER(${letter(SHOWN)}{number})"
    total = f'=IF({known},${letter(END)}{number},"")'
    cells[TOTAL] = SheetCell(one.end if is_known else "", "calculation", NUMBER, formula=total)
    begin, end = bridge.of_mixtures().split(":")
    part = f'IF(${letter(IS_WHOLE)}{number}=1,"",IFERROR(${letter(SHOWN)}{number}/({end}-{begin}),""))'
    cells[PART] = SheetCell(span.part(index), "calculation", "0.0 %", formula=f'=IF({known},{part},"")')
    plus = f'IF(OR(${letter(IS_WHOLE)}{number}=1,${letter(MOVE)}{number}<=0),"","+")'
    signed = f'=IF({known},{plus}&${letter(TEXT)}{number},"{NO_VALUE}")'
    cells[SIGNED] = SheetCell(span.signed(index), "text_right", formula=signed)
    formula = f'=IF({words}="","",{words}&": "&${letter(SIGNED)}{number})'
    cells[WORDS] = SheetCell(span.words(index), "words", formula=formula)
    return cells


def _label(book: Book, bridge: Bridge, span: Span, index: int) -> dict[int, SheetCell]:
    """Return what names a bar: a scenario, or the input that a change is, and how many more it takes with it."""
    number = bridge.bars + 1 + index
    place, more, changed = (f"${letter(column)}{number}" for column in (PLACE, MORE, CHANGED))
    begins, ends = (at_place(book.layout.scenario_labels, "1", at) for at in (bridge.begins, bridge.ends))
    lead, tail = AND_MORE.split("{}")
    rest = f"{bridge.differing}-{bridge.most}"
    found = at_place(bridge.of_inputs(LABEL), f"MATCH({place},{bridge.of_inputs(CHANGE)},0)", "1")
    return {
        MORE: SheetCell(
            span.more(index), "text_right",
            formula=f'=IF(AND({place}={bridge.most},{rest}>0),"{lead}"&({rest})&"{tail}","")',
        ),
        CHANGED: SheetCell(
            span.label(index) if span.is_change(index) else "", "text_right",
            formula=f'=IF(OR({place}=0,{place}>{bridge.told}),"",{found}&{more})',
        ),
        LABEL: SheetCell(
            span.label(index), "label",
            formula=f"=IF({place}=0,{begins},IF({place}-1={bridge.told},{ends},{changed}))",
        ),
    }  # fmt: skip


def _shown(bridge: Bridge, number: int) -> str:
    """Return the formula of the number of a bar: an output, or what a change adds."""
    begin, end = bridge.of_mixtures().split(":")
    place, added = f"${letter(PLACE)}{number}", f"${letter(ADDED)}{number}"
    return f"=IF({place}=0,{begin},IF({place}-1={bridge.told},{end},{added}))"


def _added(bridge: Bridge, span: Span, index: int) -> SheetCell:
    """Return what the change adds whose bar it is."""
    place = f"${letter(PLACE)}{bridge.bars + 1 + index}"
    changes, added = bridge.of_steps(CHANGE), bridge.of_steps(LIVE)
    lacks = f'SUMPRODUCT(({changes}={place})*({added}="{NO_VALUE}"))>0'
    change = f'IF({lacks},"{NO_VALUE}",SUMIF({changes},{place},{added}))'
    shown = span.shown(index) if span.is_change(index) else ""
    value = NO_VALUE if isinstance(shown, float) and isnan(shown) else shown
    formula = f'=IF(OR({place}=0,{place}>{bridge.told}),"",{change})'
    return SheetCell("" if value is None else value, "calculation", NUMBER, formula=formula)


def _text(number: int, value: float, text: str) -> dict[int, SheetCell]:
    """Return a number as a short text, of whatever unit, with its size and the power of ten of that."""
    own, size, power, scientific, plain = (
        f"${letter(column)}{number}" for column in (MOVE, SIZE, POWER, SCIENTIFIC, PLAIN)
    )
    exponent = float(floor(log10(abs(value)))) if value else 0.0
    with_power, spelled = scientific_in_text((own, power), value)
    # Only where it is shown: spreadsheets have digits of their own for what they divide.
    is_far, far = is_far_off(size, value)
    share, by_size = percent_in_text(own, value)[1], number_in_text((own, size, power), value, scientific)
    return {
        SIZE: SheetCell(abs(value), "calculation", NUMBER, formula=f"=ABS({own})"),
        POWER: SheetCell(exponent, "calculation", "0", formula=f"=IF({size}=0,0,INT(LOG10({size})))"),
        SCIENTIFIC: SheetCell(with_power if is_far else "", "text_right", formula=f'=IF({far},{spelled},"")'),
        PLAIN: SheetCell(by_size[0], "text_right", formula=f'={by_size[1]}&""'),
        TEXT: SheetCell(text, "text_right", formula=f'=IF(${letter(UNIT)}{number}="percent",{share},{plain})'),
    }


def _unit(bridge: Bridge, span: Span) -> SheetCell:
    """Return the cell with the unit of the output that is chosen."""
    text = unit_or_number(span.output.row.unit.text)
    return SheetCell(text, "unit", formula=f"={at_place(bridge.listed(UNIT), bridge.output, '1')}")
