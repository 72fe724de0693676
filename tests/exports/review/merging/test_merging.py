"""Merges of branches: what both sides did is there, and what they did to one thing stands between marks, by name."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.load import loads
from engine.planning.planner import plan
from engine.versions.differences import differences
from engine.versions.pair import Pair
from exports.review.merge_driver import three_way

TEXT = """\
[model]
title   = "Rent"
outputs = ["cost"]

[units]
EUR = "[money]"

[dimensions.town]
members = ["Ulm", "Bonn"]

[sources.lease]
title = "The lease"

[scenarios.plan]
label = "Plan"

[scenarios.high]
label     = "High"
set.price = 3

[rent]
price = { label = "Price", unit = "EUR/hour", value = 2 }
hours = { label = "Hours", unit = "hour", over = "town", value = [100, 80] }

[rent.staff]
label  = "Staff"
unit   = "EUR"
value  = 50
range  = [40, 90]
source = "lease"

# What is paid.
[rent.cost]
label   = "Cost"
unit    = "EUR"
formula = "price * sum(hours) + staff"

[[rent.cost.published]]
value  = 410
source = "lease"
"""
ADDED = '\n[rent.{0}]\nlabel = "{0}"\nunit  = "EUR"\nvalue = 1\n'
# Changes of which any two can be on two branches: what is replaced, by what; nothing is replaced at the end of the text.
EDITS: dict[str, tuple[str, str]] = {
    "a value in a table in one line": ("value = 2 }", "value = 2.5 }"),
    "the label in that line": ('label = "Price"', 'label = "Price of an hour"'),
    "one member": ("[100, 80]", "[120, 80]"),
    "a value": ("value  = 50", "value  = 60"),
    "the line below it": ("[40, 90]", "[40, 95]"),
    "the line above it": ('label  = "Staff"', 'label  = "Staff, a month"'),
    "a scenario's value": ("set.price = 3", "set.price = 4"),
    "another scenario": ("[rent]\n", '[scenarios.low]\nlabel = "Low"\nset.price = 1\n\n[rent]\n'),
    "a value more in a scenario": ('label     = "High"\n', 'label     = "High"\nset.staff = 70\n'),
    "a formula": ("+ staff", "+ 2 * staff"),
    "a comment": ("# What is paid.", "# What is to be paid, by month."),
    "a quantity": ("", ADDED.format("tax")),
    "another quantity in the same place": ("", ADDED.format("fees")),
    "another published figure": ("", '\n[[rent.cost.published]]\nvalue    = 411\nsource   = "lease"\ndisputed = "A slip."\n'),
}  # fmt: skip


def edited(text: str, *names: str) -> str:
    for name in names:
        old, new = EDITS[name]
        assert old in text, name
        text = text.replace(old, new, 1) if old else text + new
    return text


def apart(first: str, second: str) -> list[str]:
    """Return what differs in meaning between two texts."""
    return [str(one) for one in differences(Pair.of(plan(loads(first)), plan(loads(second))))]


@given(st.permutations(sorted(EDITS)), st.integers(0, len(EDITS)), st.integers(0, len(EDITS)))
@settings(max_examples=60, deadline=None)
def test_what_two_branches_did_to_different_things_is_all_there(order: list[str], mine: int, both: int) -> None:
    first, second = order[:mine], order[mine:]
    # What both did alike, a value as much as a new table, is there once.
    second += [name for name in first[:both] if name != "another published figure"]
    merge = three_way(TEXT, edited(TEXT, *first), edited(TEXT, *second))
    assert (merge.conflicts, "<<<<<<<" in merge.text) == ((), False)
    assert apart(edited(TEXT, *order), merge.text) == []
    assert merge.text.count("# What is") == 1


def test_every_conflict_is_told_by_name_and_stands_between_marks() -> None:
    ours = (
        TEXT.replace("value = 2 }", "value = 3 }")
        .replace("value  = 50", "value  = 55")
        .replace("[100, 80]", "[110, 85]")
    )
    theirs = (
        TEXT.replace("value = 2 }", "value = 4 }")
        .replace("value  = 50", "value  = 45")
        .replace("[100, 80]", "[100, 70]")
    )
    ours, theirs = ours.replace("set.price = 3", "set.price = 5"), theirs.replace("set.price = 3", "set.price = 6")
    ours, theirs = ours.replace("+ staff", "- staff"), theirs.replace("+ staff", "+ 2 * staff")
    merge = three_way(TEXT, ours, theirs.replace("[40, 90]", "[30, 90]"))
    sums = [f'"price * sum(hours) {end}"' for end in ("+ staff", "- staff", "+ 2 * staff")]
    assert merge.conflicts == (
        "'price' in the scenario 'high': before 3, here 5, there 6",
        "'price': before 2, here 3, there 4",
        "'hours[1]': before 80, here 85, there 70",
        "'staff': before 50, here 55, there 45",
        f"formula of 'cost': before {sums[0]}, here {sums[1]}, there {sums[2]}",
    )
    assert (
        merge.text.count("<<<<<<< here\n") == merge.text.count("=======\n") == merge.text.count(">>>>>>> there\n") == 5
    )
    here = re.sub(r"<<<<<<< here\n(.*?)=======\n.*?>>>>>>> there\n", r"\1", merge.text, flags=re.DOTALL)
    there = re.sub(r"<<<<<<< here\n.*?=======\n(.*?)>>>>>>> there\n", r"\1", merge.text, flags=re.DOTALL)
    # Either side is the side's own, with what only the other changed: a range, and a member.
    assert apart(here, ours.replace("[40, 90]", "[30, 90]")) == []
    assert apart(there, theirs.replace("[40, 90]", "[30, 90]").replace("[100, 70]", "[110, 70]")) == []


STAFF = TEXT[TEXT.index("[rent.staff]") : TEXT.index("# What")]
WITHOUT = TEXT.replace(STAFF, "").replace(" + staff", "")
SET = ("set.price = 3", "set.price = 3\nset.staff = {0}")
# What the two branches are, and what is told of them.
CONFLICTS: dict[str, tuple[str, str, str]] = {
    "taken away and changed": (WITHOUT, TEXT.replace("value  = 50", "value  = 60"), "[rent.staff] was taken away here, and changed on the other side"),
    "added with other values": (TEXT + ADDED.format("tax"), TEXT + ADDED.format("tax").replace("= 1", "= 2"), "'tax': before nothing, here 1, there 2"),
    "taken away and used": (WITHOUT, TEXT + ADDED.format("tax").replace("value = 1", 'formula = "staff"'), "both sides together are no model: 'tax' uses"),
    "set and set otherwise": (TEXT.replace(SET[0], SET[1].format(1)), TEXT.replace(SET[0], SET[1].format(2)), "'staff' in the scenario 'high': before nothing, here 1, there 2"),
}  # fmt: skip


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("other", [("value  = 50", "value  = 60"), ("[40, 90]", "[45, 90]"), ("set.price = 3", "set.price = 3\nset.staff = 60")])  # fmt: skip
def test_a_number_and_the_unit_that_it_is_in_do_not_merge(other: tuple[str, str], swapped: bool) -> None:
    sides = [TEXT.replace('unit   = "EUR"', 'unit   = "kEUR"'), TEXT.replace(*other)]
    merge = three_way(TEXT, *(reversed(sides) if swapped else sides))
    assert len(merge.conflicts) == 1
    assert re.match("'staff': the unit is k?EUR here and k?EUR there", merge.conflicts[0])
    assert ("<<<<<<< here" in merge.text) == ("set" not in other[0])


def test_lines_that_end_as_windows_ends_them_keep_their_ends() -> None:
    ours, theirs = TEXT.replace("value = 2 }", "value = 3 }"), TEXT.replace("value = 2 }", "value = 4 }")
    merge = three_way(*[text.replace("\n", "\r\n") for text in (TEXT, ours, theirs)])
    assert merge.text.count("\n") == merge.text.count("\r\n") == TEXT.count("\n") + 4
    # An editor that changed the ends of all lines changed nothing else.
    theirs = TEXT.replace("value  = 50", "value  = 60").replace("\n", "\r\n")
    assert three_way(TEXT, ours, theirs).text == ours.replace("value  = 50", "value  = 60")


TWINS = TEXT + ADDED.format("aa") + ADDED.format("bb")


def test_a_table_that_one_side_moved_keeps_what_the_other_changed_in_its_twin() -> None:
    moved = TEXT + ADDED.format("bb") + ADDED.format("aa")
    start = TWINS.index("[rent.aa]")
    ours = TWINS[:start] + TWINS[start:].replace("value = 1", "value = 5", 1)
    merge = three_way(TWINS, ours, moved)
    assert merge.conflicts == ()
    assert [loads(merge.text).by_id[id_].value for id_ in ("aa", "bb")] == [5, 1]


FIGURES = '\n[[rent.cost.published]]\nvalue    = {0}\nsource   = "lease"\ndisputed = "A slip."\n'


def test_two_comments_on_one_line_are_said_to_be_that() -> None:
    sides = [TEXT.replace("value  = 50", f"value  = 50  # {who}") for who in ("ours", "theirs")]
    merge = three_way(TEXT.replace("value  = 50", "value  = 50  # before"), *sides)
    assert merge.conflicts == ("'staff': both sides changed what is written beside it",)


def test_printed_figures_are_not_told_apart_by_their_places() -> None:
    first, second = FIGURES.format(8), FIGURES.format(9)
    merge = three_way(TEXT + first + second, TEXT + second, TEXT + first)
    assert merge.conflicts == ("[[rent.cost.published]] was changed on both sides",)
    merge = three_way(TEXT + first + second, TEXT + second, TEXT + first + 'note = "Of eight."\n' + second)
    assert merge.conflicts or 'value    = 9\nsource   = "lease"\ndisputed = "A slip."\nnote' not in merge.text


def test_members_in_another_order_do_not_merge_with_values_by_place() -> None:
    base = TEXT.replace("[100, 80]", "[100, 100]")
    merge = three_way(
        base, base.replace('["Ulm", "Bonn"]', '["Bonn", "Ulm"]'), base.replace("[100, 100]", "[120, 100]")
    )
    assert [conflict.partition(",")[0] for conflict in merge.conflicts] == ["the members of 'town' have other places"]


def test_what_is_no_model_on_one_side_already_merges_as_text_does() -> None:
    ours, theirs = TEXT.replace("value  = 50", "value  = 500"), TEXT.replace("# What is paid.", "# What is due.")
    merge = three_way(TEXT, ours, theirs)
    assert (merge.conflicts, merge.text) == ((), ours.replace("# What is paid.", "# What is due."))


@pytest.mark.parametrize("name", CONFLICTS)
def test_what_only_a_person_can_decide_is_said(name: str) -> None:
    ours, theirs, told = CONFLICTS[name]
    conflicts = three_way(TEXT, ours, theirs).conflicts
    assert [told in conflict for conflict in conflicts] == [True], conflicts


def test_texts_that_are_no_toml_and_lines_that_do_not_end() -> None:
    merge = three_way(TEXT, TEXT.replace("value  = 50", "value  = ["), TEXT.replace("value  = 50", "value  = 60"))
    assert merge.conflicts == ("one of the texts is no TOML, so that only lines were compared",)
    short = TEXT.removesuffix("\n")
    merge = three_way(short, short + "\n" + ADDED.format("tax").rstrip(), short + "\n" + ADDED.format("fees").rstrip())
    assert merge.conflicts == ()
    assert {"tax", "fees"} <= loads(merge.text).by_id.keys()
    assert (
        three_way("", TEXT, TEXT.replace("value  = 50", "value  = 60"))
        .conflicts[0]
        .startswith("'staff': before nothing")
    )


CAFE = ("Caf\u00e9", "Cafe\u0301")
SHARE = 'unit   = "{0}"\nvalue  = {1}\nrange  = [{2}, {3}]\n'
# What the two branches make of one thing, in two ways of writing it.
SPELLINGS: dict[str, tuple[tuple[str, str], str, str]] = {
    "zeros": (("value  = 50", "value  = {0}"), "60.50", "60.5"),
    "an exponent": (("value  = 50", "value  = {0}"), "6e1", "60"),
    "one of two": (("[40, 90]", "[{0}, 90]"), "45.0", "45"),
    "a member": (("[100, 80]", "[100, {0}]"), "1_000", "1e3"),
    "a scenario": (("set.price = 3", "set.price = {0}"), "4.0", "4"),
    "a new scenario": (("set.price = 3", "set.price = 3\nset.staff = {0}"), "4.0", "4"),
    "a unit": (('unit = "hour",', 'unit = "{0}",'), "min", "minute"),
    "a formula": (('"price * sum(hours) + staff"', "{0}"), '"price*sum(hours) - staff"', "'price * sum(hours) - staff'"),
    "a text": (('"Staff"', "{0}"), '"People"', "'People'"),
    "accents": (('"Staff"', "{0}"), f'"{CAFE[0]}"', f'"{CAFE[1]}"'),
    "sources": (('[40, 90]\nsource = "lease"', "[40, 90]\nsource = {0}"), '["lease", "other"]', '["other", "lease"]'),
    "a share": (('unit   = "EUR"\nvalue  = 50\nrange  = [40, 90]\n', "{0}"), SHARE.format("kEUR", 0.06, 0.04, 0.09), SHARE.format("EUR", 60.0, 40, 90)),
    "a layout": (("set.price = 3", "{0}"), "set.price = 4\nset.staff = 5", "set = {price = 4.0, staff = 5}"),
}  # fmt: skip
SPELLED = TEXT.replace("[scenarios.plan]", '[sources.other]\ntitle = "Another"\n\n[scenarios.plan]')


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("name", SPELLINGS)
def test_what_both_sides_say_in_other_words_is_no_conflict(name: str, swapped: bool) -> None:
    (old, new), *words = SPELLINGS[name]
    assert old in SPELLED
    ours, theirs = (SPELLED.replace(old, new.format(one)) for one in (reversed(words) if swapped else words))
    merge = three_way(SPELLED, ours, theirs)
    assert (merge.conflicts, "<<<<<<<" in merge.text) == ((), False)
    assert apart(ours, merge.text) == apart(theirs, merge.text) == []


# What stands before, what says the same, and another thing.
RESPELLED: dict[str, tuple[str, ...]] = {
    "a number": ("value  = {0}", "50", "50.0", "60"),
    "a unit alone": ('unit = "{0}",', "hour", "h", "minute"),
    "a formula": ('"price * sum(hours) {0}staff"', "+ ", "+", "- "),
    "a unit with its numbers": ("{0}", *(f'unit   = "{unit}"\nvalue  = {value}\nrange  = [{low}, {high}]' for unit, value, low, high in [("EUR", 50, 40, 90), ("kEUR", 0.05, 0.04, 0.09), ("EUR", 60, 30, 90)])),
    "a layout": ("{0}", "set.price = 3", "set = {price = 3}", "set.price = 4"),
}  # fmt: skip


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("name", RESPELLED)
def test_a_side_that_only_spells_otherwise_leaves_the_change_to_the_other(name: str, swapped: bool) -> None:
    frame, *words = RESPELLED[name]
    before, same, changed = (frame.replace("{0}", one) for one in words)
    base = re.sub(r"unit   = .EUR.\nvalue  = 50\nrange.*", lambda _: before, TEXT) if "with" in name else TEXT
    assert before in base
    sides = [base.replace(before, one) for one in (changed, same)]
    merge = three_way(base, *(reversed(sides) if swapped else sides))
    assert merge.conflicts == ()
    assert apart(sides[0], merge.text) == []


def test_a_unit_that_one_side_spells_otherwise_and_a_number_of_the_other_merge() -> None:
    ours, theirs = TEXT.replace('unit = "hour",', 'unit = "h",'), TEXT.replace("[100, 80]", "[110, 80]")
    for sides in ((ours, theirs), (theirs, ours)):
        merge = three_way(TEXT, *sides)
        assert (merge.conflicts, apart(theirs, merge.text), 'unit = "h",' in merge.text) == ((), [], True)


def test_a_printed_figure_is_another_with_another_digit() -> None:
    sides = [TEXT.replace("value  = 410", f"value  = {value}") for value in ("411.0", "411")]
    assert three_way(TEXT, *sides).conflicts == ("[[rent.cost.published]] was changed on both sides",)


def test_members_with_accents_composed_in_two_ways_are_one() -> None:
    base = TEXT.replace("Ulm", "K\u00f6ln")
    other = base.replace("K\u00f6ln", "Ko\u0308ln")
    assert apart(base, other) == []
    merge = three_way(base, other, base.replace("[100, 80]", "[120, 80]"))
    assert (merge.conflicts, apart(base.replace("[100, 80]", "[120, 80]"), merge.text)) == ((), [])
    added = '\n[rent.by]\nlabel = "By"\nunit = "EUR"\nover = "town"\nvalue.Bonn = 1\nvalue."{0}" = {1}\n'
    sides = [text + added.format(name, 2) for text, name in ((base, "K\u00f6ln"), (other, "Ko\u0308ln"))]
    assert three_way(base, *sides).conflicts == ()
