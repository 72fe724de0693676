"""With `xlsx` openpyxl's writing door: native charts, drawn by the spreadsheet from cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from openpyxl.chart import BarChart, LineChart, ScatterChart
from openpyxl.chart.data_source import AxDataSource, NumData, NumDataSource, NumRef, NumVal, StrData, StrRef, StrVal
from openpyxl.chart.legend import LegendEntry
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series as DrawnSeries
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties, RichTextProperties
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.utils.units import cm_to_EMU

from exports.style.letters import text_width
from exports.style.looks import FONT, LOOKS
from exports.style.words import are_periods, every_on_axis
from exports.workbook.layout.geometry import POINTS
from exports.workbook.layout.grid import Axis, Box, Data, NativeChart, Series

_WORDS: Final = {
    "bar": "Bars", "line": "Lines", "scatter": "Lines along an input", "stack": "A waterfall", "tornado": "A tornado",
}  # fmt: skip
_GREY, _INK = "D0D7E2", "444444"
_DASHES: Final = {"dashed": "dash", "dotted": "sysDot", "dashed and dotted": "lgDashDot"}
_BASE: Final = 10
_MANY: Final = 7
# What of a chart's width its legend or its axis take, and what is free between names along it, in points.
_BESIDE: Final = 0.22
_BETWEEN: Final = 10.0
# Its frame must not touch the line above, which may be on another page.
_BELOW: Final = 0.1


def draw_chart(chart: NativeChart) -> Any:  # noqa: ANN401  # openpyxl has no types
    """Return a chart as openpyxl writes it, with the values that the cells held, so that previewers draw it too."""
    made = {"line": LineChart, "scatter": ScatterChart}.get(chart.kind, BarChart)()
    made.title = chart.title
    made.title.tx.rich.p[0].pPr = _letters(1200, bold=True)
    made.title.overlay = False
    made.anchor = _place(chart.box)
    made.roundedCorners = False
    for number, series in enumerate(chart.series):
        made.series.append(_series(chart, number, series))
    names = [str(name) for name in chart.categories.values] if chart.categories is not None else []
    _axis(made.x_axis, replace(chart.x, title="") if are_periods(names) else chart.x, gridlines=False)
    _axis(made.y_axis, chart.y, gridlines=True)
    _legend(made, chart)
    if names and chart.kind in {"line", "bar"}:
        every = every_on_axis(names, _count_names(names, chart, made.legend))
        if every > 1:
            made.x_axis.tickLblSkip = made.x_axis.tickMarkSkip = every
    match chart.kind:
        case "tornado":
            _tornado(made)
        case "stack":
            made.grouping, made.overlap, made.gapWidth = "stacked", 100, 45
            # Names of bars go over several lines: some spreadsheets would turn them instead.
            made.x_axis.txPr.bodyPr = RichTextProperties(rot=0, vert="horz")
        case "bar":
            made.gapWidth = 60
        case "scatter":
            made.style, made.scatterStyle = None, "lineMarker"
    return made


def describe_chart(chart: NativeChart) -> str:
    """Return what a chart shows, for who does not see it: what is live is read in its cells."""
    shown = [series for series in chart.series if series.look != "hidden"]
    names = "; ".join(str(series.title.values[0]) for series in shown)
    along = chart.categories if chart.categories is not None else shown[0].x
    named = [value for value in along.values if value != ""] if along is not None else []
    ends = f", from {named[0]} to {named[-1]}" if named and chart.kind != "tornado" else ""
    unit = f", in {chart.y.title}" if chart.y.title else ""
    cells = along.cells if along is not None else shown[0].values.cells
    return f"{_WORDS[chart.kind]}: {names}{unit}{ends}. Its numbers stand at {cells.replace('$', '')}."


def _place(box: Box) -> Any:  # noqa: ANN401  # as above
    start = AnchorMarker(col=box.column - 1, colOff=cm_to_EMU(box.offset), row=box.row - 1, rowOff=cm_to_EMU(_BELOW))
    return OneCellAnchor(_from=start, ext=XDRPositiveSize2D(cm_to_EMU(box.width), cm_to_EMU(box.height)))


def _tornado(made: Any) -> None:  # noqa: ANN401  # as above
    """Lay bars to the left and the right of 0, the largest at the top, and their labels at the edge of the chart."""
    made.type, made.grouping, made.overlap, made.gapWidth = "bar", "clustered", 100, 45
    made.x_axis.scaling.orientation = "maxMin"
    made.y_axis.crosses = "max"
    # Every bar has its name, however low the chart is.
    made.x_axis.tickLblSkip = 1


def _series(chart: NativeChart, number: int, series: Series) -> Any:  # noqa: ANN401  # as above
    made = DrawnSeries(idx=number, order=number)
    made.tx = SeriesLabel(strRef=StrRef(series.title.cells, strCache=_texts(series.title)))
    if chart.kind == "scatter":
        assert series.x is not None  # noqa: S101  # a scatter has numbers along x
        made.xVal, made.yVal = AxDataSource(numRef=_numbers(series.x)), NumDataSource(numRef=_numbers(series.values))
    else:
        made.val = NumDataSource(numRef=_numbers(series.values))
        if chart.categories is not None:
            made.cat = AxDataSource(strRef=StrRef(chart.categories.cells, strCache=_texts(chart.categories)))
    if chart.kind in {"line", "scatter"}:
        _line(made, series)
    else:
        hidden = series.look == "hidden"
        made.graphicalProperties = (
            GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
            if hidden
            else GraphicalProperties(solidFill=series.colour)
        )
        made.invertIfNegative = False
    return made


def _line(made: Any, series: Series) -> None:  # noqa: ANN401  # as above
    made.smooth = False
    if series.look == "mark":
        made.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
        made.marker = Marker("diamond", 10, GraphicalProperties(solidFill=series.colour))
        return
    width = 28575
    made.graphicalProperties = GraphicalProperties(
        ln=LineProperties(solidFill=series.colour, w=width, prstDash=_DASHES.get(series.look))
    )
    made.marker = Marker("none")


def _axis(made: Any, axis: Axis, *, gridlines: bool) -> None:  # noqa: ANN401  # as above
    made.delete = False
    made.tickLblPos = "low"
    made.number_format = axis.format
    made.numFmt.sourceLinked = False
    made.txPr = _small()
    made.spPr = GraphicalProperties(ln=LineProperties(solidFill=_GREY, w=9525))
    if axis.cells:
        title = StrData(ptCount=1, pt=[StrVal(idx=0, v=axis.title)])
        made.title = Title(tx=Text(strRef=StrRef(axis.cells, strCache=title)), overlay=False, txPr=_small())
    elif axis.title:
        made.title = axis.title
        made.title.tx.rich.p[0].pPr = _letters(900)
        made.title.overlay = False
    if axis.most is not None:
        made.scaling.max = axis.most
    if axis.is_log:
        made.scaling.logBase = _BASE
    if gridlines:
        made.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=_GREY, w=6350))
    else:
        made.majorGridlines = None


def _legend(made: Any, chart: NativeChart) -> None:  # noqa: ANN401  # as above
    shown = [number for number, series in enumerate(chart.series) if series.look != "hidden"]
    if len(shown) <= 1 or chart.kind == "stack":
        made.legend = None
        return
    # Beside the picture short names leave it room, and below it long ones, unless there are many.
    widest = max(text_width(str(chart.series[number].title.values[0]), LOOKS["words"]) for number in shown)
    is_short = widest < _BESIDE * chart.box.width * POINTS and chart.kind != "tornado"
    is_beside = len(shown) >= _MANY or is_short
    made.legend.position = "r" if is_beside else "b"
    made.legend.overlay = False
    made.legend.txPr = _small()
    hidden = set(range(len(chart.series))) - set(shown)
    made.legend.legendEntry = [LegendEntry(idx=number, delete=True) for number in sorted(hidden)]


def _count_names(names: Sequence[str], chart: NativeChart, legend: Any) -> int:  # noqa: ANN401  # as above
    """Return how many names have room along the chart, side by side."""
    is_beside = legend is not None and legend.position == "r"
    room = chart.box.width * POINTS * (1 - _BESIDE - (_BESIDE if is_beside else 0))
    return max(2, int(room / (max(text_width(name, LOOKS["words"]) for name in names) + _BETWEEN)))


def _small() -> Any:  # noqa: ANN401  # as above
    return RichText(p=[Paragraph(pPr=_letters(900), endParaRPr=CharacterProperties(sz=900))])


def _letters(size: int, *, bold: bool = False) -> Any:  # noqa: ANN401  # as above
    letters = CharacterProperties(sz=size, b=bold, solidFill=_INK, latin=Font(typeface=FONT))
    return ParagraphProperties(defRPr=letters)


def _numbers(data: Data) -> Any:  # noqa: ANN401  # as above
    points = [NumVal(idx=index, v=f"{value!r}") for index, value in _known(data.values)]
    return NumRef(data.cells, numCache=NumData(formatCode="General", ptCount=len(data.values), pt=points))


def _texts(data: Data) -> Any:  # noqa: ANN401  # as above
    points = [StrVal(idx=index, v=str(value)) for index, value in enumerate(data.values)]
    return StrData(ptCount=len(data.values), pt=points)


def _known(values: Sequence[float | str]) -> list[tuple[int, float]]:
    return [(index, float(value)) for index, value in enumerate(values) if not isinstance(value, str)]
