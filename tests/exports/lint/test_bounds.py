"""How much lint takes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.problems import Mistake
from exports.lint import context
from exports.reading.reader import read_workbook
from tests.toys.packages import written


@pytest.mark.parametrize(
    ("bound", "what"), [("_MOST_FORMULAS", "0 formulas"), ("_MOST_READS", "0 references in formulas")]
)
def test_what_takes_too_long_is_refused_by_a_bound(
    bound: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(written(b"", b""))
    monkeypatch.setattr(context, bound, 0)
    with pytest.raises(Mistake) as caught:
        context.Context(read_workbook(path))
    assert (caught.value.message, caught.value.hint) == (f"'{path}' has more than {what}", "split the workbook")
