"""What rows move, against what each is computed from."""

from __future__ import annotations

import pytest

from engine.plan.reading.users import moved
from tests.exported import NAMES, planned


@pytest.mark.parametrize("name", NAMES)
def test_what_a_row_moves_is_all_that_is_computed_from_it(name: str) -> None:
    made = planned(name)
    above = {row.id: made.upstream(row.id) for row in made.rows}
    for row in made.inputs[:20]:
        assert moved(made, row.id) == {reader for reader, read in above.items() if row.id in read}
