"""The unit of every part of a formula, and the same formula with each conversion written into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Final

from engine.language.functions import COMPARISONS, LOGIC
from engine.language.tree import Aggregate, Call, Name, Node, Number, Pick, Previous, fold
from engine.language.unparse import text
from engine.problems import shortened
from engine.units.conversions import Conversion
from engine.units.mismatch import Side, UnitMismatch, not_a_number, not_declared, not_pure, sides_differ
from engine.units.registry import Units
from engine.units.unit import PURE, Atoms, Unit, power_of, product, quotient

_HIGHEST_POWER: Final = 100
_RADIAN: Final[Atoms] = (("radian", 1),)


@dataclass(slots=True)
class Typed:
    """A part of a formula: as written, with conversions, and its unit.

    `atoms` is None for a literal 0, which takes any unit; `logic` is true for a comparison.
    """

    source: Node
    node: Node
    atoms: Atoms | None
    logic: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """A test with both sides in the unit of the left one."""

    function: str
    left: Node
    right: Node
    atoms: Atoms


class Inference:
    """Infers units over one model's vocabulary, and gathers the conversions that it met."""

    def __init__(self, units: Units, atoms: Mapping[str, Atoms], other: Other) -> None:
        """Take the units, the atoms in which each value is stored, and the rule for what reads other members."""
        self.units = units
        self.atoms = atoms
        self.conversions: dict[str, Conversion] = {}
        self._other = other

    def formula(self, owner: str, tree: Node, declared: Unit) -> Node:
        """Return a formula's tree with its conversions; raise UnitMismatch where it cannot have the declared unit."""
        result = self.infer(owner, tree)
        if result.logic:
            message = f"'{owner}' is a comparison, and a quantity is a number"
            raise UnitMismatch(message, f"write 1 if {shortened(text(tree))} else 0")
        side = Side(result.source, result.atoms)
        return self.to(result, declared.atoms, partial(not_declared, self.units, owner, side, declared, self.atoms))

    def test(self, owner: str, tree: Node) -> Comparison:
        """Return a check's two sides in one unit; raise UnitMismatch where it is no single comparison."""
        if not isinstance(tree, Call) or tree.function not in COMPARISONS:
            message = f"the test of '{owner}' is not a comparison"
            hint = "write each comparison as a check of its own" if _is_logic(tree) else 'write test = "a <= b"'
            raise UnitMismatch(message, hint)
        result = self.infer(owner, tree)
        assert isinstance(result.node, Call)  # noqa: S101  # the root of a tree stays what it is
        left, right = result.node.arguments
        return Comparison(tree.function, left, right, result.atoms or PURE)

    def infer(self, owner: str, tree: Node) -> Typed:
        """Return a formula's tree with its conversions, and its unit."""

        def call(function: str, arguments: tuple[Typed, ...]) -> Typed:
            if function not in _TAKES_LOGIC:
                for argument in arguments:
                    if argument.logic:
                        raise not_a_number(owner, argument.source)
            rule = RULES[function]
            source = Call(function, tuple([argument.source for argument in arguments]))
            return rule(self, owner, source, arguments)

        return fold(tree, _number, self._name, call, lambda node: self._other(self, owner, node))

    def _name(self, id_: str) -> Typed:
        leaf = Name(id_)
        return Typed(leaf, leaf, self.atoms[id_])

    def to(self, typed: Typed, target: Atoms, mismatch: Callable[[], UnitMismatch]) -> Node:
        """Return a node in the target unit: what is multiplied or divided here is a constant that the reader sees."""
        if typed.atoms is None or typed.atoms == target:
            return typed.node
        try:
            steps = self.units.convert(typed.atoms, target)
        except OverflowError:
            sizes = f"{self.units.text(typed.atoms)} and {self.units.text(target)}"
            message = f"the factor between {sizes} is beyond what a number can hold"
            raise UnitMismatch(message, "choose units that are nearer to each other") from None
        if steps is None:
            raise mismatch()
        node = typed.node
        for step in steps:
            constant = self._constant(step.conversion)
            node = Call("div" if step.divide else "mul", (node, Name(constant)))
        return node

    def _constant(self, conversion: Conversion) -> str:
        id_ = conversion.id
        # Two units whose names differ only by case would otherwise share a name.
        while self.conversions.setdefault(id_, conversion) != conversion:
            id_ = f"{id_}2_"
        return id_

    def agree(self, owner: str, function: str, arguments: tuple[Typed, ...]) -> tuple[tuple[Node, ...], Atoms | None]:
        """Return operands in one unit, that of the first that has one."""
        first = next((argument for argument in arguments if argument.atoms is not None), None)
        if first is None or first.atoms is None:
            return tuple([argument.node for argument in arguments]), None
        target = first.atoms
        sides = [Side(argument.source, argument.atoms) for argument in arguments]
        mismatch = partial(sides_differ, self.units, owner, function, Side(first.source, target))
        nodes = [self.to(a, target, partial(mismatch, side)) for a, side in zip(arguments, sides, strict=True)]
        return tuple(nodes), target

    def pure(self, owner: str, what: str, argument: Typed, target: Atoms = PURE) -> Node:
        """Return an operand as a pure number, or in the one unit that can stand there."""
        mismatch = partial(not_pure, self.units, owner, what, Side(argument.source, argument.atoms))
        return self.to(argument, target, mismatch)

    def condition(self, owner: str, argument: Typed) -> Node:
        """Return an operand as a condition: a comparison, or a pure number."""
        return argument.node if argument.logic else self.pure(owner, "a condition", argument)


Rule = Callable[[Inference, str, Call, tuple[Typed, ...]], Typed]
Other = Callable[[Inference, str, Aggregate | Previous | Pick], Typed]


def literal(node: Node) -> float | None:
    """Return the value of a node made of literal numbers alone, such as ``-1`` or ``1 / 2``; None for any other."""

    def call(function: str, arguments: tuple[float | None, ...]) -> float | None:
        match function, arguments:
            case "neg", (float(value),):
                return -value
            case "div", (float(above), float(below)) if below:
                return above / below
        return None

    return fold(node, lambda number: number.value, lambda _: None, call)


def _number(number: Number) -> Typed:
    return Typed(number, number, PURE if number.value else None)


def _same_unit(self: Inference, owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    nodes, atoms = self.agree(owner, source.function, arguments)
    return Typed(source, Call(source.function, nodes), atoms)


def _compare(self: Inference, owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    nodes, atoms = self.agree(owner, source.function, arguments)
    return Typed(source, Call(source.function, nodes), atoms, logic=True)


def _multiply(_self: Inference, _owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    left, right = arguments
    return Typed(source, Call("mul", (left.node, right.node)), product(left.atoms or PURE, right.atoms or PURE))


def _divide(_self: Inference, _owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    left, right = arguments
    return Typed(source, Call("div", (left.node, right.node)), quotient(left.atoms or PURE, right.atoms or PURE))


def _power(self: Inference, owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
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


def _sqrt(_self: Inference, _owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    return Typed(source, Call("sqrt", (arguments[0].node,)), power_of(arguments[0].atoms or PURE, Fraction(1, 2)))


def _pure_arguments(self: Inference, owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    what = f"the argument of {source.function}"
    nodes = tuple([self.pure(owner, what, argument) for argument in arguments])
    return Typed(source, Call(source.function, nodes), PURE)


def _angle(self: Inference, owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    node = self.pure(owner, f"the argument of {source.function}", arguments[0], _RADIAN)
    return Typed(source, Call(source.function, (node,)), PURE)


def _logic(self: Inference, owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    nodes = tuple([self.condition(owner, argument) for argument in arguments])
    return Typed(source, Call(source.function, nodes), PURE, logic=True)


def _choose(self: Inference, owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    test, *branches = arguments
    for branch in branches:
        if branch.logic:
            raise not_a_number(owner, branch.source)
    nodes, atoms = self.agree(owner, source.function, tuple(branches))
    return Typed(source, Call("if", (self.condition(owner, test), *nodes)), atoms)


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
}
_TAKES_LOGIC: Final = frozenset({"and", "or", "not", "if"})


def _is_logic(tree: Node) -> bool:
    return isinstance(tree, Call) and tree.function in LOGIC
