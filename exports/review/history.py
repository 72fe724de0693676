"""How one quantity moved through the history of its repository, and an output with it."""

from __future__ import annotations

from dataclasses import dataclass
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
    results: Results
    value: str
    cell: Cell


def history(source: Path, name: str, output: str, scenario: str | None, most: int) -> tuple[str, list[Moment]]:
    """Return an output's label with its unit, and the commits at which a quantity changed, the latest last.

    Commits at which the model had no results are passed over.
    """
    folder = source.resolve().parent
    told = git(folder, "log", f"--max-count={most}", "--format=%H%x1f%as%x1f%an%x1f%s", "--", f"./{source.name}")
    if not told:
        message = f"'{source}' is in no commit"
        raise Mistake(message, "commit the model first")
    moments: list[Moment] = []
    before: _State | None = None
    label = ""
    for line in reversed(told.decode(errors="replace").splitlines()):
        commit, date, author, subject = line.split("\x1f", 3)
        try:
            results = _results(at_revision(commit, source), scenario)
            found = _state(results, name)
        except ModelError:
            continue
        target = _output(results, output)
        label = f"{target.label}, {target.row.unit.text}" if target.row.unit.words else target.label
        if before is None or before.value != found.value:
            moments.append(_moment((commit[:10], date, author, subject), before, found, target))
        before = found
    if before is None:
        message = f"no commit of '{source}' has a quantity '{name}', and results"
        raise Mistake(message, "plainsheet solve  lists the quantities")
    return label, moments


def _results(model: Any, scenario: str | None) -> Results:  # noqa: ANN401  # a model
    planned = plan(model)
    try:
        case = known_case(planned, scenario).id
    except ModelError:
        # A scenario may be younger than a commit.
        case = planned.first_case.id
    return evaluate(planned, case)


def _state(results: Results, name: str) -> _State:
    cell = one_cell(results.plan, name, 'log "{}"')
    row = results.plan.row(cell.id)
    formula = row.quantity.formula if row.quantity is not None else None
    if formula is not None:
        return _State(results, " ".join(formula.text.split()), cell)
    return _State(results, f"{results.cells(cell.id)[cell.number]:.15g}{row.unit.behind}", cell)


def _output(results: Results, name: str) -> Output:
    outputs = results.plan.model.outputs
    cell = one_cell(results.plan, name or (outputs[0] if outputs else results.plan.rows[-1].id), '--output "{}"')
    return Output.of(results.plan, cell)


def _moment(commit: tuple[str, str, str, str], before: _State | None, found: _State, target: Output) -> Moment:
    plan_ = found.results.plan
    shown = target.row.unit.shown
    now = found.results.at(target.cell) * shown
    then = share = None
    names = renamed(before.results.plan.model, plan_.model) if before is not None else {}
    if before is not None and comparable(before.results.plan, plan_, target.row.id, names):
        why = attributed(before.results, found.results, [target.cell], names)
        then = float(why.before[0])
        own = [place for place, player in enumerate(why.players) if found.cell.id in player.ids]
        share = float(sum(why.shares[place, 0] for place in own))
    return Moment(*commit, found.value, now, then, share)


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
