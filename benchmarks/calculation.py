"""What others need for the same work: one generated model, loaded, calculated and edited, each in its own process.

The spreadsheets have the formulas as a plain sheet of two columns, with nothing else that a workbook of ours holds.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
from spelling import EXCEL, Tree, spell
from synthetic import synthetic

from engine.language.tree import fold
from engine.model.load import loads
from engine.planning.planner import plan

ROOT = Path(__file__).parent.parent
PEERS = ROOT / "build" / "peers" / "bin" / "python"
NODE = ROOT / "build" / "node" / "node_modules"
STEPS = ("load", "first", "early", "late")
# Who takes longer for all steps of a size is not asked for the next; who takes less than this is asked three times.
PATIENCE, BRIEF = 180, 10


@dataclass(frozen=True)
class Calculator:
    """A way to calculate: what it is called, its script, and which form of the model it is given."""

    name: str
    script: str
    form: str = "task"

    @property
    def command(self) -> list[str]:
        """Return what runs it; FileNotFoundError where what it needs is not installed here."""
        if self.script.endswith(".cjs"):
            program, needed = "node", NODE / "hyperformula"
        else:
            program = sys.executable if self.script.startswith(_OWN) else str(PEERS)
            needed = Path(program)
        if not needed.exists():
            raise FileNotFoundError(needed)
        return [program, str(ROOT / "benchmarks" / "calculators" / self.script)]


_OWN = ("plainsheet", "straight", "ironcalc", "libreoffice")
CALCULATORS = (
    Calculator("Plainsheet", "plainsheet_live.py", "toml"),
    Calculator("straight-line Python", "straight_line.py"),
    Calculator("IronCalc", "ironcalc_book.py", "xlsx"),
    Calculator("HyperFormula", "hyperformula_sheet.cjs", "lines"),
    Calculator("casadi", "casadi_function.py"),
    Calculator("modelx", "modelx_space.py"),
    Calculator("OpenMDAO", "openmdao_group.py"),
    Calculator("formulas", "formulas_model.py", "xlsx"),
    Calculator("pycel", "pycel_compiler.py", "xlsx"),
    Calculator("LibreOffice, whole process", "libreoffice_convert.py", "xlsx"),
)


def measure(sizes: tuple[int, ...]) -> dict[int, dict[str, dict[str, float]]]:
    """Return the seconds of each step, by size and calculator; one that gives up at a size is not asked again."""
    found: dict[int, dict[str, dict[str, float]]] = {}
    waiting = list(CALCULATORS)
    for size in sizes:
        with TemporaryDirectory() as name:
            forms = write_forms(size, Path(name))
            found[size] = {}
            for one in list(waiting):
                times = medians(one, forms)
                if times is None:
                    waiting.remove(one)
                else:
                    found[size][one.name] = times
        results = {name: times["result"] for name, times in found[size].items()}
        for name, result in results.items():
            if not math.isclose(result, results["straight-line Python"], rel_tol=1e-9):
                print(f"{name} has {result}, not {results['straight-line Python']}", file=sys.stderr)
    return found


def write_forms(size: int, folder: Path) -> dict[str, Path]:
    """Write a generated model in each form that somebody reads; return the paths."""
    text = synthetic(size)
    planned = plan(loads(text))
    rows: list[dict[str, Any]] = [
        {"id": row.id, "value": float(row.value or 0)}
        if row.expression is None
        else {"id": row.id, "formula": fold(row.expression, _number, lambda id_: ["row", planned.index[id_]], _call)}
        for row in planned.rows
    ]
    used = {name for names in planned.model.feeds.values() for name in names}
    inputs = [number for number, row in enumerate(planned.rows) if row.kind == "input" and row.id in used]
    cells = [[row["id"], _cell(row)] for row in rows]
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Graph")
    for line in cells:
        sheet.append(line)
    paths = {form: folder / f"model.{form}" for form in ("task", "toml", "xlsx", "lines")}
    book.save(paths["xlsx"])
    paths["task"].write_text(json.dumps({"rows": rows, "early": inputs[0], "late": inputs[-1]}))
    paths["toml"].write_text(text)
    paths["lines"].write_text("\n".join(map(json.dumps, cells)))
    return paths


def medians(one: Calculator, forms: dict[str, Path]) -> dict[str, float] | None:
    """Return what `run` does of the median of three processes, of one where it takes long; None for one without."""
    start = time.perf_counter()
    found = [run(one, forms)]
    brief = time.perf_counter() - start < BRIEF
    found += [run(one, forms) for _ in range(2 if brief and found[0] else 0)]
    done = [times for times in found if times is not None]
    return {step: median([times[step] for times in done]) for step in done[0]} if done else None


def run(one: Calculator, forms: dict[str, Path]) -> dict[str, float] | None:
    """Return the seconds of each step, and the result; None for one that is not here, fails or takes too long."""
    try:
        done = subprocess.run(
            [*one.command, str(forms["task"]), str(forms[one.form])], capture_output=True, text=True, check=True,
            timeout=PATIENCE, env={**os.environ, "NODE_PATH": str(NODE), "PYTHONPATH": str(ROOT)},
            cwd=forms["task"].parent,  # some leave files where they run
        )  # fmt: skip
        found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        print(f"{one.name} took over {PATIENCE} s", file=sys.stderr)
    except (FileNotFoundError, subprocess.CalledProcessError) as problem:
        last = (getattr(problem, "stderr", "") or str(problem)).strip().splitlines()[-1]
        print(f"{one.name}: {last[:200]}", file=sys.stderr)
    else:
        return found
    return None


def _number(node: Any) -> Tree:  # noqa: ANN401  # a number of the tree
    return float(node.value)


def _call(function: str, arguments: tuple[Tree, ...]) -> Tree:
    return [function, *arguments]


def _cell(row: dict[str, Any]) -> str | float:
    if "value" in row:
        return float(row["value"])
    return "=" + spell(row["formula"], EXCEL, lambda number: f"B{number + 1}")
