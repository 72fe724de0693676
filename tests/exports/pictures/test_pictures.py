"""Pictures of charts: the same twice, with the words of the model as words."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET  # the workbooks are our own

import pytest

from tests.command_line import run
from tests.toys.bakery import BAKERY, CHARTS, EACH, MORE, ODD, RUDE, declared


def test_pictures_are_the_same_twice_and_say_what_the_model_says(tmp_path: Path) -> None:
    text = BAKERY + MORE + declared({name: f'title = """{RUDE}"""\n{CHARTS[name]}' for name in EACH})
    for label in ("Debt", "Gross profit", "Profit", "Rent"):
        text = text.replace(f'label = "{label}"', f'label = "{label} $_1^2$"')
    (tmp_path / "bakery.toml").write_text(text)
    written = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        result = run("export", str(tmp_path / "bakery.toml"), "--charts", str(folder))
        assert result.exit_code == 0, result.output
        written.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert written[0] == written[1]
    assert set(written[0]) == {f"{name}.{suffix}" for name in EACH for suffix in ("svg", "png")}
    for name in EACH:
        svg = "".join(ET.fromstring(written[0][f"{name}.svg"]).itertext())  # noqa: S314
        assert RUDE in svg, name
        assert written[0][f"{name}.png"].startswith(b"\x89PNG")
        # Bars have names only where there are several; a step's name is broken over lines.
        assert ("$_1^2$" in svg) is (name != "everyone"), name


@pytest.mark.parametrize("where", ["missing/charts", "file"])
def test_pictures_have_nowhere_to_go(where: str, tmp_path: Path) -> None:
    (tmp_path / "bakery.toml").write_text(BAKERY)
    (tmp_path / "file").write_text("mine")
    result = run("export", str(tmp_path / "bakery.toml"), "--charts", str(tmp_path / where))
    assert result.exit_code == 2
    assert "file" in result.output if where == "file" else "no directory" in result.output
    assert (tmp_path / "file").read_text() == "mine"


def test_a_label_that_begins_with_an_underscore_stands_in_the_legend(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(f'{BAKERY}{ODD}[charts.c]\nkind = "line"\nx = "rent"\ny = ["named", "gross"]\n')
    assert not run("export", str(tmp_path / "m.toml"), "--charts", str(tmp_path / "o")).exit_code
    assert b"_Named" in (tmp_path / "o" / "c.svg").read_bytes()
