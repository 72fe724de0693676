"""Dimensions, their members, and values by member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from engine.model.calendar import Period, mended_period, place_of, read_period
from engine.problems import KeyPath, did_you_mean, some
from engine.text.labels import fold

if TYPE_CHECKING:
    from engine.model.data import Columns

T = TypeVar("T")
_LONGEST_MEMBER: Final = 15
DEFAULT: Final = "default"
# What it is called elsewhere.
_OTHERS: Final = frozenset({"*", "all", "else", "other", "others", "otherwise", "rest"})


@dataclass(frozen=True)
class Dimension:
    """What rows repeat along: its members by their texts.

    Where it counts from one to another they have `numbers`, in a calendar `periods`. One that groups the members of a
    finer dimension is `of` that; `places` has, for each of these, the place, from 0, of the member that it belongs to.
    `listed_in` is where its members stand in a file of data, and `mapped_in` where those of the finer one belong to
    them, by row; None where that stands in the text.
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
    listed_in: Columns | None = field(default=None, compare=False, repr=False)
    mapped_in: Columns | None = field(default=None, compare=False, repr=False)

    @property
    def files(self) -> tuple[str, ...]:
        """Return the ids of the files that its members and its map stand in, each once."""
        origins = (self.listed_in, self.mapped_in)
        return tuple(dict.fromkeys([origin.data for origin in origins if origin is not None]))

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

    @cached_property
    def has_runs(self) -> bool:
        """Return whether { from = 2026, list = [1, 2] } is a run of values: no member is called `from` or `list`."""
        return self.ordered and self.indices.keys().isdisjoint(("from", "list"))

    @cached_property
    def has_default(self) -> bool:
        """Return whether the key `default` means all members that are not named; a member of that name comes first."""
        return bool(self.numbers) or DEFAULT not in map(fold, self.members)

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


def key_hint(dimension: Dimension, text: str) -> str:
    """Return what to write instead of a key that is no member, and may have been meant to be `default`."""
    if not dimension.has_default:
        return member_hint(dimension, text)
    if fold(text) in _OTHERS:
        return "what all other members have stands at 'default'"
    members = () if dimension.is_time else dimension.members
    return did_you_mean(text, (*members, DEFAULT)) or member_hint(dimension, text)


def others_hint(key: str, dimensions: Sequence[Dimension]) -> str:
    """Return the end of a hint, which names the key that says what all other members have where there is one."""
    is_there = all(dimension.has_default for dimension in dimensions)
    return f"all others: {key}.{DEFAULT} = ..." if is_there else "all of them"


def beyond(dimension: Dimension, code: float) -> tuple[str, str]:
    """Return what to say of a code that a formula picks by and no member has, and how the pick is kept within."""
    name, first, last = dimension.id, dimension.members[0], dimension.members[-1]
    is_before = code < dimension.codes[0]
    told = f"{code:.15g} is no member of '{name}', which runs from {first} to {last}"
    if dimension.periods and code == int(code):
        count = -code if is_before else code - dimension.codes[-1]
        periods = "the period" if count == 1 else f"{count:g} periods"
        edge = f"before {first}, where '{name}' begins" if is_before else f"after {last}, where '{name}' ends"
        told = f"it reads {periods} {edge}"
    if is_before:
        within, ask = f"max({name} - 1, first({name}))", f"x[{name} - 1] if {name} > first({name}) else 0"
    else:
        within, ask = f"min({name} + 1, last({name}))", f"x[{name} + 1] if {name} < last({name}) else 0"
    return told, f"keep it within, as in x[{within}], or ask first: {ask}"


def member_text(text: str) -> str:
    """Return a number as the text of a member: 2026 for 2026.0; any other text as it is."""
    if text.isdecimal() and text.isascii() and text[0] != "0" and len(text) < _LONGEST_MEMBER:
        return text
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

    @property
    def by_place(self) -> dict[KeyPath, list[int]]:
        """Return the cells that are given by where they stand."""
        found: dict[KeyPath, list[int]] = {}
        for number, place in enumerate(self.paths):
            if self.cells[number] is not None:
                found.setdefault(place, []).append(number)
        return found


def cell(setting: T | Grid[T] | None, number: int) -> T | None:
    """Return what holds for a cell, counted in the order of `over`: its own, or what holds for all."""
    return setting.cells[number] if isinstance(setting, Grid) else setting


def is_default(keys: KeyPath, dimensions: Sequence[Dimension]) -> bool:
    """Return whether keys, one a dimension, lead to what all members have that are not named."""
    if DEFAULT not in keys:
        return False
    pairs = zip(member_keys(keys, dimensions), dimensions, strict=False)
    return any(key == DEFAULT and dimension.has_default for key, dimension in pairs)


def member_keys(keys: KeyPath, dimensions: Sequence[Dimension]) -> KeyPath:
    """Return those keys that stand for members: not the `list` of a run."""
    found: KeyPath = ()
    for key in keys:
        is_of_run = key == "list" and len(found) < len(dimensions) and dimensions[len(found)].has_runs
        found = found if is_of_run else (*found, key)
    return found


def cells_at(keys: KeyPath, dimensions: Sequence[Dimension]) -> list[int]:
    """Return the cells of the members that keys name, `default` all; none where a key is no member's."""
    numbers = [0]
    for depth, dimension in enumerate(dimensions):
        key = keys[depth] if depth < len(keys) else DEFAULT
        index = dimension.index_of(key) if isinstance(key, str) else None
        every = range(len(dimension.members)) if key == DEFAULT and index is None else ()
        places = every if index is None else (index,)
        numbers = [number * len(dimension.members) + place for number in numbers for place in places]
    return numbers


def members_at(number: int, dimensions: Sequence[Dimension]) -> tuple[str, ...]:
    """Return the members of a cell by its number, the last dimension fastest; of the last cell by -1."""
    found: list[str] = []
    for dimension in reversed(dimensions):
        number, place = divmod(number, len(dimension.members))
        found.append(dimension.members[place])
    return tuple(reversed(found))


def each(setting: T | Grid[T] | None) -> tuple[T, ...]:
    """Return everything that is given: one for all, or one a member."""
    if isinstance(setting, Grid):
        return tuple([value for value in setting.cells if value is not None])
    return () if setting is None else (setting,)
