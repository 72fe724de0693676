"""Where everything stands in the workbook: a grid of blocks, worked out before a cell is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final, Literal

from engine.plan import Case, Plan, Row
from engine.problems import KeyPath

SheetName = Literal["Cover", "Inputs", "Model", "Checks", "Sources", "Registry"]

# The same columns on every sheet; a row's members, or its scenarios, run to the right from GRID.
LABEL, NAME, UNIT, LIVE, WORDS, GRID = 2, 3, 4, 5, 6, 7
HEADER_ROW: Final = 5
FIRST_ROW: Final = 6
CHOICE_ROW: Final = 6
POSITION_ROW: Final = 7


@dataclass(frozen=True, slots=True)
class Block:
    """The cells of one row of the plan: members to the right and down; one number is one cell."""

    sheet: SheetName
    row: int
    column: int = LIVE
    rows: int = 1
    columns: int = 1

    def cell(self, down: int = 0, right: int = 0) -> str:
        """Return the address of one of its cells, fixed in both directions."""
        return f"${letter(self.column + right)}${self.row + down}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of Inputs or Model: a heading, or a row of the plan."""

    number: int
    heading: str = ""
    note: str = ""
    row: Row | None = None


class Layout:
    """The places of a plan's rows, and how formulas refer to them."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        constants = [row for row in plan.rows if row.kind == "constant"]
        self.inputs = _lines(plan, lambda row: row.kind == "input", constants)
        self.model = _lines(plan, lambda row: row.kind == "formula", [])
        self._blocks = {
            line.row.id: Block(sheet, line.number)
            for sheet, lines in _named(self.inputs, self.model)
            for line in lines
            if line.row is not None
        }

    def block(self, id_: str) -> Block:
        """Return where a row of the plan stands."""
        return self._blocks[id_]

    def reference(self, id_: str, sheet: SheetName) -> str:
        """Return a formula's reference to a row, from a sheet."""
        block = self._blocks[id_]
        return block.cell() if block.sheet == sheet else f"{block.sheet}!{block.cell()}"

    def scenario_column(self, case: Case) -> int:
        """Return the column of Inputs that holds a scenario's values."""
        return self._scenario_columns[case.id]

    @cached_property
    def scenario_labels(self) -> str:
        """Return the range that lists the scenarios, as seen from another sheet."""
        last = letter(GRID + len(self.plan.cases) - 1)
        return f"Inputs!${letter(GRID)}${HEADER_ROW}:${last}${HEADER_ROW}"

    @cached_property
    def _scenario_columns(self) -> dict[str, int]:
        return {case.id: GRID + place for place, case in enumerate(self.plan.cases)}


@cache
def letter(column: int) -> str:
    """Return a column's letters: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def choice() -> str:
    """Return the cell in which the live scenario is chosen."""
    return f"Cover!${letter(LIVE)}${CHOICE_ROW}"


def position() -> str:
    """Return the cell that holds the live scenario's place in the list, from 1."""
    return f"Cover!${letter(LIVE)}${POSITION_ROW}"


def _named(inputs: list[Line], model: list[Line]) -> Iterable[tuple[SheetName, list[Line]]]:
    return (("Inputs", inputs), ("Model", model))


def _lines(plan: Plan, belongs: Callable[[Row], bool], constants: list[Row]) -> list[Line]:
    """Return the lines of a sheet: the author's sections in the author's order, a free line between them."""
    headings = {section.path: section for section in plan.model.sections}
    groups: dict[KeyPath, list[Row]] = {}
    for quantity in plan.model.quantities:
        row = plan.row(quantity.id)
        if belongs(row):
            groups.setdefault(quantity.section, []).append(row)
    lines: list[Line] = []
    number = FIRST_ROW
    for path, rows in groups.items():
        heading = " › ".join(headings[path[: depth + 1]].label for depth in range(len(path))) or "General"
        note = headings[path].note if path else ""
        number = _group(lines, number, heading, note, rows)
    if constants:
        _group(
            lines,
            number,
            "Constants (not assumptions)",
            "Conversions of units, and bare numbers of formulas.",
            constants,
        )
    return lines


def _group(lines: list[Line], number: int, heading: str, note: str, rows: list[Row]) -> int:
    lines.append(Line(number, heading, note))
    lines += [Line(number + place, row=row) for place, row in enumerate(rows, 1)]
    return number + len(rows) + 2
