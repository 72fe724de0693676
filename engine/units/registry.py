"""What a unit's text means in a model: its atoms, each with its dimension and its exact size."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from engine.units.catalog.names import Names
from engine.units.catalog.registry import Registry
from engine.units.catalog.table import table
from engine.units.conversions import UnitAlgebra
from engine.units.currencies import is_currency
from engine.units.grammar import DIMENSION, NAME, UnitError, mentions, refuse_text
from engine.units.guard import advice, is_misleading, is_own_prefix, refuse_amount
from engine.units.unit import (
    PURE,
    Atoms,
    Dimensionality,
    Unit,
    arrange,
)
from engine.units.unknown import refuse_signs, unknown

if TYPE_CHECKING:
    from engine.units.catalog.registry import PintQuantity

_SMALLEST, _LARGEST, _HIGHEST_POWER = Fraction(1, 10**200), Fraction(10**200), 100
_OWN: Final = "own_"
_INFORMATION: Final = "information"
_DECLARED_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PERCENT: Final = re.compile(r"percent|%")
_FLOPS: Final = re.compile(r"\w*FLOP[sS]")


class Units(UnitAlgebra):
    """The units of one model: pint's, and those that the model declares in ``[units]``."""

    def __init__(self, declared: Iterable[tuple[str, str]] = ()) -> None:
        """Declare units; those that cannot be are in `problems`, each with why."""
        super().__init__()
        self._registry = Registry()
        self._names = Names(table().units, table().prefixes)
        self._declared: dict[str, str] = {}
        self._misleading: list[str] = []
        self._read: dict[str, Unit] = {}
        self._atom_facts: dict[str, tuple[Dimensionality, Fraction]] = {}
        self.problems: dict[str, UnitError] = {}
        for name, definition in declared:
            try:
                self._declare(name, definition)
            except UnitError as problem:
                self.problems[name] = problem
        self._work_out(dict(self._declared))

    def parse(self, text: str) -> Unit:
        """Return what a unit's text means; raise UnitError when it means nothing, or not what it seems to."""
        if text not in self._read:
            self._read[text] = self._parse(text)
        return self._read[text]

    def is_unit(self, text: str) -> bool:
        """Return whether a unit's text means something, and what it seems to."""
        try:
            self.parse(text)
        except UnitError:
            return False
        return True

    def meaning(self, text: str) -> Hashable:
        """Return what a unit's text means, so that h and hour are one; the text itself where it means nothing."""
        try:
            unit = self.parse(text)
            return self.dimension(unit.atoms), self.factor(unit.atoms), unit.percent
        except (UnitError, ValueError):
            return text

    def quantity(self, value: float, unit: Unit) -> PintQuantity:
        """Return a value in its declared unit (50 for 50 percent) as a pint quantity of this model's registry."""
        return self._registry.quantity(value, self._for_pint(unit.text))

    def _declare(self, name: str, definition: str) -> None:
        if not _DECLARED_NAME.fullmatch(name):
            message = f"'{name}' cannot be the name of a unit"
            raise UnitError(message, "names are letters, digits and _, and begin with a letter")
        definition = definition.strip()
        reading = self._names.read(name)
        misleads = reading is not None and is_misleading(name, reading)
        if not misleads and not _FLOPS.fullmatch(name) and self._canonical(name):
            message = f"'{name}' is already a unit: {self._meaning(name)}"
            raise UnitError(message, f"use it as it is, or choose another name, such as my_{name.lower()}")
        if DIMENSION.fullmatch(definition):
            self._refuse_second(name, definition)
        else:
            refuse_signs(definition, self._declared)
            refuse_text(definition)
            self._refuse_misleading(definition)
        if misleads:
            self._misleading.append(name)
        try:
            # A misleading name keeps its meaning for pint's own units: a short_ton is one where ton is declared anew.
            self._registry.define(f"{_OWN * misleads}{name}", self._for_pint(definition))
        except Exception as problem:  # noqa: BLE001  # pint raises many kinds; each means that it cannot read it
            message = f"'{name}' cannot be declared as \"{definition}\": {problem}"
            raise UnitError(
                message, 'write "[dimension]" for a new kind of thing, or a product such as "60 s"'
            ) from None
        self._declared[name] = definition
        if not misleads:
            self._names.add(name)

    def _refuse_second(self, name: str, definition: str) -> None:
        first = next((other for other, text in self._declared.items() if text == definition), "")
        if first:
            message = (
                f"'{name}' and '{first}' are both declared on {definition}, so they would add as if they were equal"
            )
            raise UnitError(
                message,
                f'give it a dimension of its own, {name} = "[{name.lower()}]", and a rate as a quantity;'
                f' or a fixed size, {name} = "1.1 {first}"',
            )
        if definition == f"[{_INFORMATION}]" or self._registry.has_dimension(definition):
            message = f"{definition} already has units of its own"
            raise UnitError(message, f'choose another dimension, such as "[{name.lower()}]", or declare a multiple')

    def _canonical(self, name: str) -> str:
        """Return pint's own name for a unit, or '' for one that it does not know."""
        return self._registry.canonical(self._for_pint(name))

    def _work_out(self, waiting: dict[str, str]) -> None:
        """Work out declared units, each after those that it is made of, so that sizes are bounded step by step."""
        while waiting:
            ready = [name for name, text in waiting.items() if not any(mentions(text, other) for other in waiting)]
            for name in ready or list(waiting):
                definition = waiting.pop(name)
                problem = self._worked_out(name, definition) if ready else _circular(name)
                if problem is not None:
                    self.problems[name] = problem

    def _for_pint(self, text: str) -> str:
        """Return a unit's text in pint's words: declared names that mislead are replaced, with a prefix and without."""

        def replaced(match: re.Match[str]) -> str:
            used = match.group()
            name = self._stands_for(used)
            return f"{used.removesuffix(name)}{_OWN}{name}" if name else used

        plain = text.replace("·", "*").replace("%", "percent")
        return NAME.sub(replaced, plain) if self._misleading and not DIMENSION.fullmatch(text) else plain

    def _stands_for(self, used: str) -> str:
        """Return the misleading name, declared by the model, that a name is, with a prefix or without; '' for none."""
        if used in self._declared and used not in self._misleading:
            return ""
        endings = [name for name in self._misleading if used.endswith(name)]
        return next((name for name in endings if is_own_prefix(self._names, used.removesuffix(name))), "")

    def declared_in(self, used: str) -> tuple[str, str]:
        """Return the prefix and the declared unit that a name is: ("k", "USD") for kUSD, two '' for another's unit."""
        if used in self._declared:
            return "", used
        if name := self._stands_for(used):
            return used.removesuffix(name), name
        reading = self._names.read(used)
        return (reading.written, reading.alias) if reading is not None and reading.is_own else ("", "")

    def _worked_out(self, name: str, definition: str) -> UnitError | None:
        broken = next((other for other in self.problems if mentions(definition, other)), "")
        if broken:
            return UnitError(f"'{name}' is made of '{broken}', which cannot be declared", f"mend '{broken}' first")
        try:
            self.facts(self.parse(name).atoms[0][0])
        except UnitError as problem:
            return problem
        return None

    def _meaning(self, name: str) -> str:
        """Return what pint takes a name for: ``quarter, [mass]``, ``milli-metric ton, [mass]``."""
        canonical, reading = self._canonical(name), self._names.read(name)
        try:
            dimension = self.show_dimension(((canonical, 1),))
        except UnitError:
            return f"{canonical}, a logarithm"
        return f"{reading.words if reading else canonical}, {'a pure number' if dimension == '[]' else dimension}"

    def _parse(self, text: str) -> Unit:
        stripped = text.strip()
        if stripped == "1":
            return Unit(text, PURE)
        refuse_signs(stripped, self._declared)
        refuse_text(stripped)
        self._refuse_misleading(stripped)
        try:
            powers = dict(self._registry.powers(self._for_pint(stripped)))
        except Exception as problem:  # noqa: BLE001  # pint raises many kinds; each means that it cannot read it
            raise self._unknown(stripped, problem) from None
        percent = powers.pop("percent", 0)
        if percent not in {0, 1} or len(_PERCENT.findall(stripped)) > 1:
            message = f"'{stripped}' has percent where it cannot be shown as a fraction"
            raise UnitError(message, 'percent may stand once, above the line; write a pure number as "1"')
        unit = Unit(text, arrange(powers), bool(percent))
        self._remember_spelling(stripped, unit.atoms)
        self.dimension(unit.atoms)
        return unit

    def _remember_spelling(self, text: str, atoms: Atoms) -> None:
        for written in NAME.findall(text):
            for name, _ in atoms:
                if name not in self.spelling and self._canonical(written) == name:
                    self.spelling[name] = written

    def _refuse_misleading(self, text: str) -> None:
        refuse_amount(text, self._declared)
        for name in NAME.findall(text):
            if name in self._declared or self._stands_for(name):
                continue
            reading = self._names.read(name)
            if reading is not None and is_misleading(name, reading):
                message = f"'{name}' is misleading: it is read as {self._meaning(name)}"
                raise UnitError(message, advice(name, reading, next(filter(is_currency, self._declared), "")))
            if _FLOPS.fullmatch(name):
                flop = name[:-1]
                message = f"'{name}' may be an amount or a rate"
                raise UnitError(message, f"write {flop} for an amount of compute, {flop}/s for a rate")

    def _unknown(self, text: str, problem: Exception) -> UnitError:
        if "scaling factor" in str(problem):
            return UnitError(f"the unit '{text}' has a number in it", "a multiple is declared under [units]")
        names = [name for name in NAME.findall(text) if name != "percent" and not self._canonical(name)]
        return unknown(text, names, self._declared, self._passes)

    def _passes(self, text: str) -> bool:
        """Return whether all names in a text are units, and mean what they seem to."""
        readings = [(name, self._names.read(name)) for name in NAME.findall(text) if not self._stands_for(name)]
        return all(reading is not None and not is_misleading(name, reading) for name, reading in readings)

    def facts(self, name: str) -> tuple[Dimensionality, Fraction]:
        """Return an atom's dimension and its exact size in root units; UnitError for one that has none."""
        if name not in self._atom_facts:
            self._atom_facts[name] = self._ask(name)
        return self._atom_facts[name]

    def _ask(self, name: str) -> tuple[Dimensionality, Fraction]:
        try:
            measure = self._registry.measure(name)
        except RecursionError:
            raise _circular(name) from None
        except (ValueError, ArithmeticError, AttributeError, KeyError, TypeError):
            message = f"the unit '{name}' is made of something that is no unit: {self._declared.get(name, name)}"
            raise UnitError(message, f'for a kind of thing of its own, write {name} = "[{name.lower()}]"') from None
        if measure is None:
            written = self.spelling.get(name, name)
            message = f"'{written}' does not begin at zero, so it cannot be multiplied or added"
            hint = "use kelvin, and convert before you enter the value" if "degree" in name else "use a plain ratio"
            raise UnitError(message, hint)
        is_ordinary = _SMALLEST < measure.size < _LARGEST
        if not is_ordinary or any(not -_HIGHEST_POWER <= power <= _HIGHEST_POWER for _, power in measure.dimension):
            message = f"the unit '{name}' has a size or a power that no number can hold"
            raise UnitError(message, "a unit is a positive amount, of ordinary size")
        return measure.dimension, measure.size


@lru_cache(maxsize=16)
def units_of(declared: tuple[tuple[str, str], ...]) -> Units:
    """Return the units for a ``[units]`` table; the same object for the same table, since pint takes half a second."""
    return Units(declared)


def _circular(name: str) -> UnitError:
    hint = f'for a kind of thing of its own, write {name} = "[{name.lower()}]"'
    return UnitError(f"'{name}' is declared in terms of itself", hint)
