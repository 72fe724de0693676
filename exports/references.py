"""How a formula points to cells of other rows: straight across, to one member, to a range, or by a member's place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from engine.expression import Aggregate, Every, Member, Name, Node, Number, Pick, Previous, Run, Selector
from engine.rows import Plan
from exports.formula import ADDS, LEAF, MULTIPLIES, Spelled, TooLong, excel, spelled
from exports.layout import GRID, Block, Layout, SheetName, letter, on_sheet

_MARK: Final = "\0"
_MOST_CHOICES: Final = 254
_SPELLING: Final = {"sum": "SUM", "mean": "AVERAGE", "min": "MIN", "max": "MAX"}


@dataclass(frozen=True, slots=True)
class Moving:
    """The member in whose column a formula stands, or one some columns to its left."""

    left: int = 0


@dataclass(frozen=True, slots=True)
class Looked:
    """A member that a formula looks up: its place, from 1, as Excel computes it; and how deep functions nest in it."""

    place: str
    depth: int = 0


# Where a dimension stands: at a member counted from 0, at the column's own, or at one that is looked up.
Place = int | Moving | Looked
At = Mapping[str, Place]


def along(template: str, column: int) -> str:
    """Return the formula of one column from what it is for all columns of a line."""
    if _MARK not in template:
        return template
    parts = template.split(_MARK)
    parts[1::2] = [letter(column - int(left)) for left in parts[1::2]]
    return "".join(parts)


class References:
    """Writes formulas for one sheet."""

    def __init__(self, layout: Layout, sheet: SheetName) -> None:
        self.layout = layout
        self.plan: Plan = layout.plan
        self.sheet = sheet
        self._loop: tuple[str, ...] = ()

    def formula(self, node: Node, at: At, owner: str = "") -> str:
        """Return a formula with its equals sign, for `along`; raise TooLong where Excel could not hold it.

        `owner` is the row that it computes, which a reference must not lead back to.
        """
        self._loop = next((loop.ids for loop in self.plan.loops if owner in loop.ids), ())
        return excel(node, lambda id_: self.cell(id_, at), lambda inner: self._other(inner, at))

    def cell(self, id_: str, at: At) -> str:
        """Return the reference to a row at the members where a formula stands."""
        self._refuse_circle(id_, at)
        return self._at(self.layout.block(id_), at)[0]

    def _refuse_circle(self, id_: str, at: At) -> None:
        """Raise TooLong for a row of the formula's own loop that would be looked up in a range: Excel sees a circle."""
        if id_ in self._loop and any(not isinstance(at[name], int) for name in self.layout.block(id_).down):
            message = f"'{id_}' runs down where the formula runs across, and Excel would see a circular reference"
            message += "; name the dimensions of both in the same order"
            raise TooLong(message)

    def value(self, block: Block, at: At) -> str:
        """Return the reference to a cell of a block."""
        return self._at(block, at)[0]

    def place(self, dimension: str, place: Place) -> str:
        """Return the reference to a member's place, counted from 1."""
        return self._at(self.layout.places(dimension), {dimension: place})[0]

    def _spell(self, node: Node, at: At) -> Spelled:
        return spelled(node, lambda id_: self.cell(id_, at), lambda inner: self._other(inner, at))

    def _other(self, node: Aggregate | Previous | Pick, at: At) -> Spelled:
        match node:
            case Aggregate():
                return self._aggregate(node, at)
            case Previous():
                return self._previous(node, at)
        places = self._picked(node.id, node.selectors, at)
        self._refuse_circle(node.id, places)
        text, depth = self._at(self.layout.block(node.id), places)
        return text, LEAF, depth

    def _picked(self, id_: str, selectors: tuple[Selector, ...], at: At) -> dict[str, Place]:
        """Return where each dimension of a row stands under its selectors."""
        found: dict[str, Place] = {}
        for name, selector in zip(self.plan.row(id_).over, selectors, strict=True):
            match selector:
                case Every():
                    found[name] = at[name]
                case Member(place=place):
                    found[name] = place
                case Run():
                    continue
                case _:
                    found[name] = self._looked(name, selector, at)
        return found

    def _looked(self, name: str, node: Node, at: At) -> Looked:
        text, _, depth = self._spell(node, at)
        members = self.layout.members(name)
        area = on_sheet(members, members.area(), self.sheet)
        if any(number != number.to_integral_value() for number in self.plan.model.dimension[name].numbers):
            # 0.3 - 0.1 is not 0.2 in its last bit, and a search asks for every bit.
            text, depth = f"ROUND({text},10)", depth + 1
        return Looked(f"MATCH({text},{area},0)", depth + 1)

    def _column(self, block: Block, place: Place) -> str:
        if isinstance(place, Moving):
            return f"{_MARK}{place.left}{_MARK}"
        assert isinstance(place, int)  # noqa: S101  # what is looked up has no column
        return f"${letter(block.column + place)}"

    def _at(self, block: Block, at: At) -> tuple[str, int]:
        """Return a reference to one cell, and how deep its functions nest."""
        waiting = next((name for name in block.down if not isinstance(at[name], int)), "")
        if waiting:
            return self._chosen(block, at, waiting)
        line = block.line(tuple([_fixed(at[name]) for name in block.down]))
        if not block.across:
            return on_sheet(block, f"${letter(block.column)}${line}", self.sheet), 0
        place = at[block.across]
        if isinstance(place, Looked):
            row = f"${letter(block.column)}${line}:${letter(block.column + block.columns - 1)}${line}"
            return f"INDEX({on_sheet(block, row, self.sheet)},1,{place.place})", place.depth + 1
        return on_sheet(block, f"{self._column(block, place)}${line}", self.sheet), 0

    def _chosen(self, block: Block, at: At, name: str) -> tuple[str, int]:
        """Return a cell on one of several lines, by the place of a member of what runs down."""
        place = at[name]
        looked = place if isinstance(place, Looked) else Looked(self.place(name, place))
        across = at.get(block.across)
        if len(block.down) == 1:
            # The lines follow one another, so that the place is the line.
            last = block.row + block.lines - 1
            if isinstance(across, Looked):
                area = on_sheet(block, block.area(), self.sheet)
                return f"INDEX({area},{looked.place},{across.place})", 1 + max(looked.depth, across.depth)
            column = self._column(block, across) if across is not None else f"${letter(block.column)}"
            area = on_sheet(block, f"{column}${block.row}:{column}${last}", self.sheet)
            return f"INDEX({area},{looked.place},1)", 1 + looked.depth
        count = block.counts[block.down.index(name)]
        cells = [self._at(block, {**at, name: number}) for number in range(count)]
        return _choose(looked, cells)

    def _aggregate(self, node: Aggregate, at: At) -> Spelled:
        argument = node.argument
        assert isinstance(argument, Name | Pick)  # noqa: S101  # any other argument has a row of its own
        row = self.plan.row(argument.id)
        selectors = argument.selectors if isinstance(argument, Pick) else (Every(),) * len(row.over)
        runs = {name: s for name, s in zip(row.over, selectors, strict=True) if isinstance(s, Run)}
        rest = {
            name: at.get(name, 0) if name in node.over else at[name]
            for name in row.over
            if name in at or name in node.over
        }
        places = self._picked(argument.id, selectors, rest)
        for name in node.over:
            places.pop(name, None)
        if any(not isinstance(end, Member) for run in runs.values() for end in (run.first, run.last)):
            return self._computed_run(node, argument.id, runs, places, at)
        spans = {name: self._span(name, runs.get(name)) for name in node.over}
        text, depth = self._over(_SPELLING[node.function], self.layout.block(argument.id), places, spans)
        return text, LEAF, depth

    def _span(self, name: str, run: Run | None) -> range:
        if run is None:
            return range(len(self.plan.model.dimension[name].members))
        assert isinstance(run.first, Member)  # noqa: S101  # computed ends have been asked for
        assert isinstance(run.last, Member)  # noqa: S101
        return range(run.first.place, run.last.place + 1)

    def _over(self, function: str, block: Block, at: At, spans: Mapping[str, range]) -> tuple[str, int]:
        """Return a function over members of a block: of spans of some dimensions, at one member of the others."""
        waiting = [name for name in block.down if name not in spans and not isinstance(at[name], int)]
        is_whole = block.across in spans and len(spans[block.across]) == block.columns
        if waiting and block.down == (waiting[0],) and is_whole:
            place = at[waiting[0]]
            looked = place if isinstance(place, Looked) else Looked(self.place(waiting[0], place))
            area = on_sheet(block, block.area(), self.sheet)
            return f"{function}(INDEX({area},{looked.place},0))", 2 + looked.depth
        if waiting:
            place = at[waiting[0]]
            looked = place if isinstance(place, Looked) else Looked(self.place(waiting[0], place))
            count = block.counts[block.down.index(waiting[0])]
            return _choose(looked, [self._over(function, block, {**at, waiting[0]: n}, spans) for n in range(count)])
        choices = [spans.get(name) or [_fixed(at[name])] for name in block.down]
        lines = sorted([block.line(places) for places in product(*choices)])
        areas, depth = [], 0
        for first, last in _runs(lines):
            area, deep = self._area(block, at, spans.get(block.across), (first, last))
            areas.append(area)
            depth = max(depth, deep)
        if len(areas) > _MOST_CHOICES:
            message = (
                f"the formula aggregates {len(areas):,} separate ranges in Excel, and {_MOST_CHOICES} are the most"
            )
            raise TooLong(message)
        return f"{function}({','.join(areas)})", 1 + depth

    def _area(self, block: Block, at: At, span: range | None, lines: tuple[int, int]) -> tuple[str, int]:
        first, last = lines
        if span is not None:
            left, right = (f"${letter(block.column + end)}" for end in (span[0], span[-1]))
        elif not block.across:
            left = right = f"${letter(block.column)}"
        else:
            place = at[block.across]
            if isinstance(place, Looked):
                whole = f"${letter(block.column)}${first}:${letter(block.column + block.columns - 1)}${last}"
                return f"INDEX({on_sheet(block, whole, self.sheet)},0,{place.place})", 1 + place.depth
            left = right = self._column(block, place)
        one = f"{left}${first}"
        area = one if (left, first) == (right, last) else f"{one}:{right}${last}"
        return on_sheet(block, area, self.sheet), 0

    def _computed_run(self, node: Aggregate, id_: str, runs: Mapping[str, Run], at_row: At, at: At) -> Spelled:
        """Return an aggregate between members that are looked up."""
        block = self.layout.block(id_)
        ((name, run),) = runs.items()
        ends: list[Looked] = []
        for end in (run.first, run.last):
            if isinstance(end, Member):
                ends.append(Looked(self.place(name, end.place)))
            else:
                assert end is not None  # noqa: S101  # open ends have been filled in
                ends.append(self._looked(name, end, at))
        deep = max(end.depth for end in ends)
        if name in block.down[:-1]:
            text, depth = self._down_run(node.function, block, name, (ends[0], ends[1]), at_row)
            return text, MULTIPLIES, depth + deep
        text, depth = self._chosen_run(node.function, block, name, (ends[0].place, ends[1].place), at_row)
        return text, ADDS, depth + deep

    def _chosen_run(self, function: str, block: Block, name: str, ends: tuple[str, str], at: At) -> tuple[str, int]:
        """Return an aggregate of cells beside or below each other: all of them, times whether they are inside."""
        waiting = next((down for down in block.down if down != name and not isinstance(at[down], int)), "")
        if waiting and len(block.down) > 1:
            place = at[waiting]
            looked = place if isinstance(place, Looked) else Looked(self.place(waiting, place))
            count = block.counts[block.down.index(waiting)]
            return _choose(
                looked, [self._chosen_run(function, block, name, ends, {**at, waiting: n}) for n in range(count)]
            )
        cells, depth = self._over("", block, at, {name: range(len(self.plan.model.dimension[name].members))})
        places = self.layout.places(name)
        numbers = on_sheet(places, places.area(), self.sheet)
        if name in block.down:
            # Places stand to the right on Inputs; of cells below each other, the lines are counted.
            numbers = (
                f"(ROW{cells}-ROW($A${block.line(tuple([0 if d == name else _fixed(at[d]) for d in block.down]))})+1)"
            )
        inside = f"({numbers}>={ends[0]})*({numbers}<={ends[1]})"
        if function in {"sum", "mean"}:
            text = f"SUMPRODUCT({inside}*{cells})"
            return (text if function == "sum" else f"{text}/SUMPRODUCT({inside})"), depth + 1
        # SUMPRODUCT makes MAX look at each cell; from the other end of the line, what is outside is no further than 0.
        least, most, some = f"MIN{cells}", f"MAX{cells}", f"(SUMPRODUCT({inside})>0)"
        if function == "max":
            return f"({least}+SUMPRODUCT(MAX({inside}*({cells}-{least}))))/{some}", depth + 3
        return f"({most}-SUMPRODUCT(MAX({inside}*({most}-{cells}))))/{some}", depth + 3

    def _down_run(self, function: str, block: Block, name: str, ends: tuple[Looked, Looked], at: At) -> tuple[str, int]:
        """Return an aggregate of cells below each other, each asked for whether it is inside."""
        count = block.counts[block.down.index(name)]
        terms, ones, deepest = [], [], 0
        outside, depth = self._at(block, {**at, name: ends[0]}) if function in {"min", "max"} else ("0", 0)
        for number in range(count):
            place = self.place(name, number)
            inside = f"AND({place}>={ends[0].place},{place}<={ends[1].place})"
            text, deep = self._at(block, {**at, name: number})
            terms.append(f"IF({inside},{text},{outside})")
            ones.append(f"IF({inside},1,0)")
            deepest = max(deepest, deep, depth)
        found = f"{'SUM' if function == 'mean' else _SPELLING[function]}({','.join(terms)})"
        if function == "sum":
            return found, deepest + 3
        some = f"SUM({','.join(ones)})"
        return (f"{found}/{some}" if function == "mean" else f"{found}/({some}>0)"), deepest + 3

    def _previous(self, node: Previous, at: At) -> Spelled:  # noqa: PLR0911  # one return a layout
        place = at[node.over]
        start, _, start_depth = self._spell(node.start, at)
        steps = int(node.lag.value) if isinstance(node.lag, Number) else 0
        if isinstance(place, int) and steps:
            if place < steps:
                return self._spell(node.start, at)
            return self._spell(node.argument, {**at, node.over: place - steps})
        now = self.place(node.over, place)
        if isinstance(place, Moving) and 0 < steps <= _MOST_STEPS:
            before, _, depth = self._spell(node.argument, {**at, node.over: Moving(place.left + steps)})
            first = f"{now}=1" if steps == 1 else f"{now}<={steps}"
            return f"IF({first},{start},{before})", LEAF, 1 + max(depth, start_depth)
        lag, _, lag_depth = self._spell(node.lag, {})
        assert isinstance(node.argument, Name)  # noqa: S101  # any other argument has a row of its own
        block = self.layout.block(node.argument.id)
        if node.over not in self.plan.row(node.argument.id).over:
            text, depth = self._at(block, at)
            return f"IF({now}<={lag},{start},{text})", LEAF, 1 + max(depth, lag_depth, start_depth)
        if isinstance(place, Moving) and block.across == node.over:
            # Up to the column before: a range that held the cell itself would be a circle.
            line = block.line(tuple([_fixed(at[name]) for name in block.down]))
            area = f"${letter(GRID - 1)}${line}:{_MARK}{place.left + 1}{_MARK}${line}"
            found = f"INDEX({on_sheet(block, area, self.sheet)},1,{now}-{lag}+1)"
            return f"IF({now}<={lag},{start},{found})", LEAF, 2 + max(lag_depth, start_depth)
        if isinstance(place, int):
            if not place:
                return start, LEAF, start_depth
            cells = [self._at(block, {**at, node.over: before}) for before in range(place - 1, -1, -1)]
            found, depth = _choose(Looked(lag, lag_depth), cells)
            return f"IF({now}<={lag},{start},{found})", LEAF, 1 + max(depth, start_depth)
        self._refuse_circle(node.argument.id, {**at, node.over: Looked(now)})
        text, depth = self._at(block, {**at, node.over: Looked(f"({now}-{lag})", lag_depth)})
        return f"IF({now}<={lag},{start},{text})", LEAF, 1 + max(depth, start_depth)


_MOST_STEPS: Final = 2


def _fixed(place: Place) -> int:
    assert isinstance(place, int)  # noqa: S101  # what moves or is looked up has been dealt with
    return place


def _choose(place: Looked, cells: list[tuple[str, int]]) -> tuple[str, int]:
    if len(cells) > _MOST_CHOICES:
        message = f"the formula chooses between {len(cells):,} lines in Excel, and {_MOST_CHOICES} are the most"
        raise TooLong(message)
    depth = max(depth for _, depth in cells)
    return f"CHOOSE({place.place},{','.join(text for text, _ in cells)})", 1 + max(depth, place.depth)


def _runs(lines: list[int]) -> list[tuple[int, int]]:
    """Return the first and last of each run of numbers that follow one another."""
    found: list[tuple[int, int]] = []
    for line in lines:
        if found and found[-1][1] == line - 1:
            found[-1] = found[-1][0], line
        else:
            found.append((line, line))
    return found
