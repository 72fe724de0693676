"""The interface as its user meets it: what importing costs, what each call gives, and how wrong calls are told."""

from __future__ import annotations

import inspect
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np
import openpyxl
import pytest

import plainsheet as ps
from tests.toys.lemonade import TOY

ROOT = Path(__file__).parent.parent.parent
HEAVY = {"numpy", "pint", "sympy", "openpyxl", "matplotlib", "pandas", "rich", "networkx", "click"}
LOAN = ROOT / "models" / "loan.toml"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lemonade.toml").write_text(TOY)
    return tmp_path


@pytest.fixture
def model(here: Path) -> ps.Model:
    assert here
    return ps.load("lemonade.toml")


def python(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own, in a folder."""
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def test_importing_it_loads_no_library_and_takes_no_time(tmp_path: Path) -> None:
    code = (
        "import sys, time; start = time.perf_counter(); import plainsheet; took = time.perf_counter() - start\n"
        f"print(took, sorted({HEAVY} & set(sys.modules)), plainsheet.__file__)"
    )
    told = [python(code, tmp_path, PYTHONPATH=str(ROOT)).stdout.split(maxsplit=1) for _ in range(5)]
    assert {rest.strip() for _, rest in told} == {f"[] {ROOT / 'plainsheet' / '__init__.py'}"}
    # The least of several: a busy machine is no fault of the package's.
    assert min(float(took) for took, _ in told) < 0.05


@pytest.mark.parametrize("name", ps.__all__)
def test_every_public_name_and_each_of_its_parts_says_what_it_is(name: str) -> None:
    value = getattr(ps, name)
    assert name in dir(ps)
    parts = (
        {key: part for key, part in vars(value).items() if not key.startswith("_")} if inspect.isclass(value) else {}
    )
    for key, part in {name: value, **parts}.items():
        if inspect.isclass(part) or inspect.isroutine(part) or isinstance(part, property):
            text = inspect.getdoc(part) or ""
            assert text, f"{name}.{key}"
            assert not text.startswith(f"{name}("), f"{name}.{key} has the text that dataclass makes"


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'lode'"):
        getattr(ps, "lode")  # noqa: B009  # the name is the point


@pytest.mark.parametrize("name", ["engine", "exports"])
@pytest.mark.parametrize("form", ["folder", "file"])
def test_a_folder_of_the_user_s_that_hides_ours_is_named(tmp_path: Path, name: str, form: str) -> None:
    mine = tmp_path / name if form == "folder" else tmp_path / f"{name}.py"
    if form == "folder":
        mine.mkdir()
    (mine / "__init__.py" if form == "folder" else mine).write_text("raise SystemExit('never imported')")
    result = python("import plainsheet", tmp_path, PYTHONPATH=str(ROOT))
    *_, last = result.stderr.strip().splitlines()
    assert last.startswith("ImportError: ")
    assert f"'{mine}' hides the package '{name}'" in last


def test_a_folder_without_modules_of_that_name_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    assert python("import plainsheet; plainsheet.ModelError", tmp_path, PYTHONPATH=str(ROOT)).returncode == 0


def test_a_folder_met_later_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "__init__.py").write_text("raise SystemExit('never imported')")
    (tmp_path / "toy.toml").write_text(TOY)
    code = f"import sys, os; sys.path.insert(0, ''); import plainsheet as ps; os.chdir({str(tmp_path)!r})\nprint(ps.load('toy.toml').solve()['price'])"
    result = python(code, ROOT)
    assert (result.stdout.strip(), result.stderr) == ("2.5", "")


def test_what_is_shown_at_a_prompt_is_short(model: ps.Model) -> None:
    assert len(repr(model.sensitivity("profit")[0].inputs[0])) < 400


def test_a_package_that_is_missing_is_named(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "plainsheet", tmp_path / "plainsheet")
    # Without site, which makes the checkout known.
    command = [sys.executable, "-S", "-c", "import plainsheet"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "its package 'engine' is missing" in result.stderr


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
    "key": (lambda m: m.solve(None, {3: 3}), "is no name of a quantity"),  # type: ignore[dict-item]
    "no mapping": (lambda m: m.solve(None, 3), "is no change of inputs"),  # type: ignore[arg-type]
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
    "suffix": (lambda m: m.export("out.pdf"), "'.xlsx', '.json', '.csv' or '.md'"),
    "no suffix": (lambda m: m.export("out"), "'.xlsx', '.json', '.csv' or '.md'"),
    "directory": (lambda m: m.export("nowhere/out.xlsx"), "there is no directory"),
    "shown": (lambda m: m.export("out.xlsx", "hott"), "did you mean 'hot'"),
    "stamp": (lambda m: m.export("out.csv", stamp=True), "cover of a workbook"),
    "no workbook": (lambda _: ps.lint("out.pdf"), "is no .xlsx file"),
    "no such workbook": (lambda _: ps.lint("out.xlsx"), "cannot be read: No such file"),
    "no model": (lambda _: ps.load("none.toml"), "none.toml: the model cannot be read"),
    "no toml": (lambda _: ps.loads("x ="), "model.toml:1: this is not TOML"),
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
