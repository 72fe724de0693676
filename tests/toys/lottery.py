"""A stall of which inputs are uncertain in every way that there is."""

from __future__ import annotations

from typing import Final

TEXT: Final = """\
[model]
title   = "Stall"
outputs = ["profit"]

[units]
EUR  = "[money]"
loaf = "[loaf]"

[dimensions.shop]
members = ["Hill", "Lake"]

[dimensions.plan]
members = ["wait", "build", "buy"]

[dimensions.size]
members = ["small", "large"]
ordered = true

[sources.study]
title = "A study of stalls"

[scenarios.usual]
label = "Usual"

[scenarios.dear]
label     = "Dear"
set.price = 6

[stall.loaves]
label          = "Loaves sold"
over           = "shop"
value          = 600
unit           = "loaf"
source         = "study"
range.Hill     = [500, 700]
range.Lake     = [400, 900]
distribution   = "triangular"
whole          = true

[stall.price]
label        = "Price of a loaf"
value        = 4
unit         = "EUR/loaf"
source       = "study"
distribution = "discrete"
values       = [3, 4, 6]
weights      = [0.2, 0.5, 0.3]

[stall.rent]
label        = "Rent"
value        = 900
unit         = "EUR"
source       = "study"
range        = [800, 900, 1200]
distribution = "metalog"
min          = 0

[stall.discount]
label        = "Discount"
over         = "shop"
value        = 10
unit         = "percent"
source       = "study"
distribution = "discrete"
values.Hill  = [0, 10]
values.Lake  = [5, 10, 20]
weights.Hill = [0.5, 0.5]
weights.Lake = [0.25, 0.5, 0.25]

[stall.oven]
label   = "What to do about the oven"
choice  = "plan"
value   = "wait"
weights = { wait = 0.25, buy = 0.75 }
source  = "study"

[stall.bag]
label   = "Bags"
choice  = "size"
value   = "small"
weights = [0.6, 0.4]
source  = "study"

[stall.cost]
label  = "Cost of the oven"
over   = "plan"
value  = [0, 300, 200]
unit   = "EUR"
source = "study"

[stall.bag_cost]
label  = "Cost of bags"
over   = "size"
value  = { small = 1, large = 2 }
unit   = "EUR"
source = "study"

[stall.profit]
label   = "Profit"
formula = "sum(loaves * (1 - discount)) * price - rent - cost[oven] - bag_cost[bag]"
unit    = "EUR"

[[correlations]]
between = ["rent", "loaves[Lake]"]
rank    = 0.4
source  = "study"

[[correlations]]
between = ["price", "loaves"]
rank    = -0.6
note    = "Who pays more buys less."

[decisions.oven]
label   = "Build, buy or wait"
choice  = "oven"
options = ["wait", "build", "buy"]
value   = "profit"
goal    = "max"
note    = "By spring."
"""
