"""The meaning of formulas over dimensions, cell by cell and by definition: slow, and independent of plan and engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate, pairwise, product
from math import exp

from engine.language.tree import (
    Aggregate,
    Call,
    Every,
    Member,
    Name,
    Node,
    Number,
    Pick,
    Previous,
    Run,
    Selector,
    Text,
    parts,
)
from engine.model.dimensions import Grid
from engine.model.model import Formula, Model

At = Mapping[str, int]

_CALLS: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
    "abs": abs,
    "min": min,
    "max": max,
    "gt": lambda a, b: _told(a) > _told(b),
    "lt": lambda a, b: _told(a) < _told(b),
    "ge": lambda a, b: _told(a) >= _told(b),
    "le": lambda a, b: _told(a) <= _told(b),
    "eq": lambda a, b: _told(a) == _told(b),
    "ne": lambda a, b: _told(a) != _told(b),
    "and": lambda *a: all(a),
    "or": lambda *a: any(a),
    "not": lambda a: not a,
}
_COMPARISONS = {"gt", "lt", "ge", "le", "eq", "ne"}
_SERIES = {"npv", "irr", "xnpv", "xirr", "cumsum", "lookup", "step"}
_YEAR = 365.0
_AGGREGATES: dict[str, Callable[[list[float]], float]] = {
    "sum": sum,
    "mean": lambda values: sum(values) / len(values),
    "min": min,
    "max": max,
    "first": lambda values: values[0],
    "last": lambda values: values[-1],
    "count": len,
}


class NoValueError(ArithmeticError):
    """A cell that the language gives no value: the smallest of no members, a rate that there is not."""


def _told(value: float) -> float:
    """Return a number with the digits that comparisons look at."""
    return float(f"{value:.15g}")


class Naive:
    """A model's cells, in units that `sizes` gives by their text; a scenario's own values may stand in for those written."""

    def __init__(self, model: Model, sizes: Mapping[str, float], scenario: str = "") -> None:
        self.model = model
        self.sizes = sizes
        found = [other for other in model.scenarios if other.id == scenario]
        self.set: dict[str, Decimal | Grid[Decimal]] = dict(found[0].set) if found else {}
        self.scale: dict[str, Decimal | Grid[Decimal]] = dict(found[0].scale) if found else {}
        self.memory: dict[tuple[str, tuple[int, ...]], float] = {}

    def cell(self, id_: str, places: tuple[int, ...]) -> float:
        """Return a quantity's value at members, counted from 0 in the order of `over`."""
        key = id_, places
        if key not in self.memory:
            self.memory[key] = self._cell(id_, places)
        return self.memory[key]

    def _cell(self, id_: str, places: tuple[int, ...]) -> float:
        quantity = self.model.by_id[id_]
        number = 0
        for name, place in zip(quantity.over, places, strict=True):
            number = number * len(self.model.dimension[name].members) + place
        for setting in (self.set.get(id_), quantity.value):
            value = setting.cells[number] if isinstance(setting, Grid) else setting
            if value is not None:
                factor = self.scale.get(id_)
                factor = factor.cells[number] if isinstance(factor, Grid) else factor
                return float(value * (1 if factor is None else factor)) * self.sizes[quantity.unit]
        at = dict(zip(quantity.over, places, strict=True))
        formula: Formula | None = quantity.formula
        if quantity.formulas:
            formula = quantity.formulas[at[quantity.formulas_over]][1]
        assert formula is not None
        assert formula.tree is not None
        return self.value(formula.tree, at)

    def value(self, node: Node, at: At) -> float:  # noqa: C901, PLR0911, PLR0912  # one case a node
        """Return a formula's value where its dimensions stand at members."""
        match node:
            case Number(value=value):
                return value
            case Name(id=id_):
                return self.name(id_, at)
            case Call(function="if", arguments=(test, then, otherwise)):
                return self.value(then if self.value(test, at) else otherwise, at)
            case Call(function=function, arguments=arguments):
                numbers = [self.value(argument, at) for argument in self.told(node)]
                if function == "div" and numbers[1] == 0:
                    raise NoValueError(arguments)
                return float(_CALLS[function](*numbers))
            case Aggregate(function="days", argument=Name(id=name)):
                period = self.model.dimension[name].periods[self.place_at(name, at)]
                return float((period.end - period.start).days + 1)
            case Aggregate(function="rollup", argument=(Name(id=id_) | Pick(id=id_)) as row):
                return self.value(self.rolled_up(node, id_, row), at)
            case Aggregate(function=function) if function in _SERIES:
                return self.along(node, at)
            case Aggregate(function=function):
                values = self.values(node, at)
                if not values and function not in {"sum", "count"}:
                    raise NoValueError(function)
                return _AGGREGATES[function](values)
            case Previous(argument=argument, start=start, lag=lag, over=over, ahead=ahead):
                name = over or self.ordered(self.over(argument))
                place = at[name] + int(self.value(lag, at)) * (1 if ahead else -1)
                is_there = 0 <= place < len(self.model.dimension[name].members)
                return self.value(argument, {**at, name: place}) if is_there else self.value(start, at)
            case Pick(id=id_, selectors=selectors):
                pairs = zip(self.model.by_id[id_].over, selectors, strict=True)
                return self.cell(id_, tuple([self.place(name, selector, at) for name, selector in pairs]))
            case Text():
                raise AssertionError(node)

    def name(self, id_: str, at: At) -> float:
        if id_ in self.model.dimension:
            return self.model.dimension[id_].codes[self.place_at(id_, at)]
        return self.cell(id_, tuple([at[name] for name in self.model.by_id[id_].over]))

    def told(self, node: Call) -> Sequence[Node]:
        """Return the sides of a comparison with members as their codes."""
        if node.function not in _COMPARISONS or not any(isinstance(side, Text) for side in node.arguments):
            return node.arguments
        (other,) = [side for side in node.arguments if not isinstance(side, Text)]
        assert isinstance(other, Name | Pick)
        own = self.model.by_id.get(other.id)
        dimension = self.model.dimension[own.choice if own else other.id]
        sides = [
            Number(dimension.codes[dimension.members.index(side.value)], "") if isinstance(side, Text) else side
            for side in node.arguments
        ]
        return tuple(sides)

    def finer(self, name: str) -> list[str]:
        """Return what a dimension groups, and what that groups, and so on."""
        of = self.model.dimension[name].of
        return [of, *self.finer(of)] if of else []

    def place_at(self, name: str, at: At) -> int:
        """Return the place of a dimension's member, by way of finer ones where only these are known."""
        if name in at:
            return at[name]
        dimension = self.model.dimension[name]
        return dimension.places[self.place_at(dimension.of, at)]

    def over(self, node: Node) -> tuple[str, ...]:
        """Return the dimensions that an expression is over, by the names in it."""
        found = self._over(node)
        return tuple([name for name in found if not set(self.finer(name)) & set(found)])

    def _over(self, node: Node) -> tuple[str, ...]:
        if isinstance(node, Name):
            return (node.id,) if node.id in self.model.dimension else self.model.by_id[node.id].over
        found = [self._over(part) for part in parts(node)]
        if isinstance(node, Pick):
            pairs = zip(self.model.by_id[node.id].over, node.selectors, strict=True)
            found.insert(0, tuple([name for name, selector in pairs if isinstance(selector, Every | Run)]))
        names = tuple(dict.fromkeys([name for part in found for name in part]))
        if isinstance(node, Aggregate):
            gone = {*node.over, *[self.grouped(group)[0] for group in node.by]}
            coarse = [self.grouped(group)[1] for group in node.by]
            names = (*[name for name in names if name not in gone], *coarse)
            if not gone:
                names = ()
        return names

    def ordered(self, names: Sequence[str]) -> str:
        (found,) = [name for name in names if self.model.dimension[name].ordered]
        return found

    def grouped(self, group: str) -> tuple[str, str]:
        """Return the dimension that a group, or a choice, takes the place of by default, and its own."""
        if group in self.model.dimension:
            return self.model.dimension[group].of, group
        choice = self.model.by_id[group]
        return choice.over[0], choice.choice

    def rolled_up(self, node: Aggregate, id_: str, row: Name | Pick) -> Aggregate:
        quantity = self.model.by_id[id_]
        time = [name for name in quantity.over if self.model.dimension[name].is_time]
        (kind,) = {dict(quantity.rollup).get(name, dict(quantity.rollup).get("", "")) for name in time}
        return Aggregate(kind, row, () if node.by else tuple(time), node.by, node.where)

    def values(self, node: Aggregate, at: At) -> list[float]:
        """Return all that an aggregate takes together: cell by cell, whatever the number of groups."""
        argument, over = node.argument, node.over
        if not over and not node.by:
            over = self.over(node.where) if node.function == "count" and node.where else self.over(argument)
            if isinstance(argument, Pick) and any(isinstance(selector, Run) for selector in argument.selectors):
                over = ()
        spans: dict[str, list[int]] = {name: [*range(len(self.model.dimension[name].members))] for name in over}
        at = dict(at)
        taken = self.over(node.argument) if node.function != "count" else self.over(node.where or node.argument)
        for group in node.by:
            fine, coarse = self.grouped(group)
            if group in self.model.dimension:
                candidates = [name for name in self.finer(group) if name in taken]
                fine = candidates[0] if candidates else fine
            spans[fine] = self.members_of(group, fine, at[coarse])
            del at[coarse]
        argument = self.without_runs(argument, spans, at)
        everywhere = [{**at, **dict(zip(spans, places, strict=True))} for places in product(*spans.values())]
        if node.where is not None:
            everywhere = [here for here in everywhere if self.value(node.where, here)]
        return [1.0 if node.function == "count" else self.value(argument, here) for here in everywhere]

    def members_of(self, group: str, fine: str, place: int) -> list[int]:
        """Return which members of a finer dimension belong to one of a group, or have chosen it."""
        members = range(len(self.model.dimension[fine].members))
        if group in self.model.dimension:
            return [member for member in members if self.place_at(group, {fine: member}) == place]
        own = self.model.dimension[self.model.by_id[group].choice].codes[place]
        return [member for member in members if self.cell(group, (member,)) == own]

    def without_runs(self, argument: Node, spans: dict[str, list[int]], at: At) -> Node:
        """Return a pick with its runs as all members of which only some are looked at, which are noted."""
        if not isinstance(argument, Pick):
            return argument
        selectors: list[Selector] = []
        for name, selector in zip(self.model.by_id[argument.id].over, argument.selectors, strict=True):
            if isinstance(selector, Run):
                last = len(self.model.dimension[name].members) - 1
                begin = 0 if selector.first is None else self.place(name, selector.first, at)
                end = last if selector.last is None else self.place(name, selector.last, at)
                spans[name] = [*range(begin, end + 1)]
            selectors.append(Every() if isinstance(selector, Run) else selector)
        return Pick(argument.id, tuple(selectors))

    def along(self, node: Aggregate, at: At) -> float:
        """Return what a function along a row gives, from its definition."""
        name = node.over[0] if node.over else self.ordered(self.over(node.argument))
        count = len(self.model.dimension[name].members)
        row = [self.value(node.argument, {**at, name: place}) for place in range(count)]
        times = [float(place) for place in range(count)]
        if node.function in {"xnpv", "xirr"}:
            starts = [period.start for period in self.model.dimension[name].periods]
            times = [(start - starts[0]).days / _YEAR for start in starts]
        match node.function, node.parameters:
            case "cumsum", ():
                return [*accumulate(row)][at[name]]
            case (("npv" | "xnpv"), (rate,)):
                return _worth(self.value(rate, at), row, times)
            case (("irr" | "xirr"), ()):
                return _rate(row, times)
            case function, (x, values):
                others = [self.value(values, {**at, name: place}) for place in range(count)]
                return _on_curve(function, self.value(x, at), row, others, is_flat=node.ends == "flat")
        raise AssertionError(node)

    def place(self, name: str, selector: Selector, at: At) -> int:
        dimension = self.model.dimension[name]
        match selector:
            case Every():
                return at[name]
            case Member(text=text):
                place = dimension.index_of(text)
                assert place is not None
                return place
            case Run():
                raise AssertionError(selector)
        return dimension.codes.index(self.value(selector, at))


def _worth(rate: float, flows: Sequence[float], times: Sequence[float]) -> float:
    if rate <= -1:
        raise NoValueError(rate)
    return sum(flow / float((1 + rate) ** time) for flow, time in zip(flows, times, strict=True))


def _rate(flows: Sequence[float], times: Sequence[float]) -> float:
    """Return the only rate at which flows that change sign once are worth nothing."""
    signs = [flow > 0 for flow in flows if flow]
    if sum(one != other for one, other in pairwise(signs)) != 1:
        raise NoValueError(flows)
    # Halved in the logarithm of growth, from nearly nothing to more than any model grows.
    low, high = -30.0, 30.0
    is_positive = _worth(exp(low) - 1, flows, times) > 0
    for _ in range(120):
        middle = (low + high) / 2
        if (_worth(exp(middle) - 1, flows, times) > 0) == is_positive:
            low = middle
        else:
            high = middle
    return exp(low) - 1


def _on_curve(function: str, x: float, at: Sequence[float], values: Sequence[float], *, is_flat: bool) -> float:
    if any(_told(one) >= _told(other) for one, other in pairwise(at)):
        raise NoValueError(at)
    above = function == "lookup" and _told(x) > _told(at[-1])
    below = _told(x) < _told(at[0])
    if (above or below) and not is_flat:
        raise NoValueError(x)
    if above or below:
        return values[-1 if above else 0]
    here = [place for place, point in enumerate(at) if _told(point) <= _told(x)][-1]
    if function == "step" or here == len(at) - 1:
        return values[here]
    share = (x - at[here]) / (at[here + 1] - at[here])
    return values[here] + share * (values[here + 1] - values[here])
