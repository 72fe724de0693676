"""Present values and rates of return as spreadsheets spell them, and where these begin to look for a rate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from engine.language.tree import Aggregate, Name, Pick, Run
from exports.style.a1 import column_number, letter
from exports.workbook.formulas.addresses import At
from exports.workbook.formulas.along import cells_of, span_of
from exports.workbook.formulas.excel import ADDS, LEAF, MULTIPLIES, Spelling
from exports.workbook.layout.geometry import LINE, on_sheet

if TYPE_CHECKING:
    from exports.workbook.formulas.references import References

# Years of 365 days, as spreadsheets count them for dated flows.
YEAR: Final = 365


def of_flows(self: References, node: Aggregate, at: At) -> Spelling:
    """Return a function of flows along a row."""
    return _SPELLINGS[node.function](self, node, at)


def is_of_flows(node: Aggregate) -> bool:
    """Return whether a function is one of these."""
    return node.function in _SPELLINGS and not node.by


def _npv(self: References, node: Aggregate, at: At) -> Spelling:
    cells, depth, _ = cells_of(self, node, at)
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
    column = cell.lstrip("$").rstrip(f"$0123456789{LINE}")
    return f"${letter(column_number(column) + 1)}{cell[1 + len(column) :]}"


def _irr(self: References, node: Aggregate, at: At) -> Spelling:
    cells, depth, _ = cells_of(self, node, at)
    guess, guess_depth = _guess(self, node, at)
    return f"IRR({cells}{guess})", LEAF, 1 + max(depth, guess_depth)


def _guess(self: References, node: Aggregate, at: At) -> tuple[str, int]:
    """Return where a spreadsheet begins to look for a rate, and how deep its functions nest; '' for nowhere."""
    if node.guess is None:
        return "", 0
    guess, _, depth = self.spell(node.guess, at)
    return f",{guess}", depth


def _xirr(self: References, node: Aggregate, at: At) -> Spelling:
    cells, depth, _ = cells_of(self, node, at)
    guess, guess_depth = _guess(self, node, at)
    return f"XIRR({cells},{_dates(self, node, at)}{guess})", LEAF, 1 + max(depth, guess_depth)


def _dates(self: References, node: Aggregate, at: At) -> str:
    """Return the dates of flows, which stand beside them."""
    dates = node.parameters[-1]
    assert isinstance(dates, Name)  # noqa: S101  # a row of dates
    return cells_of(self, Aggregate("xirr", _beside(node, dates), node.over), at)[0]


def _received_over_paid(self: References, node: Aggregate, at: At) -> Spelling:
    cells, depth, _ = cells_of(self, node, at)
    received, paid = f'SUMIF({cells},">0")', f'SUMIF({cells},"<0")'
    # Of flows that have no rate the guess is any number: the rate says that there is none.
    return f"IFERROR(IF({received}=0,1,-{received}/{paid}),1)", LEAF, 3 + depth


def _mean_time(sign: str, otherwise: str) -> Callable[[References, Aggregate, At], Spelling]:
    """Return how the time from the first flow to the mean of those of a sign is spelled."""

    def spelled(self: References, node: Aggregate, at: At) -> Spelling:
        cells, depth, is_beside = cells_of(self, node, at)
        times = _dates(self, node, at) if node.parameters else _times(self, node, cells, is_beside=is_beside)
        mean = f'SUMPRODUCT(({cells}{sign}0)*{cells}*{times})/SUMIF({cells},"{sign}0")'
        return f"IFERROR({mean}-{_first_time(times)},{otherwise})", LEAF, 2 + depth

    return spelled


def _first_time(times: str) -> str:
    """Return where times begin: those of one of several lines are looked up."""
    rows = times.removeprefix("ROW(").removesuffix(")") if times.startswith("ROW(") else ""
    cells = rows or times
    first = f"INDEX({cells},1)" if "(" in cells else _first_and_rest(cells)[0]
    return f"ROW({first})" if rows else first


def _times(self: References, node: Aggregate, cells: str, *, is_beside: bool) -> str:
    """Return the places of flows, counted from anywhere: those of columns on Inputs, or the lines themselves."""
    if not is_beside:
        return f"ROW({cells})"
    places, span = self.layout.indices(node.over[0]), span_of(self, node)
    first, last = (f"${letter(places.column + end)}${places.row}" for end in (span[0], span[-1]))
    return on_sheet(places, f"{first}:{last}", self.sheet)


def _nearer_growth(self: References, node: Aggregate, at: At) -> Spelling:
    low, above, first, *dates = node.parameters
    cells, depth, _ = cells_of(self, node, at)
    (kept, _, _), (tried, binds, deep), (sign, _, _) = (self.spell(one, at) for one in (low, above, first))
    worth = f"NPV({tried}-1,{cells})"
    if dates:
        worth = _discounted(cells, tried if binds >= LEAF else f"({tried})", _dates(self, node, at))
    return f"IF({worth}*{sign}>0,{tried},{kept})", LEAF, 2 + max(depth, deep)


def _xnpv(self: References, node: Aggregate, at: At) -> Spelling:
    cells, depth, _ = cells_of(self, node, at)
    rate, binds, rate_depth = self.spell(node.parameters[0], at)
    base = f"(1+{rate})" if binds >= ADDS else f"(1+({rate}))"
    return _discounted(cells, base, _dates(self, node, at)), LEAF, 1 + max(depth, rate_depth)


def _discounted(cells: str, growth: str, days: str) -> str:
    """Return what dated flows are worth at a growth a year."""
    return f"SUMPRODUCT({cells}/{growth}^(({days}-{_first_day(days)})/{YEAR}))"


def _first_day(days: str) -> str:
    return f"INDEX({days},1,1)" if "(" in days else _first_and_rest(days)[0]


def fall(self: References, node: Aggregate, rate: str, at: At) -> Spelling:
    """Return how fast a present value falls as its rate rises; for a rate of return, that of its flows at this rate."""
    cells, depth, is_beside = cells_of(self, node, at)
    if node.function.startswith("x"):
        days = _dates(self, node, at)
        times = f"(({days}-{_first_day(days)})/{self.year})"
    elif is_beside:
        times = f"({_times(self, node, cells, is_beside=True)}-{span_of(self, node)[0] + 1})"
    else:
        times = f"(ROW($A$1:$A${len(span_of(self, node))})-1)"
    return f"SUMPRODUCT({times}*{cells}/(1+{rate})^({times}+1))", LEAF, 1 + depth


def _by_rate(self: References, node: Aggregate, at: At) -> Spelling:
    rate, _, rate_depth = self.spell(node.parameters[0], at)
    text, _, depth = fall(self, replace(node, function=node.function.removesuffix("_by_rate")), rate, at)
    return f"(-{text})", LEAF, max(depth, 1 + rate_depth)


def _beside(node: Aggregate, row: Name) -> Name | Pick:
    """Return the row along the dimension that is used up, in the run that is read of the other."""
    runs = [one for one in node.row.selectors if isinstance(one, Run)] if isinstance(node.row, Pick) else []
    return Pick(row.id, (runs[0],)) if runs else row


_SPELLINGS: Final[dict[str, Callable[[References, Aggregate, At], Spelling]]] = {
    "npv": _npv,
    "irr": _irr,
    "xnpv": _xnpv,
    "xirr": _xirr,
    "npv_by_rate": _by_rate,
    "xnpv_by_rate": _by_rate,
    "received_over_paid": _received_over_paid,
    "mean_receipt": _mean_time(">", "-1"),
    "mean_payment": _mean_time("<", "-2"),
    "nearer_growth": _nearer_growth,
}
