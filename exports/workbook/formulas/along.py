"""Functions along a row, and by group, as spreadsheets spell them: SUMIFS over a row of numbers, INDEX, MATCH."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from engine.language.tree import Aggregate, Every, Member, Name, Pick, Run, Selector
from exports.style.a1 import column_number, letter
from exports.workbook.formulas.addresses import At, without_brackets
from exports.workbook.formulas.excel import LEAF, MULTIPLIES, NO_VALUE, ExcelLimit, Spelling
from exports.workbook.layout.geometry import LINE, at_place, on_sheet

if TYPE_CHECKING:
    from exports.workbook.formulas.references import References

_MOST_ASKED: Final = 100


def along(self: References, node: Aggregate, at: At) -> Spelling:
    """Return a function that uses up a row, or takes its members together by group."""
    return _by_group(self, node, at) if node.by else _SPELLINGS[node.function](self, node, at)


def is_along(node: Aggregate) -> bool:
    """Return whether a function is one of these."""
    return bool(node.by) or node.function in _SPELLINGS


def _by_group(self: References, node: Aggregate, at: At) -> Spelling:
    (group,) = node.by
    mine, depth = self.at_block(self.layout.block(group), {group: at[group]})
    codes = codes_of(self, node)
    if node.function == "count":
        return f"COUNTIF({codes},{mine})", LEAF, 1 + depth
    cells, deep, is_beside = cells_of(self, node, at)
    first = f"MATCH({mine},{codes},0)"
    # Spreadsheets differ in which of several equals they find from the end.
    last = f"{first}+COUNTIF({codes},{mine})-1"
    deepest = 2 + max(depth, deep)
    match node.function:
        case "first" | "last":
            place = first if node.function == "first" else last
            return _at(cells, place, is_beside=is_beside), LEAF, deepest
        case "min" | "max" if is_beside and not (self.is_guarded and _is_short(self, node)):
            return extreme(node.function, cells, f"({codes}={mine})"), LEAF, deepest + 2
        case "min" | "max":
            worst = f"{'MAX' if node.function == 'min' else 'MIN'}({cells})"
            return _listed(self, node, at, mine, worst), LEAF, deepest + 1
    total = f"SUMIFS({cells},{codes},{mine})" if is_beside else _listed(self, node, at, mine, "0")
    if is_beside and self.is_guarded:
        total, deepest = f'IF(COUNTIFS({codes},{mine},{cells},"{NO_VALUE}")>0,NA(),{total})', 1 + deepest
    if node.function == "sum":
        return total, LEAF, deepest
    return f"{total}/COUNTIF({codes},{mine})", MULTIPLIES, deepest


def _is_short(self: References, node: Aggregate) -> bool:
    """Return whether each member can be asked for: else a group has no value where a member of another has none."""
    return len(self.plan.model.dimension[node.over[0]].members) <= _MOST_ASKED


def _at(cells: str, place: str, *, is_beside: bool) -> str:
    """Return one of several cells beside or below each other; INDEX by a place alone is not known everywhere."""
    return at_place(cells, "1", place) if is_beside else at_place(cells, place, "1")


def codes_of(self: References, node: Aggregate) -> str:
    """Return the cells that say, as a number, which member of a group each member belongs to."""
    codes = node.parameters[0]
    assert isinstance(codes, Name)  # noqa: S101  # a row of codes
    block = self.layout.block(codes.id)
    return on_sheet(block, block.searched(), self.sheet)


def extreme(function: str, cells: str, inside: str) -> str:
    """Return the smallest or largest of the cells inside, to its last digit: the rest is the other end of all."""
    # SUMPRODUCT makes LARGE look at each cell; MAX would not in Gnumeric.
    nth, end = ("LARGE", "MIN") if function == "max" else ("SMALL", "MAX")
    return f"SUMPRODUCT({nth}({inside}*{cells}+(1-{inside})*{end}({cells}),1))"


def _listed(self: References, node: Aggregate, at: At, mine: str, otherwise: str) -> str:
    """Return a function of cells that do not stand beside each other as the row of codes does: each is asked for."""
    codes = node.parameters[0]
    assert isinstance(codes, Name)  # noqa: S101  # a row of codes
    (fine,) = node.over
    selectors = selectors_of(self, node)
    terms = []
    for index in range(len(self.plan.model.dimension[fine].members)):
        here = self.pick(node.row.id, selectors, {**at, fine: index}, ())
        cell, _ = self.at_block(self.layout.block(node.row.id), here)
        code, _ = self.at_block(self.layout.block(codes.id), {fine: index})
        terms.append(f"IF({code}={mine},{self.number(cell)},{otherwise})")
    function = node.function.upper() if node.function in {"min", "max"} else "SUM"
    return f"{function}({','.join(terms)})"


def cells_of(self: References, node: Aggregate, at: At) -> tuple[str, int, bool]:
    """Return the range of cells that a function runs along, its depth, and whether they stand beside each other."""
    row = self.plan.row(node.row.id)
    block = self.layout.block(row.id)
    (along_,) = node.over
    selectors = selectors_of(self, node)
    indices = self.pick(row.id, selectors, {**at, along_: at.get(along_, 0)}, (along_,))
    text, depth = self.over_block("", block, indices, {along_: span_of(self, node)})
    if any(not isinstance(indices[name], int) for name in block.down if name in indices and name != along_):
        return without_brackets(text), depth, block.across == along_
    cells = text[1:-1]
    if "," in cells and "(" not in cells:
        # Lines that do not follow one another are no range; the choice of one of several is.
        message = f"the members of '{along_}' of '{row.id}' do not stand together; name it last in over"
        raise ExcelLimit(message)
    if ":" not in cells and "(" not in cells:
        # IronCalc takes no lone cell for a range.
        cells = f"{cells}:{cells.rpartition('!')[2]}"
    return cells, depth, block.across == along_


def span_of(self: References, node: Aggregate) -> range:
    """Return the places that a function runs along."""
    (along_,) = node.over
    for selector in node.row.selectors if isinstance(node.row, Pick) else ():
        if isinstance(selector, Run):
            if not isinstance(selector.first, Member) or not isinstance(selector.last, Member):
                message = f"'{node.row.id}' is read over a run whose ends are computed; give the run a row of its own"
                raise ExcelLimit(message)
            return range(selector.first.index, selector.last.index + 1)
    return range(len(self.plan.model.dimension[along_].members))


def selectors_of(self: References, node: Aggregate) -> tuple[Selector, ...]:
    """Return what is read of the row that a function runs along, for each dimension of it."""
    return node.row.selectors if isinstance(node.row, Pick) else (Every(),) * len(self.plan.row(node.row.id).over)


def _place(self: References, node: Aggregate, at: At) -> Spelling:
    """Return the code of the last point that is not above x; #N/A beyond the points where their ends are not flat."""
    cells, depth, is_beside = cells_of(self, node, at)
    x, _, x_depth = self.spell(node.parameters[0], at)
    span = len(self.plan.model.dimension[node.over[0]].members)
    assert isinstance(node.parameters[1], Name)  # noqa: S101  # the codes of the points' dimension
    codes, _, codes_beside = cells_of(self, Aggregate("count", node.parameters[1], node.over), at)
    size = f"{'COLUMNS' if is_beside else 'ROWS'}({cells})"
    is_lookup = node.function == "place_lookup"
    # Between two points there is one: of the last the one before it is found.
    asked = _without_last(cells) if is_lookup and is_beside else ""
    count = f"SUMPRODUCT(--({asked or cells}<={x}))"
    if is_lookup and not asked:
        count = f"MIN({size}-1,{count})"
    deep = 4 + max(depth, x_depth)
    if node.ends == "flat":
        return _at(codes, f"MAX(1,{count})", is_beside=codes_beside), LEAF, deep
    first, last = _ends(cells, size, is_beside=is_beside)
    beyond = f"OR({x}<{first},{x}>{last})" if is_lookup and span > 1 else f"{x}<{first}"
    return f"IF({beyond},NA(),{_at(codes, count, is_beside=codes_beside)})", LEAF, deep


def _ends(cells: str, size: str, *, is_beside: bool) -> tuple[str, str]:
    """Return the first and the last cell of a range: of one that is looked up, by their places."""
    if "(" in cells:
        return _at(cells, "1", is_beside=is_beside), _at(cells, size, is_beside=is_beside)
    sheet, bang, area = cells.rpartition("!")
    first, _, last = area.partition(":")
    return f"{sheet}{bang}{first}", f"{sheet}{bang}{last}"


def _without_last(cells: str) -> str:
    """Return a range to the right without its last cell; '' for what is no range of several."""
    start, _, last = cells.partition(":")
    first = start.rpartition("!")[2]
    column, before = (one.lstrip("$").rstrip(f"$0123456789{LINE}") for one in (first, last))
    if "(" in cells or column == before or not last:
        return ""
    return f"{start}:${letter(column_number(before) - 1)}{last[1 + len(before) :]}"


def _count(self: References, node: Aggregate, at: At) -> Spelling:
    cells, depth, _ = cells_of(self, node, at)
    return f"COUNT({cells})", LEAF, 1 + depth


_SPELLINGS: Final[dict[str, Callable[[References, Aggregate, At], Spelling]]] = {
    "place_step": _place,
    "place_lookup": _place,
    "count": _count,
}
