"""The formula tree, kept as its author wrote it, and the fold behind every back end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import nan
from typing import Final, NoReturn, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Number:
    """A literal: its value, and the text that the author wrote."""

    value: float
    text: str


ZERO: Final = Number(0.0, "0")
ONE: Final = Number(1.0, "1")
# What ``count(over=country)`` takes: the members themselves.
NOTHING: Final = Number(1.0, "")


@dataclass(frozen=True, slots=True)
class Name:
    """A reference to a quantity or a constant by its id."""

    id: str


@dataclass(frozen=True, slots=True)
class Text:
    """A member by its name, beside a comparison: ``region == "Europe"``; `engine.planning` finds whose it is."""

    value: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or a function of the table, and its arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A function over the members of dimensions, or of those of a run: ``sum(cost, over=year)``.

    `by` names the groups that members are taken together in, `where` is what must hold of them, `parameters` is what
    stands beside the row that is used up (the rate of ``npv(rate, flows)``), and `ends` what holds beyond the points of
    a curve. `over` is as written, and () where it was left out; after `engine.planning.resolution` it names every
    dimension, and in a plan `by` is one group whose members are looked up in `over`, a row of codes, and `guess` is
    near the rate that is asked for, where spreadsheets begin to try.
    """

    function: str
    argument: Node
    over: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    where: Node | None = None
    parameters: tuple[Node, ...] = ()
    ends: str = ""
    guess: Node | None = None

    @property
    def row(self) -> Name | Pick:
        """Return the argument in a plan: a row, or members of one, since any other has been given a row."""
        return _as_row(self.argument)


@dataclass(frozen=True, slots=True)
class Previous:
    """An expression's value `lag` periods before, `start` in the first ones: ``prev(balance, loan)``.

    With `ahead` it is that of `lag` periods after, and `start` is the end, in the last ones: ``next(balance, 0)``.
    """

    argument: Node
    start: Node
    lag: Node = ONE
    over: str = ""
    ahead: bool = False

    @property
    def function(self) -> str:
        """Return what an author calls it."""
        return "next" if self.ahead else "prev"


@dataclass(frozen=True, slots=True)
class Pick:
    """A quantity at members of what it is over, one selector a dimension: ``price["H100", :]``."""

    id: str
    selectors: tuple[Selector, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One member by its text; `index` counts from 0 once `engine.planning.resolution` has found it."""

    text: str
    index: int = -1
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Members from one to another, both included; None is the first or the last."""

    first: Member | Node | None
    last: Member | Node | None


@dataclass(frozen=True, slots=True)
class Every:
    """All members: the dimension stays."""


# A selector that is a node is a computed member, such as ``[year - lag]``.
Node = Number | Name | Text | Call | Aggregate | Previous | Pick
Selector = Member | Run | Every | Number | Name | Text | Call | Aggregate | Previous | Pick


def _as_row(node: Node) -> Name | Pick:
    if not isinstance(node, Name | Pick):
        message = f"{node} has no row of its own: formulas are lowered before they are computed"
        raise TypeError(message)
    return node


class _NoDimensionsError(TypeError):
    """A back end for single numbers met a node that needs dimensions."""


def _no_dimensions(node: Aggregate | Previous | Pick) -> NoReturn:
    raise _NoDimensionsError(node)


def fold(
    node: Node,
    number: Callable[[Number], T],
    name: Callable[[str], T],
    call: Callable[[str, tuple[T, ...]], T],
    other: Callable[[Aggregate | Previous | Pick], T] = _no_dimensions,
) -> T:
    """Return the tree's value under three functions, leaves first: what every back end is.

    `other` takes what changes the members that its parts are read at, as it stands, and folds the parts itself.
    """
    if type(node) is Call:
        return call(node.function, tuple([fold(argument, number, name, call, other) for argument in node.arguments]))
    if type(node) is Name:
        return name(node.id)
    if type(node) is Text:
        # A member is no number until a dimension gives it one.
        return number(Number(nan, f'"{node.value}"'))
    return number(node) if type(node) is Number else other(node)  # type: ignore[arg-type]  # nothing else is left


def parts(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below, in the order in which they are written."""
    match node:
        case Call(arguments=arguments):
            return arguments
        case Aggregate(argument=argument, where=where, parameters=parameters, guess=guess):
            return (argument, *parameters, *[one for one in (where, guess) if one is not None])
        case Previous(argument=argument, start=start, lag=lag):
            return argument, start, lag
        case Pick(selectors=selectors):
            return tuple([end for selector in selectors for end in _ends(selector) if not isinstance(end, Member)])
    return ()


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return the node with each node directly below changed."""
    match node:
        case Call(function=function, arguments=arguments):
            return Call(function, tuple([change(argument) for argument in arguments]))
        case Aggregate(argument=argument, where=where, parameters=parameters, guess=guess):
            return replace(
                node,
                argument=change(argument),
                parameters=tuple([change(parameter) for parameter in parameters]),
                where=None if where is None else change(where),
                guess=None if guess is None else change(guess),
            )
        case Previous(argument=argument, start=start, lag=lag, over=dimension, ahead=ahead):
            return Previous(change(argument), change(start), change(lag), dimension, ahead)
        case Pick(id=id_, selectors=selectors):
            return Pick(id_, tuple([_changed(selector, change) for selector in selectors]))
    return node


def with_names(node: Node, named: Callable[[str], str]) -> Node:
    """Return the tree with every id as `named` calls it."""
    if isinstance(node, Name):
        return Name(named(node.id))
    made = rebuilt(node, lambda below: with_names(below, named))
    return Pick(named(made.id), made.selectors) if isinstance(made, Pick) else made


def unspelled(node: Node) -> Node:
    """Return the tree with its numbers as they are and not as written, so that 30 and 30.0 are one."""
    return Number(node.value, "") if isinstance(node, Number) else rebuilt(node, unspelled)


def nodes(node: Node, below: Callable[[Node], Sequence[Node]] = parts) -> Iterator[Node]:
    """Yield the node and all below it, in the order in which they are written; `below` gives those directly below."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting += reversed(below(current))


def now(node: Node) -> Iterator[Node]:
    """Yield the parts of a formula that are read in its own period: not what `prev` looks at, but its start."""
    return nodes(node, lambda one: (one.start, one.lag) if isinstance(one, Previous) else parts(one))


def depth(node: Node) -> int:
    """Return how many nodes stand below one another at the most; however deep, without recursion."""
    deepest = 0
    waiting = [(node, 1)]
    while waiting:
        current, level = waiting.pop()
        deepest = max(deepest, level)
        waiting += [(part, level + 1) for part in parts(current)]
    return deepest


def size(node: Node) -> int:
    """Return how many nodes there are, the node itself counted."""
    return sum(1 for _ in nodes(node))


def names(node: Node) -> tuple[str, ...]:
    """Return the ids that a formula uses, each once, in order of appearance."""
    found: dict[str, None] = {}
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if type(current) is Name:
            found[current.id] = None
        elif type(current) is Call:
            waiting += reversed(current.arguments)
        else:
            if type(current) is Pick:
                found[current.id] = None
            waiting += reversed(parts(current))
    return tuple(found)


def _ends(selector: Selector) -> tuple[Node | Member, ...]:
    if isinstance(selector, Run):
        return tuple([end for end in (selector.first, selector.last) if end is not None])
    return () if isinstance(selector, Every) else (selector,)


def _changed(selector: Selector, change: Callable[[Node], Node]) -> Selector:
    def end(value: Member | Node | None) -> Member | Node | None:
        return value if value is None or isinstance(value, Member) else change(value)

    if isinstance(selector, Run):
        return Run(end(selector.first), end(selector.last))
    return selector if isinstance(selector, Member | Every) else change(selector)


def computed(selector: Selector) -> list[Node]:
    """Return what a selector computes: members, or the ends of a run."""
    ends = (selector.first, selector.last) if isinstance(selector, Run) else (selector,)
    return [end for end in ends if end is not None and not isinstance(end, Member | Every | Run)]


_TURNED: Final = {"add": "sub", "sub": "add", "mul": "div", "div": "mul"}


def join_in_halves(terms: list[tuple[str, Node]]) -> Node:
    """Return terms joined by the operators before them, half with half; behind - and / the other half is turned."""
    if len(terms) == 1:
        return terms[0][1]
    middle = len(terms) // 2
    function = terms[middle][0]
    rest = [(_TURNED[one], term) for one, term in terms[middle:]] if function in {"sub", "div"} else terms[middle:]
    return Call(function, (join_in_halves(terms[:middle]), join_in_halves(rest)))
