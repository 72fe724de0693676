"""Which ranges a formula makes one number of: what it sums or averages, and not what it looks something up in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from exports.lint.context import Context
from exports.lint.shapes import Shape
from exports.reading.formula_text import Parts, tokens
from exports.reading.records import Opened, Place
from exports.reading.references import PLACES, REFERENCE, Read, Reference, find_references

_AGGREGATES: Final = frozenset(
    {"SUM", "AVERAGE", "AVERAGEA", "MIN", "MINA", "MAX", "MAXA", "MEDIAN", "PRODUCT", "SUMSQ", "SUMPRODUCT", "COUNT"}
    | {"STDEV", "STDEVP", "STDEV.S", "STDEV.P", "VAR", "VARP", "VAR.S", "VAR.P", "AVEDEV", "DEVSQ", "SKEW", "KURT"}
    | {"GEOMEAN", "HARMEAN", "TRIMMEAN", "SUBTOTAL", "AGGREGATE", "LARGE", "SMALL", "MODE", "MODE.SNGL", "IRR"}
    | {"PERCENTILE", "PERCENTILE.INC", "PERCENTILE.EXC", "QUARTILE", "QUARTILE.INC", "QUARTILE.EXC"}
)
# Those with conditions make one number of one argument, counted from 0; the others they search.
_CONDITIONAL: Final = {"SUMIF": 2, "AVERAGEIF": 2, "SUMIFS": 0, "AVERAGEIFS": 0, "MAXIFS": 0, "MINIFS": 0}
_COMPARISONS: Final = frozenset("=<>")
_TOTALLING: Final = _AGGREGATES | _CONDITIONAL.keys()


class Aggregates:
    """The ranges that formulas make one number of; of formulas that differ in references alone, one is taken apart."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._found: dict[Parts, tuple[int | str, ...]] = {}
        self._counted: dict[Shape, tuple[Reference, ...]] = {}

    def where(self, sheet: Opened) -> Iterator[Place]:
        """Yield the formulas of a sheet that make one number of a range."""
        return (place for place, _ in self._context.where(sheet, self._totalled))

    def reached(self, sheet: Opened) -> Iterator[Read]:
        """Yield the cells of which formulas of a sheet make one number, as ranges that whole regions read."""
        for region in self._context.regions[sheet.name]:
            for one in self._totalled(region.shape):
                if isinstance(one, str):
                    yield from self._named(sheet, one)
                else:
                    yield from map(region.reach, self._references(sheet, region.shape)[one : one + 1])

    def of(self, sheet: Opened, place: Place) -> Iterator[Read]:
        """Yield those of a formula, in the order in which it names them."""
        shape = self._context.shapes[sheet.name][place]
        down, right = shape.moved(place)
        for one in self._totalled(shape):
            if isinstance(one, str):
                yield from self._named(sheet, one)
            else:
                yield from [found.read(down, right) for found in self._references(sheet, shape)[one : one + 1]]

    def _named(self, sheet: Opened, name: str) -> Iterator[Read]:
        return self._context.ranges(self._context.resolve(sheet, name) or "", sheet)

    def _references(self, sheet: Opened, shape: Shape) -> tuple[Reference, ...]:
        """Return the references of a shape as they are counted: those of which it asks where they are among them."""
        if PLACES.isdisjoint(shape.parts.functions):
            return shape.references
        if shape not in self._counted:
            found = find_references(shape.formula, sheet.name)
            self._counted[shape] = tuple([one._replace(sheet=self._context.name(one.sheet)) for one in found])
        return self._counted[shape]

    def _totalled(self, shape: Shape) -> tuple[int | str, ...]:
        made = shape.parts
        if made not in self._found:
            is_any = not _TOTALLING.isdisjoint(made.functions)
            self._found[made] = tuple(_totalled(shape.formula)) if is_any else ()
        return self._found[made]


def _totalled(formula: str) -> Iterator[int | str]:
    """Yield which references, counted from 0, and which names an aggregate makes one number of."""
    # The functions and brackets that are open, with the argument that is read.
    open_: list[tuple[str, int]] = []
    number = 0
    found = list(tokens(formula))
    for at, token in enumerate(found):
        match token.kind:
            case "function" | "open":
                open_.append((token.text.rstrip("({").upper().removeprefix("_XLFN."), 0))
            case "close" if open_:
                open_.pop()
            case "separator" if open_:
                open_[-1] = open_[-1][0], open_[-1][1] + 1
            case "operand":
                is_name = REFERENCE.fullmatch(token.text) is None
                function, argument = next((one for one in reversed(open_) if one[0]), ("", 0))
                # What is compared is a condition, and not what is summed.
                beside = {
                    one.text for one in (*found[max(at - 1, 0) : at], *found[at + 1 : at + 2]) if one.kind == "infix"
                }
                is_compared = not _COMPARISONS.isdisjoint(beside)
                if not is_compared and (function in _AGGREGATES or _CONDITIONAL.get(function) == argument):
                    yield token.text if is_name else number
                number += not is_name
