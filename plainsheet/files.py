"""A model written to a file, in the form that its suffix asks for."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from engine.data.folder import Folder, hash_of
from engine.plan.plan import Plan
from engine.plan.selection import known_case
from engine.problems import Mistake, ModelError, error, listed
from engine.solve import solved_plan
from exports.files.atomic import replace_file
from exports.files.git import stamp as stamp_of
from exports.files.locate import refuse_data, target_path
from exports.files.stamp import Stamp
from exports.workbook.layout.uncertainty.outcomes import TRIALS, refused_trials
from exports.writers import WRITERS
from plainsheet.failures import as_model_error


def write(
    plan: Plan,
    source: Path | None,
    path: str | os.PathLike[str],
    scenario: str | None,
    *,
    stamp: bool = False,
    since: str | None = None,
    trials: int = TRIALS,
) -> Path:
    """Write a plan to a path and return it: whole, or not at all; raise ModelError for a path that does not fit."""
    at = plan.model.at()
    writers = {writer.suffix: writer for writer in WRITERS.values()}
    suffix = Path(path).suffix.lower()
    if suffix not in writers:
        message = f"'{os.fspath(path)}' has no suffix that a model can be written as"
        raise ModelError([error("file", message, at, f"the suffixes are {listed(list(writers), 'or')}")])
    if stamp and (suffix != ".xlsx" or source is None):
        message = "a revision is stamped on the cover of a workbook, for a model that was loaded from a file"
        raise ModelError([error("usage", message, at)])
    if since is not None and (suffix not in {".xlsx", ".ods"} or source is None):
        message = (
            "what changed since a version stands on a sheet of a workbook, for a model that was loaded from a file"
        )
        raise ModelError([error("usage", message, at)])
    if message := refused_trials(trials):
        raise ModelError([error("usage", message, at)])
    with as_model_error(at):
        # A model whose file is gone is no reason not to write it.
        target = target_path(Path(path), source if source is not None and source.exists() else None, suffix)
        refuse_data(target, plan.model)
        known_case(plan, scenario)
        stamped = stamp_of(source) if stamp and source is not None else Stamp()
        if since is not None and source is not None:
            from exports.review.change_log import change_log  # noqa: PLC0415  # only a review needs all of this

            stamped = replace(stamped, changes=change_log(source, since, scenario))
        content = writers[suffix].write(plan, solved_plan(plan), scenario, stamped, trials)
    replace_file(target, content)
    return target


def save(plan: Plan, path: str | os.PathLike[str]) -> Path:
    """Write the text of a model to a path and return it: whole, or not at all; ModelError for other data there."""
    with as_model_error(plan.model.at()):
        target = target_path(Path(path), None, ".toml")
        beside = Folder(target.parent)
        for file in plan.model.data:
            if hash_of(file.file, beside.read(file.file)) != file.hash:
                message = f"the model has other data than '{file.file}' holds in '{target.parent}'"
                raise Mistake(message, "write the values into that file, and load the model again")
    replace_file(target, plan.model.document.text.encode())
    return target
