"""Functions over members: what they run over, the groups that they take together, what must hold of members."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from engine.language.functions import COUNT, ROW_FUNCTIONS
from engine.language.tree import NOTHING, ONE, Aggregate, Name, Node, Pick, Run, computed
from engine.model.names import map_id, start_id
from engine.planning.resolution.mistakes import ShapeMismatch, is_over, written
from engine.planning.resolution.rollups import refuse_stock, rolled_up
from engine.planning.resolution.shapes import Over, union
from engine.problems import did_you_mean, listed, shortened

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
    inner = self.within(_context(self, node))
    argument, found = (
        inner.pick(node.argument, runs=True) if isinstance(node.argument, Pick) else inner.read(node.argument)
    )
    where, asked = (None, ()) if node.where is None else inner.read(node.where)
    if node.function == COUNT:
        found = union([asked, node.over, *[_of_group(self, group)[:1] for group in node.by]])
    extra = [name for name in asked if name not in found]
    if extra:
        message = f"'{self.owner}' takes the {node.function} where {written(node.where or ONE)}, over '{extra[0]}' too"
        raise ShapeMismatch(message, f"what is taken is {is_over(found)}, and the condition may be over no more")
    if node.by:
        return _grouped(self, replace(node, argument=argument, where=where), found)
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
    taken = union([self.mentioned(node.argument), node.over, *[_finer(self, group) for group in node.by]])
    if node.where is None or (taken and node.function != COUNT):
        return taken
    # What is counted is what the condition is over; a group counts by itself where nothing finer is named.
    asked = self.mentioned(node.where)
    grouped = [name for name in asked if any(fine in taken for fine in self.shapes.finer(name))]
    return union([taken, tuple([name for name in asked if name not in grouped])])


def _finer(self: Resolver, group: str) -> Over:
    return _of_group(self, group)[:1]


def _of_group(self: Resolver, group: str) -> Over:
    """Return what a group is of: its finer dimensions, or the dimension that a choice is over."""
    quantity = self.shapes.quantity(group)
    return quantity.over if quantity is not None and quantity.choice else self.shapes.finer(group)


def _grouped(self: Resolver, node: Aggregate, found: Over) -> tuple[Node, Over]:
    """Return an aggregate by groups: first over what is named by over=, then one group after the other."""
    if node.over:
        _refuse_over(self, node, found)
    made: Node = node.argument
    here = found
    where = node.where
    if node.over:
        for name in node.over:
            refuse_stock(self, node.function, node.argument, name, "")
        made = Aggregate(node.function, made, node.over, (), where)
        where, here = None, tuple([name for name in here if name not in node.over])
    for group in node.by:
        fine, coarse, codes = _group(self, node, here, group)
        if made == node.argument:
            refuse_stock(self, node.function, node.argument, fine, group)
        if node.function in {"first", "last"} and not self.dimensions[fine].ordered:
            message = f"'{self.owner}' takes the {node.function} along '{fine}', which has no order"
            raise ShapeMismatch(message, "declare the dimension with ordered = true")
        made = Aggregate(node.function, made, (fine,), (coarse,), where, (Name(codes),))
        where, here = None, tuple([coarse if name == fine else name for name in here])
    return made, union([here, self.shapes.ends(node.argument)])


def _group(self: Resolver, node: Aggregate, found: Over, group: str) -> tuple[str, str, str]:
    """Return the finer dimension that a group takes the place of, the coarser one, and the row of its codes."""
    what = f"takes the {node.function} of {written(node.argument)} by '{shortened(group)}'"
    quantity = self.shapes.quantity(group)
    if quantity is not None and quantity.choice:
        if len(quantity.over) != 1 or quantity.over[0] not in found:
            message = f"'{self.owner}' {what}, a choice that is {is_over(quantity.over)}"
            raise ShapeMismatch(message, f"group by a choice over one dimension of what is taken: {listed(found)}")
        fine, coarse, codes = quantity.over[0], quantity.choice, group
    elif group not in self.dimensions:
        groups = [name for name in self.dimensions if self.shapes.finer(name)]
        if quantity is not None:
            message = f"'{self.owner}' {what}, which is a quantity and no group"
            raise ShapeMismatch(
                message, f'group by a dimension with of = "{(found or ("...",))[0]}", or by a choice over it'
            )
        message = f"'{self.owner}' {what}, and there is no such group"
        hint = f'declare it: [dimensions.{shortened(group)}] with of = "{found[0] if found else "..."}"'
        raise ShapeMismatch(message, did_you_mean(group, groups) or hint)
    else:
        finer = self.shapes.finer(group)
        candidates = [name for name in finer if name in found]
        if not finer:
            message = f"'{self.owner}' {what}, which groups no other dimension"
            raise ShapeMismatch(
                message, f'give it of = "..." and a map, or write over={found[0] if found else group} in place of by='
            )
        if not candidates:
            message = f"'{self.owner}' {what}, and its argument is {is_over(found)}"
            raise ShapeMismatch(message, f"'{group}' groups '{finer[0]}': take what is over that")
        fine, coarse, codes = candidates[0], group, map_id(group, candidates[0])
        self.shapes.use_map(group, fine)
    if coarse in found:
        message = f"'{self.owner}' {what}, and its argument is over '{coarse}' already"
        raise ShapeMismatch(message, f"aggregate over={fine} instead, or pick a member of '{coarse}' first")
    self.shapes.used |= {coarse, fine} if node.function in {"first", "last"} else {coarse}
    return fine, coarse, codes


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
    _refuse_over(self, node, found)
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
        hint = f"name what it runs over: over={found[-1]}, or over=[{', '.join(found)}]"
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


def _refuse_over(self: Resolver, node: Aggregate, found: Over) -> None:
    for name in node.over:
        if name not in self.dimensions:
            message = (
                f"'{self.owner}' takes the {node.function} over '{shortened(name)}', and there is no such dimension"
            )
            known = f"it may be {listed(found, 'or')}" if found else f"declare it: [dimensions.{shortened(name)}]"
            raise ShapeMismatch(message, did_you_mean(name, self.dimensions) or known)
        if name not in found:
            what = f"{written(node.argument)} is {is_over(found)}"
            message = f"'{self.owner}' takes the {node.function} over '{name}', and {what}"
            raise ShapeMismatch(message, "take it over a dimension that its argument is over")


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
