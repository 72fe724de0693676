"""What every calculator is given: a graph of formulas as plain data, spelled in its words; and how each is timed."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Tree = float | list[Any]
PYTHON = {
    "add": "({0} + {1})", "sub": "({0} - {1})", "mul": "({0} * {1})", "div": "({0} / {1})", "gt": "({0} > {1})",
    "if": "({1} if {0} else {2})", "abs": "abs({0})", "sqrt": "sqrt({0})", "min": "min({})", "max": "max({})",
}  # fmt: skip
EXCEL = PYTHON | {"if": "IF({0},{1},{2})", "abs": "ABS({0})", "sqrt": "SQRT({0})", "min": "MIN({})", "max": "MAX({})"}


def spell(tree: Tree, words: dict[str, str], name: Callable[[int], str]) -> str:
    """Return a formula in a calculator's words, with its names for the rows."""
    if not isinstance(tree, list):
        return repr(tree)
    kind, *parts = tree
    if kind == "row":
        return name(parts[0])
    spelled = [spell(part, words, name) for part in parts]
    return words[kind].format(", ".join(spelled)) if words[kind].count("{}") else words[kind].format(*spelled)


def given() -> dict[str, Any]:
    """Return the task: its rows, each a value or a formula, and the rows of an early and a late input."""
    task: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text())
    return task


def rows_of(tree: Tree) -> set[int]:
    """Return the rows that a formula uses."""
    if not isinstance(tree, list):
        return set()
    return {tree[1]} if tree[0] == "row" else set().union(*map(rows_of, tree[1:]))


def report(task: dict[str, Any], load: Callable[[], Any], edit: Callable[[Any, int, float], float]) -> None:
    """Print how long it takes to load, to the first result, and to the result after an early and a late edit, in s.

    `load` returns what is loaded; `edit` changes an input to a value, and returns the last row's value.
    """
    start = time.perf_counter()
    loaded = load()
    times = {"load": time.perf_counter() - start}
    start = time.perf_counter()
    task["result"] = edit(loaded, task["late"], task["rows"][task["late"]]["value"])
    times["first"] = time.perf_counter() - start
    for row in ("early", "late"):
        spent = []
        for step in range(5):
            start = time.perf_counter()
            edit(loaded, task[row], 2 + step / 10)
            spent.append(time.perf_counter() - start)
        edit(loaded, task[row], task["rows"][task[row]]["value"])
        times[row] = sorted(spent)[2]
    print(json.dumps({**times, "result": task["result"]}))
