"""A small model to begin with: it passes every check, warnings included."""

STARTER = """[model]
title   = "A month of rented GPUs"
purpose = "What the rent comes to, as planned and in a busy month"
outputs = ["rent"]

[units]
GPU = "[gpu]"
USD = "[money]"

[sources.offer]
title = "The offer of our provider"

[scenarios.planned]
label = "As planned"

[scenarios.busy]
label    = "Twice the GPUs"
set.gpus = 16

[rental]
label = "Rental"

[rental.gpus]
label = "GPUs rented"
value = 8
unit  = "GPU"
min   = 1
whole = true
note  = "Our assumption."

[rental.price]
label  = "Price of a GPU"
value  = 2.50
unit   = "USD/GPU/hour"
range  = [2, 4]
min    = 0
source = "offer"

[rental.use]
label = "Share of the time in use"
value = 80
unit  = "percent"
min   = 0
max   = 100
note  = "Our assumption."

[rental.month]
label = "Length of a month"
value = 30
unit  = "day"
note  = "Our convention."

[rental.rent]
label   = "Rent for a month"
formula = "gpus * price * use * month"
unit    = "USD"

[checks.use]
label = "Nobody uses more than there is"
test  = "use <= 1"
"""
