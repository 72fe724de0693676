"""How sure the headline results are, on Cover: what Uncertainty has, and the chance that any check fails."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest

from engine.model.load import loads
from engine.planning.planner import plan
from exports.workbook.xlsx import workbook
from tests.oracles.contents import Value, cached, formulas
from tests.oracles.iron_calc import IronCalc
from tests.toys.lemonade import TOY
from tests.toys.uncertain import UNCERTAIN

_HEADING = "How sure they are"
_CHECK = "Chance that a check fails"


@cache
def _exported(text: str = UNCERTAIN) -> bytes:
    return workbook(plan(loads(text, "bakery.toml")), trials=64)


def _lines(values: Mapping[tuple[str, str], Value]) -> dict[str, list[Value]]:
    """Return what stands on the lines of the section, by their first cells."""
    texts = {int(address[1:]): str(value) for (sheet, address), value in values.items()
             if sheet == "Cover" and address[0] == "B" and address[1:].isdigit()}  # fmt: skip
    first = next((line for line, text in texts.items() if text == _HEADING), 0)
    found = {}
    for line in range(first + 1, first + 40) if first else ():
        if not texts.get(line):
            break
        found[texts[line]] = [values.get(("Cover", f"{column}{line}")) for column in "CDE"]
    return found


def test_each_headline_has_its_percentiles_beside_it() -> None:
    values = cached(_exported())
    found = _lines(values)
    percentiles = {str(values["Uncertainty", f"B{line}"]): [values["Uncertainty", f"{one}{line}"] for one in "GIK"]
                   for line in range(8, 8 + len(found) - 1)}  # fmt: skip
    assert {label: line for label, line in found.items() if label != _CHECK} == percentiles
    assert len(percentiles) > 1


def test_the_chance_is_that_any_check_fails_in_a_trial_and_follows_edits() -> None:
    content = _exported()
    iron = IronCalc(content)

    def expected() -> float:
        values = {**cached(content), **iron.values(formulas(content))}
        heads = {str(value): address[:-1] for (sheet, address), value in values.items()
                 if sheet == "Trials" and address.endswith("5") and not address[-2].isdigit()}  # fmt: skip
        labels = ("earns_holds_, computed", "small_holds_everywhere_, computed")
        held = [[values["Trials", f"{heads[one]}{line}"] == 1 for line in range(9, 73)] for one in labels]
        return 1 - float(np.mean(np.all(held, axis=0)))

    def shown() -> Value:
        return _lines({**cached(content), **iron.values(formulas(content))})[_CHECK][2]

    before = shown()
    assert before == pytest.approx(expected(), abs=1e-12)
    assert _lines(cached(content))[_CHECK][2] == before
    iron.type("Cover", "E6", "Dear")
    assert shown() == pytest.approx(expected(), abs=1e-12)
    assert shown() != before


def test_nothing_stands_there_where_nothing_is_drawn() -> None:
    assert _lines(cached(workbook(plan(loads(TOY, "toy.toml"))))) == {}
