"""More ways out: tables, JSON, diagrams, and a model to begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.toys.lemonade import TOY


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lemonade.toml").write_text(TOY)
    return tmp_path
