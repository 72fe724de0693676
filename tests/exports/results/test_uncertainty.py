"""What an input may be, as a reader and as a program is told it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import run
from tests.toys.lottery import TEXT


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "stall.toml"
    path.write_text(TEXT)
    return path


def test_explain_says_what_an_input_may_be(model: Path) -> None:
    shown = [line.strip(" │├└─") for line in run("explain", model, "profit").stdout.splitlines()]
    for line in (
        "range 400 to 900 (triangular)",
        "range 800 to 1200, middle 900 (metalog)",
        "values 3 (20 %), 4 (50 %), 6 (30 %)",
        "weights wait (25 %), buy (75 %)",
        "rank correlation 0.4 with loaves[Lake]",
    ):
        assert line in shown
    assert shown.count("rank correlation -0.6 with price") == 2


def test_json_has_it(model: Path) -> None:
    found = json.loads(run("solve", model, "--json").stdout)
    told = {id_: {key: one[key] for key in ("range", "distribution", "values", "weights") if key in one}
            for id_, one in found["quantities"].items()}  # fmt: skip
    assert {id_: keys for id_, keys in told.items() if keys} == {
        "loaves": {"range": {"Hill": [500, 700], "Lake": [400, 900]}, "distribution": "triangular"},
        "price": {"distribution": "discrete", "values": [3, 4, 6], "weights": [0.2, 0.5, 0.3]},
        "rent": {"range": [800, 900, 1200], "distribution": "metalog"},
        "discount": {
            "distribution": "discrete",
            "values": {"Hill": [0, 10], "Lake": [5, 10, 20]},
            "weights": {"Hill": [0.5, 0.5], "Lake": [0.25, 0.5, 0.25]},
        },
        "oven": {"weights": {"wait": 0.25, "build": 0, "buy": 0.75}},
        "bag": {"weights": {"small": 0.6, "large": 0.4}},
    }
    assert found["correlations"] == [
        {"between": ["rent", "loaves[Lake]"], "rank": 0.4, "sources": ["study"], "note": ""},
        {"between": ["price", "loaves"], "rank": -0.6, "sources": [], "note": "Who pays more buys less."},
    ]
    assert found["decisions"] == [
        {
            "id": "oven",
            "label": "Build, buy or wait",
            "choice": "oven",
            "options": ["wait", "build", "buy"],
            "value": "profit",
            "goal": "max",
            "note": "By spring.",
        }
    ]
    one = json.loads(run("solve", model, "discount[Lake]", "--json").stdout)["quantities"]["discount[Lake]"]
    assert (one["values"], one["weights"]) == ([5, 10, 20], [0.25, 0.5, 0.25])


def test_the_tornado_goes_over_the_ends_of_values_and_of_a_metalog(model: Path) -> None:
    found = json.loads(run("sensitivity", model, "profit", "--json").stdout)
    bars = {one["id"]: (one["low"], one["high"]) for one in found["outputs"]["profit"]["inputs"]}
    assert (bars["price"], bars["rent"], bars["discount[Lake]"]) == ((3, 6), (800, 1200), (5, 20))
