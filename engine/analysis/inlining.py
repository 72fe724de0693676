"""A cell's formula with the formulas that it reads written into it, down to inputs or to named intermediates."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Final

from engine.language.branches import substitute_all
from engine.language.tree import Aggregate, Name, Node, Number, depth, names, nodes, size
from engine.language.unparse import text
from engine.plan.cells import Cell, cell_name
from engine.plan.evaluate import Results
from engine.plan.reading.cell_formulas import CellFormula, formula_at

MOST_NODES = 4_000
_DEEPEST: Final = 80
_CLOSED: Final = frozenset({"irr", "xirr", "place_lookup", "place_step", "lookup", "step"})


class TooLongToInline(ValueError):  # noqa: N818  # reads as what it is
    """Written out, the formula is too long to work with."""


class Unrolled:
    """The cells that an output is computed from, by the names that a reader knows them by."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.plan = results.plan
        self.cells: dict[str, Cell] = {}
        self._formulas: dict[str, CellFormula | None] = {}

    def name(self, cell: Cell) -> str:
        """Return the name of a cell, and remember which cell it is."""
        name = cell_name(self.plan, cell)
        self.cells[name] = cell
        return name

    def formula(self, name: str) -> CellFormula | None:
        """Return the formula of a cell by its name, with all its branches; None for an input."""
        if name not in self._formulas:
            made = formula_at(self.plan, self.results.values, self.cells[name], whole=True)
            self.cells |= {} if made is None else made.reads
            self._formulas[name] = made
        return self._formulas[name]

    def reads(self, name: str) -> tuple[str, ...]:
        """Return the names of the cells that a cell reads."""
        formula = self.formula(name)
        if formula is not None and self.is_closed(name):
            return tuple(formula.reads)
        return () if formula is None else names(formula.tree)

    def is_closed(self, name: str) -> bool:
        """Return whether a cell's formula cannot be written out: a rate that is searched for, a curve."""
        return self.cells[name].id in self._closed

    @cached_property
    def _closed(self) -> set[str]:
        found: set[str] = set()
        for row in self.plan.rows:
            if row.expression is not None and any(map(self._is_searched, nodes(row.expression))):
                found.add(row.quantity.id if row.kind == "part" and row.quantity is not None else row.id)
        return found

    def _is_searched(self, node: Node) -> bool:
        return any(isinstance(one, Aggregate) and one.function in _CLOSED for one in (node, self.plan.short.get(node)))

    def is_constant(self, name: str) -> bool:
        """Return whether a name is that of a constant or of a member's number."""
        return self.plan.row(self.cells[name].id).kind in {"constant", "dimension"}

    def value(self, name: str) -> float:
        """Return a cell's value as stored."""
        cell = self.cells[name]
        return self.results.at(cell)

    def text(self, tree: Node) -> str:
        """Return a formula as an author would write it, names of members in quotes, and no row that he did not name."""
        made = {name: self.write_out(name, self._is_working) for name in names(tree) if self._is_working(name)}
        tree = substitute_all(tree, made)
        quoted = {name: Name(self._quoted(self.cells[name])) for name in names(tree) if name in self.cells}
        return text(substitute_all(tree, quoted))

    def _is_working(self, name: str) -> bool:
        return name in self.cells and self.plan.row(self.cells[name].id).kind == "working"

    def _quoted(self, cell: Cell) -> str:
        row = self.plan.row(cell.id)
        member = self.plan.model.member(row.over, cell.number)
        dimensions = [self.plan.model.dimension[name] for name in row.over]
        pairs = zip(dimensions, member, strict=True)
        shown = [one if dimension.numbers else f'"{one}"' for dimension, one in pairs]
        return f"{row.id}[{', '.join(shown)}]" if shown else row.id

    def write_out(self, name: str, opens: Callable[[str], bool]) -> Node:
        """Return a cell's formula in which every cell that is to be opened has been; raise TooLongToInline.

        Constants are numbers.
        """
        memory: dict[str, Node] = {}
        order: list[str] = []
        waiting = [name]
        while waiting:
            current = waiting.pop()
            if current not in memory:
                memory[current] = Name(current)
                order.append(current)
                waiting += [read for read in self.reads(current) if read == name or opens(read)]
        for current in self._sorted(order):
            formula = self.formula(current)
            if formula is None:
                continue
            if self.is_closed(current):
                message = f"'{current}' is a rate that is searched for, or the value of a curve"
                raise TooLongToInline(message)
            tree = self._bounded(name, formula.tree)
            opened = {read: memory[read] for read in names(tree) if read in memory}
            for read in names(tree):
                if self.is_constant(read):
                    value = self.value(read)
                    opened[read] = Number(value, f"{value:.15g}")
            memory[current] = self._bounded(name, substitute_all(tree, opened))
        return memory[name]

    @staticmethod
    def _bounded(name: str, tree: Node) -> Node:
        """Return a tree that can be worked with: sympy and Python's parser go down into it by recursion."""
        if size(tree) > MOST_NODES:
            message = f"written out, the formula of '{name}' has more than {MOST_NODES:,} parts"
            raise TooLongToInline(message)
        if depth(tree) > _DEEPEST:
            message = f"written out, the formula of '{name}' is nested more than {_DEEPEST} deep"
            raise TooLongToInline(message)
        return tree

    def _sorted(self, opened: list[str]) -> list[str]:
        """Return names so that each comes after those that it reads."""
        inside = set(opened)

        return list(
            TopologicalSorter({one: [r for r in self.reads(one) if r in inside] for one in opened}).static_order()
        )
