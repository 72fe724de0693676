"""Names of cells, where Excel reads many a name otherwise."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from engine.model.load import loads
from engine.plan.plan import Plan
from engine.planning.planner import plan
from exports.workbook.layout.rows import Layout
from exports.workbook.xlsx import anchor, workbook
from tests.exported import lemonade
from tests.oracles.contents import cached, formulas
from tests.toys.single import HEAD


@pytest.mark.parametrize("name", ["days", "base", "filter", "sort", "let", "concat", "ifs", "sheet", "sequence"])
def test_later_functions_of_excel_get_an_underscore_too(name: str) -> None:
    assert anchor(name) == f"{name}_"


def test_every_row_has_an_anchor(toy: Plan) -> None:
    names = openpyxl.load_workbook(BytesIO(lemonade())).defined_names
    assert names["sales"].attr_text == "!".join(("Model", Layout(toy).block("sales").cell()))
    assert "price_" in names  # PRICE is a function of Excel's


@pytest.mark.parametrize("id_", ["h100", "gpt4", "q1", "r", "c", "r1c1", "rc", "c3", "month", "log10", "true", "xfd1"])
def test_names_that_excel_reads_otherwise_get_an_underscore(id_: str) -> None:
    assert anchor(id_) == f"{id_}_"


@pytest.mark.parametrize("id_", ["training_gpus", "abcd1", "price2_usd", "x_1", "rate_a"])
def test_other_names_stay_as_they_are(id_: str) -> None:
    assert anchor(id_) == id_


def test_names_that_differ_by_case_or_look_like_cells_make_a_correct_workbook() -> None:
    ids = ["h100", "gpt4", "q1", "r", "c", "rc", "r1c1", "a1", "xfd1048576", "sum_", "month", "true_value", "a" * 99]
    rows = [
        f'[s.{id_.rstrip("_")}x]\nlabel = "{id_}"\nvalue = {n}\nunit = "1"\nnote = "x"\n'
        for n, id_ in enumerate(ids, 1)
    ]
    rows += [
        f'[t.{id_.rstrip("_")}]\nlabel = "{id_}"\nformula = "{id_.rstrip("_")}x * 1"\nunit = "1"\n'
        for id_ in ids
        if id_ not in {"a" * 99, "sum_"}
    ]
    content = workbook(plan(loads(HEAD + "".join(rows))))
    own = cached(content)
    assert all(own.get(cell) is not None for cell in formulas(content))
