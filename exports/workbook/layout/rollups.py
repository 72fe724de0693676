"""Which rows are taken together along time, and where the coarser periods of Model stand beside the finer ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.model.declared.rollups import rollup_of
from engine.model.dimensions import Dimension
from engine.model.model import Model
from engine.plan.plan import Plan, Row
from exports.workbook.layout.geometry import GRID, Block


@dataclass(frozen=True, slots=True)
class Beside:
    """The columns of a coarser calendar, to the right of everything that members stand in."""

    column: int
    columns: int

    @property
    def moved(self) -> int:
        """Return how far they are from the columns in which members stand everywhere else."""
        return self.column - GRID


def coarser_calendars(model: Model, finest: str) -> list[Dimension]:
    """Return the calendars whose periods those of a finer one belong to, the coarsest first."""
    direct = [dimension for dimension in model.dimensions if dimension.of == finest and dimension.periods]
    found = [one for dimension in direct for one in (*coarser_calendars(model, dimension.id), dimension)]
    return sorted(found, key=lambda dimension: len(dimension.members))


def rolled(row: Row, along: str) -> str:
    """Return how a row is taken together along what runs to the right: sum, last, mean or first; '' where it is not."""
    kind = rollup_of(row.quantity, along) if row.quantity is not None and along else ""
    return "" if kind == "none" else kind


def place_coarser(plan: Plan, blocks: Mapping[str, Block]) -> dict[str, Beside]:
    """Return where the periods of coarser calendars stand on Model, with a free column before each calendar."""
    found: dict[str, Beside] = {}
    on_model = [(plan.row(id_), block) for id_, block in blocks.items() if block.sheet == "Model"]
    column = max([block.column + block.columns for _, block in on_model], default=GRID) + 1
    for fine in dict.fromkeys([block.across for row, block in on_model if rolled(row, block.across)]):
        for coarse in coarser_calendars(plan.model, fine):
            if coarse.id not in found:
                found[coarse.id] = Beside(column, len(coarse.members))
                column += len(coarse.members) + 1
    return found
