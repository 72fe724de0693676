"""Formulas of a spreadsheet read back into the language's tree, as far as it has words for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from engine.language.functions import CALLABLE, OPERATORS
from engine.language.tree import Aggregate, Call, Name, Node, Number
from exports.reading.finance import FINANCE, PAYMENTS, NotReadable, before_end_of_life, financial

Leaf = Callable[[str], Node]

_MOST_TOKENS: Final = 2_000
_DEEPEST: Final = 60
_LOG_ARGUMENTS: Final = 2
# How tightly Excel binds, loosest first; a minus in front binds tighter than a power.
_INFIX: Final = {
    "=": (1, "eq"), "<>": (1, "ne"), "<": (1, "lt"), ">": (1, "gt"), "<=": (1, "le"), ">=": (1, "ge"),
    "+": (3, "add"), "-": (3, "sub"), "*": (4, "mul"), "/": (4, "div"), "^": (5, "pow"),
}  # fmt: skip
_PREFIX: Final = 6
_RENAMED: Final = {"LN": "log", "INT": "floor", "IF": "if", "NOT": "not"}
_AGGREGATES: Final = {"SUM": "sum", "AVERAGE": "mean", "MIN": "min", "MAX": "max"}
_CHAINS: Final = {"AND": "and", "OR": "or"}
_OPPOSITE: Final = {"add": "sub", "sub": "add"}
_NOTHING: Final = Number(0.0, "0")


def tree(formula: str, leaf: Leaf) -> Node:
    """Return a formula as a tree; `leaf` reads what refers to cells. Raises NotReadable."""
    tokens = _tokens(formula)
    if tokens is None:
        message = "it is no formula"
        raise NotReadable(message)
    if len(tokens) > _MOST_TOKENS:
        message = "it is too long"
        raise NotReadable(message)
    builder = _TreeBuilder(tokens, leaf)
    found = builder.expression(0)
    if builder.at < len(tokens):
        message = f"the language has no words for '{tokens[builder.at].value}'"
        raise NotReadable(message)
    return found


def _tokens(formula: str) -> list[Token] | None:
    """Return the tokens of a formula but for spaces; None where it is none."""
    try:
        return [token for token in Tokenizer(formula).items if token.type != Token.WSPACE]
    except Exception:  # noqa: BLE001  # the tokenizer stumbles in its own ways over what is no formula
        return None


class _TreeBuilder:
    def __init__(self, tokens: Sequence[Token], leaf: Leaf) -> None:
        self.tokens = tokens
        self.leaf = leaf
        self.at = 0
        self.depth = 0

    def next(self) -> Token:
        if self.at >= len(self.tokens):
            message = "it ends too early"
            raise NotReadable(message)
        self.at += 1
        return self.tokens[self.at - 1]

    def peek(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def expression(self, least: int) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            message = "it is nested too deep"
            raise NotReadable(message)
        left = self.operand()
        while (token := self.peek()) is not None:
            if token.type == Token.OP_POST:
                self.at += 1
                left = Call("div", (left, Number(100.0, "100")))
                continue
            if token.type != Token.OP_IN or token.value not in _INFIX:
                break
            binds, function = _INFIX[token.value]
            if binds <= least:
                break
            self.at += 1
            left = _joined(function, left, self.expression(binds))
        self.depth -= 1
        return left

    def operand(self) -> Node:
        token = self.next()
        match token.type, token.subtype:
            case Token.OPERAND, Token.NUMBER:
                return Number(float(token.value), token.value)
            case Token.OPERAND, Token.RANGE:
                return self.leaf(token.value)
            case Token.OP_PRE, _:
                inner = self.expression(_PREFIX)
                return inner if token.value == "+" else _negative(inner)
            case Token.PAREN, Token.OPEN:
                inner = self.expression(0)
                self.close()
                return inner
            case Token.FUNC, Token.OPEN:
                return self.function(token.value.rstrip("(").upper().removeprefix("_XLFN."))
        message = f"the language has no words for '{token.value}'"
        raise NotReadable(message)

    def close(self) -> None:
        if self.next().subtype != Token.CLOSE:
            message = "a bracket is missing"
            raise NotReadable(message)

    def function(self, name: str) -> Node:
        given: list[Node] = []
        is_empty = True
        while (token := self.peek()) is not None and token.subtype != Token.CLOSE:
            if token.type == Token.SEP:
                self.at += 1
                given += [_NOTHING] * is_empty
                is_empty = True
                continue
            given.append(self.expression(0))
            is_empty = False
        self.close()
        # What is left empty between commas, or behind the last, counts as 0.
        given += [_NOTHING] * (is_empty and bool(given))
        return _build_call(name, given)


def _build_call(name: str, given: list[Node]) -> Node:  # noqa: PLR0911  # one return a kind
    if name in _AGGREGATES and len(given) == 1 and isinstance(given[0], Aggregate):
        return Aggregate(_AGGREGATES[name], given[0].argument, given[0].over)
    if any(isinstance(one, Aggregate) and not one.function for one in given):
        message = f"the language has no words for a range in {name}"
        raise NotReadable(message)
    if name == "SUM" and given:
        return _chain("add", given)
    if name in _CHAINS and given:
        return _chain(_CHAINS[name], given)
    if name == "LOG" and len(given) == _LOG_ARGUMENTS and given[1] == Number(2.0, "2"):
        return Call("log2", (given[0],))
    if name == "ROUND" and len(given) == _LOG_ARGUMENTS and given[1] == Number(0.0, "0"):
        return Call("round", (given[0],))
    if name in FINANCE:
        return financial(name, given)
    function = _RENAMED.get(name, name.lower())
    known = CALLABLE.get(function, OPERATORS.get(function))
    if known is None or not known.least <= len(given) <= known.most:
        message = (
            f"the language has no words for the function {name}"
            if known is None
            else f"of {name} with {len(given)} arguments"
        )
        raise NotReadable(message)
    return before_end_of_life(Call(function, tuple(given)))


def _joined(function: str, left: Node, right: Node) -> Node:
    """Return both sides of an operator; a payment of Excel's that is added is one that the language subtracts."""
    match right:
        case Call(function="neg", arguments=(Call(function=payment) as paid,)) if payment in PAYMENTS:
            if function in _OPPOSITE:
                return Call(_OPPOSITE[function], (left, paid))
    return Call(function, (left, right))


def _negative(node: Node) -> Node:
    """Return the negative; that of a payment, which is one in Excel, is the payment as the language has it."""
    match node:
        case Call(function="neg", arguments=(Call(function=function) as payment,)) if function in PAYMENTS:
            return payment
    return Call("neg", (node,))


def _chain(function: str, given: list[Node]) -> Node:
    found = given[0]
    for one in given[1:]:
        found = Call(function, (found, one))
    return found


def whole(id_: str, over: tuple[str, ...]) -> Aggregate:
    """Return a range that holds all members of a row, for the function around it to take."""
    return Aggregate("", Name(id_), over)
