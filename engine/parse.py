"""A formula's text to its tree, through Python's own parser against a whitelist: nothing is evaluated."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from engine.expression import CALLABLE, NOT_YET, Call, Function, Name, Node, Number
from engine.problems import Mistake, did_you_mean, shortened

LONGEST: Final = 8000
DEEPEST: Final = 100

_BINARY: Final[Mapping[type[ast.AST], str]] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
}
_COMPARE: Final[Mapping[type[ast.AST], str]] = {
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Eq: "eq",
    ast.NotEq: "ne",
}
_REFUSED_OPERATORS: Final[Mapping[type[ast.AST], tuple[str, str]]] = {
    ast.BitXor: ("^", "write ** for a power"),
    ast.FloorDiv: ("//", "write floor(a / b)"),
    ast.Mod: ("%", 'write a - b * floor(a / b); for a share, give the quantity the unit "percent"'),
    ast.MatMult: ("@", "write * for a product"),
    ast.BitAnd: ("&", "write 'and' between two conditions"),
    ast.BitOr: ("|", "write 'or' between two conditions"),
    ast.LShift: ("<<", "write * 2 ** n"),
    ast.RShift: (">>", "write / 2 ** n"),
}
_EQUALS_SIGN: Final = re.compile(r"(?<![<>=!])=(?!=)")
_SPACES: Final = re.compile(r"\s+")


class FormulaError(Mistake):
    """A formula cannot be read: the message says what stands there, the hint what to write."""


def parse(text: str) -> Node:
    """Return the tree of a formula; raise FormulaError for all that is not in the language."""
    if len(text) > LONGEST:
        message = f"the formula has {len(text):,} characters, and {LONGEST:,} are the most"
        raise FormulaError(message, "split it into quantities with names of their own")
    line = _SPACES.sub(" ", text).strip()
    if not line:
        message = "the formula is empty"
        raise FormulaError(message, "write an expression, or give the quantity a value")
    _refuse_text(line)
    try:
        parsed = ast.parse(line, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as problem:
        raise _unreadable(line, problem) from None
    return _Reader(line).read(parsed, 1)


@contextmanager
def quietly() -> Iterator[None]:
    """Keep Python's advice on style, such as a space before ``if``, from the author of a formula."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class _Reader:
    """Turns Python's tree into ours, and refuses the rest by name."""

    def __init__(self, line: str) -> None:
        self.line = line

    def read(self, node: ast.expr, depth: int) -> Node:  # noqa: C901, PLR0911  # one case a node of Python's grammar
        if depth > DEEPEST:
            raise _too_deep()
        below = depth + 1
        match node:
            case ast.Name(id=name):
                return Name(name)
            case ast.Constant():
                return self.number(node)
            case ast.BinOp(left=left, op=op, right=right) if (function := _BINARY.get(type(op))) is not None:
                return Call(function, (self.read(left, below), self.read(right, below)))
            case ast.BinOp(op=op):
                symbol, hint = _REFUSED_OPERATORS[type(op)]
                message = f"the operator {symbol} is not in the language"
                raise FormulaError(message, hint)
            case ast.UnaryOp(op=op, operand=operand):
                return self.unary(op, operand, below)
            case ast.Call():
                return self.call(node, below)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return Call("if", (self.read(test, below), self.read(body, below), self.read(orelse, below)))
            case ast.Compare():
                return self.compare(node, below)
            case ast.BoolOp(op=op, values=values):
                return self.chain("and" if isinstance(op, ast.And) else "or", [self.read(v, below) for v in values])
        raise self.refused(node)

    def number(self, node: ast.Constant) -> Number:
        written = self.line[node.col_offset : node.end_col_offset]
        if isinstance(node.value, bool):
            message = f"{written} is not a number"
            raise FormulaError(message, "a switch is 0 or 1")
        if not isinstance(node.value, int | float):
            message = f"{written} is not a number"
            raise FormulaError(message, "formulas are made of names, numbers, operators and functions")
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
            message = f"'{self.source(node.func)}' cannot be called"
            raise FormulaError(message, "only the functions of the language can; a product is written a * b")
        name = node.func.id
        if name in NOT_YET or any(keyword.arg == "over" for keyword in node.keywords):
            message = f"'{name}' over a dimension is not supported yet"
            raise FormulaError(message, "write the terms out")
        row = CALLABLE.get(name)
        if row is None:
            message = f"there is no function '{name}'"
            raise FormulaError(message, _function_hint(name))
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            message = f"'{name}' takes plain arguments only"
            raise FormulaError(message, f"write {name}(a)" if row.most == 1 else f"write {name}(a, b)")
        if not row.least <= len(node.args) <= row.most:
            message = f"'{name}' has {len(node.args)} arguments, and takes {_arity(row)}"
            raise FormulaError(message, row.meaning and f"{name} gives {row.meaning}")
        return Call(name, tuple([self.read(argument, depth) for argument in node.args]))

    def compare(self, node: ast.Compare, depth: int) -> Node:
        sides = [self.read(side, depth) for side in (node.left, *node.comparators)]
        parts: list[Node] = []
        for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
            function = _COMPARE.get(type(op))
            if function is None:
                message = f"'{self.source(node)}' is not a comparison of numbers"
                raise FormulaError(message, "write < <= > >= == or !=")
            parts.append(Call(function, (left, right)))
        return self.chain("and", parts)

    def chain(self, function: str, parts: list[Node]) -> Node:
        if len(parts) > DEEPEST:
            raise _too_deep()
        first, *rest = parts
        for part in rest:
            first = Call(function, (first, part))
        return first

    def refused(self, node: ast.expr) -> FormulaError:
        written = self.source(node)
        match node:
            case ast.Subscript():
                return FormulaError(f"'{written}' picks from a dimension, which is not supported yet")
            case ast.Attribute():
                return FormulaError(
                    f"'{written}' is not a name", "ids have no dots: a section is a place, not a namespace"
                )
            case ast.Tuple() | ast.List() | ast.Set():
                return FormulaError(f"'{written}' is a list, not a number", "a decimal point is written 0.5, not 0,5")
        return FormulaError(
            f"'{written}' is not in the language", "formulas are made of names, numbers, operators and functions"
        )

    def source(self, node: ast.expr) -> str:
        return shortened(self.line[node.col_offset : node.end_col_offset], 40)


_ELSEWHERE: Final = {
    "if": "write a if test else b",
    "ln": "log is the natural logarithm",
    "int": "write floor(a)",
    "ceiling": "write ceil(a)",
    "roundup": "write ceil(a)",
    "rounddown": "write floor(a)",
    "power": "write a ** b",
    "and": "write a and b",
    "or": "write a or b",
    "not": "write not a",
    "average": "write (a + b) / 2",
    "avg": "write (a + b) / 2",
}


def _function_hint(name: str) -> str:
    known = _ELSEWHERE.get(name.lower(), "")
    if name.lower() in CALLABLE:
        known = f"functions are in lower case: {name.lower()}"
    return known or did_you_mean(name, CALLABLE) or f"the functions are {', '.join(CALLABLE)}"


def _refuse_text(line: str) -> None:
    if not line.isascii():
        odd = next(char for char in line if not char.isascii())
        meant = {"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "≤": "<=", "≥": ">=", "≠": "!=", "²": "**2"}.get(odd)
        message = f"the character {odd!r} is not in the language"
        raise FormulaError(message, f"write {meant}" if meant else "names are made of a-z, 0-9 and _")
    odd = next((char for char in line if char in "\"'`#$;?\\{}" or not char.isprintable()), "")
    if odd:
        message = f"the character {odd!r} is not in the language"
        hints = {
            "?": "write b if a else c",
            "#": "say it in 'note'",
            "$": "units stand in 'unit', and addresses of cells nowhere",
        }
        raise FormulaError(message, hints.get(odd, "formulas are made of names, numbers, operators and functions"))
    if line.count("(") + line.count("[") > DEEPEST and _bracket_depth(line) > DEEPEST:
        raise _too_deep()


def _bracket_depth(line: str) -> int:
    depth = deepest = 0
    for char in line:
        if char in "([":
            depth += 1
            deepest = max(deepest, depth)
        elif char in ")]":
            depth -= 1
    return deepest


def _unreadable(line: str, problem: Exception) -> FormulaError:  # noqa: PLR0911  # one return a habit
    if not isinstance(problem, SyntaxError):
        return _too_deep()
    if "<>" in line:
        return FormulaError("'<>' is not in the language", "write != for unequal")
    if re.search(r"\bthen\b", line):
        return FormulaError("'then' is not in the language", "write a if test else b")
    if re.search(r"\d\s*%", line):
        return FormulaError("'%' is not in the language", 'write 0.2, or make it a quantity with the unit "percent"')
    if line.startswith("="):
        return FormulaError("the formula begins with '='", "leave the first '=' out: this is not a cell")
    if "if " in line and " else " not in line:
        return FormulaError("'if' has no 'else'", "write a if test else b")
    if _EQUALS_SIGN.search(line):
        return FormulaError("'=' does not compare", "write == to compare two values")
    if line.count("(") != line.count(")"):
        return FormulaError(f"brackets do not pair: {line.count('(')} open, {line.count(')')} close")
    at = max((problem.offset or 1) - 1, 0)
    return FormulaError(f"the formula cannot be read at '{line[at : at + 20]}'", "an operator or a name may be missing")


def _too_deep() -> FormulaError:
    hint = "split it into quantities with names of their own; in a chain of sums, each term is a level"
    return FormulaError(f"the formula is nested more than {DEEPEST} deep", hint)


def _arity(row: Function) -> str:
    if row.least == row.most:
        return str(row.least)
    return f"{row.least} to {row.most}"
