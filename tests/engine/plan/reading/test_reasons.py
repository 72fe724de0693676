"""Members that are computed by what has no value: told as outside of brackets, with what they are computed from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import run

TOY = (Path(__file__).parents[3] / "problems" / "pick_divides_by_zero.toml").read_text(encoding="utf-8")
FORMULA = "sales[first(year) + floor((year - first(year)) / life)]"


@pytest.mark.parametrize(
    ("formula", "cell"),
    [
        ("sales[first(year) + log(life)]", "result[2026]"),
        ("sales[first(year) + sqrt(first(year) - year)]", "result[2027]"),
        ("sales[year if life == 1 else first(year) / life]", "result[2026]"),
        ("sum(sales[first(year) + log(life):])", "result[2026]"),
    ],
)
def test_a_member_without_a_value_is_told(tmp_path: Path, formula: str, cell: str) -> None:
    path = tmp_path / "toy.toml"
    path.write_text(TOY.replace(FORMULA, formula), encoding="utf-8")
    result = run("check", str(path))
    assert result.exit_code == 1
    assert f"'{cell}' has no finite value in the scenario 'base': " in result.output
    assert "year[2026] = 2026" in result.output
