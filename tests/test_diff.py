"""`plainsheet diff` by a sceptical reader: cases that go wrong easily, revisions of a repository, and hostile texts."""

from __future__ import annotations

import json
import re
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from engine.model.load import loads
from engine.planning.planner import plan
from exports.workbook.xlsx import workbook
from plainsheet.commands import main

TEXT = """\
[model]
title = "Shop"
outputs = ["out"]

[units]
EUR = "[money]"
USD = "[usd]"

[dimensions.region]
members = ["North", "South"]

[sources.book]
title = "The book"

[scenarios.plan]
label = "Plan"

[scenarios.other]
label = "Other"
set.x = 5

[a.x]
label = "Price"
unit = "EUR"
value = 3
range = [1, 9]

[a.limit]
label = "Limit"
unit = "EUR"
value = 40

[a.y]
label = "Pieces"
unit = "1"
over = "region"
value = [1, 2]

[a.z]
label = "Sales"
unit = "EUR"
over = "region"
formula = "x * y"

[a.out]
label = "Total"
unit = "EUR"
formula = "sum(z)"

[checks.low]
label = "Low enough"
test = "x <= limit"
tolerance = 0.5
"""
Found = dict[str, Any]


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["diff", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    return result


def edited(*edits: tuple[str, str], text: str = TEXT) -> str:
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return text


def diff(folder: Path, new: str, *options: str, old: str = TEXT) -> Result:
    (folder / "old.toml").write_text(old)
    (folder / "new.toml").write_text(new)
    return run(str(folder / "old.toml"), str(folder / "new.toml"), *options)


def told(folder: Path, new: str, *options: str, old: str = TEXT) -> Found:
    result = diff(folder, new, "--json", *options, old=old)
    assert result.exit_code == 0, result.output
    found: Found = json.loads(result.stdout)
    return found


def shares(found: Found, output: str = "out") -> dict[str, float]:
    (why,) = [why for why in found["why"] if why["output"] == output]
    assert why["before"] + sum(part["share"] for part in why["parts"]) == pytest.approx(why["after"], rel=1e-11)
    return {", ".join(sorted(part["ids"])): part["share"] for part in why["parts"]}


# ---------------------------------------------------------------- what changed

FIGURES = edited(('"sum(z)"', '"sum(z)"\npublished = [{ value = 9, source = "book", note = "Page 1." }, { value = 0.009, source = "book", disputed = "A slip." }]'))  # fmt: skip
NOISE: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "a number in a formula": (edited(("x * y", "x * y * 30")), [("* 30", "* 30.0")]),
    "a figure's spelling": (FIGURES, [("0.009", "9e-3")]),
    "a range's spelling": (TEXT, [("[1, 9]", "[1.0, 9e0]")]),
    "a range in another unit": (TEXT, [('"EUR"\nvalue = 3\nrange = [1, 9]', '"kEUR"\nvalue = 0.003\nrange = [0.001, 0.009]'), ("set.x = 5", "set.x = 0.005")]),
    "spaces in a unit": (edited(('USD = "[usd]"', 'USD = "[usd]"\ncent = "EUR / 100"')), [('"EUR / 100"', '"EUR/100"')]),
    "sources in another order": (edited(('title = "The book"', 'title = "The book"\n\n[sources.web]\ntitle = "The web"'), ("value = 40", 'value = 40\nsource = ["book", "web"]')), [('["book", "web"]', '["web", "book"]')]),
    "a unit in another order": (edited(('"Total"\nunit = "EUR"', '"Total"\nunit = "EUR * hour / hour"')), [("EUR * hour / hour", "hour * EUR / hour")]),
    "a value for all, by member": (edited(("[1, 2]", "2")), [("value = 2", "value = { North = 2, South = 2.0 }")]),
}  # fmt: skip


@pytest.mark.parametrize("name", NOISE)
def test_noise_is_no_change(name: str, tmp_path: Path) -> None:
    old, edits = NOISE[name]
    found = told(tmp_path, edited(*edits, text=old), old=old)
    assert (found["differences"], found["effects"], found["direct"], found["indirect"]) == ([], [], [], [])


# What is touched has to be listed, with words before and after that differ.
TOUCHED: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "a scenario's label": (TEXT, [('"Other"', '"Others"')]),
    "a scenario's note": (TEXT, [("set.x = 5", 'set.x = 5\nnote = "Dear."')]),
    "a check's label": (TEXT, [('"Low enough"', '"Low"')]),
    "a check's tolerance": (TEXT, [("tolerance = 0.5", "tolerance = 50")]),
    "a section": (TEXT, [("[a.x]", '[a]\nlabel = "All"\nnote = "New."\n\n[a.x]')]),
    "a dimension's note": (TEXT, [('"South"]', '"South"]\nnote = "Of the country."')]),
    "a figure's note": (FIGURES, [("Page 1.", "Page 2.")]),
    "a source's address": (TEXT, [('"The book"', '"The book"\nurl = "https://example.org"')]),
    "a range and its unit": (TEXT, [('"EUR"\nvalue = 3\nrange = [1, 9]', '"kEUR"\nvalue = 0.003\nrange = [0.001, 0.5]'), ("set.x = 5", "set.x = 0.005")]),
    "a member's bound": (edited(("[1, 2]", "[1, 2]\nmax = [5, 6]")), [("[5, 6]", "[5, 7]")]),
    "a member's name": (TEXT, [('"South"]', '"Sud"]')]),
    "the order of members": (TEXT, [('["North", "South"]', '["South", "North"]')]),
    "two of six members": (edited(('["North", "South"]', '["a", "b", "c", "d", "e", "f"]'), ("[1, 2]", "[1, 2, 3, 4, 5, 6]")), [('"e", "f"', '"f", "e"')]),
    "a chart": (TEXT + '[charts.c]\ntitle = "C"\nkind = "bar"\nx = "scenario"\ny = "out"\n', [('"scenario"\ny', '"scenario"\nlog = "y"\ny')]),
}  # fmt: skip


@pytest.mark.parametrize("name", TOUCHED)
def test_what_is_touched_is_told_in_words_that_differ(name: str, tmp_path: Path) -> None:
    old, edits = TOUCHED[name]
    found = told(tmp_path, edited(*edits, text=old), old=old)
    assert any(one["before"] != one["after"] for one in found["differences"]), found["differences"]


# ---------------------------------------------------------------- what it does


def test_an_output_in_another_unit_is_no_effect(tmp_path: Path) -> None:
    unit = ('"Total"\nunit = "EUR"', '"Total"\nunit = "kEUR"')
    found = told(tmp_path, edited(unit))
    assert (found["effects"], found["why"]) == ([], [])
    found = told(tmp_path, edited(unit, ("value = 3", "value = 6")))
    assert found["effects"][0]["ratio"] == pytest.approx(2)
    assert shares(found) == {"x": pytest.approx(0.009)}


def test_an_output_in_a_unit_of_another_kind_is_told(tmp_path: Path) -> None:
    rate = '[a.fx]\nlabel = "Rate"\nunit = "USD/EUR"\nvalue = 2\n\n[a.z]'
    found = told(tmp_path, edited(('"Total"\nunit = "EUR"', '"Total"\nunit = "USD"'), ("[a.z]", rate), ("sum(z)", "sum(z) * fx")))  # fmt: skip
    assert [one["kind"] for one in found["differences"] if one["id"] == "out"] == ["formula", "unit"]


def test_what_cannot_be_told_apart_is_named_once(tmp_path: Path) -> None:
    old = edited(("[a.z]", '[a.one]\nlabel = "One"\nunit = "EUR"\nvalue = 1\n\n[a.z]'), ("x * y", "x / one * y * one"), ("x <= limit", "y <= y"))  # fmt: skip
    new = edited(('"EUR"\nvalue = 3', '"1"\nvalue = 4'), ("x / one", "x"), text=old)
    assert [part["ids"] for why in told(tmp_path, new, old=old)["why"] for part in why["parts"]] == [["x", "z"]]


@pytest.mark.parametrize(("members", "values"), [('["North", "South", "West"]', "[3, 4, 7]"), ('["West", "North", "South"]', "[7, 3, 4]")])  # fmt: skip
def test_a_dimension_gains_a_member(members: str, values: str, tmp_path: Path) -> None:
    edits = [('["North", "South"]', members), ("[1, 2]", values)]
    assert shares(told(tmp_path, edited(*edits))) == {"region": pytest.approx(21), "y": pytest.approx(12)}
    by_member = edited(('["out"]', '["z"]'))
    found = told(tmp_path, edited(*edits, text=by_member), old=by_member)
    moves = {one["output"]: (one["before"], one["after"]) for one in found["effects"] if one["scenario"] == "plan"}
    assert moves == {"z[North]": (3, 9), "z[South]": (6, 12), "z[West]": (None, 21)}
    for why in found["why"]:
        assert (why["before"], why["after"]) == moves[why["output"]]


def test_members_and_the_unit_of_an_output_change_together(tmp_path: Path) -> None:
    edits = [('["North", "South"]', '["North", "South", "West"]'), ("[1, 2]", "[1, 2, 4]"), ('"Total"\nunit = "EUR"', '"Total"\nunit = "kEUR"')]  # fmt: skip
    found = told(tmp_path, edited(*edits))
    assert (found["why"][0]["before"], found["why"][0]["after"]) == (0.009, 0.021)
    assert shares(found) == {"region": pytest.approx(0.012)}


def test_an_old_version_without_results_is_not_said_of_the_new_one(tmp_path: Path) -> None:
    bound = ('"sum(z)"', '"sum(z)"\nmax = 1')
    found = told(tmp_path, TEXT, old=edited(bound))
    assert "new version has no results" not in found["headline"]
    assert found["broken"] == []


def test_where_one_scenario_has_no_results_the_others_are_told(tmp_path: Path) -> None:
    found = told(tmp_path, edited(('"sum(z)"', '"sum(z)"\nmax = 14'), ("value = 3", "value = 4")))
    assert ["scenario 'other'" in one["message"] for one in found["broken"]] == [True]
    assert [(one["scenario"], one["after"]) for one in found["effects"]][:1] == [("plan", 12)]


def test_a_statement_that_fails_in_another_scenario_than_before_is_broken(tmp_path: Path) -> None:
    old = edited(("value = 40", "value = 4"), ("tolerance = 0.5", "tolerance = 0"))
    found = told(tmp_path, edited(("value = 3", "value = 6"), ("set.x = 5", "set.x = 2"), text=old), old=old)
    assert ["'plan'" in one["message"] for one in found["broken"]] == [True]


def test_a_figure_before_one_that_failed_anyway_breaks_nothing(tmp_path: Path) -> None:
    old = edited(('"sum(z)"', '"sum(z)"\npublished = [{ value = 44, source = "book" }]'))
    found = told(tmp_path, edited(("published = [", 'published = [{ value = 9, source = "book" }, '), text=old), old=old)  # fmt: skip
    assert (found["broken"], found["mended"]) == ([], 0)


def test_a_small_change_is_split_too(tmp_path: Path) -> None:
    found = told(tmp_path, edited(("value = 3", "value = 3.000001"), ("[1, 2]", "[1, 2.000003]")))
    assert shares(found).keys() == {"x", "y"}


def test_twenty_inputs_are_sampled_and_the_error_is_told(tmp_path: Path) -> None:
    inputs = "".join(f'[b.n{n}]\nlabel = "N {n}"\nunit = "1"\nvalue = 1\n\n' for n in range(20))
    product = " * ".join(f"(1 + n{n})" for n in range(20))
    old = edited(("[a.z]", f"{inputs}[a.z]"), ("sum(z)", f"sum(z) * ({product})"))
    found = told(tmp_path, old.replace('unit = "1"\nvalue = 1\n', 'unit = "1"\nvalue = 2\n'), old=old)
    exact = 9 * (3**20 - 2**20) / 20  # all alike
    (why,) = found["why"]
    assert all(part["error"] > 0 and abs(part["share"] - exact) < 5 * part["error"] for part in why["parts"])
    assert len(shares(found)) == 20


def test_a_scenario_that_extends_another_and_one_that_is_gone(tmp_path: Path) -> None:
    big = edited(("[a.x]", "[scenarios.big]\nset.limit = 50\nset.x = 7\n\n[a.x]"))
    found = told(tmp_path, edited(("set.x = 5", 'extends = "big"'), text=big), "-s", "other", old=big)
    assert shares(found) == {"x": 6}
    found = told(tmp_path, TEXT, old=big)
    assert {one["scenario"]: one["after"] for one in found["effects"]} == {"big": None}


# ---------------------------------------------------------------- versions


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a model in a subfolder: 3 and 4 on main, 5 on a branch from there, 7 not committed."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "repo" / "sub folder" / "m'ödel.toml"
    path.parent.mkdir(parents=True)
    git(tmp_path, "init", "-q", "-b", "main", "repo")
    for number, branch in ((3, ""), (4, ""), (5, "br;@$(x)"), (6, "main")):
        if branch:
            git(path.parent, "checkout", "-q", *(("main",) if branch == "main" else ("-b", branch)))
        path.write_text(edited(("value = 3", f"value = {number}")))
        git(path.parent, "add", ".")
        git(path.parent, "commit", "-q", "-m", str(number))
    path.write_text(edited(("value = 3", "value = 7")))
    monkeypatch.chdir(path.parent)
    return path


REVISIONS: dict[tuple[str, ...], str] = {
    (): "Total 18 -> 21 EUR",
    ("HEAD",): "Total 18 -> 21 EUR",
    ("HEAD~1",): "Total 12 -> 21 EUR",
    ("HEAD~1..HEAD",): "Total 12 -> 18 EUR",
    ("HEAD~2", "HEAD~1"): "Total 9 -> 12 EUR",
    ("main..br;@$(x)",): "Total 18 -> 15 EUR",
    ("main...br;@$(x)",): "Total 12 -> 15 EUR",
    ("HEAD^{/4}..",): "Total 12 -> 18 EUR",
}


@pytest.mark.parametrize("given", REVISIONS)
@pytest.mark.parametrize("elsewhere", [False, True])
def test_revisions(given: tuple[str, ...], elsewhere: bool, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    if elsewhere:
        monkeypatch.chdir(tmp_path)
    result = run(*given, *(("-m", str(repository)) if elsewhere else ()))
    assert (result.exit_code, REVISIONS[given] in result.output) == (0, True), result.output


@pytest.mark.parametrize(
    "given", ["nope", "nope..HEAD", "nope...HEAD", "--all..HEAD", "-x", "--output=x...HEAD", "HEAD:.", "HEAD^{tree}", "a\nb", "a\x1b[31m", "..", "HEAD..HEAD..HEAD"]
)  # fmt: skip
def test_what_is_no_revision_is_said(given: str, repository: Path) -> None:
    result = run("--", given)
    assert result.exit_code == 1
    assert re.search(r"is no file, and no revision|is no revision of this repository", result.output)
    assert not {"\x1b"} & set(result.output)
    assert [path.name for path in repository.parent.iterdir()] == [repository.name]


def test_a_file_alone_is_compared_with_something_else_or_refused(repository: Path) -> None:
    result = run(repository.name)
    assert "nothing changed" not in result.output


@pytest.mark.usefixtures("repository")
def test_an_empty_name_and_a_path_that_is_not_there_are_no_versions() -> None:
    result = run("../nope.toml")
    assert (result.exit_code, "../nope.toml" in result.output) == (1, True), result.output
    assert run("").exit_code != 0


def test_git_hooks_set_a_folder_of_their_own(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository.parent.parent)
    monkeypatch.setenv("GIT_DIR", ".git")
    assert "Total 18 -> 21 EUR" in run("-m", str(repository)).output


def test_a_workbook_that_came_back_and_no_repository(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    book = openpyxl.load_workbook(BytesIO(workbook(plan(loads(repository.read_text())))))
    row = next(row for row in book["Inputs"].iter_rows() if row[2].value == "limit")
    next(cell for cell in row if cell.value == 40 and not cell.protection.locked).value = 50
    book.save(tmp_path / "back.xlsx")
    assert "40 EUR -> 50 EUR" in run(repository.name, str(tmp_path / "back.xlsx")).output
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "alone.toml").write_text(TEXT)
    result = run("-m", str(tmp_path / "alone.toml"))
    assert (result.exit_code, "no revision" in result.output) == (1, True)


# ---------------------------------------------------------------- Markdown

EVIL = "https://evil.example www.evil.example #12 o/r#4 GH-3 @all a@b.com [x](y) ![i](j) |`c`| <img src=x> &lt;b&gt; **b** $x$ 0123456789abcdef0123456789abcdef01234567"


def test_nothing_of_a_label_is_live_in_a_comment(tmp_path: Path) -> None:
    edits = [('"Total"', json.dumps(EVIL)), ('"Price"', json.dumps("> " + EVIL)), ("value = 3", "value = 4"), ('title = "Shop"', f"title = {json.dumps(EVIL)}")]  # fmt: skip
    comment = diff(tmp_path, edited(*edits), "--markdown").stdout
    # A platform looks for addresses and references in what is shown, so that a backslash is no help.
    shown = re.sub(r"\\(.)", r"\1", comment)
    live = [r"https?://\w", r"www\.\w", r"#\d", r"GH-\d", r"@\w", r"[0-9a-f]{40}", r"&lt;", r"<img", r"(?m)^- >"]
    assert [one for one in live if re.search(one, shown)] == []
    for table in re.findall(r"(?:^\|.*\n)+", comment, re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_a_folded_heading_is_html_and_has_no_backslashes(tmp_path: Path) -> None:
    comment = diff(tmp_path, edited(('"Total"', '"Total_of [all] <b>"'), ("value = 3", "value = 4")), "--markdown").stdout  # fmt: skip
    headings = re.findall(r"<summary>(.*?)</summary>", comment)
    assert any("Total" in heading for heading in headings)
    assert not any("\\" in heading or "<b" in heading for heading in headings)
