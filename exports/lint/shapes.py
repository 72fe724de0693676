"""Shapes of formulas: what those have in common that were copied from one another, and the regions that they fill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from exports.reading.copies import LOST, Template
from exports.reading.formula_text import Parts
from exports.reading.records import Place
from exports.reading.references import Read, Reference


class Shape:
    """What formulas of a sheet have in common that were copied from one another; `formula` stands at `place`.

    `text` is how R1C1 has it, and `references` are of that formula.
    """

    __slots__ = ("_template", "formula", "parts", "place", "references", "text")

    def __init__(self, text: str, parts: Parts, references: tuple[Reference, ...], formula: str, place: Place) -> None:
        self.text = text
        self.parts = parts
        self.references = references
        self.formula = formula
        self.place = place
        self._template: Template | None = None

    def reads(self, place: Place) -> tuple[Read, ...]:
        """Return the ranges that the copy at a place reads, in the order in which it names them."""
        down, right = self.moved(place)
        return tuple([one.read(down, right) for one in self.references])

    def moved(self, place: Place) -> tuple[int, int]:
        """Return how many lines below its formula a copy stands, and how many columns to the right."""
        return place[0] - self.place[0], place[1] - self.place[1]

    def expect_copies(self) -> None:
        """Let further copies be known by what they must be: formulas without any are not worth it."""
        if self._template is None:
            self._template = Template(self.formula, self.place)

    def is_copied(self, formula: str, place: Place) -> bool:
        """Return whether a formula is known to be its copy: that takes a fifth of looking at it."""
        is_same = self._template is not None and self._template.copied(place) == formula
        # A reference that was lost in a copy is none of its shape.
        return is_same and LOST not in formula


class Region(NamedTuple):
    """A block of copies of one formula: its first line and column, and its last."""

    shape: Shape
    top: int
    left: int
    bottom: int
    right: int

    def places(self) -> Iterator[Place]:
        """Yield its cells."""
        return (
            (row, column) for row in range(self.top, self.bottom + 1) for column in range(self.left, self.right + 1)
        )

    def spans(self, reference: Reference) -> Iterator[Read]:
        """Yield the ranges that its cells read by one of its references, each at least once."""
        row, column = self.shape.place
        lines = (self.top,) if all(reference.are_rows_fixed) else range(self.top, self.bottom + 1)
        columns = (self.left,) if all(reference.are_columns_fixed) else range(self.left, self.right + 1)
        return (reference.read(line - row, at - column) for line in lines for at in columns)

    def reach(self, reference: Reference) -> Read:
        """Return the range that all of it reads by one of its references."""
        row, column = self.shape.place
        if self.top == self.bottom and self.left == self.right:
            return reference.read(self.top - row, self.left - column)
        return reference.reach((self.top - row, self.bottom - row), (self.left - column, self.right - column))


def side_by_side(shapes: Mapping[Place, Shape]) -> Iterator[Region]:
    """Yield the copies on a line that stand side by side, each as many as there are, in the order of lines."""
    own, row, first, last = None, 0, 0, 0
    for (line, column), shape in shapes.items():
        if shape is own and column == last + 1 and line == row:
            last = column
            continue
        if own is not None:
            yield Region(own, row, first, row, last)
        own, row, first, last = shape, line, column, column
    if own is not None:
        yield Region(own, row, first, row, last)


def regions(shapes: Mapping[Place, Shape]) -> list[Region]:
    """Return the blocks of copies: lines of them that are as long and stand below each other are one."""
    found: list[Region] = []
    # Those that may go on, by what they are and the columns that they span.
    open_: dict[tuple[Shape, int, int], int] = {}
    for line in side_by_side(shapes):
        key = line.shape, line.left, line.right
        number = open_.get(key)
        if number is not None and found[number].bottom == line.top - 1:
            found[number] = found[number]._replace(bottom=line.top)
        else:
            open_[key] = len(found)
            found.append(line)
    return found
