"""Members that were chosen in a workbook come back into the text, and so does what a group's map says."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.toys.cluster import TEXT
from tests.toys.stall import Book, Edits, Imported, edited, exported, saved, typed

MAP = 'map    = {{ north = "{}", south = "{}", east = "{}" }} # by law'
INLINE = MAP.format("Europe", "Americas", "Europe")
DOTTED = 'map.north = "Europe"\nmap.south = \'Americas\' # far\nmap.east = "Europe"'
TABLE = 'source = "list"\n\n[dimensions.region.map]\nnorth = "Europe"\nsouth = "Americas"\neast = "Europe"'
DAY = datetime(2026, 8, 15, tzinfo=UTC).replace(tzinfo=None)
# What is chosen, and the lines of the text that differ.
TYPED: dict[str, tuple[Edits, list[str]]] = {
    "nothing": ({}, []),
    "a member, in the quotes of its author": ({("gpu", "base"): "B200"}, ["- value  = 'H100' # for now", "+ value  = 'B200' # for now"]),
    "whatever its capitals": ({("gpu", "base"): " mi300 "}, ["- value  = 'H100' # for now", "+ value  = 'MI300' # for now"]),
    "in a scenario": ({("gpu", "big"): "MI300"}, ['- set.gpu            = "B200"       # the new one', '+ set.gpu            = "MI300"       # the new one']),
    "over what is inherited": ({("gpu", "late"): "H100"}, ['+ set.gpu = "H100"']),
    "what was inherited all the same": ({("gpu", "late"): "B200"}, ['+ set.gpu = "B200"']),
    "a cell cleared": ({("gpu", "big"): None}, ['- set.gpu            = "B200"       # the new one']),
    "by member": ({("supplier[south]", "base"): "ACME"}, ['- value  = ["Globex", "Globex", "ACME"]', '+ value  = ["Globex", "ACME", "ACME"]']),
    "by member in a scenario": ({("supplier[north]", "big"): "Globex"}, ['- set.supplier.north = "ACME"', '+ set.supplier.north = "Globex"']),
    "by member, inherited": ({("supplier[east]", "big"): "Globex"}, ['+ set.supplier.east  = "Globex"']),
    "a month": ({("start", "base"): "2027-01"}, ['- value  = "2026-04"', '+ value  = "2027-01"']),
    "a date": ({("start", "base"): DAY}, ['- value  = "2026-04"', '+ value  = "2026-08"']),
    "a date of the same month": ({("start", "base"): datetime(2026, 4, 30, tzinfo=UTC).replace(tzinfo=None)}, []),
    "a number": ({("rack", "base"): 3}, ["- value  = 2", "+ value  = 3"]),
    "a map": ({("region.map[south]", ""): "Europe"}, [f"- {INLINE}", f"+ {MAP.format('Europe', 'Europe', 'Europe')}", '+ members = ["Europe", "Americas"]']),
    "a map in another order": ({("region.map[north]", ""): "Americas"}, [f"- {INLINE}", f"+ {MAP.format('Americas', 'Americas', 'Europe')}", '+ members = ["Europe", "Americas"]']),
    "a map in the same order": ({("region.map[east]", ""): "Americas"}, [f"- {INLINE}", f"+ {MAP.format('Europe', 'Americas', 'Americas')}"]),
    "a map and a choice": ({("region.map[east]", ""): "Americas", ("rack", "base"): 4}, [f"- {INLINE}", f"+ {MAP.format('Europe', 'Americas', 'Americas')}", "- value  = 2", "+ value  = 4"]),
}  # fmt: skip


@pytest.mark.parametrize("name", TYPED)
def test_what_was_chosen_comes_back_and_nothing_else(name: str) -> None:
    edits, expected = TYPED[name]
    done = typed(edits, text=TEXT)
    assert (done.status, sorted(done.changed)) == (0, sorted(expected)), done.told


REFUSED: dict[str, tuple[Edits, tuple[str, ...]]] = {
    "no member": ({("gpu", "base"): "A100"}, ("'A100' is no member of 'kind'", "choose one of 'H100', 'B200' and 'MI300'")),
    "a number for a member": ({("supplier[south]", "base"): 1}, ("'1' is no member of 'vendor'", "choose one of 'Globex' and 'ACME'")),
    "a number that is none of the members": ({("rack", "base"): 9}, ("'9' is no member of 'size'",)),
    "a day that the calendar has not": ({("start", "base"): datetime(2025, 1, 1, tzinfo=UTC).replace(tzinfo=None)}, ("'2025-01-01' is no member of 'month'",)),
    "a formula": ({("gpu", "base"): '="B2"&"00"'}, ("a formula stands where a member is expected",)),
    "an empty cell": ({("gpu", "base"): None}, ("the cell is empty", "choose one of")),
    "a group that there is not": ({("region.map[north]", ""): "Asia"}, ("'Asia' is no member of 'region'", "choose one of 'Europe' and 'Americas'")),
    "one of several": ({("gpu", "base"): "A100", ("rack", "base"): 3}, ("1 cell is refused, and nothing is taken",)),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_member_is_refused_with_the_list(name: str) -> None:
    edits, words = REFUSED[name]
    done = typed(edits, text=TEXT)
    assert (done.status, done.changed) == (1, [])
    assert all(word in done.told for word in words), done.told


@pytest.mark.parametrize("spelled", [DOTTED, TABLE])
def test_a_map_is_written_where_it_stands(spelled: str) -> None:
    text = TEXT.replace(INLINE + '\nsource = "list"', spelled if "source" in spelled else f'{spelled}\nsource = "list"')
    assert text != TEXT
    done = typed({("region.map[south]", ""): "Europe"}, text=text)
    assert done.status == 0, done.told
    assert {one[2:].split(" ")[0] for one in done.changed} == {"members", "map.south" if spelled is DOTTED else "south"}


def test_values_stay_those_of_their_members_where_a_map_changes_the_order_of_appearance() -> None:
    # The list of tax rates is by the order of the members, which was Europe first.
    done = typed({("region.map[north]", ""): "Americas"}, text=TEXT)
    assert b'members = ["Europe", "Americas"]' in done.after
    again = Imported(exported(done.after.decode()), done.after)
    assert (again.status, again.changed) == (0, [])


def test_a_member_changed_on_both_sides_is_a_conflict() -> None:
    content = edited(exported(TEXT), {("gpu", "base"): "B200", ("region.map[south]", ""): "Europe"})
    other = TEXT.replace("'H100'", "'MI300'").replace('east = "Europe"', 'east = "Americas"')
    done = Imported(content, other)
    assert (done.status, done.changed) == (1, [])
    assert "when exported H100, in the workbook B200, in the text MI300" in done.told
    assert Imported(content, other, "--theirs").changed[:1] != []
    kept = Imported(content, other, "--ours")
    assert b"'MI300'" in kept.after
    # What only the workbook changed of the map is taken beside what only the text did.
    assert b'south = "Europe", east = "Americas"' in kept.after


def test_members_that_the_text_has_no_more_are_left_where_nobody_touched_them() -> None:
    other = TEXT.replace('"MI300"]', '"GB200"]').replace("'H100'", "'GB200'").replace('["H100"', '["A100"')
    done = Imported(edited(exported(TEXT), {("rack", "base"): 3}), other)
    assert (done.status, done.changed) == (0, ["- value  = 2", "+ value  = 3"]), done.told
    changed = Imported(edited(exported(TEXT), {("gpu", "base"): "B200"}), other)
    assert "when exported (a member that the text has no more), in the workbook B200, in the text GB200" in changed.told


@pytest.mark.parametrize(
    ("name", "column", "value", "told"),
    [
        ("gpu", 5, "B200", "B200 was typed over the live value, which is chosen from the scenarios"),
        ("gpu_code_", 7, 1, "1 was typed over the number of a member, which follows from the line above"),
        ("region_of_site_", 8, 0, "0 was typed over the number of a member, which follows from the line above"),
    ],
)
def test_what_was_typed_over_a_formula_is_told(name: str, column: int, value: object, told: str) -> None:
    def over(book: Book) -> None:
        sheet = book["Inputs"]
        row = next(row for row in range(1, 200) if sheet.cell(row, 3).value == name)
        sheet.cell(row, column).value = value

    done = typed({}, over, TEXT)
    assert (done.status, done.changed) == (1, [])
    assert told in done.told


def test_a_changed_formula_is_told_with_the_choices_that_it_reads() -> None:
    def twice(book: Book) -> None:
        sheet = book["Model"]
        row = next(row for row in range(1, 60) if sheet.cell(row, 3).value == "run")
        for column in range(7, 25):
            sheet.cell(row, column).value += "*2"

    done = Imported(saved(exported(TEXT, is_whole=True), twice), TEXT, "--formulas")
    assert done.status == 0, done.told
    assert done.changed[1].endswith('(1 if month >= start else 0) + (hours if gpu == "B200" else 0) * 2\'')


def test_what_an_import_does_to_a_choice_among_the_outputs_is_told_by_members() -> None:
    done = typed({("gpu", "base"): "B200", ("rack", "base"): 3}, text=TEXT.replace('["cost", ', '["rack", "cost", '))
    assert done.status == 0, done.told
    assert re.search(r"H100 -> B200$", done.told.partition("outputs change")[2], re.MULTILINE), done.told
    assert re.search(r"2 -> 3$", done.told.partition("outputs change")[2], re.MULTILINE), done.told


NORTH = ("region.map[north]", "")
RENAMED_GROUP = TEXT.replace('"Europe"', '"EMEA"').replace("Europe =", "EMEA =").replace(".Europe", ".EMEA")
RENAMED_SITE = TEXT.replace('"north"', '"nord"').replace("north =", "nord =").replace(".north", ".nord")


def test_a_map_chosen_in_a_workbook_of_other_names_is_a_conflict_or_refused() -> None:
    book = edited(exported(TEXT), {NORTH: "Americas"})
    stuck = Imported(book, RENAMED_GROUP)
    assert (stuck.status, stuck.changed) == (1, [])
    assert "(a member that the text has no more), in the workbook Americas, in the text EMEA" in stuck.told
    taken = Imported(book, RENAMED_GROUP, "--theirs")
    assert (taken.status, sorted([line[2:5] for line in taken.changed])) == (0, ["map", "map", "mem"]), taken.told
    gone = Imported(book, RENAMED_SITE)
    assert (gone.status, gone.changed) == (1, [])
    assert "Americas was typed for an input that the text has no more" in gone.told
    # What nobody touched, and the members beside those, are as ever.
    for text in (RENAMED_GROUP, RENAMED_SITE):
        assert (Imported(exported(TEXT), text).status, Imported(exported(TEXT), text).changed) == (0, [])
    beside = Imported(edited(exported(TEXT), {("region.map[east]", ""): "Americas"}), RENAMED_SITE)
    assert (beside.status, len(beside.changed)) == (0, 2), beside.told
    old = Imported(edited(exported(TEXT), {("region.map[south]", ""): "Europe"}), RENAMED_GROUP)
    assert (old.status, "choose one of 'EMEA' and 'Americas'" in old.told) == (1, True)
