"""What git does with branches that changed a model."""

from __future__ import annotations

from tests.command_line import run
from tests.toys.rent import TEXT, Repository, changed


def test_branches_that_changed_different_assumptions_merge_though_their_lines_touch(repository: Repository) -> None:
    assert run("git-setup", "models/rent.toml").exit_code == 0
    repository.commit(TEXT, "git knows models")
    repository.git("checkout", "-q", "-b", "other")
    repository.commit(changed("value = 100", "value = 120"), "More hours")
    repository.git("checkout", "-q", "main")
    repository.commit(changed("value = 2 ", "value = 2.5 "), "A higher price")
    repository.git("merge", "-q", "--no-edit", "other")
    assert repository.model.read_text() == changed("value = 100", "value = 120", changed("value = 2 ", "value = 2.5 "))


def test_a_real_conflict_is_told_by_quantity(repository: Repository) -> None:
    run("git-setup", "models/rent.toml")
    repository.commit(TEXT, "git knows models")
    repository.git("checkout", "-q", "-b", "other")
    repository.commit(changed("value = 2 ", "value = 4 "), "Four")
    repository.git("checkout", "-q", "main")
    repository.commit(changed("value = 2 ", "value = 3 "), "Three")
    told = repository.git("merge", "--no-edit", "other", status=1)
    assert "models/rent.toml: 'price': before 2, here 3, there 4" in told
    text = repository.model.read_text()
    assert text.index("<<<<<<<") < text.index("value = 3 ") < text.index("=======") < text.index("value = 4 ")


def test_a_text_that_is_no_utf_8_is_left_to_git(repository: Repository) -> None:
    run("git-setup", "models/rent.toml")
    latin = TEXT.replace('"Rent"', '"Mieté"').encode("latin-1")
    repository.model.write_bytes(latin)
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "Not UTF-8")
    repository.git("checkout", "-q", "-b", "other")
    repository.model.write_bytes(latin.replace(b"value = 50", b"value = 60"))
    repository.git("commit", "-qam", "Sixty")
    repository.git("checkout", "-q", "main")
    repository.model.write_bytes(latin.replace(b"outputs", b"purpose = 'None'\noutputs"))
    repository.git("commit", "-qam", "A purpose")
    repository.git("merge", "-q", "--no-edit", "other")
    text = repository.model.read_bytes()
    assert (b"Miet\xe9" in text, b"value = 60" in text, b"purpose" in text) == (True, True, True)
