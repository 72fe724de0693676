"""Whether a spreadsheet computes what the file says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from openpyxl.utils.cell import get_column_letter, range_boundaries

from tests.oracles.contents import Cells, Value, cached, formulas

_CLOSE: Final = 1e-12
# Spreadsheets look for a rate by trying, and stop before its last digits; the engine's own is proved by its residual.
_CLOSE_OF_TRIED: Final = 1e-9
_TRIES: Final = re.compile(r"\bX?IRR\(")
_REFERENCE: Final = re.compile(r"(?:(\w+)!)?(\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)")

Cell = tuple[str, str]


def differences(content: bytes, values: Cells) -> list[str]:
    """Return each formula cell whose value in the file is not what a spreadsheet computed."""
    own, spelled = cached(content), formulas(content)
    assert spelled
    return [
        f"{sheet}!{address} {spelled[sheet, address]}: file {own.get((sheet, address))}, computed {values.get((sheet, address))}"
        for sheet, address in spelled
        if not agree(own, (sheet, address), values.get((sheet, address)), spelled)
    ]


def agree(own: Cells, cell: Cell, computed: Value, spelled: Mapping[Cell, str]) -> bool:
    """Return whether two values agree to 1e-12 of themselves or, where terms cancel, of the largest operand."""
    value, formula = own.get(cell), spelled[cell]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value is not None and value == computed
    if isinstance(computed, bool) or not isinstance(computed, int | float):
        return False
    size = max(abs(value), abs(computed))
    if abs(value - computed) <= _CLOSE * size:
        return True
    operands = list(used(cell[0], formula))
    if "-" in formula or "+" in formula or "SUM" in formula:
        size = max(size, largest(own, operands))
    if abs(value - computed) <= _CLOSE * size:
        return True
    # What is left of the flows at such a rate is next to nothing: the flows, one step below, say how much that is.
    flows = [place for operand in operands for place in used(operand[0], spelled.get(operand, ""))]
    size = max(size, largest(own, flows))
    return abs(value - computed) <= _CLOSE_OF_TRIED * size and is_tried(cell, spelled)


def largest(own: Cells, places: Iterable[Cell]) -> float:
    """Return the largest size of the numbers in cells."""
    numbers = [own.get(place) for place in places]
    return max([abs(number) for number in numbers if isinstance(number, int | float)], default=0)


def used(sheet: str, formula: str) -> Iterator[Cell]:
    """Yield the cells that a formula names, those of its ranges included."""
    for other, named in _REFERENCE.findall(formula):
        left, top, right, bottom = range_boundaries(named.replace("$", ""))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                yield other or sheet, f"{get_column_letter(column)}{row}"


def is_tried(cell: Cell, spelled: Mapping[Cell, str]) -> bool:
    """Return whether a cell comes from a rate that is looked for by trying."""
    waiting, seen = [cell], {cell}
    while waiting:
        current = waiting.pop()
        formula = spelled.get(current, "")
        if _TRIES.search(formula):
            return True
        below = [place for place in used(current[0], formula) if place not in seen]
        seen.update(below)
        waiting += below
    return False
