"""The charts of a workbook: native ones, whose numbers follow every choice and every edit as the engine does."""

from __future__ import annotations

import random
import zipfile
from io import BytesIO
from xml.etree import ElementTree as ET  # the workbooks are our own

import pytest

from engine.charts.series import charts_of, drawn, problems
from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from exports.workbook.xlsx import workbook
from tests.exported import book, planned
from tests.oracles.agreement import differences
from tests.oracles.contents import cached, formulas
from tests.oracles.drawn import caches_agree, edit, pictured, shows
from tests.oracles.iron_calc import IronCalc
from tests.toys.bakery import BAKERY, CHARTS, EACH, MORE, ODD, RUDE, State, declared
from tests.toys.machines import MACHINES
from tests.toys.random_dimensions import MEMBERS, Author, is_calm


def test_the_workbook_s_charts_follow_every_choice_and_every_edit(bakery: Plan) -> None:
    content = workbook(bakery)
    charts, pictures, iron = [plot.chart for plot in charts_of(bakery)], pictured(content), IronCalc(content)
    assert differences(content, iron.values(formulas(content))) == []
    caches_agree(content)
    # What is logarithmic and lies within a decade, as Actuals does, has equal steps here.
    assert {picture.title: picture.logs for picture in pictures if picture.logs} == {"By margin": 2}
    assert [picture.sheet for picture in pictures] == ["Scenarios"] * len(CHARTS) + ["Cases", "Sensitivity"]
    # Bars go through 0 on the way down and on the way up.
    assert drawn(charts_of(bakery)[9], evaluate(bakery), {}).lines[0][0] > 0 > evaluate(bakery)["left"]
    for live in ("usual", "holiday", "holiday_dear"):
        iron.type("Cover", "E6", bakery.case(live).label)
        shows(State(bakery, live), iron, pictures, charts)
    # What is typed here is inherited by no other scenario.
    state = State(bakery, "holiday_dear")
    edits = {"rise": 2.5, "loaves[north]": 10, "price[2027]": 4, "margin": 11, "rent": 4000, "loan": 1}
    for name, value in edits.items():
        edit(iron, state, name, value)
        shows(state, iron, pictures, charts)


def test_an_axis_within_a_decade_has_equal_steps_with_numbers_that_differ() -> None:
    line = 'kind = "line"\nx = "size"\ny = "factor"\nlog = ["x", "y"]\n'
    size = 'label = "Size"\nvalue = 3\nunit = "1"\nrange = [{}]\nnote = "n"\n'
    text = '[model]\ntitle = "T"\n[q.factor]\nlabel = "Factor"\nunit = "1"\nformula = "{}"\n[q.size]\n'
    for ends, formula, logs, shown in [
        ("2.1, 4.8", "(100 + size) / 100", 0, "0.0##"),
        ("2.1, 48", "(100 + size) / 100", 1, "0.0"),
        ("2.1, 48", "size ** 2", 2, "#,##0"),
    ]:
        made = plan(loads(text.format(formula) + size.format(ends) + f"[charts.c]\n{line}"))
        (picture, *_) = [one for one in pictured(workbook(made)) if one.title == "C"]
        formats = [one.get("formatCode") for one in picture.xml.iter() if one.tag.endswith("numFmt")]
        assert (picture.logs, formats[-1]) == (logs, shown)


def test_points_of_a_whole_input_are_whole_in_a_spreadsheet_too() -> None:
    content = workbook(plan(loads(MACHINES)))
    assert differences(content, IronCalc(content).values(formulas(content))) == []
    caches_agree(content)


@pytest.mark.parametrize("name", ["gpu_cluster", "loan", "sora"])
@pytest.mark.slow
def test_our_own_models_draw_what_they_compute_in_their_last_scenario(name: str) -> None:
    made, content = planned(name), book(name)
    iron, last = IronCalc(content), made.cases[-1]
    iron.type("Cover", "E6", last.label)
    charts = [plot.chart for plot in charts_of(made)]
    assert charts == list(made.model.charts)
    shows(State(made, last.id), iron, pictured(content), charts)
    caches_agree(content)


def random_charts(made: Plan, chance: random.Random) -> str:
    """Return charts of every kind over a random model: x to the right and down, picks, scenarios in any order."""

    def name(id_: str) -> str:
        over = made.row(id_).over
        return f"{id_}[{', '.join([chance.choice(MEMBERS[one]) for one in over])}]" if over else id_

    def alike(ids: list[str], most: int) -> list[str]:
        first = chance.choice(ids)
        same = [id_ for id_ in ids if made.row(id_).unit.text == made.row(first).unit.text]
        return list(dict.fromkeys([first, *chance.sample(same, min(most, len(same)))]))

    ids = [q.id for q in made.model.quantities if q.unit.endswith("box")]
    found = []
    for number in range(5):
        cases = chance.choice([[], ["two"], ["two", "one"], ["one", "two"]])
        x = chance.choice(["year", "product", "site", "age"])
        over = [id_ for id_ in ids if x in made.row(id_).over and made.model.size(made.row(id_).over) <= 12]
        swept = [id_ for id_ in ids if "share" in made.upstream(id_)]
        kinds = [f'kind = "bar"\nx = "scenario"\ny = {[name(id_) for id_ in alike(ids, 3)]}',
                 f'kind = "waterfall"\nsteps = {[chance.choice(["", "-"]) + name(id_) for id_ in alike(ids, 4)] * 2}',
                 f'kind = "tornado"\ny = "{name(chance.choice(ids))}"']  # fmt: skip
        kinds += [f'kind = "line"\nx = "{x}"\ny = {[chance.choice(over)]}'] * 3 if over else []
        # What came to be in time alone, in a scenario or beside another row.
        timed = [id_ for id_ in ids if made.row(id_).over == ("year",)]
        if len(timed) > 1:
            actual, planned = chance.sample(timed, 2)
            against = chance.choice([f'plan = "{planned}"', 'scenario = "two"'])
            better = chance.choice(["higher", "lower"])
            kinds += [f'kind = "variance"\ny = "{actual}"\n{against}\nbetter = "{better}"'] * 2
        along = f'kind = "line"\nx = "share"\nfrom = 5\nto = 45\npoints = {chance.randint(2, 4)}\nmark = "share"'
        kinds += [f"{along}\ny = {[name(id_) for id_ in alike(swept, 3)]}"] * 4 if swept else []
        chosen = chance.choice(kinds)
        named = f"\nscenarios = {cases}" if 'kind = "line"' in chosen or "bar" in chosen else ""
        found.append(f"[charts.c{number}]\n{chosen}{named}\n")
    return "".join(found)


def drawable(text: str, chance: random.Random) -> Plan | None:
    """Return a random model with random charts; None where one is refused: too many curves, or none along x."""
    try:
        return plan(loads(text + random_charts(plan(loads(text)), chance)))
    except ModelError as wrong:
        if any(problem.code != "chart" for problem in wrong.problems):
            raise
        return None


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_random_charts_of_random_models_follow_choices_and_edits(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # a model, and no secret
    text = next(
        text
        for text in (Author(chance.randrange(10**9)).model() for _ in range(100))
        if all(is_calm(evaluate(plan(loads(text)), case)) for case in ("one", "two"))
    )
    made = next(filter(None, (drawable(text, chance) for _ in range(100))))
    content = workbook(made)
    charts, pictures, iron = list(made.model.charts), pictured(content), IronCalc(content)
    caches_agree(content)
    for live in ("one", "two"):
        iron.type("Cover", "E6", live.capitalize())
        shows(State(made, live), iron, pictures, charts)
    state = State(made, "two")
    edit(iron, state, "share", 12.5)
    single = next(row for row in made.rows if row.kind == "input" and not row.over and row.unit.text.endswith("box"))
    edit(iron, state, single.id, 2.75)
    shows(state, iron, pictures, charts)


def test_text_of_a_model_is_text_in_every_chart() -> None:
    text = (
        BAKERY + MORE + declared({name: f'title = """{RUDE}"""\nnote = "=SUM(A1)&<"\n{CHARTS[name]}' for name in EACH})
    )
    for label in ("Debt", "Usual", "Rent", "Gross profit", "Margin", "Break even", "Profit"):
        text = text.replace(f'label = "{label}"', f'label = """{RUDE} {label}"""')
    made = plan(loads(text))
    content = workbook(made, "usual")
    pictures, spelled = pictured(content), formulas(content)
    assert [picture.title for picture in pictures if picture.sheet == "Scenarios"] == [RUDE] * len(EACH)
    caches_agree(content)
    shows(State(made, "usual"), IronCalc(content), pictures, list(made.model.charts))
    assert [cell for cell, value in cached(content).items() if value == RUDE and cell not in spelled]
    assert not [formula for formula in spelled.values() if "1+1" in formula or "SUM(A1)" in formula]


def test_a_row_without_a_value_at_a_point_is_no_matter_where_nothing_uses_it_there() -> None:
    made = plan(loads(f'{BAKERY}{ODD}[charts.c]\nkind = "line"\nx = "rent"\ny = "guarded"\nfrom = 0\nto = 900\n'))
    assert problems(made, {case.id: evaluate(made, case.id) for case in made.cases}) == []
    content = workbook(made, "usual")
    iron = IronCalc(content)
    assert differences(content, iron.values(formulas(content))) == []
    assert "no value" in {value for (sheet, _), value in cached(content).items() if sheet == "Cases"}


def test_a_mark_is_named_alike_in_the_file_and_by_a_spreadsheet_whatever_its_size() -> None:
    made = plan(loads(f'{BAKERY}{ODD}[charts.c]\nkind = "line"\nx = "rent"\ny = "gross_rent"\nmark = "tiny"\n'))
    content = workbook(made)
    assert differences(content, IronCalc(content).values(formulas(content))) == []


def test_one_curve_for_all_scenarios_still_follows_an_edit_in_each() -> None:
    chart = 'kind = "line"\nx = "rise"\ny = "price[2029]"\nscenarios = ["usual", "holiday"]'
    made = plan(loads(f"{BAKERY}[charts.c]\n{chart}\n"))
    content = workbook(made)
    iron, state = IronCalc(content), State(made, "holiday")
    iron.type("Cover", "E6", "Holiday")
    shows(state, iron, pictured(content), list(made.model.charts))
    edit(iron, state, "price[2027]", 9)
    shows(state, iron, pictured(content), list(made.model.charts))


def test_who_does_not_see_a_chart_is_told_what_it_shows_and_where_its_numbers_are() -> None:
    content = book("loan")
    told: dict[str | None, str | None] = {}
    with zipfile.ZipFile(BytesIO(content)) as package:
        for name in package.namelist():
            if name.startswith("xl/drawings/drawing"):
                found = [one for one in ET.XML(package.read(name)).iter() if one.tag.endswith("cNvPr")]
                told |= {one.get("title"): one.get("descr") for one in found}
    assert list(told) == [picture.title for picture in pictured(content)]
    assert told["Interest and repayment by year"] == (
        "Bars: Interest; Principal repaid, in EUR, from FY2027 to FY2031. Its numbers stand at Scenarios!G96:K96."
    )
    assert all(words and "Its numbers stand at " in words for words in told.values())


def test_names_along_months_have_room_and_blanks_are_gaps() -> None:
    (picture, *_) = [one for one in pictured(book("loan")) if one.title == "What is still owed"]
    found = {one.tag.rpartition("}")[2]: one.get("val") for one in picture.xml.iter()}
    assert (found["tickLblSkip"], found["dispBlanksAs"], found["legendPos"]) == ("6", "gap", "b")
    # Months say themselves that they are.
    assert "Month" not in [one.text for one in picture.xml.iter()]
