"""An orchard over fruit and years, with a row that a test adds."""

from __future__ import annotations

from engine.model.load import loads
from engine.plan.plan import Plan
from engine.planning.planner import plan

ORCHARD = """
[model]
title   = "Orchard"
outputs = ["total"]

[units]
EUR = "[money]"
box = "[box]"

[dimensions.fruit]
members = ["apple", "sour cherry"]

[dimensions.year]
from = 2026
to   = 2029

[scenarios.usual]
label = "Usual"

[scenarios.dear]
label                      = "Dear cherries"
set.price."sour cherry"    = 9

[scenarios.dear_late]
label       = "Dear cherries, and a late harvest"
extends     = "dear"
set.picked.apple = { from = 2028, list = [31, 41] }

[scenarios.flat]
label     = "One price"
set.price = 5

[farm.price]
label = "Price"
over  = "fruit"
unit  = "EUR/box"
value = [2, 6]
min   = 1
note  = "Our assumption."

[farm.picked]
label = "Picked"
over  = ["fruit", "year"]
unit  = "box"
value.apple         = { from = 2026, list = [10, 20, 30, 40] }
value."sour cherry" = 5
note.apple          = "Last year's."
note."sour cherry"  = "A guess."

[farm.growth]
label = "Growth"
unit  = "percent"
value = 10
note  = "Our assumption."

[farm.back]
label = "Years back"
unit  = "1"
value = 2
min   = 1
whole = true
note  = "Our assumption."

"""

TOTAL = """[farm.total]
label = "Total"
unit = "EUR"
over = ["year", "fruit"]
formula = "picked * price"
[checks.some]
test = "picked > 0"
"""


def computed(formula: str, over: str = "", unit: str = "EUR", more: str = "") -> Plan:
    """Return the orchard with one more row; `over` as TOML writes it."""
    line = f"over = {over}\n" if over else ""
    row = f"[farm.total]\nlabel = 'Total'\nunit = '{unit}'\n{line}{formula}\n"
    return plan(loads(ORCHARD + row + more))
