"""Formulas of lines that stand again further down, each block of them in terms of itself: spelled once for all."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from exports.workbook.formulas.addresses import along_all
from exports.workbook.formulas.excel import LONGEST, ExcelLimit

_LINE: Final = re.compile(r"\$([0-9]+)")


class Repeated:
    """The formulas of one line of a block, side by side, for any block of the same lines above or below.

    They are told by how two blocks write them for all columns: where these differ is a line that goes down with the
    block. Raises ExcelLimit where they differ otherwise, as at the bound of what Excel can hold.
    """

    def __init__(self, template: str, further_down: str, columns: Collection[int]) -> None:
        text, self._moving = _take_apart(template, further_down)
        self._texts = along_all(text, columns)

    def moved(self, lines: int) -> list[str]:
        """Return the formulas of a block that stands so many lines below the first of the two."""
        moved = tuple([line + lines for line in self._moving])
        return [text % moved for text in self._texts]


def _take_apart(formula: str, further_down: str) -> tuple[str, tuple[int, ...]]:
    """Return a formula with a place for each line that moves, and these lines."""
    pieces, others = _LINE.split(formula.replace("%", "%%")), _LINE.split(further_down.replace("%", "%%"))
    if pieces[::2] != others[::2]:
        message = f"the formula has {len(formula):,} characters in Excel, and {LONGEST:,} are the most"
        raise ExcelLimit(message)
    moving = []
    for at in range(1, len(pieces), 2):
        if pieces[at] != others[at]:
            moving.append(int(pieces[at]))
            pieces[at] = "%d"
        pieces[at] = f"${pieces[at]}"
    return "".join(pieces), tuple(moving)
