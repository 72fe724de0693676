"""LibreOffice: a whole run that loads the workbook, calculates it and writes it; it takes no edits that way."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from openpyxl import load_workbook
from spelling import given
from tests.oracles.libreoffice import run

task = given()
run("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", Path(sys.argv[2]).parent / "first", sys.argv[2])
start = time.perf_counter()
run("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", Path(sys.argv[2]).parent / "again", sys.argv[2])
times = {"load": time.perf_counter() - start}
book = load_workbook(Path(sys.argv[2]).parent / "again" / Path(sys.argv[2]).name, data_only=True)
print(json.dumps({**times, "result": book["Graph"].cell(len(task["rows"]), 2).value}))
