"""How the workbook looks: cards, formats, fonts, and what comes out of a printer."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import openpyxl
import pytest
from openpyxl.chart import LineChart

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from exports.style.looks import FONT, MONOSPACED
from exports.workbook.layout.geometry import GRID, LABEL, LINE_HEIGHT, WORDS
from exports.workbook.xlsx import workbook
from tests.exported import book, lemonade, planned
from tests.oracles.contents import sheet_of
from tests.oracles.libreoffice import printed
from tests.toys.lemonade import TOY


def cards(content: bytes) -> list[list[openpyxl.cell.Cell]]:
    """Return the four cells of each card, top down."""
    cover = sheet_of(content, "Cover")
    tops = [cell for row in cover.iter_rows(min_col=LABEL, max_col=GRID) for cell in row if cell.style == "card_label"]
    return [[cover.cell(top.row + down, top.column) for down in range(4)] for top in tops]


def test_every_output_is_a_card_with_its_value_unit_and_the_way_to_its_formula() -> None:
    made = planned("sora")
    found = cards(book("sora"))
    assert [label.value for label, *_ in found] == [made.row(id_).label for id_ in made.model.outputs]
    for (_, value, unit, link), id_ in zip(found, made.model.outputs, strict=True):
        assert unit.value == made.row(id_).unit.text
        assert value.value == f"=Model!{link.hyperlink.location.split('!')[1].replace('E', '$E$')}"


def test_the_cover_says_of_the_model_what_it_says_of_itself() -> None:
    told = 'author = ["A. Baker", "B. Miller"]\nversion = "2.1"\ndate = 2026-03-01\nlimitations = ["No rent.", "One stand."]\n'
    for text, wanted in (
        (
            TOY.replace('outputs = ["profit"]', f'outputs = ["profit"]\npurpose = "What a stand earns"\n{told}'),
            ["Purpose", "What a stand earns", "Author", "A. Baker, B. Miller", "Version", "2.1", "Date", "2026-03-01",
             "Limitations", "No rent.", "One stand."],
        ),
        (TOY, None),
    ):  # fmt: skip
        cover = sheet_of(workbook(plan(loads(text))), "Cover")
        texts = [cell.value for row in cover.iter_rows(max_col=3) for cell in row if cell.value]
        begin = texts.index("About this model") + 1 if "About this model" in texts else None
        assert (texts[begin : begin + 11] if begin is not None else None) == wanted


@pytest.mark.parametrize("count", [1, 2, 6, 7, 13])
def test_cards_stand_in_rows_of_almost_the_same_length(count: int) -> None:
    more = "".join(f'[more.r{n}]\nlabel = "R{n}"\nunit = "EUR"\nformula = "profit * 2"\n' for n in range(count))
    text = TOY.replace('outputs = ["profit"]', f"outputs = {[f'r{n}' for n in range(count)]}".replace("'", '"'))
    by_line: dict[int, int] = {}
    for label, *_ in cards(workbook(plan(loads(text + "\n" + more)))):
        by_line[label.row] = by_line.get(label.row, 0) + 1
    assert sum(by_line.values()) == count
    assert max(by_line.values()) - min(by_line.values()) <= len(by_line)
    assert max(by_line.values()) <= 6


@pytest.mark.slow
def test_no_card_is_cut_by_the_end_of_a_page() -> None:
    more = "".join(f'[more.r{n}]\nlabel = "R{n}"\nunit = "EUR"\nformula = "profit * 2"\n' for n in range(120))
    text = TOY.replace('outputs = ["profit"]', f"outputs = {[f'r{n}' for n in range(120)]}".replace("'", '"'))
    content = workbook(plan(loads(text + "\n" + more)))
    breaks = {one.id for one in sheet_of(content, "Cover").row_breaks.brk}
    tops = {label.row for label, *_ in cards(content)}
    assert breaks
    assert not {row + down for row in tops for down in range(3)} & breaks


@pytest.mark.slow
def test_numbers_show_what_a_reader_needs_of_them() -> None:
    content = book("sora")
    formats = {label.value: value.number_format for label, value, *_ in cards(content)}
    assert formats["GPUs to train Sora in one month"].split("_")[0] == "#,##0"
    assert formats["Training compute of Sora"].startswith("0.00E+00")
    assert formats["Rent of the GPUs that train Sora"] == '#,##0.00,," M"_);(#,##0.00,," M");"-"_)'
    assert formats["Video after which inference has cost more than training"].startswith('#,##0.0,," M"')
    model = sheet_of(content, "Model")
    by_name = {row[2].value: row[4].number_format for row in model.iter_rows(min_row=6) if row[2].value}
    assert by_name["frames"] == '#,##0_);(#,##0);"-"_)'
    assert by_name["dit_breakeven_time"] == '#,##0.00_);(#,##0.00);"-"_)'


@pytest.mark.slow
def test_rows_below_each_other_in_one_unit_have_one_format_and_no_unit_in_their_cells() -> None:
    model = sheet_of(book("three_statements"), "Model")
    heading = ""
    formats: dict[str, set[str]] = {}
    for row in model.iter_rows(min_row=6):
        if row[1].style == "section":
            heading = str(row[1].value)
        elif row[3].value == "kUSD" and row[6].style in {"calculation", "actual"}:
            formats.setdefault(heading, set()).update(
                cell.number_format for cell in row[6:66] if cell.style in {"calculation", "actual"}
            )
    assert {len(found) for found in formats.values()} == {1}
    assert not any("USD" in shown for found in formats.values() for shown in found)


def test_a_workbook_asks_for_no_font_that_a_spreadsheet_might_lack() -> None:
    package = zipfile.ZipFile(BytesIO(lemonade()))
    named = {name for part in package.namelist() if part.endswith(".xml") and "theme" not in part
             for name in re.findall(rb'(?:typeface|name val)="([^"]*)"', package.read(part))}  # fmt: skip
    assert named == {FONT.encode(), MONOSPACED.encode()}


def test_an_input_without_a_source_says_so_and_a_pure_number_has_a_unit() -> None:
    bare = TOY.replace('unit   = "week"\nsource = "stand"', 'unit   = "week"')
    rows = {row[2].value: row for row in sheet_of(workbook(plan(loads(bare))), "Inputs").iter_rows() if row[2].value}
    words = [cell.value for cell in rows["Name"]].index("Source and range")
    assert rows["season"][words].value == "No source given."
    more = '[more.ratio]\nlabel = "Ratio"\nunit = "1"\nformula = "price / price"\n'
    model = sheet_of(workbook(plan(loads(TOY + "\n" + more))), "Model")
    assert next(row[3].value for row in model.iter_rows() if row[2].value == "ratio") == "number"


@pytest.mark.slow
@pytest.mark.libreoffice
def test_on_paper_no_number_is_cut_and_a_wide_sheet_has_its_labels_on_each_page() -> None:
    names = ("sora", "loan")
    books = printed([book(name) for name in names])
    for name, pages in zip(names, books, strict=True):
        assert not [page for page in pages if "##" in page], name
        assert "Cover" in pages[0]
        assert "Inputs" in pages[1], f"the cover of {name} takes more than a page"
    loan = [page for page in books[1] if "Model" in page.splitlines()[-2:][0] or "Owed at the end" in page]
    assert len(loan) > 1
    assert all("Owed at the end" in page for page in loan if "Model" in page)


def test_the_scenario_that_is_chosen_is_the_one_on_the_cards() -> None:
    made = plan(loads(TOY))
    content = workbook(made, "hot")
    values = openpyxl.load_workbook(BytesIO(content), data_only=True)["Cover"]
    (card,) = cards(content)
    assert values[card[1].coordinate].value == evaluate(made, "hot")["profit"]


LOSS = """
[model]
title = "A loss"

[units]
EUR = "[eur]"

[scenarios.worse]
extends = "base"
set.costs = 900

[a.sales]
label = "Sales"
unit = "EUR"
value = 400

[a.costs]
label = "Costs"
unit = "EUR"
value = 500

[a.profit]
label = "Profit"
unit = "EUR"
formula = "sales - costs"

[charts.picture]
kind = "waterfall"
title = "The loss"
steps = ["sales", "-costs"]
total = "profit"
"""


def test_from_a_loss_no_share_is_told_and_every_bar_says_its_own_number() -> None:
    sheet = openpyxl.load_workbook(BytesIO(workbook(plan(loads(LOSS)))), data_only=True)["Scenarios"]
    lines = {row[LABEL - 1].value: row for row in sheet.iter_rows()}
    titles = [row[LABEL - 1].value for row in sheet.iter_rows()]
    percent = titles.index("Difference in percent from As written") + 2
    assert [sheet.cell(percent, GRID + place).value for place in range(2)] == ["n/m", "n/m"]
    assert {"Sales", "Costs", "Profit"} <= lines.keys()
    words = [row[WORDS - 1].value for row in sheet.iter_rows() if row[WORDS - 1].value]
    assert {"Sales: 400", "Costs: -500", "Profit: -100"} <= set(words)


_CURVES = """
[model]
title = "C"
outputs = ["left"]
[scenarios.a]
[scenarios.b]
set.price = 4
[scenarios.c]
set.price = 5
[scenarios.d]
set.price = 6
[charts.c]
title = "C"
kind = "line"
x = "place"
y = "cost"
scenarios = ["a", "b", "c", "d"]
[dimensions.place]
members = ["A town with a name far longer than a column", "B"]
ordered = true
[s.price]
label = "Price"
unit = "1"
value = 3.7
note = "n"
[s.cost]
label = "Cost"
over = "place"
unit = "1"
formula = "price"
[s.left]
label = "The price, but for what is lost in the last digits"
unit = "1"
formula = "(1.1 + price) - price"
"""


def test_four_curves_beside_each_other_are_told_apart_in_print() -> None:
    found = openpyxl.load_workbook(BytesIO(workbook(plan(loads(_CURVES)))))
    (chart,) = [one for one in found["Scenarios"]._charts if isinstance(one, LineChart)]
    assert len({one.graphicalProperties.line.prstDash for one in chart.series}) == len(chart.series) == 4


def test_a_long_name_of_a_member_wraps_and_runs_over_no_other() -> None:
    sheet = openpyxl.load_workbook(BytesIO(workbook(plan(loads(_CURVES)))))["Inputs"]
    (cell,) = [
        one for row in sheet.iter_rows() for one in row if str(one.value).startswith("A town") and not one.font.b
    ]
    assert cell.alignment.wrap_text
    assert sheet.row_dimensions[cell.row].height > 2 * LINE_HEIGHT


def test_a_difference_of_the_last_digits_shows_no_power_of_ten() -> None:
    sheet = openpyxl.load_workbook(BytesIO(workbook(plan(loads(_CURVES)))), data_only=True)["Scenarios"]
    row, *_ = [
        row
        for row in sheet.iter_rows()
        if row[1].value == "The price, but for what is lost in the last digits"
        and row[9].value not in {None, 0}
        and abs(row[9].value) < 1e-9
    ]
    assert "E" not in row[9].number_format


@pytest.mark.slow
def test_the_cover_says_nothing_twice() -> None:
    for content in (book("loan"), lemonade()):
        said = [row[LABEL - 1].value for row in sheet_of(content, "Cover").iter_rows()]
        assert said.count("Purpose") == 1
        assert (said.count("Author"), said.count("Author and date")) in {(1, 0), (0, 1)}
