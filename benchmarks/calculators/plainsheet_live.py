"""Plainsheet: the text loaded and planned, evaluated, and what depends on an edit calculated after it."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from spelling import given

from engine.model.load import load
from engine.plan.evaluate import evaluate
from engine.plan.live import Live
from engine.planning.planner import plan

task = given()
start = time.perf_counter()
planned = plan(load(Path(sys.argv[2])))
times = {"load": time.perf_counter() - start}
start = time.perf_counter()
results = evaluate(planned)
times["first"] = time.perf_counter() - start
last = planned.rows[-1].id
live = Live(results)
for name in ("early", "late"):
    id_ = task["rows"][task[name]]["id"]
    before = planned.rows[task[name]].value
    live.set(id_, 2.0)
    spent = []
    for step in range(5):
        start = time.perf_counter()
        live.set(id_, 2 + step / 10)
        spent.append(time.perf_counter() - start)
    live.set(id_, before)
    times[name] = sorted(spent)[2]
print(json.dumps({**times, "result": results[last]}))
