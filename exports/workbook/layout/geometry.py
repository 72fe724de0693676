"""The grid of the workbook: its columns, and the blocks of cells and the lines that stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final, Literal

from engine.language.numbers.scalars import add_up
from engine.plan.plan import Case, Row
from exports.style.a1 import letter
from exports.style.letters import count_lines
from exports.style.looks import LOOKS

SheetName = Literal[
    "Cover", "Inputs", "Data", "Model", "Cases", "Draws", "Trials", "Scenarios", "Sensitivity", "Uncertainty", "Checks",
    "Sources", "Changes", "Registry", "Report",
]  # fmt: skip

LineKind = Literal[
    "", "scenarios", "members", "places", "codes", "starts", "ends", "days", "heads", "map", "map_codes", "periods",
    "numbers", "low", "middle", "high", "swing", "target", "output",
]  # fmt: skip

# The same columns on every sheet; a row's members, or its scenarios, run to the right from GRID.
LABEL, NAME, UNIT, LIVE, WORDS, GRID = 2, 3, 4, 5, 6, 7
# Their widths, in characters.
WIDTHS: Final[Mapping[int, float]] = {1: 2, LABEL: 46, NAME: 24, UNIT: 21, LIVE: 17, WORDS: 60}
MASTER_ROW: Final = 4
HEADER_ROW: Final = 5
# The height of a line, in points; how high lines of a text are by the size of their letters, and what is free around.
LINE_HEIGHT: Final = 15.0
_LINE_SPACING, _AROUND = 1.28, 2.5
# Points in a centimetre; and a page of paper between its margins, in points.
POINTS: Final = 72 / 2.54
_PAGE_WIDTH, _PAGE_HEIGHT = 784.0, 501.0
_PORTRAIT_WIDTH, _PORTRAIT_HEIGHT = 537.0, 748.0
# By how much the scale of a page is made smaller until all columns are on as many pages as they should.
_SCALE_STEP: Final = 0.01
# How much of a page is filled: spreadsheets round heights differently.
_FILLED: Final = 0.96
FIRST_ROW: Final = 6
CHOICE_ROW: Final = 6
POSITION_ROW: Final = 7
# Stands in a formula for the line that it is on, where all that it reads stands on that line.
LINE: Final = "\1"


@dataclass(frozen=True, slots=True)
class Block:
    """The cells of one row of the plan: one dimension runs across, the product of the others down.

    `counts` says how many members each dimension of `down` has. What is over nothing, or runs down alone, stands in the
    live column. With `first` all cells stand beside each other from that column on, on the line of the formula that
    reads them: what runs across fastest.
    """

    sheet: SheetName
    row: int
    across: str = ""
    columns: int = 1
    down: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    first: int = 0

    @property
    def column(self) -> int:
        """Return its first column."""
        return self.first or (GRID if self.across else LIVE)

    @property
    def sizes(self) -> dict[str, int]:
        """Return how many members each of its dimensions has, what runs across last."""
        across = {self.across: self.columns} if self.across else {}
        return dict(zip(self.down, self.counts, strict=True)) | across

    def beside(self, at: Mapping[str, int]) -> int:
        """Return the column of a cell where all stand beside each other."""
        number = 0
        for name, size in self.sizes.items():
            number = number * size + at[name]
        return self.first + number

    @property
    def lines(self) -> int:
        """Return how many lines it has."""
        return prod(self.counts)

    @property
    def each(self) -> Iterator[tuple[int, ...]]:
        """Yield the indices of what runs down, line by line."""
        return product(*[range(count) for count in self.counts])

    def line(self, indices: tuple[int, ...] = ()) -> int:
        """Return the number of the line of some members of what runs down, the last dimension fastest."""
        number = 0
        for index, count in zip(indices, self.counts, strict=True):
            number = number * count + index
        return self.row + number

    def cell(self, indices: tuple[int, ...] | None = None, right: int = 0) -> str:
        """Return the address of one of its cells, fixed in both directions; the first where no index is given."""
        if self.first:
            return f"${letter(self.first + right)}{LINE}"
        number = self.row if indices is None else self.line(indices)
        return f"${letter(self.column + right)}${number}"

    def area(self) -> str:
        """Return the addresses of all its cells, fixed in both directions."""
        first = self.cell()
        if self.lines == 1 and self.columns == 1:
            return first
        return f"{first}:${letter(self.column + self.columns - 1)}${self.row + self.lines - 1}"

    def searched(self) -> str:
        """Return the same as a range, one cell too: IronCalc searches no lone address."""
        area = self.area()
        return area if ":" in area else f"{area}:{area}"


def at_place(area: str, line: str, column: str) -> str:
    """Return the part of a formula that reads a cell of a range by its line and its column in it, counted from 1.

    Gnumeric has no INDEX of a range of one cell, and IronCalc calls no number one that CHOOSE gives: it is asked for.
    """
    sheet, bang, cells = area.rpartition("!")
    first, _, last = cells.partition(":")
    if last not in {"", first}:
        return f"INDEX({area},{line},{column})"
    found = f"{sheet}{bang}{first}"
    for place in (column, line):
        found = found if place == "1" else f"IF({place}=1,{found},NA())"
    return found


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """One line of Inputs or Model: a heading, the members of a dimension, or members of a row of the plan.

    `indices` are those of what runs down. `totals` say of a head of members how rows below it are taken together along
    them. `case` is the scenario of a line below an input's live ones. `factored` is the input that factors on a line
    multiply: of all scenarios, or where it is over something of `case`. `chosen` is the choice whose members stand as
    numbers on the line. `ranged` is the input of which a line has an end of the range.
    """

    number: int
    heading: str = ""
    note: str = ""
    row: Row | None = None
    indices: tuple[int, ...] = ()
    members: str = ""
    case: Case | None = None
    kind: LineKind = ""
    group: str = ""
    chosen: Row | None = None
    factored: Row | None = None
    ranged: Row | None = None
    totals: tuple[str, ...] = ()

    @property
    def end(self) -> Literal["low", "middle", "high"]:
        """Return which end of a range stands on the line, or its middle."""
        assert self.kind in {"low", "middle", "high"}  # noqa: S101  # asked only of such a line
        return self.kind


def line_name(id_: str, members: Sequence[str]) -> str:
    """Return the name of a line of a row: its id, with the members of what runs down."""
    return f"{id_}[{', '.join(members)}]" if members else id_


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and the last of each run of numbers that follow one another."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return found


def in_case(name: str, case: Case) -> str:
    """Return the name of a line that holds a scenario's values."""
    return f"{name} @ {case.id}"


def factor_of(name: str) -> str:
    """Return the name of a line of factors, or of a factor, by that of what it multiplies."""
    return f"factor of {name}"


def end_of(name: str, end: str) -> str:
    """Return the name of an end of a range, or of its middle, by that of the cell or the line that has it."""
    return f"{end} of {name}" if end == "middle" else f"{end} end of {name}"


def text_height(text: str, style: str, width: float) -> float:
    """Return the height of a text, in points, that wraps in a column of a width in characters."""
    return max(LINE_HEIGHT, _LINE_SPACING * LOOKS[style].size * count_lines(text, style, width) + _AROUND)


def centimetres(characters: float) -> float:
    """Return how wide a column of so many characters is."""
    # A character of the usual font is 7 pixels wide, and a cell has 5 around its text.
    return (characters * 7 + 5) * 2.54 / 96


def page_height(widths: Mapping[int, float], *, is_portrait: bool = False, pages: int = 1) -> float:
    """Return what a page has room for between its margins, in points of a sheet that is scaled to so many pages' width.

    Over several pages the columns up to those of units are repeated on each.
    """
    wide, high = (_PORTRAIT_WIDTH, _PORTRAIT_HEIGHT) if is_portrait else (_PAGE_WIDTH, _PAGE_HEIGHT)
    points = {column: centimetres(width) * POINTS for column, width in sorted(widths.items())}
    repeated = add_up(width for column, width in points.items() if column <= UNIT) if pages > 1 else 0.0
    scale = min(1.0, pages * wide / max(add_up(points.values()), 1.0))
    while _count_pages(list(points.values()), wide / scale, repeated) > pages:
        scale -= _SCALE_STEP
    return _FILLED * high / scale


def _count_pages(widths: Sequence[float], room: float, repeated: float) -> int:
    count, used = 1, 0.0
    for width in widths:
        if used + width > room and used > repeated:
            count, used = count + 1, repeated
        used += width
    return count


def on_sheet(block: Block, address: str, sheet: SheetName) -> str:
    """Return an address of a block as a formula on a sheet writes it."""
    return address if block.sheet == sheet else f"{block.sheet}!{address}"


def choice() -> str:
    """Return the cell in which the live scenario is chosen."""
    return f"Cover!${letter(LIVE)}${CHOICE_ROW}"


def position() -> str:
    """Return the cell that holds the live scenario's place in the list, from 1."""
    return f"Cover!${letter(LIVE)}${POSITION_ROW}"
