"""A toy with choices, groups and a calendar: what computers cost at some sites, from a month on."""

from __future__ import annotations

from typing import Final

TEXT: Final = """\
[model]
title   = "Cluster"
outputs = ["cost", "hardware", "gpu"]

[units]
USD = "[money]"

[sources.list]
title = "Price list"

[scenarios.big]
label              = "Big"
set.gpu            = "B200"       # the new one
set.supplier.north = "ACME"

[scenarios.late]
label   = "Late"
extends = "big"

[dimensions.month]
from = "2026-02"
to   = "2027-07"

[dimensions.quarter]
of     = "month"
period = "quarter"

[dimensions.fiscal]
of     = "quarter"
period = "year"
starts = 4

[dimensions.kind]
members = ["H100", "B200", "MI300"]

[dimensions.vendor]
members = ["Globex", "ACME"]

[dimensions.site]
members = ["north", "south", "east"]

[dimensions.region]
of     = "site"
map    = { north = "Europe", south = "Americas", east = "Europe" } # by law
source = "list"

[dimensions.size]
from = 1
to   = 4

[inputs.gpu]
label  = "GPU to buy"
choice = "kind"
value  = 'H100' # for now
source = "list"

[inputs.supplier]
label  = "Supplier"
over   = "site"
choice = "vendor"
value  = ["Globex", "Globex", "ACME"]
source = "list"

[inputs.start]
label  = "Start of operation"
choice = "month"
value  = "2026-04"
source = "list"

[inputs.rack]
label  = "Size of a rack"
choice = "size"
value  = 2
source = "list"

[inputs.price]
label        = "Price"
over         = ["vendor", "kind"]
unit         = "USD"
value.Globex = [25, 40, 20]
value.ACME   = [22, 45, 30]
source       = "list"

[inputs.tax]
label  = "Tax"
over   = "region"
unit   = "percent"
value  = [20, 10]
source = "list"

[inputs.load]
label  = "Load"
over   = "month"
unit   = "USD/day"
value  = { from = "2026-02", list = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18] }
source = "list"

[inputs.units]
label  = "Units in a rack"
over   = "size"
unit   = "1"
value  = { from = 1, list = [4, 9, 15, 22] }
source = "list"

[inputs.hours]
label  = "Waste"
unit   = "USD"
value  = 7
range  = [5, 9]
source = "list"

[results.by_site]
label   = "Cost by site"
over    = "site"
unit    = "USD"
formula = "units[rack] * price[supplier, gpu] * (1 + tax[region])"

[results.by_region]
label   = "Cost by region"
over    = "region"
unit    = "USD"
formula = "sum(by_site, by=region)"

[results.hardware]
label   = "Hardware"
unit    = "USD"
formula = "sum(by_site)"

[results.run]
label   = "Running cost"
over    = "month"
unit    = "USD"
formula = 'load * days(month) * (1 if month >= start else 0) + (hours if gpu == "B200" else 0)'

[results.cost]
label   = "Total"
unit    = "USD"
formula = "hardware + sum(run)"

[charts.moves]
title = "What moves hardware"
kind  = "tornado"
y     = "hardware"
"""
