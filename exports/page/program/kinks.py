"""Where derivatives say less than they seem, as JavaScript: which steps there are, and when a formula is at a kink."""

from __future__ import annotations

import json

from engine.analysis.shapes.kinks import Bend, bends
from engine.language.tree import Aggregate, Pick
from engine.plan.plan import Plan
from exports.page.program.derivatives import MOST_ROWS
from exports.page.program.formulas import Formulas
from exports.page.program.places import Places


def kinks(plan: Plan, places: Places) -> str:
    """Return ``kinks``: the number of a row, what is said, and for kinks the function that gives the cells at one."""
    if len(plan.rows) > MOST_ROWS:
        return "const kinks=[];\n"
    formulas = Formulas(plan, places)
    lines = []
    for one in bends(plan):
        if isinstance(one.node, Aggregate) and (isinstance(one.node.row, Pick) or one.node.by):
            continue
        told = json.dumps(one.told, ensure_ascii=False).replace("<", "\\u003c")
        function = "" if one.is_step else f",v=>{_cells(plan, formulas, one)}"
        lines.append(f"[{plan.index[one.row.id]},{told}{function}]")
    return "const kinks=[" + ",\n".join(lines) + "];\n"


def _cells(plan: Plan, formulas: Formulas, one: Bend) -> str:
    """Return the places of a row's cells that are at a kink."""
    formulas.enter(one.row)
    at = {name: f"i{number}" for number, name in enumerate(one.row.over)}
    if isinstance(one.node, Aggregate):
        variables, inner = formulas.walked(one.node, at)
        values = formulas.spell(one.node.row, {**inner, **variables})
        for variable, extent in formulas.extents(one.node, variables, at):
            values = f"each({extent},{variable}=>{values})"
        test = f"ties({values},{'-1' if one.node.function == 'max' else '1'})"
    else:
        test = "||".join([f"same({formulas.spell(a, at)},{formulas.spell(b, at)})===1" for a, b in one.sides])
    text = f"{test}?{formulas.cell(one.row.id, at)}:[]"
    for name in reversed(one.row.over):
        begin, end = one.row.given if name == one.row.given_over else 0, len(plan.model.dimension[name].members)
        text = f"each({begin},{end},{at[name]}=>{text})"
    return text if one.row.over else f"[{text}].flat()"
