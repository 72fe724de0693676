"""Which dimensions have other members in the text than in a workbook, so that its cells are not those of an export."""

from __future__ import annotations

from engine.plan.plan import Plan
from exports.roundtrip.registry import Registry


def reshaped(plan: Plan, registry: Registry) -> frozenset[str]:
    """Return the dimensions whose members differ, as far as the workbook tells: by its headings and inputs."""
    found: set[str] = set()
    for name, dimension in plan.model.dimension.items():
        for sheet in registry.inputs:
            there = list(sheet.members(name))
            if there and there != list(dimension.members):
                found.add(name)
    known: dict[str, set[str]] = {}
    for name, _ in registry.entries:
        id_, bracket, _ = name.partition("[")
        if bracket:
            known.setdefault(id_, set()).add(name)
    for row in plan.inputs:
        there_names = known.get(row.id, set())
        if not row.over or not there_names:
            continue
        cells = zip(plan.members(row), row.is_set, strict=True)
        if there_names == {f"{row.id}[{', '.join(member)}]" for member, is_set in cells if is_set}:
            continue
        found |= {
            name
            for place, name in enumerate(row.over)
            if (members := _members(there_names, place, len(row.over))) != set(plan.model.dimension[name].members)
            # Where values begin a row, those there were may be fewer.
            and (all(row.is_set) or not members <= set(plan.model.dimension[name].members))
        }
    return frozenset(found)


def _members(names: set[str], place: int, count: int) -> set[str]:
    """Return the members along one dimension of cells by their names; a member with a comma is none of these."""
    split = [name.partition("[")[2].removesuffix("]").split(", ") for name in names]
    return {members[place] for members in split if len(members) == count}
