"""A formula's text to its tree, through Python's own parser against a whitelist: nothing is evaluated."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import reduce
from typing import Final

from engine.language import suggestions as told
from engine.language.functions import CALLABLE, ROW_FUNCTIONS, SHIFTS
from engine.language.hints.calls import miscounted, shift_hint
from engine.language.hints.finance import arguments_hint, plain_call
from engine.language.row_calls import (
    is_row_call,
    names_of,
    refuse_comparison,
    refuse_comprehension,
    row_call,
    unknown_keyword,
)
from engine.language.suggestions import DEEPEST, FormulaError, UnknownFunctionError
from engine.language.tree import (
    ONE,
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
    Text,
    join_in_halves,
)
from engine.problems import shortened

LONGEST: Final = 8000

_BINARY: Final[Mapping[type[ast.AST], str]] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow",
}  # fmt: skip
_COMPARE: Final[Mapping[type[ast.AST], str]] = {
    ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq", ast.NotEq: "ne",
}  # fmt: skip
_REFUSED_OPERATORS: Final[Mapping[type[ast.AST], tuple[str, str]]] = {
    ast.BitXor: ("^", "write ** for a power"),
    ast.FloorDiv: ("//", "write floor({a} / {b})"),
    ast.Mod: ("%", 'write {a} - {b} * floor({a} / {b}); for a share, give the quantity the unit "percent"'),
    ast.MatMult: ("@", "write * for a product"),
    ast.BitAnd: ("&", "write 'and' between two conditions"),
    ast.BitOr: ("|", "write 'or' between two conditions"),
    ast.LShift: ("<<", "write {a} * 2 ** {b}"),
    ast.RShift: (">>", "write {a} / 2 ** {b}"),
}
_CHAINS: Final[tuple[tuple[type[ast.AST], ...], ...]] = ((ast.Add, ast.Sub), (ast.Mult, ast.Div))
# Up to so many terms a chain is as Python reads it, from the left; MOST_TERMS keeps what follows in good time.
LEFT_DEEP: Final = 50
_SPACES: Final = re.compile(r"\s+")


def parse(text: str) -> Node:
    """Return the tree of a formula; raise FormulaError for all that is not in the language."""
    if len(text) > LONGEST:
        message = f"the formula has {len(text):,} characters, and {LONGEST:,} are the most"
        raise FormulaError(message, "split it into quantities with names of their own")
    line = _SPACES.sub(" ", text).strip()
    if not line:
        message = "the formula is empty"
        raise FormulaError(message, "write an expression, or give the quantity a value")
    told.refuse_text(line)
    try:
        parsed = ast.parse(line, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as problem:
        raise told.unreadable(line, problem) from None
    return _Reader(line).read(parsed, 1)


class _Reader:
    """Turns Python's tree into ours, and refuses the rest by name."""

    def __init__(self, line: str) -> None:
        # Python counts columns in bytes, which differ from characters where a member's name is not in English.
        self.line = line.encode()

    def read(self, node: ast.expr, depth: int) -> Node:  # noqa: C901, PLR0911  # one case a node of Python's grammar
        if depth > DEEPEST:
            raise told.too_deep()
        below = depth + 1
        match node:
            case ast.Name(id=name):
                return Name(name)
            case ast.Constant():
                return self.number(node)
            case ast.BinOp(left=left, op=op, right=right) if (function := _BINARY.get(type(op))) is not None:
                terms = _terms(node)
                if len(terms) > LEFT_DEEP:
                    return self.terms(terms, depth)
                return Call(function, (self.read(left, below), self.read(right, below)))
            case ast.BinOp(left=left, op=op, right=right):
                symbol, hint = _REFUSED_OPERATORS[type(op)]
                message = f"the operator {symbol} is not in the language"
                raise FormulaError(
                    message, hint.format(a=told.bracketed(self.source(left)), b=told.bracketed(self.source(right)))
                )
            case ast.UnaryOp(op=op, operand=operand):
                return self.unary(op, operand, below)
            case ast.Call():
                return self.call(node, below)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return Call("if", (self.read(test, below), self.read(body, below), self.read(orelse, below)))
            case ast.Compare():
                return self.compare(node, below)
            case ast.Subscript(value=ast.Name(id=name), slice=inner):
                written = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                refuse_comparison(self, name, written)
                return Pick(name, tuple([self.selector(selector, below) for selector in written]))
            case ast.BoolOp(op=op, values=values):
                return self.chain("and" if isinstance(op, ast.And) else "or", [self.read(v, below) for v in values])
        raise self.refused(node)

    def terms(self, terms: list[tuple[str, ast.expr]], depth: int) -> Node:
        """Return a long chain of sums, or of products, in halves: so that it is deep by the logarithm of its length."""
        told.refuse_many(len(terms))
        deep = depth + len(terms).bit_length()
        return join_in_halves([(function, self.read(term, deep)) for function, term in terms])

    def number(self, node: ast.Constant) -> Number:
        written = self.line[node.col_offset : node.end_col_offset].decode()
        if isinstance(node.value, bool):
            message = f"{written} is not a number"
            raise FormulaError(message, "a switch is 0 or 1")
        if not isinstance(node.value, int | float):
            message = f"{written} is not a number"
            hint = "formulas are made of names, numbers, operators and functions"
            if isinstance(node.value, str):
                hint = 'a member is compared, as in region == "Europe", or picked, as in price["H100"]'
            raise FormulaError(message, hint)
        try:
            value = float(node.value)
        except OverflowError:
            value = float("inf")
        if value in (float("inf"), float("-inf")):
            message = f"the number {written[:40]} is too large"
            raise FormulaError(message, "numbers go up to 1.79e308")
        return Number(value, written)

    def unary(self, op: ast.unaryop, operand: ast.expr, depth: int) -> Node:
        match op:
            case ast.USub():
                return Call("neg", (self.read(operand, depth),))
            case ast.UAdd():
                return self.read(operand, depth)
            case ast.Not():
                return Call("not", (self.read(operand, depth),))
        message = "the operator ~ is not in the language"
        raise FormulaError(message, "write 'not' before a condition")

    def call(self, node: ast.Call, depth: int) -> Node:
        if not isinstance(node.func, ast.Name):
            raise self.no_call(node)
        name = node.func.id
        refuse_comprehension(self, node, name)
        if name in SHIFTS:
            return self.previous(node, name, depth)
        if is_row_call(node, name):
            return row_call(self, node, name, depth)
        if (row := CALLABLE.get(name)) is None:
            raise UnknownFunctionError(name, self.arguments(node))
        if node.keywords and name in ROW_FUNCTIONS:
            raise unknown_keyword(name, node.keywords[0].arg or "**", sorted(ROW_FUNCTIONS[name].keywords))
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            message = f"'{name}' takes plain arguments only"
            raise FormulaError(message, f"write {plain_call(name)}")
        if not row.least <= len(node.args) <= row.most:
            message = miscounted(name, len(node.args), row.arity)
            raise FormulaError(message, arguments_hint(name, [self.source(argument) for argument in node.args]))
        return Call(name, tuple([self.read(argument, depth) for argument in node.args]))

    def no_call(self, node: ast.Call) -> FormulaError:
        """Return what to say of a call of what is not even a name: ``2(a + b)``, ``np.max(a, b)``."""
        called, inner = self.source(node.func), self.arguments(node)
        hint = f"only functions are called; a product is written {called} * ({inner})"
        if isinstance(node.func, ast.Attribute):
            hint = told.method_hint(self.source(node.func.value), node.func.attr, inner)
        elif isinstance(node.func, ast.Subscript):
            hint = "members stand in one pair of brackets: x[2026]"
        return FormulaError(f"'{called}' cannot be called", hint)

    def arguments(self, node: ast.Call) -> str:
        """Return what stands between the brackets of a call, as written."""
        given = [*node.args, *[keyword.value for keyword in node.keywords]]
        ends = [argument.end_col_offset or 0 for argument in given]
        return self.line[given[0].col_offset : max(ends)].decode() if given else ""

    def previous(self, node: ast.Call, function: str, depth: int) -> Node:
        ahead = function == "next"
        is_counted = 2 <= len(node.args) <= 3 and not any(isinstance(one, ast.Starred) for one in node.args)  # noqa: PLR2004
        strange = [keyword.arg or "**" for keyword in node.keywords if keyword.arg != "over"]
        if strange or not is_counted:
            named = {keyword.arg or "**": self.source(keyword.value) for keyword in node.keywords}
            count = miscounted(function, len(node.args), "2 or 3")
            message = f"there is no argument '{strange[0]}'" if is_counted else count
            raise FormulaError(message, shift_hint(function, [self.source(one) for one in node.args], named))
        over = [name for keyword in node.keywords for name in names_of(self, "over", keyword.value)]
        if len(over) > 1:
            message = f"'{function}' goes {'ahead' if ahead else 'back'} along one dimension"
            raise FormulaError(message, f"write over={over[0]}")
        argument, edge, *lag = [self.read(argument, depth) for argument in node.args]
        return Previous(argument, edge, lag[0] if lag else ONE, "".join(over), ahead)

    def selector(self, node: ast.expr, depth: int) -> Selector:
        match node:
            case ast.Slice(step=ast.expr()):
                message = f"'{self.source(node)}' is not a run of members"
                raise FormulaError(message, "a run has two ends, both included: x[2026:2030]")
            case ast.Slice(lower=None, upper=None):
                return Every()
            case ast.Slice(lower=lower, upper=upper):
                return Run(*[None if end is None else self.member(end, depth) for end in (lower, upper)])
        return self.member(node, depth)

    def member(self, node: ast.expr, depth: int) -> Member | Node:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return Member(node.value, quoted=True)
        read = self.read(node, depth)
        if isinstance(read, Number):
            return Member(read.text)
        if isinstance(read, Call) and read.function == "neg" and isinstance(read.arguments[0], Number):
            return Member(f"-{read.arguments[0].text}")
        return read

    def compare(self, node: ast.Compare, depth: int) -> Node:
        match node.ops, node.comparators:
            case [ast.In() | ast.NotIn()], [ast.List(elts=[_, *_] as items) | ast.Tuple(elts=[_, *_] as items)]:
                message = f"'{self.source(node)}' is not a comparison of numbers"
                sign, word = ("==", " or ") if isinstance(node.ops[0], ast.In) else ("!=", " and ")
                asked = word.join([f"{self.source(node.left)} {sign} {self.source(item)}" for item in items[:5]])
                raise FormulaError(message, f"write {asked}")
        sides = [self.side(side, depth) for side in (node.left, *node.comparators)]
        parts: list[Node] = []
        for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
            function = _COMPARE.get(type(op))
            if function is None:
                message = f"'{self.source(node)}' is not a comparison of numbers"
                raise FormulaError(message, "write < <= > >= == or !=")
            parts.append(Call(function, (left, right)))
        return self.chain("and", parts)

    def side(self, node: ast.expr, depth: int) -> Node:
        """Return a side of a comparison, which may be a member by its name."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return Text(node.value)
        return self.read(node, depth)

    def chain(self, function: str, parts: list[Node]) -> Node:
        told.refuse_many(len(parts))
        if len(parts) > LEFT_DEEP:
            return join_in_halves([(function, part) for part in parts])
        return reduce(lambda first, part: Call(function, (first, part)), parts)

    def refused(self, node: ast.expr) -> FormulaError:
        written = self.source(node)
        match node:
            case ast.Subscript():
                return FormulaError(f"'{written}' picks from no name", "only a quantity has members: x[2026]")
            case ast.GeneratorExp(elt=term, generators=[ast.comprehension(iter=members), *_]):
                hint = f"a function goes over the members itself: sum({self.source(term)}, over={self.source(members)})"
                return FormulaError(f"'{written}' is not in the language", hint)
            case ast.Attribute(value=value, attr=name):
                meant = self.source(value) if name == "value" else name
                hint = f"ids have no dots: write {meant}; a section is a place, not a namespace"
                if name in SHIFTS or name in ROW_FUNCTIONS:
                    hint = told.method_hint(self.source(value), name, "")
                return FormulaError(f"'{written}' is not a name", hint)
            case ast.Tuple():
                return told.no_list(written)
            case ast.List() | ast.Set():
                return FormulaError(f"'{written}' is a list, not a number", "a formula is one number for each member")
        return FormulaError(
            f"'{written}' is not in the language", "formulas are made of names, numbers, operators and functions"
        )

    def source(self, node: ast.expr) -> str:
        return shortened(self.line[node.col_offset : node.end_col_offset].decode(), 40)


def _terms(node: ast.BinOp) -> list[tuple[str, ast.expr]]:
    """Return the terms of a sum or the factors of a product from the left, each with the operator before it."""
    chain = next((chain for chain in _CHAINS if type(node.op) in chain), ())
    terms: list[tuple[str, ast.expr]] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and type(left.op) in chain:
        terms.append((_BINARY[type(left.op)], left.right))
        left = left.left
    return [(_BINARY[chain[0]], left), *reversed(terms)] if chain else []
