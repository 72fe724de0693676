"""The one door to pint: what the names in a unit's text mean, by the table first, by pint where that lacks a name."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from importlib.resources import files
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from engine.units.catalog.names import Names
from engine.units.catalog.table import Measure, table
from engine.units.catalog.terms import Terms, read_terms
from engine.units.grammar import DIMENSION
from engine.units.unit import Exponent, arrange, exact

if TYPE_CHECKING:
    import pint

    PintQuantity = pint.Quantity[Any]

_INFORMATION: Final = "information"
_PURE: Final = "dimensionless"  # which is no unit in pint's table, and has a meaning all the same


class Registry:
    """Pint's units and those that one model defines."""

    def __init__(self) -> None:
        self._table = table()
        self._names = Names(self._table.units, self._table.prefixes)
        self._own: dict[str, Measure | Terms | None] = {}
        self._definitions: list[str] = []
        self._measured: dict[str, Measure | None] = {}

    def define(self, name: str, definition: str) -> None:
        """Define a unit, as a dimension or by others; raise what pint raises where it cannot be read."""
        meaning = _meaning(definition)
        if meaning is None or "_pint" in self.__dict__:
            self._pint.define(f"{name} = {definition}")
        self._definitions.append(f"{name} = {definition}")
        self._names.add(name)
        self._own[name] = meaning

    def has_dimension(self, dimension: str) -> bool:
        """Return whether pint has units of a dimension: ``[length]``."""
        return dimension in self._table.dimensions

    def canonical(self, name: str) -> str:
        """Return pint's own name for a unit, '' for one that is not known."""
        known = self._name(name)
        if known is not None or (name.isidentifier() and self._names.read(name) is None and name != _PURE):
            return known or ""
        try:
            return str(self._pint.parse_units(name))
        except Exception:  # noqa: BLE001  # pint raises many kinds; each means that it does not know the name
            return ""

    def powers(self, text: str) -> Mapping[str, Exponent]:
        """Return the power of each of pint's names in a text; raise what pint raises where it cannot be read."""
        terms = read_terms(text)
        if terms is not None and terms.number == 1:
            powers: dict[str, Exponent] = {}
            for written, power in terms.powers.items():
                name = self._name(written)
                if name is None:
                    break
                powers[name] = powers.get(name, 0) + power
            else:
                return {name: power for name, power in powers.items() if power}
        read = self._pint.parse_units(text, as_delta=False)._units  # noqa: SLF001  # pint has no public view
        return {str(name): exact(power) for name, power in read.items()}

    def measure(self, name: str) -> Measure | None:
        """Return what pint's name for a unit means, None for one that does not begin at zero; raise as pint does."""
        if name not in self._measured:
            self._measured[name] = self._known(name, frozenset()) or asked_measure(self._pint, name)
        return self._measured[name]

    def quantity(self, value: float, text: str) -> PintQuantity:
        """Return a value in a unit as pint has it."""
        made: PintQuantity = self._pint.Quantity(value, self._pint.parse_units(text))
        return made

    @cached_property
    def _pint(self) -> Any:  # noqa: ANN401  # a registry with Fractions has no name among pint's types
        registry = pint_registry()
        for definition in self._definitions:
            registry.define(definition)
        return registry

    def _name(self, written: str) -> str | None:
        """Return pint's name for a name; None where pint is to say what it means, or why it means nothing."""
        reading = self._names.read(written)
        if reading is None or (reading.prefix and not reading.is_own and self._table.measure(reading.unit) is None):
            return None
        return reading.name

    def _known(self, name: str, within: frozenset[str]) -> Measure | None:
        """Return what the table and the model's definitions say of a unit; None where pint is to be asked."""
        if name in self._measured:
            return self._measured[name]
        reading = self._names.read(name)
        if reading is None or reading.unit in within:
            return None
        meaning = self._own[reading.unit] if reading.is_own else self._table.measure(reading.unit)
        if isinstance(meaning, Terms):
            meaning = self._product(meaning, within | {reading.unit})
        return meaning and Measure(meaning.dimension, reading.size * meaning.size)

    def _product(self, terms: Terms, within: frozenset[str]) -> Measure | None:
        size, powers = terms.number, dict[str, Exponent]()
        for written, power in terms.powers.items():
            name = self._name(written)
            one = name and self._known(name, within)
            if not one:
                return None
            size *= one.size**power
            for base, exponent in one.dimension:
                powers[base] = powers.get(base, 0) + exponent * power
        return Measure(arrange(powers), size)


def pint_registry() -> Any:  # noqa: ANN401  # a registry with Fractions has no name among pint's types
    """Return pint's units, each with an exact size."""
    import pint  # noqa: PLC0415  # a quarter of a second, for what few models write

    # Fractions keep every factor exact, so that one day in seconds is 86400 whichever way it was reached. Definitions
    # loaded afterwards are worked out when asked for; otherwise pint works out all its thousand units at once.
    registry: Any = pint.UnitRegistry(None, non_int_type=Fraction)
    registry.load_definitions(str(files("pint") / "default_en.txt"))
    # A unit of its own, so that whoever writes it is seen to mean 365.25 days.
    registry.define("julian_year = 31557600 second")
    return registry


def _meaning(definition: str) -> Measure | Terms | None:
    """Return what a definition says; None where it is for pint to understand."""
    if DIMENSION.fullmatch(definition):
        return Measure(((definition.strip("[]"), 1),), Fraction(1))
    return read_terms(definition)


def asked_measure(registry: Any, name: str) -> Measure | None:  # noqa: ANN401  # a registry with Fractions has no name among pint's types
    """Return what pint says of a unit; None for one that does not begin at zero; raise what pint raises."""
    unit = registry.parse_units(name)
    # Only a unit with an offset or a logarithm puts zero elsewhere: 0 degC is 273.15 K, 0 dB is 1.
    if registry.Quantity(0, unit).to_root_units().magnitude != 0:
        return None
    size, root = registry.get_root_units(unit)
    powers = {str(base).strip("[]"): exact(power) for base, power in registry.get_dimensionality(unit).items()}
    # pint has bits as pure numbers; here a gigabyte does not add to 3.
    powers[_INFORMATION] = exact(dict(root._units).get("bit", 0))  # noqa: SLF001  # no public view
    return Measure(arrange(powers), Fraction(size) if isfinite(size) else Fraction(0))
