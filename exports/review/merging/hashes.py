"""Hashes of data files that both sides of a merge renewed: what the merged file has is neither of them."""

from __future__ import annotations

from collections.abc import Sequence

from engine.model.model import Model
from engine.model.rewriting.hashes import with_hashes


def settle_hashes(models: Sequence[Model]) -> tuple[str, tuple[str, ...]]:
    """Return the text of the other side with our hash where both have a new one, and what is to be said of each."""
    then, ours, theirs = [{file.id: file.declared for file in model.data} for model in models]
    files = {file.id: file.file for file in models[2].data}
    clashing = [
        id_
        for id_, hash_ in theirs.items()
        if ours.get(id_, hash_) != hash_ and then.get(id_) not in {ours[id_], hash_}
    ]
    text = with_hashes(models[2], {id_: ours[id_] for id_ in clashing})
    return text, tuple([_told(files[id_]) for id_ in clashing])


def _told(name: str) -> str:
    return f"both sides changed '{name}': when it is merged,  plainsheet data --update  writes its new hash"
