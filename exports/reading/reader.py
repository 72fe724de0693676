"""A workbook as plain values, read from a file that nobody vouches for: nothing in it is run, or worked out."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Final

from openpyxl.utils.cell import range_boundaries

from engine.problems import Mistake, shortened
from exports.reading.guard import TEXT_KINDS, Package, package
from exports.style.a1 import letter

_MOST_FILLED: Final = 1_000_000
# Where headings are looked for on a sheet on which no line stays in sight.
_FIRST_LINES: Final = 10

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Held:
    """A cell: what it holds, by line and column; `shows_text` says of a formula that its value is no number.

    A cell is filled where a formula of another cell fills it.
    """

    value: str | float | bool
    is_formula: bool
    shows_text: bool
    is_error: bool
    is_date: bool
    is_filled: bool
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

    @classmethod
    def of_cells(cls, name: str, cells: Mapping[Place, Held]) -> Opened:
        """Return a sheet of cells alone."""
        page = Page(is_landscape=False, wide=0, title_rows=False, title_columns=False, footer="")
        return cls(name, cells, is_hidden=False, hidden=(), merged=(), validated=(), is_protected=False,
                   frozen=(1, 1), page=page)  # fmt: skip

    @cached_property
    def formulas(self) -> dict[Place, str]:
        """Return the formulas by place."""
        return {place: str(cell.value) for place, cell in self.cells.items() if cell.is_formula}

    @cached_property
    def headings(self) -> dict[int, str]:
        """Return the texts of the last line that stays in sight, by column; of the first lines where none does."""
        first, last = (self.frozen[0] - 1,) * 2 if self.frozen[0] > 1 else (1, _FIRST_LINES)
        found: dict[int, str] = {}
        # The cells are in the order of their lines.
        for (row, column), cell in self.cells.items():
            if first <= row <= last and isinstance(cell.value, str) and not cell.is_formula:
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
    names: Mapping[str, str]
    outside: tuple[str, ...]
    macros: tuple[str, ...]

    @property
    def formulas(self) -> int:
        """Return how many formulas there are."""
        return sum(len(sheet.formulas) for sheet in self.sheets)


def read_workbook(path: Path, *, is_whole: bool = True) -> OpenedBook:
    """Return a workbook; raise Mistake where it is none that can be read, or larger than anybody means.

    Where it is not wanted whole, a workbook with macros, files of other programs or links to others is refused.
    """
    try:
        held = package(path)
        if not is_whole:
            _refuse_more(path, held)
        # openpyxl prints about styles that it does not know.
        with warnings.catch_warnings(), redirect_stdout(StringIO()):
            # What openpyxl leaves out, such as pictures, no rule asks for.
            warnings.simplefilter("ignore")
            from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415  # a quarter of a second

            reader = ExcelReader(BytesIO(held.content))
            reader.read()
            parts = {sheet.name: relation.target for sheet, relation in reader.parser.find_sheets()}
            return OpenedBook(
                path=path,
                sheets=tuple([_sheet(sheet, held.kinds[parts[sheet.title]]) for sheet in reader.wb.worksheets]),
                names=_names(reader.wb),
                outside=tuple(held.outside),
                macros=tuple(held.macros),
            )
    except Mistake as wrong:
        message = wrong.message if str(path) in wrong.message else f"'{path}': {wrong.message}"
        raise Mistake(message, wrong.hint) from None
    except OSError:
        raise
    except MemoryError:
        message = f"'{path}' holds more than can be read here"
        raise Mistake(message, "split the workbook") from None
    except Exception as problem:  # noqa: BLE001  # a broken file breaks openpyxl in its own way
        # What is wrong with such a file is told by whichever part stumbles over it.
        message = f"'{path}' cannot be read as a workbook ({type(problem).__name__}: {shortened(str(problem))})"
        raise Mistake(message, "open it in a spreadsheet and save it as .xlsx") from None


def _refuse_more(path: Path, held: Package) -> None:
    for parts, what in (
        (held.macros, "holds code"),
        (held.embedded, "holds files of another program"),
        (held.outside, "is linked to something outside of it"),
    ):
        if parts:
            message = f"'{path}' {what}: {shortened(parts[0])}"
            raise Mistake(message, "save it without that, as .xlsx")


def _names(book: Any) -> dict[str, str]:  # noqa: ANN401  # openpyxl has no types
    """Return what the defined names refer to; those of one sheet with its name in front."""
    found = {name.upper(): str(defined.attr_text or "") for name, defined in book.defined_names.items()}
    for sheet in book.worksheets:
        for name, defined in sheet.defined_names.items():
            found[f"{sheet.title}!{name}".upper()] = str(defined.attr_text or "")
    return found


def _sheet(sheet: Any, kinds: Mapping[str, str]) -> Opened:  # noqa: ANN401  # as above
    page, setup = sheet.sheet_properties.pageSetUpPr, sheet.page_setup
    is_fitted = bool(page and page.fitToPage)
    pane = sheet.sheet_view.pane
    # Not the cell that one has scrolled to, which openpyxl takes for the place of the pane.
    is_frozen = pane is not None and pane.state in {"frozen", "frozenSplit"}
    frozen = (int(pane.ySplit or 0) + 1, int(pane.xSplit or 0) + 1) if is_frozen else (1, 1)
    columns = [
        f"{letter(one.min)}:{letter(one.max)}" for one in sheet.column_dimensions.values() if one.hidden and one.min
    ]
    rows = [f"{number}:{number}" for number, one in sheet.row_dimensions.items() if one.hidden]
    footer = sheet.oddFooter
    return Opened(
        name=sheet.title,
        cells=dict(_cells(sheet, kinds)),
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


def _cells(sheet: Any, kinds: Mapping[str, str]) -> Iterator[tuple[Place, Held]]:  # noqa: ANN401  # as above
    filled = _filled(sheet)
    # Not by lines and columns: a single cell in the last corner would make billions of them.
    for place, cell in sorted(sheet._cells.items()):  # noqa: SLF001
        value = cell.value
        if value is None:
            continue
        is_formula = cell.data_type == "f"
        content = _formula(value) if is_formula else value
        kind = kinds.get(cell.coordinate, "n")
        link = cell.hyperlink
        yield (
            place,
            Held(
                value=content if isinstance(content, str | int | float | bool) else str(content),
                is_formula=is_formula,
                shows_text=is_formula and kind in TEXT_KINDS,
                is_error=kind == "e",
                is_date=cell.data_type == "d",
                is_filled=not is_formula and place in filled,
                is_locked=bool(cell.protection.locked),
                style=_style(cell),
                link=(link.location or link.target or "") if link is not None else "",
            ),
        )


def _formula(value: Any) -> str:  # noqa: ANN401  # as above
    """Return a formula's text, of one that fills several cells too; a what-if table has none, but for its inputs."""
    if isinstance(value, str):
        return value
    inputs = ",".join(filter(None, [getattr(value, "r1", None), getattr(value, "r2", None)]))
    return str(getattr(value, "text", f"=TABLE({inputs})") or "=")


def _filled(sheet: Any) -> set[Place]:  # noqa: ANN401  # as above
    """Return the places that formulas of other cells fill."""
    found: set[Place] = set()
    for cell in sheet._cells.values():  # noqa: SLF001  # as above
        span = getattr(cell.value, "ref", None)
        if span:
            left, top, right, bottom = range_boundaries(span)
            if len(found) + (right - left + 1) * (bottom - top + 1) <= _MOST_FILLED:
                found |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
    return found


def _style(cell: Any) -> str:  # noqa: ANN401  # as above
    try:
        return str(cell.style)
    except (IndexError, KeyError):
        # LibreOffice writes more formats than names for them.
        return ""
