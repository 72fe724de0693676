"""Formulas as sympy's expressions and back: with `engine.language.solving`, the one door to sympy."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import Any, Final

from engine.language.branches import NotSolvable
from engine.language.tree import ONE, ZERO, Aggregate, Call, Name, Node, Number, Pick, Previous, fold
from engine.language.unparse import text as written

_LONGEST_FRACTION: Final = 10_000
_LARGEST_POWER: Final = 64
_OF_LOANS: Final = frozenset({"pmt", "ipmt", "ppmt"})
_SAME: Final = (
    "exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
)  # fmt: skip


class Symbols:
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
        for node, symbol in self.by_node.items():
            known = self.leaves.get(node.id, node) if isinstance(node, Name) else node
            text = text.replace(symbol.name, f"({written(known)})" if isinstance(known, Call) else written(known))
        return text

    def expression(self, tree: Node) -> Any:  # noqa: ANN401  # as above
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
        order = {symbol: index for index, symbol in enumerate(self.by_node.values())}
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
        **{name: sympy.Function(name) for name in ("round", "nper", "ddb")},
        **{name: _of_a_loan(sympy.Function(name)) for name in _OF_LOANS},
        "sln": lambda cost, salvage, life: (cost - salvage) / life,
        "log10": lambda a: sympy.log(a) / sympy.log(10),
        "log2": lambda a: sympy.log(a) / sympy.log(2),
        **{name: getattr(sympy, name) for name in _SAME},
    }  # fmt: skip


def _of_a_loan(function: Any) -> Callable[..., Any]:  # noqa: ANN401  # as above
    """Return a function of a loan as so many times that of a loan of 1, so that equations in it are linear."""
    return lambda *given: given[-1] * function(*given[:-1], 1)


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
            return Call("exp", (ONE,))
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
        mirrored: Node = Call("pow", (Call("neg", (base,)), self.tree(node.exp)))
        mirrored = Call("neg", (mirrored,)) if node.exp.p % 2 else mirrored
        return Call("if", (Call("ge", (base, ZERO)), power, mirrored))

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
        indices = [self.order[symbol] for symbol in node.free_symbols if symbol in self.order]
        return min(indices, default=-1), str(node)

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
