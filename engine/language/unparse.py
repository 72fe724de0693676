"""A formula as an author would write it, with no more brackets than it needs."""

from __future__ import annotations

from engine.language.functions import COMPARISONS, COUNT, OPERATORS, ROW_FUNCTIONS, TIGHTEST
from engine.language.tree import (
    ONE,
    Aggregate,
    Every,
    Member,
    Name,
    Node,
    Number,
    Pick,
    Previous,
    Run,
    Selector,
    fold,
)

_Printed = tuple[str, int]


def text(node: Node) -> str:
    """Return the formula as an author would write it, with no more brackets than it needs."""
    return fold(node, _number_text, _name_text, _call_text, _other_text)[0]


def _number_text(number: Number) -> _Printed:
    return number.text, TIGHTEST


def _name_text(name: str) -> _Printed:
    return name, TIGHTEST


def _other_text(node: Aggregate | Previous | Pick) -> _Printed:
    match node:
        case Aggregate():
            return f"{node.function}({', '.join([*_arguments(node), *_keywords(node)])})", TIGHTEST
        case Previous(argument=argument, start=start, lag=lag):
            lagged = "" if lag == ONE else f", {text(lag)}"
            return f"{node.function}({text(argument)}, {text(start)}{lagged})", TIGHTEST
        case Pick(id=id_, selectors=selectors):
            return f"{id_}[{', '.join(map(selector_text, selectors))}]", TIGHTEST


def _arguments(node: Aggregate) -> list[str]:
    """Return what stands between the brackets of an aggregate without its keywords, in the order of the table."""
    if node.function == COUNT:
        return []
    return [text(argument) for argument in written_arguments(node)]


def written_arguments(node: Aggregate) -> list[Node]:
    """Return what an author writes between the brackets of an aggregate without its keywords, in their order."""
    row = ROW_FUNCTIONS.get(node.function)
    # Behind what the author wrote a plan has rows of dates and of codes.
    written = list(node.parameters if row is None else node.parameters[: len(row.arguments) - 1])
    written.insert(row.row if row is not None else 0, node.argument)
    return written


def written_along(node: Aggregate) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what an author writes that an aggregate is over, and by."""
    by, over = node.by, node.over
    if by and node.parameters:
        # In a plan one group takes the place of what it is of; a choice is named itself.
        (codes,) = node.parameters
        by, over = (codes.id,) if isinstance(codes, Name) and not codes.id.endswith("_") else by, ()
    return over, by


def _keywords(node: Aggregate) -> list[str]:
    over, by = written_along(node)
    found = [f"{key}={_named(names)}" for key, names in (("over", over), ("by", by)) if names]
    found += [f"where={text(node.where)}"] if node.where is not None else []
    return [*found, f'ends="{node.ends}"'] if node.ends else found


def _named(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def selector_text(selector: Selector) -> str:
    """Return a selector as an author would write it between square brackets."""
    match selector:
        case Member(text=member, quoted=quoted):
            return f'"{member}"' if quoted else member
        case Every():
            return ":"
        case Run(first=first, last=last):
            ends = ["" if end is None else selector_text(end) for end in (first, last)]
            return ":".join(ends)
    return text(selector)


def _call_text(function: str, arguments: tuple[_Printed, ...]) -> _Printed:
    operator = OPERATORS.get(function)
    if operator is None:
        return f"{function}({', '.join(argument for argument, _ in arguments)})", TIGHTEST
    if function == "if":
        test, body, orelse = arguments
        return f"{_inside(body, 1)} if {_inside(test, 1)} else {_inside(orelse, 0)}", operator.binds
    symbol, binds = operator.symbol, operator.binds
    if function in {"neg", "not"}:
        return f"{symbol}{' ' if function == 'not' else ''}{_inside(arguments[0], binds)}", binds
    # Left-associative operators bracket an equal on the right; a power and a comparison on the left.
    tight_left = function == "pow" or function in COMPARISONS
    left, right = arguments
    left_text = _inside(left, binds + tight_left)
    right_text = _inside(right, OPERATORS["neg"].binds if function == "pow" else binds + 1)
    return f"{left_text} {symbol} {right_text}", binds


def _inside(printed: _Printed, least: int) -> str:
    written, binds = printed
    return written if binds >= least else f"({written})"
