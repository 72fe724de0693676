"""Random edits of workbooks of random models: what comes back is what was typed, and no other line differs."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.toys.stall import Imported, Key, edited, exported

NUMBERS = st.from_regex(r"(0|[1-9][0-9]{0,4}|[1-9]_[0-9]{3})(\.[0-9]{1,3})?(e[1-3])?", fullmatch=True)
TAILS = st.sampled_from(["", "  # = 5.0, [x]", " #", "\t"])
PARENTS = {"base": "base", "one": "base", "two": "one", "three": "two"}


@pytest.mark.slow
@settings(max_examples=8)
@given(st.data())
def test_random_models_keep_all_but_the_lines_of_what_was_typed(data: st.DataObject) -> None:
    def line(key: str) -> str:
        return f"{key}{data.draw(st.sampled_from(['=', ' = ', '   =']))}{data.draw(NUMBERS)}{data.draw(TAILS)}"

    ids = [f"in{number}" for number in range(data.draw(st.integers(1, 4)))]
    lines = ["[model]", 'title = "T"', 'outputs = ["out"]']
    for case, parent in PARENTS.items():
        lines += [f"[scenarios.{case}]", f'label = "{case}"', *([f'extends = "{parent}"'] if parent != "base" else [])]
        own = data.draw(st.lists(st.sampled_from(ids), unique=True)) if case != "base" else []
        lines += [line(f"set.{id_}") for id_ in own]
    for id_ in ids:
        lines += [f"[a.{id_}]", f'label = "{id_}"', 'unit = "1"', line("value")]
    lines += ["[a.out]", 'label = "Out"', 'unit = "1"', f'formula = "{" + ".join(ids)}"']
    text = data.draw(st.sampled_from(["\n", "\r\n"])).join(lines)

    def values(said: str) -> dict[Key, float]:
        tables = tomllib.loads(said)
        own = {(id_, "base"): float(tables["a"][id_]["value"]) for id_ in ids}
        return own | {(id_, case): float(value) for case in PARENTS for id_, value in tables["scenarios"][case].get("set", {}).items()}  # fmt: skip

    before = values(text)
    shown: dict[Key, float] = {}
    for case, parent in PARENTS.items():
        shown |= {(id_, case): before.get((id_, case), shown.get((id_, parent), 0)) for id_ in ids}
    number = st.decimals(-999, 9999, places=2).map(float)
    keys = [(key, st.none() | number if key[1] != "base" else number) for key in shown]
    edits = {key: data.draw(kind) for key, kind in data.draw(st.lists(st.sampled_from(keys), max_size=5, unique_by=lambda one: one[0]))}  # fmt: skip
    done = Imported(edited(exported(text), edits), text)
    after = values(done.after.decode())
    assert after == {key: value for key, value in {**before, **edits}.items() if value is not None}, done.told
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    old, new = [[one[2:] for one in done.changed if one[0] == sign] for sign in "-+"]
    assert (len(old), len(new)) == (len(changed & before.keys()), len(changed & after.keys()))
    frames = [re.sub(r"(= *)[-\d._e]+", r"\1", one, count=1) for one in old]
    # Nothing but the digits differs, unless the line is new.
    for one in new:
        assert re.sub(r"(= *)[-\d._e]+", r"\1", one, count=1) in frames or re.fullmatch(r"set\.in\d *= *[-\d.]+", one)
