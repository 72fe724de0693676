"""How long a formula is in a spreadsheet, and how deep its decisions nest: where it stands, and computed again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from sys import maxsize
from typing import Final

from engine.language.tree import Call, Name, Node, Number, names
from engine.plan.drawn.names import is_drawn
from engine.plan.plan import Plan
from exports.reading.formula_text import parts as made_of
from exports.workbook.formulas.addresses import Index, along
from exports.workbook.formulas.excel import ExcelLimit, literal
from exports.workbook.formulas.guarded import GuardedReferences
from exports.workbook.formulas.references import References
from exports.workbook.formulas.stepwise.candidates import shown
from exports.workbook.layout.geometry import SheetName
from exports.workbook.layout.rows import Layout

# What a reader takes in at once, with room for lines that move down; and of decisions within each other.
LONGEST, LONGEST_CHECK, DEEPEST = 116, 220, 2
# Where a formula is computed again, it also asks for what has no value; a short one has room for that.
_LONGEST_GUARDED, _SHORT = 236, 40
# The most letters of a cell with a single number, and what a call has beside its arguments,
# with brackets around it.
_CELL: Final = len("Inputs!$E$1048576")
_BESIDE: Final[Mapping[str, int]] = {
    **dict.fromkeys(("add", "sub", "mul", "div"), 3),
    **dict.fromkeys(("lt", "le", "gt", "ge", "eq", "ne"), 4),
    **dict.fromkeys(("neg", "abs", "sqrt", "min", "max"), 7),
    "if": 6,
}
# What stands around the formula of a row that begins with given values.
GIVEN: Final = 45


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a formula stands: of which row, at which members, in which column, and what it may be at most."""

    owner: str
    note: str
    label: str
    over: tuple[str, ...]
    at: Mapping[str, Index]
    column: int
    longest: int
    deepest: int
    is_sure: bool


class Sizes:
    """The sizes of formulas on a sheet, of which some read steps that are `new` and have no place yet."""

    def __init__(self, layout: Layout, sheet: SheetName, fallible: Collection[str], new: Collection[str]) -> None:
        self.new = new
        self.references = References(layout, sheet)
        self.guarded = GuardedReferences(layout, sheet, fallible)
        self.is_drawn = is_drawn(layout.plan)
        # What may be taken out of a formula is asked for again after each step.
        self._spot: Spot | None = None
        self._known: dict[tuple[Node, int], tuple[int, int] | None] = {}

    def of(self, node: Node, spot: Spot, most: int = maxsize) -> tuple[int, int] | None:
        """Return how long a formula is and how deep its decisions nest.

        None where a spreadsheet cannot hold it, and for what is longer than `most`.
        """
        if spot is not self._spot:
            self._spot, self._known = spot, {}
        if (node, most) not in self._known:
            self._known[node, most] = self._found(node, spot, most)
        return self._known[node, most]

    def _found(self, node: Node, spot: Spot, most: int) -> tuple[int, int] | None:
        if _least(node) > most:
            return None
        try:
            written = shown(node, self.new)
            text = self.references.spell(written, spot.at)[0]
        except (ExcelLimit, KeyError):
            # What a derivative of flows says has no spelling.
            return None
        if len(along(text, spot.column)) > most:
            return None
        length, nested = _size(f"={text}", spot.column)
        if spot.owner in self.guarded.fallible and (length > _SHORT or nested):
            whole = _size(self.guarded.formula(written, spot.at, spot.owner), spot.column)
            nested = max(nested, whole[1])
            # On Cases a line may be as long as it is there, since it is read on Model; a column of Trials may not.
            length = max(length, whole[0] * LONGEST // _LONGEST_GUARDED) if self.is_drawn else length
        # A step that is new has no place yet, and about the letters of one.
        return length + 6 * sum(id_ in self.new for id_ in names(node)), nested


def is_short(plan: Plan, node: Node, longest: int, deepest: int) -> bool:
    """Return whether a formula of single numbers is short wherever it stands, by its parts alone: most of them are."""
    letters, decisions = len("="), 0
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if type(part) is Call and part.function in _BESIDE:
            letters += _BESIDE[part.function]
            decisions += part.function == "if"
            waiting += part.arguments
        elif type(part) is Name and part.id in plan.index and not plan.row(part.id).over:
            letters += _CELL
        elif type(part) is Number:
            letters += len(literal(part.value))
        else:
            return False
    return letters <= longest and decisions <= deepest


def _least(node: Node) -> int:
    """Return how many letters a formula has at least: of an operator one, and two of a cell."""
    if isinstance(node, Call):
        return 1 + sum(map(_least, node.arguments))
    return 1 if isinstance(node, Number) else 2


def _size(template: str, column: int) -> tuple[int, int]:
    """Return how many letters a formula has in a column, and how deep its decisions nest."""
    text = along(template, column)
    return len(text), made_of(text).nested if "IF(" in text else 0
