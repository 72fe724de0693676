"""Whether a spreadsheet computes what the file says."""

from __future__ import annotations

import re
from typing import Final

from tests.oracles.contents import Cells, Value, cached, formulas

_CLOSE: Final = 1e-12
_REFERENCE: Final = re.compile(r"(?:(\w+)!)?(\$?[A-Z]+\$?\d+)")


def differences(content: bytes, values: Cells) -> list[str]:
    """Return each formula cell whose value in the file is not what a spreadsheet computed."""
    own, spelled = cached(content), formulas(content)
    assert spelled
    return [
        f"{sheet}!{address} {spelled[sheet, address]}: file {own.get((sheet, address))}, computed {values.get((sheet, address))}"
        for sheet, address in spelled
        if not agree(own, (sheet, address), values.get((sheet, address)), spelled[sheet, address])
    ]


def agree(own: Cells, cell: tuple[str, str], computed: Value, formula: str) -> bool:
    """Return whether two values agree to 1e-12 of themselves or, where terms cancel, of the largest operand."""
    value = own.get(cell)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value is not None and value == computed
    if isinstance(computed, bool) or not isinstance(computed, int | float):
        return False
    size = max(abs(value), abs(computed))
    if abs(value - computed) > _CLOSE * size and ("-" in formula or "+" in formula):
        places = [(sheet or cell[0], address.replace("$", "")) for sheet, address in _REFERENCE.findall(formula)]
        operands = [own.get(place) for place in places]
        size = max([size, *(abs(operand) for operand in operands if isinstance(operand, int | float))])
    return abs(value - computed) <= _CLOSE * size
