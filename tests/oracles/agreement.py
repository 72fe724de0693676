"""Whether a spreadsheet computes what the file says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from openpyxl.utils.cell import get_column_letter, range_boundaries

from tests.oracles.contents import Cells, cached, formulas

CLOSE: Final = 1e-12
# Gnumeric adds in more digits than a number has, and HyperFormula rounds to ten of them.
CLOSE_ELSEWHERE: Final = 1e-9
# Spreadsheets look for a rate by trying, and stop before its last digits; the engine's own is proved by its residual.
_CLOSE_OF_TRIED: Final = 1e-9
_TRIES: Final = re.compile(r"\bX?IRR\(")
_REFERENCE: Final = re.compile(r"(?:(\w+)!)?(\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)")

Cell = tuple[str, str]


def differences(content: bytes, values: Cells, close: float = CLOSE) -> list[str]:
    """Return each formula cell whose value in the file is not what a spreadsheet computed, to so small a part."""
    own, spelled = cached(content), formulas(content)
    assert spelled
    return [
        f"{sheet}!{address} {spelled[sheet, address]}: file {own.get((sheet, address))}, computed {values.get((sheet, address))}"
        for sheet, address in spelled
        if not agree(own, values, (sheet, address), spelled, close)
    ]


def agree(own: Cells, values: Cells, cell: Cell, spelled: Mapping[Cell, str], close: float) -> bool:
    """Return whether two values agree as closely as that or, where terms cancel, to as much of the largest operand."""
    value, computed, formula = own.get(cell), values.get(cell), spelled[cell]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value is not None and value == computed
    if isinstance(computed, bool) or not isinstance(computed, int | float):
        return False
    if abs(value - computed) <= close * max(abs(value), abs(computed)):
        return True
    operands = used(cell[0], formula)
    size = max(abs(value), abs(computed))
    if "-" in formula or "+" in formula or "SUM" in formula:
        size = max(size, largest(own, operands))
    if abs(value - computed) <= close * size:
        return True
    if abs(value - computed) <= close * largest(own, left_over(own, values, operands, spelled, close)):
        return True
    # What is left of the flows at such a rate is next to nothing: the flows, one step below, say how much that is.
    flows = [place for operand in operands for place in used(operand[0], spelled.get(operand, ""))]
    size = max(size, largest(own, flows))
    return abs(value - computed) <= max(close, _CLOSE_OF_TRIED) * size and rests_on(_TRIES, cell, spelled)


def left_over(
    own: Cells, values: Cells, operands: Iterable[Cell], spelled: Mapping[Cell, str], close: float
) -> set[Cell]:
    """Return the terms of operands that are what was left when these cancelled, and of what such a rest came from."""
    found: set[Cell] = set()
    waiting = list(operands)
    while waiting:
        cell = waiting.pop()
        one, other = own.get(cell), values.get(cell)
        if isinstance(one, int | float) and isinstance(other, int | float) and cell in spelled:
            below = [place for place in used(cell[0], spelled[cell]) if place not in found]
            if abs(one - other) > close * max(abs(one), abs(other)):
                found.update(below)
                waiting += below
    return found


def largest(own: Cells, places: Iterable[Cell]) -> float:
    """Return the largest size of the numbers in cells."""
    numbers = [own.get(place) for place in places]
    return max([abs(number) for number in numbers if isinstance(number, int | float)], default=0)


# Of a cell that is off, whatever it comes from is gone through, and most of that again for the next one.
@lru_cache(maxsize=1 << 17)
def used(sheet: str, formula: str) -> tuple[Cell, ...]:
    """Return the cells that a formula names, those of its ranges included."""
    return tuple(_used(sheet, formula))


def _used(sheet: str, formula: str) -> Iterator[Cell]:
    for other, named in _REFERENCE.findall(formula):
        left, top, right, bottom = range_boundaries(named.replace("$", ""))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                yield other or sheet, f"{get_column_letter(column)}{row}"


def rests_on(pattern: re.Pattern[str], cell: Cell, spelled: Mapping[Cell, str]) -> bool:
    """Return whether a cell comes from a formula with something in it, such as a rate that is looked for by trying."""
    waiting, seen = [cell], {cell}
    while waiting:
        current = waiting.pop()
        formula = spelled.get(current, "")
        if pattern.search(formula):
            return True
        below = [place for place in used(current[0], formula) if place not in seen]
        seen.update(below)
        waiting += below
    return False
