"""Where functions have a value, as tests: for those of which some spreadsheet gives a number where there is none."""

from __future__ import annotations

from math import nan
from typing import Final

from engine.language.tree import ONE, ZERO, Aggregate, Call, Node, Number

NOWHERE: Final = Number(nan, "")
_LEAST_RATE: Final = Number(-1.0, "-1")


def domain(node: Node) -> Node | None:  # noqa: PLR0911  # a table
    """Return what must hold so that a call has a value; None where every spreadsheet says itself that it has none."""
    match node:
        case Call("asin" | "acos", (x,)):
            return _call("le", _call("abs", x), ONE)
        case Call("atanh", (x,)):
            return _call("lt", _call("abs", x), ONE)
        case Call("acosh", (x,)):
            return _call("ge", x, ONE)
        case Call("pow", (x, y)) if not isinstance(y, Number) or not y.value:
            return _call("not", _call("and", _call("eq", x, ZERO), _call("eq", y, ZERO)))
        case Call("pmt" | "ipmt" | "ppmt", (rate, *_)):
            return _call("gt", rate, _LEAST_RATE)
        case Call("nper", (rate, payment, present)):
            is_enough = _call("lt", _call("div", _call("mul", rate, present), payment), ONE)
            return _call("and", _call("gt", rate, _LEAST_RATE), is_enough)
        case Call("ddb", (cost, salvage, _, period)):
            # After the end of its life nobody asks: the choice that stands around the call in a spreadsheet.
            return _call("and", _call("le", salvage, cost), _call("eq", period, _call("floor", period)))
        case Aggregate(function="npv" | "xnpv", parameters=(rate, *_)):
            return _call("gt", rate, _LEAST_RATE)
    return None


def _call(function: str, *arguments: Node) -> Call:
    return Call(function, arguments)
