"""The kinds of chart that a model may declare, each with what it is made from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

# Whether more than was planned is good, as of sales, or bad, as of costs.
Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseChart:
    """What every chart has; what it is made from are names as written."""

    kind: ClassVar[str]
    id: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveChart(BaseChart):
    """A chart with results along something: what runs along it, what is drawn, and in which scenarios."""

    x: str
    y: tuple[str, ...]
    scenarios: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChart(CurveChart):
    """Lines; over a swept input `ends` say from where to where, in its unit, and `marks` what is pointed out."""

    kind: ClassVar[str] = "line"
    ends: tuple[Decimal, Decimal] | None = None
    points: int | None = None
    marks: tuple[str, ...] = ()
    log: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart(CurveChart):
    """Bars side by side, over the members of a dimension or over scenarios."""

    kind: ClassVar[str] = "bar"
    log: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterfallChart(BaseChart):
    """Bars that begin where the one before ends: `steps` are added up, `levels` are what stands after each step."""

    kind: ClassVar[str] = "waterfall"
    steps: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    total: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TornadoChart(BaseChart):
    """How far each input moves a result."""

    kind: ClassVar[str] = "tornado"
    y: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceChart(BaseChart):
    """What came to be, until the period `to`, against what was planned: as another quantity, or in a scenario."""

    kind: ClassVar[str] = "variance"
    y: tuple[str, ...]
    plan: str = ""
    scenario: str = ""
    to: str = ""
    better: Better = "higher"


Chart = LineChart | BarChart | WaterfallChart | TornadoChart | VarianceChart
