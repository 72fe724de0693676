"""Speed as ratios to floors that are measured in the same run: python benchmarks/run.py [SIZE ...]."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from itertools import pairwise
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks"), str(ROOT / "benchmarks" / "reading")]

from browser import has_browser, sliders, writing  # noqa: E402
from data_files import data_files  # noqa: E402
from drawn import drawn_model  # noqa: E402
from editing import keystrokes  # noqa: E402
from floors import straight_line  # noqa: E402
from peers import exports, peak_memory, timed  # noqa: E402
from readback import read_back  # noqa: E402
from synthetic import grouped, synthetic, wide  # noqa: E402

from engine.analysis.gradients import gradient  # noqa: E402
from engine.analysis.jacobian import Cells, edges_of  # noqa: E402
from engine.model.load import load, loads  # noqa: E402
from engine.plan.cells import Cell  # noqa: E402
from engine.plan.evaluate import evaluate  # noqa: E402
from engine.plan.live import Live  # noqa: E402
from engine.plan.plan import Plan  # noqa: E402
from engine.planning.planner import plan  # noqa: E402
from engine.units.registry import units_of  # noqa: E402
from exports.review.review import review_versions  # noqa: E402
from exports.review.versions import versions  # noqa: E402
from exports.workbook.xlsx import workbook  # noqa: E402

SIZES = (1_000, 10_000, 100_000)
TARGETS = {
    "load + plan / tomllib": 3.2,
    "first evaluation / load + plan": 0.25,
    "evaluate / straight-line Python": 1.5,
    "export / openpyxl write-only": 1.5,
    "writing / openpyxl write-only": 0.5,
    "writing / raw zip of its XML": 3.0,
    "early edit / evaluate": 1.5,
    "late edit, ms": 0.02,
    "another text / load + plan": 0.4,
    "another text, ms": 200.0,
    "gradient / evaluate": 2.5,
    "diff / load + plan": 1.5,
    "building gradients / plan": 2.0,
    "peak memory, MB": 1000.0,
    "check sora.toml / pint's registry": 1.5,
    "wide: load + plan + evaluate, s": 0.3,
    "wide: early edit / evaluate": 1.5,
    "wide: growth in periods": 1.1,
    "wide: export / openpyxl write-only": 1.0,
    "wide: writing / openpyxl write-only": 0.5,
    "wide: writing / raw zip of its XML": 3.0,
    "grouped: evaluate, ms": 5.0,
    "grouped: growth in months": 1.1,
    "drawn: simulate / numpy by hand": 1.2,
    "drawn: a million cases, s": 0.4,
    "sora: a million cases of one output, s": 1.0,
    "sora: a million cases of all outputs, s": 1.0,
    "drawn: drivers / SALib's Sobol'": 0.1,
    "drawn: drivers, s": 0.4,
    "subscription: lint / openpyxl reading": 1.5,
    "subscription: import / openpyxl reading": 1.0,
    "subscription: lint, us a formula": 26.0,
    "subscription: import, s": 2.5,
    "data: parquet into a plan / pyarrow": 2.0,
    "data: csv into a plan / pandas": 2.0,
    "data: csv without pyarrow / pandas": 6.0,
    "data: diff of two parquet, s": 2.0,
    "data: diff of two csv, s": 2.0,
    "editor of sora: key to problems, ms": 100.0,
    "editor of sora: key to values, ms": 100.0,
    "editor of 10,000: key to problems, ms": 300.0,
    "editor of 10,000: key to values, ms": 300.0,
    "page of 10,000: export / solve": 3.0,
    "page of sora: slider to layout, ms": 16.0,
    "page of three_statements: slider to layout, ms": 16.0,
    "page of 2,000 quantities: slider to layout, ms": 16.0,
    "growth of load + plan": 1.1,
    "growth of evaluate beyond that of straight-line Python": 0.0,
    "growth of export": 1.1,
}


def edits(planned: Plan) -> tuple[float, float]:
    """Return the times of an edit to the first inputs and to the last that something uses, each tried many times."""
    live = Live(evaluate(planned))
    used = {name for names in planned.model.feeds.values() for name in names}
    inputs = [row.id for row in planned.rows if row.kind == "input" and row.id in used]
    return _editing(live, inputs[:3]), _editing(live, inputs[-5:])


def _editing(live: Live, ids: list[str]) -> float:
    times = []
    for id_ in ids:
        for step in range(20):
            start = time.perf_counter()
            live.set(id_, 2 + step / 10)
            times.append(time.perf_counter() - start)
    return median(times)


def reading_again(planned: Plan) -> float:
    """Return the time from a text in which one input has another value to its results, after those of the text before.

    What is declared the same is taken from there: the editor's way.
    """
    text = planned.model.document.text
    lines = text.split("\n")
    values = [number for number, line in enumerate(lines) if line.startswith("value")]
    lines[values[len(values) // 2]] = "value = 4.25"
    edited = "\n".join(lines)
    return timed(lambda: evaluate(plan(loads(edited, before=planned.model), planned)), 5)


def comparing(count: int) -> float:
    """Return the time of a review of two versions that differ in three values over that of loading and planning one."""
    text = synthetic(count)
    lines = text.split("\n")
    values = [number for number, line in enumerate(lines) if line.startswith("value")]
    for number in (values[1], values[len(values) // 2], values[-1]):
        lines[number] = "value = 4.25"
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("old.toml", "new.toml")]
        for path, written in zip(paths, (text, "\n".join(lines)), strict=True):
            path.write_text(written)
        sides = (str(paths[0]), str(paths[1]))
        loading = timed(lambda: plan(load(paths[0])), 3)
        return timed(lambda: review_versions(*versions(sides, None), None), 3) / loading


def one_size(count: int) -> None:
    """Print one size's times and ratios as `name value`, in a process of its own, so that memory is its own."""
    runs = 5 if count < 50_000 else 3
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "synthetic.toml"
        path.write_text(synthetic(count))
        text = path.read_text()
        units_of((("USD", "[money]"),))  # pint's registry takes half a second, whatever the size
        floor = timed(lambda: tomllib.loads(text), runs)
        loading = timed(lambda: plan(load(path)), runs)
        planned = plan(load(path))
    first = timed(lambda: evaluate(planned), 1)
    for _ in range(8):
        evaluate(planned)
    line = straight_line(planned)
    plain = timed(line, runs * 4)
    evaluating = timed(lambda: evaluate(planned), runs * 4)
    early, late = edits(planned)
    again = reading_again(planned)
    results, last = evaluate(planned), Cell(planned.rows[-1].id)
    planning = timed(lambda: plan(planned.model), runs)
    building = timed(lambda: edges_of(Cells.of(planned)), runs)
    gradient(results, last)
    reversing = timed(lambda: gradient(results, last), runs * 2)
    workbook(planned)
    memory = peak_memory()
    exporting = exports(planned, 1 if count >= 50_000 else 3)
    for name, value in {
        "load + plan / tomllib": loading / floor,
        "evaluate / straight-line Python": evaluating / plain,
        **{name: value for name, value in exporting.items() if name != "export, s"},
        "first evaluation / load + plan": first / loading,
        "early edit / evaluate": early / evaluating,
        "late edit, ms": late * 1000,
        "another text / load + plan": again / loading,
        **({"another text, ms": again * 1000} if count == SIZES[1] else {}),
        "gradient / evaluate": reversing / evaluating,
        "building gradients / plan": building / planning,
        "peak memory, MB": memory,
        "load + plan, s": loading,
        "evaluate, s": evaluating,
        "first evaluation, s": first,
        "straight-line Python, s": plain,
        "export, s": exporting["export, s"],
    }.items():
        print(f"{name}\t{value:.6g}")


def wide_model() -> None:
    """Print times and ratios of 200 rows over 500 periods, and of how time grows with four times as many periods."""
    units_of((("USD", "[money]"),))  # start-up, as above
    texts = {periods: wide(200, periods) for periods in (500, 2_000)}
    times = {
        periods: timed(lambda text=text: evaluate(plan(loads(text))), 7)  # type: ignore[misc]  # the text of this turn
        for periods, text in texts.items()
    }
    planned = plan(loads(texts[500]))
    evaluating = timed(lambda: evaluate(planned), 7)
    for name, value in {
        "wide: load + plan + evaluate, s": times[500],
        "wide: early edit / evaluate": edits(planned)[0] / evaluating,
        "wide: growth in periods": math.log(times[2_000] / times[500]) / math.log(4),
        **{f"wide: {name}": value for name, value in exports(planned, 3).items()},
    }.items():
        print(f"{name}\t{value:.6g}")


def grouped_model() -> None:
    """Print the time of 200 rows of months, quarters and fiscal years, and how it grows with four times the months."""
    times = {}
    for years in (30, 120):
        planned = plan(loads(grouped(200, years)))
        evaluate(planned)
        # The best of them: what takes 2 ms is lost in whatever else the machine does.
        times[years] = min(timed(lambda planned=planned: evaluate(planned), 1) for _ in range(15))  # type: ignore[misc]  # that of this turn
    print(f"grouped: evaluate, ms\t{times[30] * 1000:.6g}")
    print(f"grouped: growth in months\t{math.log(times[120] / times[30]) / math.log(4):.6g}")


def start_up() -> float:
    """Return the time of `check` on the flagship over that of making pint's registry, whole processes in turn."""
    check = [sys.executable, str(ROOT / "cli.py"), "check", str(ROOT / "models" / "sora.toml")]
    registry = [sys.executable, "-c", "import pint; pint.UnitRegistry()"]
    ratios = []
    cold = {**os.environ, "PLAINSHEET_CACHE": "off"}
    for _ in range(7):
        ours = timed(lambda: subprocess.run(check, check=True, capture_output=True, env=cold), 1)
        ratios.append(ours / timed(lambda: subprocess.run(registry, check=True, capture_output=True), 1))
    return median(ratios)


def measure(sizes: tuple[int, ...]) -> dict[int, dict[str, float]]:
    """Return every ratio and time by size, each size measured in a process of its own."""
    columns: dict[int, dict[str, float]] = {}
    for size in sizes:
        command = [sys.executable, __file__, "--one", str(size)]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        columns[size] = {name: float(value) for name, value in (line.split("\t") for line in printed.splitlines())}
    for smaller, larger in pairwise(sizes):
        for name in ("load + plan", "evaluate", "straight-line Python", "export"):
            ratio = columns[larger][f"{name}, s"] / columns[smaller][f"{name}, s"]
            columns[larger][f"growth of {name}"] = math.log(ratio) / math.log(larger / smaller)
        columns[larger]["growth of evaluate beyond that of straight-line Python"] = (
            columns[larger]["growth of evaluate"] - columns[larger]["growth of straight-line Python"]
        )
    printed = ""
    for kind in ("--wide", "--grouped", "--drawn", "--readback", "--data", "--browser"):
        command = [sys.executable, __file__, kind]
        printed += subprocess.run(command, check=True, capture_output=True, text=True).stdout
    columns[sizes[-1]] |= {name: float(value) for name, value in (line.split("\t") for line in printed.splitlines())}
    columns[sizes[-1]]["check sora.toml / pint's registry"] = start_up()
    columns[sizes[-1]]["diff / load + plan"] = comparing(20_000)
    return columns


def main(sizes: tuple[int, ...]) -> None:
    """Print the table."""
    columns = measure(sizes)
    print(f"{'':36}" + "".join(f"{size:>12,}" for size in sizes) + f"{'target':>10}")
    for name in dict.fromkeys(name for column in columns.values() for name in column):
        cells = [f"{columns[size][name]:>12.3g}" if name in columns[size] else " " * 12 for size in sizes]
        target = f"{TARGETS[name]:>10g}" if name in TARGETS else ""
        print(f"{name:36}" + "".join(cells) + target)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one_size(int(sys.argv[2]))
    elif sys.argv[1:2] == ["--wide"]:
        wide_model()
    elif sys.argv[1:2] == ["--grouped"]:
        grouped_model()
    elif sys.argv[1:2] == ["--drawn"]:
        drawn_model()
    elif sys.argv[1:2] == ["--readback"]:
        for what, found in read_back().items():
            print(f"{what}\t{found:.6g}")
    elif sys.argv[1:2] == ["--data"]:
        for what, found in data_files().items():
            print(f"{what}\t{found:.6g}")
    elif sys.argv[1:2] == ["--browser"]:
        for what, found in {**keystrokes(), **writing(), **(sliders() if has_browser() else {})}.items():
            print(f"{what}\t{found:.6g}")
    else:
        main(tuple(int(argument) for argument in sys.argv[1:]) or SIZES)
