"""Positions in a text as editors count them, against the encodings themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position, PositionEncodingKind

from plainsheet.editor.lines import Lines

TEXTS = st.text(st.sampled_from('ab ="é€𝒻\n\r\u2028'), max_size=40)
UNITS = {
    PositionEncodingKind.Utf8: ("utf-8", 1),
    PositionEncodingKind.Utf16: ("utf-16-le", 2),
    PositionEncodingKind.Utf32: ("utf-32-le", 4),
}


@pytest.mark.parametrize("encoding", UNITS)
@given(text=TEXTS)
def test_each_place_is_a_position_and_the_position_that_place(encoding: PositionEncodingKind, text: str) -> None:
    name, size = UNITS[encoding]
    lines = Lines(text, encoding)
    for place in range(len(text) + 1):
        before = text[:place]
        if before.endswith("\r") and text[place : place + 1] == "\n":
            continue  # between the two there is no place
        broken = before.replace("\r\n", "\n").replace("\r", "\n")
        _, _, rest = broken.rpartition("\n")
        expected = Position(broken.count("\n"), len(rest.encode(name)) // size)
        assert lines.position(place) == expected
        assert lines.place(expected) == place


def test_what_is_beyond_a_line_is_its_end_and_beyond_the_text_is_that_of_the_text() -> None:
    lines = Lines("ab\r\nc")
    assert [lines.place(Position(*at)) for at in ((0, 9), (1, 9), (7, 0))] == [2, 5, 5]
