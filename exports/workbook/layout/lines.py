"""Lines of Model in order, and what Inputs has too: the author's sections, the rows of each, and what heads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.language.tree import Name, Node, Number, Pick, Previous, parts
from engine.model.declared.rollups import rollup_of
from engine.model.dimensions import Dimension
from engine.model.model import Model
from engine.model.names import row_of
from engine.plan.plan import Plan, Row
from engine.problems import KeyPath
from exports.workbook.layout.geometry import FIRST_ROW, GRID, LIVE, Block, PlacedLine

if TYPE_CHECKING:
    from exports.workbook.layout.rows import Layout


@dataclass(frozen=True, slots=True)
class Beside:
    """The columns of a coarser calendar, to the right of everything that members stand in."""

    column: int
    columns: int

    @property
    def moved(self) -> int:
        """Return how far they are from the columns in which members stand everywhere else."""
        return self.column - GRID


def place_results(layout: Layout) -> list[PlacedLine]:
    """Return the lines of Model, and tell the layout what stands on them."""
    return _Model(layout).lines()


def coarser_calendars(model: Model, finest: str) -> list[Dimension]:
    """Return the calendars whose periods those of a finer one belong to, the coarsest first."""
    direct = [dimension for dimension in model.dimensions if dimension.of == finest and dimension.periods]
    found = [one for dimension in direct for one in (*coarser_calendars(model, dimension.id), dimension)]
    return sorted(found, key=lambda dimension: len(dimension.members))


def rolled(row: Row, along: str) -> str:
    """Return how a row is taken together along what runs to the right: sum, last, mean or first; '' where it is not."""
    kind = rollup_of(row.quantity, along) if row.quantity is not None and along else ""
    return "" if kind == "none" else kind


def has_total(plan: Plan, row: Row, across: str) -> bool:
    """Return whether the live column is free for what takes a row's periods together.

    It is not where rows that feed each other look so far back that the first period would read it: for nothing, but a
    spreadsheet would see a circle.
    """
    return LIVE - GRID not in _reach(plan, row, across)


def has_coarser(plan: Plan, row: Row, across: str) -> bool:
    """Return whether coarser periods may stand beside a row: rows that feed each other look one ahead at most."""
    return max(_reach(plan, row, across), default=0) <= 1


def _reach(plan: Plan, row: Row, across: str) -> set[int]:
    """Return by how many periods, below 0 for earlier ones, a row is read by those that it feeds and is fed by."""
    loop = next((loop for loop in plan.loops if row.id in loop.ids), None)
    trees = [plan.row(id_).expression for id_ in loop.ids] if loop is not None else []
    return {
        shift
        for tree in trees
        if tree is not None
        for id_, shift in _shifts(tree, across, 0)
        if row_of(id_) == row_of(row.id)
    }


def _shifts(node: Node, across: str, shift: int) -> Iterator[tuple[str, int]]:
    """Yield the rows that are read, and by how many periods from where the formula stands."""
    if isinstance(node, Name | Pick):
        yield node.id, shift
    if isinstance(node, Previous) and node.over == across and isinstance(node.lag, Number):
        steps = int(node.lag.value) * (1 if node.ahead else -1)
        yield from _shifts(node.argument, across, shift + steps)
        yield from _shifts(node.start, across, shift)
    else:
        for part in parts(node):
            yield from _shifts(part, across, shift)


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


class Lines:
    """Puts rows on the lines of a sheet: the author's sections in the author's order, a free line between them."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.plan: Plan = layout.plan
        self.number = FIRST_ROW
        self.found: list[PlacedLine] = []
        self.last_head = 0

    def add(self, **what: object) -> None:
        self.found.append(PlacedLine(self.number, **what))  # type: ignore[arg-type]  # the fields of a line
        self.number += 1

    def sections(self, belongs: Callable[[Row], bool]) -> Iterator[tuple[str, str, list[Row]]]:
        headings = {section.path: section for section in self.plan.model.sections}
        groups: dict[KeyPath, list[Row]] = {}
        for quantity in self.plan.model.quantities:
            row = self.plan.row(quantity.id)
            if belongs(row):
                groups.setdefault(quantity.section, []).append(row)
        for path, rows in groups.items():
            heading = " › ".join(headings[path[: depth + 1]].label for depth in range(len(path))) or "General"
            yield heading, headings[path].note if path else "", rows

    def total(self, row: Row, across: str) -> None:
        """Say at the last head of members how a row below it is taken together along them."""
        kind = rolled(row, across)
        head = self.found[self.last_head]
        if kind and kind not in head.totals:
            self.found[self.last_head] = replace(head, totals=(*head.totals, kind))

    def head(self, across: str) -> None:
        """Head what follows with the members that run across, below the coarser periods that they belong to."""
        for coarser in coarser_calendars(self.plan.model, across):
            self.add(members=across, kind="periods", group=coarser.id)
        self.last_head = len(self.found)
        self.add(members=across)


class _Model(Lines):
    def lines(self) -> list[PlacedLine]:
        working: dict[str, list[Row]] = {}
        for row in self.plan.rows:
            if row.kind == "working":
                working.setdefault(row.note, []).append(row)
        for heading, note, rows in self.sections(lambda row: row.is_computed):
            self.add(heading=heading, note=note)
            shown = ""
            for row in rows:
                for one in (*working.pop(row.id, ()), row):
                    shown = self.put(one, shown)
            self.number += 1
        rest = [row for rows in working.values() for row in rows]
        if rest:
            self.add(heading="Working rows of checks and groups")
            shown = ""
            for row in rest:
                shown = self.put(row, shown)
        return self.found

    def put(self, row: Row, shown: str) -> str:
        block = self.layout.block_from(row, "Model", self.number)
        if block.across and block.across != shown:
            self.head(block.across)
            block = self.layout.block_from(row, "Model", self.number)
        self.layout.put(row, block)
        if block.across:
            self.total(row, block.across)
        for indices in block.each:
            self.add(row=row, indices=indices)
        return block.across or shown
