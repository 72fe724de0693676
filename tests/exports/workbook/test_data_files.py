"""A random model and the same with its values in files are one: in numbers, in the review, and in every cell computed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from engine.versions.differences import differences as told
from engine.versions.pair import Pair
from exports.workbook.layout.inputs import lines
from exports.workbook.xlsx import workbook
from tests.oracles.agreement import differences
from tests.oracles.contents import cached, formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice
from tests.toys import random_dimensions, random_groups
from tests.toys.in_files import loaded

MAKERS: dict[str, Callable[[int], Plan]] = {"dimensions": random_dimensions.made, "groups": random_groups.made}


@pytest.mark.parametrize("maker", MAKERS)
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_numbers_and_review_are_those_of_the_text(maker: str, seed: int) -> None:
    inline = MAKERS[maker](seed)
    data = plan(loaded(inline.model, seed))
    for case in inline.cases:
        try:
            then = evaluate(inline, case.id)
        except ModelError:
            continue
        now = evaluate(data, case.id)
        for row, value in zip(inline.rows, then.values, strict=True):
            assert np.array_equal(value, now.values[data.index[row.id]], equal_nan=True), row.id
    assert {one.kind for one in told(Pair.of(inline, data))} <= {"data"}


@pytest.mark.slow
def test_on_a_sheet_of_their_own_every_cell_is_computed_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_MOST_ON_INPUTS", 0)
    contents = []
    for seed in range(40):
        planned = plan(loaded(random_dimensions.made(seed).model, seed))
        try:
            results = [evaluate(planned, case.id) for case in planned.cases]
        except ModelError:
            continue
        if all(random_dimensions.is_calm(one) for one in results):
            contents.append(workbook(planned, planned.cases[-1].id))
        if len(contents) == 4:
            break
    assert any(("Data", address) in cached(content) for content in contents for address in ("G9", "E9", "G8"))
    for content in contents:
        assert differences(content, IronCalc(content).values(formulas(content))) == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_agrees_with_the_sheet_of_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_MOST_ON_INPUTS", 0)
    planned = [plan(loaded(random_dimensions.made(seed).model, seed)) for seed in range(6)]
    calm = [one for one in planned if _is_calm(one)]
    assert calm
    contents = [workbook(one, one.cases[-1].id) for one in calm]
    for content, values in zip(contents, libreoffice(contents), strict=True):
        assert differences(content, values) == []


def _is_calm(planned: Plan) -> bool:
    try:
        return all(random_dimensions.is_calm(evaluate(planned, case.id)) for case in planned.cases)
    except ModelError:
        return False
