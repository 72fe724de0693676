"""Dimensions, their members, and values by member."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final, Generic, TypeVar

from engine.model.calendar import Period, mended_period, place_of, read_period
from engine.problems import KeyPath, did_you_mean, some

T = TypeVar("T")
_LONGEST_MEMBER: Final = 15


@dataclass(frozen=True)
class Dimension:
    """What rows repeat along: its members by their texts.

    Where it counts from one to another they have `numbers`, in a calendar `periods`. One that groups the members of a
    finer dimension is `of` that; `places` has, for each of these, the place, from 0, of the member that it belongs to.
    """

    id: str
    label: str
    members: tuple[str, ...]
    numbers: tuple[Decimal, ...] = ()
    ordered: bool = False
    unit: str = "1"
    note: str = ""
    periods: tuple[Period, ...] = ()
    of: str = ""
    places: tuple[int, ...] = ()
    sources: tuple[str, ...] = ()

    @cached_property
    def indices(self) -> dict[str, int]:
        """Return the index, from 0, of each member by its text."""
        return {member: index for index, member in enumerate(self.members)}

    @cached_property
    def is_whole(self) -> bool:
        """Return whether its members are whole numbers, which a search finds bit by bit."""
        return all(number == number.to_integral_value() for number in self.numbers)

    @cached_property
    def codes(self) -> tuple[float, ...]:
        """Return the number that stands for each member: its own where they count, otherwise its place from 0."""
        return tuple([float(number) for number in self.numbers or range(len(self.members))])

    @property
    def is_time(self) -> bool:
        """Return whether it is one that quantities run along in time: a calendar, or one that counts."""
        return bool(self.periods or self.numbers)

    def index_of(self, text: str) -> int | None:
        """Return the index of a member as an author writes it: 2026, and 2026.0 too."""
        if text in self.indices or not self.numbers:
            return self.indices.get(text)
        return self.indices.get(member_text(text))

    def code_of(self, index: int) -> Decimal:
        """Return the code of the member at an index, as it was written."""
        return self.numbers[index] if self.numbers else Decimal(index)

    def member_at(self, code: Decimal | float) -> str:
        """Return the member that a code stands for; raise ValueError where there is none."""
        if float(code) not in self._by_code:
            message = f"no member of '{self.id}' has the code {code}"
            raise ValueError(message)
        return self._by_code[float(code)]

    @cached_property
    def _by_code(self) -> dict[float, str]:
        return dict(zip(self.codes, self.members, strict=True))


def member_hint(dimension: Dimension, text: str) -> str:
    """Return what to write instead of a member that there is not."""
    if not dimension.is_time:
        return did_you_mean(text, dimension.members) or f"the members are {some(dimension.members)}"
    runs = f"'{dimension.id}' runs from {dimension.members[0]} to {dimension.members[-1]}"
    nearest = _nearest_period(dimension, text) if dimension.periods else ""
    return f"{runs}; {nearest}" if nearest else runs


def _nearest_period(dimension: Dimension, text: str) -> str:
    """Return which period of a calendar was meant: the one that another's first day falls in, or one spelled alike."""
    found = read_period(mended_period(text) or text)
    if found is None:
        return did_you_mean(text, dimension.members)
    place = place_of(dimension.periods, found[1])
    return "" if place is None else f"did you mean '{dimension.members[place]}'?"


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

    `paths` says where each stands below the quantity's table.
    """

    cells: tuple[T | None, ...]
    paths: tuple[KeyPath, ...]


def cell(setting: T | Grid[T] | None, number: int) -> T | None:
    """Return what holds for a cell, counted in the order of `over`: its own, or what holds for all."""
    return setting.cells[number] if isinstance(setting, Grid) else setting


def each(setting: T | Grid[T] | None) -> tuple[T, ...]:
    """Return everything that is given: one for all, or one a member."""
    if isinstance(setting, Grid):
        return tuple([value for value in setting.cells if value is not None])
    return () if setting is None else (setting,)
