"""What to say when units do not agree: both sides, each with its unit and dimension, then the fix."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

from engine.language.functions import FUNCTIONS
from engine.language.tree import ZERO, Call, Name, Node, Number, Pick, fold, nodes
from engine.language.unparse import text
from engine.problems import Mistake, shortened
from engine.units.conversions import UnitAlgebra
from engine.units.currencies import is_currency
from engine.units.unit import PURE, Atoms, Unit, power_of, quotient

_SEARCHED: Final = 1000
_ARITHMETIC: Final[Mapping[str, Callable[..., float]]] = {
    "neg": operator.neg,
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
}
_COMPOUNDED = "a rate that is compounded is a share a period: give it the unit percent, or multiply it by a duration"


class UnitMismatch(Mistake):  # reads as what it is
    """Units do not agree: the message shows both sides, the hint the fix."""


@dataclass(frozen=True, slots=True)
class Side:
    """A part of a formula as written, and its unit; None for a literal 0."""

    source: Node
    atoms: Atoms | None


def _nothing() -> Mapping[str, tuple[str, ...]]:
    return {}


@dataclass(frozen=True, slots=True)
class Factors:
    """What is known of a model's names: the unit of each, what it is over, and what its formula reads.

    `feeds` has the ids of quantities, `days` the word of the language for each row of a calendar's days.
    """

    atoms: Mapping[str, Atoms]
    over: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    feeds: Callable[[], Mapping[str, tuple[str, ...]]] = _nothing
    days: Mapping[str, str] = field(default_factory=dict)

    def factor(self, units: UnitAlgebra, owner: str, written: Node, between: Atoms) -> str:
        """Return what to multiply or divide a part of a formula by, which has the units `between` too much.

        It is '' where the model has nothing in such a unit at all.
        """
        wanted, inverse = units.dimension(between), units.dimension(power_of(between, -1))
        found = [
            (id_, atoms)
            for id_, atoms in list(self.atoms.items())[:_SEARCHED]
            if (dimension := units.dimension(atoms)) and dimension in (wanted, inverse)
        ]
        if not found:
            return ""
        feeds = self.feeds()
        left = [one for one in found if self._may_stand(one[0], owner, written, feeds)]
        # The language's own word comes first, then what is given, before what is computed of it.
        best = min(left, key=lambda one: (one[0] not in self.days, bool(feeds.get(one[0]))), default=None)
        _, atoms = best or found[0]
        verb = "divide" if units.dimension(atoms) == wanted else "multiply"
        if best is None:
            unit = between if verb == "divide" else power_of(between, -1)
            return f"{verb} by a quantity in {units.show(unit)}"
        return f"{verb} by a quantity in {units.show(atoms)}, such as '{self.days.get(best[0], best[0])}'"

    def _may_stand(self, id_: str, owner: str, written: Node, feeds: Mapping[str, tuple[str, ...]]) -> bool:
        row = owner.partition("[")[0]
        is_quantity = id_ in feeds if feeds else not id_.endswith("_")
        if not (is_quantity or id_ in self.days):
            return False
        # What stands in the formula already would only be taken away, or come twice.
        if any(isinstance(node, Name | Pick) and node.id == id_ for node in nodes(written)):
            return False
        is_wider = row in self.over and not set(self.over.get(id_, ())) <= set(self.over[row])
        return not is_wider and not _reads(id_, row, feeds)


def sides_differ(
    units: UnitAlgebra,
    owner: str,
    function: str,
    first: Side,
    other: Side,
    *,
    factors: Factors,
    dimensions: frozenset[str],
) -> UnitMismatch:
    """Return what to say of two operands that cannot be added, compared or chosen between.

    `factors` knows the quantities of the model, and `dimensions` are what its rows are over.
    """
    symbol = (FUNCTIONS[function].symbol if function in FUNCTIONS else "") or function
    table = _table(units, [(text(side.source), "is", side.atoms) for side in (first, other)])
    hint = "both must have one unit"
    bare, rich = (first, other) if first.atoms == PURE else (other, first)
    if bare.atoms == PURE and units.dimension(rich.atoms or PURE) == (("time", -1),):
        hint = _COMPOUNDED
    elif bare.atoms == PURE:
        hint = (
            "a number in a formula has no unit: make it a quantity with a unit"
            if isinstance(bare.source, Number)
            else f"multiply '{shortened(text(bare.source), 30)}' by a quantity that has the unit"
        )
    elif told := _period_as_unit(units, first, other, dimensions) or _period_as_unit(units, other, first, dimensions):
        hint = told
    elif rate := _missing_rate(units, quotient(first.atoms or PURE, other.atoms or PURE)):
        factor = factors.factor(units, owner, other.source, quotient(other.atoms or PURE, first.atoms or PURE))
        hint = f"in {shortened(text(other.source), 30)}, {factor}" if factor else f"{rate}, and multiply by it"
    return UnitMismatch(f"units do not match in '{owner}': the sides of '{symbol}'\n{table}", hint)


def _period_as_unit(units: UnitAlgebra, by_period: Side, total: Side, dimensions: frozenset[str]) -> str:
    """Return what to say where a unit such as EUR/month has the name of a dimension in it, which is no unit."""
    for name in sorted(dimensions):
        atoms = quotient(by_period.atoms or PURE, total.atoms or PURE)
        if [one for one, power in by_period.atoms or () if one == name and power == -1] and atoms == ((name, -1),):
            given = f"give {shortened(text(by_period.source), 30)} in {units.show(total.atoms or PURE)}"
            return f"the dimension '{name}' is no unit: {given}"
    return ""


def not_pure(units: UnitAlgebra, owner: str, what: str, side: Side) -> UnitMismatch:
    """Return what to say of a unit where only a pure number can stand."""
    table = _table(units, [(text(side.source), "is", side.atoms)])
    message = f"units do not match in '{owner}': {what} must be a pure number\n{table}"
    if what == "a condition":
        asked = shortened(text(Call("gt", (side.source, ZERO))), 60)
        return UnitMismatch(message, f"what is asked alone is a switch, 0 or 1; compare it: {asked}")
    dimension = units.dimension(side.atoms or PURE)
    if what.startswith("the rate of ") and dimension == (("time", -1),):
        return UnitMismatch(message, _COMPOUNDED)
    if what.startswith(("an exponent", "the number of periods")) and dimension == (("time", 1),):
        return UnitMismatch(message, "divide it by the length of one period, which gives a number of periods")
    return UnitMismatch(message, f"divide by a quantity in {units.show(side.atoms or PURE)} first")


def not_a_member(units: UnitAlgebra, owner: str, dimension: str, target: Atoms, side: Side) -> UnitMismatch:
    """Return what to say of a computed member whose unit is not its dimension's."""
    table = _table(units, [(text(side.source), "is", side.atoms), (f"the members of '{dimension}' are", "", target)])
    message = (
        f"units do not match in '{owner}': {shortened(text(side.source))} picks a member of '{dimension}'\n{table}"
    )
    return UnitMismatch(message, "pick by a number in the unit of the members")


def not_declared(units: UnitAlgebra, owner: str, side: Side, declared: Unit, factors: Factors) -> UnitMismatch:
    """Return what to say of a formula whose unit is not the quantity's; `factors` knows the model's quantities."""
    rows = [(text(side.source), "is", side.atoms), ("but the quantity is declared as", "", declared.atoms)]
    number = _computed(side.source)
    if number is not None and not owner.endswith("]"):
        hint = f"write value = {number:.15g} in place of the formula"
    elif number is not None:
        hint = "a number in a formula has no unit: make it a quantity with a unit"
    else:
        hint = _missing_factor(units, owner, side, quotient(side.atoms or PURE, declared.atoms), factors)
    return UnitMismatch(f"units do not match in '{owner}'\n{_table(units, rows)}", hint)


def _computed(written: Node) -> float | None:
    """Return what a formula of literal numbers alone comes to, None for any other."""

    def call(function: str, arguments: tuple[float | None, ...]) -> float | None:
        numbers = [one for one in arguments if one is not None]
        if function not in _ARITHMETIC or len(numbers) < len(arguments) or (function == "div" and not numbers[1]):
            return None
        found = float(_ARITHMETIC[function](*numbers))
        return found if isfinite(found) else None

    return fold(written, lambda number: number.value, lambda _: None, call, lambda _: None)


def not_a_number(owner: str, source: Node) -> UnitMismatch:
    """Return what to say of a comparison where a number must stand."""
    written = shortened(text(source))
    return UnitMismatch(f"in '{owner}', {written} is a comparison and not a number", f"write (1 if {written} else 0)")


def no_condition(owner: str, asks: str, number: Node) -> str:
    """Return what to say of a number that is asked alone, in a choice or beside and, or and not, or behind where=."""
    return f"in '{owner}', '{asks}' asks for {text(number)} alone, and a number is no condition"


def no_member(owner: str, asks: str, dimension: Name) -> UnitMismatch:
    """Return what to say of a dimension that is asked alone: it is where its members stand, from 0."""
    message = f"in '{owner}', '{asks}' asks for the dimension '{dimension.id}' alone, which is no condition"
    return UnitMismatch(message, f"compare it with a member: {dimension.id} == ...")


def _table(units: UnitAlgebra, rows: Sequence[tuple[str, str, Atoms | None]]) -> str:
    shown = [(shortened(name), verb, units.show(atoms or PURE), atoms or PURE) for name, verb, atoms in rows]
    wide = max(len(name) for name, _, _, _ in shown)
    unit = max(len(text_) for _, _, text_, _ in shown)
    lines = [
        f"{name:<{wide}}  {verb:<2}  {text_:<{unit}}  {units.show_dimension(atoms) if atoms else ''}".rstrip()
        for name, verb, text_, atoms in shown
    ]
    return "\n".join(lines)


def _missing_factor(units: UnitAlgebra, owner: str, side: Side, between: Atoms, factors: Factors) -> str:
    """Return which quantity of the model would make the units agree, if there is one."""
    found = factors.factor(units, owner, side.source, between)
    if "such as" in found:
        return found
    if rate := _missing_rate(units, power_of(between, -1)):
        return f"{rate}, and multiply by it"
    by = found or f"one side has {units.show(between)} too much: divide by it"
    return f"{by}, or declare the unit that the formula gives"


def _missing_rate(units: UnitAlgebra, between: Atoms) -> str:
    """Return that the rate of two currencies is missing, where nothing else is between two units."""
    # A prefix stands before the code in the name of an atom: kiloUSD.
    codes = {name[-3:]: power for name, power in units.left_over(between)}
    match sorted(codes.items(), key=lambda item: -item[1]):
        case [(above, 1), (below, -1)] if is_currency(above) and is_currency(below):
            return f"a rate in {above}/{below} is missing: give it as a quantity"
    return ""


def _reads(id_: str, other: str, feeds: Mapping[str, tuple[str, ...]]) -> bool:
    """Return whether a quantity is computed from another one, or is that itself."""
    waiting, seen = [id_], {id_}
    while waiting:
        current = waiting.pop()
        if current == other:
            return True
        new = set(feeds.get(current, ())) - seen
        seen |= new
        waiting += new
    return False
