"""Words, signs and numbers of a formula as the language has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from plainsheet.editor.answers.fixes.names import words
from plainsheet.editor.answers.fixes.site import Candidate, Site

_MOST_MEMBERS: Final = 3


def sign(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that write a sign or a word of the language in the place of another."""
    written = site.written(site.path)
    if written is None:
        return
    new = found["new"]
    wrong = [name for names in re.findall(r"'([^']+)'|operator (\S+)", site.message) for name in names if name]
    for old in wrong:
        is_word = old.isidentifier()
        spans = words(written.text, old) if is_word else [one.span() for one in _found(old, written.text)]
        is_close = new.isalpha() and not is_word and not all(_is_apart(written.text, *span) for span in spans)
        yield from site.in_text(site.path, spans, f" {new} " if is_close else new, f"Write {new}")


def _found(sign: str, text: str) -> Iterator[re.Match[str]]:
    return re.finditer(re.escape(sign), text)


def _is_apart(text: str, start: int, end: int) -> bool:
    """Return whether nothing but spaces stands right beside a part of a text."""
    return not text[max(start - 1, 0) : start].strip() and not text[end : end + 1].strip()


def times(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that multiplies by the sign of the language in place of a letter."""
    written = site.written(site.path)
    if written is not None and "does not multiply" in site.message:
        spans = [one.span() for one in re.finditer(r"\bx\b", written.text, re.IGNORECASE)]
        yield from site.in_text(site.path, spans, "*")


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
    quoted = [text for text in site.quoted[-1:] if text[:1].isdigit()]
    told = quoted or re.findall(r" (\d[\d.,' ]*\d|\d)(?=,| in| and)", site.message)
    commas = [new.replace(".", ",") for new in numbers if "." in new]
    olds = [*told, *commas, *re.findall(r"\d+(?:'\d+)+", written.text)]
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
