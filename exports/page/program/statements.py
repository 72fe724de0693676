"""The rows of a plan as JavaScript: statements that fill in the array of numbers, and what checks compare."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine import graph
from engine.language.tree import Aggregate, Node, names, nodes, rebuilt
from engine.plan.plan import Loop, Plan, Row, Test
from engine.plan.program import steps
from exports.page.program.formulas import At, Formulas
from exports.page.program.places import Places


def program(plan: Plan, places: Places) -> str:
    """Return ``codes``, the numbers of members by dimension, and ``calculate(v)``, which fills in what is computed.

    ``steps`` are what it goes through: rows that are computed together, rows that they read, both by number, and the
    function. ``comparisons`` has a function for each check: of the numbers it gives left, right and magnitude for each
    cell; ``compared`` the rows that it reads.
    """
    formulas = Formulas(plan, places)
    statements = Statements(plan, formulas)
    codes = [list(map(float, dimension.codes)) for dimension in plan.model.dimensions]
    steps_ = ",\n".join([_step(plan, statements, ids) for ids in needed(plan)])
    checks = ",\n".join([_comparison(plan, formulas, test) for test in plan.tests])
    compared = [_numbers(plan, [id_ for side in _sides(test) for id_ in names(side)]) for test in plan.tests]
    return (
        f"const codes={json.dumps(codes)};\n"
        f"const steps=[{steps_}];\n"
        "const calculate=v=>{for(const step of steps)step[2](v);return v};\n"
        f"const comparisons=[{checks}];\n"
        f"const compared={json.dumps(compared, separators=(',', ':'))};\n"
    )


def _step(plan: Plan, statements: Statements, ids: Sequence[str]) -> str:
    read = _numbers(plan, [used for id_ in ids for used in plan.row(id_).uses if used not in ids])
    numbers = json.dumps([_numbers(plan, ids), read], separators=(",", ":"))
    return f"{numbers[:-1]},v=>{{{statements.step(ids)}}}]"


def _numbers(plan: Plan, ids: Iterable[str]) -> list[int]:
    return [plan.index[id_] for id_ in dict.fromkeys(ids)]


class Statements:
    """Writes what is computed together as nested loops over the members."""

    def __init__(self, plan: Plan, formulas: Formulas) -> None:
        self.plan = plan
        self.formulas = formulas
        self._numbers = {dimension.id: number for number, dimension in enumerate(plan.model.dimensions)}
        self._loops = {loop.ids: loop for loop in plan.loops}

    def step(self, ids: Sequence[str]) -> str:
        """Return the statement of a row, or of a loop of rows that feed each other."""
        loop = self._loops.get(tuple(ids))
        return self.loop(loop, {}) if loop is not None else self._row(self.plan.row(ids[0]), {})

    def loop(self, loop: Loop, at: At) -> str:
        """Return the statements of rows that feed each other, period by period."""
        variable = f"t{self._numbers[loop.over]}"
        inside = {**at, loop.over: variable}
        body = "".join([
            self.loop(step, inside) if isinstance(step, Loop) else self._row(self.plan.row(step), inside)
            for step in loop.steps
        ])  # fmt: skip
        last = len(self.plan.model.dimension[loop.over].members)
        if loop.ahead:
            return f"for(let {variable}={last - 1};{variable}>=0;{variable}--){{{body}}}"
        return f"for(let {variable}=0;{variable}<{last};{variable}++){{{body}}}"

    def _row(self, row: Row, at: At) -> str:
        """Return a loop for each dimension of a row that does not stand at a period already."""
        # Each member of one dimension may have a row of its own.
        parted = set(row.over) - set(self.plan.row(row.parts[0]).over) if row.parts else set()
        here = {name: at.get(name, f"i{self._numbers[name]}") for name in row.over if name not in parted}
        text = self._whole(row, here, *parted) if row.parts else self.cell(row, here)
        if row.given and row.given_over in at:
            text = f"if({here[row.given_over]}>={row.given}){text}"
        for name in reversed(row.over):
            if name not in at and name not in parted:
                begin = row.given if name == row.given_over else 0
                last = len(self.plan.model.dimension[name].members)
                text = f"for(let {here[name]}={begin};{here[name]}<{last};{here[name]}++){{{text}}}"
        return text

    def cell(self, row: Row, at: At) -> str:
        """Return the statement of one cell."""
        return f"v[{self.formulas.cell(row.id, at)}]={self.formulas.row(row, at)};"

    def part(self, place: str, part: str) -> str:
        """Return the statement of a cell that another row has computed."""
        return f"v[{place}]=v[{part}];"

    def _whole(self, row: Row, at: At, parted: str) -> str:
        """Return the statements that put the rows of single members together."""
        cells = self.formulas.cell
        lines = [self.part(cells(row.id, {**at, parted: str(n)}), cells(part, at)) for n, part in enumerate(row.parts)]
        return "".join(lines)


def needed(plan: Plan) -> list[tuple[str, ...]]:
    """Return the steps without rows that only say where a spreadsheet begins to look for a rate."""
    found = steps(plan)
    trees = [row.expression for row in plan.rows if row.expression is not None]
    if not any(isinstance(node, Aggregate) and node.guess is not None for tree in trees for node in nodes(tree)):
        return found
    told = [row.id for row in plan.rows if row.quantity is not None or row.kind == "dimension"]
    for test in plan.tests:
        told += [id_ for side in _sides(test) for id_ in names(side)]

    def uses(id_: str) -> Sequence[str]:
        row = plan.row(id_)
        return names(_without_guess(row.expression)) if row.expression is not None else row.parts

    needed = graph.reached(uses, *told)
    return [ids for ids in found if not needed.isdisjoint(ids)]


def _without_guess(node: Node) -> Node:
    if isinstance(node, Aggregate) and node.guess is not None:
        node = replace(node, guess=None)
    return rebuilt(node, _without_guess)


def _sides(test: Test) -> list[Node]:
    sides = [test.comparison.left, test.comparison.right]
    return sides if test.magnitude is None else [*sides, test.magnitude]


def _comparison(plan: Plan, formulas: Formulas, test: Test) -> str:
    at = {name: f"i{number}" for number, name in enumerate(test.over)}
    left, right, *size = [formulas.spell(side, at) for side in _sides(test)]
    magnitude = size[0] if size else f"Math.abs({left})+Math.abs({right})"
    text = f"r.push([{left},{right},{magnitude}]);"
    for name in reversed(test.over):
        last = len(plan.model.dimension[name].members)
        text = f"for(let {at[name]}=0;{at[name]}<{last};{at[name]}++){{{text}}}"
    return f"v=>{{const r=[];{text}return r}}"
