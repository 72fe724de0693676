"""`plainsheet explain`: from a result down to its inputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import run, succeed
from tests.toys.lemonade import TOY
from tests.toys.power import write
from tests.toys.single import HEAD, one


@pytest.mark.usefixtures("here")
def test_explain_goes_down_to_the_inputs_with_units_and_sources() -> None:
    text = run("explain", "profit").stdout
    for part in (
        "= sales * (1 - share)",
        "= glasses * price * season",
        "2.50 EUR/glass",
        "source: Our stand",
        "day per week",
        "30 percent",
    ):
        assert part in text
    assert "did you mean 'profit'" in run("explain", "proft").stderr


def test_explain_tells_a_shared_branch_once(here: Path) -> None:
    (here / "lemonade.toml").write_text(TOY.replace("sales * (1 - share)", "sales * (1 - share) + sales2 - sales2") +
        '[result.sales2]\nlabel = "Again"\nformula = "sales"\nunit = "EUR"\n')  # fmt: skip
    assert run("explain", "profit").stdout.count("= glasses * price * season") == 1


def test_explain_of_a_deep_chain_says_where_it_stops(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    rows = [f'[a.q{i}y]\nlabel = "q"\nformula = "{f"q{i - 1}y" if i else "x"} + 1"\nunit = "1"\n' for i in range(100)]
    path.write_text(HEAD + one("2") + "".join(rows))
    assert "more below: explain q59y" in run("explain", "q99y", "-m", str(path)).output


def test_a_value_from_a_file_says_where_it_stands(tmp_path: Path) -> None:
    told = succeed("explain", "cost[North, 2027]", "-m", write(tmp_path))
    assert "file: line 3 of 'data/prices.csv'" in told
    assert "file: line 4 of 'data/sites.csv'" in told
