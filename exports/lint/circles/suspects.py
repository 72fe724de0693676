"""The regions of a workbook that may hold circles: a corkscrew that goes on along its line holds none."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from engine import graph
from exports.lint.circles.left import left
from exports.lint.context import Context
from exports.lint.shapes import Region
from exports.reading.references import Read

# From here on it takes less to look at each cell.
_MOST_EDGES: Final = 1_000_000
Suspect = tuple[str, Region]


class _Edge(NamedTuple):
    """A region that another one feeds, by number; `farthest` is how far what is read lies below the cell that reads it.

    It is told at most, in lines and in columns: below, above, to the right, and to the left.
    """

    user: int
    source: int
    farthest: tuple[int, int, int, int]


def suspects(context: Context) -> list[Suspect]:
    """Return the regions whose cells may feed themselves, each with its sheet."""
    found = [(sheet.name, region) for sheet in context.sheets for region in context.regions[sheet.name]]
    places = _Places(found)
    feeds: list[list[int]] = []
    count = 0
    for _, region in found:
        used = set().union(*[places.of(region.reach(one)) for one in region.shape.references])
        feeds.append(list(used))
        count += len(used)
        if count > _MOST_EDGES:
            return found
    rest = _between_circles(feeds)
    edges = [edge for user in rest for edge in _edges(found, places, user) if edge.source in rest]
    if _go_one_way(edges):
        return []
    knots = graph.knots({str(number): [str(one) for one in sources] for number, sources in rest.items()})
    knot_of = {int(one): place for place, knot in enumerate(knots) for one in knot}
    inner: dict[int, list[_Edge]] = {}
    for edge in edges:
        if knot_of[edge.user] == knot_of[edge.source]:
            inner.setdefault(knot_of[edge.user], []).append(edge)
    wanted = {knot for knot, within in inner.items() if not _go_one_way(within)}
    return [found[number] for number in sorted(rest) if knot_of[number] in wanted]


def _between_circles(feeds: Sequence[Sequence[int]]) -> dict[int, list[int]]:
    """Return the nodes of circles, and those on a way from one to another, each with those that feed it."""
    fed = left(feeds)
    users: list[list[int]] = [[] for _ in feeds]
    for number, sources in fed.items():
        for one in sources:
            users[one].append(number)
    kept = left(users)
    return {number: [one for one in fed[number] if one in kept] for number in kept}


def _go_one_way(edges: Sequence[_Edge]) -> bool:
    """Return whether no circle can be in edges.

    A circle leads as far up as down. So where none leads down, it is made of those that stay on their line.
    """
    while edges:
        edges = _in_circles(edges)
        ways = [
            [edge for edge in edges if edge.farthest[way] == 0]
            for way in range(4)
            if all(edge.farthest[way] <= 0 for edge in edges)
        ]
        kept = min(ways, key=len, default=edges)
        if len(kept) == len(edges):
            return not edges
        edges = kept
    return True


def _in_circles(edges: Sequence[_Edge]) -> Sequence[_Edge]:
    """Return the edges between what feeds itself, if it is taken as a whole, or is fed by such."""
    numbers = list(dict.fromkeys([one for edge in edges for one in edge[:2]]))
    places = {number: place for place, number in enumerate(numbers)}
    feeds: list[list[int]] = [[] for _ in numbers]
    for edge in edges:
        feeds[places[edge.user]].append(places[edge.source])
    there = {numbers[place] for place in left(feeds)}
    return [edge for edge in edges if edge.user in there and edge.source in there]


def _edges(found: Sequence[Suspect], places: _Places, user: int) -> Iterator[_Edge]:
    """Yield the edges by which a region is fed."""
    region = found[user][1]
    row, column = region.shape.place
    lines, columns = (region.top, region.bottom), (region.left, region.right)
    for one in region.shape.references:
        for source in places.of(region.reach(one)):
            there = found[source][1]
            down = _away(one.rows, one.are_rows_fixed, row, lines, (there.top, there.bottom))
            right = _away(one.columns, one.are_columns_fixed, column, columns, (there.left, there.right))
            yield _Edge(user, source, (down[1], -down[0], right[1], -right[0]))


def _away(
    ends: tuple[int, int], are_fixed: tuple[bool, bool], place: int, own: tuple[int, int], there: tuple[int, int]
) -> tuple[int, int]:
    """Return how far off a part of a sheet is read at least and at most, from the lines or columns of a region."""
    first, last = own
    least = min([end - (last if is_fixed else place) for end, is_fixed in zip(ends, are_fixed, strict=True)])
    most = max([end - (first if is_fixed else place) for end, is_fixed in zip(ends, are_fixed, strict=True)])
    return max(least, there[0] - last), min(most, there[1] - first)


class _Places:
    """Where regions are, by the columns that they span."""

    def __init__(self, found: Sequence[Suspect]) -> None:
        self._found = found
        # Of each column of a sheet, the first lines of its regions, and these by number.
        self._columns: dict[str, dict[int, tuple[list[int], list[int]]]] = {}
        for number, (sheet, region) in enumerate(found):
            there = self._columns.setdefault(sheet, {})
            for column in range(region.left, region.right + 1):
                tops, numbers = there.setdefault(column, ([], []))
                tops.append(region.top)
                numbers.append(number)
        self._order = {sheet: sorted(there) for sheet, there in self._columns.items()}
        self._known: dict[Read, set[int]] = {}

    def of(self, one: Read) -> set[int]:
        """Return the regions in a range."""
        found = self._known.get(one)
        if found is None:
            found = self._known[one] = self._find(one)
        return found

    def _find(self, one: Read) -> set[int]:
        found: set[int] = set()
        order, column = self._order.get(one.sheet, []), one.left
        while (at := bisect_left(order, column)) < len(order) and order[at] <= one.right:
            column = order[at] + 1
            tops, numbers = self._columns[one.sheet][order[at]]
            # The last that begins above may reach into the range, and may be all that there is in some columns.
            first = max(bisect_right(tops, one.top) - 1, 0)
            for number in numbers[first : bisect_right(tops, one.bottom)]:
                region = self._found[number][1]
                if region.bottom >= one.top:
                    found.add(number)
                    if region.top <= one.top and region.bottom >= one.bottom:
                        column = region.right + 1
        return found
