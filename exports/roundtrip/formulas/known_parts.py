"""Parts of a formula that a workbook spells at length, known again by their text: sums over members, rates, curves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

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

    A part is known where its text stands as it was exported; a sum or a product only between brackets, and a rate
    whatever its guess: where a spreadsheet begins to look for it changes no rate.
    """
    row = planned.row(key[0])
    found: dict[str, Node] = {}
    if row.expression is None or not planned.model.dimensions:
        return formula, found
    formula = without_guesses(formula)
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
        bare = replace(node, guess=None) if isinstance(node, Aggregate) else node
        text, binds, _ = references.spell(bare, at)
        text = along(text, block.column + max(key[2], 0))
        formula = _replaced(formula, text, binds, node, found)
    return formula, found


def without_guesses(formula: str) -> str:
    """Return a formula without the guesses of its rates: where a spreadsheet begins to look changes no rate."""
    for name, arguments in (("IRR", 1), ("XIRR", 2)):
        for at in reversed([found.end() for found in re.finditer(rf"(?<!\w){name}\(", formula)]):
            ends = _ends(formula, at)
            if len(ends) > arguments:
                formula = formula[: ends[arguments - 1]] + formula[ends[-1] :]
    return formula


def _ends(formula: str, at: int) -> list[int]:
    """Return where each argument ends of a call whose first one begins at a place."""
    found: list[int] = []
    depth = 0
    for end in range(at, len(formula)):
        if depth == 0 and formula[end] in ",)":
            found.append(end)
        depth += (formula[end] == "(") - (formula[end] == ")")
        if depth < 0:
            break
    return found


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
