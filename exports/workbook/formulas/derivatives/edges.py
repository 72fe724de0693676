"""Edges of derivatives: who reads whom, how, and where the user stands for each line of the row that is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from engine.language.derivatives import Lag, Reading
from engine.language.tree import ZERO, Aggregate, Every, Member, Name, Node, Number, Previous, Run, Selector
from engine.plan.plan import Row
from exports.workbook.formulas.addresses import Index, Looked, Moving
from exports.workbook.formulas.references import References


class End(NamedTuple):
    """A computed member, or an end of a run, and how its place compares with those of the members that are read."""

    over: str
    node: Selector
    compared: str


@dataclass(frozen=True)
class Edge:
    """One reading of a row by another, with the local derivative; `fixed` are members of the user that alone read."""

    user: Row
    used: Row
    reading: Reading
    factor: Node
    selectors: Mapping[str, Selector]
    free: tuple[str, ...] = ()
    fixed: Mapping[str, int] | None = None

    def follows(self, name: str) -> bool:
        """Return whether the user's member along a dimension is that of the used row, or some periods from it."""
        return name not in self.free and isinstance(self.selectors.get(name), Every)

    @cached_property
    def finer(self) -> Mapping[str, str]:
        """Return the group along which the user's member is the one that the used row's belongs to, with the finer."""
        node = self.reading.node
        return dict(zip(node.by, node.over, strict=True)) if isinstance(node, Aggregate) and node.by else {}

    @property
    def codes(self) -> Name:
        """Return the row that says, as a number, which member of a group each member belongs to."""
        node = self.reading.node
        assert isinstance(node, Aggregate)  # noqa: S101  # asked of what is taken together by group
        codes = node.parameters[0]
        assert isinstance(codes, Name)  # noqa: S101  # a row of codes
        return codes

    def is_known(self, name: str) -> bool:
        """Return whether the user's member along a dimension comes from those of the used row."""
        return self.follows(name) or name in self.finer

    @cached_property
    def ends(self) -> tuple[End, ...]:
        """Return the ends of what is read by a computed member or run, in the order of their lines."""
        found: list[End] = []
        for name, selector in self.selectors.items():
            if isinstance(selector, Run):
                ends = ((selector.first, "<="), (selector.last, ">="))
                if any(not isinstance(end, Member) for end, _ in ends):
                    found += [End(name, end, compared) for end, compared in ends if end is not None]
            elif not isinstance(selector, Every | Member):
                found.append(End(name, selector, "="))
        return tuple(found)

    @property
    def is_shared(self) -> bool:
        """Return whether the shares of the used row's members are the same for all of the user's to the right."""
        if self.reading.aggregate in {"min", "max"}:
            return not self.finer and not self.ends
        return not self.finer and self.reading.aggregate in {"", "sum", "mean"}

    def beside(self, node: Node, start: Node = ZERO) -> Node:
        """Return what stands in the user's formula beside the row that is read: in other periods as that is."""
        for along, lag, ahead in self.reading.lags:
            node = Previous(node, start, lag, along, ahead)
        return node


@dataclass(frozen=True)
class EdgeLine:
    """One line of edges: the members of what runs down in the used row, and where the user stands.

    `sums` says that the user has members of its own to the right, which are summed: in the live column of the line, or
    where the used row has members to the right too, in a line of its own. Where what these take is not alike for all of
    the user's, `each` has such a line for every member that is read, `only` in it, one below the other.
    """

    edge: Edge
    down: Mapping[str, int]
    at: Mapping[str, Index]
    sums: bool = False
    only: int | None = None
    each: tuple[EdgeLine, ...] = ()

    @cached_property
    def used_at(self) -> Mapping[str, Index]:
        """Return where the used row stands."""
        return standing(self.edge, self.down, self.only)


def standing(edge: Edge, down: Mapping[str, int], only: int | None) -> dict[str, Index]:
    """Return where the used row of an edge stands: to the right at the column's member, or at one alone."""
    right: Index = Moving() if only is None else only
    return {name: down.get(name, right) for name in edge.used.over}


def place_of_user(references: References, edge: Edge, name: str, used_at: Mapping[str, Index]) -> Index:
    """Return the user's member where the used row stands somewhere, which is within the periods or is looked up."""
    lags = edge.reading.lags_along(name)
    index = used_at.get(name, 0)
    if name not in edge.finer and all(isinstance(lag, Number) for _, lag, _ in lags):
        steps = sum([(-1 if ahead else 1) * int(lag.value) for _, lag, ahead in lags if isinstance(lag, Number)])
        assert not isinstance(index, Looked)  # noqa: S101  # lines and columns are known
        return Moving(index.left - steps) if isinstance(index, Moving) else index + steps
    now = place_now(references, edge, name, used_at)
    if not lags:
        return now
    place = f"MIN({shifted(references, now.index, lags)},COUNT({count_of(references, name)}))"
    if any(lag.ahead for lag in lags):
        return Looked(f"MAX({place},1)", now.depth + 3)
    return Looked(place, now.depth + 2)


def place_now(references: References, edge: Edge, name: str, used_at: Mapping[str, Index]) -> Looked:
    """Return the place of the user's member but for other periods: the used row's own, or that of its group."""
    if name in edge.finer:
        fine = edge.finer[name]
        return references.look_up(name, edge.codes, {fine: used_at[fine]})
    return Looked(references.index(name, used_at[name]))


def shifted(references: References, place: str, lags: Sequence[Lag]) -> str:
    """Return the place of the user that reads a place: later by what it looks back, earlier by what it looks ahead."""
    return place + "".join([f"{'-' if ahead else '+'}{references.spell(lag, {})[0]}" for _, lag, ahead in lags])


def count_of(references: References, name: str) -> str:
    """Return the places of a dimension's members, to be counted."""
    return f"Inputs!{references.layout.indices(name).area()}"
