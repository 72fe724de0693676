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


def _payment(rate: Any, periods: Any, present: Any) -> Any:  # noqa: ANN401  # numbers of mpmath
    return present / periods if rate == 0 else present * rate / (1 - (1 + rate) ** -periods)


def _declining(cost: Any, salvage: Any, life: Any, period: Any) -> Any:  # noqa: ANN401  # as above
    before, after = (cost * max(1 - 2 / life, 0) ** one for one in (period - 1, period))
    return max(before - max(salvage, after), mpmath.mpf(0)) if period <= life else mpmath.mpf(0)


EXACT_FINANCE: Final[Mapping[str, Callable[..., Any]]] = {
    "pmt": _payment,
    "ppmt": lambda r, k, n, p: _payment(r, n, p) * (1 + r) ** (k - 1 - n),
    "ipmt": lambda r, k, n, p: _payment(r, n, p) * (1 - (1 + r) ** (k - 1 - n)),
    "nper": lambda r, m, p: p / m if r == 0 else -mpmath.log(1 - p * r / m) / mpmath.log(1 + r),
    "sln": lambda cost, salvage, life: (cost - salvage) / life,
    "ddb": _declining,
}


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
            return {**EXACT, **EXACT_FINANCE}[function](*[exact(argument, values) for argument in arguments])
    raise AssertionError(tree)
