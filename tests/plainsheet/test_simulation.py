"""Simulations from Python: arrays, figures, frames and datasets."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import plainsheet as ps
from tests.plainsheet.commands.test_simulate import DECISION, TEXT

MODEL = ps.loads(TEXT)


def test_arrays_figures_and_chances() -> None:
    found = MODEL.simulate(targets=["cost <= 0.3 kEUR"], samples=4_096)
    assert isinstance(found, ps.Simulation)
    assert found["cost"].shape == (4_096,)
    assert np.allclose(found["cost"], found["price"] * found["hours"] + 50)
    assert found.outputs["cost"].mean.value == pytest.approx(found["cost"].mean())
    assert found.outputs["cost"].percentiles[95].value == pytest.approx(np.percentile(found["cost"], 95))
    assert found.outputs["cost"].percentiles[95].error > 0
    assert found.chances["cost <= 0.3 kEUR"].value == np.mean(found["cost"] <= 300)
    assert repr(found) == "<Simulation of 'Rent', scenario 'plan', 4,096 cases>"


def test_a_scenario_changes_and_what_is_given() -> None:
    found = MODEL.simulate("cost", changes={"hours": 110}, given="price > 3", samples=1_024)
    assert found["price"].min() > 3
    assert len(found["cost"]) == len(found["price"]) < 1_024
    assert np.allclose(found["cost"], found["price"] * 110 + 50)


def test_frames_and_datasets_have_a_line_a_case() -> None:
    found = MODEL.simulate("each", samples=1_024)
    frame = found.frame()
    assert list(frame.columns) == ["price", "hours", "steps", "each"]
    assert frame["each"].isna().sum() == 256
    data = found.to_xarray()
    assert data.sizes == {"sample": 1_024}
    assert data["each"].attrs == {"units": "EUR", "long_name": "Each"}
    assert np.array_equal(data["price"].values, found["price"])


@pytest.mark.parametrize(("library", "extra"), [("pandas", "pandas"), ("xarray", "xarray")])
def test_what_is_missing_is_named_with_its_extra(library: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = MODEL.simulate("each", samples=1_024)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ImportError, match=rf"pip install 'plainsheet\[{extra}\]'"):
        found.frame() if library == "pandas" else found.to_xarray()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"samples": 1_000}, "1000 is no power of two"),
        ({"samples": 1024.0}, "samples = 1024.0 is no whole number"),
        ({"samples": 1_024, "error": 0.01}, "choose one of samples and error"),
        ({"error": 0}, "the error 0 is not between 0 and 10"),
        ({"seed": -1}, "seed = -1 is no whole number"),
        ({"targets": "cost"}, "target cost: it compares nothing"),
        ({"given": "prize > 3"}, "did you mean 'price'"),
        ({"scenario": "cheap"}, "there is no scenario 'cheap'"),
        ({"changes": {"prize": 3}}, "did you mean 'price'"),
    ],
)
def test_what_does_not_fit_is_a_model_error(arguments: dict[str, object], says: str) -> None:
    with pytest.raises(ps.ModelError) as raised:
        MODEL.simulate("cost", **arguments)  # type: ignore[arg-type]  # wrong on purpose
    assert says in str(raised.value)


def test_drivers_are_by_output() -> None:
    found = MODEL.simulate("cost", samples=1_024).drivers(1_024)
    assert [one.name for one in found["cost"]] == ["price", "hours"]
    assert isinstance(found["cost"][0], ps.Driver)
    assert abs(sum(one.shapley.value for one in found["cost"]) - 1) < 0.1


def test_decisions_are_by_id() -> None:
    found = ps.loads(TEXT + DECISION).simulate("cost", samples=1_024)
    own = found.decisions["move"]
    assert isinstance(own, ps.Appraisal)
    assert own.best == "there"
    assert own.options["here"].mean.value == pytest.approx(found["cost"].mean())
    assert own.evpi.value == pytest.approx(np.mean(np.maximum(280 - found["cost"], 0)))
    assert list(own.evppi) == ["price", "hours"]
    assert 0 < own.evppi["price"].low < own.evppi["price"].value < own.evpi.value
    assert MODEL.simulate("cost", samples=1_024).decisions == {}


def test_a_name_that_was_not_simulated_is_told() -> None:
    found = MODEL.simulate("cost", samples=1_024)
    with pytest.raises(ps.ModelError, match="'each' was neither simulated nor drawn"):
        found["each"]
    with pytest.raises(ps.ModelError, match="there is no quantity 'cots'"):
        found["cots"]
