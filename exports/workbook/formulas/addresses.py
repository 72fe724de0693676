"""Addresses of the cells of a block: one cell, a range, or one that is looked up by a member's place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from engine.plan.plan import Plan
from exports.style.a1 import letter
from exports.workbook.formulas.excel import ExcelLimit
from exports.workbook.layout.geometry import LINE, Block, SheetName, at_place, on_sheet, runs
from exports.workbook.layout.rows import RowPlaces

MARK: Final = "\0"
MOST_CHOICES: Final = 254
# Of more lines than a reader takes in, one is chosen by a product; LARGE and SMALL look at each of its cells in every
# spreadsheet, where MAX and MIN do not.
_MOST_LINES: Final = 12
_OF_ARRAY: Final = {
    "SUM": "SUMPRODUCT({0})",
    "AVERAGE": "(SUMPRODUCT({0})/COLUMNS({1}))",
    "MIN": "SUMPRODUCT(SMALL({0},1))",
    "MAX": "SUMPRODUCT(LARGE({0},1))",
}


@dataclass(frozen=True, slots=True)
class Moving:
    """The member in whose column a formula stands, or one some columns to its left."""

    left: int = 0


@dataclass(frozen=True, slots=True)
class Looked:
    """A member that a formula looks up: its place, from 1, as Excel computes it; and how deep functions nest in it."""

    index: str
    depth: int = 0


# Where a dimension stands: at a member counted from 0, at the column's own, or at one that is looked up.
Index = int | Moving | Looked
At = Mapping[str, Index]


def along(template: str, column: int) -> str:
    """Return the formula of one column from what it is for all columns of a line."""
    return along_all(template, (column,))[0]


def along_all(template: str, columns: Collection[int]) -> list[str]:
    """Return the formulas of columns from what they are for all columns of a line."""
    if MARK not in template:
        return [template] * len(columns)
    parts = template.replace("%", "%%").split(MARK)
    # A place for each column in the template, and how far to the left these are.
    text, lefts = "%s".join(parts[::2]), [int(left) for left in parts[1::2]]
    return [text % tuple([letter(column - left) for left in lefts]) for column in columns]


class Addresses:
    """Writes addresses for one sheet."""

    def __init__(self, layout: RowPlaces, sheet: SheetName) -> None:
        self.layout = layout
        self.plan: Plan = layout.plan
        self.sheet = sheet

    def index(self, dimension: str, index: Index) -> str:
        """Return a member's place, counted from 1: the reference to it, or what it is looked up by."""
        if isinstance(index, Looked):
            return index.index
        return self.at_block(self.layout.indices(dimension), {dimension: index})[0]

    def as_looked_up(self, dimension: str, index: Index) -> Looked:
        """Return a place as one that is looked up; that of the column's own member is read on Inputs."""
        return index if isinstance(index, Looked) else Looked(self.index(dimension, index))

    def _column(self, block: Block, index: Index) -> str:
        if isinstance(index, Moving):
            return f"{MARK}{index.left}{MARK}"
        assert isinstance(index, int)  # noqa: S101  # what is looked up has no column
        return f"${letter(block.column + index)}"

    def at_block(self, block: Block, at: At) -> tuple[str, int]:
        """Return a reference to one cell, and how deep its functions nest."""
        if block.first:
            return self._on_line(block, at)
        waiting = next((name for name in block.down if not isinstance(at[name], int)), "")
        if waiting:
            return self._choose_line(block, at, waiting)
        line = block.line(tuple([require_fixed(at[name]) for name in block.down]))
        if not block.across:
            return on_sheet(block, f"${letter(block.column)}${line}", self.sheet), 0
        index = at[block.across]
        if isinstance(index, Looked):
            row = f"${letter(block.column)}${line}:${letter(block.column + block.columns - 1)}${line}"
            return at_place(on_sheet(block, row, self.sheet), "1", index.index), index.depth + 1
        return on_sheet(block, f"{self._column(block, index)}${line}", self.sheet), 0

    def inside_run(self, block: Block, name: str, ends: tuple[str, str], at: At) -> tuple[str, str, int]:
        """Return all cells along a dimension, in brackets, whether each is between two places, and their depth."""
        cells, depth = self.over_block("", block, at, {name: range(len(self.plan.model.dimension[name].members))})
        indices = self.layout.indices(name)
        numbers = on_sheet(indices, indices.area(), self.sheet)
        if name in block.down:
            # Places stand to the right on Inputs; of cells below each other, the lines are counted.
            first = block.line(tuple([0 if down == name else require_fixed(at[down]) for down in block.down]))
            numbers = f"(ROW{cells}-ROW($A${first})+1)"
        return cells, f"({numbers}>={ends[0]})*({numbers}<={ends[1]})", depth

    def _on_line(self, block: Block, at: At) -> tuple[str, int]:
        """Return a cell of a block on one line, by the places of members that are looked up one after the other."""
        waiting = next((name for name in block.sizes if not isinstance(at[name], int)), "")
        if not waiting:
            fixed = {name: require_fixed(at[name]) for name in block.sizes}
            return on_sheet(block, f"${letter(block.beside(fixed))}{LINE}", self.sheet), 0
        looked, size = self.as_looked_up(waiting, at[waiting]), block.sizes[waiting]
        if waiting == block.across:
            area, _ = self.over_block("", block, at, {waiting: range(size)})
            return at_place(without_brackets(area), "1", looked.index), 1 + looked.depth
        return choose(looked, [self._on_line(block, {**at, waiting: number}) for number in range(size)])

    def _choose_line(self, block: Block, at: At, name: str) -> tuple[str, int]:
        """Return a cell on one of several lines, by the place of a member of what runs down."""
        index = at[name]
        looked = self.as_looked_up(name, index)
        across = at.get(block.across)
        if len(block.down) == 1:
            # The lines follow one another, so that the place is the line.
            last = block.row + block.lines - 1
            if isinstance(across, Looked):
                area = on_sheet(block, block.area(), self.sheet)
                return at_place(area, looked.index, across.index), 2 + max(looked.depth, across.depth)
            column = self._column(block, across) if across is not None else f"${letter(block.column)}"
            area = on_sheet(block, f"{column}${block.row}:{column}${last}", self.sheet)
            return at_place(area, looked.index, "1"), 1 + looked.depth
        count = block.counts[block.down.index(name)]
        cells = [self.at_block(block, {**at, name: number}) for number in range(count)]
        return choose(looked, cells)

    def over_block(self, function: str, block: Block, at: At, spans: Mapping[str, range]) -> tuple[str, int]:
        """Return a function over members of a block: of spans of some dimensions, at one member of the others."""
        names = block.sizes if block.first else block.down
        waiting = [name for name in names if name not in spans and not isinstance(at[name], int)]
        is_whole = block.across in spans and len(spans[block.across]) == block.columns
        if waiting and block.down == (waiting[0],) and is_whole and not block.first:
            return self._over_line(function, block, waiting[0], at)
        if waiting:
            index = at[waiting[0]]
            looked = self.as_looked_up(waiting[0], index)
            count = block.sizes[waiting[0]]
            cells = [self.over_block(function, block, {**at, waiting[0]: n}, spans) for n in range(count)]
            if function:
                return choose(looked, cells)
            text, depth = choose(looked, [(without_brackets(text), depth) for text, depth in cells])
            return f"({text})", depth
        choices = [spans.get(name) or [require_fixed(at[name])] for name in names]
        areas, depth = [], 0
        if block.first:
            columns = sorted([block.beside(dict(zip(names, indices, strict=True))) for indices in product(*choices)])
            ends = [dict.fromkeys([f"${letter(end)}{LINE}" for end in run]) for run in runs(columns)]
            areas = [on_sheet(block, ":".join(cells), self.sheet) for cells in ends]
        else:
            for lines in runs(sorted([block.line(indices) for indices in product(*choices)])):
                area, deep = self._area(block, at, spans.get(block.across), lines)
                areas.append(area)
                depth = max(depth, deep)
        if len(areas) > MOST_CHOICES:
            message = f"the formula aggregates {len(areas):,} separate ranges in Excel, and {MOST_CHOICES} are the most"
            raise ExcelLimit(message)
        return f"{function}({','.join(areas)})", 1 + depth

    def _over_line(self, function: str, block: Block, name: str, at: At) -> tuple[str, int]:
        """Return a function over one of several whole lines, by the place of a member of what runs down.

        ``INDEX(area,place,0)`` would be it in Excel, and is an error in Gnumeric and in HyperFormula; so is
        ``INDEX():INDEX()`` in IronCalc and in HyperFormula.
        """
        looked = self.as_looked_up(name, at[name])
        count = block.lines
        area = on_sheet(block, block.area(), self.sheet)
        if count > _MOST_LINES and function in _OF_ARRAY:
            # A row of a one among zeros, times the lines, is the line: short however many there are.
            places = self.layout.indices(name)
            chosen = f"--({on_sheet(places, places.area(), self.sheet)}={looked.index})"
            return _OF_ARRAY[function].format(f"MMULT({chosen},{area})", area), 2 + looked.depth
        if count > MOST_CHOICES:
            return f"{function}(INDEX({area},{looked.index},0))", 2 + looked.depth
        span = range(block.columns)
        cells = [self._area(block, at, span, (block.row + number, block.row + number)) for number in range(count)]
        text, depth = choose(looked, cells)
        return f"{function}({text})", 1 + depth

    def _area(self, block: Block, at: At, span: range | None, lines: tuple[int, int]) -> tuple[str, int]:
        first, last = lines
        if span is not None:
            left, right = (f"${letter(block.column + end)}" for end in (span[0], span[-1]))
        elif not block.across:
            left = right = f"${letter(block.column)}"
        else:
            index = at[block.across]
            if isinstance(index, Looked):
                return self._column_of(block, index, lines)
            left = right = self._column(block, index)
        one = f"{left}${first}"
        area = one if (left, first) == (right, last) else f"{one}:{right}${last}"
        return on_sheet(block, area, self.sheet), 0

    def _column_of(self, block: Block, index: Looked, lines: tuple[int, int]) -> tuple[str, int]:
        """Return a column of some lines, by a place that is looked up."""
        first, last = lines
        letters = [f"${letter(block.column + number)}" for number in range(block.columns)]
        if first == last or block.columns > MOST_CHOICES:
            area = on_sheet(block, f"{letters[0]}${first}:{letters[-1]}${last}", self.sheet)
            return at_place(area, "1" if first == last else "0", index.index), 1 + index.depth
        return choose(index, [(on_sheet(block, f"{one}${first}:{one}${last}", self.sheet), 0) for one in letters])


def require_fixed(index: Index) -> int:
    """Return a place that is neither the column's own nor looked up."""
    assert isinstance(index, int)  # noqa: S101  # what moves or is looked up has been dealt with
    return index


def without_brackets(cells: str) -> str:
    """Return a range without the brackets around it, in which Gnumeric would see one cell; several keep them."""
    inner = cells[1:-1]
    return inner if "," not in inner or inner.endswith(")") else cells


def choose(index: Looked, cells: list[tuple[str, int]]) -> tuple[str, int]:
    """Return one of several cells by a place that is looked up, and how deep its functions nest."""
    if len(cells) > MOST_CHOICES:
        message = f"the formula chooses between {len(cells):,} lines in Excel, and {MOST_CHOICES} are the most"
        raise ExcelLimit(message)
    depth = max(depth for _, depth in cells)
    return f"CHOOSE({index.index},{','.join(text for text, _ in cells)})", 1 + max(depth, index.depth)
