"""Many cases of a plan's draws: against closed forms, and one case at a time against the engine."""

from __future__ import annotations

import pickle
from math import exp, log

import numpy as np
import pytest
from scipy import stats

from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from engine.uncertainty import cases as cases_
from engine.uncertainty import sampling as sampling_
from engine.uncertainty import simulation as simulation_
from engine.uncertainty.cases import Asked, Cases
from engine.uncertainty.drivers import indices
from engine.uncertainty.figures import Figure
from engine.uncertainty.run import Run
from engine.uncertainty.simulation import Simulation, simulate
from engine.uncertainty.statements.conditions import condition
from engine.uncertainty.summaries import samples as samples_
from engine.uncertainty.summaries.tallies import Part
from engine.work.workers import Threads

Z = stats.norm.ppf(0.95)
_HEAD = """
[model]
title = "Bakery"
scenario = "plan"

[dimensions.shop]
members = ["Hill", "Lake"]

[dimensions.year]
from = 2026
to = 2028

[units]
EUR = "[money]"
loaf = "[bread]"

[scenarios.plan]
label = "Plan"
"""
_PRICES = """
[bakery]
rent  = { label = "Rent", unit = "EUR", value = 10, range = [8, 12], distribution = "normal" }
wage  = { label = "Wage", unit = "EUR", value = 5, range = [2, 9], distribution = "normal" }
fixed = { label = "Fixed", unit = "EUR", value = 4, range = [2, 9] }
cost  = { label = "Cost", unit = "EUR", formula = "rent + 2 * wage + fixed" }
"""


def planned(text: str) -> Plan:
    return plan(loads(_HEAD + text))


def of(made: Plan, *names: str, **more: object) -> Simulation:
    return simulate(made, [Cell(name) for name in names], **more)  # type: ignore[arg-type]


def test_a_sum_of_normals_is_normal() -> None:
    (cost,) = of(planned(_PRICES), "cost").spreads
    known = stats.norm(10 + 2 * 5.5 + 4, np.hypot(4, 2 * 7) / 2 / Z)
    assert cost.figures.mean.value == pytest.approx(known.mean(), rel=1e-4)
    assert cost.figures.sd.value == pytest.approx(known.std(), rel=1e-3)
    for share, found in cost.figures.percentiles.items():
        assert found.value == pytest.approx(known.ppf(share / 100), abs=4 * found.error + 1e-9)
        assert 0 < found.error < 0.05


def test_a_product_of_lognormals_is_lognormal() -> None:
    made = planned("""
[bakery]
price = { label = "Price", unit = "EUR/loaf", value = 2, range = [1, 4], distribution = "lognormal" }
loaves = { label = "Loaves", unit = "loaf", value = 300, range = [100, 500], distribution = "lognormal" }
sales = { label = "Sales", unit = "EUR", formula = "price * loaves" }
""")
    sales = of(made, "sales", samples=65_536).spreads[0].figures
    sigma = np.hypot(log(4), log(5)) / 2 / Z
    middle = (1 * 4 * 100 * 500) ** 0.5
    assert sales.mean.value == pytest.approx(middle * exp(sigma**2 / 2), rel=1e-4)
    assert sales.percentiles[50].value == pytest.approx(middle, rel=2e-3)
    assert sales.percentiles[95].value == pytest.approx(middle * exp(Z * sigma), rel=3e-3)


def test_each_case_is_what_the_engine_has_for_its_draws() -> None:
    made = planned("""
[bakery]
price = { label = "Price", unit = "EUR/loaf", over = "shop", value = 2, range = [1, 4], distribution = "uniform" }
share = { label = "Share", unit = "percent", over = "shop", value = 50, range = { Hill = [40, 60], Lake = [10, 90] }, distribution = "pert" }
ovens = { label = "Ovens", unit = "1", value = 3, range = [1, 9], distribution = "uniform", whole = true }
start = { label = "Start", unit = "EUR", value = 2, range = [1, 3], distribution = "triangular" }
loaves = { label = "Loaves", unit = "loaf", over = "shop", value = { Hill = 100, Lake = 50 } }
sales = { label = "Sales", unit = "EUR", over = ["shop", "year"], formula = "price * share * loaves * ovens * round(ovens / 2)" }
debt = { label = "Debt", unit = "EUR", over = "year", formula = "prev(debt, start) * 1.5 + sum(sales, over=shop)", min = 0 }
""")
    cells = [Cell("debt", 2), Cell("sales", 3), Cell("start")]
    found = simulate(made, cells, samples=1_024)
    draws = found.draws()
    assert set(draws) == {"price", "share[Hill]", "share[Lake]", "ovens", "start"}
    for case in (0, 1, 500, 1_023):
        alone = evaluate(made, None, {name: float(values[case]) for name, values in draws.items()})
        assert found.computed().values[:, case].tolist() == pytest.approx(
            [alone.cells(one.id)[one.number] for one in cells], rel=1e-12
        )


def test_blocks_workers_and_stages_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    made = planned(_PRICES)
    whole = of(made, "cost", samples=65_536)
    for block, workers in ((16, 2), (256, 1), (1_024, 3), (131_072, 2)):
        monkeypatch.setattr(cases_, "BLOCK", block)
        again = of(made, "cost", samples=65_536, workers=Threads(workers))
        assert np.array_equal(again.computed().values, whole.computed().values)
        assert again.spreads == whole.spreads


def test_a_sample_of_many_values_is_the_same_however_they_are_shared_out(monkeypatch: pytest.MonkeyPatch) -> None:
    made = planned(_PRICES)
    whole = of(made, "cost", samples=65_536)
    monkeypatch.setattr(samples_, "KEPT", 512)
    monkeypatch.setattr(cases_, "BLOCK", 512)
    first = of(made, "cost", samples=65_536, workers=Threads(1))
    monkeypatch.setattr(cases_, "BLOCK", 256)
    again = of(made, "cost", samples=65_536, workers=Threads(3))
    assert again.spreads == first.spreads
    assert all(len(levels) <= 512 for one in first.tallies for levels in one.samples[0])
    exact, near = (one.spreads[0].figures for one in (whole, first))
    assert (near.mean, near.sd, near.missing) == (exact.mean, exact.sd, exact.missing)
    for share, figure in near.percentiles.items():
        assert figure.value != exact.percentiles[share].value
        # What the sample is off by shows in the error.
        assert figure.value == pytest.approx(exact.percentiles[share].value, abs=3 * figure.error)


def test_cases_are_pickled_as_the_text_of_their_model_and_what_is_asked() -> None:
    made = planned(_PRICES + '[checks]\nlow = { label = "Low", test = "cost <= 3 * rent" }\n')
    asked = Asked((Cell("cost"),), (condition(made, "low", "--target"),), condition(made, "rent > 10", "--given"))
    cases = Cases(made, None, (("fixed", 5.0),), asked, 1)
    sent = pickle.dumps(cases)
    assert len(sent) < 2 * len(_HEAD + _PRICES) + 2_000
    there = pickle.loads(sent)  # noqa: S301  # our own
    assert there.plan is pickle.loads(sent).plan  # noqa: S301  # planned once
    (one,), (other,) = (each.tallies([Part(3, 128, 256)]) for each in (cases, there))
    assert (one.counted, one.hits.tolist()) == (other.counted, other.hits.tolist())
    assert all(map(np.array_equal, one.moments, other.moments))
    assert np.array_equal(one.samples[0][0], other.samples[0][0])


def test_another_output_beside_it_and_fewer_cases_are_of_the_same_draws() -> None:
    made = planned(_PRICES + 'late = { label = "Late", unit = "EUR", formula = "wage * 2" }\n')
    both, alone = of(made, "cost", "late", samples=4_096), of(made, "late", samples=1_024)
    by_scramble = both.computed().values[1].reshape(16, -1)[:, :64]
    assert np.array_equal(by_scramble.ravel(), alone.computed().values[0])
    assert not np.array_equal(of(made, "late", samples=1_024, seed=2).computed().values, alone.computed().values)


def test_what_is_out_of_its_bounds_is_no_value_and_says_why() -> None:
    made = planned("""
[bakery]
price = { label = "Price", unit = "EUR", value = 2, range = [0, 4], distribution = "uniform" }
steps = { label = "Steps", unit = "1", value = 2, range = [0, 3], distribution = "uniform", whole = true }
left = { label = "Left", unit = "EUR", formula = "price - one", min = 0 }
each = { label = "Each", unit = "EUR", formula = "left / steps" }
root = { label = "Root", unit = "1", formula = "log(price / one) if steps > 1 else 0" }
one = { label = "One", unit = "EUR", value = 1 }
""")
    found = of(made, "left", "each", "root")
    left, each, root = found.spreads
    assert left.figures.missing == pytest.approx(0.25, abs=1e-3)
    assert list(left.why) == ["left is below min = 0"]
    assert left.figures.percentiles[50].value == pytest.approx(1.5, abs=0.01)
    assert each.figures.missing == pytest.approx(1 - 0.75 * 0.75, abs=1e-3)
    assert each.why == {"left is below min = 0": 4096, "steps is 0": 3072}
    assert (root.figures.missing, root.why) == (0.0, {})


def test_an_output_without_any_value_has_no_figures() -> None:
    made = planned("""
[bakery]
price = { label = "Price", unit = "EUR", value = 2, range = [2, 4], distribution = "uniform" }
root = { label = "Root", unit = "1", formula = "sqrt(1 - price / one)" }
one = { label = "One", unit = "EUR", value = 1 }
""")
    (root,) = of(made, "root").spreads
    assert root.figures.missing == 1
    assert np.isnan(root.figures.mean.value)
    assert root.why == {"root: a function has no value there": 16_384}


def test_a_target_counts_a_case_without_a_value_as_missed() -> None:
    made = planned("""
[bakery]
price = { label = "Price", unit = "EUR", value = 2, range = [0, 4], distribution = "uniform" }
left = { label = "Left", unit = "EUR", formula = "price - one", min = 0 }
one = { label = "One", unit = "EUR", value = 1 }
""")
    tests = ["left <= 1 EUR", "left > 1", "price <= 1 EUR", "left != 0", "price >= 0"]
    found = of(made, "left", targets=[condition(made, test, "--target") for test in tests])
    chances = [one.chance.value for one in found.targets]
    assert chances == pytest.approx([0.25, 0.5, 0.25, 0.75, 1], abs=1e-3)
    assert all(0 <= one.chance.error < 0.01 for one in found.targets)


def test_a_check_is_a_target_and_holds_where_it_does_for_all_members() -> None:
    made = planned("""
[bakery]
price = { label = "Price", unit = "EUR", over = "shop", value = 2, range = { Hill = [0, 4], Lake = [0, 4] }, distribution = "uniform" }
one = { label = "One", unit = "EUR", value = 3 }
all = { label = "All", unit = "EUR", formula = "sum(price)" }
root = { label = "Root", unit = "EUR", formula = "all - one", min = 0 }

[checks]
low = { label = "Low", test = "price <= one" }
same = { label = "Same", test = "all == sum(price)" }
near = { label = "Near", test = "all == one", tolerance = 1 }
other = { label = "Other", test = "all != one", tolerance = 1 }
known = { label = "Known", test = "root >= 0 * one" }
""")
    names = ["low", "same", "near", "other", "known"]
    found = of(made, "all", targets=[condition(made, name, "--target") for name in names])
    # The sum of two is within 1 of 3 in the middle of its triangle.
    near = 1 - (2 * 2 / 2 + 4 * 4 / 2) / 16
    chances = [one.chance.value for one in found.targets]
    assert chances == pytest.approx([0.75**2, 1, near, 1 - near, 1 - 3 * 3 / 2 / 16], abs=3e-3)


def test_what_is_given_leaves_out_the_other_cases() -> None:
    made = planned(_PRICES)
    found = of(
        made, "rent", given=condition(made, "rent > 10", "--given"), targets=[condition(made, "rent > 10", "--target")]
    )
    assert found.given is not None
    assert found.given.chance.value == pytest.approx(0.5, abs=1e-3)
    half = stats.halfnorm(10, 2 / Z)
    assert found.spreads[0].figures.mean.value == pytest.approx(half.mean(), rel=1e-3)
    assert found.spreads[0].figures.percentiles[95].value == pytest.approx(half.ppf(0.95), rel=1e-2)
    assert found.targets[0].chance == Figure(1.0, 0.0)
    assert found.spreads[0].figures.missing == 0
    none = of(made, "rent", given=condition(made, "rent > 1000", "--given"))
    assert none.given is not None
    assert none.given.chance.value == 0
    assert np.isnan(none.spreads[0].figures.mean.value)


def test_a_scenario_moves_a_mode_or_holds_and_a_change_holds() -> None:
    made = planned("""
[scenarios.low]
label = "Low"
set.price = 1

[scenarios.far]
label = "Far"
set.price = 9

[bakery]
price = { label = "Price", unit = "EUR", value = 2, range = [1, 4], distribution = "triangular" }
rent = { label = "Rent", unit = "EUR", value = 2, range = [1, 4], distribution = "uniform" }
fixed = { label = "Fixed", unit = "EUR", value = 4, range = [2, 9] }
cost = { label = "Cost", unit = "EUR", formula = "price + rent + fixed" }
""")
    for scenario, changes, mean, held in (
        (None, {}, 7 / 3 + 6.5, {"fixed": "no distribution"}),
        ("low", {}, 2 + 6.5, {"fixed": "no distribution"}),
        ("far", {}, 9 + 6.5, {"price": "outside its range", "fixed": "no distribution"}),
        ("low", {"rent": 3.0}, 2 + 7, {"rent": "set by hand", "fixed": "no distribution"}),
        ("low", {"fixed": 5.0}, 2 + 7.5, {"fixed": "no distribution"}),
    ):
        found = of(made, "cost", scenario=scenario, changes=changes)
        assert found.spreads[0].figures.mean.value == pytest.approx(mean, rel=1e-4)
        assert {one.name: one.reason for one in found.held} == held


def test_it_stops_when_every_percentile_is_sure() -> None:
    made = planned(_PRICES)
    found = of(made, "cost", sure=0.01, samples=2**20)
    assert found.samples in {1_024, 2_048, 4_096, 8_192}
    assert found.spreads[0].figures.sureness <= 0.01
    assert found.is_whole
    assert of(made, "cost", sure=1e-9, samples=4_096).samples == 4_096


def test_an_interrupt_leaves_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    made = planned(_PRICES)
    extend = Run.extend

    def interrupted(run: Run, count: int) -> None:
        if count > 1_024:
            raise KeyboardInterrupt
        extend(run, count)

    monkeypatch.setattr(Run, "extend", interrupted)
    found = of(made, "cost", samples=2**20)
    assert (found.samples, found.wanted, found.is_whole) == (16_384, 2**20, False)
    monkeypatch.setattr(Run, "extend", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        of(made, "cost")


@pytest.mark.parametrize(
    ("keys", "message", "hint"),
    [
        ("", "nothing is drawn that 'cost' depends on", "declare what is uncertain, as in range = [2, 4] and distribution = \"normal\" of 'rent'"),
        (", range = [1, 4]", "nothing is drawn that 'cost' depends on", "say how their ranges are filled, as in distribution = \"triangular\": 'rent'"),
    ],
)  # fmt: skip
def test_nothing_to_draw_is_told(keys: str, message: str, hint: str) -> None:
    made = planned(f"""
[bakery]
rent = {{ label = "Rent", unit = "EUR", value = 2{keys} }}
cost = {{ label = "Cost", unit = "EUR", formula = "rent * 2" }}
""")
    with pytest.raises(ModelError) as raised:
        of(made, "cost")
    assert [(one.message, one.hint) for one in raised.value.problems] == [(message, hint)]


def test_draws_go_together_as_declared() -> None:
    made = planned("""
[[correlations]]
between = ["price", "loaves"]
rank = -0.6

[bakery]
price = { label = "Price", unit = "EUR/loaf", value = 2, range = [1, 4], distribution = "lognormal" }
loaves = { label = "Loaves", unit = "loaf", over = "shop", value = 300, range = { Hill = [100, 500], Lake = [250, 350] }, distribution = "uniform" }
plan = { label = "Plan", choice = "shop", value = "Hill", weights = { Hill = 0.25, Lake = 0.75 } }
sales = { label = "Sales", unit = "EUR", over = "shop", formula = "price * loaves" }
chosen = { label = "Chosen", unit = "EUR", formula = "sales[plan]" }
""")
    found = simulate(made, [Cell("sales", 0), Cell("chosen")], targets=[condition(made, "plan == Lake", "--target")])
    draws = found.draws()
    assert draws.keys() == {"price", "loaves[Hill]", "loaves[Lake]", "plan"}
    for name, rank in (("loaves[Hill]", -0.6), ("loaves[Lake]", -0.6), ("plan", 0)):
        assert stats.spearmanr(draws["price"], draws[name]).statistic == pytest.approx(rank, abs=0.02)
    assert found.targets[0].chance.value == pytest.approx(0.75, abs=1e-3)
    lake = draws["plan"] == 1
    assert np.allclose(
        found.computed().values[1], draws["price"] * np.where(lake, draws["loaves[Lake]"], draws["loaves[Hill]"])
    )


def test_a_lag_is_held_and_a_model_without_an_end_needs_a_name() -> None:
    made = planned("""
[bakery]
lag = { label = "Lag", unit = "1", value = 1, range = [1, 3], distribution = "uniform", whole = true, min = 1 }
sales = { label = "Sales", unit = "1", over = "year", value = { 2026 = 1, 2027 = 2, 2028 = 4 } }
late = { label = "Late", unit = "1", over = "year", formula = "prev(sales, 0, lag)" }
""")
    with pytest.raises(ModelError) as raised:
        simulate(made, [Cell("late", 2)])
    assert [one.hint for one in raised.value.problems] == [
        "what is drawn else is held, as it is a lag, which is the same in all cases: 'lag'"
    ]
    with pytest.raises(ModelError, match="no result that stands at an end"):
        simulate(made, [])


def test_more_numbers_than_are_kept_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    made = planned(_PRICES)
    monkeypatch.setattr(simulation_, "MOST_NUMBERS", 5_000)
    with pytest.raises(ModelError, match="1 output in 16,384 cases are more than the 5,000 numbers that are kept"):
        of(made, "cost")
    assert of(made, "cost", sure=1e-9, samples=2**20).samples == 4_096
    monkeypatch.setattr(indices, "MOST_NUMBERS", 5_000)
    with pytest.raises(ModelError, match="the drivers are more than"):
        indices.drivers(of(made, "cost", samples=1_024), 1_024)


def test_more_draws_than_there_are_points_for_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    made = planned(_PRICES)
    monkeypatch.setattr(sampling_, "MOST_DRAWS", 1)
    with pytest.raises(ModelError) as raised:
        of(made, "cost")
    assert [one.message for one in raised.value.problems] == ["2 numbers are drawn a case, and 1 are the most"]
    monkeypatch.undo()
    monkeypatch.setattr(indices, "MOST_DRAWS", 3)
    with pytest.raises(ModelError) as raised:
        indices.drivers(of(made, "cost"))
    assert [one.message for one in raised.value.problems] == [
        "2 numbers are drawn a case, and 1 are the most for drivers"
    ]


def test_what_is_held_is_no_draw() -> None:
    made = planned("""
[scenarios.far]
label = "Far"
set.rent = 9

[bakery]
rent = { label = "Rent", unit = "EUR", value = 2, range = [1, 4], distribution = "uniform" }
cost = { label = "Cost", unit = "EUR", formula = "rent * 2" }
""")
    for asked, hint in (
        ({"scenario": "far"}, "in this scenario these are outside their ranges, and held: 'rent'"),
        ({"changes": {"rent": 3.0}}, "what is set by hand is held: 'rent'"),
    ):
        with pytest.raises(ModelError) as raised:
            of(made, "cost", **asked)
        assert [one.hint for one in raised.value.problems] == [hint]


@pytest.mark.slow
def test_errors_are_what_they_say_over_many_seeds() -> None:
    made = planned(_PRICES)
    known = stats.norm(10 + 2 * 5.5 + 4, np.hypot(4, 2 * 7) / 2 / Z)
    # An interval of 15 degrees of freedom for 95 %.
    wide = stats.t(15).ppf(0.975)
    inside: dict[str, list[bool]] = {}
    for seed in range(200):
        figures = of(made, "cost", samples=1_024, seed=seed).spreads[0].figures
        told = {"mean": (figures.mean, known.mean()), "sd": (figures.sd, known.std())}
        told |= {f"P{share}": (one, known.ppf(share / 100)) for share, one in figures.percentiles.items()}
        for name, (one, value) in told.items():
            inside.setdefault(name, []).append(abs(one.value - value) <= wide * one.error)
    shares = {name: float(np.mean(each)) for name, each in inside.items()}
    # Of the mean of so few cases the errors have no bell curve, and are rather too wide than too narrow.
    assert all(share >= 0.9 for share in shares.values()), shares
