"""Choices in Python: their members as texts, given and received."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

import plainsheet
from tests.toys.chips import CHIPS


@pytest.fixture(name="model", scope="module")
def _model() -> plainsheet.Model:
    return plainsheet.loads(CHIPS)


def test_results_are_members(model: plainsheet.Model) -> None:
    results = model.solve()
    assert results["gpu"] == "H100"
    assert results["start"] == "2026-03"
    assert results["wait"] == 2
    assert results["supplier"].tolist() == ["ACME", "Best"]
    assert results["supplier[FR]"] == "Best"
    frame = results.frame().set_index("name")["value"]
    assert frame["gpu"] == "H100"
    assert frame["supplier"].tolist() == ["ACME", "Best"]
    assert frame["cost"] == results["cost"]


def test_changes_are_members(model: plainsheet.Model) -> None:
    changes = {"gpu": "B200", "supplier": ["Best", "Best"], "start": dt.date(2027, 1, 14), "wait": 3}
    results = model.solve(changes=changes)
    assert results["cost"] == 5 + 2 + 2 + 300 + 5 * 7
    assert results.changed["gpu"] == "B200"
    assert results.changed["start"] == "2027-01"
    assert results.changed["supplier"].tolist() == ["Best", "Best"]
    assert model.solve(changes={"supplier": "Best"})["fees"].tolist() == [2, 2]
    live = model.live()
    assert live.set("gpu", "B200") == ["gpu", "cost"]
    assert live["gpu"] == "B200"
    live.set("supplier[DE]", "Best")
    live.set("start", "2027-01")
    live.set("wait", np.int64(3))
    assert live["cost"] == results["cost"]
    assert live.results()["cost"] == model.solve(changes=live.results().changed)["cost"]


def test_many_cases_take_members(model: plainsheet.Model) -> None:
    gpus, places = ["B200", "H100", "B200"], [["ACME", "ACME"], ["Best", "ACME"], ["Best", "Best"]]
    many = model.solve_many({"gpu": gpus, "supplier": places, "wait": [1, 2, 3]})
    assert many["gpu"].tolist() == gpus
    assert many["supplier"].tolist() == places
    for case, gpu in enumerate(gpus):
        changes = {"gpu": gpu, "supplier": places[case], "wait": case + 1}
        assert many["cost"][case] == model.solve(changes=changes)["cost"]
    assert model.solve_many({"supplier[FR]": ["ACME", "Best"]})["fees"].tolist() == [[1, 1], [1, 2]]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"gpu": "B300"}, "'gpu' chooses 'B300', which is no member of 'gpu_type'"),
        ({"gpu": 1}, "'gpu' cannot be 1: it is a choice of 'gpu_type'"),
        ({"gpu": None}, "'gpu' chooses 'None', which is no member of 'gpu_type'"),
        ({"gpu": ["B200", "H100"]}, "'gpu' takes one value, and was given (2,)"),
        ({"supplier": ["ACME"] * 3}, "'supplier' takes (2,) values, and was given (3,)"),
        ({"start": "2030-01"}, "'start' chooses '2030-01', which is no member of 'month'"),
        ({"start": dt.date(2030, 1, 1)}, "'start' chooses '2030-01-01', which is no member of 'month'"),
        ({"wait": 9}, "'wait' chooses 9, which is no member of 'lag'"),
        ({"wait": 2.5}, "'wait' chooses 2.5, which is no member of 'lag'"),
    ],
)
def test_what_is_no_member_is_refused(model: plainsheet.Model, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(plainsheet.ModelError, match=r".") as wrong:
        model.solve(changes=changes)
    assert wrong.value.problems[0].message == told
    many = {name: [value] for name, value in changes.items()}
    with pytest.raises(plainsheet.ModelError, match=r"."):
        model.solve_many(many)


def test_a_choice_has_no_unit(model: plainsheet.Model) -> None:
    with pytest.raises(plainsheet.ModelError, match="'gpu' is a choice, and its members have no unit"):
        model.solve().quantity("gpu")
