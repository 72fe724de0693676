"""The floors that ratios are measured against."""

from __future__ import annotations

import math
from collections.abc import Callable

from engine.plan.plan import Plan


def straight_line(planned: Plan) -> Callable[[], None]:
    """Return the floor of evaluation: the same formulas as plain statements over a list, with no check at all."""
    from engine.language.tree import fold  # noqa: PLC0415  # only the floor spells formulas without guards

    plain = {"add": "({0}+{1})", "sub": "({0}-{1})", "mul": "({0}*{1})", "div": "({0}/{1})", "gt": "({0}>{1})"}
    plain |= {"if": "({1} if {0} else {2})", "abs": "abs({0})", "sqrt": "sqrt({0})"}

    def call(function: str, arguments: tuple[str, ...]) -> str:
        if function in {"min", "max"}:
            return f"{function}({', '.join(arguments)})"
        return plain[function].format(*arguments)

    statements = [
        f"v[{index}] = {fold(row.expression, lambda n: repr(n.value), lambda i: f'v[{planned.index[i]}]', call)}"
        for index, row in enumerate(planned.rows)
        if row.expression is not None
    ]
    pieces = []
    for start in range(0, len(statements), 500):
        names = {"sqrt": math.sqrt}
        exec("def piece(v):\n " + "\n ".join(statements[start : start + 500]), names)  # noqa: S102  # the floor
        pieces.append(names["piece"])
    values = [row.value or 0.0 for row in planned.rows]

    def run() -> None:
        for piece in pieces:
            piece(values)  # type: ignore[arg-type]  # a function of the list, made just above

    return run
