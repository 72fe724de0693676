"""What can be wrong with correlations: of what is not drawn, twice of one pair, or such that not all can hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from engine.model.model import Correlation, Model
from engine.plan.drawn.correlations import of_ranks, of_scores, pairs
from engine.plan.drawn.matrices import can_hold, nearest_spelled
from engine.plan.plan import Array
from engine.problems import Mistake, Problem, error, some, warning

_MOST_TOGETHER = 500
_MOST_DRAWS = 8
_MOST_LISTED = 12
_DIGITS = 3
# The correlation that ties two draws.
_Ties = Mapping[tuple[str, str], Correlation]


def correlated(model: Model) -> Iterator[Problem]:
    """Yield a problem for each correlation of what is not drawn, or of a pair twice, and where not all can hold."""
    ties: dict[tuple[str, str], Correlation] = {}
    is_wrong = False
    for one in model.correlations:
        name = " and ".join([f"'{text}'" for text in one.between])
        if not one.sources and not one.note:
            hint = 'add source = "...", or note = "our assumption"'
            yield warning("no-source", f"the correlation of {name} has no source", model.at(*one.path), hint)
        try:
            found = pairs(model, one)
        except Mistake as mistake:
            is_wrong = True
            yield error("correlation", mistake.message, model.at(*one.path, "between"), mistake.hint)
            continue
        twice = next((ties[pair] for pair in (*found, *[(b, a) for a, b in found]) if pair in ties), None)
        if twice is not None:
            is_wrong = True
            there = " and ".join([f"'{text}'" for text in twice.between])
            message = f"{name} are correlated twice: {one.rank} here, and {twice.rank} between {there}"
            yield error("correlation", message, model.at(*one.path), "keep one of the two")
            continue
        ties.update(dict.fromkeys(found, one))
    if not is_wrong:
        yield from _together(model, ties)


def _together(model: Model, ties: _Ties) -> Iterator[Problem]:
    """Yield a problem for each set of correlations that cannot all hold."""
    told: set[tuple[Correlation, ...]] = set()
    for draws, pairs_in in _components(ties):
        own = {pair: ties[pair] for pair in pairs_in}
        entries = tuple(dict.fromkeys(own.values()))
        if entries in told:
            continue  # The same for each member.
        at = model.at(*entries[-1].path)
        names = list(dict.fromkeys([text for one in entries for text in one.between]))
        if len(draws) > _MOST_TOGETHER:
            message = (
                f"correlations of {some(names)} tie {len(draws):,} draws together, and {_MOST_TOGETHER} are the most"
            )
            told.add(entries)
            yield error("size", message, at, "correlate fewer members, or give the row one range")
            continue
        ranks = _matrix(draws, own)
        if not can_hold(of_scores(ranks)):
            told.add(entries)
            lines, hint = _told(draws, own, entries, ranks)
            message = "\n".join([f"the correlations of {some(names)} cannot all hold", *lines])
            yield error("correlation", message, at, hint)


def _components(ties: _Ties) -> Iterator[tuple[list[str], list[tuple[str, str]]]]:
    """Yield the draws that hang together, with the pairs that tie them, in the order of the file."""
    group = {name: [name] for pair in ties for name in pair}
    for first, second in ties:
        small, large = sorted((group[first], group[second]), key=len)
        if small is not large:
            large += small
            group.update(dict.fromkeys(small, large))
    found: dict[int, tuple[list[str], list[tuple[str, str]]]] = {}
    for pair in ties:
        found.setdefault(id(group[pair[0]]), (group[pair[0]], []))[1].append(pair)
    order = {name: place for place, name in enumerate(dict.fromkeys([name for pair in ties for name in pair]))}
    for draws, pairs_in in found.values():
        yield sorted(draws, key=order.__getitem__), pairs_in


def _matrix(draws: Sequence[str], ties: _Ties) -> Array:
    """Return the rank correlations of draws, 0 where nothing is said."""
    places = {name: place for place, name in enumerate(draws)}
    matrix = np.eye(len(draws))
    for (first, second), one in ties.items():
        matrix[places[first], places[second]] = matrix[places[second], places[first]] = float(one.rank)
    return matrix


def _told(draws: Sequence[str], ties: _Ties, entries: Sequence[Correlation], ranks: Array) -> tuple[list[str], str]:
    """Return correlations line by line, with the nearest that can hold where these are few, and what to do."""
    factor = f"multiply each rank by {_factor(ranks):g}"
    near = _nearest(draws, ties, ranks) if len(draws) <= _MOST_DRAWS else {}
    if not near or len(near) > _MOST_LISTED:
        lines = [f"'{one.between[0]}' with '{one.between[1]}': {one.rank}" for one in entries[:_MOST_LISTED]]
        more = [f"and {len(entries) - _MOST_LISTED} more"] if len(entries) > _MOST_LISTED else []
        return [*lines, *more], factor
    said = {one.between: str(one.rank) for one in entries}
    lines = [f"'{a}' with '{b}': {said.get((a, b), 'not said')}, and the nearest is {near[a, b]:g}" for a, b in near]
    also = ", with a table [[correlations]] for each pair that has none" if near.keys() - said.keys() else ""
    return lines, f"write the nearest{also}; or {factor}"


def _nearest(draws: Sequence[str], ties: _Ties, ranks: Array) -> dict[tuple[str, str], float]:
    """Return the nearest ranks that can hold, by the names that are correlated, then by draws of which nothing is said.

    Nothing where draws of one correlation would need several.
    """
    written = _written(
        of_ranks(nearest_spelled(of_scores(ranks), lambda scores: of_scores(_written(of_ranks(scores)))))
    )
    said: dict[tuple[str, str], float] = {}
    others: dict[tuple[str, str], float] = {}
    for first, second in combinations(range(len(draws)), 2):
        rank = float(written[first, second]) + 0.0
        pair = draws[first], draws[second]
        one = ties.get(pair) or ties.get((pair[1], pair[0]))
        if one is None:
            others |= {pair: rank} if rank else {}
        elif said.setdefault(one.between, rank) != rank:
            return {}
    return said | others


def _written(ranks: Array) -> Array:
    return np.round(ranks, _DIGITS)


def _factor(ranks: Array) -> float:
    """Return by what, in whole percent, all ranks can be multiplied so that they hold."""
    places = ~np.eye(len(ranks), dtype=bool)

    def holds(percent: int) -> bool:
        return can_hold(of_scores(np.where(places, ranks * percent / 100, 1.0)))

    low, high = 0, 100
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low / 100
