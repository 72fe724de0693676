"""Quantities and dimensions called as later functions are, beside calls of these functions: all of it means what it did."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from engine.language.functions import ALSO_NAMES, CALLABLE
from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from engine.problems import ModelError
from exports.workbook.xlsx import anchor, workbook
from tests.command_line import run
from tests.oracles.agreement import differences
from tests.oracles.contents import formulas
from tests.oracles.iron_calc import IronCalc

NAMES = sorted(ALSO_NAMES | {"weights"})
CALLED = ("pmt(rate, 10, pmt)", "ipmt(rate, 2, 10, ipmt)", "ppmt(rate, 2, 10, ppmt)", "nper(rate, nper, 2)", "sln(sln, 1, 10)",
          "ddb(ddb, 0, 10, 2)")  # fmt: skip


def quantity(id_: str, what: str) -> str:
    return f'[a.{id_}]\nlabel = "{id_}"\nunit = "1"\n{what}\n'


def model() -> str:
    inputs = [quantity(id_, f'value = {number}\nnote = "n"') for number, id_ in enumerate(NAMES, 3)]
    calls = [quantity(f"called_{number}", f'formula = "{call}"') for number, call in enumerate(CALLED)]
    total = quantity("total", f'formula = "{" + ".join(NAMES)}"')
    rate = quantity("rate", 'value = 0.1\nnote = "n"')
    return '[model]\ntitle = "Names"\n[scenarios.usual]\nlabel = "Usual"\n' + "".join([*inputs, rate, *calls, total])


def test_they_are_quantities_by_themselves_and_functions_before_a_bracket() -> None:
    results = evaluate(plan(loads(model())))
    assert results["total"] == sum(range(3, 3 + len(NAMES)))
    assert results["called_4"] == pytest.approx((results["sln"] - 1) / 10)
    assert results["called_5"] == pytest.approx(results["ddb"] * 0.8 * 0.2)


def test_the_workbook_recalculates_and_what_is_typed_into_it_comes_back(tmp_path: Path) -> None:
    content = workbook(plan(loads(model())))
    assert differences(content, IronCalc(content).values(formulas(content))) == []
    book = openpyxl.load_workbook(BytesIO(content))
    for name in NAMES:
        at = book.defined_names[anchor(name)].attr_text.partition("!")[2].replace("$", "")
        row = int("".join(filter(str.isdigit, at.partition(":")[0])))
        assert book["Inputs"].cell(row, 3).value == name
    row = next(row for row in range(1, 60) if book["Inputs"].cell(row, 3).value == "pmt")
    cell = next(cell for cell in book["Inputs"][row] if not cell.protection.locked)
    cell.value = 99
    path, text = tmp_path / "names.xlsx", tmp_path / "names.toml"
    book.save(path)
    text.write_text(model())
    result = run("import", str(path), "-m", str(text))
    assert result.exit_code == 0, result.output
    place = NAMES.index("pmt") + 3
    assert text.read_text() == model().replace(
        f'[a.pmt]\nlabel = "pmt"\nunit = "1"\nvalue = {place}', '[a.pmt]\nlabel = "pmt"\nunit = "1"\nvalue = 99'
    )


@pytest.mark.parametrize("name", NAMES)
def test_they_are_dimensions_too(name: str) -> None:
    text = (
        f'[model]\ntitle = "x"\n[dimensions.{name}]\nfrom = 1\nto = 3\n'
        + quantity("q", f'over = "{name}"\nformula = "sln({name}, 0, 2)"')
        + quantity("total", f'formula = "sum(q, over={name})"')
    )
    assert evaluate(plan(loads(text)))["total"] == 3


@pytest.mark.parametrize("name", ["min", "sqrt", "prev", "sum", "first"])
def test_names_that_were_functions_before_stay_refused(name: str) -> None:
    with pytest.raises(ModelError, match="is the name of a function"):
        plan(loads('[model]\ntitle = "x"\n' + quantity(name, 'value = 1\nnote = "n"')))


def test_the_functions_of_finance_are_among_them() -> None:
    assert {"pmt", "ipmt", "ppmt", "nper", "sln", "ddb"} <= ALSO_NAMES & set(CALLABLE)
