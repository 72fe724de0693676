"""Shapes of formulas: known from their neighbours as they are seen one by one, with what each of them reads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.lint.context import Context
from exports.reading.copies import Template
from exports.reading.records import Held, Opened, OpenedBook, Place
from exports.reading.references import Reader, find_reads

# Of each some copies are put into a sheet, and between them what is no copy.
FORMULAS = (
    "=B7*2",
    "=$B$7+C$8-$D9",
    "=SUM(D$7:D7)",
    "=SUM(D7:D$7)+Other!$A1",
    "=SUM(C7:E9,$F:$F,2:$3)",
    "='It''s 100%'!C7&\"A1\"",
    "=IF(ROW(A1)>ROWS(A$1:A7),NAMED,0)",
    "=D7",
    "=LOG10(D7)+D8",
    "=5%*D7",
)


def opened(cells: Mapping[Place, str], name: str = "Own") -> Opened:
    """Return a sheet of formulas, and of numbers where none stands."""
    held = {
        place: Held(text, text.startswith("="), False, False, False, False, True, "", "")  # noqa: FBT003  # as a cell is held
        for place, text in sorted(cells.items())
    }
    return Opened.of_cells(name, held)


def context(*sheets: Opened) -> Context:
    """Return what rules ask about a workbook of sheets, with a name."""
    return Context(OpenedBook(Path("book.xlsx"), sheets, {"NAMED": "Other!$B$2:$B$3"}, outside=(), macros=()))


cells = st.dictionaries(
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.sampled_from(FORMULAS),
    min_size=20,
    max_size=80,
)


@given(cells)
def test_what_is_known_of_copies_is_what_is_seen_of_each_formula(drawn: dict[Place, str]) -> None:
    texts = {place: Template(formula, (7, 4)).copied(place) for place, formula in drawn.items()}
    found = context(opened(texts))
    reader = Reader("Own", lambda name: name)
    for place, text in texts.items():
        shape = found.shapes["Own"][place]
        assert shape.text == reader.look(text, place).shape
        by_name = [one._replace(sheet="Other") for one in find_reads("=$B$2:$B$3", "")] if "NAMED" in text else []
        assert [*shape.reads(place)] == [*find_reads(text, "Own"), *by_name]
    shapes = found.shapes["Own"]
    for one, shape in shapes.items():
        for other, another in shapes.items():
            assert (shape is another) == (shape.text == another.text), (one, other)


@given(cells)
def test_regions_hold_each_formula_once_and_reach_what_its_cells_read(drawn: dict[Place, str]) -> None:
    found = context(opened({place: Template(formula, (7, 4)).copied(place) for place, formula in drawn.items()}))
    regions = found.regions["Own"]
    assert sorted(place for region in regions for place in region.places()) == sorted(found.shapes["Own"])
    for region in regions:
        for number, reference in enumerate(region.shape.references):
            reads = {region.shape.reads(place)[number] for place in region.places()}
            assert set(region.spans(reference)) == reads
            top, left = min(one.top for one in reads), min(one.left for one in reads)
            bottom, right = max(one.bottom for one in reads), max(one.right for one in reads)
            assert region.reach(reference)[1:] == (top, left, bottom, right)


@pytest.mark.parametrize("formula", ["=B2", "=a1", "=SUM(A1:A2)"])
def test_a_single_formula_is_a_region(formula: str) -> None:
    (region,) = context(opened({(2, 3): formula})).regions["Own"]
    assert region[1:] == (2, 3, 2, 3)
