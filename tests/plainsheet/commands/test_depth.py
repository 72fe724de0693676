"""Long models: goals over many periods and members are found in numbers, and nothing ends in a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import run

LOAN = """
[model]
title = "Loan"
outputs = ["end"]
[dimensions.month_no]
from = 1
to = {months}
[q]
principal = {{ label = "P", unit = "1", value = 200_000, note = "n" }}
rate = {{ label = "R", unit = "percent", value = 0.5, note = "n" }}
pay = {{ label = "A", unit = "1", value = 1000, note = "n" }}
balance = {{ label = "B", over = "month_no", unit = "1", formula = "prev(balance, principal) * (1 + rate) - pay" }}
end = {{ label = "E", unit = "1", formula = "last(balance)" }}
"""
FLOWS = """
[model]
title = "Flows"
[dimensions.t]
from = 0
to = {last}
[q]
flow = {{ label = "F", over = "t", unit = "1", value = 3, note = "n" }}
rate = {{ label = "R", unit = "percent", value = 1, min = -50, max = 50, note = "n" }}
npv = {{ label = "N", unit = "1", formula = "sum(flow / (1 + rate) ** t)" }}
"""
CHAIN = '[model]\ntitle = "Chain"\n[q]\nx0 = {{ label = "0", unit = "1", value = 1, note = "n" }}\n'


def goal(path: Path, wanted: str, by: str) -> float:
    result = run("goal", wanted, "--by", by, "-m", path, "--json")
    assert result.exit_code == 0, result.output
    return float(json.loads(result.output)["value"])


@pytest.mark.parametrize("months", [12, 60, 120, 360])
def test_the_payment_of_a_loan_is_found_over_any_number_of_months(tmp_path: Path, months: int) -> None:
    path = tmp_path / "loan.toml"
    path.write_text(LOAN.format(months=months))
    annuity = 200_000 * 0.005 / (1 - 1.005**-months)
    assert goal(path, "end=0", "pay") == pytest.approx(annuity, rel=1e-9)


@pytest.mark.parametrize("last", [5, 199, 480])
def test_one_of_many_flows_reaches_a_present_value(tmp_path: Path, last: int) -> None:
    path = tmp_path / "flows.toml"
    path.write_text(FLOWS.format(last=last))
    others = sum(3 / 1.01**t for t in range(1, last + 1))
    assert goal(path, "npv=100", "flow[0]") == pytest.approx(100 - others, rel=1e-9)


@pytest.mark.parametrize("last", [5, 199, 480])
def test_a_closed_form_of_many_flows_is_one_or_stops_at_its_sum(tmp_path: Path, last: int) -> None:
    path = tmp_path / "flows.toml"
    path.write_text(FLOWS.format(last=last))
    result = run("explain", "npv", "--closed-form", "-m", path)
    assert result.output.startswith("npv = ")
    assert last < 100 or "npv = sum(flow / (1 + rate) ** t)\nas written: over all members" in result.output
    assert run("explain", "npv", "-m", path).exit_code == 0


def test_a_chain_of_400_quantities_has_its_goal(tmp_path: Path) -> None:
    path = tmp_path / "chain.toml"
    links = [f'x{n} = {{ label = "{n}", unit = "1", formula = "x{n - 1} + 1" }}\n' for n in range(1, 401)]
    path.write_text(CHAIN.replace("{{", "{").replace("}}", "}") + "".join(links))
    assert goal(path, "x400=1000", "x0") == pytest.approx(600, rel=1e-9)
    assert run("explain", "x400", "--closed-form", "-m", path).exit_code == 0


@pytest.fixture(scope="module")
def long_sum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a model with a sum of 1,000 terms in two units."""
    tables = [
        f'x{n} = {{ label = "X {n}", unit = "{"kUSD" if n % 2 else "USD"}", value = {n % 7 + 1}, note = "n" }}'
        for n in range(1000)
    ]
    formula = "x0" + "".join(f"{'-' if n % 5 == 0 else '+'}x{n}" for n in range(1, 1000))
    total = f'total = {{ label = "Total", unit = "USD", formula = "{formula}" }}'
    path = tmp_path_factory.mktemp("long") / "long.toml"
    path.write_text("\n".join(['[model]\ntitle = "L"\noutputs = ["total"]\n[units]\nUSD = "[m]"\n[q]', *tables, total]))
    return path


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("check", "1001 quantities"),
        ("solve --json", '"value"'),
        ("explain total", "Total (total) = "),
        ("explain total --closed-form", "total = x0 + "),
        ("goal total=0 --by x0", "makes total = 0 USD"),
        ("format --check", "in another form"),
    ],
)
def test_a_sum_of_a_thousand_terms_is_no_depth(long_sum: Path, arguments: str, says: str) -> None:
    result = run(*arguments.split(), "-m", long_sum)
    assert says in result.output
    assert "Traceback" not in result.output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "says"), [("sensitivity total", "elasticity"), ("export --xlsx", "8,192 are the most")]
)
def test_what_takes_long_over_a_thousand_terms(
    long_sum: Path, arguments: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(long_sum.parent)
    assert says in run(*arguments.split(), "-m", long_sum).output
