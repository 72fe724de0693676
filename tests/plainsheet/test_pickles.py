"""What is handed to another process, or kept, comes back: data and text, made again there, and by the same version alone."""

from __future__ import annotations

import copy
import multiprocessing
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import distributed
import numpy as np
import pytest

import plainsheet as ps
from engine.planning import planner
from tests.places import MODELS, ROOT
from tests.plainsheet.commands.test_simulate import DECISION
from tests.plainsheet.commands.test_simulate import TEXT as RENT
from tests.toys.cluster import TEXT
from tests.toys.lemonade import TOY
from tests.toys.tasks import priced

PRICES = b"region,price\nNorth,3\nSouth,4\n"
WITH_DATA = """
    [model]
    title = "Prices"
    [dimensions.region]
    members = ["North", "South"]
    [data.prices]
    file = "prices.csv"
    [q.price]
    label = "Price"
    over = "region"
    unit = "1"
    value = { data = "prices", column = "price" }
    [q.rate]
    label = "Rate"
    unit = "1"
    value = 2
    range = [1, 3]
    distribution = "uniform"
    [q.paid]
    label = "Paid"
    unit = "1"
    formula = "sum(price) * rate"
    """


@pytest.fixture
def prices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ps.Model:
    """Return a model whose prices stand in a file."""
    monkeypatch.chdir(tmp_path)
    Path("prices.csv").write_bytes(PRICES)
    Path("prices.toml").write_text(WITH_DATA)
    return ps.load("prices.toml")


def elsewhere(content: bytes) -> Any:  # noqa: ANN401  # whatever was pickled
    """Return what comes of a pickle where nothing is known of the plan."""
    planner._planned.cache_clear()
    return pickle.loads(content)  # noqa: S301  # our own


def again(value: Any, way: str) -> Any:  # noqa: ANN401  # as above
    return copy.deepcopy(value) if way == "deepcopy" else elsewhere(pickle.dumps(value))


@pytest.mark.parametrize("way", ["pickle", "deepcopy"])
def test_models_plans_results_and_what_is_live(way: str) -> None:
    path = MODELS / "loan.toml"
    model = ps.load(path)
    name = next(one.id for one in model.written.quantities if one.is_input and not one.over and not one.choice)
    results = model.solve(model.scenarios[-1], {name: model.solve()[name] * 1.01})
    live = model.live()
    for made in (again(model, way).solve(), ps.Model(again(model.plan, way)).solve()):
        assert str(made.frame()) == str(model.solve().frame())
    got = again(results, way)
    assert (got.scenario, got.changed) == (results.scenario, results.changed)
    for one in results:
        np.testing.assert_array_equal(got[one], results[one])
    assert again(model, way).path == path.absolute()
    copied = again(live, way)
    live.set(name, model.solve()[name] * 1.02)
    assert copied[name] != live[name]
    assert copied.set(name, model.solve()[name] * 1.02) == model.live().set(name, model.solve()[name] * 1.02)


@pytest.mark.parametrize("way", ["pickle", "deepcopy"])
def test_simulations_sweeps_and_many_cases(way: str) -> None:
    found = ps.loads(RENT + DECISION).simulate(targets=["cost <= 0.3 kEUR"], given="price > 3", samples=1_024)
    size = len(pickle.dumps(found))
    decided = found.decisions
    assert found["cost"].nbytes > 1_000
    got = again(found, way)
    assert (got.outputs, got.chances, got.decisions.keys()) == (found.outputs, found.chances, decided.keys())
    np.testing.assert_array_equal(got["cost"], found["cost"])
    assert got.drivers(1_024) == found.drivers(1_024)
    # What was asked for meanwhile is no part of it.
    assert len(pickle.dumps(found)) == size
    model = ps.loads(TEXT)
    swept, many = model.sweep("hardware", over={"gpu": ["H100", "B200"]}), model.solve_many({"hours": [1, 2]})
    assert again(swept, way).columns.keys() == swept.columns.keys()
    assert again(swept, way)["hardware"].tolist() == swept["hardware"].tolist()
    assert again(many, way)["run"].tolist() == many["run"].tolist()


def test_a_deep_copy_of_results_is_its_own_and_of_the_same_plan() -> None:
    results = ps.loads(TEXT).solve()
    copied = copy.deepcopy(results)
    assert copied.plan is results.plan
    np.asarray(copied.solved.values[results.plan.index["price"]])[0, 0] = 99
    assert results["price"][0, 0] == 25


def test_it_holds_the_text_and_nothing_that_is_generated() -> None:
    model = ps.loads(TOY)
    before = len(pickle.dumps(model))
    model.solve(), model.gradient("profit"), model.solve_many({"price": [1, 2]})
    assert len(pickle.dumps(model)) == before < len(TOY) + 500
    assert elsewhere(pickle.dumps(model)).text == TOY


def test_values_stand_by_their_ids_whatever_the_order_of_rows() -> None:
    results = ps.loads(TOY).solve("hot")
    code = "import pickle, sys; print(dict(pickle.load(sys.stdin.buffer)))"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", code], input=pickle.dumps(results), env=environment, capture_output=True, check=True
        )
        assert done.stdout.decode().strip() == str(dict(results))


def test_data_goes_along_and_is_that_which_was_read(prices: ps.Model) -> None:
    sent = pickle.dumps(prices.solve())
    for path in (Path("prices.csv"), Path("prices.toml")):
        path.unlink()
    got = elsewhere(sent)
    assert (got["price"].tolist(), got["paid"]) == ([3, 4], 14)
    assert elsewhere(pickle.dumps(got)).plan.model.data[0].hash == prices.plan.model.data[0].hash


def test_other_bytes_than_were_read_are_not_sent(prices: ps.Model) -> None:
    Path("prices.csv").write_bytes(PRICES.replace(b"3", b"5"))
    with pytest.raises(ps.ModelError, match=r"'prices\.csv' holds other data than when the model was loaded"):
        pickle.dumps(prices)
    Path("prices.csv").unlink()
    with pytest.raises(ps.ModelError, match="there is no such file"):
        pickle.dumps(prices)


def test_a_pickle_of_another_version_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as then:
        then.setattr(planner, "version_of", lambda _: "0.0.9")
        sent = pickle.dumps(ps.loads(TOY).solve())
    with pytest.raises(ps.ModelError, match=r"this was pickled by plainsheet 0\.0\.9, and here is \d"):
        elsewhere(sent)


def test_an_error_comes_back_from_another_process() -> None:
    with pytest.raises(ps.ModelError) as caught:
        ps.loads(TOY).solve("hott")
    got = elsewhere(pickle.dumps(caught.value))
    assert str(got) == str(caught.value)
    assert [one.code for one in got.problems] == ["scenario"]


def tasks(share: Callable[..., Any]) -> None:
    """Share cases as joblib and its like do: each task brings its model, and its result comes back."""
    model = ps.loads(TOY)
    found = list(share(priced, [model] * 3, [1.0, 2.0, 3.0]))
    assert [one["profit"] for one in found] == [model.solve(None, {"price": one})["profit"] for one in (1, 2, 3)]
    with pytest.raises(ps.ModelError, match="above max = 10"):
        list(share(priced, [model], [11.0]))


@pytest.mark.slow
def test_a_pool_of_spawned_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        tasks(pool.map)


@pytest.mark.slow
def test_a_cluster_of_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as cluster,  # type: ignore[no-untyped-call]
        distributed.Client(cluster) as client,  # type: ignore[no-untyped-call]
    ):
        tasks(lambda function, *columns: client.gather(client.map(function, *columns)))


@pytest.mark.slow
def test_processes_share_a_simulation_of_a_model_with_data(prices: ps.Model) -> None:
    shared, alone = prices.simulate("paid", workers=2, samples=1_024), prices.simulate("paid", samples=1_024)
    assert shared.outputs == alone.outputs
