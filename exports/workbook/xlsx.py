"""With `drawing` openpyxl's writing door: sheets of plain values become a workbook of live formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import openpyxl.cell.cell
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.formatting.rule import FormulaRule, Rule
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.utils import FORMULAE
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break

from engine.plan.plan import Plan
from engine.progress import steps
from exports.style.a1 import letter
from exports.style.looks import ACCENTS, FONT, LINKED, LOOKS, Look
from exports.style.words import is_like_formula
from exports.workbook.drawing import draw_chart
from exports.workbook.layout.geometry import HEADER_ROW, LABEL, MASTER_ROW, UNIT
from exports.workbook.layout.grid import Sheet, SheetCell, SheetLine, StyleRule, Typing, Value
from exports.workbook.package import digits, finish
from exports.workbook.pages import pages

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

_HIGHEST: Final = 400.0
MASTER: Final = f"{letter(LABEL)}{MASTER_ROW}"
_LONGEST_CELL: Final = 32_000
_A4: Final = 9
_BIGGEST: Final = 1e300
# What Excel would read as a cell, in either of its notations, or as a word of its own.
_A1: Final = re.compile(r"[a-z]{1,3}[0-9]+", re.IGNORECASE)
_R1C1: Final = re.compile(r"r[0-9]*(c[0-9]*)?|c[0-9]*", re.IGNORECASE)
# Functions that came to Excel after the list that openpyxl has.
_LATER: Final = (
    "AGGREGATE ARABIC BASE BYCOL BYROW CEILING.MATH CHOOSECOLS CHOOSEROWS COMBINA CONCAT CSC CSCH COT "
    "COTH DAYS DECIMAL DROP EXPAND FILTER FLOOR.MATH GAMMA GAUSS HSTACK IFNA IFS ISFORMULA LAMBDA LET "
    "MAKEARRAY MAP MAXIFS MINIFS MUNIT NUMBERVALUE PDURATION PERMUTATIONA PHI RANDARRAY REDUCE RRI SCAN "
    "SEC SECH SEQUENCE SHEET SHEETS SORT SORTBY STOCKHISTORY SWITCH TAKE TEXTAFTER TEXTBEFORE TEXTJOIN "
    "TEXTSPLIT TOCOL TOROW UNICHAR UNICODE UNIQUE VSTACK WEBSERVICE WRAPCOLS WRAPROWS XLOOKUP XMATCH XOR "
    "ENCODEURL FORMULATEXT FILTERXML BITAND BITOR BITXOR ISOWEEKNUM IMAGE GROUPBY PIVOTBY "
)
_WORDS: Final = frozenset({"TRUE", "FALSE", *FORMULAE, *_LATER.split()})
# A cell of another sheet, and no more.
_LINK: Final = re.compile(r"=\w+!\$?[A-Z]{1,3}\$?[0-9]+")
_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def workbook(plan: Plan, scenario: str | None = None, revision: str = "") -> bytes:
    """Return the .xlsx of a plan, with a scenario chosen (the model's first, if none is named).

    `revision` is written on the cover: of the repository that the model is kept in.

    Raises ModelError where a row has no finite value in some scenario, or where Excel could not hold a formula.
    """
    # All sheets first: what Excel cannot hold is found before a line is written.
    found = pages(plan, scenario, revision)
    writer = _Writer()
    for sheet in steps("writing sheets", found.sheets):
        writer.add(sheet)
    names = {anchor(id_): f"{block.sheet}!{block.area()}" for id_, block in found.blocks.items()}
    return writer.save(plan.model.title, names)


def anchor(id_: str) -> str:
    """Return the defined name of a row: its id, with an underscore where Excel would read something else."""
    is_taken = _A1.fullmatch(id_) or _R1C1.fullmatch(id_) or id_.upper() in _WORDS
    return f"{id_}_" if is_taken else id_


class _Written(openpyxl.cell.cell.Cell):  # type: ignore[misc]  # openpyxl has no types
    """A cell whose style and address are known, and not worked out again at every question."""

    __slots__ = ("coordinate", "style_id")
    has_style = True

    def __init__(self, worksheet: WriteOnlyWorksheet, style_id: int) -> None:
        super().__init__(worksheet)
        self.style_id = style_id
        self.coordinate = ""


class _Writer:
    """Writes sheets line by line, and remembers the formulas' values for the last pass."""

    def __init__(self) -> None:
        self.book = Workbook(write_only=True)
        self.values: list[list[Value]] = []
        self.templates: dict[tuple[str, str, bool], _Written] = {}
        # The font that columns are measured by, and of whatever is typed into cells outside of the model.
        self.book._fonts = IndexedList([Font(name=FONT, size=10)])  # openpyxl has no other way
        self.book._named_styles["Normal"].font = Font(name=FONT, size=10)  # as above
        for name, look in LOOKS.items():
            self.book.add_named_style(_named_style(name, look))

    def add(self, sheet: Sheet) -> None:
        worksheet = self.book.create_sheet(sheet.name)
        # The cells come ready; openpyxl would try each as a plain value first, which costs a quarter of the export.
        worksheet._values_to_row = lambda cells, _number: cells
        _set_up(worksheet, sheet)
        values: list[Value] = []
        self.values.append(values)
        written = 0
        for number, line in sheet.lines:
            for _ in range(written + 1, number):
                worksheet.append(())
            if line.height is not None:
                worksheet.row_dimensions[number].height = min(line.height, _HIGHEST)
            worksheet.append(self.cells(worksheet, number, line, values))
            written = number
        # What is to be printed need not be all: then the sheet says so.
        worksheet.print_area = sheet.printed or f"A1:{letter(max(sheet.widths))}{written}"
        for typing in sheet.typing:
            worksheet.data_validations.append(_validation(typing))
        for chart in sheet.charts:
            worksheet.add_chart(draw_chart(chart))
        for number in sheet.pages:
            worksheet.row_breaks.append(Break(id=number - 1))
        for rule in [*sheet.rules, *_master_rules()]:
            worksheet.conditional_formatting.add(rule.cells, _formula_rule(rule))

    def cells(
        self, worksheet: WriteOnlyWorksheet, number: int, line: SheetLine, values: list[Value]
    ) -> Iterator[_Written]:
        for column in sorted(line.cells):
            cell = line.cells[column]
            if cell.formula:
                values.append(cell.value)
            written = self.fill(worksheet, cell)
            written.row, written.column = number, column
            written.coordinate = f"{letter(column)}{number}"
            if written._hyperlink is not None:
                written._hyperlink.ref = written.coordinate
            yield written

    def fill(self, worksheet: WriteOnlyWorksheet, cell: SheetCell) -> _Written:
        text = cell.value if isinstance(cell.value, str) and not cell.formula else ""
        quoted = is_like_formula(text)
        written = self.template(worksheet, _style(cell), cell.format, quoted=quoted)
        # Set past openpyxl's guesses: a text from the model is a text, whatever it begins with.
        if cell.formula:
            written._value, written.data_type = cell.formula, "f"
        elif cell.value == "":
            # An empty text would be in the way of a long one to its left.
            written._value, written.data_type = None, "n"
        elif text or isinstance(cell.value, str):
            written._value, written.data_type = _ESCAPE.sub("_x005F_", text[:_LONGEST_CELL]), "s"
        else:
            written._value, written.data_type = None if cell.value is None else digits(cell.value), "n"
        written._hyperlink = Hyperlink(ref="", location=cell.link, display=text) if cell.link else None
        return written

    def template(self, worksheet: WriteOnlyWorksheet, style: str, number_format: str, *, quoted: bool) -> _Written:
        """Return a cell of a style: one object for all, since openpyxl writes a cell before it asks for the next."""
        key = style, number_format, quoted
        if key not in self.templates:
            cell = WriteOnlyCell(worksheet)
            cell.style = style
            cell.number_format = number_format
            if quoted:
                cell.quotePrefix = True
            self.templates[key] = _Written(worksheet, cell.style_id)
        cell = self.templates[key]
        cell.parent = worksheet
        return cell

    def save(self, title: str, names: Mapping[str, str]) -> bytes:
        self.book.properties.title = title
        self.book.properties.creator = "Plainsheet"
        self.book.calculation.fullCalcOnLoad = True
        saved = BytesIO()
        self.book.save(saved)
        paths = [f"xl/worksheets/sheet{number}.xml" for number in range(1, len(self.values) + 1)]
        return finish(saved.getvalue(), dict(zip(paths, self.values, strict=True)), names)


def _style(cell: SheetCell) -> str:
    """Return the style of a cell: what only shows a cell of another sheet looks like it."""
    linked = LINKED.get(cell.style)
    return linked if linked is not None and _LINK.fullmatch(cell.formula) is not None else cell.style


def _set_up(worksheet: WriteOnlyWorksheet, sheet: Sheet) -> None:
    """Set what stands before the lines in the file: widths, panes, protection and the printed page."""
    worksheet.sheet_view.showGridLines = False
    worksheet.sheet_view.zoomScale = 90
    # Lines of one height everywhere, so that a page holds as many of them in every spreadsheet.
    worksheet.sheet_format.defaultRowHeight, worksheet.sheet_format.customHeight = 15, True
    worksheet.sheet_properties.tabColor = sheet.tab
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    for column, width in sheet.widths.items():
        worksheet.column_dimensions[letter(column)].width = width
    for first, last in sheet.folded:
        for column in range(first, last + 1):
            worksheet.column_dimensions[letter(column)].outlineLevel = 1
    if sheet.freeze:
        worksheet.freeze_panes = sheet.freeze
        # The cover has no header of columns: its title goes on.
        worksheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}" if sheet.name != "Cover" else f"1:{MASTER_ROW}"
    worksheet.protection.sheet = True
    worksheet.protection.formatColumns = False
    worksheet.protection.formatRows = False
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.paperSize = _A4
    worksheet.page_setup.fitToWidth, worksheet.page_setup.fitToHeight = sheet.pages_wide, sheet.pages_high
    if sheet.pages_wide > 1:
        worksheet.print_title_cols = f"A:{letter(UNIT)}"
    worksheet.print_options.horizontalCentered = True
    margins = worksheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom = 0.5, 0.8
    worksheet.oddFooter.left.text = "&F"
    worksheet.oddFooter.center.text = "&A"
    worksheet.oddFooter.right.text = "Page &P of &N"


def _named_style(name: str, look: Look) -> NamedStyle:
    thin = {"style": "thin"}
    side = Side(color=look.edges, **thin) if look.edges else Side()
    under = Side(color=look.under, **thin) if look.under else side
    style = NamedStyle(name)
    style.font = Font(name=look.font, size=look.size, bold=look.bold, italic=look.italic, color=look.colour,
                      underline="single" if look.underline else None)  # fmt: skip
    if look.fill:
        style.fill = PatternFill("solid", fgColor=look.fill)
    left = Side(color=look.bar, style="thick") if look.bar else side
    style.border = Border(left=left, right=side, top=side, bottom=under)
    style.alignment = Alignment(horizontal=look.across, vertical="center", wrap_text=look.wrap or None,
                                shrink_to_fit=look.shrink or None, indent=look.indent)  # fmt: skip
    style.protection = Protection(locked=not look.unlocked)
    return style


def _validation(typing: Typing) -> DataValidation:
    if typing.kind == "list":
        made = DataValidation("list", formula1=f"={typing.choices}", allow_blank=False, sqref=typing.cells)
    else:
        low = -_BIGGEST if typing.low is None else typing.low
        high = _BIGGEST if typing.high is None else typing.high
        made = DataValidation(
            typing.kind,
            operator="between",
            formula1=repr(low),
            formula2=repr(high),
            allow_blank=False,
            sqref=typing.cells,
        )
    if typing.is_strict:
        made.showErrorMessage = True
        made.errorTitle, made.error = "Plainsheet", typing.message
    else:
        made.showInputMessage = True
        made.promptTitle, made.prompt = "Plainsheet", typing.message
    return made


def _formula_rule(rule: StyleRule) -> Any:  # noqa: ANN401  # as above
    accent = ACCENTS[rule.style]
    fill = PatternFill(bgColor=accent.fill, fill_type="solid") if accent.fill else None
    if accent.shown:
        # 164 is the first number that a file may give to a format of its own.
        style = DifferentialStyle(numFmt=NumberFormat(numFmtId=164, formatCode=accent.shown))
        return Rule(type="expression", dxf=style, formula=[rule.formula])
    return FormulaRule([rule.formula], font=Font(color=accent.colour, italic=False), fill=fill)


def _master_rules() -> list[StyleRule]:
    return [
        StyleRule(MASTER, f'LEFT({MASTER},3)="ALL"', "good"),
        StyleRule(MASTER, f'LEFT({MASTER},3)<>"ALL"', "bad"),
    ]
