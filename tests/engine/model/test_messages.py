"""Mistakes that authors make, and the words that help with each."""

from __future__ import annotations

import pytest

from engine.model.load import loads
from engine.planning.planner import plan
from engine.problems import ModelError
from tests.toys.single import HEAD, one, result


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD + one("2", ""), "'unit' of 'a.x' is empty"),
        (HEAD + one("2").replace('label = "x"', 'label = ""'), "'label' of 'a.x' is empty"),
        (HEAD + one("2", "widget") + '[units]\nwidget = "3 widget"\n', "in terms of itself"),
        (HEAD + one("2", "nurse") + '[units]\nnurse = "nurse"\n', 'nurse = "[nurse]"'),
        (HEAD + one("2", "EUR") + '[units]\nEUR = "eur"\n', 'EUR = "[eur]"'),
        (HEAD + one("2", "km") + one("3", "m", id_="z") + result("1 if x**200 > z**200 else 0"), "power above 100"),
        (HEAD + one("2", "km") + one("3", "m", id_="z") + result("1 if x**1e9 > z**1e9 else 0"), "power above 100"),
        (HEAD + one("2", "percent/percent/month"), "above the line"),
        (HEAD + one("2", more='published = [{ value = 2, source = "" }]'), "has no 'source'"),
        (HEAD + '["a\\u0007b".x]\nlabel = "x"\nvalue = 2\nunit = "1"\nnote = "n"\n', "cannot be printed"),
        (HEAD + one("2", "Gb"), "write Gbit or GB"),
        (HEAD + one("2", "kton"), "misleading"),
        (HEAD + one("2").replace("value", "valeu"), "did you mean 'value'?"),
        (HEAD + one("2", "million USD") + '[units]\nUSD = "[money]"\n', "MUSD"),
        (HEAD + one("2") + '[unit]\nUSD = "[money]"\n', "did you mean '[units]'?"),
        (HEAD + one("2") + "[b]\n[[b.c]]\nvalue = 1\n", "write [b.c], with single brackets"),
        (HEAD + one("2") + result("IF(x, 1, 2)"), "write 1 if x else 2"),
        (HEAD + one("2") + result("MAX(x, 1)"), "lower case: max"),
        (HEAD + one("2") + result("ln(x)"), "log is the natural logarithm"),
        (HEAD + one("2") + result("x * 20%"), "write 0.2"),
        (HEAD + one("2") + result("x ? 1 : 2"), "write 1 if x else 2"),
        (HEAD + one("2") + result("1 if x <> 2 else 0"), "write !="),
    ],
)  # fmt: skip
def test_a_mistake_gets_a_message_that_helps(text: str, says: str) -> None:
    with pytest.raises(ModelError) as caught:
        plan(loads(text))
    assert says in str(caught.value)


def test_a_missing_label_does_not_hide_the_note() -> None:
    with pytest.raises(ModelError) as caught:
        plan(loads(HEAD + '[a.x]\nvalue = 1\nunit = "1"\nnote = "n"\n'))
    assert [problem.code for problem in caught.value.problems] == ["missing-key"]
