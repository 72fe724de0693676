"""What is asked of sympy: the solutions of an equation, a formula simplified, LaTeX."""

from __future__ import annotations

import logging
import math
import operator
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from engine.language.branches import Branch, NotSolvable, branches, invert, mentions, substitute
from engine.language.sympy_tree import Symbols
from engine.language.tree import ZERO, Call, Name, Node, Number, fold, size
from engine.language.unparse import text

MOST_NODES: Final = 400
SECONDS: Final = 8.0
# Whoever waits for longer than this is told for what.
_PATIENCE: Final = 2.0
# Less is not worth beginning.
_SHORTEST: Final = 0.5
# Beyond this a polynomial alone takes the machine's memory.
_LARGEST_DEGREE: Final = 1_000
_log: Final = logging.getLogger("plainsheet")
_MOST_SIMPLIFIED: Final = 80
_LONG_NUMBER: Final = re.compile(r"(?<![\d.])[1-9]\d{6,}(?![\d.])")
_ARITHMETIC: Final[Mapping[str, Callable[..., Any]]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv, "pow": operator.pow,
    "neg": operator.neg,
}  # fmt: skip
_LATEX: Final[Mapping[str, str]] = {
    **{char: rf"\{char}" for char in "_%&#${}"},
    "\\": r"\backslash{}", "^": r"\hat{}", "~": r"\sim{}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Solution:
    """One solution of an equation, and what must hold for it to be one."""

    value: Node
    conditions: tuple[Node, ...]


def solve_for(left: Node, right: Node, unknown: str, seconds: float = SECONDS) -> list[list[Solution]]:
    """Return the solutions of ``left == right`` for a name: for each branch of the equation, all that sympy finds.

    Raises NotSolvable, saying why, where some branch has no closed form, or sympy is to look for longer.
    """
    ways = branches(Call("sub", (left, right)), unknown)
    found = [solutions for branch in ways if (solutions := _branch_solutions(branch, unknown, seconds))]
    if not found:
        message = f"no value of '{unknown}' solves it"
        raise NotSolvable(message)
    return found


def _branch_solutions(branch: Branch, unknown: str, seconds: float) -> list[Solution]:
    direct = invert(branch.node, unknown)
    if direct is not None:
        return [_solution(direct, branch, unknown)]
    _refuse_powers(branch.node)
    if seconds < _SHORTEST:
        message = f"sympy had no time left to look for '{unknown}', after equations that it did not solve"
        raise NotSolvable(message)
    with _bounded(f"sympy was still looking for '{unknown}'", seconds):
        return [_solution(tree, branch, unknown) for tree in _roots(branch, unknown)]


def _roots(branch: Branch, unknown: str) -> list[Node]:
    """Return the real values that sympy finds; none where the unknown cancels. Raises NotSolvable."""
    import sympy  # noqa: PLC0415  # half a second that nobody waits for who solves nothing

    symbols = Symbols()
    # What the unknown is not in stays as its author wrote it, and is one symbol to sympy.
    expression = symbols.expression(_collapsed(branch.node, unknown, symbols))
    x = symbols.symbol(Name(unknown))
    if sum(1 for _ in sympy.preorder_traversal(expression)) > MOST_NODES:
        message = f"the equation is too long around '{unknown}'"
        raise NotSolvable(message)
    if x not in expression.free_symbols:
        _refuse_every_value(sympy.simplify(symbols.expression(branch.node)), branch, unknown)
        return []
    try:
        values = sympy.solve(expression, x, check=False, simplify=False)
    except NotImplementedError as problem:
        raise NotSolvable(_no_formula(expression, x, unknown)) from problem
    if not values:
        rest = sympy.simplify(sympy.expand(expression))
        if x in rest.free_symbols:
            raise NotSolvable(_no_formula(rest, x, unknown))
        _refuse_every_value(rest, branch, unknown)
        return []
    values = [sympy.factor_terms(sympy.together(value)) for value in values]
    real = [value for value in values if not value.has(sympy.I, sympy.zoo, sympy.nan, sympy.oo)]
    if not real:
        shown = ", ".join(symbols.readable(str(value)) for value in values[:2])
        message = f"sympy finds {shown}, and no real number"
        raise NotSolvable(message)
    if any(_is_cardanos(value) for value in real):
        message = f"it is of the third or fourth degree in '{unknown}', and its roots go through complex numbers"
        raise NotSolvable(message)
    return _stable_roots(expression, x, real, symbols) or [symbols.tree(value) for value in real]


def _stable_roots(expression: Any, x: Any, values: list[Any], symbols: Symbols) -> list[Node]:  # noqa: ANN401  # as below
    """Return the roots of a quadratic in a form in which nothing cancels, and that holds where it is linear.

    Of ``a x**2 + b x + c`` the textbook's root loses digits where ``4 a c`` is small beside ``b**2``, and divides by 0
    where a is 0. None where it is no quadratic, or its roots have no square root, or no sum beside it.
    """
    import sympy  # noqa: PLC0415  # as above

    try:
        polynomial = sympy.Poly(sympy.numer(sympy.together(expression)), x)
    except sympy.PolynomialError:
        return []
    if polynomial.degree() != 2 or not all(value.has(sympy.S.Half) for value in values):  # noqa: PLR2004  # quadratic
        return []
    a, b, c = polynomial.all_coeffs()
    if b == 0:
        return []
    root = sympy.sqrt(sympy.factor_terms(b**2 - 4 * a * c))
    # The sum and the difference that do not cancel, for b from 0 on and below it.
    above, below = b + root, root - b
    pairs = [(-2 * c / above, below / (2 * a)), (-above / (2 * a), 2 * c / below)]
    trees = [[symbols.tree(sympy.factor_terms(value)) for value in pair] for pair in pairs]
    coefficient, sign = symbols.tree(sympy.factor_terms(a)), symbols.tree(sympy.factor_terms(b))
    found: list[Node] = []
    for positive, negative in trees:
        value = Call("if", (Call("ge", (sign, ZERO)), positive, negative))
        chosen: Node = (positive if b > 0 else negative) if b.is_Number else value
        if not a.is_Number:
            linear = symbols.tree(sympy.factor_terms(-c / b))
            chosen = Call("if", (Call("eq", (coefficient, ZERO)), linear, chosen))
        found.append(chosen)
    return found


def _no_formula(expression: Any, x: Any, unknown: str) -> str:  # noqa: ANN401  # sympy has no types
    """Return what to say of an equation that values may well solve, though no formula gives them."""
    import sympy  # noqa: PLC0415  # as above

    top = sympy.numer(sympy.together(expression))
    if top.is_polynomial(x):
        degree = sympy.degree(top, x)
        return f"it is of degree {degree} in '{unknown}', and no formula gives the roots, which there may be"
    return f"there may be values of '{unknown}' that solve it, and no formula that gives them was found"


def _solution(value: Node, branch: Branch, unknown: str) -> Solution:
    """Return a value as the solution of a branch, whose conditions are asked of it."""
    return Solution(value, tuple(dict.fromkeys([substitute(test, unknown, value) for test in branch.conditions])))


def _refuse_every_value(expression: Any, branch: Branch, unknown: str) -> None:  # noqa: ANN401  # sympy has no types
    """Raise NotSolvable where nothing is left of an equation, so that every value solves it."""
    if expression == 0:
        where = (
            f" where {' and '.join(text(condition) for condition in branch.conditions)}" if branch.conditions else ""
        )
        message = f"every value of '{unknown}' solves it{where}"
        raise NotSolvable(message)


def _is_cardanos(value: Any) -> bool:  # noqa: ANN401  # as above
    """Return whether a root has a cube root of a square root: of three real roots none can be computed in reals."""
    import sympy  # noqa: PLC0415

    powers = value.atoms(sympy.Pow)
    cubes = [power for power in powers if power.exp.is_Rational and power.exp.q == 3]  # noqa: PLR2004  # the third root
    return any(inner.exp.is_Rational and inner.exp.q == 2 for cube in cubes for inner in cube.base.atoms(sympy.Pow))  # noqa: PLR2004


def simplify(tree: Node, positive: frozenset[str] = frozenset()) -> tuple[Node, str]:
    """Return a formula simplified, as a tree and in LaTeX; names of `positive` are known to be above 0."""
    import sympy  # noqa: PLC0415  # as above

    _refuse_powers(tree)
    symbols = Symbols(positive, real=True)
    with _bounded("sympy was still simplifying it"):
        expression = symbols.expression(tree)
        ways = [expression, sympy.factor_terms(sympy.together(expression))]
        if sympy.count_ops(expression) <= _MOST_SIMPLIFIED:
            ways.append(sympy.simplify(expression))
        shortest = min(ways, key=lambda one: (sympy.count_ops(one), str(one)))
    named = {symbol: sympy.Symbol(_latex_name(node)) for node, symbol in symbols.by_node.items()}
    latex = str(sympy.latex(shortest.subs(named), mul_symbol="dot"))
    return symbols.tree(shortest), _LONG_NUMBER.sub(_powers_of_ten, latex)


def equivalent(left: Node, right: Node) -> bool | None:
    """Return whether two formulas are algebraically the same; None where that cannot be told."""
    import sympy  # noqa: PLC0415  # as above

    if left == right:
        return True
    if size(left) + size(right) > MOST_NODES:
        return None
    symbols = Symbols(real=True)
    try:
        _refuse_powers(Call("sub", (left, right)))
        with _bounded("sympy was still comparing them"):
            difference = symbols.expression(left) - symbols.expression(right)
            return True if sympy.expand(difference) == 0 else difference.equals(0)
    except (NotSolvable, ArithmeticError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        # A comparison is no number, and sympy says so in several ways.
        return None


def _powers_of_ten(match: re.Match[str]) -> str:
    digits = match.group()
    significant = digits.rstrip("0")
    power = len(digits) - 1
    mantissa = significant if len(significant) == 1 else f"{significant[0]}.{significant[1:]}"
    ten = f"10^{{{power}}}"
    return ten if mantissa == "1" else rf"{mantissa} \cdot {ten}"


def _latex_name(node: Node) -> str:
    return rf"\mathrm{{{latex_text(text(node))}}}"


def latex_text(plain: str) -> str:
    """Return a text that LaTeX shows as it is."""
    return "".join([_LATEX.get(char, char) for char in plain])


def _collapsed(node: Node, unknown: str, symbols: Symbols) -> Node:
    """Return the formula with each largest part that the unknown is not in as one leaf."""
    if not mentions(node, unknown):
        return node if isinstance(node, Number) else symbols.leaf(node)
    if isinstance(node, Call):
        # Sums are opened, so that terms on both sides can cancel.
        return Call(node.function, tuple([_collapsed(argument, unknown, symbols) for argument in node.arguments]))
    return node


def _refuse_powers(tree: Node) -> None:
    """Raise NotSolvable where a formula, multiplied out, would have powers by which nobody solves anything."""
    degree, _ = fold(tree, lambda number: (0.0, number.value), lambda _: (1.0, None), _degree, lambda _: (1.0, None))
    if degree > _LARGEST_DEGREE:
        message = f"it is of the degree {degree:,.0f} when multiplied out, and sympy takes {_LARGEST_DEGREE:,} at most"
        raise NotSolvable(message)


def _degree(function: str, given: tuple[tuple[float, float | None], ...]) -> tuple[float, float | None]:
    """Return the degree of a call from those of what is given, and its value where that is a number alone."""
    degrees, values = [degree for degree, _ in given], [value for _, value in given]
    numbers = [value for value in values if value is not None]
    if len(numbers) == len(values) and function in _ARITHMETIC:
        try:
            return 0.0, float(_ARITHMETIC[function](*numbers))
        except (ArithmeticError, TypeError):
            return 0.0, math.inf
    if function == "pow":
        return degrees[0] * abs(values[1] if values[1] is not None else 1.0) if degrees[0] else degrees[1], None
    return sum(degrees) if function in {"mul", "div"} else max(degrees, default=0.0), None


class _TooLongError(BaseException):
    """Time is up: nothing that sympy catches on the way."""


@contextmanager
def _bounded(doing: str, seconds: float = SECONDS) -> Iterator[None]:
    """Stop what takes too long, and tell what it is when it takes long.

    Time is the processor's: a machine with much else to do refuses no more than an idle one. Only a main thread on a
    system with timers can be stopped.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    ends = time.process_time() + seconds

    def stop(_number: int, _frame: object) -> None:
        left = ends - time.process_time()
        if left <= 0:
            raise _TooLongError
        _log.info("%s after %g seconds", doing, _PATIENCE)
        signal.setitimer(signal.ITIMER_PROF, left)

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, min(seconds, _PATIENCE))
    try:
        yield
    except _TooLongError:
        message = f"{doing} after {seconds:.0f} seconds"
        raise NotSolvable(message) from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
