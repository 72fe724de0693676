"""Random scenarios that extend several others, set and scale, and by Python's own classes what they come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from hypothesis import strategies as st

Key = tuple[str, str]
INPUTS = {"price": Decimal(10), "sold[north]": Decimal(2), "sold[south]": Decimal(3)}
_NUMBERS = st.sampled_from([Decimal(text) for text in ("0.5", "1.1", "2", "3", "0", "-1", "1.25", "7")])


@dataclass
class Graph:
    """What scenarios extend, set and scale, the last two by input and scenario."""

    parents: dict[str, list[str]]
    sets: dict[Key, Decimal] = field(default_factory=dict)
    factors: dict[Key, Decimal] = field(default_factory=dict)

    def lineage(self, case: str) -> list[str]:
        """Return the order of Python's base classes; TypeError where it has none."""
        made: dict[str, type] = {"base": type("base", (), {})}
        for id_, above in self.parents.items():
            made[id_] = type(id_, tuple(made[one] for one in above) or (made["base"],), {})
        return [one.__name__ for one in made[case].__mro__[:-1]]

    def value(self, id_: str, case: str) -> Decimal:
        """Return what an input comes to in a scenario, from the far end of its lineage."""
        value = INPUTS[id_]
        for one in reversed(self.lineage(case)):
            value = self.sets.get((id_, one), value) * self.factors.get((id_, one), 1)
        return value

    @property
    def text(self) -> str:
        """Return a model with these scenarios."""
        lines = ['[model]\ntitle = "T"\noutputs = ["out"]\n[dimensions.shop]\nmembers = ["north", "south"]']
        # Otherwise the first that changes nothing would stand for the values as written.
        lines.append('[scenarios.base]\nlabel = "base"')
        for case, above in self.parents.items():
            listed = ", ".join(f'"{one}"' for one in above)
            lines += [f'[scenarios.{case}]\nlabel = "{case}"', f"extends = [{listed}]"] if above else [f'[scenarios.{case}]\nlabel = "{case}"']  # fmt: skip
            for key, changes in (("set", self.sets), ("scale", self.factors)):
                named = {
                    id_.replace("[", ".").strip("]"): value for (id_, one), value in changes.items() if one == case
                }
                lines += [f"{key}.{name} = {value}" for name, value in named.items()]
        lines.append('[a.price]\nlabel = "Price"\nunit = "1"\nvalue = 10\n[a.sold]\nlabel = "Sold"\nunit = "1"')
        lines.append('over = "shop"\nvalue = [2, 3]\n[a.out]\nlabel = "Out"\nunit = "1"\nformula = "sum(price + sold)"')
        return "\n".join([*lines, ""])


@st.composite
def graphs(draw: st.DrawFn, most: int = 6) -> Graph:
    """Draw scenarios, each after what it extends."""
    graph = Graph({})
    for number in range(draw(st.integers(1, most))):
        above, case = list(graph.parents), f"s{number}"
        graph.parents[case] = draw(st.lists(st.sampled_from(above), unique=True, max_size=3)) if above else []
        for id_ in INPUTS:
            changes = draw(st.sampled_from([None, None, graph.sets, graph.factors]))
            if changes is not None:
                changes[id_, case] = draw(_NUMBERS)
    return graph
