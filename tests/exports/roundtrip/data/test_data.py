"""Values from data files, changed in the workbook, come back into the cells that they stand in; every other byte stays."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.delimited import read_delimited
from engine.data.table import Form
from engine.model.load import load
from engine.model.rewriting.data import replace_cells
from engine.planning.planner import plan
from engine.problems import Mistake
from exports.files.together import replace_together
from exports.roundtrip.apply import try_import
from tests.command_line import run, succeed
from tests.places import ROOT
from tests.toys.power import MODEL, PRICES, SITES, hash_of, write

TEXTS = st.text(st.sampled_from("ab \"',;\n"), max_size=5)


@given(
    rows=st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=6),
    separator=st.sampled_from(",;\t"),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    mark=st.sampled_from(["", "\ufeff"]),
    last=st.booleans(),
    at=st.tuples(st.integers(0, 5), st.integers(0, 2)),
    new=st.one_of(TEXTS, st.sampled_from(["1,5", "2", "-3.25"])),
)
@settings(deadline=None, max_examples=300)
def test_one_cell_changes_and_nothing_else(  # noqa: PLR0917  # what a dialect has
    rows: list[list[str]], separator: str, end: str, quoting: int, mark: str, last: bool, at: tuple[int, int], new: str
) -> None:
    written = StringIO(newline="")
    writer = csv.writer(written, delimiter=separator, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([["x", "y", "z"], *rows])
    text = mark + (written.getvalue() if last else written.getvalue().removesuffix(end))
    row, column = at[0] % len(rows), at[1]
    changed = replace_cells(text.encode(), Form(separator=separator), {(row, column): new}).decode()
    expected = [list(one) for one in rows]
    expected[row][column] = new
    read = list(csv.reader(StringIO(changed.removeprefix("\ufeff"), newline=""), delimiter=separator))
    # Spaces around a cell stay.
    assert [[cell.strip(" ") for cell in line] for line in read[1:]] == [
        [cell.strip(" ") for cell in line] for line in expected
    ]
    assert changed.startswith(mark)
    table = read_delimited(text.encode(), Form(separator=separator))
    assert table.rows == len([one for one in rows if one])
    same = replace_cells(text.encode(), Form(separator=separator), {})
    assert same == text.encode()


def typed(folder: Path, *changes: tuple[float, float]) -> Path:
    """Return the model's workbook, in which somebody typed numbers over those on Inputs and Data."""
    path = folder / "power.xlsx"
    succeed("export", folder / "power.toml", "--xlsx", path)
    book = openpyxl.load_workbook(path)
    for old, new in changes:
        found = [cell for name in ("Inputs", "Data") if name in book.sheetnames for line in book[name].iter_rows() for cell in line
                 if cell.value == old and cell.protection.locked is False]  # fmt: skip
        assert found, old
        found[0].value = new
    book.save(path)
    return path


def test_changes_come_back_into_the_files_and_their_hashes_into_the_text(tmp_path: Path) -> None:
    source = write(tmp_path, PRICES.replace("\n", "\r\n"), f"\ufeff{SITES}")
    before = source.read_text()
    told = succeed("import", typed(tmp_path, (41.5, 1234.25), (0.5, 7.75)), "-m", source)
    assert re.search(r"41.5 -> 1,234.25 USD/MWh .*, line 3 of 'data/prices.csv'", told)
    prices, sites = PRICES.replace("41.5", "1234.25").replace("\n", "\r\n"), f"\ufeff{SITES}".replace(";0,5", ";7,75")
    assert (tmp_path / "data/prices.csv").read_bytes() == prices.encode()
    assert (tmp_path / "data/sites.csv").read_bytes() == sites.encode()
    after = before.replace(hash_of(PRICES.replace("\n", "\r\n")), hash_of(prices)).replace(
        hash_of(f"\ufeff{SITES}"), hash_of(sites)
    )
    assert source.read_text() == after
    assert succeed("check", source)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data", "power.toml", "power.xlsx"]
    assert "say what the text says" in succeed("import", tmp_path / "power.xlsx", "-m", source)


def test_thousands_and_quotes_stay_as_they_are_written(tmp_path: Path) -> None:
    prices = PRICES.replace(",40\n", ',"1,040.50"\n').replace("41.5", '"41.5"')
    source = write(
        tmp_path,
        prices,
        model=MODEL.replace('source = "exchange"\n\n[data.s', 'source = "exchange"\nthousands = ","\n\n[data.s'),
    )
    succeed("import", typed(tmp_path, (1040.5, 2345678.25), (41.5, 3)), "-m", source)
    assert (tmp_path / "data/prices.csv").read_text() == prices.replace("1,040.50", "2,345,678.25").replace("41.5", "3")


def test_what_the_file_changed_too_is_a_conflict(tmp_path: Path) -> None:
    source = write(tmp_path)
    book = typed(tmp_path, (41.5, 45))
    write(tmp_path, PRICES.replace("41.5", "43"))
    files = {path: path.read_bytes() for path in (source, tmp_path / "data/prices.csv")}
    result = run("import", book, "-m", source)
    assert result.exit_code == 1
    assert "1 value was changed both in the workbook and in the text" in result.output
    assert {path: path.read_bytes() for path in files} == files
    succeed("import", book, "-m", source, "--theirs")
    assert (tmp_path / "data/prices.csv").read_text() == PRICES.replace("41.5", "45")


def test_a_file_of_a_spreadsheet_is_refused_with_the_list(tmp_path: Path) -> None:
    source = write(tmp_path)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [
        ("region", "year", "price"),
        ("North", 2026, 40),
        ("North", 2027, 41.5),
        ("South", 2026, 30),
        ("South", 2027, 31),
    ]:
        sheet.append(row)
    book.save(tmp_path / "data/prices.xlsx")
    source.write_text(
        re.sub(r'sha256 = "[^"]*"\nsource', "source", source.read_text().replace("prices.csv", "prices.xlsx"))
    )
    files = {path: path.read_bytes() for path in (source, tmp_path / "data/prices.xlsx", tmp_path / "data/sites.csv")}
    result = run("import", typed(tmp_path, (41.5, 45), (0.5, 2)), "-m", source)
    assert result.exit_code == 1
    assert "45 in C3 of 'price'" in result.output
    assert {path: path.read_bytes() for path in files} == files


def test_a_value_that_no_file_takes_is_told_before_anything_else_is_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write(tmp_path, PRICES.replace("South,2027,31\n", ""), model=MODEL.replace(
        'source = "exchange"\n\n[data.s', 'source = "exchange"\nmissing = 8\n\n[data.s'))  # fmt: skip
    book = typed(tmp_path, (8, 9))

    def compare(*_: object) -> None:
        pytest.fail("it was known before that nothing is taken")

    for later in ("find_edits", "find_told", "read_remarks"):
        monkeypatch.setattr(f"exports.roundtrip.apply.{later}", compare)
    with pytest.raises(Mistake, match="has no cell for it"):
        try_import(book, source, "")


def test_one_cell_in_which_two_values_stand(tmp_path: Path) -> None:
    second = '\n[power.tariff]\nlabel = "Tariff"\nover = ["region", "year"]\nvalue = {{ data = "prices", column = "price" }}\nunit = "USD/MWh"\n'
    source = write(tmp_path, model=MODEL.replace("price * sum", "(price + tariff) * sum") + second)
    result = run("import", typed(tmp_path, (41.5, 45)), "-m", source)
    assert result.exit_code == 1
    assert "'tariff'" in result.output
    assert (tmp_path / "data/prices.csv").read_text() == PRICES


def test_a_value_that_stands_for_a_missing_row_has_no_cell(tmp_path: Path) -> None:
    source = write(tmp_path, PRICES.replace("South,2027,31\n", ""), model=MODEL.replace(
        'source = "exchange"\n\n[data.s', 'source = "exchange"\nmissing = 8\n\n[data.s'))  # fmt: skip
    result = run("import", typed(tmp_path, (8, 9)), "-m", source)
    assert result.exit_code == 1
    assert "the file has no cell for it" in result.output


def test_a_scenario_that_takes_a_column_is_written_there(tmp_path: Path) -> None:
    prices = "".join(
        f"{line},{high}\n" for line, high in zip(PRICES.splitlines(), ["high", 60, 61, 62, 63], strict=True)
    )
    source = write(
        tmp_path, prices, model=MODEL + '\n[scenarios.high]\nset.price = {{ data = "prices", column = "high" }}\n'
    )
    succeed("import", typed(tmp_path, (62, 70)), "-m", source)
    assert (tmp_path / "data/prices.csv").read_text() == prices.replace("30,62", "30,70")


# A child writes three files, and ends before each thing that it does on disk in turn; whoever comes next finishes it.
CUT = """
import os, sys
from pathlib import Path
from exports.files.together import finish, replace_together
last = Path(sys.argv[1])
names = ["data/a.csv", "data/b.csv", last.name]
old, new, newer = (dict(zip(names, contents)) for contents in ([b"1", b"2", b"3"], [b"10", b"20", b"30"], [b"x", b"y", b"z"]))
kinds = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod", "shutil.rmtree"}
left = -1
def cut(event, _):
    global left
    if event in kinds and left >= 0:
        left -= 1
        if left < 0:
            os._exit(9)
sys.addaudithook(cut)
code, moment, seen = 9, 0, set()
while code == 9:
    for name in names:
        (last.parent / name).write_bytes(old[name])
    if not (child := os.fork()):
        left = moment
        replace_together(last, {name: (old[name], new[name]) for name in names})
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    finish(last)
    now = {name: (last.parent / name).read_bytes() for name in names}
    assert now in (old, new), (moment, now)
    seen.add(now == new)
    replace_together(last, {name: (now[name], newer[name]) for name in names})
    assert sorted(one.name for one in last.parent.iterdir()) == ["data", last.name], moment
    moment += 1
assert code == 0 and seen == {False, True} and moment > 30, (code, moment)
"""


def test_what_is_cut_off_at_any_moment_is_finished_or_was_not_begun(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    subprocess.run([sys.executable, "-c", CUT, str(tmp_path / "m.toml")], cwd=ROOT, check=True)


def test_a_journal_that_came_with_a_clone_is_not_followed(tmp_path: Path) -> None:
    source = write(tmp_path)
    journal = tmp_path / ".power.toml.import"
    journal.mkdir()
    (journal / "list.json").write_text('{"folder": [1, 2], "files": []}')
    result = run("data", source)
    assert result.exit_code == 1
    assert "was not made here" in result.output


def test_a_file_that_changed_meanwhile_keeps_all_from_being_written(tmp_path: Path) -> None:
    source = write(tmp_path)
    with pytest.raises(Mistake, match="was changed by another program"):
        replace_together(source, {"data/prices.csv": (b"other", b"new"), source.name: (source.read_bytes(), b"text")})
    assert (tmp_path / "data/prices.csv").read_text() == PRICES
    assert plan(load(source)).model.data[0].hash == hash_of(PRICES)
