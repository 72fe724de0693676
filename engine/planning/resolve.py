"""A formula's tree with every member found, and every dimension that was left out filled in."""

from __future__ import annotations

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
    computed,
    nodes,
)
from engine.language.unparse import text
from engine.model.dimensions import Dimension, member_hint
from engine.model.names import member_of
from engine.planning.shapes import Over, Shapes, union
from engine.problems import Mistake, did_you_mean, listed, shortened, some


class ShapeMismatch(Mistake):  # reads as what it is
    """A formula is over other dimensions than it may be: the message says which, the hint how to mend it."""


def resolved(shapes: Shapes, owner: str, tree: Node, over: Over) -> Node:
    """Return the tree with every member found and every dimension named.

    Raises ShapeMismatch where it cannot be, or where the result is over more than `over`.
    """
    node, found = free(shapes, owner, tree, over)
    extra = [name for name in found if name not in over]
    if extra:
        what = f"is over {listed(over)}" if over else "is one number"
        message = (
            f"'{owner}' {what}, and its formula is over {listed(found)} too"
            if over
            else (f"'{owner}' {what}, and its formula is over {listed(found)}")
        )
        if member_of(owner):
            # A member's own formula: what else is over that dimension is picked at the member.
            inner = next(n.id for n in nodes(tree) if isinstance(n, Name) and extra[0] in shapes.over.get(n.id, ()))
            member = member_of(owner)
            hint = f'pick the member, as in {inner}["{member}"], or aggregate it: sum({inner}, over={extra[0]})'
            raise ShapeMismatch(message, hint)
        whole = extra[0] if len(extra) == 1 else f"[{', '.join(extra)}]"
        hint = f"aggregate it, as in sum(..., over={whole}), pick a member, or write over = {_toml((*over, *extra))}"
        raise ShapeMismatch(message, hint)
    return node


def free(shapes: Shapes, owner: str, tree: Node, near: Over = ()) -> tuple[Node, Over]:
    """Return the tree resolved, and what it is over; `near` is what `prev` may go along where nothing says so."""
    return _Resolving(shapes, owner, near).read(tree)


class _Resolving:
    """Resolves one formula."""

    def __init__(self, shapes: Shapes, owner: str, near: Over) -> None:
        self.shapes = shapes
        self.dimensions = shapes.dimensions
        self.owner = owner
        self.near = near

    def read(self, node: Node) -> tuple[Node, Over]:
        match node:
            case Name(id=id_):
                return node, self.name(id_)
            case Call():
                return self.call(node)
            case Aggregate():
                return self.aggregate(node)
            case Previous():
                return self.previous(node)
            case Pick():
                return self.pick(node)
        return node, ()

    def name(self, id_: str) -> Over:
        dimension = self.dimensions.get(id_)
        if dimension is None:
            return self.shapes.over[id_]
        if not dimension.numbers:
            message = f"'{self.owner}' uses '{id_}' as a number, and its members are names: {some(dimension.members)}"
            raise ShapeMismatch(message, f'pick by member, as in x["{dimension.members[0]}"]')
        return (id_,)

    def call(self, node: Call) -> tuple[Node, Over]:
        if node.function in {"min", "max"} and len(node.arguments) == 1 and isinstance(node.arguments[0], Pick):
            argument, found = self.pick(node.arguments[0], runs=True)
            if found:
                return self.aggregate(Aggregate(node.function, node.arguments[0]))
            return Call(node.function, (argument,)), ()
        read = [self.read(argument) for argument in node.arguments]
        over = union([found for _, found in read])
        if node.function in {"min", "max"} and len(read) == 1 and over:
            return self.aggregate(Aggregate(node.function, node.arguments[0]))
        return Call(node.function, tuple([argument for argument, _ in read])), over

    def aggregate(self, node: Aggregate) -> tuple[Node, Over]:
        function = node.function
        argument, found = (
            self.pick(node.argument, runs=True) if isinstance(node.argument, Pick) else self.read(node.argument)
        )
        for name in node.over:
            if name not in self.dimensions:
                message = (
                    f"'{self.owner}' takes the {function} over '{shortened(name)}', and there is no such dimension"
                )
                known = f"it may be {listed(found, 'or')}" if found else f"declare it: [dimensions.{shortened(name)}]"
                raise ShapeMismatch(message, did_you_mean(name, self.dimensions) or known)
            if name not in found:
                what = f"{_written(node.argument)} is {_is_over(found)}"
                message = f"'{self.owner}' takes the {function} over '{name}', and {what}"
                raise ShapeMismatch(message, "take it over a dimension that its argument is over")
        runs = self.runs(argument)
        if not found:
            message = f"'{self.owner}' takes the {function} of {_written(node.argument)}, which is one number"
            raise ShapeMismatch(message, "an aggregate takes what is over a dimension")
        if not node.over and not runs and len(found) > 1:
            message = f"'{self.owner}' takes the {function} of {_written(node.argument)}, which is over {listed(found)}"
            hint = f"name what it runs over: over={found[-1]}, or over=[{', '.join(found)}]"
            if function in {"first", "last"}:
                hint = f"name the ordered one: over={next((n for n in found if self.dimensions[n].ordered), found[-1])}"
            raise ShapeMismatch(message, hint)
        over = node.over or runs or found
        self.refuse_loose_runs(argument, over)
        if self.shapes.iscomputed(argument) and len(over) > 1:
            message = f"'{self.owner}' takes the {function} of {_written(node.argument)} over {listed(over)} at once"
            raise ShapeMismatch(
                message, "beside a run with computed ends, aggregate the others in a quantity of their own"
            )
        if function in {"first", "last"} and (len(over) > 1 or not self.dimensions[over[0]].ordered):
            message = f"'{self.owner}' takes the {function} over {listed(over)}, which has no order"
            raise ShapeMismatch(message, "pick a member by name, or declare the dimension with ordered = true")
        self.refuse_mixed(argument, runs)
        rest = tuple([name for name in found if name not in over])
        return Aggregate(function, argument, over), union([rest, self.shapes.ends(argument)])

    def runs(self, argument: Node) -> Over:
        """Return the dimensions of which a run is taken: what is aggregated where nothing else is said."""
        if not isinstance(argument, Pick):
            return ()
        pairs = zip(self.shapes.over[argument.id], argument.selectors, strict=True)
        return tuple([name for name, selector in pairs if isinstance(selector, Run)])

    def refuse_loose_runs(self, argument: Node, over: Over) -> None:
        for name in self.runs(argument):
            if name not in over:
                what = f"aggregates over {listed(over)}"
                message = f"'{self.owner}' takes a run of '{name}' in {_written(argument)}, and {what}"
                raise ShapeMismatch(message, f"a run is aggregated: over=[{', '.join((*over, name))}]")

    def refuse_mixed(self, argument: Node, runs: Over) -> None:
        """Refuse a run beside a member that is computed along the run's own dimension."""
        if not runs or not isinstance(argument, Pick):
            return
        for selector in argument.selectors:
            for member in () if isinstance(selector, Run) else computed(selector):
                mixed = [name for name in self.shapes.of(member) if name in runs]
                if mixed:
                    message = f"'{self.owner}' takes a run of '{mixed[0]}' and picks by {_written(member)} along it"
                    raise ShapeMismatch(message, "give what is picked a quantity of its own, and aggregate that")

    def previous(self, node: Previous) -> tuple[Node, Over]:
        argument, found = self.read(node.argument)
        start, begun = self.read(node.start)
        dimension = node.over or self.only_ordered(found, node)
        if dimension not in self.dimensions or not self.dimensions[dimension].ordered:
            way = "ahead" if node.ahead else "back"
            message = f"'{self.owner}' goes {way} along '{shortened(dimension)}', which is no ordered dimension"
            hint = f"{node.function} goes along a dimension with from and to, or with ordered = true"
            ordered = [name for name, known in self.dimensions.items() if known.ordered]
            raise ShapeMismatch(message, did_you_mean(dimension, ordered) or hint)
        self.refuse_lag(node)
        if dimension in begun:
            edge, end = ("end", "last") if node.ahead else ("start", "first")
            message = f"in '{self.owner}', the {edge} {_written(node.start)} is over '{dimension}' itself"
            raise ShapeMismatch(message, f"give the {end} periods one value; {end}({text(node.start)}) may be meant")
        return Previous(argument, start, node.lag, dimension, node.ahead), union([found, begun, (dimension,)])

    def only_ordered(self, found: Over, node: Previous) -> str:
        for candidates in (found, self.near):
            ordered = [name for name in candidates if self.dimensions[name].ordered]
            if len(ordered) == 1:
                return ordered[0]
            if ordered:
                message = (
                    f"'{self.owner}' uses {node.function}, and {_written(node.argument)} is over {listed(ordered)}"
                )
                raise ShapeMismatch(message, f"say along which: {node.function}(..., over={ordered[-1]})")
        message = f"'{self.owner}' uses {node.function}, and {_written(node.argument)} is over no ordered dimension"
        hint = f"{node.function} goes along a dimension with from and to, or with ordered = true"
        raise ShapeMismatch(message, hint)

    def refuse_lag(self, node: Previous) -> None:
        lag, looks = node.lag, "next looks ahead" if node.ahead else "prev looks back"
        if isinstance(lag, Number) and lag.value >= 1 and lag.value == int(lag.value):
            return
        quantity = self.shapes.quantity(lag.id) if isinstance(lag, Name) else None
        if quantity is None or not quantity.is_input or quantity.over:
            message = f"in '{self.owner}', {looks} by {_written(lag)}"
            raise ShapeMismatch(message, "the lag is a whole number from 1, or an input with whole = true and min = 1")
        least = quantity.min
        if not quantity.whole or least is None or least < 1:  # type: ignore[operator]  # one number, since it is over nothing
            what = f"the input '{quantity.id}', which need not be whole and at least 1"
            message = f"in '{self.owner}', {looks} by {what}"
            raise ShapeMismatch(message, f"give '{quantity.id}' whole = true and min = 1")

    def pick(self, node: Pick, *, runs: bool = False) -> tuple[Node, Over]:
        over = () if node.id in self.dimensions else self.shapes.over[node.id]
        if len(node.selectors) != len(over):
            is_over = "a dimension itself" if node.id in self.dimensions else _is_over(over)
            message = f"'{self.owner}' picks {len(node.selectors)} of '{node.id}', which is {is_over}"
            wanted = ", ".join(
                [f'"{self.dimensions[name].members[0]}"' if not self.dimensions[name].numbers else ":" for name in over]
            )
            raise ShapeMismatch(
                message,
                f"name a member, or :, for each dimension: {node.id}[{wanted}]" if over else "use it without brackets",
            )
        selectors: list[Selector] = []
        found: list[Over] = []
        for name, selector in zip(over, node.selectors, strict=True):
            resolved, computed = self.selector(node, self.dimensions[name], selector, runs=runs)
            selectors.append(resolved)
            found += [(name,)] if isinstance(resolved, Every | Run) else computed
        return Pick(node.id, tuple(selectors)), union(found)

    def selector(
        self, node: Pick, dimension: Dimension, selector: Selector, *, runs: bool
    ) -> tuple[Selector, list[Over]]:
        if isinstance(selector, Every):
            return selector, []
        if isinstance(selector, Member) and selector.text == "-1" and dimension.index_of("-1") is None:
            message = f"'{self.owner}' picks '-1', which is no member of '{dimension.id}'"
            raise ShapeMismatch(message, f"the last member is last({node.id}, over={dimension.id})")
        if not isinstance(selector, Run):
            end, found = self.end(dimension, selector)
            return end, [found]
        if not runs:
            message = f"'{self.owner}' uses the run {_written(node)} where one value must stand"
            raise ShapeMismatch(message, f"aggregate it, as in sum({text(node)})")
        if not dimension.ordered:
            message = f"'{self.owner}' takes a run of '{dimension.id}', whose members have no order"
            raise ShapeMismatch(message, "pick members one by one, or declare the dimension with ordered = true")
        ends = [self.end(dimension, end) for end in (selector.first or Member(dimension.members[0]),
                                                     selector.last or Member(dimension.members[-1]))]  # fmt: skip
        first, last = ends[0][0], ends[1][0]
        if isinstance(first, Member) and isinstance(last, Member) and first.index > last.index:
            message = f"in '{self.owner}', the run {_written(node)} ends before it begins"
            raise ShapeMismatch(message, "exchange its ends")
        return Run(first, last), [found for _, found in ends]

    def end(self, dimension: Dimension, end: Member | Node) -> tuple[Member | Node, Over]:
        if isinstance(end, Member):
            index = dimension.index_of(end.text)
            if index is None:
                message = f"'{self.owner}' picks '{shortened(end.text)}', which is no member of '{dimension.id}'"
                raise ShapeMismatch(message, member_hint(dimension, end.text))
            return Member(dimension.members[index], index, end.quoted), ()
        if isinstance(end, Name) and end.id not in self.dimensions and end.id not in self.shapes.over:
            message = f"'{self.owner}' picks {_written(end)} of '{dimension.id}', and there is no such quantity"
            raise ShapeMismatch(message, f'names of members stand in quotes: "{end.id}"')
        if not dimension.numbers:
            message = f"'{self.owner}' picks a member of '{dimension.id}' by {_written(end)}, and its members are names"
            hint = f'names of members stand in quotes, as in "{dimension.members[0]}"'
            if end == Name(dimension.id):
                hint = "only a dimension that counts is a number; a running total is prev(total, 0) + x"
            raise ShapeMismatch(message, hint)
        return self.read(end)


def _is_over(over: Over) -> str:
    return f"over {listed(over)}" if over else "one number"


def _written(node: Node) -> str:
    return shortened(text(node))


def _toml(over: Over) -> str:
    quoted = [f'"{name}"' for name in over]
    return quoted[0] if len(quoted) == 1 else f"[{', '.join(quoted)}]"
