"""Functions along a row, and by group, as spreadsheets spell them: SUMIFS over a row of numbers, NPV, IRR, INDEX."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from engine.language.tree import Aggregate, Every, Member, Name, Pick, Run
from engine.plan.array_code import rate_bounds
from exports.style.a1 import column_number, letter
from exports.workbook.formulas.addresses import At, without_brackets
from exports.workbook.formulas.excel import ADDS, LEAF, MULTIPLIES, ExcelLimit, Spelling, literal
from exports.workbook.layout.geometry import at_place, on_sheet

if TYPE_CHECKING:
    from exports.workbook.formulas.references import References

# Years of 365 days, as spreadsheets count them for dated flows.
_YEAR: Final = 365


def along(self: References, node: Aggregate, at: At) -> Spelling:
    """Return a function that uses up a row, or takes its members together by group."""
    return _by_group(self, node, at) if node.by else _SPELLINGS[node.function](self, node, at)


def is_along(node: Aggregate) -> bool:
    """Return whether a function is one of these."""
    return bool(node.by) or node.function in _SPELLINGS


def _by_group(self: References, node: Aggregate, at: At) -> Spelling:
    (group,) = node.by
    mine, depth = self.at_block(self.layout.block(group), {group: at[group]})
    codes = _codes(self, node)
    if node.function == "count":
        return f"COUNTIF({codes},{mine})", LEAF, 1 + depth
    cells, deep, is_beside = _cells(self, node, at)
    first = f"MATCH({mine},{codes},0)"
    # Spreadsheets differ in which of several equals they find from the end.
    last = f"{first}+COUNTIF({codes},{mine})-1"
    deepest = 2 + max(depth, deep)
    match node.function:
        case "first" | "last":
            place = first if node.function == "first" else last
            return _at(cells, place, is_beside=is_beside), LEAF, deepest
        case "min" | "max" if is_beside:
            return _extreme(node.function, cells, f"({codes}={mine})"), ADDS, deepest + 2
        case "min" | "max":
            worst = f"{'MAX' if node.function == 'min' else 'MIN'}({cells})"
            return _listed(self, node, at, mine, worst), LEAF, deepest + 1
    total = f"SUMIFS({cells},{codes},{mine})" if is_beside else _listed(self, node, at, mine, "0")
    if node.function == "sum":
        return total, LEAF, deepest
    return f"{total}/COUNTIF({codes},{mine})", MULTIPLIES, deepest


def _at(cells: str, place: str, *, is_beside: bool) -> str:
    """Return one of several cells beside or below each other; INDEX by a place alone is not known everywhere."""
    return at_place(cells, "1", place) if is_beside else at_place(cells, place, "1")


def _codes(self: References, node: Aggregate) -> str:
    """Return the cells that say, as a number, which member of a group each member belongs to."""
    codes = node.parameters[0]
    assert isinstance(codes, Name)  # noqa: S101  # a row of codes
    block = self.layout.block(codes.id)
    return on_sheet(block, block.searched(), self.sheet)


def _extreme(function: str, cells: str, inside: str) -> str:
    """Return the smallest or largest of the cells inside: from the other end, the rest is no further than 0."""
    # SUMPRODUCT makes LARGE look at each cell; MAX would not in Gnumeric.
    if function == "max":
        return f"MIN({cells})+SUMPRODUCT(LARGE({inside}*({cells}-MIN({cells})),1))"
    return f"MAX({cells})-SUMPRODUCT(LARGE({inside}*(MAX({cells})-{cells}),1))"


def _listed(self: References, node: Aggregate, at: At, mine: str, otherwise: str) -> str:
    """Return a function of cells that do not stand beside each other as the row of codes does: each is asked for."""
    codes = node.parameters[0]
    assert isinstance(codes, Name)  # noqa: S101  # a row of codes
    (fine,) = node.over
    selectors = node.row.selectors if isinstance(node.row, Pick) else (Every(),) * len(self.plan.row(node.row.id).over)
    terms = []
    for index in range(len(self.plan.model.dimension[fine].members)):
        here = self.pick(node.row.id, selectors, {**at, fine: index}, ())
        cell, _ = self.at_block(self.layout.block(node.row.id), here)
        code, _ = self.at_block(self.layout.block(codes.id), {fine: index})
        terms.append(f"IF({code}={mine},{cell},{otherwise})")
    function = node.function.upper() if node.function in {"min", "max"} else "SUM"
    return f"{function}({','.join(terms)})"


def _cells(self: References, node: Aggregate, at: At) -> tuple[str, int, bool]:
    """Return the range of cells that a function runs along, its depth, and whether they stand beside each other."""
    row = self.plan.row(node.row.id)
    block = self.layout.block(row.id)
    (along_,) = node.over
    selectors = node.row.selectors if isinstance(node.row, Pick) else (Every(),) * len(row.over)
    indices = self.pick(row.id, selectors, {**at, along_: at.get(along_, 0)}, (along_,))
    span = range(len(self.plan.model.dimension[along_].members))
    for name, selector in zip(row.over, selectors, strict=True):
        if name == along_ and isinstance(selector, Run):
            if not isinstance(selector.first, Member) or not isinstance(selector.last, Member):
                message = f"'{row.id}' is read over a run whose ends are computed; give the run a row of its own"
                raise ExcelLimit(message)
            span = range(selector.first.index, selector.last.index + 1)
    text, depth = self.over_block("", block, indices, {along_: span})
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


def _npv(self: References, node: Aggregate, at: At) -> Spelling:
    cells, depth, _ = _cells(self, node, at)
    rate, _, rate_depth = self.spell(node.parameters[0], at)
    if "(" in cells:
        # One of several lines, looked up: NPV discounts the first flow too, which is taken back.
        return f"NPV({rate},{cells})*(1+{rate})", MULTIPLIES, 1 + max(depth, rate_depth)
    first, rest = _first_and_rest(cells)
    if not rest:
        return first, LEAF, depth
    return f"{first}+NPV({rate},{rest})", ADDS, 1 + max(depth, rate_depth)


def _first_and_rest(cells: str) -> tuple[str, str]:
    """Return the first cell of a range, and the range behind it."""
    sheet, bang, area = cells.rpartition("!")
    first, _, last = area.partition(":")
    if first == last:
        return f"{sheet}{bang}{first}", ""
    return f"{sheet}{bang}{first}", f"{sheet}{bang}{_next(first)}:{last}"


def _next(cell: str) -> str:
    """Return the cell to the right."""
    _, column, line = cell.split("$")
    return f"${letter(column_number(column) + 1)}${line}"


def _irr(self: References, node: Aggregate, at: At) -> Spelling:
    cells, depth, _ = _cells(self, node, at)
    return f"IRR({cells}{_guess(self)})", LEAF, 1 + depth


def _guess(self: References) -> str:
    """Return where a spreadsheet begins to look: in the middle of the bounds of the row, where it has them."""
    bounds = rate_bounds(self.plan.row(self.owner)) if self.owner else ()
    return f",{literal(sum(bounds) / 2)}" if bounds else ""


def _xirr(self: References, node: Aggregate, at: At) -> Spelling:
    cells, depth, _ = _cells(self, node, at)
    dates = node.parameters[0]
    assert isinstance(dates, Name)  # noqa: S101  # a row of dates
    days, _, _ = _cells(self, Aggregate("xirr", dates, node.over), at)
    return f"XIRR({cells},{days}{_guess(self)})", LEAF, 1 + depth


def _xnpv(self: References, node: Aggregate, at: At) -> Spelling:
    cells, depth, _ = _cells(self, node, at)
    rate, binds, rate_depth = self.spell(node.parameters[0], at)
    starts = node.parameters[1]
    assert isinstance(starts, Name)  # noqa: S101  # a row of dates
    days, _, _ = _cells(self, Aggregate("xnpv", _beside(node, starts), node.over), at)
    first = f"INDEX({days},1,1)" if "(" in days else _first_and_rest(days)[0]
    base = f"1+{rate}" if binds >= ADDS else f"1+({rate})"
    return f"SUMPRODUCT({cells}/({base})^(({days}-{first})/{_YEAR}))", LEAF, 1 + max(depth, rate_depth)


def _beside(node: Aggregate, row: Name) -> Name | Pick:
    """Return the row along the dimension that is used up, in the run that is read of the other."""
    runs = [one for one in node.row.selectors if isinstance(one, Run)] if isinstance(node.row, Pick) else []
    return Pick(row.id, (runs[0],)) if runs else row


def _place(self: References, node: Aggregate, at: At) -> Spelling:
    """Return the code of the last point that is not above x; #N/A beyond the points where their ends are not flat."""
    cells, depth, is_beside = _cells(self, node, at)
    x, _, x_depth = self.spell(node.parameters[0], at)
    span = len(self.plan.model.dimension[node.over[0]].members)
    assert isinstance(node.parameters[1], Name)  # noqa: S101  # the codes of the points' dimension
    codes, _, codes_beside = _cells(self, Aggregate("count", node.parameters[1], node.over), at)
    count = f"SUMPRODUCT(--({cells}<={x}))"
    size = f"{'COLUMNS' if is_beside else 'ROWS'}({cells})"
    is_lookup = node.function == "place_lookup"
    if is_lookup:
        count = f"MIN({size}-1,{count})"
    deep = 4 + max(depth, x_depth)
    if node.ends == "flat":
        return _at(codes, f"MAX(1,{count})", is_beside=codes_beside), LEAF, deep
    first, last = (_at(cells, place, is_beside=is_beside) for place in ("1", size))
    beyond = f"OR({x}<{first},{x}>{last})" if is_lookup and span > 1 else f"{x}<{first}"
    return f"IF({beyond},NA(),{_at(codes, count, is_beside=codes_beside)})", LEAF, deep


def _count(self: References, node: Aggregate, at: At) -> Spelling:
    cells, depth, _ = _cells(self, node, at)
    return f"COUNT({cells})", LEAF, 1 + depth


_SPELLINGS: Final[dict[str, Callable[[References, Aggregate, At], Spelling]]] = {
    "npv": _npv,
    "irr": _irr,
    "xnpv": _xnpv,
    "xirr": _xirr,
    "place_step": _place,
    "place_lookup": _place,
    "count": _count,
}
