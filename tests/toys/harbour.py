"""A model of all that takes members together: calendars, groups, choices, flows along a row, curves; numbers at random."""

from __future__ import annotations

import random
from typing import Final

_HEAD: Final = """[model]
title = "Harbour"
[units]
USD = "[money]"
ton = "[goods]"
[dimensions.month]
from = "2026-01"
to = "2026-12"
[dimensions.quarter]
of = "month"
period = "quarter"
[dimensions.year]
of = "quarter"
period = "year"
starts = 4
[dimensions.port]
members = ["Ayr", "Brest", "Cork", "Derry"]
[dimensions.sea]
of = "port"
map = { Ayr = "Irish", Brest = "Celtic", Cork = "Celtic", Derry = "Irish" }
[dimensions.crane]
members = ["small", "tall", "wide"]
[dimensions.point]
from = 1
to = 4
"""
# What is grouped, discounted and looked up; each as its id, what it is over, its unit and its formula.
FORMULAS: Final = (
    ("sales", "port month", "USD", "fee * days(month) * (1 + inflation[year]) * (1 - tax[sea]) * weight"),
    ("by_both", "sea year", "USD", "sum(sales, by=[sea, year])"),
    ("mean_quarter", "port quarter", "USD", "mean(sales * weight, by=quarter)"),
    ("before", "year", "USD", "prev(sum(flow, by=year), limit) ** 2 / limit"),
    ("ends", "quarter", "USD", "first(flow, by=quarter) * 2 + last(flow, by=quarter)"),
    ("peak", "year", "USD", "max(stock, by=year)"),
    ("low", "sea month", "USD", "min(sales, by=sea)"),
    ("spread", "sea", "USD/day", "max(fee, by=sea) - min(fee, by=sea)"),
    ("stock", "month", "USD", "cumsum(flow)"),
    ("some", "", "USD/day", 'sum(fee, over=port, where=sea == "Celtic")'),
    ("most", "", "USD", "max(flow, where=flow < limit)"),
    ("last_small", "", "USD", "last(flow, where=flow < limit)"),
    ("fees", "", "USD/day", "mean(fee, over=port, where=fee > least)"),
    ("used", "crane", "USD/day", "sum(fee, by=crane_at)"),
    ("rent", "port", "USD", "price[crane_at] + price[crane_now]"),
    ("worth", "", "USD", 'npv(rate * 2, flow) + npv(rate, flow["2026-03":"2026-08"])'),
    ("worths", "port", "USD", "npv(rate ** 2 + tax[sea], sales)"),
    ("worth_before", "year", "USD", 'prev(npv(inflation, sales["Cork", :]), 0) + limit'),
    ("dated", "port", "USD", "xnpv(tax[sea], sales)"),
    ("dated_run", "port", "USD", 'xnpv(rate, sales["Ayr", "2026-03":"2026-08"]) * weight_of'),
    ("invested", "port month", "USD", '(sales if month > "2026-03" else 0) - (cost if month == "2026-03" else 0)'),
    ("rates", "port", "percent", "irr(invested) * 2 + rate"),
    ("dated_rates", "port", "percent", "xirr(invested)"),
    ("rate_of_run", "port", "percent", 'xirr(invested[:, "2026-02":"2026-08"])'),
    ("curve", "port", "USD/ton", "lookup(load * weight_of, at, values)"),
    ("flat", "", "USD/ton", 'lookup(load * 1000, at, values, ends="flat")'),
    ("stairs", "port", "USD/ton", "step(load * weight_of, at, values) * weight_of"),
    ("totals", "year", "USD", "rollup(flow, by=year) + rollup(stock, by=year)"),
)
OUTPUTS: Final = tuple(id_ for id_, *_ in FORMULAS)


def harbour(seed: int) -> str:
    """Return the model with numbers of its own."""
    r = random.Random(seed)  # noqa: S311  # a model, and no secret

    def listed(count: int, low: float, high: float) -> list[float]:
        return [round(r.uniform(low, high), 3) for _ in range(count)]

    lines = [
        _given("fee", "USD/day", listed(4, 1, 9), "port"),
        _given("inflation", "percent", f'{{ from = "FY2026", list = {listed(2, 1, 9)} }}', "year"),
        _given("tax", "percent", listed(2, 5, 40), "sea"),
        _given("weight", "1", f'{{ from = "2026-01", list = {listed(12, 0.5, 2)} }}', "month"),
        _given("flow", "USD", f'{{ from = "2026-01", list = {listed(12, -5, 20)} }}', "month", 'rollup = "sum"\n'),
        _given("limit", "USD", 15),
        _given("least", "USD/day", 2),
        _given("price", "USD", listed(3, 1, 9), "crane"),
        _given("rate", "percent", listed(1, 1, 12)[0]),
        _given("cost", "USD", listed(1, 900, 4000)[0]),
        _given("load", "ton", listed(1, 12, 20)[0]),
        _given("weight_of", "1", listed(4, 0.6, 1.9), "port"),
        _given("at", "ton", f"{{ from = 1, list = {[0, *listed(1, 5, 12), *listed(1, 15, 25), 60]} }}", "point"),
        _given("values", "USD/ton", f"{{ from = 1, list = {listed(4, 1, 9)} }}", "point"),
        '[s.crane_now]\nlabel = "crane_now"\nchoice = "crane"\nvalue = "tall"\nnote = "x"\n',
        (
            '[s.crane_at]\nlabel = "crane_at"\nchoice = "crane"\nover = "port"\nnote = "x"\n'
            f"value = {[r.choice(['small', 'tall', 'wide']) for _ in range(4)]}\n"
        ),
    ]
    rollups = {"stock": 'rollup = "last"\n', "sales": 'rollup = "sum"\n', "invested": 'rollup = "sum"\n'}
    for id_, over, unit, formula in FORMULAS:
        lines.append(f"[s.{id_}]\nlabel = '{id_}'\nunit = '{unit}'\nformula = '{formula}'\n{_over(over)}")
        lines.append(rollups.get(id_, ""))
    return _HEAD + "".join(lines)


def _given(id_: str, unit: str, value: object, over: str = "", more: str = "") -> str:
    return f'[s.{id_}]\nlabel = "{id_}"\nunit = "{unit}"\nvalue = {value}\nnote = "x"\n{_over(over)}{more}'


def _over(over: str) -> str:
    return f"over = {over.split()}\n" if over else ""
