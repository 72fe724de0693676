"""What a page's script draws from: what is drawn of a plan, how it goes together, and where the points begin."""

from __future__ import annotations

from typing import Any, Final

from engine.analysis.published import figure_cell
from engine.plan.cells import Cell
from engine.plan.drawn.correlations import correlations
from engine.plan.drawn.draws import Draw, Shape
from engine.plan.drawn.names import declared_draws, draws_of
from engine.plan.plan import Plan
from exports.page.program.places import Places

SEED: Final = 1
# Of each scramble the first 256 points, whose numbers have 8 bits: 4,096 cases.
_BITS: Final = 8
# More are drawn by `simulate` alone: to scramble their points would take a page too long.
MOST: Final = 250


def draws(plan: Plan, places: Places) -> dict[str, Any] | None:
    """Return what is drawn in the order of the plan; None where nothing is.

    `names` and the cells of a row by draw, `correlations` of their normal scores, `directions` of the points before
    they are scrambled, in 16 digits a dimension, and `streams` of the bits that scramble them: a state and an increment
    each, of 32 digits. Without the latter there are too many draws. `published` are figures that cases may miss: the
    cell, the scenario, and what is printed.
    """
    found = []
    for row in plan.inputs:
        quantity = row.quantity
        if quantity is None or not quantity.is_input:
            continue
        size = plan.model.size(row.over)
        for name, (cells, _) in declared_draws(plan.model, quantity).items():
            one: dict[str, Any] = {"name": name, "row": plan.index[row.id]}
            if len(cells) < size:
                one["cells"] = cells
            if row.id in plan.lags and draws_of(quantity):
                one["lag"] = True
            if draws_of(quantity):
                one["drawn"] = True
            found.append(one)
    count = sum("drawn" in one for one in found)
    if not count:
        return None
    record: dict[str, Any] = {"draws": found, "published": _published(plan, places)}
    if count <= MOST:
        # What is drawn needs scipy, which takes longer to import than most models to be computed.
        from engine.uncertainty.points import SCRAMBLES  # noqa: PLC0415
        from engine.uncertainty.special import sobol_directions, sobol_stream  # noqa: PLC0415

        nothing = Shape("", ())
        named = [Draw("", (), nothing, number, one["name"]) for number, one in enumerate(found)]
        record["correlations"] = correlations(plan.model, named)
        record["directions"] = ["".join([f"{v:02x}" for v in line]) for line in sobol_directions(count, _BITS).tolist()]
        record["streams"] = [
            [f"{part:032x}" for part in sobol_stream([SEED, scramble])] for scramble in range(SCRAMBLES)
        ]
    return record


def _published(plan: Plan, places: Places) -> list[tuple[int, str, float]]:
    return [
        (
            places.of(Cell(quantity.id, figure_cell(plan, quantity, one))),
            one.scenario or plan.first_case.id,
            float(one.value),
        )
        for quantity in plan.model.quantities
        for one in quantity.published
        if not quantity.choice
    ]
