"""Changes from the tables of others: by label in any order, with units converted, and what does not fit told with both sides."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pint
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import plainsheet as ps
from tests.toys.random_dimensions import Author

POWER = ps.loads("""
[model]
title = "Power"
[units]
USD = "[money]"
[scenarios.low]
label = "Low"
[dimensions.region]
members = ["North", "South"]
[dimensions.month]
from = "2026-01"
to = "2026-03"
[dimensions.name]
members = ["a", "b"]
[dimensions.kind]
members = ["coal", "wind"]
[q.price]
label = "Price"
over = ["region", "month"]
unit = "USD/MWh"
value.North = { from = "2026-01", list = [1, 2, 3] }
value.South = { from = "2026-01", list = [4, 5, 6] }
[q.share]
label = "Share"
over = "region"
unit = "percent"
value = [10, 20]
max = 90
[q.rate]
label = "Rate"
unit = "1"
value = 2
[q.plant]
label = "Plant"
over = "region"
choice = "kind"
value = ["coal", "wind"]
[q.begun]
label = "Begun"
over = "month"
unit = "USD"
value = { from = "2026-01", list = [7, 8] }
formula = "prev(begun, 0) * rate"
[q.of_names]
label = "Of names"
over = "name"
unit = "1"
value = [1, 2]
[q.paid]
label = "Paid"
unit = "USD/MWh"
formula = "sum(price * share, over=[region, month]) * rate + sum(of_names) * price['North', '2026-01'] + sum(begun * price['North', '2026-01'] / first(begun)) * (2 if plant['North'] == 'wind' else 1)"
""")
PRICES = POWER.solve()["price"]
SERIES = pd.Series([20.0, 10.0], pd.Index(["South", "North"], name="region"), name="share")
MONTHS = pd.to_datetime(["2026-03-01", "2026-01-01", "2026-02-01"])


def grid() -> xr.DataArray:
    """Return the prices with both axes turned round and out of order, ten times as high."""
    values = 10 * PRICES[[1, 0]][:, [2, 0, 1]].T
    return xr.DataArray(values, {"month": MONTHS, "region": ["South", "North"]}, ("month", "region"), name="price")


LONG = grid().to_dataframe().reset_index()

SAME: dict[str, Any] = {
    "array": grid(),
    "array by name": {"price": grid()},
    "dataset": grid().to_dataset(),
    "in thousands": {"price": (grid() / 1000).assign_attrs(units="kUSD/MWh")},
    "a kilowatt hour": {"price": (grid() / 1000).assign_attrs(units="USD/kWh")},
    "frame": LONG,
    "frame with an index": LONG.set_index(["region", "month"]),
    "heading": LONG.assign(**{"price [USD/kWh]": LONG["price"] / 1000}).drop(columns="price"),
    "series": LONG.set_index(["month", "region"])["price"],
    "series with a unit": (LONG.set_index(["month", "region"])["price"] / 1000).rename("price [USD/kWh]"),
    "two sides": {"price": LONG.pivot_table(index="month", columns="region", values="price")},
    "periods": LONG.assign(month=LONG["month"].dt.to_period("M")),
    "days": LONG.assign(month=[day.date() for day in LONG["month"]]),
    "texts": LONG.assign(month=LONG["month"].dt.strftime("%Y-%m")),
    "categories": LONG.assign(region=LONG["region"].astype("category")),
    "without names": {"price": pd.DataFrame(10 * PRICES, ["North", "South"], ["2026-01", "2026-02", "2026-03"])},
    "tidy": POWER.solve().frame().assign(value=lambda one: one["value"].where(one["name"] != "price", 0))
    .query("name == 'price'").assign(value=(10 * PRICES).ravel()),
    "pint in an array": {"price": POWER.solve().quantity("price").to("USD/kWh") * 10},
    "pint in labels": {"price": grid().copy(data=POWER.plan.units.quantity(1.0, POWER.plan.row("price").unit) * grid().to_numpy())},
}  # fmt: skip


@pytest.mark.parametrize("case", SAME)
def test_labels_say_where_values_stand_and_units_are_converted(case: str) -> None:
    found = POWER.solve(changes=SAME[case])
    np.testing.assert_allclose(found["price"], 10 * PRICES)
    assert list(found.changed) == ["price"]


def test_choices_shares_single_numbers_and_what_a_formula_goes_on_with() -> None:
    found = POWER.solve(
        None,
        {
            "plant": pd.Series({"South": "coal", "North": "wind"}),
            "share": (SERIES / 100).to_xarray().assign_attrs(units="1"),
            "rate": xr.DataArray(3.0),
            "begun": pd.Series({"2026-02": 2.0, "2026-01": 1.0}),
        },
    )
    assert found["plant"].tolist() == ["wind", "coal"]
    np.testing.assert_allclose(found["share"], [10, 20])
    assert found["begun"].tolist() == [1, 2, 6]
    assert POWER.solve(changes=pd.Series({"rate": 5, "share[North]": 30}))["share"].tolist() == [30, 20]
    assert POWER.solve(changes=pd.DataFrame({"rate": [4], "share[North]": [30]}))["rate"] == 4
    assert POWER.solve(changes={"share[North]": SERIES.to_xarray().sel(region="South")})["share"].tolist() == [20, 20]
    assert POWER.solve(changes={"share": SERIES.to_xarray().mean()})["share"].tolist() == [15, 15]


def test_a_wide_frame_gives_each_quantity_what_it_is_over() -> None:
    table = POWER.solve().frame("price", "share", "rate")
    assert list(table.columns) == ["region", "month", "price", "share", "rate"]
    table[["price", "share", "rate"]] *= 2
    found = POWER.solve(changes=table.sample(frac=1, random_state=1))
    np.testing.assert_allclose(found["price"], 2 * PRICES)
    assert (found["share"].tolist(), found["rate"]) == ([20, 40], 4)


def test_a_quantity_of_any_registry_is_converted() -> None:
    own: pint.UnitRegistry[float] = pint.UnitRegistry()
    own.define("USD = [money]")
    changed = POWER.solve(changes={"price": own.Quantity(0.005, "USD/kWh"), "share": own.Quantity(0.5, "")})
    np.testing.assert_allclose(changed["price"], 5)
    np.testing.assert_allclose(changed["share"], 50)
    with pytest.raises(ps.ModelError, match=r"kilogram \[mass\] is not the unit of 'price', USD/MWh"):
        POWER.solve(changes={"price": own.Quantity(1, "kg")})


def test_everything_that_takes_changes_takes_tables() -> None:
    table = pd.Series({"North": 30, "South": 40}).rename_axis("region").rename("share")
    high = POWER.solve(None, table)
    assert POWER.live(changes=table)["paid"] == high["paid"]
    live = POWER.live()
    live.set("share", table)
    assert live["paid"] == high["paid"]
    assert POWER.gradient("paid", None, table)["rate"] == high.gradient("paid")["rate"]
    assert POWER.goal("paid", 100, by="rate", changes=table).value == high.goal("paid", 100, by="rate").value
    assert POWER.sweep("paid", over={"rate": [1, 2]}, changes=table)["paid"].tolist() == [
        POWER.solve(None, {"share": [30, 40], "rate": rate})["paid"] for rate in (1, 2)
    ]
    assert ps.loads(ps.rewrite(POWER, table)).solve()["paid"] == high["paid"]


def test_columns_of_cases_have_units_and_their_labels_mean_nothing() -> None:
    table = pd.DataFrame({"rate": [1, 2], "share[North] [1]": [0.1, 0.2]}, index=["x", "y"])
    swept = POWER.sweep("paid", cases=table)
    assert swept["share[North]"].tolist() == [10, 20]
    many = POWER.solve_many(table)
    assert many["paid"].tolist() == swept["paid"].tolist()
    assert (
        POWER.solve_many({"rate": table["rate"]})["paid"].tolist()
        == POWER.solve_many({"rate": [1, 2]})["paid"].tolist()
    )
    with pytest.raises(ps.ModelError, match="3 is no list of cases"):
        POWER.sweep("paid", cases=3)
    swept = POWER.sweep("paid", over={"rate": pd.Series([1, 2], name="whatever")})
    assert swept["rate"].tolist() == [1, 2]


WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "strange": (lambda: grid().assign_coords(region=["South", "East"]),
                "'price' is given values for 'East', which is no member of 'region', and none for 'North'"),
    "strange day": (lambda: grid().assign_coords(month=MONTHS.shift(1, "YS")),
                    "'price' is given values for '2027-01-01', which is no member of 'month', and none for '2026-01', '2026-02' and '2026-03'"),
    "missing": (lambda: SERIES.iloc[:1], "'share' is given 1 value, and none for share[North]"),
    "no number": (lambda: {"share": pd.Series({"North": np.nan, "South": 1.0})}, "and none for share[North]"),
    "none of a kind that has none": (lambda: {"share": pd.Series({"North": None, "South": 1}, dtype="Int64")},
                                     "and none for share[North]"),
    "twice": (lambda: pd.DataFrame({"region": ["North", "South", "North"], "share": [1, 2, 3]}),
              "'share[North]' is given two values, 1 and 3"),
    "unit": (lambda: grid().assign_attrs(units="USD"), "USD [money] is not the unit of 'price', USD/MWh [money"),
    "no unit": (lambda: grid().assign_attrs(units="dollars"), "price is in USD/MWh"),
    "heading": (lambda: LONG.rename(columns={"price": "price [kg]"}), "kg [mass] is not the unit of 'price'"),
    "axis": (lambda: grid().rename(month="time"), "'price' is over 'region' and 'month', and is given values over 'time' and 'region'"),
    "axes": (lambda: grid().isel(month=0, drop=True), "and is given values over 'region'"),
    "one of them": (lambda: grid().sel(month="2026-01-01"), "they are of one member of 'month': change that member alone"),
    "one value": (lambda: {"share": SERIES.to_xarray().sel(region="North")}, "they are of one member of 'region'"),
    "too many": (lambda: {"rate": SERIES}, "'rate' is one number, and is given values over 'region'"),
    "column": (lambda: LONG.assign(colour=1), "the column 'colour' is neither of a quantity nor of a dimension"),
    "result": (lambda: POWER.solve().to_xarray("paid"), "'paid' is computed and cannot be set"),
    "columns": (lambda: pd.DataFrame([[1, 2]], columns=["rate", "rate [percent]"]), "two columns are of 'rate'"),
    "complex": (lambda: {"share": pd.Series({"North": 1j, "South": 1})}, "'share' cannot be"),
    "name": (lambda: xr.DataArray(1), "a DataArray without a name is no change of inputs"),
    "no quantity": (lambda: xr.DataArray(1, name="prise"), "did you mean 'price'"),
    "bounds": (lambda: SERIES * 10, "'share[North]' = 100 percent is above max = 90"),
    "text": (lambda: pd.DataFrame({"rate": ["x"]}), "'rate' cannot be"),
    "choice": (lambda: {"plant": pd.Series({"North": "oil", "South": "coal"})}, "'plant' chooses 'oil', which is no member of 'kind'"),
    "scenarios": (lambda: POWER.to_xarray("price"), "is given values over 'scenario', 'region' and 'month'"),
    "two of them": (lambda: SERIES.to_frame().assign(rate=[1, 2]), "'rate' is given two values, 1 and 2"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_fit_is_told_with_both_sides(case: str) -> None:
    changes, says = WRONG[case]
    with pytest.raises(ps.ModelError) as raised:
        POWER.solve(changes=changes())
    assert says in str(raised.value)


def test_the_hint_for_a_single_member_works_when_it_is_followed() -> None:
    with pytest.raises(ps.ModelError, match=r'\{"share\[North\]": ...\}'):
        POWER.solve(changes=SERIES.iloc[:1])
    assert POWER.solve(changes={"share[North]": 50})["share"].tolist() == [50, 20]


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(0, 100), st.sampled_from(["xarray", "pandas"]))
def test_what_is_handed_over_comes_back_whatever_the_dimensions(seed: int, mixed: int, library: str) -> None:
    model = ps.loads(Author(seed).model())
    chance = np.random.default_rng(mixed)
    try:
        first = model.solve()
    except ps.ModelError:
        return
    names = [quantity.id for quantity in model.written.quantities if quantity.is_input and quantity.over]
    data = first.to_xarray(*names)
    data = data.isel({name: chance.permutation(size) for name, size in data.sizes.items()})
    data = data.transpose(*chance.permutation(list(map(str, data.dims))).tolist())
    edited = data.map(lambda own: own * 1.5 + 1 if own.dtype.kind == "f" else own, keep_attrs=True)
    try:
        if library == "xarray":
            changed = model.solve(changes=edited)
        else:
            changed = model.solve(changes={name: edited[name].to_series() for name in names})
    except ps.ModelError as wrong:
        assert {problem.code for problem in wrong.problems} <= {"bounds", "not-finite"}  # noqa: PT017  # results may have none
        return
    back = changed.to_xarray(*names)
    for own in back.values():
        xr.testing.assert_allclose(own, edited[own.name].transpose(*own.dims).reindex_like(own), rtol=1e-14)
        assert own.attrs == edited[own.name].attrs
    for name in names:
        for place in itertools.islice(np.ndindex(back[name].shape), 20):
            labels = {
                one: back[name].coords[one].to_numpy()[at] for one, at in zip(back[name].dims, place, strict=True)
            }
            assert changed[name][place] == pytest.approx(edited[name].sel(labels).item())


def test_dates_of_python_are_labels_too() -> None:
    days = [dt.date(2026, 2, 14), dt.date(2026, 1, 31), dt.datetime(2026, 3, 1, tzinfo=dt.UTC)]
    found = POWER.solve(changes={"begun": pd.Series([2.0, 1.0, np.nan], index=pd.Index(days, dtype=object))})
    assert found["begun"].tolist() == [1, 2, 4]
