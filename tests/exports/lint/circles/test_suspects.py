"""Which regions may hold circles: none does that is left out, and a corkscrew along a line is left out."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from engine import graph
from exports.lint.calculation import circular
from exports.lint.circles.suspects import suspects
from exports.lint.context import Context
from exports.reading.copies import Template
from exports.reading.records import Place
from exports.style.a1 import address
from tests.exports.lint.test_shapes import context, opened

# How a block of formulas reads what stands around it, from its cell E5.
READS = ("D5", "E4", "E6", "F5", "D6", "F4", "E$2:E5", "E5:E$9", "C5:D5", "$B$2:$C$4", "Other!E5", "D4:D6")
SHEETS = ("Own", "Other")


def block(sheet: str, top: int, left: int, size: tuple[int, int], reads: list[str]) -> dict[tuple[str, Place], str]:
    template = Template(f"={'+'.join(reads)}", (5, 5))
    return {
        (sheet, (row, column)): template.copied((row, column))
        for row in range(top, top + size[0])
        for column in range(left, left + size[1])
    }


blocks = st.lists(
    st.builds(
        block,
        st.sampled_from(SHEETS),
        st.integers(2, 9),
        st.integers(2, 9),
        st.sampled_from([(1, 5), (5, 1), (3, 3), (1, 1), (1, 2)]),
        st.lists(st.sampled_from(READS), min_size=1, max_size=2),
    ),
    min_size=1,
    max_size=6,
)


def feeds_of(found: Context) -> dict[str, list[str]]:
    """Return which formulas each formula reads, cell by cell."""
    return {
        f"{name}!{address(place)}": [
            f"{one.sheet}!{address((row, column))}"
            for one in shape.reads(place)
            for row in range(one.top, one.bottom + 1)
            for column in range(one.left, one.right + 1)
            if (row, column) in found.shapes.get(one.sheet, {})
        ]
        for name, shapes in found.shapes.items()
        for place, shape in shapes.items()
    }


def made(found: list[dict[tuple[str, Place], str]]) -> Context:
    cells = {key: text for one in found for key, text in one.items() if "#REF!" not in text}
    return context(*[opened({place: text for (own, place), text in cells.items() if own == sheet}, sheet) for sheet in SHEETS])  # fmt: skip


@given(blocks)
@example([block("Own", 5, 3, (1, 5), ["D6"]), block("Own", 6, 3, (1, 5), ["E5"])])
@example([block("Own", 5, 3, (1, 5), ["F6"]), block("Own", 6, 3, (1, 5), ["D5"])])
def test_circles_are_found_where_a_look_at_each_cell_finds_them(drawn: list[dict[tuple[str, Place], str]]) -> None:
    found = made(drawn)
    feeds = feeds_of(found)
    told = [finding.where for finding in circular(found)]
    knots = [knot for knot in graph.knots(feeds) if len(knot) > 1 or knot[0] in feeds[knot[0]]]
    assert len(told) == len(knots)
    assert all(sum(where in knot for where in told) == 1 for knot in knots)


def names(found: Context) -> list[str]:
    return [f"{sheet}!{address(region[1:3])}" for sheet, region in suspects(found)]


def test_a_corkscrew_is_no_suspect_whichever_way_it_goes() -> None:
    opening, closing = block("Own", 2, 3, (1, 9), ["D6"]), block("Own", 3, 3, (1, 9), ["E4", "E4"])
    to_the_right = opening | closing
    totals = block("Own", 12, 3, (9, 1), ["E4", "D5"]) | block("Own", 12, 2, (9, 1), ["F4"])
    backwards = block("Other", 4, 3, (1, 9), ["F5", "Own!E3"])
    assert names(made([to_the_right, totals, backwards])) == []
    # The first cell of the line closes the circle: only what is in it is looked at cell by cell.
    closed = block("Own", 2, 3, (1, 1), ["M6"])
    assert names(made([to_the_right, totals, backwards, closed])) == ["Own!C2", "Own!D2", "Own!C3"]
