"""Rows with many members: their live derivatives are left out, and where one case has no room the workbook is refused."""

from __future__ import annotations

import pytest

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from exports.workbook.layout.rows import Layout
from exports.workbook.pages import pages
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
formula = "sum(row_LAST)"

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


def by_hour(hours: int, last: int = 12) -> Plan:
    rows = "".join([ROW.format(number=number, before=number - 1) for number in range(1, last + 1)])
    return plan(loads(HEAD.replace("HOURS", str(hours)).replace("LAST", str(last)) + rows))


def book(hours: int) -> Book:
    planned = by_hour(hours)
    results = evaluate(planned)
    return Book(Layout(planned), results, (results,), asked=0)


def test_a_year_by_hour_has_no_live_derivatives() -> None:
    assert book(8760).derivatives.is_left_out


def test_a_day_by_hour_has_them() -> None:
    assert not book(24).derivatives.is_left_out


def test_what_has_no_room_for_one_case_is_refused_at_once() -> None:
    with pytest.raises(ModelError) as refused:
        pages(by_hour(8_000, last=25))
    [problem] = refused.value.problems
    assert problem.code == "excel"
    assert "depend on 216,0" in problem.message
    assert "a workbook has 200,000 for them" in problem.message
    assert "--csv" in (problem.hint or "")
