"""What all other members have: a table with defaults says what it says written out, and edits of it say what they must."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plainsheet as ps
from engine.model.dimensions import Grid, is_default
from engine.model.load import loads
from engine.model.rewriting.rewrite import rewrite
from engine.model.rewriting.targets import Target, said

Table = int | dict[str, "Table"]
DIMENSIONS: Final = {"shop": ["North", "South Side", "list"], "year": ["2026", "2027"], "kind": ["a", "from"]}
HEAD = """\
[model]
title = "T"
outputs = ["out"]
[dimensions]
shop = { members = ["North", "South Side", "list"] }
year = { from = 2026, to = 2027 }
kind = { members = ["a", "from"], ordered = true }
"""
REST = """
[s.out]
label = "Out"
unit = "1"
formula = "sum(x * 2, over=[OVER])"
"""
NUMBERS = st.integers(-99, 99)


@st.composite
def tables(draw: st.DrawFn, over: list[str], *, is_whole: bool = True) -> Table:
    """Return what a value may be by member: a number, or some members' and what the others have."""
    if not over or (len(over) < 3 and draw(st.integers(0, 3)) == 0):
        return draw(NUMBERS)
    members = DIMENSIONS[over[0]]
    named = draw(st.lists(st.sampled_from(members), unique=True, max_size=len(members) - 1))
    inner: dict[str, Table] = {member: draw(tables(over[1:], is_whole=False)) for member in named}
    if is_whole or not named or draw(st.booleans()):
        inner["default"] = draw(tables(over[1:], is_whole=is_whole))
    return dict(draw(st.permutations(list(inner.items()))))


def value_of(table: Table, members: tuple[str, ...]) -> int | None:
    """Return what a cell has: by its name before the default, the first dimension first."""
    if not isinstance(table, dict):
        return table
    for key in (members[0], "default"):
        if key in table and (found := value_of(table[key], members[1:])) is not None:
            return found
    return None


def lines(path: str, table: Table) -> Iterator[str]:
    if not isinstance(table, dict):
        yield f"{path} = {table}  # as it is"
        return
    for key, below in table.items():
        yield from lines(f'{path}."{key}"', below)


def inline(table: Table) -> str:
    if not isinstance(table, dict):
        return str(table)
    return "{ " + ", ".join([f'"{key}" = {inline(below)}' for key, below in table.items()]) + " }"


def model_text(over: list[str], written: str) -> str:
    quantity = f'[s.x]\nlabel = "X"\nunit = "1"\nnote = "n"\nover = {over}\n{written}\n'.replace("'", '"')
    return HEAD + quantity + REST.replace("OVER", ", ".join(over))


def cells(over: list[str]) -> list[tuple[str, ...]]:
    return list(product(*[DIMENSIONS[name] for name in over]))


OVERS = st.lists(st.sampled_from(list(DIMENSIONS)), unique=True, min_size=1)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_table_with_defaults_says_what_it_says_written_out(data: st.DataObject) -> None:
    over = data.draw(OVERS)
    table = data.draw(tables(over))
    expected = [value_of(table, members) for members in cells(over)]
    for written in ("\n".join(lines("value", table)), f"value = {inline(table)}"):
        model = loads(model_text(over, written))
        value = model.by_id["x"].value
        assert isinstance(value, Grid)
        assert [None if one is None else int(one) for one in value.cells] == expected
        assert not [problem for problem in model.problems if problem.severity == "error"] or None in expected


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_results_and_exported_values_are_those_of_the_table_written_out(data: st.DataObject) -> None:
    over = data.draw(OVERS)
    table = data.draw(tables(over))
    full = [(".".join([f'"{key}"' for key in members]), value_of(table, members)) for members in cells(over)]
    texts = ["\n".join(lines("value", table)), "\n".join([f"value.{keys} = {value}" for keys, value in full])]
    models = [ps.loads(model_text(over, written)) for written in texts]
    assert models[0].solve()["out"] == 2 * sum(int(value or 0) for _, value in full)
    with TemporaryDirectory() as name:
        exported = [model.export(Path(name) / f"{number}.csv").read_bytes() for number, model in enumerate(models)]
    assert exported[0] == exported[1]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_whatever_is_typed_the_text_says_so_and_others_keep_their_default(data: st.DataObject) -> None:
    over = data.draw(OVERS)
    value, setting = data.draw(tables(over)), data.draw(tables(over, is_whole=data.draw(st.booleans())))
    is_inline = data.draw(st.booleans())
    written = f"value = {inline(value)}" if is_inline else "\n".join(lines("value", value))
    own = f"set.x = {inline(setting)}" if is_inline else "\n".join(lines("set.x", setting))
    text = model_text(over, written) + f'[scenarios.base]\n[scenarios.high]\nlabel = "High"  # label\n{own}\n'
    model = loads(text)
    targets = [Target("x", case, number) for case in (None, "high") for number in range(len(cells(over)))]
    chosen = data.draw(st.lists(st.sampled_from(targets), unique=True, max_size=4))
    kinds = {None: NUMBERS.map(Decimal), "high": st.none() | NUMBERS.map(Decimal)}
    wanted = {target: data.draw(kinds[target.case]) for target in chosen}
    after = rewrite(text, model, wanted)
    assert said(loads(after)) == {
        target: value for target, value in {**said(model), **wanted}.items() if value is not None
    }
    again = loads(after)
    then, now = model.by_id["x"].value, again.by_id["x"].value
    assert isinstance(then, Grid)
    assert isinstance(now, Grid)
    dimensions = [model.dimension[name] for name in over]
    for number in {one.number for one in targets} - {one.number for one in wanted if one.case is None}:
        # Nobody touched it: what had the default has it still.
        assert now.paths[number] == then.paths[number] or not is_default(then.paths[number][3:], dimensions)
    gone = [line for line in text.splitlines() if line not in after.splitlines()]
    # Where a member inherits again, the default may go too.
    assert len(gone) <= len(wanted) or None in wanted.values()


SHARES = """\
[dimensions.platform]
members = ["TikTok", "YouTube", "Other"]
[scenarios.high]
set.share.default = 5
[a.share]
over          = "platform"
value.default = 1_500    # most
value.TikTok  = 50
"""


@pytest.mark.parametrize(
    ("typed", "old", "new"),
    [
        ({1: 2500}, "", "value.YouTube = 2_500"),
        ({1: 7, 2: 7}, "value.default = 1_500    # most", "value.default = 7    # most"),
        ({0: 1500}, "value.TikTok  = 50", "value.TikTok  = 1500"),
    ],
)
def test_a_number_typed_over_a_default_stands_beside_it(typed: dict[int, int], old: str, new: str) -> None:
    wanted = {Target("share", None, number): Decimal(value) for number, value in typed.items()}
    after = rewrite(SHARES, loads(SHARES), wanted)
    assert after == (SHARES.replace(old, new) if old else f"{SHARES}{new}\n")


def test_a_run_and_a_default_fill_what_is_left() -> None:
    text = model_text(
        ["shop", "year"], "value.default = { from = 2027, list = [3], default = 1 }\nvalue.North.2027 = 9"
    )
    value = loads(text).by_id["x"].value
    assert isinstance(value, Grid)
    assert value.cells == tuple(map(Decimal, [1, 9, 1, 3, 1, 3]))


def test_what_a_default_is_comes_to_the_hints_of_scenarios() -> None:
    model = loads(SHARES)
    quantity, dimensions = model.by_id["share"], model.dimensions
    given_ = partial(quantity.given, dimensions=dimensions)
    assert [given_((key,)) for key in ("YouTube", "TikTok", "default", "None")] == [1500, 50, 1500, None]
