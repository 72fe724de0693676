"""Units as products of atoms: named units with exponents, as TFLOP/s is ``teraFLOP`` to 1 and ``second`` to -1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

Exponent = int | Fraction
Atoms = tuple[tuple[str, Exponent], ...]
Dimensionality = tuple[tuple[str, Exponent], ...]

PURE: Final[Atoms] = ()
_SUPERSCRIPTS: Final = str.maketrans("0123456789-/.", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᐟ·")


@dataclass(frozen=True, slots=True)
class Unit:
    """A declared unit: its text, its atoms without percent, and whether it shows a fraction as percent."""

    text: str
    atoms: Atoms
    percent: bool = False

    @property
    def words(self) -> str:
        """Return the unit for a reader, '' for a pure number."""
        return "" if self.text == "1" else self.text

    @property
    def for_readers(self) -> str:
        """Return the unit as it stands along an axis: square metres with a raised 2."""
        return self.words.replace("**2", "²").replace("**3", "³").replace(" * ", "·").replace("_", " ")

    @property
    def suffix(self) -> str:
        """Return what stands behind a number: the unit after a space, '' for a pure one."""
        return f" {self.words}" if self.words else ""

    @property
    def scale(self) -> int:
        """Return what a stored value is multiplied by when it is shown: 100 for percent."""
        return 100 if self.percent else 1


@lru_cache(maxsize=100_000)
def product(left: Atoms, right: Atoms) -> Atoms:
    """Return the atoms of a product."""
    powers: dict[str, Exponent] = dict(left)
    for name, power in right:
        powers[name] = powers.get(name, 0) + power
    return arrange(powers)


@lru_cache(maxsize=100_000)
def quotient(left: Atoms, right: Atoms) -> Atoms:
    """Return the atoms of a quotient."""
    return product(left, power_of(right, -1))


@lru_cache(maxsize=10_000)
def power_of(atoms: Atoms, exponent: Exponent) -> Atoms:
    """Return the atoms of a power."""
    return arrange({name: exact(power * exponent) for name, power in atoms})


def exact(power: float | Fraction) -> Exponent:
    """Return an exponent as a whole number or a small fraction."""
    fraction = Fraction(power).limit_denominator(1000)
    return fraction.numerator if fraction.denominator == 1 else fraction


def arrange(powers: Mapping[str, Exponent]) -> Atoms:
    """Return powers by name in order, without those that cancel."""
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def power_text(name: str, power: Exponent) -> str:
    """Return a power for a reader: ``m²``."""
    return name if power == 1 else f"{name}{str(power).translate(_SUPERSCRIPTS)}"
