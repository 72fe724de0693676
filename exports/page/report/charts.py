"""The model's charts, each with a legend and a table of what it draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.charts.plot import Plot
from exports.page.charts.drawn import DrawnChart
from exports.page.charts.numbers import Numbers
from exports.page.charts.picture import picture, size, svg
from exports.page.texts import region, section, text
from exports.style.words import in_review, sentences

_KINDS: Final = {"sweep": "line", "tornado": "tornado", "waterfall": "waterfall", "bar": "bar", "line": "line"}
_SWATCH: Final = {"line": '<path class="line {}" d="M0 5H22"/>', "bar": '<rect class="bar {}" width="22" height="10"/>'}
_BOX: Final = '<svg viewBox="0 0 22 10" aria-hidden="true">'
_MARK: Final = '<path class="mark" d="M11 0l5 5-5 5-5-5z"/>'
_TALL: Final = 30
_NARROW: Final = 3


def charts(drawn: Sequence[DrawnChart]) -> str:
    """Return the section of charts."""
    figures = "\n".join([_figure(number, one) for number, one in enumerate(drawn)])
    return section("charts", "Charts", f"<div class=charts>\n{figures}\n</div>" if figures else "")


def _figure(number: int, one: DrawnChart) -> str:
    plot, spec, numbers = one.plot, one.spec, one.numbers
    chart = plot.chart
    width, height = size(spec, numbers)
    drawn = (
        f'<svg viewBox="0 0 {width} {height}" role="img" tabindex="0" '
        f'aria-label="{text(chart.title)}: {_KINDS[spec.kind]} chart">{svg(picture(spec, numbers))}</svg>'
    )
    note = sentences([" ".join(chart.note.split())])
    return (
        f"<figure class=chart data-chart={number}><figcaption>{text(chart.title)}</figcaption>{drawn}"
        f"{_legend(one)}{f'<p class=note>{text(note)}</p>' if note else ''}"
        f"<details><summary>Table</summary>{_table(one)}</details></figure>"
    )


def _legend(one: DrawnChart) -> str:
    """Return what each colour stands for, and where each mark is; '' where there is one curve alone."""
    plot, spec = one.plot, one.spec
    if spec.kind == "tornado":
        named = [("low", "at the low end"), ("high", "at the high end")]
    elif spec.kind == "waterfall" or (len(plot.curves) == 1 and not one.numbers.marks):
        named = []
    else:
        named = list(zip(spec.looks, spec.labels, strict=True))
    swatch = _SWATCH["line" if spec.kind in {"line", "sweep"} else "bar"]
    items = [f"<li>{_BOX}{swatch.format(look)}</svg>{text(label)}" for look, label in named]
    marks, unit = (plot.sweep.marks, plot.sweep.row.unit.for_readers) if plot.sweep is not None else ((), "")
    items += [
        f"<li>{_BOX}{_MARK}</svg>{text(mark.label)}: <span class=at>{in_review(at)}</span> {text(unit)}"
        for mark, (at, _) in zip(marks, one.numbers.marks, strict=False)
    ]
    return f"<ul class=legend>{''.join(items)}</ul>" if items else ""


def _table(one: DrawnChart) -> str:
    heads, rows = _cells(one.plot, one.spec.kind, one.spec.labels, one.numbers)
    unit = one.plot.unit.for_readers
    head = "".join([f"<th>{text(name)}" for name in heads])
    lines = "".join([f"<tr><th>{text(name)}<td>{'<td>'.join(values)}" for name, *values in rows])
    caption = f"<caption>{text(one.plot.chart.title)}{f', {text(unit)}' if unit else ''}</caption>"
    table = f"<table>{caption}<thead><tr>{head}<tbody>{lines}</table>"
    return region(one.plot.chart.title, table) if len(rows) > _TALL or len(heads) > _NARROW else table


def _cells(plot: Plot, kind: str, labels: Sequence[str], numbers: Numbers) -> tuple[list[str], list[list[str]]]:
    """Return the heads of a chart's table, and its lines, each with its name first, as `scripts/charts.js` does."""
    if kind == "tornado":
        rows = [[one.label, in_review(one.low), in_review(one.high)] for one in numbers.swings]
        return ["Input", "At the low end", "At the high end"], rows
    if kind == "waterfall":
        labels = [*plot.categories, plot.total_label]
        steps = zip(labels, numbers.steps, strict=False)
        return ["Step", "Change", "After it"], [
            [label, in_review(one.end - one.start), in_review(one.end)] for label, one in steps
        ]
    names = [in_review(value) for value in numbers.x] if plot.sweep is not None else list(plot.categories)
    heads = [plot.x_label or "Scenario", *labels]
    values = [[in_review(value) for value in line] for line in numbers.lines]
    return heads, [list(row) for row in zip(names, *values, strict=True)]
