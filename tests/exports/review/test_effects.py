"""What a change does: outputs, statements that broke, and the parts that changes have in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.toys.chips import CHIPS
from tests.toys.shop import TEXT, diff, edited, shares, told

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


def test_a_choice_among_the_outputs_is_told_by_its_members(tmp_path: Path) -> None:
    old = CHIPS.replace('["cost"]', '["gpu", "supplier", "wait", "start", "cost"]')
    new = edited(
        ('choice = "gpu_type"\nvalue  = "H100"', 'choice = "gpu_type"\nvalue  = "B300"'),
        ('"H100", "B200"]', '"H100", "B300"]'),
        ('set.gpu         = "B200"', 'set.gpu = "B300"'),
        ('value  = ["ACME", "Best"]', 'value  = ["ACME", "ACME"]'),
        ("value  = 2\n", "value  = 3\n"),
        text=old,
    )
    found = told(tmp_path, new, old=old)
    moved = {(one["output"], one["scenario"]): (one["before"], one["after"]) for one in found["effects"]}
    cost = {key: moved.pop(key) for key in list(moved) if key[0] == "cost"}
    # A renamed member is the same choice.
    assert moved == {
        ("gpu", "plain"): ("H100", "B300"),
        ("supplier[FR]", "plain"): ("Best", "ACME"),
        ("wait", "plain"): (2, 3),
        ("wait", "high"): (2, 3),
    }
    assert all(one["ratio"] is None for one in found["effects"] if one["output"] != "cost")
    assert {why["output"] for why in found["why"]} == {"cost"}
    assert len(cost) == 2
    text = diff(tmp_path, new, old=old).output
    assert "GPU to buy, plain: H100 -> B300\n" in text
    assert "Wait, high: 2 -> 3\n" in text
    assert "; Cost " in text.splitlines()[1]
    markdown = diff(tmp_path, new, "--markdown", old=old).output
    assert "| GPU to buy | H100 | B300  |  |" in markdown
    only = told(
        tmp_path,
        old.replace('value  = "2026-03"', 'value  = "2026-04"').replace("value  = 7", "value  = 0"),
        old=old.replace("value  = 7", "value  = 0"),
    )
    assert only["headline"] == "1 assumption; First month 2026-03 -> 2026-04"


def test_an_output_that_was_a_number_became_a_choice(tmp_path: Path) -> None:
    old = CHIPS.replace('["cost"]', '["wait"]').replace(
        'label  = "Wait"\nchoice = "lag"\nvalue  = 2', 'label  = "Wait"\nunit = "1"\nvalue  = 2'
    )
    moved = told(tmp_path, CHIPS.replace('["cost"]', '["wait"]'), old=old.replace("delay[wait]", "delay[2]"))
    assert [(one["before"], one["after"]) for one in moved["effects"]] == []
