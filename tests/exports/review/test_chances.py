"""What a review and a merge make of weights, correlations and decisions."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.model.load import loads
from engine.text.canonical import canonical
from exports.review.merge_driver import three_way
from tests.command_line import run
from tests.toys.lottery import TEXT
from tests.toys.shop import edited

RANK = ("rank    = -0.6", "rank    = -0.4")
ALL = ('options = ["wait", "build", "buy"]\n', "")
ANOTHER = TEXT + '\n[[correlations]]\nbetween = ["rent", "price"]\nrank    = -0.1\nsource  = "study"\n'


def _told(folder: Path, new: str, old: str = TEXT) -> list[str]:
    for name, text in (("old", old), ("new", new)):
        (folder / f"{name}.toml").write_text(text)
    shown = run("diff", folder / "old.toml", folder / "new.toml")
    assert shown.exit_code == 0, shown.output
    return [line.strip() for line in shown.stdout.splitlines()]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (("values       = [3, 4, 6]\nweights      = [0.2, 0.5, 0.3]", "values       = [3, 4]\nweights      = [0.2, 0.8]"),
         "Price of a loaf (price): values 3 EUR/loaf (0.2), 4 EUR/loaf (0.5), 6 EUR/loaf (0.3) -> 3 EUR/loaf (0.2), 4 EUR/loaf (0.8)"),
        (("[0, 10]", "[5, 10]"),
         "Discount · Hill (discount[Hill]): values 0 percent (0.5), 10 percent (0.5) -> 5 percent (0.5), 10 percent (0.5)"),
        (("wait = 0.25, buy = 0.75", "wait = 0.25, build = 0.75"),
         "What to do about the oven (oven): weights wait (0.25), buy (0.75) -> wait (0.25), build (0.75)"),
        (("[800, 900, 1200]", "[800, 900, 1300]"),
         "Rent (rent): range 800 to 1,200 EUR, middle 900 EUR -> 800 to 1,300 EUR, middle 900 EUR"),
        (RANK, "correlation Loaves sold with Price of a loaf (loaves, price): rank -0.6 -> -0.4"),
        (('rank    = 0.4\nsource  = "study"', 'rank    = 0.4\nnote    = "A guess."'),
         "correlation Loaves sold[Lake] with Rent (loaves[Lake], rent): source removed: study"),
        (ALL, "Build, buy or wait (oven): options removed: wait, build, buy"),
        (('goal    = "max"', 'goal    = "min"'), "Build, buy or wait (oven): goal max -> min"),
    ],
)  # fmt: skip
def test_a_change_of_chances_is_told(change: tuple[str, str], line: str, tmp_path: Path) -> None:
    assert line in _told(tmp_path, edited(change, text=TEXT))


def test_what_comes_and_goes_is_told(tmp_path: Path) -> None:
    assert "correlation Price of a loaf with Rent (price, rent): added: rank -0.1" in _told(tmp_path, ANOTHER)
    gone = TEXT[: TEXT.index("\n[decisions.oven]")]
    assert "Build, buy or wait (oven): removed: max profit by wait, build, buy" in _told(tmp_path, gone)


@pytest.mark.parametrize(
    "changes",
    [
        [("[3, 4, 6]", "[6, 3.0, 4]"), ("[0.2, 0.5, 0.3]", "[0.3, 0.20, 0.5]")],
        [('["price", "loaves"]', '["loaves", "price"]')],
        [("weights = { wait = 0.25, buy = 0.75 }", "weights = [0.25, 0, 0.75]")],
        [('["small", "large"]', '["tiny", "large"]'), ("small = 1", "tiny = 1"), ('"small"', '"tiny"')],
        [("stall.loaves", "stall.bread"), ("sum(loaves", "sum(bread"), ('"loaves[Lake]"', '"bread[Lake]"'), ('"loaves"]', '"bread"]')],
        [('["wait", "build", "buy"]\n\n', '["wait", "build", "rent"]\n\n'), ("buy = 0.75", "rent = 0.75"), ('"buy"]\nvalue', '"rent"]\nvalue')],
        [('["Hill", "Lake"]', '["Hill", "Pond"]'), ("range.Lake", "range.Pond"), ("values.Lake", "values.Pond"), ("weights.Lake", "weights.Pond"), ("[Lake]", "[Pond]")],
    ],
)  # fmt: skip
def test_other_words_for_the_same_chances_are_no_change(changes: list[tuple[str, str]], tmp_path: Path) -> None:
    told = " ".join(_told(tmp_path, edited(*changes, text=TEXT)))
    assert not [word for word in ("values", "weights", "correlation", "options", "rank") if word in told], told


def test_both_sides_add_a_correlation() -> None:
    other = TEXT + '\n[[correlations]]\nbetween = ["rent", "loaves[Hill]"]\nrank    = 0.05\nsource  = "study"\n'
    start = TEXT.index("\n[decisions.oven]")
    base, here, there = (text[:start] + text[len(TEXT) :] for text in (TEXT, ANOTHER, other))
    merge = three_way(base, here, there)
    assert not merge.conflicts
    assert sorted([one.between for one in loads(merge.text).correlations]) == [
        ("price", "loaves"), ("rent", "loaves[Hill]"), ("rent", "loaves[Lake]"), ("rent", "price"),
    ]  # fmt: skip


def test_two_ranks_of_one_pair_are_a_conflict_and_a_rank_and_a_weight_are_none() -> None:
    here, there = edited(RANK, text=TEXT), edited(("rank    = -0.6", "rank    = -0.5"), text=TEXT)
    assert "correlations" in " ".join(three_way(TEXT, here, there).conflicts)
    there = edited(("wait = 0.25, buy = 0.75", "wait = 0.5, buy = 0.5"), text=TEXT)
    merge = three_way(TEXT, here, there)
    assert not merge.conflicts
    assert merge.text == edited(("wait = 0.25, buy = 0.75", "wait = 0.5, buy = 0.5"), text=here)


def test_weights_that_do_not_sum_to_1_are_no_merge() -> None:
    here = edited(("wait = 0.25, buy = 0.75", "wait = 0.1, buy = 0.9"), text=TEXT)
    there = edited(("wait = 0.25, buy = 0.75", "wait = 0.25, buy = 0.7, build = 0.05"), text=TEXT)
    assert three_way(TEXT, here, there).conflicts


def test_a_unit_and_a_value_that_is_in_it_clash() -> None:
    here = edited(('value        = 4\nunit         = "EUR/loaf"', 'value        = 400\nunit         = "EUR/loaf/100"'), ("[3, 4, 6]", "[300, 400, 600]"), ("set.price = 6", "set.price = 600"), text=TEXT)  # fmt: skip
    there = edited(("[3, 4, 6]", "[3, 4, 7]"), ("set.price = 6", "set.price = 7"), text=TEXT)
    assert three_way(TEXT, here, there).conflicts


def test_the_canonical_form_keeps_all(tmp_path: Path) -> None:
    text = canonical(TEXT)
    assert _told(tmp_path, text) == _told(tmp_path, TEXT)
    assert canonical(text) == text
    assert loads(text).correlations[1].note == "Who pays more buys less."
