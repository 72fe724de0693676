"""What a review tells of two versions of a model, and what it leaves out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result

from tests import command_line

TEXT = """\
# A cluster.
[model]
title   = "Cluster"
outputs = ["time", "cost"]

[units]
FLOP = "[compute]"
USD  = "[money]"

[sources.sheet]
title = "Data sheet"
url   = "https://example.org/sheet"

[scenarios.plan]
label = "Plan"

[scenarios.fast]
label     = "Fast"
set.speed = 4

[hardware.speed]
label  = "Speed"
unit   = "TFLOP/s"
value  = 2
min    = 0
source = "sheet"

[hardware.use]
label = "Use"
unit  = "percent"
value = 50

[work.amount]
label = "Amount"
unit  = "FLOP"
value = 7.2e15

[work.price]
label = "Price"
unit  = "USD/hour"
value = 3

[work.time]
label   = "Time"
unit    = "hour"
formula = "amount / (speed * use)"
published = [{ value = 2, source = "sheet" }]

[work.cost]
label   = "Cost"
unit    = "USD"
formula = "time * price"

[checks.soon]
label = "Soon enough"
test  = "time <= 3 * time"
"""


def run(*arguments: object) -> Result:
    return command_line.run("diff", *arguments)


def diff(folder: Path, new: str, *options: str, old: str = TEXT) -> Result:
    (folder / "old.toml").write_text(old)
    (folder / "new.toml").write_text(new)
    return run(str(folder / "old.toml"), str(folder / "new.toml"), *options)


def told(folder: Path, new: str, old: str = TEXT) -> dict[str, Any]:
    result = diff(folder, new, "--json", old=old)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def changed(*edits: tuple[str, str], text: str = TEXT) -> str:
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return text


NOISE = {
    "comments": [("# A cluster.\n", "# Another comment\n\n\n")],
    "the spelling of a number": [("7.2e15", "7_200_000_000_000_000"), ("value = 50", "value = 5e1")],
    "spaces in a formula": [("amount / (speed * use)", "amount/(speed*use)")],
    "the order of tables": [(TEXT[TEXT.index("[work.price]") : TEXT.index("[work.time]")], ""), ("[checks.soon]", TEXT[TEXT.index("[work.price]") : TEXT.index("[work.time]")] + "[checks.soon]")],
    "percent and a fraction": [('"percent"\nvalue = 50', '"1"\nvalue = 0.5')],
    "another prefix": [('"TFLOP/s"\nvalue  = 2', '"GFLOP/s"\nvalue  = 2000'), ("set.speed = 4", "set.speed = 4_000")],
}  # fmt: skip


@pytest.mark.parametrize("name", NOISE)
def test_noise_is_no_change(name: str, tmp_path: Path) -> None:
    found = told(tmp_path, changed(*NOISE[name]))
    assert (found["differences"], found["effects"], found["why"]) == ([], [], [])
    assert diff(tmp_path, TEXT).output.splitlines()[1:] == ["nothing changed that has a meaning"]


CHANGES: dict[str, tuple[list[tuple[str, str]], dict[str, Any]]] = {
    "a value": ([("value = 3", "value = 4.5")], {"kind": "assumption", "id": "price", "before": "3 USD/hour", "after": "4.5 USD/hour", "ratio": 1.5}),
    "a value in the same words and another unit": ([('"TFLOP/s"\nvalue  = 2', '"GFLOP/s"\nvalue  = 2'), ("set.speed = 4", "set.speed = 4000")], {"kind": "assumption", "id": "speed", "before": "2 TFLOP/s", "after": "2 GFLOP/s", "ratio": 0.001}),
    "a scenario's": ([("set.speed = 4", "set.speed = 8")], {"kind": "assumption", "scenario": "fast", "ratio": 2}),
    "a scenario's no more": ([("set.speed = 4\n", "")], {"kind": "assumption", "scenario": "fast", "after": "2 TFLOP/s (inherited)", "ratio": 0.5}),
    "a formula": ([("time * price", "time * price * 1.2")], {"kind": "formula", "id": "cost", "is_same": False}),
    "a formula in other words": ([("amount / (speed * use)", "amount / use / speed")], {"kind": "formula", "id": "time", "is_same": True}),
    "a quantity more": ([("[work.price]", '[work.tax]\nlabel = "Tax"\nunit = "1"\nvalue = 2\n\n[work.price]'), ("time * price", "time * price")], {"kind": "added", "id": "tax"}),
    "another name": ([("[work.price]", "[work.rent]"), ("time * price", "time * rent")], {"kind": "renamed", "before": "price", "after": "rent"}),
    "another section": ([("[work.price]", "[hardware.price]")], {"kind": "moved", "id": "price", "before": "work", "after": "hardware"}),
    "a bound": ([("min    = 0", "min    = 1")], {"kind": "bounds", "id": "speed", "what": "min", "before": "0 TFLOP/s", "after": "1 TFLOP/s"}),
    "a source": ([('source = "sheet"\n\n[hardware.use]', "\n[hardware.use]")], {"kind": "source", "id": "speed", "before": "sheet", "after": ""}),
    "a label": ([('"Speed"', '"Pace"')], {"kind": "text", "before": "Speed", "after": "Pace"}),
    "a check": ([("time <= 3 * time", "time <= 2 * time")], {"kind": "check", "id": "soon"}),
    "a scenario": ([("[hardware.speed]", '[scenarios.slow]\nlabel = "Slow"\nset.speed = 1\n\n[hardware.speed]')], {"kind": "scenario", "id": "slow", "after": "speed = 1 TFLOP/s"}),
    "an input that becomes a formula": ([("value = 3", 'formula = "6 * base_price"'), ("[work.time]", '[work.base_price]\nlabel = "Base"\nunit = "USD/hour"\nvalue = 0.5\n\n[work.time]')], {"kind": "formula", "id": "price", "before": "3 USD/hour", "after": "6 * base_price"}),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told_by_what_it_means(name: str, tmp_path: Path) -> None:
    edits, expected = CHANGES[name]
    found = told(tmp_path, changed(*edits))["differences"]
    assert any(all(one[key] == value for key, value in expected.items()) for one in found), found


def test_what_broke_comes_first_and_the_parts_add_up(tmp_path: Path) -> None:
    new = changed(("value = 50", "value = 25"), ("value = 3", "value = 4"))
    lines = diff(tmp_path, new, "--all").output.splitlines()
    assert "does not reproduce" in lines[2]
    assert lines.index("Assumptions") > 2
    assert any(line.startswith("  indirectly: time, cost") for line in lines)
    found = told(tmp_path, new)
    assert [one["id"] for one in found["differences"]] == ["use", "price"]
    for why in found["why"]:
        assert why["before"] + sum(part["share"] for part in why["parts"]) == pytest.approx(why["after"], rel=1e-12)
    cost = next(why for why in found["why"] if why["output"] == "cost")
    # From 6 to 16: use doubles the time, price adds a third; both together 2 more, a half of it each.
    assert {part["ids"][0]: part["share"] for part in cost["parts"]} == {"use": 7, "price": 3}


def test_what_was_mended_is_counted_and_is_nothing_broken(tmp_path: Path) -> None:
    failing = changed(("time <= 3 * time", "time <= 0 * time"))
    for option, line in (
        ("--all", "2 statements hold that did not"),
        ("--markdown", "- ✓ 2 statements hold that did not"),
    ):
        lines = diff(tmp_path, TEXT, option, old=failing).output.splitlines()
        assert line in lines
        assert not any("✗" in one for one in lines)


def test_a_version_that_has_no_results_says_why_and_what_changed(tmp_path: Path) -> None:
    result = diff(tmp_path, changed(("speed * use", "(speed - speed) * use")))
    assert (result.exit_code, "Formulas" in result.output) == (0, True)
    assert "time" in result.output.splitlines()[2]
    crossed = changed(('unit    = "hour"', 'unit    = "hour"\nmax = 1'))
    assert "above max = 1" in diff(tmp_path, crossed).output.splitlines()[2]


def test_an_input_out_of_its_bounds_is_told_with_what_it_does(tmp_path: Path) -> None:
    limits = ("value = 3", "value = 3\nmax = 5\nrange = [2, 4]")
    found = told(tmp_path, changed(("value = 3", "value = 6"), text=changed(limits)), old=changed(limits))
    assert ["above max = 5" in one["message"] for one in found["broken"]] == [True, False]
    assert [(one["before"], one["after"]) for one in found["effects"] if one["output"] == "cost"] == [(6, 12), (3, 6)]
    assert [one["kind"] for one in found["differences"]] == ["assumption"]
    # Where it was out of them before, that is not what the change broke.
    found = told(tmp_path, changed(limits, ("value = 3", "value = 7")), old=changed(limits, ("value = 3", "value = 6")))
    assert (found["broken"], found["headline"].startswith("1 assumption; Cost 12 -> 14 USD")) == ([], True)


def test_why_is_told_in_a_scenario_in_which_something_changes(tmp_path: Path) -> None:
    found = told(tmp_path, changed(("set.speed = 4", "set.speed = 8")))
    assert {why["scenario"] for why in found["why"]} == {found["scenario"]} == {"fast"}
    renamed = changed(("[scenarios.plan]", "[scenarios.budget]"), ("value = 3", "value = 4"))
    found = told(tmp_path, renamed)
    assert [(why["output"], why["scenario"], why["after"]) for why in found["why"]] == [("cost", "budget", 8)]
    assert [one["what"] for one in found["differences"] if one["kind"] == "scenario"] == ["name"]


def test_what_is_an_output_no_more_has_not_gone(tmp_path: Path) -> None:
    found = told(tmp_path, changed(('["time", "cost"]', '["cost"]')))
    assert {one["output"] for one in found["effects"]} == set()
    assert [(one["what"], one["before"], one["after"]) for one in found["differences"]] == [
        ("outputs", "time, cost", "cost")
    ]
    found = told(tmp_path, changed(('["time", "cost"]', '["price", "cost"]'), ("value = 3", "value = 4")))
    assert [(one["before"], one["after"]) for one in found["effects"] if one["output"] == "price"] == [(3, 4), (3, 4)]


MANY = "".join(f'[work.price{n}]\nlabel = "Price"\nunit = "1"\nvalue = 1\n\n' for n in range(18))


def test_two_of_one_label_are_told_apart_and_what_is_sampled_says_so(tmp_path: Path) -> None:
    old = changed(("[work.time]", f"{MANY}[work.time]"), ('"time * price"', '"time * price * (' + " + ".join(f"price{n}" for n in range(18)) + ')"'))  # fmt: skip
    found = told(tmp_path, old.replace('unit = "1"\nvalue = 1\n', 'unit = "1"\nvalue = 2\n'), old=old)
    (why,) = [why for why in found["why"] if why["output"] == "cost"]
    assert {part["label"] for part in why["parts"]} == {f"Price (price{n})" for n in range(18)}
    assert {round(part["share"], 9) for part in why["parts"]} == {6}
    text = diff(tmp_path, old.replace('unit = "1"\nvalue = 1\n', 'unit = "1"\nvalue = 2\n'), old=old).output
    assert text.count("(sampled, all orders alike)") == 18


def test_where_a_sampled_mixture_has_no_value_those_of_it_are_one(tmp_path: Path) -> None:
    # The root of what is left over when one is new and the other old is no number.
    old = changed(("[work.time]", f"{MANY}[work.time]"), ('"time * price"', '"time * price * (1 + ' + " + ".join(f"price{n}" for n in range(16)) + ') * sqrt(price16 - price17 / 2)"'))  # fmt: skip
    new = old.replace('unit = "1"\nvalue = 1\n', 'unit = "1"\nvalue = 3\n')
    (why,) = [why for why in told(tmp_path, new, old=old)["why"] if why["output"] == "cost"]
    merged = [part for part in why["parts"] if part["reason"]]
    assert [sorted(part["ids"]) for part in merged] == [["price16", "price17"]]
    assert why["before"] + sum(part["share"] for part in why["parts"]) == pytest.approx(why["after"], rel=1e-9)


def test_a_workbook_is_a_version(tmp_path: Path) -> None:
    model, path = tmp_path / "old.toml", tmp_path / "back.xlsx"
    model.write_text(TEXT)
    command_line.run("export", model, "--xlsx", path)
    book = openpyxl.load_workbook(path)
    line = next(row for row in book["Inputs"].iter_rows() if row[2].value == "price")
    line[6].value = 6
    book.save(path)
    assert "Cost 6 -> 12 USD" in run(str(model), str(path)).output
    assert run(str(path), str(path), "-m", str(model)).output.splitlines()[1] == "nothing changed that has a meaning"


def test_nothing_of_a_model_is_anything_but_text_in_a_comment(tmp_path: Path) -> None:
    evil = '"<img src=x> [a](http://b) @all `|` **x**"'
    comment = diff(tmp_path, changed(('"Price"', evil), ("value = 3", "value = 4")), "--markdown").stdout
    plain = re.sub(r"\\(.)", "", comment)
    assert not re.search(r"<img|\]\(|@all|\*\*x", plain)
    for table in re.findall(r"(?:^\|.*\n)+", comment, re.MULTILINE):
        widths = {line.count("|") for line in table.splitlines()}
        assert len(widths) == 1, table


def test_little_that_changed_is_told_in_a_few_lines(tmp_path: Path) -> None:
    quiet = diff(tmp_path, changed(('"Soon enough"', '"Soon"')), "--markdown").stdout
    assert len(quiet.splitlines()) <= 3


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(("none.toml", "none.toml"), 1), (("a", "b", "c"), 2), (("old.toml", "old.toml", "--json", "--markdown"), 2), (("old.toml", "old.toml", "-s", "no"), 1)],
)  # fmt: skip
def test_wrong_usage_is_said(arguments: tuple[str, ...], status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("old.toml").write_text(TEXT)
    assert run(*arguments).exit_code == status
