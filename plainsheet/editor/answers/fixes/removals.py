"""What a hint says to leave out: keys, tables, entries of lists, letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from engine.problems import KeyPath, Mistake
from engine.text.edits import Edit, dotted
from plainsheet.editor.answers.fixes.site import Candidate, Site
from plainsheet.editor.lines import Span

# The rest of a line, and lines with nothing on them below it.
_BEHIND: Final = re.compile(r"[^\n]*(?:\n(?:[ \t]*\r?(?=\n))?)*")


def deleted(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that delete what the problem is about: a key, or a table with all that it has."""
    for end in range(len(site.path), 0, -1):
        if found_here := list(_without(site, site.path[:end])):
            yield from found_here
            return


def deleted_key(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that delete a key by its name, or an entry of a list that is called so."""
    name = found["name"]
    base = site.path[: site.path.index(name)] if name in site.path else site.path
    for path in ((*base, name), (*base[:-1], name)):
        yield from _without(site, path)
    yield from _without_entry(site, name)


def _without(site: Site, path: KeyPath) -> Iterator[Candidate]:
    """Yield the edit that takes away all that stands below a path."""
    title = f"Delete '{path[-1]}'" if isinstance(path[-1], str) else "Delete it"
    if (statement := site.statement(path)) is not None:
        edits = site.edits()
        try:
            edits.remove(statement)
        except Mistake:
            return
        yield Candidate(title, edits.listed())
    elif (inline := site.edits().inline_table(path)) and (keys := site.keys(path)) and (value := site.value(path)):
        yield Candidate(title, (_entry_out(site, site.places.tables[inline], (keys[0][0], value[1])),))
    elif spans := _lines_below(site, path):
        yield Candidate(title, tuple(Edit(*span, "") for span in spans))


def _lines_below(site: Site, path: KeyPath) -> list[Span]:
    """Return where the lines stand that give values below a path, and the headers of its tables."""
    found: list[Span] = []
    goes_on = False
    for one in site.places.statements:
        is_below = (one.path or one.table)[: len(path)] == path
        if is_below:
            behind = _BEHIND.match(site.text, one.end)
            end = behind.end() if behind else one.end
            # What stands between two of them, such as a comment, goes with them.
            start = found.pop()[0] if goes_on else site.text.rfind("\n", 0, one.start) + 1
            found.append((start, end))
        goes_on = is_below
    return found


def _entry_out(site: Site, whole: Span, entry: Span) -> Edit:
    """Return the edit that takes an entry out of what stands in brackets, with the comma that is then too much."""
    start, end = entry
    if behind := re.compile(r"\s*,[ \t]*").match(site.text, end, whole[1]):
        return Edit(start, behind.end(), "")
    before = re.search(r",\s*$|(?<=[\[{])\s*$", site.text[whole[0] : start])
    return Edit(whole[0] + before.start() if before else start, end, "")


def _without_entry(site: Site, name: str) -> Iterator[Candidate]:
    """Yield the edits that take a name out of the list at the place of the problem, the last of its places first."""
    path = site.path[:-1] if site.path and isinstance(site.path[-1], int) else site.path
    whole = site.value(path)
    entries = [(one, span) for one, span in site.places.values.items() if one[:-1] == path and isinstance(one[-1], int)]
    for one, span in reversed(entries):
        written = site.written(one)
        if whole is not None and written is not None and written.text == name:
            yield Candidate(f"Delete '{name}' here", (_entry_out(site, whole, span),))


def one_kind(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that leave a quantity one of what it has: its value, its formula or its equation."""
    for key in ("value", "formula", "solve"):
        yield from _without(site, (*site.path[:-1], key))


def named_once(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that take out of a list what it has twice."""
    path = site.path[:-1] if site.path and isinstance(site.path[-1], int) else site.path
    texts = [written.text for one in site.places.values if one[:-1] == path and (written := site.written(one))]
    for name in dict.fromkeys(text for text in texts if texts.count(text) > 1):
        yield from islice(_without_entry(site, name), 1)


def without_letters(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that takes letters that cannot be printed out of a text."""
    span = site.places.values.get(site.path)
    if span is None or (written := site.written(site.path)) is None:
        return
    odd = [n for n, char in enumerate(written.text) if not char.isprintable()]
    edits = tuple(Edit(*written.span(n, n + 1), "") for n in odd)
    yield Candidate("Delete what cannot be printed", edits)


def replaced_by(site: Site, key: str, value: str) -> Iterator[Candidate]:
    """Yield the edit that writes another key with its value in the place of a statement."""
    for path in (site.path, site.path[:-1]):
        statement = site.statement(path)
        if statement is not None:
            width = len(site.text[statement.start : statement.equals].rstrip())
            told = dotted((*path[len(statement.table) : -1], key))
            line = f"{told.ljust(width)} = {value}"
            yield Candidate(f"Write {key} = {value}", (Edit(statement.start, statement.end, line),))
