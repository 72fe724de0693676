"""The hashes of a model's data files: which differ from the files, what changed in these, and the text with new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from engine.data.folder import Kept
from engine.model.data import DataFile, DataGrid
from engine.model.load import load, loads
from engine.model.model import Model
from engine.model.rewriting.hashes import with_hashes
from engine.planning.planner import plan
from engine.problems import Mistake, ModelError, Problem
from engine.solve import solved_plan
from exports.files.together import is_cut_off
from exports.review.data.kept import find_kept
from exports.review.lines import list_differences
from exports.review.review import Review, review_versions
from exports.review.versions import Version

State = Literal["as hashed", "changed", "without a hash", "not to be read"]
_AS_HASHED: Final = "as hashed"


@dataclass(frozen=True, slots=True)
class FileState:
    """A data file of a model, how it stands to its hash, and what takes values, members or groups from it."""

    file: DataFile
    state: State
    users: tuple[str, ...]


@dataclass(frozen=True)
class Update:
    """The files of a model, its text before and with the hashes of the files as they are, and what that changes.

    `review` is None where nothing changed, or the bytes that some file had are not known: these are `lost`.
    """

    files: tuple[FileState, ...]
    before: str
    text: str
    review: Review | None
    lost: tuple[str, ...]


def find_update(model: Model) -> Update:
    """Return what the hashes of a file's model would be brought up to date to.

    Raises ModelError where the model, with its data as it is, is wrong.
    """
    source = Path(model.document.name)
    text = with_hashes(model, {file.id: file.hash for file in model.data if file.hash})
    new = loads(text, str(source), files=model.files)
    solved_plan(plan(new))
    changed = [file for file in model.data if file.declared and file.hash != file.declared]
    kept = {file.file: find_kept(source.resolve().parent, file.file, file.declared) for file in changed}
    lost = tuple([name for name, content in kept.items() if content is None])
    review = None
    if changed and not lost:
        contents = {name: content for name, content in kept.items() if content is not None}
        old = loads(model.document.text, _AS_HASHED, files=Kept(contents, model.files))
        review = review_versions(Version(_AS_HASHED, old), Version(str(source), new), None)
    return Update(tuple(states(model)), model.document.text, text, review, lost)


def states(model: Model) -> list[FileState]:
    """Return how each data file of a model stands to its hash."""
    users: dict[str, list[str]] = {}
    for one in model.quantities:
        if isinstance(one.value, DataGrid):
            users.setdefault(one.value.origin.data, []).append(one.id)
    for scenario in model.scenarios:
        for id_, value in scenario.set:
            if isinstance(value, DataGrid):
                users.setdefault(value.origin.data, []).append(f"{id_} in {scenario.id}")
    for dimension in model.dimensions:
        for data in dimension.files:
            users.setdefault(data, []).append(dimension.id)
    return [FileState(file, _state(file), tuple(users.get(file.id, ()))) for file in model.data]


def explain(problems: Sequence[Problem], model: Model | None = None) -> tuple[Problem, ...]:
    """Return problems, where a file is not the one that a model was written for with the cells that differ.

    The model is that of the file which a problem stands in, unless it is given.
    """
    return tuple([replace(one, message=_with_cells(one, model)) if _is_of_hash(one) else one for one in problems])


def _is_of_hash(problem: Problem) -> bool:
    return problem.code == "hash" and problem.severity == "error" and problem.location is not None


def _with_cells(problem: Problem, model: Model | None) -> str:
    assert problem.location is not None  # noqa: S101  # it was asked
    if is_cut_off(Path(problem.location.file)):
        return f"{problem.message}\nan import was cut off while it wrote:  plainsheet data  finishes it"
    try:
        found = find_update(load(problem.location.file) if model is None else model)
    except (ModelError, Mistake, OSError):
        return problem.message
    if found.review is None:
        return f"{problem.message}\nwhat changed is not known: the bytes with that hash are in no commit"
    return "\n".join([problem.message, *cells_of(found.review)])


def cells_of(review: Review) -> list[str]:
    """Return the lines of a review that are of data files, and of values."""
    return list_differences([one for one in review.differences if one.kind in {"data", "assumption"}])


def _state(file: DataFile) -> State:
    if not file.hash:
        return "not to be read"
    if not file.declared:
        return "without a hash"
    return "as hashed" if file.hash == file.declared else "changed"
