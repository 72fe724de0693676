"""Excel's functions of finance read back: signs that are the other way round, and arguments that the language lacks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.language.tree import ZERO, Call, Node, Number

PAYMENTS: Final = frozenset({"pmt", "ipmt", "ppmt"})
# How many arguments the language has of each, and the numbers that stand for those that Excel adds.
FINANCE: Final = {
    "PMT": (3, (0.0, 0.0)), "IPMT": (4, (0.0, 0.0)), "PPMT": (4, (0.0, 0.0)), "NPER": (3, (0.0, 0.0)), "SLN": (3, ()),
    "DDB": (4, (2.0,)),
}  # fmt: skip
_EXTRA: Final = "payments at the beginning of a period, a value at the end, or another factor"


class NotReadable(ValueError):  # noqa: N818  # reads as what it is
    """The language has no words for a formula: the message says for what."""


def financial(name: str, given: Sequence[Node]) -> Node:
    """Return a call of Excel's function as the language has it; raise NotReadable for arguments that it lacks."""
    count, added = FINANCE[name]
    rest = given[count:]
    if not count <= len(given) <= count + len(added):
        message = f"the language has no words for the function {name} with {len(given)} arguments"
        raise NotReadable(message)
    if any(not isinstance(one, Number) or one.value != usual for one, usual in zip(rest, added, strict=False)):
        message = f"the language has no words for {_EXTRA} in {name}"
        raise NotReadable(message)
    function, arguments = name.lower(), tuple(given[:count])
    if function in PAYMENTS:
        return Call("neg", (Call(function, arguments),))
    if function == "nper":
        rate, payment, present = arguments
        return Call(function, (rate, _turned(payment), present))
    return Call(function, arguments)


def before_end_of_life(node: Call) -> Node:
    """Return a choice as it was read; the one that the workbook writes around DDB is that call alone."""
    match node:
        case Call(
            function="if",
            arguments=(
                Call(function="gt", arguments=(period, life)),
                Call(
                    function="div",
                    arguments=(Number(value=0.0), Call(function="max", arguments=(kept, Number(value=0.0)))),
                ),
                Call(function="ddb", arguments=(_, _, other, at)) as depreciation,
            ),
        ) if life == kept == other and period == at:
            return depreciation
    return node


def _turned(payment: Node) -> Node:
    """Return the negative of a payment, without the minus that it may begin with."""
    match payment:
        case Call(function="mul" | "div" as function, arguments=(left, right)):
            return Call(function, (_turned(left), right))
        case Call(function="neg", arguments=(inner,)):
            return inner
        case Number(value=value) if value == 0:
            return ZERO
    return Call("neg", (payment,))
