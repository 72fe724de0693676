"""The unit of every part of a formula, and the same formula with each conversion written into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from engine.expression import COMPARISONS, FUNCTIONS, LOGIC, Call, Name, Node, Number, fold, text
from engine.problems import shortened
from engine.units import PURE, Atoms, Conversion, Unit, Units, power_of, product, quotient

_RADIAN: Final[Atoms] = (("radian", 1),)


class UnitMismatch(ValueError):  # noqa: N818  # reads as what it is
    """Units do not agree: the message shows both sides, the hint the fix."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


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

    def __init__(self, units: Units, atoms: Mapping[str, Atoms]) -> None:
        """Take the units, and the atoms in which each quantity's value is stored."""
        self.units = units
        self._atoms = atoms
        self.conversions: dict[str, Conversion] = {}

    def formula(self, owner: str, tree: Node, declared: Unit) -> Node:
        """Return a formula's tree with its conversions; raise UnitMismatch where it cannot have the declared unit."""
        result = self._infer(owner, tree)
        if result.logic:
            message = f"'{owner}' is a comparison, and a quantity is a number"
            raise UnitMismatch(message, f"write 1 if {shortened(text(tree))} else 0")
        return self._to(result, declared.atoms, lambda: self._result_mismatch(owner, result, declared))

    def test(self, owner: str, tree: Node) -> Comparison:
        """Return a check's two sides in one unit; raise UnitMismatch where it is no single comparison."""
        if not isinstance(tree, Call) or tree.function not in COMPARISONS:
            message = f"the test of '{owner}' is not a comparison"
            hint = "write each comparison as a check of its own" if _is_logic(tree) else 'write test = "a <= b"'
            raise UnitMismatch(message, hint)
        result = self._infer(owner, tree)
        assert isinstance(result.node, Call)  # noqa: S101  # the root of a tree stays what it is
        left, right = result.node.arguments
        return Comparison(tree.function, left, right, result.atoms or PURE)

    def _infer(self, owner: str, tree: Node) -> Typed:
        def call(function: str, arguments: tuple[Typed, ...]) -> Typed:
            if function not in _TAKES_LOGIC:
                for argument in arguments:
                    if argument.logic:
                        raise _logic_in_arithmetic(owner, argument)
            rule = RULES[function]
            source = Call(function, tuple([argument.source for argument in arguments]))
            return rule(self, owner, source, arguments)

        return fold(tree, _number, self._name, call)

    def _name(self, id_: str) -> Typed:
        leaf = Name(id_)
        return Typed(leaf, leaf, self._atoms[id_])

    def _to(self, typed: Typed, target: Atoms, mismatch: Callable[[], UnitMismatch]) -> Node:
        """Return a node in the target unit: what is multiplied or divided here is a constant that the reader sees."""
        if typed.atoms is None or typed.atoms == target:
            return typed.node
        steps = self.units.convert(typed.atoms, target)
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

    def agree(self, owner: str, source: Call, arguments: tuple[Typed, ...]) -> tuple[tuple[Node, ...], Atoms | None]:
        first = next((argument for argument in arguments if argument.atoms is not None), None)
        if first is None or first.atoms is None:
            return tuple([argument.node for argument in arguments]), None
        target = first.atoms
        nodes = [
            self._to(argument, target, lambda other=argument: self._sides_mismatch(owner, source, first, other))  # type: ignore[misc]  # mypy cannot type a default
            for argument in arguments
        ]
        return tuple(nodes), target

    def pure(self, owner: str, what: str, argument: Typed, target: Atoms = PURE) -> Node:
        def mismatch() -> UnitMismatch:
            written = shortened(text(argument.source))
            message = f"units do not match in '{owner}': {what} must be a pure number\n{self._sides([(written, argument.atoms)])}"
            return UnitMismatch(message, _pure_hint(self.units, argument, what))

        return self._to(argument, target, mismatch)

    def condition(self, owner: str, argument: Typed) -> Node:
        return argument.node if argument.logic else self.pure(owner, "a condition", argument)

    def _sides_mismatch(self, owner: str, source: Call, first: Typed, other: Typed) -> UnitMismatch:
        symbol = FUNCTIONS[source.function].symbol or source.function
        sides = self._sides([(text(first.source), first.atoms), (text(other.source), other.atoms)])
        hint = "both must have one unit"
        if PURE in (first.atoms, other.atoms) and source.function in {"add", "sub", *COMPARISONS, "min", "max", "if"}:
            bare = first if first.atoms == PURE else other
            hint = (
                "a number in a formula has no unit: make it a quantity with a unit"
                if isinstance(bare.source, Number)
                else f"multiply '{shortened(text(bare.source), 30)}' by a quantity that has the unit"
            )
        return UnitMismatch(f"units do not match in '{owner}': the sides of '{symbol}'\n{sides}", hint)

    def _result_mismatch(self, owner: str, result: Typed, declared: Unit) -> UnitMismatch:
        rows = [(text(result.source), result.atoms), ("but the quantity is declared as", declared.atoms)]
        message = f"units do not match in '{owner}'\n{self._sides(rows)}"
        between = quotient(result.atoms or PURE, declared.atoms)
        return UnitMismatch(message, _missing_factor(self.units, between, self._atoms))

    def _sides(self, rows: list[tuple[str, Atoms | None]]) -> str:
        units = self.units
        table = [(shortened(name), units.show(atoms or PURE), units.show_dimension(atoms or PURE)) for name, atoms in rows]
        wide = max(len(name) for name, _, _ in table)
        unit = max(len(shown) for _, shown, _ in table)
        lines = []
        for name, shown, dimension in table:
            verb = "  " if name.startswith("but ") else "is"
            lines.append(f"{name:<{wide}}  {verb}  {shown:<{unit}}  {'' if dimension == '[]' else dimension}".rstrip())
        return "\n".join(lines)


Rule = Callable[[Inference, str, Call, tuple[Typed, ...]], Typed]


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
    nodes, atoms = self.agree(owner, source, arguments)
    return Typed(source, Call(source.function, nodes), atoms)


def _compare(self: Inference, owner: str, source: Call, arguments: tuple[Typed, ...]) -> Typed:
    nodes, atoms = self.agree(owner, source, arguments)
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
        message = f"units do not match in '{owner}': the exponent of {shortened(text(source))} must be a plain number"
        raise UnitMismatch(
            f"{message}\nits base is in {unit}, so the unit of the power would vary", "divide the base by a quantity first"
        )
    return Typed(source, Call("pow", (base.node, raised)), power_of(atoms, Fraction(value).limit_denominator(1000)))


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
            raise _logic_in_arithmetic(owner, branch)
    nodes, atoms = self.agree(owner, source, tuple(branches))
    return Typed(source, Call("if", (self.condition(owner, test), *nodes)), atoms)


RULES: Final[Mapping[str, Rule]] = {
    **dict.fromkeys(("add", "sub", "neg", "abs", "min", "max"), _same_unit),
    **dict.fromkeys(COMPARISONS, _compare),
    **dict.fromkeys(("and", "or", "not"), _logic),
    **dict.fromkeys(("sin", "cos", "tan"), _angle),
    **dict.fromkeys(
        ("exp", "log", "log10", "log2", "round", "floor", "ceil", "asin", "acos", "atan")
        + ("sinh", "cosh", "tanh", "asinh", "acosh", "atanh"),
        _pure_arguments,
    ),
    "mul": _multiply,
    "div": _divide,
    "pow": _power,
    "sqrt": _sqrt,
    "if": _choose,
}
_TAKES_LOGIC: Final = frozenset({"and", "or", "not", "if"})


def _is_logic(tree: Node) -> bool:
    return isinstance(tree, Call) and tree.function in LOGIC


def _logic_in_arithmetic(owner: str, argument: Typed) -> UnitMismatch:
    written = shortened(text(argument.source))
    return UnitMismatch(f"in '{owner}', {written} is a comparison and not a number", f"write (1 if {written} else 0)")


def _pure_hint(units: Units, argument: Typed, what: str) -> str:
    dimension = units.dimension(argument.atoms or PURE)
    if what == "an exponent" and dimension == (("time", 1),):
        return "divide by the length of a period, so that a rate in percent is per period"
    if what == "the base" or "exponent" in what:
        return "divide by a quantity of the same unit first"
    return f"divide by a quantity in {units.show(argument.atoms or PURE)} first"


def _missing_factor(units: Units, between: Atoms, known: Mapping[str, Atoms]) -> str:
    """Return which one quantity of the model would make the units agree, if there is one."""
    wanted = units.dimension(between)
    inverse = units.dimension(power_of(between, -1))
    for id_, atoms in list(known.items())[:1000]:
        dimension = units.dimension(atoms)
        if dimension and dimension in (wanted, inverse):
            verb = "divide" if dimension == wanted else "multiply"
            return f"{verb} by a quantity in {units.show(atoms)}, such as '{id_}'"
    if not units.dimension(between):
        return ""
    return f"one side has {units.show(between)} too much: divide by it, or declare the unit that the formula gives"
