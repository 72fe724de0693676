"""A pull request cannot keep a model out of its review, nor say anything in its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.text.toml import at_most
from exports.review.pull_request import models
from exports.review.pull_request.models import Report, review_models
from tests.toys.rent import TEXT, Repository, changed

BROKEN = changed("price * hours + staff", "price * hours + hours")


def review(repository: Repository, files: dict[str, str], models: str = "") -> Report:
    """Return the review of a change that brings files."""
    for name, text in files.items():
        path = repository.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    repository.git("add", "-A")
    repository.git("commit", "-q", "--allow-empty", "-m", "A change")
    report = review_models(models, "HEAD~1")
    assert all(line.isprintable() for line in report.text.split("\n"))
    return report


@pytest.mark.parametrize(
    "name", ["models/*.toml", "models/[a-z]*.toml", "models/?.toml", "models/-m.toml", ":!models/rent.toml"]
)
def test_a_file_called_as_a_pattern_switches_nothing_off(repository: Repository, name: str) -> None:
    report = review(repository, {name: TEXT, "models/rent.toml": BROKEN}, f"models/*.toml {name}")
    assert not report.holds
    assert "### `models/rent.toml` does not hold" in report.text
    assert f"`{name}` is new" in report.text
    assert report.text.startswith("Checked 2 models: 1 holds, 1 fails, 1 changed, 1 is new.\n")


def test_a_file_called_as_a_whole_line_switches_none_of_its_words_off(repository: Repository) -> None:
    asked = "models/rent.toml models/gone.toml"
    review(repository, {"models/gone.toml": TEXT})
    repository.git("rm", "-q", "models/gone.toml")
    (repository.folder / Path(asked).parent).mkdir(parents=True)
    report = review(repository, {asked: TEXT, "models/rent.toml": BROKEN}, asked)
    assert not report.holds
    assert "`models/rent.toml` does not hold" in report.text
    assert "`models/gone.toml` is not there" in report.text
    assert "It was `models/gone.toml` before." in report.text


@pytest.mark.parametrize("name", ["models/esc\x1b[31m\x1b]8;;x\x07.toml", "models/two\n### lines.toml",
                                  "models/\u202etxt.toml", "models/a``b`.toml", "models/\r`@all.toml", b"models/\xff.toml".decode(errors="surrogateescape")])  # fmt: skip
@pytest.mark.parametrize("text", [TEXT, BROKEN])
def test_no_letter_of_a_name_is_obeyed(repository: Repository, name: str, text: str) -> None:
    report = review(repository, {name: text})
    (title,) = re.findall("^### .*", report.text, re.MULTILINE)
    shown = re.fullmatch("### (?P<ticks>`+) ?(?P<name>models/.*toml) ?(?P=ticks) (is new|does not hold)", title)
    assert shown is not None
    assert f"{shown['ticks']}" not in shown["name"]


@pytest.mark.parametrize(
    "place", ["models/rent.txt", "models/.rent.toml", "old/rent.toml", "models/rent.TOML", "models/deep/rent.toml"]
)
def test_a_model_under_a_name_that_no_pattern_has_was_taken_away(repository: Repository, place: str) -> None:
    review(repository, {"models/stays.toml": TEXT.replace('"Rent"', '"Stays"')})
    (repository.folder / place).parent.mkdir(exist_ok=True)
    repository.model.rename(repository.folder / place)
    report = review(repository, {})
    assert "### `models/rent.toml` was taken away" in report.text
    assert f"It is `{place}` now, which nothing here checks." in report.text
    assert report.text.startswith("Checked 1 model: all hold, none changed, 1 was taken away.")


def test_a_link_is_no_model(repository: Repository, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a token")
    for target in (secret, Path("other.toml"), Path("/proc/self/environ"), Path("/dev/zero"), Path("nowhere")):
        repository.model.unlink(missing_ok=True)
        repository.model.symlink_to(target)
        report = review(repository, {"models/other.toml": TEXT})
        assert (report.holds, "`models/rent.toml` does not hold" in report.text) == (False, True)
        assert "a token" not in report.text
        repository.git("reset", "-q", "--hard", "HEAD~1")


def test_a_folder_that_is_a_link_or_a_submodule_holds_no_models(repository: Repository) -> None:
    repository.git("mv", "models", "elsewhere")
    (repository.folder / "models").symlink_to("elsewhere")
    report = review(repository, {})
    assert (report.holds, "`models/*.toml` is not there" in report.text) == (False, True)
    assert "`models/rent.toml` was taken away" in report.text
    repository.git("reset", "-q", "--hard", "HEAD~1")
    inner = repository.folder / "inner"
    repository.git("clone", "-q", ".", str(inner))
    repository.git("rm", "-rq", "models")
    inner.rename(repository.folder / "models")
    report = review(repository, {})
    assert (report.holds, "`models/*.toml` is not there" in report.text) == (False, True)


def test_attributes_and_settings_of_the_repository_hide_no_change(repository: Repository) -> None:
    for key, value in (("core.quotePath", "true"), ("diff.renames", "false"), ("color.ui", "always"), ("diff.noprefix", "true"),
                       ("status.showUntrackedFiles", "no"), ("diff.external", "true"), ("log.showSignature", "true")):  # fmt: skip
        repository.git("config", key, value)
    attributes = "*.toml -diff -text binary diff=nothing merge=ours export-ignore\n"
    repository.model.rename(repository.folder / "models" / 'Büro "2".toml')
    report = review(
        repository, {".gitattributes": attributes, 'models/Büro "2".toml': changed("value = 2 ", "value = 3 ")}
    )
    assert '### `models/Büro "2".toml`\n\n**Rent**: 1 assumption' in report.text
    report = review(repository, {'models/Büro "2".toml': changed("value = 2 ", "value = 4 ")})
    assert "3 EUR/hour -&gt; 4" in report.text or "3 EUR/hour -> 4" in report.text


def test_a_model_that_cannot_be_looked_at_does_not_pass(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Path) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(models, "check_file", fail)
    report = review(repository, {"models/rent.toml": changed("value = 2 ", "value = 3 ")})
    assert (report.holds, "plainsheet itself failed at it (ZeroDivisionError)" in report.text) == (False, True)
    assert "Price (price)" in report.text


def test_a_version_that_is_too_large_or_no_model_is_said(repository: Repository) -> None:
    review(repository, {"models/rent.toml": "no model\n" * 30})
    report = review(repository, {"models/rent.toml": TEXT})
    assert (report.holds, "HEAD~1:models/rent.toml:1: " in report.text) == (True, True)
    with at_most(10):
        assert "is larger than 1e-05 MB" in review(repository, {"models/rent.toml": BROKEN}).text


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    "base", ["", "--help", "-n", "nowhere", "0" * 40, "\u202emain", "a`b", "HEAD:models/rent.toml"]
)
def test_a_base_that_is_none_is_said(base: str) -> None:
    report = review_models("", base)
    assert report.holds
    assert report.text.startswith("Checked 1 model: all hold.\n\n### Nothing to compare with\n")
    assert not report.is_quiet
    assert all(line.isprintable() for line in report.text.split("\n"))


def test_what_is_asked_for_in_a_folder_is_of_that_folder(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(changed("value = 2 ", "value = 3 "), "Dearer")
    monkeypatch.chdir(repository.folder / "models")
    for asked in ("rent.toml", "*.toml", "./rent.toml", str(repository.model)):
        assert review_models(asked, "HEAD~1").text.startswith("Checked 1 model: all hold, 1 changed.")
    assert not review_models(" \n ", "HEAD~1").holds
