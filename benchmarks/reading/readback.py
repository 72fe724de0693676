"""A large workbook read back: held against the rules, and imported, beside openpyxl and calamine that only read."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook

from engine.model.load import load
from engine.planning.planner import plan
from exports.reading.reader import read_workbook
from exports.roundtrip.apply import try_import
from exports.workbook.xlsx import workbook
from plainsheet.linting import lint

_MODELS = Path(__file__).parent.parent.parent / "models"
_ROUNDS = 3


def read_back(name: str = "subscription") -> dict[str, float]:
    """Return the time of reading, lint and an import, of processors and at best, beside others; lint a formula in us.

    Openpyxl goes through all cells in its mode for large files, formulas as text; calamine has their values alone.
    """
    source = _MODELS / f"{name}.toml"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.xlsx"
        path.write_bytes(workbook(plan(load(source))))
        works: dict[str, Callable[[], object]] = {
            "openpyxl": lambda: _walk(path),
            "calamine": lambda: _read_values(path),
            "reading": lambda: read_workbook(path),
            "lint": lambda: lint(path),
            "import": lambda: try_import(path, source, ""),
        }
        best = dict.fromkeys(works, float("inf"))
        for _ in range(_ROUNDS):
            for one, work in works.items():
                start = time.process_time()
                work()
                best[one] = min(best[one], time.process_time() - start)
        formulas = read_workbook(path).formulas
    return {
        f"{name}: reading / openpyxl reading": best["reading"] / best["openpyxl"],
        f"{name}: reading / calamine": best["reading"] / best["calamine"],
        f"{name}: lint / openpyxl reading": best["lint"] / best["openpyxl"],
        f"{name}: import / openpyxl reading": best["import"] / best["openpyxl"],
        f"{name}: lint, us a formula": best["lint"] / formulas * 1e6,
        f"{name}: import, s": best["import"],
    }


def _walk(path: Path) -> int:
    book = openpyxl.load_workbook(path, read_only=True)
    return sum(1 for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None)


def _read_values(path: Path) -> int:
    book = CalamineWorkbook.from_path(str(path))
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)
