"""The picture of an editor: what the words beside it say is what the server answers."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from lsprotocol.types import CodeActionContext, MarkupContent, Position, Range

from exports.files.starter import STARTER
from plainsheet.editor.answers.fixes.fixes import quick_fixes
from plainsheet.editor.answers.hover import hover
from plainsheet.editor.answers.inlay import inlay_hints
from plainsheet.editor.answers.lenses import code_lenses
from plainsheet.editor.diagnostics import diagnose
from tests.places import ROOT
from tests.plainsheet.editor.documents import opened

RENT_PER_GPU = (
    '[rental.rent_per_gpu]\nlabel = "Rent of a GPU for a month"\nformula = "rent / gpus"\nunit = "USD/GPU"\n\n'
)
TEXT = STARTER.replace('outputs = ["rent"]', 'outputs = ["rent", "rent_per_gpu"]').replace(
    "[checks.use]", f"{RENT_PER_GPU}[checks.use]"
)


def words() -> str:
    """Return the words that stand for the picture."""
    page = (ROOT / "docs" / "editor.md").read_text()
    return page[page.index("![The first model") : page.index("](editor.png)")]


def test_the_words_beside_the_picture_are_what_the_server_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Ann")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "a@b.c")
    (tmp_path / "rental.toml").write_text(TEXT)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "A model"]):
        subprocess.run(["git", *command], cwd=tmp_path, env=os.environ, check=True)
    document = opened(
        tmp_path / "rental.toml", TEXT.replace("value = 2.50", "value = 2.80").replace("value  = 2.50", "value  = 2.80")
    )
    everything = Range(Position(0, 0), document.lines.position(len(document.text)))
    told = [str(one.label) for one in inlay_hints(document, everything)]
    told += [one.command.title for one in code_lenses(document) if one.command]
    shown = hover(document, document.text.index("price * use"))
    assert shown is not None
    assert isinstance(shown.contents, MarkupContent)
    told += [line.replace("*", "") for line in shown.contents.value.split("\n")]
    document.type(document.text.replace("gpus * price", "price"))
    [found] = diagnose(document)
    told += [found.message.partition("\n")[0]]
    told += [one.title for one in quick_fixes(document, found.range, CodeActionContext([found]))]
    for quoted in words().split('"')[1::2]:
        assert quoted in told, quoted
