"""The derivatives of formulas as JavaScript: statements that pass an adjoint on from a row to what it reads."""

from __future__ import annotations

from typing import Final

from engine.analysis.shares import FLOWS
from engine.language.derivatives import Reading, TooLarge, partials
from engine.language.tree import ONE, Aggregate, Call, Name, Node
from engine.plan.plan import Loop, Plan, Row
from exports.page.program.formulas import At, Formulas
from exports.page.program.places import Places
from exports.page.program.statements import Statements, needed

# A page of more text than this says nothing of derivatives.
_LONGEST: Final = 150_000
MOST_ROWS: Final = 3_000


def derivatives(plan: Plan, places: Places) -> str:
    """Return ``backwards``: for each step the function of values and adjoints, which are passed on to what is read.

    It is null where all of them would make a page too large, or a formula is too long to be differentiated: then a page
    has the swings of inputs, which are solved, and no elasticities.
    """
    if len(plan.rows) > MOST_ROWS:
        return "const backwards=null;\n"
    statements = _Backwards(plan, Formulas(plan, places))
    try:
        lines = [f"(v,d)=>{{{statements.step(ids)}}}" for ids in needed(plan)]
    except TooLarge:
        return "const backwards=null;\n"
    if sum(map(len, lines)) > _LONGEST:
        return "const backwards=null;\n"
    return "const backwards=[" + ",\n".join(lines) + "];\n"


class _Backwards(Statements):
    """Writes rows from the last to the first, and of rows that feed each other the periods as well."""

    def loop(self, loop: Loop, at: At) -> str:
        return super().loop(Loop(loop.over, loop.steps[::-1], not loop.ahead), at)

    def cell(self, row: Row, at: At) -> str:
        assert row.expression is not None  # noqa: S101  # only what is computed is spelled
        self.formulas.enter(row)
        lines = [self._reading(row, reading, factor, at) for reading, factor in partials(row.expression).items()]
        return f"{{const a=d[{self.formulas.cell(row.id, at)}];if(a!==0){{{''.join(lines)}}}}}" if lines else ""

    def part(self, place: str, part: str) -> str:
        return f"d[{part}]+=d[{place}];"

    def _reading(self, row: Row, reading: Reading, factor: Node, at: At) -> str:
        """Return how an adjoint goes on to what a formula reads."""
        spelled = self.formulas.spell(factor, at)
        for lag in reading.lags[::-1]:
            at = {**at, lag.over: self.formulas.lagged(lag.over, lag.lag, at, ahead=lag.ahead)}
        node = reading.node
        if not isinstance(node, Aggregate):
            indices, found = self.formulas.picked(node, at, {})
            text = f"d[{self.formulas.place(node.id, indices)}]+=a*{spelled};"
            if not reading.lags and not found:
                return text
            for variable, member in reversed(found):
                text = f"{{const {variable}={member};if({variable}>=0){text}}}"
            # In a period that is not there nothing is read.
            return f"if({spelled}!==0){text}"
        text = f"spread_{node.function}(v,d,a*{spelled},{self._places(node, at)}{self._beside(row, reading, at)});"
        return text if factor == ONE else f"if({spelled}!==0){text}"

    def _places(self, node: Aggregate, at: At) -> str:
        """Return the places of all members that are taken together."""
        formulas = self.formulas
        if node.by:
            variable, inner, wanted = formulas.grouped(node, at)
            indices, _ = formulas.picked(node.row, inner, {})
            code = formulas.spell(node.parameters[0], inner)
            members = len(self.plan.model.dimension[node.over[0]].members)
            return f"each(0,{members},{variable}=>{code}==={wanted}?{formulas.place(node.row.id, indices)}:[])"
        variables, inner = formulas.walked(node, at)
        indices, found = formulas.picked(node.row, inner, variables)
        text = formulas.place(node.row.id, indices)
        test = _asked(self.plan, node)
        if test is not None:
            where = dict(zip(self.plan.row(node.row.id).over, indices, strict=True))
            text = f"{formulas.spell(test, where)}!==0?{text}:[]"
        for variable, member in reversed(found):
            text = f"each_of({member},{variable}=>{text})"
        for variable, extent in formulas.extents(node, variables, at):
            text = f"each({extent},{variable}=>{text})"
        return text

    def _beside(self, row: Row, reading: Reading, at: At) -> str:
        """Return the rate of what is discounted, and when its flows begin."""
        node = reading.node
        if not isinstance(node, Aggregate) or node.function not in FLOWS:
            return ""
        rate = node.parameters[0] if node.function in {"npv", "xnpv"} else node
        text = (
            f",v[{self.formulas.cell(row.id, at)}]" if row.expression == rate else f",{self.formulas.spell(rate, at)}"
        )
        if node.function in {"xnpv", "xirr"}:
            dates = node.parameters[-1]
            assert isinstance(dates, Name)  # noqa: S101  # the days on which periods begin
            variables, inner = self.formulas.walked(node, at)
            days = self.formulas.spell(dates, {**inner, **variables})
            for variable, extent in self.formulas.extents(node, variables, at):
                days = f"each({extent},{variable}=>{days})"
            text += f",{days}"
        return text


def _asked(plan: Plan, node: Aggregate) -> Node | None:
    """Return which members have a say where a working row puts the worst of all in place of the rest."""
    row = plan.row(node.row.id)
    match row.expression:
        case Call(function="if", arguments=(test, own, Aggregate(argument=same, function=other))) if (
            row.kind == "working" and own == same and {node.function, other} == {"min", "max"}
        ):
            return test
    return None
