"""How one quantity moved through the history of its repository, and an output with it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from engine.attribution import attributed, comparable
from engine.cells import Cell
from engine.changes import known_case, one_cell
from engine.evaluate import Results, evaluate
from engine.plan import plan
from engine.problems import Mistake, ModelError
from engine.renaming import renamed
from exports.effects import number, ratio
from exports.outputs import Output
from exports.review.versions import at_revision, git

MOST_COMMITS = 200
# Hash, date, author and subject, which no subject has these letters between.
_FORMAT = "%H%x1f%as%x1f%an%x1f%s"


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
    commit: tuple[str, str, str, str]
    results: Results
    value: str
    cell: Cell
    target: Output


def history(source: Path, name: str, output: str, scenario: str | None, most: int) -> tuple[str, list[Moment]]:
    """Return an output's label with its unit, and the commits at which a quantity changed, the latest last.

    Commits at which the model had no results are passed over. Where the file, the quantity or the output had another
    name, that is followed.
    """
    states = _states(source, name, output, scenario, most)
    if not states:
        message = f"no commit of '{source}' has a quantity '{name}', and results"
        raise Mistake(message, "plainsheet solve  lists the quantities")
    row = states[0].target.row
    label = f"{states[0].target.label}, {row.unit.text}" if row.unit.words else states[0].target.label
    states.reverse()
    moments = [_moment(None, states[0])]
    moments += [_moment(then, now) for then, now in pairwise(states) if then.value != now.value]
    return label, moments


def _states(source: Path, name: str, output: str, scenario: str | None, most: int) -> list[_State]:
    """Return the quantity and the output at each commit, the latest first."""
    found: list[_State] = []
    for commit, place in _commits(source, most):
        try:
            results = _results(at_revision(commit[0], source, place), scenario)
            names = renamed(results.plan.model, found[-1].results.plan.model) if found else {}
            name, output = names.get(name, name), names.get(output, output)
            cell = one_cell(results.plan, name, 'log "{}"')
            target = _output(results, output)
        except ModelError:
            continue
        # What the first output is may have changed: the one of the latest commit is followed.
        output = output or target.row.id
        found.append(_State(commit, results, _told(results, cell), cell, target))
    return found


def _commits(source: Path, most: int) -> list[tuple[tuple[str, str, str, str], str]]:
    """Return the commits of a file, the latest first: hash, date, author and subject, and where the file was then."""
    path = source.resolve()
    told = git(path.parent, "-c", "core.quotePath=false", "log", "--follow", "--name-only", f"--max-count={most}",
               f"--format=%x1e{_FORMAT}", "--", f"./{path.name}")  # fmt: skip
    if not told:
        message = f"'{source}' is in no commit"
        raise Mistake(message, "commit the model first")
    found = []
    for one in told.decode(errors="replace").split("\x1e")[1:]:
        head, _, place = one.partition("\n")
        commit, date, author, subject = head.split("\x1f", 3)
        found.append(((commit, date, author, subject), place.strip()))
    return found


def _results(model: Any, scenario: str | None) -> Results:  # noqa: ANN401  # a model
    planned = plan(model)
    try:
        case = known_case(planned, scenario).id
    except ModelError:
        # A scenario may be younger than a commit.
        case = planned.first_case.id
    return evaluate(planned, case)


def _told(results: Results, cell: Cell) -> str:
    row = results.plan.row(cell.id)
    formula = row.quantity.formula if row.quantity is not None else None
    if formula is not None:
        return " ".join(formula.text.split())
    return f"{results.cells(cell.id)[cell.number]:.15g}{row.unit.behind}"


def _output(results: Results, name: str) -> Output:
    outputs = results.plan.model.outputs
    cell = one_cell(results.plan, name or (outputs[0] if outputs else results.plan.rows[-1].id), '--output "{}"')
    return Output.of(results.plan, cell)


def _moment(before: _State | None, found: _State) -> Moment:
    """Return what a commit did to the quantity and the output, beside the commit before."""
    plan_ = found.results.plan
    now = found.results.at(found.target.cell) * found.target.row.unit.shown
    then = share = None
    names = renamed(before.results.plan.model, plan_.model) if before is not None else {}
    if before is not None and comparable(before.results.plan, plan_, found.target.row.id, names):
        why = attributed(before.results, found.results, [found.target.cell], names)
        then = float(why.before[0])
        own = [place for place, player in enumerate(why.players) if found.cell.id in player.ids]
        share = float(sum(why.shares[place, 0] for place in own))
    commit, date, author, subject = found.commit
    return Moment(commit[:10], date, author, subject, found.value, now, then, share)


def as_text(name: str, label: str, moments: list[Moment]) -> str:
    """Return the history for a terminal."""
    lines = [f"{name}, and {label}"]
    for one in moments:
        moved = "" if one.before is None else f" from {number(one.before)}"
        part = "" if one.share is None else f", {'+' if one.share >= 0 else ''}{number(one.share)} of it by {name}"
        told = ratio(one.output / one.before) if one.before and one.output and one.before * one.output > 0 else ""
        lines.append(f"{one.date}  {one.commit}  {one.value}  ->  {number(one.output)}{moved}{told}{part}")
        lines.append(f"            {one.author}: {one.subject}")
    return "\n".join(lines)
