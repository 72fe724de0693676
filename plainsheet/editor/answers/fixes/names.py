"""Names that were meant: a misspelt one put right, and an id that cannot be one given another wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.problems import KeyPath
from engine.text.edits import Edit, dotted
from plainsheet.editor.answers.fixes.site import Candidate, Site
from plainsheet.editor.lines import Span

_NAME: Final = re.compile(r"'([^']+)'")
# The keys whose values name quantities and dimensions.
_NAMING: Final = frozenset({"formula", "solve", "test", "outputs", "over", "x", "y", "between"})
_MOST_WRONG: Final = 4


def spelled_right(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that write one of several names in the place of one that the message has."""
    meant = [name.strip("[]") for name in _NAME.findall(found["names"]) or [found["names"]]]
    if told := re.search(r"the key '([^']+)' is not known", site.hint):
        path = (*site.path, told[1])
        for name in meant:
            yield Candidate(f"Write '{name}'", tuple(Edit(*span, name) for span in site.keys(path)))
    for wrong in _wrong(site):
        for name in meant:
            if wrong != name:
                yield from renamed_here(site, wrong, name)


def _wrong(site: Site) -> list[str]:
    """Return the names of the message that may be wrong: first those that the place of the problem is called."""
    names = [re.sub(r"^\[+|\]+$", "", name) for name in site.quoted]
    last = str(site.path[-1]) if site.path else ""
    if site.message.startswith("["):
        names = [last, *names]
    written = site.written(site.path)
    if written is not None and written.text in site.message:
        names.append(written.text)
    return sorted(dict.fromkeys(names), key=lambda name: name != last)[:_MOST_WRONG]


def renamed_here(site: Site, wrong: str, name: str) -> Iterator[Candidate]:
    """Yield the edits that write another name at the place of the problem: in its key, and in its value."""
    title = f"Write '{name}'"
    if site.path[-1:] == (wrong,) and (spans := site.keys(site.path)):
        yield Candidate(title, tuple(Edit(*span, key_as(site.text[slice(*span)], name)) for span in spans))
    for path in [site.path, *_below(site, site.path)]:
        written = site.written(path)
        if written is not None:
            yield from site.in_text(path, words(written.text, wrong), name, title)


def _below(site: Site, path: KeyPath) -> list[KeyPath]:
    """Return the paths of plain values within a list or a table."""
    return [one for one in site.places.values if len(one) > len(path) and one[: len(path)] == path] if path else []


def key_as(old: str, name: str) -> str:
    """Return a key as another is written, with quotes or without."""
    return f"{old[0]}{name}{old[0]}" if old[0] in "\"'" else dotted([name])


def words(text: str, word: str) -> list[Span]:
    """Return where a word stands in a text, by itself."""
    return [one.span() for one in re.finditer(rf"(?<![\w.]){re.escape(word)}(?![\w(])", text)] or [
        one.span() for one in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text)
    ]


def renamed(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that give what is declared at the place of the problem another name, wherever it is named."""
    if not site.path:
        return
    old = str(site.path[-1])
    new = found.groupdict().get("name") or old.rstrip("_")
    title = f"Call it '{new}'"
    declared = site.keys(site.path)
    named = [*_keys_named(site, old), *_texts_named(site, old)]
    for spans in (sorted({*declared, *named}), declared):
        edits = tuple(Edit(*span, key_as(site.text[slice(*span)], new) if span in declared else new) for span in spans)
        yield Candidate(title, edits)


def _keys_named(site: Site, old: str) -> Iterator[Span]:
    """Yield where scenarios name a quantity."""
    for path, span in site.places.keys:
        match path:
            case ("scenarios", _, "set" | "scale", name) if name == old:
                yield span


def _texts_named(site: Site, old: str) -> Iterator[Span]:
    """Yield where formulas, units and lists of names have a name."""
    keys = {"unit", "units"} if site.path[0] == "units" else _NAMING
    for path in site.places.values:
        if not keys.isdisjoint(map(str, path)) and (written := site.written(path)) is not None and old in written.text:
            for one in re.finditer(rf"(?<![\w-]){re.escape(old)}(?![\w(-])", written.text):
                yield written.span(*one.span())
