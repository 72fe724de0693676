"""What changed in how likely something is: values and weights of inputs, correlations, and what is to be decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from engine.model.dimensions import Grid, cell
from engine.model.model import Correlation, Decision, Model, Quantity
from engine.model.names import row_of, with_row
from engine.versions.pair import Declared, Difference, Pair, compare, compare_declarations, number, one_line

# How likely each value, or each member of a choice, is.
_Weighed = tuple[tuple[Decimal | str, Decimal], ...]


def chances(pair: Pair) -> Iterator[Difference]:
    """Yield what changed in weights, correlations and decisions."""
    yield from _weights(pair)
    old, new = pair.old.model, pair.new.model
    labels = [{one.id: one.label for one in model.quantities} for model in (old, new)]
    then = dict([_correlation(one, pair.backward, labels[0]) for one in old.correlations])
    yield from compare_declarations(
        "correlation", then, dict([_correlation(one, {}, labels[1]) for one in new.correlations])
    )
    before = {one.id: _decision(old, one, pair.backward, pair.cases) for one in old.decisions}
    yield from compare_declarations("decision", before, {one.id: _decision(new, one, {}, {}) for one in new.decisions})


def _weights(pair: Pair) -> Iterator[Difference]:
    for before, after in pair.changed:
        then, now = _weighed(pair.old.model, before), _weighed(pair.new.model, after)
        if before.over != after.over:
            # Over other dimensions there are no members to compare.
            continue
        what = "weights" if after.choice else "values"
        for one in pair.settings(before, after, then, now):
            first, second = one.before, one.after
            if first == second or _are_one(pair, before, after, first, second):
                continue
            units = ("", "") if after.choice else pair.units((before, after))
            words = [_words(side, unit) for side, unit in zip((first, second), units, strict=True)]
            yield from compare("range", one.id, one.label, words, what)


def _weighed(model: Model, one: Quantity) -> _Weighed | Grid[_Weighed] | None:
    """Return the values of an input with their weights, from the smallest up; of a choice its likely members."""
    if one.weights is None or not (one.choice or one.values):
        return None
    if not isinstance(one.weights, Grid) and not isinstance(one.values, Grid):
        return _pairs(model, one, 0)
    size = model.size(one.over)
    return Grid(tuple([_pairs(model, one, number) for number in range(size)]), (one.path,) * size)


def _pairs(model: Model, one: Quantity, number: int) -> _Weighed | None:
    weights, values = cell(one.weights, number), cell(one.values, number)
    if weights is not None and one.choice:
        members = model.dimension[one.choice].members
        return tuple([(name, weight) for name, weight in zip(members, weights, strict=True) if weight])
    return None if weights is None or values is None else tuple(sorted(zip(values, weights, strict=True)))


def _are_one(pair: Pair, before: Quantity, after: Quantity, first: object, second: object) -> bool:
    """Return whether values have the same weights, whatever their units; members may stand in another order."""
    if not isinstance(first, tuple) or not isinstance(second, tuple) or len(first) != len(second):
        return False
    if after.choice:
        return dict(first) == dict(second)
    return all(
        weight == other and pair.are_same(value, value_, (before, after))
        for (value, weight), (value_, other) in zip(first, second, strict=True)
    )


def _words(weighed: object, unit: str) -> str:
    if not isinstance(weighed, tuple):
        return ""
    texts = [f"{one if isinstance(one, str) else number(one, unit)} ({number(weight, '')})" for one, weight in weighed]
    return ", ".join(texts)


def _correlation(one: Correlation, names: Mapping[str, str], labels: Mapping[str, str]) -> tuple[str, Declared]:
    """Return what a correlation says, under the names that it ties, in the order of the letters."""
    ends = sorted([(with_row(text, names.get(row_of(text), row_of(text))), text) for text in one.between])
    told = [with_row(text, labels.get(row_of(text), text)) for _, text in ends]
    rank = number(one.rank, "")
    keys = {"rank": rank, "source": ", ".join(sorted(one.sources)), "note": one_line(one.note)}
    return ", ".join([name for name, _ in ends]), Declared(" with ".join(told), f"rank {rank}", keys)


def _decision(model: Model, one: Decision, names: Mapping[str, str], cases: Mapping[str, str]) -> Declared:
    chooser = model.chooser(one.choice)
    options = [name if one.choice else cases.get(name, name) for name in one.options]
    choice = "" if chooser is None else names.get(chooser.id, chooser.id)
    value = with_row(one.value, names.get(row_of(one.value), row_of(one.value)))
    keys = {"label": one.label, "choice": choice, "options": ", ".join(options), "value": value, "goal": one.goal}
    told = f"{one.goal} {value} by {', '.join(options) or f'all members of {choice}'}"
    return Declared(one.label, told, keys | {"note": one_line(one.note)})
