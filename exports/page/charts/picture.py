"""Charts as SVG: the places of everything that is drawn. `scripts/picture.js` draws the same of the same numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import floor, isfinite
from typing import Final

from exports.page.charts.axes import Axis, across, heights
from exports.page.charts.numbers import Numbers
from exports.page.charts.spec import HEIGHT, LETTER, WIDTH, Spec
from exports.page.charts.tornado import Swing
from exports.page.texts import text
from exports.style.words import on_axis

# A name, attributes in their order, and a text.
Element = tuple[str, dict[str, str], str]

_TOP: Final = 26
_GAP: Final = 8
_BAR: Final = 26
_LABELS: Final = 190
_LONGEST: Final = 27
_MOST_NUMBERS: Final = 14
_APART: Final = 13


def size(spec: Spec, numbers: Numbers) -> tuple[int, int]:
    """Return how wide and how high a picture is."""
    return WIDTH, 30 + _BAR * len(numbers.swings) if spec.kind == "tornado" else HEIGHT


def picture(spec: Spec, numbers: Numbers) -> list[Element]:
    """Return what a chart consists of."""
    drawers = {"tornado": _tornado, "waterfall": _waterfall, "bar": _bars, "line": _lines, "sweep": _sweep}
    return list(drawers[spec.kind](spec, numbers))


def svg(elements: Sequence[Element]) -> str:
    """Return elements as markup, with quotes where they are needed alone."""
    return "".join([_markup(*element) for element in elements])


def _markup(tag: str, given: dict[str, str], said: str) -> str:
    *first, (key, last) = given.items()
    bare = "".join([f' {name}="{value}"' if " " in value else f" {name}={value}" for name, value in first])
    return f'<{tag}{bare} {key}="{last}"' + (f">{text(said)}</{tag}>" if said else "/>")


def at(place: float) -> str:
    """Return a place with one decimal."""
    return f"{floor(place * 10 + 0.5) / 10:.10g}"


def _write(look: str, x: float, y: float, said: str, turn: int = 0) -> Element:
    turned = {"transform": f"rotate({turn} {at(x)} {at(y)})"} if turn else {}
    return "text", {"class": look, "x": at(x), "y": at(y), **turned}, said


def _path(look: str, way: str) -> Element:
    return "path", {"class": look, "d": way}, ""


def _rect(look: str, x: float, y: float, other_x: float, other_y: float) -> Element:
    """Return a rectangle between two corners."""
    left, right, top, foot = [floor(end * 10 + 0.5) / 10 for end in (*sorted([x, other_x]), *sorted([y, other_y]))]
    box = {"x": at(left), "y": at(top), "width": at(right - left), "height": at(foot - top)}
    return "rect", {"class": look, **box}, ""


def _frame(spec: Spec, y: Axis, right: float) -> Iterator[Element]:
    """Yield the lines across a picture with their numbers, and the unit above them."""
    left = y.width + _GAP
    for tick, name in zip(y.ticks, y.names, strict=True):
        height = y.place(tick)
        yield _path("grid" if tick else "zero", f"M{at(left)} {at(height)}H{at(right)}")
        yield _write("tick", left - 5, height + 4, name)
    if spec.y_label:
        yield _write("unit", 0, 11, spec.y_label)


def _names(spec: Spec, left: float, slot: float, foot: float) -> Iterator[Element]:
    for index, name in enumerate(spec.names):
        middle = left + slot * (index + 0.5)
        for line, said in enumerate(name):
            if spec.turned:
                yield _write("turned", middle + 3, foot + 12, said, -40)
            else:
                yield _write("name", middle, foot + 16 + 14 * line, said)


def _plane(spec: Spec, values: Sequence[float], *, is_bar: bool) -> tuple[Axis, float, float, float]:
    """Return the axis of heights, and where what is drawn begins and ends, and its foot."""
    known = [value for value in values if isfinite(value)] or [0.0]
    foot = HEIGHT - spec.foot
    y = heights(known, is_log=spec.is_log, is_bar=is_bar).along(foot, _TOP)
    return y, y.width + _GAP, WIDTH - spec.side, foot


def _curve(look: str, places: Sequence[tuple[float, float]]) -> Element:
    """Return a line through points, broken where one has no value."""
    way, pen = "", "M"
    for index, (x, y) in enumerate(places):
        if not isfinite(y):
            pen = "M"
            continue
        is_alone = pen == "M" and (index + 1 == len(places) or not isfinite(places[index + 1][1]))
        way += f"{pen}{at(x)} {at(y)}{'h0' if is_alone else ''}"
        pen = "L"
    return _path(f"line {look}", way)


def _ends(spec: Spec, right: float, last: Sequence[float]) -> Iterator[Element]:
    """Yield the names of curves at their ends, of two that stand in each other's way the first."""
    written: list[float] = []
    for index, name in enumerate(spec.ends):
        y = last[index]
        if isfinite(y) and all(abs(y - other) >= _APART for other in written):
            written.append(y)
            yield _write(f"end {spec.looks[index]}", right + 6, y + 4, name)


def _lines(spec: Spec, numbers: Numbers) -> Iterator[Element]:
    y, left, right, foot = _plane(spec, [value for line in numbers.lines for value in line], is_bar=False)
    slot = (right - left) / max(len(spec.names), 1)
    yield from _frame(spec, y, right)
    yield from _names(spec, left, slot, foot)
    ways = [
        [
            (left + slot * (index + 0.5), y.place(value) if isfinite(value) else value)
            for index, value in enumerate(line)
        ]
        for line in numbers.lines
    ]
    for look, way in zip(spec.looks, ways, strict=True):
        yield _curve(look, way)
    yield from _ends(spec, right - slot / 2, [way[-1][1] for way in ways])


def _sweep(spec: Spec, numbers: Numbers) -> Iterator[Element]:
    values = [value for line in numbers.lines for value in line] + [height for _, height in numbers.marks]
    y, left, right, foot = _plane(spec, values, is_bar=False)
    x = across([*numbers.x, *[mark for mark, _ in numbers.marks]], is_log="x" in spec.log).along(left, right)
    yield from _frame(spec, y, right)
    for tick, name in zip(x.ticks, x.names, strict=True):
        yield _path("tick", f"M{at(x.place(tick))} {at(foot)}v4")
        yield _write("name", x.place(tick), foot + 17, name)
    yield _write("label", (left + right) / 2, foot + 37, spec.x_label)
    ways = [
        [
            (x.place(place), y.place(value) if isfinite(value) else value)
            for place, value in zip(numbers.x, line, strict=True)
        ]
        for line in numbers.lines
    ]
    for look, way in zip(spec.looks, ways, strict=True):
        yield _curve(look, way)
    for place, height in numbers.marks:
        yield _path("mark", f"M{at(x.place(place))} {at(y.place(height) - 6)}l6 6l-6 6l-6 -6z")
    yield from _ends(spec, right, [way[-1][1] for way in ways])


def _bars(spec: Spec, numbers: Numbers) -> Iterator[Element]:
    y, left, right, foot = _plane(spec, [value for line in numbers.lines for value in line], is_bar=True)
    slot = (right - left) / max(len(spec.names), 1)
    wide = slot * 0.8 / len(spec.looks)
    base = foot if spec.is_log else y.place(0)
    yield from _frame(spec, y, right)
    yield from _names(spec, left, slot, foot)
    for number, (look, line) in enumerate(zip(spec.looks, numbers.lines, strict=True)):
        for index, value in enumerate(line):
            if not isfinite(value):
                continue
            x = left + slot * (index + 0.1) + wide * number
            yield _rect(f"bar {look}", x, y.place(value), x + wide * 0.94, base)
            said = on_axis(value)
            if len(spec.names) * len(spec.looks) <= _MOST_NUMBERS and (len(said) + 1) * LETTER <= wide:
                yield _write("number", x + wide * 0.47, y.place(value) + (13 if value < 0 else -4), said)


def _waterfall(spec: Spec, numbers: Numbers) -> Iterator[Element]:
    y, left, right, foot = _plane(spec, [end for step in numbers.steps for end in (step.start, step.end)], is_bar=True)
    slot = (right - left) / max(len(numbers.steps), 1)
    yield from _frame(spec, y, right)
    yield from _names(spec, left, slot, foot)
    for index, step in enumerate(numbers.steps):
        x = left + slot * (index + 0.19)
        look = "whole" if step.is_whole else "rise" if step.end >= step.start else "fall"
        yield _rect(f"bar {look}", x, y.place(step.start), x + slot * 0.62, y.place(step.end))
        if index + 1 < len(numbers.steps):
            yield _path("link", f"M{at(x + slot * 0.62)} {at(y.place(step.end))}h{at(slot * 0.38)}")
        said = on_axis(step.end if step.is_whole else step.end - step.start)
        sign = "" if step.is_whole or step.end < step.start else "+"
        yield _write("number", x + slot * 0.31, y.place(max(step.start, step.end)) - 4, f"{sign}{said}")


def _tornado(_: Spec, numbers: Numbers) -> Iterator[Element]:
    ends = [end for swing in numbers.swings for end in (swing.least, swing.most)] + [numbers.value]
    x = heights(ends, is_log=False, is_bar=False).along(_LABELS + 40, WIDTH - 50)
    foot = _BAR * len(numbers.swings) + 4
    for tick, name in zip(x.ticks, x.names, strict=True):
        yield _path("grid", f"M{at(x.place(tick))} 0V{at(foot)}")
        yield _write("name", x.place(tick), foot + 16, name)
    middle = x.place(numbers.value)
    for index, swing in enumerate(numbers.swings):
        top = _BAR * index + 5
        short = swing.label if len(swing.label) <= _LONGEST else f"{swing.label[: _LONGEST - 1]}…"
        yield _write("row", _LABELS, top + 12, short)
        if swing.least < min(swing.low, swing.high) or swing.most > max(swing.low, swing.high):
            yield _rect("bar reach", x.place(swing.least), top, x.place(swing.most), top + 16)
        yield from _swing(x, numbers.value, swing, top)
    yield _path("zero", f"M{at(middle)} 0V{at(foot)}")


def _swing(x: Axis, value: float, swing: Swing, top: float) -> Iterator[Element]:
    """Yield the two bars of an input, the longer one first, so that the shorter one of the same side stays in sight."""
    both = [(swing.low, swing.low_end, "low"), (swing.high, swing.high_end, "high")]
    both.sort(key=lambda end: -abs(end[0] - value))
    is_one_sided = (swing.low - value) * (swing.high - value) > 0
    for order, (end, said, look) in enumerate(both):
        yield _rect(f"bar {look}", x.place(value), top, x.place(end), top + 16)
        if said and end != value and not (is_one_sided and order):
            yield (
                _write("after", x.place(end) + 4, top + 12, said)
                if end > value
                else _write("before", x.place(end) - 4, top + 12, said)
            )
