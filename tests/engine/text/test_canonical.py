"""`plainsheet format`: one form for a text, with every comment and the spelling of every value kept."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from engine.text.blocks import Blocks
from engine.text.canonical import Forms, canonical
from engine.text.positions import tokens
from exports.files.starter import STARTER
from tests.places import MODELS

PATHS = sorted(MODELS.glob("*.toml"))
SPACES = st.sampled_from(["", " ", "  ", "\t"])
COMMENTS = st.sampled_from(["", "# why", "#:schema x", "#", "#   é = [1]  ", '# "quoted" \t'])
VALUES = st.sampled_from(
    ["1", "1_000", "1e21", "0.50", '"a # b"', "'c = d'", '"""x\n  y = 1  \n\nz"""', "'''\n[no.header]\n\n[none]'''", "[1, 2]",
     "[[1],\n\n[2]]",
     "[ 1,2 , # one\n   3,\n]", "{ a = 1, b = [2] }", "true", "2024-03-15", "[\n]", '"\\"#"']
)  # fmt: skip
KEYS = st.sampled_from(["a", "label", "set.x", 'value."H100"', "'odd key'", "set . y", "long_name_of_a_key"])
ENDINGS = st.sampled_from(["\n", "\r\n"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    lines = []
    for number in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(["pair", "pair", "pair", "header", "comment", "blank"]))
        start, middle, end = draw(SPACES), draw(SPACES), draw(SPACES)
        comment = draw(COMMENTS)
        match kind:
            case "pair":
                lines.append(f"{start}{draw(KEYS)}{middle}={end}{draw(VALUES)}{middle}{comment}{end}")
            case "header":
                lines.append(f"{start}[{middle}t{number}{end}.{middle}u]{end}{comment}")
            case "comment":
                lines.append(f"{start}{comment}")
            case _:
                lines.append(start)
    return draw(ENDINGS).join(lines) + draw(st.sampled_from(["", "\n", "\n\n\n"]))


def written(text: str) -> list[str]:
    """Return what a text says: its tokens but for spaces and newlines, and for spaces behind comments."""
    return [match.group().rstrip() for match in tokens(text) if match.lastgroup != "newline" and match.group().strip()]


@given(texts())
def test_the_canonical_form_says_the_same_and_is_its_own(text: str) -> None:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        reject()
    found = canonical(text)
    assert tomllib.loads(found) == tables
    assert canonical(found) == found
    assert written(found.replace("\r\n", "\n")) == written(text.replace("\r\n", "\n"))


@given(st.lists(texts(), min_size=1, max_size=4))
def test_a_text_after_others_has_the_form_that_it_has_alone(versions: list[str]) -> None:
    forms = Forms()
    for text in [*versions, "\n".join(versions)]:
        try:
            tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            continue
        assert forms.of(text, Blocks(text)) == canonical(text)


@pytest.mark.parametrize(
    "text", [*[path.read_text() for path in PATHS], STARTER], ids=[*[p.stem for p in PATHS], "new"]
)
def test_our_own_models_are_in_canonical_form(text: str) -> None:
    assert canonical(text) == text


def test_keys_and_comments_are_aligned_and_tables_stand_apart() -> None:
    text = "# a model\n[model]\ntitle='T'  #one\n  purpose =  'P'\n\n\n\n[units]\nEUR=\"[money]\" # money\n#last\n[ a . b ]\n"
    assert canonical(text) == (
        "# a model\n[model]\ntitle   = 'T'  #one\npurpose = 'P'\n\n[units]\nEUR = \"[money]\"  # money\n\n#last\n[a.b]\n"
    )
