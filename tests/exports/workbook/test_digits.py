"""Every number in a workbook is the one of the model, to the last bit, on every Python."""

from __future__ import annotations

import builtins
import csv
import io
import re
import sys
from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import plainsheet as ps
from engine.language.numbers.scalars import add_up
from exports.roundtrip.typed_values import as_declared
from exports.workbook.sheet_data import digits
from tests.command_line import succeed
from tests.places import MODELS
from tests.toys.lemonade import TOY
from tests.toys.single import HEAD, one, result

LONG = ("0.12345678901234567", "12345678901234567", "9007199254740993", "1.2345678901234567e+300", "0.1")
# Whether a sum is finite is all that is asked of these.
ASKED_FOR_FINITE_ONLY = {"engine.analysis.reverse", "engine.language.numbers.scalars", "engine.plan.evaluate"}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_the_shortest_text_that_reads_back_as_it(value: float) -> None:
    assert float(digits(value)) == value
    assert len(digits(value)) <= len(repr(value))


@pytest.mark.parametrize("text", LONG)
def test_constants_and_computed_values_keep_all_digits(text: str) -> None:
    content = ps.loads(HEAD + one(text) + result("x")).workbook()
    with ZipFile(BytesIO(content)) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
    found = [value for sheet in sheets for value in re.findall(r"<v>([^<]*)</v></c>", sheet)]
    # The input, what the registry says of it, its live cell, the result, and what is shown of it.
    assert sum(value == digits(float(text)) for value in found) >= 5
    near = [
        value for value in found if re.fullmatch(r"[-+.e0-9]+", value) and abs(float(value) / float(text) - 1) < 1e-9
    ]
    assert set(near) == {digits(float(text))}


@pytest.mark.parametrize("text", LONG[:3])
@pytest.mark.parametrize("typed", ["0.2345678901234567", "2000000000000001"])
def test_an_import_leaves_long_digits_alone_and_takes_long_ones(text: str, typed: str, tmp_path: Path) -> None:
    model, book = tmp_path / "x.toml", tmp_path / "x.xlsx"
    model.write_text(HEAD + one(text) + one("2", id_="z") + result("x * z"))
    succeed("export", model, "--xlsx", book)
    succeed("import", book, "-m", model)
    assert model.read_text() == HEAD + one(text) + one("2", id_="z") + result("x * z")
    workbook = openpyxl.load_workbook(book)
    (cell,) = [
        one for row in workbook["Inputs"].iter_rows() for one in row if one.value == 2 and not one.protection.locked
    ]
    cell.value = float(typed)
    workbook.save(book)
    succeed("import", book, "-m", model)
    assert model.read_text() == HEAD + one(text) + one(typed, id_="z") + result("x * z")


@pytest.mark.parametrize(
    "text", ["1.7976931348623157e308", "-1.7976931348623157e308", "1e300", "2.2250738585072014e-307"]
)
@pytest.mark.parametrize("unit", ["1", "percent"])
def test_an_import_takes_every_number_that_a_model_may_hold(text: str, unit: str, tmp_path: Path) -> None:
    model, book = tmp_path / "x.toml", tmp_path / "x.xlsx"
    before = HEAD + one(text, unit) + one("2", id_="z") + result("x" if unit == "1" else "z")
    model.write_text(before)
    succeed("export", model, "--xlsx", book)
    succeed("import", book, "-m", model)
    assert model.read_text() == before


@pytest.mark.parametrize("text", [*LONG, "0.30000000000000004", "-9007199254740993"])
def test_a_table_for_programs_has_all_digits(text: str, tmp_path: Path) -> None:
    model = tmp_path / "x.toml"
    model.write_text(
        HEAD + one(text) + one("2", id_="z", more=f"range = [1, {abs(float(text)) + 2!r}]") + result("x * (z / 2)")
    )
    lines = csv.DictReader(io.StringIO(succeed("solve", model, "--csv")))
    assert {line["name"]: float(line["base"]) for line in lines} == {"x": float(text), "z": 2, "y": float(text)}
    found = next(csv.DictReader(io.StringIO(succeed("sensitivity", "y", model, "--csv"))))
    assert float(found["output_value"]) == float(text)


def test_the_ends_of_a_range_have_all_digits_in_a_table(tmp_path: Path) -> None:
    model = tmp_path / "x.toml"
    model.write_text(HEAD + one("3") + one("2", id_="z", more=f"range = [{LONG[0]}, {LONG[1]}]") + result("z + x"))
    lines = csv.DictReader(io.StringIO(succeed("sensitivity", "y", model, "--csv")))
    ends = {line["input"]: (line["low"], line["high"]) for line in lines}
    assert ends["x"] == ("2.7", "3.3")
    assert tuple(map(float, ends["z"])) == (float(LONG[0]), float(LONG[1]))


def test_what_differs_in_the_last_bit_from_what_is_shown_was_typed_as_that() -> None:
    planned = ps.loads(HEAD + one("2") + one("5", "percent", id_="z") + result("x * z")).plan
    plain, percent = planned.row("x"), planned.row("z")
    assert as_declared(0.1 + 0.2, plain) == Decimal("0.3")
    assert as_declared(0.1 + 0.7, percent) == 80
    assert as_declared(12345678901234567.0, plain) == 12345678901234568
    assert as_declared(0.12345678901234567, percent) == Decimal("12.345678901234566")


def test_sums_are_added_from_left_to_right_on_every_python() -> None:
    # 0.1 is smaller than half of the last bit of 1e16, and is lost each time; `sum` of 3.12 makes up for it.
    assert add_up([1e16, *[0.1] * 100, -1e16]) == 0
    assert add_up([]) == 0
    assert isinstance(add_up([]), float)


@pytest.mark.slow
def test_no_number_of_a_workbook_or_a_picture_is_a_sum_that_pythons_add_differently(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: set[str] = set()

    def watched(values: Iterable[Any], /, start: Any = 0) -> Any:  # noqa: ANN401  # what the builtin takes
        kept = list(values)
        module = sys._getframe(1).f_globals["__name__"]
        if module.partition(".")[0] in {"engine", "exports", "plainsheet"} and any(
            isinstance(one, float) for one in kept
        ):
            found.add(module)
        return builtin(kept, start)

    builtin = builtins.sum
    monkeypatch.setattr(builtins, "sum", watched)
    succeed("export", MODELS / "loan.toml", "--xlsx", tmp_path / "x.xlsx", "--csv", tmp_path / "x.csv")
    (tmp_path / "x.toml").write_text(TOY)
    succeed("sensitivity", "-m", tmp_path / "x.toml", "--plot", tmp_path / "x.svg")
    assert found == ASKED_FOR_FINITE_ONLY
