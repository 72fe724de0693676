"""The table of pint's units, read once: their names, their dimensions and their exact sizes.

It is made from pint by ``python -m engine.units.catalog.generate``, and a test holds it against pint, name by name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, Final

from engine.units.unit import Dimensionality, arrange

FILE: Final = "pint.json"


@dataclass(frozen=True, slots=True)
class Prefix:
    """A prefix: pint's word for it, and its exact size."""

    name: str
    size: Fraction


@dataclass(frozen=True, slots=True)
class Measure:
    """What a unit is: its dimension, and how many root units make one, exactly."""

    dimension: Dimensionality
    size: Fraction


class Table:
    """What pint's definitions say."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Take the table as its file has it."""
        self._units: Mapping[str, Mapping[str, Any]] = data["units"]
        self.dimensions: frozenset[str] = frozenset(data["dimensions"])
        self.prefixes = {written: Prefix(name, Fraction(size)) for written, name, size in data["prefixes"]}

    @cached_property
    def units(self) -> Mapping[str, str]:
        """Return pint's word for each name of a unit."""
        return {alias: name for name, unit in self._units.items() for alias in (name, *unit["names"])}

    def measure(self, name: str) -> Measure | None:
        """Return what a unit is, by pint's word for it; None for one without a plain size, such as a logarithm."""
        unit = self._units.get(name)
        if unit is None or "size" not in unit:
            return None
        powers = {base: Fraction(power) for base, power in unit["dimension"].items()}
        whole = {base: int(power) if power.denominator == 1 else power for base, power in powers.items()}
        return Measure(arrange(whole), Fraction(unit["size"]))


@lru_cache(maxsize=1)
def table() -> Table:
    """Return the table that is shipped."""
    return Table(json.loads(files(__package__).joinpath(FILE).read_text(encoding="utf-8")))
