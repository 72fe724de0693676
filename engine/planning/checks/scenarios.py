"""What can be wrong with a model's scenarios."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice

from engine.model.bounds import breach, is_void
from engine.model.dimensions import Grid, cell
from engine.model.ids import better_id
from engine.model.model import AS_WRITTEN, BASE, Model, Quantity
from engine.planning.checks.names import nameable
from engine.problems import Problem, did_you_mean, error, listed, shortened, some, warning
from engine.text.labels import fold


def scenarios(model: Model) -> Iterator[Problem]:
    """Yield a problem for each scenario that starts from nowhere or sets what cannot be set."""
    ids = [scenario.id for scenario in model.scenarios]
    parents = {scenario.id: scenario.extends for scenario in model.scenarios}
    # Where no scenario stands for the values as written, the list begins with one that does.
    has_base = any(not scenario.set and scenario.extends in {None, BASE} for scenario in model.scenarios)
    labels: dict[str, str] = {} if has_base else {fold(AS_WRITTEN): BASE}
    for scenario in model.scenarios:
        at = ("scenarios", scenario.id)
        other = labels.setdefault(fold(scenario.label), scenario.id)
        if other != scenario.id:
            message = f"the scenarios '{other}' and '{scenario.id}' have the same label"
            yield error("scenario", message, model.at(*at, "label"), "the workbook lists scenarios by label")
        if any(char in scenario.label for char in "*?~"):
            message = (
                f"the label of '{scenario.id}' has one of * ? ~, which a spreadsheet's search reads as any character"
            )
            yield error("scenario", message, model.at(*at, "label"), "write it without")
        if scenario.id == BASE and (scenario.set or scenario.extends):
            message = "the scenario 'base' is the values as written, and cannot change them"
            yield error("scenario", message, model.at(*at), "choose another name, or change the values themselves")
        if scenario.extends is not None and scenario.extends not in {*ids, BASE}:
            message = f"'{scenario.id}' extends '{shortened(scenario.extends)}', and there is no such scenario"
            others = [id_ for id_ in ids if id_ != scenario.id]
            hint = did_you_mean(scenario.extends, others) or listing("scenarios", others)
            yield error("scenario", message, model.at(*at, "extends"), hint)
        elif _extends_itself(scenario.id, parents):
            message = f"the scenario '{scenario.id}' extends itself"
            yield error("scenario", message, model.at(*at, "extends"), "start from another, or leave 'extends' out")
        for id_, value in scenario.set:
            yield from _setting(model, scenario.id, id_, value)


def _setting(model: Model, scenario: str, id_: str, value: Decimal | Grid[Decimal]) -> Iterator[Problem]:
    at = model.at("scenarios", scenario, "set", id_)
    quantity = model.by_id.get(id_)
    if quantity is None and id_ not in nameable(model):
        inputs = [better_id(known.id) for known in model.quantities if known.value is not None]
        hint = did_you_mean(id_, inputs) or (f"the inputs are {some(inputs)}" if inputs else "")
        yield error("scenario", f"'{scenario}' sets '{shortened(id_)}', and there is no such quantity", at, hint)
    elif quantity is None or id_ in model.ambiguous:  # what is wrong with the id itself has been said
        return
    elif quantity.value is None and any(quantity.written):
        message = f"'{scenario}' sets '{id_}', which is computed"
        yield error("scenario", message, at, "set one of the inputs that it is computed from")
    elif quantity.value is not None:
        yield from _bounds(model, scenario, quantity, value)


def _bounds(model: Model, scenario: str, quantity: Quantity, value: Decimal | Grid[Decimal]) -> Iterator[Problem]:
    members = model.members(quantity.over)
    seen: set[object] = set()
    numbers: Iterable[int] = range(len(members))
    if not any(isinstance(setting, Grid) for setting in (value, quantity.min, quantity.max, quantity.range)):
        # What is the same for all members is looked at once: a row may have a hundred thousand of them.
        numbers = islice((number for number in numbers if cell(quantity.value, number) is not None), 1)
    for number in numbers:
        member = members[number]
        one = cell(value, number)
        name = f"{quantity.id}[{', '.join(member)}]" if member else quantity.id
        place = value.paths[number] if isinstance(value, Grid) else ("scenarios", scenario, "set", quantity.id)
        setting = one, place, cell(quantity.min, number), cell(quantity.max, number)
        if one is None or setting in seen:
            continue
        seen.add(setting)
        if cell(quantity.value, number) is None:
            if isinstance(value, Grid) and any(quantity.written):
                message = f"'{scenario}' sets '{name}', which is computed"
                yield error("scenario", message, model.at(*place), "set the periods that have values")
        elif not is_void(quantity, number) and (broken := breach(quantity, one, number)):
            message = f"'{scenario}' sets '{name}' to {one}, which {broken.words}"
            yield error("bounds", message, model.at(*place), "change the value or the bound")
        elif (spread := cell(quantity.range, number)) is not None and not spread[0] <= one <= spread[1]:
            low, high = spread
            message = (
                f"'{scenario}' sets '{name}' to {one}, outside of its range, {low} to {high}: in that scenario "
                "the bars of its sensitivity go from end to end of the range, and the value is not on them"
            )
            yield warning("range", message, model.at(*place), "widen the range, or keep the value within it")


def _extends_itself(id_: str, parents: dict[str, str | None]) -> bool:
    seen = {id_}
    parent = parents.get(id_)
    while parent is not None and parent not in seen:
        seen.add(parent)
        parent = parents.get(parent)
    return parent == id_


def listing(what: str, ids: Iterable[str]) -> str:
    """Return ``the scenarios are 'a' and 'b'``."""
    return f"the {what} are {listed(tuple(ids))}"
