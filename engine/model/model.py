"""A model as its author wrote it: frozen records, nothing worked out yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import product
from math import prod
from typing import Final, Generic, Self, TypeVar

from engine.chart import Chart
from engine.language.tree import Node
from engine.problems import Document, KeyPath, Location, Problem, did_you_mean, some

T = TypeVar("T")

BASE: Final = "base"
AS_WRITTEN: Final = "As written"
_LONGEST_MEMBER: Final = 15


class Written(Decimal):
    """A number that prints as its author wrote it: 524.60e9, where Decimal says 5.2460E+11."""

    text: str

    def __new__(cls, text: str) -> Self:
        """Read a number; decimal.InvalidOperation where the text is none."""
        self = super().__new__(cls, text)
        self.text = text
        return self

    def __str__(self) -> str:
        """Return the text."""
        return self.text

    def __format__(self, spec: str, /) -> str:  # type: ignore[override]  # Decimal's own has a context that nobody gives
        """Return the text, or the number in the format asked for."""
        return super().__format__(spec) if spec else self.text


@dataclass(frozen=True)
class Dimension:
    """What rows repeat along: its members by their texts, and by their numbers where it counts from one to another."""

    id: str
    label: str
    members: tuple[str, ...]
    numbers: tuple[Decimal, ...] = ()
    ordered: bool = False
    unit: str = "1"
    note: str = ""

    @cached_property
    def places(self) -> dict[str, int]:
        """Return the place, from 0, of each member by its text."""
        return {member: place for place, member in enumerate(self.members)}

    @cached_property
    def is_whole(self) -> bool:
        """Return whether its members are whole numbers, which a search finds bit by bit."""
        return all(number == number.to_integral_value() for number in self.numbers)

    def place(self, text: str) -> int | None:
        """Return the place of a member as an author writes it: 2026, and 2026.0 too."""
        if text in self.places or not self.numbers:
            return self.places.get(text)
        return self.places.get(member_text(text))


def member_hint(dimension: Dimension, text: str) -> str:
    """Return what to write instead of a member that there is not."""
    if dimension.numbers:
        return f"'{dimension.id}' runs from {dimension.members[0]} to {dimension.members[-1]}"
    return did_you_mean(text, dimension.members) or f"the members are {some(dimension.members)}"


def member_text(text: str) -> str:
    """Return a number as the text of a member: 2026 for 2026.0; any other text as it is."""
    try:
        number = Decimal(text.replace("_", ""))
    except ArithmeticError:
        return text
    return f"{number.normalize():f}" if abs(number.adjusted()) < _LONGEST_MEMBER else text


@dataclass(frozen=True, slots=True)
class Grid(Generic[T]):
    """Something for each member, None where it is not given: in the order of `over`, the last dimension fastest.

    `places` says where each stands below the quantity's table.
    """

    cells: tuple[T | None, ...]
    places: tuple[KeyPath, ...]


def cell(setting: T | Grid[T] | None, number: int) -> T | None:
    """Return what holds for a cell, counted in the order of `over`: its own, or what holds for all."""
    return setting.cells[number] if isinstance(setting, Grid) else setting


def each(setting: T | Grid[T] | None) -> tuple[T, ...]:
    """Return everything that is given: one for all, or one a member."""
    if isinstance(setting, Grid):
        return tuple([value for value in setting.cells if value is not None])
    return () if setting is None else (setting,)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula: its text, and where it could be read its tree and the ids that it uses, in order of appearance."""

    text: str
    tree: Node | None
    names: tuple[str, ...] = ()


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

    What is over an ordered dimension may have both: values for the first periods, and a formula for the rest.
    """

    id: str
    path: KeyPath
    label: str
    unit: str
    value: Decimal | Grid[Decimal] | None = None
    formula: Formula | None = None
    range: tuple[Decimal, Decimal] | Grid[tuple[Decimal, Decimal]] | None = None
    distribution: str = ""
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

    @property
    def formula_key(self) -> str:
        """Return the key that its formula stands under: that of an equation is what it solves."""
        return "solve" if self.is_equation else "formula"

    @property
    def is_input(self) -> bool:
        """Return whether it has nothing but values."""
        return self.value is not None and self.formula is None and not self.formulas

    def formula_for(self, member: tuple[str, ...]) -> Formula | None:
        """Return the formula that holds for a cell's member; None for an input."""
        if not self.formulas:
            return self.formula
        return dict(self.formulas)[member[self.over.index(self.formulas_over)]]

    @property
    def written(self) -> Iterator[tuple[str, Formula]]:
        """Yield its formulas with the members that they hold for: '' for all."""
        if self.formula is not None:
            yield "", self.formula
        yield from self.formulas

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
    """Values that replace those written, in the declared units."""

    id: str
    label: str
    extends: str | None = None
    note: str = ""
    set: tuple[tuple[str, Decimal | Grid[Decimal]], ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """A statement that must hold; the tolerance is absolute, in the unit of the left side."""

    id: str
    label: str
    test: Formula
    tolerance: Decimal | None = None


@dataclass(frozen=True, eq=False)
class Model:
    """The whole file, and what was wrong with its shape."""

    document: Document
    title: str
    purpose: str = ""
    scenario: str | None = None
    outputs: tuple[str, ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    sources: tuple[Source, ...] = ()
    sections: tuple[Section, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    checks: tuple[Check, ...] = ()
    charts: tuple[Chart, ...] = ()
    problems: tuple[Problem, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Quantity]:
        """Return the quantities by id."""
        return {quantity.id: quantity for quantity in self.quantities}

    @cached_property
    def feeds(self) -> dict[str, tuple[str, ...]]:
        """Return, for each id, the ids of the model that its formula uses."""
        found = {
            quantity.id: tuple([name for name in quantity.formula.names if name != quantity.id])
            if quantity.formula and quantity.is_equation
            else quantity.formula.names
            if quantity.formula
            else tuple(dict.fromkeys([name for _, formula in quantity.formulas for name in formula.names]))
            for quantity in self.quantities
        }
        for id_, used in found.items():
            if not all([name in found for name in used]):  # noqa: C419  # a list is faster than a generator here
                found[id_] = tuple([name for name in used if name in found])
        return found

    @cached_property
    def dimension(self) -> dict[str, Dimension]:
        """Return the dimensions by name."""
        return {dimension.id: dimension for dimension in self.dimensions}

    def members(self, over: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Return the members of cells over dimensions, the last fastest; one empty tuple over none."""
        return list(product(*[self.dimension[name].members for name in over]))

    def shape(self, over: tuple[str, ...]) -> tuple[int, ...]:
        """Return how many members each dimension has."""
        return tuple([len(self.dimension[name].members) for name in over])

    def size(self, over: tuple[str, ...]) -> int:
        """Return how many cells there are."""
        return prod(self.shape(over))

    def across(self, over: tuple[str, ...]) -> str:
        """Return the dimension that runs across in a table, and that values begin and formulas go on along.

        It is the last ordered one, else the last; '' for a single number.
        """
        ordered = [name for name in over if self.dimension[name].ordered]
        return (ordered or list(over) or [""])[-1]

    def at(self, *path: str | int) -> Location:
        """Return the location of a key path of the file."""
        return Location(self.document, path)
