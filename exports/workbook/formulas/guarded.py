"""Formulas that say `no value` where they have none, and that go on from cells which say so as from an error.

Spreadsheets skip a text in a range, and take it for larger than any number: there the formulas ask for numbers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from engine.language.functions import COMPARISONS
from engine.language.tree import (
    ZERO,
    Aggregate,
    Call,
    Name,
    Node,
    Pick,
    Previous,
    names,
    rebuilt,
    size,
)
from engine.plan.plan import PLACES
from exports.workbook.formulas import along, cashflows
from exports.workbook.formulas.addresses import At
from exports.workbook.formulas.domains import NOWHERE, domain
from exports.workbook.formulas.excel import DEEPEST, LEAF, LONGEST, NO_VALUE, ExcelLimit, Spelling
from exports.workbook.formulas.references import References
from exports.workbook.layout.geometry import LINE, Block, SheetName
from exports.workbook.layout.rows import RowPlaces

_DISCOUNTS: Final = frozenset({"npv", "xnpv"})
# Tests repeat what they are of: of nested functions they would double at each level.
_LONGEST_TEST: Final = 60
_TAKES_TEXT: Final = COMPARISONS | {"and", "or", "not", "min", "max", "ddb"}

# An end of a range: its column, and its line as a number or as what stands for each.
_END: Final = re.compile(rf"(?P<column>.*?)(?P<line>\$?(?:[0-9]+|{LINE}))")


class GuardedReferences(References):
    """Writes formulas of which those in `fallible` may have no value."""

    def __init__(self, layout: RowPlaces, sheet: SheetName, fallible: Collection[str]) -> None:
        super().__init__(layout, sheet)
        self.fallible = fallible

    def formula(self, node: Node, at: At, owner: str = "") -> str:
        """Return a formula as `References` does; one that Excel could not hold with its guards has none."""
        if owner not in self.fallible:
            return super().formula(node, at, owner)
        try:
            inner, depth = self.spelled(self._asked(node), at, owner)
            found = f'=IFERROR({inner},"{NO_VALUE}")'
            if len(found) <= LONGEST and depth < DEEPEST:
                return found
        except ExcelLimit:
            pass
        return References(self.layout, self.sheet).formula(node, at, owner)

    def number(self, text: str) -> str:
        """Return a reference as an argument of a function that would skip a text."""
        return f"{text}+0" if self.is_guarded else text

    def over_block(self, function: str, block: Block, at: At, spans: Mapping[str, range]) -> tuple[str, int]:
        """Return a function over members of a block, and an error where one of these has no value."""
        text, depth = super().over_block(function, block, at, spans)
        if not self.is_guarded or not function or not text.startswith(f"{function}("):
            return text, depth
        return _of_all(text.removeprefix(function)[1:-1], text), 1 + depth

    def _other(self, node: Aggregate | Previous | Pick, at: At) -> Spelling:
        before = self.is_guarded
        self.is_guarded = isinstance(node, Aggregate) and node.row.id in self.fallible
        text, binds, depth = super()._other(node, at)
        if self.is_guarded and isinstance(node, Aggregate) and _is_over_cells(node):
            cells, deep, _ = along.cells_of(self, node, at)
            text, binds, depth = _of_all(cells, text), LEAF, 1 + max(depth, 1 + deep)
        self.is_guarded = before
        return text, binds, depth

    def _asked(self, node: Node) -> Node:
        """Return a formula that asks for its values first, where spreadsheets give one that is none here.

        There is `+ 0` behind whatever may be a text and stands where one would be taken.
        """
        node = rebuilt(node, self._asked)
        match node:
            case Call("if", (test, *rest)):
                return Call("if", (self._as_number(test), *rest))
            case Call(function, arguments) if function in _TAKES_TEXT:
                node = Call(function, tuple(map(self._as_number, arguments)))
            case Aggregate(function=function, parameters=(first, *rest)) if function in PLACES | _DISCOUNTS:
                node = replace(node, parameters=(self._as_number(first), *rest))
        asked = domain(node)
        if asked is None or size(asked) > _LONGEST_TEST:
            return node
        match node:
            case Call("ddb", (cost, *rest)):
                # A choice stands around this call already; one more would nest three where a decision reads it.
                return Call("ddb", (Call("div", (cost, asked)), *rest))
        return Call("if", (asked, node, NOWHERE))

    def _as_number(self, node: Node) -> Node:
        may_be_text = isinstance(node, Name | Pick | Previous | Aggregate) or (
            isinstance(node, Call) and node.function == "if"
        )
        if may_be_text and any(id_ in self.fallible for id_ in names(node)):
            return Call("add", (node, ZERO))
        return node


def _of_all(cells: str, text: str) -> str:
    """Return a formula that is an error where some of the cells hold no number."""
    areas = [cells] if "(" in cells else cells.split(",")
    return f"IF(COUNT({cells})<{'+'.join(map(_size_of, areas))},NA(),{text})"


def _size_of(area: str) -> str:
    """Return how many cells an area has."""
    if ":" not in area:
        return "1"
    first, *others = [_END.fullmatch(end.rpartition("!")[2]) for end in area.split(":")]
    last = others[0] if len(others) == 1 else None
    if first and last and first["line"] == last["line"]:
        return f"COLUMNS({area})"
    # Some spreadsheets count the lines of a range alone.
    is_column = first and last and first["column"] == last["column"]
    return f"ROWS({area})" if is_column else f"ROWS({area})*COLUMNS({area})"


def _is_over_cells(node: Aggregate) -> bool:
    """Return whether a function takes a range of cells as they stand, each of which must be a number."""
    return cashflows.is_of_flows(node) or (along.is_along(node) and not node.by)
