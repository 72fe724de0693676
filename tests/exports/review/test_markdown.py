"""Reviews as comments: nothing of a model is anything but text."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.toys.shop import diff, edited

# ---------------------------------------------------------------- Markdown

EVIL = "https://evil.example www.evil.example #12 o/r#4 GH-3 @all a@b.com [x](y) ![i](j) |`c`| <img src=x> &lt;b&gt; **b** $x$ 0123456789abcdef0123456789abcdef01234567"


def test_nothing_of_a_label_is_live_in_a_comment(tmp_path: Path) -> None:
    edits = [('"Total"', json.dumps(EVIL)), ('"Price"', json.dumps("> " + EVIL)), ("value = 3", "value = 4"), ('title = "Shop"', f"title = {json.dumps(EVIL)}")]  # fmt: skip
    comment = diff(tmp_path, edited(*edits), "--markdown").stdout
    # A platform looks for addresses and references in what is shown, so that a backslash is no help.
    shown = re.sub(r"\\(.)", r"\1", comment)
    live = [r"https?://\w", r"www\.\w", r"#\d", r"GH-\d", r"@\w", r"[0-9a-f]{40}", r"&lt;", r"<img", r"(?m)^- >"]
    assert [one for one in live if re.search(one, shown)] == []
    for table in re.findall(r"(?:^\|.*\n)+", comment, re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_a_folded_heading_is_html_and_has_no_backslashes(tmp_path: Path) -> None:
    comment = diff(tmp_path, edited(('"Total"', '"Total_of [all] <b>"'), ("value = 3", "value = 4")), "--markdown").stdout  # fmt: skip
    headings = re.findall(r"<summary>(.*?)</summary>", comment)
    assert any("Total" in heading for heading in headings)
    assert not any("\\" in heading or "<b" in heading for heading in headings)
