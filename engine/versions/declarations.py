"""What changed around the quantities: scenarios, dimensions, sections, sources, checks, charts, the model itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Final, get_args

from engine.model.calendar import named_cut
from engine.model.charts import Chart
from engine.model.dimensions import Dimension
from engine.model.model import Check, Model, Section, Source
from engine.versions.pair import (
    Declared,
    Difference,
    DifferenceKind,
    Pair,
    compare,
    compare_declarations,
    is_same,
    number,
    one_line,
)

# What is drawn, without its members in brackets.
_NAME: Final = re.compile(r"(?<!\[)\b[a-z][a-z0-9_]*\b(?![^\[]*\])")
_UNIT: Final = "Unit of the model"
_FEW: Final = 4
# Every key that a chart of some kind has: a chart may have become one of another kind.
_CHART_KEYS: Final = tuple(
    dict.fromkeys(["id", "kind", *[key.name for kind in get_args(Chart) for key in fields(kind)]])
)
_Names = Mapping[str, str]


def declarations(pair: Pair) -> Iterator[Difference]:
    """Yield what changed but quantities, scenarios first."""
    for part in (_names, _scenarios, _dimensions, _sections, _sources, _checks, _charts, _model):
        yield from part(pair)


def unit_tokens(definition: str) -> str:
    """Return the definition of a unit as it is compared: spaces say nothing."""
    return " ".join(re.findall(r"\*\*|[^\s*/]+|[*/]", definition))


def _names(pair: Pair) -> Iterator[Difference]:
    """Yield what is declared in the same words, under another name."""
    model = pair.new.model
    labels = {
        "source": {one.id: one.title for one in model.sources},
        "dimension": {one.id: one.label for one in model.dimensions},
        "check": {one.id: one.label for one in model.checks},
        "chart": {one.id: one.title for one in model.charts},
    }
    for symbol, after in pair.declared.items():
        kind: DifferenceKind = symbol.kind  # type: ignore[assignment]  # those of differences too
        label = labels.get(symbol.kind, {}).get(after, _UNIT)
        yield Difference(kind, after, label, symbol.name, after, "name")


def _scenarios(pair: Pair) -> Iterator[Difference]:
    labels = {one.id: one.label for one in pair.new.model.scenarios}
    for after, before in pair.scenarios.items():
        yield Difference("scenario", after, labels[after], before, after, "name")
    yield from compare_declarations(
        "scenario", _scenarios_of(pair.old.model, pair.cases), _scenarios_of(pair.new.model, {})
    )
    first = [pair.first_case(is_old=is_old) for is_old in (True, False)]
    yield from compare("scenario", "model", "The model", first, "scenario shown first")


def _scenarios_of(model: Model, names: _Names) -> dict[str, Declared]:
    found = {}
    for one in model.scenarios:
        extends = ", ".join([names.get(name, name) for name in one.extends])
        parent = [f"extends {extends}"] if extends else []
        changes = [f"{id_} = {_setting(model, id_, value)}" for id_, value in one.set]
        changes += [
            f"{id_} x {number(value, '') if isinstance(value, Decimal) else 'by member'}" for id_, value in one.scale
        ]
        told = _several([*parent, *changes])
        keys = {"label": one.label, "extends": extends, "note": one_line(one.note)}
        found[names.get(one.id, one.id)] = Declared(one.label, told or "sets nothing", keys)
    return found


def _setting(model: Model, id_: str, value: object) -> str:
    quantity = model.by_id.get(id_)
    if quantity is not None and quantity.choice and isinstance(value, Decimal):
        return model.dimension[quantity.choice].member_at(value)
    unit = f" {quantity.unit}" if quantity is not None and quantity.unit != "1" else ""
    return number(value, unit) if isinstance(value, Decimal) else "by member"


def _dimensions(pair: Pair) -> Iterator[Difference]:
    old, new = pair.old.model.dimension, pair.new.model.dimension
    yield from compare_declarations(
        "dimension", *({id_: _dimension(one) for id_, one in side.items()} for side in (old, new))
    )
    for id_ in new:
        if id_ in pair.renamed:
            # Under their old names, which nothing else tells.
            words = [_several(list(names)) for names in (pair.renamed[id_], pair.renamed[id_].values())]
            yield from compare("dimension", id_, new[id_].label, words, "members")
        elif id_ in old and old[id_].members != new[id_].members:
            yield from compare("dimension", id_, new[id_].label, _members(old[id_], new[id_]), "members")
        if id_ in old:
            yield from _map(pair, old[id_], new[id_])


def _members(before: Dimension, after: Dimension) -> list[str]:
    """Return which members went and which came; the ends where time moved on; all where only their order changed."""
    gone = [one for one in before.members if one not in after.indices]
    come = [one for one in after.members if one not in before.indices]
    is_moved = len(gone) < len(before.members)
    if gone and come and is_moved and before.is_time and after.is_time:
        return [f"{one.members[0]} to {one.members[-1]}" for one in (before, after)]
    lists: list[Sequence[str]] = [gone, come] if gone or come else [before.members, after.members]
    words = [_several(one) for one in lists]
    # What changed places may stand behind those that are told.
    return words if words[0] != words[1] else [", ".join(one) for one in lists]


def _map(pair: Pair, before: Dimension, after: Dimension) -> Iterator[Difference]:
    """Yield where members of a finer dimension belong to others of a group, all by their new names."""
    if not before.of or before.of != after.of or before.periods or after.periods:
        return
    finer = pair.old.model.dimension[before.of].members
    then = {member: before.members[place] for member, place in zip(finer, before.places, strict=True)}
    for member, place in zip(pair.new.model.dimension[after.of].members, after.places, strict=True):
        words = then.get(member, ""), after.members[place]
        yield from compare("dimension", after.id, after.label, words, f"map of {member}")


def _dimension(one: Dimension) -> Declared:
    order = "ordered" if one.ordered else "not ordered"
    keys = {"label": one.label, "unit": one.unit, "order": order, "note": one_line(one.note), "of": one.of}
    keys |= {**_cut(one), "sources": ", ".join(sorted(one.sources))}
    return Declared(one.label, _several(one.members), keys)


def _cut(one: Dimension) -> dict[str, str]:
    """Return how a calendar is cut: into which periods, and the month that its years begin with."""
    if not one.periods:
        return {"period": "", "starts": ""}
    # The first period may begin late.
    place = min(1, len(one.periods) - 1)
    calendar = named_cut(one.periods[place])
    return {"period": calendar.grain, "starts": str(calendar.starts) if calendar.months > 1 else ""}


def _sections(pair: Pair) -> Iterator[Difference]:
    old, new = ({".".join(map(str, one.path)): one for one in plan.model.sections} for plan in (pair.old, pair.new))
    # Where one is new, or gone, its quantities tell.
    sides = ({id_: _section(one) for id_, one in side.items() if id_ in old and id_ in new} for side in (old, new))
    yield from compare_declarations("section", *sides)


def _section(one: Section) -> Declared:
    return Declared(one.label, one.label, {"label": one.label, "note": one_line(one.note)})


def _sources(pair: Pair) -> Iterator[Difference]:
    yield from compare_declarations(
        "source", *({one.id: _source(one) for one in plan.model.sources} for plan in (pair.old, pair.new))
    )


def _source(one: Source) -> Declared:
    return Declared(one.title, one.title, {key.name: one_line(getattr(one, key.name)) for key in fields(one)})


def _checks(pair: Pair) -> Iterator[Difference]:
    old, new = ({one.id: one for one in plan.model.checks} for plan in (pair.old, pair.new))
    yield from compare_declarations("check", *({id_: _check(one) for id_, one in side.items()} for side in (old, new)))
    for id_, after in new.items():
        if (before := old.get(id_)) is None:
            continue
        left, right = pair.tree(before.test, is_old=True), pair.tree(after.test, is_old=False)
        if left != right:
            tests = [one_line(one.test.text) for one in (before, after)]
            yield Difference("check", id_, after.label, tests[0], tests[1], is_same=is_same(left, right))


def _check(one: Check) -> Declared:
    tolerance = "" if one.tolerance is None else number(one.tolerance, "")
    return Declared(one.label, one_line(one.test.text), {"label": one.label, "tolerance": tolerance})


def _charts(pair: Pair) -> Iterator[Difference]:
    old = {one.id: _chart(one, pair.backward, pair.cases) for one in pair.old.model.charts}
    yield from compare_declarations("chart", old, {one.id: _chart(one, {}, {}) for one in pair.new.model.charts})


def _chart(one: Chart, names: _Names, cases: _Names) -> Declared:
    """Return what a chart says, key by key; of what it draws, in the names of the new version."""
    keys: dict[str, str] = {}
    for key in _CHART_KEYS:
        value = getattr(one, key, ())
        several = value if isinstance(value, tuple) else () if value is None else (value,)
        text = ", ".join([number(item, "") if isinstance(item, Decimal) else str(item) for item in several])
        known = cases if key in {"scenario", "scenarios"} else names
        is_text = key in {"id", "title", "note", "kind"}
        keys[key] = one_line(text) if is_text else _NAME.sub(lambda found, of=known: of.get(found[0], found[0]), text)  # type: ignore[misc]  # bound at once
    drawn = keys["y"] or keys["steps"] or keys["levels"]
    return Declared(one.title, f"{one.kind} chart of {drawn}", keys)


def _model(pair: Pair) -> Iterator[Difference]:
    old, new = {"model": _head(pair.old.model, pair.backward)}, {"model": _head(pair.new.model, {})}
    yield from compare_declarations("model", old, new)
    units = [dict(plan.model.units) for plan in (pair.old, pair.new)]
    for name in dict.fromkeys([*units[1], *units[0]]):
        words = [unit_tokens(one.get(name, "")) for one in units]
        yield from compare("unit", name, _UNIT, words)


def _head(model: Model, names: _Names) -> Declared:
    outputs = ", ".join([names.get(id_, id_) for id_ in model.outputs])
    keys = {key: one_line(getattr(model, key)) for key in ("title", "purpose", "version", "date")}
    keys |= {"author": ", ".join(model.author), "limitations": one_line("; ".join(model.limitations))}
    keys["outputs"] = outputs
    return Declared("The model", "", keys)


def _several(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - _FEW:,} more" if len(texts) > _FEW else ""
    return ", ".join(texts[:_FEW]) + more
