"""With `drawing` openpyxl's writing door: sheets of plain values become a workbook of live formulas.

openpyxl writes all but the cells: styles, views, validation, charts. A cell costs it twenty times what its XML does.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from functools import partial
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final
from zipfile import ZIP_STORED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.formatting.rule import ColorScaleRule, FormulaRule, Rule
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.utils import FORMULAE
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.writer.excel import ExcelWriter

from engine.memory import collector_paused
from engine.plan.plan import Plan
from engine.progress import steps
from exports.files.stamp import Stamp
from exports.style.a1 import letter
from exports.style.looks import ACCENTS, LOOKS, LOW_END, SHADES, Look
from exports.workbook.drawing import describe_chart, draw_chart
from exports.workbook.fitting import fit_lines
from exports.workbook.layout.geometry import HEADER_ROW, LABEL, MASTER_ROW, UNIT
from exports.workbook.layout.grid import Sheet, StyleRule, Typing
from exports.workbook.layout.uncertainty.outcomes import TRIALS
from exports.workbook.package import assemble
from exports.workbook.pages import Pages, pages
from exports.workbook.paper import Paper
from exports.workbook.sheet_data import SharedTexts, SheetData, write_lines

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MASTER: Final = f"{letter(LABEL)}{MASTER_ROW}"
_A4: Final = 9
# Beyond these bytes a sheet waits on disk: memory stays as it is, however many lines there are.
_IN_MEMORY: Final = 1 << 20
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


def workbook(
    plan: Plan,
    scenario: str | None = None,
    stamp: Stamp | None = None,
    *,
    trials: int = TRIALS,
    with_report: bool = False,
) -> bytes:
    """Return the .xlsx of a plan, with a scenario chosen (the model's first, if none is named).

    `stamp` is written on the cover: what the repository knows that the model is kept in. Up to `trials` trials are live
    where outputs depend on what is drawn. With a report, the last sheet is one that is printed on a page; a model that
    computes nothing has none.

    Raises ModelError where a row has no finite value in some scenario, or where Excel could not hold a formula.
    """
    with collector_paused():
        # All sheets first: what Excel cannot hold is found before a line is written.
        return write(pages(plan, scenario, stamp, trials=trials, with_report=with_report), plan.model.title)


def write(found: Pages, title: str) -> bytes:
    """Return the .xlsx of sheets, whose lines are asked for once."""
    skeleton, texts = _Skeleton(), SharedTexts()
    names = {anchor(id_): f"{block.sheet}!{block.area()}" for id_, block in found.blocks.items()}
    with ExitStack() as open_files:
        data = [
            skeleton.add(sheet, texts, open_files.enter_context(SpooledTemporaryFile(_IN_MEMORY)))
            for sheet in steps("writing sheets", found.sheets)
        ]
        return assemble(skeleton.save(title), data, texts, names, skeleton.told)


def anchor(id_: str) -> str:
    """Return the defined name of a row: its id, with an underscore where Excel would read something else."""
    is_taken = _A1.fullmatch(id_) or _R1C1.fullmatch(id_) or id_.upper() in _WORDS
    return f"{id_}_" if is_taken else id_


class _Skeleton:
    """A workbook of openpyxl's without cells: how everything looks and prints, and what stands above the cells."""

    def __init__(self) -> None:
        self.book = Workbook()
        self.book.remove(self.book.active)
        self.told: dict[str, list[tuple[str, str]]] = {}
        for name, look in LOOKS.items():
            self.book.add_named_style(_named_style(name, look))

    def add(self, sheet: Sheet, texts: SharedTexts, file: IO[bytes]) -> SheetData:
        """Add a sheet, of whose cells the skeleton has the looks alone, and write the cells into a file."""
        worksheet = self.book.create_sheet(sheet.name)
        _set_up(worksheet, sheet)
        paper = Paper(sheet)
        lines = paper.watch(fit_lines(sheet.lines, sheet.widths))
        data = write_lines(lines, partial(_style, worksheet), texts, file)
        # What is to be printed need not be all: then the sheet says so.
        worksheet.print_area = (
            sheet.printed or f"A1:{letter(max(sheet.widths, default=data.last_column))}{data.last_row}"
        )
        for (row, column), (target, text) in data.links.items():
            cell = worksheet.cell(row, column)
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=target, display=text)
        for typing in sheet.typing:
            worksheet.add_data_validation(_validation(typing))
        for chart in sheet.charts:
            worksheet.add_chart(draw_chart(chart))
        if sheet.charts:
            # openpyxl numbers the parts with charts in the order of their sheets, and describes none.
            told = [(chart.title, describe_chart(chart)) for chart in sheet.charts]
            self.told[f"xl/drawings/drawing{len(self.told) + 1}.xml"] = told
        worksheet.page_setup.fitToHeight = paper.pages_high
        for number in paper.breaks():
            worksheet.row_breaks.append(Break(id=number - 1))
        for rule in [*sheet.rules, *_master_rules()]:
            worksheet.conditional_formatting.add(rule.cells, _formula_rule(rule))
        return data

    def save(self, title: str) -> bytes:
        self.book.properties.title = title
        self.book.properties.creator = "Plainsheet"
        self.book.calculation.fullCalcOnLoad = True
        saved = BytesIO()
        # It is taken apart again at once: to pack it would be work for nothing.
        ExcelWriter(self.book, ZipFile(saved, "w", ZIP_STORED)).save()
        return saved.getvalue()


def _style(worksheet: Worksheet, style: str, number_format: str, *, is_quoted: bool) -> int:
    """Return the number by which the saved file calls a style with a number format."""
    cell = Cell(worksheet, 1, 1)
    cell.style = style
    cell.number_format = number_format
    if is_quoted:
        cell.quotePrefix = True
    return int(cell.style_id)


def _set_up(worksheet: Worksheet, sheet: Sheet) -> None:
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
    worksheet.page_setup.orientation = "portrait" if sheet.is_portrait else "landscape"
    worksheet.page_setup.paperSize = _A4
    worksheet.page_setup.fitToWidth = sheet.pages_wide
    if sheet.pages_wide > 1 or "," in sheet.printed:
        worksheet.print_title_cols = f"A:{letter(UNIT)}"
    worksheet.print_options.horizontalCentered = True
    margins = worksheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom = 0.5, 0.8
    worksheet.oddFooter.left.text = "&F"
    worksheet.oddFooter.center.text = f"&A: {sheet.foot}" if sheet.foot else "&A"
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
        made = DataValidation("list", formula1=typing.choices, allow_blank=False, sqref=typing.cells)
    elif typing.kind == "among":
        first = typing.cells.split(" ")[0].split(":")[0]
        among = ",".join([f"{first}={number}" for number in typing.choices.split(",")])
        made = DataValidation("custom", formula1=f"OR({among})", allow_blank=False, sqref=typing.cells)
    else:
        low = -_BIGGEST if typing.low is None else typing.low
        high = _BIGGEST if typing.high is None else typing.high
        made = DataValidation(
            typing.kind,
            operator="between",
            formula1=str(low),
            formula2=str(high),
            allow_blank=False,
            sqref=typing.cells,
        )
    made.showErrorMessage = True
    made.errorTitle, made.error = "Plainsheet", typing.message
    if not typing.is_strict:
        # A list of names holds no date, so a spreadsheet asks whether that was meant, and stops what is neither.
        made.errorStyle = "warning"
        made.showInputMessage = True
        made.promptTitle, made.prompt = "Plainsheet", typing.message
    return made


def _formula_rule(rule: StyleRule) -> Any:  # noqa: ANN401  # as above
    if rule.style == SHADES:
        return ColorScaleRule(start_type="min", start_color="FFFFFF", end_type="max", end_color=LOW_END)
    accent = ACCENTS[rule.style]
    fill = PatternFill(bgColor=accent.fill, fill_type="solid") if accent.fill else None
    if accent.shown:
        # 164 is the first number that a file may give to a format of its own.
        number = 164 + list(ACCENTS).index(rule.style)
        style = DifferentialStyle(numFmt=NumberFormat(numFmtId=number, formatCode=accent.shown))
        return Rule(type="expression", dxf=style, formula=[rule.formula])
    return FormulaRule([rule.formula], font=Font(color=accent.colour, italic=False), fill=fill)


def _master_rules() -> list[StyleRule]:
    return [
        StyleRule(MASTER, f'LEFT({MASTER},3)="ALL"', "good"),
        StyleRule(MASTER, f'LEFT({MASTER},3)<>"ALL"', "bad"),
    ]
