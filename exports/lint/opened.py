"""A workbook as plain values: what the rules look at, read from a file that nobody vouches for.

Nothing in the file is run, and its size is bounded before openpyxl sees it.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Final

from engine.problems import Mistake, shortened
from exports.places import letter

_MOST_BYTES: Final = 100_000_000
_MOST_UNPACKED: Final = 600_000_000
_MOST_PARTS: Final = 5_000
_MOST_CELLS: Final = 2_000_000
_MOST_SHEETS: Final = 500
# openpyxl makes a cell for each of a merged range, and for each that a link spans.
_LARGEST_SPAN: Final = 500_000
_CELL: Final = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:c|row|si)[\s>/]")
_SPAN: Final = re.compile(
    rb"""<(?:[\w.-]{1,40}:)?(?:mergeCell|hyperlink)\b[^<>]{0,2000}?\bref\s*=\s*["']([^"'<>]{0,40})["']"""
)
# Excel's own limit is 8,192; longer ones take time that grows with the square of their length.
_LONGEST_FORMULA: Final = 10_000
_TYPED: Final = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*? t="([a-z]+)"')
# No spreadsheet writes a document type, which is where entities are declared, or another encoding than UTF-8.
_DECLARED: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\?xml[^>]*encoding=[\"'](?!utf-8|ascii|us-ascii)", re.IGNORECASE)
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")
_CORNERS: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_TEXTS: Final = frozenset({"s", "str", "inlineStr", "b", "e"})

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Held:
    """A cell: what it holds, by line and column; `shows_text` says of a formula that its value is no number."""

    value: str | float | bool
    is_formula: bool
    shows_text: bool
    is_error: bool
    is_locked: bool
    style: str
    link: str

    @property
    def is_number(self) -> bool:
        """Return whether it is a number, or a formula that shows one."""
        if self.is_formula:
            return not self.shows_text
        return not isinstance(self.value, str | bool)


@dataclass(frozen=True)
class Opened:
    """A sheet: its cells by (line, column), and how it is set up."""

    name: str
    cells: Mapping[Place, Held]
    is_hidden: bool
    hidden: tuple[str, ...]
    merged: tuple[str, ...]
    validated: tuple[tuple[int, int, int, int], ...]
    is_protected: bool
    frozen: Place
    page: Page

    @cached_property
    def formulas(self) -> dict[Place, str]:
        """Return the formulas by place."""
        return {place: str(cell.value) for place, cell in self.cells.items() if cell.is_formula}

    @cached_property
    def headings(self) -> dict[int, str]:
        """Return the texts of the last line that stays in sight, by column; of the first lines where none does."""
        lines = [self.frozen[0] - 1] if self.frozen[0] > 1 else range(1, 11)
        found: dict[int, str] = {}
        for line in lines:
            for (row, column), cell in self.cells.items():
                if row == line and isinstance(cell.value, str) and not cell.is_formula:
                    found.setdefault(column, cell.value)
        return found


@dataclass(frozen=True, slots=True)
class Page:
    """How a sheet is printed."""

    is_landscape: bool
    wide: int
    title_rows: bool
    title_columns: bool
    footer: str


@dataclass(frozen=True)
class OpenedBook:
    """A workbook: its sheets in order, its defined names, and parts that lead out of it or run code."""

    path: Path
    sheets: tuple[Opened, ...]
    names: frozenset[str]
    outside: tuple[str, ...]
    macros: tuple[str, ...]

    @property
    def formulas(self) -> int:
        """Return how many formulas there are."""
        return sum(len(sheet.formulas) for sheet in self.sheets)


def opened(path: Path) -> OpenedBook:
    """Return a workbook; raise Mistake where it is none that can be read, or larger than anybody means."""
    if path.stat().st_size > _MOST_BYTES:
        message = f"'{path}' has more than {_MOST_BYTES // 10**6} MB"
        raise Mistake(message, "split the workbook")
    content = path.read_bytes()
    try:
        parts = _bounded(content)
        # openpyxl prints about styles that it does not know.
        with warnings.catch_warnings(), redirect_stdout(StringIO()):
            # What openpyxl leaves out, such as pictures, no rule asks for.
            warnings.simplefilter("ignore")
            from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415  # a quarter of a second

            reader = ExcelReader(BytesIO(content))
            reader.read()
            paths = {sheet.name: rel.target for sheet, rel in reader.parser.find_sheets()}
            return _book(path, reader.wb, parts, paths)
    except Mistake:
        raise
    except Exception as problem:  # noqa: BLE001  # a broken file breaks openpyxl in its own way
        # What is wrong with such a file is told by whichever part stumbles over it.
        message = f"'{path}' cannot be read as a workbook ({type(problem).__name__}: {shortened(str(problem))})"
        raise Mistake(message, "open it in a spreadsheet and save it as .xlsx") from None


def _bounded(content: bytes) -> dict[str, bytes]:
    """Return the parts of a package by name, sheets with their text; refuse what a parser should not be given."""
    found: dict[str, bytes] = {}
    cells = spanned = 0
    with zipfile.ZipFile(BytesIO(content)) as package:
        entries = package.infolist()
        if len(entries) > _MOST_PARTS or sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
            message = f"the file unpacks to more than {_MOST_UNPACKED // 10**6} MB, or to too many parts"
            raise Mistake(message, "split the workbook")
        # Any part may be a sheet: which ones are, only the parts themselves say.
        for entry in entries:
            text = package.read(entry)
            found[entry.filename] = text if b"sheetData" in text else b""
            if text.startswith(_WIDE) or _DECLARED.search(text):
                message = f"the part '{shortened(entry.filename)}' declares entities, or is in an encoding of its own"
                raise Mistake(message, "open the workbook in a spreadsheet and save it again")
            cells += sum(1 for _ in _CELL.finditer(text))
            spanned += sum(_area(span.decode(errors="replace").strip()) for span in _SPAN.findall(text))
    if spanned > _LARGEST_SPAN:
        message = f"more than {_LARGEST_SPAN:,} cells of the workbook are merged, or stand below one link"
        raise Mistake(message, "split the ranges")
    if cells > _MOST_CELLS:
        message = f"the workbook has more than {_MOST_CELLS:,} cells, lines and texts"
        raise Mistake(message, "split the workbook")
    return found


def _area(span: str) -> int:
    top, left, bottom, right = corners(span)
    return (bottom - top + 1) * (right - left + 1)


def corners(span: str) -> tuple[int, int, int, int]:
    """Return the first line and column of a range, and the last ones; Mistake for what is no range of cells."""
    found = _CORNERS.fullmatch(span)
    if found is None:
        message = f"{shortened(span)!r} is no range of cells"
        raise Mistake(message)
    left, top, right, bottom = found.groups()
    first = int(top), number(left)
    last = (int(bottom), number(right)) if right else first
    return (*first, *last)


def number(letters: str) -> int:
    """Return the number of a column: 27 for AA."""
    value = 0
    for one in letters:
        value = value * 26 + ord(one) - ord("A") + 1
    return value


def _book(path: Path, book: Any, parts: Mapping[str, bytes], paths: Mapping[str, str]) -> OpenedBook:  # noqa: ANN401  # openpyxl has no types
    if len(book.worksheets) > _MOST_SHEETS:
        message = f"the workbook has more than {_MOST_SHEETS} sheets"
        raise Mistake(message, "split the workbook")
    outside = [
        name for name in parts if name.startswith("xl/externalLinks/externalLink") or name == "xl/connections.xml"
    ]
    macros = [name for name in parts if name.startswith(("xl/vbaProject", "xl/macrosheets/", "xl/activeX/"))]
    return OpenedBook(
        path=path,
        sheets=tuple([_sheet(sheet, parts.get(paths.get(sheet.title, ""), b"")) for sheet in book.worksheets]),
        names=frozenset([name.upper() for name in book.defined_names]),
        outside=tuple(outside),
        macros=tuple(macros),
    )


def _sheet(sheet: Any, text: bytes) -> Opened:  # noqa: ANN401  # as above
    page, setup = sheet.sheet_properties.pageSetUpPr, sheet.page_setup
    is_fitted = bool(page and page.fitToPage)
    pane = sheet.sheet_view.pane
    # Not the cell that one has scrolled to, which openpyxl takes for the place of the pane.
    is_frozen = pane is not None and pane.state in {"frozen", "frozenSplit"}
    frozen = (int(pane.ySplit or 0) + 1, int(pane.xSplit or 0) + 1) if is_frozen else (1, 1)
    columns = [f"{name}:{name}" for name, one in sheet.column_dimensions.items() if one.hidden]
    rows = [f"{number_}:{number_}" for number_, one in sheet.row_dimensions.items() if one.hidden]
    footer = sheet.oddFooter
    return Opened(
        name=sheet.title,
        cells=dict(_cells(sheet, {place.decode(): kind.decode() for place, kind in _TYPED.findall(text)})),
        is_hidden=sheet.sheet_state != "visible",
        hidden=(*columns, *rows),
        merged=tuple([str(merged) for merged in sheet.merged_cells.ranges]),
        validated=tuple(
            [(one.min_row, one.min_col, one.max_row, one.max_col)
             for rule in sheet.data_validations.dataValidation for one in rule.sqref.ranges]
        ),
        is_protected=bool(sheet.protection.sheet),
        frozen=(frozen[0], frozen[1]),
        page=Page(
            is_landscape=setup.orientation == "landscape",
            wide=(1 if setup.fitToWidth is None else int(setup.fitToWidth)) if is_fitted else 0,
            title_rows=bool(sheet.print_title_rows),
            title_columns=bool(sheet.print_title_cols),
            footer="".join(part.text or "" for part in (footer.left, footer.center, footer.right)),
        ),
    )  # fmt: skip


def _cells(sheet: Any, types: Mapping[str, str]) -> Iterator[tuple[Place, Held]]:  # noqa: ANN401  # as above
    # Not by lines and columns: a single cell in the last corner would make billions of them.
    for place, cell in sorted(sheet._cells.items()):  # noqa: SLF001
        value = cell.value
        if value is None:
            continue
        is_formula = cell.data_type == "f"
        content = getattr(value, "text", value) if is_formula else value
        if is_formula and len(str(content)) > _LONGEST_FORMULA:
            message = (
                f"the formula in {cell.coordinate} of '{shortened(sheet.title)}' has {len(str(content)):,} letters"
            )
            raise Mistake(message, "a spreadsheet takes 8,192 at most")
        kind = types.get(cell.coordinate, "n")
        link = cell.hyperlink
        yield (
            place,
            Held(
                value=content if isinstance(content, str | int | float | bool) else str(content),
                is_formula=is_formula,
                shows_text=is_formula and kind in _TEXTS,
                is_error=kind == "e",
                is_locked=bool(cell.protection.locked),
                style=_style(cell),
                link=(link.location or link.target or "") if link is not None else "",
            ),
        )


def _style(cell: Any) -> str:  # noqa: ANN401  # as above
    try:
        return str(cell.style)
    except IndexError:
        # LibreOffice writes more formats than names for them.
        return ""


def address(place: Place) -> str:
    """Return the address of a cell."""
    return f"{letter(place[1])}{place[0]}"
