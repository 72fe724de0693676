"""`plainsheet sensitivity`: JSON, CSV, pictures and a text for a person."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from engine.model.load import loads
from engine.plan.outputs import outputs_of
from engine.plan.selection import one_cell
from engine.planning.planner import plan
from engine.problems import ModelError
from engine.units.unit import quotient
from tests.toys.ovens import OVENS, record, run

KEYS = ["id", "elasticity", "derivative", "derivative_unit", "low", "high", "output_at_low", "output_at_high", "swing",
        "lowest", "highest", "inside"]  # fmt: skip


def test_json_is_as_documented_and_derivatives_are_in_output_over_input(tmp_path: Path) -> None:
    planned = plan(loads(OVENS))
    found = record(tmp_path, OVENS, "profit", "margin", "spare", "loaves[new]")
    assert found["scenario"] == "usual"
    assert list(found["outputs"]) == ["profit", "margin", "spare", "loaves[new]"]
    for name, one in found["outputs"].items():
        output = planned.row(one_cell(planned, name, "sensitivity").id).unit
        assert one["unit"] == output.text
        for influence in one["inputs"]:
            assert list(influence) == KEYS
            given_unit = planned.row(influence["id"].partition("[")[0]).unit
            # Percent is a factor of 100 and no dimension; below the line the language has no unit with it.
            text = influence["derivative_unit"]
            unit = planned.units.parse(text.removesuffix("/percent"))
            wanted = quotient(output.atoms, given_unit.atoms)
            assert planned.units.dimension(unit.atoms) == planned.units.dimension(wanted)
            shown = unit.scale / (100 if text.endswith("/percent") else 1)
            factor = float(planned.units.factor(quotient(unit.atoms, wanted))) / shown
            assert factor == pytest.approx(given_unit.scale / output.scale), influence


def test_csv_has_a_line_for_each_output_and_input(tmp_path: Path) -> None:
    found = record(tmp_path, OVENS)
    lines = list(csv.DictReader(io.StringIO(run(tmp_path, OVENS, "--csv").stdout)))
    pairs = [(name, influence) for name, one in found["outputs"].items() for influence in one["inputs"]]
    assert [(line["output"], line["input"]) for line in lines] == [(name, influence["id"]) for name, influence in pairs]
    for line, (_, influence) in zip(lines, pairs, strict=True):
        assert float(line["swing"]) == pytest.approx(influence["swing"])
        assert float(line["derivative"]) == pytest.approx(influence["derivative"])
        if not isinstance(influence["low"], dict):
            assert float(line["low"]) == pytest.approx(influence["low"])


@pytest.mark.parametrize(("suffix", "begins"), [(".svg", b"<?xml"), (".png", b"\x89PNG")])
def test_pictures_are_written_and_the_same_twice(tmp_path: Path, suffix: str, begins: bytes) -> None:
    path = tmp_path / f"tornado{suffix}"
    contents = []
    for _ in range(2):
        result = run(tmp_path, OVENS, "--plot", str(path))
        assert (result.exit_code, result.stderr) == (0, f"{path}: 2 tornado charts\n")
        contents.append(path.read_bytes())
    assert contents[0] == contents[1]
    assert contents[0].startswith(begins)


@pytest.mark.parametrize("label", ["$5 and $6", r"$\foo$", "50% & <b> _x_ ^", "$"])
def test_no_text_of_a_model_is_read_as_a_formula_in_a_picture(tmp_path: Path, label: str) -> None:
    text = OVENS.replace('"Flour"', f"'{label}'").replace('title   = "Bakery"', f"title = '{label}'")
    result = run(tmp_path, text, "--plot", str(tmp_path / "tornado.svg"))
    assert result.exit_code == 0
    assert (tmp_path / "tornado.svg").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("--swing", "abc"), 1, "is no share"),
        (("--swing", "0"), 1, "is not between"),
        (("--swing", "-5%"), 1, "is not between"),
        (("--csv", "--json"), 2, "choose one of --csv and --json"),
        (("--plot", "x.gif"), 2, ".png"),
        (("--plot", "nowhere/x.svg"), 2, "there is no directory"),
        (("-s", "deer"), 1, "there is no scenario 'deer'"),
        (("profitt",), 1, "did you mean 'profit'"),
        (("loaves[middle]",), 1, "is no member of 'shop'"),
        (("profit", "--set", "price=1"), 1, "min"),
        (("--nonsense",), 2, "No such option"),
    ],
)
def test_wrong_usage_is_said(tmp_path: Path, arguments: tuple[str, ...], status: int, words: str) -> None:
    result = run(tmp_path, OVENS, *arguments)
    assert result.exit_code == status
    assert words in result.stdout + result.stderr


def test_a_text_has_bars_and_the_matrix(tmp_path: Path) -> None:
    out = run(tmp_path, OVENS).stdout
    assert "profit = 1134 EUR" in out
    assert "█" in out
    assert "Elasticities" in out
    with pytest.raises(ModelError):
        outputs_of(plan(loads(OVENS)), ["nothing"])
