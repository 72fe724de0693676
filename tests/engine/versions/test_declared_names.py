"""What is declared in the same words under another name: one line says so, and nothing that names it is told."""

from __future__ import annotations

import pytest

from engine.model.load import loads
from engine.planning.planner import plan
from engine.versions.differences import differences
from engine.versions.pair import Pair

TEXT = """
[model]
title   = "Barges"
outputs = ["toll"]

[units]
EUR   = "[eur]"
barge = "[barge]"
tow   = "4 barge"

[sources.book]
title = "The book of the lock"

[sources.gauge]
title = "The gauge"

[dimensions.lock]
members = ["Upper", "Lower"]

[boats.barges]
label  = "Barges through a lock"
over   = "lock"
value  = { Upper = 3, Lower = 4 }
unit   = "tow"
source = "book"

[boats.rate]
label     = "Toll of a barge"
value     = 20
unit      = "EUR/barge"
source    = ["book", "gauge"]
published = [{ value = 20, source = "book" }]

[boats.toll]
label   = "Tolls"
unit    = "kEUR"
formula = "sum(barges * rate, over=lock)"

[checks.some]
label = "Some pay"
test  = "toll > 0"

[charts.tolls]
title = "Barges"
kind  = "bar"
x     = "lock"
y     = "barges"
"""


def told(after: str) -> list[tuple[str, str, str, str]]:
    pair = Pair.of(plan(loads(TEXT)), plan(loads(after)))
    return [(one.kind, one.label, one.before, one.after) for one in differences(pair)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("sources.book", "sources.ledger"), ('"book"', '"ledger"')], ("source", "The book of the lock", "book", "ledger")),
        ([("barge ", "boat "), ("4 barge", "4 boat"), ("EUR/barge", "EUR/boat")], ("unit", "Unit of the model", "barge", "boat")),
        ([("EUR  ", "NOK  "), ('"EUR', '"NOK'), ("kEUR", "kNOK")], ("unit", "Unit of the model", "EUR", "NOK")),
        ([("checks.some", "checks.any")], ("check", "Some pay", "some", "any")),
        ([("charts.tolls", "charts.boats")], ("chart", "Barges", "tolls", "boats")),
    ],
)  # fmt: skip
def test_another_name_is_all_that_is_told(changes: list[tuple[str, str]], expected: tuple[str, ...]) -> None:
    after = TEXT
    for old, new in changes:
        after = after.replace(old, new)
    assert told(after) == [expected]


def test_a_dimension_keeps_its_values_under_another_name() -> None:
    after = (
        TEXT.replace('"lock"', '"gate"').replace("dimensions.lock", "dimensions.gate").replace("over=lock", "over=gate")
    )
    assert told(after) == [("dimension", "Gate", "lock", "gate")]
    changed = told(after.replace("Upper = 3", "Upper = 5"))
    assert ("assumption", "Barges through a lock · Upper", "3 tow", "5 tow") in changed


def test_of_two_in_the_same_words_nobody_knows_which_is_which() -> None:
    twice = TEXT.replace('[sources.gauge]\ntitle = "The gauge"', '[sources.gauge]\ntitle = "The book of the lock"')
    after = twice.replace('book"', 'ledger"').replace("sources.book", "sources.ledger").replace("gauge", "meter")
    pair = Pair.of(plan(loads(twice)), plan(loads(after)))
    assert {"added", "removed"}.isdisjoint(one.kind for one in differences(pair))
    assert not pair.declared


def test_what_means_something_else_by_then_is_told_as_it_is() -> None:
    # The old name of one is the new name of another.
    after = TEXT.replace('"book"', '"x"').replace('"gauge"', '"book"').replace('"x"', '"gauge"')
    assert told(after) != []
