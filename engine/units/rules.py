"""The unit of each function's value from those of its arguments: a table, one rule for each word of the language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from engine.language.functions import COMPARISONS
from engine.language.tree import Call, Node, fold, nodes
from engine.language.unparse import text
from engine.problems import shortened
from engine.units.agreement import Agreement, Typed
from engine.units.mismatch import UnitMismatch, no_condition, not_a_number
from engine.units.unit import PURE, Atoms, power_of, product, quotient

Rule = Callable[[Agreement, str, Call, tuple[Typed, ...]], Typed]

_HIGHEST_POWER: Final = 100
_RADIAN: Final[Atoms] = (("radian", 1),)


def literal(node: Node) -> float | None:
    """Return the value of a node made of literal numbers alone, such as ``-1`` or ``1 / 2``; None for any other."""

    def call(function: str, arguments: tuple[float | None, ...]) -> float | None:
        match function, arguments:
            case "neg", (float(value),):
                return -value
            case "div", (float(above), float(below)) if below:
                return above / below
        return None

    return fold(node, lambda number: number.value, lambda _: None, call, lambda _: None)


def _same_unit(self: Agreement, owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    agreed, atoms = self.agree(owner, source.function, arguments)
    return Typed(source, Call(source.function, agreed), atoms)


def _compare(self: Agreement, owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    agreed, atoms = self.agree(owner, source.function, arguments)
    return Typed(source, Call(source.function, agreed), atoms, logic=True)


def _multiply(_self: Agreement, _owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    left, right = arguments
    return Typed(source, Call("mul", (left.node, right.node)), product(left.atoms or PURE, right.atoms or PURE))


def _divide(_self: Agreement, _owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    left, right = arguments
    return Typed(source, Call("div", (left.node, right.node)), quotient(left.atoms or PURE, right.atoms or PURE))


def _power(self: Agreement, owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    base, exponent = arguments
    raised = self.pure(owner, "an exponent", exponent)
    atoms = base.atoms or PURE
    if not self.units.dimension(atoms):
        return Typed(source, Call("pow", (self.pure(owner, "the base", base), raised)), PURE)
    value = literal(exponent.source)
    if value is None:
        unit = self.units.show(atoms)
        message = (
            f"units do not match in '{owner}': the exponent of {shortened(text(source))} must be a plain number\n"
            f"its base is in {unit}, so the unit of the power would vary"
        )
        raise UnitMismatch(message, "divide the base by a quantity of the same unit first")
    powered = power_of(atoms, Fraction(value).limit_denominator(1000)) if abs(value) <= _HIGHEST_POWER else ()
    if (not powered and value) or any(not -_HIGHEST_POWER <= exponent <= _HIGHEST_POWER for _, exponent in powered):
        message = f"the unit of {shortened(text(source))} in '{owner}' has a power above {_HIGHEST_POWER}"
        raise UnitMismatch(message, "divide the base by a quantity of the same unit first")
    return Typed(source, Call("pow", (base.node, raised)), powered)


def _sqrt(_self: Agreement, _owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    return Typed(source, Call("sqrt", (arguments[0].node,)), power_of(arguments[0].atoms or PURE, Fraction(1, 2)))


def _pure_arguments(self: Agreement, owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    what = f"the argument of {source.function}"
    pure = tuple([self.pure(owner, what, argument) for argument in arguments])
    return Typed(source, Call(source.function, pure), PURE)


def _angle(self: Agreement, owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    node = self.pure(owner, f"the argument of {source.function}", arguments[0], _RADIAN)
    return Typed(source, Call(source.function, (node,)), PURE)


def _logic(self: Agreement, owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    asked = tuple([_condition(self, owner, source, argument) for argument in arguments])
    return Typed(source, Call(source.function, asked), PURE, logic=True)


def _condition(self: Agreement, owner: str, source: Call, argument: Typed) -> Node:
    """Return an operand as a condition; raise UnitMismatch for a literal number, which is always true or always not."""
    if literal(argument.source) is not None:
        raise UnitMismatch(no_condition(owner, source.function, argument.source), _compared(source, argument.source))
    return self.condition(owner, source.function, argument)


def _compared(source: Call, number: Node) -> str:
    """Return what was meant by a number as a condition: ``n == 2 or n == 3`` where ``n == 2 or 3`` is written."""
    asked = [node for node in nodes(source) if isinstance(node, Call) and node.function in COMPARISONS]
    match source.function, source.arguments:
        case "if", (_, chosen, other):
            kept = shortened(text(chosen if literal(number) else other))
            return f"compare something with it, or write {kept} alone"
        case (("and" | "or"), (left, right)) if asked:
            meant = _like(asked[0] if number is left else asked[-1], number)
            sides = (meant, right) if number is left else (left, meant)
            return f"write {shortened(text(Call(source.function, sides)), 100)}"
    return "compare each time, as in n == 2 or n == 3"


def _like(comparison: Call, number: Node) -> Node:
    """Return what a comparison compares, compared with a number."""
    left, right = comparison.arguments
    return Call(comparison.function, (left, number) if literal(left) is None else (number, right))


def _choose(self: Agreement, owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    test, *branches = arguments
    for branch in branches:
        if branch.logic:
            raise not_a_number(owner, branch.source)
    chosen, atoms = self.agree(owner, source.function, tuple(branches))
    return Typed(source, Call("if", (_condition(self, owner, source, test), *chosen)), atoms)


def _loan(self: Agreement, owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    *counts, present = arguments
    pure = _rate_and_periods(self, owner, source, counts)
    return Typed(source, Call(source.function, (*pure, present.node)), present.atoms)


def _periods(self: Agreement, owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    pure = _rate_and_periods(self, owner, source, arguments[:1])
    money, _ = self.agree(owner, source.function, arguments[1:])
    return Typed(source, Call(source.function, (*pure, *money)), PURE)


def _rate_and_periods(self: Agreement, owner: str, source: Call, given: Sequence[Typed]) -> list[Node]:
    rate, *counts = given
    told = f"the number of periods in {source.function}"
    return [
        self.pure(owner, f"the rate of {source.function}", rate),
        *[self.pure(owner, told, count) for count in counts],
    ]


def _depreciation(self: Agreement, owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    money, atoms = self.agree(owner, source.function, arguments[:2])
    _, _, life, *period = arguments
    # The straight line's life is a number of periods; of the other it is of the period's unit, whatever that is.
    if period:
        times, _ = self.agree(owner, source.function, (life, *period))
    else:
        times = (self.pure(owner, f"the number of periods in {source.function}", life),)
    return Typed(source, Call(source.function, (*money, *times)), atoms)


RULES: Final[Mapping[str, Rule]] = {
    **dict.fromkeys(("add", "sub", "neg", "abs", "min", "max"), _same_unit),
    **dict.fromkeys(COMPARISONS, _compare),
    **dict.fromkeys(("and", "or", "not"), _logic),
    **dict.fromkeys(("sin", "cos", "tan"), _angle),
    **dict.fromkeys(("exp", "log", "log10", "log2", "round", "floor", "ceil"), _pure_arguments),
    **dict.fromkeys(("asin", "acos", "atan"), _pure_arguments),
    **dict.fromkeys(("sinh", "cosh", "tanh", "asinh", "acosh", "atanh"), _pure_arguments),
    "mul": _multiply,
    "div": _divide,
    "pow": _power,
    "sqrt": _sqrt,
    "if": _choose,
    **dict.fromkeys(("pmt", "ipmt", "ppmt"), _loan),
    "nper": _periods,
    **dict.fromkeys(("sln", "ddb"), _depreciation),
}
TAKES_LOGIC: Final = frozenset({"and", "or", "not", "if"})
