"""A model with its members called as another version calls them, wherever it names one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from engine.language.tree import Call, Every, Member, Name, Node, Pick, Run, Selector, Text, rebuilt
from engine.model.charts import Chart
from engine.model.dimensions import Dimension, cell
from engine.model.model import Decision, Formula, Model, Published, Quantity
from engine.versions.renaming import match_members

# The new names of members by the old ones, for each dimension that has other names now.
Renamed = Mapping[str, Mapping[str, str]]


def match_all_members(old: Model, new: Model) -> dict[str, dict[str, str]]:
    """Return the new names of members by the old ones, for each dimension in which any got another name.

    One at the place of another that has most values of that is the same; with other values it is another.
    """
    found = {}
    for dimension in new.dimensions:
        if dimension.id in old.dimension:
            pairs = match_members(old.dimension[dimension.id], dimension)
            same = {before: after for after, before in pairs.items() if _is_same(old, new, dimension, after)}
            if same:
                found[dimension.id] = same
    return found


def _is_same(old: Model, new: Model, dimension: Dimension, member: str) -> bool:
    """Return whether inputs have the values of a member, by its new name, that they had at its place."""
    place = dimension.indices[member]
    told = []
    for after in new.quantities:
        before = old.by_id.get(after.id)
        if before is None or dimension.id not in after.over or before.over != after.over:
            continue
        if before.is_input and after.is_input and old.shape(after.over) == new.shape(after.over):
            sides = [_values(side, one, dimension.id, place) for side, one in ((old, before), (new, after))]
            told.append(sides[0] == sides[1])
    return 2 * sum(told) >= len(told)


def _values(model: Model, one: Quantity, dimension: str, place: int) -> list[object]:
    """Return the values that an input has at a member of a dimension."""
    numbers = np.arange(model.size(one.over)).reshape(model.shape(one.over)).take(place, one.over.index(dimension))
    return [cell(one.value, number) for number in numbers.ravel().tolist()]


def rename_members(model: Model, renamed: Renamed) -> Model:
    """Return a model with other names of members: in its dimensions, formulas, checks, figures and charts.

    Values stand in the order of members, and choices are kept as codes: they are as they were. So are the texts of
    formulas, which are what their author wrote; only what these say is in the new names.
    """
    return _Renaming(model, renamed).model() if renamed else model


@dataclass(frozen=True, slots=True)
class _Renaming:
    old: Model
    renamed: Renamed

    def model(self) -> Model:
        dimensions = [
            replace(one, members=tuple([self.member(one.id, text) for text in one.members]))
            for one in self.old.dimensions
        ]
        return replace(
            self.old,
            dimensions=tuple(dimensions),
            quantities=tuple(map(self.quantity, self.old.quantities)),
            checks=tuple([replace(one, test=self.formula(one.test)) for one in self.old.checks]),
            charts=tuple(map(self.chart, self.old.charts)),
            correlations=tuple([replace(one, between=self.named(one.between)) for one in self.old.correlations]),
            decisions=tuple(map(self.decision, self.old.decisions)),
        )

    def member(self, dimension: str, text: str) -> str:
        return self.renamed.get(dimension, {}).get(text, text)

    def quantity(self, one: Quantity) -> Quantity:
        formulas = [(self.member(one.formulas_over, key), self.formula(formula)) for key, formula in one.formulas]
        return replace(
            one,
            formula=one.formula and self.formula(one.formula),
            formulas=tuple(formulas),
            published=tuple([self.figure(one, figure) for figure in one.published]),
        )

    def decision(self, one: Decision) -> Decision:
        quantity = self.old.chooser(one.choice)
        options = one.options if quantity is None else [self.member(quantity.choice, name) for name in one.options]
        return replace(one, options=tuple(options), value=self.named(one.value))

    def figure(self, owner: Quantity, one: Published) -> Published:
        if len(one.at) != len(owner.over):
            return one
        return replace(one, at=tuple(map(self.member, owner.over, one.at)))

    def formula(self, one: Formula) -> Formula:
        return one if one.tree is None else replace(one, tree=self.tree(one.tree), shape=None)

    def tree(self, node: Node) -> Node:
        """Return what a formula says with the new names: of picks, and of words that stand beside a comparison."""
        if isinstance(node, Pick):
            over = self.old.by_id[node.id].over if node.id in self.old.by_id else ()
            if len(over) == len(node.selectors):
                return Pick(node.id, tuple(map(self.selector, over, node.selectors)))
        if isinstance(node, Call) and any(isinstance(side, Text) for side in node.arguments):
            (dimension, *_) = [*filter(None, map(self.dimension, node.arguments)), ""]
            sides = [Text(self.member(dimension, one.value)) if isinstance(one, Text) else self.tree(one)
                     for one in node.arguments]  # fmt: skip
            return Call(node.function, tuple(sides))
        return rebuilt(node, self.tree)

    def selector(self, dimension: str, chosen: Selector) -> Selector:
        match chosen:
            case Every():
                return chosen
            case Run(first=first, last=last):
                first, last = (one and self.end(dimension, one) for one in (first, last))
                return Run(first, last)
        return self.end(dimension, chosen)

    def end(self, dimension: str, chosen: Member | Node) -> Member | Node:
        if isinstance(chosen, Member):
            return replace(chosen, text=self.member(dimension, chosen.text))
        return self.tree(chosen)

    def dimension(self, side: Node) -> str:
        """Return the dimension whose member a side of a comparison is; '' for a word or a number."""
        if not isinstance(side, Name | Pick):
            return ""
        quantity = self.old.by_id.get(side.id)
        return quantity.choice if quantity is not None else side.id

    def chart(self, one: Chart) -> Chart:
        changed: dict[str, Any] = {}
        for key in fields(one):
            value = getattr(one, key.name)
            if key.name not in {"id", "title", "note", "scenarios", "log"}:
                changed[key.name] = self.named(value)
        return replace(one, **changed)

    def named(self, value: Any) -> Any:  # noqa: ANN401  # a name, several of them, or numbers
        """Return names, which may have members in brackets: ``share[North]``, of all dimensions or of the first few."""
        if isinstance(value, tuple):
            return tuple(map(self.named, value))
        if not isinstance(value, str) or not value.endswith("]"):
            return value
        name, _, inside = value[:-1].partition("[")
        quantity = self.old.by_id.get(name.removeprefix("-").strip())
        members = [part.strip().strip("\"'") for part in inside.split(",")]
        if quantity is None or len(members) > len(quantity.over):
            return value
        return f"{name}[{', '.join(map(self.member, quantity.over, members))}]"
