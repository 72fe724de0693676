"""Aggregates by groups: each group takes the place of its finer dimension, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.language.functions import AGGREGATES, COUNT
from engine.language.tree import ONE, ZERO, Aggregate, Call, Name, Node, Pick
from engine.language.unparse import text
from engine.model.declared.rollups import rollup_of
from engine.model.names import map_id
from engine.planning.resolution.mistakes import ShapeMismatch, in_toml, is_over, written
from engine.planning.resolution.rollups import refuse_stock
from engine.planning.resolution.shapes import Over, Shapes, union
from engine.problems import did_you_mean, listed, shortened

if TYPE_CHECKING:
    from engine.planning.resolution.resolver import Resolver


def of_group(self: Resolver, group: str) -> Over:
    """Return what a group is of: its finer dimensions, or the dimension that a choice is over."""
    quantity = self.shapes.quantity(group)
    return quantity.over if quantity is not None and quantity.choice else self.shapes.finer(group)


def grouped(self: Resolver, node: Aggregate, found: Over) -> tuple[Node, Over]:
    """Return an aggregate by groups: first over what is named by over=, then one group after the other."""
    if node.over:
        refuse_over(self, node, found)
    asks = node.function == COUNT or (node.where is not None and node.function != "sum")
    if asks and len(node.by) + bool(node.over) > 1:
        return _in_steps(self, node, found)
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
        if node.function in {"first", "last"}:
            _require_order(self, node, fine)
        made = Aggregate(node.function, made, (fine,), (coarse,), where, (Name(codes),))
        where, here = None, tuple([coarse if name == fine else name for name in here])
    return made, union([here, self.shapes.ends(node.argument)])


def _in_steps(self: Resolver, node: Aggregate, found: Over) -> tuple[Node, Over]:
    """Return an aggregate by several groups with a condition, or a count: of a group of groups some may be empty."""
    if node.function in {"first", "last"}:
        return _ends_in_steps(self, node, found)
    count, left = _counted(self, node, found)
    if node.function == COUNT:
        return count, left
    assert node.where is not None  # noqa: S101  # the steps of the others go one after the other
    if node.function == "mean":
        total, left = grouped(self, replace(node, function="sum"), found)
        return Call("div", (total, count)), left
    taken = (*node.over, *[_group(self, node, found, group)[0] for group in node.by])
    worst = Aggregate("max" if node.function == "min" else "min", node.argument, taken)
    chosen = replace(node, argument=Call("if", (node.where, node.argument, worst)), where=None)
    best, left = grouped(self, chosen, found)
    return Call("div", (best, Call("if", (Call("gt", (count, ZERO)), ONE, ZERO)))), left


def _ends_in_steps(self: Resolver, node: Aggregate, found: Over) -> tuple[Node, Over]:
    """Return the first or last by one group after the other, each time of those where the step before found one."""
    made, where, left = node.argument, node.where, found
    steps: list[tuple[str, Over, tuple[Node, ...]]] = [(name, (), ()) for name in node.over]
    for name in node.over:
        refuse_stock(self, node.function, node.argument, name, "")
    for group in node.by:
        fine, coarse, codes = _group(self, node, left, group)
        steps.append((fine, (coarse,), (Name(codes),)))
        left = tuple([coarse if name == fine else name for name in left])
    for fine, by, beside in steps:
        _require_order(self, node, fine)
        # The next step asks whether there is one; of the last one there must be.
        ends = "" if (fine, by, beside) == steps[-1] else "flat"
        made = Aggregate(node.function, made, (fine,), by, where, beside, ends)
        where = Call("gt", (Aggregate(COUNT, ONE, (fine,), by, where, beside), ZERO))
    self.shapes.used |= set(node.over)
    return made, union([tuple([name for name in left if name not in node.over]), self.shapes.ends(node.argument)])


def _require_order(self: Resolver, node: Aggregate, fine: str) -> None:
    """Raise ShapeMismatch for a first or a last along what has no order."""
    if not self.dimensions[fine].ordered:
        message = f"'{self.owner}' takes the {node.function} along '{fine}', which has no order"
        raise ShapeMismatch(message, "declare the dimension with ordered = true")


def _counted(self: Resolver, node: Aggregate, found: Over) -> tuple[Node, Over]:
    """Return how many members there are, or a condition holds of, by each group in turn.

    Of what the condition is not over, each member counts as often as there are others.
    """
    asked = () if node.where is None else self.shapes.of(node.where)
    steps = [_group(self, node, found, group) for group in node.by]
    counts: list[Node] = []
    for fine, coarse, codes in sorted(steps, key=lambda step: step[0] not in asked):
        group = Aggregate(COUNT, ONE, (fine,), (coarse,), node.where if not counts else None, (Name(codes),))
        if fine in asked and counts:
            counts[0] = replace(group, function="sum", argument=counts[0])
        else:
            counts.append(group)
    for name in node.over:
        if name in asked:
            counts[0] = Aggregate("sum", counts[0], (name,))
        else:
            counts.append(Aggregate(COUNT, ONE, (name,)))
    total = counts[0]
    for other in counts[1:]:
        total = Call("mul", (total, other))
    left = tuple([name for name in found if name not in node.over])
    for fine, coarse, _ in steps:
        left = tuple([coarse if name == fine else name for name in left])
    self.shapes.used |= set(node.over)
    return total, left


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
            of = (found or ("...",))[0]
            raise ShapeMismatch(message, f'group by a dimension with of = "{of}", or by a choice over it')
        message = f"'{self.owner}' {what}, and there is no such group"
        hint = f'declare it: [dimensions.{shortened(group)}] with of = "{found[0] if found else "..."}"'
        raise ShapeMismatch(message, did_you_mean(group, groups) or hint)
    else:
        finer = self.shapes.finer(group)
        candidates = [name for name in finer if name in found]
        if not finer:
            message = f"'{self.owner}' {what}, which groups no other dimension"
            raise ShapeMismatch(message, _hint_of_no_group(self, node, found, group))
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


def refuse_over(self: Resolver, node: Aggregate, found: Over) -> None:
    """Raise ShapeMismatch where `over` names what is no dimension, or none of what is taken."""
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
            raise ShapeMismatch(message, _hint_of_group_over(self, node, found, name))


def _hint_of_no_group(self: Resolver, node: Aggregate, found: Over, group: str) -> str:
    """Return what to write where `by` names a dimension that groups no other: each of its members stays by itself."""
    if group not in found or group not in self.near:
        over = group if group in found else (found or (group,))[0]
        return f'give it of = "..." and a map, or write over={over} in place of by='
    rest = tuple([name for name in found if name not in self.near])
    if not rest:
        return f"leave the {node.function} out: {written(node.argument)}"
    return f"leave by={group} out: {text(replace(node, over=rest, by=()))}"


def _hint_of_group_over(self: Resolver, node: Aggregate, found: Over, group: str) -> str:
    """Return what to write where `over` names what the argument is not over: that may be a group of what it is over."""
    fine = next((name for name in self.shapes.finer(group) if name in found), None)
    if fine is None:
        return "take it over a dimension that its argument is over"
    rest = tuple([name for name in node.over if name != group])
    whole = text(replace(node, over=(*rest, fine)))
    if node.function not in AGGREGATES:
        return f"'{group}' groups '{fine}': write {whole}"
    each = text(replace(node, over=rest, by=(*node.by, group)))
    # Where each group has a result of its own, the total of all would pass, and be wrong.
    return f"'{group}' groups '{fine}': write {each if group in self.near else f'{whole}, or {each}'}"


def hint_by_groups(shapes: Shapes, tree: Node, over: Over, extra: Sequence[str]) -> str:
    """Return how a formula is aggregated to the groups that its result is over; '' where these group nothing of it."""
    groups = {fine: group for group in over for fine in extra if fine in shapes.finer(group)}
    if not groups:
        return ""
    rest = tuple([name for name in extra if name not in groups])
    quantity = shapes.quantity(tree.id) if isinstance(tree, Name | Pick) else None
    declared = {rollup_of(quantity, fine) for fine in groups} if quantity is not None and not rest else {""}
    function = "rollup" if not declared & {"", "none"} else "sum"
    taken = Aggregate(function, tree, rest, tuple(dict.fromkeys(groups.values())))
    finer = dict.fromkeys([fine for name in over for fine in [f for f, g in groups.items() if g == name] or [name]])
    return f"aggregate it by group, as in {text(taken)}, or write over = {in_toml((*finer, *rest))}"
