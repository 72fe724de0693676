"""What a scenario is made of: those that it extends, what it sets, and what it multiplies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

from engine.model.dimensions import Grid
from engine.model.model import Scenario
from engine.plan.cells import Cell, cell_name, label_of
from engine.plan.plan import Case, Plan, Row
from engine.text.numerals import readable
from exports.style.words import counted

_FEW: Final = 4
_SHORT: Final = 20
_Named = tuple[Cell | None, Row, Decimal]


def record(plan: Plan, case: Case) -> dict[str, Any]:
    """Return plain values: the ids that it extends, what it sets by names, in declared units, and its factors by names.

    Of what it sets or multiplies by member, the names are those of members, ``price[2027]``.
    """
    scenario = _declared(plan, case)
    return {
        "extends": list(extended(plan, case)),
        "set": {_name(plan, *one): _value(plan, *one) for one in _each(plan, scenario, "set")},
        "scale": {_name(plan, *one): float(one[2]) for one in _each(plan, scenario, "scale")},
    }


def describe(plan: Plan, case: Case) -> str:
    """Return in words what a scenario is made of; '' for the values as written.

    Of one that is composed for a moment, what each of those is made of that it is composed of.
    """
    scenario = _declared(plan, case)
    if scenario is None:
        parts = [plan.case(id_) for id_ in extended(plan, case)]
        told = [(one.label, describe(plan, one)) for one in parts]
        return ". ".join([f"{label}: {words}" for label, words in told if words])
    sets = [f"{_label(plan, *one)} = {_told(plan, *one)}" for one in _each(plan, scenario, "set")]
    factors = [f"{_label(plan, *one)} x {readable(one[2])}" for one in _each(plan, scenario, "scale")]
    bases = [plan.case(id_).label for id_ in extended(plan, case)]
    return "; ".join(filter(None, [f"extends {', '.join(bases)}" if bases else "", _several([*sets, *factors])]))


def describe_cell(cases: Iterable[Case], id_: str, number: int) -> str:
    """Return in which scenarios a cell of an input is set, and in which it is scaled: by name, or how many."""
    every = list(cases)
    setting = [case.label for case in every if not case.is_base and case.sets(id_, number)]
    scaling = [case.label for case in every if case.factor(id_, number) is not None]
    found = [(word, labels) for word, labels in (("set", setting), ("scaled", scaling)) if labels]
    named = "; ".join([f"{word} in {', '.join(labels)}" for word, labels in found])
    numbered = ", ".join([f"{word} in {len(labels)}" for word, labels in found])
    if len(found) == 1:
        ((word, labels),) = found
        numbered = f"{word} in {counted(len(labels), 'scenario')}"
    told = named if len(named) <= _SHORT else numbered
    return told[:1].upper() + told[1:]


def extended(plan: Plan, case: Case) -> tuple[str, ...]:
    """Return what a scenario extends, as written; of one that is composed for a moment what it is composed of."""
    scenario = _declared(plan, case)
    if scenario is not None:
        return scenario.extends
    return tuple(map(str.strip, case.id.split("+"))) if "+" in case.id else ()


def _declared(plan: Plan, case: Case) -> Scenario | None:
    return next((one for one in plan.model.scenarios if one.id == case.id), None)


def _each(plan: Plan, scenario: Scenario | None, key: str) -> Iterator[_Named]:
    """Yield what a scenario sets, or multiplies: a cell, or None for a whole row; its row; and the value."""
    changes = () if scenario is None else scenario.set if key == "set" else scenario.scale
    for id_, setting in changes:
        row = plan.row(id_)
        if isinstance(setting, Grid):
            yield from [(Cell(id_, at), row, value) for at, value in enumerate(setting.cells) if value is not None]
        else:
            yield None, row, setting


def _name(plan: Plan, cell: Cell | None, row: Row, _: Decimal) -> str:
    return row.id if cell is None else cell_name(plan, cell)


def _label(plan: Plan, cell: Cell | None, row: Row, _: Decimal) -> str:
    return row.label if cell is None else label_of(plan, cell)


def _value(plan: Plan, _: Cell | None, row: Row, value: Decimal) -> float | str:
    dimension = plan.chosen_from(row)
    return float(value) if dimension is None or dimension.numbers else dimension.member_at(value)


def _told(plan: Plan, cell: Cell | None, row: Row, value: Decimal) -> str:
    told = _value(plan, cell, row, value)
    return (
        told
        if isinstance(told, str)
        else f"{value if row.quantity and row.quantity.choice else readable(value)}{row.unit.suffix}"
    )


def _several(texts: list[str]) -> str:
    more = f" and {len(texts) - _FEW:,} more" if len(texts) > _FEW else ""
    return ", ".join(texts[:_FEW]) + more
