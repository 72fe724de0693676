"""A kiosk: inputs of every kind that a page has a control for, over members whose names need care."""

from __future__ import annotations

from engine.model.load import loads
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.solve import solved_plan
from exports.page.page import page

TOY = """
[model]
title    = "Kiosk"
purpose  = "What a kiosk earns"
scenario = "usual"
outputs  = ["profit", "per_visitor"]

[units]
EUR     = "[money]"
visitor = "[visitor]"

[sources.till]
title = "What the till says"

[dimensions.place]
members = ["Harbour", "Hill & far + 5 %.a", "Zoo"]

[dimensions.year]
from = 2026
to   = 2029

[dimensions.plan]
members = ["Rent", "Buy"]

[scenarios.usual]
label = "Usual"
note  = "As last year."

[scenarios.hot]
label              = "Hot summer"
set.visitors.Zoo   = 500
set.price          = 3

[inputs.price]
label  = "Price of an ice"
value  = 2.5
unit   = "EUR/visitor"
range  = [2, 4]
min    = 0
max    = 10
source = "till"
note   = "Put up in May."

[inputs.visitors]
label          = "Visitors <b>a year</b>"
over           = "place"
unit           = "visitor"
value.Harbour  = 1000
value."Hill & far + 5 %.a" = 200
value.Zoo      = 300
min            = 0

[inputs.share]
label = "Share that buys"
value = 40
unit  = "percent"
min   = 0
max   = 100

[inputs.growth]
label = "Growth"
over  = "year"
unit  = "percent"
value = { 2026 = 1, 2027 = 2, 2028 = 3, 2029 = 4 }

[inputs.fixed]
label = "Fixed cost"
value = 100
unit  = "EUR"
range = [1, 10000]
min   = 0

[inputs.open_late]
label = "Open late"
value = 0
unit  = "1"
min   = 0
max   = 1
whole = true

[inputs.staff]
label = "Staff"
value = 2
unit  = "1"
min   = 1
max   = 6
whole = true

[inputs.wage]
label = "Wage"
value = 20
unit  = "EUR"

[inputs.how]
label  = "How the kiosk is had"
choice = "plan"
value  = "Rent"

[inputs.cost]
label      = "Cost of having it"
over       = "plan"
unit       = "EUR"
value.Rent = 50
value.Buy  = 80

[results.sales]
label   = "Sales"
over    = "place"
unit    = "EUR"
formula = "price * visitors * share * (1.5 if open_late == 1 else 1)"

[results.grown]
label   = "Sales that grow"
over    = "year"
unit    = "EUR"
formula = "prev(grown, sum(sales)) * (1 + growth)"

[results.profit]
label   = "Profit"
unit    = "EUR"
formula = "grown[2029] - fixed - staff * wage - cost[how]"

[results.per_visitor]
label   = "Profit of a visitor in the last year"
unit    = "EUR/visitor"
formula = "profit / sum(visitors)"

[checks.earns]
label = "The kiosk earns something"
test  = "profit >= 0"
"""


def kiosk(more: str = "") -> Plan:
    """Return the kiosk, with more lines behind it."""
    return plan(loads(TOY + more))


def kiosk_page() -> str:
    """Return its page."""
    found = kiosk()
    return page(found, solved_plan(found))
