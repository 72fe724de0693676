"""What formulas read, seen word by word, beside what is found in them as a whole."""

from __future__ import annotations

import pytest

from exports.reading.references import Reader, find_reads

FORMULAS = (
    "=SUM($A$1:$B$2)+Inputs!C3",
    "=IF(COUNT($E$5:$F$9)<ROWS($E$5:$F$9)*COLUMNS($E$5:$F$9),NA(),SUM($E$5:$F$9))",
    "=ROW(A1)-ROW($A$3)+1",
    "=ROW()+A1",
    "=rows(A1:A3)*B2",
    "=ROWS(A1,B2)+C3",
    "=ROWS(SUM(A1:A3))+B2",
    "=ROWS(INDEX(A1:A3,1):B2)",
    '=ROWS("a)")+A1',
    "=MYROWS(A1)+B2",
    "=COLUMNS('a b'!A1:C1)+'a b'!D2",
    "=ROWS(A1:A3",
    "=ROWS( A1:A3 )+B2",
    "=SUM(Table[Rows])+ROWS(Table[A1])+B2",
)


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_reads_word_by_word_what_it_reads_as_a_whole(formula: str) -> None:
    reader = Reader("Own", lambda name: name)
    assert [one.read() for one in reader.look(formula, (9, 9)).references] == [*find_reads(formula, "Own")]
