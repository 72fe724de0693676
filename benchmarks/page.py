"""Write docs/speed.md from one run of everything: python benchmarks/page.py [SIZE ...]."""

from __future__ import annotations

import math
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks"), str(ROOT / "benchmarks" / "calculators")]

import calculation  # noqa: E402
import run  # noqa: E402
import startup  # noqa: E402

PAGE = ROOT / "docs" / "speed.md"
SIZES = (100, 1_000, 10_000, 100_000)
_BEGIN, _END = "<!-- measured -->", "<!-- /measured -->"
_WORDS = {
    "load": "Load: from its file to where it can calculate",
    "first": "First result after that",
    "early": "After an edit of an early input, on which most of it stands",
    "late": "After an edit of a late input",
}


def machine() -> str:
    """Return what was measured on, and with what."""
    found = (
        re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text()) if Path("/proc/cpuinfo").exists() else None
    )
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "openpyxl", "sympy", "scipy", "ironcalc"))
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {found[1] if found else platform.processor()}, {cores} cores, "
        f"{platform.system()}, Python {platform.python_version()}, {libraries}; medians, each size and each peer in a "
        "process of its own."
    )


def ratios(columns: Mapping[int, Mapping[str, float]]) -> Iterator[str]:
    """Yield the table of ratios to floors and peers, with what is aimed at and whether it is missed."""
    sizes = list(columns)
    yield "| | " + " | ".join(f"{size:,}" for size in sizes) + " | goal | |"
    yield "|---|" + "---:|" * (len(sizes) + 1) + "---|"
    for name in dict.fromkeys(name for column in columns.values() for name in column):
        cells = [f"{columns[size][name]:.3g}" if name in columns[size] else "" for size in sizes]
        goal = run.TARGETS.get(name)
        worst = max(columns[size][name] for size in sizes if name in columns[size])
        verdict = "" if goal is None else ("met" if worst <= goal else "**missed**")
        yield f"| {name} | " + " | ".join(cells) + f" | {'' if goal is None else f'{goal:g}'} | {verdict} |"


def calculators(found: Mapping[int, Mapping[str, Mapping[str, float]]]) -> Iterator[str]:
    """Yield a table a step: each calculator's seconds by size, and how they grow over the last two sizes."""
    sizes = list(found)
    for step in calculation.STEPS:
        yield ""
        yield f"**{_WORDS[step]}**, ms"
        yield ""
        yield "| | " + " | ".join(f"{size:,}" for size in sizes) + " | growth |"
        yield "|---|" + "---:|" * (len(sizes) + 1)
        for one in calculation.CALCULATORS:
            times = {size: found[size][one.name][step] for size in sizes if step in found[size].get(one.name, {})}
            if not times:
                continue
            cells = [_short(times[size] * 1000) if size in times else "" for size in sizes]
            yield f"| {one.name} | " + " | ".join(cells) + f" | {_growth(times)} |"


def starts(found: Mapping[str, float]) -> Iterator[str]:
    """Yield the table of whole processes."""
    yield "| | ms | goal | |"
    yield "|---|---:|---:|---|"
    for name, seconds in found.items():
        goal = startup.TARGETS.get(name)
        verdict = "" if goal is None else ("met" if seconds <= goal else "**missed**")
        yield f"| `{name}` | {seconds * 1000:.0f} | {'' if goal is None else f'{goal * 1000:.0f}'} | {verdict} |"


def million() -> Iterator[str]:
    """Yield the table of a model of a million quantities."""
    command = [sys.executable, str(ROOT / "benchmarks" / "million.py")]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    yield "| | |"
    yield "|---|---:|"
    yield from [f"| {name} | {value} |" for name, value in (line.split("\t") for line in printed.splitlines())]


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"


def _growth(times: Mapping[int, float]) -> str:
    pairs = list(pairwise(times))
    if not pairs:
        return ""
    smaller, larger = pairs[-1]
    return f"{math.log(times[larger] / times[smaller]) / math.log(larger / smaller):.2f}"


def main(sizes: tuple[int, ...]) -> None:
    """Measure everything, and put it between the marks of the page."""
    begun = startup.measure()
    counted = calculation.measure(sizes)
    columns = run.measure(tuple(size for size in sizes if size >= run.SIZES[0]))
    lines = [
        machine(), "", "### Start-up", "", *starts(begun), "", "### Ratios", "", *ratios(columns), "",
        "### Beside others", *calculators(counted), "", "### A million quantities", "", *million(),
    ]  # fmt: skip
    text = PAGE.read_text(encoding="utf-8")
    before, after = text.split(_BEGIN)[0], text.split(_END)[1]
    PAGE.write_text(f"{before}{_BEGIN}\n" + "\n".join(lines) + f"\n{_END}{after}", encoding="utf-8")
    print(f"{PAGE} is measured anew")


if __name__ == "__main__":
    main(tuple(int(argument) for argument in sys.argv[1:]) or SIZES)
