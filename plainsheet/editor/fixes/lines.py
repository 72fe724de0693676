"""Lines that are no TOML, written as the hint says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.text.edits import Edit
from plainsheet.editor.fixes.keys import settings
from plainsheet.editor.fixes.site import Candidate, Site


def line_written(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that write a line as the hint spells it; a comment at its end stays."""
    start, end = site.line
    line = site.text[start:end]
    for group in settings(site.hint):
        (key, value), *others = group
        if "..." in value:
            continue
        yield from _assigned(site, line, start, key, value, others)


def _assigned(
    site: Site, line: str, start: int, key: str, value: str, others: list[tuple[str, str]]
) -> Iterator[Candidate]:
    end = site.newline
    told = f"{key} = {value}"
    shown = " and ".join([told, *[f"{name} = {text}" for name, text in others]])
    begun = re.match(
        r"(?P<indent>\s*)(?:(?:const|let|var|set)\s+)?(?P<key>[^\s=:>]+)(?P<space>\s*)(?:=>|==|=|:|(?<=\s))\s*=?\s*",
        line,
    )
    if begun is None:
        return
    comment = re.search(r"\s+#[^\"']*$", line)
    tail = line[comment.start() :] if comment else ""
    width = len(begun["key"] + begun["space"].rstrip("\n")) - 1
    head = f"{begun['indent']}{key.ljust(width)} = "
    added = "".join(f"{end}{begun['indent']}{name.ljust(width)} = {text}" for name, text in others)
    if begun["key"] == key or key in {"formula", "value"} or begun["key"].strip("\"'") == key:
        whole = (start, start + len(line))
        yield site.replaced(whole, f"{head}{value}{tail}{added}", f"Write {shown}")
        for name, text in others:
            yield from _with_other_there(site, start, f"{head}{value}{tail}", name, text, len(line), shown)
        return
    # Within braces, up to what ends the value there.
    for one in re.finditer(rf"(?<![\w.]){re.escape(key)}\s*=\s*[^,}}\"']+", line):
        yield site.replaced((start + one.start(), start + len(line[: one.end()].rstrip())), told, f"Write {told}")


def _with_other_there(
    site: Site, start: int, line: str, name: str, text: str, length: int, shown: str
) -> Iterator[Candidate]:
    """Yield the edit that writes a line, and another key of its table that is there already."""
    above, below = site.text[:start], site.text[start + length :]
    first = above.rfind("\n[") + 1
    table = site.text[first : start + length + (re.search(r"\n[ \t]*\[", below) or re.search(r"\Z", below)).start()]
    there = re.search(rf"^[ \t]*{name}[ \t]*=[ \t]*(?P<value>[^\r\n]*)", table, re.MULTILINE)
    if there is not None:
        place = (first + there.start("value"), first + there.end("value"))
        edits = sorted([Edit(start, start + length, line), Edit(*place, text)])
        yield Candidate(f"Write {shown}", tuple(edits))
        yield site.replaced((start, start + length), line, f"Write {shown.partition(' and ')[0]}")


def header_written(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that writes the name of a table as the hint spells it."""
    start, end = site.line
    line = site.text[start:end]
    comment = re.search(r"\s+#.*$", line)
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


def ended(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that end a text, a list or the name of a table where its line ends, before a comment."""
    begun = re.search(r"begins on line (\d+)", site.message)
    marks = ("]", "]]") if re.match(r"the (?:list|name)", site.message) else ('"', "'", '"""')
    for start, end in dict.fromkeys([site.line_at(int(begun[1])) if begun else site.line, site.line]):
        line = site.text[start:end].rstrip()
        comment = re.search(r"\s+#[^\"']*$", line)
        for place in dict.fromkeys([comment.start() if comment else len(line), len(line)]):
            for mark in marks:
                yield site.replaced((start + place, start + place), mark, f"End it with {mark}")


def line_deleted(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that leaves a line out."""
    start, end = site.line
    behind = re.compile(r"\r?\n").match(site.text, end)
    yield site.replaced((start, behind.end() if behind else end), "", "Delete the line")


def comment_written(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that write # in the place of the sign of another language's comment."""
    start, end = site.line
    for one in re.finditer(r"//|/\*|--|;|\*|%", site.text[start:end]):
        yield site.replaced((start + one.start(), start + one.end()), "#", "Write #")
        break


def end_deleted(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that leaves out the sign that a line ends with."""
    start, end = site.line
    if one := re.search(r"[;,](?=\s*(?:#.*)?$)", site.text[start:end]):
        yield site.replaced((start + one.start(), start + one.end()), "", f"Delete '{one.group()}'")


def quotes_within(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that put a text with quotes or a backslash in it between single quotes, or escape these."""
    start, end = site.line
    text = re.search(r"\"(?P<inside>.*)\"", site.text[start:end])
    if text is None:
        return
    span = (start + text.start(), start + text.end())
    if "'" not in text["inside"]:
        yield site.replaced(span, f"'{text['inside']}'")
    escaped = (
        re.sub(r"(?<!\\)\"", r'\\"', text["inside"])
        if "\\" not in text["inside"]
        else text["inside"].replace("\\", "\\\\")
    )
    yield site.replaced(span, f'"{escaped}"')


def words_quoted(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that puts the words of a line which stand for texts in quotes."""
    start, end = site.line
    line = site.text[start:end]
    begun = re.match(r"[^=]*=", line)
    if begun is not None:
        quoted = re.sub(r"(?<=[=\[,{ ])(?<![\"\w])([^\W\d][\w-]*)(?=\s*[,\]}])", r'"\1"', line[begun.end() :])
        yield site.replaced((start + begun.end(), end), quoted, f"Write {quoted.strip()}")
