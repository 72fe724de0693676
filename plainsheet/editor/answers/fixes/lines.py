"""Lines that are no TOML, written as the hint says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from engine.text.edits import Edit
from plainsheet.editor.answers.fixes.keys import Setting, settings
from plainsheet.editor.answers.fixes.site import Candidate, Site
from plainsheet.editor.lines import Span

_COMMENT: Final = re.compile(r"[ \t]+#[^\"']*$")
# A key as other formats write it: after a word, and before a colon or an arrow.
_BEGUN: Final = re.compile(
    r"(?P<indent>\s*)(?:(?:const|let|var|set)\s+)?(?P<key>[^\s=:>]+)(?P<space>\s*)(?:=>|==|=|:|(?<=\s))"
)


def line_written(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that write a line as the hint spells it; a comment at its end stays."""
    for (key, value), *others in settings(site.hint):
        if "..." not in value:
            yield from _assigned(site, key, value, others)


def _assigned(site: Site, key: str, value: str, others: Sequence[Setting]) -> Iterator[Candidate]:
    """Yield the edits that give a key its value on a line, and others theirs below it or where they stand."""
    start, end = site.line
    begun = _BEGUN.match(site.text[start:end])
    if begun is None:
        return
    if begun["key"].strip("\"'") not in {key, "value"}:
        yield from _within_braces(site, key, value)
        return
    comment = _COMMENT.search(site.text[start:end])
    width = len(begun["key"] + begun["space"]) - 1
    head = f"{begun['indent']}{key.ljust(width)} = {value}{comment.group() if comment else ''}"
    added = [f"{begun['indent']}{name.ljust(width)} = {text}" for name, text in others]
    shown = " and ".join([f"{name} = {text}" for name, text in ((key, value), *others)])
    yield site.replaced((start, end), site.newline.join([head, *added]), f"Write {shown}")
    for name, text in others:
        if (place := _place_in_table(site, name)) is not None:
            edits = sorted([Edit(start, end, head), Edit(*place, text)])
            yield Candidate(f"Write {shown}", tuple(edits))
            yield site.replaced((start, end), head, f"Write {key} = {value}")


def _within_braces(site: Site, key: str, value: str) -> Iterator[Candidate]:
    """Yield the edits that give a key its value within braces, up to what ends the value there."""
    start, end = site.line
    for one in re.finditer(rf"(?<![\w.]){re.escape(key)}\s*=\s*[^,}}\"']+", site.text[start:end]):
        place = start + one.start(), start + one.start() + len(one.group().rstrip())
        yield site.replaced(place, f"{key} = {value}")


def _place_in_table(site: Site, key: str) -> Span | None:
    """Return where the value of another key stands in the table that a line is in."""
    start, end = site.line
    first = site.text.rfind("\n[", 0, start) + 1
    last = site.text.find("\n[", end)
    there = re.compile(rf"^[ \t]*{key}[ \t]*=[ \t]*(?P<value>[^\r\n]*)", re.MULTILINE).search(
        site.text, first, last if last >= 0 else len(site.text)
    )
    return there and there.span("value")


def header_written(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that writes the name of a table as the hint spells it."""
    start, end = site.line
    line = site.text[start:end]
    comment = _COMMENT.search(line)
    yield site.replaced((start, start + (comment.start() if comment else len(line))), found["header"])


def value_written(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that writes the value of a line as the hint spells it."""
    start, end = site.line
    begun = re.match(r"[^=]*=\s*", site.text[start:end])
    if begun is not None:
        yield site.replaced((start + begun.end(), end), found["value"])


def key_written(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that writes the key of a line as the hint spells it."""
    start, end = site.line
    key = re.match(r"(\s*)([^=]*?)\s*=", site.text[start:end])
    if key is not None:
        yield site.replaced((start + key.start(2), start + key.end(2)), found["key"])


def ended(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that end a text, a list or the name of a table where its line ends, before a comment."""
    begun = re.search(r"begins on line (\d+)", site.message)
    marks = ("]", "]]") if re.match(r"the (?:list|name)", site.message) else ('"', "'", '"""')
    for start, end in dict.fromkeys([site.line_at(int(begun[1])) if begun else site.line, site.line]):
        line = site.text[start:end].rstrip()
        comment = _COMMENT.search(line)
        for place in dict.fromkeys([comment.start() if comment else len(line), len(line)]):
            for mark in marks:
                yield site.replaced((start + place, start + place), mark, f"End it with {mark}")


def line_deleted(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that leaves a line out."""
    start, end = site.line
    behind = re.compile(r"\r?\n").match(site.text, end)
    yield site.replaced((start, behind.end() if behind else end), "", "Delete the line")


def comment_written(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that write # in the place of the sign of another language's comment."""
    start, end = site.line
    for one in re.finditer(r"//|/\*|--|;|\*|%", site.text[start:end]):
        yield site.replaced((start + one.start(), start + one.end()), "#", "Write #")
        break


def end_deleted(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that leaves out the sign that a line ends with."""
    start, end = site.line
    if one := re.search(r"[;,](?=\s*(?:#.*)?$)", site.text[start:end]):
        yield site.replaced((start + one.start(), start + one.end()), "", f"Delete '{one.group()}'")


def quotes_within(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that put a text with quotes or a backslash in it between single quotes, or escape these."""
    start, end = site.line
    text = re.search(r"\"(?P<inside>.*)\"", site.text[start:end])
    if text is None:
        return
    span = (start + text.start(), start + text.end())
    if "'" not in text["inside"]:
        yield site.replaced(span, f"'{text['inside']}'")
    inside = text["inside"]
    escaped = inside.replace("\\", "\\\\") if "\\" in inside else inside.replace('"', '\\"')
    yield site.replaced(span, f'"{escaped}"')


def words_quoted(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that puts the words of a line which stand for texts in quotes."""
    start, end = site.line
    line = site.text[start:end]
    begun = re.match(r"[^=]*=", line)
    if begun is not None:
        quoted = re.sub(r"(?<=[=\[,{ ])(?<![\"\w])([^\W\d][\w-]*)(?=\s*[,\]}])", r'"\1"', line[begun.end() :])
        yield site.replaced((start + begun.end(), end), quoted, f"Write {quoted.strip()}")
