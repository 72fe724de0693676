"""The XML of cells: what is written of each value, and who reads it back."""

from __future__ import annotations

import re
import tracemalloc
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree as ET  # the workbooks are our own

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.workbook.layout.grid import CellError, Sheet, SheetCell, SheetLine
from exports.workbook.package import assemble
from exports.workbook.pages import Pages
from exports.workbook.sheet_data import SharedTexts, SheetData, write_lines
from exports.workbook.xlsx import write
from tests.exported import book, lemonade
from tests.oracles.iron_calc import IronCalc

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# The children of a worksheet in the order of CT_Worksheet, of ECMA-376 part 1, 18.3.1.99.
ORDER = [
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
    "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations",
    "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks",
    "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing",
]  # fmt: skip


def xml(*cells: SheetCell) -> str:
    """Return the cells of one line as they are written."""
    file = BytesIO()
    write_lines([(1, SheetLine(dict(enumerate(cells, 1))))], lambda *_, is_quoted: 7 + is_quoted, SharedTexts(), file)
    return file.getvalue().decode()


def with_lines(*lines: tuple[int, SheetLine]) -> bytes:
    """Return a workbook of one sheet."""
    return write(Pages((Sheet("Cover", {1: 10.0}, iter(lines)),), {}), "title")


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return package.read(name).decode()


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (SheetCell(2.0, "plain"), '<c r="A1" s="7"><v>2</v></c>'),
        (SheetCell(7, "plain"), '<c r="A1" s="7"><v>7</v></c>'),
        (SheetCell(-0.0, "plain"), '<c r="A1" s="7"><v>0</v></c>'),
        (SheetCell(value=True, style="plain"), '<c r="A1" s="7" t="b"><v>1</v></c>'),
        (SheetCell("", "plain"), '<c r="A1" s="7"/>'),
        (SheetCell(None, "plain"), '<c r="A1" s="7"/>'),
        (SheetCell("text", "plain"), '<c r="A1" s="7" t="s"><v>0</v></c>'),
        (SheetCell("=1+1", "plain"), '<c r="A1" s="8" t="s"><v>0</v></c>'),
        (SheetCell("＝1", "plain"), '<c r="A1" s="8" t="s"><v>0</v></c>'),
        (SheetCell(0.1, "plain", formula="=B1<C1"), '<c r="A1" s="7"><f>B1&lt;C1</f><v>0.1</v></c>'),
        (SheetCell(value=False, style="plain", formula="=B1"), '<c r="A1" s="7" t="b"><f>B1</f><v>0</v></c>'),
        (SheetCell("a<b", "plain", formula='=B1&"<"'), '<c r="A1" s="7" t="str"><f>B1&amp;"&lt;"</f><v>a&lt;b</v></c>'),
        (SheetCell("", "plain", formula="=B1"), '<c r="A1" s="7" t="str"><f>B1</f><v></v></c>'),
        (SheetCell("_x0041_", "plain", formula="=B1"), '<c r="A1" s="7" t="str"><f>B1</f><v>_x005F_x0041_</v></c>'),
        (
            SheetCell(CellError.DIVISION_BY_ZERO, "plain", formula="=1/0"),
            '<c r="A1" s="7" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
        ),
        (SheetCell("#DIV/0!", "plain", formula="=B1"), '<c r="A1" s="7" t="str"><f>B1</f><v>#DIV/0!</v></c>'),
    ],
)
def test_each_kind_of_value_is_written_as_the_format_has_it(cell: SheetCell, written: str) -> None:
    assert xml(cell) == f'<row r="1">{written}</row>'


def test_what_no_cell_can_hold_is_refused() -> None:
    for value in (float("nan"), float("inf"), float("-inf")):
        with pytest.raises(ValueError, match="a cell cannot hold"):
            xml(SheetCell(value, "plain"))
    with pytest.raises(RuntimeError, match="no value"):
        xml(SheetCell(None, "plain", formula="=A2"))


def test_every_line_has_a_height_and_empty_ones_above_the_last_too() -> None:
    lines = [
        (2, SheetLine({3: SheetCell(1.0, "plain")}, 20.0)),
        (4, SheetLine({})),
        (7, SheetLine({2: SheetCell(1.0, "plain")}, 1000.0)),
    ]
    content = with_lines(*lines)
    sheet = part(content, "xl/worksheets/sheet1.xml")
    heights = (15, 20, 15, 15, 15, 15, 400)
    rows = [f'<row r="{number}" ht="{tall}" customHeight="1">' for number, tall in enumerate(heights, 1)]
    assert re.findall("<row [^>]*>", sheet) == rows
    assert re.search('<dimension ref="A1:C7" ?/>', sheet)
    assert openpyxl.load_workbook(BytesIO(content), read_only=True)["Cover"].calculate_dimension() == "A1:C7"


def test_a_sheet_without_cells_is_one() -> None:
    sheet = openpyxl.load_workbook(BytesIO(with_lines()))["Cover"]
    assert (sheet.max_row, sheet.max_column, sheet["A1"].value) == (1, 1, None)


def test_a_text_stands_in_the_file_once() -> None:
    cells = {1: SheetCell("same", "label"), 2: SheetCell("other", "plain"), 3: SheetCell("same", "plain", "@")}
    texts = part(with_lines((1, SheetLine(cells)), (2, SheetLine(cells))), "xl/sharedStrings.xml")
    assert texts.endswith('count="6" uniqueCount="2"><si><t>same</t></si><si><t>other</t></si></sst>')
    assert "inlineStr" not in part(lemonade(), "xl/worksheets/sheet1.xml")


# Excel tells a character that XML lacks by its number, and so has to tell an underscore that begins such a number.
ODD = [
    "_x0041_",
    "_x005F_x0041_",
    "_x_",
    "a\rb",
    "a\x01b",
    "a\ufffeb",
    "\U0001f600",
    " a ",
    "a\n",
    "\t",
    "]]>",
    "<&\"'>",
]


@settings(max_examples=60)
@given(st.lists(st.one_of(st.text(), st.sampled_from(ODD), st.text(alphabet="_x0041 \n\r5F")), min_size=1, max_size=20))
def test_every_text_comes_back_to_the_letter(texts: list[str]) -> None:
    shared = SharedTexts()
    for text in texts:
        assert shared[text] == shared[text]
    found = [
        re.sub("_x([0-9A-Fa-f]{4})_", lambda number: chr(int(number[1], 16)), element.findtext(f"{MAIN}t") or "")
        for element in ET.fromstring(shared.xml())  # noqa: S314
    ]
    assert found == list(dict.fromkeys(texts))


def test_a_spreadsheet_reads_odd_texts_to_the_letter() -> None:
    lines = [(number, SheetLine({1: SheetCell(text, "label")})) for number, text in enumerate(ODD, 1)]
    cells = [("Cover", f"A{number}") for number in range(1, len(ODD) + 1)]
    content = with_lines(*lines)
    assert list(IronCalc(content).values(cells).values()) == ODD


def test_links_lead_from_their_cells() -> None:
    content = with_lines((3, SheetLine({2: SheetCell("Go", "link", link="Cover!A1")})))
    link = openpyxl.load_workbook(BytesIO(content))["Cover"]["B3"].hyperlink
    assert (link.ref, link.location, link.display) == ("B3", "Cover!A1", "Go")


@pytest.mark.parametrize("name", ["sora", "loan"])
def test_the_parts_of_a_sheet_come_in_the_order_of_the_format(name: str) -> None:
    with zipfile.ZipFile(BytesIO(book(name))) as package:
        for part_name in package.namelist():
            if part_name.startswith("xl/worksheets/sheet"):
                found = [element.tag.removeprefix(MAIN) for element in ET.fromstring(package.read(part_name))]  # noqa: S314
                assert found == sorted(found, key=ORDER.index)


def test_every_part_is_of_a_kind_that_the_package_names() -> None:
    with zipfile.ZipFile(BytesIO(lemonade())) as package:
        kinds = ET.fromstring(package.read("[Content_Types].xml"))  # noqa: S314
        names = {f"/{name}" for name in package.namelist()}
        assert len(names) == len(package.namelist())
    parts = [element.get("PartName") for element in kinds if element.get("PartName")]
    assert len(parts) == len(set(parts))
    assert set(parts) <= names
    assert "/xl/sharedStrings.xml" in parts


def test_a_skeleton_that_is_not_as_expected_is_noticed() -> None:
    for name in ("xl/worksheets/sheet1.xml", "xl/styles.xml", "[Content_Types].xml", "xl/workbook.xml"):
        skeleton = BytesIO()
        with zipfile.ZipFile(BytesIO(lemonade())) as source, zipfile.ZipFile(skeleton, "w") as target:
            for one in source.namelist():
                target.writestr(one, b"<other />" if one == name else source.read(one))
        with pytest.raises(RuntimeError, match="XML has changed"):
            assemble(skeleton.getvalue(), [SheetData(BytesIO())], SharedTexts(), {"a": "Inputs!$A$1"})


def long_lines(count: int) -> Iterator[tuple[int, SheetLine]]:
    cell = SheetCell(1.5, "calculation", formula=f"=SUM({'Inputs!$A$1,' * 80}1)")
    return ((number, SheetLine(dict.fromkeys(range(1, 9), cell))) for number in range(1, count + 1))


def test_memory_does_not_grow_with_the_lines() -> None:
    peaks = []
    for count in (500, 2_500):
        tracemalloc.start()
        content = write(Pages((Sheet("Cover", {}, long_lines(count)),), {}), "title")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert len(content) < 1_000_000
    # Four megabytes of XML, and twenty.
    assert peaks[1] < peaks[0] + 1_000_000
