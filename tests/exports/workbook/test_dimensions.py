"""The workbook of rows over members and periods: one formula a line, aggregates over ranges, cells to type into."""

from __future__ import annotations

import re
from io import BytesIO

import openpyxl
import pytest
from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from exports.workbook.formulas.addresses import along
from exports.workbook.layout.rows import Layout
from exports.workbook.xlsx import workbook
from tests.exported import NAMES, book
from tests.oracles.agreement import differences
from tests.oracles.contents import formulas
from tests.oracles.iron_calc import IronCalc
from tests.toys.orchard import ORCHARD, computed

_CELL = re.compile(r"(\$?)(?<![A-Z])([A-Z]{1,3})(\$?)([0-9]+)(?![0-9(])")


def r1c1(formula: str, address: str) -> str:
    """Return a formula with its references written as distances from the cell that it stands in."""
    row, column = coordinate_to_tuple(address)

    def distance(match: re.Match[str]) -> str:
        fixed_column, letters, fixed_row, number = match.groups()
        there = openpyxl.utils.column_index_from_string(letters)
        r = f"R{number}" if fixed_row else f"R[{int(number) - row}]"
        return r + (f"C{there}" if fixed_column else f"C[{there - column}]")

    return _CELL.sub(distance, formula)


def lines(content: bytes, sheet: str, first: int = 7) -> dict[int, list[tuple[str, str]]]:
    """Return the formulas of each line of a sheet, from a column on."""
    found: dict[int, list[tuple[str, str]]] = {}
    for (name, address), formula in formulas(content).items():
        row, column = coordinate_to_tuple(address)
        if name == sheet and column >= first:
            found.setdefault(row, []).append((address, formula))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_line_of_the_model_has_one_formula(name: str) -> None:
    several = 0
    for cells in lines(book(name), "Model").values():
        # Columns of coarser calendars stand apart, each calendar's by themselves.
        for beside in apart(cells):
            spelled = {r1c1(formula, address) for address, formula in beside}
            assert len(spelled) == 1, spelled
        several += len(cells) > 1
    assert several


def apart(cells: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Return the cells of a line by runs of columns that follow one another."""
    found: list[list[tuple[str, str]]] = []
    before = 0
    for address, formula in sorted(cells, key=lambda cell: coordinate_to_tuple(cell[0])[1]):
        column = coordinate_to_tuple(address)[1]
        if column != before + 1:
            found.append([])
        found[-1].append((address, formula))
        before = column
    return found


def formula_of(made: Plan, line: int = 0, column: int = 0) -> str:
    """Return what the first cell of the total holds, or another one."""
    layout = Layout(made)
    block = layout.block("total")
    address = f"{get_column_letter(block.column + column)}{block.row + line}"
    return formulas(workbook(made))["Model", address]


def cell(made: Plan, id_: str, line: int = 0) -> int:
    """Return the line of a row."""
    return Layout(made).block(id_).row + line


def test_an_aggregate_is_a_function_of_a_range() -> None:
    made = computed('formula = "sum(picked, over=year)"', '"fruit"', "box")
    apple = cell(made, "picked")
    # A row per fruit on Inputs, and fruits to the right on Model: the line is looked up by the fruit's place.
    assert (
        formula_of(made)
        == f"=SUM(CHOOSE(Inputs!G$10,Inputs!$G${apple}:$J${apple},Inputs!$G${apple + 1}:$J${apple + 1}))"
    )
    made = computed('formula = "sum(picked, over=fruit)"', '"year"', "box")
    assert formula_of(made, column=2) == f"=SUM(Inputs!I${apple}:I${apple + 1})"
    made = computed("formula = \"sum(picked['apple', 2027:2028])\"", "", "box")
    assert formula_of(made) == f"=SUM(Inputs!$H${apple}:$I${apple})"


def test_an_aggregated_expression_has_a_working_row() -> None:
    made = computed('formula = "sum(picked * price, over=[fruit, year])"')
    working = cell(made, "total_row1_")
    assert formula_of(made) == f"=SUM($G${working}:$J${working + 1})"
    price = cell(made, "price")
    assert (
        formulas(workbook(made))["Model", f"I{working + 1}"] == f"=Inputs!I${cell(made, 'picked', 1)}*Inputs!$H${price}"
    )


def test_prev_is_the_cell_to_the_left_behind_the_first_period() -> None:
    made = computed("formula = \"prev(total * (1 + growth), sum(price) * picked['apple', 2026])\"", '"year"')
    total, growth = cell(made, "total"), cell(made, "growth")
    first, second = formula_of(made), formula_of(made, column=1)
    assert first.startswith("=IF(Inputs!G$12=1,")
    assert second.endswith(f",G${total}*(1+Inputs!$E${growth}))")
    assert r1c1(first, f"G{total}") == r1c1(second, f"H{total}")


def test_next_is_the_cell_to_the_right_behind_the_last_period() -> None:
    made = computed("formula = \"next(total * (1 + growth), sum(price) * picked['apple', 2026])\"", '"year"')
    total, growth = cell(made, "total"), cell(made, "growth")
    first, last = formula_of(made), formula_of(made, column=3)
    assert first.startswith("=IF(Inputs!G$12=Inputs!$J$12,")
    assert first.endswith(f",H${total}*(1+Inputs!$E${growth}))")
    assert r1c1(first, f"G{total}") == r1c1(last, f"J{total}")
    by_input = computed('formula = "next(total, 0, back)"', '"year"')
    first, last = formula_of(by_input), formula_of(by_input, column=3)
    assert first.endswith(f",0,INDEX(H${total}:$K${total},1,Inputs!$E${cell(by_input, 'back')}))")
    assert r1c1(first, f"G{total}") == r1c1(last, f"J{total}")


@pytest.mark.parametrize(
    "formula",
    ["prev(prev(price['apple'] * growth * year, 0, back), 0)", "next(prev(price['apple'] * growth * year, 0, back), 0)",
     "next(next(price['apple'] * growth * year, 0), 0, back)", "next(next(price['apple'] * growth * year, 0, 2), 0)"],
)  # fmt: skip
def test_shifts_of_shifts_and_their_derivatives_are_exported(formula: str) -> None:
    made = computed(f'formula = "{formula}"', '"year"', "EUR/box")
    content = workbook(made)
    assert differences(content, IronCalc(content).values(formulas(content))) == []


def test_an_actual_stands_until_the_formula_takes_over() -> None:
    made = computed('value = { from = 2026, list = [7, 8] }\nformula = "prev(total, 0) * 2"\nnote = "x"', '"year"')
    given = Layout(made).given("total").row
    assert formula_of(made).startswith(f"=IF(ISNUMBER(Inputs!G${given}),Inputs!G${given},")
    book = IronCalc(workbook(made))
    # The scenario's own line is the first below the live one.
    book.type("Inputs", f"H{given + 1}", 10)
    values = book.values([("Model", f"{letter}{cell(made, 'total')}") for letter in "GHIJ"])
    assert list(values.values()) == [7, 10, 20, 40]


def test_what_is_typed_for_one_member_and_scenario_is_that_scenario_s() -> None:
    made = computed('formula = "sum(picked * price, over=[fruit, year])"')
    layout = Layout(made)
    line = layout.case_line(layout.input_block(made.row("price")), (), made.case("dear"))
    book = IronCalc(workbook(made, "dear"))
    book.type("Inputs", f"G{line}", 3)
    (value,) = book.values([("Model", f"E{layout.block('total').row}")]).values()
    assert value == evaluate(made, "dear", {"price[apple]": 3})["total"]
    book.type("Cover", "E6", "Usual")
    (value,) = book.values([("Model", f"E{layout.block('total').row}")]).values()
    assert value == evaluate(made, "usual")["total"]


def test_only_the_scenarios_cells_are_unlocked_and_each_is_validated() -> None:
    made = computed('value = { from = 2026, list = [7, 8] }\nformula = "prev(total, 0) * 2"\nnote = "x"', '"year"')
    sheet = openpyxl.load_workbook(BytesIO(workbook(made)))["Inputs"]
    unlocked = {c.coordinate for row in sheet.iter_rows() for c in row if not c.protection.locked}
    # Four scenarios of: a price by fruit, two lines of four years, two single numbers, two actuals; and the swing.
    assert len(unlocked) == 4 * (2 + 8 + 2 + 2) + 1
    validated = {c.coordinate for v in sheet.data_validations.dataValidation for span in v.sqref.ranges
                 for row in sheet[span.coord if ":" in span.coord else f"{span.coord}:{span.coord}"] for c in row}  # fmt: skip
    assert unlocked == validated


def test_names_are_those_of_whole_blocks() -> None:
    made = computed('formula = "picked * price"', '["fruit", "year"]')
    names = openpyxl.load_workbook(BytesIO(workbook(made))).defined_names
    total, picked = cell(made, "total"), cell(made, "picked")
    assert names["total"].attr_text == f"Model!$G${total}:$J${total + 1}"
    assert names["picked"].attr_text == f"Inputs!$G${picked}:$J${picked + 1}"


def test_registry_names_the_place_of_each_member_in_the_text() -> None:
    made = computed('formula = "min(price)"', unit="EUR/box")
    sheet = openpyxl.load_workbook(BytesIO(workbook(made)))["Registry"]
    places = {(row[2].value, row[6].value): row[5].value for row in sheet.iter_rows(min_row=6)}
    assert places["price[sour cherry]", "usual"] == "farm.price.value.1"
    assert places["price[sour cherry]", "dear"] == "scenarios.dear.set.price.sour cherry"
    assert places["picked[apple, 2028]", "usual"] == "farm.picked.value.apple.list.2"
    assert places["picked[sour cherry, 2028]", "usual"] == "farm.picked.value.sour cherry"
    assert places["picked[apple, 2029]", "dear_late"] == "scenarios.dear_late.set.picked.apple.list.1"


def test_a_headline_over_many_members_is_that_of_the_last_period() -> None:
    longer = ORCHARD.replace("to   = 2029", "to   = 2031").replace(
        "list = [10, 20, 30, 40]", "list = [1, 2, 3, 4, 5, 6]"
    )
    made = plan(loads(longer + '[farm.total]\nlabel = "Total"\nunit = "EUR"\nover = ["fruit", "year"]\n'
                      'formula = "picked * price"\n'))  # fmt: skip
    sheet = openpyxl.load_workbook(BytesIO(workbook(made)))["Cover"]
    labels = [cell.value for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("Total · ")]
    assert labels == ["Total · apple, 2031", "Total · sour cherry, 2031"]


def test_a_template_is_filled_in_for_a_column() -> None:
    assert along("=\0" + "0\0$5+\0" + "1\0$6+$A$1", 7) == "=G$5+F$6+$A$1"


def test_the_same_text_twice_gives_the_same_bytes() -> None:
    text = ORCHARD + "[farm.total]\nlabel = 'T'\nunit = 'box'\nover = 'year'\nformula = 'sum(picked, over=fruit)'\n"
    assert workbook(plan(loads(text))) == workbook(plan(loads(text)))
