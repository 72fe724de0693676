"""A million quantities: read, planned, evaluated, one gradient and a table, in a process of its own."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from peers import peak_memory  # noqa: E402
from synthetic import synthetic  # noqa: E402

from engine.analysis.gradients import gradient  # noqa: E402
from engine.model.load import load  # noqa: E402
from engine.plan.cells import Cell  # noqa: E402
from engine.plan.evaluate import evaluate  # noqa: E402
from engine.planning.planner import plan  # noqa: E402
from exports.results.tables import as_csv  # noqa: E402

COUNT = 1_000_000
T = TypeVar("T")


def main() -> None:
    """Print each step's seconds, and the memory and the text at the end in MB, as `name value`."""

    def timed(name: str, work: Callable[[], T]) -> T:
        start = time.perf_counter()
        found = work()
        print(f"{name}, s\t{time.perf_counter() - start:.3g}", flush=True)
        return found

    with TemporaryDirectory() as folder:
        path = Path(folder) / "million.toml"
        path.write_text(synthetic(COUNT))
        size = path.stat().st_size
        model = timed("load", lambda: load(path))
    planned = timed("plan", lambda: plan(model))
    results = timed("evaluate, with compiling", lambda: evaluate(planned))
    timed("evaluate again", lambda: evaluate(planned))
    last = Cell(planned.rows[-1].id)
    timed("a gradient", lambda: gradient(results, last))
    timed("a table as CSV", lambda: as_csv(planned, {"base": results}, ()))
    print(f"text, MB\t{size / 1e6:.3g}")
    print(f"peak memory, MB\t{peak_memory():.0f}")


if __name__ == "__main__":
    main()
