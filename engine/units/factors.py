"""Which quantity of a model may be multiplied or divided by, so that units agree: what a hint names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.language.tree import Name, Node, Pick, nodes
from engine.units.conversions import UnitAlgebra
from engine.units.unit import Atoms, power_of

_SEARCHED = 1000


def _nothing() -> Mapping[str, tuple[str, ...]]:
    return {}


@dataclass(frozen=True, slots=True)
class Factors:
    """What is known of a model's names: the unit of each, what it is over, and what its formula reads.

    `feeds` has the ids of quantities, `days` the word of the language for each row of a calendar's days.
    """

    atoms: Mapping[str, Atoms]
    over: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    feeds: Callable[[], Mapping[str, tuple[str, ...]]] = _nothing
    days: Mapping[str, str] = field(default_factory=dict)

    def factor(self, units: UnitAlgebra, owner: str, written: Node, between: Atoms) -> str:
        """Return what to multiply or divide a part of a formula by, which has the units `between` too much.

        It is '' where the model has nothing in such a unit at all.
        """
        wanted, inverse = units.dimension(between), units.dimension(power_of(between, -1))
        found = [
            (id_, atoms)
            for id_, atoms in list(self.atoms.items())[:_SEARCHED]
            if (dimension := units.dimension(atoms)) and dimension in (wanted, inverse)
        ]
        if not found:
            return ""
        feeds = self.feeds()
        left = [one for one in found if self._may_stand(one[0], owner, written, feeds)]
        # The language's own word comes first, then what is given, before what is computed of it.
        best = min(left, key=lambda one: (one[0] not in self.days, bool(feeds.get(one[0]))), default=None)
        _, atoms = best or found[0]
        verb = "divide" if units.dimension(atoms) == wanted else "multiply"
        if best is None:
            unit = between if verb == "divide" else power_of(between, -1)
            return f"{verb} by a quantity in {units.show(unit)}"
        return f"{verb} by a quantity in {units.show(atoms)}, such as '{self.days.get(best[0], best[0])}'"

    def _may_stand(self, id_: str, owner: str, written: Node, feeds: Mapping[str, tuple[str, ...]]) -> bool:
        row = owner.partition("[")[0]
        is_quantity = id_ in feeds if feeds else not id_.endswith("_")
        if not (is_quantity or id_ in self.days):
            return False
        # What stands in the formula already would only be taken away, or come twice.
        if any(isinstance(node, Name | Pick) and node.id == id_ for node in nodes(written)):
            return False
        is_wider = row in self.over and not set(self.over.get(id_, ())) <= set(self.over[row])
        return not is_wider and not _reads(id_, row, feeds)


def _reads(id_: str, other: str, feeds: Mapping[str, tuple[str, ...]]) -> bool:
    """Return whether a quantity is computed from another one, or is that itself."""
    waiting, seen = [id_], {id_}
    while waiting:
        current = waiting.pop()
        if current == other:
            return True
        new = set(feeds.get(current, ())) - seen
        seen |= new
        waiting += new
    return False
