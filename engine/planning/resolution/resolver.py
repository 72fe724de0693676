"""A formula's tree with every member found, and every dimension that was left out filled in."""

from __future__ import annotations

from engine.language.functions import COMPARISONS
from engine.language.tree import Aggregate, Call, Every, Name, Node, Number, Pick, Previous, Run, Text, nodes
from engine.language.unparse import text
from engine.model.names import days_id, map_id, member_of, row_of
from engine.planning.resolution import aggregation, grouping, members, picks
from engine.planning.resolution.mistakes import ShapeMismatch, in_toml, written
from engine.planning.resolution.shapes import Over, Shapes, union
from engine.problems import did_you_mean, listed, shortened, some


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
            quantity = shapes.quantity(row_of(owner))
            group = "" if quantity is None else quantity.formulas_over
            if extra[0] in shapes.finer(group):
                # The member is one of a group, and what is taken are those that belong to it.
                hint = f'aggregate what belongs to it, as in sum({written(tree)}, where={group} == "{member}")'
            raise ShapeMismatch(message, hint)
        if by_groups := grouping.hint_by_groups(shapes, tree, over, extra):
            raise ShapeMismatch(message, by_groups)
        whole = extra[0] if len(extra) == 1 else f"[{', '.join(extra)}]"
        hint = f"aggregate it, as in sum(..., over={whole}), pick a member, or write over = {in_toml((*over, *extra))}"
        raise ShapeMismatch(message, hint)
    return node


def free(shapes: Shapes, owner: str, tree: Node, near: Over = ()) -> tuple[Node, Over]:
    """Return the tree resolved, and what it is over; `near` is what `prev` may go along where nothing says so."""
    return Resolver(shapes, owner, near).read(tree)


class Resolver:
    """Resolves one formula."""

    def __init__(self, shapes: Shapes, owner: str, near: Over) -> None:
        self.shapes = shapes
        self.dimensions = shapes.dimensions
        self.owner = owner
        self.near = near
        # What the part that is read now may be over: a group's name is the member that one of these belongs to.
        self.context = near
        # The function that takes the part together that is read now, '' outside of all.
        self.taking = ""

    def read(self, node: Node) -> tuple[Node, Over]:  # noqa: PLR0911  # one return a node
        match node:
            case Name(id=id_):
                return self.name(id_)
            case Call():
                return self.call(node)
            case Aggregate(function="days"):
                return self.days(node)
            case Aggregate():
                return aggregation.aggregate(self, node)
            case Previous():
                return self.previous(node)
            case Pick():
                return self.pick(node)
            case Text(value=value):
                message = f"'{self.owner}' uses the word '{shortened(value)}' as a number"
                raise ShapeMismatch(message, 'a member is compared, as in region == "Europe"')
        return node, ()

    def name(self, id_: str) -> tuple[Node, Over]:
        dimension = self.dimensions.get(id_)
        if dimension is not None:
            if dimension.is_time:
                return self.dimension(id_)
            message = f"'{self.owner}' uses '{id_}' as a number, and its members are names: {some(dimension.members)}"
            first = dimension.members[0]
            raise ShapeMismatch(message, f'pick by member, as in x["{first}"], or compare: {id_} == "{first}"')
        quantity = self.shapes.quantity(id_)
        if quantity is not None and quantity.choice:
            message = f"'{self.owner}' uses the choice '{id_}' as a number, and it is a member of '{quantity.choice}'"
            first = self.dimensions[quantity.choice].members[0]
            raise ShapeMismatch(message, f'pick by it, as in price[{id_}], or compare: {id_} == "{first}"')
        return Name(id_), self.shapes.over[id_]

    def dimension(self, id_: str) -> tuple[Node, Over]:
        """Return the code of a dimension's member: its own, or that which the finer member here belongs to."""
        self.shapes.used.add(id_)
        if id_ not in self.context:
            for fine in self.shapes.finer(id_):
                if fine in self.context:
                    self.shapes.use_map(id_, fine)
                    return Name(map_id(id_, fine)), (fine,)
        return Name(id_), (id_,)

    def days(self, node: Aggregate) -> tuple[Node, Over]:
        """Return the days of a calendar's periods; of a coarser one, those of the period that this one belongs to."""
        assert isinstance(node.argument, Name)  # noqa: S101  # as it is parsed
        calendar = node.argument.id
        dimension = self.dimensions.get(calendar)
        if dimension is None or not dimension.periods:
            message = f"'{self.owner}' asks for the days of '{shortened(calendar)}', which is no calendar"
            calendars = [name for name, known in self.dimensions.items() if known.periods]
            hint = 'a calendar is declared by from = "2026-01" and to = "2028-12"'
            if dimension is not None and dimension.numbers:
                ends = f'from = "{dimension.members[0]}" and to = "{dimension.members[-1]}"'
                hint = f"its members are numbers; a calendar of years has its ends in quotes: {ends}"
            elif calendars:
                hint = did_you_mean(calendar, calendars) or f"write days({calendars[0]})"
            raise ShapeMismatch(message, hint)
        place, over = self.dimension(calendar)
        if place == Name(calendar):
            return Name(days_id(calendar)), over
        return Pick(days_id(calendar), (place,)), over

    def mentioned(self, node: Node) -> Over:
        """Return what the quantities and dimensions that a part of a formula names are over."""
        found: list[Over] = []
        groups: list[Over] = []
        for part in nodes(node):
            match part:
                case Name(id=id_) if self.shapes.finer(id_):
                    groups.append((id_,))
                case Name(id=id_):
                    found.append(self.shapes.over.get(id_, ()))
                case Pick(id=id_, selectors=selectors):
                    pairs = zip(self.shapes.over.get(id_, ()), selectors, strict=False)
                    found.append(tuple([name for name, selector in pairs if isinstance(selector, Every | Run)]))
        # A group stands for itself only where nothing finer is there.
        return union(found) or union(groups)

    def within(self, over: Over, taking: str = "") -> Resolver:
        """Return a resolver of a part that may be over more, and that a function takes together."""
        inner = Resolver(self.shapes, self.owner, self.near)
        inner.taking = taking
        inner.context = union([self.context, over])
        return inner

    def call(self, node: Call) -> tuple[Node, Over]:
        if node.function in COMPARISONS:
            members.refuse_number(self, node)
        if node.function in COMPARISONS and members.compares_members(self, node):
            return members.comparison(self, node)
        if node.function in {"min", "max"} and len(node.arguments) == 1 and isinstance(node.arguments[0], Pick):
            argument, found = self.within(self.mentioned(node)).pick(node.arguments[0], runs=True)
            if found:
                return aggregation.aggregate(self, Aggregate(node.function, node.arguments[0]))
            return Call(node.function, (argument,)), ()
        alone = node.function in {"min", "max"} and len(node.arguments) == 1
        reader = self.within((), node.function) if alone else self
        read = [reader.read(argument) for argument in node.arguments]
        over = union([found for _, found in read])
        if node.function in {"min", "max"} and len(read) == 1 and over:
            return aggregation.aggregate(self, Aggregate(node.function, node.arguments[0]))
        return Call(node.function, tuple([argument for argument, _ in read])), over

    def pick(self, node: Pick, *, runs: bool = False) -> tuple[Node, Over]:
        return picks.pick(self, node, runs=runs)

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
            message = f"in '{self.owner}', the {edge} {written(node.start)} is over '{dimension}' itself"
            # A period by itself is no row whose last value could be taken.
            is_of_periods = any(isinstance(one, Name) and one.id in self.dimensions for one in nodes(node.start))
            meant = ", such as 0" if is_of_periods else f"; {end}({text(node.start)}) may be meant"
            raise ShapeMismatch(message, f"give the {end} periods one value{meant}")
        return Previous(argument, start, node.lag, dimension, node.ahead), union([found, begun, (dimension,)])

    def only_ordered(self, found: Over, node: Previous) -> str:
        for candidates in (found, self.near):
            ordered = [name for name in candidates if self.dimensions[name].ordered]
            if len(ordered) == 1:
                return ordered[0]
            if ordered:
                message = f"'{self.owner}' uses {node.function}, and {written(node.argument)} is over {listed(ordered)}"
                raise ShapeMismatch(message, f"say along which: {node.function}(..., over={ordered[-1]})")
        message = f"'{self.owner}' uses {node.function}, and {written(node.argument)} is over no ordered dimension"
        hint = f"{node.function} goes along a dimension with from and to, or with ordered = true"
        raise ShapeMismatch(message, hint)

    def refuse_lag(self, node: Previous) -> None:
        lag, looks = node.lag, "next looks ahead" if node.ahead else "prev looks back"
        if isinstance(lag, Number) and lag.value >= 1 and lag.value == int(lag.value):
            return
        quantity = self.shapes.quantity(lag.id) if isinstance(lag, Name) else None
        if quantity is None or not quantity.is_input or quantity.over:
            message = f"in '{self.owner}', {looks} by {written(lag)}"
            raise ShapeMismatch(message, "the lag is a whole number from 1, or an input with whole = true and min = 1")
        least = quantity.min
        if not quantity.whole or least is None or least < 1:  # type: ignore[operator]  # one number, since it is over nothing
            what = f"the input '{quantity.id}', which need not be whole and at least 1"
            message = f"in '{self.owner}', {looks} by {what}"
            raise ShapeMismatch(message, f"give '{quantity.id}' whole = true and min = 1")
