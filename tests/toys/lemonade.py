"""A stand of lemonade: scenarios that extend one another, a share, a conversion, figures and a check."""

from __future__ import annotations

TOY = """
[model]
title   = "Lemonade"
outputs = ["profit"]

[units]
EUR   = "[money]"
glass = "[glass]"

[sources.stand]
title = "Our stand"

[scenarios.usual]
label = "Usual"

[scenarios.hot]
label        = "Hot day"
set.glasses  = 120

[scenarios.hot_dear]
label     = "Hot and dear"
extends   = "hot"
set.price = 3.5

[stand]
label = "Stand"

[stand.glasses]
label  = "Glasses sold"
value  = 40
unit   = "glass/day"
min    = 0
whole  = true
source = "stand"

[stand.price]
label  = "Price of a glass"
value  = 2.50
unit   = "EUR/glass"
range  = [1, 4]
min    = 0
max    = 10
source = "stand"

[stand.share]
label  = "Share that the lemons cost"
value  = 30
unit   = "percent"
max    = 100
source = "stand"

[stand.season]
label  = "Length of the season"
value  = 12
unit   = "week"
source = "stand"

[result.sales]
label     = "Sales in the season"
formula   = "glasses * price * season"
unit      = "EUR"
published = [{ value = 8400, source = "stand" }, { value = 35.3e3, scenario = "hot_dear", source = "stand" }]

[result.profit]
label   = "Profit in the season"
formula = "sales * (1 - share)"
unit    = "EUR"
min     = 0

[checks.share]
label = "Lemons cost less than the lemonade"
test  = "share <= 1"
"""
