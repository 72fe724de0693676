"""A bakery of ovens, and what the command line says of its sensitivity."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import Result

from tests import command_line

OVENS = """
[model]
title   = "Bakery"
outputs = ["profit", "margin"]
[units]
EUR  = "[money]"
loaf = "[loaf]"
[dimensions.shop]
members = ["old", "new"]
[scenarios.usual]
label = "Usual"
[scenarios.dear]
label     = "Dear flour"
set.flour = 2.5
[bakery]
ovens  = { label = "Ovens", value = 3, unit = "1", min = 1, max = 4, whole = true, note = "x" }
flour  = { label = "Flour", value = 1.2, unit = "EUR/loaf", range = [1, 3], note = "x" }
price  = { label = "Price", value = 4, unit = "EUR/loaf", min = 3.8, note = "x" }
waste  = { label = "Waste", value = 10, unit = "percent", max = 10.5, note = "x" }
time   = { label = "Time", value = 90, unit = "minute", note = "x" }
rate   = { label = "Rate", over = "shop", value = [40, 60], unit = "loaf/hour", range = { old = [30, 50], new = [55, 60] }, note = "x" }
loaves = { label = "Loaves", over = "shop", formula = "rate * time * ovens * (1 - waste)", unit = "loaf" }
profit = { label = "Profit", formula = "sum(loaves) * (price - flour)", unit = "EUR" }
margin = { label = "Margin", formula = "(price - flour) / price", unit = "percent" }
spare  = { label = "Spare", formula = "max(0, price - 5 * flour)", unit = "EUR/loaf" }
"""


def run(tmp_path: Path, text: str, *arguments: str) -> Result:
    path = tmp_path / "bakery.toml"
    path.write_text(text)
    return command_line.run("sensitivity", *arguments, "-m", path)


def record(tmp_path: Path, text: str, *arguments: str) -> dict[str, Any]:
    result = run(tmp_path, text, *arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def by_id(found: dict[str, Any], output: str) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in found["outputs"][output]["inputs"]}
