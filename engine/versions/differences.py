"""What changed between two versions of a model, by meaning: order, spelling and comments are no change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from engine.analysis.published import half_unit
from engine.language.unparse import text as written
from engine.model.dimensions import Grid
from engine.model.model import Published, Quantity, Scenario
from engine.versions.chances import chances
from engine.versions.data.changes import files, is_of_file, settings
from engine.versions.declarations import declarations
from engine.versions.pair import Both, Difference, DifferenceKind, Pair, Setting, compare, is_same, number, one_line

_FEW: Final = 3


def differences(pair: Pair) -> list[Difference]:
    """Return what changed, assumptions first."""
    parts = (_assumptions, files, _formulas, _rows, _limits, chances, _citations, _texts, declarations)
    return [one for part in parts for one in part(pair)]


def _assumptions(pair: Pair) -> Iterator[Difference]:
    for before, after in pair.changed:
        if before.value is not None and after.value is not None:
            yield from _values(pair, (before, after), "", before.value, after.value)
    scenarios = {scenario.id: scenario for scenario in pair.old.model.scenarios}
    for scenario in pair.new.model.scenarios:
        id_ = pair.scenarios.get(scenario.id, scenario.id)
        if id_ not in scenarios:
            # What it sets is told with it.
            continue
        then, now = dict(scenarios[id_].set), dict(scenario.set)
        for old_quantity, quantity in pair.both:
            first, second = then.get(old_quantity.id), now.get(quantity.id)
            if (first is not None or second is not None) and old_quantity.over == quantity.over:
                yield from _values(pair, (old_quantity, quantity), scenario.id, first, second)
        yield from _factors(pair, scenarios[id_], scenario)


def _factors(pair: Pair, old: Scenario, new: Scenario) -> Iterator[Difference]:
    """Yield what a scenario multiplies by another number, or does no more."""
    then, now = dict(old.scale), dict(new.scale)
    for before, after in pair.both if then or now else ():
        first, second = then.get(before.id), now.get(after.id)
        if (first is None and second is None) or before.over != after.over:
            continue
        for one in pair.settings(before, after, first, second):
            if one.before == one.after:
                continue
            factors = [value if isinstance(value, Decimal) else None for value in (one.before, one.after)]
            words = [
                number(value, "") if value is not None else "" if index is None else "not scaled"
                for value, index in zip(factors, one.indices, strict=True)
            ]
            ratio = float(factors[1] / factors[0]) if factors[0] and factors[1] is not None else None
            ratio = ratio if ratio is not None and ratio > 0 else None
            label = f"{one.label} · factor"
            yield Difference("assumption", one.id, label, words[0], words[1], "", new.id, ratio)


def _values(pair: Pair, quantities: Both, scenario: str, then: object, now: object) -> Iterator[Difference]:
    before, after = quantities
    if before.over != after.over or before.choice != after.choice:
        words = _told(pair, before, is_old=True), _told(pair, after, is_old=False)
        yield Difference("assumption", after.id, after.label, *words)
        return
    for one in settings(pair, before, after, then, now):
        values = [value if isinstance(value, Decimal) else None for value in (one.before, one.after)]
        if values[0] is not None and values[1] is not None and _is_one(pair, quantities, values[0], values[1]):
            continue
        yield _value(pair, quantities, scenario, one)


def _is_one(pair: Pair, quantities: Both, before: Decimal, after: Decimal) -> bool:
    """Return whether two values are one: of choices the same member, wherever it stands among them."""
    if not quantities[1].choice:
        return pair.are_same(before, after, quantities)
    members = pair.chosen(quantities[0], before, is_old=True), pair.chosen(quantities[1], after, is_old=False)
    return members[0] == members[1]


def _value(pair: Pair, quantities: Both, scenario: str, setting: Setting) -> Difference:
    (before, first), (after, second) = [
        _side(pair, quantity, scenario, value, index, is_old=is_old)
        for is_old, quantity, value, index in zip(
            (True, False), quantities, (setting.before, setting.after), setting.indices, strict=True
        )
    ]
    ratio = None if first is None or second is None or quantities[1].choice else pair.ratio(first, second, quantities)
    name = setting.id, setting.label
    return Difference("assumption", *name, before, after, "", scenario, ratio, None, setting.more)


def _side(
    pair: Pair, quantity: Quantity, scenario: str, value: object, index: int | None, *, is_old: bool
) -> tuple[str, Decimal | None]:
    """Return what a version sets, in words and as a number: also where that comes from elsewhere."""
    plan = pair.old if is_old else pair.new

    def told(value: Decimal) -> str:
        unit = plan.row(quantity.id).unit.suffix
        return pair.chosen(quantity, value, is_old=is_old) if quantity.choice else number(value, unit)

    if isinstance(value, Decimal):
        return told(value), value
    if index is None:
        return "", None
    origin = "inherited" if scenario else "by formula"
    found = pair.computed(quantity, scenario or pair.first_case(is_old=is_old), index, is_old=is_old)
    return (origin if found is None else f"{told(found)} ({origin})"), found


def _formulas(pair: Pair) -> Iterator[Difference]:
    for before, after in pair.changed:
        if before.is_input != after.is_input and (before.value is None) != (after.value is None):
            yield Difference(
                "formula", after.id, after.label, _told(pair, before, is_old=True), _told(pair, after, is_old=False)
            )
            continue
        then, now = dict(before.written), dict(after.written)
        for member in dict.fromkeys([*now, *then]):
            id_, label = (f"{after.id}[{member}]", f"{after.label} · {member}") if member else (after.id, after.label)
            first, second = then.get(member), now.get(member)
            if first is None or second is None:
                words = [one_line(one.text) if one is not None else "" for one in (first, second)]
                yield from compare("formula", id_, label, words)
                continue
            if pair.is_alike(first, second) and before.is_equation == after.is_equation:
                continue
            left, right = pair.tree(first, is_old=True), pair.tree(second, is_old=False)
            if left != right or before.is_equation != after.is_equation:
                same = is_same(left, right) if before.is_equation == after.is_equation else None
                yield Difference("formula", id_, label, one_line(first.text), one_line(second.text), is_same=same)


def _rows(pair: Pair) -> Iterator[Difference]:
    known = {before.id for before, _ in pair.both}
    for quantity in pair.new.model.quantities:
        if pair.names.get(quantity.id, quantity.id) not in pair.old.model.by_id:
            yield Difference("added", quantity.id, quantity.label, "", _told(pair, quantity, is_old=False))
    for quantity in pair.old.model.quantities:
        if quantity.id not in known:
            yield Difference("removed", quantity.id, quantity.label, _told(pair, quantity, is_old=True), "")
    for before, after in pair.changed:
        if before.id != after.id:
            yield Difference("renamed", after.id, after.label, before.id, after.id)
        if before.section != after.section:
            then, now = [".".join(map(str, one.section)) or "the top" for one in (before, after)]
            yield Difference("moved", after.id, after.label, then, now)
        yield from compare("dimension", after.id, after.label, [_rollup(one) for one in (before, after)], "rollup")
        if before.value is not None and after.value is not None:
            # What is in another unit, or over other dimensions, is told with the values.
            continue
        over = [", ".join(one.over) for one in (before, after)]
        yield from compare("dimension", after.id, after.label, over, "over")
        if pair.old.scale(before.id, pair.new, after.id) != 1 or "percent" in {before.unit, after.unit}:
            # EUR * hour and hour * EUR are one unit.
            yield from compare("unit", after.id, after.label, (before.unit, after.unit), "unit")


def _limits(pair: Pair) -> Iterator[Difference]:
    for before, after in pair.changed:
        quantities = before, after
        for key in ("min", "max", "range"):
            kind: DifferenceKind = "range" if key == "range" else "bounds"
            for one in _set(pair, quantities, key):
                if not _are_one(pair, quantities, one):
                    units = pair.units(quantities)
                    words = [_limit(*side) for side in zip((one.before, one.after), units, strict=True)]
                    yield from compare(kind, one.id, one.label, words, key)
        whole = ["whole numbers" if one.whole else "any number" for one in quantities]
        yield from compare("bounds", after.id, after.label, whole, "whole")
        yield from compare("range", after.id, after.label, (before.distribution, after.distribution), "distribution")


def _set(pair: Pair, quantities: Both, key: str) -> list[Setting]:
    before, after = quantities
    if is_of_file(quantities, key):
        return []
    then, now = getattr(before, key), getattr(after, key)
    if before.over == after.over:
        return list(pair.settings(before, after, then, now))
    # Over other dimensions there are no members to compare.
    then, now = ("by member" if isinstance(setting, Grid) else setting for setting in (then, now))
    return [Setting(after.id, after.label, then, now)]


def _are_one(pair: Pair, quantities: Both, setting: Setting) -> bool:
    """Return whether two limits are one, whatever their units."""
    first, second = setting.before, setting.after
    if isinstance(first, Decimal) and isinstance(second, Decimal):
        return pair.are_same(first, second, quantities)
    if isinstance(first, tuple) and isinstance(second, tuple):
        return len(first) == len(second) and all(
            pair.are_same(*ends, quantities) for ends in zip(first, second, strict=True)
        )
    return first == second


def _limit(value: object, unit: str) -> str:
    if isinstance(value, Decimal):
        return number(value, unit)
    if isinstance(value, tuple):
        middle = f", middle {number(value[1], unit)}" if len(value) > 2 else ""  # noqa: PLR2004
        return f"{number(value[0], '')} to {number(value[-1], unit)}{middle}"
    return "" if value is None else str(value)


def _citations(pair: Pair) -> Iterator[Difference]:
    for before, after in pair.changed:
        for one in _set(pair, (before, after), "sources"):
            # Their order says nothing.
            sides = [sorted(ids) if isinstance(ids, tuple) else [str(ids or "")] for ids in (one.before, one.after)]
            yield from compare("source", one.id, one.label, [", ".join(side) for side in sides], "source")
        yield from _figures(pair, before, after)


def _figures(pair: Pair, before: Quantity, after: Quantity) -> Iterator[Difference]:
    """Yield what differs between published figures: paired by what they say, then by where and of what they are."""
    if not before.published and not after.published:
        return
    then = [replace(one, scenario=pair.cases.get(one.scenario or "", one.scenario)) for one in before.published]
    now = list(after.published)
    pairs: list[tuple[Published, Published]] = []
    found = pair.sizes((before, after))
    sizes = (None, None) if found is None or found[0] == found[1] else found
    for key in (_meaning, _place):
        for new in list(now):
            old = next((one for one in then if key(one, sizes[0]) == key(new, sizes[1])), None)
            if old is not None:
                pairs.append((old, new))
                then.remove(old)
                now.remove(new)
    for old, new in pairs:
        if _meaning(old, sizes[0]) != _meaning(new, sizes[1]):
            yield Difference("published", after.id, after.label, _figure(old), _figure(new), "published")
        for what in ("disputed", "note"):
            words = [one_line(getattr(one, what)) for one in (old, new)]
            yield from compare("published", after.id, after.label, words, f"{what} of the published {new.value}")
    for old in then:
        yield Difference("published", after.id, after.label, _figure(old), "", "published")
    for new in now:
        yield Difference("published", after.id, after.label, "", _figure(new), "published")


def _meaning(figure: Published, size: float | None) -> object:
    """Return what a figure says: its value, in a unit of a size where units differ, how exactly, and of what."""
    if size is None:
        return figure.value, half_unit(figure), _place(figure)
    # Factors of units cost the last digits.
    value, precision = (f"{float(number_) * size:.12g}" for number_ in (figure.value, half_unit(figure)))
    return value, precision, _place(figure)


def _place(figure: Published, _size: float | None = None) -> object:
    return figure.source, figure.scenario, figure.at


def _figure(figure: Published) -> str:
    digits = f", {figure.digits} digits" if figure.digits is not None else ""
    return f"{figure.value}{digits} ({', '.join(filter(None, [figure.source, figure.scenario, *figure.at]))})"


def _texts(pair: Pair) -> Iterator[Difference]:
    for before, after in pair.changed:
        yield from compare("text", after.id, after.label, (before.label, after.label), "label")
        for one in _set(pair, (before, after), "note"):
            words = [one_line(str(note or "")) for note in (one.before, one.after)]
            yield from compare("text", one.id, one.label, words, "note")


def _rollup(quantity: Quantity) -> str:
    return ", ".join([f"{kind} along {name}" if name else kind for name, kind in quantity.rollup])


def _told(pair: Pair, quantity: Quantity, *, is_old: bool) -> str:
    def one_told(value: Decimal, unit: str) -> str:
        return pair.chosen(quantity, value, is_old=is_old) if quantity.choice else number(value, unit)

    unit, formulas = "" if quantity.unit == "1" else f" {quantity.unit}", [one for _, one in quantity.written]
    if len(formulas) == 1:
        told = one_line(formulas[0].text) if formulas[0].tree is None else written(formulas[0].tree)
    elif formulas:
        told = f"{len(formulas)} formulas"
    elif isinstance(quantity.value, Grid):
        cells = quantity.value.cells
        values = [one_told(one, "") for one in cells[:_FEW] if one is not None] + ["..."] * (len(cells) > _FEW)
        told = f"{', '.join(values)}{unit} over {' and '.join(quantity.over)}"
    else:
        assert isinstance(quantity.value, Decimal)  # noqa: S101  # there is nothing else
        over = f" over {' and '.join(quantity.over)}" if quantity.over else ""
        told = f"{one_told(quantity.value, unit)}{over}"
    return told
