"""The inputs by rank on Sensitivity, live, and the chart that cuts the longest bars as a list on the sheet says."""

from __future__ import annotations

import pytest

from engine.model.load import loads
from engine.planning.planner import plan
from exports.style.a1 import letter
from exports.workbook.layout.geometry import LABEL, LIVE, NAME, WORDS
from exports.workbook.layout.sensitivity import BAR_HIGH, CHANGE_HIGH, RANK, SCALES, SWING
from exports.workbook.parts.tornado.ranked import outliers
from exports.workbook.xlsx import workbook
from tests.oracles.agreement import differences
from tests.oracles.contents import formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice

INPUT = """
[q.{id}]
label = "Input {id}"
value = 1
unit  = "1"
range = [0, 2]
note  = "n"
"""
MODEL = """
[model]
title   = "Ranked"
outputs = ["y", "z"]

[q.y]
label   = "Result"
formula = "a + 1000 * b + 3 * c + floor(d) * 2 + 0 * e"
unit    = "1"

[q.z]
label   = "Another"
formula = "1 / (a - 0.5) + c - c + 2 * d"
unit    = "1"
""" + "".join(INPUT.format(id=id_) for id_ in "abcde")
_TOP = 40


def _column(iron: IronCalc, column: int) -> list[object]:
    cells = [("Sensitivity", f"{letter(column)}{_TOP + index}") for index in range(5)]
    return [iron.values(cells)[cell] for cell in cells]


@pytest.fixture(scope="module")
def content() -> bytes:
    """Return the workbook of a model in which one input moves the result far more than all others."""
    return workbook(plan(loads(MODEL)))


def test_inputs_stand_in_the_order_of_their_swings_whichever_output_is_chosen(content: bytes) -> None:
    iron = IronCalc(content)
    assert differences(content, iron.values(formulas(content))) == []
    assert _column(iron, NAME) == ["b", "c", "d", "a", "e"]
    assert _column(iron, SWING) == [2000, 6, 4, 2, 0]
    assert _column(iron, RANK) == [1, 2, 3, 4, 5]
    iron.type("Sensitivity", "E6", "Another")
    # What moves nothing ties, and keeps its order.
    assert _column(iron, NAME)[:2] == ["d", "a"]
    assert set(_column(iron, NAME)[2:]) == {"b", "c", "e"}


def test_words_tell_what_moves_nothing_and_what_moves_in_steps(content: bytes) -> None:
    words = dict(zip(_column(iron := IronCalc(content), NAME), _column(iron, WORDS), strict=True))
    assert words == {
        "a": "Range",
        "b": "Range",
        "c": "Range",
        "d": "Range. Near its present value the output stays as it is: it goes in steps, or has a kink",
        "e": "Range. The output stays as it is",
    }


def test_the_list_on_the_sheet_says_which_bars_are_cut(content: bytes) -> None:
    iron = IronCalc(content)
    changes, first = _column(iron, CHANGE_HIGH), _column(iron, LABEL)[0]
    assert (changes, first) == ([1000, 3, 2, 1, 0], "Input b (bar cut)")
    for scale, cut in zip(SCALES, (3.75, 1000, 3.75, 2.5, 1.25), strict=True):
        iron.type("Sensitivity", f"{letter(LIVE)}10", scale)
        size = 1000 if cut >= 1000 else 1
        expected = [min(float(str(change)), cut) / size for change in changes]
        assert _column(iron, BAR_HIGH) == pytest.approx(expected, rel=1e-6)
    iron.type("Sensitivity", f"{letter(LIVE)}10", SCALES[1])
    assert _column(iron, LABEL)[0] == "Input b"


def test_outliers_are_longer_than_the_next_by_far_and_noise_is_no_bar() -> None:
    assert outliers([]) == outliers([5.0]) == outliers([5.0, 3.0, 1.0]) == 0
    assert outliers([100.0, 3.0, 1.0]) == 1
    assert outliers([100.0, 90.0, 3.0]) == outliers([1.0, 3.0, 90.0, 100.0]) == 2
    assert outliers([100.0, 50.0, 1e-12]) == 0


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_ranks_them_too(content: bytes) -> None:
    (values,) = libreoffice([content])
    assert differences(content, values) == []


def test_of_an_input_that_is_0_no_words_say_that_nothing_moves() -> None:
    text = """
[model]
title = "Change"
outputs = ["y"]

[q.rate]
label = "Rate"
value = 5
unit  = "1"
note  = "n"

[q.change]
label = "Change"
value = 0
unit  = "percent"
range = [-20, 150]
note  = "n"

[q.y]
label   = "Result"
formula = "rate * (1 + change)"
unit    = "1"
"""
    content = workbook(plan(loads(text)))
    iron = IronCalc(content)
    assert differences(content, iron.values(formulas(content))) == []
    told = [str(value) for value in iron.values(formulas(content)).values()]
    assert not [one for one in told if "stays as it is" in one]
    assert not [one for one in told if "in steps" in one]
