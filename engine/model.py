"""A model as its author wrote it: frozen records, nothing worked out yet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final, Self

from engine.expression import Node
from engine.problems import Document, KeyPath, Location, Problem

BASE: Final = "base"
AS_WRITTEN: Final = "As written"


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
    digits: int | None = None
    disputed: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A named amount with a unit: an input has a value, any other a formula."""

    id: str
    path: KeyPath
    label: str
    unit: str
    value: Decimal | None = None
    formula: Formula | None = None
    range: tuple[Decimal, Decimal] | None = None
    distribution: str = ""
    min: Decimal | None = None
    max: Decimal | None = None
    whole: bool = False
    sources: tuple[str, ...] = ()
    note: str = ""
    published: tuple[Published, ...] = ()

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
    set: tuple[tuple[str, Decimal], ...] = ()


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
    sources: tuple[Source, ...] = ()
    sections: tuple[Section, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    checks: tuple[Check, ...] = ()
    problems: tuple[Problem, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Quantity]:
        """Return the quantities by id."""
        return {quantity.id: quantity for quantity in self.quantities}

    @cached_property
    def feeds(self) -> dict[str, tuple[str, ...]]:
        """Return, for each id, the ids of the model that its formula uses."""
        found = {quantity.id: quantity.formula.names if quantity.formula else () for quantity in self.quantities}
        for id_, used in found.items():
            if not all([name in found for name in used]):  # noqa: C419  # a list is faster than a generator here
                found[id_] = tuple([name for name in used if name in found])
        return found

    def at(self, *path: str | int) -> Location:
        """Return the location of a key path of the file."""
        return Location(self.document, path)
