"""Edits one at a time: the same numbers as computing everything, and only what depends on the edit."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.live import Live
from engine.plan.plan import Plan
from engine.plan.program import Piece, Program
from engine.planning.planner import plan
from engine.problems import ModelError
from tests.toys.single import HEAD, one, result


@given(st.lists(st.tuples(st.sampled_from(["glasses", "price", "share", "season"]), st.integers(0, 10)), max_size=6))
def test_edits_give_what_computing_everything_gives(toy: Plan, edits: list[tuple[str, int]]) -> None:
    live = Live(evaluate(toy))
    changes: dict[str, float] = {}
    for id_, value in edits:
        live.set(id_, value)
        changes[id_] = value
    assert live.results().values == evaluate(toy, changes=changes).values


@given(st.lists(st.tuples(st.sampled_from(["glasses", "price", "share", "season"]), st.integers(0, 10)), max_size=4))
def test_an_edit_that_is_taken_back_leaves_all_as_it_was(toy: Plan, edits: list[tuple[str, int]]) -> None:
    live = Live(evaluate(toy))
    for id_, value in edits:
        before = live.results()
        live.set(id_, 10 - value)
        live.undo()
        live.undo()
        assert (live.results().values, live.results().changed) == (before.values, before.changed)
        live.set(id_, value)


def test_an_edit_names_what_changed(toy: Plan) -> None:
    live = Live(evaluate(toy))
    assert live.set("share", 50) == ["share", "profit"]
    assert live.set("share", 50) == []
    assert live.set("price", 5) == ["price", "sales", "profit"]
    assert live["profit"] == 8400


def test_what_does_not_change_is_not_passed_on() -> None:
    text = '[model]\ntitle = "x"\n[a.x]\nlabel = "x"\nvalue = 5\nunit = "1"\nnote = "n"\n'
    text += '[a.y]\nlabel = "y"\nformula = "min(x, 2)"\nunit = "1"\n[a.z]\nlabel = "z"\nformula = "y + 1"\nunit = "1"\n'
    live = Live(evaluate(plan(loads(text))))
    assert live.set("x", 7) == ["x"]
    assert live.set("x", 1) == ["x", "y", "z"]


@pytest.mark.parametrize(("id_", "value"), [("price", 11), ("sales", 3), ("nothing", 3), ("price", float("nan"))])
def test_an_edit_that_cannot_be_changes_nothing(toy: Plan, id_: str, value: float) -> None:
    live = Live(evaluate(toy))
    with pytest.raises(ModelError):
        live.set(id_, value)
    assert live.results().values == evaluate(toy).values


def test_an_edit_without_a_result_changes_nothing() -> None:
    text = '[model]\ntitle = "x"\n[a.x]\nlabel = "x"\nvalue = 5\nunit = "1"\nnote = "n"\n'
    text += '[a.y]\nlabel = "y"\nformula = "x + 1"\nunit = "1"\n[a.z]\nlabel = "z"\nformula = "y / x"\nunit = "1"\n'
    live = Live(evaluate(plan(loads(text))))
    with pytest.raises(ModelError, match="'z' would have no finite value"):
        live.set("x", 0)
    assert (live["x"], live["y"]) == (5, 6)


def test_live_edits_keep_bounds_and_hand_out_snapshots() -> None:
    made = plan(loads(HEAD + one("20", "percent") + one("1", id_="z") + result("x * z", "percent", "max = 50")))
    live = Live(evaluate(made))
    before = live.results()
    with pytest.raises(ModelError, match="above max = 50"):
        live.set("z", 9)
    assert live["y"] == 20
    live.set("z", 2)
    assert (before["y"], live["y"]) == (20, 40)


def _chain(length: int, more: str = "") -> Plan:
    """Return a plan of x and a chain of as many formulas from it, each beside one that x does not reach."""
    rows = one("1") + one("2", id_="z") + result("x + z", "1")
    names = ["y"]
    for number in range(length):
        rows += f'[a.r{number}]\nlabel = "r"\nformula = "max({names[-1]}, z) - z / 4"\nunit = "1"\n'
        rows += f'[a.s{number}]\nlabel = "s"\nformula = "z * {number}"\nunit = "1"\n'
        names.append(f"r{number}")
    return plan(loads(HEAD + rows + more))


@given(st.lists(st.tuples(st.sampled_from(["x", "z"]), st.floats(-99, 99)), min_size=1, max_size=8))
def test_edits_that_move_much_give_what_computing_everything_gives(edits: list[tuple[str, float]]) -> None:
    made = _LONG
    live = Live(evaluate(made))
    changes: dict[str, float] = {}
    for id_, value in edits:
        before = live.results()
        moved = live.set(id_, value)
        changes[id_] = value
        now = evaluate(made, changes=changes)
        assert list(live.results().values) == list(now.values)
        assert moved == [row.id for row in made.rows if before[row.id] != now[row.id]]


def test_an_edit_that_moves_much_and_has_no_result_changes_nothing() -> None:
    last = '[a.w]\nlabel = "w"\nformula = "r59 / (x - 3)"\nunit = "1"\n'
    live = Live(evaluate(_chain(60, last)))
    before = live.results()
    with pytest.raises(ModelError, match="'w' would have no finite value"):
        live.set("x", 3)
    assert live.results().values == before.values
    assert "w" in live.set("x", 2)


def test_a_bound_far_down_an_edit_that_moves_much_is_kept() -> None:
    last = '[a.w]\nlabel = "w"\nformula = "r59 + 0"\nunit = "1"\nmax = 50\n'
    live = Live(evaluate(_chain(60, last)))
    before = live.results()
    with pytest.raises(ModelError, match="above max = 50"):
        live.set("x", 90)
    assert live.results().values == before.values


_LONG = _chain(60)


def _long(count: int) -> str:
    """Return a model in which everything depends on the first input, and little on the second."""
    head = (
        '[model]\ntitle = "x"\n[a.x]\nlabel = "x"\nvalue = 5\nunit = "1"\n[a.z]\nlabel = "z"\nvalue = 1\nunit = "1"\n'
    )
    rows = [
        f'[a.y{n}]\nlabel = "y"\nformula = "{f"y{n - 1}" if n else "x"} + x / 8"\nunit = "1"\n' for n in range(count)
    ]
    return head + "".join(rows) + '[a.end]\nlabel = "end"\nformula = "y3 / (z - 7)"\nunit = "1"\nmax = 100\n'


_PERIODS = """[model]
title = "x"
[dimensions.year]
from = 1
to = 60
[a.x]
label = "x"
value = 5
unit = "1"
[a.z]
label = "z"
value = 1
unit = "1"
"""


def _wide(count: int) -> str:
    """Return the same over periods, with loops and with rows that are computed at once."""
    over = 'over = "year"\nunit = "1"\n'
    loops = [
        f'[a.y{n}]\nlabel = "y"\n{over}formula = "prev(y{n} * 0.5, x) + {f"y{n - 1}" if n else "x"}"\n'
        for n in range(count)
    ]
    plain = [f'[a.w{n}]\nlabel = "w"\n{over}formula = "y{n} + x * year"\n' for n in range(count)]
    return (
        _PERIODS
        + "".join(loops)
        + "".join(plain)
        + f'[a.end]\nlabel = "end"\n{over}formula = "y3 / (z - 7)"\nmax = 100\n'
    )


@cache
def _planned(text: str) -> Plan:
    return plan(loads(text))


@settings(max_examples=20)
@given(edits=st.lists(st.tuples(st.sampled_from(["x", "z"]), st.integers(-9, 9)), max_size=5))
def test_an_edit_of_much_or_of_little_over_periods_gives_what_computing_everything_gives(
    edits: list[tuple[str, int]],
) -> None:
    made = _planned(_wide(6))
    live = Live(evaluate(made))
    values: dict[str, float] = {}
    for id_, value in edits:
        before = [np.copy(one) for one in live.results().values]
        try:
            wanted = evaluate(made, changes={**values, id_: value}).values
        except ModelError:
            with pytest.raises(ModelError):
                live.set(id_, value)
            wanted = before
            moved = []
        else:
            values[id_] = value
            moved = live.set(id_, value)
        now = live.results().values
        assert [np.asarray(one).tolist() for one in now] == [np.asarray(one).tolist() for one in wanted]
        changed = [row.id for row, one, was in zip(made.rows, now, before, strict=True) if not np.array_equal(one, was)]
        assert moved == changed


@pytest.mark.parametrize("text", [_long(400), _wide(20)], ids=["single", "wide"])
def test_how_much_depends_on_an_input_is_asked_once(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    live = Live(evaluate(plan(loads(text))))
    live.set("x", 2)
    live.set("z", 2)
    monkeypatch.setattr(Live, "_cone", None)
    steps: list[int] = []
    step = Program.step

    def noted(program: Program, planned: Plan, number: int, *, exact: bool) -> Piece:
        steps.append(number)
        return step(program, planned, number, exact=exact)

    monkeypatch.setattr(Program, "step", noted)
    # Everything at once, in straight lines; and the one row by itself.
    assert len(live.set("x", 3)) > 40
    assert not steps
    assert live.set("z", 3) == ["z", "end"]
    assert len(steps) == 1
