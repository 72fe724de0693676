"""What can be wrong with a model's scenarios: with what they start from, and with what they set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice

from engine import graph
from engine.model.bounds import breach, is_void
from engine.model.dimensions import Grid, cell
from engine.model.model import AS_WRITTEN, BASE, Model, Quantity, Scenario
from engine.plan.selection import told
from engine.planning.cases import changes_nothing, find_root, parents_of
from engine.planning.checks.scaling import find_input, outside_of_range, scaled
from engine.problems import Location, Problem, did_you_mean, error, listed, shortened
from engine.text.labels import fold


def scenarios(model: Model) -> Iterator[Problem]:
    """Yield a problem for each scenario that starts from nowhere, or sets or scales what cannot be changed."""
    # Where no scenario stands for the values as written, the list begins with one that does.
    labels: dict[str, str] = {} if any(map(changes_nothing, model.scenarios)) else {fold(AS_WRITTEN): BASE}
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
        if scenario.id == BASE and not changes_nothing(scenario):
            message = "the scenario 'base' is the values as written, and cannot change them"
            yield error("scenario", message, model.at(*at), "choose another name, or change the values themselves")
    lineages, found = lineages_of(model)
    yield from found
    for scenario in model.scenarios:
        for id_, value in scenario.set:
            quantity, wrong = find_input(model, scenario.id, "set", id_)
            yield from wrong
            if quantity is not None:
                yield from _bounds(model, scenario.id, quantity, value)
    yield from scaled(model, lineages)


def lineages_of(model: Model) -> tuple[dict[str, list[str]], list[Problem]]:
    """Return each scenario with all that it starts from, the nearest first, and why others have no such order."""
    problems = list(_unknown(model))
    ids = {*(scenario.id for scenario in model.scenarios), BASE}
    parents = {id_: [name for name in above if name in ids] for id_, above in parents_of(model).items()}
    looped = {id_ for id_ in parents if id_ in graph.reached(parents.__getitem__, *parents[id_])}
    known: dict[str, list[str]] = {}
    root = find_root(model)
    extended = {scenario.id: scenario.extends for scenario in model.scenarios}
    for scenario in model.scenarios:
        if scenario.id in looped:
            message = f"the scenario '{scenario.id}' extends itself"
            at = model.at("scenarios", scenario.id, "extends")
            problems.append(error("scenario", message, at, "start from another, or leave 'extends' out"))
    for id_ in graph.order({id_: above for id_, above in parents.items() if id_ not in looped}) or ():
        above = parents.get(id_, ())
        if id_ in looped or any(name not in known for name in above):
            continue  # What is wrong with one that it starts from has been told.
        try:
            known[id_] = graph.lineage(id_, above, known)
        except graph.Contradiction as contradiction:
            words = told(contradiction, id_, above)
            if BASE in extended[id_]:
                # Whatever stands for the values as written is told by the name that was written.
                words = words[0].replace(f"'{root}'", f"'{BASE}'"), words[1].replace(f"'{root}'", f"'{BASE}'")
            message, hint = words
            problems.append(error("scenario", message, model.at("scenarios", id_, "extends"), hint))
    return known, problems


def _unknown(model: Model) -> Iterator[Problem]:
    """Yield a problem for each scenario that is extended and is not there, or is named twice."""
    ids = {*(scenario.id for scenario in model.scenarios), BASE}
    for scenario in model.scenarios:
        for number, name in enumerate(scenario.extends):
            if name not in ids:
                others = [one.id for one in model.scenarios if one.id != scenario.id]
                message = f"'{scenario.id}' extends '{shortened(name)}', and there is no such scenario"
                hint = did_you_mean(name, others) or listing("scenarios", others)
                yield error("scenario", message, _named(model, scenario, number), hint)
            elif name in scenario.extends[:number]:
                message = f"'{scenario.id}' extends '{name}' twice"
                yield error("scenario", message, _named(model, scenario, number), "name it once")


def _named(model: Model, scenario: Scenario, number: int) -> Location:
    """Return where a scenario names one that it extends: in its list, or alone."""
    item = (number,) if len(scenario.extends) > 1 else ()
    return model.at("scenarios", scenario.id, "extends", *item)


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
        else:
            yield from outside_of_range(quantity, number, one, f"'{scenario}' sets '{name}' to {one}", model.at(*place))


def listing(what: str, ids: Iterable[str]) -> str:
    """Return ``the scenarios are 'a' and 'b'``."""
    return f"the {what} are {listed(tuple(ids))}"
