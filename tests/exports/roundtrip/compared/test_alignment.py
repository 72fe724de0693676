"""Lines and columns of a sheet are found again, wherever others were put in, taken away or retyped."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.reading.records import Held, Opened, OpenedBook
from exports.roundtrip.compared import straightened
from exports.roundtrip.compared.alignment import align_columns, align_rows
from exports.roundtrip.compared.straightened import straighten

WIDE, LONG = 8, 12
Grid = list[list[object]]


def held(value: object) -> Held:
    is_formula = isinstance(value, str) and value.startswith("=")
    return Held(value, is_formula, False, False, False, False, True, "", "")  # type: ignore[arg-type]  # noqa: FBT003


def sheet(grid: Grid) -> Opened:
    cells = {
        (row, column): held(value)
        for row, line in enumerate(grid, 1)
        for column, value in enumerate(line, 1)
        if value is not None
    }
    return Opened.of_cells("Inputs", cells)


def grid() -> Grid:
    """Return lines as Inputs has them: a label, a name, a unit, and a number or a formula for each member."""
    head: list[object] = ["Input", "Name", "Unit", *[f"Member {column}" for column in range(3, WIDE)]]
    lines: Grid = [
        [f"Label {row}", f"name_{row}", "USD", *[row * column if row % 3 else f"=A{row}" for column in range(3, WIDE)]]
        for row in range(1, LONG)
    ]
    return [head, *lines]


@settings(max_examples=60)
@given(st.data())
def test_what_was_put_in_and_taken_away_is_told_from_what_was_there(data: st.DataObject) -> None:
    now: Grid = grid()
    rows, columns = list(range(1, LONG + 1)), list(range(1, WIDE + 1))
    where: list[int] = list(rows)
    if data.draw(st.booleans()):
        gone = data.draw(st.integers(1, LONG - 1))
        del now[gone], where[gone]
    for _ in range(data.draw(st.integers(0, 2))):
        at = data.draw(st.integers(0, len(now) - 1))
        now.insert(at, [None] * WIDE)
        where.insert(at, 0)
    places: list[int] = list(columns)
    if data.draw(st.booleans()):
        gone = data.draw(st.integers(3, WIDE - 1))
        for line in now:
            del line[gone]
        del places[gone]
    for _ in range(data.draw(st.integers(0, 2))):
        at = data.draw(st.integers(0, len(places) - 1))
        for line in now:
            line.insert(at, None)
        places.insert(at, 0)
    before, after = sheet(grid()), sheet(now)
    found = align_rows(before, after)
    assert found.there == {then: at for at, then in enumerate(where, 1) if then}
    assert found.gone == tuple([row for row in rows if row not in where])
    assert found.new == tuple([at for at, then in enumerate(where, 1) if not then])
    across = align_columns(before, after, found.there)
    assert across.there == {then: at for at, then in enumerate(places, 1) if then}
    assert across.gone == tuple([column for column in columns if column not in places])


def test_lines_that_were_sorted_are_moved_and_what_was_retyped_stays() -> None:
    now = grid()
    now[2], now[5] = now[5], now[2]
    now[8][0] = "Another label"
    found = align_rows(sheet(grid()), sheet(now))
    assert (found.there[3], found.there[6], found.there[9], found.gone, found.new) == (6, 3, 9, (), ())
    assert set(found.moved) <= {3, 4, 5, 6}
    assert found.moved


def test_thousands_of_lines_in_another_order_are_known_by_their_names_at_once() -> None:
    lines: Grid = [[f"Label {row}", f"name_{row}"] for row in range(2_000)]
    found = align_rows(sheet(lines), sheet([*reversed(lines)]))
    assert found.there == {row: 2_001 - row for row in range(1, 2_001)}
    # What is named alike all over is not told apart, and takes no day.
    same: Grid = [["Label", str(row % 2)] for row in range(5_000)]
    assert align_rows(sheet([["a"], *same, ["b"]]), sheet([["c"], *same[1:], ["d"]])).there


def test_thousands_of_deletions_take_no_day() -> None:
    lines: Grid = [[f"Label {row}", f"name_{row}", "USD", f"=A{row}"] for row in range(1, 6_000)]
    kept = [line for row, line in enumerate(lines) if row % 3]
    book = OpenedBook(Path("book.xlsx"), (sheet(kept),), {}, (), ())
    done = straighten(book, [sheet(lines)])
    assert done.events[0] == "row 1 of Inputs, 'Label 1' (name_1), was deleted"
    assert len(done.events) < 10
    assert done.lost("Inputs", (1, 4)) == done.events[0]


def test_a_sheet_that_says_what_it_did_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: Grid = [[f"Label {row}", f"name_{row}", "USD", f"=A{row}"] for row in range(1, 9)]
    book = OpenedBook(Path("book.xlsx"), (sheet(lines),), {}, (), ())
    searched = straighten(book, [sheet([*lines, ["More"]])])
    for search in ("align_rows", "align_columns", "plain"):
        monkeypatch.delattr(straightened, search)
    same = straighten(book, [sheet(lines)])
    assert (same.is_untouched("Inputs"), searched.is_untouched("Inputs")) == (True, False)
    assert (same.events, same.new, same.sheets["Inputs"]) == ([], [], book.sheets[0])
    assert same.spot("Inputs", (3, 2)) == searched.spot("Inputs", (3, 2)) == ("Inputs", (3, 2))
    assert same.lost("Inputs", (8, 4)) == ""
    with pytest.raises(NameError):
        straighten(book, [sheet(lines[1:])])
