"""Elasticities through groups, choices, flows, rates and other periods: the engine's = the file's = the spreadsheets'."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from pathlib import Path

import pytest

from engine.analysis.sensitivity import sensitivity
from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from exports.style.a1 import letter
from exports.workbook.formulas.stepwise.steps import in_steps
from exports.workbook.layout.cases import Cases
from exports.workbook.layout.rows import Layout
from exports.workbook.layout.sensitivity import ELASTICITY, Ranges
from exports.workbook.xlsx import workbook
from tests.oracles.agreement import differences
from tests.oracles.contents import Cells, cached, formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice
from tests.toys.harbour import OUTPUTS, harbour
from tests.toys.packages import lint
from tests.toys.random_groups import calm

# What each harbour's cost is here, so that no rate is below -25 %: LibreOffice begins at 10 % and finds none so low.
_COST = "300"
_LAGGED = """
[s.lagged]
label = "Lagged"
unit = "USD"
over = "month"
formula = 'prev(sales["Ayr", since] * weight, limit) + next(max(flow[: month]), 0)'
[s.since]
label = "Since"
choice = "month"
value = "2026-05"
note = "x"
[s.peak_so_far]
label = "Peak so far"
unit = "USD"
over = "month"
formula = "max(flow[:month]) * weight"
[s.mean_so_far]
label = "Mean so far"
unit = "USD"
over = "month"
formula = "mean(flow[:month]) * weight"
[s.all_lagged]
label = "All of the lagged"
unit = "USD"
formula = "sum(lagged) + sum(peak_so_far * weight) + sum(mean_so_far * weight)"
[s.held]
label = "Held"
unit = "USD"
over = "sea"
formula = 'max(sales[:, "2026-03"], by=sea, where=weight_of > 0.5)'
"""
_ALL = (*OUTPUTS, "all_lagged", "held")
# IronCalc reads a minus before a power that is divided as one within the power.
_NOT_IRON = frozenset({"before"})
_FEW = ("ends", "peak", "worths", "held")


def from_one_output(output: str) -> str:
    """Return a harbour whose only output is one of its rows."""
    text = re.sub(r"(\[s\.cost\][^\[]*value = )[0-9.]+", rf"\g<1>{_COST}", harbour(5)) + _LAGGED
    return text.replace('title = "Harbour"\n', f'title = "Harbour"\noutputs = ["{output}"]\n')


@cache
def book(output: str) -> bytes:
    return workbook(plan(loads(from_one_output(output))))


def wrong(content: bytes, values: Cells) -> list[str]:
    return [one for one in differences(content, values) if one.startswith("Sensitivity!")]


@pytest.mark.parametrize(
    "output",
    [one if one in _FEW else pytest.param(one, marks=pytest.mark.slow) for one in _ALL if one not in _NOT_IRON],
)
def test_ironcalc_agrees_on_every_derivative(output: str) -> None:
    content = book(output)
    assert wrong(content, IronCalc(content).values(formulas(content))) == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_agrees_on_every_derivative() -> None:
    books = {output: book(output) for output in _ALL}
    for (output, content), values in zip(books.items(), libreoffice(books.values()), strict=True):
        assert wrong(content, values) == [], output


TIED = """[model]
title = "Ports"
outputs = ["one"]
[dimensions.port]
members = ["Ayr", "Brest", "Cork"]
[dimensions.sea]
of = "port"
map = { Ayr = "Irish", Brest = "Irish", Cork = "Celtic" }
[s.fee]
label = "Fee"
over = "port"
unit = "1"
value = [30, 20, 30]
note = "x"
[s.one]
label = "One"
unit = "1"
"""


@pytest.mark.parametrize(
    "formula", ["over = 'sea'\nformula = 'max(fee, by=sea)'", "formula = 'min(fee, where=fee > 25)'"]
)
def test_what_is_not_asked_for_has_no_say_though_it_ties(formula: str) -> None:
    content = workbook(plan(loads(TIED + formula + "\n")))
    assert differences(content, IronCalc(content).values(formulas(content))) == []


FAR = """[model]
title = "Far"
outputs = ["total"]
[dimensions.year]
from = 2026
to = 2029
[dimensions.tier]
from = 1
to = 3
[dimensions.age]
from = 1
to = 2
[s.life]
label = "Life"
value = 2
unit = "1"
whole = true
min = 1
note = "x"
[s.base]
label = "Base"
over = ["year", "tier"]
value.2026 = { from = 1, list = [1, 2, 3] }
value.2027 = { from = 1, list = [4, 5, 7] }
value.2028 = { from = 1, list = [2, 2, 9] }
value.2029 = { from = 1, list = [3, 8, 1] }
unit = "1"
note = "x"
[s.by_age]
label = "By age"
over = ["year", "age"]
formula = "prev(sum(base, over=tier), 1, life, over=year) * age + next(sum(base, over=tier), 1, life, over=year)"
unit = "1"
[s.bought]
label = "Bought"
over = "year"
formula = "sum(by_age, over=age) + prev(stock, 0) / 7"
unit = "1"
[s.stock]
label = "Stock"
over = "year"
formula = "prev(stock, 0) + bought ** 2 - prev(bought, 0, life)"
unit = "1"
[s.ahead]
label = "Ahead"
over = "year"
formula = "next(ahead, 1, life) / 3 + next(stock, 2)"
unit = "1"
[s.total]
label = "Total"
formula = "sum(ahead) + sum(stock)"
unit = "1"
"""


@pytest.mark.parametrize("life", [1, 2, 3])
def test_what_is_read_some_periods_away_makes_no_circle(life: int, tmp_path: Path) -> None:
    planned = plan(loads(FAR.replace("value = 2\n", f"value = {life}\n")))
    content = workbook(planned)
    assert differences(content, IronCalc(content).values(formulas(content))) == []
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    assert "circular" not in lint(str(path)).stdout


LONG = f"""[model]
title = "Long"
outputs = ["top", "other"]
[dimensions.site]
members = {[f"site {number}" for number in range(20)]}
[dimensions.kind]
members = ["a", "b"]
[s.x]
label = "x"
over = ["kind", "site"]
unit = "1"
value = 3
note = "x"
[s.z]
label = "z"
unit = "1"
value = 3
note = "x"
[s.w]
label = "w"
over = "site"
unit = "1"
value = 5
note = "x"
[s.top]
label = "Top"
unit = "1"
formula = "max(x * z, over=[kind, site], where={" and ".join([f"w != {number}" for number in range(10, 25)])})"
[s.other]
label = "Other"
unit = "1"
formula = "z ** 2"
"""


def test_a_derivative_that_would_be_too_long_for_a_spreadsheet_is_live_by_steps() -> None:
    content = workbook(plan(loads(LONG)))
    assert [value for value in cached(content).values() if "Too long to be live" in str(value)] == []
    assert differences(content, IronCalc(content).values(formulas(content))) == []


def misfits(planned: Plan) -> list[str]:
    """Return each elasticity that IronCalc shows of some results, in each scenario, and that the engine has not."""
    planned = in_steps(planned)
    base = evaluate(planned)
    ranges = Ranges(Cases(Layout(planned), base, tuple([evaluate(planned, case.id) for case in planned.cases])))
    inputs = [row for row in ranges.inputs if row.quantity is not None and not row.quantity.choice]
    cells = {row.id: ("Sensitivity", f"{letter(ELASTICITY)}{ranges.line(row)}") for row in inputs}
    iron = IronCalc(workbook(planned))
    found = []
    for turn, case in enumerate(planned.cases):
        results = evaluate(planned, case.id)
        iron.type("Cover", "E6", case.label)
        for output, title in list(zip(ranges.cases.outputs, ranges.titles, strict=True))[turn::3]:
            iron.type("Sensitivity", "E6", title)
            shown = iron.values(cells.values())
            (engine,) = sensitivity(results, [Cell(output.row.id, output.number)])
            by_name = {one.name: one.elasticity for one in engine.inputs if one.number is None}
            for id_, cell in cells.items():
                expected = by_name.get(id_, 0.0)
                is_none = expected is None or not engine.value
                if shown[cell] != ("none" if is_none else pytest.approx(expected, rel=1e-7, abs=1e-9)):
                    found.append(f"{case.id}: {title} by {id_} is {shown[cell]}, not {expected}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_random_models_show_the_elasticities_of_the_engine(seed: int) -> None:
    # Seeds far apart, so that what is drawn anew is no other seed's model.
    for planned in islice(calm(range(seed + 500, 100_000, 1000)), 1):
        assert misfits(planned) == []
