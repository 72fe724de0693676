"""Where everything stands on Draws: a line for each cell that is drawn, then a line of probabilities a trial."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np

from engine.model.dimensions import cell
from engine.plan.cells import Cell, cell_name, label_of
from engine.plan.drawn.names import Declared
from engine.plan.plan import Plan, Row
from exports.style.a1 import letter
from exports.workbook.layout.geometry import FIRST_ROW, GRID, LIVE

# The columns of the table of what is drawn.
IS_DRAWN, LOW, MIDDLE, HIGH, FIRST, SECOND, THIRD, FROM, TO, LEAST, MOST, LEAST_SCORE, MOST_SCORE = range(
    GRID, GRID + 13
)
# Unlike others, these have no ends: bounds cut off what is beyond.
OPEN_ENDED: Final = frozenset({"normal", "lognormal", "metalog"})
# Of the areas below the normal curve so many terms are added, as far from its middle as doubles tell from 0 and 1.
TERMS: Final = 120
# Of Newton's steps to where a bound cuts a metalog.
STEPS: Final = 20


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A cell of an input that is drawn: by which draw, from what distribution, on which line of Draws.

    Bounds, values and weights are those that the text gives, as stored. `values_line` is the line of the values of what
    is discrete, above that of where each begins; `least_line` and `most_line` are those of the steps to where a bound
    cuts a metalog.
    """

    row: Row
    number: int
    name: str
    label: str
    draw: int
    distribution: str
    line: int
    bounds: tuple[float | None, float | None] = (None, None)
    values: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()
    values_line: int = 0
    least_line: int = 0
    most_line: int = 0

    def at(self, column: int) -> str:
        """Return the address of a cell of its line."""
        return f"${letter(column)}${self.line}"

    @property
    def is_cut(self) -> bool:
        """Return whether a bound cuts its distribution."""
        return self.bounds != (None, None)

    @property
    def is_whole(self) -> bool:
        """Return whether it is drawn as whole numbers."""
        return self.row.quantity is not None and self.row.quantity.whole

    def begins(self) -> tuple[float, ...]:
        """Return from which probability on each value of what is discrete is drawn."""
        return (0.0, *np.cumsum(self.weights)[:-1].tolist())


class DrawsPlaces:
    """The lines and the columns of Draws."""

    def __init__(self, plan: Plan, draws: Mapping[str, Declared], constants: Sequence[Row]) -> None:
        self.plan = plan
        self.names = list(draws)
        found = [one for number, (name, of) in enumerate(draws.items()) for one in _cells(plan, name, of, number)]
        kinds = {one[2] for one in found}
        self.scores = bool(kinds & {"normal", "lognormal"})
        self.logits = "metalog" in kinds
        number = FIRST_ROW + 1
        self.score_line, number = number, number + self.scores
        self.logit_line, number = number, number + self.logits
        self.constant_lines = {row.id: number + index for index, row in enumerate(constants)}
        number += len(constants)
        self.table = number + 1 if number > FIRST_ROW + 1 else FIRST_ROW
        number = self.table + 1 + len(found)
        self.values_table = number + 1
        lists = sum(one[2] == "discrete" for one in found)
        number = self.values_table + 1 + 2 * lists if lists else number
        areas = any(one[2] != "metalog" and _is_open(one) for one in found)
        self.areas_table = number + 1 if areas else 0
        number = self.areas_table + 3 if areas else number
        self.cuts_table = number + 1
        line = self.values_table + 1
        cut = self.cuts_table + 1
        self.cells: list[DrawnCell] = []
        for index, (row, cell_number, kind, name, draw, bounds, values, weights) in enumerate(found):
            lines = {}
            if kind == "discrete":
                lines["values_line"], line = line, line + 2
            if kind == "metalog":
                for key, bound in zip(("least_line", "most_line"), bounds, strict=True):
                    if bound is not None:
                        lines[key], cut = cut, cut + 1
            label = label_of(plan, Cell(row.id, cell_number))
            self.cells.append(DrawnCell(row, cell_number, name, label, draw, kind, self.table + 1 + index, bounds,
                                        values, weights, **lines))  # fmt: skip
        self.has_cuts = cut > self.cuts_table + 1
        self.probabilities = (cut if self.has_cuts else number) + 1
        self.first = self.probabilities + 1

    def score(self) -> str:
        """Return the cell with the normal score of the 95th percentile."""
        return f"${letter(LIVE)}${self.score_line}"

    def logit(self) -> str:
        """Return the cell with the logit of the 90th percentile."""
        return f"${letter(LIVE)}${self.logit_line}"

    def column(self, draw: int) -> str:
        """Return the column of the probabilities of a draw."""
        return letter(GRID + draw)

    def list_of(self, one: DrawnCell, below: int) -> str:
        """Return the cells with the values of what is discrete, or `below` them where each begins."""
        number, last = one.values_line + below, letter(GRID + len(one.values) - 1)
        return f"${letter(GRID)}${number}:${last}${number}"

    @property
    def last_column(self) -> int:
        """Return the last column of the sheet."""
        widest = max([len(one.values) for one in self.cells], default=0)
        return GRID + max(13, len(self.names), widest, TERMS if self.areas_table else 0,
                          STEPS if self.has_cuts else 0) - 1  # fmt: skip


_Found = tuple[Row, int, str, str, int, tuple[float | None, float | None], tuple[float, ...], tuple[float, ...]]


def _is_open(one: _Found) -> bool:
    return one[5] != (None, None)


def _cells(plan: Plan, name: str, of: Declared, draw: int) -> Iterable[_Found]:
    """Yield the cells of a draw with distribution and bounds, and with values and weights where they are discrete."""
    row = plan.row(name.partition("[")[0])
    quantity = row.quantity
    assert quantity is not None  # noqa: S101  # inputs are quantities

    for number in of.cells:
        shares: tuple[Decimal, ...] | None = cell(quantity.weights, number)
        weights = tuple(map(float, shares or ()))
        text = cell_name(plan, Cell(row.id, number))
        if quantity.choice:
            codes = plan.model.dimension[quantity.choice].codes
            yield row, number, "discrete", text, draw, (None, None), tuple(codes), weights
        elif values := cell(quantity.values, number):
            pairs = sorted(zip([float(one / row.unit.scale) for one in values], weights, strict=True))
            ordered = tuple([value for value, _ in pairs]), tuple([weight for _, weight in pairs])
            yield row, number, "discrete", text, draw, (None, None), *ordered
        else:
            low, high = (
                None if bound is None or quantity.distribution not in OPEN_ENDED else float(bound / row.unit.scale)
                for bound in (cell(quantity.min, number), cell(quantity.max, number))
            )
            if quantity.distribution == "lognormal" and low is not None and low <= 0:
                low = None
            yield row, number, quantity.distribution, text, draw, (low, high), (), ()
