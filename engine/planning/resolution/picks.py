"""Picks of members: one, a run, or one that is computed, each in the order of what the row is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.language.functions import AGGREGATES
from engine.language.tree import Every, Member, Name, Node, Pick, Run, Selector, nodes
from engine.language.unparse import selector_text, text
from engine.model.dimensions import Dimension, member_hint
from engine.planning.resolution.members import code, member_of
from engine.planning.resolution.mistakes import ShapeMismatch, is_over, written
from engine.planning.resolution.shapes import Over, union
from engine.problems import shortened

if TYPE_CHECKING:
    from engine.planning.resolution.resolver import Resolver


def pick(self: Resolver, node: Pick, *, runs: bool = False) -> tuple[Node, Over]:
    """Return a pick with its members found, and what it is over; a run of members where `runs` may stand."""
    over = () if node.id in self.dimensions else self.shapes.over[node.id]
    if len(node.selectors) != len(over):
        what = "a dimension itself" if node.id in self.dimensions else is_over(over)
        message = f"'{self.owner}' picks {len(node.selectors)} of '{node.id}', which is {what}"
        wanted = ", ".join(_one_for_each(self, node, over))
        raise ShapeMismatch(
            message,
            f"name a member, or :, for each dimension: {node.id}[{wanted}]" if over else "use it without brackets",
        )
    selectors: list[Selector] = []
    found: list[Over] = []
    for name, one in zip(over, node.selectors, strict=True):
        resolved, computed = selector(self, node, self.dimensions[name], one, runs=runs)
        selectors.append(resolved)
        found += [(name,)] if isinstance(resolved, Every | Run) else computed
    return Pick(node.id, tuple(selectors)), union(found)


def _one_for_each(self: Resolver, node: Pick, over: Over) -> list[str]:
    """Return a selector for each dimension: one that was given where it fits, else a member, or all of them."""
    given = list(node.selectors)
    wanted = []
    for name in over:
        dimension = self.dimensions[name]
        fitting = next((one for one in given if _fits(self, one, dimension)), None)
        if fitting is not None:
            given.remove(fitting)
            wanted.append(selector_text(fitting))
        else:
            wanted.append(":" if dimension.is_time or name in self.near else f'"{dimension.members[0]}"')
    return wanted


def _fits(self: Resolver, chosen: Selector, dimension: Dimension) -> bool:
    """Return whether a selector names a member of a dimension, or computes one from what is such a member."""
    if isinstance(chosen, Member):
        return dimension.index_of(chosen.text) is not None
    if isinstance(chosen, Every | Run):
        return False
    return any(found is not None and found.id == dimension.id for found in [member_of(self, n) for n in nodes(chosen)])


def selector(
    self: Resolver, node: Pick, dimension: Dimension, chosen: Selector, *, runs: bool
) -> tuple[Selector, list[Over]]:
    """Return what is picked along one dimension, and what each computed member is over."""
    if isinstance(chosen, Every):
        return chosen, []
    if isinstance(chosen, Member) and chosen.text == "-1" and dimension.index_of("-1") is None:
        message = f"'{self.owner}' picks '-1', which is no member of '{dimension.id}'"
        raise ShapeMismatch(message, f"the last member is last({node.id}, over={dimension.id})")
    if not isinstance(chosen, Run):
        one, found = end(self, dimension, chosen)
        return one, [found]
    if not runs:
        raise _loose(self, node)
    if not dimension.ordered:
        message = f"'{self.owner}' takes a run of '{dimension.id}', whose members have no order"
        raise ShapeMismatch(message, "pick members one by one, or declare the dimension with ordered = true")
    quoted = not dimension.numbers
    given = (
        chosen.first or Member(dimension.members[0], quoted=quoted),
        chosen.last or Member(dimension.members[-1], quoted=quoted),
    )
    ends = [end(self, dimension, one) for one in given]
    first, last = ends[0][0], ends[1][0]
    if isinstance(first, Member) and isinstance(last, Member) and first.index > last.index:
        message = f"in '{self.owner}', the run {written(node)} ends before it begins"
        raise ShapeMismatch(message, "exchange its ends")
    return Run(first, last), [found for _, found in ends]


def _loose(self: Resolver, node: Pick) -> ShapeMismatch:
    """Return what is wrong with a run that is not the whole of what is taken together."""
    if not self.taking:
        message = f"'{self.owner}' uses the run {written(node)} where one value must stand"
        return ShapeMismatch(message, f"aggregate it, as in sum({text(node)})")
    message = (
        f"'{self.owner}' computes with the run {written(node)} within {self.taking}(...), where a run stands alone"
    )
    whole, along, where = without_run(self, node)
    if where and self.taking in AGGREGATES:
        hint = f"write {whole}, and say which members: {self.taking}(..., over={along}, where={where})"
    else:
        hint = "give the formula a quantity of its own, and take the run of that"
    return ShapeMismatch(message, hint)


def without_run(self: Resolver, node: Pick) -> tuple[str, str, str]:
    """Return a pick without its run, the dimension of that, and the condition that says the same.

    The condition is '' where an end is computed, and where there is not one run.
    """
    pairs = list(zip(self.shapes.over[node.id], node.selectors, strict=True))
    runs = [(name, one) for name, one in pairs if isinstance(one, Run)]
    kept = tuple([Every() if isinstance(one, Run) else one for _, one in pairs])
    whole = node.id if all(isinstance(one, Every) for one in kept) else text(Pick(node.id, kept))
    if len(runs) != 1:
        return whole, "", ""
    ((along, run),) = runs
    members = self.dimensions[along].members
    ends = [
        f"{along} {sign} {selector_text(one)}"
        for sign, one, outermost in ((">=", run.first, members[0]), ("<=", run.last, members[-1]))
        if one is not None and not (isinstance(one, Member) and one.text == outermost)
    ]
    named = all(isinstance(one, Member | None) for one in (run.first, run.last))
    return whole, along, " and ".join(ends) if named else ""


def end(self: Resolver, dimension: Dimension, chosen: Member | Node) -> tuple[Member | Node, Over]:
    """Return one member: named, or the code of one that is computed."""
    if isinstance(chosen, Member):
        index = dimension.index_of(chosen.text)
        if index is None:
            message = f"'{self.owner}' picks '{shortened(chosen.text)}', which is no member of '{dimension.id}'"
            raise ShapeMismatch(message, member_hint(dimension, chosen.text))
        return Member(dimension.members[index], index, chosen.quoted), ()
    if isinstance(chosen, Name) and chosen.id not in self.dimensions and chosen.id not in self.shapes.over:
        message = f"'{self.owner}' picks {written(chosen)} of '{dimension.id}', and there is no such quantity"
        raise ShapeMismatch(message, f'names of members stand in quotes: "{chosen.id}"')
    other = member_of(self, chosen)
    if other is not None and other.id != dimension.id and (not dimension.numbers or not other.numbers):
        message = f"'{self.owner}' picks a member of '{dimension.id}' by {written(chosen)}, a member of '{other.id}'"
        raise ShapeMismatch(message, f"pick by what is a member of '{dimension.id}'")
    if other is not None and other.id == dimension.id:
        self.shapes.used.add(dimension.id)
        return code(self, chosen)
    if not dimension.is_time:
        message = f"'{self.owner}' picks a member of '{dimension.id}' by {written(chosen)}, and its members are names"
        hint = f'names of members stand in quotes, as in "{dimension.members[0]}"'
        raise ShapeMismatch(message, hint)
    self.shapes.used.add(dimension.id)
    return self.read(chosen)
