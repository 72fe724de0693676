"""Sheets as plain values, before any library writes them: cells, widths, and what may be typed where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple

from exports.workbook.layout.geometry import SheetName

Value = str | float | bool | None
SeriesLook = Literal["plain", "dashed", "dotted", "dashed and dotted", "mark", "hidden"]
ChartKind = Literal["bar", "line", "scatter", "stack", "tornado"]


class CellError(StrEnum):
    """What a cell shows whose formula has no value."""

    DIVISION_BY_ZERO = "#DIV/0!"


class SheetCell(NamedTuple):
    """A cell: its value (for a formula, the computed one), its style and format; `link` is a cell to jump to."""

    value: Value
    style: str
    format: str = "General"
    formula: str = ""
    link: str = ""


class SheetLine(NamedTuple):
    """A line of cells by column, and how high it is at least, in points; it is as high as its texts need."""

    cells: dict[int, SheetCell]
    height: float | None = None


@dataclass(frozen=True, slots=True)
class Typing:
    """What may be typed into cells: a number within bounds, a whole one, or one of a list of cells or values.

    Of numbers that are not whole no list is offered ('among').

    A bound may be a cell, as the first of the cells has it: those below and beside it move with it.
    A list that is not strict offers what may be typed, and asks whether other things are meant.
    """

    cells: str
    kind: str
    low: float | str | None = None
    high: float | str | None = None
    choices: str = ""
    message: str = ""
    is_strict: bool = True


@dataclass(frozen=True, slots=True)
class StyleRule:
    """A style for cells while a formula holds."""

    cells: str
    formula: str
    style: str


@dataclass(frozen=True, slots=True)
class Data:
    """Cells that a chart shows, and what stands in them."""

    cells: str
    values: tuple[float | str, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart: its title, its values, a colour, and along a swept input where they stand."""

    title: Data
    values: Data
    colour: str
    look: SeriesLook = "plain"
    x: Data | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis of a chart: its title, the format of its numbers, and whether equal steps on it are equal ratios.

    `cells` is where the title stands that follows a choice; `most` where the axis ends.
    """

    title: str = ""
    format: str = "General"
    is_log: bool = False
    cells: str = ""
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """Where a chart stands: its first line and column, how far to the right of that, and its size, in centimetres."""

    row: int
    column: int
    width: float
    height: float
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class NativeChart:
    """A native chart: of what kind, where it stands, and what it shows.

    In a `stack` series stand on each other; a `tornado` has bars to both sides of 0; a `scatter` has numbers along x.
    """

    kind: ChartKind
    title: str
    box: Box
    categories: Data | None
    series: tuple[Series, ...]
    x: Axis = Axis()
    y: Axis = Axis()


@dataclass
class Sheet:
    """One sheet: its lines come by number, in order. It prints so many pages wide, and as many high as it takes for 0.

    `folded` are runs of columns that a reader may fold away. `printed` are the cells that are printed, where not all
    are, in areas with commas between them; `foot` says on each page what is left out; `pages` are lines that begin a
    page where not all fits on one.
    """

    name: SheetName
    widths: dict[int, float]
    lines: Iterator[tuple[int, SheetLine]]
    typing: Sequence[Typing] = ()
    rules: Sequence[StyleRule] = ()
    freeze: str = ""
    tab: str = "2F75B5"
    pages_high: int = 0
    pages_wide: int = 1
    printed: str = ""
    foot: str = ""
    charts: Sequence[NativeChart] = ()
    pages: Sequence[int] = ()
    folded: Sequence[tuple[int, int]] = ()
    is_portrait: bool = False
