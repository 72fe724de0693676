"""Charts as their author wrote them: what a table below [charts] may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from engine.model.charts import (
    BarChart,
    Better,
    Chart,
    LineChart,
    TornadoChart,
    VarianceChart,
    WaterfallChart,
)
from engine.model.table import LONGEST_LABEL, Fields
from engine.problems import did_you_mean, listed, shortened

MOST_CHARTS: Final = 40
MOST_POINTS: Final = 200
_MOST_NAMED: Final = 40
# Whether more than planned is good: of sales it is, of costs it is not.
BETTER: Final[tuple[Better, ...]] = ("higher", "lower")
COMMON_KEYS: Final = ("kind", "title", "note")
# What each kind of chart is made from, beside its title.
KEYS: Final = {
    "line": ("x", "y", "scenarios", "from", "to", "points", "mark", "log"),
    "bar": ("x", "y", "scenarios", "log"),
    "waterfall": ("steps", "levels", "total"),
    "tornado": ("y",),
    "variance": ("y", "plan", "scenario", "to", "better"),
}
NEEDED: Final = {
    "line": (
        ("x", 'say what runs along the chart: x = an input to vary, a dimension, or "scenario"'),
        ("y", 'say what is drawn: y = "price", or a list'),
    ),
    "bar": (
        ("x", 'say what stands below the bars: x = a dimension, or "scenario"'),
        ("y", 'say what is drawn: y = "price", or a list'),
    ),
    "waterfall": (),
    "tornado": (("y", "say which result the bars are about"),),
    "variance": (("y", 'say what came to be, over time: y = "sales"'),),
}


def read_chart(name: str, table: Fields) -> Chart | None:
    """Return a chart; None where it does not say of what kind it is."""
    kind = table.text("kind", longest=LONGEST_LABEL)
    if kind not in KEYS:
        kinds = listed(tuple(KEYS), "or")
        if "kind" not in table.table:
            table.complain("missing-key", f"the chart '{name}' has no 'kind'", None, f"it may be {kinds}")
        elif kind:
            hint = did_you_mean(kind, KEYS) or f"it may be {kinds}"
            table.complain("choice", f"the chart '{name}' is of no kind '{shortened(kind)}'", "kind", hint)
        return None
    table.only(f"the {kind} chart '{name}'", (*COMMON_KEYS, *KEYS[kind]))
    for key, hint in NEEDED[kind]:
        if not table.table.get(key):
            table.complain("missing-key", f"the {kind} chart '{name}' has no '{key}'", None, hint)
    for key in ("steps", "levels"):
        if table.table.get(key) == []:
            table.complain("chart", f"'{key}' of the waterfall '{name}' is empty", key, "name two quantities or more")
    if kind == "waterfall" and ("steps" in table.table) == ("levels" in table.table):
        message = f"the waterfall '{name}' needs either 'steps' or 'levels'"
        table.complain("chart", message, None, "steps are added up; levels are what stands after each step")
    if kind == "variance" and ("plan" in table.table) == ("scenario" in table.table):
        message = f"the variance chart '{name}' needs either 'plan' or 'scenario'"
        hint = "plan names the quantity that was planned, scenario the one in which y is as planned"
        table.complain("chart", message, None, hint)
    common = {
        "id": name,
        "title": table.text("title", longest=LONGEST_LABEL) or name.replace("_", " ").capitalize(),
        "note": table.text("note"),
    }
    return _READERS[kind](name, table, common)


def _line(name: str, table: Fields, common: Mapping[str, Any]) -> LineChart:
    return LineChart(
        **common,
        **_curves(table),
        ends=_ends(name, table),
        points=table.whole("points", 2, MOST_POINTS),
        marks=_names(table, "mark"),
        log=_axes(name, table),
    )


def _bar(name: str, table: Fields, common: Mapping[str, Any]) -> BarChart:
    return BarChart(**common, **_curves(table), log=_axes(name, table))


def _curves(table: Fields) -> dict[str, Any]:
    x = table.text("x", longest=LONGEST_LABEL)
    return {"x": x, "y": _names(table, "y"), "scenarios": _names(table, "scenarios")}


def _waterfall(_name: str, table: Fields, common: Mapping[str, Any]) -> WaterfallChart:
    return WaterfallChart(
        **common,
        steps=_names(table, "steps"),
        levels=_names(table, "levels"),
        total=table.text("total", longest=LONGEST_LABEL),
    )


def _tornado(_name: str, table: Fields, common: Mapping[str, Any]) -> TornadoChart:
    return TornadoChart(**common, y=_names(table, "y"))


def _variance(name: str, table: Fields, common: Mapping[str, Any]) -> VarianceChart:
    said = table.text("better") or "higher"
    better: Better = "lower" if said == "lower" else "higher"
    if said not in BETTER:
        hint = did_you_mean(said, BETTER) or f"it is {listed(BETTER, 'or')}"
        table.complain("choice", f"the chart '{name}' is better '{shortened(said)}'", "better", hint)
    texts = {key: table.text(key, longest=LONGEST_LABEL) for key in ("plan", "scenario")}
    return VarianceChart(**common, **texts, y=_names(table, "y"), to=_period(table), better=better)


def _period(table: Fields) -> str:
    """Return the last period of a variance as written: years that count are numbers."""
    given = table.table.get("to")
    return str(given) if type(given) is int else table.text("to", longest=LONGEST_LABEL)


_READERS: Final[Mapping[str, Callable[[str, Fields, Mapping[str, Any]], Chart]]] = {
    "line": _line,
    "bar": _bar,
    "waterfall": _waterfall,
    "tornado": _tornado,
    "variance": _variance,
}


def _names(table: Fields, key: str) -> tuple[str, ...]:
    found = table.texts(key)
    if len(found) > _MOST_NAMED:
        table.complain("size", f"'{key}' names {len(found)}, and {_MOST_NAMED} are the most that a chart shows", key)
        return ()
    return found


def _ends(name: str, table: Fields) -> tuple[Decimal, Decimal] | None:
    low, high = table.number("from"), table.number("to")
    if (low is None) != (high is None) and ("from" in table.table) != ("to" in table.table):
        given, other = ("from", "to") if low is not None else ("to", "from")
        message = f"the chart '{name}' has '{given}' and no '{other}'"
        table.complain("missing-key", message, given, "give both, or neither: then it is the input's range")
    if low is None or high is None:
        return None
    if low >= high:
        hint = "'from' is the smaller one" if low > high else "'to' is larger than 'from'"
        table.complain("chart", f"the chart '{name}' runs from {low} to {high}", "to", hint)
        return None
    return low, high


def _axes(name: str, table: Fields) -> tuple[str, ...]:
    if isinstance(table.table.get("log"), bool):
        table.complain("type", f"'log' of the chart '{name}' names axes", "log", 'log = "y", "x", or both in a list')
        return ()
    axes = _names(table, "log")
    for axis in axes:
        if axis not in {"x", "y"}:
            table.complain("choice", f"the chart '{name}' has no axis '{axis}'", "log", 'log = "y", "x", or both')
    return tuple([axis for axis in axes if axis in {"x", "y"}])
