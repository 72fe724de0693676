"""A review: what changed between two versions, what it does to the outputs, and which change does how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10

import numpy as np

from engine.attribution import Attribution, attributed, comparable
from engine.cells import Cell
from engine.changes import known_case
from engine.differences import Difference, differences, renamed
from engine.evaluate import Results
from engine.plan import plan
from engine.problems import ModelError, Problem
from engine.rows import Plan
from engine.runs import solved_plan
from engine.union import Player
from engine.verdicts import problems
from exports.effects import Effect, effects
from exports.outputs import outputs
from exports.review.versions import Version

_LOST = 1e-12
_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Part:
    """What one change adds to an output, rounded so that all parts add up; `error` is a standard error, or None."""

    label: str
    ids: tuple[str, ...]
    reason: str
    share: float
    error: float | None


@dataclass(frozen=True, slots=True)
class Why:
    """An output's change in a scenario, split among the changes, the largest first; all rounded to add up."""

    effect: Effect
    before: float
    after: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Review:
    """All that is told. `broken` are statements that held before and do not now; `mended` the other way round."""

    old: str
    new: str
    title: str
    scenario: str
    differences: tuple[Difference, ...]
    effects: tuple[Effect, ...]
    whys: tuple[Why, ...]
    broken: tuple[Problem, ...]
    mended: int
    direct: tuple[str, ...]
    indirect: tuple[str, ...]


def reviewed(old: Version, new: Version, scenario: str | None) -> Review:
    """Return the review of two versions; raise ModelError where one of them is no model.

    Where the new version has no results in some scenario, why that is stands in `broken`, and there are no effects.
    """
    before, after = plan(old.model), plan(new.model)
    names = renamed(old.model, new.model)
    found = differences(before, after, names)
    case = known_case(after, scenario).id
    direct = tuple(dict.fromkeys([one.id.partition("[")[0] for one in found if one.kind in _DIRECT]))
    try:
        then, now = solved_plan(before), solved_plan(after)
    except ModelError as trouble:
        told = tuple(found)
        # What keeps the old version from having results is not what this change broke.
        broke = () if _fails(before) else trouble.problems
        return Review(old.name, new.name, after.model.title, case, told, (), (), broke, 0, direct, ())
    moved = effects((before, then), (after, now), names)
    failed, fails = ({(p.code, p.location.path if p.location else ()): p for p in problems(*one)}
                     for one in ((before, then), (after, now)))  # fmt: skip
    broken = [problem for key, problem in fails.items() if key not in failed]
    whys = _whys(then, now, case, names, moved)
    indirect = [id_ for id_ in _changed(then, now, names) if id_ not in direct]
    return Review(
        old.name, new.name, after.model.title, case, tuple(found), tuple(moved), tuple(whys), tuple(broken),
        len(failed.keys() - fails.keys()), direct, tuple(indirect),
    )  # fmt: skip


def _fails(plan_: Plan) -> bool:
    try:
        solved_plan(plan_)
    except ModelError:
        return True
    return False


_DIRECT = frozenset({"assumption", "formula", "added", "unit"})
Solved = Mapping[str, Results]


def _whys(then: Solved, now: Solved, case: str, names: Mapping[str, str], moved: Sequence[Effect]) -> list[Why]:
    """Return why the outputs changed that do in a scenario, where both versions have it and them."""
    if case not in then or case not in now:
        return []
    after = now[case].plan
    changed = {effect.name: effect for effect in moved if effect.case == case and not effect.is_none}
    wanted = [
        output
        for output in outputs(after)
        if output.name(after) in changed and comparable(then[case].plan, after, output.row.id, names)
    ]
    if not wanted:
        return []
    found = attributed(then[case], now[case], [Cell(output.row.id, output.number) for output in wanted], names)
    return [_why(after, changed[output.name(after)], found, place) for place, output in enumerate(wanted)]


def _why(plan_: Plan, effect: Effect, found: Attribution, place: int) -> Why:
    before, after = float(found.before[place]), float(found.after[place])
    players, shares = found.players, found.shares[:, place]
    error = None if found.error is None else found.error[:, place]
    unit = 10.0 ** (floor(log10(max(abs(before), abs(after)))) - _DIGITS)
    first, last = round(before / unit), round(after / unit)
    counts = [round(float(share) / unit) for share in shares]
    if counts:
        # What rounding leaves over goes to the largest, so that a reader's sum comes out.
        largest = max(range(len(counts)), key=lambda place: abs(counts[place]))
        counts[largest] += last - first - sum(counts)
    parts = [
        Part(_called(plan_, player), player.ids, player.reason, _times(count, unit),
             None if error is None else float(error[place]))
        for place, (player, count) in enumerate(zip(players, counts, strict=True))
        if count
    ]  # fmt: skip
    parts.sort(key=lambda part: -abs(part.share))
    return Why(effect, _times(first, unit), _times(last, unit), tuple(parts))


def _times(count: int, unit: float) -> float:
    return float(f"{count * unit:.12g}")


def _called(plan_: Plan, player: Player) -> str:
    rows = [plan_.row(id_) for id_ in player.ids if id_ in plan_.index]
    labels = [f"Formula: {row.label}" if row.is_computed and not row.given else row.label for row in rows]
    shown = ", ".join(labels[:3]) + (f" and {len(labels) - 3} more" if len(labels) > 3 else "")  # noqa: PLR2004  # a few
    return shown or "everything that changed"


def _changed(then: Solved, now: Solved, names: Mapping[str, str]) -> list[str]:
    """Return the quantities whose values differ in some scenario."""
    found: dict[str, None] = {}
    for case in now.keys() & then.keys():
        before, after = then[case], now[case]
        for row in after.plan.rows:
            id_ = names.get(row.id, row.id)
            if row.quantity is None or id_ not in before.plan.index or row.id in found:
                continue
            a, b = np.asarray(before.values[before.plan.index[id_]]), np.asarray(after.values[after.plan.index[row.id]])
            if before.plan.row(id_).unit.atoms != row.unit.atoms:
                continue
            if a.shape != b.shape or not np.allclose(a, b, rtol=_LOST, atol=0.0):
                found[row.id] = None
    return [row.id for row in next(iter(now.values())).plan.rows if row.id in found]
