"""What can be wrong with what an input may be: ranges, values and weights, and how they are distributed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_FLOOR, Decimal
from math import erf, log, sqrt
from typing import Final

from engine.model.bounds import breach
from engine.model.dimensions import Grid, cell
from engine.model.model import Model, Quantity
from engine.planning.checks.shares import is_share
from engine.problems import KeyPath, Problem, warning
from engine.text.numerals import plain

# Its code, where it stands, the message and the hint.
Found = tuple[str, KeyPath, str, str]
_METALOG: Final = "metalog"
_DISCRETE: Final = "discrete"
# Of the way between the ends of a metalog, where its middle may lie: beyond, its quantiles would turn back.
_FIRST, _LAST = Decimal("0.1666"), Decimal("0.8334")
_SUM: Final = Decimal("1e-9")
_MOST_LISTED: Final = 6
_MOST_CUT: Final = 0.01
_PERCENT: Final = 100
_THREE: Final = 3
# Of the standard normal distribution.
_NINETY_FIFTH: Final = 1.6448536269514722


def numbers(values: Sequence[Decimal]) -> str:
    """Return a few numbers in words; of many, the first and the last."""
    if len(values) > _MOST_LISTED:
        return f"{values[0]}, {values[1]}, ... {values[-1]}"
    return " and ".join(filter(None, [", ".join(map(str, values[:-1])), str(values[-1])]))


def keys(model: Model, quantity: Quantity) -> Iterator[Found]:
    """Yield what is wrong with the keys of what an input may be, whichever members have them."""
    path = quantity.path
    given = {key: getattr(quantity, key) for key in ("range", "distribution", "values", "weights")}
    if not any(given.values()) or quantity.choice:
        return
    if any(quantity.written):
        yield from _computed(quantity, [key for key, setting in given.items() if setting])
        return
    name, distribution = f"'{quantity.id}'", quantity.distribution
    if distribution == _DISCRETE:
        if quantity.range is not None:
            hint = "delete it: the values say what it may be, from the smallest to the largest"
            yield "value", (*path, "range"), f"{name} is discrete, and has a range", hint
        for key, hint in (("values", "list what it may be: values = [5, 6, 7]"),
                          ("weights", "say how likely each of its values is: weights = [0.2, 0.5, 0.3]")):  # fmt: skip
            if given[key] is None and not _is_told(model, (*path, key)):
                yield "value", (*path, "distribution"), f"{name} is discrete, and has no {key}", hint
        return
    for key in [key for key in ("values", "weights") if given[key] is not None]:
        is_what = f"and is {distribution}" if distribution else "and no distribution"
        fix = f"with range = [low, high], or {key} with" if distribution else "write"
        yield "value", (*path, key), f"{name} has {key}, {is_what}", f'{fix} distribution = "discrete"'
    if distribution and quantity.range is None and not _is_told(model, (*path, "range")):
        hint = "write range = [low, middle, high]" if distribution == _METALOG else "write range = [low, high]"
        yield "value", (*path, "distribution"), f"{name} has a distribution and no range", hint


def _computed(quantity: Quantity, given: Sequence[str]) -> Iterator[Found]:
    for key in given:
        verb = f"{key} belong" if key in {"values", "weights"} else f"a {key} belongs"
        message = f"'{quantity.id}' is computed, and {verb} to an input"
        yield "value", (*quantity.path, key), message, f"give it to the inputs that '{quantity.id}' is computed from"


def _is_told(model: Model, path: KeyPath) -> bool:
    """Return whether something at or below a path has been complained of as the file was read."""
    return any(one.location and one.location.path[: len(path)] == path for one in model.problems)


def cells(quantity: Quantity, name: str, number: int, value: Decimal) -> Iterator[Found]:
    """Yield what is wrong with what one cell of an input, of a name, may be."""
    spread = cell(quantity.range, number)
    weights = cell(quantity.weights, number)
    if spread is not None:
        yield from _range(quantity, name, number, value, spread)
    if quantity.choice and weights is not None:
        yield from _weights(quantity, name, number, weights)
    elif quantity.distribution == _DISCRETE and quantity.range is None:
        yield from _discrete(quantity, name, number, value)


def _range(quantity: Quantity, name: str, number: int, value: Decimal, spread: tuple[Decimal, ...]) -> Iterator[Found]:
    low, high = spread[0], spread[-1]
    place = _place(quantity, "range", number)
    in_order = f"range = [{', '.join(map(str, sorted(spread)))}]"
    if low > high and len(spread) < _THREE:
        yield "value", place, f"the range of '{name}' runs from {low} down to {high}", f"write {in_order}"
        return
    if tuple(sorted(spread)) != spread:
        message = f"the range of '{name}' is not in order: {', '.join(map(str, spread))}"
        yield "value", place, message, f"write {in_order}"
        return
    yield from _numbers(quantity, name, spread, place)
    if not low <= value <= high:
        message = f"the range of '{name}', {low} to {high}, does not contain its value {value}"
        hint = "a range is what the value may plausibly be"
        if is_share(quantity.unit) and 100 * low <= value <= 100 * high:
            hint = f"a range is in percent as its value is: write range = [{float(100 * low):g}, {float(100 * high):g}]"
        yield "bounds", place, message, hint
    for end in dict.fromkeys(spread):
        if broken := breach(quantity, end, number):
            what = "end" if end in {low, high} else "middle"
            message = f"in '{name}', the {what} {end} of the range {broken.words}"
            yield "bounds", place, message, "keep the range within the bounds"
    if quantity.distribution in {"lognormal", "loguniform"} and low <= 0:
        message = f"'{name}' is {quantity.distribution}, and its range begins at {low}"
        yield "value", (*quantity.path, "distribution"), message, "a logarithm needs a range above 0"


def _numbers(quantity: Quantity, name: str, spread: tuple[Decimal, ...], place: KeyPath) -> Iterator[Found]:
    """Yield whether a range has as many numbers as its distribution takes, and of three the middle lies well."""
    is_metalog, distribution = quantity.distribution == _METALOG, quantity.distribution
    if len(spread) < _THREE:
        if is_metalog:
            message = f"'{name}' is metalog, and its range has two numbers"
            yield "value", place, message, "write range = [low, middle, high]: its 10th, 50th and 90th percentile"
        return
    low, middle, high = spread
    if not is_metalog:
        what = f"it is {distribution}" if distribution else "no distribution"
        message = f"the range of '{name}' has three numbers, and {what}"
        hint = f'write range = [{low}, {high}], or distribution = "metalog": its 10th, 50th and 90th percentile'
        yield "value", place, message, hint
        return
    least, most = (low + share * (high - low) for share in (_FIRST, _LAST))
    if not least <= middle <= most:
        share = 100 * (middle - low) / (high - low)
        message = f"the middle of '{name}', {middle}, lies {float(share):.4g} % of the way from {low} to {high}"
        message += ", and a metalog takes 16.66 to 83.34 %"
        nearest = _inward(least, most, high - low, is_low=middle < least)
        yield "value", place, message, f"the nearest that it takes is range = [{low}, {nearest}, {high}]"


def _inward(least: Decimal, most: Decimal, width: Decimal, *, is_low: bool) -> str:
    """Return an end of where a middle may lie, in few digits, not outside of it."""
    step = Decimal(1).scaleb(width.adjusted() - 3)
    rounded = ((least if is_low else most) / step).to_integral_value(ROUND_FLOOR) * step
    return plain(rounded + step if is_low and rounded < least else rounded)


def _discrete(quantity: Quantity, name: str, number: int, value: Decimal) -> Iterator[Found]:
    values, weights = cell(quantity.values, number), cell(quantity.weights, number)
    if values is None or weights is None:
        lacking, there = ("values", "weights") if values is None else ("weights", "values")
        if (values or weights) and quantity.values and quantity.weights:
            yield "value", (*quantity.path, there), f"'{name}' has {there} and no {lacking}", f"give it {lacking} too"
        return
    place = _place(quantity, "values", number)
    if len(values) != len(weights):
        message = f"'{name}' has {len(values)} values and {len(weights)} weights"
        yield "value", _place(quantity, "weights", number), message, "give each value its weight, in the same order"
        return
    yield from _weights(quantity, name, number, weights)
    for index, one in enumerate(values):
        if one in values[:index]:
            together = plain(sum((w for v, w in zip(values, weights, strict=True) if v == one), Decimal(0)))
            yield "value", place, f"'{name}' has the value {one} twice", f"list it once, with the weight {together}"
            return
        if broken := breach(quantity, one, number):
            yield "bounds", place, f"in '{name}', the value {one} {broken.words}", "keep the values within the bounds"
    if value not in values:
        message = f"the value of '{name}', {value}, is none of its values, {numbers(values)}"
        yield "bounds", place, message, "write one of them as its value, or add it to the values"


def _weights(quantity: Quantity, name: str, number: int, weights: Sequence[Decimal]) -> Iterator[Found]:
    place = _place(quantity, "weights", number)
    total = sum(weights, Decimal(0))
    if negative := next((one for one in weights if one < 0), None):
        yield "value", place, f"'{name}' has the weight {negative}, which is negative", "a weight is from 0 to 1"
    elif abs(total - 1) > _SUM:
        message = f"the weights of '{name}' sum to {plain(total)}, and must sum to 1"
        yield "value", place, message, _weights_hint(weights, total)


def _weights_hint(weights: Sequence[Decimal], total: Decimal) -> str:
    if total <= 0 or len(weights) > _MOST_LISTED:
        return "divide each by their sum" if total > 0 else "say how likely each is, from 0 to 1"
    shares = [round(one / total, 6) for one in weights]
    largest = max(range(len(shares)), key=shares.__getitem__)
    shares[largest] += 1 - sum(shares)
    listed = ", ".join([plain(one.normalize()) for one in shares])
    return f"{'as shares of 1' if total == _PERCENT else 'in proportion'}, they are {listed}"


def _place(quantity: Quantity, key: str, number: int) -> KeyPath:
    setting = getattr(quantity, key)
    return setting.paths[number] if isinstance(setting, Grid) else (*quantity.path, key)


def doubts(model: Model) -> Iterator[Problem]:
    """Yield a warning for each metalog whose value is not its middle, and each shape of which bounds cut off much."""
    for quantity in model.quantities:
        if not quantity.is_input or quantity.range is None or quantity.distribution not in _BELOW:
            continue
        members = model.members(quantity.over)
        seen: set[object] = set()
        for number in range(len(members)):
            spread, value = cell(quantity.range, number), cell(quantity.value, number)
            bounds = cell(quantity.min, number), cell(quantity.max, number)
            if spread is None or value is None or (value, spread, bounds) in seen:
                continue
            seen.add((value, spread, bounds))
            name = f"{quantity.id}[{', '.join(members[number])}]" if members[number] else quantity.id
            for message, hint in (
                *_off_middle(name, value, spread),
                *_cut(quantity.distribution, name, spread, bounds),
            ):
                yield warning("range", message, model.at(*_place(quantity, "range", number)), hint)


def _off_middle(name: str, value: Decimal, spread: tuple[Decimal, ...]) -> Iterator[tuple[str, str]]:
    if len(spread) == _THREE and value != spread[1]:
        low, middle, high = spread
        message = f"the value of '{name}', {value}, is not the middle of its range, {middle}, below which half lies"
        is_fit = low + _FIRST * (high - low) <= value <= low + _LAST * (high - low)
        yield message, f"write value = {middle}" + (f", or range = [{low}, {value}, {high}]" if is_fit else "")


def _cut(
    distribution: str, name: str, spread: tuple[Decimal, ...], bounds: tuple[Decimal | None, Decimal | None]
) -> Iterator[tuple[str, str]]:
    """Yield which bounds cut off more than 1 percent of a shape that is right in itself."""
    parameters = tuple(map(float, spread))
    if parameters[0] >= parameters[-1] or (len(spread) == _THREE) != (distribution == _METALOG):
        return
    if distribution == "lognormal" and parameters[0] <= 0:
        return
    for key, bound in zip(("min", "max"), bounds, strict=True):
        if bound is None:
            continue
        below = _BELOW[distribution](parameters, float(bound))
        share = below if key == "min" else 1 - below
        if share > _MOST_CUT:
            where = "below" if key == "min" else "above"
            message = (
                f"{100 * share:.2g} % of the {distribution} of '{name}' lies {where} {key} = {bound}, and is cut off"
            )
            yield message, "the rest takes its part; a pert or a triangular ends with its range, and has nothing beyond"


def _normal_below(parameters: tuple[float, ...], at: float) -> float:
    low, high = parameters
    return (1 + erf((at - (low + high) / 2) / (high - low) * 2 * _NINETY_FIFTH / sqrt(2))) / 2


def _lognormal_below(parameters: tuple[float, ...], at: float) -> float:
    low, high = map(log, parameters)
    return _normal_below((low, high), log(at)) if at > 0 else 0.0


def _metalog_below(parameters: tuple[float, ...], at: float) -> float:
    """Return how much of a three-term metalog (Keelin 2016) lies below a number: its quantile, turned by halving."""
    low, middle, high = parameters
    skew = (1 - 2 * (middle - low) / (high - low)) / 0.8
    below, above = 0.0, 1.0
    for _ in range(50):
        share = (below + above) / 2
        quantile = middle + (high - low) / log(9) * log(share / (1 - share)) * (0.5 + skew * (share - 0.5))
        below, above = (share, above) if quantile < at else (below, share)
    return below


_BELOW: Final = {"normal": _normal_below, "lognormal": _lognormal_below, _METALOG: _metalog_below}
