"""The bridge between two scenarios on Scenarios, live: what each changed input adds, as Shapley values say."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations
from math import factorial

import numpy as np
import pytest

from engine.model.load import loads
from engine.plan.evaluate import Results, evaluate
from engine.plan.outputs import Output, outputs
from engine.plan.plan import Case, Plan
from engine.planning.planner import plan
from engine.versions.attribution import attribute
from engine.versions.pair import Pair
from exports.workbook.layout.choices import is_choice
from exports.workbook.layout.turns.mixtures import mixtures_of
from exports.workbook.xlsx import workbook
from tests.exported import book, planned
from tests.oracles.agreement import differences
from tests.oracles.contents import cached, formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice

TITLE = "From one scenario to another"
_MOST_BARS = 12
MODEL = """
[model]
title    = "Bridges"
outputs  = ["profit", "share"]
scenario = "plan"

[dimensions.year]
from = 2026
to   = 2028

[dimensions.site]
members = ["North", "South"]

[scenarios.plan]
label = "Plan"

[scenarios.bold]
label       = "Bold"
set.price   = 12
set.sites   = { North = 30 }
set.where   = "South"
scale.wages = 1.5

[scenarios.none]
label     = "Nothing sold"
set.sites = 0
set.price = 0

[q.price]
label = "Price"
value = 10
unit  = "1"
note  = "n"

[q.sites]
label = "Sold"
over  = "site"
value = { North = 20, South = 5 }
unit  = "1"
note  = "n"

[q.where]
label  = "Where the tax is paid"
choice = "site"
value  = "North"
note   = "n"

[q.tax]
label = "Tax"
over  = "site"
value = { North = 3, South = 2 }
unit  = "1"
note  = "n"

[q.wages]
label   = "Wages"
over    = "year"
value   = { from = 2026, list = [5] }
formula = "prev(wages, 0) * 1.1"
unit    = "1"
note    = "n"

[q.profit]
label   = "Profit"
formula = "price * sum(sites) - sum(wages) - tax[where]"
unit    = "1"

[q.share]
label   = "Share of *North*"
formula = 'sites["North"] / (sum(sites) + 1)'
unit    = "percent"
"""
# Between the two no mixture has a value but these themselves: 1 / (a - b) with one of both changed.
GAP = """
[model]
title   = "Gap"
outputs = ["y"]

[scenarios.other]
label = "Other"
set.a = 2
set.b = 1

[q.a]
label = "A"
value = 1
unit  = "1"
note  = "n"

[q.b]
label = "B"
value = 2
unit  = "1"
note  = "n"

[q.y]
label   = "Y"
formula = "1 / (a - b)"
unit    = "1"
"""


def naive(plan_: Plan, cases: tuple[Case, Case], output: Output) -> dict[str, float]:
    """Return what each input that differs adds, by its label: over all sets of the others, one evaluation each."""
    results = [evaluate(plan_, case.id) for case in cases]
    moved = [row for row in plan_.inputs if not np.array_equal(results[0][row.id], results[1][row.id])]
    values: dict[frozenset[str], float] = {}
    for size in range(len(moved) + 1):
        for chosen in combinations([row.id for row in moved], size):
            changes = {id_: results[1].values[plan_.index[id_]] * plan_.row(id_).unit.scale for id_ in chosen}
            values[frozenset(chosen)] = evaluate(plan_, cases[0].id, changes).at(output.cell)
    count = len(moved)
    return {
        row.label: sum(
            factorial(len(without)) * factorial(count - len(without) - 1) / factorial(count)
            * (values[without | {row.id}] - value)
            for without, value in values.items()
            if row.id not in without
        )
        for row in moved
    }  # fmt: skip


def top(content: bytes) -> int:
    """Return the line of Scenarios that heads the bridge."""
    return next(
        int(address[1:])
        for (sheet, address), value in cached(content).items()
        if (sheet, value) == ("Scenarios", TITLE)
    )


def shown(iron: IronCalc, first: int, chosen: Sequence[str]) -> list[tuple[object, object]]:
    """Return the labels and the numbers of the table's lines, with two scenarios and an output chosen."""
    for offset, text in enumerate(chosen, 1):
        iron.type("Scenarios", f"E{first + offset}", text)
    cells = [("Scenarios", f"{column}{first + 5 + line}") for line in range(_MOST_BARS) for column in "BE"]
    values = list(iron.values(cells).values())
    pairs: list[tuple[object, object]] = list(zip(values[::2], values[1::2], strict=True))
    return pairs[: next(at for at, (_, value) in enumerate(pairs) if value in {"", None})]


def _compare(plan_: Plan, content: bytes, every: Sequence[tuple[Case, Case]]) -> None:
    iron, first = IronCalc(content), top(content)
    wanted = [output for output in outputs(plan_) if not is_choice(output.row)]
    for one, other in every:
        ends = evaluate(plan_, one.id), evaluate(plan_, other.id)
        engine = _of_engine(plan_, ends, wanted)
        for at, output in enumerate(wanted):
            begin, *changes, end = _cut(shown(iron, first, [one.label, other.label, output.label]), other.label)
            size = max(1e-3, *[abs(side.at(output.cell)) for side in ends])
            assert begin == (one.label, pytest.approx(ends[0].at(output.cell), rel=1e-12))
            assert end == (other.label, pytest.approx(ends[1].at(output.cell), rel=1e-12))
            added = {label: float(str(value)) for label, value in changes}
            assert sum(added.values()) == pytest.approx(float(str(end[1])) - float(str(begin[1])), abs=1e-12 * size)
            for split in (naive(plan_, (one, other), output), *engine[at : at + 1]):
                # What does not feed any output is no change here.
                assert all(added.get(label, 0.0) == pytest.approx(value, abs=1e-12 * size)
                           for label, value in split.items())  # fmt: skip
                assert all(value == 0 for label, value in added.items() if label not in split)


def _cut(lines: list[tuple[object, object]], end: str) -> list[tuple[object, object]]:
    last = next(at for at, (label, _) in enumerate(lines) if at and label == end)
    return lines[: last + 1]


def _of_engine(plan_: Plan, ends: tuple[Results, Results], wanted: Sequence[Output]) -> list[dict[str, float]]:
    """Return the split of `plainsheet diff` by labels; nothing where a lag differs, of which it is of one change."""
    if any(ends[0][id_] != ends[1][id_] for id_ in plan_.lags):
        return []
    found = attribute(Pair.of(plan_, plan_), *ends, [output.cell for output in wanted])
    return [
        {
            " and ".join(plan_.row(id_).label for id_ in player.ids): share / output.row.unit.scale
            for player, share in zip(found.players, found.shares[:, at].tolist(), strict=True)
        }
        for at, output in enumerate(wanted)
    ]


@pytest.fixture(scope="module")
def toy() -> tuple[Plan, bytes]:
    """Return the model above, and its workbook."""
    found = plan(loads(MODEL))
    return found, workbook(found)


def test_what_each_change_adds_is_its_shapley_value_between_any_two_scenarios(toy: tuple[Plan, bytes]) -> None:
    _compare(*toy, list(permutations(toy[0].cases, 2)))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sora", "loan", "gpu_cluster"])
def test_so_it_is_in_the_models(name: str) -> None:
    cases = planned(name).cases
    _compare(planned(name), book(name), [(cases[0], cases[-1]), (cases[-1], cases[1])])


def test_every_spreadsheet_agrees_on_the_toy(toy: tuple[Plan, bytes]) -> None:
    assert differences(toy[1], IronCalc(toy[1]).values(formulas(toy[1]))) == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_agrees_too(toy: tuple[Plan, bytes]) -> None:
    assert differences(toy[1], libreoffice([toy[1]])[0]) == []


def test_a_change_that_is_typed_later_is_told_with_the_last_one(toy: tuple[Plan, bytes]) -> None:
    iron, first = IronCalc(toy[1]), top(toy[1])
    tax = next(address for (sheet, address), text in cached(toy[1]).items() if (sheet, text) == ("Inputs", "tax"))
    # The lines of scenarios stand below the live one: plan, then bold.
    iron.type("Inputs", f"G{int(tax[1:]) + 2}", 4)
    begin, *changes, end = shown(iron, first, ["Plan", "Bold", "Profit"])
    assert [label for label, _ in changes] == ["Price", "Sold", "Where the tax is paid", "Tax and 1 more"]
    assert sum(float(str(value)) for _, value in changes) == pytest.approx(float(str(end[1])) - float(str(begin[1])))


def test_the_sheet_says_where_nothing_differs(toy: tuple[Plan, bytes]) -> None:
    iron, first = IronCalc(toy[1]), top(toy[1])
    note = next(
        address
        for (sheet, address), text in cached(toy[1]).items()
        if sheet == "Scenarios" and str(text).startswith("What an input adds is the mean over all orders")
    )
    assert [label for label, _ in shown(iron, first, ["Plan", "Plan", "Profit"])] == ["Plan", "Plan"]
    assert iron.values([("Scenarios", note)])["Scenarios", note] == "Choose two scenarios that differ."
    alike = workbook(plan(loads(GAP.replace("set.a = 2", "set.a = 1").replace("set.b = 1", "set.b = 2"))))
    assert TITLE not in cached(alike).values()


def test_a_mixture_without_a_value_is_told() -> None:
    content = workbook(plan(loads(GAP)))
    iron = IronCalc(content)
    assert differences(content, iron.values(formulas(content))) == []
    lines = shown(iron, top(content), ["As written", "Other", "Y"])
    assert lines == [("As written", -1), ("A", "no value"), ("B", "no value"), ("Other", 1)]


@pytest.mark.parametrize(("most", "how"), [(8, "two orders"), (7, "left out")])
def test_where_mixtures_do_not_fit_the_sheet_says_so(monkeypatch: pytest.MonkeyPatch, most: int, how: str) -> None:
    monkeypatch.setattr(
        "exports.workbook.layout.turns.mixtures.mixtures_of", lambda changes, _: mixtures_of(changes, most)
    )
    found = plan(loads(MODEL))
    content = workbook(found)
    texts = [str(text) for (sheet, _), text in cached(content).items() if sheet == "Scenarios"]
    if how == "left out":
        assert "Left out for its size." in texts
        return
    assert any("two orders" in text for text in texts)
    iron = IronCalc(content)
    assert differences(content, iron.values(formulas(content))) == []
    output = next(one for one in outputs(found) if one.row.id == "profit")
    cases = found.case("plan"), found.case("bold")
    _, *changes, _ = shown(iron, top(content), ["Plan", "Bold", "Profit"])
    assert dict(changes) == pytest.approx(_in_two_orders(found, cases, output))


def _in_two_orders(plan_: Plan, cases: tuple[Case, Case], output: Output) -> dict[str, float]:
    results = [evaluate(plan_, case.id) for case in cases]
    moved = [row for row in plan_.inputs if not np.array_equal(results[0][row.id], results[1][row.id])]
    added = dict.fromkeys([row.label for row in moved], 0.0)
    for order in (moved, moved[::-1]):
        changes: dict[str, object] = {}
        before = results[0].at(output.cell)
        for row in order:
            changes[row.id] = results[1].values[plan_.index[row.id]] * row.unit.scale
            after = evaluate(plan_, cases[0].id, changes).at(output.cell)  # type: ignore[arg-type]  # arrays
            added[row.label] += (after - before) / 2
            before = after
    return added


@pytest.mark.parametrize(("changes", "most"), [(1, 2), (2, 4), (3, 8), (3, 7), (5, 32), (5, 10)])
def test_steps_of_all_mixtures_lead_from_one_scenario_to_the_other(changes: int, most: int) -> None:
    found = mixtures_of(changes, most)
    assert found is not None
    assert found.is_exact == (most == 2**changes)
    assert not found.masks[0].any()
    assert found.masks[-1].all()
    for step in found.steps:
        grown = found.masks[step.before].copy()
        assert not grown[step.change]
        grown[step.change] = True
        assert (grown == found.masks[step.after]).all()
    shares = [sum(step.share for step in found.steps if step.change == change) for change in range(changes)]
    assert shares == pytest.approx([1.0] * changes)


def test_without_room_for_two_orders_there_are_no_mixtures() -> None:
    assert mixtures_of(5, 9) is None
