"""The language server while somebody types: from a key to what is wrong and what formulas on a screen come to."""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

from synthetic import synthetic

from tests.editors.wire import Wire

_SORA: Final = Path(__file__).parent.parent / "models" / "sora.toml"
_KEYS: Final = 20
_SCREEN: Final = 60
_VALUE: Final = re.compile(r"^value *= [\d.]+$", re.MULTILINE)


def keystrokes() -> dict[str, float]:
    """Return the times, in ms, from a text that is sent to its problems, and to the values behind its formulas."""
    found = {}
    for name, text in (("sora", _SORA.read_text()), ("10,000", synthetic(10_000))):
        problems, values = _typing(text)
        found[f"editor of {name}: key to problems, ms"] = problems * 1000
        found[f"editor of {name}: key to values, ms"] = values * 1000
    return found


def _typing(text: str) -> tuple[float, float]:
    """Return the medians over keys that are typed behind values, one a text."""
    with tempfile.TemporaryDirectory() as folder:
        wire = Wire(Path(folder))
        wire.begin([Path(folder)])
        uri = (Path(folder) / "model.toml").as_uri()
        wire.open(uri, text)
        values = list(_VALUE.finditer(text))
        places = [values[number * 37 % len(values)].end() for number in range(_KEYS)]
        times = [_type(wire, uri, version, text, place) for version, place in enumerate(places, 2)]
        wire.ask("shutdown", None)
        wire.tell("exit", None)
        wire.process.communicate()
    return median([one for one, _ in times]), median([one for _, one in times])


def _type(wire: Wire, uri: str, version: int, text: str, place: int) -> tuple[float, float]:
    edited = f"{text[:place]}{version % 10}{text[place:]}"
    line = text.count("\n", 0, place)
    screen = {one: {"line": at, "character": 0} for one, at in (("start", line), ("end", line + _SCREEN))}
    start = time.perf_counter()
    wire.type(uri, version, edited)
    problems = time.perf_counter() - start
    wire.ask("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": screen})
    return problems, time.perf_counter() - start
