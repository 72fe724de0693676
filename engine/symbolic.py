"""The one door to sympy: formulas as its expressions and back, equations solved, formulas simplified."""

from __future__ import annotations

import math
import re
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import Any, Final

from engine.branches import Branch, NotSolvable, branches, mentions, replaced
from engine.expression import Aggregate, Call, Name, Node, Number, Pick, Previous, fold, nodes

MOST_NODES: Final = 400
_SECONDS: Final = 8
_LONGEST_FRACTION: Final = 10_000
_LARGEST_POWER: Final = 64
_MOST_SIMPLIFIED: Final = 80
_LONG_NUMBER: Final = re.compile(r"(?<![\d.])[1-9]\d{6,}(?![\d.])")
_LATEX: Final[Mapping[str, str]] = {
    **{char: rf"\{char}" for char in "_%&#${}"},
    "\\": r"\backslash{}", "^": r"\hat{}", "~": r"\sim{}",
}  # fmt: skip
_SAME: Final = (
    "exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Solution:
    """One solution of an equation, and what must hold for it to be one."""

    value: Node
    conditions: tuple[Node, ...]


def solved(left: Node, right: Node, unknown: str) -> list[list[Solution]]:
    """Return the solutions of ``left == right`` for a name: for each branch of the equation, all that sympy finds.

    Raises NotSolvable, saying why, where some branch has no closed form.
    """
    ways = branches(Call("sub", (left, right)), unknown)
    found = [solutions for branch in ways if (solutions := _branch_solutions(branch, unknown))]
    if not found:
        message = f"no value of '{unknown}' solves it"
        raise NotSolvable(message)
    return found


def _branch_solutions(branch: Branch, unknown: str) -> list[Solution]:
    import sympy  # noqa: PLC0415  # half a second that nobody waits for who solves nothing

    symbols = _Symbols()
    # What the unknown is not in stays as its author wrote it, and is one symbol to sympy.
    expression = symbols.expression(_collapsed(branch.node, unknown, symbols), {})
    x = symbols.symbol(Name(unknown))
    if sum(1 for _ in sympy.preorder_traversal(expression)) > MOST_NODES:
        message = f"the equation is too long around '{unknown}'"
        raise NotSolvable(message)
    if x not in expression.free_symbols:
        whole = symbols.expression(branch.node, {})
        _refuse_every_value(sympy.simplify(whole), branch, unknown)
        return []
    with _bounded(f"sympy was still looking for '{unknown}'"):
        try:
            values = sympy.solve(expression, x, check=False, simplify=False)
        except NotImplementedError as problem:
            message = f"sympy finds no closed form: {symbols.readable(str(problem).splitlines()[0])}"
            raise NotSolvable(message) from None
        values = [sympy.factor_terms(sympy.together(value)) for value in values]
    real = [value for value in values if not value.has(sympy.I, sympy.zoo, sympy.nan, sympy.oo)]
    if not values and not _is_constant(expression, x):
        message = f"sympy finds no value of '{unknown}' that solves it"
        raise NotSolvable(message)
    if not values:
        _refuse_every_value(sympy.simplify(sympy.expand(expression)), branch, unknown)
    if any(_is_cardanos(value) for value in real):
        message = f"it is of the third or fourth degree in '{unknown}', and its roots go through complex numbers"
        raise NotSolvable(message)
    if values and not real:
        shown = ", ".join(symbols.readable(str(value)) for value in values[:2])
        message = f"sympy finds {shown}, and no real number"
        raise NotSolvable(message)
    trees = [symbols.tree(value) for value in real]
    return [
        Solution(tree, tuple(dict.fromkeys([replaced(test, unknown, tree) for test in branch.conditions])))
        for tree in trees
    ]


def _refuse_every_value(expression: Any, branch: Branch, unknown: str) -> None:  # noqa: ANN401  # as above
    """Raise NotSolvable where nothing is left of an equation, so that every value solves it."""
    if expression == 0:
        from engine.written import text  # noqa: PLC0415  # for the message alone

        where = (
            f" where {' and '.join(text(condition) for condition in branch.conditions)}" if branch.conditions else ""
        )
        message = f"every value of '{unknown}' solves it{where}"
        raise NotSolvable(message)


def _is_cardanos(value: Any) -> bool:  # noqa: ANN401  # as above
    """Return whether a root has a cube root of a square root: of three real roots none can be computed in reals."""
    import sympy  # noqa: PLC0415

    powers = value.atoms(sympy.Pow)
    cubes = [power for power in powers if power.exp.is_Rational and power.exp.q == 3]  # noqa: PLR2004  # the third root
    return any(inner.exp.is_Rational and inner.exp.q == 2 for cube in cubes for inner in cube.base.atoms(sympy.Pow))  # noqa: PLR2004


def _is_constant(expression: Any, x: Any) -> bool:  # noqa: ANN401  # as above
    """Return whether the unknown cancels: then there is no value of it, or every one."""
    import sympy  # noqa: PLC0415

    return bool(x not in sympy.simplify(sympy.expand(expression)).free_symbols)


def simplified(tree: Node, positive: frozenset[str] = frozenset()) -> tuple[Node, str]:
    """Return a formula simplified, as a tree and in LaTeX; names of `positive` are known to be above 0."""
    import sympy  # noqa: PLC0415  # as above

    symbols = _Symbols(positive, real=True)
    with _bounded("sympy was still simplifying it"):
        expression = symbols.expression(tree, {})
        ways = [expression, sympy.factor_terms(sympy.together(expression))]
        if sympy.count_ops(expression) <= _MOST_SIMPLIFIED:
            ways.append(sympy.simplify(expression))
        shortest = min(
            ways,
            key=lambda one: (sympy.count_ops(one), str(one)),
        )
    named = {symbol: sympy.Symbol(_latex_name(node)) for node, symbol in symbols.by_node.items()}
    latex = str(sympy.latex(shortest.subs(named), mul_symbol="dot"))
    return symbols.tree(shortest), _LONG_NUMBER.sub(_powers_of_ten, latex)


def _powers_of_ten(match: re.Match[str]) -> str:
    digits = match.group()
    significant = digits.rstrip("0")
    power = len(digits) - 1
    mantissa = significant if len(significant) == 1 else f"{significant[0]}.{significant[1:]}"
    ten = f"10^{{{power}}}"
    return ten if mantissa == "1" else rf"{mantissa} \cdot {ten}"


def _latex_name(node: Node) -> str:
    from engine.written import text  # noqa: PLC0415  # a leaf that is more than a name is written out

    return rf"\mathrm{{{latex_text(text(node))}}}"


def latex_text(plain: str) -> str:
    """Return a text that LaTeX shows as it is."""
    return "".join([_LATEX.get(char, char) for char in plain])


def _collapsed(node: Node, unknown: str, symbols: _Symbols) -> Node:
    """Return the formula with each largest part that the unknown is not in as one leaf."""
    if not mentions(node, unknown):
        return node if isinstance(node, Number) else symbols.leaf(node)
    if isinstance(node, Call):
        # Sums are opened, so that terms on both sides can cancel.
        return Call(node.function, tuple([_collapsed(argument, unknown, symbols) for argument in node.arguments]))
    return node


class _TooLongError(BaseException):
    """Time is up: nothing that sympy catches on the way."""


class _Symbols:
    """A symbol for each leaf; sympy sees numbered names and reads no text."""

    def __init__(self, positive: frozenset[str] = frozenset(), *, real: bool = False) -> None:
        self.by_node: dict[Node, Any] = {}
        self.leaves: dict[str, Node] = {}
        self.positive = positive
        self.real = real

    def symbol(self, node: Node) -> Any:  # noqa: ANN401  # sympy has no types
        """Return the symbol of a leaf."""
        import sympy  # noqa: PLC0415

        if node not in self.by_node:
            known = {"positive": True} if isinstance(node, Name) and node.id in self.positive else {}
            known |= {"real": True} if self.real else {}
            self.by_node[node] = sympy.Symbol(f"s{len(self.by_node)}_", **known)
        return self.by_node[node]

    def leaf(self, node: Node) -> Name:
        """Return a name that stands for a whole part of a formula."""
        if isinstance(node, Name):
            return node
        name = next((name for name, known in self.leaves.items() if known == node), f"\0{len(self.leaves)}")
        self.leaves[name] = node
        return Name(name)

    def readable(self, text: str) -> str:
        """Return sympy's words with the author's names in them."""
        from engine.written import text as written  # noqa: PLC0415

        for node, symbol in self.by_node.items():
            known = self.leaves.get(node.id, node) if isinstance(node, Name) else node
            text = text.replace(symbol.name, f"({written(known)})" if isinstance(known, Call) else written(known))
        return text

    def expression(self, tree: Node, _memory: Mapping[Node, Any]) -> Any:  # noqa: ANN401  # as above
        """Return a formula as sympy's expression."""
        functions = _to_sympy()

        def other(node: Aggregate | Previous | Pick) -> Any:  # noqa: ANN401
            return self.symbol(node)

        return fold(
            tree, _number, lambda id_: self.symbol(Name(id_)), lambda name, given: functions[name](*given), other
        )

    def tree(self, expression: Any) -> Node:  # noqa: ANN401  # as above
        """Return sympy's expression as a formula; raise NotSolvable for what the language has no word for."""
        back = {symbol: self.leaves.get(node.id, node) if isinstance(node, Name) else node
                for node, symbol in self.by_node.items()}  # fmt: skip
        order = {symbol: place for place, symbol in enumerate(self.by_node.values())}
        return _Back(back, order, self.readable, keeps_domains=self.real).tree(expression)


def _number(number: Number) -> Any:  # noqa: ANN401  # as above
    import sympy  # noqa: PLC0415

    exact = Fraction(Decimal(repr(number.value)))
    return sympy.Rational(exact.numerator, exact.denominator)


def _to_sympy() -> Mapping[str, Callable[..., Any]]:
    import sympy  # noqa: PLC0415

    return {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "pow": _power,
        "neg": lambda a: -a,
        "lt": sympy.Lt, "le": sympy.Le, "gt": sympy.Gt, "ge": sympy.Ge, "eq": sympy.Eq, "ne": sympy.Ne,
        "and": lambda a, b: sympy.And(_truth(a), _truth(b)),
        "or": lambda a, b: sympy.Or(_truth(a), _truth(b)),
        "not": lambda a: sympy.Not(_truth(a)),
        "if": lambda test, a, b: sympy.Piecewise((a, _truth(test)), (b, True)),
        "min": sympy.Min, "max": sympy.Max, "abs": sympy.Abs, "floor": sympy.floor, "ceil": sympy.ceiling,
        "round": sympy.Function("round"),
        "log10": lambda a: sympy.log(a) / sympy.log(10),
        "log2": lambda a: sympy.log(a) / sympy.log(2),
        **{name: getattr(sympy, name) for name in _SAME},
    }  # fmt: skip


def _power(base: Any, exponent: Any) -> Any:  # noqa: ANN401  # as above
    """Return a power; one of numbers that would have thousands of digits stays a float."""
    import sympy  # noqa: PLC0415

    if base.is_Number and exponent.is_Number and (abs(exponent) > _LARGEST_POWER or base.is_Float):
        try:
            return sympy.Float(float(base) ** float(exponent))
        except (ArithmeticError, ValueError, TypeError):
            return sympy.Pow(base, exponent, evaluate=False)
    return base**exponent


def _truth(value: Any) -> Any:  # noqa: ANN401  # as above
    """Return a number as a condition: it holds where it is not 0."""
    import sympy  # noqa: PLC0415

    return sympy.Ne(value, 0) if isinstance(value, sympy.Expr) else value


class _Back:
    """Turns sympy's expressions into trees, factors and terms in the order in which the author named them."""

    def __init__(
        self,
        leaves: Mapping[Any, Node],
        order: Mapping[Any, int],
        readable: Callable[[str], str],
        *,
        keeps_domains: bool,
    ) -> None:
        self.keeps_domains = keeps_domains
        self.leaves = leaves
        self.order = order
        self.readable = readable

    def tree(self, node: Any) -> Node:  # noqa: ANN401, PLR0911  # as above; one return a kind
        import sympy  # noqa: PLC0415

        if node in self.leaves:
            return self.leaves[node]
        if node.is_Number:
            return self.number(node)
        if node is sympy.pi:
            return Number(math.pi, repr(math.pi))
        if node is sympy.E:
            return Call("exp", (Number(1.0, "1"),))
        if node.is_Add:
            return self.sum(node)
        if node.is_Mul or (node.is_Pow and node.exp.could_extract_minus_sign()):
            return self.product(node)
        if node.is_Pow:
            return self.power(node)
        return self.call(node)

    def power(self, node: Any) -> Node:  # noqa: ANN401  # as above
        import sympy  # noqa: PLC0415

        base = self.tree(node.base)
        if node.exp == sympy.S.Half:
            return Call("sqrt", (base,))
        power = Call("pow", (base, self.tree(node.exp)))
        if self.keeps_domains or not (node.exp.is_Rational and node.exp.q % 2 and node.exp.q > 1):
            return power
        # An odd root of a negative number is one too; a power with a broken exponent has no value there.
        zero = Number(0.0, "0")
        mirrored: Node = Call("pow", (Call("neg", (base,)), self.tree(node.exp)))
        mirrored = Call("neg", (mirrored,)) if node.exp.p % 2 else mirrored
        return Call("if", (Call("ge", (base, zero)), power, mirrored))

    def number(self, node: Any) -> Node:  # noqa: ANN401  # as above
        if not node.is_finite:
            message = f"sympy finds {node}, which is no number"
            raise NotSolvable(message)
        if node.is_negative:
            return Call("neg", (self.number(-node),))
        if node.is_Rational and not node.is_Integer and max(node.p, node.q) < _LONGEST_FRACTION:
            return Call("div", (self.number(node.func(node.p)), self.number(node.func(node.q))))
        value = float(node)
        return Number(value, f"{value:.15g}" if float(f"{value:.15g}") == value else repr(value))

    def sum(self, node: Any) -> Node:  # noqa: ANN401  # as above
        terms = sorted(node.args, key=lambda term: (term.could_extract_minus_sign(), *self.rank(term)))
        first, *rest = terms
        made = self.tree(first)
        for term in rest:
            function, amount = ("sub", -term) if term.could_extract_minus_sign() else ("add", term)
            made = Call(function, (made, self.tree(amount)))
        return made

    def product(self, node: Any) -> Node:  # noqa: ANN401  # as above
        import sympy  # noqa: PLC0415

        if node.is_Mul and node.args[0].is_Number and node.args[0].is_negative:
            return Call("neg", (self.tree(-node),))
        above, below = sympy.fraction(node, exact=True)
        if below != 1:
            return Call("div", (self.tree(above), self.tree(below)))
        if not node.is_Mul:
            return Call("pow", (self.tree(node.base), self.tree(node.exp)))
        factors = sorted(node.args, key=self.rank)
        return reduce(lambda a, b: Call("mul", (a, b)), [self.tree(factor) for factor in factors])

    def rank(self, node: Any) -> tuple[int, str]:  # noqa: ANN401  # as above
        places = [self.order[symbol] for symbol in node.free_symbols if symbol in self.order]
        return min(places, default=-1), str(node)

    def call(self, node: Any) -> Node:  # noqa: ANN401  # as above
        import sympy  # noqa: PLC0415

        if isinstance(node, sympy.Piecewise):
            *cases, (last, _) = node.args
            made = self.tree(last)
            for value, test in reversed(cases):
                made = Call("if", (self.tree(test), self.tree(value), made))
            return made
        names = {"Abs": "abs", "Min": "min", "Max": "max", "ceiling": "ceil",
                 "StrictLessThan": "lt", "LessThan": "le", "StrictGreaterThan": "gt", "GreaterThan": "ge",
                 "Equality": "eq", "Unequality": "ne", "And": "and", "Or": "or", "Not": "not"}  # fmt: skip
        name = names.get(node.func.__name__, node.func.__name__)
        if name not in _to_sympy():
            message = f"sympy finds {self.readable(str(node))}, which formulas have no word for"
            raise NotSolvable(message)
        given = [self.tree(argument) for argument in sorted(node.args, key=self.rank)] if name in {"min", "max"} else [
            self.tree(argument) for argument in node.args
        ]  # fmt: skip
        if name in {"and", "or"}:
            return reduce(lambda a, b: Call(name, (a, b)), given)
        return Call(name, tuple(given))


@contextmanager
def _bounded(doing: str) -> Iterator[None]:
    """Stop what takes too long; only a main thread on a system with timers can be stopped."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: object) -> None:
        raise _TooLongError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, _SECONDS)
    try:
        yield
    except _TooLongError:
        message = f"{doing} after {_SECONDS} seconds"
        raise NotSolvable(message) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def size(node: Node) -> int:
    """Return how many parts a formula has."""
    return sum(1 for _ in nodes(node))
