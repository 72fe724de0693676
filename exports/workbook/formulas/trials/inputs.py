"""What is drawn of inputs as formulas: from which distribution each cell is, and its value in any trial."""

from __future__ import annotations

import numpy as np

from engine.language.numbers.scalars import less
from engine.model.dimensions import cell
from engine.plan.evaluate import Results
from engine.plan.plan import Row
from exports.style.a1 import letter
from exports.workbook.formulas.trials.cuts import kept
from exports.workbook.formulas.trials.quantiles import quantile_of
from exports.workbook.layout.geometry import LIVE
from exports.workbook.layout.rows import Layout
from exports.workbook.layout.uncertainty.draws import (
    FIRST,
    HIGH,
    IS_DRAWN,
    LEAST,
    LOW,
    MIDDLE,
    MOST,
    SECOND,
    THIRD,
    DrawnCell,
    DrawsPlaces,
)


class DrawnInputs:
    """The cells that are drawn, in the scenario that is live, by their lines on Draws."""

    def __init__(self, layout: Layout, results: Results, places: DrawsPlaces) -> None:
        self.layout = layout
        self.results = results
        self.plan = results.plan
        self.draws = places

    def formula(self, one: DrawnCell, probability: str) -> str:
        """Return the formula of a cell that is drawn, for any trial: while it is held, the value on Inputs."""
        named = {"low": LOW, "middle": MIDDLE, "high": HIGH, "a": FIRST, "b": SECOND, "c": THIRD}
        at = {name: f"Draws!{one.at(column)}" for name, column in named.items()}
        if one.values:
            at |= {"values": f"Draws!{self.draws.list_of(one, 0)}", "begins": f"Draws!{self.draws.list_of(one, 1)}"}
        text = quantile_of(one.distribution, is_whole=one.is_whole).formula.format(u=probability, **at)
        least, most = (f"Draws!{one.at(column)}" if bound is not None else ""
                       for column, bound in zip((LEAST, MOST), one.bounds, strict=True))  # fmt: skip
        if one.is_whole and one.distribution not in {"discrete", "uniform"}:
            text, least, most = _whole(text, least, most, is_percent=one.row.unit.percent)
        text = f"MIN({most},{text})" if most else text
        text = f"MAX({least},{text})" if least else text
        return f"=IF(Draws!{one.at(IS_DRAWN)}=1,{text},Draws!{one.at(LIVE)})"

    def value_cell(self, row: Row, number: int) -> str:
        """Return the cell of Inputs with the live value of a cell of an input."""
        block = self.layout.input_block(row)
        at = dict(zip(row.over, np.unravel_index(number, self.plan.shape(row)), strict=True)) if row.over else {}
        line = block.line(tuple([int(at[name]) for name in block.down]))
        return f"{block.sheet}!${letter(block.column + (int(at[block.across]) if block.across else 0))}${line}"

    def cut(self, one: DrawnCell) -> tuple[float, float]:
        """Return the probabilities between which a distribution is kept."""
        _, terms = self.terms(one)
        low, high = one.bounds
        return (0.0 if low is None else kept(one, LEAST, self.draws, terms)[0],
                1.0 if high is None else kept(one, MOST, self.draws, terms)[0])  # fmt: skip

    def given(self, one: DrawnCell) -> tuple[float, float, float, float]:
        """Return the live value of a cell that is drawn, and the low end, the middle and the high end of its range."""
        quantity, scale = one.row.quantity, one.row.unit.scale
        assert quantity is not None  # noqa: S101  # inputs are quantities
        value = float(np.ravel(np.broadcast_to(self.results.values[self.results.plan.index[one.row.id]],
                                               self.plan.shape(one.row)))[one.number])  # fmt: skip
        ends = [float(end / scale) for end in cell(quantity.range, one.number) or ()]
        if not ends:
            return value, value, value, value
        middle = ends[1] if one.distribution == "metalog" else max(min(value, ends[-1]), ends[0])
        return value, ends[0], middle, ends[-1]

    def terms(self, one: DrawnCell) -> tuple[bool, tuple[float, ...]]:
        """Return whether a cell is drawn in the live scenario, and the terms of its distribution."""
        value, low, middle, high = self.given(one)
        if one.values:
            return any(not less(value, other) and not less(other, value) for other in one.values), ()
        found = quantile_of(one.distribution, is_whole=one.is_whole).compute(low, middle, high)
        found = (middle, *found) if one.distribution == "metalog" else found
        return not less(value, low) and not less(high, value), found


def _whole(text: str, least: str, most: str, *, is_percent: bool) -> tuple[str, str, str]:
    """Return a quantile that is rounded half up, and its bounds as whole numbers."""
    if is_percent:
        least = f"(-INT(-ROUND({least}*10^2,10))/10^2)" if least else ""
        most = f"(INT(ROUND({most}*10^2,10))/10^2)" if most else ""
        return f"(INT({text}*10^2+1/2)/10^2)", least, most
    return f"INT({text}+1/2)", f"(-INT(-{least}))" if least else "", f"INT({most})" if most else ""
