"""Formulas of one shape and the same units are lowered once: to the same rows and warnings as one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.model.load import loads
from engine.planning.lowering.lowering import Lowering
from engine.planning.planner import plan
from engine.problems import ModelError
from tests.toys.single import HEAD

_MODELS = sorted((Path(__file__).parents[4] / "models").glob("*.toml"))
_MIXED = HEAD + "".join(
    f'[s.{id_}]\nlabel = "{id_}"\nunit = "{unit}"\n{what}\n'
    for id_, unit, what in (
        ("a", "m", "value = 1"), ("b", "km", "value = 2"), ("c", "km", "value = 3"), ("d", "hour", "value = 4"),
        ("e", "m", 'formula = "a + b"'), ("f", "m", 'formula = "a + c"'), ("g", "km", 'formula = "b + c"'),
        ("h", "km", 'formula = "c + c"'), ("i", "m", 'formula = "c + a"'), ("k", "m", 'formula = "3 * a"'),
        ("l", "km", 'formula = "3 * b"'), ("turnover", "m", 'formula = "a if b > c else 0"'),
        ("m", "m", 'formula = "b if turnover > c else 0"'), ("n", "m**2", 'formula = "a ** 2 + b ** 2"'),
    )
)  # fmt: skip


def _planned(text: str) -> tuple[Any, ...]:
    try:
        made = plan(loads(text))
    except ModelError as wrong:
        return tuple([(problem.message, problem.hint) for problem in wrong.problems])
    rows = tuple([(row.id, row.label, row.kind, row.expression, row.unit) for row in made.rows])
    return rows, tuple([(problem.message, problem.hint) for problem in made.warnings])


@pytest.mark.parametrize(
    "text",
    [
        _MIXED, _MIXED.replace('"b + c"', '"b + d"'), _MIXED.replace('"c + c"', '"c > c"'),
        *[path.read_text() for path in _MODELS],
    ],
    ids=["mixed", "another unit", "a comparison", *[path.stem for path in _MODELS]],
)  # fmt: skip
def test_rows_and_warnings_are_those_of_each_by_itself(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    together = _planned(text)
    monkeypatch.setattr(Lowering, "alike", lambda *_: None)
    assert together == _planned(text)
