"""How one quantity moved through the history of its repository, and an output with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from engine.language.numbers.scalars import add_up
from engine.model.load import load
from engine.plan.cells import Cell
from engine.plan.evaluate import Results, evaluate
from engine.plan.outputs import Output, refuse_choice
from engine.plan.plan import Plan
from engine.plan.selection import known_case, one_cell
from engine.planning.planner import plan
from engine.problems import Mistake, ModelError, printable
from engine.versions.attribution import attribute
from engine.versions.pair import Pair, one_line
from engine.versions.renaming import match_quantities
from exports.files.git import commit, git
from exports.review.revisions import SHORT, at_revision
from exports.style.effects import ratio
from exports.style.words import in_full, in_review

T = TypeVar("T")
# Hash, date, author and subject, with zeros between, which git takes into none of them.
_FORMAT = "%H%x00%as%x00%an%x00%s"


class Commit(NamedTuple):
    """A commit of a file: its hash, when and by whom, its subject, and where the file was then."""

    hash: str
    date: str
    author: str
    subject: str
    place: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A commit at which a quantity changed: its value, that of the output, and the part of that which is due to it."""

    commit: str
    date: str
    author: str
    subject: str
    value: str
    output: float | None
    before: float | None
    share: float | None

    def record(self) -> dict[str, Any]:
        """Return plain values."""
        return {key: getattr(self, key) for key in self.__slots__}


@dataclass(frozen=True, slots=True)
class _State:
    """The quantity and the output at a commit; no target where the output is younger."""

    commit: Commit
    results: Results
    value: str
    cell: Cell
    target: Output | None


def history(source: Path, name: str, output: str, scenario: str | None, most: int) -> tuple[str, list[Moment]]:
    """Return an output's label with its unit, and the commits at which a quantity changed, the latest last.

    Of merged branches the merge counts. Commits at which the model had no results are passed over. Where the file, the
    quantity or the output had another name, that is followed; outputs are in their latest unit.
    """
    states = _states(source, name, output, scenario, most)
    latest = next(state for state in states if state.target is not None)
    assert latest.target is not None  # noqa: S101  # just asked
    row = latest.target.row
    label = f"{latest.target.label}, {row.unit.text}" if row.unit.words else latest.target.label
    states.reverse()
    moments = [_moment(None, states[0], latest)]
    moments += [_moment(then, now, latest) for then, now in pairwise(states) if then.value != now.value]
    return label, moments


def _states(source: Path, name: str, output: str, scenario: str | None, most: int) -> list[_State]:
    """Return the quantity and the output at each commit, the latest first; raise what the latest had been asked for."""
    found: list[_State] = []
    trouble: list[ModelError] = []
    is_known = scenario is None
    commits = list_commits(source, most, data=[file.file for file in load(source).data])
    if not commits:
        message = f"'{source}' is in no commit"
        raise Mistake(message, "commit the model first")
    for number, kept in enumerate(commits):
        try:
            later = found[-1].results.plan if found else None
            planned = plan(at_revision(kept.hash, source, kept.place, later.model if later else None), later)
            case = _try(trouble, known_case, planned, scenario)
            # A scenario may be younger than a commit.
            results = evaluate(planned, (case or planned.first_case).id)
        except ModelError:
            continue
        except KeyboardInterrupt as interrupt:
            interrupt.add_note(f"{number} of {len(commits)} commits were looked at")
            raise
        names = match_quantities(planned.model, found[-1].results.plan.model) if found else {}
        cell = _try(trouble, one_cell, planned, names.get(name, name), 'log "{}"')
        target = _try(trouble, _output, planned, names.get(output, output))
        if cell is None:
            continue
        is_known = is_known or case is not None
        # What the first output is may have changed: the one of the latest commit is followed.
        name, output = names.get(name, name), names.get(output, output) or (target.row.id if target else "")
        found.append(_State(kept, results, _write_value(results, cell), cell, target))
    if trouble and not (found and is_known and any(state.target for state in found)):
        raise trouble[0]
    if not found:
        message = f"no commit of '{source}' has results"
        raise Mistake(message, "plainsheet check  says what is wrong")
    return found


def _try(trouble: list[ModelError], look: Callable[..., T], *arguments: object) -> T | None:
    """Return what is found; None, with why that is, where it is not there."""
    try:
        return look(*arguments)
    except ModelError as missing:
        trouble.append(missing)
        return None


def list_commits(source: Path, most: int, since: str = "", data: Sequence[str] = ()) -> list[Commit]:
    """Return the commits of a file, the latest first, all or those since a revision; none where it is in no commit.

    Those of its files of data, by their names below its folder, are among them.
    """
    path = source.resolve()
    wanted = ("-z", "--follow", "--name-only", "--first-parent", "--no-show-signature", f"--max-count={most}")
    span = [f"{known}..HEAD"] if since and (known := commit(path.parent, since)) else []
    printed = git(path.parent, "log", *wanted, f"--format={_FORMAT}", *span, "--", f"./{path.name}")
    told = iter((printed or b"").decode(errors="surrogateescape").split("\0")[:-1])
    # The name of the file stands behind each, on a line of its own.
    found = [Commit(hash_, next(told), next(told), next(told), next(told).removeprefix("\n")) for hash_ in told]
    return _with_data(path, found, span, most, data) if found and data else found


def _with_data(path: Path, own: list[Commit], span: list[str], most: int, data: Sequence[str]) -> list[Commit]:
    """Return the commits of a model with those that changed its data alone, where the model was by then."""
    names = [f"./{name}" for name in (path.name, *data)]
    wanted = ("--first-parent", "--no-show-signature", f"--max-count={most}")
    printed = git(path.parent, "log", *wanted, f"--format={_FORMAT}%x00", *span, "--", *names)
    told = iter((printed or b"").decode(errors="surrogateescape").split("\0")[:-1])
    every = [(hash_.lstrip("\n"), next(told), next(told), next(told)) for hash_ in told]
    known = {one.hash: number for number, one in enumerate(own)}
    # Where the model was in the next of its own commits, it was then.
    found, at = [], 0
    for hash_, date, author, subject in every:
        at = known.get(hash_, at)
        found.append(Commit(hash_, date, author, subject, own[at].place))
    there = {one.hash for one in found}
    return [*found, *[one for one in own if one.hash not in there]][:most]


def _write_value(results: Results, cell: Cell) -> str:
    row = results.plan.row(cell.id)
    formula = row.quantity.formula if row.quantity is not None else None
    if formula is not None:
        return one_line(formula.text)
    return f"{in_full(results.told(cell.id)[cell.number])}{row.unit.suffix}"


def _output(planned: Plan, name: str) -> Output:
    """Return the output that is asked for, or the first that is a number."""
    outputs = [id_ for id_ in planned.model.outputs if planned.chosen_from(planned.row(id_)) is None]
    wanted = name or (outputs[0] if outputs else planned.rows[-1].id)
    cell = one_cell(planned, wanted, '--output "{}"')
    refuse_choice(planned, cell, "shares of a change")
    return Output.of(planned, cell)


def _moment(before: _State | None, found: _State, latest: _State) -> Moment:
    """Return what a commit did to the quantity and the output, beside the commit before."""
    now = then = share = None
    scale = None if found.target is None else _scale(found, latest)
    if found.target is not None and scale is not None:
        plan_, row = found.results.plan, found.target.row
        now = found.results.at(found.target.cell) * row.unit.scale * scale
        pair = Pair.of(before.results.plan, plan_) if before is not None else None
        if before is not None and pair is not None and pair.is_comparable(found.target.cell):
            why = attribute(pair, before.results, found.results, [found.target.cell])
            then = float(why.before[0]) * scale
            own = [place for place, player in enumerate(why.players) if found.cell.id in player.ids]
            # What cannot be told apart is nobody's part.
            if all(player.ids for player in why.players):
                share = float(add_up(why.shares[place, 0] for place in own)) * scale
    kept = found.commit
    return Moment(kept.hash[:SHORT], kept.date, kept.author, kept.subject, found.value, now, then, share)


def _scale(found: _State, latest: _State) -> float | None:
    """Return what the output is multiplied by to be in its latest unit; None where that is of another kind."""
    assert found.target is not None  # noqa: S101  # asked before
    assert latest.target is not None  # noqa: S101
    rows = found.target.row, latest.target.row
    scale = found.results.plan.scale(rows[0].id, latest.results.plan, rows[1].id)
    return None if scale is None else scale / rows[0].unit.scale * rows[1].unit.scale


def as_text(name: str, label: str, moments: list[Moment]) -> str:
    """Return the history for a terminal."""
    lines = [f"{name}, and {label}"]
    for one in moments:
        moved = "" if one.before is None else f" from {in_review(one.before)}"
        part = "" if one.share is None else f", {'+' if one.share >= 0 else ''}{in_review(one.share)} of it by {name}"
        change = ratio(one.output / one.before) if one.before and one.output and one.before * one.output > 0 else ""
        lines.append(f"{one.date}  {one.commit}  {one.value}  ->  {in_review(one.output)}{moved}{change}{part}")
        lines.append(f"            {one.author}: {one.subject}")
    return "\n".join([printable(line) for line in lines])
