"""Formulas that differ by their names alone have one shape: what is worked out for it holds for all of them.

A hundred thousand formulas have about a hundred shapes, so that reading, typing and compiling each shape once is most
of what makes a large model quick.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from keyword import kwlist
from typing import Final

from engine.language.parse import LONGEST, parse
from engine.language.suggestions import FormulaError
from engine.language.tree import Call, Name, Node, Number, names, nodes

# A name that is neither called, nor a keyword of Python's or of a call's.
_NAME: Final = re.compile(rf"(?<![\w.])(?!(?:{'|'.join(kwlist)})\b)([A-Za-z_]\w*+)(?!\s*(?:\(|=(?!=)))", re.ASCII)
_MOST_NAMES: Final = 64
# No id begins with an underscore, so that a place is never taken for a name.
PLACES: Final = tuple([f"_{number}" for number in range(_MOST_NAMES)])
_MOST_SHAPES: Final = 4_000


Outline = tuple[int | str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A formula of names, numbers and functions alone, with its names left open.

    In `tree` the names are `PLACES`, one for each in the order of the text; `order` is that in which the tree has them.
    """

    tree: Node
    order: tuple[int, ...]

    def names(self, words: Sequence[str]) -> tuple[str, ...]:
        """Return what `tree.names` does of the formula with these names."""
        return tuple(dict.fromkeys([words[place] for place in self.order]))


def read(text: str) -> tuple[Node, tuple[str, ...], Shape | None, tuple[str, ...]]:
    """Return a formula's tree, the names in it, and its shape with the names in the order of the text.

    Without a shape where more than names, numbers and functions stand in it. Raises what `parse` does.
    """
    pieces = _NAME.split(text)
    words = tuple(pieces[1::2])
    shape = _shape(tuple(pieces[::2])) if len(words) <= _MOST_NAMES and len(text) <= LONGEST else None
    if shape is None:
        tree = parse(text)
        return tree, names(tree), None, ()
    return filled(shape.tree, words), shape.names(words), shape, words


@lru_cache(maxsize=_MOST_SHAPES)
def _shape(between: tuple[str, ...]) -> Shape | None:
    """Return the shape of the formulas with such text between their names; None where they have none, or are wrong."""
    first, *rest = between
    try:
        tree = parse(first + "".join([place + piece for place, piece in zip(PLACES, rest, strict=False)]))
    except FormulaError:
        return None
    found = names(tree)
    is_plain = all(isinstance(node, Call | Name | Number) for node in nodes(tree)) and len(found) == len(between) - 1
    return Shape(tree, tuple([PLACES.index(place) for place in found])) if is_plain else None


def outline(tree: Node) -> tuple[Outline, tuple[str, ...]]:
    """Return a key that trees of names, numbers and functions share which differ by their names alone, and these.

    Each name stands once, in the order of appearance.
    """
    places: dict[str, int] = {}
    key: list[int | str] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if type(node) is Name:
            key.append(places.setdefault(node.id, len(places)))
        elif type(node) is Call:
            # With how many follow, what follows belongs to it without brackets.
            key += (node.function, len(node.arguments))
            waiting += node.arguments[::-1]
        else:
            assert isinstance(node, Number)  # noqa: S101  # nothing else has one
            key.append(repr(node.value))
    return tuple(key), tuple(places)


def filled(tree: Node, words: Sequence[str]) -> Node:
    """Return the tree of a shape, or what was made of it, with names in place of `PLACES`; other names stay."""
    return _filled(tree, dict(zip(PLACES, map(Name, words), strict=False)))


def _filled(node: Node, leaves: dict[str, Name]) -> Node:
    if type(node) is Name:
        return leaves.get(node.id, node)
    if type(node) is Call:
        return Call(node.function, tuple([_filled(argument, leaves) for argument in node.arguments]))
    return node
