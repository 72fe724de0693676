"""The page on functions of finance: each example is a model that passes, and gives the number behind its formula."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO

import openpyxl
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
GIVES = re.compile(r"^\[\w+\.(\w+)\]\n(?:[^\[\n].*\n)*?formula = .*#\s*(-?[\d.]+)$", re.MULTILINE)
# The functions of finance and time that the page's tables tell of, by the call or the keyword that an example has.
TOLD = (
    "npv(",
    "irr(",
    "xnpv(",
    "xirr(",
    "lookup(",
    "step(",
    "cumsum(",
    "prev(",
    "next(",
    "days(",
    "by=",
    "where=",
    "count(",
    "rollup(",
)


@pytest.mark.parametrize("number", range(len(EXAMPLES)), ids=lambda at: re.findall(r"\w+(?=\])", EXAMPLES[at])[0])
def test_an_example_gives_what_stands_behind_its_formula(number: int) -> None:
    # Each goes on with those above it.
    results = evaluate(plan(loads(BASE + "".join(EXAMPLES[: number + 1]))))
    given = GIVES.findall(EXAMPLES[number])
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


def table_rows() -> dict[str, tuple[str, str, str]]:
    """Return what the page's tables say of each call: what it gives, its unit, and its form in a spreadsheet."""
    rows = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| `")]
    return {row[0]: (row[1], row[2], row[3]) for row in rows if len(row) == 4}


def test_the_page_tells_meaning_unit_and_spelling_of_each_function_and_an_example_runs_it() -> None:
    ran = " ".join(re.findall(r"^formula = .*$", "".join(EXAMPLES), re.MULTILINE))
    for call in TOLD:
        told = [row for key, row in table_rows().items() if re.search(rf"(?<!\w){re.escape(call)}", key)]
        assert told, call
        assert all(all(row) for row in told), call
        assert re.search(rf"(?<!\w){re.escape(call)}", ran), call


@pytest.mark.parametrize("call", [call for call in TOLD if call != "days("])
def test_a_spelling_on_the_page_is_what_a_workbook_has(call: str) -> None:
    key, (_, _, spelling) = next(
        (key, row) for key, row in table_rows().items() if re.search(rf"(?<!\w){re.escape(call)}", key)
    )
    asked = [id_ for id_, text in re.findall(r"^\[\w+\.(\w+)\]\n(?:[^\[\n].*\n)*?formula = (.*)$", "".join(EXAMPLES), re.MULTILINE)
             if re.search(rf"(?<!\w){re.escape(call)}", text)]  # fmt: skip
    sheet = openpyxl.load_workbook(BytesIO(whole()))["Model"]
    spelled = " ".join(
        str(cell.value)
        for line in sheet.iter_rows()
        if re.sub(r"_row\d+_$", "", str(line[2].value)) in asked
        for cell in line
    )
    for function in re.findall(r"\b[A-Z]+(?=\()", spelling):
        assert f"{function}(" in spelled, (key, function)


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
