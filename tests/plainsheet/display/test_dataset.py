"""A Dataset holds what results hold: with real dates, groups that xarray can group by, and units; whole, or for all scenarios."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import plainsheet as ps
from tests.places import MODELS
from tests.toys.cluster import TEXT
from tests.toys.lemonade import TOY

CLUSTER = ps.loads(TEXT)


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.toml")), ids=lambda path: path.stem)
def test_each_quantity_is_a_variable_over_its_dimensions(path: Path) -> None:
    model = ps.load(path)
    results = model.solve(model.scenarios[-1])
    data = results.to_xarray()
    assert list(data) == list(results)
    for quantity in model.written.quantities:
        own = data[quantity.id]
        assert own.dims == quantity.over
        np.testing.assert_array_equal(own.to_numpy(), results[quantity.id])
        assert own.attrs["long_name"] == quantity.label
        assert quantity.choice or own.attrs["units"] == quantity.unit
    assert data.attrs["title"] == model.title


def test_periods_are_dates_numbers_numbers_and_members_texts() -> None:
    data = CLUSTER.solve().to_xarray()
    assert data.indexes["month"].equals(pd.date_range("2026-02-01", "2027-07-01", freq="MS", name="month"))
    assert data["size"].dtype == np.int64
    assert data["site"].to_numpy().tolist() == ["north", "south", "east"]
    assert data["run"].sel(month="2026-04").item() == CLUSTER.solve()["run[2026-04]"]
    assert data["gpu"].item() == "H100"
    assert data["price"].attrs == {"units": "USD", "long_name": "Price", "source": "Price list", "kind": "input"}
    assert "units" not in data["gpu"].attrs


def test_groups_are_coordinates_that_xarray_groups_by() -> None:
    data = CLUSTER.solve().to_xarray()
    by_region = data["by_site"].groupby("site_region").sum()
    assert by_region.sel(site_region=["Europe", "Americas"]).to_numpy() == pytest.approx(data["by_region"].to_numpy())
    assert data["month_fiscal"].to_numpy().astype("datetime64[M]").astype(str).tolist() == (
        ["2026-02"] * 2 + ["2026-04"] * 12 + ["2027-04"] * 4
    )


def test_a_model_has_a_dimension_of_scenarios() -> None:
    data = CLUSTER.to_xarray("cost", "price")
    assert list(data) == ["cost", "price"]
    assert data["price"].dims == ("scenario", "vendor", "kind")
    for scenario in CLUSTER.scenarios:
        assert data["cost"].sel(scenario=scenario).item() == CLUSTER.solve(scenario)["cost"]
    assert "scenario" not in data.attrs
    high = data.drop_vars("cost").sel(scenario="big")
    assert CLUSTER.solve("big", high)["cost"] == data["cost"].sel(scenario="big")


def test_inputs_are_found_by_their_kind_and_come_back() -> None:
    data = CLUSTER.solve("big").to_xarray()
    inputs = data.filter_by_attrs(kind="input")
    assert list(inputs) == [quantity.id for quantity in CLUSTER.written.quantities if quantity.is_input]
    xr.testing.assert_identical(CLUSTER.solve("big", inputs).to_xarray(), data)


def test_names_that_a_table_has_a_use_for_have_a_line_behind_them() -> None:
    text = """
        [model]
        title = "Names"
        purpose = "To see"
        [dimensions.scenario]
        from = 1
        to = 2
        step = 0.5
        unit = "m"
        [q.length]
        label = "V"
        over = "scenario"
        unit = "1"
        value = { from = 1, list = [1, 2, 3] }
        [q.name]
        label = "N"
        unit = "1"
        formula = "sum(length)"
        """
    model = ps.loads(text)
    data = model.to_xarray()
    assert data["length"].dims == ("scenario", "scenario_")
    assert data["scenario_"].to_numpy().tolist() == [1, 1.5, 2]
    assert (data["scenario_"].attrs["units"], data.attrs["purpose"]) == ("m", "To see")
    assert model.solve(changes=data["length"].isel(scenario=0) * 2)["name"] == 12
    assert model.solve(changes=model.solve().frame("length") * [1, 3])["name"] == 18
    table = model.frame("length")
    assert list(table.columns) == ["scenario", "scenario_", "length"]
    assert model.solve(changes=table.drop(columns="scenario"))["name"] == 6


def test_days_that_no_date_of_numpy_has_are_texts() -> None:
    text = TEXT.replace('from = "2026-02"', 'from = "2262-02"').replace('to   = "2027-07"', 'to   = "2263-07"')
    data = ps.loads(text.replace("2026-", "2262-")).solve().to_xarray("load")
    assert data["month"].to_numpy()[:2].tolist() == ["2262-02", "2262-03"]


def test_a_file_of_netcdf_keeps_it(tmp_path: Path) -> None:
    data = CLUSTER.to_xarray()
    data.to_netcdf(tmp_path / "cluster.nc")
    with xr.open_dataset(tmp_path / "cluster.nc") as again:
        for name in data:
            assert again[name].to_numpy().tolist() == data[name].to_numpy().tolist()


def test_what_is_no_whole_quantity_is_refused() -> None:
    with pytest.raises(ps.ModelError, match="did you mean 'price'"):
        CLUSTER.solve().to_xarray("prise")
    with pytest.raises(ps.ModelError, match="is one member, and a table has all of 'tax'"):
        CLUSTER.solve().to_xarray("tax[Europe]")


def test_without_xarray_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "lemonade.toml").write_text(TOY)
    code = (
        "import sys; sys.modules['xarray'] = None\n"
        "import plainsheet as ps; ps.load('lemonade.toml').solve().to_xarray()"
    )  # fmt: skip
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.stderr.strip().endswith("pip install 'plainsheet[xarray]'")
