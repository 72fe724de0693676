"""A bakery of which everything is uncertain: every distribution, dimensions, scenarios, and results without a value."""

UNCERTAIN = """
[model]
title   = "What a bakery may earn"
outputs = ["profit", "share", "pace", "best"]

[units]
USD = "[money]"

[dimensions.shop]
members = ["Harbour", "Station"]

[dimensions.year]
from = 2026
to   = 2028

[dimensions.oven]
members = ["small", "large"]

[scenarios.dear]
label     = "Dear flour"
set.flour = 9
set.price = 2.5

[scenarios.odd]
label     = "A price out of its range"
set.price = 12

[inputs.flour]
label        = "Flour"
unit         = "USD"
value        = 6
range        = [2, 10]
distribution = "normal"
min          = 1

[inputs.rent]
label        = "Rent"
unit         = "USD"
value        = 5
range        = [2, 10]
distribution = "lognormal"
max          = 14

[inputs.growth]
label        = "Growth"
unit         = "percent"
value        = 5
range        = [2, 10]
distribution = "uniform"

[inputs.power]
label        = "Power"
unit         = "USD"
value        = 5
range        = [2, 10]
distribution = "loguniform"

[inputs.price]
label        = "Price"
unit         = "USD"
value        = 3
range        = [2, 10]
distribution = "triangular"

[inputs.repairs]
label        = "Repairs"
unit         = "USD"
value        = 3
range        = [2, 10]
distribution = "pert"

[inputs.taxes]
label        = "Taxes"
unit         = "USD"
value        = 5
range        = [2, 5, 10]
distribution = "metalog"
min          = 1
max          = 30

[inputs.fee]
label        = "Fee"
unit         = "USD"
value        = 6
values       = [7.5, 5, 6]
weights      = [0.3, 0.2, 0.5]
distribution = "discrete"

[inputs.bakers]
label        = "Bakers"
unit         = "1"
value        = 6
range        = [2, 9]
distribution = "uniform"
whole        = true

[inputs.vans]
label        = "Vans"
unit         = "1"
value        = 6
range        = [2, 9]
distribution = "triangular"
whole        = true

[inputs.days]
label        = "Days lost"
unit         = "1"
value        = 6
range        = [2, 9]
distribution = "normal"
whole        = true
min          = 0

[inputs.oven_bought]
label         = "Oven to buy"
choice        = "oven"
value         = "small"
weights.small = 0.3
weights.large = 0.7

[inputs.oven_cost]
label       = "Cost of an oven"
unit        = "USD"
over        = "oven"
value.small = 5
value.large = 9

[inputs.guests]
label         = "Guests"
unit          = "1"
over          = "shop"
value.Harbour = 5
value.Station = 6
range.Harbour = [4, 9]
range.Station = [2, 8]
distribution  = "normal"

[inputs.loaves]
label         = "Loaves of a guest"
unit          = "1"
over          = ["shop", "year"]
value.Harbour = { from = 2026, list = [5, 6, 7] }
value.Station = { from = 2026, list = [4, 5, 6] }
range         = [3, 9]
distribution  = "triangular"

[inputs.dollar]
label = "A dollar"
unit  = "USD"
value = 1

[results.sales]
label   = "Sales"
unit    = "USD"
over    = ["shop", "year"]
formula = "price * guests * loaves / (flour + 2 * dollar) * dollar"

[results.earned]
label   = "Earned so far"
unit    = "USD"
over    = ["shop", "year"]
formula = "prev(earned, 0) + sales * (1 + growth)"

[results.costs]
label           = "Costs"
unit            = "USD"
over            = "shop"
formula.Harbour = "rent + power + repairs + oven_cost[oven_bought]"
formula.Station = "taxes + fee * bakers"

[results.profit]
label   = "Profit"
unit    = "USD"
formula = "sum(earned[:, 2028], over=shop) - sum(costs) - vans * dollar - days * dollar"

[results.share]
label   = "Share of a year"
unit    = "percent"
over    = "year"
formula = "sum(sales, over=shop) / sum(sales, over=[shop, year])"

[results.left]
label   = "Left for a baker"
unit    = "USD"
formula = "profit / bakers"
min     = -10
max     = 50

[results.pace]
label   = "Pace"
unit    = "1"
formula = "log(left / dollar + 8) + sqrt(vans - 3)"

[results.best]
label   = "The best year"
unit    = "USD"
formula = "max(sales, over=[shop, year]) - min(sales[:, 2027:2028], over=[shop, year])"

[[correlations]]
between = ["flour", "guests[Harbour]"]
rank    = 0.5

[checks.earns]
label = "The bakery earns something"
test  = "profit >= 0"

[checks.small]
label = "No shop sells too much"
test  = "sales <= 60 * dollar"
"""
