"""Writes the ends of ranges into a model's text, where it has these: only the digits of what changes differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from engine.model.declared.choices import as_toml
from engine.model.dimensions import DEFAULT, Grid, is_default, member_keys
from engine.problems import KeyPath, Mistake
from engine.text.edits import Edits, dotted

if TYPE_CHECKING:
    from engine.model.model import Model, Quantity

End = Literal["", "low", "middle", "high"]
_TWO: Final[tuple[End, ...]] = ("low", "high")
_THREE: Final[tuple[End, ...]] = ("low", "middle", "high")
# Low and high, with the middle of a metalog between them.
_Ends = tuple[Decimal, ...]


def range_ends(model: Model, quantity: Quantity) -> Iterator[tuple[int, End, Decimal]]:
    """Yield the ends of the range of each cell of a quantity, with the middle of a metalog, in its declared unit."""
    for number, ends in enumerate(_grid(model, quantity).cells):
        if ends is not None:
            yield from ((number, name, end) for name, end in zip(_names(ends), ends, strict=True))


def rewrite_ranges(text: str, model: Model, wanted: Mapping[tuple[str, int, End], Decimal]) -> str:
    """Return a text with ends of ranges, by quantity and cell; a member that shares a range gets its own.

    Raises Mistake where the text has no place for it.
    """
    for id_ in dict.fromkeys([id_ for id_, _, _ in wanted]):
        own = {(number, end): value for (of, number, end), value in wanted.items() if of == id_}
        text = _rewrite(text, model, id_, own)
    return text


def _rewrite(text: str, model: Model, id_: str, wanted: Mapping[tuple[int, End], Decimal]) -> str:
    quantity = model.by_id[id_]
    path = (*quantity.path, "range")
    edits = Edits(text)
    dimensions = [model.dimension[name] for name in quantity.over]
    members = model.members(quantity.over)
    setting = _grid(model, quantity)
    for place, numbers in setting.by_place.items():
        ends = setting.cells[numbers[0]]
        if ends is None:
            continue
        new = {number: _changed(ends, number, wanted) for number in numbers}
        if len(set(new.values())) == 1:
            for index, (before, after) in enumerate(zip(ends, new[numbers[0]], strict=True)):
                if before != after:
                    span = edits.place((*place, index))
                    edits.replace(span, as_toml(model, id_, after, text[slice(*span)]))
            continue
        own = {number: _spelled(model, id_, after) for number, after in new.items() if after != ends}
        if is_default(place[len(path) :], dimensions):
            for number, spelled in own.items():
                _add(edits, (*path, *members[number]), place, spelled)
            continue
        depth = len(member_keys(place[len(path) :], dimensions))
        first, last = (edits.place((*place, index)) for index in (0, len(ends) - 1))
        start, end = text.rfind("[", 0, first[0]), text.find("]", last[1]) + 1
        keys = {**{dotted(members[number][depth:]): spelled for number, spelled in own.items()},
                DEFAULT: text[start:end]}  # fmt: skip
        edits.replace((start, end), f"{{ {', '.join([f'{key} = {value}' for key, value in keys.items()])} }}")
    return edits.apply()


def _grid(model: Model, quantity: Quantity) -> Grid[_Ends]:
    """Return the ranges of all cells, with where in the text each stands."""
    if isinstance(quantity.range, Grid):
        return quantity.range
    size = model.size(quantity.over)
    return Grid((quantity.range,) * size, ((*quantity.path, "range"),) * size)


def _changed(ends: _Ends, number: int, wanted: Mapping[tuple[int, End], Decimal]) -> _Ends:
    return tuple([wanted.get((number, name), end) for name, end in zip(_names(ends), ends, strict=True)])


def _names(ends: _Ends) -> tuple[End, ...]:
    return _TWO if len(ends) == len(_TWO) else _THREE


def _spelled(model: Model, id_: str, ends: _Ends) -> str:
    return f"[{', '.join([as_toml(model, id_, end) for end in ends])}]"


def _add(edits: Edits, keys: KeyPath, default: KeyPath, value: str) -> None:
    """Add the range of a member beside the one that all others have."""
    table = edits.inline_table(keys)
    sibling = next((one for one in edits.places.statements if one.path == default), None)
    if table:
        edits.insert(table, keys, value)
    elif sibling is not None:
        edits.add_beside(sibling, keys, value, before=True)
    else:
        message = f"the range of '{keys[-1]}' has no line of its own in the text"
        raise Mistake(message, "write it into the text by hand")
