"""`plainsheet import`: what was typed into a workbook comes back into the text, and nothing else does."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from io import BytesIO

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from tests.places import ROOT
from tests.toys.stall import (
    FLAT,
    PRICE,
    TEXT,
    Book,
    Change,
    Edits,
    Imported,
    Key,
    edited,
    exported,
    place,
    places,
    row,
    typed,
)

# The clock is a guard against a hang, and no measurement: a refusal takes a second.
HANGS_AFTER = 60
MOST_MEMORY = 1_000_000_000
NORTH = "value.north = {{ from = 2026, list = [1_000, {}, # so far"
MASS = 'mass   = {{ label = "Mass", unit = "1", value = {} }} # heavy'
RENT = 'rent   = {{ label = "Rent", unit = "EUR", value = {} }}   # a month'
# What is typed, and the lines of the text that differ.
TYPED: dict[str, tuple[Edits, list[str]]] = {
    "nothing": ({}, []),
    "a number": ({("price", "plan"): 7}, ["- value = 5.00   # five", "+ value = 7.00   # five"]),
    "a percent": ({("share", "plan"): 0.455}, ["- value = 30.0", "+ value = 45.5"]),
    "an exponent": ({("mass", "plan"): 3e21}, [f"{sign} {MASS.format(text)}" for sign, text in (("-", "1e21"), ("+", "3e21"))]),
    "underscores": ({("rent", "plan"): 12500}, [f"{sign} {RENT.format(text)}" for sign, text in (("-", "1_000"), ("+", "12_500"))]),
    "within the last digit": ({("price", "plan"): 5.00000000000001}, []),
    "a member of a list": ({("sold[north, 2027]", "plan"): 1150}, [f"- {NORTH.format('1_100')}", f"+ {NORTH.format('1_150')}"]),
    "a member of several that share a value": ({("sold[South Side, 2028]", "plan"): 600}, ['- value."South Side" = 500  # each year', '+ value."South Side" = { from = 2026, list = [500, 500, 600] }  # each year']),
    "a scenario's own": ({("price", "boom"): 6.75}, [f"- {PRICE.format('6.50')}", f"+ {PRICE.format('6.75')}"]),
    "over what is inherited": ({("rent", "boom"): 900}, ["+ set.rent            = 900"]),
    "over what a grandparent has": ({("growth", "late_boom"): 0.01}, ["+ set.growth = 1"]),
    "over a member that is inherited": ({("sold[South Side, 2026]", "boom"): 70}, ['+ set.sold."South Side".2026 = 70']),
    "what was inherited all the same": ({("rent", "boom"): 1000}, ["+ set.rent            = 1000"]),
    "a cell cleared": ({("price", "boom"): None}, [f"- {PRICE.format('6.50')}"]),
    "back to what is inherited": ({("rent", "late_boom"): "=${rent boom}"}, ["- set.rent = 1_100"]),
}  # fmt: skip


@pytest.mark.parametrize("name", TYPED)
def test_what_was_typed_comes_back_and_nothing_else(name: str) -> None:
    edits, expected = TYPED[name]
    done = typed(edits)
    assert (done.status, done.changed) == (0, expected), done.told


def copied(book: Book) -> None:
    book.copy_worksheet(book["Inputs"])[row("price")] = 9


def unregistered(book: Book) -> None:
    book.remove(book["Registry"])


# What nobody may take, where, and a word of the reason.
REFUSED: dict[str, tuple[Key, object, Change, str]] = {
    "a thousand with a comma": (("price", "plan"), "4,250", bool, "4,250"),
    "a decimal comma": (("price", "boom"), "989,4", bool, "989,4"),
    "a formula": (("price", "plan"), "=2*3", bool, "formula"),
    "an array formula": (("price", "plan"), ArrayFormula("G15", "=2*3"), bool, "formula"),
    "a scenario that is not the parent": (("price", "late_boom"), "=${price plan}", bool, "formula"),
    "itself": (("price", "boom"), "=${price boom}", bool, "formula"),
    "an error": (("price", "plan"), "#N/A", bool, "#N/A"),
    "a blank": (("price", "plan"), None, bool, "empty"),
    "a date": (("price", "plan"), datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None), bool, "date"),
    "TRUE": (("staff", "plan"), True, bool, "TRUE"),
    "45 in percent": (("growth", "plan"), 45, bool, "percent"),
    "45 in percent without Registry": (("growth", "plan"), 45, unregistered, "percent"),
    "too little": (("price", "plan"), -1, bool, "min"),
    "too much": (("price", "late_boom"), 51, bool, "max"),
    "no whole number": (("staff", "boom"), 2.5, bool, "whole"),
    "another unit": (("rent", "plan"), 1000, lambda book: setattr(book["Inputs"][row("rent", "D")], "value", "kEUR"), "unit"),
    "a row deleted": (("rent", "plan"), 1000, lambda book: book["Inputs"].delete_rows(int(row("rent", ""))), "row"),
    "a row cleared": (("rent", "plan"), 1000, lambda book: (book["Inputs"].delete_rows(int(row("rent", ""))), book["Inputs"].insert_rows(int(row("rent", "")))), "row"),
    "an edited copy": (("price", "plan"), 5, copied, "twice"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_nobody_may_take_is_refused_with_its_cell_and_its_reason(name: str) -> None:
    key, value, change, word = REFUSED[name]
    done = typed({("share", "boom"): 0.2, key: value}, change)
    assert done.status == 1, done.changed
    where = {"unit": f"!{row('rent', 'D')}", "row": ""}.get(word, f"!{place(*key)}")
    assert re.search(rf"Inputs( Copy)?{where}[: ].*{re.escape(word)}", done.told), done.told


NEWER = TEXT.replace("5.00", "5.25").replace("set.share           = 12\n", "")


def test_what_both_changed_is_a_conflict_that_shows_all_three() -> None:
    book = edited(
        exported(TEXT), {("price", "plan"): 7, ("share", "boom"): 0.1, ("sold[South Side, 2026]", "boom"): 99}
    )
    told = Imported(book, NEWER).told
    assert re.search(rf"!{place('price', 'plan')} .*\n.*exported 5 .*workbook 7 .*text 5\.25", told)
    assert re.search(rf"!{place('share', 'boom')} .*\n.*exported 12 .*workbook 10 .*text inherited", told)
    record = json.loads(Imported(book, NEWER, "--json").told)
    assert [(one["exported"], one["workbook"], one["text"]) for one in record["conflicts"]] == [(5, 7, 5.25), (12, 10, None)]  # fmt: skip
    assert (record["written"], len(record["changes"])) == (False, 1)
    ours, theirs = [Imported(book, NEWER, side).changed for side in ("--ours", "--theirs")]
    assert ours == ['+ set.sold."South Side".2026 = 99']
    assert [line for line in theirs if line not in ours] == ["+ set.share           = 10", "- value = 5.25   # five", "+ value = 7.00   # five"]  # fmt: skip
    assert Imported(edited(exported(TEXT), {("price", "plan"): 5.25}), NEWER).status == 0
    assert Imported(book, NEWER, "--ours", "--theirs").status == 2


def test_what_only_the_text_changed_stays_and_is_not_said_to_be_alike() -> None:
    done = Imported(exported(TEXT), NEWER)
    assert (done.status, done.changed, "say what the text says" in done.told) == (0, [], False)


def test_check_writes_nothing_and_json_says_all() -> None:
    book = edited(exported(TEXT), {("price", "boom"): 7})
    checked, written = [Imported(book, TEXT, *more, "--json") for more in (["--check"], [])]
    (one,) = json.loads(checked.told)["changes"]
    assert [one[key] for key in ("input", "scenario", "exported", "workbook", "text")] == ["price", "boom", 6.5, 7, 6.5]
    assert [(len(done.changed), json.loads(done.told)["written"]) for done in (checked, written)] == [(0, False), (2, True)]  # fmt: skip


def test_an_older_export_still_counts_and_one_of_another_model_does_not() -> None:
    more = TEXT.replace("[stall]\n", "[scenarios.slump]\nlabel = 'Slump'\nset.price = 4\n\n[stall]\nrain = { label = 'Rain', value = 1, unit = '1' }\n")  # fmt: skip
    edits = {("price", "plan"): 7, ("sold[north, 2028]", "late_boom"): 1}
    expected = ["+ set.sold.north.2028 = 1", "- value = 5.00   # five", "+ value = 7.00   # five"]
    for old, new in ((TEXT, more), (more, TEXT)):
        done = Imported(edited(exported(old), edits), new)
        assert (done.status, done.changed) == (0, expected), done.told
    gone = Imported(edited(exported(more), {("rain", "plan"): 2}), TEXT)
    assert (gone.status, "rain" in gone.told) == (1, True)
    other = re.sub(r"\b(price|share|growth|rent|staff|mass)\b(?= *=|\]| [-+*/)]|\))", r"\1_x", FLAT)
    assert Imported(exported(other), TEXT).status == 1


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["bare", "marked"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["Unix", "Windows"])
def test_marks_and_ends_of_lines_stay(mark: bytes, newline: str) -> None:
    text = TEXT.rstrip("\n").replace("\n", newline)
    done = Imported(edited(exported(TEXT), {("rent", "boom"): 900, ("price", "plan"): 7}), mark + text.encode())
    expected = text.replace("5.00", "7.00").replace("# more", f"# more{newline}set.rent            = 900")
    assert done.after == mark + expected.encode()


@pytest.mark.slow
def test_a_model_of_the_project_comes_back_with_one_line_changed() -> None:
    text = (ROOT / "models" / "loan.toml").read_text(encoding="utf-8")
    (key, place), *_ = places(exported(text)).items()
    value = openpyxl.load_workbook(BytesIO(exported(text)))["Inputs"][place].value
    done = typed({key: value * 1.01}, bool, text)
    assert (done.status, [line[0] for line in done.changed]) == (0, ["-", "+"]), done.told
