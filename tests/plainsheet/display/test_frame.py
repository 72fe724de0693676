"""A frame holds what the results hold: against a table that pandas builds from the arrays, member by member."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import plainsheet as ps
from tests.places import MODELS
from tests.toys.lemonade import TOY

PATHS = sorted(MODELS.glob("*.toml"))


def expected(model: ps.Model, results: ps.Results) -> pd.DataFrame:
    """Return the frame by another way: a series a quantity over a product of members, put together by pandas."""
    parts = []
    for quantity in model.written.quantities:
        levels = [
            [int(number) for number in one.numbers] if one.numbers else list(one.members)
            for one in (model.written.dimension[name] for name in quantity.over)
        ]
        if levels:
            index = pd.MultiIndex.from_product(levels, names=list(quantity.over))
            part = pd.Series(results[quantity.id].ravel(), index=index, name="value").reset_index()
        else:
            part = pd.DataFrame({"value": [results[quantity.id]]})
        part["name"], part["label"], part["unit"] = quantity.id, quantity.label, quantity.unit
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_it_is_the_table_that_pandas_builds_from_the_arrays(path: Path) -> None:
    model = ps.load(path)
    results = model.solve(model.scenarios[-1])
    frame, wanted = results.frame(), expected(model, results)
    dimensions = [one.id for one in model.written.dimensions]
    assert list(frame.columns) == ["name", *dimensions, "value", "unit", "label", "source"]
    for column in ("name", "value", "label"):
        assert frame[column].tolist() == wanted[column].tolist()
    for column in dimensions:
        known = wanted[column] if column in wanted else pd.Series([None] * len(wanted))
        assert frame[column].isna().tolist() == known.isna().tolist()
        assert frame[column].dropna().tolist() == known.dropna().tolist()


def test_units_and_sources_are_those_of_the_text() -> None:
    frame = ps.loads(TOY).solve("hot").frame().set_index("name")
    assert frame.loc["price"].to_dict() == {
        "value": 2.5, "unit": "EUR/glass", "label": "Price of a glass", "source": "stand",
    }  # fmt: skip
    assert frame.loc["profit", "source"] == ""
    assert frame["value"].dtype == "float64"


def test_members_that_count_are_numbers_sources_go_by_member_and_a_name_is_free() -> None:
    text = """
        [model]
        title = "Members"
        [sources.a]
        title = "A"
        [sources.b]
        title = "B"
        [dimensions.year]
        from = 2026
        to = 2027
        [dimensions.name]
        members = ["North", "South"]
        [q.sales]
        label = "Sales"
        over = ["name", "year"]
        unit = "1"
        value.North = { from = 2026, list = [1, 2] }
        value.South = { from = 2026, list = [3, 4] }
        source.North = "a"
        source.South = ["a", "b"]
        [q.total]
        label = "Total"
        unit = "1"
        formula = "sum(sales, over=[name, year])"
        """
    frame = ps.loads(text).solve().frame()
    assert list(frame.columns) == ["name", "year", "name_", "value", "unit", "label", "source"]
    assert frame["year"].dtype == "Int64"
    assert frame["year"].tolist()[:4] == [2026, 2027, 2026, 2027]
    assert frame["name_"].tolist()[:4] == ["North", "North", "South", "South"]
    assert frame["source"].tolist() == ["a", "a", "a, b", "a, b", ""]
    assert frame["value"].tolist() == [1, 2, 3, 4, 10]
    assert frame.pivot_table(index="year", columns="name_", values="value").loc[2027, "South"] == 4


def test_named_quantities_have_a_column_each_over_what_they_are_over_together() -> None:
    model = ps.load(MODELS / "gpu_cluster.toml")
    results = model.solve()
    quantities = model.written.quantities
    first = next(one for one in quantities if len(one.over) > 1)
    second = next(one for one in quantities if len(one.over) == 1 and one.over[0] in first.over)
    frame = results.frame(second.id, first.id)
    assert set(frame.columns) == {*first.over, first.id, second.id}
    assert len(frame) == results[first.id].size
    for _, line in frame.iterrows():
        assert line[first.id] == results[f"{first.id}[{', '.join(str(line[name]) for name in first.over)}]"]
        assert line[second.id] == results[f"{second.id}[{line[second.over[0]]}]"]


def test_a_model_has_a_line_for_each_scenario() -> None:
    model = ps.loads(TOY)
    frame = model.frame()
    assert frame.groupby("scenario", sort=False).size().to_dict() == dict.fromkeys(model.scenarios, 6)
    by_name = frame.pivot_table(index="scenario", columns="name", values="value")
    wide = model.frame("price", "profit").set_index("scenario")
    for scenario in model.scenarios:
        assert by_name.loc[scenario, "profit"] == wide.loc[scenario, "profit"] == model.solve(scenario)["profit"]


def test_more_lines_than_a_table_has_are_refused() -> None:
    text = '[model]\ntitle = "Many"\n' + "".join(
        f'[dimensions.d{n}]\nfrom = 1\nto = 300\n[q.x{n}]\nlabel = "x"\nunit = "1"\nover = "d{n}"\nvalue = 1\n'
        for n in range(3)
    )
    with pytest.raises(ps.ModelError, match="27,000,000 lines are more than the 10,000,000"):
        ps.loads(text).solve().frame("x0", "x1", "x2")


def test_without_pandas_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "lemonade.toml").write_text(TOY)
    code = (
        "import sys; sys.modules['pandas'] = None\n"
        "import plainsheet as ps; ps.load('lemonade.toml').solve().frame()"
    )  # fmt: skip
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.stderr.strip().endswith("pip install 'plainsheet[pandas]'")
