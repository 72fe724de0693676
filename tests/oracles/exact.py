"""The meaning of formulas of single numbers, at as many digits as mpmath works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import mpmath

from engine.language.tree import Call, Name, Node, Number

EXACT: Final[Mapping[str, Callable[..., Any]]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
    "neg": lambda a: -a,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "and": lambda a, b: bool(a) and bool(b),
    "or": lambda a, b: bool(a) or bool(b),
    "not": lambda a: not a,
    "if": lambda test, a, b: a if test else b,
    "min": min,
    "max": max,
    "abs": abs,
    "log10": lambda a: mpmath.log(a, 10),
    "log2": lambda a: mpmath.log(a, 2),
    "ceil": mpmath.ceil,
    "round": lambda a, n=0: mpmath.sign(a) * mpmath.floor(abs(a) * 10 ** int(n) + mpmath.mpf("0.5")) / 10 ** int(n),
    **{
        name: getattr(mpmath, name)
        for name in (
            "sqrt", "exp", "log", "floor", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh",
            "acosh", "atanh",
        )
    },
}  # fmt: skip


def exact(tree: Node, values: Mapping[str, Any]) -> Any:  # noqa: ANN401  # numbers of mpmath, which has no types
    """Return the value of a formula at as many digits as mpmath works with; of a choice only what is chosen."""
    if isinstance(tree, Call) and tree.function == "if":
        test, then, otherwise = tree.arguments
        return exact(then if exact(test, values) else otherwise, values)
    match tree:
        case Number(value=value):
            return mpmath.mpf(repr(value))
        case Name(id=id_):
            return values[id_]
        case Call(function=function, arguments=arguments):
            return EXACT[function](*[exact(argument, values) for argument in arguments])
    raise AssertionError(tree)
