"""The one door to networkx, and to the order of calculation: what feeds what, cycles, upstream and downstream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
    import networkx as nx  # noqa: PLC0415

    return set(nx.descendants(_graph(feeds), id_))


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
