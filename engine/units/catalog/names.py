"""What a name is read as: a unit, or one with a prefix before it and an s behind it, in pint's order of trial."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from engine.units.catalog.table import Prefix


class Reading(NamedTuple):
    """What a name is taken for: prefix and unit, each as written and in pint's word, and the prefix's size."""

    written: str
    prefix: str
    alias: str
    unit: str
    size: Fraction
    is_own: bool

    @property
    def name(self) -> str:
        """Return pint's own name: ``kilometer``."""
        return f"{self.prefix}{self.unit}"

    @property
    def words(self) -> str:
        """Return the reading for a person: ``milli-metric ton``."""
        return (f"{self.prefix}-{self.unit}" if self.prefix else self.unit).replace("_", " ")


class Names:
    """The names of pint's units and of a model's own."""

    def __init__(self, units: Mapping[str, str], prefixes: Mapping[str, Prefix]) -> None:
        """Take pint's word for each name of a unit, and the prefixes in pint's order of trial."""
        self._units = dict(units)
        self._prefixes = prefixes
        self._own: set[str] = set()

    def add(self, name: str) -> None:
        """Take a unit of the model's."""
        self._units[name] = name
        self._own.add(name)

    def read(self, name: str) -> Reading | None:
        """Return what a name is taken for; None for one that is not known."""
        if name in self._units:
            return self._reading("", name)
        for body, shortest in ((name, 1), (name.removesuffix("s"), 2)):
            for written in self._prefixes:
                alias = body.removeprefix(written)
                if alias in self._units and body.startswith(written) and len(alias) >= shortest:
                    return self._reading(written, alias)
        return None

    def prefix(self, written: str) -> str:
        """Return pint's word for a prefix, '' for none."""
        return self._prefixes[written].name if written in self._prefixes else ""

    def _reading(self, written: str, alias: str) -> Reading:
        prefix = self._prefixes[written]
        unit = self._units[alias]
        return Reading(written, prefix.name, alias, unit, prefix.size, unit in self._own)
