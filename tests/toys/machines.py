"""A model of charts along inputs that are whole numbers, few and many, in equal steps and in equal ratios."""

from typing import Final

MACHINES: Final = """
[model]
title = "Whole"
[q.n]
label = "Machines"
value = 3
unit = "1"
whole = true
range = [1, 7]
note = "n"
[q.p]
label = "Share"
value = 10
unit = "percent"
whole = true
range = [1, 99]
note = "n"
[q.z]
label = "Factor"
formula = "n ** 2 * p"
unit = "1"
[charts.b]
kind = "line"
x = "n"
y = "z"
log = "x"
[charts.c]
kind = "line"
x = "p"
y = "z"
[charts.d]
kind = "line"
x = "p"
y = "z"
points = 8
log = "x"
"""
