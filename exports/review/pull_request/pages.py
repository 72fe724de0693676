"""The pages of a model before and after a change, each with a link to the other."""

from __future__ import annotations

import re
from pathlib import Path

from engine.model.model import Model
from engine.planning.planner import plan
from engine.problems import ModelError
from engine.solve import solved_plan
from exports.files.atomic import replace_file
from exports.page.page import Version, page

_BEFORE, _AFTER = "Before", "After"
_FOREIGN = re.compile(r"[^A-Za-z0-9._-]+")


def write_pages(folder: Path, name: str, before: Model | None, after: Model) -> None:
    """Write the page of a model into a folder, and beside it that of what it was; one that has no numbers has none."""
    stem = _free(folder, _FOREIGN.sub("_", name.removesuffix(".toml")) or "model")
    models = {_AFTER: after} if before is None else {_BEFORE: before, _AFTER: after}
    addresses = {label: f"{stem}.{label.lower()}.html" for label in models}
    folder.mkdir(parents=True, exist_ok=True)
    for label, model in models.items():
        try:
            planned = plan(model)
            results = solved_plan(planned)
        except ModelError:  # the review says why
            continue
        others = [Version(other, address, is_shown=other == label) for other, address in addresses.items()]
        html = page(planned, results, versions=others if before is not None else ())
        replace_file(folder / addresses[label], html.encode())


def _free(folder: Path, stem: str) -> str:
    """Return a name of its own for each model: of two paths the same letters may be left."""
    taken = {path.name.rpartition(".")[0].rpartition(".")[0] for path in folder.glob("*.html")}
    return next(
        name for number in range(len(taken) + 1) if (name := stem if not number else f"{stem}-{number}") not in taken
    )
