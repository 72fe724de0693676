"""Diagrams of what feeds what: arrows, parts of a model, and labels that stay labels."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from engine.model.load import loads
from engine.planning.planner import plan
from tests.command_line import run, succeed
from tests.places import MODELS
from tests.toys.lemonade import TOY

PATHS = sorted(MODELS.glob("*.toml"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
@pytest.mark.parametrize("form", ["--mermaid", "--dot", "--json"])
def test_every_model_has_a_diagram_of_its_quantities(path: Path, form: str) -> None:
    shown = succeed("graph", str(path), form)
    if form == "--json":
        ids = {node["id"] for node in json.loads(shown)["nodes"]}
        assert ids == {quantity.id for quantity in plan(loads(path.read_text())).model.quantities}


def test_a_diagram_has_an_arrow_for_each_use(here: Path) -> None:  # noqa: ARG001  # the folder with the model
    found = json.loads(succeed("graph", "--json"))
    assert [node["id"] for node in found["nodes"] if node["kind"] == "formula"] == ["sales", "profit"]
    assert sorted(map(tuple, found["edges"])) == [
        ("glasses", "sales"), ("price", "sales"), ("sales", "profit"), ("season", "sales"), ("share", "profit"),
    ]  # fmt: skip
    assert len(re.findall("-->", succeed("graph"))) == 5
    assert len(re.findall("->", succeed("graph", "--dot"))) == 5


def test_a_diagram_may_be_of_one_quantity(here: Path) -> None:  # noqa: ARG001
    assert {node["id"] for node in json.loads(succeed("graph", "--json", "--upstream", "sales"))["nodes"]} == {
        "sales",
        "glasses",
        "price",
        "season",
    }
    assert {node["id"] for node in json.loads(succeed("graph", "--json", "--downstream", "sales"))["nodes"]} == {
        "sales",
        "profit",
    }
    result = run("graph", "--upstream", "sale")
    assert (result.exit_code, "did you mean 'sales'" in result.stderr) == (1, True)


def test_labels_in_a_diagram_cannot_break_out_of_it(here: Path) -> None:
    (here / "lemonade.toml").write_text(TOY.replace("Glasses sold", '\\"]; a --> b; <script> # \\\\'))
    assert '"#34;]; a --#62; b; #60;script#62; #35; \\"' in succeed("graph")
    assert r'label="\"]; a --> b; <script> # \\"' in succeed("graph", "--dot")
