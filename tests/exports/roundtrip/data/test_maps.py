"""What members belong to, where a data file says it: chosen in the workbook, it comes back into the cell of the file."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from engine.model.load import load
from tests.command_line import run, succeed
from tests.toys.power import MODEL, SITES, write

MAP = 'map = {{ data = "sites", column = "region" }}'
ORDERED = MODEL.replace(MAP, f'{MAP}\nmembers = ["North", "South"]')


def chosen(source: Path, members: dict[str, str]) -> Path:
    """Return the workbook of a model with other members chosen on the line of a map, by what stands there."""
    place = source.parent / "power.xlsx"
    succeed("export", source, "--xlsx", place)
    book = openpyxl.load_workbook(place)
    sheet = book["Inputs"]
    line = next(row for row in sheet.iter_rows() if "region.map" in [cell.value for cell in row])
    heads = next(row for row in sheet.iter_rows() if "site" in [cell.value for cell in row])
    for head, cell in zip(heads, line, strict=True):
        if head.value in members:
            assert not cell.protection.locked
            cell.value = members[head.value]
    book.save(place)
    return place


def test_a_choice_on_a_map_is_written_into_the_file(tmp_path: Path) -> None:
    source = write(tmp_path, sites=SITES.replace("B2;South", 'B2;"South"'), model=ORDERED)
    told = succeed("import", chosen(source, {"B2": "North"}), "-m", source)
    assert "Region of B2 (region.map[B2]): South -> North, line 3 of 'data/sites.csv'" in told
    assert (tmp_path / "data/sites.csv").read_text() == SITES.replace("B2;South", 'B2;"North"')
    after = load(source)
    assert after.dimension["region"].places == (0, 0, 0)
    assert source.read_text().count("members") == 2
    succeed("check", source, "--strict")


@pytest.mark.parametrize("moved", [{"B2": "North"}, {"A1": "South"}])
def test_members_that_follow_from_the_file_stay_in_their_order(moved: dict[str, str], tmp_path: Path) -> None:
    source = write(tmp_path)
    succeed("import", chosen(source, moved), "-m", source)
    after = load(source)
    assert after.dimension["region"].members == ("North", "South")
    assert source.read_text().count('members = ["North", "South"]') == 1
    succeed("check", source, "--strict")


def test_members_that_stand_in_the_same_cells_are_asked_for_first(tmp_path: Path) -> None:
    listed = f'{MAP}\nmembers = {{{{ data = "sites", column = "region" }}}}'
    source = write(tmp_path, model=MODEL.replace(MAP, listed))
    before = source.read_text()
    book = chosen(source, {"A1": "South"})
    refused = run("import", book, "-m", source)
    assert refused.exit_code == 1
    assert "'region' has its members from cells of a file that are to change" in refused.output
    assert (source.read_text(), (tmp_path / "data/sites.csv").read_text()) == (before, SITES)
    source.write_text(before.replace('members = { data = "sites", column = "region" }', 'members = ["North", "South"]'))
    succeed("import", book, "-m", source)
    assert (tmp_path / "data/sites.csv").read_text() == SITES.replace("A1;North", "A1;South")


def test_two_groups_of_one_column_change_together_or_not(tmp_path: Path) -> None:
    zone = '[dimensions.zone]\nof = "site"\nmap = {{ data = "sites", column = "region" }}\n\n[power.fee]'
    source = write(tmp_path, model=ORDERED.replace("[power.fee]", zone))
    result = run("import", chosen(source, {"B2": "North"}), "-m", source)
    assert result.exit_code == 1
    assert "zone" in result.output
    assert (tmp_path / "data/sites.csv").read_text() == SITES


def test_what_a_spreadsheet_maps_is_listed(tmp_path: Path) -> None:
    source = write(tmp_path, model=ORDERED)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in SITES.splitlines():
        cells = [cell.replace(",", ".") for cell in line.split(";")]
        sheet.append([float(cell) if cell[:1].isdigit() and line[0] != "s" else cell for cell in cells])
    sheet.title = "sites"
    book.save(tmp_path / "data/sites.xlsx")
    text = source.read_text().replace("sites.csv", "sites.xlsx")
    source.write_text(
        "\n".join(line for line in text.split("\n") if not line.startswith(("sha256", "separator", "decimal")))
    )
    result = run("import", chosen(source, {"B2": "North"}), "-m", source)
    assert result.exit_code == 1
    assert "North in B3 of 'region'" in result.output


def test_a_renamed_member_is_not_taken_and_told_where_it_is_declared(tmp_path: Path) -> None:
    source = write(tmp_path)
    place = chosen(source, {})
    book = openpyxl.load_workbook(place)
    head = next(cell for row in book["Inputs"].iter_rows() for cell in row if cell.value == "A1")
    assert head.protection.locked
    head.value = "A9"
    book.save(place)
    told = succeed("import", place, "-m", source)
    assert "the heading 'A1' was changed to 'A9'" in told
    assert "in the text or in a data file" in told
    assert (tmp_path / "data/sites.csv").read_text() == SITES
    told = run("rename", "site[A1]", "A9", "-m", source).output
    assert "'site[A1]' has its name from a file of data, the column 'site' of 'data/sites.csv'" in told
