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
    """Yield the names in a formula that was read without a mistake."""
    line, offsets = _on_one_line(text)
    with quietly():
        tree = ast.parse(line, mode="eval").body
    reading = _Reading(line, offsets)
    yield from reading.below(tree)


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
    """Goes through Python's tree of a formula; its columns count bytes."""

    def __init__(self, line: str, offsets: Sequence[int]) -> None:
        self.line = line.encode()
        self.offsets = offsets

    def below(self, node: ast.AST) -> Iterator[Mention]:
        match node:
            case ast.Name(id=name):
                yield Mention(name, *self.span(node))
            case ast.Call(func=ast.Name(), args=arguments, keywords=keywords):
                for one in (*arguments, *keywords):
                    yield from self.below(one)
            case ast.Subscript(value=ast.Name(id=owner) as value, slice=inner):
                yield from self.below(value)
                selectors = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                for place, selector in enumerate(selectors):
                    yield from self.selected(selector, owner, place, len(selectors))
            case ast.Compare(left=left, comparators=others):
                sides = [left, *others]
                for number, side in enumerate(sides):
                    beside = [*sides[max(number - 1, 0) : number], *sides[number + 1 : number + 2]]
                    yield from self.compared(side, beside)
            case _:
                for child in ast.iter_child_nodes(node):
                    yield from self.below(child)

    def selected(self, selector: ast.expr, owner: str, place: int, among: int) -> Iterator[Mention]:
        ends = [selector.lower, selector.upper] if isinstance(selector, ast.Slice) else [selector]
        for one in ends:
            match one:
                case None:
                    pass
                case ast.Constant() | ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
                    yield self.member(one, owner=owner, place=place, among=among)
                case _:
                    yield from self.below(one)

    def compared(self, side: ast.expr, beside: Sequence[ast.expr]) -> Iterator[Mention]:
        if not (isinstance(side, ast.Constant) and isinstance(side.value, str)):
            yield from self.below(side)
            return
        names = [one.value if isinstance(one, ast.Subscript) else one for one in beside]
        yield self.member(side, sides=tuple([one.id for one in names if isinstance(one, ast.Name)]))

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
