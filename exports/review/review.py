"""A review: what changed between two versions, what it does to the outputs, and which change does how much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isnan

import numpy as np

from engine.analysis.verdicts import Claim, claims, problems
from engine.memory import collector_paused
from engine.model.model import Model
from engine.plan.outputs import outputs
from engine.plan.plan import Numbers, Plan
from engine.plan.selection import known_case
from engine.planning.planner import plan
from engine.problems import ModelError, Problem
from engine.solve import solved_cases
from engine.versions.attribution import Attribution, attribute
from engine.versions.data.shares import CellShares
from engine.versions.differences import differences
from engine.versions.effects import Effect, effects
from engine.versions.members import match_all_members, rename_members
from engine.versions.mixture import Player
from engine.versions.pair import Difference, Pair
from engine.versions.renaming import called_alike
from engine.versions.spreads.shares import share_shifts
from engine.versions.spreads.shifts import shifts
from exports.review.rounding import counting_unit, times
from exports.review.versions import Version

_LOST = 1e-12
_FEW = 3


@dataclass(frozen=True, slots=True)
class Part:
    """What one change adds to an output, rounded so that all parts add up; `error` is a standard error, or None.

    Of a file of data `cells` has what its largest cells add, and the others together.
    """

    label: str
    ids: tuple[str, ...]
    reason: str
    share: float
    error: float | None
    cells: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """An output's change in a scenario, split among the changes, the largest first; all rounded to add up."""

    effect: Effect
    before: float
    after: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure of how far an output spreads, or how likely a check holds, before and after, and what each change adds.

    `error` is the standard error of the difference. The parts add up; none where the changes cannot be told apart.
    """

    figure: str
    effect: Effect
    error: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Review:
    """All that is told. `broken` are statements that held before and do not now; `repaired` the other way round."""

    old: str
    new: str
    title: str
    scenario: str
    differences: tuple[Difference, ...]
    effects: tuple[Effect, ...]
    whys: tuple[Why, ...]
    spreads: tuple[Spread, ...]
    broken: tuple[Problem, ...]
    repaired: int
    direct: tuple[str, ...]
    indirect: tuple[str, ...]
    notes: tuple[str, ...]


def review_versions(old: Version, new: Version, scenario: str | None) -> Review:
    """Return the review of two versions; raise ModelError where one of them is no model.

    Without a scenario the outputs are split in the first in which any changes. What keeps the new version, or one of
    its scenarios, from having results stands in `broken`.
    """
    with collector_paused():
        return _reviewed(old, new, scenario)


def _reviewed(old: Version, new: Version, scenario: str | None) -> Review:
    model, declared = called_alike(old.model, new.model)
    renamed = match_all_members(model, new.model)
    model = rename_members(model, renamed)
    before, crossed = _plan_either(model)
    # What is compiled for the old version is the new version's too.
    then, stuck = solved_cases(before)
    after, crossing = _plan_either(new.model, before)
    now, sticking = solved_cases(after)
    pair = Pair.of(_as_written(before, model), _as_written(after, new.model), then, now)
    pair = replace(pair, renamed=renamed, declared=declared)
    found = differences(pair)
    ids = dict.fromkeys([one.id.partition("[")[0] for one in found if one.kind in _DIRECT])
    direct = tuple([id_ for id_ in ids if id_ in new.model.by_id])
    moved = effects(pair)
    case = known_case(after, scenario).id if scenario else _first_moved(after, moved)
    held = {_now(pair, statement): holds for statement, holds in claims(before, then).items()}
    holding = claims(after, now)
    broken = [
        *_find_new((*crossed, *stuck), (*crossing, *sticking)),
        *problems(after, now, {statement for statement, holds in held.items() if not holds}),
    ]
    return Review(
        old=old.name,
        new=new.name,
        title=after.model.title,
        scenario=case,
        differences=tuple(found),
        effects=tuple(moved),
        whys=tuple(_whys(pair, case, moved, direct)),
        spreads=tuple(_spreads(pair, case)) if found else (),
        broken=tuple(broken),
        repaired=sum(holds and held.get(statement) is False for statement, holds in holding.items()),
        direct=direct,
        indirect=tuple([id_ for id_ in _changed(pair) if id_ not in direct]),
        notes=(*old.notes, *new.notes),
    )


def _plan_either(model: Model, before: Plan | None = None) -> tuple[Plan, tuple[Problem, ...]]:
    """Return a plan, and which inputs are out of their bounds: that is to be told beside what it does."""
    try:
        return plan(model, before), ()
    except ModelError as trouble:
        if any(problem.code != "bounds" for problem in trouble.problems if problem.severity == "error"):
            raise
        free = [replace(one, min=None, max=None, whole=False, range=None, distribution="", values=None, weights=None)
                if one.is_input else one for one in model.quantities]  # fmt: skip
        return plan(replace(model, quantities=tuple(free), charts=(), correlations=()), before), trouble.problems


def _as_written(made: Plan, model: Model) -> Plan:
    """Return a plan with its bounds as they are declared."""
    return made if made.model is model else replace(made, model=model)


def _first_moved(plan_: Plan, moved: Sequence[Effect]) -> str:
    """Return the first scenario in which an output changes; the first one where none does."""
    cases = [effect.case for effect in moved if not effect.is_none and effect.before is not None]
    shown = plan_.first_case.id
    return shown if shown in cases or not cases else cases[0]


def _find_new(before: Sequence[Problem], after: Sequence[Problem]) -> list[Problem]:
    """Return the problems of the new version that the old one has not, of the same kind and at the same place."""
    known = {(one.code, one.location.path if one.location else ()) for one in before}
    return [one for one in after if (one.code, one.location.path if one.location else ()) not in known]


def _now(pair: Pair, statement: Claim) -> Claim:
    """Return what the new version calls a statement of the old one."""
    return statement._replace(id=pair.backward.get(statement.id, statement.id),
                              scenario=pair.cases.get(statement.scenario, statement.scenario))  # fmt: skip


_DIRECT = frozenset({"assumption", "formula", "added", "unit"})


def _whys(pair: Pair, case: str, moved: Sequence[Effect], direct: tuple[str, ...]) -> list[Why]:
    """Return why the outputs changed that do in a scenario, where both versions have it and them."""
    if case not in pair.then or case not in pair.now:
        return []
    then, now = pair.then[case], pair.now[case]
    changed = {effect.name: effect for effect in moved if effect.case == case and not effect.is_none}
    wanted = [
        output
        for output in outputs(now.plan)
        if output.name(now.plan) in changed
        and now.plan.chosen_from(output.row) is None
        and pair.is_comparable(output.cell)
    ]
    if not wanted:
        return []
    found = attribute(pair, then, now, [output.cell for output in wanted])
    players = tuple([player if player.ids else replace(player, ids=direct) for player in found.players])
    found = replace(found, players=players)
    return [_why(now.plan, changed[output.name(now.plan)], found, place) for place, output in enumerate(wanted)]


def _why(plan_: Plan, effect: Effect, found: Attribution, place: int) -> Why:
    before, after = float(found.before[place]), float(found.after[place])
    players, shares = found.players, found.shares[:, place]
    error = None if found.error is None else found.error[:, place]
    unit = counting_unit(before, after, shares)
    first, last = round(before / unit), round(after / unit)
    counts = [round(float(share) / unit) for share in shares]
    if counts:
        # What rounding leaves over goes to the largest, so that a reader's sum comes out.
        largest = max(range(len(counts)), key=lambda place: abs(counts[place]))
        counts[largest] += last - first - sum(counts)
    labels = _labels(plan_, players)
    parts = [
        Part(label, player.ids, player.reason, times(count, unit),
             None if error is None else float(error[number]), _cells(found.cells.get(number), place, unit))
        for number, (label, player, count) in enumerate(zip(labels, players, counts, strict=True))
        if count
    ]  # fmt: skip
    parts.sort(key=lambda part: -abs(part.share))
    return Why(effect, times(first, unit), times(last, unit), tuple(parts))


def _cells(found: CellShares | None, place: int, unit: float) -> tuple[Part, ...]:
    """Return what cells of a file add to one of the outputs."""
    if found is None:
        return ()
    error = None if found.error is None else found.error[:, place]
    counts = [round(float(share) / unit) for share in found.shares[:, place]]
    return tuple([
        Part(name, (name.partition("[")[0],) if "[" in name else (), "", times(count, unit),
             None if error is None else float(error[number]))
        for number, (name, count) in enumerate(zip(found.names, counts, strict=True))
        if count
    ])  # fmt: skip


def _spreads(pair: Pair, case: str) -> Iterator[Spread]:
    """Yield how percentiles of outputs, and chances of checks, move in a scenario by more than their error."""
    try:
        found = shifts(pair, case)
    except ModelError:
        # More is drawn than can be: simulate says so.
        return
    plan_ = pair.new
    for shift, shares in zip(found, share_shifts(pair, case, found), strict=True):
        before, after = (None if isnan(value) else float(value) for value in (shift.before, shift.after))
        labels = _labels(plan_, [one.player for one in shares])
        parts = [Part(label if one.player.ids else "Correlations", one.player.ids, "", one.share, one.error)
                 for label, one in zip(labels, shares, strict=True)]  # fmt: skip
        effect = Effect(shift.id, shift.label, shift.unit, case, before, after)
        yield Spread(shift.figure, effect, shift.error, tuple(parts))


def _labels(plan_: Plan, players: Sequence[Player]) -> list[str]:
    """Return what a reader calls the players; two of one label have their ids with it."""
    labels = [_name(plan_, player) for player in players]
    return [
        f"{label} ({', '.join(player.ids[:_FEW])})" if labels.count(label) > 1 else label
        for label, player in zip(labels, players, strict=True)
    ]


def _name(plan_: Plan, player: Player) -> str:
    if player.data:
        return next((file.file for file in plan_.model.data if file.id == player.data), player.data)
    rows = [plan_.row(id_) for id_ in player.ids if id_ in plan_.index]
    labels = [f"Formula: {row.label}" if row.is_computed and not row.given else row.label
              for row in rows if row.kind != "dimension"]  # fmt: skip
    members = [one.label for one in plan_.model.dimensions if one.id in player.ids]
    if members:
        labels.append(f"Members of {', '.join(members)}")
    shown = ", ".join(labels[:_FEW]) + (f" and {len(labels) - _FEW} more" if len(labels) > _FEW else "")
    return shown or "everything that changed"


def _changed(pair: Pair) -> list[str]:
    """Return the quantities whose values differ in some scenario."""
    found: dict[str, None] = {}
    for case in pair.now.keys() & pair.then.keys():
        before, after = pair.then[case], pair.now[case]
        for row, value in zip(after.plan.rows, after.values, strict=True):
            place = before.plan.index.get(pair.names.get(row.id, row.id))
            if row.quantity is None or place is None or _same(before.values[place], value):
                continue
            if before.plan.rows[place].unit.atoms == row.unit.atoms:
                found[row.id] = None
    return [row.id for row in pair.new.rows if row.id in found]


def _same(before: Numbers, after: Numbers) -> bool:
    if isinstance(before, float) and isinstance(after, float):
        return abs(after - before) <= _LOST * abs(after)
    a, b = np.asarray(before), np.asarray(after)
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=_LOST, atol=0.0))
