"""The interface as its user meets it: what each call gives, and how wrong calls are told."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np
import openpyxl
import pytest

import plainsheet as ps
from tests.places import MODELS
from tests.toys.lemonade import TOY
from tests.toys.power import write

LOAN = MODELS / "loan.toml"


@pytest.fixture
def model(here: Path) -> ps.Model:
    assert here
    return ps.load("lemonade.toml")


def test_what_is_shown_at_a_prompt_is_short(model: ps.Model) -> None:
    assert len(repr(model.sensitivity("profit")[0].inputs[0])) < 400


def test_results_are_numbers_quantities_and_iterable(model: ps.Model) -> None:
    hot = model.solve("hot", {"price": 3})
    assert hot["sales"] == 120 * 3 * 7 * 12
    assert hot.quantity("sales") == hot.quantity("sales").units * hot["sales"]
    assert (hot.scenario, hot.changed) == ("hot", {"price": 3.0})
    assert list(hot) == ["glasses", "price", "share", "season", "sales", "profit"]
    assert dict(hot)["profit"] == pytest.approx(hot["sales"] * 0.7)
    assert "price" in hot
    assert "prise" not in hot
    assert "price[hot]" not in hot
    assert 3 not in hot
    assert model.scenarios == ("usual", "hot", "hot_dear")
    assert [figure.status for figure in model.figures()] == ["reproduced", "reproduced"]
    assert [verdict.passed for verdict in hot.verdicts()] == [True]
    assert model.check() == model.warnings == ()


def test_check_tells_what_fails(here: Path) -> None:
    (here / "lemonade.toml").write_text(TOY.replace("share <= 1", "share >= 1"))
    (problem,) = ps.load("lemonade.toml").check()
    assert problem.code == "check"


def test_a_row_over_a_dimension_is_an_array_and_a_member_a_float() -> None:
    model = ps.load(LOAN)
    base = model.solve()
    name = next(one.id for one in model.written.quantities if len(one.over) == 1)
    members = model.members(name)
    assert base[name].shape == (len(members),)
    assert base[f"{name}[{members[-1][0]}]"] == base[name][-1]
    assert len(model.cells(name)) == len(members)
    assert base.quantity(name).magnitude.shape == (len(members),)


def test_a_pint_quantity_is_converted_and_one_of_another_kind_refused(model: ps.Model) -> None:
    base = model.solve()
    season = base.quantity("season").to("day")
    assert season.magnitude == 84
    assert model.solve(None, {"season": season})["sales"] == base["sales"]
    with pytest.raises(ps.ModelError, match="Cannot convert from"):
        model.solve(None, {"season": base.quantity("sales")})


def test_questions_of_a_model_are_those_of_its_results(model: ps.Model) -> None:
    hot = model.solve("hot", {"price": 3})
    about = ("profit", "hot", {"price": 3})
    assert model.gradient(*about) == hot.gradient("profit")
    assert hot.gradient("profit")["price"] == pytest.approx(120 * 84 * 0.7)
    assert model.closed_form(*about) == hot.closed_form("profit")
    assert model.sensitivity("profit", scenario="hot", changes={"price": 3}) == hot.sensitivity("profit")
    assert model.sensitivity() == model.solve().sensitivity("profit")
    assert model.goal("profit", 7056, by="price").value == pytest.approx(3)
    assert model.goal("profit", 7056, by="price", scenario="hot").value == pytest.approx(1)
    assert ps.kinks(hot, "profit") == []
    gradients = hot.gradients()
    (cell,) = model.cells("profit")
    assert gradients.by_input(gradients.adjoints(cell), cell) == hot.gradient("profit")


def test_many_cases_have_a_leading_axis(model: ps.Model) -> None:
    prices = np.array([1.0, 2.0, 3.0])
    many = model.solve_many({"price": prices}, "hot")
    assert many.cases == 3
    np.testing.assert_allclose(many["sales"], [model.solve("hot", {"price": price})["sales"] for price in prices])
    assert np.isnan(model.solve_many({"price": prices}, outputs="sales")["profit"]).all()
    loan = ps.load(LOAN)
    row = next(one for one in loan.written.quantities if len(one.over) == 1 and not one.is_input)
    given = next(one for one in loan.written.quantities if one.is_input and not one.over)
    values = np.full(2, loan.solve()[given.id])
    found = loan.solve_many({given.id: values})
    assert found[row.id].shape == (2, len(loan.members(row.id)))
    assert found[f"{row.id}[{loan.members(row.id)[0][0]}]"].shape == (2,)


def test_live_takes_edits_one_at_a_time(model: ps.Model) -> None:
    live = model.live("hot")
    assert live.set("price", 3) == ["price", "sales", "profit"]
    before = live.results()
    assert live["sales"] == before["sales"] == model.solve("hot", {"price": 3})["sales"]
    with pytest.raises(ps.ModelError, match="above max = 10"):
        live.set("price", 11)
    live.set("price", 4)
    assert (before["price"], live["price"]) == (3, 4)


def test_export_chooses_the_form_by_the_suffix(model: ps.Model, here: Path) -> None:
    for suffix in ("xlsx", "json", "csv", "md"):
        assert model.export(f"out.{suffix}", "hot") == Path(f"out.{suffix}")
    assert openpyxl.load_workbook("out.xlsx")["Cover"]["E6"].value == "Hot day"
    assert Path("out.xlsx").read_bytes() == model.workbook("hot")
    assert json.loads(Path("out.json").read_text())["scenario"] == "hot"
    assert Path("out.csv").read_bytes().startswith(b"\xef\xbb\xbfsection,name")
    assert Path("out.md").read_text().startswith("# Lemonade")
    assert sorted(path.name for path in here.iterdir() if path.suffix == ".part") == []


def test_export_never_writes_over_the_model(model: ps.Model, here: Path) -> None:
    os.link(here / "lemonade.toml", here / "same.json")
    with pytest.raises(ps.ModelError, match="is the model itself"):
        model.export("same.json")
    assert (here / "lemonade.toml").read_text() == TOY
    (here / "lemonade.toml").unlink()
    assert model.export("same.json").is_file()


def test_lint_holds_the_rules_against_any_workbook_and_the_model_s_own(model: ps.Model, here: Path) -> None:
    own = model.lint()
    assert own.holds
    assert str(own).startswith("lemonade.xlsx: ")
    book = openpyxl.Workbook()
    book.active["A1"] = "=OFFSET(B1,1,1)"
    book.save(here / "any.xlsx")
    found = ps.lint("any.xlsx")
    assert not found.holds
    assert [place.where for place in found.broken["moving"]] == ["Sheet!A1"]
    assert {rule["id"] for rule in found.record()["rules"]} == {rule.id for rule, _ in found.found}


def test_diff_tells_what_changed_and_attribute_what_each_change_adds(model: ps.Model, here: Path) -> None:
    text = ps.rewrite(model, {"price": Decimal("3.00"), "glasses": 50})
    assert text == TOY.replace("value  = 2.50", "value  = 3.00").replace("value  = 40", "value  = 50")
    new = ps.loads(text, "dearer.toml")
    found = ps.diff(model, new)
    assert {one.id for one in found.differences} == {"price", "glasses"}
    parts = {part.ids: part.share for part in found.whys[0].parts}
    shares = ps.attribute(model.solve(), new.solve(), "profit")
    for player, (share,) in zip(shares.players, shares.shares, strict=True):
        assert parts[player.ids] == pytest.approx(share)
    assert shares.shares.sum() == pytest.approx(new.solve()["profit"] - model.solve()["profit"])
    (here / "dearer.toml").write_text(text)
    assert str(ps.diff("lemonade.toml", "dearer.toml")) == str(found)
    new.export("dearer.xlsx")
    assert ps.diff(model, "dearer.xlsx").effects == found.effects
    model.export("before.xlsx")
    assert ps.diff("before.xlsx", "dearer.xlsx", model="lemonade.toml").effects == found.effects
    assert found.markdown()
    assert found.record()["scenario"] == found.scenario == "usual"
    assert {problem.code for problem in found.broken} == {"published"}


def test_a_model_that_is_read_after_another_is_the_same_as_by_itself(model: ps.Model, here: Path) -> None:
    text = ps.rewrite(model, {"price": Decimal("3.00")})
    edited = ps.loads(text, before=model)
    assert dict(edited.solve()) == dict(ps.loads(text).solve()) != dict(model.solve())
    assert edited.warnings == ps.loads(text).warnings
    (here / "dearer.toml").write_text(text)
    assert dict(ps.load("dearer.toml", before=model).solve()) == dict(edited.solve())
    with pytest.raises(ps.ModelError) as wrong:
        ps.loads(text.replace("price", "prise", 1), before=edited)
    with pytest.raises(ps.ModelError) as alone:
        ps.loads(text.replace("price", "prise", 1))
    assert wrong.value.problems == alone.value.problems


def test_rewrite_takes_targets_scenarios_and_members(model: ps.Model) -> None:
    assert "set.glasses  = 130" in ps.rewrite(model, {"glasses": 130}, "hot")
    assert "set.glasses  = 130" in ps.rewrite(model, {ps.Target("glasses", "hot", 0): 130})
    assert "set.glasses" not in ps.rewrite(model, {"glasses": None}, "hot")
    assert "value  = 2.75\n" in ps.rewrite(model, {"price": 2.75})
    loan = ps.load(LOAN)
    given = next(one for one in loan.written.quantities if one.is_input and not one.over)
    again = ps.loads(ps.rewrite(loan, {given.id: loan.solve()[given.id]}))
    assert again.solve()[given.id] == loan.solve()[given.id]


WRONG: dict[str, tuple[Callable[[ps.Model], object], str]] = {
    "scenario": (lambda m: m.solve("hott"), "lemonade.toml: there is no scenario 'hott'"),
    "changes first": (lambda m: m.solve({"price": 3}), "changes come second"),  # type: ignore[arg-type]
    "no input": (lambda m: m.solve(None, {"prise": 3}), "did you mean 'price'"),
    "key": (lambda m: m.solve(None, {3: 3}), "is no name of a quantity"),
    "no mapping": (lambda m: m.solve(None, 3), "is no change of inputs"),
    "text": (lambda m: m.solve(None, {"price": "3 EUR"}), r"lemonade.toml:\d+: 'price' cannot be '3 EUR'"),
    "bounds": (lambda m: m.solve(None, {"price": 11}), r"lemonade.toml:\d+: 'price' = 11 EUR/glass"),
    "two": (lambda m: m.solve(None, {"price": 11, "glasses": 1.5}), "glasses(.|\n)*price"),
    "array": (lambda m: m.solve(None, {"price": [1, 2]}), "takes one value"),
    "computed": (lambda m: m.solve(None, {"sales": 3}), "is computed"),
    "name": (lambda m: m.solve()["prise"], "did you mean 'price'"),
    "number": (lambda m: m.solve()[3], "is no name of a quantity"),  # type: ignore[index]
    "member": (lambda m: m.solve()["price[2027]"], "leave the brackets out"),
    "quantity": (lambda m: m.solve().quantity("prise"), "did you mean"),
    "gradient": (lambda m: m.gradient("proft"), "did you mean 'profit'"),
    "closed form": (lambda m: m.closed_form("proft"), "did you mean 'profit'"),
    "goal": (lambda m: m.goal("profit", "much", by="price"), "cannot be 'much'"),  # type: ignore[arg-type]
    "by": (lambda m: m.goal("profit", 1, by="sales"), "is computed"),
    "reach": (lambda m: m.goal("profit", -5, by="price"), "lemonade.toml: "),
    "swing": (lambda m: m.sensitivity(swing=0), "not between 0 and 10"),
    "sensitivity": (lambda m: m.sensitivity("proft"), "did you mean"),
    "lengths": (lambda m: m.solve_many({"price": [1, 2], "glasses": [1]}), "one value a case"),
    "single": (lambda m: m.solve_many({"price": 1}), "one value a case"),
    "many bounds": (lambda m: m.solve_many({"price": [1, 11]}), "above max = 10"),
    "outputs": (lambda m: m.solve_many({"price": [1]}, outputs=["proft"]), "did you mean"),
    "live": (lambda m: m.live().set("prise", 3), "did you mean"),
    "suffix": (lambda m: m.export("out.doc"), "'.xlsx', '.ods', '.pdf', '.html', '.json', '.csv' or '.md'"),
    "no suffix": (lambda m: m.export("out"), "'.xlsx', '.ods', '.pdf', '.html', '.json', '.csv' or '.md'"),
    "directory": (lambda m: m.export("nowhere/out.xlsx"), "there is no directory"),
    "shown": (lambda m: m.export("out.xlsx", "hott"), "did you mean 'hot'"),
    "stamp": (lambda m: m.export("out.csv", stamp=True), "cover of a workbook"),
    "since": (lambda m: m.export("out.csv", since="HEAD"), "sheet of a workbook"),
    "since when": (lambda m: m.export("out.xlsx", since="nowhere"), "is no file, and no revision"),
    "no workbook": (lambda _: ps.lint("out.pdf"), "is no .xlsx file"),
    "no such workbook": (lambda _: ps.lint("out.xlsx"), "cannot be read: No such file"),
    "no model": (lambda _: ps.load("none.toml"), "none.toml: the model cannot be read"),
    "no toml": (lambda _: ps.loads("x ="), "model.toml:1: a key has no value"),
    "versions": (lambda m: ps.diff(m, "nowhere"), "is no file, and no revision"),
    "no version": (lambda m: ps.diff(m, "none.xlsx"), "cannot be read"),
    "sides": (lambda _: ps.diff("a", "b"), "whose file is not known"),
    "diff": (lambda m: ps.diff(m, m, "hott"), "did you mean 'hot'"),
    "attribute": (lambda m: ps.attribute(m.solve(), m.solve(), "proft"), "did you mean"),
    "rewrite": (lambda m: ps.rewrite(m, {"sales": 3}), "is computed"),
    "rewrite none": (lambda m: ps.rewrite(m, {"price": None}), "needs a value"),
    "rewrite bounds": (lambda m: ps.rewrite(m, {"price": 11}), "above max = 10"),
    "target": (lambda m: ps.rewrite(m, {ps.Target("price", None, 7): 1}), "there is no value"),
    "target's scenario": (lambda m: ps.rewrite(m, {ps.Target("price", "hott", 0): 1}), "there is no scenario"),
    "kinks": (lambda m: ps.kinks(m.solve(), "proft"), "did you mean"),
    "members": (lambda m: m.members("proft"), "did you mean"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_a_model_error_that_says_so(model: ps.Model, case: str) -> None:
    call, says = WRONG[case]
    with pytest.raises(ps.ModelError, match=says):
        call(model)


def test_every_problem_of_a_text_is_told_with_file_and_line(here: Path) -> None:
    (here / "bad.toml").write_text(TOY.replace("price * season", "prise * season").replace("max    = 10", "max = 1"))
    with pytest.raises(ps.ModelError) as caught:
        ps.load("bad.toml")
    places = [(one.location.file, one.location.line) for one in caught.value.problems if one.location]
    assert len(places) == len(caught.value.problems) > 1
    assert all(file == "bad.toml" and line for file, line in places)


def test_a_text_with_data_is_read_beside_its_folder(tmp_path: Path) -> None:
    path = write(tmp_path)
    model = ps.Model.from_text(path.read_text(), folder=tmp_path)
    assert model.solve()["total"] == ps.load(path).solve()["total"]
    with pytest.raises(ps.ModelError, match="stands in no folder"):
        ps.loads(path.read_text())
