"""Bicycles for rent over three years."""

from __future__ import annotations

RENTAL = """
[model]
title = "Bicycles for rent"
[units]
EUR  = "[money]"
bike = "[bike]"
[dimensions.year]
from = 2026
to   = 2028
[scenarios.usual]
label = "Usual"
[scenarios.rain]
label      = "Rain"
set.demand = 40
[shop]
bikes  = { label = "Bikes", value = 20, unit = "bike", min = 0, max = 500, whole = true, note = "x" }
price  = { label = "Price", value = 12, unit = "EUR/bike/day", min = 0, note = "x" }
demand = { label = "Rented", value = 70, unit = "percent", min = 0, max = 100, note = "x" }
season = { label = "Season", value = 26, unit = "week", note = "x" }
rent   = { label = "Rent", over = "year", value = { from = 2026, list = [9000, 9500, 9900] }, unit = "EUR", note = "x" }
sales  = { label = "Sales", formula = "bikes * price * demand * season", unit = "EUR" }
profit = { label = "Profit", over = "year", formula = "sales - rent", unit = "EUR" }
total  = { label = "Total", formula = "sum(profit)", unit = "kEUR" }
bonus  = { label = "Bonus", formula = "max(0, total * bonus_share)", unit = "EUR" }
bonus_share = { label = "Share", value = 5, unit = "percent", note = "x" }
"""
