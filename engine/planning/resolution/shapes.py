"""What each part of a formula is over, and which dimensions group the members of others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from engine.language.tree import (
    Aggregate,
    Call,
    Every,
    Name,
    Node,
    Pick,
    Previous,
    Run,
    computed,
)
from engine.model.dimensions import Dimension
from engine.model.model import Model, Quantity
from engine.model.names import days_id, map_id, start_id

Over = tuple[str, ...]


class Shapes:
    """Knows what each name of a model is over; `used` gathers the dimensions whose codes formulas read.

    `has_time` says of a quantity whether time stands above the line in its unit.
    """

    def __init__(self, model: Model, has_time: Callable[[str], bool] = lambda _: False) -> None:
        self.has_time = has_time
        self.dimensions: Mapping[str, Dimension] = model.dimension
        self.over: dict[str, Over] = {quantity.id: quantity.over for quantity in model.quantities}
        self.used: set[str] = set()
        for name, dimension in self.dimensions.items():
            # A dimension is a row of its members' codes, and of its own members along each finer one.
            self.over.setdefault(name, (name,))
            self.over |= {map_id(name, fine): (fine,) for fine in self.finer(name)}
            if dimension.periods:
                self.over |= {days_id(name): (name,), start_id(name): (name,)}
        self._quantities = model.by_id

    def finer(self, name: str) -> tuple[str, ...]:
        """Return the dimensions that a group is of: the next finer one, what this is of, and so on."""
        found: list[str] = []
        while (dimension := self.dimensions.get(name)) is not None and dimension.of and dimension.of not in found:
            name = dimension.of
            found.append(name)
        return tuple(found)

    def use_map(self, group: str, fine: str) -> None:
        """Note that formulas read which member of a group those of a finer dimension belong to, step by step."""
        finer = self.finer(group)
        self.used |= {map_id(group, name) for name in finer[: finer.index(fine) + 1]}
        if fine != finer[0]:
            self.use_map(finer[finer.index(fine) - 1], fine)

    def of(self, tree: Node) -> Over:
        """Return what a resolved tree is over."""
        match tree:
            case Name(id=id_):
                return self.over.get(id_, ())
            case Call(arguments=arguments):
                return union([self.of(argument) for argument in arguments])
            case Aggregate():
                return self._aggregate(tree)
            case Previous(argument=argument, start=start, over=dimension):
                return union([self.of(argument), self.of(start), (dimension,)])
            case Pick(id=id_, selectors=selectors):
                pairs = list(zip(self.over[id_], selectors, strict=True))
                kept = tuple([name for name, selector in pairs if isinstance(selector, Every | Run)])
                members = [end for selector in selectors if not isinstance(selector, Run) for end in computed(selector)]
                return union([kept, *[self.of(member) for member in members]])
        return ()

    def _aggregate(self, tree: Aggregate) -> Over:
        found = self.of(tree.argument)
        if tree.where is not None:
            found = union([found, self.of(tree.where)])
        if tree.by:
            found = tuple([tree.by[0] if name in tree.over else name for name in found])
            return union([found, self.ends(tree.argument)])
        beside = union([self.of(parameter) for parameter in tree.parameters])
        used_up = () if tree.function == "cumsum" else tree.over
        kept = tuple([name for name in union([found, beside]) if name not in used_up])
        return union([kept, self.ends(tree.argument)])

    def ends(self, tree: Node) -> Over:
        """Return what the computed ends of a run are over: they are read where the aggregate stands, not in the run."""
        runs = [s for s in tree.selectors if isinstance(s, Run)] if isinstance(tree, Pick) else []
        return union([self.of(end) for run in runs for end in computed(run)])

    def iscomputed(self, tree: Node) -> bool:
        """Return whether a tree is a run with an end that is computed."""
        runs = [s for s in tree.selectors if isinstance(s, Run)] if isinstance(tree, Pick) else []
        return any(computed(run) for run in runs)

    def quantity(self, id_: str) -> Quantity | None:
        """Return the quantity of an id, None for anything else."""
        return self._quantities.get(id_)


def union(parts: Iterable[Over]) -> Over:
    """Return the dimensions of several parts, each once, in order of appearance."""
    return tuple(dict.fromkeys([name for part in parts for name in part]))
