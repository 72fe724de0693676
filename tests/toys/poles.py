"""Models whose results have no value at some ends of ranges, in some scenarios: each kind of operation that has none."""

from __future__ import annotations

HEAD = """
[model]
title   = "{title}"
outputs = {outputs}

[scenarios.base]
label = "Base"
"""

INPUT = """
[q.{id}]
label = "{id} as typed"
value = {value}
unit  = "1"
range = [{low}, {high}]
note  = "n"
"""

FORMULA = """
[q.{id}]
label   = "The {id}"
formula = "{formula}"
unit    = "1"
"""

# Of one number each: by division, roots, logarithms, powers, angles, and what goes on from these.
SINGLE = {
    "ratio": "1 / (x - y)",
    "root": "sqrt(x - y + 1)",
    "logarithm": "log(x - y + 0.5) + log10(x + 1) + log2(x + 1)",
    "power": "(x - y) ** 0.5 + (x - y) ** 2",
    "zeroth": "(x - y) ** (x - y)",
    "angle": "asin((x - y) / 4)",
    "chosen": "ratio if x > y else 7",
    "avoided": "(ratio if x == 0 else 1) + y",
    "compared": "1 if ratio > 0 else 2",
    "both": "1 if ratio > 0 and x > 0 or y > 3 else 2",
    "least": "min(ratio, 5) + max(root, 1)",
    "passed": "ratio",
    "watched": "2 * x + y",
    "beyond": "watched + 1",
    "loan": "pmt(x - 1, 12, y + 1)",
    "periods": "nper(x, y + 5, 1)",
    "wear": "ddb(x + 2, y + 1, 5, 1)",
    "hyperbolic": "acosh(x - y + 0.5) + atanh((x - y) / 5) + exp(x)",
}
SINGLE_SCENARIOS = """
[scenarios.wide]
label = "Wide"
set.x = 3
set.y = -1

[scenarios.near]
label = "Near"
set.x = 3
set.y = 2
"""


def single() -> str:
    """Return the model of single numbers."""
    text = HEAD.format(title="Poles", outputs=[*SINGLE]).replace("'", '"') + SINGLE_SCENARIOS
    text += INPUT.format(id="x", value=2, low=0, high=4) + INPUT.format(id="y", value=1, low=-2, high=2)
    # Not varied apart from 10 percent up and down: what it does not feed is as it was.
    text += INPUT.format(id="aside", value=1, low=0, high=1) + FORMULA.format(id="other", formula="aside * 2")
    for id_, formula in SINGLE.items():
        text += FORMULA.format(id=id_, formula=formula) + ("min = -1\nmax = 8.5\n" if id_ == "watched" else "")
    return text.replace("outputs = [", 'outputs = ["other", ')


MEMBERS = """
[scenarios.later]
label     = "Later"
set.shift = 0.3
set.x     = 2.7

[dimensions.month]
from = 1
to   = 6

[dimensions.half]
of  = "month"
map = { 1 = "early", 2 = "early", 3 = "early", 4 = "late", 5 = "late", 6 = "late" }

[dimensions.shop]
members = ["a", "b"]

[dimensions.point]
members = ["p", "q", "r"]
ordered = true

[q.at]
label   = "At"
over    = "point"
value.p = 1
value.q = 3
value.r = 4.2
unit    = "1"
note    = "n"

[q.worth]
label   = "Worth"
over    = "point"
value.p = 10
value.q = 20
value.r = 5
unit    = "1"
note    = "n"

[q.shop_chosen]
label  = "Shop"
choice = "shop"
value  = "a"
note   = "n"

[q.scale]
label   = "Scale"
over    = "shop"
value.a = 1
value.b = 2.5
unit    = "1"
range   = [0, 5]
note    = "n"
"""
# Over members: what fails at one month alone, and all that takes months together or reads some of them.
OVER = {
    "each": ("month", "1 / (x - shift - month)"),
    "steady": ("month", "month * x"),
    "shops": ("month, shop", "each * scale"),
    "early_or_none": ("month", "each if month < 3 else 0"),
    "running": ("month", "prev(running, 0) + each"),
    "ahead": ("month", "next(ahead, 0) + each"),
    "flow": ("month", "-x if month == 1 else 1"),
    "halves": ("half", "sum(each, by=half)"),
    "means": ("half", "mean(each, by=half)"),
    "lows": ("half", "min(each, by=half)"),
    "highs": ("half", "max(each, by=half)"),
    "firsts": ("half", "first(each, by=half)"),
    "shop_halves": ("half, shop", "sum(shops, by=half)"),
    "shop_highs": ("half, shop", "max(shops, by=half)"),
    "curved": ("point", "sqrt(at - x / 3)"),
}
SUMMED = {
    "total": "sum(each)",
    "average": "mean(each)",
    "lowest": "min(each)",
    "highest": "max(each)",
    "above": "count(where=each > 0)",
    "run": "sum(each[1:2]) + sum(each[5:6])",
    "counted": "sum(steady[1:round(x)])",
    "picked": "steady[round(x)]",
    "by_shop": "sum(shops[:, shop_chosen])",
    "a_shop": "1 / (sum(scale) - x) + scale[shop_chosen]",
    "some": "sum(early_or_none)",
    "end": "running[6]",
    "begin": "ahead[1]",
    "early": "halves['early']",
    "late": "means['late'] + lows['late'] + highs['late'] + firsts['late']",
    "soon": "means['early'] + lows['early'] + highs['early'] + firsts['early']",
    "of_shops": "shop_halves['early', 'b'] + shop_highs['early', 'a']",
    "worth_now": "npv(x - 1.5, each)",
    "rate": "irr(flow)",
    "curve": "lookup(x, at, worth)",
    "steps": "step(x, at, worth)",
    "bent": "lookup(1.5, curved, worth)",
}


def members() -> str:
    """Return the model over members."""
    text = HEAD.format(title="Poles of members", outputs=[*SUMMED]).replace("'", '"') + MEMBERS
    text += INPUT.format(id="x", value=2.5, low=0, high=4) + INPUT.format(id="shift", value=0, low=-1.5, high=2)
    for id_, (over, formula) in OVER.items():
        names = ", ".join(f'"{name}"' for name in over.split(", "))
        text += FORMULA.format(id=id_, formula=formula.replace("'", '\\"')) + f"over = [{names}]\n"
    return text + "".join(
        FORMULA.format(id=id_, formula=formula.replace("'", '\\"')) for id_, formula in SUMMED.items()
    )


# Values of x and y, or of x and shift, that are typed one after the other.
EDITS = (
    {"x": 2.25, "y": 0.5},
    {"x": 3.0, "y": 2.0},
    {"x": 1.5, "y": 0.0},
    {"x": 2.75, "shift": 0.5},
    {"x": 2.25, "shift": -0.5},
)
