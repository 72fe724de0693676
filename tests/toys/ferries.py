"""Ferries between two piers: a model with a table of every kind, by which completion and colours are tested."""

TEXT = '''
[model]
title    = "Ferries"
scenario = "calm"
outputs  = ["takings"]

[units]
EUR  = "[eur]"
ride = "[ride]"

[sources.log]
title = "The log"

[dimensions.pier]
label   = "Pier"
members = ["East Pier", "West"]

[dimensions.side]
of  = "pier"
map = { "East Pier" = "Far", West = "Near" }

[dimensions.day]
label = "Day"
from  = 1
to    = 3

[scenarios.calm]
label = "Calm"

[scenarios.storm]
label          = "Storm"
set.rides.West = 5
scale.fare     = 2

[boats.rides]
label = "Rides from a pier"
over  = ["pier", "day"]
unit  = "ride"
value."East Pier" = { from = 1, list = [10, 11, 12] }
value.default     = { from = 1, list = [7, 8, 9] }
note  = "Counted."
range = [3, 20]
distribution = "uniform"

[boats.fare]
label        = "Fare"
value        = 4
unit         = "EUR/ride"
range        = [3, 5]
distribution = "uniform"
source       = "log"

[boats.home]
label  = "Home"
choice = "pier"
value  = "West"
note   = "home"

[boats.crossings]
label   = "Crossings"
over    = "pier"
unit    = "ride"
formula = "sum(rides, over=day)"

[[boats.crossings.published]]
value    = 33
at       = "East Pier"
source   = "log"
scenario = "calm"

[boats.takings]
label   = "Takings"
unit    = "EUR"
formula = """
    max(sum(crossings, where=pier == 'West'), rides["East Pier", 2]) * fare if home == "West" else
    sum(crossings, over=pier) * fare
"""

[checks.takings]
test = "takings >= 0"

[charts.crossings]
kind = "bar"
x    = "pier"
y    = "crossings"

[charts.bridge]
kind  = "waterfall"
steps = ["crossings[West]", "-rides[West, 1]"]

[[correlations]]
between = ["fare", "rides"]
rank    = 0.1

[decisions.berth]
choice  = "home"
options = ["East Pier", "West"]
value   = "takings"
goal    = "max"
'''
