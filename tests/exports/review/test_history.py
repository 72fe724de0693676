"""The history of a quantity."""

from __future__ import annotations

import pytest

from tests.command_line import run
from tests.toys.rent import Repository, changed


def test_the_log_shows_how_a_quantity_moved_and_its_part_of_an_output(repository: Repository) -> None:
    both = changed("value = 2 ", "value = 3 ", changed("value = 50", "value = 60"))
    repository.commit(changed('"Rent"', '"Rents"'), "Another title")
    repository.commit(both, "Dearer")
    result = run("log", "price", "-m", "models/rent.toml")
    first, _, second, by = result.output.splitlines()[1:5]
    assert "2 EUR/hour  ->  250" in first
    assert "3 EUR/hour  ->  360 from 250  (+44 %), +100 of it by price" in second
    assert by.strip() == "Ann: Dearer"
    assert run("log", "nothing", "-m", "models/rent.toml").exit_code == 1


def test_the_log_follows_other_names_of_the_file_and_the_quantity_and_a_link(repository: Repository) -> None:
    repository.commit(changed("value = 2 ", "value = 3 "), "Dearer")
    repository.git("mv", "models", "böoks and more")
    repository.model = repository.folder / "böoks and more" / "rent.toml"
    repository.git("commit", "-q", "-m", "Elsewhere")
    other = changed("price = {", "rate = {").replace("price * hours", "rate * hours").replace("set.price", "set.rate")
    repository.commit(other.replace("value = 2 ", "value = 5 "), "Another name")
    link = repository.folder.parent / "link.toml"
    link.symlink_to(repository.model)
    result = run("log", "rate", "-m", str(link))
    assert [line.split("  ")[2:5] for line in result.output.splitlines()[1::2]] == [
        ["2 EUR/hour", "->", "250"],
        ["3 EUR/hour", "->", "350 from 250"],
        ["5 EUR/hour", "->", "550 from 350"],
    ]
    assert "Cost 350 -> 550 EUR" in run("diff", "HEAD~1..HEAD", "-m", str(link)).output


def test_the_log_tells_what_was_merged_when_it_was_in_the_latest_unit(repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "other")
    repository.commit(changed("value = 2 ", "value = 3 "), "Dearer")
    repository.git("checkout", "-q", "main")
    repository.commit(changed("value = 100", "value = 120"), "More hours")
    repository.git("merge", "-q", "--no-commit", "-s", "ours", "other")
    both = changed("value = 100", "value = 120", changed("value = 2 ", "value = 3 "))
    repository.commit(both, "Both")
    thousands = changed('"Cost", unit = "EUR"', '"Cost", unit = "kEUR"', changed("value = 3 ", "value = 4 ", both))
    # Another first output is no other history.
    repository.commit(thousands.replace('["cost"]', '["staff", "cost"]'), "In thousands")
    lines = run("log", "price", "-m", "models/rent.toml", "-o", "cost").output.splitlines()
    assert lines[0] == "price, and Cost, kEUR"
    assert [line.split("  ", 3)[3] for line in lines[1::2]] == [
        "->  0.25",
        "->  0.41 from 0.29  (+41.4 %), +0.12 of it by price",
        "->  0.53 from 0.41  (+29.3 %), +0.12 of it by price",
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(("nothing",), "no quantity 'nothing'"), (("price", "-o", "nothing"), "'nothing'"), (("price", "-s", "hihg"), "no scenario 'hihg'")],
)  # fmt: skip
def test_what_no_commit_has_is_said(arguments: tuple[str, ...], told: str, repository: Repository) -> None:
    result = run("log", *arguments, "-m", str(repository.model))
    assert (result.exit_code, told in result.stderr) == (1, True), result.stderr
