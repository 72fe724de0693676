"""Merges by quantity: two branches that changed different assumptions agree, however close their lines stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.data.folder import NO_FILES, Files
from engine.model.load import loads
from engine.model.model import Model
from engine.planning.planner import plan
from engine.problems import ModelError, errors_in
from exports.files.git import merge_lines
from exports.review.merging import pieces
from exports.review.merging.clashes import find_clashes, find_old_names, tell_new_names
from exports.review.merging.hashes import settle_hashes
from exports.review.merging.layouts import lay_alike
from exports.review.merging.respelling import spell_alike

_OF_DATA: Final = frozenset({"data", "hash"})


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged text; `conflicts` tell by quantity what both sides changed, and the text has marks where they do."""

    text: str
    conflicts: tuple[str, ...] = ()


def three_way(base: str, ours: str, theirs: str, *, files: Files = NO_FILES) -> Merge:
    """Return the merge of two texts that come from a third; its lines end as ours do. `files` are their data."""
    merge = _merge_texts(files, *[text.replace("\r\n", "\n") for text in (base, ours, theirs)])
    return replace(merge, text=merge.text.replace("\n", "\r\n")) if "\r\n" in ours else merge


def _merge_texts(files: Files, base: str, ours: str, theirs: str) -> Merge:
    """Return the merge by lines where that works, else piece by piece."""
    models = _models(files, base, ours, theirs)
    if models is not None and (settled := settle_hashes(models))[1]:
        merge = _merge_texts(files, base, ours, settled[0])
        return replace(merge, conflicts=(*settled[1], *merge.conflicts))
    if models is not None:
        base, ours, theirs = lay_alike((base, ours, theirs), models)
        # A side that took over what another says is a model as well.
        base, ours, theirs = spell_alike((base, ours, theirs), _models(files, base, ours, theirs) or models)
        models = _models(files, base, ours, theirs)
    clashes = {} if models is None else find_clashes(models)
    by_lines, is_clean = merge_lines(base, ours, theirs)
    if any(pieces.says(text) is None for text in (base, ours, theirs)):
        return Merge(by_lines, () if is_clean else ("one of the texts is no TOML, so that only lines were compared",))
    # A last line without an end is no other line.
    ended = [text if text.endswith("\n") else f"{text}\n" for text in (base, ours, theirs)]
    found = pieces.merge_pieces(ended[0], ended[1], ended[2], clashes)
    is_right = is_clean and not clashes and _objection(files, by_lines, (ours, theirs), models) is None
    if is_right and (found.conflicts or pieces.says(found.text) == pieces.says(by_lines)):
        # Lines that stand alike in two tables may have been taken for each other, where a table was moved.
        return Merge(by_lines)
    conflicts = (*clashes.values(), *found.conflicts)
    if (conflicts or _trouble(files, found.text)) and (alike := pieces.one_layout(base, ours, theirs)) is not None:
        return Merge(alike)
    if not conflicts and (objection := _objection(files, found.text, (ours, theirs), models)) is not None:
        conflicts = (objection,)
    return Merge(found.text, conflicts)


def by_lines_alone(base: str, ours: str, theirs: str) -> Merge:
    """Return the merge that git makes of any text."""
    text, is_clean = merge_lines(base, ours, theirs)
    return Merge(text, () if is_clean else ("only lines could be compared",))


def _models(files: Files, *texts: str) -> list[Model] | None:
    """Return what the texts say as models; None where one is none."""
    try:
        return [loads(text, files=files) for text in texts]
    except ModelError:
        return None


def _objection(files: Files, text: str, sides: tuple[str, str], models: Sequence[Model] | None) -> str | None:
    """Return why two models make none together, as where one uses what the other took away; None where they do."""
    trouble = _trouble(files, text)
    if trouble is not None:
        names = tell_new_names(models, trouble) if models is not None else ""
        is_of_both = not any(_trouble(files, side) for side in sides)
        return f"both sides together are no model: {trouble}{names}" if is_of_both else None
    merged = _models(files, text)
    return next(find_old_names(models, merged[0]), None) if models is not None and merged is not None else None


def _trouble(files: Files, text: str) -> str | None:
    """Return what keeps a text from being a model; None where nothing does, or only data that is not merged yet."""
    try:
        model = loads(text, files=files)
        if not any(problem.code in _OF_DATA for problem in errors_in(model.problems)):
            plan(model)
    except ModelError as trouble:
        return trouble.problems[0].message.partition("\n")[0]
    return None
