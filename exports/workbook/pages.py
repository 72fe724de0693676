"""A plan as the sheets of its workbook, in their order: plain values, before any file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.problems import ModelError, error
from engine.progress import steps
from exports.files.stamp import Stamp
from exports.workbook.formulas.stepwise.steps import in_steps
from exports.workbook.layout.cases import MOST_CELLS
from exports.workbook.layout.geometry import Block
from exports.workbook.layout.grid import Sheet
from exports.workbook.layout.rows import Layout
from exports.workbook.layout.uncertainty.outcomes import TRIALS
from exports.workbook.parts.book import Book
from exports.workbook.sheets.cases import cases
from exports.workbook.sheets.changes import changes
from exports.workbook.sheets.checks import checks
from exports.workbook.sheets.cover import cover
from exports.workbook.sheets.inputs import data, inputs
from exports.workbook.sheets.model import model
from exports.workbook.sheets.registry import registry
from exports.workbook.sheets.report import report
from exports.workbook.sheets.scenarios import scenarios
from exports.workbook.sheets.sensitivity import sensitivity
from exports.workbook.sheets.sources import sources
from exports.workbook.sheets.uncertainty.no_room import no_room

_BEFORE: Final = (cover, inputs, data, model)
_OF_OUTPUTS: Final = (scenarios, sensitivity)
_AFTER: Final = (checks, sources, changes, registry)
_MOST_ROWS: Final = 1_000_000
_MOST_COLUMNS: Final = 16_000


@dataclass(frozen=True, slots=True)
class Pages:
    """The sheets of a workbook, and where each quantity's row stands on them."""

    sheets: tuple[Sheet, ...]
    blocks: Mapping[str, Block]


def pages(
    plan: Plan,
    scenario: str | None = None,
    stamp: Stamp | None = None,
    *,
    trials: int = TRIALS,
    with_report: bool = False,
) -> Pages:
    """Return the sheets of a plan with a scenario chosen, a stamp on the cover, and behind all a report on one page.

    Up to so many `trials` of what is drawn are live.

    Raises ModelError where a row has no finite value in some scenario, or where a sheet could not hold the model.
    """
    plan = in_steps(plan)
    others = tuple([evaluate(plan, case.id) for case in steps("scenarios", plan.cases)])
    _refuse_too_large(plan)
    book = Book(Layout(plan), evaluate(plan, scenario), others, stamp or Stamp(), trials)
    _refuse_large_case(book)
    wanted = list(_wanted(book, with_report=with_report))
    blocks = {row.id: book.layout.block(row.id) for row in plan.rows if row.kind != "part"}
    return Pages(tuple([page(book) for page in steps("laying out sheets", wanted)]), blocks)


def _wanted(book: Book, *, with_report: bool) -> Iterator[Callable[[Book], Sheet]]:
    """Yield what makes each sheet, in their order."""
    yield from [page for page in _BEFORE if page is not data or book.layout.data]
    if book.cases.outputs:
        yield cases
        if book.trials is None:
            yield from (*_OF_OUTPUTS, *((no_room,) if book.without_trials else ()))
        else:
            from exports.workbook.sheets.uncertainty.draws import draws  # noqa: PLC0415  # scipy takes half a second
            from exports.workbook.sheets.uncertainty.trials import trials  # noqa: PLC0415  # as above
            from exports.workbook.sheets.uncertainty.uncertainty import uncertainty  # noqa: PLC0415  # as above

            yield from (draws, trials, *_OF_OUTPUTS, uncertainty)
    yield from [page for page in _AFTER if page is not changes or book.stamp.changes is not None]
    if with_report and book.cases.outputs:
        yield report


def _refuse_large_case(book: Book) -> None:
    """Raise ModelError where not even one scenario's cells have room on the sheet of cases."""
    if book.cases.scenarios:
        return
    message = (
        f"its outputs and charts depend on {book.cases.per_case:,} cells, and a workbook has {MOST_CELLS:,} for them"
    )
    hint = "take larger steps, or split the model; --csv and --html take all of it"
    raise ModelError([error("excel", message, book.results.plan.model.at(), hint)])


def _refuse_too_large(plan: Plan) -> None:
    cells = len(plan.cases) * sum(np.size(row.value) for row in plan.rows if row.value is not None)
    if cells > _MOST_ROWS or len(plan.rows) * 2 > _MOST_ROWS:
        message = f"{cells:,} cells of inputs and {len(plan.rows):,} quantities are more than a sheet has rows for"
        raise ModelError([error("excel", message, plan.model.at(), "split the model, or leave scenarios out")])
    for dimension in plan.model.dimensions:
        if len(dimension.members) > _MOST_COLUMNS:
            count = f"{len(dimension.members):,} members, and a sheet takes {_MOST_COLUMNS:,}"
            message = f"the dimension '{dimension.id}' has {count}"
            at = plan.model.at("dimensions", dimension.id)
            raise ModelError([error("excel", message, at, "split the model, or take larger steps")])
