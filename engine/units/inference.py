"""The unit of every part of a formula, and the same formula with each conversion written into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from engine.language.functions import COMPARISONS, COUNT, LOGIC
from engine.language.tree import (
    Aggregate,
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
    fold,
)
from engine.language.unparse import text
from engine.problems import shortened
from engine.units.agreement import Agreement, Typed
from engine.units.conversions import Conversion
from engine.units.mismatch import Factors, Side, UnitMismatch, no_condition, not_a_member, not_a_number, not_declared
from engine.units.registry import Units
from engine.units.rules import RULES, TAKES_LOGIC, literal
from engine.units.unit import PURE, Atoms, Unit


@dataclass(frozen=True, slots=True)
class Measure:
    """What is read at other members: as written, and its unit."""

    source: Node
    atoms: Atoms


# By the node with its conversions: equal nodes have equal units.
Measures = dict[Node, Measure]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A test with both sides in the unit of the left one."""

    function: str
    left: Node
    right: Node
    atoms: Atoms


class Inference:
    """Infers units over one model's vocabulary, and gathers the conversions that it met."""

    def __init__(
        self,
        units: Units,
        atoms: dict[str, Atoms],
        over: Mapping[str, tuple[str, ...]],
        factors: Factors | None = None,
    ) -> None:
        """Take the units, the atoms in which each value is stored, and the dimensions that each name is over.

        Of `factors`, hints name what a formula lacks.
        """
        self.units = units
        self.atoms = atoms
        self.over = over
        self._factors = factors or Factors(atoms, over)
        self._agreement = Agreement(
            units, self._factors, frozenset([name for names in over.values() for name in names])
        )

    @property
    def conversions(self) -> Mapping[str, Conversion]:
        """Return the constants that formulas need to bring their parts to one unit."""
        return self._agreement.conversions

    @property
    def met(self) -> list[str]:
        """Return the ids of the conversions that were met since the list was cleared."""
        return self._agreement.met

    def meet(self, id_: str, conversion: Conversion) -> None:
        """Take a conversion that a formula needs, as if it had been met in it."""
        self._agreement.conversions.setdefault(id_, conversion)

    def formula(self, owner: str, tree: Node, declared: Unit) -> tuple[Node, Measures]:
        """Return a formula's tree with its conversions, and the units of what it reads at other members.

        Raises UnitMismatch where it cannot have the declared unit.
        """
        measures: Measures = {}
        result = self._infer(owner, tree, measures)
        if result.logic:
            message = f"'{owner}' is a comparison, and a quantity is a number"
            raise UnitMismatch(message, f"write 1 if {shortened(text(tree))} else 0")
        side = Side(result.source, result.atoms)
        mismatch = partial(not_declared, self.units, owner, side, declared, self._factors)
        return self._agreement.to(result, declared.atoms, mismatch), measures

    def test(self, owner: str, tree: Node) -> tuple[Comparison, Measures]:
        """Return a check's two sides in one unit, and the units of what it reads at other members.

        Raises UnitMismatch where it is no single comparison.
        """
        if not isinstance(tree, Call) or tree.function not in COMPARISONS:
            message = f"the test of '{owner}' is not a comparison"
            hint = "write each comparison as a check of its own" if _is_logic(tree) else 'write test = "a <= b"'
            raise UnitMismatch(message, hint)
        measures: Measures = {}
        result = self._infer(owner, tree, measures)
        assert isinstance(result.node, Call)  # noqa: S101  # the root of a tree stays what it is
        left, right = result.node.arguments
        return Comparison(tree.function, left, right, result.atoms or PURE), measures

    def measure(self, owner: str, tree: Node) -> Atoms:
        """Return the unit of a part that has its conversions; raise UnitMismatch where it has none."""
        return self._infer(owner, tree, {}).atoms or PURE

    def _infer(self, owner: str, tree: Node, measures: Measures) -> Typed:
        """Return a part of a formula with its conversions, and its unit."""

        def call(function: str, arguments: tuple[Typed, ...]) -> Typed:
            if function not in TAKES_LOGIC:
                for argument in arguments:
                    if argument.logic:
                        raise not_a_number(owner, argument.source)
            rule = RULES[function]
            source = Call(function, tuple([argument.source for argument in arguments]))
            return rule(self._agreement, owner, source, arguments)

        def other(node: Aggregate | Previous | Pick) -> Typed:
            match node:
                case Aggregate():
                    return self._aggregate(owner, node, measures)
                case Previous():
                    return self._previous(owner, node, measures)
            return self._pick(owner, node, measures)

        return fold(tree, _number, self._name, call, other)

    def _name(self, id_: str) -> Typed:
        leaf = Name(id_)
        return Typed(leaf, leaf, self.atoms[id_])

    def _where(self, owner: str, node: Aggregate, measures: Measures) -> Node | None:
        if node.where is None:
            return None
        asked = self._infer(owner, node.where, measures)
        if literal(asked.source) is not None:
            hint = f"compare something with it, as in where=n == {text(asked.source)}"
            raise UnitMismatch(no_condition(owner, "where=", asked.source), hint)
        return self._agreement.condition(owner, "where=", asked)

    def _aggregate(self, owner: str, node: Aggregate, measures: Measures) -> Typed:
        argument = self._number(owner, node.argument, measures)
        measures.setdefault(argument.node, Measure(argument.source, argument.atoms or PURE))
        made = replace(node, argument=argument.node, where=self._where(owner, node, measures))
        if node.by:
            # The row of codes that members are grouped by has no unit.
            return Typed(node, made, PURE if node.function == COUNT else argument.atoms)
        beside, atoms = self._beside(owner, node, argument, measures)
        return Typed(node, replace(made, parameters=beside), atoms)

    def _beside(
        self, owner: str, node: Aggregate, argument: Typed, measures: Measures
    ) -> tuple[tuple[Node, ...], Atoms | None]:
        """Return what stands beside the row of a function, and the unit of the function's value."""
        match node.function, [self._number(owner, parameter, measures) for parameter in node.parameters]:
            case "count", []:
                return (), PURE
            case (("npv" | "xnpv"), [rate, *dates]):
                pure = self._agreement.pure(owner, f"the rate of {node.function}", rate)
                return (pure, *[date.node for date in dates]), argument.atoms
            case (("irr" | "xirr"), dates):
                return tuple([date.node for date in dates]), PURE
            case (("lookup" | "step"), [x, values]):
                (_, at), _ = self._agreement.agree(owner, node.function, (argument, x))
                for typed in (x, values):
                    measures.setdefault(typed.node, Measure(typed.source, typed.atoms or PURE))
                return (at, values.node), values.atoms
        return (), argument.atoms

    def _previous(self, owner: str, node: Previous, measures: Measures) -> Typed:
        argument, start = self._number(owner, node.argument, measures), self._number(owner, node.start, measures)
        (before, begun), atoms = self._agreement.agree(owner, node.function, (argument, start))
        lag = self._agreement.pure(owner, f"the lag of {node.function}", self._infer(owner, node.lag, measures))
        measures.setdefault(before, Measure(argument.source, atoms or PURE))
        return Typed(node, Previous(before, begun, lag, node.over, node.ahead), atoms)

    def _number(self, owner: str, node: Node, measures: Measures) -> Typed:
        """Return a part that must be a number."""
        typed = self._infer(owner, node, measures)
        if typed.logic:
            raise not_a_number(owner, typed.source)
        return typed

    def _pick(self, owner: str, node: Pick, measures: Measures) -> Typed:
        pairs = zip(self.over[node.id], node.selectors, strict=True)
        selectors = tuple([self._selector(owner, name, selector, measures) for name, selector in pairs])
        return Typed(node, Pick(node.id, selectors), self.atoms[node.id])

    def _selector(self, owner: str, name: str, selector: Selector, measures: Measures) -> Selector:
        if isinstance(selector, Every | Member):
            return selector
        if isinstance(selector, Run):
            ends = [end if end is None or isinstance(end, Member) else self._member(owner, name, end, measures)
                    for end in (selector.first, selector.last)]  # fmt: skip
            return Run(*ends)
        return self._member(owner, name, selector, measures)

    def _member(self, owner: str, name: str, node: Node, measures: Measures) -> Node:
        """Return a computed member in the unit of its dimension."""
        typed = self._number(owner, node, measures)
        target, side = self.atoms[name], Side(typed.source, typed.atoms)
        return self._agreement.to(typed, target, lambda: not_a_member(self.units, owner, name, target, side))


def _number(number: Number) -> Typed:
    return Typed(number, number, PURE if number.value else None)


def _is_logic(tree: Node) -> bool:
    return isinstance(tree, Call) and tree.function in LOGIC
