"""Results of scenarios are computed when they are asked for, and kept as far as memory is to be had."""

from __future__ import annotations

import pytest

from engine import solve
from engine.model.load import loads
from engine.planning.planner import plan
from engine.solve import Scenarios, solved_cases
from tests.command_line import MOST_MEMORY, bounded
from tests.toys.lemonade import TOY

HUGE = """
[model]
title   = "Huge"
outputs = ["total"]
[dimensions]
a = { from = 1, to = 1000 }
b = { from = 1, to = 199 }
[q]
x     = { label = "X", over = ["a", "b"], value = 1, unit = "1", note = "n" }
total = { label = "Total", formula = "sum(y7, over=[a, b])", unit = "1" }
y0    = { label = "Y", over = ["a", "b"], formula = "x + 1", unit = "1" }
"""


def test_scenarios_are_as_computed_however_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made = plan(loads(TOY))
    all_, problems = solved_cases(made)
    monkeypatch.setattr(solve, "_MOST_KEPT", 0)
    few = Scenarios(made)
    assert (problems, list(all_), len(few)) == ((), [case.id for case in made.cases], len(made.cases))
    for _ in range(2):
        assert {id_: one["profit"] for id_, one in few.items()} == {id_: one["profit"] for id_, one in all_.items()}
    with pytest.raises(KeyError):
        few["none"]


def test_a_scenario_without_results_is_not_there() -> None:
    made = plan(
        loads(
            TOY
            + "\n[scenarios.none]\nlabel = 'None'\nset.price = 0\n[stand.inverse]\nlabel = 'I'\nformula = 'price / price'\nunit = '1'\n"
        )
    )
    few = Scenarios(made)
    assert few.get("none") is None
    results, problems = solved_cases(made)
    assert ("none" in results, len(problems)) == (False, 1)


@pytest.mark.slow
def test_the_largest_model_in_a_hundred_scenarios_stays_within_memory(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("huge") / "huge.toml"
    rows = [f'y{n} = {{ label = "Y", over = ["a", "b"], formula = "y{n - 1} * x", unit = "1" }}\n' for n in range(1, 8)]
    cases = [f'[scenarios.s{n}]\nlabel = "S{n}"\nset.x = {1 + n / 100}\n' for n in range(100)]
    path.write_text(HUGE + "".join(rows + cases))
    for command in ("check", "solve"):
        done = bounded(command, path)
        assert (done.returncode, done.stderr) == (0, ""), MOST_MEMORY
