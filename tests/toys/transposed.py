"""Kinds that run down where their years are, and across where the years are taken together."""

from __future__ import annotations

import json
from typing import Final

_TEXT: Final = """\
[model]
title = "Transposed"
outputs = ["most"]

[dimensions]
kind = { members = MEMBERS }
year = { from = 2026, to = 2029 }

[of]
growth = { label = "Growth", unit = "1", value = 0.3, range = [0.1, 0.5], note = "n" }
start  = { label = "Start", unit = "1", over = "kind", value = { default = 3, m0 = -2, m1 = 11.5 }, note = "n" }
grown  = { label = "Grown", unit = "1", over = ["kind", "year"], formula = "start * (1 + growth) ** (year - 2026)" }
total  = { label = "Total", unit = "1", over = "kind", formula = "sum(grown, over=year)" }
usual  = { label = "Usual", unit = "1", over = "kind", formula = "mean(grown, over=year)" }
least  = { label = "Least", unit = "1", over = "kind", formula = "min(grown, over=year)" }
most   = { label = "Most", unit = "1", formula = "sum(total + usual + max(grown, over=year) - least)" }
"""


def transposed(count: int) -> str:
    """Return a model of so many kinds."""
    return _TEXT.replace("MEMBERS", json.dumps([f"m{number}" for number in range(count)]))
