"""What is typed, against the last commit: the same as `diff` tells."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol.types import CodeLens

from engine.model.model import Model
from exports.review.revisions import at_revision
from plainsheet.editor.answers import lenses
from plainsheet.editor.answers.lenses import code_lenses
from plainsheet.editor.document import Document
from tests.plainsheet.editor.documents import of_text, opened, text_at
from tests.toys.lemonade import TOY
from tests.toys.rent import TEXT, Repository, changed


def shown(document: Document) -> list[tuple[str, str]]:
    """Return what stands above which name."""
    return [(text_at(document, one.range), _title(one)) for one in code_lenses(document)]


def _title(lens: CodeLens) -> str:
    assert lens.command is not None
    return lens.command.title


def test_above_each_output_that_is_another_stands_how_far(repository: Repository) -> None:
    document = opened(repository.model)
    assert shown(document) == []
    document.type(changed("value = 100", "value = 110"))
    told = repository.git("diff", "--no-ext-diff", "--stat")
    assert told == ""
    assert shown(document) == [("cost", "250 -> 270 EUR  (+8 %) against HEAD, and 1 more")]
    document.type(changed("set.price = 3", "set.price = 4"))
    assert shown(document) == [("cost", "350 -> 450 EUR  (+28.6 %) against HEAD in High")]
    # What is called otherwise is the same.
    document.type(TEXT.replace("cost", "expense"))
    assert shown(document) == []
    document.type(changed("value = 100", "value = 110").replace("cost", "expense"))
    assert [name for name, _ in shown(document)] == ["expense"]
    document.type(f"{TEXT}\n[")
    assert shown(document) == []


def test_after_a_commit_it_is_compared_with_that(repository: Repository) -> None:
    document = opened(repository.model)
    text = changed("value = 100", "value = 110")
    document.type(text)
    assert len(shown(document)) == 1
    repository.commit(text, "More hours")
    document.look_again()
    assert shown(document) == []


def test_what_a_commit_has_is_read_once_however_often_is_saved(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def at(revision: str, source: Path, before: Model | None) -> Model:
        read.append(revision)
        return at_revision(revision, source, before=before)

    monkeypatch.setattr(lenses, "at_revision", at)
    document = opened(repository.model)
    for text in (TEXT, changed("value = 100", "value = 110"), TEXT):
        document.type(text)
        document.look_again()
        shown(document)
    assert len(read) == 1
    repository.commit(changed("value = 100", "value = 120"), "More hours")
    document.look_again()
    assert shown(document) == [("cost", "290 -> 250 EUR  (-13.8 %) against HEAD, and 1 more")]
    assert len(read) == 2


def test_what_git_does_not_keep_has_none(repository: Repository) -> None:
    assert shown(of_text(TOY)) == []
    path = repository.folder / "new.toml"
    path.write_text(TOY)
    assert shown(opened(path, TOY.replace("value", "value"))) == []
