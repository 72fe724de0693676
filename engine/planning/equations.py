"""Equations as formulas: the unknown followed through the rows of its own period, and the closed forms of its value."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Final

from engine.language.branches import NotSolvable, mentions
from engine.language.solving import SECONDS, Solution, solve_for
from engine.language.tree import Aggregate, Call, Name, Node, Pick, now, size
from engine.language.unparse import text
from engine.model.names import is_made
from engine.plan.cells import in_words
from engine.plan.plan import Row
from engine.problems import Location, Problem, error, shortened
from engine.units.unit import Unit

# A formula's owner and its tree to the tree with constants, and problems.
Lower = Callable[[str, Node], tuple[Node, Sequence[Problem]]]

_MOST_NODES: Final = 3_000
# What sympy may take in vain for all equations together.
_SECONDS: Final = 20.0
_MOST_CHOICES: Final = 64
_MOST_FOLLOWED: Final = 100


@dataclass(frozen=True, slots=True)
class Equation:
    """What a row must satisfy: both sides in one unit, which that is, and where the author wrote it."""

    id: str
    left: Node
    right: Node
    unit: Unit
    at: Location


@dataclass(frozen=True, slots=True)
class Closed:
    """An equation's closed forms: for each branch the solutions that it has; both sides over known rows alone."""

    equation: Equation
    left: Node
    right: Node
    branches: tuple[tuple[Solution, ...], ...]

    @property
    def choices(self) -> list[tuple[Solution, ...]]:
        """Return the ways of taking one solution a branch; what holds for a branch is asked in its order."""
        return list(islice(product(*self.branches), _MOST_CHOICES))


def closed_forms(
    rows: Mapping[str, Row], equations: Mapping[str, Equation], lower: Lower
) -> tuple[dict[str, Closed], list[Problem]]:
    """Return the closed forms of equations, in an order in which each may use those before, and what has none.

    `lower` gives the literals of a solution rows of their own.
    """
    found: dict[str, Closed] = {}
    problems: list[Problem] = []

    def lowered(id_: str, tree: Node) -> Node:
        node, wrong = lower(id_, tree)
        problems.extend(wrong)
        return node

    known = dict(rows)
    in_vain = 0.0
    for id_, equation in equations.items():
        began = time.process_time()
        try:
            through = _Through(known, id_)
            left, right = through.followed(equation.left), through.followed(equation.right)
            if not mentions(left, id_) and not mentions(right, id_):
                problems.append(_without_unknown(equation))
                continue
            branches = tuple(
                [
                    tuple(
                        [Solution(lowered(id_, s.value), tuple([lowered(id_, c) for c in s.conditions])) for s in way]
                    )
                    for way in solve_for(left, right, id_, min(SECONDS, _SECONDS - in_vain))
                ]
            )
        except NotSolvable as problem:
            in_vain += time.process_time() - began
            message = f"the equation of '{id_}' has no closed form\n{_shown(rows, equation)}\n{problem}"
            hint = "write it so that the unknown can be brought to one side, or give it a formula"
            problems.append(error("equation", message, equation.at, hint))
            continue
        found[id_] = Closed(equation, left, right, branches)
        known[id_] = replace(known[id_], expression=chained(found[id_].choices[0]))
    return found, problems


def _without_unknown(equation: Equation) -> Problem:
    message = f"the equation of '{equation.id}' does not depend on '{equation.id}'"
    hint = "the unknown is the quantity itself, by name or through other formulas; what is known is a formula"
    return error("equation", message, equation.at, hint)


def chained(solutions: tuple[Solution, ...]) -> Node:
    """Return one formula for the solutions of all branches: the first whose conditions hold, else the last."""
    *others, last = solutions
    made = last.value
    for solution in reversed(others):
        if not solution.conditions:
            made = solution.value
            continue
        test, *more = solution.conditions
        for condition in more:
            test = Call("and", (test, condition))
        made = solution.value if solution.value == made else Call("if", (test, solution.value, made))
    return made


class _Through:
    """Follows one unknown through the rows that depend on it in the same period, and writes out their formulas."""

    def __init__(self, rows: Mapping[str, Row], unknown: str) -> None:
        self.rows = rows
        self.unknown = unknown
        self.depend: dict[str, bool] = {unknown: True}
        self.written: dict[str, Node] = {}
        # Which formulas are being followed: each a step down, and Python's stack has an end.
        self.within: list[str] = []

    def followed(self, node: Node) -> Node:
        made = self._followed(node)
        if size(made) > _MOST_NODES:
            message = f"with the formulas that depend on '{self.unknown}' written out it is too long"
            raise NotSolvable(message)
        return made

    def _followed(self, node: Node) -> Node:
        if isinstance(node, Name):
            return self._name(node)
        if isinstance(node, Call):
            return Call(node.function, tuple([self._followed(argument) for argument in node.arguments]))
        if isinstance(node, Aggregate | Pick):
            for part in now(node):
                if isinstance(part, Name | Pick) and self._depends(part.id):
                    # A working row has a name that no author wrote.
                    shown = "an aggregate" if is_made(part.id) else shortened(text(node))
                    message = f"'{self.unknown}' enters it through {shown}, with all members or other ones"
                    raise NotSolvable(message)
        return node

    def _name(self, node: Name) -> Node:
        if node.id == self.unknown or not self._depends(node.id):
            return node
        row = self.rows[node.id]
        if row.expression is None or row.given:
            what = "begins with values" if row.given else "has a formula a member"
            message = f"'{self.unknown}' enters it through '{node.id}', which {what}"
            raise NotSolvable(message)
        if node.id not in self.written:
            if len(self.within) >= _MOST_FOLLOWED:
                message = (
                    f"'{self.unknown}' enters it through more than {_MOST_FOLLOWED} formulas that follow each other"
                )
                raise NotSolvable(message)
            self.within.append(node.id)
            self.written[node.id] = self.followed(row.expression)
            self.within.pop()
        return self.written[node.id]

    def _depends(self, id_: str) -> bool:
        """Return whether a row depends on the unknown in the same period; what is solved for later is known."""
        waiting, order = [id_], []
        while waiting:
            current = waiting.pop()
            if current in self.depend:
                continue
            self.depend[current] = False
            order.append(current)
            waiting += self._reads(current)
        # A row comes after those that read it; again and again, since what was asked may go round in a circle.
        changed = bool(order)
        while changed:
            changed = False
            for current in reversed(order):
                if not self.depend[current] and any(self.depend[read] for read in self._reads(current)):
                    self.depend[current] = changed = True
        return self.depend[id_]

    def _reads(self, id_: str) -> list[str]:
        row = self.rows.get(id_)
        if row is None:
            return []
        if row.expression is None:
            return list(row.parts)
        return [part.id for part in now(row.expression) if isinstance(part, Name | Pick)]


def _shown(rows: Mapping[str, Row], equation: Equation) -> str:
    left, right = [text(in_words(rows.get, side)) for side in (equation.left, equation.right)]
    return shortened(f"{left} == {right}", 200)
