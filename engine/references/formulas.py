"""The names in the text of a formula, and where in it each stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from engine.model.formulas import quietly

_SPACE: Final = re.compile(r"\s+")


class Mention(NamedTuple):
    """A name in a formula, from its first character to the one behind it.

    That of a member stands beside `sides`, of which one tells its dimension; or it picks from `owner`, at a `place`
    `among` so many.
    """

    name: str
    start: int
    end: int
    is_member: bool = False
    sides: tuple[str, ...] = ()
    owner: str = ""
    place: int = 0
    among: int = 0


def mentions(text: str) -> Iterator[Mention]:
    """Yield the names in a formula that was read without a mistake, in any order."""
    line, offsets = _on_one_line(text)
    with quietly():
        tree = ast.parse(line, mode="eval").body
    reading = _Reading(line, offsets)
    # A chain of a thousand terms is as deep, to Python.
    waiting: list[ast.AST] = [tree]
    while waiting:
        match waiting.pop():
            case ast.Name(id=name) as node:
                yield Mention(name, *reading.span(node))
            case ast.Call(func=ast.Name(), args=arguments, keywords=keywords):
                waiting += [*arguments, *keywords]
            case ast.Subscript(value=ast.Name() as owner, slice=inner):
                waiting.append(owner)
                for one, place, among in _selected(inner):
                    # A number below 0 may be a member, and a name with a sign is computed.
                    if isinstance(one.operand if isinstance(one, ast.UnaryOp) else one, ast.Constant):
                        yield reading.member(one, owner=owner.id, place=place, among=among)
                    else:
                        waiting.append(one)
            case ast.Compare(left=left, comparators=others):
                for side, beside in _sides([left, *others]):
                    if isinstance(side, ast.Constant) and isinstance(side.value, str):
                        yield reading.member(side, sides=beside)
                    else:
                        waiting.append(side)
            case other:
                waiting += ast.iter_child_nodes(other)


def _selected(inner: ast.expr) -> Iterator[tuple[ast.expr, int, int]]:
    """Yield what stands between brackets, the ends of runs too, with the place of each and how many there are."""
    selectors = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    for place, one in enumerate(selectors):
        ends = [one.lower, one.upper] if isinstance(one, ast.Slice) else [one]
        yield from [(end, place, len(selectors)) for end in ends if end is not None]


def _sides(sides: Sequence[ast.expr]) -> Iterator[tuple[ast.expr, tuple[str, ...]]]:
    """Yield the sides of comparisons in a row, each with the names that stand right beside it."""
    names = [one.value if isinstance(one, ast.Subscript) else one for one in sides]
    for number, side in enumerate(sides):
        beside = [*names[max(number - 1, 0) : number], *names[number + 1 : number + 2]]
        yield side, tuple([one.id for one in beside if isinstance(one, ast.Name)])


def _on_one_line(text: str) -> tuple[str, list[int]]:
    """Return a formula as it is parsed, on one line, and for each byte of it the place in the text."""
    line: list[str] = []
    offsets: list[int] = []
    at = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    while at < end:
        space = _SPACE.match(text, at)
        piece, after = (" ", space.end()) if space else (text[at], at + 1)
        line.append(piece)
        offsets += [at] * len(piece.encode())
        at = after
    return "".join(line), [*offsets, end]


class _Reading:
    """Finds nodes of Python's tree in the text of a formula; its columns count bytes."""

    def __init__(self, line: str, offsets: Sequence[int]) -> None:
        self.line = line.encode()
        self.offsets = offsets

    def member(
        self, node: ast.expr, *, sides: tuple[str, ...] = (), owner: str = "", place: int = 0, among: int = 0
    ) -> Mention:
        start, end = self.span(node)
        written = self.line[node.col_offset : node.end_col_offset].decode()
        name = written
        if isinstance(node, ast.Constant) and written[1:-1] == node.value:
            name, start, end = written[1:-1], start + 1, end - 1
        return Mention(name, start, end, is_member=True, sides=sides, owner=owner, place=place, among=among)

    def span(self, node: ast.expr) -> tuple[int, int]:
        return self.offsets[node.col_offset], self.offsets[node.end_col_offset or node.col_offset]
