"""Signs of loans from the habit of spreadsheets, where what is received and what is paid back differ in sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.language.tree import Call, Name, Node, Number, nodes
from engine.language.unparse import text
from engine.model.dimensions import Grid
from engine.model.model import Model
from engine.planning.checks.formulas import written
from engine.problems import Problem, shortened, warning

# Which argument has a minus in a spreadsheet, for the result to be above 0.
_TURNED: Final = {"pmt": 2, "ipmt": 3, "ppmt": 3, "nper": 1}


def turned_loans(model: Model) -> Iterator[Problem]:
    """Yield a warning for each loan, or payment of one, that is given above 0 and handed over with a minus."""
    for owner, formula, path in written(model):
        # Few formulas have a loan.
        is_loan = formula.tree is not None and any([name in formula.text for name in _TURNED])  # noqa: C419  # a list is faster here
        for node in nodes(formula.tree) if formula.tree is not None and is_loan else ():
            if not isinstance(node, Call) or node.function not in _TURNED:
                continue
            match node.arguments[_TURNED[node.function]]:
                case Call(function="neg", arguments=(inner,)) as turned if _is_above_0(model, inner):
                    message = f"'{owner}' gives {node.function} {shortened(text(turned), 40)}, which is below 0"
                    yield warning("loan", message, model.at(*path), _hint(node, inner))


def _hint(call: Call, inner: Node) -> str:
    place = _TURNED[call.function]
    plain = Call(call.function, (*call.arguments[:place], inner, *call.arguments[place + 1 :]))
    meant = shortened(text(plain), 100)
    told = f"here a loan and its payments are both above 0: write {meant}"
    return told if call.function == "nper" else f"{told}, or -{meant} for money that leaves"


def _is_above_0(model: Model, node: Node) -> bool:
    match node:
        case Number(value=value):
            return value > 0
        case Name(id=id_) if id_ in model.by_id:
            given = model.by_id[id_].value
            cells = [one for one in given.cells if one is not None] if isinstance(given, Grid) else [given]
            return bool(cells) and all(one is not None and one > 0 for one in cells)
    return False
