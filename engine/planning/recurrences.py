"""The order of rows that read other periods: what feeds itself through `prev` or `next` goes period by period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from engine import graph
from engine.language.tree import Aggregate, Every, Member, Name, Node, Pick, Previous, parts
from engine.language.unparse import text
from engine.model.formulas import solve_hint
from engine.model.model import Model
from engine.model.names import member_of
from engine.plan.cells import in_words
from engine.plan.plan import Loop, LoopStep, Row
from engine.problems import Problem, error

Rows = Mapping[str, Row]


class _Way(NamedTuple):
    """One way along a dimension: from the first period to the last, or `ahead` from the last to the first."""

    over: str
    ahead: bool = False

    @property
    def back(self) -> _Way:
        return _Way(self.over, not self.ahead)


_Ways = frozenset[_Way]


@dataclass(frozen=True, slots=True)
class _Use:
    """A row that a formula reads: which ways it is `done` in other periods, and which ways it need not be done yet."""

    id: str
    done: _Ways = frozenset()
    anywhere: _Ways = frozenset()


def order_rows(model: Model, rows: Rows) -> tuple[list[str], tuple[Loop, ...], list[Problem]]:
    """Return the ids in the order of calculation, the loops among them, and a problem for each true cycle."""
    uses = {row.id: _Reading(model, rows, row).all() for row in rows.values()}
    problems: list[Problem] = []
    steps = list(_steps(model, rows, uses, frozenset(), problems))
    loops = tuple([step for step in steps if isinstance(step, Loop)])
    return [id_ for step in steps for id_ in (step.ids if isinstance(step, Loop) else (step,))], loops, problems


def _steps(
    model: Model, rows: Rows, uses: Mapping[str, list[_Use]], inside: _Ways, problems: list[Problem]
) -> Iterator[LoopStep]:
    """Yield rows and loops in order, where the periods of `inside` are computed one after the other already."""
    feeds = {id_: [use.id for use in used if use.id in uses and not use.done & inside] for id_, used in uses.items()}
    for knot in graph.knots(feeds):
        if len(knot) == 1 and knot[0] not in feeds[knot[0]]:
            yield knot[0]
            continue
        way = _way(rows, uses, knot, inside)
        if way is None:
            problems.append(_cycle(model, rows, uses, knot, inside))
            continue
        members = {id_: uses[id_] for id_ in knot}
        yield Loop(way.over, tuple(_steps(model, rows, members, inside | {way}, problems)), way.ahead)


def _way(rows: Rows, uses: Mapping[str, list[_Use]], knot: list[str], inside: _Ways) -> _Way | None:
    """Return the way in which the rows of a knot can be computed one period after the other; None for none."""
    within = [use for id_ in knot for use in uses[id_] if use.id in knot and not use.done & inside]
    for way in dict.fromkeys([way for use in within for way in sorted(use.done)]):
        is_over_all = all(way.over in rows[id_].over for id_ in knot)
        if is_over_all and not any(way in use.anywhere or way.back in use.done for use in within):
            return way
    return None


class _Reading:
    """Finds what one row's formula reads, and in which periods."""

    def __init__(self, model: Model, rows: Rows, row: Row) -> None:
        self.model, self.rows, self.row = model, rows, row

    def all(self) -> list[_Use]:
        if self.row.expression is None or not self.model.dimensions:
            return [_Use(id_) for id_ in self.row.uses]
        return list(self.uses(self.row.expression, frozenset(), frozenset()))

    def uses(self, node: Node, done: _Ways, anywhere: _Ways) -> Iterator[_Use]:
        match node:
            case Name(id=id_):
                yield _Use(id_, done, anywhere)
            case Aggregate(over=over):
                whole = frozenset([_Way(name, ahead) for name in over for ahead in (False, True)])
                for part in parts(node):
                    yield from self.uses(part, done - whole, anywhere | whole)
            case Previous(argument=argument, start=start, lag=lag, over=over, ahead=ahead):
                yield from self.uses(argument, done | {_Way(over, ahead)}, anywhere)
                yield from self.uses(start, done, anywhere)
                yield from self.uses(lag, done, anywhere)
            case _:
                if isinstance(node, Pick):
                    yield _Use(node.id, done, anywhere | self.elsewhere(node, done))
                for part in parts(node):
                    yield from self.uses(part, done, anywhere)

    def elsewhere(self, node: Pick, done: _Ways) -> _Ways:
        """Return the ways in which the members that are picked may not be there yet."""
        # A member that comes before all that the row computes is ready in every period.
        ready = {self.row.given_over: 0 if done else self.row.given}
        read = self.rows[node.id]
        found = set()
        for name, selector in zip(read.over, node.selectors, strict=True):
            if isinstance(selector, Every):
                continue
            index = selector.index if isinstance(selector, Member) else None
            if index is None or index > ready.get(name, 0):
                found.add(_Way(name))
            # Ahead the last member comes first, and what is given is there in any case.
            is_given = index is not None and name == read.given_over and index < read.given
            if index != len(self.model.dimension[name].members) - 1 and not is_given:
                found.add(_Way(name, ahead=True))
        return frozenset(found)


def _cycle(model: Model, rows: Rows, uses: Mapping[str, list[_Use]], knot: list[str], inside: _Ways) -> Problem:
    """Return what to say of rows that need each other's value in one and the same period, or in all of them."""
    within = {id_: [use for use in uses[id_] if use.id in knot and not use.done & inside] for id_ in knot}
    now = graph.cycles({id_: [use.id for use in used if not use.done] for id_, used in within.items()})
    everywhere = {id_: [use.id for use in used] for id_, used in within.items()}
    cycle = next(iter(now or graph.cycles(everywhere)))
    reaches = [use for id_ in cycle for use in within[id_] if use.id in cycle and use.anywhere]
    looks = {way: (id_, use.id) for id_, used in within.items() for use in used for way in sorted(use.done)}
    turning = [] if now else [way for way in looks if way.ahead and way.back in looks]
    first = rows[next((id_ for id_ in cycle if rows[id_].kind != "working"), cycle[0])]
    quantity = first.quantity or model.by_id.get(first.note)
    # A working row is a part of the formula that it is written in.
    named = [id_ for id_ in cycle[:-1] if rows[id_].kind != "working"]
    named = [*named, named[0]] if named else cycle
    shown = named if len(named) <= 12 else [*named[:6], "...", *named[-5:]]  # noqa: PLR2004  # what fits on a line
    period = ""
    for way in inside:
        members = model.dimension[way.over].members
        given = max(rows[id_].given for id_ in knot)
        member = members[-1 if way.ahead else min(given, len(members) - 1)]
        period = f" in {way.over} {member}"
    is_ahead = any(way.ahead for way in inside or looks)
    message = f"'{named[0]}'{period} depends on itself\n{' uses '.join(shown)}"
    hint = f"give one of them a value, or {solve_hint(quantity)}"
    if any(model.dimension[name].ordered for name in first.over):
        other = "after, next(x, end)" if is_ahead else "before, prev(x, start)"
        hint = f"let one of them use the period {other}, or {solve_hint(quantity)}"
    if reaches:
        needed = (
            f"'{_written(rows, reaches[0].id)}' is needed for other members of '{min(reaches[0].anywhere).over}' too"
        )
        other = "begins after, or next(x, end)" if is_ahead else "ends before, or prev(x, start)"
        hint = f"{needed}: take a run that {other}"
    if turning:
        ahead, back = looks[turning[0]], looks[turning[0].back]
        looking = [rows[id_].note if rows[id_].kind == "working" else id_ for id_, _ in (back, ahead)]
        message = (
            f"'{named[0]}' depends on itself by prev and by next\n"
            f"'{looking[0]}' looks back at {_written(rows, back[1])}, and "
            f"'{looking[1]}' looks ahead at {_written(rows, ahead[1])}"
        )
        hint = "no period can be computed first: let all look back, prev(x, start), or all look ahead, next(x, end)"
    place = member_of(first.id) if first.kind == "part" else ""
    at = model.at(*quantity.formula_place(place)) if quantity is not None else model.at()
    return error("cycle", message, at, hint)


def _written(rows: Rows, id_: str) -> str:
    return text(in_words(rows.get, Name(id_)))
