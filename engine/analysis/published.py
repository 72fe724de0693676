"""Published figures: what a source prints, beside what the model computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from engine.model.model import Published, Quantity
from engine.model.names import cell_id
from engine.plan.evaluate import Results
from engine.plan.plan import Plan
from engine.problems import Problem, error
from engine.text.numerals import plain

Status = Literal["reproduced", "disputed", "failed", "not applicable"]
RELATIVE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed figure beside the computed value, both in the declared unit."""

    quantity: Quantity
    published: Published
    scenario: str
    computed: float | None
    tolerance: float
    status: Status


def figures(plan: Plan, results: Mapping[str, Results]) -> list[Figure]:
    """Return every published figure; `results` holds those of the scenarios by id.

    A figure whose scenario is not among them, or was computed with changed inputs, is not applicable.
    """
    return [
        _figure(plan, quantity, published, results)
        for quantity in plan.model.quantities
        for published in quantity.published
    ]


def half_unit(published: Published) -> float:
    """Return half a unit of the last digit printed; zeros at the end of a number without a point do not count."""
    _, digits, exponent = published.value.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101  # only finite numbers are loaded
    if published.digits is not None:
        last = published.value.adjusted() - published.digits + 1
    elif exponent >= 0 and published.value and "." not in str(published.value):
        text = "".join(map(str, digits))
        last = exponent + len(text) - len(text.rstrip("0"))
    else:
        last = exponent
    return float(Decimal("0.5").scaleb(last))


def _figure(plan: Plan, quantity: Quantity, published: Published, results: Mapping[str, Results]) -> Figure:
    case = plan.case(published.scenario) if published.scenario else plan.first_case
    result = results.get(case.id)
    printed = float(published.value)
    tolerance = half_unit(published) + RELATIVE * abs(printed)
    if result is None or result.changed:
        return Figure(quantity, published, case.id, None, tolerance, "not applicable")
    computed = result.cells(quantity.id)[figure_cell(plan, quantity, published)]
    agrees = abs(computed - printed) <= tolerance
    status: Status = "reproduced" if agrees else "failed"
    if published.disputed:
        status = "failed" if agrees else "disputed"
    return Figure(quantity, published, case.id, computed, tolerance, status)


def figure_cell(plan: Plan, quantity: Quantity, published: Published) -> int:
    """Return which cell of its quantity a figure is of, the last dimension fastest."""
    number = 0
    for name, member in zip(quantity.over, published.at, strict=True):
        dimension = plan.model.dimension[name]
        number = number * len(dimension.members) + (dimension.index_of(member) or 0)
    return number


def _figure_problem(plan: Plan, figure: Figure) -> Problem:
    published, name = figure.published, cell_id(figure.quantity.id, figure.published.at)
    unit = plan.row(figure.quantity.id).unit.suffix
    if published.disputed:
        message = f"'{name}' reproduces the figure {published.value} that is marked as disputed"
        return error("published", message, plan.model.at(*published.path, "disputed"), "take 'disputed' out")
    message = (
        f"'{name}' does not reproduce a published figure in the scenario '{figure.scenario}'\n"
        f"{published.source} prints  {published.value}{unit}\n"
        f"the model gives  {figure.computed:.15g}{unit}, and may differ by {plain(Decimal(f'{figure.tolerance:.3g}'))}"
    )
    hint = 'mend the model, or say why the figure is wrong: disputed = "..."; digits = n where fewer or more are exact'
    return error("published", message, plan.model.at(*published.path, "value"), hint)
