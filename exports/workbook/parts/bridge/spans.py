"""What the bridge is between the scenarios that it shows first: its numbers, which the cells carry."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import isnan

from engine.charts.series import WaterfallBar
from engine.language.numbers.scalars import add_up
from engine.plan.outputs import Output
from exports.style.number_format import number_in_text, percent_in_text
from exports.style.words import unit_or_number
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.layout.working.bridge import Bridge

# What follows the last change that is told apart, where more inputs differ.
AND_MORE = " and {} more"


@dataclass(frozen=True)
class Span:
    """The first output from one scenario to the other."""

    bridge: Bridge

    @property
    def output(self) -> Output:
        """Return the output that is shown first."""
        return self.bridge.cases.outputs[0]

    @cached_property
    def mixed(self) -> list[float]:
        """Return the output in each mixture, NaN where it has no value."""
        cases, plan = self.bridge.cases, self.bridge.cases.plan
        count = len(self.bridge.pair.mixtures)
        return [self.output.value(plan, cases.turns[cases.mixture(number)].values) for number in range(count)]

    @cached_property
    def added(self) -> list[float]:
        """Return what each step adds, as far as it counts; NaN where one of its mixtures has no value."""
        steps = self.bridge.pair.mixtures.steps
        return [step.share * (self.mixed[step.after] - self.mixed[step.before]) for step in steps]

    @cached_property
    def told(self) -> int:
        """Return how many changes are shown."""
        return min(self.bridge.changes, len(self.bridge.pair.differing))

    def change(self, number: int) -> float:
        """Return what a change adds, from 0; NaN where some step of it has no value."""
        steps = self.bridge.pair.mixtures.steps
        return add_up(added for step, added in zip(steps, self.added, strict=True) if step.change == number)

    def label(self, place: int) -> str:
        """Return what the bar at a place is called: a scenario, a change, or nothing."""
        pair = self.bridge.pair
        if place == 0:
            return pair.before.case.label
        if self.is_change(place):
            return pair.differing[place - 1].label + self.more(place)
        return pair.after.case.label if place == self.told + 1 else ""

    def is_change(self, place: int) -> bool:
        """Return whether the bar at a place is a change."""
        return 0 < place <= self.told

    def more(self, place: int) -> str:
        """Return what follows the last change that is told apart, where more inputs differ."""
        more = len(self.bridge.pair.differing) - self.bridge.changes
        return AND_MORE.format(more) if place == self.bridge.changes and more > 0 else ""

    def shown(self, place: int) -> float | None:
        """Return the number of the bar at a place: NaN for no value, None where there is no bar."""
        if place == 0:
            return self.mixed[0]
        if place <= self.told:
            return self.change(place - 1)
        return self.mixed[-1] if place == self.told + 1 else None

    @cached_property
    def bars(self) -> list[WaterfallBar]:
        """Return the bars."""
        found: list[WaterfallBar] = []
        for place in range(self.bridge.count):
            shown = self.shown(place)
            value = 0.0 if shown is None or isnan(shown) else shown
            is_whole = place in {0, self.told + 1}
            start = 0.0 if is_whole or not found else found[-1].end
            found.append(WaterfallBar(self.label(place), start, start + value, is_whole))
        return found

    def is_known(self, place: int) -> bool:
        """Return whether the bar at a place has a number."""
        shown = self.shown(place)
        return shown is not None and not isnan(shown)

    def part(self, place: int) -> float | str:
        """Return which part of the whole change the bar at a place is, or ''."""
        change = self.mixed[-1] - self.mixed[0]
        has_part = self.is_known(place) and not self.bars[place].is_whole and change and not isnan(change)
        return self.bars[place].shown / change if has_part else ""

    def unit(self, place: int) -> str:
        """Return the unit of the bar at a place, '' where there is none."""
        return unit_or_number(self.output.row.unit.text) if self.label(place) else ""

    def in_short(self, place: int) -> str:
        """Return the number of the bar at a place as a short text."""
        value = self.bars[place].shown
        is_percent = self.unit(place) == "percent"
        return percent_in_text("", value)[0] if is_percent else number_in_text(("", "", ""), value)[0]

    def words(self, place: int) -> str:
        """Return what stands below the bar at a place."""
        one = self.bars[place]
        if not one.label:
            return ""
        return f"{one.label}: {self.signed(place)}"

    def signed(self, place: int) -> str:
        """Return the number of the bar at a place as a short text, with a sign where it is a change."""
        one = self.bars[place]
        sign = "" if one.is_whole or one.shown <= 0 else "+"
        return f"{sign}{self.in_short(place)}" if self.is_known(place) else NO_VALUE
