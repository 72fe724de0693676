"""What feeds what, as a diagram: Mermaid, Graphviz or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable

from engine import graph
from engine.plan.plan import Plan, Row
from engine.problems import ModelError, did_you_mean, error

Edge = tuple[str, str]


def select_rows(plan: Plan, upstream: str | None, downstream: str | None) -> list[Row]:
    """Return the rows of the diagram in the order of calculation: all, or a quantity and what feeds or uses it."""
    feeds = plan.model.feeds
    if upstream is None and downstream is None:
        return [row for row in plan.rows if row.id in feeds]
    wanted: set[str] = set()
    for id_, reach in ((upstream, graph.upstream), (downstream, graph.downstream)):
        if id_ is None:
            continue
        if id_ not in feeds:
            hint = did_you_mean(id_, feeds)
            raise ModelError([error("unknown-name", f"there is no quantity '{id_}'", plan.model.at(), hint)])
        wanted |= {id_, *reach(feeds, id_)}
    return [row for row in plan.rows if row.id in wanted]


def edges(plan: Plan, rows: Iterable[Row]) -> list[Edge]:
    """Return which row feeds which, among these."""
    ids = {row.id for row in rows}
    return [(used, row.id) for row in rows for used in plan.model.feeds[row.id] if used in ids]


def as_mermaid(plan: Plan, rows: list[Row]) -> str:
    """Return a Mermaid flowchart; inputs have round corners."""
    lines = ["flowchart LR"]
    for row in rows:
        label = f'"{_mermaid(row.label)}"'
        lines.append(f"    {row.id}_([{label}])" if row.kind == "input" else f"    {row.id}_[{label}]")
    # With an underscore behind, no id is a word of Mermaid's own, such as end.
    lines += [f"    {used}_ --> {user}_" for used, user in edges(plan, rows)]
    return "\n".join(lines) + "\n"


def as_dot(plan: Plan, rows: list[Row]) -> str:
    """Return a Graphviz digraph; inputs have round corners."""
    lines = ["digraph model {", "    rankdir=LR;", '    node [shape=box, fontname="Helvetica"];']
    for row in rows:
        shape = ", style=rounded" if row.kind == "input" else ""
        lines.append(f'    "{row.id}" [label="{_dot(row.label)}"{shape}];')
    lines += [f'    "{used}" -> "{user}";' for used, user in edges(plan, rows)]
    return "\n".join([*lines, "}"]) + "\n"


def as_json(plan: Plan, rows: list[Row]) -> str:
    """Return ``{"nodes": [{"id", "label", "kind", "unit"}], "edges": [[feeds, fed]]}``."""
    nodes = [{"id": row.id, "label": row.label, "kind": row.kind, "unit": row.unit.text} for row in rows]
    return json.dumps({"nodes": nodes, "edges": edges(plan, rows)}, indent=2, ensure_ascii=False) + "\n"


def _mermaid(text: str) -> str:
    return " ".join("".join(char if char not in '"#<>&`' else f"#{ord(char)};" for char in text).split())


def _dot(text: str) -> str:
    return " ".join(text.replace("\\", "\\\\").replace('"', '\\"').split())
