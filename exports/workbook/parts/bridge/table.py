"""The bridge as a reader sees it on Scenarios: what is chosen, a table of what each change adds, and the waterfall."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Final

from exports.style.a1 import letter
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.layout import headings
from exports.workbook.layout.geometry import LABEL, LIVE, NAME, UNIT, WORDS
from exports.workbook.layout.grid import Axis, Box, Data, NativeChart, Series, SheetCell, SheetLine, StyleRule, Typing
from exports.workbook.layout.working.bridge import CHOICE, FROM, OUTPUT, PART, SHOWN, TABLE, TO, Bridge, choice_height
from exports.workbook.parts.book import Book
from exports.workbook.parts.bridge.spans import Span
from exports.workbook.parts.bridge.working import BARS
from exports.workbook.parts.charts.bars import STACK, bar
from exports.workbook.parts.frame import Numbered, band, describe, heading, line_of
from exports.workbook.parts.numbers import NUMBER

TITLE: Final = "From one scenario to another"
_PERCENT: Final = "0.0 %_);(0.0 %);0.0 %_)"
_CHART: Final = "What each changed input adds"
_EXACT: Final = "What an input adds is the mean over all orders in which the inputs may change (Shapley)."
_ORDERS: Final = "What an input adds is the mean of two orders in which the inputs change: one, and its reverse."
_SAME: Final = "Choose two scenarios that differ."
_ALIKE: Final = "No input differs between these."
_LARGE: Final = 1e9


def lines(book: Book, bridge: Bridge, last: int) -> Iterator[Numbered]:
    """Yield the lines of the bridge on Scenarios."""
    span = Span(bridge)
    yield heading(bridge.shown, TITLE, last, "Choose both, and an output: the table and the chart follow.")
    titles = [case.label for case in bridge.cases.plan.cases]
    outputs = book.ranges.titles
    chosen_first = (
        (FROM, bridge.pair.before.case.label, titles),
        (TO, bridge.pair.after.case.label, titles),
        (OUTPUT, outputs[0], outputs),
    )
    for label, (which, chosen, listed) in zip(headings.BRIDGE, chosen_first, strict=True):
        cells = _beside(describe(label, "", "", ""))
        cells[LIVE] = SheetCell(chosen, CHOICE, "@")
        yield bridge.shown + which, SheetLine(cells, choice_height(listed))
    cells = band("members", LIVE)
    heads = (
        (LABEL, "Input", "members"),
        (NAME, "Part of the change", "members_right"),
        (LIVE, "Adds", "members_right"),
    )
    cells |= {column: SheetCell(text, style) for column, text, style in heads}
    cells[UNIT] = SheetCell("Unit", "members")
    yield bridge.shown + TABLE, SheetLine(cells)
    for place in range(bridge.count):
        yield bridge.shown + TABLE + 1 + place, line_of(_beside(_line(bridge, span, place)))
    yield from _notes(bridge)


def typing(bridge: Bridge, scenarios: str) -> list[Typing]:
    """Return the lists to choose from."""
    lists = ((FROM, scenarios, "scenarios"), (TO, scenarios, "scenarios"), (OUTPUT, bridge.labels, "outputs"))
    return [
        Typing(f"{letter(LIVE)}{bridge.shown + which}", "list", choices=listed, message=f"Choose one of the {what}.")
        for which, listed, what in lists
    ]


def rules(bridge: Bridge) -> list[StyleRule]:
    """Return how the numbers of an output are shown that may be any: the first rule that holds counts."""
    first = bridge.shown + TABLE + 1
    cell, unit = f"{letter(LIVE)}{first}", f"${letter(UNIT)}{first}"
    area, size = f"{cell}:{letter(LIVE)}{first + bridge.count - 1}", f"ABS(N({cell}))"
    begin = f"MAX(ABS(N({letter(LIVE)}${first})),{size})"
    is_percent = f'{unit}="percent"'
    return [
        StyleRule(area, f"AND(ISNUMBER({cell}),{is_percent})", "share_result"),
        StyleRule(area, f"OR({begin}>=1E9,AND({size}>0,{begin}<0.01))", "extreme_result"),
        StyleRule(area, f"{begin}>=1E7", "huge_result"),
        StyleRule(area, f"{begin}>=1E4", "large_result"),
    ]


def chart(bridge: Bridge, box: Box) -> NativeChart:
    """Return the waterfall: it begins at one scenario, and ends at the other."""
    span = Span(bridge)
    bars = [bar(one, 0) for one in span.bars]

    def series(column: int, colour: str) -> Series:
        title = Data(f"Cases!${letter(column)}${bridge.bars}", (BARS[column],))
        values = Data(f"Cases!{bridge.of_bars(column)}", tuple([one[column][0] + 0.0 for one in bars]))
        return Series(title, values, colour, "plain" if colour else "hidden")

    labels = Data(f"Cases!{bridge.of_bars(WORDS)}", tuple([span.words(at) for at in range(bridge.count)]))
    largest = max(abs(one.end) for one in span.bars)
    # Other outputs are of another size: what is small shows the decimals that it takes.
    y = Axis(format="[>=1000]#,##0;General" if largest < _LARGE else "0.0E+00")
    return NativeChart("stack", _CHART, box, labels, tuple([series(*one) for one in STACK]), y=y)


def _beside(cells: dict[int, SheetCell]) -> dict[int, SheetCell]:
    """Return a line without what the chart covers."""
    return {column: cell for column, cell in cells.items() if column < WORDS}


def _line(bridge: Bridge, span: Span, place: int) -> dict[int, SheetCell]:
    """Return the line of a bar: its label, its part of the change, and what it adds."""
    at, shown = bridge.bars + 1 + place, span.shown(place)

    def of(column: int) -> str:
        return f"=Cases!${letter(column)}${at}"

    cells = describe("", "", "", "")
    cells[LABEL] = SheetCell(span.label(place), "label", formula=of(LABEL))
    cells[UNIT] = SheetCell(span.unit(place), "unit", formula=of(UNIT))
    cells[NAME] = SheetCell(span.part(place), "calculation", _PERCENT, formula=of(PART))
    value = "" if shown is None else NO_VALUE if isnan(shown) else shown
    style = "live" if place == 0 else "calculation"
    cells[LIVE] = SheetCell(value, style, NUMBER, formula=of(SHOWN))
    return cells


def _notes(bridge: Bridge) -> Iterator[Numbered]:
    """Yield how the change is split, or why it is not."""
    number = bridge.shown + TABLE + 1 + bridge.count
    begins, ends, differing = (f"Cases!{cell}" for cell in (bridge.begins, bridge.ends, bridge.differing))
    how = _EXACT if bridge.pair.mixtures.is_exact else _ORDERS
    formula = f'=IF({begins}={ends},"{_SAME}",IF({differing}=0,"{_ALIKE}","{how}"))'
    yield number, SheetLine({LABEL: SheetCell(how, "caption", formula=formula)})
