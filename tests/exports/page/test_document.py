"""What makes a page live is packed, and unpacked by its own script; the policy names both by their hashes."""

from __future__ import annotations

import re
import zlib
from base64 import b64decode, b64encode
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.page.document import document
from tests.oracles.chromium import opened
from tests.oracles.node import node

pytestmark = pytest.mark.chromium


@pytest.mark.node
@settings(max_examples=5)
@given(st.lists(st.binary(max_size=3000) | st.text("ab<", max_size=3000).map(str.encode), min_size=20, max_size=40))
def test_what_is_packed_is_unpacked(contents: list[bytes]) -> None:
    inflate = (files("exports.page") / "scripts" / "inflate.js").read_text(encoding="utf-8")
    packed = []
    for number, content in enumerate(contents):
        # Stored, by fixed codes, and by codes of their own.
        strategy = zlib.Z_FIXED if number % 3 == 1 else zlib.Z_DEFAULT_STRATEGY
        packer = zlib.compressobj(0 if number % 3 == 2 else 9, wbits=-zlib.MAX_WBITS, strategy=strategy)
        packed.append(b64encode(packer.compress(content) + packer.flush()).decode())
    sizes = [len(content) for content in contents]
    found = node("inflate.cjs", given={"script": inflate, "packed": packed, "sizes": sizes})
    assert [b64decode(one) for one in found] == contents


def test_data_is_text_whatever_stands_in_it_and_scripts_run() -> None:
    model = '{"text": "</script><script>alert(1)</script>\\u0000"}'
    script = "window.found = JSON.parse(document.getElementById('model').textContent).text;"
    html = document("T", "<p>Text</p>", model.replace("<", "\\u003c"), [script], None)
    with opened(html) as page:
        assert page.evaluate("found") == "</script><script>alert(1)</script>\0"
        assert page.evaluate("document.scripts.length") == 4


def test_another_script_is_not_let_in() -> None:
    html = document("T", "<p>Text</p>", "{}", ["window.found = 1;"], None)
    broken = html.replace("</body>", "<script>window.found = 2;</script></body>")
    with pytest.raises(AssertionError, match="Content Security Policy"), opened(broken) as page:
        assert page.evaluate("found") == 1
    assert re.search(r"script-src 'sha256-[\w+/=]+' 'sha256-[\w+/=]+';", html)


def test_each_name_of_the_scripts_is_given_once() -> None:
    # They share one scope, in which a second function of a name would take the place of the first.
    folder = files("exports.page") / "scripts"
    texts = [path.read_text(encoding="utf-8") for path in Path(str(folder)).rglob("*.js")]
    names = [
        name
        for text in texts
        for declared in re.findall(
            r"^(?:const|let|(?:async )?function\*?|class) +(\w+|[\[{][^\]}]*)", text, re.MULTILINE
        )
        for name in re.findall(r"\w+", re.sub(r"\w+ *:", "", declared))
    ]
    assert len(names) > 300
    assert [name for name, count in Counter(names).items() if count > 1] == []
