"""What may be taken together along time: flows add up, stocks and rates do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.language.functions import ROW_FUNCTIONS
from engine.language.tree import Aggregate, Call, Every, Name, Node, Pick, Previous, Run
from engine.language.unparse import text
from engine.model.declared.rollups import rollup_of
from engine.model.model import Quantity
from engine.planning.resolution.mistakes import ShapeMismatch, written
from engine.planning.resolution.picks import without_run
from engine.problems import listed

if TYPE_CHECKING:
    from engine.planning.resolution.resolver import Resolver

ADDS: Final = frozenset({"sum", "cumsum", "npv", "irr", "xnpv", "xirr"})
_TERMS: Final = frozenset({"add", "sub", "neg", "min", "max", "abs", "round", "if"})
_WORDS: Final = {"last": "a stock", "first": "a stock", "mean": "a rate"}


def rolled_up(self: Resolver, node: Aggregate) -> Aggregate:
    """Return a roll-up as the aggregate that its quantity declares."""
    quantity = self.shapes.quantity(node.argument.id) if isinstance(node.argument, Name | Pick) else None
    if quantity is None:
        message = f"'{self.owner}' rolls up {written(node.argument)}, which is no quantity"
        raise ShapeMismatch(message, "give it a quantity of its own that declares rollup, and roll that up")
    along = [name for name in quantity.over if self.dimensions[name].is_time]
    if node.by:
        along = [name for name in along if any(name in self.shapes.finer(group) for group in node.by)]
    kinds = dict.fromkeys([rollup_of(quantity, name) for name in along])
    if not along:
        what = f"along {listed(node.by)}" if node.by else "and it is over no time"
        message = f"'{self.owner}' rolls up '{quantity.id}' {what}"
        raise ShapeMismatch(message, "a quantity is rolled up along its own calendar, or a dimension that counts")
    if len(kinds) > 1:
        message = f"'{self.owner}' rolls up '{quantity.id}' along {listed(along)} at once, which it declares apart"
        raise ShapeMismatch(message, "roll it up along one of them: rollup(x, by=year)")
    (kind,) = kinds
    if not kind:
        message = f"'{self.owner}' rolls up '{quantity.id}', which does not say how"
        hint = f'write rollup = "sum" for a flow, "last" for a stock or "mean" for a rate below [{quantity.id}]'
        raise ShapeMismatch(message, hint)
    if kind == "none":
        raise _nothing(self, quantity, "rollup")
    return Aggregate(kind, node.argument, () if node.by else tuple(along), node.by, node.where)


def refuse_stock(self: Resolver, function: str, argument: Node, along: str, by: str) -> None:
    """Raise ShapeMismatch where an aggregate along time is of what does not add up, or may not be aggregated at all."""
    if not self.dimensions[along].is_time:
        return
    found = _stock(self, argument, along, adds=function in ADDS)
    if found is None:
        return
    kind = rollup_of(found, along)
    if kind == "none":
        raise _nothing(self, found, function)
    what = f'{_WORDS[kind]} (rollup = "{kind}")'
    group = f", by={by}" if by else ""
    named, timed, members = _as_taken(self, argument, found)
    message = f"'{self.owner}' takes the {function} of '{found.id}' along '{along}', and it is {what}"
    over = group or ("" if members else f", over={along}")
    hint = f"write rollup({named}{group}) or {kind}({named}{over}); "
    if function != "sum" and function in ADDS:
        hint = f"{function} takes flows: " + (
            f"what changes a stock, {found.id} - prev({found.id}, 0); " if kind != "mean" else ""
        )
    if kind == "mean":
        time = f"days({along})" if self.dimensions[along].periods else "hours"
        amount = _called(function, f"{timed} * {time}", members or group)
        hint += f"for an amount multiply the rate by its time: {amount}"
        hint += ", where hours is a quantity in a unit of time" if time == "hours" else ""
    else:
        hint += 'declare rollup = "sum" if each period\'s value is a flow'
    raise ShapeMismatch(message, hint)


def _as_taken(self: Resolver, argument: Node, found: Quantity) -> tuple[str, str, str]:
    """Return a stock or a rate as it is taken, what may be multiplied of it, and by which keywords that is taken."""
    if not isinstance(argument, Pick):
        return found.id, found.id, ""
    whole, along, where = without_run(self, argument)
    return text(argument), whole, f", over={along}, where={where}" if where else ""


def _called(function: str, flows: str, group: str) -> str:
    arguments = ROW_FUNCTIONS[function].arguments
    return f"{function}({', '.join([*arguments[:-1], flows])}{group})"


def _nothing(self: Resolver, quantity: Quantity, function: str) -> ShapeMismatch:
    message = f"'{self.owner}' takes the {function} of '{quantity.id}' along time, and it declares rollup = \"none\""
    return ShapeMismatch(message, 'pick a period of it, or declare rollup = "sum", "last", "first" or "mean"')


def _stock(self: Resolver, node: Node, along: str, *, adds: bool) -> Quantity | None:  # noqa: PLR0911  # a case a node
    """Return the quantity for whose sake a term is no flow along a dimension; None where it may be one."""
    match node:
        case Name(id=id_):
            return _refused(self, id_, along, adds=adds)
        case Pick(id=id_, selectors=selectors):
            pairs = zip(self.shapes.over[id_], selectors, strict=True)
            kept = any(name == along and isinstance(selector, Every | Run) for name, selector in pairs)
            return _refused(self, id_, along, adds=adds) if kept else None
        case Previous(argument=argument):
            return _stock(self, argument, along, adds=adds)
        case Call(function="mul", arguments=arguments):
            return _factors(self, arguments, along, adds=adds)
        case Call(function="div", arguments=(above, _)):
            return _stock(self, above, along, adds=adds)
        case Call(function=function, arguments=arguments) if function in _TERMS:
            found = [_stock(self, argument, along, adds=adds) for argument in arguments[function == "if" :]]
            return next((one for one in found if one is not None), None)
    return None


def _factors(self: Resolver, factors: tuple[Node, ...], along: str, *, adds: bool) -> Quantity | None:
    """Return the stock among factors; a product with a flow or with time in it is a flow: a price by what is sold."""
    found = [_stock(self, factor, along, adds=adds) for factor in factors]
    for factor, stock in zip(factors, found, strict=True):
        if stock is None and (along in self.mentioned(factor) or _has_time(self, factor)):
            return None
    return next((one for one in found if one is not None), None)


def _has_time(self: Resolver, factor: Node) -> bool:
    """Return whether a factor is time by its unit, as one hour is: power by it is energy."""
    match factor:
        case Name(id=id_) | Pick(id=id_):
            return self.shapes.has_time(id_)
        case Call(function="mul", arguments=factors):
            return any(_has_time(self, one) for one in factors)
        case Call(function="div", arguments=(above, _)):
            return _has_time(self, above)
    return False


def _refused(self: Resolver, id_: str, along: str, *, adds: bool) -> Quantity | None:
    quantity = self.shapes.quantity(id_)
    if quantity is None or along not in quantity.over:
        return None
    kind = rollup_of(quantity, along)
    return quantity if kind == "none" or (adds and kind not in {"", "sum"}) else None
