"""Local derivatives in lines of their own, where the formula of an edge would be long, or decide too much at once.

Below the edges and their sums: parts of derivatives, whole ones, flows, and the constants that stand in derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine.language.functions import COMPARISONS, LOGIC
from engine.language.tree import ZERO, Call, Name, Node, Number, Previous, names, rebuilt
from exports.reading.formula_text import parts
from exports.style.a1 import letter
from exports.workbook.formulas.addresses import MARK, At, along
from exports.workbook.formulas.cashflows import YEAR
from exports.workbook.formulas.derivatives.edges import EdgeLine
from exports.workbook.formulas.excel import DEEPEST, MULTIPLIES, NO_VALUE, ExcelLimit, literal
from exports.workbook.formulas.references import References
from exports.workbook.formulas.stepwise.candidates import replaced
from exports.workbook.layout.geometry import LIVE, Block
from exports.workbook.layout.rows import RowPlaces

# What a reader takes in at once, with room for the letters of columns further to the right.
_LONGEST, _DEEPEST, _MOST_CHOICES = 236, 2, 12
# What stands around a part of a formula, and from how many letters on one is worth a line of its own.
_AROUND_PART, _SHORTEST = len(f'IFERROR(,"{NO_VALUE}")'), 18
_MOST_STEPS: Final = 60
# How many functions may stand around a derivative in the formula of an edge.
_AROUND: Final = 12
# Numbers that may stand in a formula.
_PLAIN: Final = frozenset({0.0, 1.0, 2.0, 10.0, -1.0})
# Where a text would be taken for a number that is larger than any other, or be skipped.
_TAKES_TEXT: Final = COMPARISONS | LOGIC | {"min", "max"}


@dataclass(frozen=True, slots=True)
class Part:
    """What a line holds of an edge: its formula for `along`, and its values by column; no edge for a constant."""

    number: int
    line: EdgeLine | None
    text: str
    values: Mapping[int, float]


class Steps(References):
    """Writes formulas on Sensitivity in which names may stand for lines of parts, from one on."""

    def __init__(self, layout: RowPlaces, first: int) -> None:
        super().__init__(layout, "Sensitivity")
        self.first = first
        self.parts: list[Part] = []
        self._known: dict[tuple[str, int, int], str] = {}
        self._addresses: dict[str, str] = {}
        self._constants: dict[str, Node] = {}

    @property
    def year(self) -> str:
        """Return the cell that says how many days a year has."""
        return self.constant(float(YEAR))

    def cell(self, id_: str, at: At) -> str:
        """Return the reference to a row, or to the line of a part."""
        return self._addresses.get(id_) or super().cell(id_, at)

    def constant(self, value: float) -> str:
        """Return the cell that holds a number of derivatives."""
        key = literal(value), 0, 0
        if key not in self._known:
            number = self._next()
            self._known[key] = f"${letter(LIVE)}${number}"
            self.parts.append(Part(number, None, literal(value), {LIVE: value}))
        return self._known[key]

    def add(self, line: EdgeLine, block: Block, text: str, values: Mapping[int, float]) -> str:
        """Return the reference to a line with a formula in the columns of a block, one above it that has the same."""
        key = text, block.column, block.columns
        if key not in self._known:
            number = self._next()
            column = f"{MARK}0{MARK}" if block.across else f"${letter(block.column)}"
            self._known[key] = f"{column}${number}"
            self.parts.append(Part(number, line, text, values))
        return self._known[key]

    def _next(self) -> int:
        return self.first + 1 + len(self.parts)

    def with_constants(self, node: Node) -> Node:
        """Return a derivative in which each number that is no plain one is a cell; exponents stay."""
        match node:
            case Number(value=value) if value not in _PLAIN:
                name = self._named(self.constant(value))
                self._constants[name.id] = node
                return name
            case Call("pow", (base, Number() as exponent)):
                return Call("pow", (self.with_constants(base), exponent))
            case Previous(argument=argument, start=start):
                return replace(node, argument=self.with_constants(argument), start=self.with_constants(start))
            case Call():
                return rebuilt(node, self.with_constants)
        return node

    def shortened(
        self, node: Node, line: EdgeLine, block: Block, values: Callable[[Node], Mapping[int, float]]
    ) -> Node:
        """Return a derivative that is short: its long parts stand in lines of their own."""
        whole: dict[str, Node] = {}
        for _ in range(_MOST_STEPS):
            text = self.text(node, line)
            if fits(text, block, _AROUND_PART):
                break
            is_deep = not _is_shallow(text, block)
            found = sorted(self._candidates(node, line, block), key=lambda one: (-min(one[1], 1) * is_deep, -one[0]))
            if not found:
                break
            _, _, part, spelled = found[0]
            plain = _put_back(part, self._constants | whole)
            name = self._named(self.add(line, block, f'IFERROR({spelled},"{NO_VALUE}")', values(plain)))
            whole[name.id] = plain
            node = replaced(node, part, name)
        return node

    def whole(self, node: Node, line: EdgeLine, block: Block, values: Mapping[int, float]) -> Node:
        """Return a derivative as the line that holds it."""
        return self._named(self.add(line, block, f'IFERROR({self.text(node, line)},"{NO_VALUE}")', values))

    def has_parts(self, node: Node) -> bool:
        """Return whether a derivative reads lines of parts, which may say that they have no value."""
        return any(id_ in self._addresses and id_ not in self._constants for id_ in names(node))

    def _candidates(self, node: Node, line: EdgeLine, block: Block) -> Iterator[tuple[int, int, Node, str]]:
        """Yield parts that may stand in a line of their own: how long and how deep each is, and its formula."""
        for part in dict.fromkeys(_numbers(node)):
            if part != node:
                text = self.text(part, line)
                if len(text) >= _SHORTEST and fits(text, block, _AROUND_PART):
                    yield len(text), parts(f"={along(text, block.column)}").nested, part, text

    def text(self, node: Node, line: EdgeLine) -> str:
        """Return a derivative as a factor where the user stands; raise ExcelLimit."""
        text, binds, depth = self.spell(self._as_asked(node), line.at)
        if depth + _AROUND > DEEPEST:
            message = f"the derivative nests {depth + _AROUND} functions in Excel, and {DEEPEST} are the most"
            raise ExcelLimit(message)
        return text if binds >= MULTIPLIES else f"({text})"

    def _as_asked(self, node: Node) -> Node:
        """Return a derivative that asks for numbers where a text would be compared."""
        node = rebuilt(node, self._as_asked)
        if isinstance(node, Call) and node.function in _TAKES_TEXT:
            return Call(node.function, tuple([self._as_number(one) for one in node.arguments]))
        return node

    def _as_number(self, node: Node) -> Node:
        is_part = isinstance(node, Name) and node.id in self._addresses
        return Call("add", (node, ZERO)) if is_part else node

    def _named(self, address: str) -> Name:
        name = Name(f"\3{address}")
        self._addresses[name.id] = address
        return name


def fits(text: str, block: Block, around: int = 0) -> bool:
    """Return whether a reader takes in a formula, with what stands around it, in the last column of a block."""
    spelled = along(text, block.column + block.columns - 1)
    return len(spelled) + around <= _LONGEST and _is_shallow(text, block)


def _is_shallow(text: str, block: Block) -> bool:
    made = parts(f"={along(text, block.column)}")
    return made.nested <= _DEEPEST and made.choices <= _MOST_CHOICES


def _numbers(node: Node) -> Iterator[Node]:
    """Yield the parts of a derivative that are numbers."""
    if not isinstance(node, Call) or node.function not in COMPARISONS | LOGIC:
        yield node
    for argument in node.arguments if isinstance(node, Call) else ():
        yield from _numbers(argument)


def _put_back(node: Node, whole: Mapping[str, Node]) -> Node:
    """Return a part with what stands in other lines in it again."""
    if isinstance(node, Name) and node.id in whole:
        return whole[node.id]
    return rebuilt(node, lambda below: _put_back(below, whole))
