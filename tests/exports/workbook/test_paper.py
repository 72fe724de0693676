"""What comes out of a printer: heights that fit their texts, and pages that begin where a table or a section does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import column_index_from_string, get_column_letter

from engine.model.load import loads
from engine.planning.planner import plan
from exports.style.letters import count_lines
from exports.workbook.layout.geometry import FIRST_ROW, LABEL, LINE_HEIGHT, POINTS, text_height
from exports.workbook.layout.grid import Box, NativeChart, Sheet, SheetCell, SheetLine
from exports.workbook.pages import Pages
from exports.workbook.paper import Paper
from exports.workbook.xlsx import workbook, write
from tests.exported import book, planned
from tests.oracles.libreoffice import printed

_HEADS = {"section", "members"}


def toy(sections: int, rows: int) -> bytes:
    """Return the workbook of a model with so many sections of so many rows."""
    text = '[model]\ntitle = "Blocks"\n[first.x]\nlabel = "X"\nvalue = 1\nunit = "1"\nnote = "n"\n'
    for section in range(sections):
        text += "".join(
            f'[s{section}.a{section}_{row}]\nlabel = "Row {row} of {section}"\nformula = "x + {row}"\nunit = "1"\n'
            for row in range(rows)
        )
    return workbook(plan(loads(text)))


def looks(sheet: openpyxl.worksheet.worksheet.Worksheet, row: int) -> str:
    """Return the style of a line's first cell, or nothing where the line is empty."""
    cell = sheet.cell(row, LABEL)
    return str(cell.style) if cell.value is not None else ""


@pytest.mark.parametrize("rows", [2, 5, 11, 12, 13, 70])
def test_no_heading_ends_a_page_and_no_table_is_cut_behind_two_lines(rows: int) -> None:
    sheet = openpyxl.load_workbook(BytesIO(toy(9, rows)))["Model"]
    breaks = [one.id for one in sheet.row_breaks.brk]
    assert breaks or sheet.page_setup.fitToHeight == 1
    for last in breaks:
        above = [looks(sheet, row) for row in range(last, last - 3, -1)]
        below = [looks(sheet, row) for row in range(last + 1, last + 4)]
        assert below[0]
        # Either a section begins, or at least three lines of a table stand on both sides.
        assert below[0] == "section" or not {*above, *below} & {*_HEADS, ""}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gpu_cluster", "loan", "sora", "subscription", "three_statements"])
def test_our_own_pages_begin_with_no_rest_of_two_lines(name: str) -> None:
    found = openpyxl.load_workbook(BytesIO(book(name)))
    for sheet in found:
        for one in sheet.row_breaks.brk:
            assert looks(sheet, one.id) not in _HEADS, f"{sheet.title}, line {one.id}"


@pytest.mark.slow
@pytest.mark.libreoffice
def test_pages_are_cut_where_we_say_and_nowhere_else() -> None:
    names = ("gpu_cluster", "loan", "sora", "subscription", "three_statements")
    books = [*[book(name) for name in names], *[toy(9, rows) for rows in (2, 12, 70)]]
    for content, pages in zip(books, printed(books), strict=True):
        found = openpyxl.load_workbook(BytesIO(content))
        count = Counter(re.findall(r"(\w+) +Page \d+ of", page)[0] for page in pages)
        high = {sheet.title: (1 + len(sheet.row_breaks.brk)) for sheet in found}
        wide = {sheet.title: sheet.page_setup.fitToWidth for sheet in found}
        cut = Counter({name: high[name] * wide[name] for name in found.sheetnames})
        assert not count - cut
        # A page on which nothing stands, as where the last lines are of single numbers, is not printed.
        assert (cut - count).total() <= 1


TEXTS = (
    "Share of customers who leave in the month after that in which they came",
    "Waiting, filling, willing: Illinois will fill it in",
    "WWWWWW MMMMMM of the GPU cluster, in TFLOP/s/GPU at 95 % of the time",
    "Überlänge der Straße zwischen Ærø und Łódź, mit vielen Umlauten darin",
    "Average of a_very_long_identifier_that_no_column_is_wide_enough_for_and_more_of_it",
    "short",
    "1 + (2 * 3) / 4 - 5 ** 6, then 0.000001 % of 1,234,567.89",
)
STYLES = {"label": 46.0, "words": 60.0, "header_number": 15.5, "members_right": 14.5, "section_note": 60.0}


@pytest.mark.slow
@pytest.mark.libreoffice
def test_texts_take_as_many_lines_as_libreoffice_gives_them() -> None:
    texts = list(TEXTS) + [" ".join(TEXTS[:count]) for count in (2, 3, 5)]
    for name in ("sora", "three_statements"):
        model = planned(name).model
        texts += [quantity.label for quantity in model.quantities if len(quantity.label) > 40]
        texts += [quantity.note for quantity in model.quantities if isinstance(quantity.note, str) and quantity.note]
    texts = list(dict.fromkeys(" ".join(text.split()) for text in texts))
    for style, width in STYLES.items():
        lines = ((row, SheetLine({2: SheetCell(f"#{row} {text}", style)}, 300.0)) for row, text in enumerate(texts, 1))
        sheet = Sheet("Model", {1: 2.0, 2: width}, lines)
        (pages,) = printed([write(Pages((sheet,), {}), "Lines")])
        found = dict(_lines_by_row("\n".join(pages)))
        for row, text in enumerate(texts, 1):
            expected, counted = found[row], count_lines(f"#{row} {text}", style, width)
            assert expected <= counted <= expected * 1.25 + 1, (style, text)


def _lines_by_row(text: str) -> Iterator[tuple[int, int]]:
    """Yield how many lines each marked text takes on paper."""
    row, count = 0, 0
    for line in text.splitlines():
        marked = re.match(r"#(\d+)\b", line)
        if re.search(r"Page \d+ of", line) or not line.strip():
            continue
        if marked:
            if row:
                yield row, count
            row, count = int(marked[1]), 0
        count += 1
    yield row, count


@settings(max_examples=50)
@given(st.text(max_size=300), st.floats(4, 100))
def test_a_longer_text_is_never_lower(text: str, width: float) -> None:
    assert LINE_HEIGHT <= text_height(text, "label", width) <= text_height(f"{text} more", "label", width)
    assert count_lines(text, "words", width) >= count_lines(text, "words", 2 * width)


@pytest.mark.slow
def test_a_page_of_charts_cuts_none() -> None:
    for name in ("gpu_cluster", "loan", "sora"):
        sheet = openpyxl.load_workbook(BytesIO(book(name)))["Scenarios"]
        breaks = [one.id for one in sheet.row_breaks.brk]
        for chart in sheet._charts:  # openpyxl has no other
            top = chart.anchor._from.row + 1  # as above
            bottom = top + chart.anchor.ext.height / 12700 / LINE_HEIGHT
            assert not [row for row in breaks if top <= row < bottom]


def test_a_heading_below_a_chart_beside_high_lines_does_not_end_a_page() -> None:
    # The chart ends with the third of its lines, of which each is twice as high as others.
    chart = NativeChart("bar", "C", Box(11, LABEL, 10, 6 * LINE_HEIGHT / POINTS), None, ())
    styles = {14: "section", 34: "section"}
    lines = (
        (row, SheetLine({LABEL: SheetCell("A", styles.get(row, "label"))}, LINE_HEIGHT * (1 + (11 <= row <= 13))))
        for row in range(1, 120)
    )
    paper = Paper(Sheet("Scenarios", {1: 2.0, 2: 46.0, 3: 46.0}, iter(()), charts=[chart]))
    list(paper.watch(lines))
    assert [line.kind for line in paper.lines][9:15] == ["row", "head", "chart", "chart", "section", "row"]


def test_a_sheet_that_is_little_more_than_a_page_is_one_page() -> None:
    for count, high in ((30, 1), (200, 0)):
        lines = ((row, SheetLine({LABEL: SheetCell("A", "label")}, LINE_HEIGHT)) for row in range(1, count))
        paper = Paper(Sheet("Model", {1: 2.0, 2: 46.0, 3: 46.0, 4: 46.0}, iter(())))
        assert len(list(paper.watch(lines))) == count - 1
        assert (paper.pages_high, bool(paper.breaks())) == (high, not high)


def many(days: str, extra: str = "") -> bytes:
    """Return the workbook of a model over the days up to one."""
    text = f'[model]\ntitle = "Days"\n[dimensions.day]\nfrom = "2026-01-01"\nto = "{days}"\n{extra}'
    text += '[a.x]\nlabel = "X"\nvalue = 1\nunit = "1"\nnote = "n"\n'
    text += '[a.y]\nlabel = "Y"\nover = "day"\nformula = "x + day"\nunit = "1"\nrollup = "sum"\n'
    return workbook(plan(loads(text)))


MONTHS = '[dimensions.month]\nof = "day"\nperiod = "month"\n'


@pytest.mark.parametrize(("days", "extra", "areas"), [
    ("2026-05-10", "", 1), ("2026-05-11", "", 2), ("2029-12-31", "", 2), ("2026-12-31", MONTHS, 3),
])  # fmt: skip
def test_of_very_many_periods_the_ends_are_printed_and_what_stands_behind_them(
    days: str, extra: str, areas: int
) -> None:
    sheet = openpyxl.load_workbook(BytesIO(many(days, extra)))["Model"]
    found = sheet.print_area.split(",")
    assert len(found) == areas
    assert sheet.page_setup.fitToWidth == (1 if areas > 1 else 10)
    assert ("the first 13 and the last 6 of" in sheet.oddFooter.center.text) == (areas > 1)
    if areas > 1:
        assert sheet.print_title_cols == "$A:$D"
        assert found[0].startswith("'Model'!$A$1:$S$")
        # Of the columns behind, none is left out or printed twice, and none stands on a page of its own.
        ends = [[column_index_from_string(name) for name in re.findall(r"\$([A-Z]+)\$", one)] for one in found[1:]]
        assert all(last > first for first, last in ends)
        assert all(before[1] + 1 == after[0] for before, after in pairwise(ends))
        assert ends[-1][1] == sheet.max_column


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_page_of_very_many_periods_shows_its_labels_whole() -> None:
    (pages,) = printed([many("2029-12-31", MONTHS)])
    shown = [page for page in pages if re.search(r"Model: the first 13", page)]
    assert len(shown) == 1 + 5
    assert all("Days | Model" in " ".join(page.split()) for page in shown)


def test_nothing_is_printed_of_what_lists_and_working_hold() -> None:
    found = openpyxl.load_workbook(BytesIO(book("loan")))
    for name, left_out in (("Sensitivity", "Outputs in the list"), ("Uncertainty", "Chance of more, by value")):
        sheet = found[name]
        last = int(re.findall(r"\d+$", sheet.print_area)[0])
        labels = {sheet.cell(row, LABEL).value: row for row in range(1, sheet.max_row + 1)}
        assert labels[left_out] > last
    # Outputs, checks, and one output in detail with its charts are less than a page.
    assert found["Uncertainty"].page_setup.fitToHeight == 1
    assert not found["Uncertainty"].row_breaks.brk


def test_long_words_on_model_are_cut_by_no_edge_of_the_paper() -> None:
    sheet = openpyxl.load_workbook(BytesIO(book("sora")))["Model"]
    end = column_index_from_string(re.findall(r"\$([A-Z]+)\$\d+$", sheet.print_area)[0])
    words = [sheet.cell(row, end) for row in range(FIRST_ROW, sheet.max_row + 1) if sheet.cell(row, end).value]
    width = sheet.column_dimensions[get_column_letter(end)].width
    long = [cell for cell in words if count_lines(cell.value, "words", width) > 1]
    assert long
    for cell in long:
        assert cell.alignment.wrap_text
        assert sheet.row_dimensions[cell.row].height >= text_height(cell.value, "words", width)
