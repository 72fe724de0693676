"""A comment shows foreign text as it is, and stays whole where it is cut."""

from __future__ import annotations

import pytest

from exports.review.pull_request.comment import Section, as_block, as_code, as_comment, cut


@pytest.mark.parametrize(("text", "expected"), [
    ("a.toml", "`a.toml`"),
    ("a`b", "``a`b``"),
    ("`a`", "`` `a` ``"),
    ("", "`  `"),
    ("\x1b[1m\n\u202e", "`\\x1b[1m\\n\\u202e`"),
])  # fmt: skip
def test_names_are_code(text: str, expected: str) -> None:
    assert as_code(text) == expected


def test_a_block_is_ended_by_nothing_in_it() -> None:
    assert as_block("````\n`````text\x1b") == "``````text\n````\n`````text\\x1b\n``````\n"


def test_the_gravest_come_first_and_what_is_cut_is_closed() -> None:
    whole = as_comment("Checked 2 models.", [Section(3, "b", "<details>\n" + as_block("line\n" * 100) + "</details>"),
                                             Section(1, "a", "text")])  # fmt: skip
    assert whole.startswith("Checked 2 models.\n\n### a\n\ntext\n\n### b\n")
    assert cut(whole, 10_000) == whole
    short = cut(whole, 120)
    assert short.endswith("line\n````\n\n</details>\n\nThe rest is in the summary of the job.\n")
    assert cut("ä" * 40, 50) == "\nThe rest is in the summary of the job.\n"
