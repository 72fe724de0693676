"""A sheet of a workbook, read as it streams by: what its cells hold, and how it is set up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from itertools import pairwise
from typing import Final

from engine.data.package import Package
from exports.reading.parts.cells import Cells, Shared, place_of
from exports.reading.parts.contents import Relation, is_true
from exports.reading.parts.markup import Attributes, local, of_spreadsheet, tell
from exports.reading.parts.ranges import Span, area, span_of, spans_of
from exports.reading.parts.rows import cut_rows, is_before_rows, take_apart, words_of
from exports.reading.records import Held, Place
from exports.style.a1 import LAST_COLUMN, LAST_ROW, letter

# The formulas that stand in no cell: of validations, and of formats with conditions.
_FORMULAS: Final = frozenset({"formula", "formula1", "formula2", "x:f"})
# The elements of which a sheet has one, or the first counts.
_ONCE: Final = frozenset({"pageSetUpPr", "pane", "sheetProtection", "pageSetup"})
_NOTHING: Final[Attributes] = {}


@dataclass
class Sheet:
    """What a part says of a sheet: `said` holds the attributes of what it says once."""

    cells: dict[Place, Held] = field(default_factory=dict)
    open: list[Place] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    validated: list[Span] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    footer: str = ""
    said: dict[str, Attributes] = field(default_factory=dict)


def read_sheet(package: Package, part: str, relations: Mapping[str, Relation], shared: Shared) -> Sheet:
    """Return what a part says of a sheet; raises Mistake where it is damaged, or holds more than anybody reads."""
    reader = _SheetReader(relations, shared)
    tell(package, part, reader.start, reader.end, reader.pieces.append, cut=cut_rows, take=reader.take)
    reader.found.cells, reader.found.open = reader.cells.finish(reader.links), reader.cells.open
    for span in _runs(sorted(reader.hidden_rows)):
        shared.bounds.add("ranges", 1)
        reader.found.hidden.append(span)
    return reader.found


def _runs(rows: list[int]) -> Iterator[str]:
    """Yield lines as ranges: all that follow each other as one."""
    starts = [row for before, row in pairwise([-1, *rows]) if row != before + 1]
    ends = [row for row, after in pairwise([*rows, -1]) if row + 1 != after]
    yield from (f"{first}:{last}" for first, last in zip(starts, ends, strict=True))


class _Kinds(dict[str, str]):
    """The names of elements, short: those of other namespaces with an 'x:' in front where they matter."""

    def __missing__(self, element: str) -> str:
        kind = of_spreadsheet(element)
        if not kind and local(element) in {"dataValidation", "sqref", "f"}:
            kind = f"x:{local(element)}"
        self[element] = kind
        return kind


class _SheetReader:
    def __init__(self, relations: Mapping[str, Relation], shared: Shared) -> None:
        self.relations = relations
        self.bounds = shared.bounds
        self.cells = Cells(shared)
        self.found = Sheet()
        self.hidden_rows: set[int] = set()
        self.links: list[tuple[Span, str]] = []
        self.kinds = _Kinds()
        self.pieces: list[str] = []
        self.row, self.column, self.row_text = 0, 0, "0"
        # Those that were met, by their letters.
        self.columns: dict[str, int] = {}
        self.cell: Attributes = {}
        self.value = self.formula_text = ""
        self.formula: Attributes | None = None
        self.is_phonetic = self.is_validation = self.is_data = False
        # Whether all that was met is plain; not known before anything was.
        self.is_plain: bool | None = None

    def take(self, piece: bytes) -> bool:
        """Take a piece of plain lines, as long as nothing else was met; return whether it is one."""
        if self.is_plain is None:
            self.is_plain = is_before_rows(piece)
            return False
        found = take_apart(piece) if self.is_plain and self.is_data else None
        self.is_plain = found is not None
        if found is None:
            return False
        lines, written = found
        for line in lines:
            self.start_row(line)
        columns, cells, formulas = self.columns, self.cells, []
        row, digits = 0, ""
        for _, letters, number, style, kind, tag, formula, value in written:
            if number != digits or letters not in columns:
                row, column = place_of(letters + number)
                digits, columns[letters] = number, column
            place = row, columns[letters]
            if tag:
                text = unescape(formula) if "&" in formula else formula
                formulas.append(text)
                cells.add_formula(place, style, kind or "n", text, words_of(tag) if tag != "<f" else _NOTHING)
            elif value or kind == "inlineStr":
                cells.add(place, style, kind or "n", unescape(value))
            elif style:
                cells.leave_open(place, style)
        self.bounds.add_formulas(formulas)
        return True

    def start(self, element: str, attributes: Attributes) -> None:
        kind = self.kinds[element]
        self.pieces.clear()
        if kind == "c":
            self.cell = attributes
            self.value = ""
            self.formula = None
            self.column += 1
        elif kind == "f":
            self.formula = attributes
        elif kind in _STARTS:
            _STARTS[kind](self, attributes)
        elif kind in _ONCE:
            self.found.said.setdefault(kind, attributes)

    def end(self, element: str) -> None:
        kind = self.kinds[element]
        if kind == "v":
            self.value = "".join(self.pieces)
        elif kind == "c":
            self.end_cell()
        elif kind == "f":
            self.formula_text = self.read_formula()
        elif kind == "t":
            if not self.is_phonetic:
                self.value += "".join(self.pieces)
        elif kind in _ENDS:
            _ENDS[kind](self)

    def end_cell(self) -> None:
        name = self.cell.get("r", "")
        letters = name.removesuffix(self.row_text)
        if letters in self.columns:
            self.column = self.columns[letters]
        elif name:
            self.row, self.column = place_of(name)
            self.columns[letter(self.column)] = self.column
        place, style, kind = (self.row, self.column), self.cell.get("s", ""), self.cell.get("t", "n")
        if self.formula is not None:
            self.cells.add_formula(place, style, kind, self.formula_text, self.formula)
        elif self.value or kind == "inlineStr":
            self.cells.add(place, style, kind, self.value)
        elif style:
            self.cells.leave_open(place, style)

    def read_formula(self) -> str:
        text = "".join(self.pieces)
        self.bounds.add_formulas([text])
        return text

    def start_data(self, _attributes: Attributes) -> None:
        self.is_data = True

    def start_row(self, attributes: Attributes) -> None:
        self.row = _whole(attributes.get("r", ""), LAST_ROW) or self.row + 1
        self.row_text = str(self.row)
        self.column = 0
        if is_true(attributes.get("hidden")) and self.row <= LAST_ROW:
            self.hidden_rows.add(self.row)

    def start_column(self, attributes: Attributes) -> None:
        first, last = (_whole(attributes.get(key, ""), LAST_COLUMN) for key in ("min", "max"))
        if is_true(attributes.get("hidden")) and first:
            self.bounds.add("ranges", 1)
            self.found.hidden.append(f"{letter(first)}:{letter(last)}")

    def start_merged(self, attributes: Attributes) -> None:
        span = attributes.get("ref", "")
        self.bounds.add("cells merged or below links", area(span_of(span)))
        self.found.merged.append(span)

    def start_link(self, attributes: Attributes) -> None:
        span = span_of(attributes.get("ref", ""))
        self.bounds.add("cells merged or below links", area(span))
        id_ = next((value for key, value in attributes.items() if " " in key and local(key) == "id"), "")
        target = self.relations[id_].target if id_ in self.relations else ""
        self.links.append((span, attributes.get("location") or target))

    def start_validation(self, attributes: Attributes) -> None:
        self.found.validated += spans_of(attributes.get("sqref", ""), self.bounds)

    def start_other_validation(self, _attributes: Attributes) -> None:
        self.is_validation = True

    def start_phonetic(self, _attributes: Attributes) -> None:
        self.is_phonetic = True

    def end_formula(self) -> None:
        self.found.formulas.append(f"={self.read_formula()}")

    def end_ranges(self) -> None:
        if self.is_validation:
            self.found.validated += spans_of("".join(self.pieces), self.bounds)

    def end_other_validation(self) -> None:
        self.is_validation = False

    def end_footer(self) -> None:
        self.found.footer = "".join(self.pieces)

    def end_phonetic(self) -> None:
        self.is_phonetic = False


# A reader that held its own methods would be freed, with all cells, by the collector alone, which walks them all.
_STARTS: Final[Mapping[str, Callable[[_SheetReader, Attributes], None]]] = {
    "sheetData": _SheetReader.start_data,
    "row": _SheetReader.start_row,
    "col": _SheetReader.start_column,
    "mergeCell": _SheetReader.start_merged,
    "hyperlink": _SheetReader.start_link,
    "dataValidation": _SheetReader.start_validation,
    "x:dataValidation": _SheetReader.start_other_validation,
    "rPh": _SheetReader.start_phonetic,
}
_ENDS: Final[Mapping[str, Callable[[_SheetReader], None]]] = {
    **dict.fromkeys(_FORMULAS, _SheetReader.end_formula),
    "x:sqref": _SheetReader.end_ranges,
    "x:dataValidation": _SheetReader.end_other_validation,
    "oddFooter": _SheetReader.end_footer,
    "rPh": _SheetReader.end_phonetic,
}


def _whole(text: str, most: int) -> int:
    """Return a number of a line or a column; 0 for what is none of a sheet."""
    found = int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004  # no more are needed
    return found if found <= most else 0
