"""Trials in the workbook: what the engine draws is what the file holds and what spreadsheets compute, also after edits."""

from __future__ import annotations

from functools import cache
from math import isfinite, nan
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.load import loads
from engine.plan.drawn.draws import Shape
from engine.plan.evaluate import evaluate
from engine.plan.outputs import outputs
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.uncertainty import quantiles as engine
from engine.uncertainty.points import Points
from engine.uncertainty.simulation import simulate
from engine.uncertainty.special import ndtr
from exports.lint.rules import check_rules
from exports.reading.reader import read_workbook
from exports.reading.records import OpenedBook
from exports.style.a1 import letter
from exports.workbook.formulas.stepwise.steps import in_steps
from exports.workbook.formulas.trials.cuts import steps
from exports.workbook.formulas.trials.live import live
from exports.workbook.formulas.trials.quantiles import QUANTILES, area
from exports.workbook.layout.rows import Layout
from exports.workbook.layout.uncertainty.draws import LEAST, DrawnCell
from exports.workbook.layout.uncertainty.outcomes import PERCENTILES, refused_trials
from exports.workbook.pages import pages
from exports.workbook.xlsx import workbook
from tests.command_line import run
from tests.oracles.agreement import differences
from tests.oracles.contents import cached, edited, formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice
from tests.toys.lemonade import TOY
from tests.toys.uncertain import UNCERTAIN

SHEETS = ("Draws", "Trials", "Uncertainty")
FEW = 64
# What is typed, by the input's id: the key of the text, what stands there, and what is typed instead.
EDITS = {
    "flour": ('range        = [2, 10]\ndistribution = "normal"', "low", 3.0),
    "rent": ('range        = [2, 10]\ndistribution = "lognormal"', "high", 12.5),
    "growth": ('range        = [2, 10]\ndistribution = "uniform"', "low", 4.0),
    "power": ('range        = [2, 10]\ndistribution = "loguniform"', "high", 20.0),
    "price": ('range        = [2, 10]\ndistribution = "triangular"', "low", 2.5),
    "repairs": ('range        = [2, 10]\ndistribution = "pert"', "high", 30.0),
    "vans": ('range        = [2, 9]\ndistribution = "triangular"', "high", 12.0),
    "days": ('range        = [2, 9]\ndistribution = "normal"', "low", 1.0),
}  # fmt: skip


@cache
def uncertain(text: str = UNCERTAIN) -> Plan:
    """Return the plan of the bakery."""
    return plan(loads(text, "bakery.toml"))


@cache
def exported(scenario: str = "base", text: str = UNCERTAIN) -> bytes:
    """Return its workbook with a few trials, in a scenario."""
    return workbook(uncertain(text), scenario, trials=FEW)


def own(found: list[str]) -> list[str]:
    """Return what differs on the sheets of trials."""
    return [one for one in found if one.startswith(SHEETS)]


def of_column(content: bytes, head: str) -> list[float]:
    """Return what a column of Trials holds in each trial, NaN for no value."""
    values = cached(content)
    (column,) = [address[:-1] for (sheet, address), value in values.items()
                 if sheet == "Trials" and value == head and address.rstrip("5") + "5" == address]  # fmt: skip
    found = [values["Trials", f"{column}{line}"] for line in range(9, 9 + FEW)]
    return [one if isinstance(one, float) else nan for one in found]


@pytest.mark.parametrize("scenario", ["base", "dear", "odd"])
def test_ironcalc_agrees_on_every_formula_in_every_scenario(scenario: str) -> None:
    content = exported(scenario)
    label = uncertain().case(scenario).label
    iron = IronCalc(exported())
    iron.type("Cover", "E6", label)
    assert own(differences(content, iron.values(formulas(content)))) == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_agrees_in_every_scenario_and_after_edits() -> None:
    text, typed = changed()
    books = [exported(), exported("dear"), exported("odd"), exported("base", text)]
    found = libreoffice([*books[:3], edited(exported(), typed)])
    for content, values in zip(books, found, strict=True):
        assert own(differences(content, values)) == []


def changed() -> tuple[str, dict[tuple[str, str], float]]:
    """Return the text with other ends of ranges and another value, and what is typed for them into the workbook."""
    layout, text, typed = Layout(in_steps(uncertain())), UNCERTAIN, {}
    for id_, (before, end, value) in EDITS.items():
        row = layout.plan.row(id_)
        own_ends = before.split("[")[1].split("]")[0].split(", ")
        own_ends[end == "high"] = f"{value:g}"
        after = f"range        = [{', '.join(own_ends)}]{before[before.index(chr(10)) :]}"
        assert text.count(before) == 1
        text = text.replace(before, after)
        cell = layout.end(row, "low" if end == "low" else "high")
        typed["Inputs", cell.replace("$", "")] = value / row.unit.scale
    before = 'label        = "Price"\nunit         = "USD"\nvalue        = 3'
    text = text.replace(before, before.replace("= 3", "= 7"))
    typed["Inputs", f"G{layout.block('price').row}"] = 7.0
    return text, typed


def test_an_edit_of_ranges_and_values_moves_everything_as_the_engine_does() -> None:
    text, typed = changed()
    content = exported("base", text)
    iron = IronCalc(exported())
    for (sheet, address), value in typed.items():
        iron.type(sheet, address, value)
    assert own(differences(content, iron.values(formulas(content)))) == []
    assert cached(content)["Uncertainty", "I8"] != cached(exported())["Uncertainty", "I8"]


def test_the_draws_are_the_first_of_the_engines_with_nine_digits() -> None:
    sampled = simulate(uncertain(), [outputs(uncertain())[0].cell], "base", samples=2048).cases.sampling
    joined = sampled.copula.joined(Points(sampled.dimensions, 1).part(0, 0, FEW))
    lines = [line for line in range(7, 60) if cached(exported()).get(("Draws", f"B{line}")) == "Trial 1"]
    first = [cached(exported())["Draws", f"{letter(7 + at)}{lines[0]}"] for at in range(len(joined))]
    assert first == pytest.approx(joined[:, 0].tolist(), rel=0, abs=5.1e-10)


def test_what_the_file_holds_is_the_model_computed_trial_by_trial() -> None:
    inputs = {id_: of_column(exported(), f"{id_}, drawn") for id_ in ("flour", "rent", "vans", "bakers", "taxes")}
    assert min(inputs["flour"]) >= 1
    assert max(inputs["rent"]) <= 14
    assert set(inputs["bakers"]) == {2, 3, 4, 5, 6, 7, 8, 9}
    left, profit = of_column(exported(), "left, before its bounds"), of_column(exported(), "Profit, in each trial")
    kept, pace = of_column(exported(), "left, computed"), of_column(exported(), "Pace, in each trial")
    for trial in range(FEW):
        assert left[trial] == pytest.approx(profit[trial] / inputs["bakers"][trial], rel=1e-12)
        within = -10 <= left[trial] <= 50
        assert isfinite(kept[trial]) == within
        has_pace = within and left[trial] > -8 and inputs["vans"][trial] >= 3
        assert isfinite(pace[trial]) == has_pace
    assert 0 < sum(map(isfinite, pace)) < FEW


@pytest.mark.slow
def test_percentiles_are_near_those_of_a_long_run() -> None:
    short = cached(workbook(uncertain()))
    found = simulate(uncertain(), [outputs(uncertain())[0].cell], samples=2**17)
    values = np.sort(found.computed().values[0])
    for column, share, margin in (("G", 5, 1), ("I", 50, 2), ("K", 95, 1)):
        value = short["Uncertainty", f"{column}8"]
        assert isinstance(value, float)
        assert abs(100 * np.searchsorted(values, value) / len(values) - share) <= margin


def test_percentiles_and_chances_are_those_of_the_trials() -> None:
    values, profit = cached(exported()), np.array(of_column(exported(), "Profit, in each trial"))
    for at, share in enumerate(PERCENTILES):
        assert values["Uncertainty", f"{'GHIJK'[at]}8"] == pytest.approx(np.percentile(profit, share), rel=1e-12)
    chances = {
        values.get(("Uncertainty", f"C{line}")): values.get(("Uncertainty", f"E{line}")) for line in range(8, 40)
    }
    assert chances["earns"] == pytest.approx(np.mean(profit < 0))
    assert 0 < float(str(chances["small"])) < 1


def test_a_check_fails_where_any_member_does() -> None:
    sales = [of_column(exported(), f"sales[{shop}, {year}], computed")
             for shop in ("Harbour", "Station") for year in (2026, 2027, 2028)]  # fmt: skip
    missed = np.mean(np.max(sales, axis=0) > 60)
    values = cached(exported())
    line = next(
        address[1:] for (sheet, address), value in values.items() if sheet == "Uncertainty" and value == "small"
    )
    assert values["Uncertainty", f"E{line}"] == pytest.approx(missed)


def test_what_drives_an_output_follows_the_choice() -> None:
    trials = pages(uncertain(), "base", trials=FEW)
    assert [sheet.name for sheet in trials.sheets] == [
        "Cover", "Inputs", "Model", "Cases", "Draws", "Trials", "Scenarios", "Sensitivity", "Uncertainty", "Checks",
        "Sources", "Registry",
    ]  # fmt: skip
    values = cached(exported())
    choice = next(address for (sheet, address), value in values.items()
                  if sheet == "Uncertainty" and value == "Profit" and address.startswith("E"))  # fmt: skip
    iron = IronCalc(exported())
    iron.type("Uncertainty", choice, "The best year")
    found = iron.values([("Uncertainty", f"{column}{line}") for line in range(20, 90) for column in "BE"])
    start = next(line for line in range(20, 90) if found["Uncertainty", f"B{line}"] == "What drives it most")
    first, share = (found["Uncertainty", f"{column}{start + 1}"] for column in "BE")
    assert first in {"Price", "Guests · Station"}
    assert isinstance(share, float)
    assert 0.1 < share < 1


def test_the_rules_hold() -> None:
    path = Path("bakery.xlsx")
    found = [(rule.id, one) for rule, findings in check_rules(_read(exported(), path)) for one in findings
             if one.where.split("!")[0] in SHEETS]  # fmt: skip
    assert found == []


def _read(content: bytes, path: Path) -> OpenedBook:
    path.write_bytes(content)
    return read_workbook(path)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_where_nothing_is_drawn_there_are_no_such_sheets() -> None:
    none = [sheet.name for sheet in pages(plan(loads(TOY, "lemonade.toml"))).sheets]
    assert not set(none) & set(SHEETS)
    left_out = [sheet.name for sheet in pages(uncertain(), trials=0).sheets]
    assert left_out == [name for name in [sheet.name for sheet in pages(uncertain(), trials=FEW).sheets]
                        if name not in SHEETS]  # fmt: skip


def test_every_distribution_has_a_spelling() -> None:
    assert set(QUANTILES) == {*engine.QUANTILES, "discrete"}


@given(st.floats(-7.9, 7.9))
def test_the_area_below_the_normal_curve_is_right_to_the_last_digits(score: float) -> None:
    assert area(score) == pytest.approx(float(ndtr(score)), rel=1e-14, abs=4e-15)


@given(st.floats(0.17, 0.83), st.floats(-3, 4), st.floats(0.1, 100))
def test_newtons_steps_find_where_a_metalog_is_cut(middle: float, place: float, width: float) -> None:
    low, bound = 1.0, 1.0 + width * place
    parameters = (low, low + width * middle, low + width)
    one = DrawnCell(None, 0, "x", "x", 0, "metalog", 1, (bound, None))  # type: ignore[arg-type]  # no row is asked for
    m, spread, skew = engine.metalog_terms(parameters)
    logit = steps(one, LEAST, (m, spread, skew))[-1]
    wanted = engine.cumulative(Shape("metalog", parameters), bound)
    assert 1 / (1 + np.exp(-logit)) == pytest.approx(wanted, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize(
    ("count", "message"),
    [
        (0, ""),
        (128, ""),
        (4096, ""),
        (500, "500 is no power of two of at least 128: the next is 512, and 0 leaves trials out"),
        (64, "64 is no power of two of at least 128: the next is 128, and 0 leaves trials out"),
        (-1, "-1 is no power of two of at least 128: the next is 128, and 0 leaves trials out"),
        (32768, "32,768 trials are too many: 16,384 are the most"),
    ],
)
def test_trials_are_a_power_of_two(count: int, message: str) -> None:
    assert refused_trials(count) == message


def many(count: int) -> Plan:
    """Return a plan with an output of many rows, one of few, and a price that is drawn."""
    rows = "".join([f'[r.x{n}]\nlabel = "Row {n}"\nunit = "1"\nformula = "{f"x{n - 1}" if n else "price"} + 1"\n'
                    for n in range(count)])  # fmt: skip
    return plan(loads(f"""
[model]
title = "Many rows"
outputs = ["few", "x{count - 1}"]
[r.price]
label = "Price"
unit = "1"
value = 3
range = [2, 4]
distribution = "uniform"
[r.few]
label = "Few"
unit = "1"
formula = "2 * price"
{rows}""", "many.toml"))  # fmt: skip


def test_where_there_is_no_room_trials_are_halved_and_then_outputs_left_out() -> None:
    for count, trials, left_out in ((600, 256, []), (1600, 512, ["Row 1599"])):
        model = many(count)
        results = evaluate(model)
        found = live(Layout(model), results, (results,), outputs(model), 512)
        assert found is not None
        assert (found.count, found.left_out) == (trials, left_out)
        assert len(found.columns) * found.count <= 200_000


@pytest.mark.slow
@pytest.mark.parametrize("trials", [0, 256])
def test_an_import_does_not_trip_over_trials(trials: int) -> None:
    path = Path("bakery.toml")
    path.write_text(UNCERTAIN)
    Path("bakery.xlsx").write_bytes(workbook(uncertain(), trials=trials))
    result = run("import", "bakery.xlsx", "bakery.toml", "--check")
    assert (result.exit_code, result.output) == (0, "bakery.toml: the workbook's 96 cells say what the text says\n")


def test_how_many_trials_a_workbook_has_is_asked_for() -> None:
    Path("bakery.toml").write_text(UNCERTAIN)
    # A check fails in a scenario, which the status says.
    assert run("export", "bakery.toml", "--xlsx", "b.xlsx", "--trials", "0").exit_code == 1
    assert not {sheet for sheet, _ in formulas(Path("b.xlsx").read_bytes())} & set(SHEETS)
    wrong = run("export", "bakery.toml", "--xlsx", "b.xlsx", "--trials", "500")
    assert (wrong.exit_code, "the next is 512" in wrong.output) == (2, True)
    unused = run("export", "bakery.toml", "--json", "b.json", "--trials", "512")
    assert (unused.exit_code, "--trials is for --xlsx and --ods" in unused.output) == (2, True)
