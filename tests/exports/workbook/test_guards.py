"""Bounds of results on Cases: where an end of a range breaks one, the tornado has no value, and edits bring it back."""

from __future__ import annotations

import pytest

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from exports.style.a1 import letter
from exports.workbook.layout.cases import Cases
from exports.workbook.layout.rows import Layout
from exports.workbook.layout.sensitivity import OUT_HIGH, OUT_LOW, SWING, Ranges
from exports.workbook.xlsx import workbook
from tests.oracles.agreement import differences
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice

MODEL = """
[model]
title   = "Guards"
outputs = ["margin", "plain"]

[units]
USD = "[money]"

[dimensions.shop]
members = ["a", "b"]

[sales.price]
label = "Price"
value = 10
unit  = "USD"
range = [2, 30]
note  = "n"

[sales.cost]
label    = "Cost"
over     = "shop"
unit     = "USD"
value.a  = 4
value.b  = 6
note     = "n"

[sales.by_shop]
label   = "By shop"
over    = "shop"
formula = "price - cost"
unit    = "USD"
min     = 0
max.a   = 20

[sales.margin]
label   = "Margin"
formula = "sum(by_shop)"
unit    = "USD"
max     = 40

[sales.plain]
label   = "Plain"
formula = "price * 2"
unit    = "USD"

[charts.what]
title = "What moves it"
kind  = "tornado"
y     = "margin"
"""


@pytest.mark.slow
def test_an_end_that_breaks_a_bound_of_a_result_has_no_value_and_an_edit_brings_it_back() -> None:
    made = plan(loads(MODEL))
    content = workbook(made)
    for values in libreoffice([content]):
        assert differences(content, values) == []
    iron = IronCalc(content)
    ranges = Ranges(Cases(Layout(made), evaluate(made), (evaluate(made),)))
    line = ranges.line(made.row("price"))
    places = [("Sensitivity", f"{letter(column)}{line}") for column in (OUT_LOW, OUT_HIGH, SWING)]
    # At 2 both shops lose; at 30 shop a is above 20, and both together are above 40.
    assert list(iron.values(places).values()) == ["no value"] * 3
    iron.type("Sensitivity", "E6", "Plain")
    assert list(iron.values(places).values()) == [4, 60, 56]
    iron.type("Sensitivity", "E6", "Margin")
    layout, price = Layout(made), made.row("price")
    iron.type("Inputs", layout.end(price, "low").replace("$", ""), 7)
    iron.type("Inputs", layout.end(price, "high").replace("$", ""), 24)
    assert list(iron.values(places).values()) == [4, 38, 34]
