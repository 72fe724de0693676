"""What each part of a formula is over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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

Over = tuple[str, ...]


class Shapes:
    """Knows what each name of a model is over."""

    def __init__(self, model: Model) -> None:
        self.dimensions: Mapping[str, Dimension] = model.dimension
        self.over: dict[str, Over] = {quantity.id: quantity.over for quantity in model.quantities}
        # A dimension that counts is a row of its own numbers.
        self.over |= {name: (name,) for name, dimension in self.dimensions.items() if dimension.numbers}
        self._quantities = model.by_id

    def of(self, tree: Node) -> Over:
        """Return what a resolved tree is over."""
        match tree:
            case Name(id=id_):
                return self.over.get(id_, ())
            case Call(arguments=arguments):
                return union([self.of(argument) for argument in arguments])
            case Aggregate(argument=argument, over=over):
                return union([tuple([name for name in self.of(argument) if name not in over]), self.ends(argument)])
            case Previous(argument=argument, start=start, over=dimension):
                return union([self.of(argument), self.of(start), (dimension,)])
            case Pick(id=id_, selectors=selectors):
                pairs = list(zip(self.over[id_], selectors, strict=True))
                kept = tuple([name for name, selector in pairs if isinstance(selector, Every | Run)])
                members = [end for selector in selectors if not isinstance(selector, Run) for end in computed(selector)]
                return union([kept, *[self.of(member) for member in members]])
        return ()

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
