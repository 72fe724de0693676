"""Chips: choices of members, over nothing and over sites, and a calendar whose years are not whole."""

CHIPS = """
[model]
title   = "Chips"
outputs = ["cost"]

[units]
USD = "[money]"

[dimensions.gpu_type]
members = ["H100", "B200"]

[dimensions.site]
members = ["DE", "FR"]

[dimensions.vendor]
members = ["ACME", "Best"]

[dimensions.month]
from = "2026-02"
to   = "2027-05"

[dimensions.year]
of     = "month"
period = "year"

[dimensions.lag]
from = 1
to   = 3

[inputs.gpu]
label  = "GPU to buy"
choice = "gpu_type"
value  = "H100"
note   = "illustrative"

[inputs.start]
label  = "First month"
choice = "month"
value  = "2026-03"
note   = "illustrative"

[inputs.wait]
label  = "Wait"
choice = "lag"
value  = 2
note   = "illustrative"

[inputs.price]
label = "Price"
over  = "gpu_type"
unit  = "USD"
value = [2, 5]
note  = "illustrative"

[inputs.supplier]
label  = "Supplier"
over   = "site"
choice = "vendor"
value  = ["ACME", "Best"]
note   = "illustrative"

[inputs.fee]
label = "Fee"
over  = "vendor"
unit  = "USD"
value = [1, 2]
note  = "illustrative"

[inputs.delay]
label = "Cost of the delay"
over  = "lag"
unit  = "USD"
value = { from = 1, list = [1, 20, 300] }
note  = "illustrative"

[inputs.rent]
label  = "Rent"
over   = "month"
unit   = "USD"
rollup = "sum"
value  = 7
note   = "illustrative"

[results.paid]
label   = "Rent that is paid"
over    = "year"
unit    = "USD"
formula = "sum(rent, where=month >= start, by=year)"

[results.fees]
label   = "Fees"
over    = "site"
unit    = "USD"
formula = "fee[supplier]"

[results.cost]
label   = "Cost"
unit    = "USD"
formula = "price[gpu] + sum(fees) + delay[wait] + sum(paid)"

[scenarios.plain]
label = "Plain"

[scenarios.high]
label           = "High"
set.gpu         = "B200"
set.supplier.FR = "ACME"
"""
