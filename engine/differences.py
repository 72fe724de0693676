"""What changed between two versions of a model, by meaning: order, spelling and comments are no change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from engine.cells import Cell, cell_name, label_of
from engine.expression import Name, Node, Number, Pick, rebuilt
from engine.model import Check, Formula, Grid, Model, Quantity, cell
from engine.respelled import readable
from engine.rows import Plan
from engine.symbolic import equivalent
from engine.written import text as written

Kind = Literal[
    "assumption", "formula", "added", "removed", "renamed", "moved", "unit", "bounds", "range", "source", "published",
    "check", "scenario", "dimension", "text", "chart", "model",
]  # fmt: skip
_LOST: Final = 1e-13


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that changed: of which kind and of what, before and after in words.

    `ratio` is new to old of a value, in one unit; `is_same` says of a formula whether it is algebraically the same,
    None where that is open or not asked. `scenario` is '' for what is so as written.
    """

    kind: Kind
    id: str
    label: str
    before: str = ""
    after: str = ""
    scenario: str = ""
    ratio: float | None = None
    is_same: bool | None = None


def renamed(old: Model, new: Model) -> dict[str, str]:
    """Return what the old version called quantities of the new one, where the id alone changed."""
    gone = [quantity for quantity in old.quantities if quantity.id not in new.by_id]
    come = [quantity for quantity in new.quantities if quantity.id not in old.by_id]
    found: dict[str, str] = {}
    for after in come:
        alike = [before for before in gone if _is_one(before, after) and before.id not in found.values()]
        if len(alike) == 1:
            found[after.id] = alike[0].id
    return found


def _is_one(before: Quantity, after: Quantity) -> bool:
    """Return whether two quantities can be one under another name: of one label, or of one definition."""
    if before.unit != after.unit or before.over != after.over or before.is_input != after.is_input:
        return False
    is_labelled = before.label == after.label
    if before.is_input:
        return is_labelled or (before.value == after.value and before.sources == after.sources and bool(before.sources))
    return is_labelled or [one.text for _, one in before.written] == [one.text for _, one in after.written]


def differences(old: Plan, new: Plan, names: Mapping[str, str]) -> list[Difference]:
    """Return what changed, assumptions first; `names` are those of `renamed`."""
    return [
        one
        for part in (_assumptions, _formulas, _rows, _limits, _scenarios, _statements, _texts, _heads)
        for one in part(_Pair(old, new, names))
    ]


class _Pair:
    """Both versions, and the quantities that are in both: old and new."""

    def __init__(self, old: Plan, new: Plan, names: Mapping[str, str]) -> None:
        self.old, self.new = old, new
        self.names = names
        self.backward = {before: after for after, before in names.items()}
        self.both = [
            (old.model.by_id[names.get(quantity.id, quantity.id)], quantity)
            for quantity in new.model.quantities
            if names.get(quantity.id, quantity.id) in old.model.by_id
        ]
        before, after = old.model.dimension, new.model.dimension
        self.changed = {name for name in before.keys() & after.keys() if before[name].members != after[name].members}

    def is_shaped_alike(self, before: Quantity, after: Quantity) -> bool:
        return before.over == after.over and self.changed.isdisjoint(after.over)

    def root(self, value: Decimal, quantity: Quantity, *, is_old: bool) -> float:
        """Return a value in root units, so that 0.30 and 30 percent are one."""
        plan = self.old if is_old else self.new
        unit = plan.row(quantity.id).unit
        return float(value) / unit.shown * float(plan.units.factor(unit.atoms))

    def are_same(self, before: tuple[Decimal, Quantity], after: tuple[Decimal, Quantity]) -> bool:
        units = self.old.row(before[1].id).unit, self.new.row(after[1].id).unit
        if self.old.units.dimension(units[0].atoms) != self.new.units.dimension(units[1].atoms):
            return False
        a, b = self.root(*before, is_old=True), self.root(*after, is_old=False)
        return abs(a - b) <= _LOST * max(abs(a), abs(b))

    def ratio(self, before: tuple[Decimal, Quantity], after: tuple[Decimal, Quantity]) -> float | None:
        units = self.old.row(before[1].id).unit, self.new.row(after[1].id).unit
        if self.old.units.dimension(units[0].atoms) != self.new.units.dimension(units[1].atoms):
            return None
        a, b = self.root(*before, is_old=True), self.root(*after, is_old=False)
        # The factors of units are exact, and their quotient all but so.
        return float(f"{b / a:.14g}") if a and a * b > 0 else None

    def tree(self, formula: Formula) -> Node | None:
        """Return an old formula with the new names."""
        return None if formula.tree is None else _with_names(formula.tree, self.backward)


def _assumptions(pair: _Pair) -> Iterator[Difference]:
    for before, after in pair.both:
        if before.value is None or after.value is None:
            continue
        yield from _values(pair, (before, after), "", before.value, after.value)
    scenarios = {scenario.id: scenario for scenario in pair.old.model.scenarios}
    for scenario in pair.new.model.scenarios:
        then = dict(scenarios[scenario.id].set) if scenario.id in scenarios else {}
        now = dict(scenario.set)
        for old_quantity, quantity in pair.both:
            first, second = then.get(old_quantity.id), now.get(quantity.id)
            if first is not None or second is not None:
                yield from _values(pair, (old_quantity, quantity), scenario.id, first, second)


Setting = Decimal | Grid[Decimal] | None


def _values(
    pair: _Pair, quantities: tuple[Quantity, Quantity], scenario: str, then: Setting, now: Setting
) -> Iterator[Difference]:
    before, after = quantities
    if not pair.is_shaped_alike(before, after):
        if not scenario:
            over = [" and ".join(quantity.over) or "nothing" for quantity in (before, after)]
            told = [f"values over {name}" for name in over]
            yield _changed("assumption", after.id, after.label, told)
        return
    units = [pair.old.row(before.id).unit.behind, pair.new.row(after.id).unit.behind]
    nothing = "inherited" if scenario else "by formula"
    for number in range(pair.new.model.size(after.over)):
        first, second = cell(then, number), cell(now, number)
        if first is None and second is None:
            continue
        ratio = None
        if first is not None and second is not None:
            if pair.are_same((first, before), (second, after)):
                continue
            ratio = pair.ratio((first, before), (second, after))
        yield Difference(
            "assumption",
            cell_name(pair.new, Cell(after.id, number)),
            label_of(pair.new, Cell(after.id, number)),
            nothing if first is None else f"{readable(first)}{units[0]}",
            nothing if second is None else f"{readable(second)}{units[1]}",
            scenario,
            ratio,
        )


def _formulas(pair: _Pair) -> Iterator[Difference]:
    for before, after in pair.both:
        if (before.value is None) != (after.value is None) and before.is_input != after.is_input:
            yield Difference("formula", after.id, after.label, _told(before), _told(after))
            continue
        then, now = dict(before.written), dict(after.written)
        for member in dict.fromkeys([*then, *now]):
            first, second = then.get(member), now.get(member)
            if first is None or second is None:
                id_ = f"{after.id}[{member}]" if member else after.id
                words = [one.text if one is not None else "none" for one in (first, second)]
                yield _changed("formula", id_, after.label, words)
                continue
            left, right = pair.tree(first), second.tree
            if left == right and before.is_equation == after.is_equation:
                continue
            same = equivalent(left, right) if left is not None and right is not None else None
            id_ = f"{after.id}[{member}]" if member else after.id
            yield Difference("formula", id_, after.label, _one_line(first.text), _one_line(second.text), is_same=same)


def _rows(pair: _Pair) -> Iterator[Difference]:
    known = {before.id for before, _ in pair.both}
    for quantity in pair.new.model.quantities:
        if pair.names.get(quantity.id, quantity.id) not in pair.old.model.by_id:
            yield Difference("added", quantity.id, quantity.label, "", _told(quantity))
    for quantity in pair.old.model.quantities:
        if quantity.id not in known:
            yield Difference("removed", quantity.id, quantity.label, _told(quantity), "")
    for before, after in pair.both:
        if before.id != after.id:
            yield Difference("renamed", after.id, after.label, before.id, after.id)
        if before.section != after.section:
            yield Difference("moved", after.id, after.label, _path(before.section), _path(after.section))
        if before.over != after.over and not after.is_input:
            yield Difference("dimension", after.id, after.label, ", ".join(before.over), ", ".join(after.over))
        if before.unit != after.unit and not (before.value is not None and after.value is not None):
            yield Difference("unit", after.id, after.label, before.unit, after.unit)


def _limits(pair: _Pair) -> Iterator[Difference]:
    for before, after in pair.both:
        for key in ("min", "max"):
            first, second = getattr(before, key), getattr(after, key)
            if not _is_alike(pair, (first, before), (second, after)):
                words = [f"{key} {_setting(one)}" for one in (first, second)]
                yield _changed("bounds", after.id, after.label, words)
        if before.whole != after.whole:
            words = ["whole" if one.whole else "any number" for one in (before, after)]
            yield _changed("bounds", after.id, after.label, words)
        if (before.range, before.distribution) != (after.range, after.distribution) and before.unit == after.unit:
            words = [f"{_setting(one.range)} {one.distribution}".strip() for one in (before, after)]
            yield _changed("range", after.id, after.label, words)
        if before.sources != after.sources:
            words = [_setting(one.sources) for one in (before, after)]
            yield _changed("source", after.id, after.label, words)
        first, second = [[_figure(one) for one in quantity.published] for quantity in (before, after)]
        if first != second:
            words = ["; ".join(map(" ".join, one)) or "none" for one in (first, second)]
            yield _changed("published", after.id, after.label, words)


def _scenarios(pair: _Pair) -> Iterator[Difference]:
    old = {scenario.id: scenario for scenario in pair.old.model.scenarios}
    new = {scenario.id: scenario for scenario in pair.new.model.scenarios}
    for id_ in dict.fromkeys([*new, *old]):
        if id_ not in old or id_ not in new:
            kind: Kind = "scenario"
            label = (new.get(id_) or old[id_]).label
            yield Difference(kind, id_, label, "" if id_ not in old else "there", "" if id_ not in new else "there")
        elif old[id_].extends != new[id_].extends:
            words = [f"extends {one.extends or 'nothing'}" for one in (old[id_], new[id_])]
            yield _changed("scenario", id_, new[id_].label, words)
    if pair.old.first_case.id != pair.new.first_case.id:
        words = [plan.first_case.id for plan in (pair.old, pair.new)]
        yield _changed("scenario", "model", "The scenario shown first", words)
    for name in dict.fromkeys([*pair.new.model.dimension, *pair.old.model.dimension]):
        members = [plan.model.dimension[name].members if name in plan.model.dimension else ()
                   for plan in (pair.old, pair.new)]  # fmt: skip
        if members[0] != members[1]:
            words = [f"{len(one)} members" if one else "" for one in members]
            yield _changed("dimension", name, name, words)


def _statements(pair: _Pair) -> Iterator[Difference]:
    old = {check.id: check for check in pair.old.model.checks}
    new = {check.id: check for check in pair.new.model.checks}
    for id_ in dict.fromkeys([*new, *old]):
        first, second = old.get(id_), new.get(id_)
        if _stated(pair, first, is_old=True) != _stated(pair, second, is_old=False):
            words = [_one_line(one.test.text) if one is not None else "" for one in (first, second)]
            label = second.label if second is not None else first.label if first is not None else id_
            yield _changed("check", id_, label, words)
    charts = [{chart.id: chart for chart in plan.model.charts} for plan in (pair.old, pair.new)]
    for id_ in dict.fromkeys([*charts[1], *charts[0]]):
        if charts[0].get(id_) != charts[1].get(id_):
            words = ["there" if id_ in one else "" for one in charts]
            yield _changed("chart", id_, (charts[1].get(id_) or charts[0][id_]).title, words)


def _texts(pair: _Pair) -> Iterator[Difference]:
    for before, after in pair.both:
        if before.label != after.label:
            yield Difference("text", after.id, after.label, before.label, after.label)
        if _note(before) != _note(after):
            yield Difference("text", after.id, after.label, _note(before), _note(after))


def _heads(pair: _Pair) -> Iterator[Difference]:
    old = {source.id: source for source in pair.old.model.sources}
    new = {source.id: source for source in pair.new.model.sources}
    for id_ in dict.fromkeys([*new, *old]):
        if old.get(id_) != new.get(id_):
            words = [one.title if one is not None else "" for one in (old.get(id_), new.get(id_))]
            yield _changed("source", id_, words[1] or words[0], words)
    for label, key in (("Title", "title"), ("Purpose", "purpose")):
        words = [_one_line(getattr(plan.model, key)) for plan in (pair.old, pair.new)]
        if words[0] != words[1]:
            yield _changed("model", "model", label, words)
    units = [dict(plan.model.units) for plan in (pair.old, pair.new)]
    for name in dict.fromkeys([*units[1], *units[0]]):
        if units[0].get(name) != units[1].get(name):
            yield _changed("unit", name, "Unit of the model", [one.get(name, "") for one in units])
    outputs = [[pair.backward.get(id_, id_) for id_ in pair.old.model.outputs], list(pair.new.model.outputs)]
    if outputs[0] != outputs[1]:
        yield _changed("model", "model", "Outputs", [", ".join(one) for one in outputs])


def _changed(kind: Kind, id_: str, label: str, words: Sequence[str]) -> Difference:
    before, after = words
    return Difference(kind, id_, label, before, after)


def _is_alike(pair: _Pair, before: tuple[Setting, Quantity], after: tuple[Setting, Quantity]) -> bool:
    if not pair.is_shaped_alike(before[1], after[1]):
        return before[0] == after[0]
    for number in range(pair.new.model.size(after[1].over)):
        first, second = cell(before[0], number), cell(after[0], number)
        if (first is None) != (second is None):
            return False
        if first is not None and second is not None and not pair.are_same((first, before[1]), (second, after[1])):
            return False
    return True


def _stated(pair: _Pair, check: Check | None, *, is_old: bool) -> object:
    if check is None:
        return None
    tree = pair.tree(check.test) if is_old else check.test.tree
    return (tree, check.tolerance) if tree is not None else (check.test.text, check.tolerance)


def _with_names(node: Node, names: Mapping[str, str]) -> Node:
    """Return a tree with other names, and with numbers by their value."""
    if isinstance(node, Name):
        return Name(names.get(node.id, node.id))
    if isinstance(node, Number):
        return node
    made = rebuilt(node, lambda below: _with_names(below, names))
    return Pick(names.get(made.id, made.id), made.selectors) if isinstance(made, Pick) else made


def _told(quantity: Quantity) -> str:
    unit = "" if quantity.unit == "1" else f" {quantity.unit}"
    if isinstance(quantity.value, Decimal):
        return f"{readable(quantity.value)}{unit}"
    if quantity.value is not None and quantity.is_input:
        return f"values over {' and '.join(quantity.over)}"
    formulas = [one for _, one in quantity.written]
    if len(formulas) == 1:
        return written(formulas[0].tree) if formulas[0].tree is not None else _one_line(formulas[0].text)
    return f"{len(formulas)} formulas"


def _setting(setting: object) -> str:
    if isinstance(setting, Grid):
        return "by member"
    if isinstance(setting, tuple):
        is_range = bool(setting) and not isinstance(setting[0], str)
        return " to ".join(map(str, setting)) if is_range else ", ".join(setting) or "none"
    return "none" if setting is None else str(setting)


def _figure(published: object) -> tuple[str, ...]:
    keys = ("value", "source", "scenario", "at", "digits", "disputed")
    return tuple(str(value) for key in keys if (value := getattr(published, key)) not in (None, "", ()))


def _note(quantity: Quantity) -> str:
    note = quantity.note
    return "; ".join(_one_line(one) for one in note.cells if one) if isinstance(note, Grid) else _one_line(note)


def _path(section: tuple[str | int, ...]) -> str:
    return ".".join(map(str, section)) or "the top"


def _one_line(text: str) -> str:
    return " ".join(text.split())
