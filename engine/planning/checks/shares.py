"""Shares taken for their percentages: 20 percent is 0.2, in formulas, while values are written 20."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from engine.language.functions import COMPARISONS
from engine.language.tree import ZERO, Aggregate, Call, Name, Node, Number, Pick, Previous, nodes
from engine.language.unparse import text
from engine.model.bounds import plausible
from engine.model.dimensions import Grid, cell, members_at
from engine.model.model import Model, Quantity
from engine.model.names import row_of
from engine.planning.checks.formulas import written
from engine.problems import KeyPath, Problem, shortened, warning
from engine.text.edits import dotted

_Found = tuple[str, str]
_ROUNDED: Final = {"round": "100", "floor": "0", "ceil": "100"}
_KEPT: Final = frozenset({"neg", "abs", "min", "max", "add", "sub", "if"})
_HUNDRED, _HUNDREDTH = 100, 0.01


def is_share(unit: str) -> bool:
    """Return whether a unit is percent and nothing else."""
    return unit.strip() in {"percent", "%"}


def shares_in_formulas(model: Model) -> Iterator[Problem]:
    """Yield a warning where a formula takes a share for its percentage, or rounds its fraction."""
    units = set(filter(is_share, {quantity.unit for quantity in model.quantities}))
    shares = {quantity.id for quantity in model.quantities if quantity.unit in units}
    for owner, formula, path in written(model) if shares else ():
        if formula.tree is None or shares.isdisjoint({*formula.names, row_of(owner)}):
            continue
        rounds = _is_rounding(formula.tree) and row_of(owner) in shares
        found = [_rounded(formula.tree.arguments[0], formula.tree.function)] if rounds else []  # type: ignore[union-attr]  # a call
        for node in nodes(formula.tree):
            if isinstance(node, Call) and not (rounds and node is formula.tree):
                found += _doubts(node, shares)
        for doubt, hint in found:
            yield warning("share", f"'{owner}' {doubt}", model.at(*path), hint)


def small_values(model: Model) -> Iterator[Problem]:
    """Yield a warning for each share below 1 percent among others above it, which may have been meant as a fraction.

    A bound `max` of at most 1, or a range beyond 1, says that so little is meant.
    """
    shares = [quantity for quantity in model.quantities if is_share(quantity.unit) and quantity.value is not None]
    given = [(quantity, _given(model, quantity)) for quantity in shares]
    if not any(abs(value) > 1 for _, values in given for value, _, _ in values):
        given = [(quantity, values) for quantity, values in given if quantity.range or quantity.values]
    for quantity, values in given:
        for value, path, number in values:
            if _is_doubtful(quantity, value, number):
                message = f"'{quantity.id}' is given as {value}, which is {value} percent"
                meant = f"{float(value * _HUNDRED):g}"
                bound = _bound(model, quantity, values, number)
                hint = f"write {meant} for {meant} percent; if so little is meant, say {bound}"
                yield warning("share", message, model.at(*path), hint)
                break


def _bound(model: Model, quantity: Quantity, values: list[tuple[Decimal, KeyPath, int]], number: int) -> str:
    """Return the bound that says that so little is meant: of the member alone where others have more."""
    if all(abs(value) <= 1 for value, _, _ in values):
        return "max = 1"
    members = members_at(number, [model.dimension[name] for name in quantity.over])
    if not members:
        # Of one number with more in another scenario, a range says the same.
        return f"range = [{min(value for value, _, _ in values)}, {max(value for value, _, _ in values)}]"
    others = f"max.default = {quantity.max} and " if isinstance(quantity.max, Decimal) else ""
    return f"{others}{dotted(('max', *members))} = 1"


def _given(model: Model, quantity: Quantity) -> list[tuple[Decimal, KeyPath, int]]:
    """Return the values of a share, as written and in scenarios, each with its place and its member's number."""
    settings: list[tuple[Decimal | Grid[Decimal] | None, KeyPath]] = [(quantity.value, (*quantity.path, "value"))]
    for scenario in model.scenarios:
        place: KeyPath = ("scenarios", scenario.id, "set", quantity.id)
        settings += [(value, place) for id_, value in scenario.set if id_ == quantity.id]
    found: dict[Decimal, tuple[Decimal, KeyPath, int]] = {}
    for setting, path in settings:
        cells = setting.cells if isinstance(setting, Grid) else (setting,)
        for number, value in enumerate(cells):
            if value is not None:
                at = setting.paths[number] if isinstance(setting, Grid) else path
                found.setdefault(value, (value, at, number))
    return list(found.values())


def _is_doubtful(quantity: Quantity, value: Decimal, number: int) -> bool:
    highest, spread = cell(quantity.max, number), plausible(quantity, number)
    says_so = (highest is not None and highest <= 1) or (spread is not None and spread[1] >= 1)
    return 0 < abs(value) < 1 and not says_so


def _doubts(call: Call, shares: set[str]) -> Iterator[_Found]:
    function, arguments = call.function, call.arguments
    for asked in arguments[:1] if function == "if" else arguments if function in {"and", "or", "not"} else ():
        if _is_share(asked, shares):
            compared = shortened(text(Call("gt", (asked, ZERO))), 60)
            yield (
                f"asks for the share '{shortened(text(asked), 40)}' alone, as if it were a switch",
                f"compare it: {compared}",
            )
    match function, arguments:
        case ("round" | "floor" | "ceil", (inner, *_)) if _is_rounding(call) and _is_share(inner, shares):
            yield _rounded(inner, function)
        case "div", (above, Number(value=100)) if share := _factor(above, shares):
            yield f"divides the share '{share}' by 100, and it is a fraction already", "leave '/ 100' out"
        case ("mul", (above, Number(value=0.01)) | (Number(value=0.01), above)) if share := _factor(above, shares):
            yield f"multiplies the share '{share}' by 0.01, and it is a fraction already", "leave '0.01' out"
        case "sub", (Number(value=value), _) if value <= 2:  # noqa: PLR2004  # 2 - share is the rest of two
            return
    verb = {"add": "adds", "sub": "subtracts", "min": "takes the smaller of", "max": "takes the larger of",
            "if": "chooses between"}.get(function, "compares" if function in COMPARISONS else "")  # fmt: skip
    sides = arguments[1:] if function == "if" else arguments
    share = next((side.id for side in sides if isinstance(side, Name | Pick) and side.id in shares), "")
    for number in [side for side in sides if isinstance(side, Number) and side.value > 1] if share and verb else ():
        pair = f"{number.text} and the share '{share}'"
        said = f"compares the share '{share}' with {number.text}" if verb == "compares" else f"{verb} {pair}"
        percent = f"{number.value * _HUNDRED:g} percent"
        yield (
            f"{said}, which is {percent}" if verb == "compares" else f"{said}, and {number.text} is {percent}",
            (f"write {number.value / _HUNDRED:g} for {number.text} percent"),
        )


def _rounded(inner: Node, function: str) -> _Found:
    share = shortened(text(inner), 40)
    whole = f"round({share}, 2)" if function == "round" else f"{function}(({share}) * 100) / 100"
    message = f"rounds the fraction of the share '{share}': 62.4 percent becomes {_ROUNDED[function]}"
    return message, f"write {whole} for whole percent, where 62.4 becomes {63 if function == 'ceil' else 62}"


def _is_rounding(node: Node) -> bool:
    """Return whether a node rounds to whole numbers, or to tenths; to hundredths are whole percent."""
    match node:
        case Call(function="floor" | "ceil", arguments=(inner,)) | Call(function="round", arguments=(inner,)):
            return not (isinstance(inner, Call) and any(_is_hundred(part) for part in inner.arguments))
        case Call(function="round", arguments=(_, Number(value=digits))):
            return digits < 2  # noqa: PLR2004  # as the docstring says
    return False


def _is_hundred(node: Node) -> bool:
    return isinstance(node, Number) and node.value == _HUNDRED


def _is_share(node: Node, shares: set[str]) -> bool:
    """Return whether a part of a formula is a share, or a sum or choice of shares and fractions."""
    waiting, found = [node], False
    while waiting:
        match waiting.pop():
            case Name(id=id_) | Pick(id=id_) if id_ in shares:
                found = True
            case Number(value=value) if value <= 1:
                continue
            case Aggregate(argument=argument) | Previous(argument=argument):
                waiting.append(argument)
            case Call(function=function, arguments=arguments) if function in _KEPT:
                waiting += arguments[1:] if function == "if" else arguments
            case _:
                return False
    return found


def _factor(node: Node, shares: set[str]) -> str:
    """Return the share that a product has as a factor, '' for none, or where a factor is 100."""
    waiting, found = [node], ""
    while waiting:
        match waiting.pop():
            case Name(id=id_) | Pick(id=id_) if id_ in shares:
                found = id_
            case Number(value=100):
                return ""
            case Call(function="mul", arguments=arguments):
                waiting += arguments
    return found
