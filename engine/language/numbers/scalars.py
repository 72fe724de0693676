"""The numbers behind formulas: floats as a spreadsheet has them, every trouble an exception, and their spelling."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import reduce
from operator import add
from typing import Final

from engine.language.finance import scalars as finance
from engine.language.functions import LOGIC
from engine.language.tree import Aggregate, Node, Pick, Previous, fold

# What Python's math calls by the same name; of these, three turn an infinity into a number.
_MATH: Final = (
    "sqrt", "exp", "log", "log10", "log2", "sin", "cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
)  # fmt: skip
_HIDES: Final = frozenset({"exp", "atan", "tanh"})
_WIDE: Final = Context(prec=700)
_MOST_DIGITS: Final = 330


@dataclass(frozen=True, slots=True)
class Spelling:
    """How Python writes a function of plain operands, and how when an operand is itself computed.

    A computed operand may have overflowed. Where the function could hide that (1 / inf is 0), the guarded spelling
    calls a helper that raises; each helper costs a call, so a plain operand, which is known to be finite, has none.
    """

    plain: str
    guarded: str = ""


def same(a: float, b: float) -> bool:
    """Return whether two numbers are equal at 15 significant digits, as a spreadsheet compares them."""
    apart = abs(a - b)
    if not apart < math.inf:
        raise OverflowError
    # Two numbers that agree at 15 digits are at most 1e-14 apart, relatively: the text is made only near a tie.
    return apart <= 1e-14 * abs(a) and (a == b or f"{a:.14e}" == f"{b:.14e}")


def less(a: float, b: float) -> bool:
    """Return a < b at 15 significant digits."""
    return not same(a, b) and a < b


def power(base: float, exponent: float) -> float:
    """Return base ** exponent; ValueError for a negative base with a broken exponent, and for 0 ** 0."""
    if base == 0 and exponent == 0:
        message = "0 ** 0 has no value"
        raise ValueError(message)
    if base < 0 and exponent != math.floor(exponent):
        message = "a negative number has no power with a broken exponent"
        raise ValueError(message)
    return math.pow(finite(base), finite(exponent))


def round_half_away(value: float, digits: float = 0) -> float:
    """Return the value rounded to decimal digits, half away from zero, on its decimal form of 15 digits."""
    indices = math.trunc(finite(digits))
    if indices > _MOST_DIGITS or not finite(value):
        return value
    if indices < -_MOST_DIGITS:
        return 0.0
    return float(Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-indices), ROUND_HALF_UP, _WIDE))


def finite(value: float) -> float:
    """Return the value; OverflowError where it is none."""
    if not -math.inf < value < math.inf:
        raise OverflowError
    return value


def divide(a: float, b: float) -> float:
    """Return a / b; an overflow in b is not hidden."""
    return a / finite(b)


def add_up(values: Iterable[float]) -> float:
    """Return the sum from left to right, as Excel adds: from Python 3.12 on, `sum` makes up for what is rounded."""
    return reduce(add, values, 0.0)


def least(*values: float) -> float:
    """Return the smallest value."""
    return min(values) if math.isfinite(sum(values)) else min(map(finite, values))


def most(*values: float) -> float:
    """Return the largest value."""
    return max(values) if math.isfinite(sum(values)) else max(map(finite, values))


def _floor(value: float) -> float:
    return float(math.floor(value))


def _ceil(value: float) -> float:
    return float(math.ceil(value))


def _true(value: float) -> bool:
    return finite(value) != 0


def _and(a: float, b: float) -> bool:
    return _true(a) and _true(b)


def _or(a: float, b: float) -> bool:
    return _true(a) or _true(b)


def _ddb(cost: float, salvage: float, life: float, period: float) -> float:
    return 0.0 if life > 0 and less(life, period) else finance.ddb(cost, salvage, life, period)


def _guarded(function: Callable[..., float]) -> Callable[..., float]:
    return lambda *values: function(*map(finite, values))


HELPERS: Final[Mapping[str, Callable[..., float]]] = {
    "same": same,
    "less": less,
    "power": power,
    "round_half_away": round_half_away,
    "divide": divide,
    "least": least,
    "most": most,
    "floor": _floor,
    "ceil": _ceil,
    "true": _true,
    "both": _and,
    "either": _or,
    "abs": abs,
    "min": min,
    "max": max,
    **{name: getattr(math, name) for name in _MATH},
    **{f"guarded_{name}": _guarded(getattr(math, name)) for name in _HIDES},
    **{name: _guarded(function) for name, function in {**finance.FUNCTIONS, "ddb": _ddb}.items()},
}

# Numbers that are clearly apart, which is nearly always, are compared without the cost of a call.
_CLEARLY_LESS: Final = "({0} < {1} and ({0} - {1} < 1e-13 * {0} < {1} - {0} or less({0}, {1})))"
_CLEARLY_MORE: Final = "({1} < {0} and ({1} - {0} < 1e-13 * {1} < {0} - {1} or less({1}, {0})))"

PYTHON: Final[Mapping[str, Spelling]] = {
    "add": Spelling("({0} + {1})"),
    "sub": Spelling("({0} - {1})"),
    "mul": Spelling("({0} * {1})"),
    "div": Spelling("({0} / {1})", "divide({0}, {1})"),
    "pow": Spelling("power({0}, {1})"),
    "neg": Spelling("(-{0})"),
    "lt": Spelling(_CLEARLY_LESS, "less({0}, {1})"),
    "le": Spelling(f"(not {_CLEARLY_MORE})", "(not less({1}, {0}))"),
    "gt": Spelling(_CLEARLY_MORE, "less({1}, {0})"),
    "ge": Spelling(f"(not {_CLEARLY_LESS})", "(not less({0}, {1}))"),
    "eq": Spelling("same({0}, {1})"),
    "ne": Spelling("(not same({0}, {1}))"),
    "and": Spelling("both({0}, {1})"),
    "or": Spelling("either({0}, {1})"),
    "not": Spelling("(not {0})", "(not true({0}))"),
    "if": Spelling("({1} if {0} else {2})", "({1} if true({0}) else {2})"),
    "min": Spelling("min({all})", "least({all})"),
    "max": Spelling("max({all})", "most({all})"),
    "round": Spelling("round_half_away({all})"),
    "floor": Spelling("floor({0})"),
    "ceil": Spelling("ceil({0})"),
    "abs": Spelling("abs({0})"),
    **{name: Spelling(f"{name}({{all}})") for name in finance.FUNCTIONS},
    **{name: Spelling(f"{name}({{0}})", f"guarded_{name}({{0}})" if name in _HIDES else "") for name in _MATH},
}

Spelled = tuple[str, bool]
_FEW: Final = 3


def spell(node: Node, position: Mapping[str, int]) -> str:
    """Return a tree as Python over a list ``v`` of values: indices and numbers, never the author's text."""
    return spelled(node, lambda id_: f"v[{position[id_]}]")[0]


def spelled(
    node: Node,
    reference: Callable[[str], str],
    other: Callable[[Aggregate | Previous | Pick], Spelled] | None = None,
) -> Spelled:
    """Return a tree as Python, and whether it is plain; `reference` spells a row, `other` what reads elsewhere."""
    number, name = (lambda leaf: (repr(leaf.value), True)), (lambda id_: (reference(id_), True))
    return fold(node, number, name, _call) if other is None else fold(node, number, name, _call, other)


def _call(function: str, arguments: tuple[Spelled, ...]) -> Spelled:
    texts = [text for text, _ in arguments]
    if function == "pow" and _is_count(texts[1]):
        # A square needs no guard: only exponents that are 0, negative or broken have a case without a value.
        return f"({texts[0]} ** {texts[1]})", False
    if function in {"min", "max"} and all(map(_is_leaf, texts)) and len(texts) <= _FEW:
        return _extreme("<=" if function == "min" else ">=", texts), False
    row = PYTHON[function]
    # What must be guarded: of a quotient only what it is divided by, of a choice only the condition. A condition that
    # is a comparison is true or false already, and what has overflowed in it has raised.
    exposed = {"div": arguments[1:], "if": arguments[:1]}.get(function, arguments)
    plain = all(is_plain for _, is_plain in exposed)
    template = row.plain if plain or not row.guarded else row.guarded
    return template.format(*texts, all=", ".join(texts)), function in LOGIC


def _extreme(sign: str, texts: list[str]) -> str:
    """Return the first of the smallest or largest of a few numbers, as `min` does, without the cost of a call."""
    first, *others = texts
    if not others:
        return first
    return f"({first} if {' and '.join([f'{first} {sign} {one}' for one in others])} else {_extreme(sign, others)})"


def _is_leaf(text: str) -> bool:
    """Return whether a text is a number or a value, and computes nothing."""
    return text[-1] != ")"


def _is_count(text: str) -> bool:
    return text[:1].isdigit() and float(text) >= 1 and float(text).is_integer()
