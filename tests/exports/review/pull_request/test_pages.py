"""The pages of a pull request: before and after, each with a link to the other that keeps the reader's state."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.model.load import loads
from exports.review.pull_request.models import review_models
from exports.review.pull_request.pages import write_pages
from tests.oracles.chromium import opened
from tests.toys.rent import TEXT, Repository, changed

RAISED = changed("value = 50", "value = 60")


def test_what_changed_has_two_pages_and_what_is_new_has_one(repository: Repository, tmp_path: Path) -> None:
    (repository.folder / "models" / "new.toml").write_text(TEXT)
    (repository.folder / "models" / "rent.toml").write_text(RAISED)
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "A change")
    review_models("", "HEAD~1", tmp_path / "pages")
    names = sorted(path.name for path in (tmp_path / "pages").iterdir())
    assert names == ["models_new.after.html", "models_rent.after.html", "models_rent.before.html"]
    before, after = ((tmp_path / "pages" / f"models_rent.{name}.html").read_text() for name in ("before", "after"))
    assert '<a href="models_rent.before.html" aria-current="page">Before</a>' in before
    assert '<a href="models_rent.before.html">Before</a>' in after
    assert "versions" not in (tmp_path / "pages" / "models_new.after.html").read_text().partition("<script")[0]


def test_paths_of_the_same_letters_have_pages_of_their_own(tmp_path: Path) -> None:
    for name in ("a/b.toml", "a_b.toml", "a b.toml", "../../a/b.toml"):
        write_pages(tmp_path, name, None, loads(TEXT))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".._.._a_b.after.html", "a_b-1.after.html", "a_b-2.after.html", "a_b.after.html",
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.chromium
def test_the_other_version_is_shown_as_this_one_stands(tmp_path: Path) -> None:
    write_pages(tmp_path, "rent.toml", loads(TEXT), loads(RAISED))
    with opened((tmp_path / "rent.before.html").read_text()) as page:
        page.evaluate("location.hash = '#s=base'")
        page.evaluate(
            "document.querySelector('.versions a:last-child').addEventListener('click', e => e.preventDefault())"
        )
        page.click(".versions a:last-child")
        assert page.evaluate("document.querySelector('.versions a:last-child').hash") == "#s=base"
