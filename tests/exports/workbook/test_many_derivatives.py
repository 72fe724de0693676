"""Live derivatives of rows with many members are left out: a formula a member and an edge is more than is read back."""

from __future__ import annotations

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from exports.workbook.layout.rows import Layout
from exports.workbook.parts.book import Book

HEAD = """
[model]
title = "Power by hour"
outputs = ["all"]

[dimensions.hour]
from = 1
to = HOURS

[a.begun]
label = "Begun"
over = "hour"
unit = "1"
value = 2

[a.all]
label = "All"
unit = "1"
formula = "sum(row_12)"

[a.row_0]
label = "Row 0"
over = "hour"
unit = "1"
formula = "begun * 2"
"""
ROW = """
[a.row_{number}]
label = "Row {number}"
over = "hour"
unit = "1"
formula = "row_{before} * begun"
"""


def book(hours: int) -> Book:
    rows = "".join([ROW.format(number=number, before=number - 1) for number in range(1, 13)])
    planned = plan(loads(HEAD.replace("HOURS", str(hours)) + rows))
    results = evaluate(planned)
    return Book(Layout(planned), results, (results,), asked=0)


def test_a_year_by_hour_has_no_live_derivatives() -> None:
    assert book(8760).derivatives.is_left_out


def test_a_day_by_hour_has_them() -> None:
    assert not book(24).derivatives.is_left_out
