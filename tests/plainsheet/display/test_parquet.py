"""Parquet files hold what frames hold, tell each unit twice, are read as data by another model, and are whole or not there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import plainsheet as ps
from tests.plainsheet.commands.test_simulate import TEXT as RENT
from tests.toys.cluster import TEXT
from tests.toys.lemonade import TOY

CLUSTER = ps.loads(TEXT)


def test_a_wide_table_has_units_in_headings_and_in_fields(tmp_path: Path) -> None:
    path = CLUSTER.solve("big").to_parquet(tmp_path / "load.parquet", "load", "run", "hours")
    read = pq.read_table(path)
    assert read.column_names == ["month", "load [USD/day]", "run [USD]", "hours [USD]"]
    assert read.schema.field("load [USD/day]").metadata == {b"unit": b"USD/day", b"label": b"Load"}
    assert read.schema.metadata == {b"title": b"Cluster", b"scenario": b"big"}
    assert read["run [USD]"].to_pylist() == CLUSTER.solve("big")["run"].tolist()
    assert read["hours [USD]"].to_pylist() == [7.0] * 18


def test_a_tidy_table_has_members_beside_numbers(tmp_path: Path) -> None:
    frame = CLUSTER.frame()
    read = pd.read_parquet(CLUSTER.to_parquet(tmp_path / "all.parquet"))
    assert [name for name in read.columns if name != "member"] == list(frame.columns)
    told = read["member"].where(read["member"].notna(), read["value"])
    assert told.tolist() == frame["value"].tolist()
    for name in ("scenario", "month", "size", "unit", "source"):
        assert read[name].isna().tolist() == frame[name].isna().tolist()
        assert read[name].dropna().tolist() == frame[name].dropna().tolist()


def test_another_model_takes_it_as_data(here: Path) -> None:
    CLUSTER.solve().to_parquet("prices.parquet", "price")
    path = here / "reads.toml"
    path.write_text("""
        [model]
        title = "Reads"
        [units]
        USD = "[money]"
        [dimensions.vendor]
        members = ["ACME", "Globex"]
        [dimensions.kind]
        members = ["H100", "B200", "MI300"]
        [data.prices]
        file = "prices.parquet"
        [q.price]
        label = "Price"
        over = ["vendor", "kind"]
        unit = "USD"
        value = { data = "prices", column = "price" }
        """)
    read = ps.load("reads.toml").solve()["price"]
    assert read.tolist() == CLUSTER.solve()["price"][[1, 0]].tolist()
    path.write_text(path.read_text().replace('unit = "USD"', 'unit = "USD/day"'))
    with pytest.raises(ps.ModelError, match="USD"):
        ps.load("reads.toml")


def test_simulations_and_sweeps_are_written_too(tmp_path: Path) -> None:
    model = ps.loads(RENT)
    found = model.simulate("cost", samples=1_024)
    read = pq.read_table(found.to_parquet(tmp_path / "cases.parquet"))
    assert read["cost [EUR]"].to_pylist() == found["cost"].tolist()
    assert read.schema.field("price [EUR/hour]").metadata[b"unit"] == b"EUR/hour"
    swept = ps.loads(TEXT).sweep("hardware", over={"gpu": ["H100", "B200"], "hours": [1, 2]})
    read = pq.read_table(swept.to_parquet(tmp_path / "sweep.parquet"))
    assert read.column_names == ["gpu", "hours [USD]", "hardware [USD]"]
    assert read["gpu"].to_pylist() == ["H100", "H100", "B200", "B200"]
    assert read["hardware [USD]"].to_pylist() == swept["hardware"].tolist()


def test_a_write_that_fails_leaves_the_old_file(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = ps.load("lemonade.toml").solve()
    results.to_parquet("out.parquet")
    before = Path("out.parquet").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        results.to_parquet("out.parquet", "price")
    assert Path("out.parquet").read_bytes() == before
    assert {path.name for path in here.iterdir()} == {"lemonade.toml", "out.parquet"}


def test_what_is_no_place_for_it_is_refused(here: Path) -> None:
    results = ps.load("lemonade.toml").solve()
    for path, says in (("out.csv", "does not end in .parquet"), ("nowhere/out.parquet", "there is no directory")):
        with pytest.raises(ps.ModelError, match=says):
            results.to_parquet(path)
    assert {path.name for path in here.iterdir()} == {"lemonade.toml"}


def test_without_pyarrow_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match=r"pip install 'plainsheet\[parquet\]'"):
        ps.loads(TOY).solve().to_parquet(tmp_path / "out.parquet")


def test_numbers_are_written_bit_by_bit(tmp_path: Path) -> None:
    model = ps.loads(TOY.replace("2.50", "1.1"))
    read = pq.read_table(model.to_parquet(tmp_path / "out.parquet", "price", "sales"))
    assert np.array_equal(np.array(read["sales [EUR]"]), model.frame("sales")["sales"].to_numpy())
