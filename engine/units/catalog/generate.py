"""Make the table of pint's units anew: ``python -m engine.units.catalog.generate``, after pint has changed its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine.units.catalog.registry import asked_measure, pint_registry
from engine.units.catalog.table import FILE


def generate() -> str:
    """Return the table's text, a unit a line."""
    registry = pint_registry()
    # Before pint is asked anything: it adds to its own whatever it reads.
    names: dict[str, list[str]] = {}
    for alias, definition in registry._units.items():  # noqa: SLF001  # pint has no public list
        names.setdefault(str(definition.name), []).append(alias)
    prefixes = [
        [written, str(one.name), str(one.converter.scale)]
        for written, one in registry._prefixes.items()  # noqa: SLF001
    ]
    dimensions = sorted(registry._dimensions)  # noqa: SLF001
    units = [f"{json.dumps(name)}: {json.dumps(_unit(registry, name, aliases))}" for name, aliases in names.items()]
    head = f'"prefixes": {json.dumps(prefixes)},\n"dimensions": {json.dumps(dimensions)}'
    listed = ",\n".join(units)
    return f'{{{head},\n"units": {{\n{listed}\n}}}}\n'


def _unit(registry: Any, name: str, aliases: list[str]) -> dict[str, Any]:  # noqa: ANN401  # a registry with Fractions has no name
    made: dict[str, Any] = {"names": [alias for alias in aliases if alias != name]}
    try:
        measure = asked_measure(registry, name)
    except (ValueError, ArithmeticError, AttributeError, KeyError, TypeError):
        return made
    if measure is not None:
        made["size"] = str(measure.size)
        made["dimension"] = {base: str(power) for base, power in measure.dimension}
    return made


if __name__ == "__main__":
    Path(__file__).with_name(FILE).write_text(generate(), encoding="utf-8")
