"""What can be an id, and one that could where a name cannot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

LONGEST_ID: Final = 100
ID: Final = re.compile(r"[a-z][a-z0-9_]{0,99}")


def id_hint(name: str) -> str:
    """Return why a name cannot be an id, and one that could."""
    if name.endswith("_"):
        return "ids do not end in _; such names are kept for constants"
    if len(name) > LONGEST_ID:
        return f"it has {len(name):,} characters, and {LONGEST_ID} are the most"
    return f"ids are a-z, 0-9 and _, and begin with a letter: '{better_id(name) or 'q'}' would do"


def better_id(name: str) -> str:
    """Return an id that is like a name; the name itself where it is one, and '' where nothing is left of it."""
    better = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return better if better[:1].isalpha() or not better else f"q_{better}"


def listed_hint(name: str, entry: Mapping[str, Any]) -> str:
    """Return how a list of tables is written where each table has a name: ``[scenarios.high]``."""
    if name in {"model", "units"}:
        return f"write [{name}], with single brackets"
    named = next((str(entry[key]) for key in ("id", "name", "title", "label") if entry.get(key)), "")
    return f"each has a name: write [{name}.{better_id(named) or 'price'}], with single brackets"
