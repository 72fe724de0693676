"""What formulas use in other ways than by name alone is used: groups in by=, choices, calendars in days()."""

from __future__ import annotations

import pytest

from engine.model.load import loads
from engine.planning.planner import plan

MODEL = """
[model]
title   = "Uses"
outputs = ["result"]

[units]
EUR = "[money]"

[dimensions.month]
from = "2026-01"
to   = "2026-06"

[dimensions.quarter]
of     = "month"
period = "quarter"

[dimensions.country]
members = ["Austria", "Brazil"]

[dimensions.region]
of  = "country"
map = { Austria = "Europe", Brazil = "Americas" }

[dimensions.vendor]
members = ["X", "Y"]

[inputs.supplier]
label  = "Supplier"
over   = "country"
choice = "vendor"
value  = ["X", "Y"]
note   = "illustrative"

[inputs.best]
label  = "Best"
choice = "vendor"
value  = "X"
note   = "illustrative"

[inputs.sales]
label = "Sales"
over  = ["country", "month"]
unit  = "EUR"
value = 3
note  = "illustrative"

[results.result]
label   = "Result"
unit    = "1"
formula = '''FORMULA'''
"""
ALL = {"quarter", "region", "best", "supplier"}


@pytest.mark.parametrize(
    ("formula", "used"),
    [
        ("max(sum(sales, over=month, by=region)) / max(sales, over=[country, month])", {"region"}),
        ("max(count(by=quarter))", {"quarter"}),
        ("sum(days(quarter)) / sum(days(month))", {"quarter"}),
        ("count(over=quarter)", {"quarter"}),
        ('count(where=region == "Europe")', {"region"}),
        ('1 if best == "X" else 0', {"best"}),
        ("max(count(by=supplier))", {"supplier"}),
        ("sum(1 if supplier == best else 0, over=country)", {"best", "supplier"}),
    ],
)
def test_nothing_that_is_used_is_said_to_be_not(formula: str, used: set[str]) -> None:
    warnings = plan(loads(MODEL.replace("FORMULA", formula))).warnings
    told = {one for one in ALL for warning in warnings if warning.code == "unused" and f"'{one}'" in warning.message}
    assert told == ALL - used
