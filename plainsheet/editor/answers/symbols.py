"""What a text declares, by section, for an outline and for a search over all models that are open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lsprotocol.types import DocumentSymbol, Location, SymbolKind, WorkspaceSymbol

from engine.problems import KeyPath
from plainsheet.editor.document import Document, Reading
from plainsheet.editor.lines import Span

_MOST: Final = 500
_HEADER: Final = re.compile(r"\s*(?P<header>\[\[?[^\n]*?(?P<name>[\w-]+|\"[^\"\n]*\"|'[^'\n]*')[ \t]*\]\]?)")
_KINDS: Final = {
    "model": SymbolKind.File,
    "units": SymbolKind.TypeParameter,
    "dimensions": SymbolKind.Enum,
    "scenarios": SymbolKind.Event,
    "sources": SymbolKind.String,
    "checks": SymbolKind.Boolean,
    "charts": SymbolKind.Object,
    "decisions": SymbolKind.Interface,
    "data": SymbolKind.File,
    "correlations": SymbolKind.Operator,
}


@dataclass
class _Part:
    """A table of a text: its path, its key's place, and where it begins and ends."""

    path: KeyPath
    name: Span
    start: int
    end: int
    inner: list[_Part] = field(default_factory=list)


def document_symbols(document: Document) -> list[DocumentSymbol]:
    """Return what a text declares, as an outline by section; nothing where it is no TOML."""
    labels = _labels(document.now)
    return [_symbol(document, labels, part) for part in _outline(document.now)]


def workspace_symbols(documents: Iterable[Document], query: str) -> list[WorkspaceSymbol]:
    """Return what all models declare whose name or label has the letters that are asked for."""
    wanted = query.casefold()
    found: list[WorkspaceSymbol] = []
    for document in documents:
        labels = _labels(document.now)
        for part in _parts(document.now):
            name = str(part.path[-1])
            if len(found) < _MOST and any(wanted in one.casefold() for one in (name, labels.get(part.path, ""))):
                where = Location(document.uri, document.lines.range(*part.name))
                inside = ".".join(map(str, part.path[:-1]))
                found.append(WorkspaceSymbol(where, name, _kind(document.now, part.path), container_name=inside))
    return found


def _outline(reading: Reading) -> list[_Part]:
    """Return the tables of a text, each with those within it."""
    top: list[_Part] = []
    open_: list[_Part] = []
    for part in _parts(reading):
        while open_ and part.path[: len(open_[-1].path)] != open_[-1].path:
            open_.pop()
        (open_[-1].inner if open_ else top).append(part)
        for outer in open_:
            outer.end = part.end
        open_.append(part)
    return top


def _parts(reading: Reading) -> Iterator[_Part]:
    """Yield the tables, those on one line with their key, and the units, in the order of the text."""
    blocks = reading.blocks
    for number, block in enumerate([] if blocks is None else blocks.all):
        header = _HEADER.match(reading.text, block.start, block.end) if block.table else None
        if header is not None:
            end = block.start + len(reading.text[block.start : block.end].rstrip())
            yield _Part(block.table, header.span("name"), header.start("header"), end)
        if blocks is not None and not _is_quantity(reading, block.table):
            keys = dict(blocks.places(number).keys)
            for one in blocks.places(number).statements:
                if one.path and (one.table == ("units",) or _is_quantity(reading, one.path)):
                    yield _Part(one.path, keys[one.path], one.start, one.end)


def _is_quantity(reading: Reading, path: KeyPath) -> bool:
    quantity = reading.model.by_id.get(str(path[-1])) if reading.model is not None and path else None
    return quantity is not None and quantity.path == path


def _symbol(document: Document, labels: Mapping[KeyPath, str], part: _Part) -> DocumentSymbol:
    lines = document.lines
    name = next(key for key in reversed(part.path) if isinstance(key, str))
    kind = _kind(document.now, part.path)
    return DocumentSymbol(name, kind, lines.range(part.start, part.end), lines.range(*part.name), labels.get(part.path),
                          children=[_symbol(document, labels, one) for one in part.inner])  # fmt: skip


def _kind(reading: Reading, path: KeyPath) -> SymbolKind:
    if path[0] in _KINDS:
        return _KINDS[str(path[0])]
    if reading.model is None or not _is_quantity(reading, path):
        return SymbolKind.Namespace
    return SymbolKind.Constant if reading.model.by_id[str(path[-1])].is_input else SymbolKind.Variable


def _labels(reading: Reading) -> dict[KeyPath, str]:
    """Return what readers call that which a text declares, by its path."""
    model = reading.model
    if model is None:
        return {}
    found: dict[KeyPath, str] = {one.path: one.label for one in model.sections}
    found |= {one.path: one.label for one in model.quantities}
    found |= {("scenarios", one.id): one.label for one in model.scenarios}
    found |= {("checks", one.id): one.label for one in model.checks}
    found |= {("dimensions", one.id): one.label for one in model.dimensions}
    found |= {("sources", one.id): one.title for one in model.sources}
    return found | {("charts", one.id): one.title for one in model.charts}
