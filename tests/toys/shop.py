"""A shop in two regions, and what a review tells of two versions of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests import command_line

TEXT = """\
[model]
title = "Shop"
outputs = ["out"]

[units]
EUR = "[money]"
USD = "[usd]"

[dimensions.region]
members = ["North", "South"]

[sources.book]
title = "The book"

[scenarios.plan]
label = "Plan"

[scenarios.other]
label = "Other"
set.x = 5

[a.x]
label = "Price"
unit = "EUR"
value = 3
range = [1, 9]

[a.limit]
label = "Limit"
unit = "EUR"
value = 40

[a.y]
label = "Pieces"
unit = "1"
over = "region"
value = [1, 2]

[a.z]
label = "Sales"
unit = "EUR"
over = "region"
formula = "x * y"

[a.out]
label = "Total"
unit = "EUR"
formula = "sum(z)"

[checks.low]
label = "Low enough"
test = "x <= limit"
tolerance = 0.5
"""
Found = dict[str, Any]


def run(*arguments: object) -> Result:
    return command_line.run("diff", *arguments)


def edited(*edits: tuple[str, str], text: str = TEXT) -> str:
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return text


def diff(folder: Path, new: str, *options: str, old: str = TEXT) -> Result:
    (folder / "old.toml").write_text(old)
    (folder / "new.toml").write_text(new)
    return run(str(folder / "old.toml"), str(folder / "new.toml"), *options)


def told(folder: Path, new: str, *options: str, old: str = TEXT) -> Found:
    result = diff(folder, new, "--json", *options, old=old)
    assert result.exit_code == 0, result.output
    found: Found = json.loads(result.stdout)
    return found


def shares(found: Found, output: str = "out") -> dict[str, float]:
    (why,) = [why for why in found["why"] if why["output"] == output]
    assert why["before"] + sum(part["share"] for part in why["parts"]) == pytest.approx(why["after"], rel=1e-11)
    return {", ".join(sorted(part["ids"])): part["share"] for part in why["parts"]}
