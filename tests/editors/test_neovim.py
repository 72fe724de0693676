"""The language server in Neovim, with the settings that the documentation has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.model.load import loads
from engine.planning.planner import plan
from engine.rename import rename
from engine.text.canonical import canonical
from tests.oracles.neovim import drive
from tests.places import ROOT
from tests.toys.lemonade import TOY

WRONG = TOY.replace('"glasses * price * season"', '"prise * glasses * season"')


def settings(version: str) -> str:
    """Return the settings of the documentation for a version of Neovim."""
    page = (ROOT / "docs" / "editor.md").read_text()
    found = re.search(rf"```lua {re.escape(version)}\n(.*?)```", page, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.neovim
def test_a_model_is_mended_named_otherwise_and_brought_into_form(tmp_path: Path) -> None:
    (tmp_path / "lemonade.toml").write_text(WRONG)
    told = drive(tmp_path, settings("0.7"), "lemonade.toml")
    line = WRONG[: WRONG.index("prise")].count("\n") + 1
    [problem] = told["problems"]
    assert (problem["line"], problem["message"].endswith("hint: did you mean 'price'?")) == (line, True)
    assert told["fix"] == "Write 'price'"
    mended = WRONG.replace("prise", "price")
    assert told["hover"].startswith("**Price of a glass** · price, input")
    assert mended.splitlines()[told["definition"] - 1] == "[stand.price]"
    assert "price" in told["completion"]
    made = plan(loads(mended))
    renamed = rename(made, "stand.price", "cost").text
    assert told["renamed"] == renamed.removesuffix("\n")
    assert "'max' cannot be an id" in told["refused"]
    assert told["formatted"] == canonical(f"\n\n\n{renamed}").removesuffix("\n")
