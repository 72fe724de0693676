"""The page on functions of finance: each example is a model that passes, and gives the number behind its formula."""

from __future__ import annotations

import re
from functools import cache

import pytest

from engine.language.functions import CALLABLE
from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from engine.problems import ModelError, render
from exports.workbook.formulas.excel import EXCEL
from exports.workbook.xlsx import workbook
from tests.oracles.agreement import differences
from tests.oracles.contents import formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice
from tests.places import ROOT

PAGE = (ROOT / "docs" / "functions.md").read_text()
BLOCKS = re.findall(r"^```(toml|toml wrong|text)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
BASE, *EXAMPLES = [text for kind, text in BLOCKS if kind == "toml"]
GIVES = re.compile(r"^\[\w+\.(\w+)\]\n(?:[^\[\n].*\n)*?formula = .*#\s*([\d.]+)$", re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: re.findall(r"\w+(?=\])", text)[0])
def test_an_example_gives_what_stands_behind_its_formula(example: str) -> None:
    results = evaluate(plan(loads(BASE + example)))
    given = GIVES.findall(example)
    assert given
    for id_, shown in given:
        digits = len(shown.partition(".")[2])
        assert f"{float(results[id_]):.{digits}f}" == shown, id_


def test_the_wrong_example_gives_its_message() -> None:
    wrong, text = (next(text for kind, text in BLOCKS if kind == which) for which in ("toml wrong", "text"))
    with pytest.raises(ModelError) as caught:
        evaluate(plan(loads(BASE + wrong)))
    assert text.strip() in render(caught.value.problems)


def test_the_page_has_each_function_with_its_arguments_and_its_spelling() -> None:
    for name in ("pmt", "ipmt", "ppmt", "nper", "sln", "ddb"):
        call = CALLABLE[name].meaning.partition(": ")[2]
        assert f"`{call}`" in PAGE
        names = call.partition("(")[2][:-1].split(", ")
        if name != "ppmt":
            assert f"`{EXCEL[name][0].format(*names, all=','.join(names))}`" in PAGE


@cache
def whole() -> bytes:
    """Return the workbook of all examples together."""
    return workbook(plan(loads(BASE + "".join(EXAMPLES))))


def test_ironcalc_agrees() -> None:
    assert differences(whole(), IronCalc(whole()).values(formulas(whole()))) == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_agrees() -> None:
    assert differences(whole(), libreoffice([whole()])[0]) == []
