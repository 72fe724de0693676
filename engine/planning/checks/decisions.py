"""What can be wrong with decisions: options that are not there, or what no option can be told by."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.dimensions import member_hint
from engine.model.model import BASE, Decision, Model
from engine.model.names import cell_id, member_of, row_of
from engine.planning.checks.names import nameable
from engine.problems import Problem, did_you_mean, error, shortened, some

_Found = tuple[str, str, str, str]


def decisions(model: Model) -> Iterator[Problem]:
    """Yield a problem for each decision whose options, or whose value, are not there or are not fit for one."""
    for one in model.decisions:
        for code, key, message, hint in (*_value(model, one), *_options(model, one)):
            yield error(code, message, model.at("decisions", one.id, key), hint)


def _value(model: Model, one: Decision) -> Iterator[_Found]:
    id_ = row_of(one.value)
    quantity = model.by_id.get(id_)
    said = f"the decision '{one.id}' goes by '{shortened(one.value)}'"
    if quantity is None:
        if id_ not in nameable(model) or id_ in model.dimension:
            results = [known.id for known in model.quantities if any(known.written)]
            hint = did_you_mean(id_, results) or f"the outputs are {some(model.outputs or results)}"
            yield "unknown-name", "value", f"{said}, and there is no such quantity", hint
        return
    if quantity.is_input:
        yield "decision", "value", f"{said}, which is an input", "name a result that depends on the options"
        return
    members = tuple([part.strip() for part in member_of(one.value).split(",")]) if one.value != id_ else ()
    if len(members) != len(quantity.over):
        if quantity.over:
            example = cell_id(id_, model.member(quantity.over, -1))
            yield (
                "decision",
                "value",
                f"{said}, which is over {some(quantity.over)}",
                f'name one member: value = "{example}"',
            )
        else:
            yield "member", "value", f"{said}, and '{id_}' is one number", f'write value = "{id_}"'
        return
    for name, member in zip(quantity.over, members, strict=True):
        dimension = model.dimension[name]
        if dimension.index_of(member) is None:
            yield "member", "value", f"{said}, and there is no such member of '{name}'", member_hint(dimension, member)


def _options(model: Model, one: Decision) -> Iterator[_Found]:
    if one.choice:
        quantity = model.chooser(one.choice)
        if quantity is None:
            choices = [known.id for known in model.quantities if known.choice]
            message = f"the decision '{one.id}' is about '{shortened(one.choice)}', which is no choice"
            there = f"the choices are {some(choices)}" if choices else "leave it out, and list scenarios"
            hint = did_you_mean(one.choice, choices) or there
            yield "decision", "choice", message, hint
            return
        dimension = model.dimension[quantity.choice]
        for option in one.options:
            if dimension.index_of(option) is None:
                what = f"the option '{shortened(option)}', which is no member of '{dimension.id}'"
                message = f"the decision '{one.id}' has {what}"
                yield "member", "options", message, member_hint(dimension, option)
        return
    ids = [BASE, *[scenario.id for scenario in model.scenarios]]
    for option in one.options:
        if option not in ids:
            choices = [
                known.id
                for known in model.quantities
                if known.choice and model.dimension[known.choice].index_of(option) is not None
            ]
            message = f"the decision '{one.id}' has the option '{shortened(option)}', and there is no such scenario"
            hint = f'it is a member: write choice = "{choices[0]}"' if choices else did_you_mean(option, ids)
            yield "scenario", "options", message, hint or f"the scenarios are {some(ids)}"
            return
