"""A model with other values is a model: written, saved, compared, solved as its own, and the first is as it was."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

import plainsheet as ps
from tests.plainsheet.test_pickles import PRICES, WITH_DATA
from tests.toys.cluster import TEXT
from tests.toys.lemonade import TOY


def test_it_is_the_text_with_other_digits_and_all_else_follows(here: Path) -> None:
    model = ps.load("lemonade.toml")
    varied = model.with_({"glasses": 50}, price=Decimal("3.00"))
    assert varied.text == TOY.replace("value  = 2.50", "value  = 3.00").replace("value  = 40", "value  = 50")
    assert dict(varied.solve()) == dict(model.solve(None, {"glasses": 50, "price": 3}))
    assert (varied.solve().changed, varied.path, model.text) == ({}, None, TOY)
    assert {one.id for one in ps.diff(model, varied).differences} == {"glasses", "price"}
    varied.export("dearer.xlsx")
    inputs = openpyxl.load_workbook("dearer.xlsx")["Inputs"]
    assert 50 in [cell.value for row in inputs.iter_rows() for cell in row]
    assert dict(ps.load(varied.save(here / "dearer.toml")).solve()) == dict(varied.solve())
    assert dict(varied.with_(glasses=40, price=Decimal("2.50")).solve()) == dict(model.solve())


def test_a_scenario_members_choices_and_tables() -> None:
    model = ps.loads(TEXT)
    varied = model.with_({"price[ACME, H100]": 21, "gpu": "B200"}, hours=8)
    assert varied.solve()["price[ACME, H100]"] == 21
    assert varied.solve()["gpu"] == "B200"
    prices = model.solve().to_xarray("price") * 2
    dearer = model.with_(prices)
    np.testing.assert_array_equal(dearer.solve()["price"], 2 * model.solve()["price"])
    table = pd.DataFrame({"region": ["Americas", "Europe"], "tax [1]": [0.3, 0.4]})
    assert model.with_(table).solve()["tax"].tolist() == [40, 30]
    big = model.with_(scenario="big", hours=9)
    assert (big.solve()["hours"], big.solve("big")["hours"]) == (7, 9)


def test_an_input_that_is_called_as_the_arguments_are() -> None:
    text = TOY.replace("price", "scenario").replace("share", "changes")
    assert ps.loads(text).with_({"scenario": 3}, changes=60).solve()["sales"] == 40 * 3 * 7 * 12


def test_from_text_is_loads() -> None:
    assert dict(ps.Model.from_text(TOY).solve()) == dict(ps.loads(TOY).solve())
    with pytest.raises(ps.ModelError, match=r"^toy\.toml:"):
        ps.Model.from_text("x =", name="toy.toml")


def test_values_that_stand_in_a_file_are_changed_in_memory(here: Path) -> None:
    (here / "prices.csv").write_bytes(PRICES)
    (here / "prices.toml").write_text(WITH_DATA)
    model = ps.load("prices.toml")
    varied = model.with_({"price[South]": 5}, rate=3)
    assert (varied.solve()["price"].tolist(), varied.solve()["paid"]) == ([3, 5], 24)
    assert ps.load("prices.toml").solve()["paid"] == 14
    assert [one.id for one in ps.diff(model, varied).differences] == ["price[South]", "rate", "prices"]
    with pytest.raises(ps.ModelError, match=r"the model has other data than 'prices\.csv' holds in"):
        varied.save(here / "varied.toml")
    assert not (here / "varied.toml").exists()
    assert ps.load(model.with_(rate=3).save(here / "varied.toml")).solve()["paid"] == 21


def test_what_cannot_be_is_told_and_nothing_is_written(here: Path) -> None:
    model = ps.load("lemonade.toml")
    for wrong, says in (
        ({"sales": 3}, "is computed"),
        ({"price": 11}, "above max = 10"),
        ({"prise": 1}, "did you mean 'price'"),
    ):
        with pytest.raises(ps.ModelError, match=says):
            model.with_(wrong)
    with pytest.raises(ps.ModelError, match="there is no scenario 'hott'"):
        model.with_(scenario="hott", price=3)
    with pytest.raises(ps.ModelError, match=r"does not end in \.toml"):
        model.save("out.txt")
    assert [path.name for path in here.iterdir()] == ["lemonade.toml"]
