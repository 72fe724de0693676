"""Words, signs and numbers of a formula as the language has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from plainsheet.editor.fixes.names import words
from plainsheet.editor.fixes.site import Candidate, Site
from plainsheet.editor.lines import Span

_MOST_MEMBERS: Final = 3


def sign(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that write a sign or a word of the language in the place of another."""
    new = found["new"].strip("'")
    wrong = [name for name in re.findall(r"'([^']+)'|operator (\S+)", site.message) for name in name if name]
    written = site.written(site.path)
    if written is None:
        return
    for old in wrong:
        for one in (list(re.finditer(re.escape(old), written.text)), list(words_of(written.text, old))):
            spans = [match.span() if isinstance(match, re.Match) else match for match in one]
            is_word = new.isalpha() and not old.isalpha()
            text = {"not": "not "}.get(new, new) if is_word else new
            yield from site.in_text(site.path, spans, text, f"Write {new}")


def times(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that multiplies by the sign of the language in place of a letter."""
    written = site.written(site.path)
    if written is not None and "does not multiply" in site.message:
        spans = [one.span() for one in re.finditer(r"\bx\b", written.text, re.IGNORECASE)]
        yield from site.in_text(site.path, spans, "*")


def words_of(text: str, word: str) -> list[Span]:
    """Return where a word stands by itself; of a sign, nowhere."""
    return words(text, word) if word.isidentifier() else []


def quoted_member(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that writes a member in quotes."""
    written = site.written(site.path)
    if written is not None:
        spans = words(written.text, found["member"])
        yield from site.in_text(site.path, spans, f'"{found["member"]}"', f'Write "{found["member"]}"')


def without_part(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that leaves a part of a formula out."""
    written = site.written(site.path)
    if written is None:
        return
    for one in re.finditer(rf"\s*{re.escape(found['part'])}\s*", written.text):
        yield from site.in_text(site.path, [one.span()], "", f"Delete {found['part']}")


def without_beginning(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that leaves out what stands before a formula: its sign, and its own name."""
    written = site.written(site.path)
    if written is not None and (begun := re.match(r"\s*\w*\s*=+\s*", written.text)):
        yield from site.in_text(site.path, [begun.span()], "", f"Delete {begun.group().strip()}")


def number_written(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that write a number of a formula otherwise."""
    written = site.written(site.path)
    if written is None:
        return
    numbers = re.findall(r"(?<![\w.])\d[\d_.]*(?:e-?\d+)?", found["numbers"])
    told = (
        site.quoted[-1:]
        if site.quoted and site.quoted[-1][:1].isdigit()
        else re.findall(r" (\d[\d.,' ]*\d|\d)(?=,| in| and)", site.message)
    )
    olds = [
        *told,
        *[new.replace(".", ",") for new in numbers if "." in new],
        *re.findall(r"\d+(?:'\d+)+", written.text),
    ]
    for new in numbers[:2]:
        for old in olds:
            for span in [one.span() for one in re.finditer(rf"(?<![\w.]){re.escape(old)}(?!\w)", written.text)]:
                yield from site.in_text(site.path, [span], new.rstrip("."))


def compared_member(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that compare with a member in place of what is none."""
    told = re.search(r"compares (\S+) with a member of '(\w+)'", site.message)
    written, model = site.written(site.path), site.reading.model
    if told is not None and written is not None and model is not None and told[2] in model.dimension:
        spans = [one.span() for one in re.finditer(rf"(?<=[=] ){re.escape(told[1])}(?![\w.])", written.text)]
        for member in model.dimension[told[2]].members[:_MOST_MEMBERS]:
            yield from site.in_text(site.path, spans, f'"{member}"')


def switch(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that writes a switch as a number."""
    span, written = site.value(site.path), site.written(site.path)
    for word, number in (("true", "1"), ("false", "0")):
        if span is not None and site.text[slice(*span)] == word:
            yield site.replaced(span, number)
        if written is not None:
            spans = [one.span() for one in re.finditer(rf"\b{word}\b", written.text, re.IGNORECASE)]
            yield from site.in_text(site.path, spans, number)


def not_strict(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that let both sides of a comparison be the same."""
    path = (*site.path[:-1], "test")
    if (written := site.written(path)) is not None:
        for one in re.finditer(r"[<>](?!=)", written.text):
            yield from site.in_text(path, [one.span()], f"{one.group()}=")


def without_brackets(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that use a quantity without picking a member."""
    if (written := site.written(site.path)) is not None:
        for name in site.quoted:
            spans = [one.span(1) for one in re.finditer(rf"\b{re.escape(name)}(\[[^\]]*\])", written.text)]
            yield from site.in_text(site.path, spans, "", f"Write {name}")
