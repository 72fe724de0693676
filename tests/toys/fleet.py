"""A fleet of rented GPUs, small enough that every cell of its workbook can be edited: for what an import tells."""

from __future__ import annotations

FLEET = """\
# A fleet.   Everything here stays as it is.
[model]
title   = "Fleet"
outputs = ["cost"]

[units]
USD = "[money]"
GPU = "[gpu]"

[dimensions.gpu]
label   = "GPU type"
members = ["H100", "H200", "B200"]

[dimensions.year]
from = 2026
to   = 2028

[scenarios.plan]
label = "As planned"

[scenarios.lean]
label          = "Lean year"
set.discount   = 12          # agreed
set.price.B200 = 45

[scenarios.late]
label    = "Late start"
extends  = "lean"
set.life = 6

[fleet.rent]
label = "Rent of the hall"
value = 30_000               # a year
unit  = "USD"
range = [20_000, 45_000]     # quoted
note  = "Our offer."

[fleet.life]
label = "Life of a GPU"
value = 4
unit  = "year"
min   = 1
note  = "Assumed."

[fleet.discount]
label = "Discount"
value = 7.5
unit  = "percent"
range = [5, 15]
max   = 100
note  = "Assumed."

[fleet.span]
label = "Span of a rent"
value = 1
unit  = "year"
note  = "By contract."

[fleet.spares]
label = "Spare GPUs"
value = 2
unit  = "GPU"
whole = true
note  = "Assumed."

[fleet.price]
label = "Price of a GPU"
over  = "gpu"
unit  = "kUSD/GPU"
value.H100  = 25.0           # used
value.H200  = 31
value.B200  = 40
range.H100  = [20, 30]
range.default = [25, 50]
note  = "List prices."

[fleet.bought]
label = "Bought"
over  = ["gpu", "year"]
unit  = "GPU"
value.H100 = { from = 2026, list = [8, 4, 0] }
value.H200 = { from = 2026, list = [4, 8, 8] }
value.B200 = { from = 2026, list = [0, 2, 8] }
note  = "Our plan."

[result.spent]
label   = "Spent on GPUs"
over    = "year"
unit    = "kUSD"
formula = "sum(bought * price, over = gpu)"

[result.kept]
label   = "Spares"
unit    = "kUSD"
formula = "spares * price['H100'] * 1.25"

[result.cost]
label   = "Cost of the fleet"
unit    = "kUSD"
formula = "(sum(spent) + kept) * (1 - discount) + rent * life / span"

[checks.some]
label = "Something is bought"
test  = "sum(bought, over = [gpu, year]) > 0"
"""
