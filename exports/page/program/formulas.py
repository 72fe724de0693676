"""Formulas as JavaScript expressions for one cell, where every dimension stands at a member."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Final

from engine.language.tree import Aggregate, Every, Member, Name, Node, Pick, Previous, Run, Selector, fold
from engine.plan.array_code import rate_bounds
from engine.plan.plan import PLACES, Plan, Row
from engine.uncertainty.cone import has_bounds
from exports.page.program.places import Places
from exports.page.program.spelling import JAVASCRIPT, OVER_MEMBERS, literal

# By dimension, the JavaScript that says at which member it stands, counted from 0.
At = Mapping[str, str]
_RATES: Final = frozenset({"irr", "xirr"})


class Formulas:
    """Spells the formulas of a plan over an array ``v``: places and numbers, never the author's text."""

    def __init__(self, plan: Plan, places: Places) -> None:
        self.plan = plan
        self.places = places
        self._fresh = count()
        self._bounds: tuple[float, ...] = ()

    def row(self, row: Row, at: At) -> str:
        """Return the value of a row's formula at a cell; what has bounds may be held against them."""
        assert row.expression is not None  # noqa: S101  # only what is computed is spelled
        self.enter(row)
        text = f"finite({self.spell(row.expression, at)})"
        return f"bounded({self.cell(row.id, at)},{text})" if has_bounds(row) else text

    def enter(self, row: Row) -> None:
        """Spell parts of a row's formula from now on: a rate of return lies within the bounds of its row."""
        self._bounds = rate_bounds(row)

    def cell(self, id_: str, at: At) -> str:
        """Return where a row's cell stands in the array."""
        return self.place(id_, [at[name] for name in self.plan.row(id_).over])

    def spell(self, node: Node, at: At) -> str:
        """Return the value of an expression at a cell."""

        def call(function: str, arguments: tuple[str, ...]) -> str:
            return JAVASCRIPT[function].format(*arguments, all=",".join(arguments))

        def other(inner: Aggregate | Previous | Pick) -> str:
            match inner:
                case Aggregate(by=by):
                    return self._by_group(inner, at) if by else self._aggregate(inner, at)
                case Previous():
                    return self._previous(inner, at)
            return self._pick(inner, at, {})

        return fold(node, lambda number: literal(number.value), lambda id_: f"v[{self.cell(id_, at)}]", call, other)

    def place(self, id_: str, indices: Sequence[str]) -> str:
        """Return a cell's place: the first of its row, and each index times how many cells lie between two of it."""
        fixed = self.places.first[id_]
        moving: list[str] = []
        stride = 1
        for index, length in reversed(list(zip(indices, self.plan.shape(self.plan.row(id_)), strict=True))):
            if index.isdigit():
                fixed += int(index) * stride
            else:
                moving.append(index if stride == 1 else f"{index}*{stride}")
            stride *= length
        return "+".join([str(fixed), *moving])

    def _pick(self, node: Name | Pick, at: At, runs: At) -> str:
        """Return a row's value at members; `runs` says where the dimensions of its runs stand."""
        indices, found = self.picked(node, at, runs)
        text = f"v[{self.place(node.id, indices)}]"
        for variable, member in reversed(found):
            text = f"within({member},{variable}=>{text})"
        return text

    def picked(self, node: Name | Pick, at: At, runs: At) -> tuple[list[str], list[tuple[str, str]]]:
        """Return the indices of what is read of a row, and the variables among them with the members they stand for."""
        over = self.plan.row(node.id).over
        selectors: Sequence[Selector] = node.selectors if isinstance(node, Pick) else (Every(),) * len(over)
        indices: list[str] = []
        found: list[tuple[str, str]] = []
        for name, selector in zip(over, selectors, strict=True):
            match selector:
                case Member(index=index):
                    indices.append(str(index))
                case Run():
                    indices.append(runs[name])
                case Every():
                    indices.append(at[name])
                case _:
                    indices.append(self._variable())
                    found.append((indices[-1], self._member(name, selector, at)))
        return indices, found

    def _member(self, name: str, node: Node, at: At) -> str:
        """Return the place of a computed member, -1 for none."""
        return f"member({_codes(self.plan, name)},{self.spell(node, at)})"

    def _aggregate(self, node: Aggregate, at: At) -> str:
        """Return an aggregate over members: one function inside the other where it goes over several dimensions."""
        variables, inner = self.walked(node, at)
        text = self._pick(node.row, inner, variables)
        beside = self._beside(node, variables, at)
        function = OVER_MEMBERS[node.function]
        for variable, extent in self.extents(node, variables, at):
            rest = "".join([f",{part}" for part in beside])
            text = f"{function}({extent},{variable}=>{text}{rest})"
        return text

    def walked(self, node: Aggregate, at: At) -> tuple[At, At]:
        """Return the variables of what an aggregate goes over, and where all dimensions stand inside it."""
        variables = {name: self._variable() for name in node.over}
        runs = _runs(self.plan, node)
        # What a computed run looks at may be a dimension that the result is over as well.
        outer = {name: text for name, text in variables.items() if name not in runs}
        return variables, {**at, **outer, **{name: variables[name] for name in runs if self._is_fixed(runs[name])}}

    def extents(self, node: Aggregate, variables: At, at: At) -> list[tuple[str, str]]:
        """Return the variable and the extent of each dimension that an aggregate goes over, the innermost first."""
        runs = _runs(self.plan, node)
        return [(variables[name], self._extent(name, runs.get(name), at)) for name in reversed(node.over)]

    def _is_fixed(self, run: Run) -> bool:
        return isinstance(run.first, Member) and isinstance(run.last, Member)

    def _extent(self, name: str, run: Run | None, at: At) -> str:
        """Return the first place that is taken, and the one behind the last."""
        if run is None:
            return f"0,{len(self.plan.model.dimension[name].members)}"
        ends = [
            str(end.index) if isinstance(end, Member) else self._member(name, end, at)
            for end in (run.first, run.last)
            if end is not None
        ]
        return f"{ends[0]},{int(ends[1]) + 1}" if ends[1].isdigit() else f"{ends[0]},behind({ends[1]})"

    def _beside(self, node: Aggregate, variables: At, at: At) -> list[str]:
        """Return what stands beside a row: a number, or a function of the place along the row."""
        texts: list[str] = []
        for parameter in node.parameters:
            over = self.plan.row(parameter.id).over if isinstance(parameter, Name) else ()
            along = [name for name in node.over if name in over]
            text = self.spell(parameter, {**at, **{name: variables[name] for name in along}})
            texts.append(f"{variables[along[0]]}=>{text}" if along else text)
        if node.function in PLACES:
            texts.append("1" if node.ends == "flat" else "0")
        return [*texts, *[literal(bound) for bound in (self._bounds if node.function in _RATES else ())]]

    def _by_group(self, node: Aggregate, at: At) -> str:
        """Return an aggregate of those members whose code is that of the group in which the cell stands."""
        variable, inner, wanted = self.grouped(node, at)
        members = len(self.plan.model.dimension[node.over[0]].members)
        value, code = (self.spell(part, inner) for part in (node.argument, node.parameters[0]))
        return f"grouped_{node.function}({members},{variable}=>{value},{variable}=>{code},{wanted})"

    def grouped(self, node: Aggregate, at: At) -> tuple[str, At, str]:
        """Return the variable of what is grouped, where all dimensions stand inside, and the code of the group."""
        ((fine,), (group,)) = node.over, node.by
        variable = self._variable()
        inner = {**{name: text for name, text in at.items() if name != group}, fine: variable}
        return variable, inner, f"{_codes(self.plan, group)}[{at[group]}]"

    def _previous(self, node: Previous, at: At) -> str:
        last = len(self.plan.model.dimension[node.over].members)
        then = self.lagged(node.over, node.lag, at, ahead=node.ahead)
        is_there = f"{then}<{last}" if node.ahead else f"{then}>=0"
        value = self.spell(node.argument, {**at, node.over: then})
        return f"({is_there}?{value}:{self.spell(node.start, at)})"

    def lagged(self, name: str, lag: Node, at: At, *, ahead: bool) -> str:
        """Return the index of another period."""
        return f"({at[name]}{'+' if ahead else '-'}{self.spell(lag, at)})"

    def _variable(self) -> str:
        return f"k{next(self._fresh)}"


def _runs(plan: Plan, node: Aggregate) -> dict[str, Run]:
    row = node.row
    selectors = row.selectors if isinstance(row, Pick) else ()
    chosen = dict(zip(plan.row(row.id).over, selectors, strict=True)) if selectors else {}
    return {name: run for name, run in chosen.items() if isinstance(run, Run)}


def _codes(plan: Plan, name: str) -> str:
    """Return the name of the numbers that stand for a dimension's members."""
    return f"codes[{[dimension.id for dimension in plan.model.dimensions].index(name)}]"
