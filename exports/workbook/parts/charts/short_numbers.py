"""Numbers as short texts below bars and in legends: in cells of their own, so that no formula is long."""

from __future__ import annotations

from math import floor, log10

from engine.units.unit import Unit
from exports.style.a1 import letter
from exports.style.number_format import for_result, in_text
from exports.workbook.layout.grid import SheetCell


def in_short(columns: tuple[int, int, int, int], number: int, value: float, unit: Unit) -> dict[int, SheetCell]:
    """Return the cells of a line for the size of a number, the power of ten of that, and the number as a text.

    The first of the columns holds the number.
    """
    own, size, power, text = columns
    cells = (f"{letter(own)}{number}", f"{letter(size)}{number}", f"{letter(power)}{number}")
    words, spelled = in_text(cells, value, unit)
    exponent = float(floor(log10(abs(value)))) if value else 0.0
    return {
        size: SheetCell(abs(value), "calculation", for_result(unit, [value]), formula=f"=ABS({cells[0]})"),
        power: SheetCell(exponent, "calculation", "0", formula=f"=IF({cells[1]}=0,0,INT(LOG10({cells[1]})))"),
        text: SheetCell(words, "text_right", formula=f'={spelled}&""'),
    }
