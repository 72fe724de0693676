"""Pictures are drawn in silence and alike, whatever the surroundings say of matplotlib."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import COMMAND
from tests.places import ROOT
from tests.toys.bakery import BAKERY

SETTINGS = "font.size: 30\nlines.linewidth: foo\nno: such\n"
ODD_PLACES = ({"MPLBACKEND": "nonsense", "MATPLOTLIBRC": "settings"}, {"MPLBACKEND": "qtagg"})
# Where matplotlib can keep nothing, it looks for fonts anew.
NO_HOME = {"HOME": "/proc/none", "MPLCONFIGDIR": "/proc/none"}


@pytest.mark.parametrize("places", [ODD_PLACES, pytest.param((*ODD_PLACES, NO_HOME), marks=pytest.mark.slow)])
def test_pictures_are_the_same_and_silent_whatever_the_surroundings_say(
    places: tuple[dict[str, str], ...], tmp_path: Path
) -> None:
    (tmp_path / "bakery.toml").write_text(BAKERY)
    (tmp_path / "settings").write_text(SETTINGS)
    drawn = set()
    for number, surroundings in enumerate(places):
        done = subprocess.run(
            [*COMMAND, "sensitivity", "-m", "bakery.toml", "--plot", "o.svg"],
            cwd=tmp_path,
            env=os.environ | surroundings | {"PYTHONHASHSEED": str(number)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr.count("\n") == 1, done.stderr
        drawn.add((tmp_path / "o.svg").read_bytes())
    assert len(drawn) == 1


def test_a_backend_of_somebody_who_draws_on_a_screen_stays() -> None:
    code = (
        "import os; os.environ['MPLBACKEND'] = 'pdf'\n"
        "from exports.pictures.figure import _import_matplotlib as load; load(); import matplotlib\n"
        "assert matplotlib.rcParams['backend'] == os.environ['MPLBACKEND'] == 'pdf'\n"
        "matplotlib.use('svg'); load(); assert matplotlib.rcParams['backend'] == 'svg'"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
