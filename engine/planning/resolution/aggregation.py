"""Functions over members: what they run over, the groups that they take together, what must hold of members."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from engine.language.functions import COUNT, ROW_FUNCTIONS
from engine.language.tree import NOTHING, ONE, ZERO, Aggregate, Call, Name, Node, Pick, Run, computed
from engine.language.unparse import text
from engine.model.names import start_id
from engine.planning.resolution.grouping import grouped, of_group, refuse_over
from engine.planning.resolution.mistakes import ShapeMismatch, is_over, written
from engine.planning.resolution.rollups import refuse_stock, rolled_up
from engine.planning.resolution.shapes import Over, union
from engine.problems import listed

if TYPE_CHECKING:
    from engine.planning.resolution.resolver import Resolver

_CURVES: Final = frozenset({"lookup", "step"})
_DATED: Final = frozenset({"xnpv", "xirr"})
_SERIES: Final = frozenset({"npv", "irr", "xnpv", "xirr", "cumsum"}) | _CURVES


def aggregate(self: Resolver, node: Aggregate) -> tuple[Node, Over]:
    """Return an aggregate with its dimensions named and its groups found, and what it is over."""
    if node.function == "rollup":
        node = rolled_up(self, node)
    if node.function == COUNT:
        node = replace(node, argument=ONE if node.argument == NOTHING else node.argument)
    taken = _context(self, node)
    inner = self.within(taken, node.function)
    # What is taken together stands in the finer dimension: a group's name is the member that each belongs to.
    inner.context = tuple([name for name in inner.context if name not in node.by])
    argument, found = (
        inner.pick(node.argument, runs=True) if isinstance(node.argument, Pick) else inner.read(node.argument)
    )
    # The condition is asked of each member too; over what the formula alone is over it may not be.
    known = found if node.function != COUNT else taken
    inner.context = tuple(
        [name for name in inner.context if name in known or not set(self.shapes.finer(name)) & set(known)]
    )
    where, asked = (None, ()) if node.where is None else inner.read(node.where)
    if node.function == COUNT:
        found = union([asked, node.over, *[_finer(self, group, asked) for group in node.by]])
    extra = [name for name in asked if name not in found]
    if extra:
        message = f"'{self.owner}' takes the {node.function} where {written(node.where or ONE)}, over '{extra[0]}' too"
        hint = f"what is taken is {is_over(found)}, and the condition may be over no more"
        if node.function == "sum" and node.where is not None:
            chosen = Call("if", (node.where, node.argument, ZERO))
            inside = replace(node, argument=chosen, where=None, over=node.over or (() if node.by else found))
            hint += f"; ask within what is taken: {text(inside)}"
        raise ShapeMismatch(message, hint)
    if node.by:
        return grouped(self, replace(node, argument=argument, where=where), found)
    over = _over(self, node, argument, found)
    made = replace(node, argument=argument, over=over, where=where)
    if node.function in _SERIES:
        return _series(self, made, found)
    for name in over:
        refuse_stock(self, node.function, argument, name, "")
    self.shapes.used |= set(over) if node.where is not None or node.function == COUNT else set()
    rest = tuple([name for name in found if name not in over])
    return made, union([rest, self.shapes.ends(argument)])


def _context(self: Resolver, node: Aggregate) -> Over:
    asked = () if node.where is None else self.mentioned(node.where)
    groups = [_finer(self, group, asked if node.function == COUNT else ()) for group in node.by]
    taken = union([self.mentioned(node.argument), node.over, *groups])
    if node.where is None or (taken and node.function != COUNT):
        return taken
    # What is counted is what the condition is over; a group counts by itself where nothing finer is named.
    grouped = [name for name in asked if any(fine in taken for fine in self.shapes.finer(name))]
    return union([taken, tuple([name for name in asked if name not in grouped])])


def _finer(self: Resolver, group: str, asked: Over) -> Over:
    """Return the dimension that a group takes the place of: one that is asked about, or the next finer one."""
    found = of_group(self, group)
    return tuple([name for name in found if name in asked])[:1] or found[:1]


def _series(self: Resolver, node: Aggregate, found: Over) -> tuple[Node, Over]:
    """Return a function that uses up the only ordered dimension of its row, with what stands beside it."""
    (along,) = node.over
    if self.shapes.iscomputed(node.argument):
        message = f"'{self.owner}' takes the {node.function} of {written(node.argument)}, whose ends are computed"
        raise ShapeMismatch(message, "give the run a quantity of its own, and take that")
    if node.function not in _CURVES:
        refuse_stock(self, node.function, node.argument, along, "")
    beside: list[Node] = []
    over = [tuple([name for name in found if name != along or node.function == "cumsum"])]
    self.shapes.used |= {along} if node.function in _CURVES else set()
    for number, parameter in enumerate(node.parameters):
        read, other = self.within((along,)).read(parameter) if number else self.read(parameter)
        is_values = node.function in _CURVES and number == 1
        if is_values and along not in other:
            message = f"the values of {node.function} in '{self.owner}' are {is_over(other)}"
            raise ShapeMismatch(message, f"give one for each point, over '{along}'")
        if not is_values and along in other:
            name = ROW_FUNCTIONS[node.function].arguments[0]
            message = f"the {name} of {node.function} in '{self.owner}' is over '{along}', which it runs along"
            raise ShapeMismatch(
                message, "it is one number for all of it; pick a member, or say over= which it runs along"
            )
        beside.append(read)
        over.append(tuple([name for name in other if name != along]))
    if node.function in _DATED:
        if not self.dimensions[along].periods:
            message = f"'{self.owner}' takes the {node.function} along '{along}', which is no calendar"
            raise ShapeMismatch(message, f"it goes by dates; {node.function[1:]} goes by periods")
        beside.append(Name(start_id(along)))
        self.shapes.used.add(along)
    return replace(node, parameters=tuple(beside)), union([*over, self.shapes.ends(node.argument)])


def _over(self: Resolver, node: Aggregate, argument: Node, found: Over) -> Over:
    """Return the dimensions that an aggregate runs over, named or understood."""
    function = node.function
    refuse_over(self, node, found)
    runs = _runs(self, argument)
    if not found:
        message = f"'{self.owner}' takes the {function} of {written(node.argument)}, which is one number"
        hint = "an aggregate takes what is over a dimension"
        row = ROW_FUNCTIONS.get(function)
        if function in _SERIES and row is not None:
            what = f"{row.arguments[row.row]} over a calendar, a dimension that counts, or one with ordered = true"
            hint = f"write {function}({row.usage}), with {what}"
        raise ShapeMismatch(message, hint)
    if function in _SERIES:
        ordered = tuple([name for name in found if self.dimensions[name].ordered])
        if not ordered and not node.over:
            message = (
                f"'{self.owner}' takes the {function} of {written(node.argument)}, which is over no ordered dimension"
            )
            raise ShapeMismatch(
                message, "it goes along a calendar, a dimension with from and to, or one with ordered = true"
            )
        found = ordered or found
    if not node.over and not runs and len(found) > 1:
        message = f"'{self.owner}' takes the {function} of {written(node.argument)}, which is over {listed(found)}"
        hint = _hint_of_several(self, node, found)
        if function in {"first", "last"} or function in _SERIES:
            hint = f"name the ordered one: over={next((n for n in found if self.dimensions[n].ordered), found[-1])}"
        raise ShapeMismatch(message, hint)
    over = node.over or runs or found
    _refuse_loose_runs(self, argument, over)
    if self.shapes.iscomputed(argument) and len(over) > 1:
        message = f"'{self.owner}' takes the {function} of {written(node.argument)} over {listed(over)} at once"
        raise ShapeMismatch(message, "beside a run with computed ends, aggregate the others in a quantity of their own")
    ordered_only = function in {"first", "last"} or function in _SERIES
    if ordered_only and (len(over) > 1 or not self.dimensions[over[0]].ordered):
        message = f"'{self.owner}' takes the {function} over {listed(over)}, which has no order"
        raise ShapeMismatch(message, "pick a member by name, or declare the dimension with ordered = true")
    _refuse_mixed(self, argument, runs)
    return over


def _hint_of_several(self: Resolver, node: Aggregate, found: Over) -> str:
    """Return what an aggregate over several dimensions may run over: first what the result is not over."""
    groups = tuple([name for name in self.near if set(self.shapes.finer(name)) & set(found)])
    kept = {*self.near, *[fine for group in groups for fine in self.shapes.finer(group)]}
    gone = tuple([name for name in found if name not in kept])
    if groups:
        return f"write {text(replace(node, over=gone, by=groups))}"
    first = gone or found[-1:]
    ways = [first, found if first != found else found[-1:]]
    return "name what it runs over: " + ", or ".join(
        [f"over={way[0]}" if len(way) == 1 else f"over=[{', '.join(way)}]" for way in ways]
    )


def _runs(self: Resolver, argument: Node) -> Over:
    """Return the dimensions of which a run is taken: what is aggregated where nothing else is said."""
    if not isinstance(argument, Pick):
        return ()
    pairs = zip(self.shapes.over[argument.id], argument.selectors, strict=True)
    return tuple([name for name, selector in pairs if isinstance(selector, Run)])


def _refuse_loose_runs(self: Resolver, argument: Node, over: Over) -> None:
    for name in _runs(self, argument):
        if name not in over:
            what = f"aggregates over {listed(over)}"
            message = f"'{self.owner}' takes a run of '{name}' in {written(argument)}, and {what}"
            raise ShapeMismatch(message, f"a run is aggregated: over=[{', '.join((*over, name))}]")


def _refuse_mixed(self: Resolver, argument: Node, runs: Over) -> None:
    """Refuse a run beside a member that is computed along the run's own dimension."""
    if not runs or not isinstance(argument, Pick):
        return
    for selector in argument.selectors:
        for member in () if isinstance(selector, Run) else computed(selector):
            mixed = [name for name in self.shapes.of(member) if name in runs]
            if mixed:
                message = f"'{self.owner}' takes a run of '{mixed[0]}' and picks by {written(member)} along it"
                raise ShapeMismatch(message, "give what is picked a quantity of its own, and aggregate that")
