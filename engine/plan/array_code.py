"""Formulas as Python over numpy arrays: each row one expression over all its members, and over all cases at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from engine.language.arrays import ARRAYS
from engine.language.tree import Aggregate, Every, Member, Node, Pick, Previous, Run, Selector, fold
from engine.plan.plan import Loop, Plan, Row

_REDUCES: Final = {"sum": "total", "mean": "mean", "min": "smallest", "max": "largest"}


@dataclass(frozen=True, slots=True)
class _Axes:
    """What a part of a formula is read over: the axes of its array, and the periods that loops stand at."""

    over: tuple[str, ...]
    at: Mapping[str, str] = field(default_factory=dict)


class ArraySpelling:
    """Spells the rows of a plan as statements over a list ``v``; `many` keeps an axis of cases in front."""

    def __init__(self, plan: Plan, *, many: bool) -> None:
        self.plan = plan
        self.many = many

    def statements(self, row: Row) -> list[str]:
        """Return the statements that compute a row over all its members."""
        target = f"v[{self.plan.index[row.id]}]"
        return [f"{target} = {self._begun(row, target, self._row(row, _Axes(row.over)), row.over)}"]

    def loop(self, loop: Loop, at: Mapping[str, str] | None = None) -> list[str]:
        """Return the statements that compute the rows of a loop period by period, with what they are kept in first."""
        lines = [] if at else [self._kept(self.plan.row(id_)) for id_ in loop.ids]
        at = dict(at or {})
        at[loop.over] = f"t{len(at)}"
        lines.append(f"for {at[loop.over]} in range({len(self.plan.model.dimension[loop.over].members)}):")
        for step in loop.steps:
            if isinstance(step, Loop):
                lines += [f" {line}" for line in self.loop(step, at)]
            else:
                lines.append(f" {self._at_period(self.plan.row(step), at)}")
        return lines

    def sides(self, node: Node, over: tuple[str, ...]) -> str:
        """Return an expression over dimensions, for a check's side."""
        shape = self.plan.model.shape(over)
        return f"spread(finite({self._spell(node, _Axes(over))}), {shape})"

    def _row(self, row: Row, axes: _Axes) -> str:
        shape = self.plan.model.shape(axes.over)
        if row.parts:
            parted = next(iter(set(row.over) - set(self.plan.row(row.parts[0]).over)))
            rest = tuple([name for name in axes.over if name != parted])
            inner = replace(axes, over=rest)
            rows = [f"spread({self._reference(part, inner)}, {self.plan.model.shape(rest)})" for part in row.parts]
            return f"stack(({', '.join(rows)},), {axes.over.index(parted) - len(axes.over)})"
        assert row.expression is not None  # noqa: S101  # only what is computed is spelled
        return (
            f"spread(finite({self._spell(row.expression, axes)}), {shape})"
            if shape
            else (f"finite({self._spell(row.expression, axes)})")
        )

    def _kept(self, row: Row) -> str:
        position = self.plan.index[row.id]
        shape = self.plan.model.shape(row.over)
        if row.given:
            return f"v[{position}] = kept(v[{position}], n, {shape})"
        return f"v[{position}] = kept(None, n, {shape})"

    def _at_period(self, row: Row, at: Mapping[str, str]) -> str:
        rest = tuple([name for name in row.over if name not in at])
        index = ", ".join([at.get(name, ":") for name in row.over])
        value = self._row(row, _Axes(rest, at))
        target = f"v[{self.plan.index[row.id]}][..., {index}]"
        if row.given and row.given_over in at:
            return f"if {at[row.given_over]} >= {row.given}: {target} = {value}"
        return f"{target} = {self._begun(row, target, value, rest)}"

    def _begun(self, row: Row, given: str, value: str, over: tuple[str, ...]) -> str:
        if not row.given:
            return value
        return f"begun({given}, {value}, {row.given}, {over.index(row.given_over) - len(over)})"

    def _spell(self, node: Node, axes: _Axes) -> str:
        def call(function: str, arguments: tuple[str, ...]) -> str:
            return ARRAYS[function].format(*arguments, all=", ".join(arguments))

        def other(inner: Aggregate | Previous | Pick) -> str:
            match inner:
                case Aggregate():
                    return self._aggregate(inner, axes)
                case Previous():
                    return self._previous(inner, axes)
            return self._pick(inner.id, inner.selectors, axes)

        return fold(
            node,
            lambda number: f"numpy.float64({number.value!r})",
            lambda id_: self._reference(id_, axes),
            call,
            other,
        )

    def _reference(self, id_: str, axes: _Axes) -> str:
        return self._pick(id_, (Every(),) * len(self.plan.row(id_).over), axes)

    def _pick(self, id_: str, selectors: Sequence[Selector], axes: _Axes) -> str:
        """Return a row's values over the axes: members taken out, periods of loops too, computed members looked up."""
        over = self.plan.row(id_).over
        index: list[str] = []
        have: list[str] = []
        computed: list[tuple[str, Node]] = []
        for name, selector in zip(over, selectors, strict=True):
            match selector:
                case Member(index=position):
                    index.append(str(position))
                case Run() if f"\1{name}" in axes.over:
                    index.append(":")
                    have.append(f"\1{name}")
                case Every() | Run():
                    index.append(axes.at[name] if name in axes.at and name not in axes.over else ":")
                    have += [name] if index[-1] == ":" else []
                case _:
                    index.append(":")
                    have.append(f"\0{name}")
                    computed.append((name, selector))
        code = f"v[{self.plan.index[id_]}]"
        if any(part != ":" for part in index):
            code = f"{code}[..., {', '.join(index)}]"
        for name, node in computed:
            # The dimension that is looked up stands last, behind all axes that its place may vary along.
            others = [other for other in have if other != f"\0{name}"]
            behind = tuple([other for other in others if other.startswith("\0")])
            wanted = (*axes.over, *behind, f"\0{name}")
            member = f"place_of({self._spell(node, axes)}, numbers[{name!r}])"
            member += f"[..., {', '.join(['None'] * len(behind))}]" if behind else ""
            code = f"pick({self._aligned(code, have, wanted)}, {member})"
            have = [*axes.over, *behind]
        return self._aligned(code, have, axes.over)

    def _aligned(self, code: str, have: Sequence[str], want: Sequence[str]) -> str:
        """Return an array over `have` with its axes in the order of `want`, and one of 1 for each that it lacks."""
        order = tuple(sorted(range(len(have)), key=lambda position: want.index(have[position])))
        if order != tuple(range(len(have))):
            code = f"swap({code}, {order})"
        index = [":" if name in have else "None" for name in want]
        if not self.many:
            while index[:1] == ["None"]:
                index.pop(0)
        return f"{code}[..., {', '.join(index)}]" if "None" in index else code

    def _aggregate(self, node: Aggregate, axes: _Axes) -> str:
        rest = tuple([name for name in axes.over if name not in node.over])
        inner = _Axes((*rest, *node.over), {name: at for name, at in axes.at.items() if name not in node.over})
        argument = node.argument
        runs = [(n, s) for n, s in self._selected(argument) if isinstance(s, Run)]
        constant = all(isinstance(end, Member) for _, run in runs for end in (run.first, run.last))
        if runs and not constant:
            ((name, run),) = runs
            # The ends are read at the axes of the result, which may run along the dimension itself.
            ends = [self._place(name, end, axes) for end in (run.first, run.last)]
            wide = (*axes.over, f"\1{name}")
            code = f"spread({self._spell(argument, _Axes(wide, axes.at))}, {self._shape(wide)})"
            return f"run({node.function!r}, {code}, {', '.join(ends)})"
        # Axes of 1 in front may have been left out, and are counted on here.
        code = f"spread({self._spell(argument, inner)}, {self._shape(inner.over)})"
        slices = {name: f"{run.first.index}:{run.last.index + 1}" for name, run in runs}  # type: ignore[union-attr]
        if slices:
            code = f"{code}[..., {', '.join([slices.get(name, ':') for name in node.over])}]"
        code = f"{_REDUCES[node.function]}({code}, {len(node.over)})"
        return self._aligned(code, rest, axes.over)

    def _shape(self, over: Sequence[str]) -> tuple[int, ...]:
        return self.plan.model.shape(tuple([name.lstrip("\0\1") for name in over]))

    def _selected(self, node: Node) -> list[tuple[str, Selector]]:
        if isinstance(node, Pick):
            return list(zip(self.plan.row(node.id).over, node.selectors, strict=True))
        return []

    def _place(self, name: str, end: Member | Node | None, axes: _Axes) -> str:
        if isinstance(end, Member):
            return str(end.index)
        assert end is not None  # noqa: S101  # open ends have been filled in
        return f"place_of({self._spell(end, axes)}, numbers[{name!r}])"

    def _previous(self, node: Previous, axes: _Axes) -> str:
        lag = self._spell(node.lag, _Axes(()))
        start = self._spell(node.start, axes)
        if node.over in axes.at and node.over not in axes.over:
            now = axes.at[node.over]
            before = replace(axes, at={**axes.at, node.over: f"({now} - int({lag}))"})
            return f"({start} if {now} < {lag} else {self._spell(node.argument, before)})"
        axis = axes.over.index(node.over) - len(axes.over)
        shape = self.plan.model.shape(axes.over)
        return f"shift(spread({self._spell(node.argument, axes)}, {shape}), {start}, {lag}, {axis})"
