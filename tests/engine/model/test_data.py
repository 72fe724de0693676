"""Values from data files: by rows or with a column a member, in any order, they are what a dictionary has by member."""

from __future__ import annotations

import pickle
import random
from hashlib import sha256
from io import BytesIO
from itertools import product
from math import isnan
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.folder import Kept
from engine.model.load import load, loads
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from tests.toys.power import MODEL, read, write

HEAD = '[model]\ntitle = "Power"\n'
DIMENSIONS = {
    "region": ('members = ["North", "South", "High lands"]', ("North", "South", "High lands")),
    "year": ("from = 2026\nto = 2029", ("2026", "2027", "2028", "2029")),
    "month": ('from = "2026-11"\nto = "2027-01"', ("2026-11", "2026-12", "2027-01")),
}
DAYS = {"2026-11": "2026-11-30", "2026-12": "2026-12-01", "2027-01": "2027-01-15"}


def text(over: tuple[str, ...], value: str, more: str = "", unit: str = "MWh") -> str:
    dimensions = "".join(f"[dimensions.{name}]\n{DIMENSIONS[name][0]}\n" for name in DIMENSIONS)
    at = f"over = {list(over)}\n".replace("'", '"') if over else ""
    return f'{HEAD}{dimensions}{more}[power.use]\nlabel = "Use"\n{at}unit = "{unit}"\nvalue = {value}\nnote = "n"\n'


def stored(made: Plan, id_: str = "use") -> list[float]:
    found: list[float] = np.ravel(np.asarray(made.row(id_).value, dtype=float)).tolist()
    return found


@given(
    over=st.lists(st.sampled_from(list(DIMENSIONS)), unique=True, max_size=3),
    wide=st.booleans(),
    seed=st.integers(0, 10**6),
)
@settings(deadline=None, max_examples=60)
def test_rows_in_any_order_and_columns_by_member(over: list[str], wide: bool, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # an order, no secret
    members = [DIMENSIONS[name][1] for name in over]
    wanted = {cell: round(chance.uniform(-5, 5), 3) for cell in product(*members)}
    across = chance.choice(over) if wide and over else ""
    spelled = DAYS if chance.random() < 0.5 and across != "month" else {}
    keys = [name for name in over if name != across]
    sideways = list(DIMENSIONS[across][1]) if across else ["use [MWh]"]
    lines = []
    for cell in product(*[DIMENSIONS[name][1] for name in keys]):
        at = dict(zip(keys, cell, strict=True))
        values = [wanted[tuple(at.get(name, other) for name in over)] for other in sideways]
        lines.append([*[spelled.get(member, member) for member in cell], *map(str, values)])
    chance.shuffle(lines)
    order = list(range(len(keys) + len(sideways)))
    chance.shuffle(order)
    table = [[*keys, *sideways], *lines]
    content = "".join(",".join(line[place] for place in order) + "\n" for line in table).encode()
    how = f'columns = "{across}"' if across else 'column = "use"'
    model = loads(
        text(tuple(over), f'{{ data = "d", {how} }}', '[data.d]\nfile = "d.csv"\n'), files=Kept({"d.csv": content})
    )
    made = plan(model)
    assert not [problem for problem in made.warnings if problem.code not in {"hash", "unused"}]
    assert stored(made) == list(wanted.values())


def test_every_form_gives_the_same_results_as_the_values_in_the_text() -> None:
    cells = {
        (r, y): 10.0 * n + m for n, r in enumerate(DIMENSIONS["region"][1]) for m, y in enumerate(DIMENSIONS["year"][1])
    }
    listed = "[" + ", ".join(
        "{ from = 2026, list = " + str([cells[r, y] for y in DIMENSIONS["year"][1]]) + " }" for r in DIMENSIONS["region"][1]
    ) + "]"  # fmt: skip
    rows = "".join(f"{r},{y},{v}\n" for (r, y), v in cells.items())
    use = '[power.cost]\nlabel = "Cost"\nover = ["region", "year"]\nunit = "MWh"\nformula = "2*use + prev(use, 0)"\n'
    inline = plan(loads(text(("region", "year"), listed) + use))
    data = plan(loads(text(("region", "year"), '{ data = "d", column = "v" }', '[data.d]\nfile = "d.csv"\n') + use,
                      files=Kept({"d.csv": f"region,year,v\n{rows}".encode()})))  # fmt: skip
    assert np.array_equal(evaluate(inline)["cost"], evaluate(data)["cost"])


def percent_of(values: list[float]) -> list[float]:
    rows = "".join(f"{y},{v}\n" for y, v in zip(DIMENSIONS["year"][1], values, strict=True))
    model = loads(text(("year",), '{ data = "d", column = "v" }', '[data.d]\nfile = "d.csv"\n', "percent"),
                  files=Kept({"d.csv": f"year,v\n{rows}".encode()}))  # fmt: skip
    return stored(plan(model))


def test_percent_is_stored_as_it_is_from_the_text() -> None:
    values = [7.1, 28.999, 1e-5, 57.0]
    listed = f"{{ from = 2026, list = {values} }}"
    inline = plan(loads(text(("year",), listed, unit="percent")))
    assert percent_of(values) == stored(inline)


def test_what_is_missing_stands_for_what_the_model_says() -> None:
    files = Kept({"d.csv": b"year,v\n2026,1\n2028,\n2029,4\n"})
    model = loads(
        text(("year",), '{ data = "d", column = "v" }', '[data.d]\nfile = "d.csv"\nmissing = 0\n'), files=files
    )
    assert stored(plan(model)) == [1, 0, 0, 4]
    with pytest.raises(ModelError, match="has no row for '2027' and '2028'"):
        plan(loads(text(("year",), '{ data = "d", column = "v" }', '[data.d]\nfile = "d.csv"\n'), files=files))


def test_actuals_from_a_file_go_on_by_a_formula() -> None:
    files = Kept({"d.csv": b"year,v\n2026,1\n2027,2\n"})
    going = (
        text(("year",), '{ data = "d", column = "v" }', '[data.d]\nfile = "d.csv"\n') + 'formula = "prev(use, 0) * 2"\n'
    )
    made = plan(loads(going, files=files))
    assert np.ravel(evaluate(made)["use"]).tolist() == [1, 2, 4, 8]
    with pytest.raises(ModelError, match="has values up to 2028, and none for '2027'"):
        plan(loads(going, files=Kept({"d.csv": b"year,v\n2026,1\n2028,2\n"})))


def test_members_maps_and_choices_stand_in_files() -> None:
    sites = b"site,land,pump\nA1,DE,big\nB2,FR,small\nC3,DE,big\n"
    made = plan(loads(
        HEAD + '[data.sites]\nfile = "s.csv"\n[dimensions.site]\nmembers = { data = "sites", column = "site" }\n'
        '[dimensions.land]\nof = "site"\nmap = { data = "sites", column = "land" }\n[dimensions.size]\nmembers = ["small", "big"]\n'
        '[p.pump]\nlabel = "Pump"\nchoice = "size"\nover = "site"\nvalue = { data = "sites", column = "pump" }\nnote = "n"\n'
        '[p.flow]\nlabel = "Flow"\nover = "size"\nunit = "1"\nvalue = [1, 10]\nnote = "n"\n'
        '[p.all]\nlabel = "All"\nover = "land"\nunit = "1"\nformula = "sum(flow[pump], by=land)"\n',
        files=Kept({"s.csv": sites}),
    ))  # fmt: skip
    assert made.model.dimension["site"].members == ("A1", "B2", "C3")
    assert made.model.dimension["land"].members == ("DE", "FR")
    assert np.ravel(evaluate(made)["all"]).tolist() == [20, 1]


def test_a_scenario_takes_another_column() -> None:
    more = '[data.d]\nfile = "d.csv"\n[scenarios.high]\nset.use = { data = "d", column = "high" }\n'
    made = plan(loads(text(("year",), '{ data = "d", column = "v" }', more), files=Kept({
        "d.csv": b"year,v,high\n2026,1,10\n2027,2,20\n2028,3,30\n2029,4,40\n"})))  # fmt: skip
    assert np.ravel(evaluate(made, "high")["use"]).tolist() == [10, 20, 30, 40]
    assert np.ravel(evaluate(made, "base")["use"]).tolist() == [1, 2, 3, 4]


def test_members_that_cannot_be_read_are_a_problem_of_the_model() -> None:
    written = BytesIO()
    pq.write_table(pa.table({"day": pa.array([2**31 - 1, 0], pa.date32()), "x": [1.0, 2.0]}), written)
    text = """[model]
title = "Days"
[data.d]
file = "d.parquet"
[dimensions.day]
members = { data = "d", column = "day" }
[a.x]
label = "X"
over = "day"
value = { data = "d", column = "x" }
unit = "1"
"""
    with pytest.raises(ModelError, match=r"in 'd.parquet' a cell of the file cannot be read") as wrong:
        plan(loads(text, files=Kept({"d.parquet": written.getvalue()})))
    assert [one.location.path for one in wrong.value.problems if one.location] == [
        ("dimensions", "day", "members", "column")
    ]


def test_source_and_note_of_a_file_hold_for_values_that_say_nothing_themselves() -> None:
    said = 'note = "as metered"'
    model = read(model=MODEL.replace(f'unit  = "MWh"\n{said.replace(" =", "  =")}', 'unit  = "MWh"'))
    assert (model.by_id["use"].sources, model.by_id["use"].note) == ((), "as metered")
    assert (model.by_id["price"].sources, model.by_id["price"].note) == (("exchange",), "")
    assert not [one for one in plan(model).warnings if one.code == "no-source"]
    own = read(model=MODEL.replace("as metered", "of the file", 1))
    assert own.by_id["use"].note == "as metered"
    later = model.document.text.replace("as metered", "as read off").replace('source = "exchange"', 'note = "a guess"')
    again = loads(later, before=model, files=model.files)
    assert (again.by_id["use"].note, again.by_id["price"].note) == ("as read off", "a guess")
    assert again.by_id["price"].sources == ()


def test_of_a_version_before_what_stands_in_the_same_bytes_is_taken() -> None:
    written = text(("year",), '{ data = "d", column = "v" }', '[data.d]\nfile = "d.csv"\n')
    old = loads(written, files=Kept({"d.csv": b"year,v\n2026,1\n2027,2\n2028,3\n2029,4\n"}))
    same = loads(written, before=old, files=old.files)
    assert same.by_id["use"] is old.by_id["use"]
    assert same.data[0].table is old.data[0].table
    changed = loads(written, before=old, files=Kept({"d.csv": b"year,v\n2026,1\n2027,5\n2028,3\n2029,4\n"}))
    assert stored(plan(changed, plan(old))) == [1, 5, 3, 4]


def test_the_hash_is_that_of_all_bytes(tmp_path: Path) -> None:
    content = b"year,v\n2026,1\n2027,2\n2028,3\n2029,4\n"
    (tmp_path / "d.csv").write_bytes(content)
    written = text(
        ("year",),
        '{ data = "d", column = "v" }',
        f'[data.d]\nfile = "d.csv"\nsha256 = "{sha256(content).hexdigest()}"\n',
    )
    (tmp_path / "m.toml").write_text(written)
    assert not plan(load(tmp_path / "m.toml")).model.problems
    (tmp_path / "d.csv").write_bytes(content + b"\n")
    with pytest.raises(ModelError, match="is not the file that the model was written for"):
        plan(load(tmp_path / "m.toml"))


@pytest.mark.parametrize("name", ["data", "column"])
def test_a_member_that_is_called_so_is_meant(name: str) -> None:
    written = f'{HEAD}[dimensions.part]\nmembers = ["{name}", "other"]\n[a.x]\nlabel = "X"\nover = "part"\nunit = "1"\n'
    made = plan(loads(written + f'value = {{ {name} = 1, other = 2 }}\nnote = "n"\n'))
    assert stored(made, "x") == [1, 2]


def test_nan_is_nowhere() -> None:
    made = plan(
        loads(
            text(("year",), '{ data = "d", column = "v" }', '[data.d]\nfile = "d.csv"\nmissing = 2\n'),
            files=Kept({"d.csv": b"year,v\n"}),
        )
    )
    assert not any(isnan(one) for one in stored(made))


def test_a_plan_goes_to_another_process_with_its_data(tmp_path: Path) -> None:
    made = plan(load(write(tmp_path)))
    again = pickle.loads(pickle.dumps(made))  # noqa: S301  # our own
    assert evaluate(again)["total"] == evaluate(made)["total"]
    assert again.model.data[0].hash == made.model.data[0].hash
    assert pickle.loads(pickle.dumps(made)) is again  # noqa: S301  # as above
    (tmp_path / "data" / "prices.csv").write_text("other")
    with pytest.raises(ModelError, match="holds other data than when the model was loaded"):
        pickle.dumps(made)
