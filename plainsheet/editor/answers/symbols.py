"""What a text declares, by section, for an outline and for a search over all models that are open."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lsprotocol.types import Location, SymbolKind, WorkspaceSymbol

from engine.problems import KeyPath
from plainsheet.editor.document import Document, Reading
from plainsheet.editor.lines import Lines, Span
from plainsheet.editor.transport import Json

_MOST: Final = 500
_HEADER: Final = re.compile(r"\s*(?P<header>\[\[?[^\n]*?(?P<name>[\w-]+|\"[^\"\n]*\"|'[^'\n]*')[ \t]*\]\]?)")
_KINDS: Final[Mapping[object, SymbolKind]] = {
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
_QUANTITIES: Final = (SymbolKind.Constant, SymbolKind.Variable)
# A label and a kind by path.
Known = Mapping[KeyPath, tuple[str, SymbolKind]]


@dataclass
class _Part:
    """A table of a text: its path, its key's place, and where it begins and ends."""

    path: KeyPath
    name: Span
    start: int
    end: int
    inner: list[_Part] = field(default_factory=list)


def document_symbols(document: Document) -> Json:
    """Return what a text declares, as an outline by section in JSON; nothing where it is no TOML."""
    known = _known(document.now)
    return Json(f"[{','.join([_symbol(document.lines, known, part) for part in _outline(document.now, known)])}]")


def workspace_symbols(documents: Iterable[Document], query: str) -> list[WorkspaceSymbol]:
    """Return what all models declare whose name or label has the letters that are asked for."""
    wanted = query.casefold()
    found: list[WorkspaceSymbol] = []
    for document in documents:
        known = _known(document.now)
        for part in _parts(document.now, known):
            name, (label, kind) = str(part.path[-1]), _told(known, part.path)
            if len(found) < _MOST and any(wanted in one.casefold() for one in (name, label)):
                where = Location(document.uri, document.lines.range(*part.name))
                inside = ".".join(map(str, part.path[:-1]))
                found.append(WorkspaceSymbol(where, name, kind, container_name=inside))
    return found


def _outline(reading: Reading, known: Known) -> list[_Part]:
    """Return the tables of a text, each with those within it."""
    top: list[_Part] = []
    open_: list[_Part] = []
    for part in _parts(reading, known):
        while open_ and part.path[: len(open_[-1].path)] != open_[-1].path:
            open_.pop()
        (open_[-1].inner if open_ else top).append(part)
        for outer in open_:
            outer.end = part.end
        open_.append(part)
    return top


def _parts(reading: Reading, known: Known) -> Iterator[_Part]:
    """Yield the tables, those on one line with their key, and the units, in the order of the text."""
    blocks = reading.blocks
    for number, block in enumerate([] if blocks is None else blocks.all):
        header = _HEADER.match(reading.text, block.start, block.end) if block.table else None
        if header is not None:
            end = block.start + len(reading.text[block.start : block.end].rstrip())
            yield _Part(block.table, header.span("name"), header.start("header"), end)
        if blocks is not None and not _is_quantity(known, block.table):
            keys = dict(blocks.places(number).keys)
            for one in blocks.places(number).statements:
                if one.path and (one.table == ("units",) or _is_quantity(known, one.path)):
                    yield _Part(one.path, keys[one.path], one.start, one.end)


def _symbol(lines: Lines, known: Known, part: _Part) -> str:
    """Return what the protocol calls a DocumentSymbol, with those within it."""
    name = next(key for key in reversed(part.path) if isinstance(key, str))
    label, kind = _told(known, part.path)
    # Editors take none without a name.
    told = json.dumps(name if name.strip() else json.dumps(name))
    inner = ",".join([_symbol(lines, known, one) for one in part.inner])
    where, named = _range(lines, part.start, part.end), _range(lines, *part.name)
    return (
        f'{{"name":{told},"detail":{json.dumps(label)},"kind":{int(kind)},'
        f'"range":{where},"selectionRange":{named},"children":[{inner}]}}'
    )


def _range(lines: Lines, start: int, end: int) -> str:
    (line, character), (last, behind) = lines.line_and_character(start), lines.line_and_character(end)
    return f'{{"start":{{"line":{line},"character":{character}}},"end":{{"line":{last},"character":{behind}}}}}'


def _is_quantity(known: Known, path: KeyPath) -> bool:
    return path in known and known[path][1] in _QUANTITIES


def _told(known: Known, path: KeyPath) -> tuple[str, SymbolKind]:
    return known.get(path) or ("", _KINDS.get(path[0], SymbolKind.Namespace))


def _known(reading: Reading) -> Known:
    """Return what readers call that which a text declares, and what it is, by its path."""
    model = reading.model
    if model is None:
        return {}
    found = {one.path: (one.label, SymbolKind.Namespace) for one in model.sections}
    found |= {one.path: (one.label, _QUANTITIES[not one.is_input]) for one in model.quantities}
    found |= {("scenarios", one.id): (one.label, _KINDS["scenarios"]) for one in model.scenarios}
    found |= {("checks", one.id): (one.label, _KINDS["checks"]) for one in model.checks}
    found |= {("dimensions", one.id): (one.label, _KINDS["dimensions"]) for one in model.dimensions}
    found |= {("sources", one.id): (one.title, _KINDS["sources"]) for one in model.sources}
    return found | {("charts", one.id): (one.title, _KINDS["charts"]) for one in model.charts}
