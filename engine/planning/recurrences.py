"""The order of rows that read other periods: what feeds itself through `prev` is computed period by period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine import graph
from engine.language.tree import Aggregate, Every, Member, Name, Node, Pick, Previous, parts
from engine.language.unparse import text
from engine.model.formulas import solve_hint
from engine.model.model import Model
from engine.model.names import member_of
from engine.plan.plan import Loop, LoopStep, Row, as_written
from engine.problems import Problem, error

Rows = Mapping[str, Row]


@dataclass(frozen=True, slots=True)
class _Use:
    """A row that a formula reads: along which dimensions before its own period, and along which in other ones too."""

    id: str
    before: frozenset[str] = frozenset()
    anywhere: frozenset[str] = frozenset()


def order_rows(model: Model, rows: Rows) -> tuple[list[str], tuple[Loop, ...], list[Problem]]:
    """Return the ids in the order of calculation, the loops among them, and a problem for each true cycle."""
    uses = {row.id: _uses_of(rows, row) for row in rows.values()}
    problems: list[Problem] = []
    steps = list(_steps(model, rows, uses, frozenset(), problems))
    loops = tuple([step for step in steps if isinstance(step, Loop)])
    return [id_ for step in steps for id_ in (step.ids if isinstance(step, Loop) else (step,))], loops, problems


def _steps(
    model: Model, rows: Rows, uses: Mapping[str, list[_Use]], inside: frozenset[str], problems: list[Problem]
) -> Iterator[LoopStep]:
    """Yield rows and loops in order, where the periods of `inside` are computed one after the other already."""
    feeds = {id_: [use.id for use in used if use.id in uses and not use.before & inside] for id_, used in uses.items()}
    for knot in graph.knots(feeds):
        if len(knot) == 1 and knot[0] not in feeds[knot[0]]:
            yield knot[0]
            continue
        along = _along(rows, uses, knot, inside)
        if not along:
            problems.append(_cycle(model, rows, uses, knot, inside))
            continue
        members = {id_: uses[id_] for id_ in knot}
        yield Loop(along, tuple(_steps(model, rows, members, inside | {along}, problems)))


def _along(rows: Rows, uses: Mapping[str, list[_Use]], knot: list[str], inside: frozenset[str]) -> str:
    """Return the dimension along which the rows of a knot can be computed one period after the other; '' for none."""
    within = [use for id_ in knot for use in uses[id_] if use.id in knot and not use.before & inside]
    candidates = dict.fromkeys([name for use in within for name in sorted(use.before)])
    for name in candidates:
        if all(name in rows[id_].over for id_ in knot) and not any(name in use.anywhere for use in within):
            return name
    return ""


def _uses_of(rows: Rows, row: Row) -> list[_Use]:
    if row.expression is None:
        return [_Use(part) for part in row.parts]
    return list(_uses(rows, row, row.expression, frozenset(), frozenset()))


def _uses(rows: Rows, row: Row, node: Node, before: frozenset[str], anywhere: frozenset[str]) -> Iterator[_Use]:
    match node:
        case Name(id=id_):
            yield _Use(id_, before, anywhere)
        case Aggregate(argument=argument, over=over):
            yield from _uses(rows, row, argument, before - set(over), anywhere | set(over))
        case Previous(argument=argument, start=start, lag=lag, over=over):
            yield from _uses(rows, row, argument, before | {over}, anywhere)
            yield from _uses(rows, row, start, before, anywhere)
            yield from _uses(rows, row, lag, before, anywhere)
        case Pick(id=id_):
            yield from _pick(rows, row, node, before, anywhere)
        case _:
            for part in parts(node):
                yield from _uses(rows, row, part, before, anywhere)


def _pick(rows: Rows, row: Row, node: Pick, before: frozenset[str], anywhere: frozenset[str]) -> Iterator[_Use]:
    # A member that comes before all that the row computes is ready in every period.
    ready = {row.given_over: 0 if before else row.given}
    elsewhere = [
        name
        for name, selector in zip(rows[node.id].over, node.selectors, strict=True)
        if not isinstance(selector, Every)
        and not (isinstance(selector, Member) and selector.index <= ready.get(name, 0))
    ]
    yield _Use(node.id, before, anywhere | frozenset(elsewhere))
    for part in parts(node):
        yield from _uses(rows, row, part, before, anywhere)


def _cycle(
    model: Model, rows: Rows, uses: Mapping[str, list[_Use]], knot: list[str], inside: frozenset[str]
) -> Problem:
    """Return what to say of rows that need each other's value in one and the same period, or in all of them."""
    within = {id_: [use for use in uses[id_] if use.id in knot and not use.before & inside] for id_ in knot}
    now = {id_: [use.id for use in used if not use.before] for id_, used in within.items()}
    everywhere = {id_: [use.id for use in used] for id_, used in within.items()}
    cycle = next(iter(graph.cycles(now) or graph.cycles(everywhere)))
    reaches = [
        use for id_ in cycle for use in uses[id_] if use.id in cycle and use.anywhere and not use.before & inside
    ]
    first = rows[next((id_ for id_ in cycle if rows[id_].kind != "working"), cycle[0])]
    quantity = first.quantity or model.by_id.get(first.note)
    # A working row is a part of the formula that it is written in.
    named = [id_ for id_ in cycle[:-1] if rows[id_].kind != "working"]
    named = [*named, named[0]] if named else cycle
    shown = named if len(named) <= 12 else [*named[:6], "...", *named[-5:]]  # noqa: PLR2004  # what fits on a line
    period = ""
    for name in inside:
        given = max(rows[id_].given for id_ in knot)
        member = model.dimension[name].members[min(given, len(model.dimension[name].members) - 1)]
        period = f" in {name} {member}"
    message = f"'{named[0]}'{period} depends on itself\n{' uses '.join(shown)}"
    hint = f"give one of them a value, or {solve_hint(quantity)}"
    if any(model.dimension[name].ordered for name in first.over):
        hint = f"let one of them use the period before, prev(x, start), or {solve_hint(quantity)}"
    if reaches:
        part = text(as_written(rows.get, Name(reaches[0].id)))
        needed = f"'{part}' is needed for other members of '{min(reaches[0].anywhere)}' too"
        hint = f"{needed}: take a run that ends before, or prev(x, start)"
    place = member_of(first.id) if first.kind == "part" else ""
    at = model.at(*quantity.formula_place(place)) if quantity is not None else model.at()
    return error("cycle", message, at, hint)
