"""What counts as a change between two versions, and what is noise."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import run
from tests.toys.shop import TEXT, edited, told

# ---------------------------------------------------------------- what changed

FIGURES = edited(('"sum(z)"', '"sum(z)"\npublished = [{ value = 9, source = "book", note = "Page 1." }, { value = 0.009, source = "book", disputed = "A slip." }]'))  # fmt: skip
NOISE: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "a number in a formula": (edited(("x * y", "x * y * 30")), [("* 30", "* 30.0")]),
    "an input with a zero behind": (edited(("value = 40", "value = 7.5")), [("7.5", "7.50")]),
    "a figure's spelling": (FIGURES, [("0.009", "9e-3")]),
    "a range's spelling": (TEXT, [("[1, 9]", "[1.0, 9e0]")]),
    "a range in another unit": (TEXT, [('"EUR"\nvalue = 3\nrange = [1, 9]', '"kEUR"\nvalue = 0.003\nrange = [0.001, 0.009]'), ("set.x = 5", "set.x = 0.005")]),
    "spaces in a unit": (edited(('USD = "[usd]"', 'USD = "[usd]"\ncent = "EUR / 100"')), [('"EUR / 100"', '"EUR/100"')]),
    "sources in another order": (edited(('title = "The book"', 'title = "The book"\n\n[sources.web]\ntitle = "The web"'), ("value = 40", 'value = 40\nsource = ["book", "web"]')), [('["book", "web"]', '["web", "book"]')]),
    "a unit in another order": (edited(('"Total"\nunit = "EUR"', '"Total"\nunit = "EUR * hour / hour"')), [("EUR * hour / hour", "hour * EUR / hour")]),
    "accents composed otherwise": (edited(('"The book"', '"Caf\u00e9"'), ('["North", "South"]', '["North", "S\u00fcd"]')), [("Caf\u00e9", "Cafe\u0301"), ("S\u00fcd", "Su\u0308d")]),
    "a value for all, by member": (edited(("[1, 2]", "2")), [("value = 2", "value = { North = 2, South = 2.0 }")]),
}  # fmt: skip


@pytest.mark.parametrize("name", NOISE)
def test_noise_is_no_change(name: str, tmp_path: Path) -> None:
    old, edits = NOISE[name]
    found = told(tmp_path, edited(*edits, text=old), old=old)
    assert (found["differences"], found["effects"], found["direct"], found["indirect"]) == ([], [], [], [])


def test_a_figure_in_another_unit_is_the_same_figure(tmp_path: Path) -> None:
    edits = ('"Total"\nunit = "EUR"', '"Total"\nunit = "kEUR"'), ("value = 9,", "value = 0.009,"), ('value = 0.009, source = "book", disputed', 'value = 0.000009, source = "book", disputed')  # fmt: skip
    found = told(tmp_path, edited(*reversed(edits), text=FIGURES), old=FIGURES)
    assert [one["kind"] for one in found["differences"]] == ["unit"]


# What is touched has to be listed, with words before and after that differ.
TOUCHED: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "the last digits of an input": (edited(("value = 40", "value = 12345678901234567")), [("901234567", "901234000")]),
    "digits that no float holds": (edited(("value = 40", "value = 0.12345678901234567111")), [("7111", "7112")]),
    "the last digits of what a scenario sets": (edited(("set.x = 5", "set.x = 5.000000000000001")), [("001", "002")]),
    "the last digits of a figure": (edited(("value = 9,", "value = 180.000000000054,"), text=FIGURES), [("054,", "055,")]),
    "a scenario's label": (TEXT, [('"Other"', '"Others"')]),
    "a scenario's note": (TEXT, [("set.x = 5", 'set.x = 5\nnote = "Dear."')]),
    "a check's label": (TEXT, [('"Low enough"', '"Low"')]),
    "a check's tolerance": (TEXT, [("tolerance = 0.5", "tolerance = 50")]),
    "a section": (TEXT, [("[a.x]", '[a]\nlabel = "All"\nnote = "New."\n\n[a.x]')]),
    "a dimension's note": (TEXT, [('"South"]', '"South"]\nnote = "Of the country."')]),
    "a figure's note": (FIGURES, [("Page 1.", "Page 2.")]),
    "a source's address": (TEXT, [('"The book"', '"The book"\nurl = "https://example.org"')]),
    "a range and its unit": (TEXT, [('"EUR"\nvalue = 3\nrange = [1, 9]', '"kEUR"\nvalue = 0.003\nrange = [0.001, 0.5]'), ("set.x = 5", "set.x = 0.005")]),
    "a member's bound": (edited(("[1, 2]", "[1, 2]\nmax = [5, 6]")), [("[5, 6]", "[5, 7]")]),
    "a member's name": (TEXT, [('"South"]', '"Sud"]')]),
    "the order of members": (TEXT, [('["North", "South"]', '["South", "North"]')]),
    "two of six members": (edited(('["North", "South"]', '["a", "b", "c", "d", "e", "f"]'), ("[1, 2]", "[1, 2, 3, 4, 5, 6]")), [('"e", "f"', '"f", "e"')]),
    "a chart": (TEXT + '[charts.c]\ntitle = "C"\nkind = "bar"\nx = "scenario"\ny = "out"\n', [('"scenario"\ny', '"scenario"\nlog = "y"\ny')]),
}  # fmt: skip


@pytest.mark.parametrize("name", TOUCHED)
def test_what_is_touched_is_told_in_words_that_differ(name: str, tmp_path: Path) -> None:
    old, edits = TOUCHED[name]
    found = told(tmp_path, edited(*edits, text=old), old=old)
    assert any(one["before"] != one["after"] for one in found["differences"]), found["differences"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('"South"]', '"South", "Italy"]'), "members added: Italy"),
        (('"North", "South"]', '"North"]'), "members removed: South"),
        (("tolerance = 0.5\n", ""), "tolerance removed: 0.5"),
        (('"South"]', '"South"]\nnote = "Of the country."'), "note added: Of the country."),
    ],
)
def test_what_came_or_went_is_said_as_a_person_would(change: tuple[str, str], says: str, tmp_path: Path) -> None:
    old = edited(("[1, 2]", "1"))
    (tmp_path / "old.toml").write_text(old)
    (tmp_path / "new.toml").write_text(edited(change, text=old))
    assert says in run("diff", tmp_path / "old.toml", tmp_path / "new.toml").stdout
