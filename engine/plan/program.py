"""A plan as compiled Python over a list ``v`` of values: single numbers one by one, rows over dimensions as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain, groupby
from typing import Any, Final, Literal, NamedTuple

import numpy as np

from engine.language.generated import expression, function
from engine.language.numbers.along import ALONG
from engine.language.numbers.arrays import HELPERS as ARRAY_HELPERS
from engine.language.numbers.scalars import HELPERS, spell, spelled
from engine.language.shapes import Outline, Shape, outline
from engine.language.tree import Call, Name, Node, Number, nodes
from engine.plan import loop_code
from engine.plan.array_code import ArraySpelling
from engine.plan.plan import Loop, Numbers, Plan, Row

Piece = Callable[[list[Numbers]], None]
Ids = tuple[str, ...]
# By shape: how it is spelled, with the places of what it reads left open, and the function.
_Alike = dict[Outline | Shape, tuple[str, Callable[..., float]]]
# One function of 100,000 statements takes half a gigabyte to compile; pieces of 500 take a sixth of that.
STATEMENTS: Final = 500
# Straight lines run twice as fast as the functions of shapes, and take as long to compile as hundreds of their runs.
_OFTEN: Final = 4
_MOST_SHAPES: Final = 4_000
_PLAIN: Final = (Number, Name, Call)


class Program:
    """A plan's formulas as functions to be called in order, and its steps: the ids that are computed together."""

    steps: list[Ids]
    # The functions of steps that are run together, the lines of single numbers by id, and functions of single steps.
    made: dict[tuple[Ids, ...], Piece]
    lines: dict[str, _Line]
    compiled: dict[tuple[int, bool], Piece]

    def __init__(self, plan: Plan, before: Program | None = None) -> None:
        """Take a plan, and the program of another: what computes rows that both have in one way is shared."""
        # What the pieces are made from, for programs that come after.
        self.rows, self.index, self.dimensions = plan.rows, plan.index, plan.model.dimensions
        earlier = None if before is None else _Earlier(before, plan)
        if before is not None and earlier is not None and earlier.is_whole:
            self.steps, self.made, self.lines, self.compiled = (
                before.steps,
                before.made,
                before.lines,
                before.compiled,
            )
            return
        self.steps = steps(plan)
        self.made = {}
        self.lines = {}
        self.compiled = {}
        alike: _Alike = {}
        for kind, group in groupby(self.steps, lambda ids: _kind(plan, ids)):
            whole = list(group)
            for start in range(0, len(whole), STATEMENTS):
                together = tuple(whole[start : start + STATEMENTS])
                piece = None if earlier is None else earlier.piece(together)
                if kind == "single":
                    known = (
                        {} if earlier is None else earlier.lines([id_ for (id_,) in together], kept=piece is not None)
                    )
                    lines = {id_: known.get(id_) or _line(plan, plan.row(id_), alike) for (id_,) in together}
                    self.lines |= lines
                    piece = piece or _Lines(list(lines.values()))
                elif piece is None:
                    statements = [line for ids in together for line in _statements(plan, ids)]
                    piece = _function(plan, statements, arrays=kind == "array")
                self.made[together] = piece

    @cached_property
    def pieces(self) -> list[Piece]:
        """Return the functions in order."""
        return list(self.made.values())

    def step(self, plan: Plan, number: int, *, exact: bool = False) -> Piece:
        """Return the function of one step of the program's plan; NaN in arrays where there is no value.

        An `exact` one is computed as in all of them: it may raise there, or leave what is not finite.
        """
        if (line := self.lines.get(self.steps[number][0])) is not None:
            return line.run
        if (number, exact) not in self.compiled:
            ids = self.steps[number]
            statements = _statements(plan, ids, exact=exact)
            is_loop = exact and _kind(plan, ids) == "loop"
            self.compiled[number, exact] = _function(plan, statements, arrays=not is_loop)
        return self.compiled[number, exact]


class _Earlier:
    """The program of another plan: its pieces where nothing moved, and its lines wherever they stand now."""

    def __init__(self, program: Program, plan: Plan) -> None:
        self._program = program
        self._plan = plan
        self._ids = list(program.index)
        self._is_in_place = list(plan.index) == self._ids
        self._has_places = self._is_in_place and program.dimensions == plan.model.dimensions and (
            all([row.over == was.over for row, was in zip(plan.rows, program.rows, strict=True)])  # noqa: C419  # a list is faster here
        )  # fmt: skip

    @property
    def is_whole(self) -> bool:
        """Return whether all is computed as it was, from the same places, whatever the values of inputs."""
        return self._has_places and all(map(is_computed_alike, self._plan.rows, self._program.rows))

    def piece(self, together: tuple[Ids, ...]) -> Piece | None:
        """Return the function of steps that are computed as they were, from the same places; None for others."""
        found = self._program.made.get(together) if self._has_places else None
        return found if found is not None and all(map(self._is_same, chain.from_iterable(together))) else None

    def lines(self, ids: Sequence[str], *, kept: bool) -> dict[str, _Line]:
        """Return the lines of single numbers that are computed as they were, where they stand now."""
        known = self._program.lines
        found = {id_: known[id_] for id_ in ids if id_ in known and (kept or self._is_same(id_))}
        return found if self._is_in_place else {id_: self._moved(id_, line) for id_, line in found.items()}

    def _moved(self, id_: str, line: _Line) -> _Line:
        index, ids = self._plan.index, self._ids
        return line._replace(place=index[id_], read=tuple([index[ids[place]] for place in line.read]))

    def _is_same(self, id_: str) -> bool:
        return is_computed_alike(self._plan.row(id_), self._program.rows[self._program.index[id_]])


def is_computed_alike(row: Row, other: Row) -> bool:
    """Return whether two rows are computed in one way, or given in one way, whatever their values."""
    shape = row.expression, row.parts, row.over, row.given, row.given_over
    return row is other or shape == (other.expression, other.parts, other.over, other.given, other.given_over)


def steps(plan: Plan) -> list[Ids]:
    """Return the ids of formulas in order: one at a time, or those of a loop together."""
    loops = {id_: loop for loop in plan.loops for id_ in loop.ids}
    return list(_steps(plan, loops))


def side(plan: Plan, node: Node, over: tuple[str, ...] = ()) -> Callable[[Sequence[Numbers]], Numbers]:
    """Return the function that gives an expression's value, an array where it is over something."""
    if not over and is_plain(node, plan):
        return _evaluated(plan, spell(node, plan.index), arrays=False)
    return _evaluated(plan, ArraySpelling(plan, many=False).sides(node, over), arrays=True)


def is_plain(node: Node, plan: Plan) -> bool:
    """Return whether an expression is made of single numbers alone."""
    return all(
        isinstance(part, _PLAIN) and not (isinstance(part, Name) and plan.row(part.id).over) for part in nodes(node)
    )


def array_space(plan: Plan) -> dict[str, Any]:
    """Return the names that statements over arrays may use."""
    numbers = {d.id: np.array(d.codes) for d in plan.model.dimensions}
    words = {"numpy": np, "abs": abs, "int": int, "range": range, "float": float, "numbers": numbers, "n": ()}
    return {**ARRAY_HELPERS, **ALONG, **words}


class _Line(NamedTuple):
    """A single number's formula: the function of its shape, the place of its value, and those of what it reads."""

    compute: Callable[..., float]
    place: int
    read: tuple[int, ...]
    template: str

    def run(self, values: list[Numbers]) -> None:
        """Compute the value."""
        values[self.place] = self.compute(values, *self.read)


class _Lines:
    """Single numbers in order: by the functions of their shapes, and in straight lines where they are run often."""

    def __init__(self, lines: Sequence[_Line]) -> None:
        self._lines = lines
        self._runs = 0
        self._straight: Piece | None = None

    def __call__(self, values: list[Numbers]) -> None:
        if self._straight is not None:
            self._straight(values)
            return
        for compute, place, read, _ in self._lines:
            values[place] = compute(values, *read)
        self._runs += 1
        if self._runs == _OFTEN:
            statements = [f"v[{line.place}] = {line.template.format(*line.read)}" for line in self._lines]
            self._straight = function("v", statements, HELPERS)


def _line(plan: Plan, row: Row, alike: _Alike) -> _Line:
    """Return a row's line; `alike` gathers the shapes."""
    assert row.expression is not None  # noqa: S101  # a single number has no parts
    key, names = _shape_of(row, row.expression)
    if key not in alike:
        places = {name: place for place, name in enumerate(names)}
        template = spelled(row.expression, lambda id_: f"v[{{{places[id_]}}}]")[0]
        alike[key] = template, _of_shape(template, len(names))
    template, compute = alike[key]
    return _Line(compute, plan.index[row.id], tuple([plan.index[id_] for id_ in names]), template)


def _shape_of(row: Row, expression: Node) -> tuple[Outline | Shape, tuple[str, ...]]:
    """Return a key that rows share whose expressions differ by their names alone, and these."""
    formula = None if row.quantity is None else row.quantity.formula
    if formula is None or formula.tree is not expression or formula.shape is None:
        return outline(expression)
    # As its author wrote it, it has been read by its shape; where a name stands twice, that is another.
    return (formula.shape, formula.names) if len(formula.names) == len(formula.words) else outline(expression)


@lru_cache(maxsize=_MOST_SHAPES)
def _of_shape(template: str, count: int) -> Callable[..., float]:
    """Return the function of all formulas that are spelled alike: it takes the values and the places that it reads."""
    places = [f"a{number}" for number in range(count)]
    return expression(", ".join(["v", *places]), template.format(*places), HELPERS)


def _steps(plan: Plan, loops: Mapping[str, Loop]) -> Iterator[Ids]:
    done: set[str] = set()
    for row in plan.rows:
        if not row.is_computed or row.id in done:
            continue
        ids = loops[row.id].ids if row.id in loops else (row.id,)
        if len(ids) > 1 or loops:
            done.update(ids)
        yield ids


def _kind(plan: Plan, ids: Ids) -> Literal["single", "loop", "array"]:
    """Return whether a step is a single number, a loop over lists of numbers, or over arrays."""
    loop = _loop(plan, ids)
    if loop is not None:
        return "loop" if loop_code.is_simple(plan, loop) else "array"
    row = plan.row(ids[0])
    if row.over or row.expression is None:
        return "array"
    return "single" if not plan.model.dimensions or is_plain(row.expression, plan) else "array"


def _loop(plan: Plan, ids: Ids) -> Loop | None:
    return next((loop for loop in plan.loops if loop.ids == ids), None) if plan.loops else None


def _statements(plan: Plan, ids: Ids, *, exact: bool = True) -> list[str]:
    """Return the statements of a step that is no single number; `exact` ones raise where there is no value."""
    loop = _loop(plan, ids)
    if loop is not None:
        if exact and loop_code.is_simple(plan, loop):
            return loop_code.statements(plan, loop)
        return ArraySpelling(plan, many=False).loop(loop)
    row = plan.row(ids[0])
    lines = ArraySpelling(plan, many=False).statements(row)
    return lines if row.over else [f"{lines[0].replace(' = ', ' = float(', 1)})"]


def _function(plan: Plan, statements: Sequence[str], *, arrays: bool) -> Piece:
    piece: Piece = function("v", statements, array_space(plan) if arrays else _single_space())
    return _quiet(piece) if arrays else piece


def _quiet(piece: Piece) -> Piece:
    def run(values: list[Numbers]) -> None:
        with np.errstate(all="ignore"):
            piece(values)

    return run


def _single_space() -> dict[str, Any]:
    return {**HELPERS, **loop_code.WORDS}


def _evaluated(plan: Plan, text: str, *, arrays: bool) -> Callable[[Sequence[Numbers]], Numbers]:
    computed = expression("v", text, array_space(plan) if arrays else _single_space())

    def value(values: Sequence[Numbers]) -> Numbers:
        with np.errstate(all="ignore"):
            found: Numbers = computed(values)
            return found

    return value
