"""How a formula points to cells of other rows: straight across, to one member, to a range, or by a member's place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from engine.language.tree import ONE, Aggregate, Every, Member, Name, Node, Number, Pick, Previous, Run, Selector
from engine.plan.outputs import Output
from engine.plan.plan import Row
from exports.style.a1 import letter
from exports.workbook.formulas import along, cashflows
from exports.workbook.formulas.addresses import MARK, Addresses, At, Index, Looked, Moving, choose, require_fixed
from exports.workbook.formulas.excel import ADDS, LEAF, MULTIPLIES, ExcelLimit, Spelling, excel, spell
from exports.workbook.formulas.links import source
from exports.workbook.layout.geometry import GRID, Block, SheetName, on_sheet
from exports.workbook.layout.rows import RowPlaces

_SPELLING: Final = {"sum": "SUM", "mean": "AVERAGE", "min": "MIN", "max": "MAX"}
_MOST_STEPS: Final = 2


class References(Addresses):
    """Writes formulas for one sheet; what it reads while it `is_guarded` may be a text."""

    is_guarded = False

    @property
    def year(self) -> str:
        """Return how many days a year has, as flows on dates are discounted."""
        return str(cashflows.YEAR)

    def __init__(self, layout: RowPlaces, sheet: SheetName) -> None:
        super().__init__(layout, sheet)
        self._loop: tuple[str, ...] = ()
        self.owner = ""
        self._singles: dict[str, str] = {}

    def formula(self, node: Node, at: At, owner: str = "") -> str:
        """Return a formula with its equals sign, for `along`; raise ExcelLimit where Excel could not hold it.

        `owner` is the row that it computes, which a reference must not lead back to.
        """
        return f"={self.spelled(node, at, owner)[0]}"

    def spelled(self, node: Node, at: At, owner: str) -> tuple[str, int]:
        """Return what stands behind the equals sign, and how deep its functions nest; raise ExcelLimit as above."""
        self.owner = owner
        node, at = source(self.plan, node, at)
        self._loop = next((loop.ids for loop in self.plan.loops if owner in loop.ids), ())
        return excel(node, lambda id_: self.cell(id_, at), lambda inner: self._other(inner, at))

    def row(self, row: Row, block: Block, indices: tuple[int, ...]) -> str:
        """Return the formula of one line of a row that is computed, for `along`; raise ExcelLimit."""
        at: dict[str, Index] = dict(zip(block.down, indices, strict=True))
        if block.across:
            at[block.across] = Moving()
        return self.at_members(row, at)

    def at_members(self, row: Row, at: Mapping[str, Index]) -> str:
        """Return the formula of a row that is computed at some members, for `along`; raise ExcelLimit."""
        if row.parts and row.quantity is not None:
            row = self.plan.row(row.parts[require_fixed(at[row.quantity.formulas_over])])
            at = {name: at[name] for name in row.over}
        assert row.expression is not None  # noqa: S101  # asked only of what is computed
        formula = self.formula(row.expression, at, row.id)
        if not row.given:
            return formula
        # A value that was given stands; where there is none, the formula takes over.
        given = self.value(self.layout.given(row.id), at)
        return f"=IF(ISNUMBER({given}),{given},{formula.removeprefix('=')})"

    def output(self, output: Output) -> str:
        """Return the reference to one cell of a result, or to the cell that it only shows."""
        return self.shown(output.row.id, output.indices(self.plan))

    def shown(self, id_: str, at: At) -> str:
        """Return the reference to a row at some members, or to what it only shows there."""
        node, members = source(self.plan, Name(id_), at)
        return self.spell(node, members)[0]

    def cell(self, id_: str, at: At) -> str:
        """Return the reference to a row at the members where a formula stands."""
        single = self._singles.get(id_)
        if single is not None:
            return single
        block = self.layout.block(id_)
        if not block.across and not block.down:
            # Most references of most models are to single numbers, the same from everywhere on a sheet.
            return self._singles.setdefault(id_, on_sheet(block, block.cell(), self.sheet))
        self._refuse_circle(id_, at)
        return self.at_block(block, at)[0]

    def _refuse_circle(self, id_: str, at: At) -> None:
        """Raise ExcelLimit for a row of the formula's own loop, looked up in a range: Excel would see a circle."""
        block = self.layout.block(id_)
        named = block.sizes if block.first else block.down
        if id_ in self._loop and any(not isinstance(at[name], int) for name in named):
            message = f"'{id_}' runs down where the formula runs across, and Excel would see a circular reference"
            message += "; name the dimensions of both in the same order"
            raise ExcelLimit(message)

    def number(self, text: str) -> str:
        """Return a reference as an argument of a function that would skip a text, where it may be one."""
        return text

    def value(self, block: Block, at: At) -> str:
        """Return the reference to a cell of a block."""
        return self.at_block(block, at)[0]

    def spell(self, node: Node, at: At) -> Spelling:
        """Return a part of a formula, how tightly it binds, and how deep its functions nest."""
        return spell(node, lambda id_: self.cell(id_, at), lambda inner: self._other(inner, at))

    def _other(self, node: Aggregate | Previous | Pick, at: At) -> Spelling:
        match node:
            case Aggregate():
                if cashflows.is_of_flows(node):
                    return cashflows.of_flows(self, node, at)
                return along.along(self, node, at) if along.is_along(node) else self._aggregate(node, at)
            case Previous():
                return self._previous(node, at)
        indices = self._pick(node.id, node.selectors, at)
        self._refuse_circle(node.id, indices)
        text, depth = self.at_block(self.layout.block(node.id), indices)
        return text, LEAF, depth

    def _pick(self, id_: str, selectors: tuple[Selector, ...], at: At) -> dict[str, Index]:
        """Return where each dimension of a row stands under its selectors."""
        found: dict[str, Index] = {}
        for name, selector in zip(self.plan.row(id_).over, selectors, strict=True):
            match selector:
                case Every():
                    found[name] = at[name]
                case Member(index=index):
                    found[name] = index
                case Run():
                    continue
                case _:
                    found[name] = self.look_up(name, selector, at)
        return found

    def pick(self, id_: str, selectors: tuple[Selector, ...], at: At, free: Sequence[str]) -> dict[str, Index]:
        """Return where each dimension of a row stands under its selectors, but for those that are aggregated."""
        indices = self._pick(id_, selectors, {**dict.fromkeys(free, 0), **at})
        return {name: index for name, index in indices.items() if name not in free}

    def look_up(self, name: str, node: Node, at: At) -> Looked:
        """Return the place of a computed member as a formula looks it up."""
        if node == Name(name):
            # The member where the formula stands: its place is written on Inputs.
            return self.as_looked_up(name, at[name])
        text, _, depth = self.spell(node, at)
        codes = self.layout.block(name)
        area = on_sheet(codes, codes.searched(), self.sheet)
        if not self.plan.model.dimension[name].is_whole:
            # 0.3 - 0.1 is not 0.2 in its last bit, and a search asks for every bit.
            text, depth = f"ROUND({text},10)", depth + 1
        return Looked(f"MATCH({text},{area},0)", depth + 1)

    def _aggregate(self, node: Aggregate, at: At) -> Spelling:
        argument = node.row
        row = self.plan.row(argument.id)
        selectors = argument.selectors if isinstance(argument, Pick) else (Every(),) * len(row.over)
        runs = {name: s for name, s in zip(row.over, selectors, strict=True) if isinstance(s, Run)}
        rest = {
            name: at.get(name, 0) if name in node.over else at[name]
            for name in row.over
            if name in at or name in node.over
        }
        indices = self._pick(argument.id, selectors, rest)
        for name in node.over:
            indices.pop(name, None)
        if any(not isinstance(end, Member) for run in runs.values() for end in (run.first, run.last)):
            return self._aggregate_computed_run(node, argument.id, runs, indices, at)
        spans = {name: self._span(name, runs.get(name)) for name in node.over}
        text, depth = self.over_block(_SPELLING[node.function], self.layout.block(argument.id), indices, spans)
        return text, LEAF, depth

    def _span(self, name: str, run: Run | None) -> range:
        if run is None:
            return range(len(self.plan.model.dimension[name].members))
        assert isinstance(run.first, Member)  # noqa: S101  # computed ends have been asked for
        assert isinstance(run.last, Member)  # noqa: S101
        return range(run.first.index, run.last.index + 1)

    def _aggregate_computed_run(
        self, node: Aggregate, id_: str, runs: Mapping[str, Run], at_row: At, at: At
    ) -> Spelling:
        """Return an aggregate between members that are looked up."""
        block = self.layout.block(id_)
        ((name, run),) = runs.items()
        ends: list[Looked] = []
        for end in (run.first, run.last):
            if isinstance(end, Member):
                ends.append(Looked(self.index(name, end.index)))
            else:
                assert end is not None  # noqa: S101  # open ends have been filled in
                ends.append(self.look_up(name, end, at))
        deep = max(end.depth for end in ends)
        if name in (block.down if block.first else block.down[:-1]):
            text, depth = self._aggregate_down(node.function, block, name, (ends[0], ends[1]), at_row)
            return text, MULTIPLIES, depth + deep
        text, depth = self._aggregate_beside(node.function, block, name, (ends[0].index, ends[1].index), at_row)
        return text, ADDS, depth + deep

    def _aggregate_beside(
        self, function: str, block: Block, name: str, ends: tuple[str, str], at: At
    ) -> tuple[str, int]:
        """Return an aggregate of cells beside or below each other: all of them, times whether they are inside."""
        waiting = next((down for down in block.down if down != name and not isinstance(at[down], int)), "")
        if waiting and len(block.down) > 1:
            index = at[waiting]
            looked = self.as_looked_up(waiting, index)
            count = block.counts[block.down.index(waiting)]
            return choose(
                looked, [self._aggregate_beside(function, block, name, ends, {**at, waiting: n}) for n in range(count)]
            )
        cells, inside, depth = self.inside_run(block, name, ends, at)
        if function in {"sum", "mean"}:
            text = f"SUMPRODUCT({inside}*{cells})"
            return (text if function == "sum" else f"{text}/SUMPRODUCT({inside})"), depth + 1
        return f"({along.extreme(function, cells[1:-1], inside)})/(SUMPRODUCT({inside})>0)", depth + 3

    def _aggregate_down(
        self, function: str, block: Block, name: str, ends: tuple[Looked, Looked], at: At
    ) -> tuple[str, int]:
        """Return an aggregate of cells below each other, each asked for whether it is inside."""
        count = block.counts[block.down.index(name)]
        terms, ones, deepest = [], [], 0
        outside, depth = self.at_block(block, {**at, name: ends[0]}) if function in {"min", "max"} else ("0", 0)
        for number in range(count):
            index = self.index(name, number)
            inside = f"AND({index}>={ends[0].index},{index}<={ends[1].index})"
            text, deep = self.at_block(block, {**at, name: number})
            terms.append(f"IF({inside},{self.number(text)},{outside})")
            ones.append(f"IF({inside},1,0)")
            deepest = max(deepest, deep, depth)
        found = f"{'SUM' if function == 'mean' else _SPELLING[function]}({','.join(terms)})"
        if function == "sum":
            return found, deepest + 3
        some = f"SUM({','.join(ones)})"
        return (f"{found}/{some}" if function == "mean" else f"{found}/({some}>0)"), deepest + 3

    def _previous(self, node: Previous, at: At) -> Spelling:  # noqa: PLR0911  # one return a layout
        index = at[node.over]
        start, _, start_depth = self.spell(node.start, at)
        count = len(self.plan.model.dimension[node.over].members)
        steps = int(node.lag.value) if isinstance(node.lag, Number) else 0
        if isinstance(index, int) and steps:
            place = index + (steps if node.ahead else -steps)
            if not 0 <= place < count:
                return self.spell(node.start, at)
            return self.spell(node.argument, {**at, node.over: place})
        now, now_depth = self.index(node.over, index), index.depth if isinstance(index, Looked) else 0
        lag, _, lag_depth = self.spell(node.lag, {})
        edge = self._edge(node, now, lag)
        if isinstance(index, Moving) and 0 < steps <= _MOST_STEPS:
            moved = Moving(index.left + (-steps if node.ahead else steps))
            other, _, depth = self.spell(node.argument, {**at, node.over: moved})
            return f"IF({edge},{start},{other})", LEAF, 1 + max(depth, start_depth)
        looked = Looked(f"({now}{'+' if node.ahead else '-'}{lag})", lag_depth + now_depth)
        if not isinstance(node.argument, Name):
            # Any other argument of an author's has a row of its own; that of a derivative has not.
            other, _, depth = self.spell(node.argument, {**at, node.over: looked})
            return f"IF({edge},{start},{other})", LEAF, 1 + max(depth, lag_depth, start_depth)
        block = self.layout.block(node.argument.id)
        if node.over not in self.plan.row(node.argument.id).over:
            text, depth = self.at_block(block, at)
            return f"IF({edge},{start},{text})", LEAF, 1 + max(depth, lag_depth, start_depth)
        if isinstance(index, Moving) and block.across == node.over:
            # Up to the column before, or from that after: a range that held the cell itself would be a circle.
            line = block.line(tuple([require_fixed(at[name]) for name in block.down]))
            area = f"${letter(GRID - 1)}${line}:{MARK}{index.left + 1}{MARK}${line}"
            far = f"{now}-{lag}+1"
            if node.ahead:
                area = f"{MARK}{index.left - 1}{MARK}${line}:${letter(block.column + count)}${line}"
                far = lag
            found = f"INDEX({on_sheet(block, area, self.sheet)},1,{far})"
            return f"IF({edge},{start},{found})", LEAF, 2 + max(lag_depth, start_depth)
        if isinstance(index, int):
            places = range(index + 1, count) if node.ahead else range(index - 1, -1, -1)
            if not places:
                return self.spell(node.start, at)
            cells = [self.at_block(block, {**at, node.over: place}) for place in places]
            found, depth = choose(Looked(lag, lag_depth), cells)
            return f"IF({edge},{start},{found})", LEAF, 1 + max(depth, start_depth)
        self._refuse_circle(node.argument.id, {**at, node.over: looked})
        text, depth = self.at_block(block, {**at, node.over: looked})
        return f"IF({edge},{start},{text})", LEAF, 1 + max(depth, start_depth)

    def _edge(self, node: Previous, now: str, lag: str) -> str:
        """Return the test of whether a period is so near to the start, or to the end, that there is none to read."""
        if not node.ahead:
            return f"{now}=1" if node.lag == ONE else f"{now}<={lag}"
        last = self.index(node.over, len(self.plan.model.dimension[node.over].members) - 1)
        return f"{now}={last}" if node.lag == ONE else f"{now}>{last}-{lag}"
