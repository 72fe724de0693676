"""What a check doubts of years and shares: said where it is likely wrong, and gone once the hint is followed."""

from __future__ import annotations

import pytest

from engine.model.load import loads
from engine.plan.assignments import doubts
from engine.planning.planner import plan
from engine.problems import ModelError

HEAD = '[model]\ntitle = "T"\n[dimensions.year]\nfrom = 2026\nto = 2028\n'


def quantity(id_: str, unit: str, rest: str) -> str:
    return f'[a.{id_}]\nlabel = "{id_}"\nunit = "{unit}"\nnote = "Ours."\n{rest}\n'


def said(text: str, code: str) -> list[str]:
    """Return the messages and hints of one kind that a model gives."""
    problems = plan(loads(HEAD + text)).warnings
    return [f"{problem.message} | {problem.hint}" for problem in problems if problem.code == code]


def shares(formula: str, unit: str = "1", over: str = "") -> list[str]:
    text = quantity("share", "percent", "value = 62.4") + quantity("growth", "percent", "value = 5")
    text += quantity("price", "1", "value = 3") + quantity("y", unit, f'{over}formula = "{formula}"')
    return said(text, "share")


@pytest.mark.parametrize(
    "formula",
    [
        "round(share)", "floor(share)", "ceil(share)", "round(share, 1)", "round(share + growth)", "ceil(1 - share)",
        "round(max(share, growth))", "2 * floor(abs(share))", "min(share, 50)", "max(5, share)", "growth + 5", "5 + growth",
        "growth - 3", "100 - share", "growth / 100", "price * growth / 100", "1 + growth / 100", "price * (growth * 0.01)",
        "share if price > 2 else 50", "1 if share <= 20 else 0", "1 if 20 < share else 0",
    ],
)  # fmt: skip
def test_a_share_taken_for_its_percentage_is_doubted_once(formula: str) -> None:
    assert len(shares(formula)) == 1


@pytest.mark.parametrize(
    "formula",
    [
        "round(share, 2)", "round(share * 100) / 100", "floor((share) * 100) / 100", "ceil(share * price)", "round(price)",
        "min(share, 0.5)", "max(share, 0)", "1 + growth", "1 - share", "2 - share", "growth - 1", "growth / price",
        "share * 100", "share * 100 / 100", "price / 100", "price + 5", "(1 + growth) ** 12", "price * (1 - share) / 12",
        "min(price, 50) * share", "1 if share <= 0.2 else 0", "share / 12",
    ],
)  # fmt: skip
def test_a_share_used_as_a_fraction_is_not_doubted(formula: str) -> None:
    assert shares(formula) == []


def test_a_share_that_a_formula_rounds_is_doubted_and_the_hint_works() -> None:
    (found,) = shares("round(price / 7)", "percent")
    assert found.endswith("write round(price / 7, 2) for whole percent, where 62.4 becomes 62")
    assert shares("round(price / 7, 2)", "percent") == []


def test_a_value_below_one_percent_is_doubted_beside_others_above() -> None:
    tax = quantity("tax", "percent", "value = 20")
    fee = quantity("fee", "percent", "value = 0.08")
    assert said(tax + fee, "share") == [
        "'fee' is given as 0.08, which is 0.08 percent | write 8 for 8 percent; if so little is meant, say max = 1"
    ]
    for settled in ("value = 8", "value = 0.08\nmax = 1", "value = 0.08\nrange = [0.05, 1.5]", "value = 0"):
        assert said(tax + quantity("fee", "percent", settled), "share") == []
    assert said(fee, "share") == []
    assert said(tax + quantity("fee", "percent/year", "value = 0.08"), "share") == []


def test_values_by_member_and_in_scenarios_and_ranges_are_doubted() -> None:
    rows = quantity("tax", "percent", 'over = "year"\nvalue = { 2026 = 20, 2027 = 0.2, 2028 = 20 }')
    assert "0.2 percent" in said(rows, "share")[0]
    scenario = '[scenarios.low]\nlabel = "Low"\nset.tax = 0.1\n'
    assert "write 10 for 10 percent" in said(quantity("tax", "percent", "value = 20") + scenario, "share")[0]
    assert "write 5 for 5" in said(quantity("tax", "percent", "value = 0.05\nrange = [0.03, 0.08]"), "share")[0]


def test_a_share_set_as_a_fraction_is_doubted() -> None:
    made = plan(
        loads(HEAD + quantity("share", "percent", "value = 30") + quantity("fee", "percent", "value = 0.5\nmax = 1"))
    )
    (found,) = doubts(made, ["share=0.3"])
    assert found.hint == "write share=30 for 30 percent, or 0.3% if it is meant"
    assert doubts(made, ["share=30", "share=0.3%", "share=0.3 percent", "fee=0.3", "share=0"]) == []


def years(unit: str, hours: str = "hour", formula: str = "rent * time") -> list[str]:
    text = quantity("rent", f"kW/{unit}", "value = 3") + quantity("time", hours, "value = 8")
    return said(text + quantity("y", "kW", f'formula = "{formula}"'), "year")


def test_a_year_that_meets_hours_is_doubted_once_and_each_hint_works() -> None:
    (found,) = years("year")
    assert "8766 hour per year" in found
    for hours in ("s", "day", "min", "week", "common_year"):
        assert len(years("yr", hours)) == 1
    assert [years(unit) for unit in ("common_year", "julian_year")] == [[], []]
    assert years("year", "month") == years("year", "year") == []


def test_an_energy_over_a_year_is_doubted_and_hours_a_year_settle_it() -> None:
    power = quantity("power", "kW", "value = 3") + quantity("life", "year", "value = 2")
    assert len(said(power + quantity("y", "kWh", 'formula = "power * life"'), "year")) == 1
    hours = quantity("hours", "hour/year", "value = 8760")
    assert said(power + hours + quantity("y", "kWh", 'formula = "power * life * hours"'), "year") == []


@pytest.mark.parametrize("exponent", ["year", "(year + 1)", "(year - 1)", "start", "(start + 2)"])
def test_a_year_of_the_calendar_as_an_exponent_is_doubted(exponent: str) -> None:
    text = quantity("rate", "percent", "value = 5") + quantity("start", "1", "value = 2026")
    assert len(said(text + quantity("y", "1", f'over = "year"\nformula = "(1 + rate) ** {exponent}"'), "year")) == 1


@pytest.mark.parametrize("exponent", ["(year - first(year))", "(year - 2025)", "(year - start)", "2", "(start / 1000)"])
def test_a_number_of_periods_as_an_exponent_is_not_doubted(exponent: str) -> None:
    text = quantity("rate", "percent", "value = 5") + quantity("start", "1", "value = 2026")
    assert said(text + quantity("y", "1", f'over = "year"\nformula = "(1 + rate) ** {exponent}"'), "year") == []


def test_a_missing_rate_of_two_currencies_is_named_and_one_that_is_there_is_used() -> None:
    units = '[units]\nEUR = "[eur]"\nUSD = "[usd]"\n'
    text = units + quantity("sales", "EUR", "value = 3") + quantity("fee", "kUSD", "value = 2")
    total = quantity("total", "EUR", 'formula = "sales + fee"')
    rate = quantity("fx", "EUR/USD", "value = 0.9")
    with pytest.raises(ModelError, match="a rate in EUR/USD is missing"):
        plan(loads(HEAD + text + total))
    with pytest.raises(ModelError, match="in fee, multiply by a quantity in EUR/USD, such as 'fx'"):
        plan(loads(HEAD + text + total + rate))
    assert plan(loads(HEAD + text + total.replace("+ fee", "+ fee * fx") + rate))


@pytest.mark.parametrize("formula", ["x if half == 'a' else 0", "sum(sum(x, by=half), over=half)"])
def test_a_group_that_a_formula_names_is_used(formula: str) -> None:
    text = '[dimensions.half]\nof = "year"\nmap = { 2026 = "a", 2027 = "a", 2028 = "b" }\n'
    text += quantity("x", "1", 'over = "year"\nvalue = 1') + quantity("y", "1", f'over = "year"\nformula = "{formula}"')
    assert said(text, "unused") == []
