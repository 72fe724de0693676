"""`plainsheet simulate`: JSON, CSV, files, a text for a person, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from pathlib import Path

import pandas as pd
import pytest

from engine.uncertainty.run import Run
from plainsheet.commands import uncertainty
from tests.command_line import run, succeed

TEXT = """\
[model]
title = "Rent"
outputs = ["cost", "each"]

[units]
EUR = "[money]"

[scenarios.plan]
label = "Plan"

[scenarios.dear]
label = "Dear"
set.price = 9

[rent]
price = { label = "Price", unit = "EUR/hour", value = 2, range = [1, 4], distribution = "triangular", source = "own" }
hours = { label = "Hours", unit = "hour", value = 100, range = [80, 120], distribution = "normal", source = "own" }
steps = { label = "Steps", unit = "1", value = 2, range = [0, 3], distribution = "uniform", whole = true, source = "own" }
staff = { label = "Staff", unit = "EUR", value = 50, range = [40, 60], source = "own" }
cost  = { label = "Cost", unit = "EUR", formula = "price * hours + staff" }
each  = { label = "Each", unit = "EUR", formula = "cost / steps" }

[sources.own]
title = "Own"
"""


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("rent.toml").write_text(TEXT)
    return "rent.toml"


def test_json_is_as_documented(model: str) -> None:
    found = json.loads(succeed("simulate", model, "--json", "--target", "cost <= 0.3 kEUR", "--target", "each < 1e9"))
    assert list(found) == ["model", "title", "scenario", "samples", "seed", "outputs", "targets", "held"]
    assert (found["samples"], found["seed"], found["scenario"]) == (16_384, 1, "plan")
    assert list(found["outputs"]) == ["cost", "each"]
    for one in found["outputs"].values():
        assert list(one) == ["unit", "mean", "mean_error", "sd", "percentiles", "errors", "missing", "why"]
        assert list(one["percentiles"]) == list(one["errors"]) == ["5", "25", "50", "75", "95"]
    assert found["outputs"]["cost"]["mean"] == pytest.approx(7 / 3 * 100 + 50, rel=1e-3)
    assert (found["outputs"]["cost"]["missing"], found["outputs"]["cost"]["why"]) == (0, None)
    assert (found["outputs"]["each"]["missing"], found["outputs"]["each"]["why"]) == (0.25, "steps is 0")
    assert [one["test"] for one in found["targets"]] == ["cost <= 0.3 kEUR", "each < 1e9"]
    # What has no value misses its target.
    assert found["targets"][1]["chance"] == 0.75
    assert all(list(one) == ["test", "chance", "error"] for one in found["targets"])
    assert found["held"] == [{"id": "staff", "why": "no distribution"}]
    assert succeed("simulate", model, "--json", "--seed", 1, "--samples", 16_384) == succeed(
        "simulate", model, "--json"
    )
    assert succeed("simulate", model, "--json", "--seed", 2) != succeed("simulate", model, "--json")


def test_csv_has_a_line_for_each_output(model: str) -> None:
    lines = list(csv.DictReader(io.StringIO(succeed("simulate", model, "--csv", "--samples", 1_024))))
    found = json.loads(succeed("simulate", model, "--json", "--samples", 1_024))["outputs"]
    assert [line["output"] for line in lines] == ["cost", "each"]
    for line in lines:
        one = found[line["output"]]
        assert float(line["p95"]) == one["percentiles"]["95"]
        assert float(line["p5_error"]) == one["errors"]["5"]
        assert float(line["mean"]) == one["mean"]
        assert float(line["mean_error"]) == one["mean_error"]
    assert lines[1]["why"] == "steps is 0"


def test_a_person_is_told_errors_gaps_targets_and_what_is_held(model: str) -> None:
    told = succeed(
        "simulate", model, "-s", "dear", "--set", "hours=110", "--target", "each <= 1000", "--given", "steps > 0"
    )
    assert told.splitlines()[0] == "Scenario: Dear"
    assert "Given: steps > 0, as in 75 % ± 0 % of cases" in told
    assert "16,384 cases of 1 draw, seed 1" in told
    assert "each <= 1000: in 66.7 % ±" in told
    assert "note: nothing that is drawn moves cost" in told
    assert "held, as the scenario has it outside its range: price" in told
    assert "held, as it is set by hand: hours" in told
    assert "held, as a range without a distribution is not drawn: staff" in told
    plain = succeed("simulate", model, "each")
    assert "note: 25 % of cases have no each, because steps is 0" in plain
    assert any(block in plain for block in "▄▅▆▇█")


def test_drivers_are_told_by_output_and_input(model: str) -> None:
    found = json.loads(succeed("simulate", model, "--drivers", "--json"))
    assert list(found)[-2:] == ["drivers", "held"]
    assert list(found["drivers"]["cost"]) == ["price", "hours"]
    assert set(found["drivers"]["each"]) == {"price", "hours", "steps"}
    for one in found["drivers"]["cost"].values():
        assert list(one) == ["first", "total", "shapley"]
        for index in one.values():
            assert index["interval"][0] < index["value"] < index["interval"][1]
    assert found["drivers"]["cost"]["price"]["shapley"]["value"] == pytest.approx(0.82, abs=0.05)
    lines = list(csv.DictReader(io.StringIO(succeed("simulate", model, "--drivers", "--csv"))))
    assert [(line["output"], line["input"]) for line in lines][:2] == [("cost", "price"), ("cost", "hours")]
    assert float(lines[0]["shapley"]) == found["drivers"]["cost"]["price"]["shapley"]["value"]
    told = succeed("simulate", model, "--drivers", "cost")
    assert "What the spread of cost comes from, in percent of its variance" in told
    assert re.search(r"price +\d\d\.\d ± \d\.\d +\d\d\.\d ± \d\.\d +\d\d\.\d ± \d\.\d +█+", told)


def test_ctrl_c_among_drivers_leaves_the_figures(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(uncertainty, "drivers", interrupted)
    result = run("simulate", model, "--drivers", "--json")
    assert result.exit_code == 130
    assert "drivers" not in json.loads(result.stdout)
    assert result.stderr == "interrupted; the drivers are left out\n"


DECISION = """
[dimensions.place]
members = ["here", "there"]

[where.spot]
label = "Place"
choice = "place"
value = "here"
source = "own"

[where.there]
label = "Cost there"
unit = "EUR"
value = 280
source = "own"

[where.total]
label = "Total"
unit = "EUR"
formula = 'cost if spot == "here" else there'

[decisions.move]
label = "Move or stay"
choice = "spot"
value = "total"
goal = "min"
"""


def test_decisions_are_told_by_option_and_input(model: str) -> None:
    Path(model).write_text(TEXT + DECISION)
    found = json.loads(succeed("simulate", model, "--decisions", "--json"))
    assert list(found)[-2:] == ["decisions", "held"]
    (own,) = found["decisions"].values()
    assert list(own) == ["label", "value", "unit", "goal", "options", "best", "evpi", "evppi", "missing"]
    assert (own["label"], own["value"], own["unit"], own["goal"]) == ("Move or stay", "total", "EUR", "min")
    assert list(own["options"]) == ["here", "there"]
    assert list(own["options"]["here"]) == ["mean", "error", "best", "best_error"]
    assert (own["options"]["there"]["mean"], own["options"]["there"]["error"]) == (280, 0)
    assert own["options"]["here"]["best"] + own["options"]["there"]["best"] == pytest.approx(1)
    assert (own["best"], own["missing"]) == ("there", 0)
    assert list(own["evppi"]) == ["price", "hours"]
    assert own["evpi"]["interval"][0] < own["evpi"]["value"] < own["evpi"]["interval"][1]
    assert own["evppi"]["price"]["value"] <= own["evpi"]["value"]
    told = succeed("simulate", model, "--decisions", "cost")
    assert "Move or stay: the lowest total, in EUR" in told
    assert re.search(r"there \(best\) +280 ± 0 +\d\d\.\d % ± ", told)
    assert re.search(r"everything +\d+\.\d+ +\d+\.\d+ to \d+\.\d+ +█{24}\n", told)


def test_csv_of_decisions_has_what_json_has(model: str) -> None:
    Path(model).write_text(TEXT + DECISION)
    (own,) = json.loads(succeed("simulate", model, "--decisions", "--json"))["decisions"].values()
    lines = list(csv.DictReader(io.StringIO(succeed("simulate", model, "--decisions", "--csv"))))
    assert [(line["kind"], line["name"]) for line in lines] == [
        ("option", "here"), ("option", "there"), ("evpi", ""), ("evppi", "price"), ("evppi", "hours"),
    ]  # fmt: skip
    assert {(line["decision"], line["unit"]) for line in lines} == {("move", "EUR")}
    for line in lines[:2]:
        option = own["options"][line["name"]]
        numbers = [float(line[key]) for key in ("value", "error", "best", "best_error")]
        assert numbers == [option[key] for key in ("mean", "error", "best", "best_error")]
        assert line["low"] == line["high"] == ""
    for line in lines[2:]:
        worth = own["evppi"][line["name"]] if line["name"] else own["evpi"]
        assert float(line["value"]) == worth["value"]
        assert [float(line["low"]), float(line["high"])] == worth["interval"]


def test_ctrl_c_among_decisions_leaves_the_figures(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    Path(model).write_text(TEXT + DECISION)
    monkeypatch.setattr(uncertainty, "appraise", interrupted)
    result = run("simulate", model, "--decisions", "--json")
    assert result.exit_code == 130
    assert "decisions" not in json.loads(result.stdout)
    assert result.stderr == "interrupted; the decisions are left out\n"


def test_as_many_cases_as_make_it_sure(model: str) -> None:
    rough, fine = (json.loads(succeed("simulate", model, "cost", "--json", "--error", one)) for one in ("5%", "0.2%"))
    assert rough["samples"] < fine["samples"]
    for found, share in ((rough, 0.05), (fine, 0.002)):
        (one,) = found["outputs"].values()
        spread = one["percentiles"]["95"] - one["percentiles"]["5"]
        assert max(one["errors"].values()) <= share * spread


@pytest.mark.parametrize(("suffix", "begins"), [(".svg", b"<?xml"), (".png", b"\x89PNG")])
def test_a_picture_is_written_the_same_twice(model: str, suffix: str, begins: bytes) -> None:
    path = Path(f"spread{suffix}")
    contents = []
    for _ in range(2):
        succeed("simulate", model, "--samples", 1_024, "--plot", path)
        contents.append(path.read_bytes())
    assert contents[0] == contents[1]
    assert contents[0].startswith(begins)


def test_the_cases_are_written_as_parquet(model: str) -> None:
    succeed("simulate", model, "--samples", 1_024, "--parquet", "cases.parquet")
    found = pd.read_parquet("cases.parquet")
    assert list(found.columns) == ["sample", "price [EUR/hour]", "hours [hour]", "steps", "cost [EUR]", "each [EUR]"]
    assert found["sample"].tolist() == list(range(1_024))
    assert (found["cost [EUR]"] - found["price [EUR/hour]"] * found["hours [hour]"] - 50).abs().max() < 1e-9
    assert found["each [EUR]"].isna().mean() == 0.25


def test_ctrl_c_shows_what_is_known(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    extend = Run.extend

    def interrupted(one: Run, count: int) -> None:
        if count > 1_024:
            raise KeyboardInterrupt
        extend(one, count)

    monkeypatch.setattr(Run, "extend", interrupted)
    result = run("simulate", model, "--samples", 2**20)
    assert result.exit_code == 130
    assert "16,384 cases of 3 draws" in result.stdout
    assert result.stderr == "interrupted; 16,384 of 1,048,576 cases were done\n"


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        ("--samples 1000", 2, "1000 is no power of two of at least 1,024: the next is 1024"),
        ("--samples 3000", 2, "3000 is no power of two of at least 1,024: the next is 4096"),
        ("--samples 0", 2, "the next is 1024"),
        ("--samples 2147483648", 2, "2,147,483,648 cases are too many: 1,073,741,824 are the most"),
        ("--samples 2048 --error 1%", 2, "choose one of --samples and --error"),
        ("--drivers --given cost>1", 2, "choose one of --given and --drivers"),
        ("--decisions --given cost>1", 2, "choose one of --given and --decisions"),
        ("--decisions --drivers --csv", 2, "choose one of --drivers and --decisions"),
        ("--decisions", 1, "the model has no decision\n  hint: declare one: [decisions.build] with its options, the value that it goes by, and the goal"),
        ("--csv --json", 2, "choose one of --csv and --json"),
        ("--plot x.pdf", 2, "'x.pdf' ends in neither .svg nor .png"),
        ("--seed -1", 2, "-1 is not in the range x>=0"),
        ("--error 0", 1, "--error 0 is not between 0 and 1000%"),
        ("csot", 1, "there is no quantity 'csot'\n  hint: did you mean 'cost'?"),
        ("-s planned", 1, "there is no scenario 'planned'"),
        ("-s dear --set hours=100 --set steps=1", 1, "nothing is drawn that 'cost' and 'each' depend on\n  hint: what is set by hand is held: 'hours' and 'steps'"),
        ("--target cost", 1, '--target cost: it compares nothing\n  hint: write --target "price <= 2.5 USD/hour", or of one member --target "price[North] <= 2.5"'),
        ("--target cost<=", 1, "--target cost<=: it compares nothing"),
        ("--target cots<=1", 1, "--target cots<=1: there is no quantity 'cots'\n  hint: did you mean 'cost'?"),
        ("--target cost<=dear", 1, "--target cost<=dear: 'dear' does not begin with a number\n  hint: cost is in EUR"),
        ("--given cost<=3hour", 1, "--given cost<=3hour: hour [time] is not the unit of 'cost', EUR [money]\n  hint: give it in EUR"),
        ("--target cost<=1,000,000", 1, '--target "cost <= 1000000"'),
        ("--target cost<=3k", 1, '--target "cost <= 3000"'),
        ("--set hours=-1e999", 1, "hours"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(model: str, arguments: str, status: int, says: str) -> None:
    result = run("simulate", model, *arguments.split())
    assert result.exit_code == status, result.output
    assert says in result.output


def test_a_parquet_file_needs_its_libraries(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    result = run("simulate", model, "--samples", 1_024, "--parquet", "cases.parquet")
    assert result.exit_code == 1
    assert (
        result.stderr
        == "Error: a parquet file needs pyarrow, which is not installed: pip install 'plainsheet[parquet]'\n"
    )
    assert not Path("cases.parquet").exists()
