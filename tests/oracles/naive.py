"""The meaning of formulas over dimensions, cell by cell and by definition: slow, and independent of plan and engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import product

from engine.language.tree import Aggregate, Call, Every, Member, Name, Node, Number, Pick, Previous, Run, Selector
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
    "gt": lambda a, b: a > b,
    "lt": lambda a, b: a < b,
}
_AGGREGATES: dict[str, Callable[[list[float]], float]] = {
    "sum": sum,
    "mean": lambda values: sum(values) / len(values),
    "min": min,
    "max": max,
    "first": lambda values: values[0],
    "last": lambda values: values[-1],
}


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

    def value(self, node: Node, at: At) -> float:  # noqa: PLR0911  # one case a node
        """Return a formula's value where its dimensions stand at members."""
        match node:
            case Number(value=value):
                return value
            case Name(id=id_):
                return self.name(id_, at)
            case Call(function="if", arguments=(test, then, otherwise)):
                return self.value(then if self.value(test, at) else otherwise, at)
            case Call(function=function, arguments=arguments):
                return float(_CALLS[function](*[self.value(argument, at) for argument in arguments]))
            case Aggregate(function=function, argument=argument, over=over):
                return _AGGREGATES[function](self.values(argument, over, at))
            case Previous(argument=argument, start=start, lag=lag, over=over):
                before = at[over or "year"] - int(self.value(lag, at))
                return self.value(start, at) if before < 0 else self.value(argument, {**at, over or "year": before})
            case Pick(id=id_, selectors=selectors):
                pairs = zip(self.model.by_id[id_].over, selectors, strict=True)
                return self.cell(id_, tuple([self.place(name, selector, at) for name, selector in pairs]))

    def name(self, id_: str, at: At) -> float:
        if id_ in self.model.dimension:
            return float(self.model.dimension[id_].numbers[at[id_]])
        return self.cell(id_, tuple([at[name] for name in self.model.by_id[id_].over]))

    def values(self, argument: Node, over: tuple[str, ...], at: At) -> list[float]:
        if not over and isinstance(argument, Name):
            over = (argument.id,) if argument.id in self.model.dimension else self.model.by_id[argument.id].over
        spans = {name: range(len(self.model.dimension[name].members)) for name in over}
        if isinstance(argument, Pick):
            selectors: list[Selector] = []
            for name, selector in zip(self.model.by_id[argument.id].over, argument.selectors, strict=True):
                if isinstance(selector, Run):
                    last = len(self.model.dimension[name].members) - 1
                    begin = 0 if selector.first is None else self.place(name, selector.first, at)
                    end = last if selector.last is None else self.place(name, selector.last, at)
                    spans[name] = range(begin, end + 1)
                selectors.append(Every() if isinstance(selector, Run) else selector)
            argument = Pick(argument.id, tuple(selectors))
        return [
            self.value(argument, {**at, **dict(zip(spans, places, strict=True))}) for places in product(*spans.values())
        ]

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
        return [float(number) for number in dimension.numbers].index(self.value(selector, at))
