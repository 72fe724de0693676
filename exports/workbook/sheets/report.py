"""Report: a page for who reads no workbook. Each headline result, the same in every scenario below it, and charts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from pathlib import PurePath
from typing import Final

from engine.language.numbers.scalars import add_up
from engine.plan.outputs import Output
from engine.problems import printable
from exports.style.a1 import letter
from exports.style.letters import text_width
from exports.style.looks import LOOKS
from exports.style.words import counted, unit_or_number
from exports.workbook.formulas.references import References
from exports.workbook.layout.geometry import (
    FIRST_ROW,
    GRID,
    LABEL,
    LINE_HEIGHT,
    POINTS,
    centimetres,
    page_height,
    text_height,
)
from exports.workbook.layout.grid import Box, NativeChart, Sheet, SheetCell, SheetLine
from exports.workbook.layout.scenarios import ScenarioPlaces
from exports.workbook.parts.book import Book
from exports.workbook.parts.charts.tables import Table, tables
from exports.workbook.parts.frame import Numbered, band, heading, top
from exports.workbook.sheets.cover import made_by
from exports.workbook.sheets.scenarios import scenario_places

# Results beside each other, and blocks of them: what is more stands in the workbook.
_BESIDE: Final = 6
_MOST_OUTPUTS: Final = 12
_MOST_SCENARIOS: Final = 12
_FIRST: Final = LABEL + 1
_LAST: Final = LABEL + _BESIDE
_WIDTHS: Final = {1: 1.0, LABEL: 24.0, **dict.fromkeys(range(_FIRST, _LAST + 1), 15.5)}
_CHARTS: Final = 4
_GAP: Final = 0.4
# What of a chart's width a name in its legend takes at most, where charts stand beside each other.
_NAME: Final = 0.8
_LEAST_LINES, _MOST_LINES = 13, 17
_VALUE_HEIGHT: Final = 34.0
_UNIT_HEIGHT: Final = 15.0


def report(book: Book) -> Sheet:
    """Return the sheet that is printed as a report on one page; its charts are those of Scenarios."""
    places = scenario_places(book)
    shown = tables(book, places)
    lines = list(_lines(book, places))
    used = add_up(line.height or LINE_HEIGHT for _, line in lines) + LINE_HEIGHT * (lines[-1][0] - len(lines))
    charts = list(_charts(shown, lines[-1][0] + 2, page_height(_WIDTHS, is_portrait=True) - used))
    ends = [chart.box.row + ceil(chart.box.height * POINTS / LINE_HEIGHT) for chart in charts]
    after = max([lines[-1][0], *ends]) + 1
    lines.append((after, SheetLine({LABEL: SheetCell(_made_from(book, len(shown) - len(charts)), "caption")})))
    return Sheet("Report", _WIDTHS, iter(lines), printed=f"A1:{letter(_LAST)}{after}", charts=charts,
                 pages_high=1, is_portrait=True)  # fmt: skip


def _lines(book: Book, places: ScenarioPlaces) -> Iterator[Numbered]:
    purpose = " ".join(book.results.plan.model.purpose.split())
    yield from top(book, "Report", purpose, _LAST)
    outputs = book.cases.outputs[:_MOST_OUTPUTS]
    number = FIRST_ROW
    yield heading(number, "Results", _LAST)
    # As many in each block, so that the last is no leftover.
    beside = ceil(len(outputs) / ceil(len(outputs) / _BESIDE))
    for first in range(0, len(outputs), beside):
        for line in _block(book, places, range(first, min(first + beside, len(outputs)))):
            number += 1
            yield number, line
        number += 1
    more = (("more result", len(book.cases.outputs) - _MOST_OUTPUTS),
            ("more scenario", len(book.cases.scenarios) - _MOST_SCENARIOS))  # fmt: skip
    left = [counted(count, what) for what, count in more if count > 0]
    if left:
        yield number, SheetLine({LABEL: SheetCell(f"In the workbook: {' and '.join(left)}.", "caption")})


def _block(book: Book, places: ScenarioPlaces, indices: range) -> Iterator[SheetLine]:
    """Yield results beside each other as cards, and below each what it is in every scenario."""
    outputs = [book.cases.outputs[index] for index in indices]
    columns = range(_FIRST, _FIRST + len(outputs))
    cards = [_card(book, output) for output in outputs]
    labels = [text_height(output.label, "card_label", _WIDTHS[_FIRST]) for output in outputs]
    for part, tall in enumerate((max(20.0, *labels), _VALUE_HEIGHT, _UNIT_HEIGHT)):
        yield SheetLine({column: card[part] for column, card in zip(columns, cards, strict=True)}, tall)
    for place, case in enumerate(book.cases.scenarios[:_MOST_SCENARIOS]):
        cells = {**band("plain", _FIRST + len(outputs) - 1), LABEL: SheetCell(case.label, "label")}
        for column, index in zip(columns, indices, strict=True):
            output = book.cases.outputs[index]
            value = output.value(book.results.plan, book.cases.turns[place].values)
            source = f"=Scenarios!{letter(GRID + place)}{places.outputs + 1 + index}"
            cells[column] = SheetCell(value, "reported", book.format(output.row), formula=source)
        yield SheetLine(cells, text_height(case.label, "label", _WIDTHS[LABEL]))


def _card(book: Book, output: Output) -> tuple[SheetCell, ...]:
    reference = References(book.layout, "Report").output(output)
    value = output.value(book.results.plan, book.results.values)
    return (
        SheetCell(output.label, "card_label"),
        SheetCell(value, "card_value", book.format(output.row), formula=f"={reference}"),
        SheetCell(unit_or_number(output.row.unit.text), "card_unit"),
    )


def _charts(shown: Sequence[Table], first: int, room: float) -> Iterator[NativeChart]:
    """Yield the first charts, two beside each other where their names leave room, as many as the page holds."""
    total = add_up(centimetres(width) for column, width in _WIDTHS.items() if column >= LABEL)
    beside, lines = 2, int(room / LINE_HEIGHT)
    for number, table in enumerate(shown):
        names = [str(series.title.values[0]) for series in table.shape(Box(1, 1, 1, 1)).series]
        if number < _CHARTS and max(text_width(name, LOOKS["words"]) for name in names) > _NAME * total / 2 * POINTS:
            beside = 1
    rows = min(ceil(min(len(shown), _CHARTS) / beside), max(1, lines // _LEAST_LINES))
    high = min(_MOST_LINES, max(_LEAST_LINES, lines // max(rows, 1)))
    width = (total - _GAP * (beside - 1)) / beside
    for number, table in enumerate(shown[: beside * rows]):
        down, right = divmod(number, beside)
        column, offset = LABEL, right * (width + _GAP)
        while offset >= centimetres(_WIDTHS[column]):
            offset -= centimetres(_WIDTHS[column])
            column += 1
        yield table.shape(Box(first + down * high, column, width, (high - 0.5) * LINE_HEIGHT / POINTS, offset))


def _made_from(book: Book, left_out: int) -> str:
    """Return what charts there was no room for, and from what the page was made: file, version, date and program."""
    model, stamp = book.results.plan.model, book.stamp
    version = f"version {model.version}" if model.version else ""
    more = f"In the workbook: {counted(left_out, 'more chart')}" if left_out else ""
    parts = (more, PurePath(model.document.name).name, version, model.date or stamp.date, stamp.revision, made_by())
    return "  ·  ".join(printable(part) for part in parts if part)
