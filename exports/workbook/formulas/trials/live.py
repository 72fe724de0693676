"""How many trials there are, and of which outputs: as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine import graph
from engine.plan.evaluate import Results
from engine.plan.outputs import Output
from engine.plan.plan import Plan
from engine.uncertainty import trials as engine
from engine.uncertainty.cone import has_bounds
from exports.workbook.formulas.trials.checks import with_checks
from exports.workbook.formulas.trials.columns import Live, Unspelled, Wanted
from exports.workbook.layout.cases import MOST_CELLS
from exports.workbook.layout.choices import is_choice
from exports.workbook.layout.rows import Layout
from exports.workbook.layout.uncertainty.outcomes import FEWEST, TRIALS

# Who reads a workbook takes so many letters of formulas at most, several times over.
MOST_LETTERS: Final = 8_000_000


def live(
    layout: Layout,
    results: Results,
    others: Sequence[Results],
    asked: Sequence[Output],
    count: int = TRIALS,
    *,
    letters: int = MOST_LETTERS,
) -> Live | None:
    """Return the trials of a plan, up to `count`, of at most so many letters of formulas.

    None where no output depends on what is drawn, or none has room.
    """
    drawn = engine.trials(layout.plan) if count else None
    if drawn is None:
        return None
    plan, tests = with_checks(layout.plan)
    moved = graph.moved({row.id: row.uses for row in plan.rows}, *drawn.rows)
    outputs = [output for output in asked if output.row.id in moved and not is_choice(output.row)]
    checks = {id_: test for id_, test in tests.items() if id_ in moved}
    left_out: list[str] = []
    most = count
    while outputs:
        feeding = plan.feeding(*[output.row.id for output in outputs], *checks)
        # A side of a check that is the same in all trials stands nowhere else.
        needed = {id_ for id_ in feeding if id_ in moved or id_ not in layout.plan.index}
        trials = _room(plan, drawn, needed, len(outputs), most)
        try:
            if trials:
                found = Live(layout, results, others, drawn, Wanted(plan, trials, outputs, checks, left_out, needed))
                if found.letters <= letters:
                    return found
        except Unspelled as problem:
            reads = [id_ for id_ in checks if problem.row in plan.feeding(id_)]
            lost = [output for output in outputs if problem.row in plan.feeding(output.row.id)]
            left_out += [*[checks.pop(id_).check.label for id_ in reads], *[output.label for output in lost]]
            outputs = [output for output in outputs if output not in lost]
            continue
        if trials > FEWEST:
            most = trials // 2
            continue
        most = count
        if checks:
            left_out.append("the checks")
            checks = {}
        else:
            # The one that takes the most room, so that most of the others stay.
            largest = max(outputs, key=lambda output: _size(plan, plan.feeding(output.row.id) & moved))
            outputs.remove(largest)
            left_out.append(largest.label)
    return None


def _room(plan: Plan, drawn: engine.Trials, needed: set[str], outputs: int, count: int) -> int:
    """Return how many trials there is room for: halved as long as they are enough, 0 where there are not."""
    cells = outputs + _size(plan, needed)
    cells += sum(len(of.cells) for name, of in drawn.draws.items() if name.partition("[")[0] in needed)
    while count > FEWEST and cells * count > MOST_CELLS:
        count //= 2
    return count if cells * count <= MOST_CELLS else 0


def _size(plan: Plan, needed: set[str]) -> int:
    """Return how many cells rows take in a trial: twice as many where bounds are held against them."""
    rows = [row for row in plan.rows if row.id in needed and row.kind != "part"]
    return sum(plan.model.size(row.over) * (2 if has_bounds(row) else 1) for row in rows)
