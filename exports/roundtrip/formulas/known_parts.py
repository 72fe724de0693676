"""Parts of a formula that a workbook spells at length, known again by their text: sums over members, rates, curves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.language.tree import Aggregate, Node, Pick, computed, parts
from engine.plan.plan import Plan
from exports.roundtrip.named_lines import Key
from exports.workbook.formulas.addresses import Index, Moving, along
from exports.workbook.formulas.excel import LEAF
from exports.workbook.formulas.references import References
from exports.workbook.layout.rows import Layout

_NAME = "PLAINSHEET_PART_{}"
_BEFORE, _BEHIND = "=(,", "),"


def with_known_parts(planned: Plan, key: Key, formula: str) -> tuple[str, Mapping[str, Node]]:
    """Return a workbook's formula with a name for each part of the row's own that stands in it, and what they are.

    A part is known where its text stands as it was exported; a sum or a product only between brackets.
    """
    row = planned.row(key[0])
    found: dict[str, Node] = {}
    if row.expression is None or not planned.model.dimensions:
        return formula, found
    special = list(_special(planned, row.expression))
    if not special:
        return formula, found
    layout = Layout(planned)
    block = layout.block(row.id)
    references = References(layout, block.sheet)
    at: dict[str, Index] = dict(zip(block.down, list(block.each)[key[1]], strict=True))
    if block.across:
        at[block.across] = Moving()
    for node in special:
        text, binds, _ = references.spell(node, at)
        formula = _replaced(formula, along(text, block.column + max(key[2], 0)), binds, node, found)
    return formula, found


def _special(planned: Plan, node: Node) -> Iterator[Node]:
    """Yield the parts of a formula that the language has words for, and a workbook none, the outermost alone."""
    is_looked_up = isinstance(node, Pick) and any(computed(selector) for selector in node.selectors)
    if node in planned.short or is_looked_up or isinstance(node, Aggregate):
        yield node
        return
    for part in parts(node):
        yield from _special(planned, part)


def _replaced(formula: str, text: str, binds: int, node: Node, found: dict[str, Node]) -> str:
    at = formula.find(text)
    while at >= 0:
        end = at + len(text)
        is_apart = formula[at - 1] in _BEFORE and formula[end : end + 1] in ("", *_BEHIND)
        if binds == LEAF or is_apart:
            name = _NAME.format(len(found) + 1)
            found[name] = node
            formula = f"{formula[:at]}{name}{formula[end:]}"
            end = at + len(name)
        at = formula.find(text, end)
    return formula
