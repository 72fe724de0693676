"""Percentiles and chances in a review: in words, in Markdown and as plain values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import run
from tests.toys.lemonade import TOY

DRAWN = TOY.replace("range  = [1, 4]", 'range  = [1, 4]\ndistribution = "triangular"')
DEARER = DRAWN.replace("= 2.50", "= 3").replace("value  = 30", "value  = 31").replace("8400", "10080").replace(
    "35.3e3", '35.3e3, disputed = "it was another price"')  # fmt: skip


@pytest.fixture
def both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a model whose price is drawn, before and after it was raised."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.toml").write_text(DRAWN)
    (tmp_path / "new.toml").write_text(DEARER)
    return tmp_path


@pytest.mark.usefixtures("both")
def test_what_moves_is_told_with_what_each_change_adds() -> None:
    said = run("diff", "old.toml", "new.toml").stdout
    start = said.index("Spreads, in the scenario usual (both versions drawn alike)")
    lines = said[start:].splitlines()[1:4]
    assert [line.split(":")[0] for line in lines] == [f"  Profit in the season, {p}" for p in ("P5", "P50", "P95")]
    assert all(" by Price of a glass +" in line and "Share that the lemons cost -" in line for line in lines)


@pytest.mark.usefixtures("both")
def test_as_plain_values_the_parts_add_up() -> None:
    told = json.loads(run("diff", "old.toml", "new.toml", "--json").stdout)["spreads"]
    assert [one["figure"] for one in told if one["output"] == "profit"] == ["P5", "P50", "P95"]
    for one in told:
        assert sum(part["share"] for part in one["parts"]) == pytest.approx(one["after"] - one["before"], rel=1e-9)
        assert 0 <= one["error"] < abs(one["after"] - one["before"])


@pytest.mark.usefixtures("both")
def test_a_comment_has_them_folded() -> None:
    said = run("diff", "old.toml", "new.toml", "--markdown").stdout
    assert "<details><summary>Spreads: 3 figures move</summary>" in said


def test_without_ranges_that_are_drawn_nothing_is_told(both: Path) -> None:
    (both / "old.toml").write_text(TOY)
    (both / "new.toml").write_text(TOY.replace("= 2.50", "= 3"))
    assert "Spreads" not in run("diff", "old.toml", "new.toml").stdout
    assert json.loads(run("diff", "old.toml", "new.toml", "--json").stdout)["spreads"] == []
