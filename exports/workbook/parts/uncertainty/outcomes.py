"""What comes of the trials: percentiles of all outputs, and the chances of checks and published figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.analysis.published import Figure, figure_cell
from engine.language.numbers.scalars import less
from engine.plan.cells import Cell
from engine.plan.outputs import Output
from engine.plan.plan import Array
from exports.style.a1 import letter
from exports.style.number_format import for_result
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.formulas.references import References
from exports.workbook.formulas.trials.columns import Live
from exports.workbook.layout.geometry import FIRST_ROW, GRID, LIVE, choice
from exports.workbook.layout.grid import SheetCell, Value
from exports.workbook.layout.uncertainty.outcomes import ABOVE, COUNT, MEAN, MISSING, PERCENTILES, Outcomes
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, heading, line_of

SHARE = "0.0 %"
OTHER = "other scenario"
# So many checks fit into one formula.
_MOST_TOGETHER = 200
_TITLES = {
    LIVE: "Live", **{GRID + at: f"P{share}" for at, share in enumerate(PERCENTILES)},
    COUNT: "Trials", MEAN: "Mean", ABOVE: "Chance of more than live", MISSING: "Without a value",
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """The trials, the titles of their outputs, and where everything stands."""

    book: Book
    live: Live

    @cached_property
    def places(self) -> Outcomes:
        """Return where everything stands."""
        live = self.live
        checks = len(live.checks) + self._has_any
        return Outcomes(len(live.outputs), checks, len(self.figures), len(live.draws.names), live.count)

    @cached_property
    def titles(self) -> list[str]:
        """Return what the outputs are called in the list."""
        named = dict(zip([one.cell for one in self.book.cases.outputs], self.book.ranges.titles, strict=True))
        return [named[output.cell] for output in self.live.outputs]

    @cached_property
    def figures(self) -> list[tuple[Figure, Output]]:
        """Return the published figures of the outputs."""
        plan = self.book.results.plan
        outputs = {output.cell: output for output in self.live.outputs}
        cells = [
            (one, Cell(one.quantity.id, figure_cell(plan, one.quantity, one.published))) for one in self.book.figures
        ]
        return [(figure, outputs[cell]) for figure, cell in cells if cell in outputs]

    @property
    def _has_any(self) -> bool:
        """Return whether a line tells the chance that any check fails: of one it is its own."""
        return 1 < len(self.live.checks) <= _MOST_TOGETHER

    @property
    def any_fails(self) -> tuple[float, int] | None:
        """Return the chance that any check fails, and its line; None where no line has it."""
        checks = len(self.live.checks)
        if checks != 1 and not self._has_any:
            return None
        fails = np.any([held != 1 for _, held in self._held], axis=0)
        return float(np.mean(fails)), self.places.checks_table + self.places.checks

    @cached_property
    def _held(self) -> list[tuple[str, Array]]:
        """Return of each check its trials, and whether it holds in them: 1, 0, or NaN where a side has no value."""
        columns = [self.live.columns_of(id_)[0] for id_ in self.live.checks]
        return [(self.live.area(column), self.live.columns[column - GRID].values) for column in columns]

    def values(self, index: int) -> Array:
        """Return what an output is in the trials in which it has a value."""
        values = self.live.columns[index].values
        return values[np.isfinite(values)]

    def lines(self, last: int) -> Iterator[Numbered]:
        """Yield the tables of outputs and of checks."""
        places = self.places
        words = f"No room for: {', '.join(self.live.left_out)}." if self.live.left_out else ""
        yield heading(FIRST_ROW, "The outputs over all trials", last, words, _TITLES)
        cells = describe("Percentiles", "", "percent", "Of so many trials an output is at most this")
        for at, share in enumerate(PERCENTILES):
            cells[GRID + at] = SheetCell(share / 100, "constant", "0 %")
        yield places.shares, line_of(cells)
        for index in range(len(self.live.outputs)):
            yield places.first_output + index, line_of(self.output_cells(index))
        if self.live.checks:
            yield heading(places.checks_table, "Chance that a check fails", last, "", {LIVE: "Chance"})
        for index, (test, (area, held)) in enumerate(zip(self.live.checks.values(), self._held, strict=True)):
            cells = describe(
                test.check.label, test.check.id, "percent", "A trial without a value counts as one that fails"
            )
            cells[LIVE] = SheetCell(1 - float(np.nansum(held)) / self.live.count, "total", SHARE,
                                    formula=f"=1-SUM({area})/ROWS({area})")  # fmt: skip
            yield places.checks_table + 1 + index, line_of(cells)
        if self._has_any and self.any_fails is not None:
            chance, number = self.any_fails
            cells = describe("Any of them", "", "percent", "In how many trials one of them fails at least")
            areas = [area.replace("$", "") for area, _ in self._held]
            every = "*".join([f"({area}=1)" for area in areas])
            cells[LIVE] = SheetCell(chance, "total", SHARE, formula=f"=1-SUMPRODUCT({every})/ROWS({areas[0]})")
            yield number, line_of(cells)

    def figure_lines(self, last: int) -> Iterator[Numbered]:
        """Yield the table of published figures."""
        places = self.places
        if self.figures:
            titles = {LIVE: "Chance", GRID: "Published", GRID + 1: "Scenario"}
            yield heading(places.figures_table, "Chance of more than a published figure", last, "", titles)
        for index, (figure, output) in enumerate(self.figures):
            number = places.figures_table + 1 + index
            same = [at for at, (_, other) in enumerate(self.figures) if other.cell == output.cell]
            label = output.label if len(same) == 1 else f"{output.label} · figure {same.index(index) + 1}"
            yield number, line_of(self._figure(figure, output, label, number))

    def output_cells(self, index: int) -> dict[int, SheetCell]:
        """Return the line of an output: percentiles, mean, and how likely it is to be more than it is now."""
        book, live = self.book, self.live
        plan, output = book.results.plan, live.outputs[index]
        number = self.places.first_output + index
        area, values = live.area(GRID + index), self.values(index)
        own = output.value(plan, book.results.values)
        cells = describe(self.titles[index], output.name(plan), output.row.unit.text, "")
        count, value = f"${letter(COUNT)}{number}", f"${letter(LIVE)}{number}"
        shares = np.percentile(values, PERCENTILES).tolist() if len(values) else []
        mean = float(np.mean(values)) if len(values) else 0.0
        shown = for_result(output.row.unit, [*shares, mean, own])
        cells[LIVE] = SheetCell(own, "live", shown, formula=f"={References(book.layout, 'Uncertainty').output(output)}")
        for at in range(len(PERCENTILES)):
            share = f"{letter(GRID + at)}${self.places.shares}"
            found: Value = shares[at] if shares else NO_VALUE
            cells[GRID + at] = SheetCell(found, "calculation", shown,
                                         formula=f'=IFERROR(PERCENTILE({area},{share}),"{NO_VALUE}")')  # fmt: skip
        cells[COUNT] = SheetCell(float(live.count), "constant", "0")
        cells[MEAN] = SheetCell(mean if len(values) else NO_VALUE, "calculation", shown,
                                formula=f'=IFERROR(AVERAGE({area}),"{NO_VALUE}")')  # fmt: skip
        more = sum(less(own, one) for one in values.tolist()) / live.count
        cells[ABOVE] = SheetCell(more, "calculation", SHARE,
                                 formula=f"={_more(area, value)}/{count}")  # fmt: skip
        cells[MISSING] = SheetCell(1 - len(values) / live.count, "calculation", SHARE,
                                   formula=f"=1-COUNT({area})/{count}")  # fmt: skip
        return cells

    def _figure(self, figure: Figure, output: Output, label: str, number: int) -> dict[int, SheetCell]:
        """Return the line of a published figure: in how many trials the result is more than it, in its scenario."""
        book, live = self.book, self.live
        plan = book.results.plan
        title = {source.id: source.title for source in plan.model.sources}[figure.published.source]
        cells = describe(label, output.name(plan), "percent", title)
        column = live.column_of(output)
        area, values = live.area(column), live.columns[column - GRID].values
        target = float(figure.published.value / output.row.unit.scale)
        own = f"${letter(GRID)}{number}"
        is_live = plan.case(figure.scenario) is book.results.case
        more = sum(less(target, one) for one in values[np.isfinite(values)].tolist()) / live.count
        text = f"{_more(area, own)}/ROWS({area})"
        formula = f'=IF({choice()}=Inputs!{self._label(figure)},{text},"{OTHER}")'
        cells[LIVE] = SheetCell(more if is_live else OTHER, "total", SHARE, formula=formula)
        cells[GRID] = SheetCell(target, "constant", for_result(output.row.unit, [target]))
        cells[GRID + 1] = SheetCell(plan.case(figure.scenario).label, "words")
        return cells

    def _label(self, figure: Figure) -> str:
        """Return the cell of Inputs that names the scenario of a figure."""
        layout = self.book.layout
        return f"${letter(layout.scenario_column(layout.plan.case(figure.scenario)))}${layout.scenario_row}"


def _more(area: str, value: str) -> str:
    """Return the part of a formula that counts the numbers above a value: spreadsheets take a text for one."""
    return f"(SUMPRODUCT(--({area}>{value}))+COUNT({area})-ROWS({area}))"
