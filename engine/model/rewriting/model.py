"""Values written into a model: its text and its data files as they would be, before any of them is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.data.folder import Files, Kept, hash_of
from engine.model.load import loads
from engine.model.model import Model
from engine.model.rewriting.data import rewrite_data
from engine.model.rewriting.hashes import with_hashes
from engine.model.rewriting.maps import keep_members
from engine.model.rewriting.rewrite import rewrite
from engine.model.rewriting.targets import Wanted, find_origin, hold
from engine.problems import Mistake


@dataclass(frozen=True)
class Rewritten:
    """A model's text with other values, and the bytes of data files by name, old and new; `files` are all its data."""

    text: str
    contents: Mapping[str, tuple[bytes, bytes]]
    files: Files


def rewrite_model(model: Model, wanted: Wanted) -> Rewritten:
    """Return a model with values in their declared units; None takes a scenario's own value away.

    The text has the new hashes of the data files that it has hashes of. Raises Mistake where a value has no place.
    """
    if not wanted:
        return Rewritten(model.document.text, {}, model.files)
    in_files = {target: value for target, value in wanted.items() if find_origin(model, target) is not None}
    # What no file takes is told before anything is read anew.
    contents = rewrite_data(model, in_files)
    text = rewrite(model.document.text, model, {t: value for t, value in wanted.items() if t not in in_files})
    for group in model.dimension.keys() & {target.id for target in in_files}:
        codes = {target.number: value for target, value in in_files.items() if target.id == group}
        text = keep_members(text, model.dimension[group], codes)
    if not in_files:
        return Rewritten(text, {}, model.files)
    files = Kept({name: after for name, (_, after) in contents.items()}, model.files)
    made = loads(text, model.document.name, files=files)
    for dimension in model.dimensions:
        if made.dimension[dimension.id].members != dimension.members:
            message = f"'{dimension.id}' has its members from cells of a file that are to change, and would have others"
            raise Mistake(message, f"list them in the text: members = [...] below [dimensions.{dimension.id}]")
    hashes = {file.id: hash_of(file.file, contents[file.file][1]) for file in model.data if file.file in contents}
    text = with_hashes(made, {file.id: hashes[file.id] for file in model.data if file.declared and file.id in hashes})
    hold(model, loads(text, model.document.name, files=files), wanted)
    return Rewritten(text, contents, files)
