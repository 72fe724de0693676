"""The one door to networkx, and to the order of calculation: what feeds what, cycles, ways up and down, lineages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

Feeds = Mapping[str, Iterable[str]]


def order(feeds: Feeds) -> list[str] | None:
    """Return the ids so that each comes after all that feed it; None where there is a cycle.

    `feeds` gives, for each id, the ids that its formula uses. The order is the same for the same mapping.
    """
    try:
        return list(TopologicalSorter(feeds).static_order())
    except CycleError:
        return None


def cycles(feeds: Feeds) -> list[list[str]]:
    """Return one cycle for each knot of ids that feed each other, the first id repeated at the end."""
    import networkx as nx  # noqa: PLC0415  # a sixth of a second, and most models have no cycle

    graph = _graph(feeds)
    position = {id_: index for index, id_ in enumerate(feeds)}
    knots = [knot for knot in nx.strongly_connected_components(graph) if len(knot) > 1 or _is_loop(graph, knot)]
    knots.sort(key=lambda knot: min(position[id_] for id_ in knot))
    return [_walk(graph.subgraph(knot), min(knot, key=position.__getitem__)) for knot in knots]


def knots(feeds: Feeds) -> list[list[str]]:
    """Return the ids in groups so that each comes after all that feed it; those that feed each other are one group."""
    in_order = order(feeds)
    if in_order is not None:
        return [[id_] for id_ in in_order]
    import networkx as nx  # noqa: PLC0415

    position = {id_: index for index, id_ in enumerate(feeds)}
    # The components come so that each stands after those that it leads to: here, those that it uses.
    backwards = _graph(feeds).reverse(copy=False)
    return [sorted(knot, key=position.__getitem__) for knot in nx.strongly_connected_components(backwards)]


def upstream(feeds: Feeds, id_: str) -> set[str]:
    """Return everything that the quantity is computed from, without itself."""
    return reached(feeds.__getitem__, id_) - {id_}


def reached(uses: Callable[[str], Iterable[str]], *ids: str) -> set[str]:
    """Return what ids are computed from, with themselves; `uses` gives what each is computed from at once."""
    found: set[str] = set()
    waiting = list(ids)
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting += uses(current)
    return found


def downstream(feeds: Feeds, id_: str) -> set[str]:
    """Return everything that is computed from the quantity, without itself."""
    return moved(feeds, id_) - {id_}


def moved(feeds: Feeds, *ids: str) -> set[str]:
    """Return what is computed from ids, with themselves."""
    users = users_of(feeds)
    return reached(lambda id_: users.get(id_, ()), *ids)


def users_of(feeds: Feeds) -> dict[str, list[str]]:
    """Return what uses each id, by what it uses."""
    users: dict[str, list[str]] = {}
    for id_, used in feeds.items():
        for one in used:
            users.setdefault(one, []).append(id_)
    return users


class Contradiction(Exception):  # noqa: N818  # it is an answer, told in the words of whoever asks
    """Orders that cannot be kept at once: each line puts an id before the one that the next line puts first."""

    def __init__(self, circle: list[tuple[int, str, str]]) -> None:
        super().__init__(circle)
        self.circle = circle


def merge_orders(lines: Sequence[Sequence[str]]) -> list[str]:
    """Return the ids of several lines in one order that keeps all of theirs, where it is free as in the first line.

    It is the merge of C3, by which Python orders base classes. Raises Contradiction, with the numbers of the lines
    that contradict and what each puts before what, where no order keeps them all.
    """
    behind = Counter(id_ for line in lines for id_ in line[1:])
    places = [0] * len(lines)
    merged: list[str] = []
    while heads := {
        number: line[at] for number, (line, at) in enumerate(zip(lines, places, strict=True)) if at < len(line)
    }:
        free = next((id_ for id_ in heads.values() if not behind[id_]), None)
        if free is None:
            raise Contradiction(_circle(lines, places, heads))
        merged.append(free)
        for number, id_ in heads.items():
            if id_ == free:
                places[number] += 1
                behind.subtract(lines[number][places[number] : places[number] + 1])
    return merged


def _circle(
    lines: Sequence[Sequence[str]], places: Sequence[int], heads: Mapping[int, str]
) -> list[tuple[int, str, str]]:
    """Return how the first ids of lines wait for each other, none of them free."""
    steps: list[tuple[int, str, str]] = []
    waiting = next(iter(heads.values()))
    while waiting not in [after for _, _, after in steps]:
        ahead = next(number for number in heads if waiting in lines[number][places[number] + 1 :])
        steps.append((ahead, heads[ahead], waiting))
        waiting = heads[ahead]
    start = [after for _, _, after in steps].index(waiting)
    return steps[start:][::-1]


def lineage(id_: str, parents: Sequence[str], known: Mapping[str, Sequence[str]]) -> list[str]:
    """Return an id and all that it starts from, the nearest first, as Python orders base classes.

    `known` has the lineages of its parents, which come before what they start from. Raises Contradiction, its lines
    those of the parents and then their list.
    """
    return [id_, *merge_orders([*[known[one] for one in parents], parents])]


def linearize(parents: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the lineage of each id; raise Contradiction where one has none."""
    found: dict[str, list[str]] = {}
    for id_ in TopologicalSorter(parents).static_order():
        found[id_] = lineage(id_, parents[id_], found)
    return found


def _graph(feeds: Feeds) -> nx.DiGraph[str]:
    import networkx as nx  # noqa: PLC0415

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(feeds)
    graph.add_edges_from((source, id_) for id_, sources in feeds.items() for source in sources)
    return graph


def _is_loop(graph: nx.DiGraph[str], knot: set[str]) -> bool:
    (id_,) = knot
    return graph.has_edge(id_, id_)


def _walk(knot: nx.DiGraph[str], start: str) -> list[str]:
    """Return the shortest way from an id back to itself, told in the order of use: a uses b uses a."""
    import networkx as nx  # noqa: PLC0415

    backwards = knot.reverse(copy=False)
    ways = [nx.shortest_path(backwards, used, start) for used in backwards.successors(start)]
    return [start, *min(ways, key=len)]
