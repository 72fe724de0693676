"""Pictures of charts: the same twice, with the words of the model as words."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET  # the workbooks are our own

import pytest

from tests.command_line import COMMAND, run
from tests.places import ROOT
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


NARROW = """
[model]
title = "Narrow"
[scenarios.small]
label = "Small"
set.x = 2.1
[scenarios.large]
label = "Large"
set.x = 4.8
[q]
x       = { label = "Size", value = 3, unit = "1", range = [2.1, 4.8], note = "n" }
hundred = { label = "Hundred", value = 100, unit = "1", note = "n" }
z       = { label = "Factor", formula = "1 + x / hundred", unit = "1" }
[charts]
line = { kind = "line", x = "x", y = "z", log = ["x", "y"] }
bar  = { kind = "bar", x = "scenario", y = "z", log = "y" }
"""


def test_a_logarithmic_axis_within_a_decade_has_numbers_along_its_curve(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(NARROW)
    assert not run("export", str(tmp_path / "m.toml"), "--charts", str(tmp_path / "o")).exit_code
    for name, along in (("line", {"2.5", "3", "3.5", "4", "4.5"}), ("bar", set())):
        svg = ET.fromstring((tmp_path / "o" / f"{name}.svg").read_bytes())  # noqa: S314
        texts = {"".join(one.itertext()).strip() for one in svg.iter("{http://www.w3.org/2000/svg}text")}
        assert {"1.025", "1.03", "1.035", "1.04", "1.045", *along} <= texts
        # Not down to the decade below.
        assert texts.isdisjoint({"1", "10"})


def test_pictures_are_the_same_and_silent_whatever_the_surroundings_say(tmp_path: Path) -> None:
    (tmp_path / "bakery.toml").write_text(BAKERY)
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "matplotlibrc").write_text("font.size: 30\nlines.linewidth: foo\nno: such\n")
    drawn = set()
    for number, surroundings in enumerate(
        (
            {"PYTHONHASHSEED": "1", "MPLBACKEND": "nonsense", "MATPLOTLIBRC": str(tmp_path / "settings")},
            {"PYTHONHASHSEED": "2", "MPLBACKEND": "qtagg"},
        )
    ):
        command = [*COMMAND, "sensitivity", "-m", "bakery.toml", "--plot", f"{number}.svg"]
        done = subprocess.run(
            command, cwd=tmp_path, env=os.environ | surroundings, capture_output=True, text=True, check=True
        )
        assert done.stderr.count("\n") == 1, done.stderr
        drawn.add((tmp_path / f"{number}.svg").read_bytes())
    assert len(drawn) == 1


def test_a_backend_of_somebody_who_draws_on_a_screen_stays() -> None:
    code = (
        "import os; os.environ['MPLBACKEND'] = 'pdf'\n"
        "from exports.pictures.figure import _import_matplotlib as load; load(); import matplotlib\n"
        "assert matplotlib.rcParams['backend'] == os.environ['MPLBACKEND'] == 'pdf'\n"
        "matplotlib.use('svg'); load(); assert matplotlib.rcParams['backend'] == 'svg'"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.slow  # where matplotlib can keep nothing, it looks for fonts anew
def test_pictures_need_no_home(tmp_path: Path) -> None:
    (tmp_path / "bakery.toml").write_text(BAKERY)
    command = [*COMMAND, "sensitivity", "-m", "bakery.toml", "--plot", "o.svg"]
    drawn = set()
    for surroundings in ({}, {"HOME": "/proc/none", "MPLCONFIGDIR": "/proc/none"}):
        done = subprocess.run(
            command, cwd=tmp_path, env=os.environ | surroundings, capture_output=True, text=True, check=True
        )
        assert done.stderr.count("\n") == 1, done.stderr
        drawn.add((tmp_path / "o.svg").read_bytes())
    assert len(drawn) == 1


def test_a_tornado_says_large_numbers_with_separators_and_its_title_is_above_its_legend(tmp_path: Path) -> None:
    text = '[model]\ntitle = "L"\n[a.x]\nlabel = "X"\nvalue = 12345678\nunit = "1"\nrange = [1e7, 2e7]\nnote = "n"\n'
    text += '[a.y]\nlabel = "Y"\nformula = "x * 2"\nunit = "1"\n[charts.t]\nkind = "tornado"\ny = "y"\n'
    (tmp_path / "m.toml").write_text(text)
    assert not run("export", str(tmp_path / "m.toml"), "--charts", str(tmp_path / "o")).exit_code
    svg = ET.fromstring((tmp_path / "o" / "t.svg").read_bytes())  # noqa: S314
    said = {"".join(one.itertext()).strip(): one for one in svg.iter("{http://www.w3.org/2000/svg}text")}
    assert {"Y: 24,691,400", "10,000,000", "20,000,000"} <= set(said)

    def height(name: str) -> float:
        numbers = re.findall(r"[-\d.]+", said[name].get("transform", ""))
        return float(said[name].get("y") or numbers[1])

    assert height("Y: 24,691,400") + 8 < height("Input at low end")
