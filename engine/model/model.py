"""A model as its author wrote it: frozen records, nothing worked out yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from itertools import product
from math import prod
from typing import Final

from engine.data.folder import NO_FILES, Files
from engine.language.shapes import Shape
from engine.language.suggestions import UnknownFunctionError
from engine.language.tree import Node
from engine.model.charts import Chart
from engine.model.data import DataFile
from engine.model.dimensions import Dimension, Grid, cells_at, members_at
from engine.problems import Document, KeyPath, Location, Problem

BASE: Final = "base"
AS_WRITTEN: Final = "As written"


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula: its text, and where it could be read its tree and the ids that it uses, in order of appearance.

    `unknown` is a call of what is no function, and may be a quantity: it can only be told once all of these are known.
    `key` is what that of a member stands under. `shape` is what it shares with others, `words` its names in the text.
    """

    text: str
    tree: Node | None
    names: tuple[str, ...] = ()
    unknown: UnknownFunctionError | None = None
    key: str = field(default="", compare=False)
    shape: Shape | None = field(default=None, compare=False, repr=False)
    words: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Published:
    """A figure that a source prints, in the quantity's unit, with the digits as printed."""

    value: Decimal
    source: str
    path: KeyPath
    scenario: str | None = None
    at: tuple[str, ...] = ()
    digits: int | None = None
    disputed: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A named amount with a unit: an input has a value, any other a formula, one for each member, or an equation.

    What is over an ordered dimension may begin with values. That of a choice is the code of a member of the dimension
    `choice`. `rollup` tells how it is aggregated along a dimension of time, under '' along all of them. `range` is low
    and high, with the middle between them for a metalog; `values` have `weights`, as the members of a choice may.
    """

    id: str
    path: KeyPath
    label: str
    unit: str
    value: Decimal | Grid[Decimal] | None = None
    formula: Formula | None = None
    range: tuple[Decimal, ...] | Grid[tuple[Decimal, ...]] | None = None
    distribution: str = ""
    values: tuple[Decimal, ...] | Grid[tuple[Decimal, ...]] | None = None
    weights: tuple[Decimal, ...] | Grid[tuple[Decimal, ...]] | None = None
    min: Decimal | Grid[Decimal] | None = None
    max: Decimal | Grid[Decimal] | None = None
    whole: bool = False
    sources: tuple[str, ...] | Grid[tuple[str, ...]] = ()
    note: str | Grid[str] = ""
    published: tuple[Published, ...] = ()
    over: tuple[str, ...] = ()
    formulas: tuple[tuple[str, Formula], ...] = ()
    formulas_over: str = ""
    is_equation: bool = False
    choice: str = ""
    rollup: tuple[tuple[str, str], ...] = ()

    @property
    def formula_key(self) -> str:
        """Return the key that its formula stands under: that of an equation is what it solves."""
        return "solve" if self.is_equation else "formula"

    @property
    def is_input(self) -> bool:
        """Return whether it has nothing but values."""
        return self.value is not None and self.formula is None and not self.formulas

    def given(self, keys: KeyPath, dimensions: Sequence[Dimension]) -> Decimal | None:
        """Return the value of the members that keys lead to, `default` to all; None where they have not one alone."""
        if not isinstance(self.value, Grid):
            return self.value
        values = {self.value.cells[number] for number in cells_at(keys, dimensions)}
        own = zip(self.value.paths, self.value.cells, strict=True)
        return values.pop() if len(values) == 1 else dict(own).get((*self.path, "value", *keys))

    def formula_place(self, member: str) -> KeyPath:
        """Return where the formula of a member stands, '' for the one that all have."""
        return (*self.path, self.formula_key, *([dict(self.formulas)[member].key] if member else ()))

    def formula_for(self, member: tuple[str, ...]) -> Formula | None:
        """Return the formula that holds for a cell's member; None for an input."""
        return dict(self.formulas)[member[self.over.index(self.formulas_over)]] if self.formulas else self.formula

    @property
    def written(self) -> Iterator[tuple[str, Formula]]:
        """Yield its formulas with the members that they hold for: '' for all."""
        yield from self.formulas if self.formula is None else (("", self.formula), *self.formulas)

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the names that its formulas use, of which an equation's own is none."""
        if self.formula is None:
            return tuple(dict.fromkeys([name for _, formula in self.formulas for name in formula.names]))
        return tuple([name for name in self.formula.names if name != self.id or not self.is_equation])

    @property
    def every_source(self) -> tuple[str, ...]:
        """Return its sources, of whichever member, once."""
        given = self.sources.cells if isinstance(self.sources, Grid) else [self.sources]
        return tuple(dict.fromkeys([source for sources in given for source in sources or ()]))

    @property
    def section(self) -> KeyPath:
        """Return the path of the section it stands in; () at the top of the file."""
        return self.path[:-1]


@dataclass(frozen=True, slots=True)
class Section:
    """A place for quantities, with a heading."""

    path: KeyPath
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from."""

    id: str
    title: str
    author: str = ""
    date: str = ""
    url: str = ""
    confidence: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What changes of the values written, after all that it extends: `set` replaces them, and `scale` multiplies."""

    id: str
    label: str
    extends: tuple[str, ...] = ()
    note: str = ""
    set: tuple[tuple[str, Decimal | Grid[Decimal]], ...] = ()
    scale: tuple[tuple[str, Decimal | Grid[Decimal]], ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """A statement that must hold; the tolerance is absolute, in the unit of the left side."""

    id: str
    label: str
    test: Formula
    tolerance: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Correlation:
    """Two draws that go together: the names of rows or of members, and Spearman's rank correlation."""

    between: tuple[str, str]
    rank: Decimal
    path: KeyPath
    sources: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What may be decided: members of a choice, or scenarios where there is none; a value that is to be max or min."""

    id: str
    label: str
    options: tuple[str, ...]
    value: str
    goal: str
    choice: str = ""
    note: str = ""


@dataclass(frozen=True, eq=False)
class Model:
    """The whole file, and what was wrong with its shape."""

    document: Document
    title: str
    purpose: str = ""
    author: tuple[str, ...] = ()
    version: str = ""
    date: str = ""
    limitations: tuple[str, ...] = ()
    scenario: str | None = None
    outputs: tuple[str, ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    data: tuple[DataFile, ...] = ()
    sources: tuple[Source, ...] = ()
    sections: tuple[Section, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    checks: tuple[Check, ...] = ()
    charts: tuple[Chart, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    decisions: tuple[Decision, ...] = ()
    problems: tuple[Problem, ...] = ()
    files: Files = field(default=NO_FILES, repr=False)

    @cached_property
    def content_hash(self) -> str:
        """Return the sha256 of all that the model is made from: its text, and its data files."""
        files = "".join([f"\0{file.file}\0{file.hash}" for file in self.data])
        return sha256(f"{self.document.text}{files}".encode()).hexdigest()

    @cached_property
    def by_id(self) -> dict[str, Quantity]:
        """Return the quantities by id."""
        return {quantity.id: quantity for quantity in self.quantities}

    @cached_property
    def ambiguous(self) -> frozenset[str]:
        """Return the ids that more than one quantity or dimension has: what they mean in a formula is not known."""
        ids = [*(quantity.id for quantity in self.quantities), *(dimension.id for dimension in self.dimensions)]
        return frozenset(id_ for id_, count in Counter(ids).items() if count > 1)

    @cached_property
    def feeds(self) -> dict[str, tuple[str, ...]]:
        """Return, for each id, the ids of the model that its formula uses."""
        return {one.id: tuple([name for name in one.reads if name in self.by_id]) for one in self.quantities}

    @cached_property
    def dimension(self) -> dict[str, Dimension]:
        """Return the dimensions by name."""
        return {dimension.id: dimension for dimension in self.dimensions}

    def chooser(self, name: str) -> Quantity | None:
        """Return the choice of an id, or the only one from a dimension of that name; None where there is none."""
        choices = [one for one in self.quantities if one.choice and name in {one.id, one.choice}]
        return next((one for one in choices if one.id == name), choices[0] if len(choices) == 1 else None)

    def options(self, decision: Decision) -> tuple[str, ...]:
        """Return the options of a decision: those that are listed, or all members of its choice."""
        chooser = self.chooser(decision.choice)
        return decision.options or (self.dimension[chooser.choice].members if chooser is not None else ())

    def members(self, over: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Return the members of cells over dimensions, the last fastest; one empty tuple over none."""
        return list(product(*[self.dimension[name].members for name in over]))

    def member(self, over: tuple[str, ...], number: int) -> tuple[str, ...]:
        """Return the members of one cell by its number, as `members` counts them; of the last by -1."""
        return members_at(number, [self.dimension[name] for name in over])

    def shape(self, over: tuple[str, ...]) -> tuple[int, ...]:
        """Return how many members each dimension has."""
        known = self._shapes.get(over)
        return known or self._shapes.setdefault(over, tuple([len(self.dimension[name].members) for name in over]))

    @cached_property
    def _shapes(self) -> dict[tuple[str, ...], tuple[int, ...]]:
        return {}

    def size(self, over: tuple[str, ...]) -> int:
        """Return how many cells there are."""
        return prod(self.shape(over))

    def across(self, over: tuple[str, ...]) -> str:
        """Return the dimension that values begin and tables run along: the last ordered, else the last; '' for none."""
        return ([name for name in over if self.dimension[name].ordered] or list(over) or [""])[-1]

    def at(self, *path: str | int) -> Location:
        """Return the location of a key path of the file."""
        return Location(self.document, path)
