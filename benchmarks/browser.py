"""A page in Chromium: how long what follows a slider takes, laid out; and how long a page takes to write."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from synthetic import synthetic

from engine.model.load import load
from engine.planning.planner import plan
from engine.solve import solved_plan
from exports.page.page import page
from exports.results.as_json import solution

_MODELS = Path(__file__).parent.parent / "models"
_LARGE = 10_000
# In the page: the times of moves of one slider, each with what it moves laid out, and of what is drawn again after it.
_MOVES = """async () => {
  const slider = document.querySelector("#assumptions input[type=range]");
  const [least, most] = [Number(slider.min), Number(slider.max)];
  const next = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const found = [];
  for (let k = 0; k < 60; k++) {
    const start = performance.now();
    slider.value = least + ((most - least) * (1 + (k * 7) % 23)) / 25;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    document.body.getBoundingClientRect();
    document.body.offsetHeight;
    found.push(performance.now() - start);
    await next();
  }
  return found.slice(10);
}"""


def has_browser() -> bool:
    """Return whether Chromium is here."""
    return shutil.which("chromium") is not None


def sliders() -> dict[str, float]:
    """Return how long a move of a slider takes, in ms, on the pages of two models and of 2,000 quantities."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # only where there is a browser

    texts = {name: (_MODELS / f"{name}.toml").read_text() for name in ("sora", "three_statements")}
    texts["2,000 quantities"] = synthetic(2_000)
    found = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, text in texts.items():
            source = Path(folder) / f"{name}.toml"
            source.write_text(text)
            planned = plan(load(source))
            path = source.with_suffix(".html")
            path.write_text(page(planned, solved_plan(planned)))
            shown = browser.new_page()
            shown.goto(path.as_uri())
            shown.wait_for_timeout(1_000)
            found[f"page of {name}: slider to layout, ms"] = median(shown.evaluate(_MOVES))
            shown.close()
        browser.close()
    return found


def writing() -> dict[str, float]:
    """Return the time of loading, solving and writing a page of 10,000 quantities over that of loading and solving."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "large.toml"
        source.write_text(synthetic(_LARGE))

        def solve() -> object:
            planned = plan(load(source))
            results = solved_plan(planned)
            return solution(results[planned.first_case.id], results)

        def write() -> object:
            planned = plan(load(source))
            return page(planned, solved_plan(planned))

        return {"page of 10,000: export / solve": _best(write) / _best(solve)}


def _best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)
