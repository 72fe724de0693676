"""One output in detail: how likely it is to be more than any number, and which inputs drive it.

The first-order index of an input is the share of the variance that knowing it alone would take away: the variance of
the means of sixteen parts of its draws, as likely as each other, less what parts of pure chance would have. With few
trials there are fewer parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

import numpy as np

from engine.plan.plan import Array
from exports.style.a1 import letter
from exports.style.looks import NAVY, WHOLE
from exports.style.number_format import for_axis
from exports.style.words import unit_or_number
from exports.workbook.layout.geometry import GRID, LABEL, LIVE, NAME, UNIT, WORDS, at_place
from exports.workbook.layout.grid import Axis, Box, Data, NativeChart, Series, SheetCell, SheetLine, Typing
from exports.workbook.layout.uncertainty.draws import DrawnCell
from exports.workbook.layout.uncertainty.outcomes import CENTRED, HAS_VALUE, KEY, POINTS, RANK
from exports.workbook.parts.frame import Numbered, describe, heading, line_of, match_label
from exports.workbook.parts.numbers import NUMBER
from exports.workbook.parts.uncertainty.outcomes import SHARE, Outcome

_CHART_WIDTH: Final = 20.3
_BARS_WIDTH: Final = 22.0
_CHART_HEIGHT: Final = 10.0
_DIGITS: Final = 10
_NOTHING: Final = "1/10^20"


class Drivers:
    """The lines and the charts of the output that is chosen; as exported, of the first."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.live = outcome.live
        self.places = outcome.places
        by_draw: dict[int, list[DrawnCell]] = {}
        for one in self.live.draws.cells:
            by_draw.setdefault(one.draw, []).append(one)
        # A draw of a whole row is called as that.
        self.labels = [cells[0].label if len(cells) == 1 else cells[0].row.label for cells in by_draw.values()]

    @cached_property
    def values(self) -> Array:
        """Return what the output is in each trial, NaN for no value."""
        return self.live.columns[0].values

    @cached_property
    def centred(self) -> Array:
        """Return how far it is from its mean; 0 for no value."""
        known = np.isfinite(self.values)
        return np.where(known, self.values - self.mean, 0.0) if known.any() else np.zeros(len(self.values))

    @cached_property
    def mean(self) -> float:
        known = self.values[np.isfinite(self.values)]
        return float(np.mean(known)) if len(known) else 0.0

    @cached_property
    def by_part(self) -> tuple[Array, Array]:
        """Return the sums of what is centred, and how many trials have a value, by draw and part."""
        parts = np.floor(self.live.probabilities * self.places.parts).astype(int)
        known = np.isfinite(self.values)
        sums = np.array([np.bincount(part, self.centred, self.places.parts) for part in parts])
        return sums, np.array([np.bincount(part[known], minlength=self.places.parts) for part in parts], np.float64)

    @cached_property
    def indices(self) -> list[float]:
        """Return the first-order index of each draw."""
        sums, counts = self.by_part
        total = float(np.sum(self.centred * self.centred))
        if total <= self.mean**2 / 1e20:
            return [0.0] * len(sums)
        found = []
        for one, count in zip(sums, counts, strict=True):
            between, known = float(np.sum(one * one / ((count == 0) + count))), float(np.sum(count))
            is_told = known > self.places.parts
            found.append(
                max(0.0, 1 - (1 - between / total) * (known - 1) / (known - self.places.parts)) if is_told else 0.0
            )
        return found

    @cached_property
    def keys(self) -> list[float]:
        """Return the indices to as many digits as ranks are found by."""
        return [round(index, _DIGITS) for index in self.indices]

    @cached_property
    def order(self) -> list[int]:
        """Return the draws, the largest first."""
        return sorted(range(len(self.keys)), key=lambda at: (-self.keys[at], at))

    def typing(self) -> Typing:
        """Return which outputs may be chosen."""
        message = "Choose one of the outputs in the list."
        return Typing(self.places.choice.replace("$", ""), "list", choices=self.places.titles, message=message)

    def shown(self, last: int) -> Iterator[Numbered]:
        """Yield the lines for a reader."""
        yield from self._chosen(last)
        yield from self._largest(last)

    def working(self, last: int) -> Iterator[Numbered]:
        """Yield the lines that these are worked out on."""
        yield from self._points(last)
        yield from self._all(last)
        yield from self._parts(last)
        yield from self._squares(last)
        yield from self._trials(last)

    def _chosen(self, last: int) -> Iterator[Numbered]:
        places, titles = self.places, self.outcome.titles
        yield heading(places.detail, "One output in detail", last)
        cells = describe("Output", "", "", "Choose from the list: both charts follow.")
        cells[LIVE] = SheetCell(titles[0], "choice", "@")
        yield places.detail + 1, SheetLine(cells, 24)
        cells = describe("Its place in the list", "", "1", "Found from the choice above")
        cells[LIVE] = SheetCell(
            1.0, "calculation", "0", formula=f"={match_label(places.choice, titles, places.titles)}"
        )
        yield places.detail + 2, line_of(cells)
        area = places.column(LIVE, places.trials_table, places.trials)
        cells = describe("Its mean", "", "", "Over the trials in which it has a value")
        unit = unit_or_number(self.live.outputs[0].row.unit.text)
        units = places.titles.replace(f"${letter(LABEL)}", f"${letter(UNIT)}")
        cells[UNIT] = SheetCell(unit, "unit", formula=f"={at_place(units, places.place, '1')}")
        cells[LIVE] = SheetCell(self.mean, "calculation", NUMBER, formula=f"=IFERROR(AVERAGE({area}),0)")
        yield places.detail + 3, line_of(cells)

    def _points(self, last: int) -> Iterator[Numbered]:
        places = self.places
        yield heading(places.points, "Chance of more, by value", last, "Numbers of the chart.")
        cells = describe("Chance of more", "", "percent", "")
        for at, chance in enumerate(self._chances()):
            cells[GRID + at] = SheetCell(chance, "constant", "0 %")
        yield places.points + 1, line_of(cells)
        area = places.column(LIVE, places.trials_table, places.trials)
        cells = describe("Value", "", "", "Of which there is more in so many trials")
        cells[UNIT] = SheetCell(unit_or_number(self.live.outputs[0].row.unit.text), "unit",
                                formula=f"={places.mean.replace(letter(LIVE), letter(UNIT))}")  # fmt: skip
        for at, value in enumerate(self._levels()):
            formula = f"=IFERROR(PERCENTILE({area},1-{letter(GRID + at)}${places.points + 1}),0)"
            cells[GRID + at] = SheetCell(value, "calculation", NUMBER, formula=formula)
        yield places.points + 2, line_of(cells)

    def _chances(self) -> list[float]:
        return [(POINTS - at) / (POINTS + 1) for at in range(POINTS)]

    def _levels(self) -> list[float]:
        known = self.values[np.isfinite(self.values)]
        if not len(known):
            return [0.0] * POINTS
        return [float(np.percentile(known, 100 * (1 - chance))) for chance in self._chances()]

    def _largest(self, last: int) -> Iterator[Numbered]:
        places = self.places
        words = "The share of its variance that each explains alone."
        yield heading(places.largest, "What drives it most", last, words, {LIVE: "Share"})
        labels, shares, ranks = (places.column(column, places.drivers_table, places.drivers)
                                 for column in (LABEL, LIVE, RANK))  # fmt: skip
        for at, which in enumerate(self.order[: places.bars]):
            number = places.largest + 1 + at
            found = f"MATCH(${letter(NAME)}${number},{ranks},0)"
            cells = describe(self.labels[which], "", "percent", "")
            cells[LABEL] = SheetCell(self.labels[which], "label", formula=f"={at_place(labels, found, '1')}")
            cells[NAME] = SheetCell(float(at + 1), "place", "0")
            cells[LIVE] = SheetCell(
                self.indices[which], "calculation", SHARE, formula=f"={at_place(shares, found, '1')}"
            )
            yield number, line_of(cells)

    def _all(self, last: int) -> Iterator[Numbered]:
        places = self.places
        titles = {LIVE: "Share", KEY: "Share, rounded", RANK: "Rank"}
        yield heading(places.drivers_table, "All that is drawn", last, "", titles)
        keys = places.column(KEY, places.drivers_table, places.drivers)
        end = letter(GRID + self.places.parts - 1)
        for at, (label, name) in enumerate(zip(self.labels, self.live.draws.names, strict=True)):
            number = places.drivers_table + 1 + at
            cells = describe(label, name, "percent", "")
            sums, counts = (f"${letter(GRID)}${line}:${end}${line}"
                            for line in (places.sums + 2 + at, places.counts + 1 + at))  # fmt: skip
            between = f"SUMPRODUCT({sums}*{sums}/(({counts}=0)+{counts}))"
            share = f"1-(1-{between}/{places.variance})*(SUM({counts})-1)/(SUM({counts})-COLUMNS({counts}))"
            nothing = f"{places.variance}<={places.mean}^2*{_NOTHING}"
            cells[LIVE] = SheetCell(self.indices[at], "calculation", SHARE,
                                    formula=f"=IFERROR(IF({nothing},0,MAX(0,{share})),0)")  # fmt: skip
            key, first = f"${letter(KEY)}${number}", keys.split(":")[0]
            cells[KEY] = SheetCell(self.keys[at], "calculation", "0.0000",
                                   formula=f"=ROUND(${letter(LIVE)}${number},{_DIGITS})")  # fmt: skip
            cells[RANK] = SheetCell(float(self.order.index(at) + 1), "calculation", "0",
                                    formula=f'=COUNTIF({keys},">"&{key})+COUNTIF({first}:{key},{key})')  # fmt: skip
            yield number, line_of(cells)

    def _parts(self, last: int) -> Iterator[Numbered]:
        """Yield the sums and the numbers of trials by part of the draws of each input."""
        places = self.places
        sums, counts = self.by_part
        yield heading(places.sums, "Distances from the mean, added up by part of each input's draws", last)
        cells = describe("Where each part begins", "", "1", "The last begins where there are no more")
        for at in range(self.places.parts + 1):
            cells[GRID + at] = SheetCell(at / self.places.parts, "constant", "0.0000")
        yield places.sums + 1, line_of(cells)
        yield from self._by_part(places.sums + 2, sums, CENTRED)
        yield heading(places.counts, "Trials with a value, by part of each input's draws", last)
        yield from self._by_part(places.counts + 1, counts, HAS_VALUE)

    def _by_part(self, first: int, values: Array, column: int) -> Iterator[Numbered]:
        places, draws = self.places, self.live.draws
        area = places.column(column, places.trials_table, places.trials)
        for index, label in enumerate(self.labels):
            name = draws.column(index)
            drawn = f"Draws!${name}${draws.first}:${name}${draws.first + self.live.count - 1}"
            cells = describe(label, "", "", "")
            is_sum = column == CENTRED
            cells[UNIT] = SheetCell("of the output" if is_sum else unit_or_number("1"), "unit")
            for at in range(self.places.parts):
                begin, end = (f"{letter(GRID + at + more)}${places.sums + 1}" for more in (0, 1))
                formula = f'=SUMIFS({area},{drawn},">="&{begin},{drawn},"<"&{end})'
                cells[GRID + at] = SheetCell(float(values[index][at]), "calculation", NUMBER if is_sum else "0",
                                             formula=formula)  # fmt: skip
            yield first + index, line_of(cells)

    def _squares(self, last: int) -> Iterator[Numbered]:
        """Yield the line of the sum of the squares of what is centred."""
        places = self.places
        yield heading(places.squares - 1, "The variance that is shared out", last)
        unit = unit_or_number(self.live.outputs[0].row.unit.text)
        squares = places.column(CENTRED, places.trials_table, places.trials)
        cells = describe("Squares of how far the trials are from the mean", "", "", "The sum of all")
        cells[UNIT] = SheetCell(
            f"{unit}, squared", "unit", formula=f'={places.mean.replace(letter(LIVE), letter(UNIT))}&", squared"'
        )
        total = float(np.sum(self.centred * self.centred))
        cells[LIVE] = SheetCell(total, "calculation", NUMBER, formula=f"=SUMPRODUCT({squares}*{squares})")
        yield places.squares, line_of(cells)

    def _trials(self, last: int) -> Iterator[Numbered]:
        """Yield the trials of the output that is chosen, each with how far it is from the mean."""
        places, live = self.places, self.live
        titles = {LIVE: "Value", HAS_VALUE: "Has a value", CENTRED: "From the mean"}
        yield heading(places.trials_table, "The trials of the output that is chosen", last, "", titles)
        known, end = np.isfinite(self.values), letter(GRID + len(live.outputs) - 1)
        for at, value in enumerate(self.values.tolist()):
            number, line = places.trials_table + 1 + at, live.first + at
            cells = describe(f"Trial {at + 1}", "", "", "")
            cells[UNIT] = SheetCell("of the output", "unit")
            own = f"${letter(LIVE)}{number}"
            found = at_place(f"Trials!${letter(GRID)}{line}:${end}{line}", "1", places.place)
            cells[LIVE] = SheetCell(value if known[at] else "", "calculation", NUMBER, formula=f"={found}")
            cells[HAS_VALUE] = SheetCell(float(known[at]), "calculation", "0", formula=f"=IF(ISNUMBER({own}),1,0)")
            cells[CENTRED] = SheetCell(float(self.centred[at]), "calculation", NUMBER,
                                       formula=f"=IF(ISNUMBER({own}),{own}-{places.mean},0)")  # fmt: skip
            yield number, SheetLine(cells)

    def charts(self) -> Sequence[NativeChart]:
        """Return the charts: the chance of more by value, and the largest drivers."""
        places = self.places
        unit = self.live.outputs[0].row.unit
        levels, end = self._levels(), letter(GRID + POINTS - 1)
        x, y = (f"Uncertainty!${letter(GRID)}${line}:${end}${line}" for line in (places.points + 2, places.points + 1))
        title = Data(f"Uncertainty!${letter(LABEL)}${places.points + 1}", ("Chance of more",))
        curve = Series(title, Data(y, tuple(self._chances())), NAVY, x=Data(x, tuple(levels)))
        box = Box(places.chart, LABEL, _CHART_WIDTH, _CHART_HEIGHT)
        exceedance = NativeChart("scatter", "Chance of more than a value", box, None, (curve,),
                                 x=Axis("Value of the output that is chosen", for_axis(unit, levels)),
                                 y=Axis("Chance of more", "0 %", most=1.0))  # fmt: skip
        shown = self.order[: places.bars]
        labels, shares = (
            f"Uncertainty!{places.column(column, places.largest, places.bars)}" for column in (LABEL, LIVE)
        )
        bars = Series(Data(f"Uncertainty!${letter(LIVE)}${places.largest}", ("Share",)),
                      Data(shares, tuple([self.indices[at] for at in shown])), WHOLE)  # fmt: skip
        box = Box(places.chart, WORDS, _BARS_WIDTH, _CHART_HEIGHT)
        names = Data(labels, tuple([self.labels[at] for at in shown]))
        drivers = NativeChart("tornado", "What drives it most", box, names, (bars,),
                              y=Axis("Share of its variance that each explains alone", "0 %"))  # fmt: skip
        return exceedance, drivers
