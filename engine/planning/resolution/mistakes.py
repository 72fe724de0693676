"""What a formula says of dimensions that cannot be, and how messages name its parts."""

from __future__ import annotations

from engine.language.tree import Node
from engine.language.unparse import text
from engine.planning.resolution.shapes import Over
from engine.problems import Mistake, listed, shortened


class ShapeMismatch(Mistake):  # reads as what it is
    """A formula is over other dimensions than it may be: the message says which, the hint how to mend it."""


def is_over(over: Over) -> str:
    """Return what something is over, in words."""
    return f"over {listed(over)}" if over else "one number"


def written(node: Node) -> str:
    """Return a part of a formula as messages quote it."""
    return shortened(text(node))


def in_toml(over: Over) -> str:
    """Return dimensions as the key `over` takes them."""
    quoted = [f'"{name}"' for name in over]
    return quoted[0] if len(quoted) == 1 else f"[{', '.join(quoted)}]"
