"""What is left of a graph when all is taken away that waits for nothing: its circles, and what they feed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_SWEEPS: Final = 4


def left(feeds: Sequence[Sequence[int]]) -> dict[int, list[int]]:
    """Return the nodes that are left, each with those left that feed it; `feeds` gives these for each number."""
    done: set[int] = set()
    # Nearly all formulas read what stands before them, or behind: sweeps to and fro take these.
    numbers = list(range(len(feeds)))
    for _ in range(_SWEEPS):
        kept = []
        for number in numbers:
            if done.issuperset(feeds[number]):
                done.add(number)
            else:
                kept.append(number)
        numbers = kept[::-1]
    waiting = {number: [one for one in feeds[number] if one not in done] for number in sorted(numbers)}
    counts = {number: len(sources) for number, sources in waiting.items()}
    users: dict[int, list[int]] = {}
    for number, sources in waiting.items():
        for one in sources:
            users.setdefault(one, []).append(number)
    free = [number for number, count in counts.items() if not count]
    for number in free:
        del waiting[number]
        for user in users.get(number, ()):
            counts[user] -= 1
            if not counts[user]:
                free.append(user)
    return {number: [one for one in sources if one in waiting] for number, sources in waiting.items()}
