"""Units compared by dimension and factor: when two agree, and the visible constants that turn one into the other."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction

from engine.units.unit import Atoms, Dimensionality, Exponent, arrange, power_of, power_text, product, quotient


@dataclass(frozen=True, slots=True)
class Conversion:
    """A visible constant: `value` of `small` make one `large`; both are readable names of units."""

    id: str
    large: str
    small: str
    value: float
    atoms: Atoms = ()

    @property
    def label(self) -> str:
        """Return what the constant says."""
        return f"{self.small} per {self.large}"

    @property
    def unit(self) -> str:
        """Return the constant's unit, as text for a reader."""
        return f"{self.small}/{self.large}" if re.fullmatch(r"\w+", self.large) else f"{self.small}/({self.large})"


@dataclass(frozen=True, slots=True)
class ConversionStep:
    """One conversion of a value: multiply by the constant, or divide by it."""

    conversion: Conversion
    divide: bool


class UnitAlgebra(ABC):
    """Works on units as products of atoms; what an atom is, a subclass knows."""

    def __init__(self) -> None:
        self.spelling: dict[str, str] = {}
        self._dimensions: dict[Atoms, Dimensionality] = {}
        self._conversions: dict[tuple[Atoms, Atoms], tuple[ConversionStep, ...] | None] = {}

    @abstractmethod
    def facts(self, name: str) -> tuple[Dimensionality, Fraction]:
        """Return an atom's dimension and its exact size in root units."""

    def dimension(self, atoms: Atoms) -> Dimensionality:
        """Return the dimension, sorted by name: (("compute", 1), ("time", -1))."""
        if atoms not in self._dimensions:
            powers: dict[str, Exponent] = {}
            for name, exponent in atoms:
                for base, power in self.facts(name)[0]:
                    powers[base] = powers.get(base, 0) + power * exponent
            self._dimensions[atoms] = arrange(powers)
        return self._dimensions[atoms]

    def factor(self, atoms: Atoms) -> Fraction:
        """Return how many root units make one of these; exact where the exponents are whole."""
        product = Fraction(1)
        for name, exponent in atoms:
            size = self.facts(name)[1]
            whole = exponent == int(exponent)
            product *= Fraction(size ** int(exponent)) if whole else Fraction(float(size) ** float(exponent))
        return product

    def convert(self, source: Atoms, target: Atoms) -> tuple[ConversionStep, ...] | None:
        """Return the constants that turn a value in `source` into `target`; None where their dimensions differ."""
        pair = source, target
        if pair not in self._conversions:
            self._conversions[pair] = self._convert(source, target)
        return self._conversions[pair]

    def show(self, atoms: Atoms) -> str:
        """Return atoms for a reader, same dimensions cancelled: ``s·GPU``; ``a pure number`` for none."""
        rest = self._cancelled(atoms)[0]
        return self.text(rest) or "a pure number"

    def left_over(self, atoms: Atoms) -> Atoms:
        """Return atoms without those whose dimensions cancel."""
        return self._cancelled(atoms)[0]

    def show_dimension(self, atoms: Atoms) -> str:
        """Return the dimension for a reader: ``[time · gpu]``."""
        dimension = self.dimension(atoms)
        above = " · ".join(power_text(name, power) for name, power in dimension if power > 0)
        below = "".join(f" / {power_text(name, -power)}" for name, power in dimension if power < 0)
        return f"[{above or '1' * bool(below)}{below}]" if dimension else "[]"

    def _convert(self, source: Atoms, target: Atoms) -> tuple[ConversionStep, ...] | None:
        if self.dimension(source) != self.dimension(target):
            return None
        between = quotient(source, target)
        if self.factor(between) == 1:
            return ()
        rest, pairs = self._cancelled(between)
        if self.factor(rest) == 1:
            return tuple(self._step(product(((a, n),), ((b, -n),))) for a, b, n in pairs if self._differ(a, b))
        return (self._step(between),)

    def _differ(self, a: str, b: str) -> bool:
        return self.facts(a)[1] != self.facts(b)[1]

    def _cancelled(self, atoms: Atoms) -> tuple[Atoms, list[tuple[str, str, Exponent]]]:
        """Pair atoms of one dimension with opposite exponents: the rest, and (above, below, exponent) taken out."""
        left = dict(atoms)
        pairs: list[tuple[str, str, Exponent]] = []
        for above in [name for name, power in atoms if power > 0]:
            for below in [name for name, power in atoms if power < 0]:
                taken = min(left[above], -left[below])
                if taken > 0 and self.facts(above)[0] == self.facts(below)[0]:
                    left[above] -= taken
                    left[below] += taken
                    pairs.append((above, below, taken))
        return arrange(left), pairs

    def _step(self, between: Atoms) -> ConversionStep:
        """Return the constant for a ratio of units, the way round that prints shortest."""
        ratio = self.factor(between)
        divide = _awkward(1 / ratio) < _awkward(ratio)
        atoms = power_of(between, -1) if divide else between
        large = tuple((name, power) for name, power in atoms if power > 0)
        small = tuple((name, -power) for name, power in atoms if power < 0)
        name = "_per_".join("_".join(_identifier(n, p) for n, p in part) or "one" for part in (small, large))
        value = float(self.factor(atoms))
        if not value:
            raise OverflowError
        return ConversionStep(
            Conversion(f"{name}_", self.text(large) or "1", self.text(small) or "1", value, atoms), divide
        )

    def text(self, atoms: Atoms) -> str:
        """Return atoms for a reader just as they are: ``hour/day``."""
        spelled = [(self.spelling.get(name, name), power) for name, power in atoms]
        above = "·".join(power_text(name, power) for name, power in spelled if power > 0)
        below = "".join(f"/{power_text(name, -power)}" for name, power in spelled if power < 0)
        return f"{above or '1' * bool(below)}{below}"


def _identifier(name: str, power: Exponent) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower().replace("own_", "")).strip("_") or "unit"
    return plain if power == 1 else f"{plain}{str(power).replace('/', '_')}"


def _awkward(ratio: Fraction) -> tuple[bool, bool, bool]:
    """Sort key: whole numbers first, then finite decimals, then what is above one."""
    below = ratio.denominator
    for prime in (2, 5):
        while below % prime == 0:
            below //= prime
    return ratio.denominator != 1, below != 1, ratio < 1
