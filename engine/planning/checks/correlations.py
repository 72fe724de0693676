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
_MOST_LISTED = 10
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
    factor = _factor(ranks)
    pairs_of = list(combinations(range(len(draws)), 2))
    if len(ties) > len(entries) or len(pairs_of) > _MOST_LISTED:
        lines = [f"'{one.between[0]}' with '{one.between[1]}': {one.rank}" for one in entries[:_MOST_LISTED]]
        more = [f"and {len(entries) - _MOST_LISTED} more"] if len(entries) > _MOST_LISTED else []
        return [*lines, *more], f"they can where each rank is multiplied by {factor:g}"
    nearest = _written(
        of_ranks(nearest_spelled(of_scores(ranks), lambda scores: of_scores(_written(of_ranks(scores)))))
    )
    lines, is_said = [], True
    for first, second in pairs_of:
        one = ties.get((draws[first], draws[second])) or ties.get((draws[second], draws[first]))
        rank = nearest[first, second] + 0.0
        if one is not None or rank:
            is_said = is_said and one is not None
            told = "not said" if one is None else one.rank
            lines.append(f"'{draws[first]}' with '{draws[second]}': {told}, and the nearest is {rank:g}")
    also = "" if is_said else ", with a table [[correlations]] for each pair that has none"
    return lines, f"write the nearest{also}; or multiply each rank by {factor:g}"


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
