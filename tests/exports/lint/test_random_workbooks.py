"""Workbooks of random models and of the smallest ones break no rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.model.load import loads
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from exports.files.starter import STARTER
from exports.workbook.xlsx import workbook
from tests.toys.packages import broken
from tests.toys.random_workbooks import TEXTS

# A function over lines that stand apart is one word: where it is long, there is no part of it to stand in a step.
_MAY_BE_LONG = frozenset({"dimensions", "groups"})
HEAD = '[model]\ntitle = "x"\n'
INPUT = '[a.x]\nlabel = "X"\nunit = "1"\nvalue = 3\nnote = "Ours."\n'
RESULT = '[a.y]\nlabel = "Y"\nunit = "1"\nformula = "FORMULA"\n'
CHECK = '[checks.c]\nlabel = "Holds"\ntest = "1 <= 2"\n'
LONG = "A very long name that goes on and on, with more words than any column has room for, " * 2
MEMBER = "A name of as many letters as that of a member may have"
NAMED = """
[dimensions.shop]
label = "LONG"
members = ["MEMBER", "other"]
[scenarios.long]
label = "LONG"
set.x = 4
[a.z]
label = "Z LONG"
over = "shop"
unit = "1"
formula = "x * 2 if shop == 'MEMBER' else x"
"""
SMALL = {
    "an input alone": HEAD + INPUT,
    "a result alone": HEAD + RESULT.replace("FORMULA", "1 + 2"),
    "no inputs": HEAD + RESULT.replace("FORMULA", "10 * 10") + RESULT.replace("a.y", "a.z").replace('"Y"', '"Z"').replace("FORMULA", "y * 2"),
    "an input and a check": HEAD + INPUT + CHECK.replace("1 <= 2", "x <= 5"),
    "an input and a result": HEAD + INPUT + RESULT.replace("FORMULA", "x * 2"),
    "an input with a range": HEAD + INPUT + "range = [1, 5]\n" + RESULT.replace("FORMULA", "x * 2"),
    "two scenarios": HEAD + INPUT + RESULT.replace("FORMULA", "x * x") + "[scenarios.b]\nlabel = 'B'\nset.x = 4\n",
    "one quantity that is drawn": HEAD + INPUT + 'range = [1, 5]\ndistribution = "uniform"\n' + RESULT.replace("FORMULA", "x / 2"),
    "long names": HEAD.replace("x", LONG) + INPUT + NAMED.replace("LONG", LONG.strip()).replace("MEMBER", MEMBER),
    "the template": STARTER,
}  # fmt: skip


def found(made: Plan, folder: Path, case: int = 0) -> dict[str, list[str]]:
    """Return what lint finds in the workbook of a model."""
    path = folder / "book.xlsx"
    path.write_bytes(workbook(made, made.cases[case % len(made.cases)].id, trials=128))
    return broken(path)


@pytest.mark.parametrize("name", SMALL)
def test_the_smallest_models_break_no_rule(name: str, tmp_path: Path) -> None:
    assert found(plan(loads(SMALL[name])), tmp_path) == {}


def check(kind: str, seed: int, folder: Path) -> None:
    """Fail where the workbook of a random model breaks a rule."""
    try:
        made = plan(loads(TEXTS[kind](seed)))
        told = found(made, folder, seed)
    except ModelError:
        # A scenario has no value, or Excel could not hold a formula.
        return
    if kind in _MAY_BE_LONG:
        told.pop("length", None)
    written = [row.expression for row in made.rows if row.expression is not None]
    if len(written) > len(set(written)):
        # Two quantities with one formula: the author wrote it twice.
        told.pop("once", None)
    if all("Sensitivity!" in one for one in told.get("errors", ())):
        # A derivative that has no value is an error in the working below the elasticities, which say "none".
        told.pop("errors", None)
    assert told == {}


@pytest.mark.slow
@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("seed", [4, 7])
def test_random_models_break_no_rule(kind: str, seed: int, tmp_path: Path) -> None:
    check(kind, seed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("seed", range(10, 20))
def test_more_random_models_break_no_rule(kind: str, seed: int, tmp_path: Path) -> None:
    check(kind, seed, tmp_path)
