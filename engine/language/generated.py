"""The one place where generated Python is compiled and run.

What is compiled is spelled from checked trees: indices, numbers and the words of a table, none of the author's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def function(parameters: str, statements: Sequence[str], words: Mapping[str, Any]) -> Callable[..., Any]:
    """Return a function of statements, a line each, that may use `words` and no builtins."""
    space: dict[str, Any] = {**words, "__builtins__": {}}
    body = "\n ".join(statements) or "pass"
    exec(compile(f"def generated({parameters}):\n {body}\n", "<plan>", "exec"), space)
    made: Callable[..., Any] = space["generated"]
    return made


def expression(parameters: str, text: str, words: Mapping[str, Any]) -> Callable[..., Any]:
    """Return a function of one expression, that may use `words` and no builtins."""
    space: dict[str, Any] = {**words, "__builtins__": {}}
    made: Callable[..., Any] = eval(compile(f"lambda {parameters}: {text}", "<plan>", "eval"), space)
    return made
