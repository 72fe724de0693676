"""Of a row with more values than a table takes the page shows a summary, which follows what is changed."""

from __future__ import annotations

import pytest

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.solve import solved_plan
from exports.page.page import page
from exports.style.words import in_review
from tests.oracles.chromium import opened, violations

COUNT = 1_001
NAMES = [f"h{number}" for number in range(COUNT)]
SUMMARY = "[...document.querySelectorAll('tr[data-row] [data-summary]')].map((one) => [...one.rows].map((line) => line.cells[1].textContent))"


def made(count: int = COUNT) -> Plan:
    prices = ", ".join(f"{name} = {number % 97}" for number, name in enumerate(NAMES[:count]))
    kinds = ", ".join(f'{name} = "{"ab"[number % 2]}"' for number, name in enumerate(NAMES[:count]))
    return plan(
        loads(
            f"""
[model]
title = "Long"
[units]
USD = "[money]"
[dimensions.hour]
members = {NAMES[:count]}
[dimensions.kind]
members = ["a", "b"]
[l.price]
label = "Price"
over = ["hour"]
unit = "USD"
value = {{ {prices} }}
note = "ours"
[l.sort]
label = "Sort"
over = ["hour"]
choice = "kind"
value = {{ {kinds} }}
note = "ours"
[l.factor]
label = "Factor"
unit = "percent"
value = 100
note = "ours"
[l.cost]
label = "Cost"
over = ["hour"]
unit = "USD"
formula = 'price * factor * (1 if sort == "a" else 0.5)'
max = 100
[l.total]
label = "Total"
unit = "USD"
formula = "sum(cost, over=hour)"
"""
        )
    )


@pytest.mark.chromium
def test_a_summary_follows_changes_of_any_member() -> None:
    planned = made()
    with opened(page(planned, solved_plan(planned))) as shown:
        assert shown.locator("td[data-cell], .member-slider").count() < 5
        assert violations(shown) == []
        assert shown.evaluate(SUMMARY) == _expected(planned, {})
        changes = {"price[h7]": 500.0, "factor": 20.0}
        shown.evaluate("(changes) => plainsheet.set(changes)", changes)
        assert shown.evaluate(SUMMARY) == _expected(planned, changes)
        assert shown.locator("table.trouble").count() == 0
        shown.evaluate("plainsheet.set('factor', 100)")
        assert shown.locator("table.trouble").count() == 1


def _expected(planned: Plan, changes: dict[str, float]) -> list[list[str]]:
    results = evaluate(planned, None, changes)
    found = [results.cells(id_) for id_ in ("price", "cost")]
    return [[in_review(one) for one in (min(cells), sum(cells) / len(cells), max(cells))] for cells in found]


def test_a_row_with_one_value_less_is_a_table() -> None:
    planned = made(COUNT - 1)
    written = page(planned, solved_plan(planned))
    assert "members data-summary" not in written
    assert written.count("data-cell") > 3 * (COUNT - 1)
    planned = made()
    assert "1,001 values" in (written := page(planned, solved_plan(planned)))
    assert written.count("data-cell") < 10
