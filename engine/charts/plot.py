"""What a chart draws: curves over cells of a plan, before a number is computed."""

from __future__ import annotations

from dataclasses import dataclass

from engine.language.numbers.scalars import round_half_away
from engine.model.charts import BarChart, Chart, CurveChart, LineChart
from engine.plan.cells import Cell
from engine.plan.plan import Case, Row
from engine.units.unit import Unit


@dataclass(frozen=True, slots=True)
class Curve:
    """One series: its label and its cells, one for each place along x, or one for all; no case is the live scenario."""

    label: str
    cells: tuple[Cell, ...]
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A place along a swept input: that of a quantity in its unit."""

    label: str
    cell: Cell
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class Sweep:
    """An input that goes from one value to another, as stored, in equal steps or in equal ratios.

    One that is whole goes over whole numbers alone, each as near to its step as it can be.
    """

    row: Row
    start: float
    end: float
    points: int
    in_ratios: bool
    marks: tuple[Mark, ...] = ()

    @property
    def values(self) -> list[float]:
        """Return the input's value at each point, as stored."""
        return [self.value(index) for index in range(self.points)]

    def value(self, index: int) -> float:
        """Return the input's value at a point."""
        last = self.points - 1
        if self.in_ratios:
            value = float(self.start * (self.end / self.start) ** (index / last))
        else:
            value = self.start + (self.end - self.start) * index / last
        return round_half_away(value * self.row.unit.scale) / self.row.unit.scale if self.is_whole else value

    @property
    def is_whole(self) -> bool:
        """Return whether the input is a whole number in its unit."""
        return self.row.quantity is not None and self.row.quantity.whole


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart with everything found: the unit of what it draws, what stands along x, and the curves.

    A tornado and a waterfall have one curve: of the result, or of the steps in order. `signs` say of each step whether
    it is added to what stands before it (1), taken away (-1), or is itself what stands after it (0).
    """

    chart: Chart
    unit: Unit
    x_label: str
    categories: tuple[str, ...]
    curves: tuple[Curve, ...]
    cases: tuple[Case, ...] = ()
    sweep: Sweep | None = None
    signs: tuple[int, ...] = ()
    total: Cell | None = None
    total_label: str = ""

    @property
    def x(self) -> str:
        """Return what runs along it, as its author names it; '' for a tornado and a waterfall."""
        return self.chart.x if isinstance(self.chart, CurveChart) else ""

    @property
    def log(self) -> tuple[str, ...]:
        """Return which axes are logarithmic."""
        return self.chart.log if isinstance(self.chart, LineChart | BarChart) else ()

    def curve_of(self, mark: Mark) -> int:
        """Return the place of the curve that a mark belongs to: the last one of its scenario."""
        return max([index for index, curve in enumerate(self.curves) if curve.case == mark.case], default=0)

    @property
    def y_label(self) -> str:
        """Return what stands along y: the unit, and a single curve's name, which no legend tells."""
        is_named = len(self.curves) == 1 and not self.signs and not (self.sweep is not None and self.sweep.marks)
        return ", ".join(filter(None, [self.curves[0].label if is_named else "", self.unit.for_readers]))

    @property
    def is_live(self) -> bool:
        """Return whether it changes with the scenario that is live."""
        return not self.cases and any(curve.case is None for curve in self.curves)
