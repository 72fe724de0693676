"""Formulas as Python over numpy arrays: each row one expression over all its members, and over all cases at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final, Literal, NamedTuple, Self

from engine.language.numbers.arrays import ARRAYS
from engine.language.tree import Aggregate, Every, Member, Name, Node, Pick, Previous, Run, Selector, fold
from engine.plan.plan import GUESSES, PLACES, Loop, Plan, Row

_REDUCES: Final = {"sum": "total", "mean": "mean", "min": "smallest", "max": "largest", "count": "counted"}
_ALONG: Final = frozenset({"npv", "irr", "xnpv", "xirr", "npv_by_rate", "xnpv_by_rate"}) | PLACES | GUESSES
_SHALLOW: Final = 100
_DEEPEST: Final = 60


def _depth(text: str) -> int:
    deepest = depth = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        deepest = max(deepest, depth)
    return deepest


class _Axis(NamedTuple):
    """An axis of an array: the members that a row is over, those that one is looked up among, or those of a run."""

    name: str
    kind: Literal["members", "looked up", "run"] = "members"


@dataclass(frozen=True, slots=True)
class _Axes:
    """What a part of a formula is read over: the axes of its array, and the periods that loops stand at."""

    over: tuple[_Axis, ...]
    at: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def along(cls, names: Iterable[str], at: Mapping[str, str] | None = None) -> Self:
        """Return the axes of a row over dimensions."""
        return cls(tuple([_Axis(name) for name in names]), at or {})

    def is_fixed(self, name: str) -> bool:
        """Return whether a dimension stands at the period of a loop."""
        return name in self.at and _Axis(name) not in self.over

    def from_the_end(self, name: str) -> int:
        """Return which axis a dimension is, counted backwards."""
        return self.over.index(_Axis(name)) - len(self.over)


class ArraySpelling:
    """Spells the rows of a plan as statements over a list ``v``; `many` keeps an axis of cases in front."""

    def __init__(self, plan: Plan, *, many: bool) -> None:
        self.plan = plan
        self.many = many
        self._before: list[str] = []
        self._is_alone = False
        self._bounds: tuple[float, ...] = ()

    def statements(self, row: Row) -> list[str]:
        """Return the statements that compute a row over all its members."""
        target = f"v[{self.plan.index[row.id]}]"
        axes = _Axes.along(row.over)
        return self._with_parts(f"{target} = {self._begun(row, target, axes)}")

    def _with_parts(self, line: str) -> list[str]:
        """Return a statement behind those of the parts that it was too deep with."""
        lines, self._before = [*self._before, line], []
        return lines

    def loop(self, loop: Loop, at: Mapping[str, str] | None = None) -> list[str]:
        """Return the statements that compute the rows of a loop period by period, with what they are kept in first."""
        lines = [] if at else [self._kept(self.plan.row(id_)) for id_ in loop.ids]
        at = dict(at or {})
        at[loop.over] = f"t{len(at)}"
        lines.append(f"for {at[loop.over]} in {loop.periods(self._count(loop.over))}:")
        for step in loop.steps:
            if isinstance(step, Loop):
                lines += [f" {line}" for line in self.loop(step, at)]
            else:
                lines += [f" {line}" for line in self._with_parts(self._at_period(self.plan.row(step), at))]
        return lines

    def sides(self, node: Node, over: tuple[str, ...]) -> str:
        """Return an expression over dimensions, for a check's side."""
        shape = self.plan.model.shape(over)
        # One expression has no statement before it.
        self._is_alone = True
        return f"spread(finite({self._spell(node, _Axes.along(over))}), {shape})"

    def _row(self, row: Row, axes: _Axes) -> str:
        shape = self._shape(axes)
        if row.parts:
            parted = next(iter(set(row.over) - set(self.plan.row(row.parts[0]).over)))
            inner = replace(axes, over=tuple([axis for axis in axes.over if axis.name != parted]))
            rows = [f"spread({self._reference(part, inner)}, {self._shape(inner)})" for part in row.parts]
            return f"stack(({', '.join(rows)},), {axes.from_the_end(parted)})"
        assert row.expression is not None  # noqa: S101  # only what is computed is spelled
        self._bounds = rate_bounds(row)
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
        axes = _Axes.along([name for name in row.over if name not in at], at)
        index = ", ".join([at.get(name, ":") for name in row.over])
        target = f"v[{self.plan.index[row.id]}][..., {index}]"
        if row.given and row.given_over in at:
            return f"if {at[row.given_over]} >= {row.given}: {target} = {self._row(row, axes)}"
        return f"{target} = {self._begun(row, target, axes)}"

    def _begun(self, row: Row, target: str, axes: _Axes) -> str:
        """Return a row's values, with those that are given in front."""
        value = self._row(row, axes)
        return f"begun({target}, {value}, {row.given}, {axes.from_the_end(row.given_over)})" if row.given else value

    def _spell(self, node: Node, axes: _Axes) -> str:
        def call(function: str, arguments: tuple[str, ...]) -> str:
            arguments = tuple([self._name_deep(argument) for argument in arguments])
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

    def _name_deep(self, text: str) -> str:
        """Return a part of an expression, or the name that a statement before gives it: Python nests 200 brackets."""
        if self._is_alone or len(text) < _SHALLOW or _depth(text) < _DEEPEST:
            return text
        name = f"part{len(self._before)}"
        self._before.append(f"{name} = {text}")
        return name

    def _reference(self, id_: str, axes: _Axes) -> str:
        return self._pick(id_, (Every(),) * len(self.plan.row(id_).over), axes)

    def _pick(self, id_: str, selectors: Sequence[Selector], axes: _Axes) -> str:
        """Return a row's values over the axes: members taken out, periods of loops too, computed members looked up."""
        over = self.plan.row(id_).over
        index: list[str] = []
        have: list[_Axis] = []
        computed: list[tuple[str, Node]] = []
        for name, selector in zip(over, selectors, strict=True):
            match selector:
                case Member(index=position):
                    index.append(str(position))
                case Run() if _Axis(name, "run") in axes.over:
                    index.append(":")
                    have.append(_Axis(name, "run"))
                case Every() | Run():
                    index.append(axes.at[name] if axes.is_fixed(name) else ":")
                    have += [] if axes.is_fixed(name) else [_Axis(name)]
                case _:
                    index.append(":")
                    have.append(_Axis(name, "looked up"))
                    computed.append((name, selector))
        code = f"v[{self.plan.index[id_]}]"
        if any(part != ":" for part in index):
            code = f"{code}[..., {', '.join(index)}]"
        for name, node in computed:
            # The dimension that is looked up stands last, behind all axes that its place may vary along.
            own = _Axis(name, "looked up")
            behind = tuple([axis for axis in have if axis.kind == "looked up" and axis != own])
            wanted = (*axes.over, *behind, own)
            member = f"place_of({self._spell(node, axes)}, numbers[{name!r}])"
            member += f"[..., {', '.join(['None'] * len(behind))}]" if behind else ""
            code = f"pick({self._aligned(code, have, wanted)}, {member})"
            have = [*axes.over, *behind]
        return self._aligned(code, have, axes.over)

    def _aligned(self, code: str, have: Sequence[_Axis], want: Sequence[_Axis]) -> str:
        """Return an array over `have` with its axes in the order of `want`, and one of 1 for each that it lacks."""
        order = tuple(sorted(range(len(have)), key=lambda position: want.index(have[position])))
        if order != tuple(range(len(have))):
            code = f"swap({code}, {order})"
        index = [":" if axis in have else "None" for axis in want]
        if not self.many:
            while index[:1] == ["None"]:
                index.pop(0)
        return f"{code}[..., {', '.join(index)}]" if "None" in index else code

    def _aggregate(self, node: Aggregate, axes: _Axes) -> str:
        if node.by:
            return self._by_group(node, axes)
        rest = tuple([axis for axis in axes.over if axis.kind != "members" or axis.name not in node.over])
        behind = _Axes.along(node.over, {name: at for name, at in axes.at.items() if name not in node.over})
        inner = replace(behind, over=(*rest, *behind.over))
        argument = node.argument
        runs = [(n, s) for n, s in self._selected(argument) if isinstance(s, Run)]
        constant = all(isinstance(end, Member) for _, run in runs for end in (run.first, run.last))
        if runs and not constant:
            ((name, run),) = runs
            # The ends are read at the axes of the result, which may run along the dimension itself.
            ends = [self._place(name, end, axes) for end in (run.first, run.last)]
            wide = replace(axes, over=(*axes.over, _Axis(name, "run")))
            code = f"spread({self._spell(argument, wide)}, {self._shape(wide)})"
            return f"run({node.function!r}, {code}, {', '.join(ends)})"
        # Axes of 1 in front may have been left out, and are counted on here.
        code = f"spread({self._spell(argument, inner)}, {self._shape(inner)})"
        slices = {name: f"{run.first.index}:{run.last.index + 1}" for name, run in runs}  # type: ignore[union-attr]
        if slices:
            code = f"{code}[..., {', '.join([slices.get(name, ':') for name in node.over])}]"
        if node.function in _ALONG:
            own = f"[..., {', '.join(slices.values())}]" if slices else ""
            beside = [self._beside(parameter, rest, node.over, axes, own) for parameter in node.parameters]
            beside += [repr(node.ends)] if node.function in PLACES else [repr(end) for end in self._bounds]
            code = f"{node.function}({', '.join([code, *beside])})"
        else:
            code = f"{_REDUCES[node.function]}({code}, {len(node.over)})"
        return self._aligned(code, rest, axes.over)

    def _by_group(self, node: Aggregate, axes: _Axes) -> str:
        """Return an aggregate by group: what is grouped stands last, and so does the group in what comes out."""
        ((fine,), (group,)) = node.over, node.by
        own, coarse = _Axis(fine), _Axis(group)
        rest = tuple([axis for axis in axes.over if axis not in {own, coarse}])
        at = {name: now for name, now in axes.at.items() if name != fine}
        inner = _Axes((*rest, own), at)
        code = f"spread({self._spell(node.argument, inner)}, {self._shape(inner)})"
        codes = self._spell(node.parameters[0], _Axes((own,)))
        code = f"grouped({node.function!r}, {code}, {codes}, numbers[{group!r}])"
        if axes.is_fixed(group):
            return self._aligned(f"{code}[..., {axes.at[group]}]", rest, axes.over)
        return self._aligned(code, (*rest, coarse), axes.over)

    def _beside(self, node: Node, rest: tuple[_Axis, ...], along: tuple[str, ...], axes: _Axes, run: str) -> str:
        """Return what stands beside a row: over the axes that are left, or along the row itself, in its run."""
        row = self.plan.row(node.id).over if isinstance(node, Name) else ()
        if not set(along) <= set(row):
            return self._spell(node, replace(axes, over=rest))
        own = tuple([_Axis(name) for name in along])
        return self._spell(node, replace(axes, over=own if row == along else (*rest, *own))) + run

    def _shape(self, axes: _Axes) -> tuple[int, ...]:
        return self.plan.model.shape(tuple([axis.name for axis in axes.over]))

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
        if axes.is_fixed(node.over):
            now = axes.at[node.over]
            sign, first = ("+", f"{now} >= {self._count(node.over)} - {lag}") if node.ahead else ("-", f"{now} < {lag}")
            other = replace(axes, at={**axes.at, node.over: f"({now} {sign} int({lag}))"})
            return f"({start} if {first} else {self._spell(node.argument, other)})"
        spread = f"spread({self._spell(node.argument, axes)}, {self._shape(axes)})"
        return f"{'ahead' if node.ahead else 'shift'}({spread}, {start}, {lag}, {axes.from_the_end(node.over)})"

    def _count(self, name: str) -> int:
        return len(self.plan.model.dimension[name].members)


def rate_bounds(row: Row) -> tuple[float, ...]:
    """Return the two bounds, as stored, between which the whole formula of a row looks for a rate; () without them."""
    node, quantity = row.expression, row.quantity
    if not isinstance(node, Aggregate) or node.function not in {"irr", "xirr"} or quantity is None:
        return ()
    ends = [end for end in (quantity.min, quantity.max) if isinstance(end, Decimal)]
    return tuple([float(end) / row.unit.scale for end in ends]) if len(ends) == 2 else ()  # noqa: PLR2004  # both
