"""Patterns name what a shell would find, and never less for a file that is there."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from exports.review.pull_request.chosen import choose

NAMES = ["a.toml", "models/a.toml", "models/b c.toml", "models/.hidden.toml", "models/deep/er/d.toml", "models/x[1].toml",
         "models/*.toml", "m/a.toml", "models/a.txt", ".dot/a.toml"]  # fmt: skip


@pytest.mark.parametrize("pattern", ["*.toml", "models/*.toml", "**/*.toml", "models/**", "models/?.toml", "models/[!a]*", "m*/a.*",
                                     "models/[^a]*", "models/.*", "**", "*", "models/deep/**/d.toml", "nothing/*", "**/a.toml", ".dot/*"])  # fmt: skip
def test_patterns_are_those_of_the_shell(pattern: str, tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    script = f'shopt -s nullglob globstar; for one in {pattern}; do [ -f "$one" ] && printf "%s\\n" "$one"; done'
    shell = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    found = choose(pattern, sorted(NAMES), [])
    literal = [pattern] if pattern in NAMES else []
    assert sorted({*found.here}) == sorted({*shell.stdout.splitlines(), *literal})
    assert found.missing == (() if found.here else (pattern,))


def test_lines_are_names_with_spaces_or_several() -> None:
    assert choose("models/b c.toml\na.toml m/*", NAMES, []).here == ("models/b c.toml", "a.toml", "m/a.toml")
    assert choose("", NAMES, []).here == choose("models/*.toml", NAMES, []).here
    assert choose("\n  \n", NAMES, []).here == choose("models/*.toml", NAMES, []).here
    found = choose("models/b c.toml", NAMES, ["c.toml"])
    assert (found.here, found.gone, found.missing) == (("models/b c.toml",), ("c.toml",), ("c.toml",))
    assert choose("models/x[1].toml", NAMES, []).here == ("models/x[1].toml",)
