"""What can be wrong with the factors of scenarios: what they multiply, and what that comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from math import isinf

from engine.model.bounds import breach, is_void, plausible
from engine.model.dimensions import Grid, cell
from engine.model.model import Model, Quantity, Scenario
from engine.model.names import better_id
from engine.planning.checks.distributions import numbers
from engine.planning.checks.names import nameable
from engine.problems import KeyPath, Location, Problem, did_you_mean, error, shortened, some, warning
from engine.text.numerals import plain

_Setting = Decimal | Grid[Decimal] | None
_VERBS = {"set": "sets", "scale": "scales"}


def scaled(model: Model, lineages: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    """Yield a problem for each factor of what has none, and for each value out of bounds that factors come to."""
    factored: dict[str, Quantity] = {}
    for scenario in model.scenarios:
        for id_, factor in scenario.scale:
            quantity, wrong = find_input(model, scenario.id, "scale", id_)
            found = [*wrong, *(_refuse(model, scenario, quantity, factor) if quantity is not None else ())]
            yield from found
            if quantity is not None and not found:
                factored[id_] = quantity
    for quantity in factored.values():
        yield from _Products(model, quantity, lineages).problems()


def find_input(model: Model, scenario: str, key: str, id_: str) -> tuple[Quantity | None, list[Problem]]:
    """Return the input that a scenario sets or scales, or why there is none; neither where that has been told."""
    at = model.at("scenarios", scenario, key, id_)
    quantity = model.by_id.get(id_)
    message = f"'{scenario}' {_VERBS[key]} '{shortened(id_)}'"
    if quantity is None and id_ not in nameable(model):
        inputs = [better_id(known.id) for known in model.quantities if known.value is not None]
        hint = did_you_mean(id_, inputs) or (f"the inputs are {some(inputs)}" if inputs else "")
        return None, [error("scenario", f"{message}, and there is no such quantity", at, hint)]
    if quantity is None or id_ in model.ambiguous:
        return None, []
    if quantity.value is None and any(quantity.written):
        hint = f"{key} one of the inputs that it is computed from"
        return None, [error("scenario", f"{message}, which is computed", at, hint)]
    return (quantity if quantity.value is not None else None), []


def outside_of_range(quantity: Quantity, number: int, value: Decimal, said: str, at: Location) -> Iterator[Problem]:
    """Yield a warning where a scenario gives an input a value that is not in its range, in the words for that."""
    spread, values = plausible(quantity, number), cell(quantity.values, number)
    if values is not None and value not in values:
        message = f"{said}, which is none of its values, {numbers(values)}: in that scenario it is held"
        yield warning("range", message, at, "take one of them, or add it to the values with a weight")
    elif spread is not None and not spread[0] <= value <= spread[1]:
        low, high = spread
        message = (
            f"{said}, outside of its range, {low} to {high}: in that scenario "
            "the bars of its sensitivity go from end to end of the range, and the value is not on them"
        )
        yield warning("range", message, at, "widen the range, or keep the value within it")


def _refuse(model: Model, scenario: Scenario, quantity: Quantity, factor: Decimal | Grid[Decimal]) -> Iterator[Problem]:
    """Yield why a quantity cannot be scaled, or not by this scenario."""
    place: KeyPath = ("scenarios", scenario.id, "scale", quantity.id)
    message = f"'{scenario.id}' scales '{quantity.id}', which is"
    if quantity.choice:
        members = model.dimension[quantity.choice].members
        hint = f'set it: set.{quantity.id} = "{members[-1]}"' if members else "set it"
        yield error("scenario", f"{message} chosen from '{quantity.choice}', and no amount", model.at(*place), hint)
        return
    if quantity.whole and quantity.min == Decimal(0) and quantity.max == Decimal(1):
        hint = f"set it: set.{quantity.id} = 0"
        yield error("scenario", f"{message} a switch, 0 or 1, and no amount", model.at(*place), hint)
        return
    setting = dict(scenario.set).get(quantity.id)
    for number in range(model.size(quantity.over)):
        if cell(factor, number) is None:
            continue
        at = model.at(*_place(factor, number, place))
        is_given = cell(quantity.value, number) is not None
        if not is_given and isinstance(factor, Grid) and any(quantity.written):
            message = f"'{scenario.id}' scales '{_name(model, quantity, number)}', which is computed"
            yield error("scenario", message, at, "scale the periods that have values")
            return
        if is_given and cell(setting, number) is not None:
            message = f"'{scenario.id}' both sets and scales '{_name(model, quantity, number)}'"
            yield error("scenario", message, at, "set it to what it comes to, or scale it alone")
            return


class _Products:
    """What an input comes to in each scenario, in the declared unit, with the digits as written."""

    def __init__(self, model: Model, quantity: Quantity, lineages: Mapping[str, Sequence[str]]) -> None:
        self.model, self.quantity, self.lineages = model, quantity, lineages
        self.sets = self._of("set")
        self.factors = self._of("scale")

    def problems(self) -> Iterator[Problem]:
        """Yield a problem for each value that is out of bounds for a factor, or outside of the range."""
        seen: set[tuple[str, object]] = set()
        for number in range(self.model.size(self.quantity.over)):
            bounds = cell(self.quantity.min, number), cell(self.quantity.max, number), plausible(self.quantity, number)
            if cell(self.quantity.value, number) is None or is_void(self.quantity, number):
                continue
            values = {id_: self._value(line, number) for id_, line in self.lineages.items()}
            for scenario in self.model.scenarios:
                value = values.get(scenario.id)
                if value is not None and self._is_product(scenario, number) and (
                    (scenario.id, (value, bounds)) not in seen
                ):  # fmt: skip
                    seen.add((scenario.id, (value, bounds)))
                    before = [values[id_] for id_ in self.lineages[scenario.id][1:] if id_ in values]
                    yield from self._judge(scenario, number, value, before)

    def _of(self, key: str) -> dict[str, Decimal | Grid[Decimal]]:
        found = {one.id: dict(getattr(one, key)).get(self.quantity.id) for one in self.model.scenarios}
        return {id_: setting for id_, setting in found.items() if setting is not None}

    def _is_product(self, scenario: Scenario, number: int) -> bool:
        """Return whether factors are in a scenario's value, which it does not set itself."""
        if cell(self.sets.get(scenario.id), number) is not None:
            return False
        return any(cell(self.factors.get(id_), number) is not None for id_ in self.lineages[scenario.id])

    def _value(self, line: Sequence[str], number: int) -> Decimal:
        value: Decimal | None = cell(self.quantity.value, number)
        assert value is not None  # noqa: S101  # asked before
        for id_ in reversed(line):
            own, factor = cell(self.sets.get(id_), number), cell(self.factors.get(id_), number)
            value = (value if own is None else own) * (1 if factor is None else factor)
        return value

    def _judge(self, scenario: Scenario, number: int, value: Decimal, before: Sequence[Decimal]) -> Iterator[Problem]:
        """Yield what is wrong with a value, unless what the scenario starts from has it, or breaks the same bound."""
        factor = self.factors.get(scenario.id)
        is_own = cell(factor, number) is not None
        key = "scale" if is_own else "extends"
        place: KeyPath = ("scenarios", scenario.id, key, *((self.quantity.id,) if is_own else ()))
        at = self.model.at(*(_place(factor, number, place) if is_own else place))
        name = _name(self.model, self.quantity, number)
        said = f"'{scenario.id}' scales '{name}' to" if is_own else f"in '{scenario.id}', '{name}' comes to"
        if isinf(float(value)):
            if not any(isinf(float(one)) for one in before):
                yield error("number", f"{said} {value:.3E}", at, "numbers go up to 1.79e308")
            return
        broken = breach(self.quantity, value, number)
        if broken is not None:
            known = [breach(self.quantity, one, number) for one in before if not isinf(float(one))]
            if not any(one is not None and one.key == broken.key for one in known):
                hint = f"change the {'factor' if is_own else 'factors'} or the bound"
                hint = "set the value that is meant" if broken.key == "whole" else hint
                yield error("bounds", f"{said} {plain(value)}, which {broken.words}", at, hint)
        elif value not in before:
            yield from outside_of_range(self.quantity, number, value, f"{said} {plain(value)}", at)


def _place(setting: _Setting, number: int, otherwise: KeyPath) -> KeyPath:
    return setting.paths[number] if isinstance(setting, Grid) else otherwise


def _name(model: Model, quantity: Quantity, number: int) -> str:
    member = model.member(quantity.over, number) if quantity.over else ()
    return f"{quantity.id}[{', '.join(member)}]" if member else quantity.id
