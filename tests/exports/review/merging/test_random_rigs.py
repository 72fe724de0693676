"""Diffs, merges, formats and imports of random models of choices, maps, defaults and composed scenarios.

That two sides which changed different values merge is left out where most members share a default: a value of its own that
two of them take is one change there. Whatever merges says the same whichever side is ours.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.load import loads
from engine.planning.planner import plan
from engine.text.canonical import canonical
from engine.versions.differences import differences
from engine.versions.pair import Pair
from exports.review.merge_driver import three_way
from tests.toys.random_rigs import Rig, edits, layouts, rigs
from tests.toys.stall import Imported, edited, exported


def apart(first: str, second: str) -> list[str]:
    return [str(one) for one in differences(Pair.of(plan(loads(first)), plan(loads(second))))]


@given(rigs(), layouts())
@settings(max_examples=6, deadline=None)
def test_another_layout_and_the_canonical_form_say_the_same(rig: Rig, other: dict[str, str]) -> None:
    text = rig.text()
    assert apart(text, text) == []
    assert apart(text, rig.laid_out(other).text()) == []
    form = canonical(text)
    assert canonical(form) == form
    assert apart(text, form) == []


@given(st.data())
@settings(max_examples=6, deadline=None)
def test_a_diff_tells_what_changed_and_nothing_else(data: st.DataObject) -> None:
    rig = data.draw(rigs())
    changed = {
        site: value for site, value in data.draw(edits(rig, 6)).items() if site[0] not in {"to", "starts", "rent"}
    }
    found = differences(Pair.of(plan(loads(rig.text())), plan(loads(rig.changed(changed).text()))))
    told = {
        (one.id.partition("[")[0] if one.id.startswith("rent") else one.id, one.scenario or one.what) for one in found
    }
    assert told == {_told(*site) for site in changed}


def _told(what: str, *rest: str) -> tuple[str, str]:
    """Return the id, and the scenario or the key, that a change of a site is told by."""
    if what == "map":
        return "region", f"map of {rest[0]}"
    name, scenario = _key(what, *rest)
    return name.removeprefix("factor of "), scenario if what in {"set", "scale"} else ""


@given(st.data())
@settings(max_examples=6, deadline=None)
def test_two_sides_merge_whichever_is_ours(data: st.DataObject) -> None:
    rig = data.draw(rigs())
    mine, theirs = data.draw(edits(rig)), data.draw(edits(rig))
    text, ours, other = (one.text() for one in (rig, rig.changed(mine), rig.changed(theirs)))
    merge, swapped = three_way(text, ours, other), three_way(text, other, ours)
    twice = [site for site in mine.keys() & theirs.keys() if mine[site] != theirs[site]]
    is_by_default = "default" in {rig.layouts["rig"], rig.layouts["units"], rig.layouts["price"]}
    assert bool(merge.conflicts) == bool(swapped.conflicts)
    if twice:
        assert merge.conflicts
    elif not is_by_default:
        # What most members have is a value of its own there, which an edit of one member may change.
        assert merge.conflicts == ()
    if not merge.conflicts:
        assert apart(merge.text, swapped.text) == []
        assert apart(merge.text, rig.changed({**theirs, **mine}).text()) == []


@given(st.data())
@settings(max_examples=6, deadline=None)
def test_a_side_that_only_laid_out_values_anew_leaves_the_change_to_the_other(data: st.DataObject) -> None:
    rig = data.draw(rigs())
    changed = rig.changed(data.draw(edits(rig)))
    text, ours, other = rig.text(), rig.laid_out(data.draw(layouts())).text(), changed.text()
    for first, second in ((ours, other), (other, ours)):
        merge = three_way(text, first, second)
        assert merge.conflicts == ()
        assert apart(merge.text, other) == []


@given(st.data())
@settings(max_examples=6, deadline=None)
@pytest.mark.slow
def test_a_workbook_brings_back_what_was_chosen_and_typed(data: st.DataObject) -> None:
    rig = data.draw(rigs())
    text = rig.text()
    book = exported(text)
    unchanged = Imported(book, text)
    assert (unchanged.status, unchanged.changed) == (0, []), unchanged.told
    changed = {site: value for site, value in data.draw(edits(rig, 6)).items() if site[0] not in {"to", "starts", "rent"} and site[-1] != "rent"}  # fmt: skip
    done = Imported(edited(book, {_key(*site): _typed(site, value) for site, value in changed.items()}), text)
    assert done.status == 0, done.told
    assert apart(done.after.decode(), rig.changed(changed).text()) == []


def _key(what: str, *rest: str) -> tuple[str, str]:
    """Return the name and the scenario of a cell of Inputs."""
    if what == "map":
        return f"region.map[{rest[0]}]", ""
    if what in {"set", "scale"}:
        case, name = rest
        id_, _, member = name.partition(".")
        name = f"{id_}[{member}]" if member else id_
        return (f"factor of {name}" if what == "scale" else name), case
    return (f"{what}[{rest[0]}]" if rest else what), "plan"


def _typed(site: tuple[str, ...], value: str) -> object:
    id_ = site[2].partition(".")[0] if site[0] in {"set", "scale"} else site[0]
    return value if id_ in {"gpu", "rig", "map", "start"} else float(value)
