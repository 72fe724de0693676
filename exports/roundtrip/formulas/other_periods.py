"""Cells of other periods in a formula of a workbook, read back as `prev` and `next`: ``IF(period=last,end,right)``."""

from __future__ import annotations

from typing import Final

from engine.language.tree import ONE, Call, Name, Node, Number, Previous, nodes, rebuilt
from engine.plan.plan import Plan
from exports.reading.finance import NotReadable
from exports.roundtrip.named_lines import Key

# What stands in place of a start until the IF around it is found; and the places of a column's period and of the last.
_OPEN: Final = Name("\0")
_PLACE: Final = Name("\0place")
_LAST: Final = Name("\0last")


def period_at(planned: Plan, across: str, key: Key | None, columns: int | None) -> Node | None:
    """Return what a cell with the place of a period stands for: that so many columns to the right, or the last one.

    None for any other cell.
    """
    if key is None or not across or key[:2] != (across, 1):
        return None
    if columns is not None:
        return cell_beside(_PLACE, columns)
    return _LAST if key[2] == len(planned.model.dimension[across].members) - 1 else None


def cell_beside(read: Name, columns: int) -> Node:
    """Return a cell so many columns to the right of where the formula stands, still without its start or end."""
    return Previous(read, _OPEN, Number(float(columns), "")) if columns else read


def with_shifts(planned: Plan, across: str, node: Node) -> Node:
    """Return a tree with `prev` and `next` for what asks for the period first. Raises NotReadable for other cells."""
    found = _Closing(planned, across).close(node)
    for part in nodes(found):
        if part in {_OPEN, _PLACE, _LAST}:
            message = "the language has no words for a cell of another period, but behind IF for the first or the last"
            raise NotReadable(message)
    return found


class _Closing:
    def __init__(self, planned: Plan, across: str) -> None:
        self.planned = planned
        self.across = across

    def close(self, node: Node) -> Node:
        if isinstance(node, Call) and node.function == "if":
            test, edge, other = node.arguments
            steps = _steps(test)
            if steps:
                lag = ONE if abs(steps) == 1 else Number(float(abs(steps)), str(abs(steps)))
                argument = self.close(self.moved(other, -steps))
                return Previous(argument, self.close(edge), lag, self.across, ahead=steps > 0)
        return node if _is_open(node) else rebuilt(node, self.close)

    def moved(self, node: Node, columns: int) -> Node:
        """Return a tree as it reads from a formula so many columns further to the left."""
        if isinstance(node, Previous) and _is_open(node) and isinstance(node.argument, Name):
            assert isinstance(node.lag, Number)  # noqa: S101  # made above
            return cell_beside(node.argument, int(node.lag.value) + columns)
        is_row = isinstance(node, Name) and node.id in self.planned.index
        if isinstance(node, Name) and (node == _PLACE or (is_row and self.across in self.planned.row(node.id).over)):
            return cell_beside(node, columns)
        return rebuilt(node, lambda below: self.moved(below, columns))


def _is_open(node: Node) -> bool:
    return isinstance(node, Previous) and node.start == _OPEN


def _steps(test: Node) -> int:
    """Return how many periods are read ahead where a test asks for the last ones, back as less than 0; 0 for none."""
    match test:
        case Call(function="eq", arguments=(place, Number(value=1))) if place == _PLACE:
            return -1
        case Call(function="le", arguments=(place, Number(value=lag))) if place == _PLACE and lag == int(lag) > 0:
            return -int(lag)
        case Call(function="eq", arguments=(place, last)) if (place, last) == (_PLACE, _LAST):
            return 1
        case Call(function="gt", arguments=(place, Call(function="sub", arguments=(last, Number(value=lag))))) if (
            place,
            last,
        ) == (_PLACE, _LAST) and lag == int(lag) > 0:
            return int(lag)
    return 0
